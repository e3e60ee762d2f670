//! Two shells and two cockpits act on the same run at once: nothing is started twice, no entry is
//! lost, and every screen ends equal.
#![allow(clippy::disallowed_methods, reason = "tests start processes and look at the clock")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod cli_support;
#[path = "support/pty.rs"]
mod pty;

use cli_support::House;
use pty::Terminal;
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The steps of the first shell; after them come those of the cockpits, at two a second.
const OF_A_SHELL: usize = 300;
/// The last steps, which the second shell starts as well, again and again.
const CONTESTED: usize = 10;
const UP: &str = "\u{1b}[A";
const END: &str = "\u{1b}[F";

/// Seconds of it; `GOLIVE_SOAK_SECONDS` says otherwise, for whoever wants to be surer.
fn lasts() -> Duration {
    let said = std::env::var("GOLIVE_SOAK_SECONDS").ok();
    Duration::from_secs(said.map_or(15, |secs| secs.parse().expect("a number of seconds")))
}

#[test]
fn two_shells_and_two_cockpits_end_equal() {
    let house = House::new();
    let secs = lasts().as_secs();
    let steps = OF_A_SHELL + CONTESTED + 2 * usize::try_from(secs).unwrap();
    house.write("many.toml", runbook(steps));
    house.golive(&["open", "many.toml", "--rehearsal"]).done();
    house.golive(&["start"]).done();
    let until = Instant::now() + lasts();
    let acts = AtomicUsize::new(0);
    let mut cockpits = [cockpit(&house, "cora"), cockpit(&house, "dan")];
    std::thread::scope(|scope| {
        let (house, acts) = (&house, &acts);
        let own = (0..OF_A_SHELL).cycle();
        scope.spawn(move || act_in_a_shell(house, "ana", own, &["start", "done"], until, acts));
        let last = (steps - CONTESTED..steps).cycle();
        scope.spawn(move || act_in_a_shell(house, "bo", last, &["start"], until, acts));
        // A row apart: were they always at the same one, the quicker might do all there is to do.
        for (cockpit, begin) in cockpits.iter_mut().zip([END.to_owned(), format!("{END}{UP}")]) {
            scope.spawn(move || act_in_a_cockpit(cockpit, &begin, until));
        }
    });
    let status = house.status();
    let settled = format!("{}/{steps} settled", status["counts"]["done"]);
    for cockpit in &mut cockpits {
        saved(cockpit.wait_for(&settled));
    }
    assert_eq!(status["conflicts"].as_array().unwrap().len(), 0);
    assert_eq!(status["deviations"].as_array().unwrap().len(), 0);
    house.golive(&["verify"]).done();
    let events = house.events();
    let by = |name: &str| {
        let actor = format!("\"name\":\"{name}\"");
        events.iter().filter(|e| e.to_string().contains(&actor)).count()
    };
    // Two entries more than their acts: ana opened the run and started it.
    assert_eq!(by("ana") + by("bo"), acts.load(Ordering::Relaxed) + 2);
    assert!(by("cora") > 0 && by("dan") > 0, "the cockpits act, too:\n{}", cockpits[0].text());
    let mut started: Vec<String> = events
        .iter()
        .filter_map(|e| Some(e["body"]["event"]["step_started"]["step"].as_str()?.to_owned()))
        .collect();
    let all = started.len();
    started.sort();
    started.dedup();
    assert_eq!(started.len(), all, "a step was started twice");
}

fn act_in_a_shell(
    house: &House,
    name: &str,
    steps: impl Iterator<Item = usize>,
    verbs: &[&str],
    until: Instant,
    acts: &AtomicUsize,
) {
    for n in steps {
        if Instant::now() > until {
            return;
        }
        for verb in verbs {
            let said = house.golive_as(name, &["step", verb, &format!("s{n}")]);
            if said.code == 0 {
                acts.fetch_add(1, Ordering::Relaxed);
            } else {
                said.refused();
            }
        }
    }
}

/// Enter does the usual next thing to the step under the cursor; from the last step upwards.
fn act_in_a_cockpit(cockpit: &mut Terminal, begin: &str, until: Instant) {
    cockpit.keys(" ").wait_gone("Any key goes to the steps").keys(begin);
    while Instant::now() < until {
        for key in ["\r", UP] {
            // A person's pace: whatever is faster is taken for typing, and never acts.
            std::thread::sleep(Duration::from_millis(300));
            saved(cockpit.keys(key));
        }
    }
}

/// Waits until nothing is on its way to the disk. That all is saved is said where there is room.
fn saved(cockpit: &mut Terminal) {
    cockpit.wait_gone("saving ").wait_gone("UNSAVED");
}

fn cockpit(house: &House, name: &str) -> Terminal {
    let home = house.path().to_str().unwrap();
    let (runs, plan) = (house.path().join("runs"), house.path().join("many.toml"));
    let argv =
        [env!("CARGO_BIN_EXE_golive"), "run", plan.to_str().unwrap(), "--rehearsal", "--as", name];
    let vars = [
        ("HOME", home),
        ("XDG_CONFIG_HOME", home),
        ("XDG_DATA_HOME", home),
        ("GOLIVE_DATA", runs.to_str().unwrap()),
    ];
    let mut cockpit = Terminal::start(&argv, (120, 40), &vars);
    cockpit.wait_for("Any key goes to the steps");
    cockpit
}

fn runbook(steps: usize) -> String {
    let mut text = String::from(
        "format = 1\n[release]\ntitle = \"Many\"\n[people]\nana = { role = \"lead\" }\n\
         [[phases]]\ntitle = \"All\"\nflow = \"parallel\"\nsteps = [\n",
    );
    for n in 0..steps {
        let _ = writeln!(
            text,
            "{{ id = \"s{n}\", title = \"Step {n}\", owner = \"ana\", duration = \"1m\" }},"
        );
    }
    text.push_str("]\n");
    text
}
