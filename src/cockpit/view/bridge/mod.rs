//! The bridge view: eight large lines for the screen that everybody on the call sees. As much of
//! it as there is room for is in letters of blocks, what matters most first.

mod large;
mod said;

use super::ink::{Ink, put};
use super::pane;
use super::text::{fit, left, width, wrap};
use crate::cockpit::model::{Focus, View};
use large::{Size, large};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use said::{Said, said};

/// Columns of the labels.
const LABEL: u16 = 14;

/// The order in which lines grow: the clock, roll back by, RAG, whom we wait for, what is to be
/// decided, whom to call, the next update, the streams.
const GROW: [usize; 8] = [0, 2, 1, 3, 5, 4, 7, 6];

/// Draws the pane of the cockpit.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let focused = ink.model.focus() == Focus::Pane(View::Bridge);
    let inner = pane::frame(ink, buffer, area, "Bridge", focused);
    lines(ink, buffer, inner);
}

/// Draws the eight lines on an area that is theirs alone.
pub fn lines(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let pad = u16::from(area.width >= 40);
    let area = Rect { x: area.x + pad, width: area.width.saturating_sub(2 * pad), ..area };
    let all = said(ink);
    let mut y = area.y;
    for (line, (size, height)) in all.iter().zip(sizes(ink, &all, area)) {
        let end = area.y.saturating_add(area.height);
        let part = Rect { y, height: height.min(end.saturating_sub(y)), ..area };
        one(ink, buffer, part, (line, size));
        y = y.saturating_add(height);
    }
}

/// The lines as plain text, for where there is no screen.
pub fn text(ink: &Ink<'_>) -> String {
    let mut out = String::new();
    for line in said(ink) {
        let chips: Vec<_> = line.chips.iter().map(|chip| chip.content.trim()).collect();
        let more = if chips.is_empty() { line.more } else { chips.join("  ") };
        let text =
            format!("{} {}  {more}", left(line.label.trim(), usize::from(LABEL) - 1), line.word);
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// How large each line is, and how many rows it has.
fn sizes(ink: &Ink<'_>, all: &[Said; 8], area: Rect) -> [(Size, u16); 8] {
    let mut sizes = [(Size::Usual, if area.height >= 16 { 2 } else { 1 }); 8];
    let mut spare = area.height.saturating_sub(16);
    // The letters of blocks are made of symbols that a poor font may lack.
    let steps: &[Size] = if ink.theme.ascii { &[] } else { &[Size::Large, Size::Huge] };
    for &size in steps {
        for at in GROW {
            let (Some(line), Some(now)) = (all.get(at), sizes.get_mut(at)) else { continue };
            let more = (size.lines() + 1).saturating_sub(now.1);
            if more <= spare && has_room(line, size, area) {
                *now = (size, size.lines() + 1);
                spare -= more;
            }
        }
    }
    let air = (spare / 8).min(2);
    sizes.map(|(size, height)| (size, height + air))
}

/// Whether a line can be said so large, and still leaves room beside it for what hangs on it.
fn has_room(line: &Said, size: Size, area: Rect) -> bool {
    let Some(lines) = large(&line.word, size).filter(|_| !line.idle) else { return false };
    let wide = lines.first().map_or(0, |line| width(line));
    let beside = if line.more.is_empty() && line.chips.is_empty() { 0 } else { 14 };
    wide + beside + usize::from(LABEL) <= usize::from(area.width)
}

fn one(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, (line, size): (&Said, Size)) {
    let narrow = area.width < 40;
    let label = fit(&line.label, usize::from(LABEL) - 1);
    put(
        buffer,
        area,
        0,
        &Line::styled(if narrow { String::new() } else { label }, line.label_style),
    );
    let indent = if narrow { 0 } else { LABEL.min(area.width) };
    let room = Rect { x: area.x + indent, width: area.width - indent, ..area };
    let wide = match large(&line.word, size) {
        Some(rows) => {
            let wide = rows.first().map_or(0, |row| width(row));
            for (at, row) in rows.into_iter().enumerate() {
                put(buffer, room, at, &Line::styled(row, line.style));
            }
            wide
        }
        None => {
            let word = fit(&line.word, usize::from(room.width));
            put(buffer, room, 0, &Line::styled(word.clone(), line.style));
            width(&word)
        }
    };
    beside(ink, buffer, room, (line, size, wide));
}

/// What hangs on a line: beside its word, or below where there is no room beside.
fn beside(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    room: Rect,
    (line, size, wide): (&Said, Size, usize),
) {
    let gap = u16::try_from(wide).unwrap_or(u16::MAX).saturating_add(2).min(room.width);
    let gap = if line.word.is_empty() { 0 } else { gap };
    let right = Rect { x: room.x + gap, width: room.width - gap, ..room };
    let rows = room.height.min(size.lines().max(1));
    if !line.chips.is_empty() {
        return put(buffer, right, 0, &chips(line, usize::from(right.width)));
    }
    let style = ink.theme.bridge.more;
    let fits = wrap(&line.more, usize::from(right.width), style).len() <= usize::from(rows);
    let below = size == Size::Usual && room.height >= 2 && !fits;
    let (area, rows) = match below {
        true => (Rect { y: room.y + 1, height: 1, ..room }, 1),
        false => (right, rows),
    };
    let mut wrapped = wrap(&line.more, usize::from(area.width), style);
    if wrapped.len() > usize::from(rows) && rows > 0 {
        // What does not fit is told by the ellipsis of the last line.
        let rest: Vec<_> = wrapped.drain(usize::from(rows) - 1..).map(|l| l.to_string()).collect();
        wrapped.push(Line::styled(fit(&rest.join(" "), usize::from(area.width)), style));
    }
    for (at, line) in wrapped.iter().enumerate() {
        put(buffer, area, at, line);
    }
}

/// As many chips as fit, and how many do not.
fn chips(line: &Said, room: usize) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut used = 0;
    for (at, chip) in line.chips.iter().enumerate() {
        let left = line.chips.len() - at;
        let tail = if left > 1 { 5 } else { 0 };
        if used + width(&chip.content) + tail > room {
            spans.push(Span::raw(fit(&format!("+{left}"), room.saturating_sub(used))));
            break;
        }
        used += width(&chip.content) + 2;
        spans.extend([chip.clone(), Span::raw("  ")]);
    }
    Line::from(spans)
}
