//! A clock at a pace of its own: it begins where it is told to, stands until it is let go, and then
//! runs so many times as fast as this machine's. For a demonstration, where a night passes in
//! minutes: hub, cockpit and everybody who acts have the one clock, so that all times agree.

use super::clock::{Clock, since_boot_ms};
use crate::run::Time;
use chrono::{SubsecRound, TimeDelta};
use std::sync::{Arc, Mutex, PoisonError};

/// What a ledger that keeps this clock takes for the boot: another process never goes on with it.
const BOOT: &str = "a clock at a pace of its own";

/// A clock at a pace of its own; clones are the same clock.
#[derive(Clone)]
pub struct PacedClock(Arc<Mutex<Pace>>);

/// A process that has not looked at its clock for so long was stopped, milliseconds; whoever runs such
/// a clock looks at it several times a second.
const STOPPED_MS: i64 = 3_000;

/// What the clock said, when, and how fast it has been running since.
struct Pace {
    at: Time,
    since_boot_ms: i64,
    speed: u32,
    /// When it was looked at last.
    looked_ms: i64,
}

impl Pace {
    /// The time at that moment of the machine. While the process was stopped no time has passed.
    fn now(&mut self, machine_ms: i64) -> Time {
        let unseen = machine_ms.saturating_sub(self.looked_ms);
        if unseen > STOPPED_MS {
            self.since_boot_ms = self.since_boot_ms.saturating_add(unseen);
        }
        self.looked_ms = machine_ms.max(self.looked_ms);
        let passed = machine_ms.saturating_sub(self.since_boot_ms).max(0);
        let passed = passed.saturating_mul(i64::from(self.speed));
        let passed = TimeDelta::try_milliseconds(passed).unwrap_or_default();
        self.at.checked_add_signed(passed).unwrap_or(self.at)
    }
}

impl PacedClock {
    /// A clock that stands at that moment.
    pub fn standing_at(at: Time) -> Self {
        let (at, machine_ms) = (at.trunc_subsecs(3), since_boot_ms());
        let pace = Pace { at, since_boot_ms: machine_ms, speed: 0, looked_ms: machine_ms };
        Self(Arc::new(Mutex::new(pace)))
    }

    /// Puts it forward to that moment; it never goes back.
    pub fn put_forward(&self, to: Time) {
        self.change(|pace| pace.at = pace.at.max(to.trunc_subsecs(3)));
    }

    /// Lets it run from where it is, `speed` times as fast as this machine's clock.
    pub fn go(&self, speed: u32) {
        self.change(|pace| pace.speed = speed);
    }

    /// Now, whole milliseconds.
    pub fn now(&self) -> Time {
        self.pace().now(since_boot_ms())
    }

    /// The clock as ledgers and hubs take one.
    pub fn clock(&self) -> Clock {
        let (wall, boot) = (self.clone(), self.clone());
        let speed = self.clone();
        Clock::fake(Some(BOOT), move || wall.now(), move || boot.now().timestamp_millis())
            .at_pace(move || speed.pace().speed.max(1))
    }

    fn change(&self, change: impl FnOnce(&mut Pace)) {
        let mut pace = self.pace();
        let machine_ms = since_boot_ms();
        (pace.at, pace.since_boot_ms) = (pace.now(machine_ms), machine_ms);
        change(&mut pace);
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn it_stands_until_it_is_let_go_and_never_goes_back() {
        let clock = PacedClock::standing_at(at("2026-11-28T22:00:00.1234Z"));
        assert_eq!(clock.now(), at("2026-11-28T22:00:00.123Z"));
        assert_eq!(clock.now(), clock.now());
        clock.put_forward(at("2026-11-28T23:00:00Z"));
        clock.put_forward(at("2026-11-28T22:30:00Z"));
        assert_eq!(clock.now(), at("2026-11-28T23:00:00Z"));
    }

    #[test]
    fn while_the_process_is_stopped_no_time_passes() {
        let start = at("2026-11-28T22:00:00Z");
        let mut pace = Pace { at: start, since_boot_ms: 1_000, speed: 60, looked_ms: 1_000 };
        assert_eq!(pace.now(2_000), start + TimeDelta::seconds(60));
        assert_eq!(pace.now(62_000), start + TimeDelta::seconds(60));
        assert_eq!(pace.now(62_500), start + TimeDelta::seconds(90));
    }

    #[test]
    fn let_go_it_runs_that_much_faster_and_everybody_reads_the_same() {
        let clock = PacedClock::standing_at(at("2026-11-28T22:00:00Z"));
        assert_eq!(clock.clock().speed(), 1);
        clock.go(1_000_000);
        // A millisecond of this machine is more than a quarter of an hour of that clock.
        while clock.now() < at("2026-11-28T22:16:00Z") {
            std::hint::spin_loop();
        }
        assert_eq!(clock.clock().speed(), 1_000_000);
        clock.go(0);
        let stands = clock.now();
        assert_eq!(clock.clock().now(), stands);
        assert_eq!(clock.clone().now(), stands);
    }
}
