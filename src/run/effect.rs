//! What each event does to the state, once the rules have let it. Also everything that is derived
//! rather than recorded: milestones, untaken branches, holds after failures, the last signature.

use super::act::{Act, Entry};
use super::event::{Decision, EntryId, Event, NoteKind, Outcome, Time};
use super::query::settles;
use super::state::{
    Automation, Ballot, ClockJump, Estimate, Fact, ItemState, Note, Pause, Reschedule, RunState,
    RunStatus, Sent, StepState, StepStatus, Waiting,
};
use super::{Mode, revision};
use crate::runbook::{OnFailure, Place, Role, StepIx, StepKind, Window};
use std::sync::Arc;

/// The state right after the opening: every step planned, what does not apply set aside.
pub(super) fn begin(state: &mut RunState, entry: &Entry) {
    state.steps = vec![Arc::new(StepState::fresh()); state.plan.steps.len()];
    let fact = Fact {
        at: entry.act.effective_at(),
        seq: entry.seq,
        person: intern(state, entry.act.person()),
    };
    settle_plan(state, &fact);
}

/// Counts the barriers anew and derives what follows from the plan alone: steps that do not apply
/// in a rehearsal or whose branch is not taken, milestones that nothing precedes.
pub(super) fn settle_plan(state: &mut RunState, fact: &Fact) {
    let plan = state.plan.clone();
    state.unsettled = plan
        .phases
        .iter()
        .map(|phase| phase.steps.clone().filter(|&ix| !state.is_settled(ix)).count())
        .collect();
    for ix in plan.forward_steps() {
        let step = &plan.steps[ix];
        let out = state.mode == Mode::Rehearsal && !step.in_rehearsal;
        if out && state.steps[ix].status() == StepStatus::Planned {
            end(state, ix, StepStatus::NotApplicable, fact);
        }
        if step.kind == StepKind::Choice && state.is_settled(ix) {
            resolve_choice(state, ix, fact);
        }
    }
    for ix in plan.forward_steps() {
        reach_milestone(state, ix, fact);
    }
}

/// One copy of a name.
pub(super) fn intern(state: &mut RunState, name: &str) -> Arc<str> {
    if let Some(known) = state.names.get(name) {
        return known.clone();
    }
    let name: Arc<str> = name.into();
    state.names.insert(name.clone());
    name
}

/// A step to be changed: its own copy from here on.
fn step_mut(state: &mut RunState, ix: StepIx) -> &mut StepState {
    Arc::make_mut(&mut state.steps[ix])
}

