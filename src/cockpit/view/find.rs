//! Finder and palette: a line to type into, and what matches below it.

use super::card::edit_line;
use super::ink::{Ink, put};
use super::row::{Columns, step_row};
use super::text::left;
use super::{list, pane};
use crate::cockpit::layout::INPUT_ROWS;
use crate::cockpit::model::{Find, Palette};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

/// Draws the finder over steps. Tells where the text cursor is.
pub fn find(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, find: &Find) -> Option<Position> {
    let inner = frame(ink, buffer, area, "Find a step");
    let (line, below) = halves(inner);
    let hint = "letters of its title, id or owner; a number";
    let cursor = edit_line(ink, buffer, line, (&find.line, hint, ink.theme.card.field_focused));
    if find.hits.is_empty() {
        put(buffer, below, 0, &Line::styled("  No step is like that.", ink.theme.screen.muted));
    }
    let columns = Columns::of(&ink.model.run.plan, usize::from(below.width));
    list::draw(ink, buffer, below, (find.place, find.hits.len()), |at, _| {
        find.hits.get(at).map(|ix| step_row(ink, *ix, columns)).unwrap_or_default()
    });
    cursor
}

/// Draws the palette. Tells where the text cursor is.
pub fn palette(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    area: Rect,
    palette: &Palette,
) -> Option<Position> {
    let inner = frame(ink, buffer, area, "Command");
    let (line, below) = halves(inner);
    let hint = "what to do, in a few letters";
    let cursor = edit_line(ink, buffer, line, (&palette.line, hint, ink.theme.card.field_focused));
    if palette.hits.is_empty() {
        put(buffer, below, 0, &Line::styled("  No command is like that.", ink.theme.screen.muted));
    }
    list::draw(ink, buffer, below, (palette.place, palette.hits.len()), |at, columns| {
        let Some(action) = palette.hits.get(at) else { return Line::default() };
        let about = action.about();
        let help = columns.saturating_sub(18 + 10);
        Line::from(vec![
            Span::styled(left(about.name, 18), ink.theme.screen.accent),
            Span::styled(left(about.help, help), ink.theme.card.choice),
            Span::styled(
                format!(" {}", left(&ink.model.keymap.shown(*action), 9)),
                ink.theme.footer.key,
            ),
        ])
    });
    cursor
}

fn frame(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, title: &str) -> Rect {
    let styles = &ink.theme.card;
    pane::panel(buffer, area, [styles.body, styles.border, styles.title], title)
}

/// The input's line, and what is left for the matches.
fn halves(inner: Rect) -> (Rect, Rect) {
    let head = u16::try_from(INPUT_ROWS).unwrap_or(1).min(inner.height);
    let line = Rect { height: head.min(1), ..inner };
    let below = Rect { y: inner.y.saturating_add(head), height: inner.height - head, ..inner };
    (line, below)
}
