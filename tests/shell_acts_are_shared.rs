//! What is done in a shell on a run that others follow is sent by the shell itself, in a bounded
//! time; without the hub it is recorded, says so, and is sent later, by whoever comes first, once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "starts processes, reads files")]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod station;
}

use golive::hub::http::{Hub, Serving};
use golive::ledger::verify;
use golive::runbook::Role;
use golive::sync::client::Link;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use support::hub::TestHub;
use support::ledger::note_by;
use support::station::Station;

fn golive(ledger: &Path, person: &str, words: &[&str], token: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.args(words).args(["--as", person, "--run"]).arg(ledger).stdin(Stdio::null());
    for name in ["GOLIVE_TOKEN", "GOLIVE_TOKEN_FILE", "GOLIVE_TLS_CA", "GOLIVE_DATA"] {
        command.env_remove(name);
    }
    if let Some(token) = token {
        command.env("GOLIVE_TOKEN", token);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

fn joined(folder: &Path, hub: &TestHub, person: &str, token: Option<&str>) -> std::path::PathBuf {
    let mut station = Station::join(folder, &hub.url(""), person, token);
    station.until_shared();
    station.leave()
}

fn folders<const N: usize>() -> [tempfile::TempDir; N] {
    std::array::from_fn(|_| tempfile::tempdir().unwrap())
}

#[test]
fn an_act_in_a_shell_is_shared_by_itself_and_says_so() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a] = folders();
    let ana = joined(a.path(), &hub, "ana", None);
    let done = golive(&ana, "ana", &["step", "start", "s1"], None);
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("[recorded and shared]"), "{}", said(&done));
    assert_eq!(hub.page(0, None).entries.len(), 2, "no cockpit was open");
    assert_eq!(verify(&ana).unwrap().entries, 2);
}

#[test]
fn the_number_and_the_verdict_are_those_of_the_hubs_order() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a, b] = folders();
    let (ana, bo) = (joined(a.path(), &hub, "ana", None), joined(b.path(), &hub, "bo", None));
    assert!(golive(&ana, "ana", &["step", "start", "s1"], None).status.success());
    // Here nothing is known of it yet.
    let second = golive(&bo, "bo", &["step", "start", "s1"], None);
    let said = said(&second);
    assert!(said.starts_with("#3 "), "{said}");
    assert!(said.contains("a conflict: it changed nothing") && said.contains("shared"), "{said}");
}

#[test]
fn without_the_hub_it_is_recorded_here_and_sync_sends_it_later() {
    let mut hub = TestHub::new();
    hub.open_run(None);
    let [a] = folders();
    let ana = joined(a.path(), &hub, "ana", None);
    hub.end();
    let done = golive(&ana, "ana", &["step", "start", "s1"], None);
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("[recorded here, not shared yet: "), "{}", said(&done));
    assert!(said(&done).contains("cannot be reached"), "{}", said(&done));
    let status = golive(&ana, "ana", &["status"], None);
    assert!(said(&status).contains("1 not shared"), "{}", said(&status));
    let tried = golive(&ana, "ana", &["sync", "--wait", "1"], None);
    assert_eq!(tried.status.code(), Some(2), "{}", said(&tried));
    assert!(said(&tried).contains("1 not shared: "), "{}", said(&tried));
    let opened = Hub::open(hub.folder.path()).unwrap();
    let serving = hub.block_on(Serving::begin(opened, hub.address, None, false)).unwrap();
    let done = golive(&ana, "ana", &["sync"], None);
    assert!(said(&done).contains("all shared: 1 sent, 1 entries taken in"), "{}", said(&done));
    let again = golive(&ana, "ana", &["sync"], None);
    assert!(said(&again).contains("all shared: 0 sent, 0 entries"), "{}", said(&again));
    let status = golive(&ana, "ana", &["status"], None);
    assert!(said(&status).contains("all shared"), "{}", said(&status));
    assert_eq!(hub.page(0, None).entries.len(), 2);
    hub.block_on(serving.end());
}

#[test]
fn a_hub_that_takes_the_connection_and_says_nothing_holds_nobody_up_for_long() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a] = folders();
    let ana = joined(a.path(), &hub, "ana", None);
    drop(hub);
    // Somebody listens at another address and never answers: the ledger is told that this is its hub.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in silent.incoming().flatten() {
            let mut first = [0; 1];
            let _ = (&stream).read(&mut first);
            held.push(stream);
        }
    });
    let mut ledger = golive::ledger::Ledger::open(&ana, golive::ledger::Access::Write).unwrap();
    ledger.join(&golive::ledger::Joined::to(address)).unwrap();
    ledger.close().unwrap();
    // It ends by itself although the hub never does anything.
    let done = golive(&ana, "ana", &["step", "start", "s1"], None);
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("does not answer"), "{}", said(&done));
}

