//! The open card: a docked form. Its lines are where `layout` puts them, so that the mouse finds
//! them, too.

use super::ink::{Ink, put, tint};
use super::text::{fit, left, width, wrap, wrap_edited};
use super::{pane, trouble};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, Field, Input, LineEdit, PickOption, Tick};
use crate::cockpit::layout::{Spot, card_spots};
use crate::cockpit::model::Focus;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Draws the card. Tells where the text cursor is.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, card: &Card) -> Option<Position> {
    let styles = &ink.theme.card;
    let trouble = matches!(card.act, CardAct::Fail(_) | CardAct::RunCancel | CardAct::Block(_));
    let border = if trouble { styles.border_trouble } else { styles.border };
    pane::panel(buffer, area, [styles.body, border, styles.title], &card.title);
    let spots = card_spots(card, area);
    let below = !spots.iter().any(|(spot, _)| *spot == Spot::Button);
    keys(ink, buffer, area, (card, below));
    let labels = label_width(card, usize::from(area.width));
    let mut cursor = None;
    for (spot, line) in spots {
        let here = ink.model.focus() == Focus::Card;
        match spot {
            Spot::Fact(ix) => {
                if let Some(fact) = card.facts.get(ix) {
                    let tone = trouble::tone(ink, fact.tone);
                    let lines = wrap(&fact.text, usize::from(line.width), tone);
                    pane::lines(buffer, line, &lines, 0);
                }
            }
            Spot::Field(ix) => {
                let Some(field) = card.fields.get(ix) else { continue };
                let focused = here && ix == card.focus;
                let at = field_line(ink, buffer, line, (field, labels, focused));
                cursor = at.filter(|_| focused).or(cursor);
            }
            Spot::Choice(ix, choice) => {
                let Some(field) = card.fields.get(ix) else { continue };
                choice_line(ink, buffer, line, (field, choice, here && ix == card.focus));
            }
            Spot::Area(ix) => {
                let Some(Field { input: Input::Area(area), .. }) = card.fields.get(ix) else {
                    continue;
                };
                let tui_textarea::DataCursor(row, column) = area.cursor();
                let at = self::area(ink, buffer, line, (area.lines(), (row, column)));
                cursor = at.filter(|_| here && ix == card.focus).or(cursor);
            }
            Spot::Button => button(ink, buffer, line, card),
            Spot::Problem => problem(ink, buffer, line, card),
        }
    }
    cursor
}

/// What the keys do, on the card's lower border, and whether there is more of it below.
fn keys(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, (card, below): (&Card, bool)) {
    let map = &ink.model.keymap;
    let shown = |action| map.shown(action);
    let (record, next) = (shown(Action::CardRecord), shown(Action::CardNext));
    let close = shown(Action::CardClose);
    let more = if below { "↓ more below · " } else { "" };
    let short = if card.fresh && !card.wary && matches!(card.act, CardAct::Fail(_)) {
        "Enter records the time · "
    } else {
        ""
    };
    let text = fit(
        &format!(" {more}{short}{record} record · {next} next · {close} close "),
        usize::from(area.width).saturating_sub(4),
    );
    if area.height >= 2 {
        let bottom = Rect {
            x: area.x.saturating_add(2),
            y: area.y.saturating_add(area.height - 1),
            width: area.width.saturating_sub(3),
            height: 1,
        };
        put(buffer, bottom, 0, &Line::styled(text, ink.theme.card.label));
    }
}

fn label_width(card: &Card, columns: usize) -> usize {
    let longest = card.fields.iter().map(|field| width(&field.label)).max().unwrap_or(0);
    longest.min(20).min(columns / 3) + 2
}

/// The label, and for a field of one line its input. Tells where its text cursor is.
fn field_line(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    line: Rect,
    (field, labels, focused): (&Field, usize, bool),
) -> Option<Position> {
    let styles = &ink.theme.card;
    let mark = if focused { "▸ " } else { "  " };
    let label_style = if focused { styles.title } else { styles.label };
    let Input::Line(edit) = &field.input else {
        let hint = if field.hint.is_empty() { String::new() } else { format!("  {}", field.hint) };
        let text = Line::from(vec![
            Span::styled(
                format!("{mark}{}", fit(&field.label, usize::from(line.width))),
                label_style,
            ),
            Span::styled(fit(&hint, usize::from(line.width)), styles.label),
        ]);
        put(buffer, line, 0, &text);
        return None;
    };
    let label = format!("{mark}{}", left(&field.label, labels));
    put(buffer, line, 0, &Line::styled(label, label_style));
    let before = u16::try_from(labels + 2).unwrap_or(u16::MAX).min(line.width);
    let input = Rect { x: line.x.saturating_add(before), width: line.width - before, ..line };
    let style = if focused { styles.field_focused } else { styles.field };
    edit_line(ink, buffer, input, (edit, &field.hint, style))
}

