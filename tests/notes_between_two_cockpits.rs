//! Two cockpits on terminals of their own over a real hub: what one writes is on the other's screen
//! while that one writes, without touching what they write; a name calls; a draft survives a kill.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "starts processes")]

#[path = "support/pty.rs"]
mod pty;
mod support {
    pub mod hub;
    pub mod ledger;
}

use pty::Terminal;
use std::path::Path;
use std::process::Command;
use support::hub::TestHub;

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");

fn cockpit(home: &Path, url: &str, person: &str, size: (u16, u16)) -> Terminal {
    let (data, home) = (home.join("data"), home.to_str().unwrap());
    let argv = [GOLIVE, "join", url, "--as", person, "--data", data.to_str().unwrap()];
    let mut cockpit = Terminal::start(&argv, size, &[("HOME", home), ("XDG_CONFIG_HOME", home)]);
    cockpit.wait_for("Any key goes to the steps");
    cockpit.keys("k").wait_gone("Any key goes").wait_for("Step 1");
    cockpit
}

/// Types as a person does, one key after the other.
fn type_out(terminal: &mut Terminal, text: &str) {
    for c in text.chars() {
        terminal.calm().keys(c.encode_utf8(&mut [0; 4]));
    }
}

fn leave(mut cockpit: Terminal) {
    cockpit.calm().keys("\u{1b}[A");
    cockpit.calm().keys("q").wait_for("Leave the cockpit?").calm().keys("\r").wait_end();
}

#[test]
fn what_others_write_appears_while_one_writes_and_a_name_calls() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut ana = cockpit(a.path(), &hub.url(""), "ana", (80, 24));
    let mut bo = cockpit(b.path(), &hub.url(""), "bo", (120, 40));
    ana.wait_for("1 here").wait_for("2 here");
    // Bo has to have done something to be known by name: the runbook names nobody.
    bo.calm().keys("n").wait_for("Who sees it");
    type_out(&mut bo, "on the call");
    bo.calm().keys("\u{13}").wait_gone("Who sees it");
    ana.wait_for("F6 1 new note");
    // Both write at once.
    bo.calm().keys("n").wait_for("Who sees it");
    type_out(&mut bo, "lag is ");
    ana.calm().keys("n").wait_for("Who sees it");
    type_out(&mut ana, "@b");
    ana.wait_for("Tab: @bo").calm().keys("\t");
    type_out(&mut ana, "how far?");
    ana.wait_for("@bo how far?").calm().keys("\u{13}").wait_gone("Who sees it");
    bo.wait_for("@you from ana: @bo how far? (F6 shows it)");
    assert!(bo.raw.windows(5).any(|bytes| bytes == b"\x07\x1b]9;"), "the terminal was told");
    type_out(&mut bo, "4 s");
    bo.wait_for("lag is 4 s").calm().keys("\u{13}").wait_gone("Who sees it");
    ana.wait_for("2 new notes");
    // Both have all of it, in one order, and what was read is read.
    ana.calm().keys("N").wait_for("Notes · 2 new").wait_for("lag is 4 s");
    bo.calm().keys("\u{1b}[A").calm().keys("N").wait_for("Notes · 1 new").wait_for("@bo how far?");
    bo.calm().keys("\u{1b}").wait_gone("new note");
    leave(bo);
    // Also after a restart.
    let again = cockpit(b.path(), &hub.url(""), "bo", (120, 40));
    assert!(!again.text().contains("new note"), "{}", again.text());
    leave(again);
    leave(ana);
}

#[test]
fn a_draft_survives_a_kill_and_is_nobody_elses() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut ana = cockpit(a.path(), &hub.url(""), "ana", (80, 24));
    ana.calm().keys("n").wait_for("Who sees it");
    type_out(&mut ana, "half a thou");
    ana.wait_for("half a thou");
    // What is seen is on its way to the disk; the next thing the ledger's thread does is behind it.
    ana.calm().keys("\u{1b}").wait_for("kept as a draft");
    ana.calm().keys("n").wait_for("half a thou");
    ana.signal(rustix::process::Signal::KILL);
    ana.wait_end();
    let mut again = cockpit(a.path(), &hub.url(""), "ana", (80, 24));
    again.wait_for("a note was left half-written");
    again.calm().keys("n").wait_for("half a thou");
    type_out(&mut again, "ght");
    again.calm().keys("\u{13}").wait_gone("Who sees it");
    let bo = cockpit(b.path(), &hub.url(""), "bo", (80, 24));
    assert!(!bo.text().contains("half-written"), "{}", bo.text());
    let export = Command::new(GOLIVE)
        .args(["export", "--run"])
        .arg(b.path().join("data/demo-1.golive"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&export.stdout).into_owned();
    assert!(text.contains("half a thought"), "{text}");
    leave(again);
    leave(bo);
}
