//! Who gets a key, and what it does in a pane.

use super::typing::{CALM_GAP, ENTER_WAIT, Seen};
use super::{answers, card_keys, lookup, moving, open, typing};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::key::{Key, KeyCode};
use crate::cockpit::model::{Focus, Model, Row, View, Way};
use crate::cockpit::msg::Millis;

/// Enter held down, or pressed twice by mistake, must not start a step and complete it at once.
const ENTER_GAP: Millis = 500;
/// Digits further apart than this, in milliseconds, are two numbers.
const DIGIT_GAP: Millis = 1_500;

/// One key press. An Enter waits a moment for what follows it.
pub(super) fn key(model: &mut Model, key: Key, at: Millis) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some((enter, since)) = model.typing.held_enter.take() {
        if at.saturating_sub(since) < ENTER_WAIT && typing::goes_on(key) {
            typing::begin_with_line_end(model, since);
        } else {
            effects = act_on(model, enter, since);
        }
    }
    if typing::holds(model, key, at) {
        model.typing.held_enter = Some((key, at));
    } else {
        effects.extend(act_on(model, key, at));
    }
    effects
}

/// Nothing has followed the Enter that was held back.
pub(super) fn calm(model: &mut Model) -> Vec<Effect> {
    match model.typing.held_enter.take() {
        Some((enter, at)) => act_on(model, enter, at),
        None => Vec::new(),
    }
}

fn act_on(model: &mut Model, key: Key, at: Millis) -> Vec<Effect> {
    let gap = model.typing.last.map_or(Millis::MAX, |last| at.saturating_sub(last));
    typing::keep_line(model, key, gap);
    match typing::watch(model, key, at) {
        Seen::Text(effects) => return effects,
        Seen::Command => {}
    }
    model.forget_short_toasts();
    match model.keymap.everywhere(key) {
        Some(Action::Redraw) => return vec![Effect::Redraw],
        Some(Action::Suspend) => return vec![Effect::Suspend],
        Some(Action::Here) => {
            if let Some(effects) = here(model, key, gap) {
                return effects;
            }
        }
        Some(Action::QuitNow) => return close_or_quit(model),
        _ => {}
    }
    // A letter right behind another is a sign of somebody typing a text; the card that it opens
    // takes no single Enter for a yes.
    let wary = key.typed().is_some() && typing::follows_letters(model);
    let had_card = model.card.is_some();
    let focus = model.focus();
    let is_letter = key.typed().is_some_and(|c| !c.is_ascii_digit())
        && !model.keymap.in_pane(model.view, key).is_some_and(|action| action.only_moves());
    let effects = match focus {
        Focus::Unsaved => unsaved_key(model, key, at),
        Focus::Offer => typing::offer_key(model, key, at),
        Focus::Card => card_keys::key(model, key, at, gap),
        Focus::Find => lookup::find_key(model, key),
        Focus::Palette => lookup::palette_key(model, key),
        Focus::Help => help_key(model, key),
        Focus::Trouble => trouble_key(model, key),
        Focus::Pane(view) => pane_key(model, view, key, at),
    };
    if wary
        && !had_card
        && let Some(card) = model.card.as_mut()
    {
        card.wary = true;
    }
    let jumped = model.typing.last_digit == Some(at);
    if is_letter && !jumped && matches!(focus, Focus::Help | Focus::Trouble | Focus::Pane(_)) {
        model.typing.last_letter = Some(at);
    }
    effects
}

/// The key that answers a roll-call, whatever is open. A letter bound to it may be part of a text,
/// and so may anything that comes in a burst: neither answers.
fn here(model: &mut Model, key: Key, gap: Millis) -> Option<Vec<Effect>> {
    if key.typed().is_some() || model.greeting || model.focus() == Focus::Unsaved {
        return None;
    }
    if gap < typing::BURST_GAP {
        model.say(Tone::Warn, "that came too quickly behind another key; press it again");
        return Some(Vec::new());
    }
    super::roll_call::answer(model)
}

