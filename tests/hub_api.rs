//! The hub's API, over real HTTP: what is answered, and how it says no.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod hub;
    pub mod ledger;
}

use futures_util::StreamExt;
use golive::run::Event;
use golive::runbook::Role;
use golive::sync::protocol::{Appended, Head, ProblemKind};
use serde_json::Value;
use support::hub::{TestHub, append, client, entry, note, opening_lines, problem};

const ENTRIES: &str = "/api/v1/runs/demo-1/entries";

#[test]
fn a_run_is_opened_read_and_listed_and_opened_again_is_the_same() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    assert_eq!(hub.open_run(None), head);
    let page = hub.page(0, None);
    assert_eq!((page.epoch, page.entries.len(), page.head), (1, 1, head));
    let (status, body) = hub.get("/api/v1/runs", None);
    let listed: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, listed["runs"][0]["run"].as_str()), (200, Some("demo-1")));
    let (status, body) = hub.get("/api/v1/runs/demo-1", None);
    let stands: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, stands["counts"]["total"].as_u64()), (200, Some(3)));
    let other = opening_lines("demo-1").replace("22:00:00", "22:00:01");
    let (status, body) = hub.post("/api/v1/runs", None, other);
    assert_eq!(status, 409, "{body}");
    assert_eq!(problem(&body).kind, ProblemKind::Exists);
}

#[test]
fn what_is_no_run_is_not_opened() {
    let hub = TestHub::new();
    let broken = opening_lines("demo-1").replace("Step 1", "Step !");
    for bad in ["", "x", "{}", "[]\n", "{\"seq\":1}\n", broken.as_str()] {
        let (status, body) = hub.post("/api/v1/runs", None, bad);
        assert_eq!((status, problem(&body).kind), (400, ProblemKind::Malformed), "{bad}: {body}");
    }
    assert!(hub.get("/api/v1/runs", None).1.contains("[]"));
}

#[test]
fn an_append_is_answered_with_its_place_and_again_with_the_same() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let body =
        append(&head, vec![entry("r", 1, "bo", note("one")), entry("r", 2, "bo", note("two"))]);
    let (status, first) = hub.post(ENTRIES, None, body.clone());
    assert_eq!(status, 200, "{first}");
    let answer: Appended = serde_json::from_str(&first).unwrap();
    assert_eq!(
        answer.entries.iter().map(|p| (p.index, p.seq)).collect::<Vec<_>>(),
        [(1, 2), (2, 3)]
    );
    assert_eq!(hub.post(ENTRIES, None, body), (200, first));
    let page = hub.page(1, None);
    assert_eq!(page.entries.len(), 2);
    let text = String::from_utf8(page.entries[0].unpack().unwrap()).unwrap();
    assert!(text.contains("received_at") && text.contains(r#""name":"bo""#), "{text}");
}

#[test]
fn names_have_no_gaps_and_are_used_once() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let post = |entries| hub.post(ENTRIES, None, append(&head, entries));
    let (status, body) = post(vec![entry("r", 3, "bo", note("three"))]);
    let gap = problem(&body);
    assert_eq!((status, gap.kind, gap.expected), (409, ProblemKind::Gap, Some(1)));
    assert_eq!(post(vec![entry("r", 1, "bo", note("one"))]).0, 200);
    let (status, body) = post(vec![entry("r", 1, "bo", note("another"))]);
    assert_eq!((status, problem(&body).kind), (409, ProblemKind::Reused), "{body}");
    let (status, body) = post(vec![entry("r", 2, "eve", note("not mine"))]);
    assert_eq!((status, problem(&body).kind), (422, ProblemKind::Refused), "{body}");
    assert_eq!(problem(&body).entry.unwrap().index, 2);
    assert_eq!(hub.page(0, None).entries.len(), 2);
}

#[test]
fn who_knows_another_order_is_told_where_they_may_agree() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    for n in 1..=9 {
        hub.post(ENTRIES, None, append(&head, vec![entry("r", n, "bo", note("x"))]));
    }
    let wrong = Head { seq: 8, chain: "0".repeat(64) };
    let (status, body) =
        hub.post(ENTRIES, None, append(&wrong, vec![entry("s", 1, "bo", note("x"))]));
    let diverged = problem(&body);
    assert_eq!((status, diverged.kind, diverged.epoch), (409, ProblemKind::Diverged, Some(1)));
    assert_eq!(diverged.samples.iter().map(|head| head.seq).collect::<Vec<_>>(), [8, 7, 5, 1, 0]);
    for path in ["entries", "stream"] {
        let from_the_future = format!("/api/v1/runs/demo-1/{path}?after=99");
        let (status, body) = hub.get(&from_the_future, None);
        assert_eq!((status, problem(&body).kind), (409, ProblemKind::Diverged), "{body}");
        let other = format!("/api/v1/runs/demo-1/{path}?after=3&chain={}", wrong.chain);
        assert_eq!(hub.get(&other, None).0, 409);
    }
    let stale = append(&head, vec![]).replace("\"epoch\":1", "\"epoch\":7");
    let (status, body) = hub.post(ENTRIES, None, stale);
    assert_eq!((status, problem(&body).kind), (409, ProblemKind::Epoch));
}

