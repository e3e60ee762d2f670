//! The step under the cursor, at length: what it is, where it stands, what to do, what is asked,
//! what has been tried, and what hangs on it. Phases and rungs say what they are, too.

mod decision;
mod history;
mod rung;
mod work;

pub use rung::content as rung;

use super::ink::{Ink, LABEL};
use super::{pane, text};
use crate::cockpit::markdown;
use crate::cockpit::model::{Cursor, Focus, View};
use crate::cockpit::panes::wait_left;
use crate::run::{Approval, StepStatus};
use crate::runbook::{Owner, Secs, Step, StepIx, StepKind, format_duration, format_timer};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::borrow::Cow;

/// How many of those who look at a step are named.
const HERE: usize = 12;

/// Draws the detail in its frame.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let focused = ink.model.focus() == Focus::Pane(View::Detail);
    let inner = pane::frame(ink, buffer, area, &title(ink), focused);
    let inner = text_area(inner);
    let lines = content(ink, usize::from(inner.width));
    let top = pane::lines(buffer, inner, &lines, ink.model.detail_scroll);
    pane::scrolled(ink, buffer, area, top, lines.len());
}

/// Where the text stands in the inside of a frame: with some air where there is room.
pub fn text_area(inner: Rect) -> Rect {
    let pad = u16::from(inner.width >= 40);
    Rect { x: inner.x + pad, width: inner.width - 2 * pad, ..inner }
}

fn title(ink: &Ink<'_>) -> String {
    match ink.model.cursor_step() {
        Some(ix) => format!("Step {}", ink.number(ix)),
        None => match ink.model.steps.cursor {
            Cursor::Rung(_) => "Rollback".to_owned(),
            Cursor::Phase(_) => "Phase".to_owned(),
            _ => "Step".to_owned(),
        },
    }
}

