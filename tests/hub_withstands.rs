//! What a hub is sent that it should not be sent: it answers plainly, holds up nobody, and its
//! memory stays bounded.
#![allow(clippy::disallowed_methods, reason = "tests of sockets")]
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

use golive::hub::http::routes::Body;
use golive::hub::http::{Need, tables};
use golive::runbook::Role;
use golive::sync::protocol::{PageOf, ProblemKind};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::hub::{TestHub, append, entry, note, problem};

const ENTRIES: &str = "/api/v1/runs/demo-1/entries";

fn raw(hub: &TestHub, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(hub.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Every route of the router, by everybody there is.
#[test]
fn every_route_lets_in_whom_it_should() {
    let hub = TestHub::new();
    hub.open_run(None);
    let tokens = [
        (hub.token("ana", Role::Lead, None), true, true, true),
        (hub.token("bo", Role::Operator, None), true, false, false),
        (hub.token("eve", Role::Observer, None), true, false, false),
        (hub.token("kim", Role::Lead, Some("demo-1")), true, false, true),
        (hub.token("zoe", Role::Lead, Some("other")), false, false, false),
        ("glv_wrong".to_owned(), false, false, false),
        (String::new(), false, false, false),
    ];
    let link = hub.hub.links.add("demo-1", PageOf::Stakeholders, None, hub.hub.now()).unwrap().1;
    let secret = link.strip_prefix("/l/").unwrap();
    let mut looked_at = 0;
    for route in tables().into_iter().flatten() {
        let path = route.path.replace("{run}", "demo-1").replace("{secret}", secret);
        // Its answer has no end.
        let endless = matches!(route.answers, Body::Text("text/event-stream"));
        for (token, sees_run, is_lead, leads_run) in &tokens {
            let known = token.starts_with("glv_") && token != "glv_wrong";
            let let_in = match route.need {
                Need::Nothing => true,
                Need::Token | Need::Page => known && (*sees_run || !route.path.contains("{run}")),
                Need::Lead => known && *is_lead,
                Need::Owner => false,
                Need::LeadOfRun => known && (*is_lead || *leads_run),
            };
            let method = route.method.parse().unwrap();
            let token = Some(token.as_str()).filter(|token| !token.is_empty());
            let (status, body) = match endless {
                true => (hub.status(&path, token), String::new()),
                false => hub.ask(method, &path, token, Some(String::new()), &[]),
            };
            let turned_away = matches!(status, 401 | 403);
            assert_eq!(
                !turned_away, let_in,
                "{} {path} by {token:?}: {status} {body}",
                route.method
            );
            looked_at += 1;
        }
    }
    assert!(looked_at >= 77, "{looked_at}");
}

#[test]
fn nothing_is_changed_by_a_get() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    for route in tables().into_iter().flatten().filter(|route| route.method == "POST") {
        let path = route.path.replace("{run}", "demo-1");
        let (status, _) = hub.get(&path, None);
        let reads =
            tables().into_iter().flatten().any(|r| r.method == "GET" && r.path == route.path);
        assert_eq!(status, if reads { 200 } else { 405 }, "{path}");
    }
    assert_eq!(hub.page(0, None).head, head);
}

#[test]
fn pages_of_other_sites_and_other_names_of_this_machine_are_turned_away() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let body = append(&head, vec![entry("r", 1, "bo", note("forged"))]);
    let post = |headers: &[(&str, &str)]| {
        let (status, body) =
            hub.ask(reqwest::Method::POST, ENTRIES, None, Some(body.clone()), headers);
        (status, serde_json::from_str(&body).map(|p: golive::sync::Problem| p.kind).ok())
    };
    let away = (403, Some(ProblemKind::Origin));
    for headers in [
        &[("Origin", "https://evil.example")][..],
        &[("Origin", "null")],
        &[("Origin", "http://localhost:1")],
        &[("Host", "evil.example")],
        &[("Host", "127.0.0.1.evil.example")],
    ] {
        assert_eq!(post(headers), away, "{headers:?}");
    }
    assert_eq!(hub.page(0, None).head, head, "nothing was recorded");
    let own = format!("http://{}", hub.address);
    assert_eq!(post(&[("Origin", &own)]).0, 200, "its own pages may");
    // With a token of one's own the name of the host does not matter, another site's page does.
    let token = hub.token("ana", Role::Lead, None);
    let lead = |headers| hub.ask(reqwest::Method::POST, ENTRIES, Some(&token), None, headers).0;
    assert_eq!(lead(&[("Host", "hub.example")]), 400, "let in, and found wanting");
    assert_eq!(lead(&[("Origin", "https://evil.example")]), 403);
}

