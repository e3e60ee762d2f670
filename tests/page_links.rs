//! Page links: a secret address opens one page of one run, gives nothing else away, and is gone within
//! a second when it is taken back.
#![allow(clippy::disallowed_methods, reason = "sees that a wrong link has to wait")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod owner;
}

use futures_util::StreamExt;
use golive::hub::links::Links;
use golive::run::Event;
use golive::runbook::Role;
use golive::sync::protocol::{LinkAnswer, LinksAnswer, PageOf};
use support::hub::{TestHub, append, client, entry};
use support::owner::{Owner, PLAN, events, fetch, open};

const LINKS: &str = "/api/v1/runs/demo-1/links";

fn made(body: &str) -> LinkAnswer {
    serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}"))
}

#[test]
fn a_lead_makes_lists_and_revokes_them_over_the_api() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    let lead = hub.token("ana", Role::Lead, None);
    let bo = hub.token("bo", Role::Operator, None);
    let body = r#"{"page":{"person":"qa"}}"#;
    assert_eq!(hub.post(LINKS, Some(&bo), body).0, 403);
    assert_eq!(hub.post(LINKS, None, body).0, 401);
    let (status, text) = hub.post(LINKS, Some(&lead), body);
    let link = made(&text);
    assert_eq!((status, link.added_by.as_deref()), (201, Some("ana")), "{text}");
    let path = link.path.clone().unwrap();
    let qa = Owner::with(&hub, &path);
    assert!(qa.page().contains("Quentin"));
    let (_, text) = hub.get(LINKS, Some(&lead));
    let listed: LinksAnswer = serde_json::from_str(&text).unwrap();
    assert_eq!(listed.links, [LinkAnswer { path: None, ..link.clone() }]);
    assert!(!text.contains(path.strip_prefix("/l/").unwrap()), "{text}");
    for bad in
        [r#"{"page":{"person":" "}}"#, r#"{"page":"all"}"#, r#"{"page":{"person":"a\u001b"}}"#]
    {
        assert_eq!(hub.post(LINKS, Some(&lead), bad).0, 400, "{bad}");
    }
    assert_eq!(hub.post("/api/v1/runs/none/links", Some(&lead), body).0, 404);
    let word = format!(r#"{{"word":"{}"}}"#, link.id);
    let (status, text) = hub.post(&format!("{LINKS}/revoke"), Some(&lead), word);
    assert!(status == 200 && text.contains(&link.id), "{text}");
    assert_eq!(qa.get("/runs/demo-1/me").status, 401, "at once");
    // Whom the run has made a lead is one here, too.
    let granted = Event::RoleGranted { person: "bo".to_owned(), role: Role::Lead };
    let head = hub.page(0, Some(&lead)).head;
    let path = "/api/v1/runs/demo-1/entries";
    assert_eq!(
        hub.post(path, Some(&lead), append(&head, vec![entry("a", 1, "ana", granted)])).0,
        200
    );
    assert_eq!(hub.post(LINKS, Some(&bo), body).0, 201);
}

#[test]
fn opening_a_link_gives_a_cookie_for_its_page_and_leads_to_a_clean_address() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    for (page, path) in [
        (PageOf::Person("bo".to_owned()), "/runs/demo-1/me"),
        (PageOf::Stakeholders, "/runs/demo-1"),
    ] {
        let (_, link) = hub.hub.links.add("demo-1", page, None, hub.hub.now()).unwrap();
        let secret = link.strip_prefix("/l/").unwrap();
        for method in ["GET", "HEAD"] {
            let got = fetch(&hub, method, &link, "", None, &[]);
            assert_eq!((got.status, got.location.as_str()), (303, path), "{method}");
            let (value, attributes) = got.cookie.split_once("; ").unwrap();
            let wanted = format!("Path={path}; Max-Age=2592000; HttpOnly; SameSite=Lax");
            assert_eq!(attributes, wanted);
            assert!(!value.contains(secret) && !got.body.contains(secret), "{got:?}");
            for header in ["\"no-store\"", "\"no-referrer\"", "\"noindex\""] {
                assert!(got.headers.contains(header), "{got:?}");
            }
        }
        // Behind a proxy that speaks TLS.
        let got = fetch(&hub, "GET", &link, "", None, &[("X-Forwarded-Proto", "https")]);
        assert!(got.cookie.ends_with("; Secure"), "{got:?}");
        let owner = Owner::with(&hub, &link);
        assert_eq!(owner.get(path).status, 200);
        // However often a chat fetches it, nothing is recorded and nothing is kept.
        assert_eq!((events(&hub).len(), fetch(&hub, "GET", &link, "", None, &[]).status), (1, 303));
    }
}

