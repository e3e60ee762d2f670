//! `@name` while a note is being written: what it may become, and the key that completes it; and
//! names that nobody here has.

use crate::cockpit::card::{Card, FieldName, Input, Tone};
use crate::cockpit::effect::Effect;
use crate::cockpit::model::Model;
use crate::run::mention::{self, Callable};
use crate::run::stranger;

/// What is said at the text of a note when no name is being written.
pub const HINT: &str = "Ctrl-S records it, @name calls";

/// What the name at the cursor of the note's text may become, and how much of it stands there.
fn offered(model: &Model) -> Option<(usize, Vec<Callable>)> {
    let card = model.card.as_ref()?;
    let field = card.focused().filter(|field| field.name == FieldName::Text)?;
    let Input::Area(area) = &field.input else { return None };
    let tui_textarea::DataCursor(row, column) = area.cursor();
    let before: String = area.lines().get(row)?.chars().take(column).collect();
    let begun = mention::being_written(&before)?;
    let callable = mention::callable(&model.run, &model.me, begun);
    let done = matches!(callable.as_slice(), [only] if only.name == begun);
    (!callable.is_empty() && !done).then(|| (begun.chars().count(), callable))
}

/// Says at the text which names may be meant.
pub(super) fn hint(model: &mut Model) {
    let text = match offered(model) {
        Some((_, callable)) => {
            let names = callable.iter().map(|c| match c.name == c.who {
                true => format!("@{}", c.name),
                false => format!("@{} {}", c.name, c.who),
            });
            format!("Tab: {}", names.collect::<Vec<_>>().join(" · "))
        }
        None => HINT.to_owned(),
    };
    let Some(card) = model.card.as_mut() else { return };
    let is_text = |field: &&mut crate::cockpit::card::Field| {
        field.name == FieldName::Text && matches!(field.input, Input::Area(_))
    };
    if let Some(field) = card.fields.iter_mut().find(is_text) {
        field.hint = text;
    }
}

/// Writes the first of the names out; false where none is being written.
pub(super) fn complete(model: &mut Model) -> Option<Vec<Effect>> {
    let (begun, callable) = offered(model)?;
    let name = callable.first()?.name.clone();
    let card = model.card.as_mut()?;
    let focus = card.focus;
    let Input::Area(area) = &mut card.fields.get_mut(focus)?.input else { return None };
    for _ in 0..begun {
        area.delete_char();
    }
    area.insert_str(format!("{name} "));
    card.typed.push_str(&name);
    hint(model);
    Some(super::card_keys::save_draft(model))
}

/// Says which names in a note that is on its way nobody here has.
pub(super) fn say_unknown(model: &mut Model, card: &Card) {
    let Some(text) = card.text(&FieldName::Text) else { return };
    let unknown = mention::mentions(&model.run, &model.me, &text).into_iter();
    let unknown = unknown.filter(|mention| mention.people.is_empty());
    let names: Vec<String> = unknown
        .filter_map(|mention| text.get(mention.range.start + 1..mention.range.end))
        .filter_map(|name| stranger(&model.run, name))
        .map(|stranger| match stranger.meant {
            Some(meant) => format!("@{} (did you mean @{meant}?)", stranger.name),
            None => format!("@{}", stranger.name),
        })
        .collect();
    if !names.is_empty() {
        let said = format!("nobody here is called {}: nobody was called", names.join(", "));
        model.say_long(Tone::Warn, said);
    }
}
