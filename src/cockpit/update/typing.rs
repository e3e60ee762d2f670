//! Tells commands from somebody typing or pasting a text with the wrong pane in focus. A text
//! never acts: it is collected and offered as a note.
//!
//! A terminal without bracketed paste sends a pasted text as keys, only faster than anybody
//! presses them. So: three characters in quick succession are a text. Whatever the first of them
//! opened is closed again. At the speed of a person a first letter may open a card, and the rest
//! is text in it; there the cards themselves see to it that one Enter records nothing.

use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::key::{Key, KeyCode};
use crate::cockpit::model::{Before, Focus, Model, Offer, View};
use crate::cockpit::msg::Millis;

/// Keys that follow each other faster than this, in milliseconds, are one burst.
pub const BURST_GAP: Millis = 80;
/// So many characters in a burst are a text.
const BURST: usize = 3;
/// Nobody presses Enter this soon after another key, in milliseconds.
const INHUMAN_GAP: Millis = 25;
/// Enter acts only when no other key comes this soon behind it, in milliseconds. A text that
/// begins with a line end does not act; nobody notices the wait.
pub const ENTER_WAIT: Millis = 30;
/// Enter counts as an answer or an act only when no letter came this shortly before, in
/// milliseconds.
pub const CALM_GAP: Millis = 1_000;
/// Enter answers an offer only this long after its last character, in milliseconds; before, it is
/// a line break of the text. Yes only opens the editor, so this may be short.
pub(super) const ANSWER_GAP: Millis = 300;
/// The longest text that is collected, in bytes.
const LIMIT: usize = 64 * 1024;

/// What to do with a key.
pub(super) enum Seen {
    /// It is a command, or typed into an input.
    Command,
    /// It was part of a text; nothing more is to be done.
    Text(Vec<Effect>),
}

/// Looks at a key before anything else does.
pub(super) fn watch(model: &mut Model, key: Key, at: Millis) -> Seen {
    let gap = model.typing.last.map_or(Millis::MAX, |last| at.saturating_sub(last));
    model.typing.last = Some(at);
    if model.offer.is_some() {
        return Seen::Command;
    }
    if gap >= BURST_GAP {
        model.typing.run.clear();
        model.typing.before = None;
    }
    let character = match key.code {
        KeyCode::Enter if !key.ctrl && !key.alt => Some('\n'),
        _ => key.typed(),
    };
    let Some(c) = character else {
        model.typing.run.clear();
        model.typing.before = None;
        return Seen::Command;
    };
    if looks_up(model, key) && only_moves(model, &model.typing.run) {
        // Who types fast types on into what it opens.
        model.typing.run.clear();
        model.typing.before = None;
        return Seen::Command;
    }
    if model.typing.run.is_empty() {
        if takes_text(model) {
            // A pasted line end must not press a card's button.
            let hasty = c == '\n' && gap < INHUMAN_GAP && !super::field_keys::in_area(model);
            return if hasty { Seen::Text(Vec::new()) } else { Seen::Command };
        }
        if c == '\n' {
            return Seen::Command;
        }
        model.typing.before = Some(Box::new(before(model)));
    }
    if model.typing.before.is_none() {
        return Seen::Command;
    }
    if c == '\n' {
        return enter(model, at, gap);
    }
    model.typing.run.push(c);
    if model.typing.run.chars().count() >= BURST && !only_moves(model, &model.typing.run) {
        return Seen::Text(offer(model, at));
    }
    Seen::Command
}

/// Whether an Enter is held back until it is clear that nothing follows it. Where it is a line
/// break of a text being written there is nothing to wait for.
pub(super) fn holds(model: &Model, key: Key, at: Millis) -> bool {
    let gap = model.typing.last.map_or(Millis::MAX, |last| at.saturating_sub(last));
    key == Key::plain(KeyCode::Enter)
        && (model.typing.run.is_empty() || gap >= BURST_GAP)
        && match model.focus() {
            Focus::Card => !super::field_keys::in_area(model),
            Focus::Offer | Focus::Unsaved => false,
            _ => true,
        }
}

/// Whether a key that comes right behind an Enter shows that both were pasted.
pub(super) fn goes_on(key: Key) -> bool {
    key.typed().is_some() || matches!(key.code, KeyCode::Enter | KeyCode::Tab)
}

