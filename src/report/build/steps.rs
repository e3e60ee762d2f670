//! Every step with what was planned and what was.
//!
//! The row of a step is one attempt, the last: its start, its end and the working time between them
//! go together. Attempts before it are listed with their own.

use super::{Desk, second};
use crate::report::model::{
    Attempt, Automation, Estimate, Evidence, Measured, Pause, PauseKind, Signature, Step, Ticked,
};
use crate::run::{self, Act, Event, Fact, StepState, StepStatus, Time};
use crate::runbook::{Place, Step as Planned, StepIx, StepKind};

/// Steps of the phases, then those of rungs that were taken, then those taken out of the plan.
pub(super) fn steps(desk: &Desk<'_>) -> Vec<Step> {
    let plan = &desk.state.plan;
    let forward = plan.forward_steps();
    let touched = (forward.end..plan.steps.len())
        .filter(|&ix| desk.state.steps[ix].status() != StepStatus::Planned || has_begun(desk, ix));
    let mut steps: Vec<Step> = forward.clone().chain(touched).map(|ix| step(desk, ix)).collect();
    steps.extend(desk.state.removed.iter().map(|gone| removed(desk, gone)));
    steps
}

fn has_begun(desk: &Desk<'_>, ix: StepIx) -> bool {
    let step = &desk.state.steps[ix];
    !step.earlier.is_empty() || step.now.started.is_some() || step.now.ended.is_some()
}

fn step(desk: &Desk<'_>, ix: StepIx) -> Step {
    let plan = &desk.state.plan.steps[ix];
    let state = &desk.state.steps[ix];
    let planned = desk.planned[ix];
    let length = desk.lengths[ix];
    let phase = match plan.place {
        Place::Phase(p) => desk.state.plan.phases.get(p).map(|p| p.title.clone()),
        Place::Rung(r) => desk.state.plan.rollbacks.get(r).map(|r| r.title.clone()),
    };
    let status = state.status();
    let started = state.now.started.as_ref().map(|fact| second(fact.at));
    let finished = finish(state).map(second);
    let worked = state.now.elapsed(desk.now).filter(|_| status != StepStatus::NotApplicable);
    let done = status == StepStatus::Done;
    let over = |at: Option<Time>, plan: Option<Time>| Some((at? - second(plan?)).num_seconds());
    Step {
        number: plan.number.clone(),
        id: plan.id.clone(),
        phase: phase.unwrap_or_default(),
        is_rollback: matches!(plan.place, Place::Rung(_)),
        title: plan.title.clone(),
        kind: plan.kind,
        state: status,
        owner: desk.owner(ix),
        stream: plan.stream.clone(),
        inserted: desk.is_inserted(&plan.id),
        removed: false,
        after_end: state.now.ended.as_ref().is_some_and(|f| desk.after_end(f.seq)),
        planned_start: planned.planned_start.map(second),
        planned_finish: planned.planned_finish.map(second),
        planned_s: length,
        started_at: started,
        finished_at: finished,
        worked_s: worked,
        blocked_s: state.now.blocked_so_far(desk.now),
        start_variance_s: over(started, planned.planned_start),
        finish_variance_s: over(finished.filter(|_| done), planned.planned_finish),
        duration_variance_s: worked.zip(length).filter(|_| done).map(|(w, p)| w - p),
        reason: reason(state),
        attempts: attempts(desk, &plan.id, Some(plan), state),
    }
}

/// When work on the first attempt began.
pub(super) fn first_start(state: &StepState) -> Option<Time> {
    let all = state.earlier.iter().chain([&state.now]);
    all.filter_map(|a| a.started.as_ref()).map(|f| f.at).next()
}

/// When the last attempt ended, where it was worked on: done, failed or taken back.
pub(super) fn finish(state: &StepState) -> Option<Time> {
    matches!(state.status(), StepStatus::Done | StepStatus::Failed | StepStatus::Undone)
        .then(|| state.now.ended.as_ref().map(|f| f.at))
        .flatten()
}

fn reason(state: &StepState) -> Option<String> {
    match state.status() {
        StepStatus::Blocked => state.now.blocked.last().and_then(|b| b.reason.clone()),
        _ => state.now.reason.clone(),
    }
}

/// A step with history that is gone from the text.
fn removed(desk: &Desk<'_>, gone: &run::RemovedStep) -> Step {
    let state = &gone.state;
    Step {
        number: gone.number.clone(),
        id: gone.id.clone(),
        phase: String::new(),
        is_rollback: false,
        title: gone.title.clone(),
        kind: StepKind::Task,
        state: state.status(),
        owner: state.assigned.as_ref().map(|owner| desk.who(owner)),
        stream: None,
        inserted: desk.is_inserted(&gone.id),
        removed: true,
        after_end: false,
        planned_start: None,
        planned_finish: None,
        planned_s: None,
        started_at: state.now.started.as_ref().map(|fact| second(fact.at)),
        finished_at: finish(state).map(second),
        worked_s: state.now.elapsed(desk.now),
        blocked_s: state.now.blocked_so_far(desk.now),
        start_variance_s: None,
        finish_variance_s: None,
        duration_variance_s: None,
        reason: reason(state),
        attempts: attempts(desk, &gone.id, None, state),
    }
}