/// A line being typed, scrolled so that its cursor is in sight. Tells where that is.
pub fn edit_line(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    area: Rect,
    (edit, hint, style): (&LineEdit, &str, Style),
) -> Option<Position> {
    if area.width == 0 || area.height == 0 {
        return None;
    }
    tint(buffer, area, style);
    if edit.text.is_empty() {
        let hint = fit(hint, usize::from(area.width));
        put(buffer, area, 0, &Line::styled(hint, ink.theme.card.placeholder));
        return Some(Position::new(area.x, area.y));
    }
    let room = usize::from(area.width).saturating_sub(1);
    let before = edit.text.get(..edit.cursor).unwrap_or(&edit.text);
    // What stands before the cursor is shown from where it fits: its last columns.
    let mut from = 0;
    let mut kept = width(&crate::runbook::visible(before));
    for (at, c) in before.char_indices() {
        if kept <= room {
            break;
        }
        kept = kept.saturating_sub(unicode_width::UnicodeWidthChar::width(c).unwrap_or(1));
        from = at + c.len_utf8();
    }
    let shown = edit.text.get(from..).unwrap_or_default();
    put(buffer, area, 0, &Line::styled(fit(shown, usize::from(area.width)), style));
    let column = u16::try_from(kept.min(room)).unwrap_or(0);
    Some(Position::new(area.x.saturating_add(column), area.y))
}

fn choice_line(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    line: Rect,
    (field, choice, focused): (&Field, usize, bool),
) {
    let styles = &ink.theme.card;
    let columns = usize::from(line.width);
    let (text, note, here) = match &field.input {
        Input::Pick { options, picked } => {
            let Some(PickOption { label, note, .. }) = options.get(choice) else { return };
            let here = *picked == Some(choice);
            (format!("{} {label}", if here { "●" } else { "○" }), note.clone(), here)
        }
        Input::Ticks { items, cursor } => {
            let Some(Tick { label, on, done_by, .. }) = items.get(choice) else { return };
            let symbol = if *on || done_by.is_some() { "☑" } else { "☐" };
            let by = done_by.as_deref().map(|by| format!("by {}", ink.name(by)));
            (format!("{symbol} {label}"), by.unwrap_or_default(), *cursor == choice)
        }
        _ => return,
    };
    let style = if here && focused { styles.choice_focused } else { styles.choice };
    if here && focused {
        tint(buffer, line, style);
    }
    let text = fit(&format!("    {text}"), columns);
    let note = fit(&format!("  {note}"), columns.saturating_sub(width(&text)));
    let spans = vec![Span::styled(text, style), Span::styled(note, styles.label)];
    put(buffer, line, 0, &Line::from(spans));
}

/// A text of several lines. Tells where its cursor is.
fn area(
    ink: &Ink<'_>,
    buffer: &mut Buffer,
    area: Rect,
    (lines, cursor): (&[String], (usize, usize)),
) -> Option<Position> {
    let styles = &ink.theme.card;
    if area.width < 5 || area.height == 0 {
        return None;
    }
    let area = Rect { x: area.x + 2, width: area.width - 4, ..area };
    tint(buffer, area, styles.field);
    let (rows, (row, column)) = wrap_edited(lines, cursor, usize::from(area.width));
    let height = usize::from(area.height);
    let top = (row + 1).saturating_sub(height);
    for (at, text) in rows.iter().skip(top).take(height).enumerate() {
        put(buffer, area, at, &Line::styled(text.as_str(), styles.field));
    }
    let x = u16::try_from(column).unwrap_or(0).min(area.width - 1);
    let y = u16::try_from(row - top).unwrap_or(0);
    Some(Position::new(area.x + x, area.y + y))
}

fn button(ink: &Ink<'_>, buffer: &mut Buffer, line: Rect, card: &Card) {
    let styles = &ink.theme.card;
    let focused = card.on_button();
    let (mark, style) =
        if focused { ("▸ ", styles.choice_focused) } else { ("  ", styles.choice) };
    let text = format!("{mark}[ {} ]", card.button);
    put(buffer, line, 0, &Line::styled(fit(&text, usize::from(line.width)), style));
    if !card.stray.is_empty() {
        let text = "typed text: Enter offers it as a note";
        let at = u16::try_from(width(text)).unwrap_or(0);
        if at + 4 < line.width {
            let line = Rect { x: line.x + line.width - at, width: at, ..line };
            put(buffer, line, 0, &Line::styled(text, styles.problem));
        }
    }
}

fn problem(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect, card: &Card) {
    let Some(problem) = &card.problem else { return };
    let lines = wrap(problem, usize::from(area.width), ink.theme.card.problem);
    pane::lines(buffer, area, &lines, 0);
}