/// The events of a stream until `enough`.
fn listen(
    hub: &TestHub,
    request: reqwest::RequestBuilder,
    enough: impl Fn(&str) -> bool,
) -> String {
    hub.block_on(async {
        let mut pieces = request.send().await.unwrap().bytes_stream();
        let mut text = String::new();
        while !enough(&text) {
            match pieces.next().await {
                Some(Ok(piece)) => text.push_str(&String::from_utf8_lossy(&piece)),
                _ => break,
            }
        }
        text
    })
}

#[test]
fn a_stream_says_hello_hands_on_what_there_is_and_goes_on_where_it_was_left() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let url = hub.url("/api/v1/runs/demo-1/stream");
    let text = listen(&hub, client().get(&url), |text| text.contains("id: 1\n"));
    assert!(text.starts_with("retry: 1000\nevent: hello\ndata: {\"epoch\":1,"), "{text}");
    let entries: Vec<_> = (1..=600).map(|n| entry("r", n, "bo", note("x"))).collect();
    for batch in entries.chunks(200) {
        assert_eq!(hub.post(ENTRIES, None, append(&head, batch.to_vec())).0, 200);
    }
    let again = client().get(&url).header("Last-Event-ID", "3");
    let text = listen(&hub, again, |text| text.contains("id: 601\n"));
    let ids: Vec<u64> =
        text.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    assert_eq!(ids, (4..=601).collect::<Vec<_>>());
    let (status, _) = hub.ask(
        reqwest::Method::GET,
        "/api/v1/runs/demo-1/stream",
        None,
        None,
        &[("Last-Event-ID", "9999")],
    );
    assert_eq!(status, 409, "from the future");
}

#[test]
fn a_stream_brings_what_others_append_and_their_progress_while_it_is_open() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let url = hub.url("/api/v1/runs/demo-1/stream?after=1");
    let text = hub.block_on(async {
        let mut pieces = client().get(&url).send().await.unwrap().bytes_stream();
        let mut text = String::from_utf8(pieces.next().await.unwrap().unwrap().to_vec()).unwrap();
        let post = |path: &str, body: String| client().post(hub.url(path)).body(body).send();
        let body = append(&head, vec![entry("r", 1, "bo", note("live"))]);
        assert_eq!(post(ENTRIES, body).await.unwrap().status(), 200);
        let here = r#"{"person":"bo","progress":{"presence":{"step":"s1"}}}"#.to_owned();
        let answer = post("/api/v1/runs/demo-1/progress", here).await.unwrap();
        assert_eq!(answer.status(), 204);
        while !(text.contains("live") && text.contains("presence")) {
            text.push_str(&String::from_utf8_lossy(&pieces.next().await.unwrap().unwrap()));
        }
        text
    });
    assert!(text.contains("event: progress\ndata: {\"person\":\"bo\""), "{text}");
}

#[test]
fn the_role_decides_and_the_token_names_the_actor() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let lead = hub.token("ana", Role::Lead, None);
    let operator = hub.token("bo", Role::Operator, None);
    let observer = hub.token("eve", Role::Observer, None);
    let post = |token: &str, sent| hub.post(ENTRIES, Some(token), append(&head, vec![sent]));
    let (status, body) = post(&observer, entry("e", 1, "ana", Event::RunStarted {}));
    assert_eq!((status, problem(&body).kind), (422, ProblemKind::Refused));
    assert!(problem(&body).detail.contains("eve is an observer"), "{body}");
    let (status, _) = post(&operator, entry("b", 1, "ana", Event::RunStarted {}));
    assert_eq!(status, 422, "only leads start");
    assert_eq!(post(&operator, entry("b2", 1, "ana", note("as somebody else"))).0, 200);
    let body = hub.page(1, Some(&lead)).entries[0].unpack().unwrap();
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains(r#""actor":{"name":"bo","role":"operator","claimed":false}"#), "{text}");
    // What was refused stays refused, whatever has happened since.
    let granted = Event::RoleGranted { person: "bo".to_owned(), role: Role::Lead };
    assert_eq!(post(&lead, entry("a", 1, "ana", granted)).0, 200);
    assert_eq!(post(&operator, entry("b", 1, "ana", Event::RunStarted {})).0, 422);
    assert_eq!(post(&operator, entry("b3", 1, "bo", Event::RunStarted {})).0, 200);
}