#[test]
fn a_token_that_is_missing_or_refused_is_said_and_what_the_role_may_not_do_is_refused() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [e] = folders();
    let token = hub.token("eve", Role::Observer, None);
    let mut station = Station::join(e.path(), &hub.url(""), "eve", Some(&token));
    station.act(note_by("eve", "before anybody said who she is"));
    station.until_state("refused", |eve| eve.condition.refused == 1);
    let eve = station.leave();
    // Known as an observer by now, her own rule book refuses before the hub has to.
    let refused = golive(&eve, "eve", &["note", "may I?"], Some(&token));
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let status = said(&golive(&eve, "eve", &["status"], None));
    assert!(status.contains("refused by the hub: ") && status.contains("observer"), "{status}");
    let forgot = golive(&eve, "eve", &["sync", "--forget-refused"], Some(&token));
    assert!(said(&forgot).contains("(forgotten)"), "{}", said(&forgot));
    let status = said(&golive(&eve, "eve", &["status"], None));
    assert!(!status.contains("refused by the hub"), "{status}");
    let [b] = folders();
    let token = hub.token("bo", Role::Operator, None);
    let bo = joined(b.path(), &hub, "bo", Some(&token));
    let without = golive(&bo, "bo", &["note", "hello"], None);
    assert!(without.status.success() && said(&without).contains("not shared yet"));
    assert!(said(&without).contains("GOLIVE_TOKEN"), "{}", said(&without));
    let file = b.path().join("token");
    std::fs::write(&file, &token).unwrap();
    let sent = golive(&bo, "bo", &["sync", "--token-file", file.to_str().unwrap()], None);
    assert!(said(&sent).contains("all shared: 1 sent"), "{}", said(&sent));
    assert!(!said(&sent).contains(&token), "no token is ever printed");
    // Where a token has proved who acts here, nobody has to say it again.
    let mut unnamed = Command::new(env!("CARGO_BIN_EXE_golive"));
    unnamed.args(["note", "from my shell", "--run"]).arg(&bo).stdin(Stdio::null());
    unnamed.env("USER", "somebody").env("GOLIVE_TOKEN_FILE", &file).env("HOME", b.path());
    let done = unnamed.env_remove("GOLIVE_TOKEN").output().unwrap();
    assert!(said(&done).contains("[recorded and shared]"), "{}", said(&done));
    let ledger = golive::ledger::Ledger::open(&bo, golive::ledger::Access::Read).unwrap();
    let last = &ledger.state().log.last().unwrap().entry;
    assert_eq!((last.act.actor.name.as_str(), last.act.actor.claimed), ("bo", false));
}

/// A cockpit and two shells share one outbox, all at the same time.
#[test]
fn many_senders_of_one_outbox_double_nothing() {
    let mut hub = TestHub::new();
    hub.open_run(None);
    let [a] = folders();
    let url = hub.url("");
    let mut ana = Station::join(a.path(), &url, "ana", None);
    ana.until_shared();
    hub.end();
    for n in 0..40 {
        ana.act(note_by("ana", &format!("offline {n}")));
    }
    let opened = Hub::open(hub.folder.path()).unwrap();
    let serving = hub.block_on(Serving::begin(opened, hub.address, None, false)).unwrap();
    let path = ana.path.clone();
    let shells: Vec<_> = (0..2)
        .map(|n| {
            let path = path.clone();
            std::thread::spawn(move || {
                let notes = (0..3).map(|m| format!("shell {n} {m}"));
                for text in notes {
                    let done = golive(&path, "ana", &["note", &text], None);
                    assert!(done.status.success(), "{}", said(&done));
                }
            })
        })
        .collect();
    shells.into_iter().for_each(|shell| shell.join().unwrap());
    ana.until_shared();
    ana.until_state("all of it", |ana| ana.notes().len() == 46);
    let mut notes = ana.notes();
    notes.sort();
    notes.dedup();
    assert_eq!(notes.len(), 46, "each note once");
    assert_eq!(hub.page(0, None).entries.len(), 47, "the opening, and each note once");
    let path = ana.leave();
    assert_eq!(verify(&path).unwrap().entries, 47);
    // The way back is the same for whoever opens the ledger again.
    let way = Link::new(&url, "demo-1", None, "ana", None).unwrap();
    let mut again = Station::open(&path, way, "ana");
    again.until_shared();
    assert_eq!(again.state.last_seq(), 47);
    drop(again);
    hub.block_on(serving.end());
}
