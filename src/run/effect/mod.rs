//! What each event does to the state, once the rules have let it: here what concerns the run as a
//! whole, people, notes and lists; steps in [`step`], what follows by itself in [`derive`].

mod derive;
mod rollback;
mod step;

pub(super) use derive::{begin, settle_plan};
pub(super) use rollback::revised;

use super::act::Act;
use super::event::Event;
use super::revision;
use super::state::{
    ClockJump, Fact, ItemState, Note, Pause, Reschedule, RunState, RunStatus, Sent, StepState,
};
use super::words::{EntryId, Outcome};
use crate::runbook::{Role, StepIx, Window};
use derive::reach_milestone;
use std::sync::Arc;
use step::take_on_step;

/// One copy of a name.
pub(super) fn intern(state: &mut RunState, name: &str) -> Arc<str> {
    if let Some(known) = state.names.get(name) {
        return known.clone();
    }
    let name: Arc<str> = name.into();
    state.names.insert(name.clone());
    name
}

/// Lets an act take effect.
pub(super) fn take(state: &mut RunState, act: &Act, id: &EntryId, fact: &Fact) {
    match &act.event {
        Event::RunStarted {} => start_run(state, fact),
        Event::RunHeld { reason } => hold(state, fact, reason.clone()),
        Event::RunResumed {} => {
            if let Some(hold) = state.holds.last_mut() {
                hold.until.get_or_insert_with(|| fact.clone());
            }
            state.proposal = None;
        }
        Event::RollbackBegun { rung, reason } => {
            rollback::begin(state, rung, reason.as_ref(), fact);
        }
        Event::RollbackEnded { succeeded, reason, .. } => {
            rollback::end(state, *succeeded, reason.as_ref(), fact);
        }
        Event::RunRevised { runbook, sha256, reason, summary, .. } => {
            revision::revise(state, runbook, sha256, summary, reason.clone(), fact);
        }
        Event::RunRescheduled { window, zero_hour, approver, reference, reason } => {
            state.reschedules.push(Reschedule {
                fact: fact.clone(),
                window: window.map(|w| Window { opens: w.opens, closes: w.closes }),
                zero_hour: *zero_hour,
                approver: approver.clone(),
                reference: reference.clone(),
                reason: reason.clone(),
            });
        }
        Event::RunCompleted { outcome, summary } => {
            complete_run(state, *outcome, summary.clone(), fact);
        }
        Event::RunCanceled { reason } => {
            state.cancel_reason.clone_from(reason);
            end_run(state, RunStatus::Canceled, fact);
        }
        Event::HandedOver { to } => {
            person(state, to).role = Some(Role::Lead);
            person(state, &act.actor.name).role = Some(Role::Operator);
        }
        Event::RoleGranted { person: who, role } => person(state, who).role = Some(*role),
        Event::SubstituteActive { person: who, substitute } => {
            person(state, who).substitute = Some(substitute.clone());
        }
        Event::PersonCalled { person: who, answer, step } => {
            person(state, who).calls.push((*answer, step.clone(), fact.clone()));
        }
        Event::RollCallOpened {} => {
            state.roll_call = Some(fact.clone());
            state.people.values_mut().for_each(|p| p.present = None);
        }
        Event::RollCallAnswered {} => person(state, act.person()).present = Some(fact.clone()),
        Event::ChecklistTicked { checklist, item, evidence } => {
            let ticked = ItemState::Ticked { fact: fact.clone(), evidence: evidence.clone() };
            set_item(state, checklist, item, ticked);
        }
        Event::ChecklistWaived { checklist, item, reason } => {
            waive(state, checklist, item.as_deref(), reason, fact);
        }
        Event::NoteAdded { text, kind, step, public, owner, due } => state.notes.push(Note {
            id: id.clone(),
            fact: fact.clone(),
            text: text.clone(),
            kind: *kind,
            step: step.clone(),
            public: *public,
            owner: owner.clone(),
            due: *due,
            earlier: Vec::new(),
            closed: None,
            removed: None,
        }),
        Event::NoteEdited { note, text, kind, public, owner, due } => {
            if let Some(note) = note_mut(state, note) {
                let before = std::mem::replace(&mut note.text, text.clone());
                note.earlier.push((before, fact.clone()));
                note.kind = *kind;
                note.public = *public;
                note.owner.clone_from(owner);
                note.due = *due;
            }
        }
        Event::NoteClosed { note, reason } => {
            if let Some(note) = note_mut(state, note) {
                note.closed = Some((fact.clone(), reason.clone()));
            }
        }
        Event::NoteRemoved { note } => {
            if let Some(note) = note_mut(state, note) {
                note.removed = Some(fact.clone());
            }
        }
        Event::MessageSent { message, text, .. } => state.sent.push(Sent {
            message: message.clone(),
            text: text.clone(),
            fact: fact.clone(),
        }),
        Event::CriterionJudged { criterion, met, comment } => {
            state.criteria.insert(criterion.clone(), (*met, comment.clone(), fact.clone()));
        }
        Event::ClockJumped { by_ms } => {
            state.clock_jumps.push(ClockJump { fact: fact.clone(), by_ms: *by_ms });
        }
        _ => take_on_step(state, act, id, fact),
    }
}

