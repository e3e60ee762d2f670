//! A hub that goes down lets what it has begun to take in come to its end, and it is durable.
#![allow(clippy::disallowed_methods, reason = "opens a socket")]
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

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::hub::{TestHub, append, entry, note};

#[test]
fn a_request_that_is_under_way_is_answered_and_what_it_brought_is_kept() {
    let mut hub = TestHub::new();
    let head = hub.open_run(None);
    let body = append(&head, vec![entry("a", 1, "ana", note("just in time"))]);
    let mut stream = TcpStream::connect(hub.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!(
        "POST /api/v1/runs/demo-1/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The hub asks for the rest: it is at work on it.
    let mut asks = vec![0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut asks).unwrap();
    assert!(asks.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&asks));
    let (first, rest) = body.as_bytes().split_at(body.len() / 2);
    stream.write_all(first).unwrap();
    // All that a signal does.
    hub.hub.end();
    stream.write_all(rest).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
    hub.end();
    assert!(TcpStream::connect(hub.address).is_err(), "nothing new is taken in");
    hub.begin_again();
    assert_eq!(hub.page(0, None).entries.len(), 2, "the opening, and the note");
}
