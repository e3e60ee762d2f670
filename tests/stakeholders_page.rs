//! The pages that people see with a browser: kept to themselves, well formed, and in plain words also
//! where something is wrong.
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
}
#[path = "support/html.rs"]
mod html_parser;

use golive::run::{Event, NoteKind};
use golive::runbook::Role;
use html_parser::html_errors;
use reqwest::header::HeaderMap;
use support::hub::{TestHub, append, client, entry};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// What a browser gets: status, headers, body.
fn look(hub: &TestHub, path: &str, token: Option<&str>) -> (u16, HeaderMap, String) {
    let mut request = client().get(hub.url(path)).header("Accept", BROWSER);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    hub.block_on(async {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.text().await.unwrap())
    })
}

#[test]
fn a_page_keeps_to_itself() {
    let hub = TestHub::new();
    hub.open_run(None);
    for path in ["/", "/nothing", "/runs/demo-1"] {
        let (_, headers, body) = look(&hub, path, None);
        let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cache-control"), "no-store");
        let (errors, elements) = html_errors(&body);
        assert!(errors.is_empty(), "{path}: {errors:?}");
        let outside = elements.iter().find(|e| e.contains("http:") || e.contains("https:"));
        assert_eq!(outside, None, "{path}");
    }
}

#[test]
fn what_goes_wrong_is_a_page_for_a_browser_and_json_for_a_program() {
    let hub = TestHub::new();
    let (status, headers, body) = look(&hub, "/nothing", None);
    assert_eq!(status, 404);
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert!(body.contains("<h1>There is nothing here</h1>"), "{body}");
    assert!(hub.get("/nothing", None).1.starts_with('{'));
    let token = hub.token("ana", Role::Observer, Some("other"));
    let (status, _, body) = look(&hub, "/", None);
    assert_eq!(status, 401);
    assert!(body.contains("This page opens with a link") && !body.contains("Bearer"), "{body}");
    let (status, _, body) = look(&hub, "/api/v1/runs/demo-1", Some(&token));
    assert_eq!(status, 403);
    assert!(body.contains("This is not yours to see"), "{body}");
}

const RUN: &str = "/runs/demo-1";

/// Pieces of a stream until `enough`.
async fn read_on(
    pieces: &mut (impl futures_util::Stream<Item = reqwest::Result<axum::body::Bytes>> + Unpin),
    enough: impl Fn(&str) -> bool,
) -> String {
    use futures_util::StreamExt;
    let mut text = String::new();
    while !enough(&text) {
        match pieces.next().await {
            Some(Ok(piece)) => text.push_str(&String::from_utf8_lossy(&piece)),
            _ => break,
        }
    }
    text
}

fn stream(hub: &TestHub, query: &str, token: Option<&str>) -> reqwest::RequestBuilder {
    let request = client().get(hub.url(&format!("{RUN}/stream{query}")));
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}

fn version_in(text: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix("id: ")).expect("a version");
    line.parse().unwrap()
}

#[test]
fn the_page_of_a_run_is_for_whoever_has_a_token_for_it() {
    let hub = TestHub::new();
    hub.open_run(None);
    assert_eq!(look(&hub, RUN, None).0, 200, "this machine, without tokens");
    let observer = hub.token("eve", Role::Observer, None);
    let elsewhere = hub.token("kim", Role::Lead, Some("other"));
    assert_eq!(look(&hub, RUN, Some(&observer)).0, 200);
    assert_eq!(look(&hub, RUN, Some(&elsewhere)).0, 403);
    assert_eq!(look(&hub, RUN, Some("glv_wrong")).0, 401);
    assert_eq!(look(&hub, RUN, None).0, 401);
    assert_eq!(look(&hub, "/runs/none", Some(&observer)).0, 404);
    let posted = hub.ask(reqwest::Method::POST, RUN, Some(&observer), None, &[]);
    assert_eq!(posted.0, 405);
}

#[test]
fn the_stream_hands_on_the_newest_parts_and_nothing_twice() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    hub.block_on(async {
        let mut pieces = stream(&hub, "", None).send().await.unwrap().bytes_stream();
        let first = read_on(&mut pieces, |text| text.contains("event: parts")).await;
        assert!(first.starts_with("retry: 2000\nevent: clock\ndata: {\"now\":"), "{first}");
        let body = append(&head, vec![entry("r", 1, "bo", public("now live"))]);
        let posted = client().post(hub.url("/api/v1/runs/demo-1/entries")).body(body);
        assert_eq!(posted.send().await.unwrap().status(), 200);
        let second = read_on(&mut pieces, |text| text.contains("now live")).await;
        let version = version_in(&second);
        assert_ne!(version, version_in(&first));
        // Who has it is not sent it again: the next thing heard is the clock, twice.
        let has = stream(&hub, &format!("?version={version}"), None);
        let again = stream(&hub, "", None).header("Last-Event-ID", version.to_string());
        for request in [has, again] {
            let mut pieces = request.send().await.unwrap().bytes_stream();
            let heard = read_on(&mut pieces, |text| text.matches("\n\n").count() >= 2).await;
            assert!(!heard.contains(&format!("id: {version}\n")), "{heard}");
        }
        let bad = stream(&hub, "?version=x", None).send().await.unwrap();
        assert_eq!(bad.status().as_u16(), 400);
    });
}

#[test]
fn revoking_a_token_ends_the_stream_of_the_page() {
    let hub = TestHub::new();
    hub.open_run(None);
    let token = hub.token("eve", Role::Observer, None);
    hub.block_on(async {
        let request = stream(&hub, "", Some(&token));
        let mut pieces = request.send().await.unwrap().bytes_stream();
        read_on(&mut pieces, |text| text.contains("event: parts")).await;
        let id = hub.hub.tokens.list()[0].id.clone();
        hub.hub.tokens.revoke(&id).unwrap();
        // It ends: the test would wait for ever for what is not coming.
        read_on(&mut pieces, |_| false).await;
    });
}

#[test]
fn many_readers_share_one_rendering() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let made = || {
        let (_, metrics) = hub.get("/metrics", None);
        let line = metrics.lines().find_map(|l| l.strip_prefix("golive_pages_made_total "));
        line.unwrap().parse::<u64>().unwrap()
    };
    hub.block_on(async {
        let client = client();
        let mut readers = Vec::new();
        for _ in 0..200 {
            let url = hub.url(&format!("{RUN}/stream"));
            readers.push(client.get(url).send().await.unwrap().bytes_stream());
        }
        for reader in &mut readers {
            read_on(reader, |text| text.contains("event: parts")).await;
        }
        let body = append(&head, vec![entry("r", 1, "bo", public("for two hundred"))]);
        client.post(hub.url("/api/v1/runs/demo-1/entries")).body(body).send().await.unwrap();
        for reader in &mut readers {
            read_on(reader, |text| text.contains("for two hundred")).await;
        }
    });
    assert!(made() < 40, "{} pages were made for 200 readers", made());
}

fn public(text: &str) -> Event {
    let (text, kind) = (text.to_owned(), NoteKind::Note);
    Event::NoteAdded { text, kind, step: None, public: true, owner: None, due: None }
}
