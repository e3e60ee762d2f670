//! Plan against actual as SVG, in pieces that fit a page, each with its own time axis. A night of
//! some steps has a row a step; of many, each phase has lanes in which its steps stand one after the
//! other, what was above what was planned, so that 2,000 steps are a page or two and not a roll.

use crate::report::model::{Bar, Gantt, Row};
use crate::report::text::{Clock, shown, step_word};
use crate::run::{StepStatus, Time};
use crate::runbook::visible;
use chrono::{TimeDelta, Timelike};
use maud::{Markup, html};

/// More steps than these stand in lanes.
const MOST_ROWS: usize = 120;
/// Rows of a piece.
const PIECE_ROWS: usize = 42;
/// Height of a piece of lanes.
const PIECE_HEIGHT: i64 = 760;
/// Most lanes of a phase; what does not fit shares the last one.
const MOST_LANES: usize = 16;
/// Width of the picture, of its labels, of its right margin.
const WIDTH: i64 = 1000;
const LABELS: i64 = 250;
const MARGIN: i64 = 22;
/// Height of the axis, a row, a lane, a lane of the plan, a phase's heading.
const AXIS: i64 = 34;
const ROW: i64 = 20;
const LANE: i64 = 9;
const PLAN_LANE: i64 = 5;
const HEADING: i64 = 20;
/// Longest label, in characters.
const LABEL: usize = 38;
/// Most ticks of the axis.
const TICKS: i64 = 9;

/// One thing that stands in a picture at some height.
enum Item<'a> {
    Phase(&'a str),
    Step(&'a Row),
    Lane(Of, Vec<&'a Row>),
}

/// What a lane shows of its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Actual,
    Plan,
}

impl Item<'_> {
    fn height(&self) -> i64 {
        match self {
            Self::Phase(_) => HEADING,
            Self::Step(_) => ROW,
            Self::Lane(Of::Actual, _) => LANE,
            Self::Lane(Of::Plan, _) => PLAN_LANE,
        }
    }
}

/// Every piece, and the legend.
pub(super) fn pictures(gantt: &Gantt, clock: Clock) -> Markup {
    let pieces = pieces(gantt);
    let count = pieces.len();
    html! {
        @for (n, piece) in pieces.iter().enumerate() {
            figure {
                @let caption = caption(piece, n, count);
                div.scroll tabindex="0" role="region" aria-label=(caption) {
                    (picture(gantt, piece, clock, &caption))
                }
                figcaption dir="auto" { (caption) }
            }
        }
        (legend(gantt, clock))
    }
}

fn caption(piece: &[Item<'_>], n: usize, count: usize) -> String {
    let rows = || {
        piece.iter().flat_map(|item| match item {
            Item::Phase(_) => Vec::new(),
            Item::Step(row) => vec![*row],
            Item::Lane(_, rows) => rows.clone(),
        })
    };
    let numbers = rows()
        .next()
        .zip(rows().last())
        .map(|(first, last)| format!(", steps {} to {}", first.number, last.number));
    let part = if count > 1 { format!(" ({} of {count})", n + 1) } else { String::new() };
    shown(&format!("Plan against actual{}{part}", numbers.unwrap_or_default()))
}

fn pieces(gantt: &Gantt) -> Vec<Vec<Item<'_>>> {
    let in_lanes = gantt.rows.len() > MOST_ROWS;
    let limit = if in_lanes { PIECE_HEIGHT } else { ROW * i64::try_from(PIECE_ROWS).unwrap_or(0) };
    let mut pieces: Vec<Vec<Item<'_>>> = Vec::new();
    let mut piece: Vec<Item<'_>> = Vec::new();
    let mut height = 0;
    for (phase, rows) in phases(gantt) {
        let items: Vec<Item<'_>> = match in_lanes {
            true => [Of::Actual, Of::Plan]
                .into_iter()
                .flat_map(|of| lanes(&rows, of).into_iter().map(move |lane| Item::Lane(of, lane)))
                .collect(),
            false => rows.into_iter().map(Item::Step).collect(),
        };
        for (n, item) in items.into_iter().enumerate() {
            if height + item.height() > limit && !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
                height = 0;
            }
            // A phase that goes on has its heading again.
            if n == 0 || piece.is_empty() {
                piece.push(Item::Phase(phase));
                height += HEADING;
            }
            height += item.height();
            piece.push(item);
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

fn phases(gantt: &Gantt) -> Vec<(&str, Vec<&Row>)> {
    let mut phases: Vec<(&str, Vec<&Row>)> = Vec::new();
    for row in &gantt.rows {
        match phases.last_mut() {
            Some((phase, rows)) if *phase == row.phase => rows.push(row),
            _ => phases.push((&row.phase, vec![row])),
        }
    }
    phases
}

/// When something of a row is to be seen.
fn extent(row: &Row, of: Of) -> Option<(Time, Time)> {
    match of {
        Of::Plan => row.planned_start.zip(row.planned_finish),
        Of::Actual => {
            let from = row.bars.iter().map(|bar| bar.from).min();
            from.zip(row.bars.iter().map(|bar| bar.until).max())
        }
    }
}

/// Steps that do not overlap share a lane: first fit, in order of their begin.
fn lanes<'a>(rows: &[&'a Row], of: Of) -> Vec<Vec<&'a Row>> {
    let mut lanes: Vec<(Time, Vec<&'a Row>)> = Vec::new();
    let mut timed: Vec<_> = rows.iter().filter_map(|row| Some((extent(row, of)?, *row))).collect();
    timed.sort_by_key(|((from, _), _)| *from);
    for ((from, until), row) in timed {
        let free = lanes.iter().position(|(free, _)| *free <= from);
        match free.or_else(|| (lanes.len() >= MOST_LANES).then(|| lanes.len() - 1)) {
            Some(n) => {
                lanes[n].0 = lanes[n].0.max(until);
                lanes[n].1.push(row);
            }
            None => lanes.push((until, vec![row])),
        }
    }
    lanes.into_iter().map(|(_, lane)| lane).collect()
}

