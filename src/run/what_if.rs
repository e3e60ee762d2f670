//! What if a step took longer: what moves, before anybody says so. Nothing is recorded.

use super::Time;
use super::forecast::{Forecast, Forecaster, RollBack};
use super::state::{Estimate, Fact, RunState, StepStatus};
use crate::runbook::schedule::{MovedStep, marks_first};
use crate::runbook::{Runbook, Secs, StepIx};
use std::sync::Arc;

/// What moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Expected finish as it is, and as it would be.
    pub finish: (Option<Time>, Option<Time>),
    /// The way back now, as it is, and as it would be.
    pub roll_back: (RollBack, RollBack),
    /// The way back after the step that starts next, likewise.
    pub after_next: (Option<RollBack>, Option<RollBack>),
    /// Steps that would start or finish at another time: gates and milestones first, then in the
    /// order of the plan.
    pub steps: Vec<MovedStep>,
}

impl Moved {
    /// Seconds by which the expected finish moves.
    pub fn later(&self) -> Secs {
        match self.finish {
            (Some(from), Some(to)) => (to - from).num_seconds(),
            _ => 0,
        }
    }
}

/// What moves if a step takes `longer` seconds longer (shorter, when negative) than is expected of
/// it: a running one from its expected end, any other by its planned length. `forecast` is that of
/// the run; nothing is held against it that lies at another moment. A step that is settled moves
/// nothing.
pub fn what_if(state: &RunState, forecast: &Forecast, ix: StepIx, longer: Secs) -> Moved {
    let now = forecast.made_at();
    let then = Forecaster::new(&with_longer(state, forecast, ix, longer, now), now);
    let after_next = |forecast: &Forecast| forecast.after_next.map(|(_, after)| after);
    let moved = |step: StepIx| {
        let (a, b) = (&forecast.steps[step], &then.steps[step]);
        let ends = a.finish.zip(b.finish).filter(|(from, to)| from != to);
        let starts = || a.start.zip(b.start).filter(|(from, to)| from != to);
        let (from, to) = ends.or_else(starts)?;
        Some(MovedStep { step, from, to })
    };
    let mut steps: Vec<MovedStep> = (0..state.plan.steps.len()).filter_map(moved).collect();
    marks_first(&state.plan, &mut steps);
    Moved {
        finish: (forecast.finish, then.finish),
        roll_back: (forecast.roll_back, then.roll_back),
        after_next: (after_next(forecast), after_next(&then)),
        steps,
    }
}

/// The same run, in which that step takes longer.
fn with_longer(
    state: &RunState,
    forecast: &Forecast,
    ix: StepIx,
    longer: Secs,
    now: Time,
) -> RunState {
    let mut then = state.clone();
    let Some(step) = then.steps.get_mut(ix) else { return then };
    if step.status() == StepStatus::Running {
        let expected = forecast.steps[ix].finish.unwrap_or(now);
        let left = (expected - now).num_seconds().max(0);
        let fact = Fact { at: now, seq: state.last_seq(), person: state.opened.person.clone() };
        let remaining = left.saturating_add(longer).max(0);
        Arc::make_mut(step).now.estimates.push(Estimate { fact, remaining });
        return then;
    }
    let mut plan = Runbook::clone(&state.plan);
    plan.lengthen(ix, longer);
    then.plan = Arc::new(plan);
    then
}
