//! Real hubs, real ledgers, real sockets: what one does, the others have; offline, work goes on; and
//! afterwards all is as it should be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod station;
}

use golive::hub::http::{Hub, Serving};
use golive::ledger::verify;
use golive::runbook::Role;
use golive::sync::client::Link;
use std::process::Command;
use support::hub::TestHub;
use support::ledger::{complete, note_by, start};
use support::station::Station;

fn folders<const N: usize>() -> [tempfile::TempDir; N] {
    std::array::from_fn(|_| tempfile::tempdir().unwrap())
}

#[test]
fn what_one_does_the_others_have_in_the_same_order() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a, b] = folders();
    let mut ana = Station::join(a.path(), &hub.url(""), "ana", None);
    let mut bo = Station::join(b.path(), &hub.url(""), "bo", None);
    ana.act(start("ana", "s1"));
    bo.until_state("ana's act", |bo| bo.state.last_seq() == 2);
    for n in 0..20 {
        ana.act(note_by("ana", &format!("a{n}")));
        bo.act(note_by("bo", &format!("b{n}")));
    }
    bo.act(complete("bo", "s1"));
    for station in [&mut ana, &mut bo] {
        station.until_shared();
        station.until_state("everything", |s| s.state.last_seq() == 43);
    }
    assert_eq!(ana.state, bo.state);
    let (ana, bo) = (ana.leave(), bo.leave());
    let (ana, bo) = (verify(&ana).unwrap(), verify(&bo).unwrap());
    assert_eq!((ana.entries, ana.head), (bo.entries, bo.head));
}

#[test]
fn without_the_hub_work_goes_on_and_is_shared_when_it_is_back() {
    let mut hub = TestHub::new();
    hub.open_run(None);
    let [a, b] = folders();
    let url = hub.url("");
    let mut ana = Station::join(a.path(), &url, "ana", None);
    let mut bo = Station::join(b.path(), &url, "bo", None);
    ana.until_shared();
    hub.end();
    ana.until_state("offline", |ana| ana.condition.offline_since.is_some());
    ana.act(note_by("ana", "meanwhile"));
    ana.act(note_by("ana", "and more"));
    ana.until_state("not shared", |ana| ana.condition.unshared == 2);
    assert_eq!(ana.notes(), ["meanwhile", "and more"]);
    // A cockpit that is left and opened again goes on as well.
    let path = ana.leave();
    let way = Link::new(&url, "demo-1", None, "ana", None).unwrap();
    let mut ana = Station::open(&path, way, "ana");
    let opened = Hub::open(hub.folder.path()).unwrap();
    let serving = hub.block_on(Serving::begin(opened, hub.address, None, false)).unwrap();
    ana.until_shared();
    bo.until_state("ana's notes", |bo| bo.notes() == ["meanwhile", "and more"]);
    drop((ana, bo));
    hub.block_on(serving.end());
}

#[test]
fn what_an_observer_does_is_refused_shown_and_holds_up_nothing() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [e] = folders();
    let token = hub.token("eve", Role::Observer, None);
    let mut eve = Station::join(e.path(), &hub.url(""), "eve", Some(&token));
    // Before the hub has said so, her ledger takes her for an operator.
    eve.act(note_by("eve", "may I?"));
    eve.until_state("the refusal", |eve| eve.condition.refused == 1 && !eve.refusals.is_empty());
    assert!(eve.refusals[0].contains("eve is an observer"), "{:?}", eve.refusals);
    assert_eq!(eve.condition.unshared, 0);
    assert!(eve.notes().is_empty(), "it is not shown as part of the run");
    // Where the cockpit says that it can be read.
    let ledger = eve.leave();
    let status = Command::new(env!("CARGO_BIN_EXE_golive")).arg("status").arg(ledger).output();
    let said = String::from_utf8(status.unwrap().stdout).unwrap();
    let refused = said.lines().find(|line| line.starts_with("refused by the hub: "));
    let names_both = |line: &str| line.contains("may I?") && line.contains("eve is an observer");
    assert!(refused.is_some_and(names_both), "{said}");
}

#[test]
fn a_revoked_token_ends_the_stream_and_says_so() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [b] = folders();
    hub.token("ana", Role::Lead, None);
    let token = hub.token("bo", Role::Operator, None);
    let mut bo = Station::join(b.path(), &hub.url(""), "bo", Some(&token));
    bo.until_shared();
    bo.until_state("proved", |bo| bo.condition.trouble.is_none());
    hub.hub.tokens.revoke("bo").unwrap();
    bo.until_state("turned away", |bo| bo.condition.trouble.is_some());
    let trouble = bo.condition.trouble.clone().unwrap();
    assert!(trouble.contains("was revoked") && !trouble.contains(&token), "{trouble}");
}
