//! A body of a gigabyte, in every way there is to send one: the hub refuses it plainly and its
//! memory stays where it was.
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

use std::io::{Read, Write};
use support::hub::opening_lines;
use support::process::HubProcess;

const GIGABYTE: u64 = 1 << 30;
/// What one of these may cost the hub at most: the longest line it takes, twice, and room for buffers.
const MAY_GROW: u64 = 64 << 20;

/// Sends that piece again and again until a gigabyte has gone or nobody takes it any more. Answers
/// how much went and what came back.
fn send(hub: &HubProcess, path: &str, head: &str, chunked: bool, piece: &[u8]) -> (u64, String) {
    let mut stream = hub.connect();
    write!(stream, "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n").unwrap();
    let mut reader = stream.try_clone().unwrap();
    // It is read while the body is on its way, as a client should.
    let answer = std::thread::spawn(move || {
        let (mut text, mut piece) = (Vec::new(), [0; 4096]);
        while let Ok(read) = reader.read(&mut piece) {
            if read == 0 {
                break;
            }
            text.extend_from_slice(&piece[..read]);
        }
        String::from_utf8_lossy(&text).into_owned()
    });
    let chunk = match chunked {
        true => [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat(),
        false => piece.to_vec(),
    };
    let mut sent = 0;
    while sent < GIGABYTE && stream.write_all(&chunk).is_ok() {
        sent += piece.len() as u64;
    }
    let _ = stream.shutdown(std::net::Shutdown::Write);
    (sent, answer.join().unwrap())
}

#[test]
fn a_gigabyte_is_refused_and_never_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::begin(folder.path());
    hub.open_run(&opening_lines("demo-1"));
    let entries = "/api/v1/runs/demo-1/entries";
    let chunked = "Transfer-Encoding: chunked\r\n";
    let declared = format!("Content-Length: {GIGABYTE}\r\n");
    let brackets = vec![b'['; 1 << 20];
    let mut blank = vec![b' '; 1 << 20];
    blank[(1 << 20) - 1] = b'\n';
    let before = hub.memory("VmHWM");
    let cases: [(&str, &str, bool, &[u8], u64); 6] = [
        // Where bodies are short, it is closed on whoever goes on and on.
        (entries, chunked, true, &brackets, 64 << 20),
        (entries, &declared, false, &brackets, 64 << 20),
        ("/api/v1/runs/demo-1/progress", chunked, true, &brackets, 64 << 20),
        // A run may be large, but no line of it endless.
        ("/api/v1/runs", chunked, true, &brackets, 128 << 20),
        ("/api/v1/runs", &declared, false, &brackets, 128 << 20),
        ("/api/v1/runs", chunked, true, &blank, 640 << 20),
    ];
    for (path, head, is_chunked, piece, at_most) in cases {
        let (sent, answer) = send(&hub, path, head, is_chunked, piece);
        let what = format!("{path} {head:?}: {sent} bytes, {answer}");
        assert!(sent < at_most, "it is not read to its end: {what}");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{what}");
    }
    let grown = hub.memory("VmHWM") - before;
    eprintln!("at its peak the hub had {} MiB more", grown >> 20);
    assert!(grown < MAY_GROW, "{grown} bytes");
    let page =
        hub.ask(&format!("GET {entries} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
    assert!(page.starts_with("HTTP/1.1 200") && page.matches("\"seq\":2").count() == 0, "{page}");
}

#[test]
fn whoever_declares_too_much_reads_why() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::begin(folder.path());
    hub.open_run(&opening_lines("demo-1"));
    let mut stream = hub.connect();
    let path = "/api/v1/runs/demo-1/entries";
    write!(stream, "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {GIGABYTE}\r\n\r\n")
        .unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
    assert!(text.contains("a body may have"), "{text}");
}
