//! The run clock: wall time, anchored once per boot in the ledger, and advanced by a clock that
//! counts suspend and that nobody can set.
#![allow(clippy::disallowed_methods, reason = "reads the clocks of the machine")]

use crate::run::Time;
use chrono::{DateTime, SubsecRound, TimeDelta};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// System clock and run clock may differ by this much before it counts as a jump, milliseconds.
/// NTP slews both alike, since the boot clock runs at the system clock's rate; only steps differ.
pub(super) const JUMP_MS: i64 = 5_000;

/// How far, in milliseconds, the run clock may be behind the last entry before the boot clock is
/// taken to be another one than that of the anchor (a time namespace, a restored snapshot).
const BEHIND_MS: i64 = 1_000;

/// Where time comes from: the system clock, and the time since boot with suspends counted.
#[derive(Clone)]
pub struct Clock {
    boot: Option<Arc<str>>,
    wall: Arc<dyn Fn() -> Time + Send + Sync>,
    since_boot_ms: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// How many times as fast as people live it runs; none: as fast.
    speed: Option<Arc<dyn Fn() -> u32 + Send + Sync>>,
}

impl Clock {
    /// The clocks of this machine, read anew at every call.
    pub fn system() -> Self {
        Self {
            boot: boot_id().map(Arc::from),
            wall: Arc::new(system_now),
            since_boot_ms: Arc::new(since_boot_ms),
            speed: None,
        }
    }

    /// Clocks of a test: the boot's name, the system clock, and milliseconds since boot.
    pub fn fake(
        boot: Option<&str>,
        wall: impl Fn() -> Time + Send + Sync + 'static,
        since_boot_ms: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            boot: boot.map(Arc::from),
            wall: Arc::new(wall),
            since_boot_ms: Arc::new(since_boot_ms),
            speed: None,
        }
    }

    /// The same clocks, said to run so many times as fast as people live.
    pub(super) fn at_pace(self, speed: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        Self { speed: Some(Arc::new(speed)), ..self }
    }

    /// How many times as fast as people live it runs: 1, but in a demonstration.
    pub fn speed(&self) -> u32 {
        self.speed.as_ref().map_or(1, |speed| speed().max(1))
    }

    /// Whether it runs at a pace of its own, or may.
    pub fn is_hurried(&self) -> bool {
        self.speed.is_some()
    }

    /// What it says now, whole milliseconds.
    pub fn now(&self) -> Time {
        self.wall()
    }

    /// The system clock, whole milliseconds.
    pub(super) fn wall(&self) -> Time {
        (self.wall)().trunc_subsecs(3)
    }

    /// A fresh anchor: the system clock, unless that is behind the last entry. What was recorded of
    /// jumps in this boot, under the anchor before it, stays recorded.
    pub(super) fn anchor(&self, last_at: Option<Time>, before: Option<&Anchor>) -> Anchor {
        let since_boot_ms = (self.since_boot_ms)();
        let wall = self.wall();
        Anchor {
            boot: self.boot.as_deref().map(str::to_owned),
            booted_ms: wall.timestamp_millis().saturating_sub(since_boot_ms),
            since_boot_ms,
            wall: last_at.map_or(wall, |at| at.max(wall)),
            offset_ms: before.filter(|a| a.is_of_this_boot(self)).map_or(0, |a| a.offset_ms),
        }
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clock").field("boot", &self.boot).finish_non_exhaustive()
    }
}

/// Ties the boot clock to wall time. Kept in the ledger, so that all processes agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Anchor {
    /// Which boot; none where the system does not name its boots.
    boot: Option<String>,
    /// When that boot was, by the system clock then, milliseconds since 1970.
    booted_ms: i64,
    /// The boot clock at the anchor, milliseconds.
    since_boot_ms: i64,
    /// The run clock at the anchor.
    wall: Time,
    /// System clock minus run clock as last recorded, milliseconds.
    pub(super) offset_ms: i64,
}

impl Anchor {
    /// Whether this anchor holds for the boot that `clock` reads, and for a run whose last entry
    /// is of `last_at`.
    pub(super) fn holds(&self, clock: &Clock, last_at: Option<Time>) -> bool {
        let goes_on = (clock.since_boot_ms)() >= self.since_boot_ms;
        let behind =
            last_at.is_some_and(|at| (at - self.now(clock)).num_milliseconds() > BEHIND_MS);
        self.is_of_this_boot(clock) && goes_on && !behind
    }

