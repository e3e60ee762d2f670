//! The hub's report of a run is the one that `golive report` writes from the same entries, in every
//! format; and what is asked wrongly is answered in words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod cli_support;
mod support {
    pub mod hub;
    pub mod ledger;
}

use cli_support::House;
use golive::report::Format;
use golive::runbook::Role;
use golive::sync::protocol::ProblemKind;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use support::hub::{TestHub, client, note, problem};

/// A hub with the run of a house; the run's id.
fn shared() -> (House, TestHub, String) {
    let house = House::with_run();
    for args in [
        &["step", "start", "freeze"][..],
        &["step", "done", "freeze"],
        &["note", "Ana heard from the bank", "--kind", "issue"],
        &["cancel", "--reason", "the bank calls it off"],
    ] {
        house.golive(args).done();
    }
    let run = house.status()["run"].as_str().unwrap().to_owned();
    let hub = TestHub::new();
    let (status, body) = hub.post("/api/v1/runs", None, house.golive(&["export"]).done());
    assert_eq!(status, 201, "{body}");
    (house, hub, run)
}

/// Status, content type, disposition and body.
fn fetch(hub: &TestHub, path: &str) -> (u16, String, String, Vec<u8>) {
    hub.block_on(async {
        let answer = client().get(hub.url(path)).send().await.unwrap();
        let head = |name| answer.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
        let (kind, how) = (head(CONTENT_TYPE), head(CONTENT_DISPOSITION));
        assert!(answer.status() != 200 || head(CONTENT_SECURITY_POLICY).contains("sandbox"));
        (answer.status().as_u16(), kind, how, answer.bytes().await.unwrap().to_vec())
    })
}

/// The same at the hub and at the shell, within one second: a report says of which it is.
fn same(house: &House, hub: &TestHub, path: &str, args: &[&str]) {
    for _ in 0..50 {
        let (before, here) = (fetch(hub, path), house.command(args).output().unwrap());
        let after = fetch(hub, path);
        assert_eq!((before.0, here.status.code()), (200, Some(0)), "{path}");
        if before == after {
            // A file begins with the mark of UTF-8, a pipe does not.
            let mark: &[u8] = if path.contains("format=csv") { b"\xef\xbb\xbf" } else { b"" };
            let bare = before.3.strip_prefix(mark);
            assert!(bare == Some(&here.stdout[..]), "{path} and {args:?} differ");
            return;
        }
    }
    panic!("no two reports within one second");
}

#[test]
fn it_is_what_the_shell_writes_in_every_format() {
    let (house, hub, run) = shared();
    let path = format!("/api/v1/runs/{run}/report");
    same(&house, &hub, &path, &["report"]);
    for format in Format::ALL {
        let path = format!("{path}?format={}", format.name());
        same(&house, &hub, &path, &["report", "--format", format.name()]);
        let (_, kind, how, _) = fetch(&hub, &path);
        assert_eq!(kind, format.media_type());
        let shown = if format == Format::Html { "inline" } else { "attachment" };
        assert_eq!(how, format!("{shown}; filename=\"{run}.{}\"", format.name()));
    }
    let chosen = format!("{path}?format=md&sections=issues,%20deviations&anonymise=true");
    let args = ["report", "--sections", "issues,deviations", "--anonymise"];
    same(&house, &hub, &chosen, &args);
    let (_, _, how, page) = fetch(&hub, &chosen);
    assert_eq!(how, format!("attachment; filename=\"{run}-anonymised.md\""));
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("heard from the bank") && !page.contains("Ana"), "{page}");
}

#[test]
fn what_is_asked_wrongly_is_answered_in_words() {
    let (_, hub, run) = shared();
    let path = format!("/api/v1/runs/{run}/report");
    for (query, part) in [
        ("format=pdf", "format can be md, html, json, csv, xlsx"),
        ("sections=stpes", "there is no section `stpes`; there are: summary"),
        ("anonymise=perhaps", "anonymise can be true or false"),
        ("anonymize=true", "anonymize"),
        ("format=csv&sections=actions,timeline", "one table"),
        ("format=csv&sections=metrics", "is no table"),
    ] {
        let (status, kind, _, body) = fetch(&hub, &format!("{path}?{query}"));
        let body = String::from_utf8(body).unwrap();
        assert_eq!((status, kind.as_str()), (400, "application/problem+json"), "{query}: {body}");
        assert_eq!(problem(&body).kind, ProblemKind::Malformed);
        assert!(problem(&body).detail.contains(part), "{query}: {body}");
    }
    let (status, _, _, body) = fetch(&hub, "/api/v1/runs/no-such/report");
    let body = String::from_utf8(body).unwrap();
    assert_eq!((status, problem(&body).kind), (404, ProblemKind::NotFound));
}

#[test]
fn an_observer_may_read_it_and_a_stranger_may_not() {
    let (_, hub, run) = shared();
    let path = format!("/api/v1/runs/{run}/report");
    let observer = hub.token("eve", Role::Observer, None);
    let elsewhere = hub.token("zoe", Role::Lead, Some("other"));
    assert_eq!(hub.get(&path, Some(&observer)).0, 200);
    assert_eq!(hub.get(&path, Some(&elsewhere)).0, 403);
    assert_eq!(hub.get(&path, None).0, 401);
}

#[test]
fn what_was_added_since_is_in_the_next_one() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let path = "/api/v1/runs/demo-1/report?sections=notes";
    assert!(!hub.get(path, None).1.contains("heard of it"));
    let entry = support::hub::entry("r", 1, "bo", note("bo has heard of it"));
    let body = support::hub::append(&head, vec![entry]);
    assert_eq!(hub.post("/api/v1/runs/demo-1/entries", None, body).0, 200);
    let page = hub.get(path, None).1;
    assert!(page.contains("heard of it"), "{page}");
}
