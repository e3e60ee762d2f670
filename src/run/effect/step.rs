//! What happens to a step.

use super::derive::{apply_again, end, hanging_on, set_status, unblock, unreach};
use super::rollback::{propose, refresh};
use super::{hold, start_run, step_mut};
use crate::run::act::Act;
use crate::run::event::Event;
use crate::run::state::{Automation, Ballot, Estimate, Fact, Note, Pause, RunState, StepStatus};
use crate::run::words::{Decision, EntryId, NoteKind};
use crate::runbook::{OnFailure, OnNoGo, Place, StepIx, StepKind};

pub(super) fn take_on_step(state: &mut RunState, act: &Act, id: &EntryId, fact: &Fact) {
    let Some(ix) = act.event.step().and_then(|id| state.step_ix(id)) else { return };
    let begun = state.has_begun(ix);
    take_on(state, ix, act, id, fact);
    // While a rung is on, what it undoes may begin after all: recorded late, or overridden.
    if state.has_begun(ix) != begun && matches!(state.plan.steps[ix].place, Place::Phase(_)) {
        refresh(state, fact);
    }
}

fn take_on(state: &mut RunState, ix: StepIx, act: &Act, id: &EntryId, fact: &Fact) {
    match &act.event {
        Event::StepStoodBy { .. } => step_mut(state, ix).now.stood_by = Some(fact.clone()),
        Event::StepStarted { .. } => {
            start_run(state, fact);
            begin_work(state, ix, fact);
            set_status(state, ix, StepStatus::Running);
        }
        Event::StepEstimated { remaining_s, .. } => {
            let estimate = Estimate { fact: fact.clone(), remaining: *remaining_s };
            step_mut(state, ix).now.estimates.push(estimate);
        }
        Event::StepCompleted { .. } => {
            start_run(state, fact);
            end(state, ix, StepStatus::Done, fact);
        }
        Event::StepFailed { reason, .. } => {
            start_run(state, fact);
            step_mut(state, ix).now.reason.clone_from(reason);
            end(state, ix, StepStatus::Failed, fact);
            hold_after_failure(state, ix, fact);
        }
        Event::StepBlocked { reason, .. } => {
            let pause = Pause { from: fact.clone(), until: None, reason: reason.clone() };
            step_mut(state, ix).now.blocked.push(pause);
            set_status(state, ix, StepStatus::Blocked);
        }
        Event::StepUnblocked { .. } => {
            unblock(state, ix, fact);
            let started = state.steps[ix].now.started.is_some();
            set_status(state, ix, if started { StepStatus::Running } else { StepStatus::Planned });
        }
        Event::StepSkipped { reason, .. } => {
            step_mut(state, ix).now.reason.clone_from(reason);
            end(state, ix, StepStatus::Skipped, fact);
        }
        Event::StepDeferred { reason, .. } => {
            step_mut(state, ix).now.reason.clone_from(reason);
            end(state, ix, StepStatus::Deferred, fact);
        }
        Event::StepReopened { .. } => reopen(state, ix),
        Event::StepAssigned { owner, .. } => step_mut(state, ix).assigned = Some(owner.clone()),
        Event::StepSigned { .. } => sign(state, ix, fact),
        Event::ItemTicked { item, .. } => {
            step_mut(state, ix).now.items.insert(item.clone(), fact.clone());
        }
        Event::ValueRecorded { record, value, .. } => {
            step_mut(state, ix).now.values.insert(record.clone(), (value.clone(), fact.clone()));
        }
        Event::EvidenceGiven { evidence, .. } => {
            step_mut(state, ix).now.evidence.push((evidence.clone(), fact.clone()));
        }
        Event::ReasonGiven { reason, .. } => give_reason(state, ix, reason),
        Event::OptionChosen { option, .. } => {
            start_run(state, fact);
            step_mut(state, ix).now.option = Some(option.clone());
            end(state, ix, StepStatus::Done, fact);
        }
        Event::GateVoted { vote, comment, .. } => {
            let voter = state.voter_for(ix, act.person()).unwrap_or_else(|| act.person());
            let voter = voter.to_owned();
            let ballot = Ballot { vote: *vote, comment: comment.clone(), fact: fact.clone() };
            step_mut(state, ix).now.votes.insert(voter, ballot);
        }
        Event::GateDecided { decision, reason, .. } => {
            decide(state, ix, decision, reason.clone(), id, fact);
        }
        Event::AutomationStarted { what, .. } => {
            step_mut(state, ix).now.automation =
                Some(Automation { what: what.clone(), started: fact.clone(), finished: None });
        }
        Event::AutomationFinished { result, code, output, .. } => {
            if let Some(automation) = step_mut(state, ix).now.automation.as_mut() {
                automation.finished = Some((*result, *code, output.clone(), fact.clone()));
            }
        }
        _ => {}
    }
}

