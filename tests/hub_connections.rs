//! More connections than a hub has room for: those above are told so, those inside go on, and its
//! memory and its files stay bounded.
#![allow(clippy::disallowed_methods, reason = "tests of sockets")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests say so by panicking, and what they measured"
)]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod process;
}

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use support::hub::{append, entry, note, opening_lines};
use support::process::{HubProcess, files_for, over};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/// What a connection that was made came to hear.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Heard {
    LetIn,
    Told,
    Closed,
}

fn hears(stream: &mut TcpStream) -> Heard {
    // It may be closed already.
    let _ = stream.write_all(HEALTH.as_bytes());
    let mut text = vec![0; 1024];
    let read = stream.read(&mut text).unwrap_or(0);
    let text = String::from_utf8_lossy(&text[..read]).into_owned();
    if text.starts_with("HTTP/1.1 200") {
        return Heard::LetIn;
    }
    if text.is_empty() {
        return Heard::Closed;
    }
    assert!(text.starts_with("HTTP/1.1 503") && text.contains("Retry-After: 1"), "{text}");
    assert!(text.contains("which is all it takes; try again"), "{text}");
    Heard::Told
}

/// An old hand at the hub: a connection that is kept, and a stream.
struct Old {
    wire: TcpStream,
    stream: TcpStream,
    seen: String,
    head: golive::sync::protocol::Head,
    next: u64,
}

impl Old {
    fn at(hub: &HubProcess) -> Self {
        hub.open_run(&opening_lines("demo-1"));
        let mut wire = hub.connect();
        let page =
            over(&mut wire, "GET /api/v1/runs/demo-1/entries HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        let page: serde_json::Value =
            serde_json::from_str(page.split_once("\r\n\r\n").unwrap().1).unwrap();
        let head = serde_json::from_value(page["head"].clone()).unwrap();
        let mut stream = hub.connect();
        let ask = "GET /api/v1/runs/demo-1/stream?after=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        stream.write_all(ask.as_bytes()).unwrap();
        let mut old = Self { wire, stream, seen: String::new(), head, next: 1 };
        old.until("event: hello");
        old
    }

    fn until(&mut self, words: &str) {
        let mut piece = [0; 4096];
        while !self.seen.contains(words) {
            let read = self.stream.read(&mut piece).unwrap();
            assert!(read > 0, "the stream ended before {words}");
            self.seen.push_str(&String::from_utf8_lossy(&piece[..read]));
        }
    }

    /// Something is recorded over the old connection and comes over the old stream.
    fn goes_on(&mut self) {
        let text = format!("goes on {}", self.next);
        let body = append(&self.head, vec![entry("old", self.next, "bo", note(&text))]);
        self.next += 1;
        let answer = over(
            &mut self.wire,
            &format!(
                "POST /api/v1/runs/demo-1/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        );
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        self.until(&text);
    }

    fn figure(&mut self, name: &str) -> u64 {
        let metrics = over(&mut self.wire, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap().trim().parse().unwrap()
    }
}

/// After the others have gone there is room again.
fn has_room_again(hub: &HubProcess) {
    let started = Instant::now();
    loop {
        let mut stream = hub.connect();
        if hears(&mut stream) == Heard::LetIn {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "there is room again");
    }
}

#[test]
fn of_ten_thousand_connections_those_above_the_limit_are_told_and_the_others_go_on() {
    let wanted = 10_000;
    let may = files_for(wanted + 100) - 100;
    let count = usize::try_from(wanted.min(may)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::begin(folder.path());
    let mut old = Old::at(&hub);
    let before = hub.memory("VmRSS");
    let mut many: Vec<_> = (0..count).map(|_| hub.connect()).collect();
    let mut heard: HashMap<Heard, usize> = HashMap::new();
    for stream in &mut many {
        *heard.entry(hears(stream)).or_default() += 1;
    }
    let of = |what: Heard| heard.get(&what).copied().unwrap_or(0);
    let (inside, told) = (of(Heard::LetIn), of(Heard::Told));
    assert!(inside <= 8_192, "{heard:?}");
    old.goes_on();
    let grown = hub.memory("VmRSS").saturating_sub(before);
    eprintln!(
        "{count} connections: {heard:?}; {} KiB a connection inside",
        (grown >> 10) / inside as u64
    );
    // A connection costs its buffers, and those have a bound.
    assert!(grown < inside as u64 * (64 << 10), "{grown} bytes for {inside}");
    if count > 8_192 {
        assert!(inside > 6_000 && inside + told > count * 9 / 10, "most are told: {heard:?}");
        assert!(old.figure("golive_connections_refused_total") >= (count - 8_192) as u64);
    }
    drop(many);
    has_room_again(&hub);
    old.goes_on();
}

#[test]
fn a_hub_that_may_have_few_files_open_keeps_some_for_its_store() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::with_files(folder.path(), 256);
    let mut old = Old::at(&hub);
    let mut many: Vec<_> = (0..400).map(|_| hub.connect()).collect();
    let inside = many.iter_mut().map(hears).filter(|heard| *heard == Heard::LetIn).count();
    assert!((100..=192).contains(&inside), "{inside}");
    old.goes_on();
    assert!(hub.files() < 256, "{}", hub.files());
    assert!(old.figure("golive_connections_refused_total") >= 200);
    drop(many);
    has_room_again(&hub);
    old.goes_on();
}

#[test]
fn a_hub_of_many_runs_does_not_keep_all_of_them_open() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::begin(folder.path());
    for n in 0..60 {
        hub.open_run(&opening_lines(&format!("demo-{n}")));
    }
    let list =
        || hub.ask("GET /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    let said = list();
    assert_eq!(said.matches("\"run\":").count(), 60, "{said}");
    for n in 0..60 {
        let path = format!("/api/v1/runs/demo-{n}/entries");
        let said = hub
            .ask(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    }
    // A run that is open takes up to six: all sixty would take more than 300.
    assert!(hub.files() < 32 * 6 + 40, "{}", hub.files());
    assert_eq!(list().matches("\"run\":").count(), 60);
}
