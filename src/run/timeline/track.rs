//! What stands on the line of a step, and which moments are marked for all of them.

use super::super::Time;
use super::super::forecast::{Expected, Forecast};
use super::super::state::{Attempt, Pause, Rollback, RunState, StepStatus};
use crate::runbook::StepIx;
use std::ops::Range;

/// A stretch in which something was done, or was stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// It began.
    pub from: Time,
    /// It ended, or now.
    pub until: Time,
    /// `Blocked` for a stretch in which it was; else the state that the attempt is or ended in.
    pub status: StepStatus,
}

/// What is drawn of one step, or of a phase as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Track {
    /// Start and finish in the plan.
    pub plan: Option<(Time, Time)>,
    /// What was done, oldest first, all attempts; a blocked stretch follows the work it cuts.
    pub work: Vec<Work>,
    /// What is still expected: from now, or the expected start, to the expected finish.
    pub expected: Option<(Time, Time)>,
    /// A slip of it moves the expected finish of the run.
    pub critical: bool,
    /// Should have begun, or be finished, by now.
    pub late: bool,
}

/// The line of one step.
pub fn track(state: &RunState, forecast: &Forecast, ix: StepIx, now: Time) -> Track {
    let (Some(step), Some(expected)) = (state.steps.get(ix), forecast.steps.get(ix)) else {
        return Track::default();
    };
    if step.status() == StepStatus::NotApplicable {
        return Track::default();
    }
    let attempts = step.earlier.iter().chain([&step.now]);
    let settled = state.is_settled(ix);
    Track {
        plan: expected.planned_start.zip(expected.planned_finish),
        work: attempts.flat_map(|attempt| worked(attempt, now)).collect(),
        expected: if settled || state.status.is_over() { None } else { ahead(expected, now) },
        critical: expected.critical && !settled,
        late: expected.late,
    }
}

/// What is still to come of a step.
fn ahead(expected: &Expected, now: Time) -> Option<(Time, Time)> {
    let (start, finish) = expected.start.zip(expected.finish)?;
    let from = start.max(now);
    (finish >= from).then_some((from, finish))
}

/// The stretches of an attempt; one that was taken, skipped or deferred without a start is a point.
fn worked(attempt: &Attempt, now: Time) -> Vec<Work> {
    let ended = attempt.ended.as_ref().map(|fact| fact.at);
    let Some(from) = attempt.started.as_ref().map(|fact| fact.at).or(ended) else {
        return Vec::new();
    };
    let until = ended.unwrap_or(now).max(from);
    let status = match attempt.status {
        StepStatus::Blocked => StepStatus::Running,
        status => status,
    };
    let blocked = attempt.blocked.iter().map(|pause| Work {
        from: pause.from.at.clamp(from, until),
        until: pause.until.as_ref().map_or(until, |fact| fact.at).clamp(from, until),
        status: StepStatus::Blocked,
    });
    [Work { from, until, status }].into_iter().chain(blocked).collect()
}

/// The line of a phase: from the first start to the last finish of its steps.
pub fn phase_track(
    state: &RunState,
    forecast: &Forecast,
    steps: Range<StepIx>,
    now: Time,
) -> Track {
    let mut whole = Track::default();
    for ix in steps {
        let (Some(step), Some(expected)) = (state.steps.get(ix), forecast.steps.get(ix)) else {
            continue;
        };
        if step.status() == StepStatus::NotApplicable {
            continue;
        }
        whole.plan = joined(whole.plan, expected.planned_start.zip(expected.planned_finish));
        let started = step.now.started.as_ref().or(step.now.ended.as_ref()).map(|fact| fact.at);
        let done = started.map(|at| (at, step.now.ended.as_ref().map_or(now, |fact| fact.at)));
        if let Some((from, until)) = joined(whole.work.first().map(|w| (w.from, w.until)), done) {
            whole.work = vec![Work { from, until, status: StepStatus::Running }];
        }
        if !state.is_settled(ix) && !state.status.is_over() {
            whole.expected = joined(whole.expected, ahead(expected, now));
            whole.critical |= expected.critical;
            whole.late |= expected.late;
        }
    }
    if whole.expected.is_none() {
        whole.work.iter_mut().for_each(|work| work.status = StepStatus::Done);
    }
    whole
}

fn joined(a: Option<(Time, Time)>, b: Option<(Time, Time)>) -> Option<(Time, Time)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// Moments and stretches that are marked for all steps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// Now; none once the run is over.
    pub now: Option<Time>,
    /// The window opens.
    pub opens: Option<Time>,
    /// The window closes.
    pub closes: Option<Time>,
    /// The latest moment at which the decision to roll back still ends inside the window.
    pub roll_back_by: Option<Time>,
    /// The same once the step that starts next has started, where that is another moment.
    pub after_next: Option<(StepIx, Time)>,
    /// The run ended.
    pub ended: Option<Time>,
    /// When the run was held, and until when (or now).
    pub holds: Vec<(Time, Time)>,
    /// When rungs were taken, and until when (or now).
    pub rollbacks: Vec<(Time, Time)>,
}

/// What is marked at this moment.
pub fn marks(state: &RunState, forecast: &Forecast, now: Time) -> Marks {
    let window = state.window(now);
    let ended = state.ended.as_ref().map(|fact| fact.at);
    let last = ended.map_or(now, |at| at.min(now));
    let until = |pause: &Pause| {
        let until = pause.until.as_ref().map_or(last, |fact| fact.at.min(last));
        (pause.from.at, until.max(pause.from.at))
    };
    let by = forecast.roll_back.by();
    let after = forecast.after_next.and_then(|(step, after)| Some((step, after.by()?)));
    let taken = |rollback: &Rollback| {
        let until = rollback.ended.as_ref().map_or(last, |fact| fact.at);
        (rollback.begun.at, until.max(rollback.begun.at))
    };
    Marks {
        roll_back_by: by,
        after_next: after.filter(|(_, at)| Some(*at) != by),
        rollbacks: state.rollbacks.iter().map(taken).collect(),
        now: ended.is_none().then_some(now),
        opens: window.map(|window| window.opens),
        closes: window.map(|window| window.closes),
        ended,
        holds: state.holds.iter().map(until).collect(),
    }
}

/// From the first moment of the run to its last, planned, real or expected. The window belongs to
/// it as long as the run stays at least half of what is seen.
pub fn extent(state: &RunState, forecast: &Forecast, now: Time) -> (Time, Time) {
    let started = state.started.as_ref().map(|fact| fact.at);
    let planned = state.planned_start(now);
    let mut from = started.map_or(planned, |at| at.min(planned));
    let mut until =
        [forecast.plan_finish, forecast.finish].into_iter().flatten().fold(from, Time::max);
    if state.started.is_some() && !state.status.is_over() {
        until = until.max(now);
    }
    if let Some(window) = state.window(now) {
        let long = until - from;
        if window.opens < from && from - window.opens <= long / 2 {
            from = window.opens;
        }
        if window.closes > until && window.closes - until <= long {
            until = window.closes;
        }
    }
    (from, until)
}

/// All that can be scrolled to: the run, its window, and roll back by.
pub fn reach(state: &RunState, forecast: &Forecast, now: Time) -> (Time, Time) {
    let (from, until) = extent(state, forecast, now);
    let window = state.window(now);
    let last = window.map(|window| window.closes).into_iter().chain(forecast.roll_back.by());
    (window.map_or(from, |window| window.opens.min(from)), last.fold(until, Time::max))
}
