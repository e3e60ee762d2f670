//! What keys do inside the inputs of a card.

use crate::cockpit::card::{Input, LineEdit};
use crate::cockpit::effect::Effect;
use crate::cockpit::key::{Key, KeyCode};
use crate::cockpit::model::Model;
use tui_textarea::CursorMove;

/// The longest line that is taken, in bytes.
const LINE_LIMIT: usize = 8 * 1024;

/// What became of a key in an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It changed or moved something inside.
    Yes,
    /// It left the input downwards or upwards.
    Leaves(Way),
    /// It means nothing to the input.
    No,
}

/// To which neighbor a key leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The field before.
    Back,
    /// The next field.
    On,
}

/// A key in an input.
pub(super) fn key(input: &mut Input, key: Key) -> Taken {
    match input {
        Input::Line(line) => match key.code {
            KeyCode::Up => Taken::Leaves(Way::Back),
            KeyCode::Down => Taken::Leaves(Way::On),
            _ if line_key(line, key) => Taken::Yes,
            _ => Taken::No,
        },
        Input::Area(area) => {
            let (before, lines) = (area.cursor().0, area.lines().len());
            match key.code {
                KeyCode::Up if before == 0 => Taken::Leaves(Way::Back),
                KeyCode::Down if before + 1 >= lines => Taken::Leaves(Way::On),
                KeyCode::Esc | KeyCode::Tab | KeyCode::BackTab => Taken::No,
                _ => {
                    area.input(event(key));
                    Taken::Yes
                }
            }
        }
        Input::Pick { options, picked } => pick_key(options, picked, key),
        Input::Ticks { items, cursor } => {
            let last = items.len().saturating_sub(1);
            match key.code {
                KeyCode::Up if *cursor == 0 => Taken::Leaves(Way::Back),
                KeyCode::Down if *cursor >= last => Taken::Leaves(Way::On),
                KeyCode::Up => {
                    *cursor -= 1;
                    Taken::Yes
                }
                KeyCode::Down => {
                    *cursor += 1;
                    Taken::Yes
                }
                KeyCode::Char(' ') => {
                    if let Some(item) = items.get_mut(*cursor)
                        && item.done_by.is_none()
                    {
                        item.on = !item.on;
                    }
                    Taken::Yes
                }
                _ => Taken::No,
            }
        }
    }
}

fn pick_key(
    options: &[crate::cockpit::card::PickOption],
    picked: &mut Option<usize>,
    key: Key,
) -> Taken {
    let last = options.len().saturating_sub(1);
    match (key.code, *picked) {
        (KeyCode::Up, None | Some(0)) => Taken::Leaves(Way::Back),
        (KeyCode::Down, Some(at)) if at >= last => Taken::Leaves(Way::On),
        (KeyCode::Up, Some(at)) => {
            *picked = Some(at - 1);
            Taken::Yes
        }
        (KeyCode::Down, at) => {
            *picked = Some(at.map_or(0, |at| at + 1));
            Taken::Yes
        }
        (KeyCode::Left, Some(at)) => {
            *picked = Some(at.saturating_sub(1));
            Taken::Yes
        }
        (KeyCode::Right, at) => {
            *picked = Some(at.map_or(0, |at| (at + 1).min(last)));
            Taken::Yes
        }
        _ => match key.typed().and_then(|c| option_of(options, c)) {
            Some(at) => {
                *picked = Some(at);
                Taken::Yes
            }
            None => Taken::No,
        },
    }
}

/// The option that a character names: by its place, as the only one that begins with it, or as
/// the only one whose id does (`g` is Go, `c` Go with conditions).
fn option_of(options: &[crate::cockpit::card::PickOption], c: char) -> Option<usize> {
    if let Some(digit) = c.to_digit(10) {
        let at = usize::try_from(digit).ok()?.checked_sub(1)?;
        return (at < options.len()).then_some(at);
    }
    let begins = |word: &str| word.chars().next().is_some_and(|f| f.eq_ignore_ascii_case(&c));
    let only = |mut hits: Box<dyn Iterator<Item = usize> + '_>| match (hits.next(), hits.next()) {
        (at, None) => at,
        _ => None,
    };
    let by = |word: fn(&crate::cockpit::card::PickOption) -> &str| {
        let all = options.iter().enumerate();
        only(Box::new(all.filter(move |(_, o)| begins(word(o))).map(|(at, _)| at)))
    };
    by(|option| &option.label).or_else(|| by(|option| &option.id))
}

