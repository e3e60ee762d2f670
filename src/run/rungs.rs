//! The ladder as others build on it: what `golive rollback --json` answers. Names are stable; times
//! are RFC 3339 UTC, what is unknown is absent.

use super::Time;
use super::forecast::{Forecaster, Prospect, RollBack};
use super::state::{ProposedBy, Rollback, RunState};
use crate::runbook::{RungIx, Secs, StepIx, Then};
use chrono::SubsecRound;
use serde::Serialize;

/// The ladder at a moment of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ladder {
    /// The run's id.
    pub run: String,
    /// Id of the rung that is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Id of the rung that is proposed while the run is held for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// Id of the first rung that is available and needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Every rung, in the order of the ladder.
    pub rungs: Vec<RungStatus>,
    /// Every taking of a rung, oldest first.
    pub taken: Vec<Taking>,
}

/// One rung. Steps are named by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RungStatus {
    /// Its id.
    pub id: String,
    /// Its number, `R1`.
    pub number: String,
    /// Its title.
    pub title: String,
    /// When to take it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Whether it can still be taken.
    pub available: bool,
    /// The step whose start took it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_by: Option<String>,
    /// Whether something that it covers has begun.
    pub needed: bool,
    /// Whether it is on.
    pub on: bool,
    /// The step from which the run goes on afterwards; none: the run ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumes: Option<String>,
    /// Its steps that apply.
    pub applies: Vec<String>,
    /// Steps with work going on that are settled before it can begin.
    pub to_settle: Vec<String>,
    /// Steps that its good end would leave undone.
    pub undoes: Vec<String>,
    /// Steps that its good end would return to planned.
    pub recycles: Vec<String>,
    /// Seconds it takes with stopping what goes on, without the decision margin; of one that is on,
    /// those left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_s: Option<Secs>,
    /// When it would end if it began now; of one that is on, when it is expected to end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_end: Option<Time>,
    /// The finish of the run expected then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<Time>,
    /// The latest decision for it that still ends inside the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll_back_by: Option<Time>,
    /// Seconds of its duration that stopping what goes on takes.
    #[serde(skip)]
    pub abort: Secs,
}

/// One taking of a rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taking {
    /// Id of the rung.
    pub rung: String,
    /// Its title then.
    pub title: String,
    /// When it was begun.
    pub begun_at: Time,
    /// By whom.
    pub begun_by: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Id of the step, gate or rung whose failure had proposed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_by: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Time>,
    /// By whom it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// Whether it ended well; absent while it is on, and where the run was canceled meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeded: Option<bool>,
    /// Words to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Steps that it left undone.
    pub undone: Vec<String>,
    /// Steps that it returned to planned.
    pub recycled: Vec<String>,
}

/// The ladder as it stands at that moment.
pub fn ladder(state: &RunState, now: Time) -> Ladder {
    let forecaster = Forecaster::new(state, now);
    let id = |rung: RungIx| state.plan.rollbacks.get(rung).map(|r| r.id.clone());
    Ladder {
        run: state.run.clone(),
        on: state.rung_on().and_then(id),
        proposed: state.proposed_rung().and_then(id),
        first: state.first_rung().and_then(id),
        rungs: (0..state.plan.rollbacks.len())
            .map(|rung| status(state, &forecaster, rung, now))
            .collect(),
        taken: state.rollbacks.iter().map(taking).collect(),
    }
}

fn status(state: &RunState, forecaster: &Forecaster, ix: RungIx, now: Time) -> RungStatus {
    let second = |at: Time| at.trunc_subsecs(0);
    let cost = cost(state, forecaster, ix, now);
    let rung = &state.plan.rollbacks[ix];
    let id = |step: StepIx| state.plan.steps[step].id.clone();
    let ids = |steps: Vec<StepIx>| steps.into_iter().map(id).collect();
    let would = state.recycles(ix);
    RungStatus {
        id: rung.id.clone(),
        number: state.rung_number(ix),
        title: rung.title.clone(),
        trigger: rung.trigger.clone(),
        available: state.gone(ix).is_none(),
        gone_by: state.gone(ix).map(id),
        needed: state.is_needed(ix),
        on: state.rung_on() == Some(ix),
        resumes: match rung.then {
            Then::Stop => None,
            Then::Resume(step) => Some(id(step)),
        },
        applies: ids(state.rung_applies(ix)),
        to_settle: ids(state.to_settle(ix)),
        undoes: ids(would.undone),
        recycles: ids(would.back),
        duration_s: cost.map(|cost| cost.duration),
        would_end: cost.and_then(|cost| cost.end).map(second),
        finish: cost.and_then(|cost| cost.finish).map(second),
        roll_back_by: cost.and_then(|cost| cost.by).map(second),
        abort: cost.map_or(0, |cost| cost.abort),
    }
}

/// What taking a rung would cost; of one that is on, what is left of it.
fn cost(state: &RunState, forecaster: &Forecaster, ix: RungIx, now: Time) -> Option<Prospect> {
    let forecast = forecaster.forecast();
    match forecast.roll_back {
        RollBack::On { rung, finish } if rung == ix => finish.map(|end| Prospect {
            duration: (end - now).num_seconds().max(0),
            end: Some(end),
            finish: forecast.finish,
            ..Prospect::default()
        }),
        _ => forecaster.prospect(state, ix, now),
    }
}

fn taking(taken: &Rollback) -> Taking {
    let second = |at: Time| at.trunc_subsecs(0);
    let ended = taken.ended.as_ref();
    Taking {
        rung: taken.rung.clone(),
        title: taken.title.clone(),
        begun_at: second(taken.begun.at),
        begun_by: taken.begun.person.to_string(),
        reason: taken.reason.clone(),
        proposed_by: taken.proposed_by.as_ref().map(|by| match by {
            ProposedBy::Step(id) | ProposedBy::Rung(id) => id.clone(),
        }),
        ended_at: ended.map(|f| second(f.at)),
        ended_by: ended.map(|f| f.person.to_string()),
        succeeded: taken.succeeded,
        end_reason: taken.end_reason.clone(),
        undone: taken.undone.clone(),
        recycled: taken.recycled.clone(),
    }
}
