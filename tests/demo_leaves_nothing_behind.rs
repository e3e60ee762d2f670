//! `golive demo`, the real program in a real terminal: it says what it is, people act in it without
//! anybody touching a key, what it wrote is sound, and nothing of it stays, however it ends.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

#[path = "support/pty.rs"]
mod pty;

use golive::ledger::{Access, Ledger, verify};
use golive::run::{RunState, Verdict};
use pty::Terminal;
use rustix::process::Signal;
use std::path::{Path, PathBuf};

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");

/// A place for temporary files, settings and data of this test alone.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for folder in ["tmp", "home"] {
            std::fs::create_dir(place.0.path().join(folder)).unwrap();
        }
        place
    }

    fn start(&self, more: &[&str], size: (u16, u16)) -> Terminal {
        let path = |name: &str| self.0.path().join(name).to_str().unwrap().to_owned();
        let (tmp, home) = (path("tmp"), path("home"));
        let vars = [
            ("TMPDIR", tmp.as_str()),
            ("HOME", &home),
            ("XDG_CONFIG_HOME", &home),
            ("XDG_DATA_HOME", &home),
        ];
        let argv: Vec<&str> = [GOLIVE, "demo"].iter().chain(more).copied().collect();
        Terminal::start(&argv, size, &vars)
    }

    /// The folders of demonstrations.
    fn folders(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.0.path().join("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Whether anything was put where runs and settings are kept.
    fn home_is_empty(&self) -> bool {
        std::fs::read_dir(self.0.path().join("home")).unwrap().next().is_none()
    }
}

/// The run in a folder, as the cockpit has it.
fn run_in(folder: &Path) -> PathBuf {
    let files = std::fs::read_dir(folder.join("yours")).unwrap();
    let mut runs = files.map(|file| file.unwrap().path());
    runs.find(|file| file.extension().is_some_and(|e| e == "golive")).expect("a run")
}

fn past_the_greeting(terminal: &mut Terminal) {
    terminal.wait_for("Any key goes to the steps");
    terminal.keys("k").wait_gone("Any key goes");
}

fn leave(terminal: &mut Terminal) {
    terminal.calm().keys("q");
    terminal.wait_for("Leave").calm().keys("\r");
}

#[test]
fn it_says_what_it_is_people_act_and_nothing_stays() {
    let place = Place::new();
    let mut demo = place.start(&["--speed", "120"], (120, 40));
    demo.wait_for("DEMO 120×").wait_for("you are   Ana Ruiz, lead");
    demo.wait_for("page      http://127.0.0.1:");
    past_the_greeting(&mut demo);
    demo.wait_for("You are Ana Ruiz, the lead");
    demo.wait_until("the cursor on what is to be decided", |t| t.text().contains("▸ ◇ 3.1"));
    // Nobody touches a key, and the fraud desk begins and ends its step.
    demo.wait_until("somebody at work", |t| t.text().contains("2/2"));
    let [folder] = place.folders().try_into().expect("one folder");
    // The lead's decision waits for the lead.
    assert!(demo.text().contains("DECIDE Ana Ruiz 3.1"), "{}", demo.text());
    let state = state_of(&folder);
    assert!(state.log.iter().all(|logged| logged.verdict == Verdict::Applied));
    let others = state.log.iter().filter(|logged| logged.entry.act.actor.name != "ana");
    assert!(others.clone().count() > 20, "{}", state.log.len());
    assert!(others.clone().all(|logged| !logged.entry.act.actor.claimed), "as if let in by a link");
    let times = state.log.iter().map(|logged| logged.entry.act.at);
    assert!(times.is_sorted(), "one clock for everybody");
    assert!(verify(&run_in(&folder)).is_ok());
    leave(&mut demo);
    assert!(demo.wait_end().success());
    let said = demo.text();
    assert!(said.contains("nothing of it stays"), "{said}");
    assert_eq!(demo.left_on(), Vec::<&str>::new());
    assert_eq!(place.folders(), Vec::<PathBuf>::new());
    assert!(place.home_is_empty());
}

fn state_of(folder: &Path) -> RunState {
    Ledger::open(&run_in(folder), Access::Read).unwrap().state().clone()
}

#[test]
fn every_signal_takes_its_folder_with_it() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let place = Place::new();
        let mut demo = place.start(&[], (80, 24));
        past_the_greeting(&mut demo);
        assert_eq!(place.folders().len(), 1);
        demo.signal(signal);
        assert!(!demo.wait_end().success(), "{signal:?} ends it");
        assert_eq!(place.folders(), Vec::<PathBuf>::new(), "{signal:?}");
        assert_eq!(demo.left_on(), Vec::<&str>::new(), "{signal:?}");
    }
}

