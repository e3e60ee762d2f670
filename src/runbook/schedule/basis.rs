//! What the plan's times are counted from.

use crate::runbook::clock::{nearest_clock, next_clock};
use crate::runbook::{Moment, Release, Secs};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// When the plan begins, and when its T clock reads zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// Planned start of the first step, in whole seconds.
    pub start: DateTime<Utc>,
    /// Zero hour.
    pub zero: DateTime<Utc>,
}

impl Basis {
    /// As the runbook says: its `start`, its zero hour. A runbook without either begins when its
    /// window opens, if that is still to come, and otherwise `now`; zero hour is then its start.
    pub fn written(release: &Release, now: DateTime<Utc>) -> Self {
        let start = match (release.start, release.zero_hour) {
            (Some(Moment::At(at)), _) => Some(at),
            (Some(Moment::T(secs)), Some(zero)) => Some(plus(zero, secs)),
            (Some(Moment::Clock(clock)), _) => next_clock(clock, release.timezone, now).ok(),
            (_, zero) => zero,
        };
        let opens = release.window.map(|window| window.opens).filter(|opens| *opens > now);
        Self::beginning(release, start.or(opens).unwrap_or(now))
    }

    /// Begun at a moment of somebody's choice; a zero hour that is written stays.
    pub fn beginning(release: &Release, start: DateTime<Utc>) -> Self {
        let start = start.trunc_subsecs(0);
        Self { start, zero: release.zero_hour.unwrap_or(start) }
    }

    /// A moment of the plan; a clock time is its occurrence nearest to the start.
    pub fn moment(&self, release: &Release, moment: Moment) -> DateTime<Utc> {
        match moment {
            Moment::T(secs) => plus(self.zero, secs),
            Moment::At(at) => at,
            Moment::Clock(clock) => nearest_clock(clock, release.timezone, self.start),
        }
    }

    /// Seconds from the start to a moment of the plan; 0 for one before it.
    pub(super) fn after_start(&self, release: &Release, moment: Moment) -> Secs {
        (self.moment(release, moment) - self.start).num_seconds().max(0)
    }

    /// The moment that lies that many seconds after the start.
    pub(super) fn at(&self, secs: Secs) -> DateTime<Utc> {
        plus(self.start, secs)
    }
}

/// A moment some seconds later (earlier, when negative). Sums beyond a century, which only a broken
/// plan has, end there: a calendar cannot overflow.
fn plus(at: DateTime<Utc>, secs: Secs) -> DateTime<Utc> {
    const CENTURY: Secs = 100 * 366 * 86_400;
    at.checked_add_signed(TimeDelta::seconds(secs.clamp(-CENTURY, CENTURY))).unwrap_or(at)
}
