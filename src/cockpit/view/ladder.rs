//! The rollback ladder: every rung at length, one below the other.

use super::ink::Ink;
use super::{detail, pane};
use crate::cockpit::model::{Focus, View};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Draws the pane.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let focused = ink.model.focus() == Focus::Pane(View::Ladder);
    let inner = pane::frame(ink, buffer, area, View::Ladder.title(), focused);
    let inner = detail::text_area(inner);
    let lines = content(ink, usize::from(inner.width));
    let top = pane::lines(buffer, inner, &lines, ink.model.ladder.scroll);
    pane::scrolled(ink, buffer, area, top, lines.len());
}

/// Every line in so many columns.
pub fn content(ink: &Ink<'_>, columns: usize) -> Vec<Line<'static>> {
    let rungs = ink.model.run.plan.rollbacks.len();
    let mut lines = Vec::new();
    for rung in 0..rungs {
        if rung > 0 {
            let rule = "─".repeat(columns);
            lines.push(Line::styled(rule, ink.theme.pane.border));
        }
        lines.extend(detail::rung(ink, rung, columns));
    }
    if rungs == 0 {
        let text = "This runbook has no [[rollbacks]].";
        lines.push(Line::styled(text, ink.theme.screen.muted));
    }
    lines
}