/// An Enter turned out to be the first line end of a pasted text: it does nothing but begin one.
pub(super) fn begin_with_line_end(model: &mut Model, at: Millis) {
    model.typing.last = Some(at);
    if takes_text(model) {
        return;
    }
    model.typing.before = Some(Box::new(before(model)));
    model.typing.run = "\n".to_owned();
    model.say(Tone::Warn, "Enter right before another key does nothing; press it again to act");
}

/// Enter right behind characters that came in a burst: a line end of a text, or Enter pressed in
/// haste. Either way it does nothing; one that was meant is pressed again. Behind mere movement
/// it acts.
fn enter(model: &mut Model, at: Millis, gap: Millis) -> Seen {
    let only_moved = only_moves(model, &model.typing.run);
    if only_moved && gap >= INHUMAN_GAP {
        // A number or a movement, and Enter: as quick as anybody likes.
        model.typing.run.clear();
        model.typing.before = None;
        return Seen::Command;
    }
    let count = model.typing.run.chars().count();
    model.typing.run.push('\n');
    push_line(model, '\n');
    if count >= 2 && !only_moved {
        return Seen::Text(offer(model, at));
    }
    model.say(Tone::Warn, "Enter came too quickly behind another key; press it again");
    Seen::Text(Vec::new())
}

/// Undoes what the first keys opened and offers the text.
fn offer(model: &mut Model, at: Millis) -> Vec<Effect> {
    let run = std::mem::take(&mut model.typing.run);
    let line = std::mem::take(&mut model.typing.line);
    let (start, before) = (model.typing.line_start.take(), model.typing.before.take());
    // What came a little slower right before the burst belongs to the same sentence.
    if line.ends_with(&run) {
        offered(model, line, start, at)
    } else {
        offered(model, run, before, at)
    }
}

/// Goes back to how things were before a text and offers it.
fn offered(
    model: &mut Model,
    text: String,
    before: Option<Box<Before>>,
    at: Millis,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(before) = before {
        model.view = before.view;
        model.steps.cursor = before.cursor;
        model.card = None;
        model.palette = None;
        model.find = None;
        model.help = before.help;
        model.jump.clear();
        effects = restore_drafts(model, before.drafts);
        super::show(model, before.view);
    }
    model.offer = Some(Offer { text, last: at, pasted: false });
    effects
}

fn restore_drafts(model: &mut Model, before: Vec<(String, String)>) -> Vec<Effect> {
    let now = std::mem::replace(&mut model.drafts, before);
    let mut effects = Vec::new();
    for (key, text) in now {
        let old = model.drafts.iter().find(|(k, _)| *k == key).map(|(_, t)| t.clone());
        if old.as_ref() != Some(&text) {
            effects.push(Effect::SaveDraft { key, text: old.unwrap_or_default() });
        }
    }
    effects
}

fn before(model: &Model) -> Before {
    Before {
        view: model.view,
        cursor: model.steps.cursor.clone(),
        help: model.help,
        drafts: model.drafts.clone(),
    }
}

/// Whether characters are being typed into something that is meant to take them.
fn takes_text(model: &Model) -> bool {
    match model.focus() {
        Focus::Card => true,
        Focus::Find | Focus::Palette | Focus::Offer => true,
        Focus::Unsaved | Focus::Help | Focus::Trouble | Focus::Pane(_) => false,
    }
}

/// Whether a text only moves about where it was typed; a step's number goes to that step.
fn only_moves(model: &Model, text: &str) -> bool {
    let before = model.typing.before.as_ref().or(model.typing.line_start.as_ref());
    let view = before.map_or(model.view, |before| before.view);
    text.chars().all(|c| moves(model, view, c)) || {
        // The numbers of a rung's steps begin with a letter; nobody jumps to them by typing it.
        let in_steps = matches!(view, View::Steps | View::Detail | View::Timeline);
        in_steps
            && text.starts_with(|c: char| c.is_ascii_digit())
            && model.run.plan.steps.iter().any(|step| step.number.starts_with(text))
    }
}

