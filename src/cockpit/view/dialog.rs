//! What has to be answered first: acts that could not be written, and stray text.

use super::ink::{Ink, put};
use super::pane;
use super::text::{fit, wrap};
use crate::cockpit::model::{Offer, Unsaved};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The dialog of acts that are not on the disk. They stay until they are, or are given up.
pub fn unsaved(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, unsaved: &[Unsaved]) {
    let styles = &ink.theme.dialog;
    let title = format!("NOT SAVED: {} of your acts", unsaved.len());
    let inner = pane::panel(buffer, area, [styles.body, styles.border, styles.title], &title);
    let columns = usize::from(inner.width);
    let mut lines = Vec::new();
    if let Some(first) = unsaved.first() {
        lines.extend(wrap(&first.error, columns, styles.title));
        lines.push(Line::default());
    }
    lines.extend(wrap("Not recorded yet, and kept here:", columns, ink.theme.card.label));
    for act in unsaved {
        lines.push(Line::styled(
            fit(&format!("• {}", act.act.text), columns),
            ink.theme.card.choice,
        ));
    }
    let keys = Line::styled("Enter tries again · g gives them up", ink.theme.footer.key);
    let rows = usize::from(inner.height).saturating_sub(1);
    pane::lines(buffer, Rect { height: inner.height.saturating_sub(1), ..inner }, &lines, 0);
    if lines.len() > rows && rows > 0 {
        let more = format!("… and {} lines more", lines.len() - rows + 1);
        let row = Rect { height: inner.height.saturating_sub(1), ..inner };
        super::ink::tint(buffer, last_line(row), styles.body);
        put(
            buffer,
            last_line(row),
            0,
            &Line::styled(super::text::left(&more, columns), ink.theme.card.label),
        );
    }
    put(buffer, last_line(inner), 0, &keys);
}

/// The offer to keep stray text as a note.
pub fn offer(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, offer: &Offer) {
    let styles = &ink.theme.card;
    let title = "That looks like a text: nothing was changed";
    let inner = pane::panel(buffer, area, [styles.body, styles.border, styles.title], title);
    let columns = usize::from(inner.width);
    let text = Rect { height: inner.height.saturating_sub(1), ..inner };
    let lines = wrap(offer.text.trim_end(), columns, styles.choice);
    let last = lines.len().saturating_sub(usize::from(text.height));
    pane::lines(buffer, text, &lines, last);
    let keys = Line::styled("Enter keeps it as a note · Esc drops it", ink.theme.footer.key);
    put(buffer, last_line(inner), 0, &keys);
}

fn last_line(area: Rect) -> Rect {
    let down = area.height.saturating_sub(1);
    Rect { y: area.y.saturating_add(down), height: area.height.min(1), ..area }
}