#[test]
fn what_was_killed_is_swept_by_the_next_and_what_is_in_use_is_not() {
    let place = Place::new();
    let mut killed = place.start(&[], (80, 24));
    past_the_greeting(&mut killed);
    let [left] = place.folders().try_into().expect("one folder");
    killed.signal(Signal::KILL);
    killed.wait_end();
    assert!(left.exists(), "nobody could remove it");
    let mut first = place.start(&[], (80, 24));
    past_the_greeting(&mut first);
    assert!(!left.exists(), "the next one sweeps it");
    let [in_use] = place.folders().try_into().expect("one folder");
    let mut second = place.start(&[], (80, 24));
    past_the_greeting(&mut second);
    assert!(in_use.exists() && place.folders().len() == 2, "somebody is at the first");
    for demo in [&mut first, &mut second] {
        leave(demo);
        assert!(demo.wait_end().success());
    }
    assert_eq!(place.folders(), Vec::<PathBuf>::new());
}

#[test]
fn left_to_itself_a_night_runs_to_its_end_and_its_report_is_sound() {
    let place = Place::new();
    let report = place.0.path().join("night.json");
    let file = report.to_str().unwrap();
    let mut demo = place.start(&["--auto", "--speed", "600", "--report", file], (80, 24));
    demo.wait_for("DEMO 600×");
    assert!(!demo.text().contains("Any key goes"), "nobody is there to press one");
    // Half a minute each, at the most.
    demo.wait_for("3.5 failed").wait_for("ROLLING BACK").wait_gone("ROLLING BACK");
    demo.wait_for("COMPLETE");
    assert!(demo.wait_end().success(), "{}", demo.text());
    assert_eq!(place.folders(), Vec::<PathBuf>::new());
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&report).expect("a report")).unwrap();
    let run = &json["run"];
    assert_eq!(
        (run["state"].as_str(), run["mode"].as_str()),
        (Some("complete"), Some("rehearsal"))
    );
    assert_eq!(json["record"]["verified"].as_str(), Some("sound"), "{}", json["record"]);
}

#[test]
fn what_makes_no_sense_is_said() {
    let golive = |args: &[&str]| {
        let out = std::process::Command::new(GOLIVE).arg("demo").args(args).output().unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    let (code, said) = golive(&[]);
    assert_eq!(code, Some(2));
    assert!(said.contains("needs a terminal"), "{said}");
    let (code, said) = golive(&["--speed", "0"]);
    assert!(code == Some(2) && said.contains("1..=600"), "{said}");
    let place = Place::new();
    for (args, says) in [
        (&["--data", "x"][..], "a folder of its own"),
        (&["--as", "nobody-here"], "has no part in this night"),
        (&["--as", "omar"], "only reads"),
        (&["--report", "night.doc"], "says no format"),
        (&["--runbook", "nowhere.toml"], "nowhere.toml"),
    ] {
        let mut demo = place.start(args, (100, 24));
        assert!(!demo.wait_end().success(), "{args:?}");
        assert!(demo.text().contains(says), "{args:?}: {}", demo.text());
    }
    assert_eq!(place.folders(), Vec::<PathBuf>::new());
}
