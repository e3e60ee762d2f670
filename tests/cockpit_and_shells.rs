//! A cockpit and shells act on the same run: what a shell does is on the screen at once, what was
//! done first counts, and the record is whole.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]
#![allow(clippy::disallowed_methods, reason = "lays a runbook out")]

#[path = "support/pty.rs"]
mod pty;

use pty::Terminal;
use std::path::Path;
use std::process::{Command, Output};

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");
const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
[people.ana]
role = "lead"
[people.bo]
[[phases]]
title = "Cutover"
flow = "parallel"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "bo", duration = "25m" },
  { id = "verify", title = "Verify counts", owner = "bo", duration = "10m" },
]
"#;

fn shell(home: &Path, words: &[&str]) -> Output {
    Command::new(GOLIVE)
        .args(words)
        .args(["--as", "bo", "--data"])
        .arg(home.join("data"))
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .output()
        .expect("golive runs")
}

#[test]
fn what_a_shell_does_is_seen_and_what_was_first_counts() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path();
    let plan = home.join("ledger.toml");
    std::fs::write(&plan, PLAN).unwrap();
    let (plan, data) = (plan.to_str().unwrap().to_owned(), home.join("data"));
    let argv =
        [GOLIVE, "run", &plan, "--rehearsal", "--as", "ana", "--data", data.to_str().unwrap()];
    let vars = [("HOME", home.to_str().unwrap()), ("XDG_CONFIG_HOME", home.to_str().unwrap())];
    let mut cockpit = Terminal::start(&argv, (120, 40), &vars);
    cockpit.wait_for("Any key goes to the steps");
    cockpit.keys("k").wait_gone("Any key goes").wait_for("Freeze writes");
    assert!(shell(home, &["step", "start", "migrate"]).status.success());
    cockpit.wait_for("WAITING bo 1.2");
    cockpit.calm().keys("\r").wait_for("started 1.1 Freeze writes");
    let refused = shell(home, &["step", "start", "freeze"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is running"), "{refused:?}");
    assert!(shell(home, &["step", "done", "migrate"]).status.success());
    cockpit.wait_gone("bo 1.2");
    assert!(shell(home, &["verify"]).status.success());
}
