//! Keys while a card is open. Nothing is recorded but by Enter on the button (or Ctrl-S): in a
//! field Enter only leads to the button, so that a sentence typed into a card by mistake, with
//! its Enter, records nothing.

use super::field_keys::{self, Taken, Way};
use super::submit;
use super::typing::{ANSWER_GAP, CALM_GAP};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, FieldName, Input, MendHow, Tone};
use crate::cockpit::cards;
use crate::cockpit::effect::Effect;
use crate::cockpit::key::{Key, KeyCode};
use crate::cockpit::model::{Model, Offer};
use crate::cockpit::msg::Millis;

/// Two presses of Enter closer than this are one that was held down.
const ENTER_GAP: Millis = 150;

/// One key in the open card.
pub(super) fn key(model: &mut Model, key: Key, at: Millis, gap: Millis) -> Vec<Effect> {
    let action = model.keymap.in_card(key);
    let Some(card) = model.card.as_mut() else { return Vec::new() };
    let fresh = std::mem::take(&mut card.fresh);
    if key == Key::char('n') && card.questioned && card.on_button() && card.stray.is_empty() {
        let since = model.typing.last_enter.map(|last| at.saturating_sub(last));
        if since.is_none_or(|since| since >= ANSWER_GAP) {
            return keep_as_note(model);
        }
    }
    keep_typed(card, key, gap, action);
    if key.code == KeyCode::Enter && !key.ctrl && !key.alt && !field_keys::in_area(model) {
        return enter(model, fresh, at);
    }
    match action {
        Some(Action::CardClose) => return close(model),
        Some(Action::CardRecord) => return record_now(model, at),
        Some(Action::CardOverride) => {
            ask_override(model);
            return Vec::new();
        }
        _ => {}
    }
    if key == Key::plain(KeyCode::Tab)
        && let Some(effects) = super::mention::complete(model)
    {
        return effects;
    }
    if correct_key(model, key) {
        return Vec::new();
    }
    let Some(card) = model.card.as_mut() else { return Vec::new() };
    let focus = card.focus;
    let stray = !card.stray.is_empty();
    let taken = match card.fields.get_mut(focus) {
        // Once letters went astray everything is text: the person is not looking.
        Some(field) if !stray || matches!(field.input, Input::Line(_) | Input::Area(_)) => {
            field_keys::key(&mut field.input, key)
        }
        _ => match key.code {
            KeyCode::Up => Taken::Leaves(Way::Back),
            KeyCode::Down => Taken::Leaves(Way::On),
            _ => Taken::No,
        },
    };
    match (taken, action) {
        (Taken::Yes, _) => {
            card.problem = None;
            card.asked = false;
            cards::again(model);
            super::mention::hint(model);
            return save_draft(model);
        }
        (Taken::Leaves(Way::Back), _) | (_, Some(Action::CardPrevious)) => {
            step_focus(card, Way::Back)
        }
        (Taken::Leaves(Way::On), _) | (_, Some(Action::CardNext)) => step_focus(card, Way::On),
        (Taken::No, _) => astray(card, key),
    }
    Vec::new()
}

/// Remembers everything typed, and whether it came in one go.
fn keep_typed(card: &mut Card, key: Key, gap: Millis, action: Option<Action>) {
    /// More than this is not remembered, in bytes.
    const LIMIT: usize = 64 * 1024;
    if gap >= CALM_GAP {
        card.flow = None;
    }
    match (key.typed(), key.code) {
        (Some(c), _) if card.typed.len() < LIMIT => card.typed.push(c),
        (None, KeyCode::Enter) => {}
        (None, KeyCode::Backspace) if !key.ctrl && !key.alt => {
            card.typed.pop();
        }
        (None, _) if action != Some(Action::CardRecord) => card.flow = None,
        _ => {}
    }
}

/// What was typed was meant as a note.
fn keep_as_note(model: &mut Model) -> Vec<Effect> {
    let text = model.card.take().map(|card| card.typed).unwrap_or_default();
    model.typing.last_letter = None;
    super::open::note_with(model, text.trim())
}

