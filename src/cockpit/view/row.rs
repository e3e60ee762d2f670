//! One row of the steps list: state, number, title, owner, start→finish, and elapsed time or what
//! it waits for, each in a column that does not move.

use super::clock;
use super::ink::{Ends, Ink, Look};
use super::text::{fit, left, right, width};
use super::what::what;
use crate::runbook::{PhaseIx, Place, Runbook, RungIx, StepIx};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Widths of the columns; the title takes the rest. A width of 0 leaves the column out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    indent: usize,
    number: usize,
    title: usize,
    owner: usize,
    /// 11: start→finish; 6: →finish.
    time: usize,
    what: usize,
}

/// From wide to narrow: least width, indent, owner, time, what.
const VARIANTS: [(usize, usize, usize, usize, usize); 9] = [
    (104, 2, 16, 11, 26),
    (78, 2, 8, 11, 17),
    (72, 2, 7, 11, 16),
    (66, 0, 6, 11, 13),
    (58, 0, 6, 6, 13),
    (48, 0, 5, 6, 13),
    (38, 0, 0, 6, 13),
    (27, 0, 0, 0, 13),
    (0, 0, 0, 0, 0),
];

/// Columns before the last one.
const WHAT_GAP: usize = 1;

/// Columns before the state's symbol: the cursor's mark.
const MARK: usize = 2;

impl Columns {
    /// The columns of a list that is so wide.
    pub fn of(plan: &Runbook, inner: usize) -> Self {
        let variant = VARIANTS.iter().find(|variant| inner >= variant.0);
        let &(_, indent, owner, time, what) = variant.unwrap_or(&VARIANTS[8]);
        let number = number_width(plan).min(inner / 4);
        let gaps =
            usize::from(owner > 0) + 2 * usize::from(time > 0) + WHAT_GAP * usize::from(what > 0);
        let taken = MARK + indent + 2 + number + 1 + owner + time + what + gaps;
        Self { indent, number, title: inner.saturating_sub(taken), owner, time, what }
    }
}

/// Columns of the longest number: that of the last step of each phase and rung, and one for the
/// letter of a step inserted later.
fn number_width(plan: &Runbook) -> usize {
    let phases = plan.phases.iter().map(|phase| phase.steps.end);
    let rungs = plan.rollbacks.iter().map(|rung| rung.steps.end);
    phases
        .chain(rungs)
        .filter_map(|end| plan.steps.get(end.checked_sub(1)?))
        .map(|step| step.number.len() + 1)
        .max()
        .unwrap_or(4)
        .clamp(4, 9)
}