/// Ctrl-C: one thing less is open; with nothing open it asks whether to leave.
fn close_or_quit(model: &mut Model) -> Vec<Effect> {
    if !model.unsaved.is_empty() {
        model.say(Tone::Bad, "something is not written yet: r tries again, g gives it up");
    } else if model.offer.take().is_some() || model.find.take().is_some() {
    } else if model.card.is_some() {
        return card_keys::close(model);
    } else if model.palette.take().is_some() || model.help.take().is_some() {
    } else {
        return open::run(model, Action::Quit, None);
    }
    Vec::new()
}

/// The dialog of acts that could not be written: nothing else goes on before it is answered. It
/// may come up while somebody types, so giving up takes `g` twice, and not in haste.
fn unsaved_key(model: &mut Model, key: Key, at: Millis) -> Vec<Effect> {
    let armed = model.typing.give_up.take().map(|armed| at.saturating_sub(armed));
    match key.code {
        KeyCode::Char('r') | KeyCode::Enter => return answers::try_again(model),
        KeyCode::Char('g') if armed.is_some_and(|since| since >= ENTER_GAP) => {
            let given_up: Vec<_> = model.unsaved.drain(..).map(|u| u.act.text).collect();
            model.say_long(Tone::Bad, format!("given up, not recorded: {}", given_up.join("; ")));
        }
        KeyCode::Char('g') => {
            model.typing.give_up = Some(at);
            model.say_long(Tone::Bad, "g once more gives up what is not written: it is lost then");
        }
        _ => {}
    }
    Vec::new()
}

fn help_key(model: &mut Model, key: Key) -> Vec<Effect> {
    match (key.code, model.keymap.in_pane(model.view, key)) {
        (KeyCode::Esc | KeyCode::Enter, _) | (_, Some(Action::Help)) => model.help = None,
        (_, Some(action)) => moving::scroll_help(model, action),
        _ => {}
    }
    Vec::new()
}

fn pane_key(model: &mut Model, view: View, key: Key, at: Millis) -> Vec<Effect> {
    if model.greeting {
        // The first key only takes the greeting away: nobody acts before having read which run.
        model.end_greeting();
        return Vec::new();
    }
    if let Some(effects) = super::page_link::key(model, key) {
        return effects;
    }
    if jump_key(model, view, key, at) {
        return Vec::new();
    }
    if key == Key::plain(KeyCode::Enter)
        && let Some(effects) = typing::end_of_line(model, at)
    {
        return effects;
    }
    let action = model.keymap.in_pane(view, key);
    if key.code == KeyCode::Esc {
        model.typing.last_letter = None;
        return escape(model);
    }
    if key.typed().is_none() && key.code != KeyCode::Enter {
        model.typing.last_letter = None;
    }
    match action {
        None => {
            nothing_here(model, key);
            Vec::new()
        }
        Some(Action::UsualNext) => usual_next(model, at),
        Some(Action::RollCallTick) if key.code == KeyCode::Enter => {
            let again = model.typing.last_enter.replace(at).map(|last| at.saturating_sub(last));
            if behind_a_letter(model, at) || again.is_some_and(|since| since < ENTER_GAP) {
                return Vec::new();
            }
            super::roll_call::tick(model)
        }
        Some(action) => open::run(model, action, key.typed()),
    }
}

/// How long ago the last letter came.
fn calm_since(model: &Model, at: Millis) -> Option<Millis> {
    model.typing.last_letter.map(|last| at.saturating_sub(last))
}

fn nothing_here(model: &mut Model, key: Key) {
    if let Some(c) = key.typed() {
        let help = model.keymap.shown(Action::Help);
        let c = crate::runbook::visible(c.encode_utf8(&mut [0; 4])).into_owned();
        model.say(Tone::Plain, format!("{c} does nothing here; {help} lists all keys"));
    }
}

/// Esc in a pane: back to the steps, and there back to the whole list.
fn escape(model: &mut Model) -> Vec<Effect> {
    model.toasts.clear();
    if model.view != View::Steps {
        super::show(model, View::Steps);
    } else if model.steps.show != Default::default() || model.steps.stream.is_some() {
        model.steps.show = Default::default();
        model.steps.stream = None;
        crate::cockpit::panes::refresh_lists(model);
    }
    Vec::new()
}

