//! What the header says: whom we wait for, whom to call, what is to be decided.

use crate::cockpit::model::{Glance, Model, ToCall, ToDecide, WaitingOn};
use crate::run::{CallAnswer, RunState, StepStatus, Time};
use crate::runbook::{OnFailure, StepIx, StepKind};
use chrono::TimeDelta;

/// More ready steps than this are not counted out one by one.
const READY: usize = 200;
/// More people than this are not called at once.
const CALLS: usize = 50;

/// Looks over the whole run.
pub(super) fn glance(model: &Model) -> Glance {
    let run = &model.run;
    let mut glance = Glance {
        streams: streams(run),
        phases: vec![(0, 0); run.plan.phases.len()],
        ..Glance::default()
    };
    for (phase, counts) in run.plan.phases.iter().zip(&mut glance.phases) {
        *counts = run.progress_of(phase.steps.clone());
        glance.settled = (glance.settled.0 + counts.0, glance.settled.1 + counts.1);
    }
    if run.status.is_over() {
        return glance;
    }
    for ix in 0..run.steps.len() {
        look_at(model, ix, &mut glance);
    }
    glance.waiting.sort_by_key(|waiting| waiting.since);
    glance.call.sort_by_key(|call| call.at);
    glance.call.truncate(CALLS);
    glance
}

fn look_at(model: &Model, ix: StepIx, glance: &mut Glance) {
    let run = &model.run;
    let (Some(step), Some(state)) = (run.plan.steps.get(ix), run.steps.get(ix)) else { return };
    let is_decision = matches!(step.kind, StepKind::Gate | StepKind::Choice);
    match state.status() {
        status @ (StepStatus::Running | StepStatus::Blocked) if !is_decision => {
            let person = run
                .owner_of(ix)
                .or_else(|| state.now.started.as_ref().map(|fact| fact.person.to_string()));
            let person = person.map(|id| run.plan.person_name(&id).to_owned()).unwrap_or_default();
            let since = match status {
                StepStatus::Blocked => state.now.blocked.last().map(|b| b.from.at),
                _ => state.now.started.as_ref().map(|f| f.at),
            };
            glance.waiting.push(WaitingOn { step: ix, person, since, status });
        }
        StepStatus::Planned | StepStatus::Running | StepStatus::Blocked => {
            planned(model, ix, is_decision, glance);
        }
        StepStatus::Failed if step.on_failure != OnFailure::Continue => {
            glance.decide.push(ToDecide { step: ix, decider: None, by: None });
        }
        _ => {}
    }
}

fn planned(model: &Model, ix: StepIx, is_decision: bool, glance: &mut Glance) {
    let run = &model.run;
    let Some(step) = run.plan.steps.get(ix) else { return };
    let ready = run.is_ready(ix, model.now);
    let is_open = ready || run.steps.get(ix).is_some_and(|s| s.status().is_open_work());
    if is_decision && is_open {
        let gate = step.gate.as_ref();
        let decider = match gate {
            Some(gate) => gate.decider.clone(),
            None => run.owner_of(ix),
        };
        let decider = decider.map(|id| run.plan.person_name(&id).to_owned());
        let by = gate.and_then(|gate| gate.deadline).map(|by| run.moment(by, model.now));
        glance.decide.push(ToDecide { step: ix, decider, by });
    }
    if ready && glance.ready.len() < READY {
        glance.ready.push(ix);
    }
    let expected = model.forecast.steps.get(ix);
    let start = expected.and_then(|step| step.start);
    if glance.yours_next.is_none() && run.is_mine(ix, &model.me) {
        glance.yours_next = Some((ix, start));
    }
    if let (Some(notice), Some(start)) = (step.notice, start) {
        let at = start - TimeDelta::try_seconds(notice).unwrap_or_default();
        glance.call.extend(call(run, ix, at, model.now));
    }
}

/// The call that a step with `notice` asks for, unless its owner stands by or was reached.
fn call(run: &RunState, ix: StepIx, at: Time, now: Time) -> Option<ToCall> {
    /// Calls further ahead are not for the header.
    const AHEAD: TimeDelta = TimeDelta::hours(2);
    let (step, state) = (run.plan.steps.get(ix)?, run.steps.get(ix)?);
    if state.now.stood_by.is_some() || at > now + AHEAD {
        return None;
    }
    let owner = run.owner_of(ix)?;
    let known = run.people.get(&owner);
    let person = known.and_then(|p| p.substitute.clone()).unwrap_or(owner);
    let calls = run.people.get(&person).map_or(&[][..], |p| p.calls.as_slice());
    let last = calls.iter().rev().find(|(_, about, _)| about.as_deref() == Some(&step.id));
    if matches!(last, Some((CallAnswer::Answered, ..))) {
        return None;
    }
    let contact = run.plan.people.get(&person).and_then(|p| p.contact.clone());
    Some(ToCall { step: ix, person, contact, at, no_answer: last.is_some() })
}

fn streams(run: &RunState) -> Vec<String> {
    let mut seen = indexmap::IndexSet::new();
    for step in &run.plan.steps {
        if let Some(stream) = &step.stream
            && !seen.contains(stream)
        {
            seen.insert(stream.clone());
        }
    }
    seen.into_iter().collect()
}