#[test]
fn a_cookie_opens_its_own_page_and_no_other() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    hub.token("ana", Role::Lead, None);
    let bo = Owner::of(&hub, "bo");
    let link = hub.hub.links.add("demo-1", PageOf::Stakeholders, None, hub.hub.now()).unwrap().1;
    let all = Owner::with(&hub, &link);
    assert_eq!((bo.get("/runs/demo-1/me").status, bo.get("/runs/demo-1").status), (200, 401));
    assert_eq!((all.get("/runs/demo-1").status, all.get("/runs/demo-1/me").status), (200, 401));
    // A browser with both sends both below the path of both.
    let both = format!("{}; {}", all.cookie, bo.cookie);
    assert_eq!(fetch(&hub, "GET", "/runs/demo-1/me", &both, None, &[]).status, 200);
    for cookie in ["golive-page=", "golive-page=x", "golive-page=x; golive-page=y", "a=b;;=;"] {
        let got = fetch(&hub, "GET", "/runs/demo-1/me", cookie, None, &[]);
        assert_eq!(got.status, 401, "{cookie}");
        assert!(got.body.contains("This page opens with a link"), "{}", got.body);
    }
}

#[test]
fn a_wrong_link_is_answered_slowly_and_plainly() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    let begun = std::time::Instant::now();
    let got = fetch(&hub, "GET", "/l/AAAAAAAAAAAAAAAAAAAAAA", "", None, &[]);
    assert!(begun.elapsed().as_millis() >= 600, "slowed");
    assert!(got.status == 401 && got.cookie.is_empty(), "{got:?}");
    assert!(got.body.contains("ask whoever leads the release for a new one"), "{}", got.body);
    assert!(!got.body.contains("AAAA"));
    assert_eq!(fetch(&hub, "POST", "/l/AAAA", "", Some(String::new()), &[]).status, 405);
}

#[test]
fn a_link_ends_fourteen_days_after_its_run() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    let bo = PageOf::Person("bo".to_owned());
    let (link, _) = hub.hub.links.add("demo-1", bo, None, hub.hub.now()).unwrap();
    let mut state = (*hub.hub.views.of("demo-1").unwrap().state).clone();
    let days = |days| link.added_at + chrono::TimeDelta::days(days);
    assert!(link.is_good(&state, days(89)) && !link.is_good(&state, days(91)));
    state.ended = Some(golive::run::Fact { at: days(1), seq: 2, person: "ana".into() });
    assert!(link.is_good(&state, days(14)) && !link.is_good(&state, days(16)));
}

#[test]
fn a_page_that_is_open_hears_of_news_and_ends_within_a_second_of_its_link() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    let bo = Owner::of(&hub, "bo");
    let request = client().get(hub.url("/runs/demo-1/me/stream")).header("Cookie", &bo.cookie);
    let folder = hub.folder.path().to_owned();
    hub.block_on(async {
        let mut pieces = request.send().await.unwrap().bytes_stream();
        let mut text = String::new();
        while !text.contains("event: moved\ndata: 1\n") {
            text += &String::from_utf8_lossy(&pieces.next().await.unwrap().unwrap());
        }
        let ana = golive::hub::Who::Proved { person: "ana".to_owned(), role: Role::Lead };
        let start = golive::run::Intent::new("", Event::RunStarted {});
        hub.hub.desk.act("demo-1", ana, "once", start).await.unwrap();
        while !text.contains("event: moved\ndata: 2\n") {
            text += &String::from_utf8_lossy(&pieces.next().await.unwrap().unwrap());
        }
        assert!(!text.contains("run_started"), "nothing of the run itself: {text}");
        // Another process takes the link back.
        let gone = Links::open(&folder).unwrap().revoke(Some("demo-1"), "bo").unwrap();
        assert_eq!(gone.len(), 1);
        while pieces.next().await.is_some() {}
    });
    assert_eq!(bo.get("/runs/demo-1/me/stream").status, 401);
}

/// Another process makes them while the hub runs: they are good as soon as they were printed, the
/// second although the hub has looked at its files but a moment ago.
#[test]
fn what_was_made_a_moment_ago_is_good_at_once() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    hub.token("ana", Role::Lead, None);
    for person in ["bo", "qa", "eve"] {
        let page = PageOf::Person(person.to_owned());
        let links = Links::open(hub.folder.path()).unwrap();
        let (_, link) = links.add("demo-1", page, None, hub.hub.now()).unwrap();
        assert_eq!(fetch(&hub, "GET", &link, "", None, &[]).status, 303, "{person}");
        let tokens = golive::hub::tokens::Tokens::open(hub.folder.path()).unwrap();
        let token = tokens.add(person, Role::Operator, None).unwrap();
        assert_eq!(hub.get("/api/v1/runs", Some(&token)).0, 200, "{person}");
    }
    assert_eq!(fetch(&hub, "GET", "/l/nothing", "", None, &[]).status, 401);
}