fn reopen(state: &mut RunState, ix: StepIx) {
    let begun = state.has_begun(ix);
    new_attempt(state, ix);
    // From the second book on: what the attempt before did is there until a rollback takes it back.
    if begun && state.keeps_ladder() {
        step_mut(state, ix).in_effect = true;
    }
    unreach(state, ix);
    if state.plan.steps[ix].kind == StepKind::Choice {
        for branch in hanging_on(state, ix) {
            if state.steps[branch].status() == StepStatus::NotApplicable {
                apply_again(state, branch);
            }
        }
    }
}

/// The present attempt is one of the earlier ones from here on; the next is planned.
pub(super) fn new_attempt(state: &mut RunState, ix: StepIx) {
    let status = state.steps[ix].status();
    set_status(state, ix, StepStatus::Planned);
    let step = step_mut(state, ix);
    let mut ended = std::mem::take(&mut step.now);
    ended.status = status;
    step.earlier.push(ended);
    step.attempt += 1;
}

fn hold_after_failure(state: &mut RunState, ix: StepIx, fact: &Fact) {
    let plan = state.plan.clone();
    let step = &plan.steps[ix];
    let proposed = match step.on_failure {
        OnFailure::Ask | OnFailure::Continue => return,
        OnFailure::Hold => String::new(),
        OnFailure::Rollback(rung) => propose(state, rung, ix),
    };
    hold(state, fact, Some(format!("{} {} failed{proposed}", step.number, step.title)));
}

fn sign(state: &mut RunState, ix: StepIx, fact: &Fact) {
    start_run(state, fact);
    step_mut(state, ix).now.signatures.push(fact.clone());
    let signed = state.steps[ix].now.signatures.len();
    if signed >= state.plan.steps[ix].signers as usize {
        end(state, ix, StepStatus::Done, fact);
    }
}

fn give_reason(state: &mut RunState, ix: StepIx, reason: &str) {
    let now = &mut step_mut(state, ix).now;
    if now.status == StepStatus::Blocked {
        if let Some(pause) = now.blocked.last_mut() {
            pause.reason = Some(reason.to_owned());
        }
    } else {
        now.reason = Some(reason.to_owned());
    }
}

fn decide(
    state: &mut RunState,
    ix: StepIx,
    decision: &Decision,
    reason: Option<String>,
    id: &EntryId,
    fact: &Fact,
) {
    start_run(state, fact);
    step_mut(state, ix).now.decision = Some((decision.clone(), reason.clone(), fact.clone()));
    match decision {
        Decision::Go => end(state, ix, StepStatus::Done, fact),
        Decision::GoWithConditions { conditions } => {
            for (n, condition) in conditions.iter().enumerate() {
                let note = condition_note(state, ix, n + 1, condition, id, fact);
                state.notes.push(note);
            }
            end(state, ix, StepStatus::Done, fact);
        }
        Decision::NoGo => {
            step_mut(state, ix).now.reason = reason;
            end(state, ix, StepStatus::Failed, fact);
            let proposed = match state.plan.steps[ix].gate.as_ref().map(|g| g.on_no_go) {
                Some(OnNoGo::Cancel) => "; proposed: cancel the run".to_owned(),
                Some(OnNoGo::Rollback(rung)) => propose(state, rung, ix),
                _ => String::new(),
            };
            let step = &state.plan.steps[ix];
            let why = format!("no-go at {} {}{proposed}", step.number, step.title);
            hold(state, fact, Some(why));
        }
    }
}

/// A condition stays as an open action. It is named after the decision's entry, with `+1`, `+2`, …
/// behind the replica, so that it can be closed like any other note.
fn condition_note(
    state: &RunState,
    ix: StepIx,
    number: usize,
    condition: &str,
    id: &EntryId,
    fact: &Fact,
) -> Note {
    Note {
        id: EntryId { replica: format!("{}+{number}", id.replica), index: id.index },
        fact: fact.clone(),
        text: condition.to_owned(),
        kind: NoteKind::Action,
        step: Some(state.plan.steps[ix].id.clone()),
        public: false,
        owner: None,
        due: None,
        earlier: Vec::new(),
        closed: None,
        removed: None,
    }
}

/// A deferred step that had been started goes on: for how long it lay there is not work.
fn begin_work(state: &mut RunState, ix: StepIx, fact: &Fact) {
    let now = &mut step_mut(state, ix).now;
    let deferred = now.ended.take();
    if now.started.is_some()
        && let Some(from) = deferred
    {
        let reason = now.reason.take();
        now.deferred.push(Pause { from, until: Some(fact.clone()), reason });
    }
    now.started.get_or_insert_with(|| fact.clone());
}
