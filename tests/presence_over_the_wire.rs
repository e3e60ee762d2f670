//! Who is here, between real cockpits' ends on a real hub: one sees where the other is, and that
//! they have left; a roll-call goes out and its answer comes back; a flood holds up nobody.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests say so by panicking")]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod station;
}

use golive::hub::http::{Hub, Serving};
use golive::run::{Event, Intent};
use golive::runbook::Role;
use golive::sync::session::Whereabouts;
use support::hub::TestHub;
use support::ledger::note_by;
use support::station::Station;

fn folders<const N: usize>() -> [tempfile::TempDir; N] {
    std::array::from_fn(|_| tempfile::tempdir().unwrap())
}

fn is_at(station: &Station, person: &str, step: &str) -> bool {
    station.sees(person).is_some_and(|seen| {
        seen.whereabouts == Whereabouts::Here && seen.place.step.as_deref() == Some(step)
    })
}

fn has(station: &Station, person: &str, whereabouts: Whereabouts) -> bool {
    station.sees(person).is_some_and(|seen| seen.whereabouts == whereabouts)
}

#[test]
fn one_sees_where_the_other_is_in_which_role_and_that_they_have_left() {
    let hub = TestHub::new();
    let [a, b] = folders();
    let lead = hub.token("ana", Role::Lead, None);
    let observer = hub.token("eve", Role::Observer, None);
    hub.open_run(Some(&lead));
    let mut ana = Station::join(a.path(), &hub.url(""), "ana", Some(&lead));
    let mut eve = Station::join(b.path(), &hub.url(""), "eve", Some(&observer));
    ana.is_at("s1");
    eve.is_at("s2");
    eve.until_state("where ana is", |eve| is_at(eve, "ana", "s1"));
    ana.until_state("where eve is", |ana| is_at(ana, "eve", "s2"));
    assert_eq!(ana.sees("eve").unwrap().role, Role::Observer);
    assert_eq!(eve.sees("ana").unwrap().role, Role::Lead);
    ana.is_at("s3");
    eve.until_state("that ana has moved", |eve| is_at(eve, "ana", "s3"));
    ana.leave();
    eve.until_state("that ana has left", |eve| has(eve, "ana", Whereabouts::Gone));
    // Nothing of it is kept.
    assert_eq!(eve.state.last_seq(), 1);
    assert_eq!(hub.page(0, Some(&lead)).entries.len(), 1);
}

#[test]
fn when_the_hub_ends_nobody_knows_and_when_it_is_back_everybody_is_seen_again() {
    let mut hub = TestHub::new();
    hub.open_run(None);
    let [a, b] = folders();
    let mut ana = Station::join(a.path(), &hub.url(""), "ana", None);
    let mut bo = Station::join(b.path(), &hub.url(""), "bo", None);
    ana.is_at("s1");
    bo.is_at("s2");
    bo.until_state("where ana is", |bo| is_at(bo, "ana", "s1"));
    hub.end();
    bo.until_state("that nobody knows", |bo| has(bo, "ana", Whereabouts::Unknown));
    let opened = Hub::open(hub.folder.path()).unwrap();
    let serving = hub.block_on(Serving::begin(opened, hub.address, None, false)).unwrap();
    bo.until_state("ana again", |bo| is_at(bo, "ana", "s1"));
    ana.until_state("bo again", |ana| is_at(ana, "bo", "s2"));
    drop((ana, bo));
    hub.block_on(serving.end());
}

#[test]
fn two_cockpits_of_one_person_are_one_person_until_both_are_left() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a, b, c] = folders();
    let mut ana = Station::join(a.path(), &hub.url(""), "ana", None);
    let desk = Station::join(b.path(), &hub.url(""), "bo", None);
    let laptop = Station::join(c.path(), &hub.url(""), "bo", None);
    ana.is_at("s1");
    desk.is_at("s1");
    ana.until_state("bo at the desk", |ana| is_at(ana, "bo", "s1"));
    laptop.is_at("s2");
    ana.until_state("bo where he moved last", |ana| is_at(ana, "bo", "s2"));
    assert_eq!(ana.seen.len(), 1);
    laptop.leave();
    ana.until_state("bo, still there", |ana| is_at(ana, "bo", "s1"));
    desk.leave();
    ana.until_state("bo gone", |ana| has(ana, "bo", Whereabouts::Gone));
}

