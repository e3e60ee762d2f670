//! What the header says: whom we wait for, whom to call, what is to be decided.

use super::calls::{CallRow, CallStatus};
use crate::cockpit::model::{Glance, Model, ToCall, ToDecide, WaitingOn};
use crate::run::{RunState, StepStatus, Time, amiss};
use crate::runbook::{Place, StepIx, StepKind};
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
        call: to_call(model),
        timers: super::timers::timers(model),
        conflicts: amiss::for_person(run, &model.me)
            .filter(|id| !model.looked_at.contains(id))
            .count(),
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
    // What is to be decided has its own place.
    if glance.waiting.is_empty() && glance.ready.is_empty() && glance.decide.is_empty() {
        glance.awaited = run.awaited_words(model.now);
    }
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
        // What has failed is decided while there is still a way back.
        StepStatus::Failed if super::trouble::wants_decision(run, ix) => {
            let by = model.forecast.roll_back.by();
            glance.decide.push(ToDecide { step: ix, decider: None, by });
        }
        _ => {}
    }
}

fn planned(model: &Model, ix: StepIx, is_decision: bool, glance: &mut Glance) {
    let run = &model.run;
    let Some(step) = run.plan.steps.get(ix) else { return };
    // Of a rung that is not being taken, nothing is expected of anybody.
    if matches!(step.place, Place::Rung(rung) if run.rung_on() != Some(rung)) {
        return;
    }
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
    // The one that starts first, wherever it stands in the plan; what nobody can tell comes last.
    let sooner = |(_, known): &(StepIx, Option<Time>)| match (start, known) {
        (Some(start), Some(known)) => start < *known,
        (start, known) => start.is_some() && known.is_none(),
    };
    if run.is_mine(ix, &model.me) && glance.yours_next.as_ref().is_none_or(sooner) {
        glance.yours_next = Some((ix, start));
    }
}

/// The calls of the call list that are still to be made, and not only in some hours.
fn to_call(model: &Model) -> Vec<ToCall> {
    /// Calls further ahead are not for the header.
    const AHEAD: TimeDelta = TimeDelta::hours(2);
    let open = model.calls.rows.iter().filter(|row| row.status.is_open());
    let near = open.filter(|row| row.at <= model.now + AHEAD).take(CALLS);
    let call = |row: &CallRow| ToCall {
        step: row.step,
        person: row.person.clone(),
        contact: row.contact.clone(),
        at: row.at,
        no_answer: matches!(row.status, CallStatus::NoAnswer { .. }),
    };
    near.map(call).collect()
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
