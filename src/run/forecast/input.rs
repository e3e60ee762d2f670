//! What is known of one step at a moment of the run, as the network takes it.

use super::ms;
use super::steps::Mark;
use crate::run::Time;
use crate::run::clock::delta;
use crate::run::state::{Attempt, RunState, StepStatus};
use crate::runbook::network::{Input, Ms, NEVER, length_ms};
use crate::runbook::{Place, Step, StepIx, Then};

/// The rung that is on, as far as the forward steps are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rolling {
    /// Forward steps that have not begun never will.
    Stop,
    /// These forward steps, parallel to the plan's, are done again once it has ended; steps it
    /// keeps back wait for that, too.
    Resume(Vec<bool>),
}

impl Rolling {
    /// The rung that is on, if one is.
    pub fn of(state: &RunState) -> Option<Self> {
        let rung = state.plan.rollbacks.get(state.rung_on()?)?;
        Some(match rung.then {
            Then::Stop => Self::Stop,
            Then::Resume(from) => Self::Resume(state.returning(rung, from)),
        })
    }

    /// Whether a step is done again after the rung.
    fn returns(&self, ix: StepIx) -> bool {
        matches!(self, Self::Resume(returning) if returning.get(ix) == Some(&true))
    }
}

/// What is known of one step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub input: Input,
    pub mark: Mark,
    /// Hangs on a choice that is not made yet.
    pub hangs: bool,
    /// Starts only once the rung that is on has ended.
    pub after_rung: bool,
    /// Running: from when on it takes longer than planned.
    pub overruns: Option<Ms>,
}

/// What is known of a step at `now`.
pub(super) fn known(state: &RunState, rolling: Option<&Rolling>, ix: StepIx, now: Time) -> Known {
    let (step, attempt) = (&state.plan.steps[ix], &state.steps[ix].now);
    let forward = matches!(step.place, Place::Phase(_));
    let rolling = rolling.filter(|_| forward);
    let returns = rolling.is_some_and(|rolling| returns(state, rolling, step, ix));
    let settled = state.is_settled(ix) && !returns;
    let mut known = Known {
        input: Input::GONE,
        mark: Mark { status: attempt.status, settled, out: false },
        // After the end, and where nothing forward begins any more, no choice will be made.
        hangs: !state.status.is_over()
            && rolling != Some(&Rolling::Stop)
            && hangs(state, rolling, step),
        after_rung: returns
            || (matches!(rolling, Some(Rolling::Resume(_))) && state.kept_back(ix, now).is_some()),
        overruns: overruns(step, attempt, now).filter(|_| !returns),
    };
    let working = attempt.status.is_open_work() && attempt.started.is_some();
    let over = state.status.is_over() && !state.owed_after_end(ix);
    let stopped = rolling == Some(&Rolling::Stop) && !working;
    if !settled && (over || stopped) {
        known.mark.out = true;
        return known;
    }
    known.input = if returns {
        waits(state, step, now)
    } else if state.is_passed_through(ix) {
        Input::Through { since: attempt.ended.as_ref().map_or(NEVER, |f| ms(f.at)) }
    } else if settled {
        let ended = attempt.ended.as_ref().map_or(NEVER, |f| ms(f.at));
        Input::Fixed { start: attempt.started.as_ref().map_or(NEVER, |f| ms(f.at)), finish: ended }
    } else {
        open(state, rolling, step, attempt, now)
    };
    known
}

/// Whether a step is planned anew once the rung that is on has ended well: not one of a branch that
/// a choice which stands has ruled out, nor one that a rehearsal leaves out.
fn returns(state: &RunState, rolling: &Rolling, step: &Step, ix: StepIx) -> bool {
    if state.steps[ix].status() != StepStatus::NotApplicable {
        return rolling.returns(ix);
    }
    !state.is_left_out(ix)
        && step.when.as_ref().is_some_and(|when| {
            let choice = state.plan.steps.get(when.step);
            choice.is_some_and(|choice| returns(state, rolling, choice, when.step))
        })
}

/// Whether a step hangs on a choice that is open, or will be after the rung that is on.
fn hangs(state: &RunState, rolling: Option<&Rolling>, step: &Step) -> bool {
    step.when.as_ref().is_some_and(|when| {
        let again =
            |choice| rolling.is_some_and(|rolling| returns(state, rolling, choice, when.step));
        !state.is_settled(when.step) || state.plan.steps.get(when.step).is_some_and(again)
    })
}

fn waits(state: &RunState, step: &Step, now: Time) -> Input {
    let floor = step.not_before.map_or(NEVER, |moment| ms(state.moment(moment, now)));
    Input::Waits { floor, length: likely(step) }
}

/// A step that is not settled.
fn open(
    state: &RunState,
    rolling: Option<&Rolling>,
    step: &Step,
    attempt: &Attempt,
    now: Time,
) -> Input {
    let started = attempt.started.as_ref().map(|f| ms(f.at));
    match (attempt.status, started) {
        (StepStatus::Running, _) => {
            let start = started.unwrap_or_else(|| ms(now));
            Input::Fixed { start, finish: due(step, attempt, now).max(ms(now)) }
        }
        // Before a run can end rolled back, somebody settles it.
        (StepStatus::Blocked, Some(start)) if rolling == Some(&Rolling::Stop) => {
            Input::Fixed { start, finish: ms(now) }
        }
        (StepStatus::Blocked, Some(start)) => {
            Input::Fixed { start, finish: ms(now) + likely(step) }
        }
        (StepStatus::Failed, Some(began)) => {
            let Input::Waits { floor, length } = waits(state, step, now) else {
                return Input::GONE;
            };
            Input::Again { began, floor, length }
        }
        // Not begun, or kept from beginning, or failed without a beginning: all of it is to come.
        _ => waits(state, step, now),
    }
}

/// Planned length; a step without a duration takes no time.
pub(super) fn likely(step: &Step) -> Ms {
    length_ms(step.duration.map_or(0, |d| d.likely))
}

/// When a running step ends by the last estimate, or by its planned duration.
fn due(step: &Step, attempt: &Attempt, now: Time) -> Ms {
    match (attempt.estimates.last(), &attempt.started) {
        (Some(estimate), _) => ms(estimate.fact.at) + length_ms(estimate.remaining),
        (None, Some(start)) => ms(start.at) + likely(step) + length_ms(attempt.blocked_so_far(now)),
        (None, None) => ms(now),
    }
}

/// From when on a running step takes longer than planned; none while it does not run, or without a
/// duration.
fn overruns(step: &Step, attempt: &Attempt, now: Time) -> Option<Ms> {
    if attempt.status != StepStatus::Running {
        return None;
    }
    let start = attempt.started.as_ref()?.at + delta(attempt.blocked_so_far(now));
    // From the first full second beyond it, as it is shown.
    step.duration.map(|d| ms(start) + length_ms(d.likely) + 1000)
}
