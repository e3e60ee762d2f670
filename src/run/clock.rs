//! Clock arithmetic: the T clock, holds, a rehearsal's shift, working time.

use super::Time;
use super::state::{Pause, RunState, StepStatus};
use super::words::Mode;
use crate::runbook::clock::nearest_clock;
use crate::runbook::{Moment, Secs, StepIx, Window};
use chrono::{NaiveTime, TimeDelta};

impl Pause {
    /// Its length in seconds so far.
    pub fn secs(&self, now: Time) -> Secs {
        let until = self.until.as_ref().map_or(now, |f| f.at);
        (until - self.from.at).num_seconds().max(0)
    }

    /// Seconds of it that lie in `from..until`.
    fn overlap(&self, from: Time, until: Time, now: Time) -> Secs {
        let start = self.from.at.max(from);
        let end = self.until.as_ref().map_or(now, |f| f.at).min(until);
        (end - start).num_seconds().max(0)
    }
}

impl RunState {
    /// The hold that is on.
    pub fn held(&self) -> Option<&Pause> {
        self.holds.last().filter(|h| h.until.is_none() && !self.status.is_over())
    }

    /// The hold that was on at that moment.
    pub fn held_at(&self, at: Time) -> Option<&Pause> {
        self.holds
            .iter()
            .rev()
            .find(|h| h.from.at <= at && h.until.as_ref().is_none_or(|until| until.at > at))
    }

    /// Seconds in which the run has been held, until `now` or its end.
    pub fn hold_secs(&self, now: Time) -> Secs {
        let now = self.ended.as_ref().map_or(now, |f| f.at.min(now));
        self.holds.iter().map(|h| h.secs(now)).sum()
    }

    /// When the plan, as written, starts its first step.
    fn written_start(&self) -> Option<Time> {
        let release = &self.plan.release;
        let zero = release.zero_hour;
        match release.start {
            Some(Moment::At(at)) => Some(at),
            Some(Moment::T(secs)) => zero.map(|z| z + delta(secs)),
            Some(Moment::Clock(_)) => None,
            None => zero,
        }
    }

    /// The planned start, where zero hour was moved before the run started, and the start with it.
    fn rescheduled_start(&self) -> Option<Time> {
        let in_time = |at: Time| self.started.as_ref().is_none_or(|started| at <= started.at);
        let before = self.reschedules.iter().rev().filter(|r| in_time(r.fact.at));
        let zero = before.filter_map(|r| r.zero_hour).next()?;
        match self.plan.release.start {
            Some(Moment::T(secs)) => Some(zero + delta(secs)),
            None => Some(zero),
            Some(Moment::At(_) | Moment::Clock(_)) => None,
        }
    }

    /// How far a rehearsal lies from the written times: nothing in a live run. Before the run has
    /// started a rehearsal starts *now*.
    fn shift(&self, now: Time) -> TimeDelta {
        if self.mode == Mode::Live || self.keep_times {
            return TimeDelta::zero();
        }
        let anchor =
            self.written_start().or_else(|| self.plan.release.window.map(|window| window.opens));
        anchor.map_or(TimeDelta::zero(), |written| {
            self.started.as_ref().map_or(now, |f| f.at) - written
        })
    }

    /// When the first step is planned to start: as rescheduled before the start, as written (shifted
    /// in a rehearsal), else when the run started, else `now`.
    pub fn planned_start(&self, now: Time) -> Time {
        self.rescheduled_start()
            .or_else(|| self.written_start().map(|at| at + self.shift(now)))
            .or_else(|| self.started.as_ref().map(|f| f.at))
            .unwrap_or(now)
    }

    /// The window as it stands: rescheduled, or as written (shifted in a rehearsal).
    pub fn window(&self, now: Time) -> Option<Window> {
        self.reschedules.iter().rev().find_map(|r| r.window).or_else(|| {
            let shift = self.shift(now);
            self.plan
                .release
                .window
                .map(|w| Window { opens: w.opens + shift, closes: w.closes + shift })
        })
    }

