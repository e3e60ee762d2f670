//! Many processes act on one run at once, some of them killed in the middle: no error but clean
//! refusals, nothing started twice, no entry lost, and the record verifies.
#![allow(clippy::disallowed_methods, reason = "tests start processes and look at the clock")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod cli_support;

use cli_support::{House, Said};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const STEPS: usize = 40;
const WORKERS: usize = 6;

/// Seconds of it; `GOLIVE_SOAK_SECONDS` says otherwise, for whoever wants to be surer.
fn lasts() -> Duration {
    let said = std::env::var("GOLIVE_SOAK_SECONDS").ok();
    Duration::from_secs(said.map_or(20, |secs| secs.parse().expect("a number of seconds")))
}

#[test]
fn several_shells_at_once_never_start_a_step_twice() {
    let house = House::new();
    house.write("many.toml", runbook());
    house.golive(&["open", "many.toml", "--rehearsal"]).done();
    house.golive(&["start"]).done();
    let (started, done) = (counters(), counters());
    let noted = AtomicUsize::new(0);
    let until = Instant::now() + lasts();
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let (house, started, done, noted) = (&house, &started, &done, &noted);
            scope.spawn(move || {
                let name = format!("worker-{worker}");
                for n in (0..STEPS).cycle() {
                    if Instant::now() > until {
                        return;
                    }
                    let step = format!("s{n}");
                    count(&started[n], house.golive_as(&name, &["step", "start", &step]));
                    count(&done[n], house.golive_as(&name, &["step", "done", &step]));
                    count(noted, house.golive_as(&name, &["note", "still here"]));
                }
            });
        }
        let house = &house;
        scope.spawn(move || kill_some(house, until));
    });
    for (n, counter) in started.iter().enumerate() {
        assert!(counter.load(Ordering::Relaxed) <= 1, "s{n} was started twice");
    }
    let events = house.events();
    let recorded = |kind: &str| events.iter().filter(|e| e.to_string().contains(kind)).count();
    let sum = |all: &[AtomicUsize]| all.iter().map(|c| c.load(Ordering::Relaxed)).sum::<usize>();
    assert_eq!(recorded("step_started"), sum(&started));
    assert_eq!(recorded("step_completed"), sum(&done));
    // A note of a killed process may be on record, too, but none of another's is lost.
    assert!(recorded("still here") == noted.load(Ordering::Relaxed));
    assert!(noted.load(Ordering::Relaxed) > STEPS, "there was enough going on");
    let status = house.status();
    assert_eq!(status["conflicts"].as_array().unwrap().len(), 0);
    house.golive(&["verify"]).done();
}

/// Ends processes with SIGKILL wherever they happen to be.
fn kill_some(house: &House, until: Instant) {
    let mut pause = 1_u64;
    while Instant::now() < until {
        let mut child =
            house.command(&["note", "killed or not", "--as", "victim"]).spawn().unwrap();
        pause = pause * 7 % 41;
        std::thread::sleep(Duration::from_millis(pause));
        let _ = child.kill();
        child.wait().unwrap();
    }
}

/// Counts what was done; whatever was not has to be a clean refusal.
fn count(counter: &AtomicUsize, said: Said) {
    if said.code == 0 {
        counter.fetch_add(1, Ordering::Relaxed);
    } else {
        said.refused();
    }
}

fn counters() -> Vec<AtomicUsize> {
    (0..STEPS).map(|_| AtomicUsize::new(0)).collect()
}

fn runbook() -> String {
    let mut text = String::from(
        "format = 1\n[release]\ntitle = \"Many\"\n[[phases]]\ntitle = \"All\"\nflow = \"parallel\"\nsteps = [\n",
    );
    for n in 0..STEPS {
        let _ = writeln!(
            text,
            "{{ id = \"s{n}\", title = \"Step {n}\", owner = \"anyone\", duration = \"1m\" }},"
        );
    }
    text.push_str("]\n");
    text
}
