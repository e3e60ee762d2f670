//! What taking a rung, ending it well and giving it up do.

use super::derive::{
    apply_again, end_quietly, follow_all, reach_milestone, recount, set_status, settle_plan,
    unreach,
};
use super::step::new_attempt;
use super::{end_run, step_mut};
use crate::run::ladder::Recycled;
use crate::run::state::{
    Fact, Pause, Proposal, ProposedBy, Rollback, RunState, RunStatus, StepStatus,
};
use crate::runbook::{RungIx, StepIx, Then};

/// A rung is taken: its steps are planned, each in a fresh attempt where an earlier taking has
/// touched it.
pub(super) fn begin(state: &mut RunState, rung: &str, reason: Option<&String>, fact: &Fact) {
    let Some(ix) = state.rung_ix(rung) else { return };
    let plan = state.plan.clone();
    let rung = &plan.rollbacks[ix];
    let proposed = state.proposed_rung() == Some(ix);
    let proposal = state.proposal.take().filter(|_| proposed);
    let keeps = keeps(state, ix);
    state.status = RunStatus::RollingBack;
    state.rollbacks.push(Rollback {
        rung: rung.id.clone(),
        title: rung.title.clone(),
        begun: fact.clone(),
        reason: reason.cloned(),
        proposed_by: proposal.map(|p| p.by),
        ended: None,
        succeeded: None,
        end_reason: None,
        undone: Vec::new(),
        recycled: Vec::new(),
        applied: Vec::new(),
        keeps,
    });
    for step in rung.steps.clone() {
        match state.steps[step].status() {
            StepStatus::NotApplicable => plan_again(state, step),
            _ if state.steps[step].now != Default::default() => new_attempt(state, step),
            _ => {}
        }
    }
    refresh(state, fact);
}

/// Which forward steps a rung keeps back; none: all of them.
fn keeps(state: &RunState, rung: RungIx) -> Option<Vec<bool>> {
    let rung = state.plan.rollbacks.get(rung)?;
    let Then::Resume(from) = rung.then else { return None };
    let mut keeps = state.plan.after(from);
    for ix in rung.covers.iter().copied().chain([from]) {
        keeps[ix] = true;
    }
    Some(keeps)
}

/// After a revision: whom the rung that is on keeps back, and which of its steps apply now.
pub(in crate::run) fn revised(state: &mut RunState, fact: &Fact) {
    let Some(rung) = state.rung_on() else { return };
    let keeps = keeps(state, rung);
    if let Some(on) = state.rollbacks.last_mut() {
        on.keeps = keeps;
    }
    refresh(state, fact);
}

/// Which steps of the rung that is on apply, judged anew: something it undoes may have begun after
/// all, or not any more.
pub(super) fn refresh(state: &mut RunState, fact: &Fact) {
    let Some(rung) = state.rung_on() else { return };
    let steps = state.plan.rollbacks[rung].steps.clone();
    let mut settled = Vec::new();
    for ix in steps.clone() {
        let applies = state.would_apply(ix) && !other_branch(state, ix);
        match state.steps[ix].status() {
            StepStatus::NotApplicable if applies => {
                plan_again(state, ix);
                unreach(state, ix);
            }
            StepStatus::Planned if !applies => {
                end_quietly(state, ix, StepStatus::NotApplicable, fact);
                settled.push(ix);
            }
            _ => {}
        }
    }
    follow_all(state, settled, fact);
    for ix in steps {
        reach_milestone(state, ix, fact);
    }
}

/// Whether a choice of the same rung has been made for another option.
fn other_branch(state: &RunState, ix: StepIx) -> bool {
    let step = &state.plan.steps[ix];
    step.when.as_ref().is_some_and(|when| {
        state.plan.steps[when.step].place == step.place
            && state.is_settled(when.step)
            && state.steps[when.step].now.option.as_deref() != Some(when.is.as_str())
    })
}

fn plan_again(state: &mut RunState, ix: StepIx) {
    step_mut(state, ix).now.ended = None;
    set_status(state, ix, StepStatus::Planned);
}

/// The rung that is on has ended, well or not.
pub(super) fn end(state: &mut RunState, succeeded: bool, reason: Option<&String>, fact: &Fact) {
    let Some(rung) = state.rung_on() else { return };
    if let Some(on) = state.rollbacks.last_mut() {
        on.end_reason = reason.cloned();
    }
    if succeeded { end_well(state, rung, fact) } else { give_up(state, rung, reason, fact) }
}