    /// Zero hour before any hold, and the moment from which holds move it.
    fn base_zero(&self, now: Time) -> (Time, Time) {
        let moved = self.reschedules.iter().rev().find_map(|r| r.zero_hour.map(|z| (z, r.fact.at)));
        // A night entered late was held, too, before it was opened.
        let begun = self.started.as_ref().map_or(self.opened.at, |f| f.at);
        let start = self.opened.at.min(begun);
        moved.unwrap_or_else(|| match self.plan.release.zero_hour {
            Some(zero) => (zero + self.shift(now), start),
            None => (self.started.as_ref().map_or(now, |f| f.at), start),
        })
    }

    /// T-0 before any hold.
    pub fn planned_zero(&self, now: Time) -> Time {
        self.base_zero(now).0
    }

    /// T-0 as it stands, moved by every hold so far that came before it.
    pub fn zero_hour(&self, now: Time) -> Time {
        self.t_moment(0, now)
    }

    /// Seconds on the T clock: negative before zero hour; it stands still in a hold, and once the
    /// run is over.
    pub fn t_clock(&self, now: Time) -> Secs {
        let now = self.ended.as_ref().map_or(now, |f| f.at.min(now));
        let (zero, since) = self.base_zero(now);
        let held: Secs = self.holds.iter().map(|h| h.overlap(since, now, now)).sum();
        (now - zero).num_seconds() - held
    }

    /// When the T clock reads `secs`: every hold that begins before that moment puts it off.
    fn t_moment(&self, secs: Secs, now: Time) -> Time {
        let (zero, since) = self.base_zero(now);
        let mut at = zero + delta(secs);
        for hold in &self.holds {
            if hold.from.at <= at {
                at += delta(hold.overlap(since, Time::MAX_UTC, now));
            }
        }
        at
    }

    /// A moment of the plan on the wall clock of this run.
    pub fn moment(&self, moment: Moment, now: Time) -> Time {
        match moment {
            Moment::T(secs) => self.t_moment(secs, now),
            Moment::At(at) => at + self.shift(now),
            Moment::Clock(clock) => self.clock_moment(clock, now),
        }
    }

    /// A clock time in a plan that names no date: its occurrence nearest to the start, so that
    /// 02:30 is of the next day when the run starts at 22:00, and 18:50 has passed at 19:10.
    fn clock_moment(&self, clock: NaiveTime, now: Time) -> Time {
        let start = self.started.as_ref().map_or(now, |f| f.at);
        nearest_clock(clock, self.plan.release.timezone, start)
    }

    /// Working seconds of the present attempt: from its start to its end (or `now`), blocked time
    /// kept out. None for a step that has not started.
    pub fn elapsed(&self, ix: StepIx, now: Time) -> Option<Secs> {
        self.steps.get(ix).and_then(|step| step.now.elapsed(now))
    }
}

impl super::state::Attempt {
    /// Working seconds: from its start to its end (or `now`); for how long it was blocked or
    /// deferred is kept out.
    pub fn elapsed(&self, now: Time) -> Option<Secs> {
        let from = self.started.as_ref()?.at;
        let until = self.ended.as_ref().map_or(now, |f| f.at);
        Some(((until - from).num_seconds() - self.blocked_secs(from, until, now)).max(0))
    }

    fn blocked_secs(&self, from: Time, until: Time, now: Time) -> Secs {
        let pauses = self.blocked.iter().chain(&self.deferred);
        pauses.map(|pause| pause.overlap(from, until, now)).sum()
    }

    /// Seconds for which it has been blocked since it started.
    pub fn blocked_so_far(&self, now: Time) -> Secs {
        let until = self.ended.as_ref().map_or(now, |f| f.at);
        self.started.as_ref().map_or(0, |f| self.blocked_secs(f.at, until, now))
    }
}

impl StepStatus {
    /// Whether work on it is going on: running or blocked.
    pub fn is_open_work(self) -> bool {
        matches!(self, Self::Running | Self::Blocked)
    }
}

/// A `TimeDelta` of whole seconds that cannot overflow a calendar.
pub(super) fn delta(secs: Secs) -> TimeDelta {
    const LIMIT: Secs = 100 * 366 * 86_400;
    TimeDelta::seconds(secs.clamp(-LIMIT, LIMIT))
}

impl RunState {
    /// A moment of the plan before any hold: what the plan itself says.
    pub fn planned_moment(&self, moment: Moment, now: Time) -> Time {
        match moment {
            Moment::T(secs) => self.planned_zero(now) + delta(secs),
            other => self.moment(other, now),
        }
    }
}
