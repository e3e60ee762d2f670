//! Frames: a border with a title, and how far a list is scrolled.

use super::ink::{Ink, put, tint};
use super::text::{fit, width};
use crate::cockpit::layout::inside;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

/// The frame of a pane. Its inside is what is left.
pub fn frame(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, title: &str, focused: bool) -> Rect {
    let styles = &ink.theme.pane;
    let (border, head) = if focused {
        (styles.border_focused, styles.title_focused)
    } else {
        (styles.border, styles.title)
    };
    outline(buffer, area, border, head, title)
}

/// The frame of something that lies on top: its ground is cleared first.
pub fn panel(buffer: &mut Buffer, area: Rect, styles: [Style; 3], title: &str) -> Rect {
    let [ground, border, head] = styles;
    let area = area.intersection(buffer.area);
    Clear.render(area, buffer);
    tint(buffer, area, ground);
    outline(buffer, area, border, head, title)
}

fn outline(buffer: &mut Buffer, area: Rect, border: Style, head: Style, title: &str) -> Rect {
    let area = area.intersection(buffer.area);
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    Block::bordered().border_style(border).render(area, buffer);
    let room = usize::from(area.width).saturating_sub(4);
    if !title.is_empty() && room > 0 {
        let title = Line::styled(format!(" {} ", fit(title, room.saturating_sub(2))), head);
        buffer.set_line(area.x + 1, area.y, &title, area.width - 2);
    }
    inside(area)
}

/// Writes on the lower border of a frame, at its right: how much is above and below what is seen.
pub fn scrolled(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, top: usize, all: usize) {
    let rows = usize::from(area.height.saturating_sub(2));
    if all <= rows || area.height < 2 {
        return;
    }
    beyond(ink, buffer, area, top, all.saturating_sub(top + rows));
}

/// Writes on the lower border of a frame, at its right, that so many lines are above and below;
/// nothing where all of it is seen.
pub fn beyond(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, above: usize, below: usize) {
    if (above, below) == (0, 0) || area.height < 2 {
        return;
    }
    let text = match (above, below) {
        (0, below) => format!(" ↓ {below} more "),
        (above, 0) => format!(" ↑ {above} above "),
        (above, below) => format!(" ↑ {above} above, ↓ {below} more "),
    };
    let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX);
    if columns + 2 <= area.width {
        let x = area.x + area.width - 1 - columns;
        let line = Line::from(Span::styled(text, ink.theme.pane.scroll));
        put(buffer, Rect { x, y: area.y + area.height - 1, width: columns, height: 1 }, 0, &line);
    }
}

/// Draws the lines of a text from `top` on, as many as fit, never scrolled past its end. Tells
/// where it begins.
pub fn lines(buffer: &mut Buffer, area: Rect, lines: &[Line<'_>], top: usize) -> usize {
    let rows = usize::from(area.height);
    let top = top.min(lines.len().saturating_sub(rows));
    for (row, line) in lines.iter().skip(top).take(rows).enumerate() {
        put(buffer, area, row, line);
    }
    top
}
