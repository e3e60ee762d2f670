//! Whether all there is to do is somebody's who is not played.

use super::Leading;
use super::cast::Cast;
use crate::run::{RunStatus, StepStatus, Time, Vote, Waiting};
use crate::runbook::{GateSpec, StepIx, StepKind};

pub(super) fn waits(cast: &Cast<'_>, now: Time) -> bool {
    let state = cast.state;
    if state.status.is_over() || (cast.leading == Leading::Everything && leads_on(cast)) {
        return false;
    }
    if state.status == RunStatus::Planned {
        return !cast.plays(cast.lead);
    }
    let rung = state.rung_on().and_then(|on| state.plan.rollbacks.get(on));
    let steps = rung.map(|rung| rung.steps.clone()).into_iter().flatten();
    let steps: Vec<StepIx> = state.plan.forward_steps().chain(steps).collect();
    !steps.iter().any(|ix| goes_on(cast, *ix, now))
}

/// Whether a lead who is played has something to do: where nobody else is left out, always.
fn leads_on(cast: &Cast<'_>) -> bool {
    let state = cast.state;
    let failed = |ix: StepIx| state.steps[ix].status() == StepStatus::Failed;
    let settled = |ix: StepIx| state.is_settled(ix);
    let ended = |on| state.rung_applies(on).into_iter().all(settled);
    cast.follower.is_none()
        || state.held().is_some_and(|_| state.rung_on().is_none())
        || state.rung_on().is_some_and(ended)
        || state.plan.forward_steps().any(|ix| failed(ix) && !settled(ix))
        || state.plan.forward_steps().all(settled)
}

/// Whether somebody of the crew is on a step, or will be without anybody else's doing.
fn goes_on(cast: &Cast<'_>, ix: StepIx, now: Time) -> bool {
    let (state, step) = (cast.state, &cast.state.plan.steps[ix]);
    let by_crew = cast.doer(ix).is_some();
    match (state.steps[ix].status(), step.kind) {
        (StepStatus::Planned, StepKind::Gate) => {
            let Some(gate) = step.gate.as_ref().filter(|_| state.is_ready(ix, now)) else {
                return false;
            };
            let votes = &state.steps[ix].now.votes;
            // Who says no-go says otherwise after a while.
            let settled = |voter: &str| votes.get(voter).is_some_and(|b| b.vote == Vote::Go);
            let decides = match gate.decider.as_deref() {
                Some(decider) => cast.plays(decider),
                None => cast.leading == Leading::Everything,
            };
            decides
                || gate.voters.iter().any(|voter| cast.plays(voter) && !settled(voter))
                || ticks(cast, gate)
        }
        (StepStatus::Planned, _) => {
            let waiting = state.waiting_for(ix, now);
            by_crew && waiting.iter().all(|waiting| matches!(waiting, Waiting::Until(_)))
        }
        (StepStatus::Running, _) => by_crew,
        (StepStatus::Blocked, _) => {
            let blocked = state.steps[ix].now.blocked.last();
            by_crew && blocked.is_some_and(|pause| cast.plays(&pause.from.person))
        }
        _ => false,
    }
}

/// Whether somebody of the crew signs off something that the gate asks for.
fn ticks(cast: &Cast<'_>, gate: &GateSpec) -> bool {
    let lists = gate.requires.iter().filter_map(|id| cast.state.plan.checklist(id));
    lists.into_iter().any(|list| {
        let mut open = cast.state.open_items(list);
        open.any(|item| item.owner.as_deref().is_none_or(|owner| cast.plays(owner)))
    })
}
