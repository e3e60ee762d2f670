//! What is being timed: intervals against their limits, waits and soaks, deadlines of gates, the
//! next word to stakeholders.

use crate::cockpit::model::Model;
use crate::run::{RunState, StepStatus, Time};
use crate::runbook::{Secs, StepIx, StepKind};
use chrono::TimeDelta;

/// A deadline further ahead than this is no news, in seconds.
const SOON: Secs = 3_600;
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
    let mut timers: Vec<Timer> = intervals(run, now).chain(of_steps(run, now)).collect();
    timers.extend(update_due(run, now).map(|at| {
        let left = (at - now).num_seconds();
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

fn intervals(run: &RunState, now: Time) -> impl Iterator<Item = Timer> + '_ {
    let running = run.plan.intervals.iter().enumerate().filter(|(_, i)| run.interval_running(i));
    running.filter_map(move |(ix, interval)| {
        /// Of its limit, in percent: amber, as the forecast has it.
        const AMBER: Secs = 80;
        let elapsed = run.interval_secs(interval, now)?;
        let left = interval.limit.map_or(0, |limit| limit - elapsed);
        let soon = interval.limit.is_some_and(|limit| elapsed * 100 > limit * AMBER);
        Some(timer(TimerOf::Interval(ix, elapsed, interval.limit), left, soon))
    })
}

fn of_steps(run: &RunState, now: Time) -> impl Iterator<Item = Timer> + '_ {
    (0..run.steps.len()).filter_map(move |ix| {
        let (step, state) = (run.plan.steps.get(ix)?, run.steps.get(ix)?);
        match (step.kind, state.status()) {
            (StepKind::Wait, StepStatus::Running) => {
                let left = wait_left(run, ix, now)?;
                let pressing = if left <= 0 { Pressing::Soon } else { Pressing::Calm };
                Some(Timer { of: TimerOf::Wait(ix, left), pressing })
            }
            (StepKind::Gate, StepStatus::Planned | StepStatus::Running | StepStatus::Blocked) => {
                let (by, left) = deadline(run, ix, now)?;
                let soon = left < SOON / 6;
                (left < SOON).then(|| timer(TimerOf::Deadline(ix, by, left), left, soon))
            }
            _ => None,
        }
    })
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

/// When stakeholders expect the next word: `update_every` after the last message, or after the
/// start.
fn update_due(run: &RunState, now: Time) -> Option<Time> {
    let every = TimeDelta::try_seconds(run.plan.release.update_every?)?;
    let started = run.started.as_ref()?.at;
    let sent = run.sent.iter().map(|sent| sent.fact.at).filter(|at| *at <= now).max();
    sent.unwrap_or(started).max(started).checked_add_signed(every)
}