/// Every line of the detail in so many columns; what [`draw`] scrolls through.
pub fn content(ink: &Ink<'_>, columns: usize) -> Vec<Line<'static>> {
    let plan = &ink.model.run.plan;
    match &ink.model.steps.cursor {
        Cursor::Step(_) => {
            ink.model.cursor_step().map_or_else(Vec::new, |ix| step(ink, ix, columns))
        }
        Cursor::Phase(id) => plan
            .phases
            .iter()
            .position(|phase| phase.id == *id)
            .map_or_else(Vec::new, |ix| phase(ink, ix, columns)),
        Cursor::Rung(id) => plan
            .rollbacks
            .iter()
            .position(|rung| rung.id == *id)
            .map_or_else(Vec::new, |ix| rung(ink, ix, columns)),
        Cursor::Nowhere => vec![Line::styled("No step is chosen.", ink.theme.screen.muted)],
    }
}

/// The lines of a detail, with what is needed to write them.
struct Page<'a> {
    ink: Ink<'a>,
    columns: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    /// A label and a value that may take several lines.
    fn field(&mut self, label: &str, value: &str) {
        self.styled_field(label, value, self.ink.theme.detail.value);
    }

    fn styled_field(&mut self, label: &str, value: &str, style: Style) {
        let wrapped = text::wrap(value, self.columns.saturating_sub(LABEL), style);
        for (at, line) in wrapped.into_iter().enumerate() {
            let label = text::left(if at == 0 { label } else { "" }, LABEL);
            let mut spans = vec![Span::styled(label, self.ink.theme.detail.label)];
            spans.extend(line.spans);
            self.lines.push(Line::from(spans));
        }
    }

    /// A line, or several, behind a symbol.
    fn bullet(&mut self, symbol: &str, pieces: &[(Cow<'_, str>, Style)], style: Style) {
        let wrapped = text::wrap_pieces(pieces, self.columns.saturating_sub(2));
        for (at, line) in wrapped.into_iter().enumerate() {
            let symbol = if at == 0 { format!("{symbol} ") } else { "  ".to_owned() };
            let mut spans = vec![Span::styled(symbol, style)];
            spans.extend(line.spans);
            self.lines.push(Line::from(spans));
        }
    }

    /// A heading, with a blank line before it.
    fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.lines.push(Line::styled(text.to_owned(), self.ink.theme.screen.strong));
    }

    fn say(&mut self, text: &str, style: Style) {
        self.lines.extend(text::wrap(text, self.columns, style));
    }
}

fn step(ink: &Ink<'_>, ix: StepIx, columns: usize) -> Vec<Line<'static>> {
    let Some(plan) = ink.step(ix) else { return Vec::new() };
    let mut page = Page { ink: *ink, columns, lines: Vec::new() };
    page.say(&format!("{} {}", plan.number, plan.title), ink.theme.screen.strong);
    page.state(ix);
    page.who(ix, plan);
    page.looked_at(plan);
    page.waits(ix);
    page.warnings(ix, plan);
    page.decision(ix, plan);
    if let Some(text) = &plan.instructions {
        page.heading("Instructions");
        page.lines.extend(markdown::render(text, columns, &ink.theme.markdown));
    }
    if let Some(expect) = &plan.expect {
        page.heading("Expect");
        page.lines.extend(markdown::render(expect, columns, &ink.theme.markdown));
    }
    page.work(ix, plan);
    page.automation(ix, plan);
    page.attempts(ix, plan);
    page.neighbours(ix);
    page.notes(plan);
    page.lines
}

impl Page<'_> {
    /// Where the step stands: symbol, word, timers.
    fn state(&mut self, ix: StepIx) {
        let ink = self.ink;
        let look = ink.look(ix);
        let Some((plan, state)) = ink.step(ix).zip(ink.model.run.steps.get(ix)) else { return };
        let mut text = look.word.to_owned();
        if let Some(secs) = ink.elapsed(ix) {
            text.push_str(&format!(" {}", format_timer(secs)));
        }
        if let Some(span) = plan.duration.filter(|span| span.likely > 0) {
            let joint = if ink.elapsed(ix).is_some() { " of" } else { "," };
            text.push_str(&format!("{joint} {} planned", format_duration(span.likely)));
            if let Some((best, worst)) = span.range {
                let (best, worst) = (format_duration(best), format_duration(worst));
                text.push_str(&format!(" ({best} to {worst})"));
            }
        }
        if state.attempt > 1 {
            text.push_str(&format!(", attempt {}", state.attempt));
        }
        if let Some(fact) = &state.now.undone {
            text.push_str(&format!(", taken back at {}", ink.moment(fact.at)));
        }
        self.bullet(look.symbol, &[(text.into(), look.style)], look.style);
        if ink.model.is_saving(&plan.id) {
            self.say("saving…", ink.theme.header.unsaved);
        }
        if state.owes_reason() {
            let key = ink.model.keymap.shown(crate::cockpit::action::Action::Reason);
            self.say(&format!("A reason is still owed: {key}"), ink.theme.screen.warning);
        }
        self.clocks(ix);
    }

    fn clocks(&mut self, ix: StepIx) {
        let ink = self.ink;
        let Some(state) = ink.model.run.steps.get(ix) else { return };
        if state.status() == StepStatus::Running
            && let Some(estimate) = state.now.estimates.last()
        {
            let until = estimate.fact.at + chrono_secs(estimate.remaining);
            let said = format!(
                "{} more, said {} at {}: until {}",
                format_duration(estimate.remaining),
                ink.name(&estimate.fact.person),
                ink.moment(estimate.fact.at),
                ink.moment(until)
            );
            self.field("estimate", &said);
        }
        if let Some(left) = wait_left(&ink.model.run, ix, ink.now()) {
            let said = match left {
                1.. => format!("{} left", format_timer(left)),
                _ => "elapsed: it can be completed".to_owned(),
            };
            self.field("wait", &said);
        }
        self.late_start(ix);
        let ends = ink.span(ix);
        let was = |fact: bool| if fact { "" } else { " expected" };
        let at_once = ends.start == ends.finish && state.now.started.is_none();
        if let Some(start) = ends.start.filter(|_| !at_once) {
            let text = format!("{}{}", ink.moment(start), was(state.now.started.is_some()));
            self.field("start", &text);
        } else if state.status() == StepStatus::Done && ink.step(ix).is_some_and(is_work) {
            self.field("start", "unknown: finished without having been started");
        }
        if let Some(finish) = ends.finish {
            let over = state.now.ended.is_some();
            let planned = ink.model.forecast.steps.get(ix).and_then(|e| e.planned_finish);
            let slip = planned.and_then(|p| super::clock::slip((finish - p).num_seconds()));
            let slip = slip.map(|slip| format!(" ({slip} to plan)")).unwrap_or_default();
            let style = if ends.late { ink.theme.steps.late } else { ink.theme.detail.value };
            let text = format!("{}{}{slip}", ink.moment(finish), was(over));
            self.styled_field("finish", &text, style);
        }
    }

    /// By how much a step that has not begun is past its planned start.
    fn late_start(&mut self, ix: StepIx) {
        let ink = self.ink;
        let expected = ink.model.forecast.steps.get(ix).filter(|expected| expected.late);
        let planned =
            ink.model.run.steps.get(ix).is_some_and(|s| s.status() == StepStatus::Planned);
        if let Some(at) = expected.and_then(|expected| expected.planned_start).filter(|_| planned) {
            let late = super::clock::rough((ink.now() - at).num_seconds());
            let text = format!("{late} past its planned start, {}", ink.moment(at));
            self.styled_field("late", &text, ink.theme.steps.late);
        }
    }

    /// Owner, team, stream; who stands by or stands in.
    fn who(&mut self, ix: StepIx, plan: &Step) {
        let ink = self.ink;
        let run = &ink.model.run;
        let Some(owner) = run.owner_of(ix) else {
            if is_work(plan) {
                self.field("owner", "nobody named");
            }
            return self.lane(plan);
        };
        let mut text = ink.name(&owner);
        let person = run.plan.people.get(&owner);
        if let Some(team) = person.and_then(|person| person.team.as_ref()) {
            text.push_str(&format!(", {team}"));
        }
        if let Some(stands_in) = run.people.get(&owner).and_then(|p| p.substitute.as_ref()) {
            text.push_str(&format!("; {} stands in", ink.name(stands_in)));
        }
        if run.is_mine(ix, &ink.model.me) {
            text.push_str(" (yours)");
        }
        self.field("owner", &text);
        if let Some(contact) = person.and_then(|person| person.contact.as_ref()) {
            self.field("", contact);
        }
        if let Some(Owner::Person(planned)) = &plan.owner
            && run.steps.get(ix).is_some_and(|s| s.assigned.is_some())
            && *planned != owner
        {
            let planned = ink.name(planned);
            self.field("", &format!("instead of {planned}"));
        }
        if let Some(fact) = run.steps.get(ix).and_then(|s| s.now.stood_by.as_ref()) {
            self.field("", &format!("standing by since {}", ink.moment(fact.at)));
        }
        self.lane(plan);
    }

    /// Whose cursors are on the step, and in which view.
    fn looked_at(&mut self, plan: &Step) {
        let ink = self.ink;
        let others = ink.model.others_on(&plan.id).take(HERE);
        let named = others.map(|seen| match seen.place.view.as_deref() {
            None | Some("steps" | "step") => ink.name(&seen.person),
            Some(view) => format!("{} ({view})", ink.name(&seen.person)),
        });
        let mut named: Vec<String> = named.collect();
        let more = ink.model.others_on(&plan.id).count() - named.len();
        if more > 0 {
            named.push(format!("{more} more"));
        }
        if !named.is_empty() {
            self.field("here", &named.join(", "));
        }
    }

    fn lane(&mut self, plan: &Step) {
        if let Some(stream) = &plan.stream {
            self.field("stream", stream);
        }
    }

    /// What a planned step waits for, each thing with its title.
    fn waits(&mut self, ix: StepIx) {
        let ink = self.ink;
        if ink.model.run.steps.get(ix).is_none_or(|s| s.status() != StepStatus::Planned) {
            return;
        }
        for (at, waiting) in ink.model.run.waiting_for(ix, ink.now()).iter().enumerate() {
            use crate::run::Waiting::{Choice, Phase, Step};
            let title = match waiting {
                Step(step, _) | Choice(step) => ink.step(*step).map(|s| s.title.clone()),
                Phase(phase) => ink.model.run.plan.phases.get(*phase).map(|p| p.title.clone()),
                _ => None,
            };
            let text = match title {
                Some(title) => format!("{} {title}", ink.waiting(waiting)),
                None => ink.waiting(waiting),
            };
            self.field(if at == 0 { "waits" } else { "" }, &text);
        }
    }

    /// What to know before touching it.
    fn warnings(&mut self, ix: StepIx, plan: &Step) {
        let ink = self.ink;
        let warning = ink.theme.screen.warning;
        self.no_way_back(ix, plan);
        let state = ink.model.run.steps.get(ix);
        if plan.confirm && state.is_some_and(|s| s.status() == StepStatus::Planned) {
            self.say("dangerous: asks for the step's number before it starts", warning);
        }
        if !plan.in_rehearsal && ink.model.run.mode == crate::run::Mode::Rehearsal {
            self.say("not done in a rehearsal", warning);
        }
        if plan.abort > 0 {
            self.field("stopping", &format!("takes {}", format_duration(plan.abort)));
        }
        if !plan.undoes.is_empty() {
            let undone: Vec<_> = plan.undoes.iter().map(|ix| ink.number(*ix)).collect();
            self.field("undoes", &undone.join(", "));
        }
        if plan.kind == StepKind::Wait {
            self.say("a wait: completed by a person once its time has passed", warning);
        }
    }
}

impl Page<'_> {
    /// Which rungs go with its start.
    fn no_way_back(&mut self, ix: StepIx, plan: &Step) {
        let ink = self.ink;
        let run = &ink.model.run;
        let gone: Vec<_> = run.takes_away(ix).iter().map(|rung| run.rung_number(*rung)).collect();
        let mark = if plan.point_of_no_return { "POINT OF NO RETURN" } else { "LAST OF A RUNG" };
        match gone.is_empty() {
            false => {
                let text = format!("{mark}: once started, {} is gone", gone.join(", "));
                self.say(&text, ink.theme.screen.bad);
            }
            true if plan.point_of_no_return => self.say(mark, ink.theme.screen.bad),
            true => {}
        }
    }

    /// How the run's text stands to what was approved, where the opening said what that is.
    fn approval(&mut self) {
        let ink = self.ink;
        let Some(approval) = &ink.model.approval else { return };
        let style = match approval {
            Approval::AsApproved => ink.theme.detail.value,
            Approval::Differs { .. } => ink.theme.screen.warning,
        };
        self.styled_field("text", &approval.to_string(), style);
    }
}