/// Where a moment stands.
#[derive(Clone, Copy)]
struct Scale {
    from: Time,
    seconds: i64,
}

impl Scale {
    fn of(gantt: &Gantt) -> Self {
        Self { from: gantt.from, seconds: (gantt.until - gantt.from).num_seconds().max(1) }
    }

    /// To a tenth, and never outside.
    fn x(self, at: Time) -> f64 {
        let width = (WIDTH - LABELS - MARGIN) as f64;
        let part = (at - self.from).num_seconds() as f64 / self.seconds as f64;
        LABELS as f64 + (part.clamp(0.0, 1.0) * width * 10.0).round() / 10.0
    }

    fn shows(self, at: Time) -> bool {
        (0..=self.seconds).contains(&(at - self.from).num_seconds())
    }

    /// Left edge and width of a stretch; what has no length is still seen.
    fn stretch(self, from: Time, until: Time) -> (f64, f64) {
        let x = self.x(from);
        (x, ((self.x(until) - x).max(2.0) * 10.0).round() / 10.0)
    }
}

fn picture(gantt: &Gantt, piece: &[Item<'_>], clock: Clock, caption: &str) -> Markup {
    let scale = Scale::of(gantt);
    let height = AXIS + piece.iter().map(Item::height).sum::<i64>() + 4;
    let mut y = AXIS;
    let placed: Vec<(i64, &Item<'_>)> = piece
        .iter()
        .map(|item| {
            let top = y;
            y += item.height();
            (top, item)
        })
        .collect();
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (height) }
            role="img" aria-label=(caption) {
            (background(gantt, scale, height))
            (axis(gantt, scale, height, clock))
            @for (top, item) in &placed { (of_item(item, *top, scale, clock)) }
            (marks(gantt, scale, height))
        }
    }
}

/// Outside of the window, holds, rollbacks.
fn background(gantt: &Gantt, scale: Scale, height: i64) -> Markup {
    let band = |class: &str, from: Time, until: Time, title: &str| {
        let (x, width) = scale.stretch(from, until);
        html! {
            rect class=(class) x=(x) y=(AXIS - 6) width=(width) height=(height - AXIS + 6) {
                title { (shown(title)) }
            }
        }
    };
    html! {
        @if let Some(window) = &gantt.window {
            @if window.opens > gantt.from {
                (band("outside", gantt.from, window.opens.min(gantt.until), "before the window"))
            }
            @if window.closes < gantt.until {
                (band("outside", window.closes.max(gantt.from), gantt.until, "after the window"))
            }
        }
        @for hold in &gantt.holds {
            (band("hold", hold.from, hold.until, &format!("held: {}", hold.title)))
        }
        @for back in &gantt.rollbacks {
            (band("back", back.from, back.until, &format!("rollback: {}", back.title)))
        }
    }
}

/// The lengths that a tick may have, in minutes.
const STEPS: [i64; 17] =
    [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 43_200, 129_600, 525_600];

