//! The lead's part, where it is played: chores, and decisions as a careful lead would take them.

use super::gate::lists_are_done;
use super::{Leading, Look, Occasion};
use crate::run::{Decision, Event, Outcome, RunStatus, StepStatus};
use crate::runbook::{GateSpec, RungIx, Step, StepIx};

/// For how long a poll that does not come together is waited for, in seconds.
const PATIENCE: i64 = 20 * 60;

pub(super) fn occasions(look: &Look<'_>) -> Vec<Occasion> {
    let mut all = Vec::new();
    if look.leading != Leading::Nothing {
        all.extend(chores(look));
    }
    if look.leading == Leading::Everything {
        all.extend(decisions(look));
    }
    all
}

fn does(look: &Look<'_>, key: &str, (low, high): (i64, i64), event: Event) -> Occasion {
    let secs = look.dice.between(key, low, high);
    Occasion::after(format!("lead {key}"), secs, look.cast.lead, event)
}

/// What is no decision.
fn chores(look: &Look<'_>) -> Vec<Occasion> {
    match look.state.status {
        RunStatus::Planned => vec![does(look, "start", (0, 0), Event::RunStarted {})],
        _ if look.state.roll_call.is_none() => {
            vec![does(look, "roll-call", (20, 60), Event::RollCallOpened {}).once()]
        }
        _ => Vec::new(),
    }
}

fn decisions(look: &Look<'_>) -> Vec<Occasion> {
    let plan = &look.state.plan;
    if let Some(rung) = look.state.rung_on() {
        return end_rollback(look, rung).into_iter().collect();
    }
    let steps = plan.forward_steps();
    let gates = steps.clone().filter_map(|ix| {
        let step = &plan.steps[ix];
        decide(look, ix, step, step.gate.as_ref()?)
    });
    let mut all: Vec<Occasion> = gates.collect();
    let failed = steps.clone().find(|ix| {
        look.state.steps[*ix].status() == StepStatus::Failed && !look.state.is_settled(*ix)
    });
    if let Some(ix) = failed {
        all.extend(mend(look, ix));
    } else if let Some(hold) = look.state.held() {
        let key = format!("resume {}", hold.from.seq);
        all.push(does(look, &key, (30, 120), Event::RunResumed {}));
    }
    if steps.into_iter().all(|ix| look.state.is_settled(ix)) {
        let issues = look.state.steps.iter().any(|step| step.attempt > 1);
        let outcome = if issues { Outcome::WithIssues } else { Outcome::Successful };
        let event = Event::RunCompleted { outcome, summary: None };
        all.push(does(look, "complete", (120, 300), event));
    }
    all
}

fn decide(look: &Look<'_>, ix: StepIx, step: &Step, gate: &GateSpec) -> Option<Occasion> {
    let mine = gate.decider.as_deref().is_none_or(|decider| decider == look.cast.lead);
    let open = look.state.steps[ix].status() == StepStatus::Planned;
    if !mine || !open || !look.state.is_ready(ix, look.now) {
        return None;
    }
    let attempt = look.state.steps[ix].attempt;
    let complete = look.state.go_votes(ix) >= gate.go_votes_needed() && lists_are_done(look, gate);
    let (key, (low, high), reason) = match complete {
        true => (format!("go {}#{attempt}", step.id), (40, 140), None),
        false => {
            let reason = "asked on the call: what is missing holds nobody up";
            let key = format!("go anyway {}#{attempt}", step.id);
            (key, (PATIENCE, PATIENCE + 120), Some(reason.to_owned()))
        }
    };
    let event =
        Event::GateDecided { step: step.id.clone(), attempt, decision: Decision::Go, reason };
    Some(does(look, &key, (low, high), event))
}

/// A step that failed: the rollback that it proposes, where there is time; else once more; at last
/// without it.
fn mend(look: &Look<'_>, ix: StepIx) -> Option<Occasion> {
    let (step, state) = (&look.state.plan.steps[ix], &look.state.steps[ix]);
    let key = format!("mend {}#{}", step.id, state.attempt);
    if let Some(rung) = look.state.proposed_rung()
        && look.state.available_rungs().contains(&rung)
        && state.attempt == 1
    {
        // Work that it takes back is let come to its end first.
        let rung = look.state.plan.rollbacks.get(rung)?.id.clone();
        let reason = state.now.reason.clone();
        let event = Event::RollbackBegun { rung, reason };
        return Some(does(look, &format!("back {key}"), (90, 240), event));
    }
    let (step, attempt) = (step.id.clone(), state.attempt);
    let event = match attempt {
        1 | 2 => Event::StepReopened { step, attempt, reason: Some("once more".to_owned()) },
        _ => {
            let reason = Some("it does not work tonight; checked by hand".to_owned());
            Event::StepSkipped { step, attempt, reason }
        }
    };
    Some(does(look, &key, (60, 200), event))
}

/// A rung whose steps are settled has ended well.
fn end_rollback(look: &Look<'_>, rung: RungIx) -> Option<Occasion> {
    let mut steps = look.state.rung_applies(rung).into_iter();
    if !steps.all(|ix| look.state.is_settled(ix)) {
        return None;
    }
    let (begun, rung) = (look.state.rolling_back()?, look.state.plan.rollbacks.get(rung)?);
    let event = Event::RollbackEnded { rung: rung.id.clone(), succeeded: true, reason: None };
    Some(does(look, &format!("end {} {}", rung.id, begun.begun.seq), (40, 150), event))
}
