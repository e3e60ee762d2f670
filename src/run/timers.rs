//! What counts down or up beside the steps themselves: the window, deadlines, waits, intervals, the
//! next update, whom to call, what should have begun. All of it is told in moments and seconds; a
//! negative number of seconds left says for how long something has been over.

use super::Time;
use super::clock::delta;
use super::forecast::Forecast;
use super::state::{RunState, RunStatus, StepStatus};
use super::words::CallAnswer;
use crate::runbook::{Secs, StepIx, StepKind};

/// A moment to come, or passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Time,
    /// Seconds left; negative: passed so long ago.
    pub left: Secs,
}

/// The moment by which a gate should be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The gate.
    pub step: StepIx,
    /// Its deadline as it stands, moved by every hold where it is a T time.
    pub due: Due,
}

/// A wait that is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitLeft {
    /// The step.
    pub step: StepIx,
    /// Seconds left; zero or less: ready to complete.
    pub left: Secs,
    /// When it will be over; none while it is blocked, for then it stands still.
    pub ends: Option<Time>,
}

/// An interval that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntervalTimer {
    /// Its position among the plan's intervals.
    pub interval: usize,
    /// Seconds so far.
    pub elapsed: Secs,
    /// Seconds it may take.
    pub limit: Option<Secs>,
    /// Whether it goes on.
    pub running: bool,
}

/// Somebody who is to be called for a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The step.
    pub step: StepIx,
    /// Whom: the owner, or who stands in now; an id, a name, or `team Database`.
    pub person: String,
    /// How to reach them.
    pub contact: Option<String>,
    /// Who is called if they do not answer.
    pub substitute: Option<String>,
    /// When to call: `notice` before the step is expected to start.
    pub due: Due,
    /// When the step is expected to start.
    pub start: Time,
    /// The last call for this step went unanswered.
    pub no_answer: bool,
    /// The step hangs on an option that is not the one reckoned with: it may never be needed.
    pub maybe: bool,
}

/// A step that should have begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateStart {
    /// The step.
    pub step: StepIx,
    /// When the plan has it start.
    pub planned: Time,
    /// Seconds since then.
    pub late: Secs,
}

fn due(at: Time, now: Time) -> Due {
    Due { at, left: (at - now).num_seconds() }
}

impl RunState {
    /// When the window opens, and closes; none without a window.
    pub fn window_due(&self, now: Time) -> Option<(Due, Due)> {
        let window = self.window(now)?;
        Some((due(window.opens, now), due(window.closes, now)))
    }

    /// Waits that are going on, in the order of the plan.
    pub fn waits(&self, now: Time) -> Vec<WaitLeft> {
        let wait = |ix: StepIx| {
            let (step, state) = (self.plan.steps.get(ix)?, self.steps.get(ix)?);
            let is_on = step.kind == StepKind::Wait && state.status().is_open_work();
            let left = step.duration.filter(|_| is_on)?.likely - state.now.elapsed(now)?;
            let ends = (state.status() == StepStatus::Running).then(|| now + delta(left));
            Some(WaitLeft { step: ix, left, ends })
        };
        (0..self.steps.len()).filter_map(wait).collect()
    }

    /// Intervals that have begun, in the order of the plan; those that ended keep their length.
    pub fn interval_timers(&self, now: Time) -> Vec<IntervalTimer> {
        let timer = |(interval, of): (usize, &crate::runbook::Interval)| {
            let elapsed = self.interval_secs(of, now)?;
            let running = self.interval_running(of);
            Some(IntervalTimer { interval, elapsed, limit: of.limit, running })
        };
        self.plan.intervals.iter().enumerate().filter_map(timer).collect()
    }

    /// When stakeholders should hear next: `update_every` after the last message that went out, or
    /// after the start. None without a cadence, before the start and after the end.
    pub fn update_due(&self, now: Time) -> Option<Due> {
        let every = self.plan.release.update_every?;
        if self.status.is_over() {
            return None;
        }
        let start = self.started.as_ref()?.at;
        let last = self.sent.iter().map(|sent| sent.fact.at).max();
        Some(due(last.map_or(start, |last| last.max(start)) + delta(every), now))
    }
}

impl Forecast {
    /// Gates that wait for a decision with a deadline, the nearest first. Not those of an option
    /// that is not reckoned with.
    pub fn deadlines(&self, state: &RunState, now: Time) -> Vec<Deadline> {
        if state.status.is_over() {
            return Vec::new();
        }
        let deadline = |ix: StepIx| {
            let at = state.plan.steps[ix].gate.as_ref()?.deadline?;
            let undecided =
                matches!(state.steps[ix].status(), StepStatus::Planned | StepStatus::Blocked);
            (undecided && !self.is_maybe(ix))
                .then(|| Deadline { step: ix, due: due(state.moment(at, now), now) })
        };
        let mut deadlines: Vec<Deadline> =
            state.plan.forward_steps().filter_map(deadline).collect();
        deadlines.sort_by_key(|deadline| deadline.due.at);
        deadlines
    }

    /// Whom to call, the most urgent first: owners of steps with `notice` that are still to begin,
    /// unless they stand by or have answered.
    pub fn calls(&self, state: &RunState, now: Time) -> Vec<Call> {
        if state.status.is_over() {
            return Vec::new();
        }
        let steps = 0..state.steps.len();
        let mut calls: Vec<Call> = steps.filter_map(|ix| self.call(state, ix, now)).collect();
        calls.sort_by_key(|call| call.due.at);
        calls
    }

    fn call(&self, state: &RunState, ix: StepIx, now: Time) -> Option<Call> {
        let (step, at) = (state.plan.steps.get(ix)?, state.steps.get(ix)?);
        let notice = step.notice?;
        if at.status() != StepStatus::Planned || at.now.stood_by.is_some() {
            return None;
        }
        let start = self.steps.get(ix)?.start?;
        let owner = state.owner_of(ix)?;
        let known = state.people.get(&owner);
        let person = known.and_then(|p| p.substitute.clone()).unwrap_or(owner);
        let calls = state.people.get(&person).map_or(&[][..], |p| p.calls.as_slice());
        let last = calls.iter().rev().find(|(_, about, _)| about.as_deref() == Some(&step.id));
        if matches!(last, Some((CallAnswer::Answered, ..))) {
            return None;
        }
        let listed = state.plan.people.get(&person);
        Some(Call {
            step: ix,
            contact: listed.and_then(|p| p.contact.clone()),
            substitute: listed.and_then(|p| p.substitute.clone()),
            due: due(start - delta(notice), now),
            start,
            no_answer: last.is_some(),
            maybe: self.is_maybe(ix),
            person,
        })
    }

    /// Steps that should have begun, the latest first.
    pub fn late_starts(&self, state: &RunState, now: Time) -> Vec<LateStart> {
        let late = |ix: StepIx| {
            let expected = self.steps.get(ix)?;
            let planned = expected.planned_start?;
            let waits = state.steps.get(ix)?.status() == StepStatus::Planned && expected.late;
            waits.then(|| LateStart { step: ix, planned, late: (now - planned).num_seconds() })
        };
        if state.started.is_none() || state.status == RunStatus::Planned {
            return Vec::new();
        }
        let mut late: Vec<LateStart> = state.plan.forward_steps().filter_map(late).collect();
        late.sort_by_key(|late| late.planned);
        late
    }

    /// Whether a step hangs on an option that is not the one reckoned with.
    pub fn is_maybe(&self, ix: StepIx) -> bool {
        self.steps.is_maybe(ix)
    }
}