/// A key in a line; false when it means nothing there.
pub(super) fn line_key(line: &mut LineEdit, key: Key) -> bool {
    let before = |line: &LineEdit| {
        line.text.get(..line.cursor).and_then(|t| t.char_indices().next_back()).map(|(at, _)| at)
    };
    match key.code {
        KeyCode::Char('u') if key.ctrl => *line = LineEdit::default(),
        KeyCode::Char('a') if key.ctrl => line.cursor = 0,
        KeyCode::Char('e') if key.ctrl => line.cursor = line.text.len(),
        KeyCode::Char('w') if key.ctrl => {
            let head = line.text.get(..line.cursor).unwrap_or_default().trim_end();
            let from = head.rfind(' ').map_or(0, |at| at + 1);
            line.text.replace_range(from..line.cursor, "");
            line.cursor = from;
        }
        KeyCode::Backspace => {
            if let Some(at) = before(line) {
                line.text.remove(at);
                line.cursor = at;
            }
        }
        KeyCode::Delete => {
            if line.cursor < line.text.len() {
                line.text.remove(line.cursor);
            }
        }
        KeyCode::Left => line.cursor = before(line).unwrap_or(0),
        KeyCode::Right => {
            let next = line.text.get(line.cursor..).and_then(|t| t.chars().next());
            line.cursor += next.map_or(0, char::len_utf8);
        }
        KeyCode::Home => line.cursor = 0,
        KeyCode::End => line.cursor = line.text.len(),
        _ => match key.typed() {
            Some(c) => insert(line, c.encode_utf8(&mut [0; 4])),
            None => return false,
        },
    }
    true
}

/// Puts a text into a line at its cursor; line ends become spaces.
pub(super) fn insert(line: &mut LineEdit, text: &str) {
    if line.text.len() + text.len() > LINE_LIMIT {
        return;
    }
    let text = text.trim_end_matches('\n').replace('\n', " ");
    line.text.insert_str(line.cursor, &text);
    line.cursor += text.len();
}

/// A paste into the focused input; none when it takes no text.
pub(super) fn paste(model: &mut Model, text: &str) -> Option<Vec<Effect>> {
    let card = model.card.as_mut()?;
    let focus = card.focus;
    match &mut card.fields.get_mut(focus)?.input {
        Input::Line(line) => insert(line, text),
        Input::Area(area) => {
            area.insert_str(text);
        }
        Input::Pick { .. } | Input::Ticks { .. } => return None,
    }
    card.fresh = false;
    card.flow = None;
    card.typed.push_str(text);
    Some(super::card_keys::save_draft(model))
}

/// Whether the focus is in a text of several lines, where Enter is a line break.
pub(super) fn in_area(model: &Model) -> bool {
    model
        .card
        .as_ref()
        .and_then(|card| card.focused())
        .is_some_and(|field| matches!(field.input, Input::Area(_)))
}

/// A text area's own kind of key.
fn event(key: Key) -> tui_textarea::Input {
    use tui_textarea::Key as K;
    let code = match key.code {
        KeyCode::Char(c) => K::Char(c),
        KeyCode::Enter => K::Enter,
        KeyCode::Backspace => K::Backspace,
        KeyCode::Delete => K::Delete,
        KeyCode::Left => K::Left,
        KeyCode::Right => K::Right,
        KeyCode::Up => K::Up,
        KeyCode::Down => K::Down,
        KeyCode::Home => K::Home,
        KeyCode::End => K::End,
        KeyCode::PageUp => K::PageUp,
        KeyCode::PageDown => K::PageDown,
        _ => K::Null,
    };
    tui_textarea::Input { key: code, ctrl: key.ctrl, alt: key.alt, shift: key.shift }
}

/// A text area that holds a text, the cursor at its end.
pub fn area_with(text: &str) -> Input {
    let mut area = tui_textarea::TextArea::from(text.lines());
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    Input::Area(Box::new(area))
}
