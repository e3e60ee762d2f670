//! The terminal is whole again after quit, signals, Ctrl-Z and `fg`; and `kill -9` loses nothing.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

#[path = "support/pty.rs"]
mod pty;

use golive::ledger::{Access, Ledger};
use pty::Terminal;
use rustix::process::Signal;
use std::path::Path;

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");
const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "ana", duration = "25m" },
]
"#;

fn with_plan() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let plan = dir.path().join("ledger.toml");
    std::fs::write(&plan, PLAN).expect("a runbook");
    let plan = plan.to_str().expect("a name").to_owned();
    (dir, plan)
}

fn cockpit(dir: &Path, plan: &str, size: (u16, u16)) -> Terminal {
    let data = dir.join("data");
    let argv = [GOLIVE, "run", plan, "--rehearsal", "--as", "ana", "--data"];
    let mut argv: Vec<&str> = argv.to_vec();
    let data = data.to_str().expect("a name").to_owned();
    argv.push(&data);
    let home = dir.to_str().expect("a name");
    let vars = [("HOME", home), ("XDG_CONFIG_HOME", home), ("XDG_DATA_HOME", home)];
    let mut terminal = Terminal::start(&argv, size, &vars);
    past_the_greeting(&mut terminal);
    terminal
}

fn past_the_greeting(terminal: &mut Terminal) {
    terminal.wait_for("Any key goes to the steps");
    terminal.keys("k").wait_gone("Any key goes").wait_for("Freeze writes");
}

#[test]
fn after_every_signal() {
    let (dir, plan) = with_plan();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT, Signal::ABORT] {
        let mut terminal = cockpit(dir.path(), &plan, (80, 24));
        let raw = terminal.modes();
        terminal.signal(signal);
        let status = terminal.wait_end();
        assert!(!status.success(), "{signal:?} ends it");
        assert_eq!(terminal.left_on(), Vec::<&str>::new(), "{signal:?}");
        assert_ne!(terminal.modes(), raw, "{signal:?} leaves raw mode");
        assert!(terminal.modes().contains("ECHO") && terminal.modes().contains("ICANON"));
    }
}

#[test]
fn after_ctrl_z_and_fg_and_quit() {
    let (dir, plan) = with_plan();
    let home = dir.path().to_str().expect("a name");
    let vars = [("HOME", home), ("XDG_CONFIG_HOME", home), ("XDG_DATA_HOME", home)];
    let argv = ["bash", "--norc", "--noprofile", "-i"];
    let mut shell = Terminal::start(&argv, (80, 24), &vars);
    shell.wait_for("$ ");
    // The shell's own bracketed paste is none of ours.
    shell.keys("bind 'set enable-bracketed-paste off'; echo ready\r").wait_for("\nready");
    shell.keys(&format!("{GOLIVE} run {plan} --rehearsal --as ana --data {home}/data\r"));
    past_the_greeting(&mut shell);
    for _ in 0..2 {
        shell.keys("\x1a").wait_for("Stopped");
        assert_eq!(shell.left_on(), Vec::<&str>::new());
        shell.keys("stty -a; echo still a shell\r").wait_for("\nstill a shell");
        assert!(shell.text().contains(" echo") && shell.text().contains(" icanon"));
        shell.keys("clear; fg\r").wait_for("Freeze writes");
    }
    shell.calm().keys("q").wait_for("Leave the cockpit?");
    shell.calm().keys("\r");
    shell.wait_until("the shell's prompt", |t| {
        t.left_on().is_empty() && t.text().trim_end().ends_with('$')
    });
    shell.keys("echo over and out\r").wait_for("over and out");
}

#[test]
fn after_kill_9_everything_shown_as_done_is_there_and_the_note_is_offered_back() {
    let (dir, plan) = with_plan();
    let mut terminal = cockpit(dir.path(), &plan, (120, 40));
    terminal.calm().keys("\r").wait_for("running");
    terminal.calm().keys("n").wait_for("Record the note");
    terminal.calm().keys("the lag is at ").wait_for("the lag is at");
    let data = dir.path().join("data");
    terminal.wait_until("the draft on disk", |_| draft_is_kept(&data));
    terminal.signal(Signal::KILL);
    terminal.wait_end();
    let mut again = cockpit(dir.path(), &plan, (120, 40));
    again.wait_for("running");
    again.calm().keys("n").wait_for("the lag is at");
}

/// Not a test by itself: what the next one runs in a terminal of its own.
#[test]
#[ignore = "run by `after_a_panic` in a pseudo-terminal"]
fn a_defect_in_a_cockpit() {
    golive::cockpit::terminal::screen::take().expect("a terminal");
    let defect = std::thread::spawn(|| panic!("a defect"));
    assert!(defect.join().is_err() && golive::cockpit::terminal::screen::panicked());
}

#[test]
fn after_a_panic() {
    let program = std::env::current_exe().expect("this test");
    let program = program.to_str().expect("a name");
    let argv = [program, "--ignored", "--exact", "a_defect_in_a_cockpit", "--nocapture"];
    let mut terminal = Terminal::start(&argv, (80, 24), &[]);
    assert!(terminal.wait_end().success());
    assert!(terminal.text().contains("a defect"), "told on a screen that can be read");
    assert_eq!(terminal.left_on(), Vec::<&str>::new());
    assert!(terminal.modes().contains("ECHO") && terminal.modes().contains("ICANON"));
}

fn draft_is_kept(data: &Path) -> bool {
    let files = std::fs::read_dir(data).into_iter().flatten().flatten().map(|e| e.path());
    files.filter(|p| p.extension().is_some_and(|e| e == "golive")).any(|path| {
        Ledger::open(&path, Access::Read)
            .and_then(|ledger| ledger.drafts())
            .is_ok_and(|drafts| drafts.iter().any(|(_, text)| text.starts_with("the lag is at")))
    })
}
