//! A hub and up to fifty clients as pure state machines, in a world that loses, repeats, reorders and
//! delays messages, cuts people off (both ways or one, some for the whole night), restarts machines
//! (also from an older copy of a disk), rebuilds hubs from ledgers, fills disks and sets clocks
//! wrong. Once all is well again, everybody has the same order, nothing waits, nothing that was
//! acknowledged is missing, and nothing is there twice.
//!
//! The same seed makes the same night. `GOLIVE_SIM_SEED=N` replays one, `GOLIVE_SIM_SEEDS=N` runs so
//! many (300 unless said; CI runs thousands), from `GOLIVE_SIM_FROM` on.
#![allow(clippy::disallowed_methods, reason = "reads which seeds to run")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests say so by panicking"
)]

mod simulation {
    pub mod client;
    pub mod hub;
    pub mod judge;
    pub mod network;
    pub mod shelf;
    pub mod tally;
    pub mod trouble;
    pub mod world;
}
mod support {
    pub mod ledger;
}

use simulation::tally::Tally;
use simulation::world::World;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn everybody_agrees_in_the_end_whatever_the_night_was_like() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("GOLIVE_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => {
            let from = number("GOLIVE_SIM_FROM").unwrap_or(0);
            from..from + number("GOLIVE_SIM_SEEDS").unwrap_or(300)
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let (next, tally) = (AtomicU64::new(seeds.start), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            // Each takes the next, so that nobody has all the long nights.
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let night = lives_well(seed);
                    *tally.lock().unwrap() += night;
                }
            });
        }
    });
    let tally = tally.into_inner().unwrap();
    eprintln!("{} nights: {tally:?}", seeds.end - seeds.start);
    if seeds.end - seeds.start >= 100 {
        for (what, count) in tally.all() {
            assert!(count >= 20, "{what}: {count}; nights without them prove little");
        }
    }
}

fn lives_well(seed: u64) -> Tally {
    let night = std::panic::catch_unwind(|| World::new(seed).live());
    match night {
        Ok((_, tally)) => tally,
        Err(_) => panic!("seed {seed} failed: replay it with GOLIVE_SIM_SEED={seed}"),
    }
}

#[test]
fn the_same_seed_makes_the_same_night() {
    let once = World::new(42).live();
    assert_eq!(once, World::new(42).live());
    assert_ne!(once, World::new(43).live());
}