#[test]
fn a_roll_call_reaches_everybody_and_the_answer_reaches_the_lead() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a, b] = folders();
    let mut ana = Station::join(a.path(), &hub.url(""), "ana", None);
    let mut bo = Station::join(b.path(), &hub.url(""), "bo", None);
    ana.act(Intent::new("ana", Event::RollCallOpened {}));
    bo.until_state("the roll-call", |bo| bo.state.roll_call.is_some());
    bo.act(Intent::new("bo", Event::RollCallAnswered {}));
    let present = |station: &Station, person: &str| {
        station.state.people.get(person).is_some_and(|known| known.present.is_some())
    };
    ana.until_state("bo's answer", |ana| present(ana, "bo"));
    assert!(!present(&ana, "ana"));
}

#[test]
fn a_flood_of_one_client_is_bounded_and_holds_up_nobody() {
    let hub = TestHub::new();
    let [a, b] = folders();
    let lead = hub.token("ana", Role::Lead, None);
    let flooder = hub.token("eve", Role::Observer, None);
    hub.open_run(Some(&lead));
    let bo = hub.token("bo", Role::Operator, None);
    let mut ana = Station::join(a.path(), &hub.url(""), "ana", Some(&lead));
    let mut bo = Station::join(b.path(), &hub.url(""), "bo", Some(&bo));
    ana.until_shared();
    bo.is_at("s1");
    ana.until_state("where bo is", |ana| is_at(ana, "bo", "s1"));
    let client = support::hub::client();
    let url = hub.url("/api/v1/runs/demo-1/progress");
    let statuses: Vec<u16> = hub.block_on(async {
        let posts = (0..1_000).map(|n| {
            let body = format!(r#"{{"progress":{{"presence":{{"step":"s{}"}}}}}}"#, n % 3);
            client.post(&url).bearer_auth(&flooder).body(body).send()
        });
        let answers = futures_util::future::join_all(posts).await;
        answers.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect()
    });
    let passed = statuses.iter().filter(|status| **status == 204).count();
    let refused = statuses.iter().filter(|status| **status == 503).count();
    assert_eq!(passed + refused, 1_000, "{statuses:?}");
    // As many as cockpits may say at once, and what the seconds of the flood have earned.
    assert!((20..400).contains(&passed), "{passed}");
    bo.act(note_by("bo", "meanwhile"));
    ana.until_state("bo's note", |ana| ana.notes() == ["meanwhile"]);
    bo.is_at("s2");
    ana.until_state("where bo is now", |ana| is_at(ana, "bo", "s2"));
}

#[test]
fn names_that_are_no_names_are_passed_over() {
    let hub = TestHub::new();
    hub.open_run(None);
    let [a] = folders();
    let mut ana = Station::join(a.path(), &hub.url(""), "ana", None);
    ana.until_shared();
    let path = "/api/v1/runs/demo-1/progress";
    let long = "x".repeat(10_000);
    let bodies = [
        format!(r#"{{"person":"{long}","progress":{{"presence":{{}}}}}}"#),
        format!(r#"{{"person":"eve","progress":{{"presence":{{"step":"{long}"}}}}}}"#),
        r#"{"person":"zoe","progress":{"presence":{"step":"nowhere"}}}"#.to_owned(),
    ];
    for body in bodies {
        assert_eq!(hub.post(path, None, body).0, 204);
    }
    ana.until_state("zoe", |ana| is_at(ana, "zoe", "nowhere"));
    assert_eq!(ana.seen.len(), 1);
}