/// What was typed in one go with the letter that opened the card may be a sentence meant for
/// somewhere else: a first yes only asks.
fn question(model: &mut Model) -> bool {
    let key = model.keymap.shown(Action::CardRecord);
    let Some(card) = model.card.as_mut() else { return false };
    let is_note = matches!(card.act, CardAct::NoteAdd { .. } | CardAct::NoteEdit(_));
    if is_note || !card.hasty() {
        return false;
    }
    card.questioned = card.flow.is_some_and(|before| card.typed.len() > before);
    (card.wary, card.flow) = (false, None);
    card.focus = card.fields.len();
    card.problem = Some(if card.questioned {
        let mut shown: String = card.typed.chars().take(40).collect();
        if shown.len() < card.typed.len() {
            shown.push('…');
        }
        let button = card.button.to_lowercase();
        format!(
            "typed in one go: Enter or {key} again to {button}, or n to keep “{shown}” as a note?"
        )
    } else {
        format!("Enter or {key} again if you mean it")
    });
    true
}

/// The key that records from any field.
fn record_now(model: &mut Model, at: Millis) -> Vec<Effect> {
    if model.card.as_ref().is_some_and(|card| !card.stray.is_empty()) {
        return offer_stray(model, at);
    }
    if question(model) { Vec::new() } else { record(model) }
}

/// A lead asks for the field with which a refusal is overridden.
fn ask_override(model: &mut Model) {
    let lead = model.run.role_of(&model.me) == crate::runbook::Role::Lead;
    let Some(card) = model.card.as_mut() else { return };
    let not_now = card.refusal.as_ref().is_some_and(|r| r.kind == crate::run::RefusalKind::NotNow);
    if lead && not_now {
        cards::with_override(card);
        let at = card.fields.iter().position(|field| field.name == FieldName::Override);
        card.focus = at.unwrap_or(card.focus);
        card.problem = None;
    } else {
        let why = if lead {
            "nothing here is refused that a lead could override"
        } else {
            "only a lead overrides"
        };
        card.problem = Some(why.to_owned());
    }
}

/// `t` and `x` in a correction say what is to be mended.
fn correct_key(model: &mut Model, key: Key) -> bool {
    let Some(card) = model.card.as_ref() else { return false };
    let how = match (&card.act, key.typed()) {
        (CardAct::Correct { mend: MendHow::Void, .. }, Some('t')) => MendHow::Time,
        (CardAct::Correct { mend: MendHow::Void, .. }, Some('x')) => MendHow::Text,
        _ => return false,
    };
    if !card.stray.is_empty() {
        return false;
    }
    let mut card = card.clone();
    cards::mend_as(model, &mut card, how);
    model.card = Some(card);
    true
}

/// A character that nothing here takes.
fn astray(card: &mut Card, key: Key) {
    if let Some(c) = key.typed() {
        card.stray.push(c);
    } else if key.code == KeyCode::Backspace {
        card.stray.pop();
    }
    card.problem = (!card.stray.is_empty()).then(|| {
        format!("nothing here takes “{}”; Enter offers it as a note, Esc closes", card.stray)
    });
}

fn step_focus(card: &mut Card, way: Way) {
    let places = card.fields.len() + 1;
    card.focus = match way {
        Way::Back => (card.focus + places - 1) % places,
        Way::On => (card.focus + 1) % places,
    };
    card.asked = false;
}

/// Enter: from a field to the button; on the button it records.
fn enter(model: &mut Model, fresh: bool, at: Millis) -> Vec<Effect> {
    let again = model.typing.last_enter.replace(at).map(|last| at.saturating_sub(last));
    if again.is_some_and(|since| since < ENTER_GAP) {
        return Vec::new();
    }
    let Some(card) = model.card.as_mut() else { return Vec::new() };
    if !card.stray.is_empty() {
        return offer_stray(model, at);
    }
    if question(model) {
        return Vec::new();
    }
    let Some(card) = model.card.as_mut() else { return Vec::new() };
    let short = match &card.act {
        CardAct::Fail(_) => fresh && card.focus == 0,
        CardAct::Correct { mend: MendHow::Void, .. } => card.focus == 0,
        _ => false,
    };
    if short || card.on_button() {
        return record(model);
    }
    match submit::problem_of(model) {
        Some(problem) => {
            if let Some(card) = model.card.as_mut() {
                card.problem = Some(problem);
            }
        }
        None => {
            if let Some(card) = model.card.as_mut() {
                card.focus = card.fields.len();
                card.problem = None;
            }
        }
    }
    Vec::new()
}