/// Every attempt at which anything happened.
fn attempts(desk: &Desk<'_>, id: &str, plan: Option<&Planned>, state: &StepState) -> Vec<Attempt> {
    let nothing = run::Attempt::default();
    let numbered = state.earlier.iter().chain([&state.now]).zip(1..);
    numbered
        .filter(|(a, _)| **a != nothing && a.status != StepStatus::NotApplicable)
        .map(|(a, number)| Attempt {
            values: values(desk, (id, number), plan),
            ..attempt(desk, plan, a, number)
        })
        .collect()
}

fn attempt(desk: &Desk<'_>, plan: Option<&Planned>, a: &run::Attempt, number: u32) -> Attempt {
    let by = |fact: &Fact| desk.who(&fact.person);
    let at = |fact: &Fact| second(fact.at);
    let pause = |kind| {
        move |p: &run::Pause| Pause {
            kind,
            from: second(p.from.at),
            until: p.until.as_ref().map(|f| second(f.at)),
            reason: p.reason.clone(),
        }
    };
    let done_at = a.ended.as_ref().filter(|_| a.status == StepStatus::Done).map(|f| f.at);
    let option = a.option.as_ref().map(|id| {
        let options = plan.map_or(&[][..], |p| &p.options[..]);
        options.iter().find(|o| o.id == *id).map_or(id, |o| &o.title).clone()
    });
    Attempt {
        number,
        state: a.status,
        stood_by_at: a.stood_by.as_ref().map(at),
        started_at: a.started.as_ref().map(at),
        ended_at: a.ended.as_ref().map(at),
        ended_by: a.ended.as_ref().map(by),
        worked_s: a.elapsed(desk.now),
        blocked_s: a.blocked_so_far(desk.now),
        reason: a.reason.clone(),
        pauses: a
            .blocked
            .iter()
            .map(pause(PauseKind::Blocked))
            .chain(a.deferred.iter().map(pause(PauseKind::Deferred)))
            .collect(),
        estimates: a
            .estimates
            .iter()
            .map(|e| Estimate {
                at: at(&e.fact),
                by: by(&e.fact),
                remaining_s: e.remaining,
                error_s: done_at.map(|done| (done - e.fact.at).num_seconds() - e.remaining),
            })
            .collect(),
        items: a
            .items
            .iter()
            .map(|(item, fact)| Ticked { item: item.clone(), at: at(fact), by: by(fact) })
            .collect(),
        values: Vec::new(),
        evidence: a.evidence.iter().map(|(e, fact)| evidence(desk, e, fact)).collect(),
        signatures: a.signatures.iter().map(|f| Signature { by: by(f), at: at(f) }).collect(),
        automation: a.automation.as_ref().map(automation),
        option,
    }
}

fn automation(automation: &run::Automation) -> Automation {
    let finished = automation.finished.as_ref();
    Automation {
        what: automation.what.clone(),
        started_at: second(automation.started.at),
        ended_at: finished.map(|f| second(f.3.at)),
        result: finished.map(|f| f.0),
        code: finished.and_then(|f| f.1).map(i64::from),
        output: finished.map(|f| f.2.clone()).filter(|output| !output.is_empty()),
    }
}

/// Every value of an attempt, in order: those that were measured again as well, since a value out of
/// its bounds is what somebody will ask about.
fn values(desk: &Desk<'_>, attempt: (&str, u32), plan: Option<&Planned>) -> Vec<Measured> {
    let mut values: Vec<(&str, Measured)> = Vec::new();
    for logged in desk.measured.get(&attempt).into_iter().flatten() {
        // A correction may have mended the value or its time.
        let act = desk.state.mended_act(logged);
        let (Event::ValueRecorded { record: id, .. }, Event::ValueRecorded { value, .. }) =
            (&logged.entry.act.event, &act.event)
        else {
            continue;
        };
        for (known, before) in &mut values {
            before.superseded |= *known == id;
        }
        values.push((id, measured(desk, plan, id, value, &act)));
    }
    values.into_iter().map(|(_, measured)| measured).collect()
}

fn measured(desk: &Desk<'_>, plan: Option<&Planned>, id: &str, value: &str, act: &Act) -> Measured {
    let record = plan.and_then(|p| p.records.iter().find(|r| r.id == id));
    let pass = record.and_then(|r| r.pass.as_ref());
    Measured {
        title: record.map_or_else(|| id.to_owned(), |r| r.title.clone()),
        value: value.to_owned(),
        unit: record.and_then(|r| r.unit.clone()),
        pass: pass.map(ToString::to_string),
        passed: pass.map(|pass| pass.met_by(value)),
        superseded: false,
        at: second(act.effective_at()),
        by: desk.who(act.person()),
    }
}

pub(super) fn evidence(desk: &Desk<'_>, given: &run::Evidence, fact: &Fact) -> Evidence {
    let (url, file, sha256) = match given {
        run::Evidence::Link { url } => (Some(url.clone()), None, None),
        run::Evidence::File { name, sha256 } => (None, Some(name.clone()), Some(sha256.clone())),
    };
    Evidence { url, file, sha256, at: second(fact.at), by: desk.who(&fact.person) }
}