fn axis(gantt: &Gantt, scale: Scale, height: i64, clock: Clock) -> Markup {
    let minutes = scale.seconds / 60;
    let step = STEPS.into_iter().find(|step| minutes / step < TICKS).unwrap_or(525_600);
    // Ticks stand at round times of the local clock.
    let local = clock.naive(gantt.from);
    let since_midnight = i64::from(local.num_seconds_from_midnight());
    let to_next = (step * 60 - since_midnight % (step * 60)) % (step * 60);
    let first = gantt.from + TimeDelta::seconds(to_next);
    let ticks = (0..=TICKS * 2)
        .map(|n| first + TimeDelta::minutes(step * n))
        .take_while(|at| *at <= gantt.until);
    // The day stands once, where it begins.
    let mut day = String::new();
    let ticks: Vec<(Time, Option<String>)> = ticks
        .map(|at| {
            let today = clock.day(at);
            let new = (today != day).then(|| today.clone());
            day = today;
            (at, new)
        })
        .collect();
    html! {
        @for (at, day) in ticks {
            @let x = scale.x(at);
            line.grid x1=(x) y1=(AXIS - 6) x2=(x) y2=(height) {}
            @if step < 1440 {
                text x=(x) y=(AXIS - 10) text-anchor="middle" { (clock.minute(at)) }
            }
            @if let Some(day) = day {
                text.faint x=(x) y=(AXIS - 22) text-anchor="middle" { (day) }
            }
        }
    }
}

/// T-0, roll back by, now.
fn marks(gantt: &Gantt, scale: Scale, height: i64) -> Markup {
    let mark = |class: &str, at: Time, title: &str| {
        let x = scale.x(at);
        html! {
            line class=(class) x1=(x) y1=(AXIS - 6) x2=(x) y2=(height) { title { (shown(title)) } }
        }
    };
    html! {
        @if scale.shows(gantt.zero_hour) { (mark("zero", gantt.zero_hour, "zero hour")) }
        @if let Some(by) = gantt.roll_back_by.as_ref().filter(|by| scale.shows(by.at)) {
            (mark("limit", by.at, &format!("roll back by: {}", by.rung)))
        }
        @if let Some(now) = gantt.now { (mark("now", now, "now")) }
    }
}

fn of_item(item: &Item<'_>, top: i64, scale: Scale, clock: Clock) -> Markup {
    match item {
        Item::Phase(title) => html! {
            line.grid x1="0" y1=(top) x2=(WIDTH) y2=(top) {}
            text.phase x="4" y=(top + 14) { (cut(title)) }
        },
        Item::Step(row) => html! {
            text x="4" y=(top + 14) { (cut(&format!("{} {}", row.number, row.title))) }
            (bars(row, Some((top + 4, 8)), Some((top + 13, 4)), scale, clock))
        },
        Item::Lane(Of::Actual, rows) => html! {
            @for row in rows { (bars(row, Some((top + 1, 7)), None, scale, clock)) }
        },
        Item::Lane(Of::Plan, rows) => html! {
            @for row in rows { (bars(row, None, Some((top + 1, 3)), scale, clock)) }
        },
    }
}

/// Attempts and plan of a step; each at a top and of a height, or not at all.
fn bars(
    row: &Row,
    actual: Option<(i64, i64)>,
    plan: Option<(i64, i64)>,
    scale: Scale,
    clock: Clock,
) -> Markup {
    let title = format!("{} {}: {}", row.number, row.title, step_word(row.state));
    html! {
        g {
            title { (shown(&visible(&told(row, &title, clock)))) }
            @if let Some(((y, height), (from, until))) = plan.zip(extent(row, Of::Plan)) {
                @let (x, width) = scale.stretch(from, until);
                rect.plan x=(x) y=(y) width=(width) height=(height) {}
            }
            @if let Some((y, height)) = actual {
                @for bar in row.bars.iter().filter(|bar| scale.shows(bar.from)) {
                    @let (x, width) = scale.stretch(bar.from, bar.until);
                    rect class=(class(bar.state)) x=(x) y=(y) width=(width) height=(height) {}
                }
            }
        }
    }
}

/// What a pointer shows.
fn told(row: &Row, title: &str, clock: Clock) -> String {
    let mut told = title.to_owned();
    if let Some((from, until)) = row.planned_start.zip(row.planned_finish) {
        told += &format!("; planned {}", clock.range(from, until));
    }
    let (expected, worked): (Vec<_>, Vec<_>) = row.bars.iter().partition(|bar| is_expected(bar));
    for (word, bars) in [("actual", worked), ("expected", expected)] {
        if let Some((first, last)) = bars.first().zip(bars.last()) {
            told += &format!("; {word} {}", clock.range(first.from, last.until));
        }
    }
    told
}

