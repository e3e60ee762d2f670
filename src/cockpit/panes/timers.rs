//! What is being timed: intervals against their limits, waits and soaks, deadlines of gates, the
//! next word to stakeholders.

use crate::cockpit::model::Model;
use crate::run::timers::{Due, IntervalTimer};
use crate::run::{RunState, Time};
use crate::runbook::{Secs, StepIx, StepKind};

/// A deadline further ahead than this is no news, in seconds.
pub const NEAR: Secs = 3_600;
/// More timers than this are not shown.
const TIMERS: usize = 20;

/// How pressing a timer is; ordered: the calm ones are least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressing {
    /// All is well.
    Calm,
    /// Its time has nearly come, or something can be done now.
    Soon,
    /// Its time is past.
    Past,
}

/// Something that is being timed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// What.
    pub of: TimerOf,
    /// How pressing it is.
    pub pressing: Pressing,
}

/// What is timed. Lengths are in seconds; what is left is negative once it is past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerOf {
    /// An interval of the runbook that is running: its place there, how long, and its limit.
    Interval(usize, Secs, Option<Secs>),
    /// A wait that is running: its step, and what is left.
    Wait(StepIx, Secs),
    /// A gate that is not decided: its step, its deadline, and what is left.
    Deadline(StepIx, Time, Secs),
    /// The next update to stakeholders: when it is due, and what is left.
    Update(Time, Secs),
}

/// Everything that is being timed now, the most pressing first.
pub(super) fn timers(model: &Model) -> Vec<Timer> {
    let (run, now) = (&model.run, model.now);
    if run.status.is_over() || run.started.is_none() {
        return Vec::new();
    }
    let running = run.interval_timers(now).into_iter().filter(|interval| interval.running);
    let mut timers: Vec<Timer> = running.map(interval).collect();
    timers.extend(run.waits(now).into_iter().map(|wait| {
        // It is at its end that there is something to do.
        let pressing = if wait.left <= 0 { Pressing::Soon } else { Pressing::Calm };
        Timer { of: TimerOf::Wait(wait.step, wait.left), pressing }
    }));
    let deadlines = model.forecast.deadlines(run, now).into_iter();
    timers.extend(deadlines.filter(|deadline| deadline.due.left < NEAR).map(|deadline| {
        let Due { at, left } = deadline.due;
        timer(TimerOf::Deadline(deadline.step, at, left), left, left < NEAR / 6)
    }));
    timers.extend(run.update_due(now).map(|Due { at, left }| {
        // Writing it takes a moment, too.
        let soon = run.plan.release.update_every.is_some_and(|every| left * 10 < every);
        timer(TimerOf::Update(at, left), left, soon)
    }));
    timers.sort_by_key(|timer| std::cmp::Reverse(timer.pressing));
    timers.truncate(TIMERS);
    timers
}

fn timer(of: TimerOf, left: Secs, soon: bool) -> Timer {
    let pressing = match soon {
        _ if left < 0 => Pressing::Past,
        true => Pressing::Soon,
        false => Pressing::Calm,
    };
    Timer { of, pressing }
}

fn interval(interval: IntervalTimer) -> Timer {
    /// Of its limit, in percent: amber, as the forecast has it.
    const AMBER: Secs = 80;
    let IntervalTimer { elapsed, limit, .. } = interval;
    let left = limit.map_or(0, |limit| limit - elapsed);
    let soon = limit.is_some_and(|limit| elapsed * 100 > limit * AMBER);
    timer(TimerOf::Interval(interval.interval, elapsed, limit), left, soon)
}

/// What is left of a wait that is running, in seconds; it can be completed from 0 on.
pub fn wait_left(run: &RunState, ix: StepIx, now: Time) -> Option<Secs> {
    let step = run.plan.steps.get(ix).filter(|step| step.kind == StepKind::Wait)?;
    Some(step.duration?.likely - run.elapsed(ix, now)?)
}

/// The deadline of a gate, and the seconds left of it.
pub fn deadline(run: &RunState, ix: StepIx, now: Time) -> Option<(Time, Secs)> {
    let by = run.plan.steps.get(ix)?.gate.as_ref()?.deadline?;
    let by = run.moment(by, now);
    Some((by, (by - now).num_seconds()))
}