/// What it covers is undone; the run goes on from the step it resumes, or ends.
fn end_well(state: &mut RunState, rung: RungIx, fact: &Fact) {
    let plan = state.plan.clone();
    let Recycled { back, undone, not_applicable } = state.recycles(rung);
    let ids = |steps: &[StepIx]| steps.iter().map(|&ix| plan.steps[ix].id.clone()).collect();
    if let Some(on) = state.rollbacks.last_mut() {
        (on.undone, on.recycled) = (ids(&undone), ids(&back));
    }
    leave_the_rest(state, rung, fact);
    if let Then::Resume(from) = plan.rollbacks[rung].then {
        // What it returns to planned it has taken back, also where nothing was under way.
        for (ix, returns) in state.returning(&plan.rollbacks[rung], from).into_iter().enumerate() {
            if returns && state.steps[ix].in_effect {
                step_mut(state, ix).in_effect = false;
            }
        }
    }
    for ix in undone {
        let status = state.steps[ix].status();
        let step = step_mut(state, ix);
        step.in_effect = false;
        step.now.ended.get_or_insert_with(|| fact.clone());
        step.now.undone = Some(fact.clone());
        step.now.taken_back_as = Some(status);
        set_status(state, ix, StepStatus::Undone);
    }
    for ix in not_applicable {
        // A reason for deferring it is history by now.
        step_mut(state, ix).now.reason = None;
        end_quietly(state, ix, StepStatus::NotApplicable, fact);
    }
    for ix in back {
        match state.steps[ix].status() {
            StepStatus::NotApplicable => apply_again(state, ix),
            _ => new_attempt(state, ix),
        }
    }
    close(state, Some(true), fact);
    match plan.rollbacks[rung].then {
        Then::Stop => {
            recount(state);
            end_run(state, RunStatus::RolledBack, fact);
        }
        Then::Resume(_) => settle_plan(state, fact),
    }
}

/// The rung has failed: what of it runs has failed with it, and the run is held for the next.
fn give_up(state: &mut RunState, rung: RungIx, reason: Option<&String>, fact: &Fact) {
    let plan = state.plan.clone();
    let title = format!("{} {}", state.rung_number(rung), plan.rollbacks[rung].title);
    for ix in plan.rollbacks[rung].steps.clone().filter(|&ix| state.goes_on(ix)).collect::<Vec<_>>()
    {
        let why = reason.map_or_else(|| format!("rollback {title} failed"), Clone::clone);
        step_mut(state, ix).now.reason = Some(why);
        end_quietly(state, ix, StepStatus::Failed, fact);
    }
    leave_the_rest(state, rung, fact);
    close(state, Some(false), fact);
    let next = state.down_from(plan.rollbacks[rung].otherwise);
    let what_next = match next.and_then(|next| plan.rollbacks.get(next).map(|r| (next, r))) {
        Some((next, r)) => format!("proposed: {} {}", state.rung_number(next), r.title),
        None => "no rung left: decide: fix forward or cancel".to_owned(),
    };
    let why = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    hold_anew(state, fact, format!("rollback {title} failed{why}; {what_next}"));
    state.proposal = next.map(|next| Proposal {
        rung: plan.rollbacks[next].id.clone(),
        by: ProposedBy::Rung(plan.rollbacks[rung].id.clone()),
    });
}

/// Steps of the rung that were never begun do not apply any more; which did is kept.
fn leave_the_rest(state: &mut RunState, rung: RungIx, fact: &Fact) {
    let plan = state.plan.clone();
    let applied = state.applying(rung).map(|ix| plan.steps[ix].id.clone()).collect();
    if let Some(on) = state.rollbacks.last_mut() {
        on.applied = applied;
    }
    for ix in state.plan.rollbacks[rung].steps.clone() {
        let unbegun = matches!(state.steps[ix].status(), StepStatus::Planned | StepStatus::Blocked);
        if unbegun && !state.goes_on(ix) {
            end_quietly(state, ix, StepStatus::NotApplicable, fact);
        }
    }
}

/// The rollback is over; well or not, or none for one that was cut short.
pub(super) fn close(state: &mut RunState, succeeded: Option<bool>, fact: &Fact) {
    if state.status != RunStatus::RollingBack {
        return;
    }
    if let Some(on) = state.rollbacks.last_mut() {
        on.ended = Some(fact.clone());
        on.succeeded = succeeded;
        on.keeps = None;
    }
    state.status = RunStatus::Active;
}

/// Holds for another reason from here on, also where the run is held already.
fn hold_anew(state: &mut RunState, fact: &Fact, reason: String) {
    if state.held().is_some()
        && let Some(hold) = state.holds.last_mut()
    {
        hold.until = Some(fact.clone());
    }
    state.holds.push(Pause { from: fact.clone(), until: None, reason: Some(reason) });
}

/// A rung is proposed, by a step or gate that failed. Answers with the words to the hold's reason.
pub(super) fn propose(state: &mut RunState, rung: RungIx, by: StepIx) -> String {
    let plan = state.plan.clone();
    let Some(first) = plan.rollbacks.get(rung) else { return String::new() };
    if !state.keeps_ladder() {
        return format!("; proposed: {}", first.title);
    }
    let by = ProposedBy::Step(plan.steps[by].id.clone());
    state.proposal = Some(Proposal { rung: first.id.clone(), by });
    match state.down_from(Some(rung)).and_then(|ix| plan.rollbacks.get(ix)) {
        Some(rung) => format!("; proposed: {}", rung.title),
        None => format!("; proposed: {}, which is not available", first.title),
    }
}
