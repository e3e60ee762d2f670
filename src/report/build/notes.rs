//! Notes, issues, the review, actions, messages, corrections.

use super::{Desk, second};
use crate::report::model::{
    Action, ActionOrigin, ActionState, Correction, Earlier, Message, Note, Remark, Review,
};
use crate::report::review::Said;
use crate::run::{self, EntryId, Event, NoteKind, Verdict, describe};
use std::collections::HashMap;

/// Every note in the section where it belongs; those that were taken away are in none.
pub(super) struct Notes {
    pub issues: Vec<Note>,
    pub notes: Vec<Note>,
    pub review: Review,
    pub actions: Vec<Action>,
}

impl Notes {
    pub fn of(desk: &Desk<'_>) -> Self {
        let mut found = Self {
            issues: Vec::new(),
            notes: Vec::new(),
            review: Review { went_well: vec![], went_badly: vec![], will_change: vec![] },
            actions: Vec::new(),
        };
        for note in desk.state.notes.iter().filter(|note| note.removed.is_none()) {
            let said = Said::of(note.kind, &note.text);
            match note.kind {
                NoteKind::Issue | NoteKind::Risk => found.issues.push(of_note(desk, note)),
                NoteKind::Note if said.is_none() => found.notes.push(of_note(desk, note)),
                // Those are among the decisions.
                NoteKind::Note | NoteKind::Decision => {}
                NoteKind::Action => found.actions.push(action(desk, note)),
            }
            if let Some((said, text)) = said {
                let remarks = match said {
                    Said::WentWell => &mut found.review.went_well,
                    Said::WentBadly => &mut found.review.went_badly,
                    Said::WillChange => &mut found.review.will_change,
                };
                let (at, by) = (second(note.fact.at), desk.who(&note.fact.person));
                remarks.push(Remark { text: text.to_owned(), at, by });
            }
        }
        found
    }
}

fn of_note(desk: &Desk<'_>, note: &run::Note) -> Note {
    let closed = note.closed.as_ref();
    Note {
        entry: note.fact.seq,
        kind: note.kind,
        at: second(note.fact.at),
        by: desk.who(&note.fact.person),
        step: note.step.as_deref().map(|id| desk.label_of(id)),
        text: note.text.clone(),
        public: note.public,
        // An edit of owner or due time leaves the text as it was.
        earlier: note
            .earlier
            .iter()
            .zip(note.earlier.iter().map(|(text, _)| text).skip(1).chain([&note.text]))
            .filter(|((before, _), after)| before != *after)
            .map(|((text, fact), _)| Earlier {
                text: text.clone(),
                until: second(fact.at),
                by: desk.who(&fact.person),
            })
            .collect(),
        owner: note.owner.as_ref().map(|owner| desk.who(owner)),
        due: note.due.map(second),
        open: closed.is_none() && matches!(note.kind, NoteKind::Issue | NoteKind::Risk),
        closed_at: closed.map(|(fact, _)| second(fact.at)),
        closed_by: closed.map(|(fact, _)| desk.who(&fact.person)),
        close_reason: closed.and_then(|(_, words)| words.clone()),
        after_end: desk.after_end(note.fact.seq),
    }
}

fn action(desk: &Desk<'_>, note: &run::Note) -> Action {
    let said = Said::of(note.kind, &note.text);
    let decided = desk.logged(note.fact.seq).map(|logged| &logged.entry.act.event);
    let origin = match (said, decided) {
        (Some(_), _) => ActionOrigin::Review,
        // A condition is written by the decision itself.
        (None, Some(Event::GateDecided { .. })) => ActionOrigin::Condition,
        _ => ActionOrigin::Note,
    };
    let closed = note.closed.as_ref();
    Action {
        origin,
        entry: note.fact.seq,
        text: said.map_or(note.text.as_str(), |(_, text)| text).to_owned(),
        owner: note.owner.as_ref().map(|owner| desk.who(owner)),
        due: note.due.map(second),
        state: match (closed, note.due) {
            (Some(_), _) => ActionState::Closed,
            (None, Some(due)) if due < desk.now => ActionState::Overdue,
            _ => ActionState::Open,
        },
        step: note.step.as_deref().map(|id| desk.label_of(id)),
        at: second(note.fact.at),
        by: desk.who(&note.fact.person),
        closed_at: closed.map(|(fact, _)| second(fact.at)),
        closed_by: closed.map(|(fact, _)| desk.who(&fact.person)),
        close_reason: closed.and_then(|(_, words)| words.clone()),
        after_end: desk.after_end(note.fact.seq),
    }
}

pub(super) fn messages(desk: &Desk<'_>) -> Vec<Message> {
    desk.state
        .sent
        .iter()
        .map(|sent| Message {
            id: sent.message.clone(),
            audience: desk.state.plan.message(&sent.message).and_then(|m| m.audience.clone()),
            at: second(sent.fact.at),
            by: desk.who(&sent.fact.person),
            text: sent.text.clone(),
            after_end: desk.after_end(sent.fact.seq),
        })
        .collect()
}

/// Corrections that hold, each with what it mends.
pub(super) fn corrections(desk: &Desk<'_>) -> Vec<Correction> {
    let is_correction = |event: &Event| matches!(event, Event::Correction { .. });
    let made = || {
        desk.state
            .log
            .iter()
            .filter(|l| l.verdict == Verdict::Applied && is_correction(&l.entry.act.event))
    };
    if made().next().is_none() {
        return Vec::new();
    }
    let log = &desk.state.log;
    let by_id: HashMap<&EntryId, u64> = log.iter().map(|l| (&l.entry.id, l.entry.seq)).collect();
    made()
        .filter_map(|logged| {
            let act = &logged.entry.act;
            let Event::Correction { entry, mend, reason } = &act.event else { return None };
            // The reason stands in a field of its own.
            let bare = Event::Correction { entry: entry.clone(), mend: mend.clone(), reason: None };
            Some(Correction {
                entry: logged.entry.seq,
                at: second(act.effective_at()),
                by: desk.who(act.person()),
                corrects: by_id.get(entry).copied(),
                what: describe(desk.state, &bare),
                reason: reason.clone(),
                after_end: desk.after_end(logged.entry.seq),
            })
        })
        .collect()
}
