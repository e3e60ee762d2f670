//! The rule book: one for everybody. `check` answers before an act is recorded, `judge` when the
//! fold meets it; both are the same rules, but for what `check` came to ask later: rule books are
//! frozen, so an entry that is recorded keeps its meaning.

mod begin;
mod gate;
mod people;
mod record;
mod rollback;
mod run;
mod step;

use super::Time;
use super::act::Act;
use super::event::{Event, RULES};
use super::refusal::{Refusal, RefusalKind};
use super::state::RunState;
use crate::runbook::{Role, RungIx, StepIx};
use chrono::TimeDelta;

type Verdict = Result<(), Refusal>;

/// How far before the opening of a run something may have happened: a run is sometimes opened late.
const BEFORE_OPENING: TimeDelta = TimeDelta::days(31);

/// Longest text of a note, reason or comment, in bytes.
pub const TEXT_LIMIT: usize = 1 << 20;

/// Whether an act may be recorded now.
///
/// A *not now* becomes a yes when a lead gives a reason for overriding it, or when a gate's decider
/// says why they decide without quorum or checklists.
///
/// # Errors
/// The refusal: why, and what to do instead.
pub fn check(state: &RunState, act: &Act) -> Result<(), Refusal> {
    match judge(state, act) {
        Err(refusal) if refusal.kind == RefusalKind::NotNow && overrides(state, act, &refusal) => {}
        verdict => verdict?,
    }
    step::not_before_its_end(state, act)
}

/// Whether the act carries what it takes to override this *not now*.
fn overrides(state: &RunState, act: &Act, refusal: &Refusal) -> bool {
    let said = |reason: &Option<String>| reason.as_ref().is_some_and(|r| !r.trim().is_empty());
    if act.actor.role == Role::Lead && said(&act.override_reason) {
        return true;
    }
    match &act.event {
        // Whoever decides a gate may go without quorum or checklists, and says why.
        Event::GateDecided { step, reason, .. }
            if matches!(refusal.rule, "quorum" | "checklist") && said(reason) =>
        {
            act.actor.role == Role::Lead
                || state.step_ix(step).is_some_and(|ix| gate::is_decider(state, ix, act.person()))
        }
        _ => false,
    }
}

/// The rules themselves, without overriding.
pub(super) fn judge(state: &RunState, act: &Act) -> Verdict {
    if !(1..=RULES).contains(&state.rules) {
        return Err(Refusal::impossible(
            "unknown-rules",
            format!("this run keeps rule book {}, this program knows 1 to {RULES}", state.rules),
            "act on it with the version of golive that opened it",
        ));
    }
    times(state, act)?;
    texts(act)?;
    over(state, act)?;
    people::role(state, act)?;
    match &act.event {
        Event::RunOpened { .. }
        | Event::RunStarted {}
        | Event::RunHeld { .. }
        | Event::RunResumed {}
        | Event::RunRevised { .. }
        | Event::RunRescheduled { .. }
        | Event::RunCompleted { .. }
        | Event::RunCanceled { .. } => run::judge(state, act),
        Event::RollbackBegun { .. } | Event::RollbackEnded { .. } => rollback::judge(state, act),
        Event::HandedOver { .. }
        | Event::RoleGranted { .. }
        | Event::SubstituteActive { .. }
        | Event::PersonCalled { .. }
        | Event::RollCallOpened {}
        | Event::RollCallAnswered {} => people::judge(state, act),
        Event::GateVoted { step, attempt, .. } | Event::GateDecided { step, attempt, .. } => {
            gate::judge(state, act, this_attempt(state, step, *attempt)?)
        }
        Event::ChecklistTicked { .. }
        | Event::ChecklistWaived { .. }
        | Event::Correction { .. }
        | Event::NoteAdded { .. }
        | Event::NoteEdited { .. }
        | Event::NoteClosed { .. }
        | Event::NoteRemoved { .. }
        | Event::MessageSent { .. }
        | Event::CriterionJudged { .. }
        | Event::ClockJumped { .. } => record::judge(state, act),
        Event::Unknown { kind, .. } => Err(Refusal::impossible(
            "unknown-event",
            format!("“{kind}” is of a newer version"),
            "use the version that knows it",
        )),
        _ => step::judge(state, act),
    }
}

fn times(state: &RunState, act: &Act) -> Verdict {
    let Some(happened) = act.happened_at else { return Ok(()) };
    if happened > act.at {
        return Err(Refusal::impossible(
            "in-the-future",
            "it cannot have happened later than now",
            "give a time that has passed",
        ));
    }
    if happened < state.opened.at - BEFORE_OPENING {
        return Err(Refusal::impossible(
            "long-before",
            "that is more than 31 days before this run was opened",
            "check the date",
        ));
    }
    Ok(())
}

