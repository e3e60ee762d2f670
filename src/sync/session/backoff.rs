//! How long to wait before the next try: twice as long each time, up to half a minute, and nobody
//! as long as anybody else, so that fifty cockpits do not come back to a restarted hub at once.

use super::Millis;

/// The first wait, at most.
const FIRST: Millis = 500;
/// No wait is longer.
const LONGEST: Millis = 30_000;

#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
    until: Option<Millis>,
    random: u64,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self { failures: 0, until: None, random: seed }
    }

    /// Until when nothing is tried.
    pub(super) fn until(&self) -> Option<Millis> {
        self.until
    }

    /// The wait is over.
    pub(super) fn waited(&mut self) {
        self.until = None;
    }

    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.until = None;
    }

    pub(super) fn failed(&mut self, now: Millis) {
        let ceiling = FIRST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        // Between half of it and all of it.
        let half = ceiling / 2;
        let part = Millis::try_from(self.next() % 1_000).unwrap_or(0);
        self.until = Some(now + half + half * part / 1_000);
    }

    /// Waits that long at least: nothing will be different soon.
    pub(super) fn stay_away(&mut self, now: Millis, wait: Millis) {
        self.until = self.until.max(Some(now + wait));
    }

    /// SplitMix64, by Sebastiano Vigna: <https://prng.di.unimi.it/splitmix64.c>.
    fn next(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_minute_differ_between_clients_and_begin_again_after_a_success() {
        let waits = |seed: u64| {
            let mut backoff = Backoff::new(seed);
            (0..12)
                .map(|_| {
                    backoff.failed(1_000);
                    backoff.until().unwrap() - 1_000
                })
                .collect::<Vec<_>>()
        };
        for (n, wait) in waits(7).into_iter().enumerate() {
            let ceiling = (500 << n.min(10)).min(30_000);
            assert!((ceiling / 2..=ceiling).contains(&wait), "{n}: {wait}");
        }
        assert_ne!(waits(7), waits(8));
        let mut backoff = Backoff::new(1);
        (0..9).for_each(|_| backoff.failed(0));
        backoff.succeeded();
        backoff.failed(0);
        assert!(backoff.until().unwrap() <= 500);
    }
}
