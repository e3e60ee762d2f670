//! The plan changes: a new text, the same run.

use super::effect;
use super::numbers;
use super::plan::read_plan;
use super::state::{Attempt, Fact, RemovedStep, Revision, RunState, StepState, StepStatus};
use crate::runbook::{OnFailure, OnNoGo, Place, Runbook, RungIx, Step};
use std::collections::HashMap;
use std::sync::Arc;

/// Puts the new plan in the place of the old one. Steps match by id: what has happened stays with
/// them; one with history that is gone from the text is kept as removed.
pub(super) fn revise(
    state: &mut RunState,
    text: &str,
    sha256: &str,
    summary: &str,
    reason: Option<String>,
    fact: &Fact,
) {
    let known = state.plans.get(sha256).cloned();
    let Some(plan) = known.or_else(|| read_plan(text).ok()) else { return };
    state.plans.insert(sha256.to_owned(), plan.clone());
    let old = state.plan.clone();
    let mut new = Runbook::clone(&plan);
    for step in &old.steps {
        state.numbers.insert(step.id.clone(), step.number.clone());
    }
    numbers::freeze(&old, &state.numbers, &mut new);

    let mut before: HashMap<&str, Arc<StepState>> =
        old.steps.iter().map(|s| s.id.as_str()).zip(std::mem::take(&mut state.steps)).collect();
    let rungs: Vec<String> = new.rollbacks.iter().map(|r| r.id.clone()).collect();
    let fresh = Arc::new(StepState::fresh());
    for step in &mut new.steps {
        let kept = before.remove(step.id.as_str());
        if let (Some(kept), Some(planned)) = (&kept, old.step(&step.id))
            && keeps_its_plan(kept.now.status)
        {
            keep(step, planned);
            same_rungs(step, &old, &rungs);
        }
        state.steps.push(kept.unwrap_or_else(|| fresh.clone()));
    }
    // In the order of the old plan, so that the record reads the same on every machine.
    for step in &old.steps {
        if let Some(gone) = before.remove(step.id.as_str())
            && has_history(&gone)
        {
            state.removed.push(RemovedStep {
                id: step.id.clone(),
                number: step.number.clone(),
                title: step.title.clone(),
                state: gone,
                seq: fact.seq,
            });
        }
    }
    bring_back(state, &new);
    state.plan = Arc::new(new);
    state.text = text.into();
    sha256.clone_into(&mut state.sha256);
    state.revisions.push(Revision {
        fact: fact.clone(),
        summary: summary.to_owned(),
        reason,
        sha256: sha256.to_owned(),
    });
    release_branches(state);
    effect::settle_plan(state, fact);
    effect::revised(state, fact);
}

/// Running and settled steps keep what they had.
fn keeps_its_plan(status: StepStatus) -> bool {
    !matches!(status, StepStatus::Planned | StepStatus::NotApplicable)
}

fn keep(step: &mut Step, planned: &Step) {
    step.title.clone_from(&planned.title);
    step.kind = planned.kind;
    step.owner.clone_from(&planned.owner);
    step.stream.clone_from(&planned.stream);
    step.duration = planned.duration;
    step.not_before = planned.not_before;
    step.items.clone_from(&planned.items);
    step.records.clone_from(&planned.records);
    step.evidence = planned.evidence;
    step.signers = planned.signers;
    step.signer_ids.clone_from(&planned.signer_ids);
    step.options.clone_from(&planned.options);
    step.point_of_no_return = planned.point_of_no_return;
    step.gate.clone_from(&planned.gate);
    step.on_failure = planned.on_failure;
}

/// A rung that a kept step proposes is the one of the same id; if that is gone, none is proposed.
fn same_rungs(step: &mut Step, old: &Runbook, rungs: &[String]) {
    let find = |rung: RungIx| {
        let id = &old.rollbacks.get(rung)?.id;
        rungs.iter().position(|r| r == id)
    };
    if let OnFailure::Rollback(rung) = step.on_failure {
        step.on_failure = find(rung).map_or(OnFailure::Hold, OnFailure::Rollback);
    }
    if let Some(gate) = step.gate.as_mut()
        && let OnNoGo::Rollback(rung) = gate.on_no_go
    {
        gate.on_no_go = find(rung).map_or(OnNoGo::Hold, OnNoGo::Rollback);
    }
}

/// Whether anything has ever been recorded for the step; that it does not apply is derived.
fn has_history(step: &StepState) -> bool {
    let mut now = step.now.clone();
    if now.status == StepStatus::NotApplicable {
        now.status = StepStatus::Planned;
        now.ended = None;
    }
    !step.earlier.is_empty() || step.assigned.is_some() || now != Attempt::default()
}

/// A removed step whose id is in the text again has its history back.
fn bring_back(state: &mut RunState, new: &Runbook) {
    let removed = std::mem::take(&mut state.removed);
    for gone in removed {
        match new.step_ix.get(&gone.id) {
            Some(&ix) if !has_history(&state.steps[ix]) => state.steps[ix] = gone.state,
            _ => state.removed.push(gone),
        }
    }
}

/// Steps that did not apply are planned again, and are set aside anew where the new plan still
/// says so.
fn release_branches(state: &mut RunState) {
    let plan = state.plan.clone();
    for (step, planned) in state.steps.iter_mut().zip(&plan.steps) {
        // What did not apply in a rung that has ended, did not.
        let forward = matches!(planned.place, Place::Phase(_));
        if forward && step.now.status == StepStatus::NotApplicable {
            let step = Arc::make_mut(step);
            step.now.status = StepStatus::Planned;
            step.now.ended = None;
        }
    }
}