#[test]
fn an_upload_proves_nothing() {
    let hub = TestHub::new();
    let lead = hub.token("ana", Role::Lead, None);
    // As a run that was on another hub, or as somebody forges it: bytes and chain are sound.
    let line: golive::sync::protocol::Ordered =
        serde_json::from_str(&opening_lines("demo-1")).unwrap();
    let claimed = String::from_utf8(line.unpack().unwrap()).unwrap();
    let proved = claimed.replace(r#""claimed":true"#, r#""claimed":false"#).into_bytes();
    assert_ne!(proved, claimed.into_bytes());
    let chain = golive::ledger::Chain::start("demo-1").next(1, &proved).to_string();
    let forged = golive::sync::protocol::Ordered::pack(1, chain, &proved);
    let forged = serde_json::to_string(&forged).unwrap() + "\n";
    let (status, body) = hub.post("/api/v1/runs", Some(&lead), forged);
    assert_eq!((status, problem(&body).kind), (403, ProblemKind::Forbidden), "{body}");
    assert!(body.contains("by ana") && body.contains("golive hub restore"), "{body}");
    assert_eq!(hub.get("/api/v1/runs/demo-1", Some(&lead)).0, 404, "nothing is left of it");
    // Claimed, it is taken; and what the hub proves itself afterwards may be sent again.
    let head = hub.open_run(Some(&lead));
    let sent = append(&head, vec![entry("a", 1, "ana", note("proved here"))]);
    assert_eq!(hub.post(ENTRIES, Some(&lead), sent).0, 200);
    let lines: String = hub
        .page(0, Some(&lead))
        .entries
        .iter()
        .fold(String::new(), |all, one| all + &serde_json::to_string(one).unwrap() + "\n");
    assert!(lines.contains(r#""claimed":false"#), "{lines}");
    assert_eq!(hub.post("/api/v1/runs", Some(&lead), lines).0, 201, "the same as here");
}

#[test]
fn progress_is_of_a_run_that_is_there_and_output_is_paced_and_not_an_observers() {
    let hub = TestHub::new();
    hub.open_run(None);
    let bo = hub.token("bo", Role::Operator, None);
    let eve = hub.token("eve", Role::Observer, None);
    let say = |run: &str, token: &str, what: &str| {
        let body = format!(r#"{{"progress":{what}}}"#);
        hub.post(&format!("/api/v1/runs/{run}/progress"), Some(token), body).0
    };
    let output = r#"{"output":{"step":"s1","text":"50 %"}}"#;
    let here = r#"{"presence":{"step":"s1"}}"#;
    assert_eq!((say("no-such", &bo, output), say("no-such", &bo, here)), (404, 404));
    assert_eq!((say("demo-1", &eve, output), say("demo-1", &eve, here)), (403, 204));
    let said: Vec<u16> = (0..100).map(|_| say("demo-1", &bo, output)).collect();
    assert_eq!(said[0], 204);
    assert!(said.contains(&503), "a flood of it is held up: {said:?}");
    assert_eq!(say("demo-1", &eve, here), 204, "and holds up nobody else");
}

#[test]
fn what_is_durable_is_there_after_a_restart() {
    let mut hub = TestHub::new();
    let head = hub.open_run(None);
    hub.post(ENTRIES, None, append(&head, vec![entry("r", 1, "bo", note("kept"))]));
    hub.end();
    let path = hub.folder.path().join("demo-1.golive");
    assert_eq!(golive::ledger::verify(&path).unwrap().entries, 2);
    assert_eq!(support::ledger::files(hub.folder.path()), ["demo-1.golive"], "one file");
    // Two hubs would give two orders: the old one touches nothing any more.
    let next = golive::hub::http::Hub::open(hub.folder.path()).unwrap();
    assert!(hub.hub.store.head("demo-1").is_err());
    assert_eq!(next.store.head("demo-1").unwrap().0, 2);
}

#[test]
fn malformed_requests_are_told_what_is_wrong() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    for bad in ["", "{", "[]", "{\"epoch\":1}", "\"x\"", &"[".repeat(100_000)] {
        let (status, body) = hub.post(ENTRIES, None, bad);
        assert_eq!((status, problem(&body).kind), (400, ProblemKind::Malformed), "{body}");
    }
    let many = append(&head, vec![entry("r", 1, "bo", note("x")); 257]);
    assert_eq!(hub.post(ENTRIES, None, many).0, 413);
    let large = " ".repeat(8 << 20);
    assert_eq!(hub.post(ENTRIES, None, large).0, 413);
    let cases =
        [("/nothing", 404), ("/api/v1/runs/none", 404), ("/api/v1/runs/..%2fx/stream", 404)];
    for (path, expected) in cases {
        let (status, body) = hub.get(path, None);
        assert_eq!((status, problem(&body).kind), (expected, ProblemKind::NotFound), "{path}");
    }
    assert_eq!(hub.get(&format!("{ENTRIES}?after=x"), None).0, 400);
    assert_eq!(hub.ask(reqwest::Method::PUT, ENTRIES, None, None, &[]).0, 405);
}