impl StepState {
    pub(super) fn fresh() -> Self {
        Self { attempt: 1, ..Self::default() }
    }
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

fn take_on_step(state: &mut RunState, act: &Act, id: &EntryId, fact: &Fact) {
    let Some(ix) = act.event.step().and_then(|id| state.step_ix(id)) else { return };
    match &act.event {
        Event::StepStoodBy { .. } => step_mut(state, ix).now.stood_by = Some(fact.clone()),
        Event::StepStarted { .. } => {
            start_run(state, fact);
            step_mut(state, ix).now.started.get_or_insert_with(|| fact.clone());
            step_mut(state, ix).now.ended = None;
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
    state.status = status;
    state.ended = Some(fact.clone());
}

/// Sets the state of a step and keeps the barriers' counts.
pub(super) fn set_status(state: &mut RunState, ix: StepIx, status: StepStatus) {
    let step = &state.plan.steps[ix];
    let (place, on_failure) = (step.place, step.on_failure);
    let before = settles(state.steps[ix].now.status, on_failure);
    let after = settles(status, on_failure);
    step_mut(state, ix).now.status = status;
    if before != after
        && let Place::Phase(phase) = place
        && let Some(open) = state.unsettled.get_mut(phase)
    {
        if after {
            *open = open.saturating_sub(1);
        } else {
            *open += 1;
        }
    }
}

fn unblock(state: &mut RunState, ix: StepIx, fact: &Fact) {
    if let Some(pause) = step_mut(state, ix).now.blocked.last_mut() {
        pause.until.get_or_insert_with(|| fact.clone());
    }
}

/// A step leaves the last of planned, running and blocked; what follows from that is derived.
fn end(state: &mut RunState, ix: StepIx, status: StepStatus, fact: &Fact) {
    unblock(state, ix, fact);
    step_mut(state, ix).now.ended = Some(fact.clone());
    if status == StepStatus::Done {
        // A reason once given for deferring is history by now.
        step_mut(state, ix).now.reason = None;
    }
    set_status(state, ix, status);
    if state.is_settled(ix) {
        follow(state, ix, fact);
    }
}

/// Derives what follows from a settled step: branches not taken, milestones reached. A work list,
/// not recursion: one settlement may settle thousands.
fn follow(state: &mut RunState, ix: StepIx, fact: &Fact) {
    let plan = state.plan.clone();
    let mut settled = vec![ix];
    while let Some(ix) = settled.pop() {
        if plan.steps[ix].kind == StepKind::Choice {
            settled.extend(branches(state, ix, fact));
        }
        let Place::Phase(phase) = plan.steps[ix].place else { continue };
        let mut maybe: Vec<StepIx> = plan.successors[ix].clone();
        if state.unsettled.get(phase) == Some(&0) {
            for next in plan.phases.iter().filter(|p| p.after.contains(&phase)) {
                maybe.extend(next.steps.clone());
            }
        }
        for next in maybe {
            if plan.steps[next].kind == StepKind::Milestone && reached(state, next, fact.at) {
                step_mut(state, next).now.ended = Some(fact.clone());
                set_status(state, next, StepStatus::Done);
                settled.push(next);
            }
        }
    }
}

fn reach_milestone(state: &mut RunState, ix: StepIx, fact: &Fact) {
    // Before anything has happened no milestone is reached, not even one that nothing precedes.
    if state.started.is_some()
        && state.plan.steps[ix].kind == StepKind::Milestone
        && reached(state, ix, fact.at)
    {
        end(state, ix, StepStatus::Done, fact);
    }
}

/// A milestone is a mark, not work: a hold does not keep it back.
fn reached(state: &RunState, ix: StepIx, at: Time) -> bool {
    state.steps[ix].status() == StepStatus::Planned
        && state.waiting_for(ix, at).iter().all(|w| *w == Waiting::Held)
}

fn resolve_choice(state: &mut RunState, choice: StepIx, fact: &Fact) {
    for ix in branches(state, choice, fact) {
        follow(state, ix, fact);
    }
}

/// Steps that hang on a choice: those of the option taken apply, the others do not. Answers with
/// the steps that are settled by it.
fn branches(state: &mut RunState, choice: StepIx, fact: &Fact) -> Vec<StepIx> {
    let plan = state.plan.clone();
    let taken = state.steps[choice].now.option.clone();
    let mut settled = Vec::new();
    for ix in plan.forward_steps() {
        let Some(when) = plan.steps[ix].when.as_ref().filter(|w| w.step == choice) else {
            continue;
        };
        let applies = taken.as_deref() == Some(when.is.as_str());
        match state.steps[ix].status() {
            StepStatus::Planned if !applies => {
                step_mut(state, ix).now.ended = Some(fact.clone());
                set_status(state, ix, StepStatus::NotApplicable);
                settled.push(ix);
            }
            StepStatus::NotApplicable if applies => apply_again(state, ix),
            _ => {}
        }
    }
    settled
}

/// A step of a branch that is open or taken after all is planned again, unless a rehearsal leaves
/// it out.
fn apply_again(state: &mut RunState, ix: StepIx) {
    if state.mode == Mode::Rehearsal && !state.plan.steps[ix].in_rehearsal {
        return;
    }
    step_mut(state, ix).now.ended = None;
    set_status(state, ix, StepStatus::Planned);
}

fn reopen(state: &mut RunState, ix: StepIx) {
    let status = state.steps[ix].status();
    set_status(state, ix, StepStatus::Planned);
    let step = step_mut(state, ix);
    let mut ended = std::mem::take(&mut step.now);
    ended.status = status;
    step.earlier.push(ended);
    step.attempt += 1;
    if state.plan.steps[ix].kind == StepKind::Choice {
        let plan = state.plan.clone();
        for branch in plan.forward_steps() {
            let hangs = plan.steps[branch].when.as_ref().is_some_and(|w| w.step == ix);
            if hangs && state.steps[branch].status() == StepStatus::NotApplicable {
                apply_again(state, branch);
            }
        }
    }
}

fn hold_after_failure(state: &mut RunState, ix: StepIx, fact: &Fact) {
    let plan = state.plan.clone();
    let step = &plan.steps[ix];
    let proposed = match step.on_failure {
        OnFailure::Ask | OnFailure::Continue => return,
        OnFailure::Hold => String::new(),
        OnFailure::Rollback(rung) => plan
            .rollbacks
            .get(rung)
            .map_or_else(String::new, |r| format!("; proposed: {}", r.title)),
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
            let step = &state.plan.steps[ix];
            let why = format!("no-go at {} {}", step.number, step.title);
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
