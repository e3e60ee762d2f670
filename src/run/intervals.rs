//! When an interval was on, through every attempt of the steps it hangs on.
//!
//! - It begins when its `from` end is first met, in whatever attempt of that step: customers could
//!   not write from then on, also where a rollback has returned the step to planned since.
//! - It ends when its `to` end is met. After that it begins again only when `from` is met again.
//! - A finish is the one that settled the attempt. A failed attempt has not settled (but with
//!   `on_failure = "continue"`); taken back by a rollback, it ends an interval at that moment. A
//!   finish that was reopened has not ended one either: it had been told too early.

use super::Time;
use super::query::settles;
use super::state::{Attempt, RunState};
use crate::runbook::{Interval, IntervalEnd, LinkOn, OnFailure, Secs};

/// A time for which an interval was on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// When `from` was met.
    pub from: Time,
    /// When `to` was met; none where it was not.
    pub until: Option<Time>,
}

impl RunState {
    /// Every stretch of an interval, oldest first. An open one is the last.
    pub fn interval_stretches(&self, interval: &Interval) -> Vec<Stretch> {
        // What a rollback took back before it was finished has begun nothing.
        let begun = self.met(interval.from, |attempt, on_failure| {
            attempt.undone.is_none() || settled_before(attempt, on_failure)
        });
        let ended = self.met(interval.to, |attempt, _| !attempt.reopened);
        let over = self.is_met_now(interval.to);
        let mut stretches: Vec<Stretch> = Vec::new();
        for from in begun {
            let first = match stretches.last().map(|last| last.until) {
                None => true,
                Some(None) => break,
                Some(Some(until)) if from <= until => continue,
                Some(Some(_)) => false,
            };
            let until = ended.iter().copied().find(|at| *at >= from);
            // What is to end it has been done already, and is not to be done again.
            let no_time = until.is_none() && over;
            let after_end = self.ended.as_ref().is_some_and(|end| from >= end.at);
            if first || !(no_time || after_end) {
                stretches.push(Stretch { from, until: until.or(no_time.then_some(from)) });
            }
        }
        stretches
    }

    /// From when to when an interval was on: each stretch up to now, or the end of the run.
    pub fn interval_times(&self, interval: &Interval, now: Time) -> Vec<(Time, Time)> {
        let times = |stretch: Stretch| {
            let until = stretch.until.unwrap_or(now);
            let until = self.ended.as_ref().map_or(until, |f| until.min(f.at));
            (stretch.from, until.max(stretch.from))
        };
        self.interval_stretches(interval).into_iter().map(times).collect()
    }

    /// Seconds for which an interval has been on, all stretches together. None: it has not begun.
    pub fn interval_secs(&self, interval: &Interval, now: Time) -> Option<Secs> {
        let times = self.interval_times(interval, now);
        let secs = times.iter().map(|(from, until)| (*until - *from).num_seconds());
        (!times.is_empty()).then(|| secs.sum())
    }

    /// Whether an interval has begun and not ended.
    pub fn interval_running(&self, interval: &Interval) -> bool {
        !self.status.is_over()
            && self.interval_stretches(interval).last().is_some_and(|last| last.until.is_none())
    }

    /// When an end of an interval was met in any attempt of its step, earliest first; of the
    /// finishes those that count.
    fn met(&self, end: IntervalEnd, counts: impl Fn(&Attempt, OnFailure) -> bool) -> Vec<Time> {
        let (Some(step), Some(plan)) = (self.steps.get(end.step), self.plan.steps.get(end.step))
        else {
            return Vec::new();
        };
        let met = |attempt: &Attempt| match end.on {
            LinkOn::Start => attempt.started.as_ref().map(|fact| fact.at),
            LinkOn::Finish if counts(attempt, plan.on_failure) => {
                settled_at(attempt, plan.on_failure)
            }
            LinkOn::Finish => None,
        };
        let mut times: Vec<Time> = step.earlier.iter().chain([&step.now]).filter_map(met).collect();
        times.sort_unstable();
        times
    }

    /// Whether an end of an interval is met by the present attempt of its step.
    fn is_met_now(&self, end: IntervalEnd) -> bool {
        self.end_of(end.step, end.on).is_some()
    }
}

/// When an attempt was settled: with its end, or with being taken back where it had only failed.
fn settled_at(attempt: &Attempt, on_failure: OnFailure) -> Option<Time> {
    let fact = match &attempt.undone {
        Some(undone) if !settled_before(attempt, on_failure) => Some(undone),
        _ => attempt.ended.as_ref(),
    };
    fact.filter(|_| settles(attempt.status, on_failure)).map(|f| f.at)
}

/// Whether an attempt that was taken back had been settled before.
fn settled_before(attempt: &Attempt, on_failure: OnFailure) -> bool {
    attempt.taken_back_as.is_some_and(|status| settles(status, on_failure))
}
