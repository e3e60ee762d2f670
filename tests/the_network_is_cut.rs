//! With the network cut, keys go on being answered: while a proxy between cockpit and hub provably
//! holds every byte, what keys do is on the screen. Nothing here is timed; how long a key takes then
//! and otherwise is measured by `cargo bench --bench cockpit` (`cursor_and_frame`, and the same
//! `while_the_hub_is_away`).
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
    pub mod proxy;
    pub mod station;
}

use pty::Terminal;
use std::path::Path;
use support::hub::TestHub;
use support::proxy::Proxy;
use support::station::Station;

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");

fn cockpit(home: &Path, url: &str) -> Terminal {
    let (data, home) = (home.join("data"), home.to_str().unwrap());
    let run = format!("{url}/runs/demo-1");
    let argv = [GOLIVE, "join", &run, "--as", "ana", "--data", data.to_str().unwrap()];
    let mut cockpit =
        Terminal::start(&argv, (130, 40), &[("HOME", home), ("XDG_CONFIG_HOME", home)]);
    cockpit.wait_for("Any key goes to the steps");
    cockpit.keys("k").wait_gone("Any key goes").wait_for("Step 1");
    cockpit
}

#[test]
fn keys_are_answered_while_every_byte_is_held_and_all_is_shared_when_it_flows_again() {
    let hub = TestHub::new();
    hub.open_run(None);
    let proxy = Proxy::before(hub.address);
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut bo = Station::join(other.path(), &hub.url(""), "bo", None);
    let mut ana = cockpit(home.path(), &proxy.url());
    ana.wait_for("all shared");
    proxy.cut();
    let (passed, _) = proxy.bytes();
    // An act: durable and on the screen, and the request about it is stuck.
    ana.calm().keys("\r").wait_for("started 1.1");
    ana.wait_until("its request is held", |_| proxy.bytes().1 > 0);
    ana.wait_for("1 not shared");
    // Moving, looking, writing, with the request still under way.
    ana.calm().keys("j").wait_until("the cursor on 1.2", |t| on_cursor(t, "1.2"));
    ana.calm().keys("n").wait_for("Record the note");
    for letter in ["s", "l", "o", "w"] {
        ana.calm().keys(letter);
    }
    ana.wait_for("slow").calm().keys("\u{13}").wait_gone("Record the note");
    ana.wait_for("2 not shared");
    ana.calm().keys("L").wait_for("not shared yet").calm().keys("L").wait_gone("not shared yet");
    // Not one byte has passed, either way, since the cut.
    assert_eq!(proxy.bytes().0, passed);
    assert!(proxy.bytes().1 > 0);
    assert_eq!(bo.state.last_seq(), 1);
    proxy.heal();
    ana.wait_for("all shared");
    bo.until_state("what ana did meanwhile", |bo| bo.state.last_seq() == 3);
    // A movement first: a letter right behind others could be somebody typing a text.
    ana.calm().keys("\u{1b}[A").wait_until("the cursor on 1.1", |t| on_cursor(t, "1.1"));
    ana.calm().keys("q").wait_for("Leave the cockpit?").calm().keys("\r").wait_end();
}

/// Whether the row under the cursor has this number.
fn on_cursor(terminal: &Terminal, number: &str) -> bool {
    terminal.text().lines().any(|line| line.contains('▸') && line.contains(number))
}

/// Leaving does not wait for a network that says nothing.
#[test]
fn one_can_leave_and_come_back_while_it_is_cut() {
    let hub = TestHub::new();
    hub.open_run(None);
    let proxy = Proxy::before(hub.address);
    let home = tempfile::tempdir().unwrap();
    let mut ana = cockpit(home.path(), &proxy.url());
    ana.wait_for("all shared");
    proxy.cut();
    let (passed, _) = proxy.bytes();
    ana.calm().keys("\r").wait_for("started 1.1");
    ana.calm().keys("q").wait_for("Leave the cockpit?").calm().keys("\r").wait_end();
    assert_eq!(proxy.bytes().0, passed, "it ended with everything held");
    // The run goes on from the disk alone.
    let data = home.path().join("data");
    let ledger = data.join("demo-1.golive");
    let argv = [GOLIVE, "run", "--run", ledger.to_str().unwrap(), "--as", "ana"];
    let vars = [("HOME", home.path().to_str().unwrap())];
    let mut again = Terminal::start(&argv, (130, 40), &vars);
    again.wait_for("Any key goes to the steps");
    again.keys("k").wait_gone("Any key goes").wait_for("1 not shared");
    assert_eq!(proxy.bytes().0, passed);
    proxy.heal();
    again.wait_for("all shared");
    again.calm().keys("q").wait_for("Leave the cockpit?").calm().keys("\r").wait_end();
}
