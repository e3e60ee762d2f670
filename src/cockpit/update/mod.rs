//! The one place where the model changes: `update(&mut Model, Msg) -> Vec<Effect>`. Pure: the same
//! messages make the same model and the same effects.

mod act;
mod alerts;
mod answers;
mod card_keys;
mod chance;
mod field_keys;
mod file;
mod keys;
mod lookup;
mod mention;
mod missing;
mod mouse;
mod moving;
mod names;
mod open;
mod page_link;
mod presence;
mod roll_call;
mod rollback;
mod sharing;
mod submit;
mod submit_plan;
mod submit_step;
mod synonyms;
mod timeline;
mod typing;
mod unread;

use super::card::Tone;
use super::effect::Effect;
use super::model::{Model, View};
use super::msg::Msg;
use super::panes;
use chrono::Timelike;

pub(super) use field_keys::area_with;
pub(super) use mention::HINT as TEXT_HINT;
pub use typing::{BURST_GAP, CALM_GAP, ENTER_WAIT};

/// Takes one message in and answers what is asked of the outside.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    if model.leaving
        && !matches!(msg, Msg::Appended { .. } | Msg::Refused { .. } | Msg::Failed { .. })
    {
        // Only what is still being saved is waited for.
        return Vec::new();
    }
    let by_hand = matches!(msg, Msg::Key(..) | Msg::Mouse(_) | Msg::Paste(_));
    if by_hand {
        model.is_active();
    }
    let mut effects = match msg {
        Msg::Key(key, at) => keys::key(model, key, at),
        Msg::Calm => keys::calm(model),
        Msg::Mouse(mouse) => mouse::mouse(model, mouse),
        Msg::Paste(text) => typing::paste(model, &text),
        Msg::Resize(width, height) => {
            model.size = (width, height);
            model.dirty = true;
            Vec::new()
        }
        Msg::Tick(now) => {
            return tick(model, now);
        }
        Msg::Appended { ticket, entry } => answers::appended(model, ticket, entry),
        Msg::Refused { ticket, refusal } => answers::refused(model, ticket, &refusal),
        Msg::Failed { ticket, at, error } => answers::failed(model, ticket, at, error),
        Msg::Others(entries) => answers::others(model, entries),
        Msg::Sharing(condition) => {
            sharing::condition(model, condition);
            Vec::new()
        }
        Msg::Present(seen) => {
            presence::present(model, seen);
            Vec::new()
        }
        Msg::Outbox(outbox) => {
            sharing::outbox(model, outbox);
            Vec::new()
        }
        Msg::Reordered { state, news } => answers::reordered(model, *state, &news),
        Msg::LedgerTrouble(reason) => {
            model.ledger_trouble = reason;
            troubled(model)
        }
        Msg::DraftNotKept(reason) => {
            let said = format!("a crash would lose what is being written: {reason}");
            model.say_long(Tone::Warn, said);
            Vec::new()
        }
        Msg::Drafts(drafts) => answers::drafts(model, drafts),
        Msg::FileChanged(text) => file::changed(model, text),
        Msg::FileWritten(result) => file::written(model, result),
        Msg::ReportWritten(result) => file::report_written(model, result),
        Msg::PageLink(made) => page_link::made(model, made),
        Msg::ThemeChanged(problems) => {
            theme_changed(model, &problems);
            Vec::new()
        }
        Msg::CopyTrouble(reason) => {
            model.copy_trouble = reason;
            troubled(model)
        }
        Msg::Chance(chance) => {
            chance::answered(model, chance);
            Vec::new()
        }
        Msg::Continued => vec![Effect::Redraw],
        Msg::Terminate => leave(model),
    };
    model.dirty = true;
    if by_hand {
        effects.extend(unread::look(model));
        effects.extend(sharing::look(model));
    }
    keep_in_sight(model);
    effects.extend(chance::ask(model));
    effects.extend(presence::tell(model));
    effects
}

/// Time went on. Once a run is over nothing on screen shows seconds any more.
fn tick(model: &mut Model, now: crate::run::Time) -> Vec<Effect> {
    let before = model.now;
    model.now = now;
    let toasts = model.toasts.len();
    model.toasts.retain(|toast| toast.until > now);
    let minute = (before.minute(), before.hour()) != (now.minute(), now.hour());
    if minute || toasts != model.toasts.len() || !model.run.status.is_over() {
        model.dirty = true;
    }
    page_link::expire(model);
    panes::refresh_time(model);
    if minute {
        panes::refresh_minute(model);
    }
    // By the minutes of whoever reads the card, however fast the night passes: a renewed one asks
    // again.
    let minutes = |at: crate::run::Time| at.timestamp().div_euclid(60 * model.speed());
    if minutes(before) != minutes(now) {
        rollback::renew_card(model);
    }
    keep_in_sight(model);
    let mut effects = alerts::ring(model);
    effects.extend(chance::ask(model));
    effects
}

/// A new cockpit does not ring for what is plain to see.
pub(super) fn settle_in(model: &mut Model) {
    alerts::take_note(model);
}

/// Recomputes what is derived after the run itself has changed.
pub(super) fn run_changed(model: &mut Model) {
    let before = roll_call::incomplete(model);
    panes::refresh(model);
    roll_call::completed(model, before);
    rollback::renew_card(model);
}

/// Scrolls every list so that its cursor is seen, for the size there is now.
fn keep_in_sight(model: &mut Model) {
    moving::keep_in_sight(model);
}

/// The worst trouble stays in sight until it is over.
fn troubled(model: &mut Model) -> Vec<Effect> {
    let copy = model.copy_trouble.as_ref().map(|reason| format!("second copy: {reason}"));
    model.trouble_line = model.ledger_trouble.clone().or(copy);
    Vec::new()
}

/// How a message about the theme begins.
const THEME_PROBLEM: &str = "the theme has a problem";

fn theme_changed(model: &mut Model, problems: &[String]) {
    model.toasts.retain(|toast| !toast.text.starts_with(THEME_PROBLEM));
    match problems.first() {
        None => model.say(Tone::Good, "the theme was read again"),
        Some(first) => {
            let more = match problems.len() {
                1 => String::new(),
                n => format!(" (and {} more)", n - 1),
            };
            model.say_long(Tone::Warn, format!("{THEME_PROBLEM}: {first}{more}"));
        }
    }
}

/// Leaves; a half-written text stays as a draft.
fn leave(model: &mut Model) -> Vec<Effect> {
    let mut effects = card_keys::draft_of_open_card(model);
    model.leaving = true;
    effects.push(Effect::Quit);
    effects
}

/// Shows a pane; the cursors of all panes stay where they are.
fn show(model: &mut Model, view: View) {
    model.view = view;
    model.detail_scroll = 0;
    panes::refresh_lists(model);
    if view == View::Ladder {
        panes::refresh_ladder(model);
    }
}
