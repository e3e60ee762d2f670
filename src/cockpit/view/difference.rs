//! What the changed file would change: its problems, or its lines against the present ones.

use super::ink::{Ink, put};
use super::pane;
use super::text::{self, wrap};
use crate::cockpit::action::Action;
use crate::cockpit::model::{DiffHow, DiffLine, FileChange, Focus, View};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Columns before a line's text.
const SIGN: usize = 2;

/// Draws the pane.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let focused = ink.model.focus() == Focus::Pane(View::Difference);
    let file = &ink.model.file_name;
    let title = match &ink.model.change {
        Some(change) if change.earlier => format!("Difference · from {file} to this run"),
        _ => format!("Difference · from this run to {file}"),
    };
    let inner = pane::frame(ink, buffer, area, &title, focused);
    let columns = usize::from(inner.width);
    let Some(change) = &ink.model.change else {
        let text = "The file reads like the run.";
        return put(buffer, inner, 0, &Line::styled(text, ink.theme.screen.muted));
    };
    let head = head(ink, change, columns);
    // Only the lines in sight are built: a runbook may have ten thousand.
    let rows = usize::from(inner.height);
    let all = head.len() + change.lines.len();
    let top = change.scroll.min(all.saturating_sub(rows));
    let lines = (top..all.min(top + rows)).map(|at| match at.checked_sub(head.len()) {
        None => head.get(at).cloned().unwrap_or_default(),
        Some(at) => {
            change.lines.get(at).map(|l| line(ink, l, change.left, columns)).unwrap_or_default()
        }
    });
    for (row, line) in lines.enumerate() {
        put(buffer, inner, row, &line);
    }
    pane::scrolled(ink, buffer, area, top, all);
}

/// How many lines there are to scroll through.
pub fn height(ink: &Ink<'_>, columns: usize) -> usize {
    let change = ink.model.change.as_ref();
    change.map_or(0, |change| head(ink, change, columns).len() + change.lines.len())
}

/// What is said before the lines: what the file changes, or what is wrong with it.
fn head(ink: &Ink<'_>, change: &FileChange, columns: usize) -> Vec<Line<'static>> {
    let mut head = wrap(&change.summary, columns, ink.theme.screen.strong);
    if change.earlier {
        let key = ink.model.keymap.shown(Action::WriteBack);
        let text = format!(
            "This run has edits that {} does not have; {key} writes them to the file.",
            ink.model.file_name
        );
        head.extend(wrap(&text, columns, ink.theme.screen.muted));
    } else if change.problems.is_empty() {
        for step in &change.taken_out {
            let text = format!("{step}: it would leave the plan, its history stays.");
            head.extend(wrap(&text, columns, ink.theme.screen.bad));
        }
        let key = ink.model.keymap.shown(Action::Adopt);
        let text = format!("{key} adopts it, once a lead says so.");
        head.extend(wrap(&text, columns, ink.theme.screen.muted));
    } else {
        head.extend(wrap("It cannot be adopted as it is:", columns, ink.theme.screen.bad));
    }
    for problem in change.problems.iter().take(200) {
        head.extend(wrap(problem, columns, ink.theme.screen.bad));
    }
    head.push(Line::default());
    head
}

/// The first column when the lines are scrolled sideways to the end of the longest.
pub fn last_left(change: &FileChange, columns: usize) -> usize {
    let longest = change.lines.iter().map(|line| text::columns(&line.text)).max().unwrap_or(0);
    (longest + SIGN).saturating_sub(columns)
}

/// A line from column `left` on; where something of it is out of sight, a sign says so.
fn line(ink: &Ink<'_>, line: &DiffLine, left: usize, columns: usize) -> Line<'static> {
    let styles = &ink.theme.difference;
    let (sign, style) = match line.how {
        DiffHow::Same => (' ', styles.same),
        DiffHow::Added => ('+', styles.added),
        DiffHow::Removed => ('-', styles.removed),
        DiffHow::Gap => ('┄', styles.place),
    };
    let (cut, rest) = text::from_column(&line.text, left, columns);
    let before = if cut { '‹' } else { ' ' };
    Line::styled(text::fit(&format!("{sign}{before}{rest}"), columns), style)
}
