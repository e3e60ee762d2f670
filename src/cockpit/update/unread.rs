//! What is new in the notes: counted until the person has the pane in front of them and touches a
//! key; then it is marked there until they leave it.

use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Focus, Model, Seen, View};
use crate::cockpit::panes;
use crate::run::{EntryId, mention};
use std::collections::BTreeSet;

/// How the key begins under which it is kept what somebody has read.
const SEEN: &str = "seen:";

/// Where it is kept what this person has read.
fn key(me: &str) -> String {
    format!("{SEEN}{me}")
}

/// Takes what was kept out of the drafts. Others' marks are left alone.
pub(super) fn kept(model: &mut Model, drafts: &mut Vec<(String, String)>) {
    let own = key(&model.me);
    if let Some((_, text)) = drafts.iter().find(|(key, _)| *key == own) {
        model.notes.unread.seen = Seen::from_text(text);
    }
    drafts.retain(|(key, _)| !key.starts_with(SEEN));
    panes::refresh_lists(model);
}

/// Somebody is at the keyboard: what the pane lists has been seen, if it is in front.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    if model.view != View::Notes {
        model.notes.unread.marked.clear();
        return Vec::new();
    }
    let looks = matches!(model.focus(), Focus::Pane(_) | Focus::Card) && !model.greeting;
    if !looks || model.notes.unread.notes.is_empty() {
        return Vec::new();
    }
    let listed = model.notes.rows.iter().filter_map(|ix| model.run.notes.get(*ix));
    let unread = &model.notes.unread;
    let read: Vec<EntryId> =
        listed.map(|note| note.id.clone()).filter(|id| unread.notes.contains(id)).collect();
    if read.is_empty() {
        return Vec::new();
    }
    let rest = model.run.notes.iter().filter(|note| {
        note.removed.is_none() && unread.notes.contains(&note.id) && !read.contains(&note.id)
    });
    let but: BTreeSet<EntryId> = rest
        .flat_map(|note| panes::news(&model.run, note, &model.me))
        .filter(|id| !unread.seen.has(id))
        .cloned()
        .collect();
    let seen = Seen::all_but(&model.run, but);
    let text = seen.to_text();
    model.notes.unread.seen = seen;
    model.notes.unread.marked.extend(read);
    model.toasts.retain(|toast| !toast.text.starts_with(super::alerts::CALLED));
    panes::refresh_lists(model);
    vec![Effect::SaveDraft { key: key(&model.me), text }]
}

/// Puts the cursor on the oldest note that is new and calls the person, else on the oldest that is
/// new. A filter that would hide it is taken away.
pub(super) fn go_to_news(model: &mut Model) {
    let unread = &model.notes.unread;
    let new = model.run.notes.iter().filter(|note| unread.notes.contains(&note.id));
    let calls = |text: &str| mention::calls(&model.run, &model.me, text);
    let Some(note) = new.min_by_key(|note| (!calls(&note.text), note.fact.seq)) else { return };
    let id = note.id.clone();
    let listed = |model: &Model| {
        let mut rows = model.notes.rows.iter().filter_map(|ix| model.run.notes.get(*ix));
        rows.any(|note| note.id == id)
    };
    if !listed(model) {
        (model.notes.this_step, model.notes.open_only, model.notes.for_me) = (false, false, false);
    }
    model.notes.cursor = Some(id);
    panes::refresh_lists(model);
}

/// Goes to the step that the note under the cursor is about.
pub(super) fn go_to_step(model: &mut Model) {
    let id = model.notes.cursor.clone();
    let note = model.run.notes.iter().find(|note| Some(&note.id) == id.as_ref());
    let Some(step) = note.map(|note| note.step.clone()) else { return };
    match step.and_then(|step| model.run.plan.step_ix.get(&step).copied()) {
        Some(ix) => {
            super::show(model, View::Steps);
            super::moving::go_to_step(model, ix);
        }
        None => model.say(Tone::Plain, "this note is about no step of the plan"),
    }
}
