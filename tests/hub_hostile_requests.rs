//! Requests that no client of ours would send: each is answered plainly or closed on, none changes
//! anything, and the hub goes on.
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

use golive::runbook::Role;
use golive::sync::protocol::ProblemKind;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::hub::{TestHub, append, entry, note, opening_lines, problem};

const ENTRIES: &str = "/api/v1/runs/demo-1/entries";

/// Sends these bytes; answers all that comes back until the hub closes. A request has to ask for
/// that, or be so wrong that nothing can follow.
fn raw(hub: &TestHub, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(hub.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
    // It may have been closed on us already.
    let _ = stream.write_all(bytes);
    read(stream)
}

fn read(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Status of every answer in a text, in order.
fn statuses(text: &str) -> Vec<u16> {
    let lines = text.split("HTTP/1.").skip(1);
    lines.filter_map(|line| line.get(2..5)?.parse().ok()).collect()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
}

fn is_well(hub: &TestHub, head: &golive::sync::protocol::Head) {
    assert_eq!(hub.get("/healthz", None), (200, "ok\n".to_owned()));
    assert_eq!(hub.page(0, None).head, *head, "nothing was recorded");
}

#[test]
fn what_is_no_http_or_an_odd_one_is_answered_or_closed_on() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let host = "Host: 127.0.0.1\r\n";
    let many: String = (0..200).map(|n| format!("X-{n}: {n}\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "x".repeat(1 << 20));
    let post =
        |headers: &str, body: &str| format!("POST {ENTRIES} HTTP/1.1\r\n{host}{headers}\r\n{body}");
    // What is sent, and the statuses that are answered; none: closed without a word.
    let cases: Vec<(String, &[u16])> = vec![
        (format!("GET /healthz HTTP/1.0\r\n{host}\r\n"), &[200]),
        ("GET /healthz HTTP/1.0\r\n\r\n".to_owned(), &[403]),
        ("GET /healthz HTTP/1.1\r\n\r\n".to_owned(), &[403]),
        ("GET /healthz\r\n\r\n".to_owned(), &[400]),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), &[]),
        ("\u{0}\u{1}\u{2}\r\n\r\n".to_owned(), &[400]),
        ("SSH-2.0-OpenSSH_9.6\r\n".to_owned(), &[400]),
        (format!("GET /healthz HTTP/1.1\r\n{host}{many}\r\n"), &[431]),
        (format!("GET /healthz HTTP/1.1\r\n{host}{long}\r\n"), &[431]),
        (format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(1 << 20)), &[431]),
        (format!("GET /healthz HTTP/1.1\r\n{host}No colon\r\n\r\n"), &[400]),
        (format!("GET /healthz HTTP/1.1\r\n{host}Space : x\r\n\r\n"), &[400]),
        (format!("GET /heal\0thz HTTP/1.1\r\n{host}\r\n"), &[400]),
        (format!("get /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[405]),
        (format!("TRACE /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[405]),
        (format!("HEAD /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[200]),
        (
            format!("HEAD /api/v1/runs/demo-1/stream HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[200],
        ),
        (format!("OPTIONS * HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[404]),
        (format!("CONNECT evil.example:443 HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[404]),
        (post("Content-Length: 5\r\nContent-Length: 6\r\n", "[]    "), &[400]),
        (post("Content-Length: -1\r\n", "[]"), &[400]),
        (post("Content-Length: 99999999999999999999\r\n", "[]"), &[400]),
        (
            post("Transfer-Encoding: chunked\r\nConnection: close\r\n", "zz\r\n[]\r\n0\r\n\r\n"),
            &[413],
        ),
        (post("Transfer-Encoding: gzip\r\n", "[]"), &[400]),
        (
            post(
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n",
                "2\r\n[]\r\n0\r\n\r\n",
            ),
            &[400],
        ),
        (
            post("Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n", "[]"),
            &[100, 400],
        ),
        (
            format!(
                "GET /healthz HTTP/1.1\r\n{host}Upgrade: websocket\r\nConnection: upgrade, close\r\n\r\n"
            ),
            &[200],
        ),
    ];
    for (sent, expected) in cases {
        let text = raw(&hub, sent.as_bytes());
        let shown: String = sent.chars().take(120).collect();
        assert_eq!(statuses(&text), expected, "{shown:?}: {text}");
    }
    is_well(&hub, &head);
}

#[test]
fn requests_in_a_row_are_answered_in_their_order() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let body = append(&head, vec![entry("r", 1, "bo", note("in between"))]);
    let host = "Host: 127.0.0.1\r\n";
    let row = [
        format!("GET /healthz HTTP/1.1\r\n{host}\r\n"),
        format!("GET /nothing HTTP/1.1\r\n{host}\r\n"),
        format!("POST {ENTRIES} HTTP/1.1\r\n{host}Content-Length: {}\r\n\r\n{body}", body.len()),
        get(ENTRIES),
    ]
    .concat();
    let text = raw(&hub, row.as_bytes());
    assert_eq!(statuses(&text), [200, 404, 200, 200], "{text}");
    assert!(text.rsplit("HTTP/1.1").next().unwrap().contains("in between"), "{text}");
    // A smuggled request is none: what follows a body of the declared length is the next one.
    let smuggled = format!("POST {ENTRIES} HTTP/1.1\r\n{host}Content-Length: 2\r\n\r\n[]");
    let text = raw(&hub, (smuggled + &get("/healthz")).as_bytes());
    assert_eq!(statuses(&text), [400, 200], "{text}");
}

#[test]
fn no_path_leads_out_of_the_runs() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let long = "x".repeat(10_000);
    let names = [
        "..",
        ".",
        "%2e%2e",
        "%2e",
        "..%2ftokens.json",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "..%5c..%5cx",
        "tokens.json",
        "demo-1.golive",
        "demo-1%00",
        "%00",
        "demo-1%0a",
        "-demo-1",
        "DEMO-1",
        "demo-1%20",
        "%ff%fe",
        "caf%c3%a9",
        "demo_1",
        "*",
        "~",
        "%25",
        "demo-1;x=1",
        long.as_str(),
    ];
    for name in names {
        for rest in ["", "/entries", "/stream", "/report"] {
            let text = raw(&hub, get(&format!("/api/v1/runs/{name}{rest}")).as_bytes());
            let status = statuses(&text);
            assert!(matches!(status[..], [404 | 400]), "{name}{rest}: {text}");
        }
        let body = append(&head, vec![]);
        let text = raw(
            &hub,
            format!(
                "POST /api/v1/runs/{name}/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        );
        assert!(matches!(statuses(&text)[..], [404 | 400]), "{name}: {text}");
        // Nor is a run of such a name made.
        let lines = opening_lines("demo-1").replace("demo-1", &name.replace('%', "%25"));
        let (status, _) = hub.post("/api/v1/runs", None, lines);
        assert!(status >= 400, "{name}: {status}");
    }
    for path in [
        "//api/v1/runs",
        "/api/v1/runs/",
        "/api//v1/runs",
        "/./healthz",
        "/../healthz",
        "/%2e%2e/healthz",
        "/api/v1/runs/demo-1/../demo-1",
        "/api/v1/runs/demo-1/entries/1",
        "/API/V1/runs",
    ] {
        let text = raw(&hub, get(path).as_bytes());
        assert_eq!(statuses(&text), [404], "{path}: {text}");
    }
    // Another host in the request's own line means another host.
    let elsewhere = "GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&raw(&hub, elsewhere.as_bytes())), [403]);
    assert_eq!(
        support::ledger::files(hub.folder.path()).iter().filter(|f| f.ends_with(".golive")).count(),
        1
    );
    is_well(&hub, &head);
}

#[test]
fn odd_places_and_limits_are_malformed_or_not_there() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let most = u64::MAX;
    for (query, expected) in [
        ("after=-1".to_owned(), 400),
        ("after=1e9".to_owned(), 400),
        ("after=18446744073709551616".to_owned(), 400),
        ("after=".to_owned(), 400),
        ("after=1&after=2".to_owned(), 400),
        ("limit=-1".to_owned(), 400),
        ("limit=x".to_owned(), 400),
        (format!("after={most}"), 409),
        (format!("after={}", i64::MAX), 409),
        (format!("after={}", i64::MAX as u64 + 1), 409),
        ("after=2".to_owned(), 409),
        ("after=1&chain=zzz".to_owned(), 409),
        ("chain=%00".to_owned(), 409),
        (format!("after=1&chain={}", head.chain.to_uppercase()), 409),
        ("limit=0".to_owned(), 200),
        (format!("limit={most}"), 200),
        ("what=else".to_owned(), 200),
    ] {
        let (status, body) = hub.get(&format!("{ENTRIES}?{query}"), None);
        assert_eq!(status, expected, "{query}: {body}");
    }
    for (last, expected) in [
        ("", 200),
        ("abc", 200),
        ("-1", 200),
        ("1;2", 200),
        ("0x1", 200),
        ("1.5", 200),
        ("99999999999999999999", 200),
        ("1", 200),
        ("2", 409),
        ("18446744073709551615", 409),
    ] {
        let request = format!(
            "GET /api/v1/runs/demo-1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nLast-Event-ID: {last}\r\n\r\n"
        );
        let mut stream = TcpStream::connect(hub.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(std::str::from_utf8(&first[9..]).unwrap(), expected.to_string(), "{last:?}");
    }
    is_well(&hub, &head);
}

#[test]
fn other_sites_forms_are_turned_away_however_they_are_sent() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let body = append(&head, vec![entry("r", 1, "bo", note("forged"))]);
    let form = "application/x-www-form-urlencoded";
    for headers in [
        &[("Origin", "https://evil.example"), ("Content-Type", form)][..],
        &[("Origin", "null"), ("Content-Type", "text/plain")],
        &[("Sec-Fetch-Site", "cross-site"), ("Content-Type", form)],
        &[("Sec-Fetch-Site", "cross-site"), ("Content-Type", "multipart/form-data; boundary=x")],
        &[("Origin", "http://127.0.0.1.evil.example")],
        &[("Origin", "")],
    ] {
        for path in [ENTRIES, "/api/v1/runs", "/api/v1/runs/demo-1/progress"] {
            let (status, said) =
                hub.ask(reqwest::Method::POST, path, None, Some(body.clone()), headers);
            assert_eq!(
                (status, problem(&said).kind),
                (403, ProblemKind::Origin),
                "{path} {headers:?}"
            );
        }
    }
    // Also where the browser had a token to send along.
    let token = hub.token("ana", Role::Lead, None);
    let crosses = [("Sec-Fetch-Site", "cross-site")];
    let post = reqwest::Method::POST;
    assert_eq!(hub.ask(post, ENTRIES, Some(&token), Some(body), &crosses).0, 403);
    // Whoever follows a link reads.
    assert_eq!(hub.ask(reqwest::Method::GET, "/healthz", None, None, &crosses).0, 200);
    assert_eq!(hub.page(0, Some(&token)).head, head);
}

#[test]
fn entries_that_are_none_are_malformed_whatever_they_look_like() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let good = serde_json::to_string(&entry("r", 1, "bo", note("x"))).unwrap();
    let inner = good.strip_prefix("{\"body\":").unwrap().strip_suffix('}').unwrap();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(50_000), close.repeat(50_000));
    let odd: Vec<String> = vec![
        "{}".to_owned(),
        "{\"body\":null,\"body64\":null}".to_owned(),
        format!("{{\"body\":{inner},\"body64\":\"e30=\"}}"),
        "{\"body64\":\"!!!\"}".to_owned(),
        "{\"body64\":\"/////w==\"}".to_owned(),
        "{\"body\":[]}".to_owned(),
        "{\"body\":\"x\"}".to_owned(),
        format!("{{\"body\":{}}}", deep("[", "]")),
        format!("{{\"body\":{}}}", deep("{\"a\":", "}").replacen("{\"a\":}", "{}", 1)),
        format!("{{\"body\":{}}}", inner.replace("\"index\":1", "\"index\":1e99")),
        format!("{{\"body\":{}}}", inner.replace("\"index\":1", "\"index\":-1")),
        format!("{{\"body\":{}}}", inner.replace("\"index\":1", "\"index\":18446744073709551616")),
        format!("{{\"body\":{}}}", inner.replace("\"replica\":\"r\"", "\"replica\":\"\"")),
        format!(
            "{{\"body\":{}}}",
            inner.replace("\"replica\":\"r\"", &format!("\"replica\":\"{}\"", "r".repeat(201)))
        ),
        format!("{{\"body\":{}}}", inner.replace("2026-11-28T23:00:00", "not a time")),
        format!("{{\"body\":{}}}", inner.replace("2026-11-28T23:00:00", "+999999-11-28T23:00:00")),
        format!("{{\"body\":{}}}", inner.replace("\"x\"", "\"\\ud800\"")),
    ];
    for sent in &odd {
        let body =
            append(&head, vec![]).replace("\"entries\":[]", &format!("\"entries\":[{sent}]"));
        let (status, said) = hub.post(ENTRIES, None, body);
        let shown: String = sent.chars().take(160).collect();
        assert!((400..500).contains(&status), "{shown}: {status} {said}");
        assert!(!problem(&said).detail.is_empty(), "{shown}: {said}");
    }
    // Bytes that are no text.
    let bytes = [append(&head, vec![]).as_bytes(), b"\xff\xfe"].concat();
    let request = format!(
        "POST {ENTRIES} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        bytes.len()
    );
    let text = raw(&hub, &[request.as_bytes(), &bytes].concat());
    assert_eq!(statuses(&text), [400], "{text}");
    is_well(&hub, &head);
    // Of an append with a bad entry, what came before it is taken, once.
    let mixed = format!("\"entries\":[{good},{}]", odd[0]);
    let body = append(&head, vec![]).replace("\"entries\":[]", &mixed);
    assert_eq!(hub.post(ENTRIES, None, body.clone()).0, 400);
    assert_eq!(hub.post(ENTRIES, None, body).0, 400);
    assert_eq!(hub.page(1, None).entries.len(), 1);
}

#[test]
fn entries_of_the_edges_of_time_are_kept_and_harm_nobody() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let mut index = 0;
    for (at, offset) in [
        ("0001-01-01T00:00:00", "0"),
        ("9999-12-31T23:59:59", "0"),
        ("-262143-01-01T00:00:00", "0"),
        ("+262142-12-31T23:59:59", "0"),
        ("2026-11-28T23:00:00", "9223372036854775807"),
        ("2026-11-28T23:00:00", "-9223372036854775808"),
    ] {
        index += 1;
        let sent = serde_json::to_string(&entry("edge", index, "bo", note("when?"))).unwrap();
        let sent = sent.replace("2026-11-28T23:00:00", at);
        let sent = sent.replace("\"offset_ms\":0", &format!("\"offset_ms\":{offset}"));
        let body =
            append(&head, vec![]).replace("\"entries\":[]", &format!("\"entries\":[{sent}]"));
        let (status, said) = hub.post(ENTRIES, None, body);
        assert!(matches!(status, 200 | 400 | 409), "{at} {offset}: {status} {said}");
        index -= u64::from(status != 200);
        let (status, said) = hub.get("/api/v1/runs/demo-1", None);
        assert_eq!(status, 200, "{at} {offset}: {said}");
    }
    assert!(index > 0);
    assert_eq!(hub.get("/api/v1/runs", None).0, 200);
}

#[test]
fn whoever_has_a_token_acts_as_themselves_and_as_nobody_else() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let lead = hub.token("ana", Role::Lead, None);
    let bo = hub.token("bo", Role::Operator, None);
    let eve = hub.token("eve", Role::Observer, None);
    let other = hub.token("zoe", Role::Lead, Some("another-run"));
    let post = |token: &str, sent| {
        let (status, said) = hub.post(ENTRIES, Some(token), append(&head, vec![sent]));
        (
            status,
            serde_json::from_str(&said)
                .map(|p: golive::sync::Problem| p.detail)
                .unwrap_or_default(),
        )
    };
    // A replica belongs to whoever used it first; the opener's is ana's.
    assert_eq!(post(&bo, entry("bo-1", 1, "bo", note("mine"))).0, 200);
    for (token, replica, index) in [(&eve, "bo-1", 2), (&bo, "opener", 2), (&lead, "bo-1", 2)] {
        let (status, why) = post(token, entry(replica, index, "bo", note("not mine")));
        assert_eq!(status, 422, "{why}");
        assert!(why.contains("its name belongs to") || why.contains("observer"), "{why}");
    }
    // An observer decides nothing, under any name and for anybody.
    let go = golive::run::Event::RunStarted {};
    for claimed in ["eve", "ana", "bo", ""] {
        let (status, why) = post(&eve, entry(&format!("eve-{claimed}"), 1, claimed, go.clone()));
        assert_eq!(status, 422, "{why}");
        assert!(why.contains("eve is an observer"), "{why}");
    }
    assert_eq!(post(&other, entry("z", 1, "zoe", go.clone())).0, 403);
    assert_eq!(post("glv_unknown", entry("u", 1, "ana", go)).0, 401);
    let names: Vec<String> = hub
        .page(1, Some(&lead))
        .entries
        .iter()
        .map(|entry| String::from_utf8(entry.unpack().unwrap()).unwrap())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].contains(r#""name":"bo","role":"operator","claimed":false"#), "{names:?}");
}

/// Nobody makes the hub refuse what another has yet to send, by sending something under its name.
#[test]
fn an_entry_under_anothers_name_takes_nothing_from_its_owner() {
    let mut hub = TestHub::new();
    let head = hub.open_run(None);
    let ana = hub.token("ana", Role::Lead, None);
    let ob = hub.token("ob", Role::Observer, None);
    let bo = hub.token("bo", Role::Operator, None);
    for index in 2..8 {
        for (token, claimed) in [(&ob, "ob"), (&ob, "ana"), (&bo, "bo"), (&bo, "ana")] {
            let forged = vec![entry("opener", index, claimed, note("forged"))];
            let (status, said) = hub.post(ENTRIES, Some(token), append(&head, forged));
            assert_eq!(status, 422, "{said}");
            assert!(said.contains("its name belongs to ana"), "{said}");
        }
    }
    let send = |hub: &TestHub, index| {
        let sent = vec![entry("opener", index, "ana", note("mine"))];
        hub.post(ENTRIES, Some(&ana), append(&head, sent))
    };
    assert_eq!(send(&hub, 2).0, 200);
    hub.end();
    hub.begin_again();
    let (status, said) = send(&hub, 3);
    assert_eq!(status, 200, "nothing of it was kept: {said}");
}

#[test]
fn bodies_that_come_byte_by_byte_are_let_go_and_hold_up_nobody() {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let slow = |path: &str| {
        let mut stream = TcpStream::connect(hub.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
        let request =
            format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{{");
        stream.write_all(request.as_bytes()).unwrap();
        stream
    };
    let paths = [ENTRIES, "/api/v1/runs/demo-1/progress", "/api/v1/runs"];
    let waiting: Vec<_> = (0..60).map(|n| slow(paths[n % 3])).collect();
    let body = append(&head, vec![entry("r", 1, "bo", note("meanwhile"))]);
    assert_eq!(hub.post(ENTRIES, None, body).0, 200);
    // Whoever has been answered and says nothing more is let go as well.
    let mut idle = TcpStream::connect(hub.address).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    for stream in waiting {
        let text = read(stream);
        assert_eq!(statuses(&text), [400], "{text}");
        assert!(text.contains("did not come in time"), "{text}");
    }
    assert_eq!(statuses(&read(idle)), [200]);
}
