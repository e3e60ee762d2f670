//! The help: every action with its keys, from the one table.

use super::ink::Ink;
use super::pane;
use super::text::{left, wrap};
use crate::cockpit::action::{ACTIONS, SCOPES};
use crate::cockpit::model::Model;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws the help from line `top` on.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, top: usize) {
    let styles = &ink.theme.card;
    let title = "Help · Esc closes";
    let inner = pane::panel(buffer, area, [styles.body, styles.border, styles.title], title);
    let lines = content(ink, usize::from(inner.width));
    let top = pane::lines(buffer, inner, &lines, top);
    pane::scrolled(ink, buffer, area, top, lines.len());
}

/// How the states look, in the order of a step's life.
const LEGEND: [(&str, &str); 5] = [
    ("◌ waiting   ○ ready", "predecessors are open; it may start now"),
    ("● running   ■ blocked", "being worked on; cannot go on for now"),
    ("✔ done      ✖ FAILED", "finished; wants a decision"),
    ("⊘ skipped   » deferred", "we chose not to; still owed afterwards"),
    ("· not appl. ↶ undone", "the untaken branch; taken back by a rollback"),
];

/// Every line of the help in so many columns.
pub fn content(ink: &Ink<'_>, columns: usize) -> Vec<Line<'static>> {
    let model: &Model = ink.model;
    let mut lines = Vec::new();
    let heading = |text: &str| Line::styled(text.to_owned(), ink.theme.screen.strong);
    for scope in SCOPES {
        lines.push(heading(scope.title()));
        for about in ACTIONS.iter().filter(|about| about.scope == scope) {
            let keys: Vec<_> =
                model.keymap.keys(about.action).iter().map(|k| k.to_string()).collect();
            let room = 18.min(columns / 3);
            let help = wrap(about.help, columns.saturating_sub(room + 3), Style::new());
            for (at, help) in help.into_iter().enumerate() {
                let keys = if at == 0 { keys.join(" ") } else { String::new() };
                let keys = format!("  {} ", left(&keys, room));
                let mut spans = vec![Span::styled(keys, ink.theme.footer.key)];
                spans.extend(help.spans);
                lines.push(Line::from(spans));
            }
        }
        lines.push(Line::default());
    }
    lines.push(heading("States"));
    lines.extend(LEGEND.iter().map(|(symbols, words)| {
        Line::from(vec![
            Span::raw(format!("  {} ", left(symbols, 24.min(columns / 2)))),
            Span::styled((*words).to_owned(), ink.theme.screen.muted),
        ])
    }));
    lines
}
