//! `golive run` in a real terminal: live only by a deliberate answer, the open run is gone on with,
//! and what cannot be opened is told before the screen is taken.
#![allow(clippy::disallowed_methods, reason = "tests write files")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod cli_support;
#[path = "support/pty.rs"]
mod pty;

use cli_support::{House, NIGHT};
use pty::Terminal;

fn house() -> House {
    let house = House::new();
    house.write("night.toml", NIGHT);
    house
}

/// Starts the program in a terminal, in that house.
fn start(house: &House, args: &[&str]) -> Terminal {
    let home = house.path().to_str().unwrap();
    let runs = house.path().join("runs");
    let plan = house.path().join("night.toml");
    let mut argv = vec![env!("CARGO_BIN_EXE_golive")];
    argv.extend(
        args.iter().map(|&arg| if arg == "night.toml" { plan.to_str().unwrap() } else { arg }),
    );
    let vars = [
        ("HOME", home),
        ("XDG_CONFIG_HOME", home),
        ("XDG_DATA_HOME", home),
        ("GOLIVE_DATA", runs.to_str().unwrap()),
        ("USER", "ana"),
    ];
    Terminal::start(&argv, (100, 30), &vars)
}

/// What the start screen ends with.
const GREETING: &str = "Any key goes to the steps";

fn leave(mut cockpit: Terminal) {
    cockpit.signal(rustix::process::Signal::TERM);
    assert!(!cockpit.wait_end().success(), "it dies of the signal, as any program does");
    assert_eq!(cockpit.left_on(), Vec::<&str>::new());
}

#[test]
fn live_takes_the_word_and_anything_else_is_a_rehearsal() {
    for (answer, mode) in
        [("live\r", "live"), ("\r", "rehearsal"), ("yes\r", "rehearsal"), ("\u{4}", "rehearsal")]
    {
        let house = house();
        let mut cockpit = start(&house, &["run", "night.toml"]);
        cockpit.wait_for("Type `live` for the real night").wait_for("begins a new run");
        cockpit.keys(answer).wait_for(GREETING);
        assert_eq!(house.status()["mode"], mode, "{answer:?}");
        leave(cockpit);
    }
}

#[test]
fn the_open_live_run_is_gone_on_with_unasked() {
    let house = house();
    let live = house.golive(&["open", "night.toml", "--live"]).done();
    let cockpit = &mut start(&house, &["run", "night.toml"]);
    cockpit.wait_for(GREETING).wait_for("LIVE");
    assert_eq!(house.golive(&["runs"]).done().lines().count(), 1);
    assert_eq!(house.status()["run"], live.trim());
}

#[test]
fn an_open_rehearsal_is_asked_about_for_tonight_may_be_live() {
    let house = house();
    let id = house.golive(&["open", "night.toml"]).done();
    let mut cockpit = start(&house, &["run", "night.toml"]);
    cockpit.wait_for(&format!("goes on with {}", id.trim()));
    cockpit.keys("\r").wait_for(GREETING);
    assert_eq!(house.golive(&["runs"]).done().lines().count(), 1);
    leave(cockpit);
}

#[test]
fn a_run_is_gone_on_with_without_its_file() {
    let house = house();
    let id = house.golive(&["open", "night.toml"]).done();
    house.write("night.toml", "format = [");
    let mut refused = start(&house, &["run", "night.toml", "--rehearsal"]);
    refused.wait_for("golive run --run RUN");
    assert_eq!(refused.wait_end().exit_code(), 1);
    let mut cockpit = start(&house, &["run", "--run", id.trim()]);
    cockpit.wait_for(GREETING);
    leave(cockpit);
}

#[test]
fn what_cannot_be_opened_is_told_in_words() {
    let house = house();
    let without = house.golive(&["run", "night.toml"]).wrong();
    assert!(without.contains("needs a terminal"), "{without}");
    assert_eq!(house.golive(&["runs"]).done(), "", "no run was begun");
    std::fs::create_dir_all(house.path().join("golive")).unwrap();
    house.write("golive/config.toml", "colour = 1\n[keys]\nnothing = \"x\"\n");
    let mut broken = start(&house, &["run", "night.toml", "--rehearsal"]);
    broken.wait_for("config.toml cannot be used").wait_for("colour").wait_for("nothing");
    assert_eq!(broken.wait_end().exit_code(), 2);
    house.write("golive/config.toml", "");
    let mut theme =
        start(&house, &["run", "night.toml", "--rehearsal", "--theme", "no-such-theme"]);
    theme.wait_for("no-such-theme");
    assert_eq!(theme.wait_end().exit_code(), 2);
    assert_eq!(theme.left_on(), Vec::<&str>::new());
    let mut none = start(&house, &["run"]);
    none.wait_for("no runbook is named");
    assert_eq!(none.wait_end().exit_code(), 2);
}