/// Every free text of an event, to be held against the limit.
fn texts(act: &Act) -> Verdict {
    let longest = match &act.event {
        Event::NoteAdded { text, .. }
        | Event::NoteEdited { text, .. }
        | Event::MessageSent { text, .. } => text.len(),
        Event::StepFailed { reason, .. }
        | Event::StepBlocked { reason, .. }
        | Event::StepSkipped { reason, .. }
        | Event::StepDeferred { reason, .. }
        | Event::StepReopened { reason, .. }
        | Event::RunHeld { reason }
        | Event::RunCanceled { reason }
        | Event::RollbackBegun { reason, .. }
        | Event::RollbackEnded { reason, .. } => reason.as_ref().map_or(0, String::len),
        Event::ReasonGiven { reason, .. } | Event::ChecklistWaived { reason, .. } => reason.len(),
        Event::ValueRecorded { value, .. } => value.len(),
        _ => 0,
    };
    if longest > TEXT_LIMIT {
        return Err(Refusal::impossible(
            "too-long",
            format!("a text may have {} KiB at most", TEXT_LIMIT >> 10),
            "shorten it, or link to it",
        ));
    }
    Ok(())
}

/// After the end only notes, the review, deferred steps, criteria and corrections are possible.
fn over(state: &RunState, act: &Act) -> Verdict {
    if !state.status.is_over() {
        return Ok(());
    }
    let deferred = |step: &str| state.step_ix(step).is_some_and(|ix| state.owed_after_end(ix));
    let possible = match &act.event {
        Event::NoteAdded { .. }
        | Event::NoteEdited { .. }
        | Event::NoteClosed { .. }
        | Event::NoteRemoved { .. }
        | Event::CriterionJudged { .. }
        | Event::Correction { .. }
        | Event::ReasonGiven { .. }
        | Event::MessageSent { .. }
        | Event::RoleGranted { .. }
        | Event::HandedOver { .. }
        | Event::AutomationFinished { .. }
        | Event::ClockJumped { .. } => true,
        Event::StepStarted { step, .. }
        | Event::StepEstimated { step, .. }
        | Event::StepCompleted { step, .. }
        | Event::StepBlocked { step, .. }
        | Event::StepUnblocked { step, .. }
        | Event::StepFailed { step, .. }
        | Event::StepSkipped { step, .. }
        | Event::StepDeferred { step, .. }
        | Event::StepReopened { step, .. }
        | Event::StepAssigned { step, .. }
        | Event::StepSigned { step, .. }
        | Event::ItemTicked { step, .. }
        | Event::ValueRecorded { step, .. }
        | Event::EvidenceGiven { step, .. }
        | Event::AutomationStarted { step, .. } => deferred(step),
        _ => false,
    };
    if possible {
        return Ok(());
    }
    Err(Refusal::impossible(
        "run-over",
        "the run is over",
        "what is still possible: notes, deferred steps, criteria, corrections",
    ))
}

/// People say times to the minute: "02:14" may have been as late as 02:14:59.
fn latest_meant(act: &Act) -> Time {
    act.happened_at.map_or(act.at, |said| (said + TimeDelta::seconds(59)).min(act.at))
}

/// The step that an event names, in the attempt that it names.
fn this_attempt(state: &RunState, id: &str, attempt: u32) -> Result<StepIx, Refusal> {
    let ix = known_step(state, id)?;
    let present = state.steps[ix].attempt;
    if attempt == present {
        return Ok(ix);
    }
    Err(Refusal::impossible(
        "other-attempt",
        format!("{} is at attempt {present}, not {attempt}", label(state, ix)),
        "look at the step and act on its present attempt",
    ))
}

fn known_step(state: &RunState, id: &str) -> Result<StepIx, Refusal> {
    if let Some(ix) = state.step_ix(id) {
        return Ok(ix);
    }
    if let Some(removed) = state.removed.iter().find(|r| r.id == id) {
        return Err(Refusal::impossible(
            "removed-step",
            format!("{} {} was taken out of the plan", removed.number, removed.title),
            "insert it again to work on it",
        ));
    }
    Err(Refusal::impossible(
        "no-such-step",
        format!("there is no step “{id}”"),
        "look up its id or number in the runbook",
    ))
}

/// How a step is named in a message: number and title.
fn label(state: &RunState, ix: StepIx) -> String {
    let step = &state.plan.steps[ix];
    format!("{} {}", step.number, step.title)
}

/// How a rung is named in a message: number and title.
fn rung_label(state: &RunState, rung: RungIx) -> String {
    let title = state.plan.rollbacks.get(rung).map_or("", |r| r.title.as_str());
    format!("{} {title}", state.rung_number(rung))
}