/// Whether an Enter came too soon behind a letter to act.
fn behind_a_letter(model: &mut Model, at: Millis) -> bool {
    let behind = calm_since(model, at).is_some_and(|since| since < CALM_GAP);
    if behind {
        model.typing.last_letter = None;
        model.say(Tone::Warn, "Enter right behind a letter does nothing; press it again to act");
    }
    behind
}

/// Enter in the steps.
fn usual_next(model: &mut Model, at: Millis) -> Vec<Effect> {
    if behind_a_letter(model, at) {
        return Vec::new();
    }
    let again = model.typing.last_enter.map(|last| at.saturating_sub(last));
    let same = model.typing.acted.replace(model.steps.cursor.clone());
    model.typing.last_enter = Some(at);
    if same.as_ref() == Some(&model.steps.cursor) && again.is_some_and(|since| since < ENTER_GAP) {
        model.say(Tone::Warn, "Enter twice in a row acts once; press it again when you mean it");
        return Vec::new();
    }
    match model.steps.rows.get(model.steps.cursor_row) {
        Some(Row::Step(ix)) => open::usual_next(model, *ix),
        Some(_) if model.view == View::Steps => open::run(model, Action::FoldToggle, None),
        _ => Vec::new(),
    }
}

/// Digits go to the step of that number; dots and letters only behind them.
fn jump_key(model: &mut Model, view: View, key: Key, at: Millis) -> bool {
    if !matches!(view, View::Steps | View::Detail | View::Timeline) {
        return false;
    }
    let stale = model.typing.last_digit.is_none_or(|last| at.saturating_sub(last) > DIGIT_GAP);
    let going_on = !model.jump.is_empty() && !stale;
    let part = match key.typed() {
        Some(c) if c.is_ascii_digit() => true,
        Some('.') => going_on,
        Some(c) if c.is_ascii_lowercase() && going_on => {
            let longer = format!("{}{c}", model.jump);
            model.run.plan.steps.iter().any(|step| step.number == longer)
        }
        _ => false,
    };
    if part && let Some(c) = key.typed() {
        if !going_on {
            model.jump.clear();
        }
        model.jump.push(c);
        model.typing.last_digit = Some(at);
        moving::jump(model);
        return true;
    }
    model.jump.clear();
    false
}

/// The docked panel of what wants a decision, while it has the keys. Whatever is chosen there opens
/// its card first.
fn trouble_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let pressed = model.keymap.in_pane(View::Steps, key);
    let Some(trouble) = model.trouble.as_mut() else { return Vec::new() };
    let last = trouble.choices.len().saturating_sub(1);
    let wanted = match key.code {
        KeyCode::Down => {
            trouble.cursor = Some(trouble.cursor.map_or(0, |at| (at + 1).min(last)));
            None
        }
        KeyCode::Up => {
            trouble.cursor = Some(trouble.cursor.map_or(0, |at| at.saturating_sub(1)));
            None
        }
        KeyCode::Enter => {
            let chosen = trouble.cursor.and_then(|at| trouble.choices.get(at));
            chosen.map(|choice| choice.way.clone())
        }
        KeyCode::Esc => {
            super::rollback::leave_panel(model);
            None
        }
        _ if pressed == Some(Action::Trouble) || pressed == Some(Action::Rollback) => {
            super::rollback::leave_panel(model);
            None
        }
        _ if pressed == Some(Action::ShowLadder) => {
            return open::run(model, Action::ShowLadder, None);
        }
        _ => {
            let ways = trouble.choices.iter().map(|choice| &choice.way);
            let mut ways = ways.filter(|way| matches!(way, Way::Do(a) if Some(*a) == pressed));
            ways.next().cloned()
        }
    };
    let Some(way) = wanted else { return Vec::new() };
    super::rollback::go(model, &way, key.typed())
}
