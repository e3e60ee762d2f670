//! Below the timeline: what is known of the step under the cursor, and what the symbols mean.

use super::line::{BLOCKED, CRITICAL, EXPECTED, PLANNED, WORKED};
use crate::cockpit::view::clock;
use crate::cockpit::view::ink::{Ink, put};
use crate::cockpit::view::parts::{Part, line};
use crate::run::Time;
use crate::runbook::{StepIx, format_duration};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws as many of the lines as there is room for.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let columns = usize::from(area.width);
    let about = ink.model.cursor_step().map(|ix| about(ink, ix, columns));
    put(buffer, area, 0, &about.unwrap_or_default());
    put(buffer, area, 1, &legend(ink, columns));
}

/// Plan, actual, expected and float of a step.
fn about(ink: &Ink<'_>, ix: StepIx, columns: usize) -> Line<'static> {
    let detail = &ink.theme.detail;
    let Some((state, expected)) = ink.model.run.steps.get(ix).zip(ink.model.forecast.steps.get(ix))
    else {
        return Line::default();
    };
    let said = |rank: u8, label: &str, value: String, style: Style| {
        Part::new(
            rank,
            vec![Span::styled(format!("{label} "), detail.label), Span::styled(value, style)],
        )
    };
    let span = |from: Option<Time>, until: Option<Time>| {
        let at = |at: Option<Time>| at.map(|at| ink.moment(at)).unwrap_or_default();
        if from == until { at(until) } else { format!("{}→{}", at(from), at(until)) }
    };
    let look = ink.look(ix);
    let mut parts = vec![Part::styled(0, format!(" {} {}", ink.number(ix), look.word), look.style)];
    if expected.planned_start.is_some() {
        let plan = span(expected.planned_start, expected.planned_finish);
        parts.push(said(2, "plan", plan, detail.value));
    }
    let started = state.now.started.as_ref().map(|fact| fact.at);
    let ended = state.now.ended.as_ref().map(|fact| fact.at);
    if started.or(ended).is_some() {
        parts.push(said(1, "actual", span(started, ended), detail.value));
    }
    if ended.is_none() && expected.finish.is_some() {
        let from = if started.is_some() { None } else { expected.start };
        parts.push(said(1, "expected", span(from, expected.finish), detail.value));
    }
    let slip = ended.or(expected.finish).zip(expected.planned_finish);
    if let Some(slip) = slip.and_then(|(at, plan)| clock::slip((at - plan).num_seconds())) {
        let style = if expected.late { ink.theme.steps.late } else { detail.value };
        parts.push(said(3, "against plan", slip, style));
    }
    match expected.float {
        Some(_) if expected.critical => {
            parts.push(Part::styled(4, "critical", ink.theme.timeline.critical));
        }
        Some(float) => parts.push(said(4, "float", format_duration(float), detail.value)),
        None => {}
    }
    line(parts, columns, &Span::raw("  "))
}

fn legend(ink: &Ink<'_>, columns: usize) -> Line<'static> {
    let (styles, steps) = (&ink.theme.timeline, &ink.theme.steps);
    let part = |rank: u8, symbol: String, word: &str, style: Style| {
        Part::new(
            rank,
            vec![Span::styled(symbol, style), Span::styled(format!(" {word}"), styles.axis)],
        )
    };
    let mut parts = vec![
        part(1, format!(" {WORKED}"), "done", steps.done),
        part(2, EXPECTED.to_string(), "expected", styles.expected),
        part(3, CRITICAL.to_string(), "critical", styles.critical),
        part(4, PLANNED.to_string(), "plan", styles.plan),
        part(6, BLOCKED.to_string(), "blocked", steps.blocked),
        part(7, "╱".to_owned(), "hold", styles.hold),
    ];
    if !ink.model.run.rollbacks.is_empty() {
        parts.push(part(5, "╲".to_owned(), "rolling back", styles.roll_back));
    }
    if ink.model.forecast.roll_back.by().is_some() {
        parts.push(part(5, "┊".to_owned(), "roll back by", styles.roll_back));
    }
    if ink.model.run.window(ink.now()).is_some() {
        parts.push(part(5, "[ ]".to_owned(), "window", styles.window));
    }
    line(parts, columns, &Span::raw("  "))
}