/// The row of a step.
pub fn step_row(ink: &Ink<'_>, ix: StepIx, columns: Columns) -> Line<'static> {
    let styles = &ink.theme.steps;
    let Some(step) = ink.step(ix) else { return Line::default() };
    let look = ink.look(ix);
    let ends = ink.span(ix);
    let mut row = Row::new(columns);
    row.push(" ".repeat(columns.indent), Style::new());
    row.push(format!("{} ", look.symbol), look.style);
    row.push(left(&step.number, columns.number), styles.number);
    row.push(" ".to_owned(), Style::new());
    let settled = ink.model.run.is_settled(ix);
    let title_style = match look.word {
        "running" | "over" | "ready" | "FAILED" | "blocked" => styles.title.patch(bold_of(&look)),
        _ if settled => styles.time,
        _ => styles.title,
    };
    row.push(left(&titled(ink, ix, &step.title, columns.title), columns.title), title_style);
    if columns.owner > 0 {
        let owner = ink.model.run.owner_of(ix).unwrap_or_default();
        let owner = if columns.owner >= 12 {
            ink.name(&owner)
        } else {
            // A team is known by its name alone.
            owner.strip_prefix("team ").unwrap_or(&owner).to_owned()
        };
        let mine = ink.model.run.is_mine(ix, &ink.model.me);
        let style = if mine { styles.mine } else { styles.owner };
        row.push(format!(" {}", left(&owner, columns.owner)), style);
    }
    let late = if ends.late { styles.late } else { styles.time };
    row.times(ink, ends, (late, has_day_of_its_own(ink, step.place, ends)));
    let (what, style) = what(ink, ix, &look);
    row.what(&what, style);
    row.line()
}

/// The title, with the number of the attempt where there has been one before, and who looks at it.
fn titled(ink: &Ink<'_>, ix: StepIx, title: &str, columns: usize) -> String {
    let attempt = ink.model.run.steps.get(ix).map_or(1, |state| state.attempt);
    let mut marks = if attempt < 2 { String::new() } else { format!(" ×{attempt}") };
    marks.push_str(&looked_at(ink, ix));
    if marks.is_empty() {
        return title.to_owned();
    }
    format!("{}{marks}", fit(title, columns.saturating_sub(width(&marks))))
}

/// A mark where others on the bridge have their cursor: `◂`, of several with their number. The
/// detail names them.
fn looked_at(ink: &Ink<'_>, ix: StepIx) -> String {
    let others = ink.step(ix).map_or(0, |step| ink.model.others_on(&step.id).count());
    match others {
        0 => String::new(),
        1 => " ◂".to_owned(),
        several => format!(" ◂{several}"),
    }
}

/// Whether a step's clock times alone would mislead: another day than now, and than that of the
/// first step of its phase, which the phase's row tells.
fn has_day_of_its_own(ink: &Ink<'_>, place: Place, ends: Ends) -> bool {
    let day = |at| clock::day(at, ink.model.run.plan.release.timezone);
    let Some(at) = ends.start.or(ends.finish).filter(|at| !clock::is_near(*at, ink.now())) else {
        return false;
    };
    let Place::Phase(phase) = place else { return true };
    let first = ink.model.run.plan.phases.get(phase).map(|phase| ink.span(phase.steps.start));
    first.and_then(|ends| ends.start).is_none_or(|first| day(first) != day(at))
}

/// What is going on is bold in its title too, but keeps the title's colour.
fn bold_of(look: &Look) -> Style {
    Style { fg: None, bg: None, ..look.style }
}

/// The head of a phase, or of a rung of the ladder.
pub struct Head<'a> {
    /// `▾` open, `▸` folded, `✔` all settled.
    pub symbol: &'static str,
    /// Its spoken name: `2`, `R1`.
    pub number: String,
    /// Its title.
    pub title: &'a str,
    /// Its steps.
    pub steps: std::ops::Range<StepIx>,
    /// Settled, and all.
    pub progress: Option<(usize, usize)>,
    /// In words, where there is no progress to tell.
    pub word: &'static str,
}

impl<'a> Head<'a> {
    /// That of a phase.
    pub fn phase(ink: &Ink<'a>, ix: PhaseIx) -> Option<Self> {
        let phase = ink.model.run.plan.phases.get(ix)?;
        let progress = ink.model.glance.phases.get(ix).copied();
        let all_settled = progress.is_some_and(|(settled, all)| settled == all);
        let folded = ink.model.steps.folded.contains(&phase.id);
        Some(Self {
            symbol: match (folded, all_settled) {
                (true, true) => "✔",
                (true, false) => "▸",
                (false, _) => "▾",
            },
            number: (ix + 1).to_string(),
            title: &phase.title,
            steps: phase.steps.clone(),
            progress,
            word: "",
        })
    }

    /// That of a rung.
    pub fn rung(ink: &Ink<'a>, ix: RungIx) -> Option<Self> {
        let run = &ink.model.run;
        let rung = run.plan.rollbacks.get(ix)?;
        let folded = ink.model.steps.folded.contains(&rung.id);
        let on = run.rung_on() == Some(ix);
        let last = run.rollbacks.iter().rev().find(|taken| taken.rung == rung.id);
        let word = match last.map(|taken| taken.succeeded) {
            _ if on => "",
            Some(Some(true)) => "taken",
            Some(Some(false)) => "failed",
            _ if run.proposed_rung() == Some(ix) => "proposed",
            _ if run.gone(ix).is_some() => "gone",
            _ => "rung",
        };
        let progress = on.then(|| {
            let applies = run.rung_applies(ix);
            (applies.iter().filter(|ix| run.is_settled(**ix)).count(), applies.len())
        });
        Some(Self {
            symbol: if folded { "▸" } else { "▾" },
            number: run.rung_number(ix),
            title: &rung.title,
            steps: rung.steps.clone(),
            progress,
            word,
        })
    }

