//! A plan as others build on it: what `golive plan --json` answers. Names are stable; times are
//! RFC 3339 UTC, durations whole seconds, what is unknown is absent.

use super::{Ladder, Planned, Schedule};
use crate::runbook::{Runbook, Secs, StepIx};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The schedule of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanReport {
    /// Planned start of the first step.
    pub start: DateTime<Utc>,
    /// Early finish of the last one.
    pub finish: DateTime<Utc>,
    /// Seconds between the two.
    pub duration_s: Secs,
    /// Ids of the steps that lead to the finish, in the order of time.
    pub critical_path: Vec<String>,
    /// Every forward step, in order.
    pub steps: Vec<StepTimes>,
    /// The rollback needed after each step, in the order of the plan; a step after which there is
    /// nothing to take back yet, or nothing that can be, is left out.
    pub rollback: Vec<RollbackAfter>,
}

/// The times of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepTimes {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Earliest start.
    pub early_start: DateTime<Utc>,
    /// Earliest finish.
    pub early_finish: DateTime<Utc>,
    /// Latest start that does not move the finish of the plan.
    pub late_start: DateTime<Utc>,
    /// Latest finish that does not move it.
    pub late_finish: DateTime<Utc>,
    /// Seconds between the early and the late finish.
    pub float_s: Secs,
    /// Whether it has none and is counted with.
    pub critical: bool,
}

/// The rollback needed once all that is due to start by a step's early finish has started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RollbackAfter {
    /// Id of the step.
    pub after: String,
    /// Id of the rung.
    pub rung: String,
    /// Seconds that it takes, without the decision margin.
    pub duration_s: Secs,
    /// Latest moment of the decision, the margin left for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roll_back_by: Option<DateTime<Utc>>,
}

/// The report on a plan's schedule and its way back.
pub fn report(plan: &Runbook, schedule: &Schedule, ladder: &Ladder) -> PlanReport {
    let id = |ix: StepIx| plan.steps[ix].id.clone();
    PlanReport {
        start: schedule.start,
        finish: schedule.finish,
        duration_s: (schedule.finish - schedule.start).num_seconds(),
        critical_path: schedule.critical_path.iter().map(|&ix| id(ix)).collect(),
        steps: schedule.steps.iter().enumerate().map(|(ix, times)| step(plan, ix, times)).collect(),
        rollback: ladder
            .after
            .iter()
            .enumerate()
            .filter_map(|(ix, way)| {
                let way = (*way)?.ok()?;
                Some(RollbackAfter {
                    after: id(ix),
                    rung: plan.rollbacks[way.rung].id.clone(),
                    duration_s: way.duration,
                    roll_back_by: way.by,
                })
            })
            .collect(),
    }
}

fn step(plan: &Runbook, ix: StepIx, times: &Planned) -> StepTimes {
    StepTimes {
        id: plan.steps[ix].id.clone(),
        number: plan.steps[ix].number.clone(),
        early_start: times.early_start,
        early_finish: times.early_finish,
        late_start: times.late_start,
        late_finish: times.late_finish,
        float_s: times.float,
        critical: times.critical,
    }
}