#[test]
fn a_body_of_a_gigabyte_is_refused_before_it_has_come() {
    let hub = TestHub::new();
    hub.open_run(None);
    let head = format!(
        "POST {ENTRIES} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n",
        1_u64 << 30
    );
    let mut stream = raw(&hub, &head);
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 413");
    // Without saying so beforehand.
    let head =
        format!("POST {ENTRIES} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    let mut stream = raw(&hub, &head);
    let chunk = format!("100000\r\n{}\r\n", "[".repeat(1 << 20));
    let mut sent = 0;
    while sent < 64 && stream.write_all(chunk.as_bytes()).is_ok() {
        sent += 1;
    }
    assert!(sent < 64, "it does not read on and on");
}

#[test]
fn who_sends_a_head_byte_by_byte_is_let_go_and_holds_up_nobody() {
    let hub = TestHub::new();
    hub.open_run(None);
    let slow: Vec<_> = (0..100).map(|_| raw(&hub, "GET /api/v1/time HTTP/1.1\r\nX-")).collect();
    assert_eq!(hub.get("/api/v1/time", None).0, 200);
    let ended = answer(slow.into_iter().next_back().unwrap());
    assert!(ended.is_empty() || ended.starts_with("HTTP/1.1 408"), "{ended}");
}

#[test]
fn a_reader_who_does_not_read_holds_up_nobody_and_gets_all_of_it_later() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let mut lazy = raw(&hub, "GET /api/v1/runs/demo-1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    let text = "x".repeat(20_000);
    let count = 3_000;
    for first in (1..=count).step_by(100) {
        let some = (first..first + 100).map(|n| entry("r", n, "bo", note(&text))).collect();
        assert_eq!(hub.post(ENTRIES, None, append(&head, some)).0, 200);
    }
    let mut seen = 1;
    let mut kept = Vec::new();
    let mut piece = vec![0; 1 << 20];
    while seen < count + 1 {
        let read = lazy.read(&mut piece).unwrap();
        assert!(read > 0, "the stream ended at {seen}");
        kept.extend_from_slice(&piece[..read]);
        while let Some(at) = find(&kept, b"\nevent: entry") {
            let id = kept[..at].rsplit(|byte| *byte == b'\n').next().unwrap();
            let id: u64 =
                std::str::from_utf8(id).unwrap().strip_prefix("id: ").unwrap().parse().unwrap();
            assert!(id == seen || (id, seen) == (1, 1), "{id} came after {seen}");
            seen = id + 1;
            kept.drain(..=at);
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[test]
fn a_wrong_token_waits_and_a_right_one_does_not() {
    let hub = TestHub::new();
    hub.open_run(None);
    let token = hub.token("ana", Role::Lead, None);
    let wrong: Vec<_> = (0..50)
        .map(|n| {
            let head = "GET /api/v1/time HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
            raw(&hub, &format!("{head}Authorization: Bearer glv_{n}\r\n\r\n"))
        })
        .collect();
    assert_eq!(hub.get("/api/v1/time", Some(&token)).0, 200);
    for stream in wrong {
        let text = answer(stream);
        assert!(text.starts_with("HTTP/1.1 401") && !text.contains("glv_"), "{text}");
    }
}

#[test]
fn a_revoked_token_ends_its_stream_within_a_second() {
    let hub = TestHub::new();
    hub.open_run(None);
    hub.token("ana", Role::Lead, None);
    let token = hub.token("bo", Role::Observer, None);
    let head = "GET /api/v1/runs/demo-1/stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
    let mut stream = raw(&hub, &format!("{head}Authorization: Bearer {token}\r\n\r\n"));
    let mut some = [0; 64];
    stream.read_exact(&mut some).unwrap();
    hub.hub.tokens.revoke("bo").unwrap();
    let revoked = std::time::Instant::now();
    assert!(answer(stream).contains("event: hello"));
    assert!(revoked.elapsed() < Duration::from_secs(5), "a second, and time for a busy machine");
}

/// Waits until the hub has looked at its files and answers so.
fn answers_at_last(hub: &TestHub, token: Option<&str>, status: u16) {
    let begun = std::time::Instant::now();
    while hub.get("/api/v1/runs", token).0 != status {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come to {status}");
    }
}

#[test]
fn taking_the_last_token_away_lets_nobody_in() {
    let hub = TestHub::new();
    assert_eq!(hub.get("/api/v1/runs", None).0, 200, "no token yet");
    let token = hub.token("ana", Role::Lead, None);
    assert_eq!(
        (hub.get("/api/v1/runs", None).0, hub.get("/api/v1/runs", Some(&token)).0),
        (401, 200)
    );
    hub.hub.tokens.revoke("ana").unwrap();
    for token in [None, Some(token.as_str()), Some("glv_other")] {
        assert_eq!(hub.get("/api/v1/runs", token).0, 401, "{token:?}");
    }
}

#[test]
fn a_file_of_tokens_that_goes_or_breaks_lets_nobody_in() {
    for harm in [
        (|path: &std::path::Path| std::fs::remove_file(path).unwrap()) as fn(&std::path::Path),
        |path| std::fs::write(path, "{").unwrap(),
        |path| std::fs::write(path, "[]").unwrap(),
    ] {
        let hub = TestHub::new();
        let token = hub.token("ana", Role::Lead, None);
        let path = hub.folder.path().join("tokens.json");
        let good = std::fs::read(&path).unwrap();
        assert_eq!(hub.get("/api/v1/runs", Some(&token)).0, 200);
        harm(&path);
        answers_at_last(&hub, Some(&token), 401);
        assert_eq!(hub.get("/api/v1/runs", None).0, 401);
        std::fs::write(&path, good).unwrap();
        answers_at_last(&hub, Some(&token), 200);
    }
}

#[test]
fn a_hub_that_others_can_reach_needs_tokens_whatever_happens_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::new();
    let any = "0.0.0.0:0".parse().unwrap();
    let opened = golive::hub::http::Hub::open(folder.path()).unwrap();
    let begin = || golive::hub::http::Serving::begin(opened.clone(), any, None, true);
    let refused = hub.block_on(begin()).err().unwrap().to_string();
    assert!(refused.contains("there are no tokens"), "{refused}");
    opened.tokens.add("ana", Role::Lead, None).unwrap();
    // It has gone again before the hub begins to listen: there is none then, either.
    opened.tokens.revoke("ana").unwrap();
    assert!(hub.block_on(begin()).is_err());
    opened.tokens.add("ana", Role::Lead, None).unwrap();
    let serving = hub.block_on(begin()).unwrap();
    opened.tokens.revoke("ana").unwrap();
    let url = format!("http://127.0.0.1:{}/api/v1/runs", serving.address.port());
    let asked = hub.block_on(async { support::hub::client().get(url).send().await.unwrap() });
    assert_eq!(asked.status().as_u16(), 401);
    hub.block_on(serving.end());
}

#[test]
fn nobody_else_on_the_machine_reads_what_a_hub_keeps() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let sent = append(&head, vec![entry("r", 1, "bo", note("not public"))]);
    assert_eq!(hub.post(ENTRIES, None, sent).0, 200);
    hub.token("ana", Role::Lead, None);
    let files: Vec<_> = hub.folder.path().read_dir().unwrap().flatten().collect();
    assert!(files.iter().any(|file| file.file_name() == "demo-1.golive"));
    assert!(files.len() > 2, "beside it, what SQLite keeps, and the tokens");
    for file in files {
        let mode = std::os::unix::fs::MetadataExt::mode(&file.metadata().unwrap()) & 0o777;
        assert_eq!(mode & 0o077, 0, "{} is {mode:o}", file.path().display());
    }
}

/// Somebody who stopped reading for a while is far behind: what they were allowed to read is not
/// what they are allowed to read now.
#[test]
fn a_revoked_token_ends_its_stream_also_where_it_has_far_to_catch_up() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let text = "x".repeat(20_000);
    let count = 1_500;
    for first in (1..=count).step_by(100) {
        let some = (first..first + 100).map(|n| entry("r", n, "bo", note(&text))).collect();
        assert_eq!(hub.post(ENTRIES, None, append(&head, some)).0, 200);
    }
    hub.token("ana", Role::Lead, None);
    let token = hub.token("bo", Role::Observer, None);
    let ask = "GET /api/v1/runs/demo-1/stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
    let mut lazy = raw(&hub, &format!("{ask}Authorization: Bearer {token}\r\n\r\n"));
    let mut some = [0; 64];
    lazy.read_exact(&mut some).unwrap();
    let mut changed = hub.hub.secrets_changed();
    hub.hub.tokens.revoke("bo").unwrap();
    // Once the hub has noticed, and before the rest is read.
    let now = hub.hub.tokens.look().unwrap() + hub.hub.links.look().unwrap();
    hub.block_on(async { changed.wait_for(|told| *told == now).await.map(|_| ()) }).unwrap();
    let rest = answer(lazy);
    let read = rest.matches("event: entry").count() as u64;
    assert!(read < count, "the stream ended before its end: {read}");
}

/// What is answered is of the kind that the table of routes says.
#[test]
fn every_route_answers_what_it_says() {
    let hub = TestHub::new();
    hub.open_run(None);
    let token = hub.token("ana", Role::Lead, None);
    let mut looked_at = 0;
    for route in tables().into_iter().flatten() {
        let url = hub.url(&route.path.replace("{run}", "demo-1"));
        let request = support::hub::client().request(route.method.parse().unwrap(), url);
        let response = hub.block_on(request.bearer_auth(&token).body("").send()).unwrap();
        let kind = response.headers().get("content-type");
        let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
        match (response.status().is_success(), &route.answers) {
            (true, Body::None) => assert_eq!(kind, "", "{}", route.path),
            (true, Body::Json(_)) => assert_eq!(kind, "application/json", "{}", route.path),
            (true, Body::Text(said)) => {
                let (said, kind) = (said.split(';').next(), kind.split(';').next());
                assert_eq!(kind, said, "{}", route.path);
            }
            (true, Body::OneOf(kinds)) => {
                let bare = |kind: &str| kind.split(';').next().unwrap().to_owned();
                assert!(
                    kinds().iter().any(|said| bare(said) == bare(&kind)),
                    "{}: {kind}",
                    route.path
                );
            }
            (false, _) => {
                assert!(response.status().is_client_error(), "{} {kind}", route.path);
                let plain = kind == "application/problem+json" || kind.starts_with("text/html");
                assert!(plain, "{}: {kind}", route.path);
            }
        }
        looked_at += 1;
    }
    assert!(looked_at >= 11, "{looked_at}");
}

#[test]
fn a_flood_of_connections_is_survived() {
    let hub = TestHub::new();
    hub.open_run(None);
    let many: Vec<_> = (0..400).filter_map(|_| TcpStream::connect(hub.address).ok()).collect();
    assert!(many.len() > 300);
    assert_eq!(hub.get("/healthz", None), (200, "ok\n".to_owned()));
    let (_, metrics) = hub.get("/metrics", None);
    assert!(metrics.contains("golive_connections ") && metrics.contains("golive_stream_readers 0"));
}

#[test]
fn the_document_names_every_route_and_is_sound() {
    let hub = TestHub::new();
    let (status, body) = hub.get("/api/v1/openapi.json", None);
    let document: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, document["openapi"].as_str()), (200, Some("3.1.0")));
    for route in tables().into_iter().flatten() {
        let operation = &document["paths"][route.path][route.method.to_lowercase()];
        assert_eq!(operation["summary"].as_str(), Some(route.about), "{}", route.path);
    }
    let refs: Vec<_> = body
        .match_indices("#/components/schemas/")
        .map(|(at, name)| body[at + name.len()..].split('"').next().unwrap().to_owned())
        .collect();
    assert!(refs.len() > 10);
    for name in refs {
        assert!(document["components"]["schemas"][&name].is_object(), "{name}");
    }
}

#[test]
fn going_down_ends_streams_and_lets_requests_come_to_their_end() {
    let mut hub = TestHub::new();
    hub.open_run(None);
    let stream = raw(&hub, "GET /api/v1/runs/demo-1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    let mut some = [0; 64];
    (&stream).read_exact(&mut some).unwrap();
    hub.end();
    assert!(answer(stream).ends_with("0\r\n\r\n"), "the stream ended as it should");
    assert!(TcpStream::connect(hub.address).is_err());
    assert_eq!(
        problem(r#"{"type":"/problems/busy","title":"","status":503}"#).kind,
        ProblemKind::Busy
    );
}