fn phase(ink: &Ink<'_>, ix: usize, columns: usize) -> Vec<Line<'static>> {
    let plan = &ink.model.run.plan;
    let Some(phase) = plan.phases.get(ix) else { return Vec::new() };
    let mut page = Page { ink: *ink, columns, lines: Vec::new() };
    page.say(&format!("{} {}", ix + 1, phase.title), ink.theme.screen.strong);
    if let Some((settled, all)) = ink.model.glance.phases.get(ix) {
        page.field("settled", &format!("{settled} of {all} steps"));
    }
    let after: Vec<_> =
        phase.after.iter().filter_map(|p| plan.phases.get(*p)).map(|p| p.title.as_str()).collect();
    let after = if after.is_empty() { "nothing".to_owned() } else { after.join(", ") };
    page.field("after", &after);
    let flow = match phase.flow {
        crate::runbook::Flow::Sequence => "one step after another",
        crate::runbook::Flow::Parallel => "all steps side by side",
        crate::runbook::Flow::Streams => "each stream in its order, streams side by side",
    };
    page.field("flow", flow);
    page.approval();
    page.lines
}

/// Whether somebody works on a step of this kind, from a start to a finish.
fn is_work(step: &Step) -> bool {
    !matches!(step.kind, StepKind::Gate | StepKind::Choice | StepKind::Milestone)
}

/// Seconds as a difference of moments, kept within what a calendar can hold.
fn chrono_secs(secs: Secs) -> chrono::TimeDelta {
    chrono::TimeDelta::seconds(secs.clamp(-3_000_000_000, 3_000_000_000))
}
