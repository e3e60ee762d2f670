//! Lists with a cursor: rows one below the other, only those in sight built.

use super::ink::{Ink, put, tint};
use super::pane;
use crate::cockpit::model::Place;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Draws rows `place.top` and on, each made by `row` from its index and told its columns, with
/// the cursor's mark before it.
pub fn draw(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    inner: Rect,
    (place, all): (Place, usize),
    row: impl Fn(usize, usize) -> Line<'static>,
) {
    let columns = usize::from(inner.width).saturating_sub(2);
    let end = all.min(place.top.saturating_add(usize::from(inner.height)));
    for at in place.top..end {
        let here = at == place.cursor;
        let mut line = row(at, columns);
        line.spans.insert(0, Span::raw(if here { "▸ " } else { "  " }));
        put(buffer, inner, at - place.top, &line);
        if here && let Ok(below) = u16::try_from(at - place.top) {
            let row = Rect { y: inner.y.saturating_add(below), height: 1, ..inner };
            tint(buffer, row, ink.theme.steps.cursor);
        }
    }
}

/// Where the row under the cursor is cut, shows all of it on a panel in the other half of the
/// pane, so that nothing has to be opened to be read.
pub fn in_full(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    inner: Rect,
    (place, lines): (Place, &[Line<'static>]),
) {
    let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let height = wanted.min(inner.height / 2);
    if height < 3 || inner.width < 20 {
        return;
    }
    let row = u16::try_from(place.cursor.saturating_sub(place.top)).unwrap_or(0);
    let below = row < inner.height / 2;
    let y = if below { inner.y + inner.height - height } else { inner.y };
    let styles = &ink.theme.card;
    let area = Rect { y, height, ..inner };
    let ground = [styles.body, ink.theme.pane.border, ink.theme.pane.title];
    let inside = pane::panel(buffer, area, ground, "in full");
    pane::lines(buffer, inside, lines, 0);
}