    /// Its row.
    pub fn row(&self, ink: &Ink<'_>, columns: Columns) -> Line<'static> {
        let styles = &ink.theme.steps;
        let mut row = Row::new(columns);
        row.push(format!("{} ", self.symbol), styles.phase);
        row.push(left(&self.number, columns.number), styles.phase);
        row.push(" ".to_owned(), Style::new());
        row.push(left(self.title, columns.title + columns.indent), styles.phase);
        let progress = self.progress.map(|(settled, all)| format!("{settled}/{all}"));
        let progress = progress.unwrap_or_default();
        if columns.owner > 0 {
            row.push(format!(" {}", left(&progress, columns.owner)), styles.time);
        }
        let ends = self.ends(ink);
        let far = ends.start.is_some_and(|at| !clock::is_near(at, ink.now()));
        row.times(ink, ends, (styles.time, far));
        let word = match columns.owner > 0 || progress.is_empty() {
            true => self.word.to_owned(),
            false => progress,
        };
        row.what(&[word], styles.time);
        row.line()
    }

    /// From the first start to the last finish of its steps.
    fn ends(&self, ink: &Ink<'_>) -> Ends {
        if self.progress.is_none() {
            return Ends { start: None, finish: None, late: false };
        }
        let spans = || self.steps.clone().map(|ix| ink.span(ix));
        Ends {
            start: spans().filter_map(|ends| ends.start).min(),
            finish: spans().filter_map(|ends| ends.finish).max(),
            late: false,
        }
    }
}

/// A row being put together.
struct Row {
    columns: Columns,
    spans: Vec<Span<'static>>,
}

impl Row {
    fn new(columns: Columns) -> Self {
        Self { columns, spans: Vec::with_capacity(8) }
    }

    fn push(&mut self, text: String, style: Style) {
        self.spans.push(Span::styled(text, style));
    }

    /// From start to finish; or day and time of the start where clock times would mislead.
    fn times(&mut self, ink: &Ink<'_>, ends: Ends, (style, with_day): (Style, bool)) {
        let zone = ink.model.run.plan.release.timezone;
        let clock =
            |at: Option<_>| at.map_or_else(|| "     ".to_owned(), |at| clock::time(at, zone));
        let day = ends.start.or(ends.finish).filter(|_| with_day);
        let lasts = ends.start.is_some() && ends.start != ends.finish;
        let late = ends.late;
        let text = match (self.columns.time, lasts) {
            (0, _) => return,
            (11.., _) if day.is_some() => {
                day.map(|day| clock::day_and_time(day, zone)).unwrap_or_default()
            }
            (11.., true) => format!("{}→{}", clock(ends.start), clock(ends.finish)),
            (11.., false) => format!("{}      ", clock(ends.finish)),
            (_, _) if ends.finish.is_some() => format!("→{}", clock(ends.finish)),
            _ => " ".repeat(6),
        };
        // Told by a sign, too, where the colour does not tell it.
        self.push(if late { " !" } else { "  " }.to_owned(), style);
        self.push(text, style);
    }

    /// The longest form that fits, left-aligned, so that the word stands still while its timer
    /// grows.
    fn what(&mut self, forms: &[String], style: Style) {
        let columns = self.columns.what;
        if columns == 0 {
            return;
        }
        let fits = forms.iter().find(|form| width(form) <= columns).or(forms.last());
        self.push(" ".repeat(WHAT_GAP), Style::new());
        self.push(left(fits.map_or("", String::as_str), columns), style);
    }

    fn line(self) -> Line<'static> {
        Line::from(self.spans)
    }
}

/// The mark of the row under the cursor.
pub fn mark(here: bool) -> String {
    right(if here { "▸ " } else { "" }, MARK)
}