/// Whether a bar stands for what is to come: an attempt that was worked on is never `planned`.
fn is_expected(bar: &Bar) -> bool {
    bar.state == StepStatus::Planned
}

fn class(state: StepStatus) -> &'static str {
    match state {
        StepStatus::Planned | StepStatus::NotApplicable => "planned",
        StepStatus::Running => "running",
        StepStatus::Blocked => "blocked",
        StepStatus::Done => "done",
        StepStatus::Failed => "failed",
        StepStatus::Skipped => "skipped",
        StepStatus::Deferred => "deferred",
        StepStatus::Undone => "undone",
    }
}

/// At most so long, in one line.
fn cut(text: &str) -> String {
    let text = visible(text);
    match text.char_indices().nth(LABEL) {
        None => text.into_owned(),
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
    }
}

fn legend(gantt: &Gantt, clock: Clock) -> Markup {
    let mut states: Vec<StepStatus> = Vec::new();
    for bar in gantt.rows.iter().flat_map(|row| &row.bars) {
        if !states.contains(&bar.state) {
            states.push(bar.state);
        }
    }
    let swatch = |class: &str| {
        html! {
            svg viewBox="0 0 16 8" aria-hidden="true" focusable="false" {
                rect class=(class) x="0" y="0" width="16" height="8" {}
            }
        }
    };
    let stroke = |class: &str| {
        html! {
            svg viewBox="0 0 16 8" aria-hidden="true" focusable="false" {
                line class=(class) x1="8" y1="0" x2="8" y2="8" {}
            }
        }
    };
    html! {
        ul.legend {
            li { (swatch("plan")) "planned" }
            @for state in states {
                li {
                    (swatch(class(state)))
                    @if state == StepStatus::Planned { "expected" } @else { (step_word(state)) }
                }
            }
            @if !gantt.holds.is_empty() { li { (swatch("hold")) "held" } }
            @if !gantt.rollbacks.is_empty() { li { (swatch("back")) "rolling back" } }
            @if let Some(window) = &gantt.window {
                li { (swatch("outside")) "outside the window (" (clock.range(window.opens, window.closes)) ")" }
            }
            li { (stroke("zero")) "zero hour, " (clock.short(gantt.zero_hour)) }
            @if let Some(by) = &gantt.roll_back_by {
                li { (stroke("limit")) "roll back by " (clock.short(by.at)) " (" bdi { (shown(&by.rung)) } ")" }
            }
            @if let Some(now) = gantt.now { li { (stroke("now")) "now, " (clock.short(now)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Time {
        Time::UNIX_EPOCH + TimeDelta::minutes(minute)
    }

    fn row(from: i64, until: i64) -> Row {
        Row {
            number: "1.1".to_owned(),
            title: "x".to_owned(),
            phase: "P".to_owned(),
            state: StepStatus::Done,
            planned_start: Some(at(from)),
            planned_finish: Some(at(until)),
            bars: vec![Bar { from: at(from), until: at(until), state: StepStatus::Done }],
        }
    }

    #[test]
    fn steps_one_after_the_other_share_a_lane() {
        let rows = [row(0, 5), row(5, 9), row(2, 4), row(9, 10)];
        let all: Vec<&Row> = rows.iter().collect();
        let lanes: Vec<usize> = lanes(&all, Of::Plan).iter().map(Vec::len).collect();
        assert_eq!(lanes, [3, 1]);
    }

    #[test]
    fn more_at_once_than_there_are_lanes_share_the_last() {
        let rows: Vec<Row> = (0..100).map(|_| row(0, 5)).collect();
        let all: Vec<&Row> = rows.iter().collect();
        let lanes = lanes(&all, Of::Actual);
        assert_eq!(lanes.len(), MOST_LANES);
        assert_eq!(lanes.iter().map(Vec::len).sum::<usize>(), 100);
    }

    #[test]
    fn nothing_stands_outside_of_the_picture() {
        let scale = Scale { from: at(0), seconds: 600 };
        assert_eq!(scale.x(at(-5)), LABELS as f64);
        assert_eq!(scale.x(at(500)), (WIDTH - MARGIN) as f64);
        assert!(scale.shows(at(10)) && !scale.shows(at(11)) && !scale.shows(at(-1)));
        assert_eq!(scale.stretch(at(2), at(2)).1, 2.0);
    }
}
