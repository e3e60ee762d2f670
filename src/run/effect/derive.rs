//! What is derived rather than recorded: steps that do not apply, branches not taken, milestones
//! reached, barriers that open.

use super::{intern, step_mut};
use crate::run::Time;
use crate::run::act::Entry;
use crate::run::query::settles;
use crate::run::state::{Fact, RunState, StepState, StepStatus, Waiting};
use crate::runbook::{Place, StepIx, StepKind};
use std::sync::Arc;

/// The state right after the opening: every step planned, what does not apply set aside.
pub(in crate::run) fn begin(state: &mut RunState, entry: &Entry) {
    // One state for all until something happens to a step.
    let fresh = Arc::new(StepState::fresh());
    state.steps = std::iter::repeat_n(fresh, state.plan.steps.len()).collect();
    let fact = Fact {
        at: entry.act.effective_at(),
        seq: entry.seq,
        person: intern(state, entry.act.person()),
    };
    settle_plan(state, &fact);
}

/// Counts the barriers anew and derives what follows from the plan alone: steps that do not apply
/// in a rehearsal or whose branch is not taken, milestones that nothing precedes.
pub(in crate::run) fn settle_plan(state: &mut RunState, fact: &Fact) {
    recount(state);
    let plan = state.plan.clone();
    for ix in plan.forward_steps() {
        let step = &plan.steps[ix];
        if state.is_left_out(ix) && state.steps[ix].status() == StepStatus::Planned {
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

/// Counts the barriers anew.
pub(super) fn recount(state: &mut RunState) {
    let plan = state.plan.clone();
    let all = 0..plan.steps.len();
    state.no_return = all.filter(|&ix| plan.steps[ix].point_of_no_return).collect();
    state.unsettled = plan
        .phases
        .iter()
        .map(|phase| phase.steps.clone().filter(|&ix| !state.is_settled(ix)).count())
        .collect();
    let ended = |ix: StepIx| state.steps[ix].now.ended.as_ref().map(|f| f.at);
    state.settled_at =
        plan.phases.iter().map(|phase| phase.steps.clone().filter_map(ended).max()).collect();
}

/// Sets the state of a step and keeps the barriers' counts.
pub(super) fn set_status(state: &mut RunState, ix: StepIx, status: StepStatus) {
    let step = &state.plan.steps[ix];
    let (place, on_failure) = (step.place, step.on_failure);
    let before = settles(state.steps[ix].now.status, on_failure);
    let after = settles(status, on_failure);
    step_mut(state, ix).now.status = status;
    if after
        && let Place::Phase(phase) = place
        && let Some(settled) = state.settled_at.get_mut(phase)
    {
        *settled = (*settled).max(state.steps[ix].now.ended.as_ref().map(|f| f.at));
    }
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

pub(super) fn unblock(state: &mut RunState, ix: StepIx, fact: &Fact) {
    if let Some(pause) = step_mut(state, ix).now.blocked.last_mut() {
        pause.until.get_or_insert_with(|| fact.clone());
    }
}

/// A step leaves the last of planned, running and blocked; what follows from that is derived.
pub(super) fn end(state: &mut RunState, ix: StepIx, status: StepStatus, fact: &Fact) {
    if status == StepStatus::Done {
        // A reason once given for deferring is history by now.
        step_mut(state, ix).now.reason = None;
    }
    end_quietly(state, ix, status, fact);
    if state.is_settled(ix) {
        follow_all(state, vec![ix], fact);
    }
}

/// The same, with nothing derived from it yet.
pub(super) fn end_quietly(state: &mut RunState, ix: StepIx, status: StepStatus, fact: &Fact) {
    unblock(state, ix, fact);
    step_mut(state, ix).now.ended = Some(fact.clone());
    set_status(state, ix, status);
}

/// Derives what follows from settled steps: branches not taken, milestones reached. A work list,
/// not recursion: one settlement may settle thousands.
pub(super) fn follow_all(state: &mut RunState, mut settled: Vec<StepIx>, fact: &Fact) {
    let plan = state.plan.clone();
    while let Some(ix) = settled.pop() {
        if plan.steps[ix].kind == StepKind::Choice {
            settled.extend(branches(state, ix, fact));
        }
        let mut maybe = state.followers(ix);
        if let Place::Phase(phase) = plan.steps[ix].place
            && state.unsettled.get(phase) == Some(&0)
        {
            for next in plan.phases.iter().filter(|p| p.after.contains(&phase)) {
                maybe.extend(next.steps.clone());
            }
        }
        for next in maybe {
            if plan.steps[next].kind == StepKind::Milestone
                && let Some(at) = reached(state, next, fact.at)
            {
                step_mut(state, next).now.ended = Some(Fact { at, ..fact.clone() });
                set_status(state, next, StepStatus::Done);
                settled.push(next);
            }
        }
    }
}

pub(super) fn reach_milestone(state: &mut RunState, ix: StepIx, fact: &Fact) {
    // Before anything has happened no milestone is reached, not even one that nothing precedes.
    if state.started.is_some()
        && state.plan.steps[ix].kind == StepKind::Milestone
        && let Some(at) = reached(state, ix, fact.at)
    {
        end(state, ix, StepStatus::Done, &Fact { at, ..fact.clone() });
    }
}

/// When a planned milestone is reached, if nothing but a hold or a rollback keeps it back: a
/// milestone is a mark, not work. That is when the last of what it waited for was settled, however late it was recorded.
/// One with a lag or a `not_before` that lies later is completed by a person.
fn reached(state: &RunState, ix: StepIx, at: Time) -> Option<Time> {
    if state.steps[ix].status() != StepStatus::Planned {
        return None;
    }
    let step = &state.plan.steps[ix];
    let links = step.needs.iter().filter_map(|l| state.end_of(l.step, l.on)).map(|f| f.at);
    let phases = match step.place {
        Place::Phase(p) => state.plan.phases[p].after.clone(),
        Place::Rung(_) => Vec::new(),
    };
    let barriers = phases.into_iter().filter_map(|p| state.settled_at.get(p).copied().flatten());
    let at = links.chain(barriers).fold(at, Time::max);
    let no_matter = |waiting: &Waiting| matches!(waiting, Waiting::Held | Waiting::Rollback(_));
    state.waiting_for(ix, at).iter().all(no_matter).then_some(at)
}

/// Milestones that were reached because of a step that is open again are not reached any more.
pub(super) fn unreach(state: &mut RunState, ix: StepIx) {
    let plan = state.plan.clone();
    let mut open = vec![ix];
    while let Some(ix) = open.pop() {
        let mut behind = state.followers(ix);
        if let Place::Phase(phase) = plan.steps[ix].place {
            let phases = plan.phases.iter().filter(|p| p.after.contains(&phase));
            behind.extend(phases.flat_map(|p| p.steps.clone()));
        }
        for next in behind {
            let milestone = plan.steps[next].kind == StepKind::Milestone;
            if milestone && state.steps[next].status() == StepStatus::Done {
                step_mut(state, next).now.ended = None;
                set_status(state, next, StepStatus::Planned);
                open.push(next);
            }
        }
    }
}

fn resolve_choice(state: &mut RunState, choice: StepIx, fact: &Fact) {
    let settled = branches(state, choice, fact);
    follow_all(state, settled, fact);
}

/// Steps that hang on a choice: those of the option taken apply, the others do not. Answers with
/// the steps that are settled by it.
fn branches(state: &mut RunState, choice: StepIx, fact: &Fact) -> Vec<StepIx> {
    let plan = state.plan.clone();
    let taken = state.steps[choice].now.option.clone();
    let mut settled = Vec::new();
    for ix in hanging_on(state, choice) {
        let Some(when) = &plan.steps[ix].when else { continue };
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

/// The steps whose branch a choice decides: those of its own side, while that is worked on.
pub(super) fn hanging_on(state: &RunState, choice: StepIx) -> Vec<StepIx> {
    let plan = &state.plan;
    let side = match plan.steps[choice].place {
        Place::Phase(_) => plan.forward_steps(),
        Place::Rung(rung) if state.rung_on() == Some(rung) => plan.rollbacks[rung].steps.clone(),
        Place::Rung(_) => return Vec::new(),
    };
    let hangs = |ix: &StepIx| plan.steps[*ix].when.as_ref().is_some_and(|w| w.step == choice);
    side.filter(hangs).collect()
}

/// A step of a branch that is open or taken after all is planned again, unless a rehearsal leaves
/// it out, or it undoes what has not begun.
pub(super) fn apply_again(state: &mut RunState, ix: StepIx) {
    let in_rung = matches!(state.plan.steps[ix].place, Place::Rung(_));
    if state.is_left_out(ix) || (in_rung && !state.would_apply(ix)) {
        return;
    }
    step_mut(state, ix).now.ended = None;
    set_status(state, ix, StepStatus::Planned);
}
