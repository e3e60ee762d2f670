//! Checklists, the sign-offs outside the flow, item by item; and below them the success criteria.

use super::ink::{Ink, put};
use super::text::{fit, left, width, wrap};
use super::{criteria, list, pane};
use crate::cockpit::model::{CheckRow, Focus, View};
use crate::run::{Evidence, ItemState};
use crate::runbook::ChecklistItem;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws the pane.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let checks = &ink.model.checklists;
    let focused = ink.model.focus() == Focus::Pane(View::Checklists);
    let title = match ink.model.run.plan.criteria.is_empty() {
        true => "Checklists",
        false => "Checklists and success criteria",
    };
    let inner = pane::frame(ink, buffer, area, title, focused);
    if checks.rows.is_empty() {
        let text = "This runbook has neither checklists nor success criteria.";
        return put(buffer, inner, 0, &Line::styled(text, ink.theme.screen.muted));
    }
    list::draw(ink, buffer, inner, (checks.place, checks.rows.len()), |at, columns| {
        match checks.rows.get(at) {
            Some(CheckRow::Head(checklist)) => head(ink, *checklist, columns),
            Some(CheckRow::Item(checklist, item)) => item_row(ink, *checklist, *item, columns),
            Some(CheckRow::CriteriaHead) => criteria::head(ink, columns),
            Some(CheckRow::Criterion(ix)) => criteria::row(ink, *ix, columns),
            None => Line::default(),
        }
    });
    pane::scrolled(ink, buffer, area, checks.place.top, checks.rows.len());
    let columns = usize::from(inner.width).saturating_sub(2);
    let (row, lines) = match checks.rows.get(checks.place.cursor) {
        Some(CheckRow::Item(checklist, item)) => {
            (item_row(ink, *checklist, *item, columns), full(ink, *checklist, *item, columns))
        }
        Some(CheckRow::Criterion(ix)) => {
            (criteria::row(ink, *ix, columns), criteria::full(ink, *ix, columns))
        }
        _ => return,
    };
    if row.to_string().contains('…') {
        list::in_full(ink, buffer, inner, (checks.place, &lines));
    }
}

fn head(ink: &Ink<'_>, checklist: usize, columns: usize) -> Line<'static> {
    let plan = &ink.model.run.plan;
    let Some(checklist) = plan.checklists.get(checklist) else { return Line::default() };
    let all = checklist.items.len();
    let open = ink.model.run.open_items(checklist).count();
    let (count, style) = if open == 0 {
        (format!("✔ complete {all}/{all}"), ink.theme.screen.good)
    } else {
        (format!("{}/{all}, {open} open", all - open), ink.theme.screen.warning)
    };
    let gates: Vec<_> = plan
        .steps
        .iter()
        .filter(|s| s.gate.as_ref().is_some_and(|g| g.requires.contains(&checklist.id)))
        .take(3)
        .map(|step| step.number.as_str())
        .collect();
    let gates =
        if gates.is_empty() { String::new() } else { format!("  for gate {}", gates.join(", ")) };
    let tail = width(&count) + width(&gates) + 2;
    Line::from(vec![
        Span::styled(fit(&checklist.title, columns.saturating_sub(tail)), ink.theme.steps.phase),
        Span::styled(format!("  {count}"), style),
        Span::styled(gates, ink.theme.screen.muted),
    ])
}

/// An item by its place.
fn find<'a>(ink: &Ink<'a>, checklist: usize, item: usize) -> Option<(&'a str, &'a ChecklistItem)> {
    let list = ink.model.run.plan.checklists.get(checklist)?;
    Some((&list.id, list.items.get(item)?))
}

/// How an item stands: symbol, who and when or whose, style.
fn state(ink: &Ink<'_>, list: &str, item: &ChecklistItem) -> (&'static str, String, Style) {
    match ink.model.run.checklist_item(list, &item.id) {
        None => ("☐", expected(ink, item), ink.theme.detail.open),
        Some(ItemState::Ticked { fact, evidence }) => {
            let proof = match evidence {
                None => "",
                Some(Evidence::Link { .. }) => ", link",
                Some(Evidence::File { .. }) => ", file",
            };
            let by = format!("{} {}{proof}", ink.name(&fact.person), ink.moment(fact.at));
            ("☑", by, ink.theme.detail.ticked)
        }
        Some(ItemState::Waived { fact, reason }) => {
            let by = format!("waived by {}: {reason}", ink.name(&fact.person));
            ("⊘", by, ink.theme.steps.deferred)
        }
    }
}

fn full(ink: &Ink<'_>, checklist: usize, item: usize, columns: usize) -> Vec<Line<'static>> {
    let Some((list, item)) = find(ink, checklist, item) else { return Vec::new() };
    let (symbol, tail, style) = state(ink, list, item);
    let mut lines = wrap(&format!("{symbol} {}", item.text), columns, style);
    lines.extend(wrap(&tail, columns, ink.theme.screen.muted));
    lines
}

fn item_row(ink: &Ink<'_>, checklist: usize, item: usize, columns: usize) -> Line<'static> {
    let Some((list, item)) = find(ink, checklist, item) else { return Line::default() };
    let (symbol, tail, style) = state(ink, list, item);
    let room = columns.saturating_sub(4);
    let tail_room = width(&tail).min(room / 2).min(40);
    let text = left(&item.text, room.saturating_sub(tail_room + 2));
    Line::from(vec![
        Span::styled(format!("  {symbol} "), style),
        Span::styled(text, style),
        Span::styled(format!("  {}", fit(&tail, tail_room)), ink.theme.screen.muted),
    ])
}

fn expected(ink: &Ink<'_>, item: &ChecklistItem) -> String {
    let owner = item.owner.as_deref().map(|owner| ink.name(owner)).unwrap_or_default();
    let proof = if item.evidence { "with evidence" } else { "" };
    let and = if owner.is_empty() || proof.is_empty() { "" } else { ", " };
    format!("{owner}{and}{proof}")
}
