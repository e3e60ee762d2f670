//! What the ledger answers, and what others did.

use super::act::append;
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Model, Saving, Unsaved};
use crate::cockpit::msg::Ticket;
use crate::run::{Entry, Event, Forecaster, Refusal, RunState, Time, apply, approval};
use std::sync::Arc;

/// An own act is durable: only now does it show.
pub(super) fn appended(model: &mut Model, ticket: Ticket, entry: Arc<Entry>) -> Vec<Effect> {
    let saving = take(model, ticket);
    if matches!(entry.act.event, Event::NoteAdded { .. }) {
        // What was just written is what is read next; what others write moves nothing.
        model.notes.cursor = Some(entry.id.clone());
    }
    let ends = crate::cockpit::cards::ends_run(&entry.act.event);
    take_in(model, entry);
    if let Some(saving) = saving {
        model.say(Tone::Good, saving.text);
    }
    if ends && model.run.status.is_over() {
        let review = model.keymap.shown(Action::Review);
        let report = model.keymap.shown(Action::Report);
        model.say_long(
            Tone::Plain,
            format!("the run is over: {review} holds the review, {report} writes the report"),
        );
    }
    super::run_changed(model);
    let mut effects = super::alerts::ring(model);
    effects.extend(super::sharing::replaced(model, ticket));
    effects
}

/// Others were faster, or the ledger knows better.
pub(super) fn refused(model: &mut Model, ticket: Ticket, refusal: &Refusal) -> Vec<Effect> {
    let saving = take(model, ticket);
    let what = saving.as_ref().map_or_else(String::new, |s| format!("{}: ", s.text));
    model.say_long(Tone::Bad, format!("not recorded: {what}{refusal}"));
    match saving.map(|saving| saving.intent.event) {
        Some(Event::NoteAdded { text, .. }) => keep_as_draft(model, text),
        _ => Vec::new(),
    }
}

/// What was written is a draft again, behind what else is one.
fn keep_as_draft(model: &mut Model, text: String) -> Vec<Effect> {
    let key = crate::cockpit::cards::NEW_NOTE.to_owned();
    let known = model.drafts.iter().position(|(known, _)| *known == key);
    let before = known.map(|at| model.drafts.remove(at).1);
    let text = before.map_or(text.clone(), |before| format!("{before}\n{text}"));
    model.drafts.push((key.clone(), text.clone()));
    vec![Effect::SaveDraft { key, text }]
}

/// Nothing was written: the act stays on screen until it is, or is given up.
pub(super) fn failed(
    model: &mut Model,
    ticket: Ticket,
    at: Option<Time>,
    error: String,
) -> Vec<Effect> {
    let Some(mut act) = take(model, ticket) else { return Vec::new() };
    // It happened when it was tried, however late there is room for it again.
    act.intent.happened_at = act.intent.happened_at.or(Some(at.unwrap_or(model.now)));
    // The note's draft was dropped when the note was sent: until it is written it is one again.
    let draft = match &act.intent.event {
        Event::NoteAdded { text, .. } => Some(Effect::SaveDraft {
            key: crate::cockpit::cards::NEW_NOTE.to_owned(),
            text: text.clone(),
        }),
        _ => None,
    };
    model.unsaved.push(Unsaved { act, error });
    draft.into_iter().collect()
}

/// Tries everything again that could not be written, in the order in which it was done.
pub(super) fn try_again(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    for unsaved in std::mem::take(&mut model.unsaved) {
        let saving = Saving { ticket: model.next_ticket, ..unsaved.act };
        model.next_ticket += 1;
        effects.push(append(&saving));
        if matches!(saving.intent.event, Event::NoteAdded { .. }) {
            let key = crate::cockpit::cards::NEW_NOTE.to_owned();
            let text = model.drafts.iter().find(|(k, _)| *k == key).map(|(_, t)| t.clone());
            effects.push(Effect::SaveDraft { key, text: text.unwrap_or_default() });
        }
        model.saving.push(saving);
    }
    effects
}

/// Others wrote to the same run.
pub(super) fn others(model: &mut Model, entries: Vec<Arc<Entry>>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let conflicts = super::sharing::in_conflict(&model.run);
    for entry in entries {
        effects.extend(super::alerts::for_me(model, &entry));
        take_in(model, entry);
    }
    super::sharing::say_conflicts(model, &conflicts);
    super::run_changed(model);
    effects.extend(super::alerts::ring(model));
    effects
}

/// The hub has put entries into another order: what is shown is folded from it.
pub(super) fn reordered(model: &mut Model, state: RunState, news: &[Arc<Entry>]) -> Vec<Effect> {
    let mut effects = Vec::new();
    let revised = model.run.sha256 != state.sha256;
    let conflicts = super::sharing::in_conflict(&model.run);
    model.run = state;
    super::sharing::say_conflicts(model, &conflicts);
    if revised {
        super::file::recheck(model);
    }
    model.approval = approval(&model.run);
    model.forecast = Forecaster::new(&model.run, model.now);
    for entry in news {
        effects.extend(super::alerts::for_me(model, entry));
        super::rollback::took_in(model, entry);
    }
    super::run_changed(model);
    effects.extend(super::alerts::ring(model));
    effects
}

fn take_in(model: &mut Model, entry: Arc<Entry>) {
    // An entry can reach us twice, as an answer and as news; the order says which one is new.
    if entry.seq > model.run.last_seq() {
        let revised = matches!(entry.act.event, Event::RunRevised { .. });
        let taken_in = entry.clone();
        apply(&mut model.run, entry);
        super::rollback::took_in(model, &taken_in);
        if revised {
            super::file::recheck(model);
            model.approval = approval(&model.run);
        }
    }
}

/// Texts that were left half-written when the cockpit ended last time.
pub(super) fn drafts(model: &mut Model, mut drafts: Vec<(String, String)>) -> Vec<Effect> {
    super::sharing::kept(model, &drafts);
    super::unread::kept(model, &mut drafts);
    model.drafts = drafts.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
    if model.drafts.iter().any(|(key, _)| key == crate::cockpit::cards::NEW_NOTE) {
        let key = model.keymap.shown(crate::cockpit::action::Action::Note);
        model.say_long(Tone::Warn, format!("a note was left half-written: {key} brings it back"));
    }
    Vec::new()
}

fn take(model: &mut Model, ticket: Ticket) -> Option<Saving> {
    let at = model.saving.iter().position(|s| s.ticket == ticket)?;
    Some(model.saving.remove(at))
}
