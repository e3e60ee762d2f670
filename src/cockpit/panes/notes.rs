//! The rows of the notes, and what in them is new to the person. What others write never moves the
//! cursor, nor what is read.

use crate::cockpit::card::CardAct;
use crate::cockpit::model::{Cursor, Model, View};
use crate::run::{EntryId, Fact, Note, NoteKind, RunState, mention};
use std::collections::HashSet;

/// Recomputes them.
pub(super) fn refresh(model: &mut Model) {
    refresh_unread(model);
    let notes = model.run.notes.iter().enumerate();
    let rows: Vec<usize> =
        notes.filter(|(_, note)| is_listed(model, note)).map(|(ix, _)| ix).collect();
    let row_of = |id: &EntryId| {
        rows.iter().position(|&ix| model.run.notes.get(ix).is_some_and(|note| note.id == *id))
    };
    let same = model.notes.cursor.as_ref().and_then(row_of);
    let last = rows.len().saturating_sub(1);
    let writes = model
        .card
        .as_ref()
        .is_some_and(|card| matches!(card.act, CardAct::NoteAdd { .. } | CardAct::NoteEdit(_)));
    let pane = &mut model.notes;
    let before = pane.place.cursor;
    pane.place.cursor = match (same, &pane.cursor) {
        (Some(row), _) => row,
        // What the cursor was on is not listed any more: the same place is the nearest to it.
        (None, Some(_)) => before.min(last),
        (None, None) => last,
    };
    pane.place.top = match same {
        // Somebody who writes looks at what comes; whoever reads has the same lines before them.
        _ if writes && model.view == View::Notes => usize::MAX,
        Some(row) => (pane.place.top + row).saturating_sub(before),
        None => pane.place.top,
    };
    pane.rows = rows;
    super::note_under_cursor(model);
}

fn is_listed(model: &Model, note: &Note) -> bool {
    let pane = &model.notes;
    let step = match &model.steps.cursor {
        Cursor::Step(id) if pane.this_step => Some(id),
        _ => None,
    };
    let can_close = !matches!(note.kind, NoteKind::Note | NoteKind::Decision);
    note.removed.is_none()
        && step.is_none_or(|id| note.step.as_ref() == Some(id))
        && (!pane.open_only || (note.closed.is_none() && can_close))
        && (!pane.for_me || is_for_me(model, note))
}

/// New to the person, calling them, or theirs to do.
fn is_for_me(model: &Model, note: &Note) -> bool {
    let (run, me) = (&model.run, &model.me);
    let unread = &model.notes.unread;
    let mine = note.closed.is_none() && note.owner.as_deref() == Some(me.as_str());
    mine || unread.notes.contains(&note.id)
        || unread.marked.contains(&note.id)
        || mention::calls(run, me, &note.text)
}

/// Recomputes what is new.
fn refresh_unread(model: &mut Model) {
    let (run, me) = (&model.run, &model.me);
    let seen = &model.notes.unread.seen;
    let is_new =
        |note: &&Note| note.removed.is_none() && news(run, note, me).any(|entry| !seen.has(entry));
    let new: Vec<&Note> = run.notes.iter().filter(is_new).collect();
    let calls = new.iter().filter(|note| mention::calls(run, me, &note.text)).count();
    let notes: HashSet<EntryId> = new.into_iter().map(|note| note.id.clone()).collect();
    model.notes.unread.calls = calls;
    model.notes.unread.notes = notes;
}

/// The entries by which others made a note what it is now: they wrote, edited or closed it.
pub(in crate::cockpit) fn news<'a>(
    run: &'a RunState,
    note: &'a Note,
    me: &'a str,
) -> impl Iterator<Item = &'a EntryId> {
    let edited = note.earlier.last().map(|(_, fact)| fact);
    let closed = note.closed.as_ref().map(|(fact, _)| fact);
    let facts = [Some(&note.fact), edited, closed].into_iter().flatten();
    let others = facts.filter(move |fact| &*fact.person != me);
    others.filter_map(move |fact: &Fact| {
        let at = run.log.binary_search_by_key(&fact.seq, |logged| logged.entry.seq).ok()?;
        run.log.get(at).map(|logged| &logged.entry.id)
    })
}