/// Letters went nowhere: they were meant for somewhere else.
fn offer_stray(model: &mut Model, at: Millis) -> Vec<Effect> {
    let Some(card) = model.card.take() else { return Vec::new() };
    model.offer = Some(Offer { text: card.typed, last: at, pasted: false });
    Vec::new()
}

/// Records what the card says, or says what is missing.
fn record(model: &mut Model) -> Vec<Effect> {
    match submit::submit(model) {
        Ok(mut effects) => {
            if let Some(card) = model.card.take() {
                super::mention::say_unknown(model, &card);
                effects.extend(forget_draft(model, &card));
            }
            model.typing.last_letter = None;
            effects
        }
        Err(no) => {
            let missing =
                no.refusal.as_ref().and_then(|refusal| super::missing::field(model, refusal));
            let text = in_words(model, &no);
            let Some(card) = model.card.as_mut() else { return Vec::new() };
            card.problem = Some(text);
            card.focus = missing.or(no.field).unwrap_or(card.focus);
            card.refusal = no.refusal.or(card.refusal.take());
            Vec::new()
        }
    }
}

/// What is wrong, and with which key a lead overrides a *not now*; a decision's own reason needs
/// none.
fn in_words(model: &Model, no: &submit::No) -> String {
    /// How the rule book says it.
    const MAY: &str = "let a lead override with a reason";
    let own = |refusal: &crate::run::Refusal| {
        let decides = model.card.as_ref().is_some_and(|c| matches!(c.act, CardAct::Decide(_)));
        decides && super::missing::by_reason(refusal)
    };
    let lead = model.run.role_of(&model.me) == crate::runbook::Role::Lead;
    let not_now = no.refusal.as_ref().filter(|r| r.kind == crate::run::RefusalKind::NotNow);
    if !lead || not_now.is_none_or(own) {
        return no.text.clone();
    }
    let key = model.keymap.shown(Action::CardOverride);
    match no.text.contains(MAY) {
        true => no.text.replace(MAY, &format!("{key} overrides with a reason")),
        false => format!("{} ({key})", no.text),
    }
}

/// Closes the card; a text in it stays as a draft.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    let effects = draft_of_open_card(model);
    let card = model.card.take();
    let key = card.as_ref().and_then(|card| cards::draft_key(&card.act));
    if let Some(card) = card
        && model.drafts.iter().any(|(known, _)| Some(known) == key.as_ref())
    {
        let again = match card.act {
            CardAct::NoteEdit(_) => Action::NoteEdit,
            _ => Action::Note,
        };
        let key = model.keymap.shown(again);
        model.say(Tone::Plain, format!("kept as a draft: {key} brings it back"));
    }
    model.typing.last_letter = None;
    effects
}

/// Keeps the text of the open card where a crash cannot reach it.
pub(super) fn draft_of_open_card(model: &mut Model) -> Vec<Effect> {
    if model.card.is_some() { save_draft(model) } else { Vec::new() }
}

/// Keeps a note that is being written, if it has changed.
pub(super) fn save_draft(model: &mut Model) -> Vec<Effect> {
    let Some(card) = model.card.as_ref() else { return Vec::new() };
    let Some(key) = cards::draft_key(&card.act) else { return Vec::new() };
    let text = match card.field(&FieldName::Text).map(|field| &field.input) {
        Some(Input::Area(area)) => area.lines().join("\n"),
        _ => return Vec::new(),
    };
    let unchanged = match &card.act {
        CardAct::NoteEdit(id) => {
            model.run.notes.iter().any(|note| note.id == *id && note.text == text)
        }
        _ => false,
    };
    let text = if unchanged { String::new() } else { text };
    set_draft(model, key, text)
}

fn set_draft(model: &mut Model, key: String, text: String) -> Vec<Effect> {
    let known = model.drafts.iter().find(|(k, _)| *k == key).map_or("", |(_, t)| t.as_str());
    if known == text {
        return Vec::new();
    }
    model.drafts.retain(|(k, _)| *k != key);
    if !text.is_empty() {
        model.drafts.push((key.clone(), text.clone()));
    }
    vec![Effect::SaveDraft { key, text }]
}

/// The note is on its way to the ledger; should that fail, the act itself keeps the text.
fn forget_draft(model: &mut Model, card: &Card) -> Vec<Effect> {
    match cards::draft_key(&card.act) {
        Some(key) => set_draft(model, key, String::new()),
        None => Vec::new(),
    }
}