/// Whether a character only moves about in this pane.
fn moves(model: &Model, view: View, c: char) -> bool {
    let number = matches!(view, View::Steps | View::Detail | View::Timeline)
        && (c.is_ascii_digit() || c == '.');
    number || model.keymap.in_pane(view, Key::char(c)).is_some_and(|action| action.only_moves())
}

/// Whether a key opens finder or palette here.
fn looks_up(model: &Model, key: Key) -> bool {
    let Focus::Pane(view) = model.focus() else { return false };
    matches!(model.keymap.in_pane(view, key), Some(Action::Find | Action::Palette))
}

/// Remembers what is typed into a pane without a longer pause.
pub(super) fn keep_line(model: &mut Model, key: Key, gap: Millis) {
    let in_pane = matches!(model.focus(), Focus::Pane(_) | Focus::Trouble | Focus::Help);
    let ends = key.typed().is_none() && key.code != KeyCode::Enter;
    if !in_pane || ends || gap >= CALM_GAP {
        forget_line(model);
    }
    if let Some(c) = key.typed().filter(|_| in_pane) {
        if model.typing.line.is_empty() {
            model.typing.line_start = Some(Box::new(before(model)));
        }
        push_line(model, c);
    }
}

/// Whether the character just typed follows others that are no movement, without a pause.
pub(super) fn follows_letters(model: &Model) -> bool {
    let view = model.typing.line_start.as_ref().map_or(model.view, |before| before.view);
    model.typing.line.chars().rev().skip(1).any(|c| !moves(model, view, c))
}

fn push_line(model: &mut Model, c: char) {
    if model.typing.line.len() < LIMIT {
        model.typing.line.push(c);
    }
}

/// What was typed so far is no sentence.
pub(super) fn forget_line(model: &mut Model) {
    model.typing.line.clear();
    model.typing.line_start = None;
}

/// Enter in a pane at the end of a sentence: several letters in one go that are no movement.
pub(super) fn end_of_line(model: &mut Model, at: Millis) -> Option<Vec<Effect>> {
    let text = std::mem::take(&mut model.typing.line);
    let start = model.typing.line_start.take();
    let view = start.as_ref().map_or(model.view, |before| before.view);
    let letters = text.chars().filter(|c| !moves(model, view, *c)).count();
    (letters >= 2 && text.trim().chars().count() >= BURST).then(|| offered(model, text, start, at))
}

/// A key while a text is being offered.
pub(super) fn offer_key(model: &mut Model, key: Key, at: Millis) -> Vec<Effect> {
    let Some(offer) = model.offer.as_mut() else { return Vec::new() };
    let calm = at.saturating_sub(offer.last) >= ANSWER_GAP;
    match key.code {
        KeyCode::Esc => {
            model.offer = None;
            model.say(Tone::Plain, "dropped; nothing was recorded");
        }
        KeyCode::Enter if calm => {
            let text = model.offer.take().map(|offer| offer.text).unwrap_or_default();
            return super::open::note_with(model, text.trim());
        }
        KeyCode::Enter => push(offer, "\n", at),
        KeyCode::Backspace => {
            offer.text.pop();
        }
        _ => {
            if let Some(c) = key.typed() {
                push(offer, c.encode_utf8(&mut [0; 4]), at);
            }
        }
    }
    Vec::new()
}

fn push(offer: &mut Offer, text: &str, at: Millis) {
    offer.last = at;
    if offer.text.len() + text.len() <= LIMIT {
        offer.text.push_str(text);
    }
}

/// A bracketed paste: into an input as its text, anywhere else offered as a note.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = cut(&text);
    match model.focus() {
        Focus::Card => match super::field_keys::paste(model, text) {
            Some(effects) => effects,
            None => {
                offer_pasted(model, text);
                Vec::new()
            }
        },
        Focus::Find | Focus::Palette => super::lookup::paste(model, text),
        Focus::Unsaved => Vec::new(),
        _ => {
            offer_pasted(model, text);
            Vec::new()
        }
    }
}

fn offer_pasted(model: &mut Model, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    let last = model.typing.last.unwrap_or(0);
    match model.offer.as_mut() {
        Some(offer) => push(offer, text, last),
        None => model.offer = Some(Offer { text: text.to_owned(), last, pasted: true }),
    }
}

/// The beginning of a text that is longer than can be kept.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