/// A step to be changed: its own copy from here on.
fn step_mut(state: &mut RunState, ix: StepIx) -> &mut StepState {
    Arc::make_mut(&mut state.steps[ix])
}

fn person<'a>(state: &'a mut RunState, name: &str) -> &'a mut super::state::PersonState {
    state.people.entry(name.to_owned()).or_default()
}

fn note_mut<'a>(state: &'a mut RunState, id: &EntryId) -> Option<&'a mut Note> {
    state.notes.iter_mut().find(|n| n.id == *id)
}

fn set_item(state: &mut RunState, checklist: &str, item: &str, to: ItemState) {
    state.checklist_items.entry(checklist.to_owned()).or_default().insert(item.to_owned(), to);
}

fn waive(state: &mut RunState, checklist: &str, item: Option<&str>, reason: &str, fact: &Fact) {
    let plan = state.plan.clone();
    let Some(list) = plan.checklist(checklist) else { return };
    let open: Vec<_> = state
        .open_items(list)
        .filter(|i| item.is_none_or(|wanted| i.id == wanted))
        .map(|i| i.id.clone())
        .collect();
    for item in open {
        let waived = ItemState::Waived { fact: fact.clone(), reason: reason.to_owned() };
        set_item(state, checklist, &item, waived);
    }
}

/// A run starts with its first step, if nobody has started it before.
fn start_run(state: &mut RunState, fact: &Fact) {
    let first = state.status == RunStatus::Planned;
    if first {
        state.status = RunStatus::Active;
    }
    // A step recorded later may have begun earlier.
    if !state.status.is_over() && state.started.as_ref().is_none_or(|s| s.at > fact.at) {
        state.started = Some(fact.clone());
    }
    if first {
        for ix in state.plan.forward_steps() {
            reach_milestone(state, ix, fact);
        }
    }
}

fn hold(state: &mut RunState, fact: &Fact, reason: Option<String>) {
    if state.held().is_none() && !state.status.is_over() {
        state.holds.push(Pause { from: fact.clone(), until: None, reason });
    }
}

fn complete_run(state: &mut RunState, outcome: Outcome, summary: Option<String>, fact: &Fact) {
    state.outcome = Some((outcome, summary));
    end_run(state, RunStatus::Complete, fact);
}

fn end_run(state: &mut RunState, status: RunStatus, fact: &Fact) {
    if let Some(hold) = state.holds.last_mut() {
        hold.until.get_or_insert_with(|| fact.clone());
    }
    // A rollback that is on is cut short.
    rollback::close(state, None, fact);
    state.proposal = None;
    state.status = status;
    state.ended = Some(fact.clone());
}