    fn is_of_this_boot(&self, clock: &Clock) -> bool {
        match (&self.boot, &clock.boot) {
            (Some(then), Some(now)) => then.as_str() == &**now,
            // A later boot began at least as long after this one as this one had lasted.
            (None, None) => {
                let booted_ms =
                    clock.wall().timestamp_millis().saturating_sub((clock.since_boot_ms)());
                booted_ms.abs_diff(self.booted_ms) < self.since_boot_ms.unsigned_abs()
            }
            _ => false,
        }
    }

    /// The run clock now.
    fn now(&self, clock: &Clock) -> Time {
        let passed = (clock.since_boot_ms)().saturating_sub(self.since_boot_ms);
        self.wall.checked_add_signed(TimeDelta::milliseconds(passed)).unwrap_or(self.wall)
    }

    /// System clock minus run clock, where they differ by more than a jump from what is recorded.
    pub(super) fn jump(&self, clock: &Clock) -> Option<i64> {
        let offset = (clock.wall() - self.now(clock)).num_milliseconds();
        (offset.abs_diff(self.offset_ms) > JUMP_MS.unsigned_abs()).then_some(offset)
    }
}

/// The clock of a run. Clones share one anchor, so that a clone handed to another thread follows.
#[derive(Debug, Clone)]
pub struct RunClock {
    clock: Clock,
    anchor: Arc<Mutex<Anchor>>,
    /// The hub's clock minus this one, milliseconds; 0 alone.
    to_hub_ms: Arc<AtomicI64>,
}

impl RunClock {
    pub(super) fn new(clock: Clock, anchor: Anchor) -> Self {
        Self { clock, anchor: Arc::new(Mutex::new(anchor)), to_hub_ms: Arc::new(AtomicI64::new(0)) }
    }

    /// Now, on the run clock, whole milliseconds: the hub's time, where there is a hub.
    pub fn now(&self) -> Time {
        let here = self.now_here();
        let offset = TimeDelta::milliseconds(self.to_hub_ms.load(Ordering::Relaxed));
        here.checked_add_signed(offset).unwrap_or(here)
    }

    /// Now, on the run clock of this machine alone.
    pub fn now_here(&self) -> Time {
        self.anchor().now(&self.clock)
    }

    /// How many times as fast as people live it runs: 1, but in a demonstration.
    pub fn speed(&self) -> u32 {
        self.clock.speed()
    }

    /// Milliseconds since 1970 by which the waits for a network are counted: the run clock of this
    /// machine, or, where that is hurried, a clock that is not.
    pub fn for_waits(&self) -> i64 {
        if self.clock.is_hurried() { since_boot_ms() } else { self.now_here().timestamp_millis() }
    }

    /// What the run clock of this machine said at a moment of [`RunClock::for_waits`].
    pub fn at_wait(&self, millis: i64) -> Option<Time> {
        if !self.clock.is_hurried() {
            return DateTime::from_timestamp_millis(millis);
        }
        let ago = since_boot_ms().saturating_sub(millis).saturating_mul(i64::from(self.speed()));
        self.now_here().checked_sub_signed(TimeDelta::try_milliseconds(ago)?)
    }

    /// Whether it runs at a pace of its own: the hub of the same process has the very same clock.
    pub fn is_hurried(&self) -> bool {
        self.clock.is_hurried()
    }

    /// How far the hub's clock is ahead of this one, milliseconds.
    pub(super) fn set_to_hub(&self, offset_ms: i64) {
        self.to_hub_ms.store(offset_ms, Ordering::Relaxed);
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn anchor(&self) -> Anchor {
        self.anchor.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_anchor(&self, anchor: Anchor) {
        *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = anchor;
    }

    /// System clock minus run clock, milliseconds, where a jump is not on record yet.
    pub(super) fn jump(&self) -> Option<i64> {
        self.anchor.lock().unwrap_or_else(PoisonError::into_inner).jump(&self.clock)
    }
}

fn system_now() -> Time {
    chrono::Utc::now()
}

/// Time since boot, suspends counted. Asked of the kernel each time, for a process can be moved
/// (checkpointed, resumed) and its idea of a difference with it.
pub(super) fn since_boot_ms() -> i64 {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let id = rustix::time::ClockId::Boottime;
    // Elsewhere the monotonic clock is the nearest; on Apple's systems it counts sleep.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let id = rustix::time::ClockId::Monotonic;
    let time = rustix::time::clock_gettime(id);
    DateTime::from_timestamp(time.tv_sec, u32::try_from(time.tv_nsec).unwrap_or(0))
        .map_or(0, |t| t.timestamp_millis())
}

/// What the kernel calls this boot, where it names boots at all.
fn boot_id() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}
