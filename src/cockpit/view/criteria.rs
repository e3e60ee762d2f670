//! Success criteria: what is judged afterwards, by whom, until when, and how it was judged.

use super::ink::Ink;
use super::text::{fit, left, width, wrap};
use crate::runbook::Criterion;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// The head over the criteria: how many are judged, and how many of those are met.
pub fn head(ink: &Ink<'_>, columns: usize) -> Line<'static> {
    let run = &ink.model.run;
    let all = run.plan.criteria.len();
    let verdicts: Vec<bool> = run
        .plan
        .criteria
        .iter()
        .filter_map(|criterion| run.criteria.get(&criterion.id).map(|(met, ..)| *met))
        .collect();
    let unmet = verdicts.iter().filter(|met| !**met).count();
    let (count, style) = match (all - verdicts.len(), unmet) {
        (0, 0) => (format!("✔ all met {all}/{all}"), ink.theme.screen.good),
        (open, 0) => (format!("{}/{all} judged, {open} open", verdicts.len()), muted(ink)),
        (0, unmet) => (format!("{unmet} of {all} not met"), ink.theme.screen.bad),
        (open, unmet) => (format!("{unmet} not met, {open} open"), ink.theme.screen.bad),
    };
    let room = columns.saturating_sub(width(&count) + 2);
    Line::from(vec![
        Span::styled(fit("Success criteria", room), ink.theme.steps.phase),
        Span::styled(format!("  {count}"), style),
    ])
}

/// A criterion in a row.
pub fn row(ink: &Ink<'_>, ix: usize, columns: usize) -> Line<'static> {
    let Some(criterion) = ink.model.run.plan.criteria.get(ix) else { return Line::default() };
    let (symbol, tail, style) = state(ink, criterion);
    let room = columns.saturating_sub(4);
    let tail_room = width(&tail).min(room / 2).min(44);
    let text = left(&criterion.text, room.saturating_sub(tail_room + 2));
    Line::from(vec![
        Span::styled(format!("  {symbol} "), style),
        Span::styled(text, style),
        Span::styled(format!("  {}", fit(&tail, tail_room)), muted(ink)),
    ])
}

/// A criterion that is too long for its row.
pub fn full(ink: &Ink<'_>, ix: usize, columns: usize) -> Vec<Line<'static>> {
    let Some(criterion) = ink.model.run.plan.criteria.get(ix) else { return Vec::new() };
    let (symbol, tail, style) = state(ink, criterion);
    let mut lines = wrap(&format!("{symbol} {}", criterion.text), columns, style);
    lines.extend(wrap(&tail, columns, muted(ink)));
    lines
}

fn muted(ink: &Ink<'_>) -> Style {
    ink.theme.screen.muted
}

/// How a criterion stands: symbol; verdict, by whom and why, or whose it is and until when; style.
fn state(ink: &Ink<'_>, criterion: &Criterion) -> (&'static str, String, Style) {
    if let Some((met, comment, fact)) = ink.model.run.criteria.get(&criterion.id) {
        let because = comment.as_ref().map(|c| format!(": {c}")).unwrap_or_default();
        let (symbol, word, style) = match met {
            true => ("✔", "met", ink.theme.detail.ticked),
            false => ("✖", "NOT MET", ink.theme.screen.bad),
        };
        let by = format!("{word}, {} {}{because}", ink.name(&fact.person), ink.moment(fact.at));
        return (symbol, by, style);
    }
    let owner = criterion.owner.as_deref().map(|owner| ink.name(owner)).unwrap_or_default();
    let due = criterion.judge_by.map(|moment| ink.model.run.moment(moment, ink.now()));
    let late = due.is_some_and(|due| due < ink.now());
    let when = match due {
        Some(due) if late => format!("was due {}", ink.moment(due)),
        Some(due) => format!("due {}", ink.moment(due)),
        None => String::new(),
    };
    let and = if owner.is_empty() || when.is_empty() { "" } else { ", " };
    let style = if late { ink.theme.screen.warning } else { ink.theme.detail.open };
    ("☐", format!("{owner}{and}{when}"), style)
}
