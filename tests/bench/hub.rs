//! A hub on this machine, measured by clients on this machine: entries a second from 1, 10 and 64
//! writers beside the raw flush rate of the same disk in the same minute, and how long an entry
//! takes to the last of N readers, and to its writer's answer meanwhile. Ratios count, not figures.
#![allow(missing_docs, reason = "a benchmark's names say what they measure")]
#![allow(clippy::disallowed_methods, reason = "measures time, files and sockets")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark says what it found, and stops where it cannot run"
)]

#[path = "../support"]
mod support {
    pub mod hub;
    pub mod ledger;
}

use golive::sync::protocol::Head;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use support::hub::{TestHub, append, entry, note};

/// How long each rate is measured.
const MEASURED: Duration = Duration::from_secs(3);

fn main() {
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let flushes = raw_flushes();
    println!("raw append + fdatasync: {flushes:.0}/s");
    for (writers, batch) in [(1, 1), (10, 1), (64, 1), (1, 64), (10, 64), (64, 64)] {
        let (rate, p50, p99) = writers_at(writers, batch);
        println!(
            "{writers:>3} writers, {batch:>2} entries a request: {rate:>8.0} entries/s ({:>5.1} a raw flush), answer {p50:.2} / {p99:.2} ms",
            rate / flushes
        );
    }
    for readers in [100, 1_000, 5_000] {
        fan_out(readers);
    }
}

fn raw_flushes() -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("raw")).unwrap();
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed() < Duration::from_secs(1) {
        file.write_all(&[b'x'; 256]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / started.elapsed().as_secs_f64()
}

/// A connection that is kept, and no more than it takes.
struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 256 << 10] }
    }

    fn post(&mut self, body: &str) {
        let head = format!(
            "POST /api/v1/runs/demo-1/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.stream.write_all((head + body).as_bytes()).unwrap();
        let mut read = 0;
        loop {
            read += self.stream.read(&mut self.buffer[read..]).unwrap();
            let text = &self.buffer[..read];
            let Some(end) = text.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&text[..end]).unwrap().to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{}", String::from_utf8_lossy(text));
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
            if read >= end + 4 + length {
                return;
            }
        }
    }
}

fn body(head: &Head, replica: &str, first: u64, count: u64) -> String {
    let text = "row counts are equal in both schemas";
    append(head, (first..first + count).map(|n| entry(replica, n, replica, note(text))).collect())
}

fn writers_at(writers: usize, batch: u64) -> (f64, f64, f64) {
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let all = AtomicU64::new(0);
    let begin = Barrier::new(writers);
    let mut answers: Vec<f64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..writers)
            .map(|n| {
                let (all, begin, head) = (&all, &begin, &head);
                let address = hub.address;
                scope.spawn(move || {
                    let mut wire = Wire::to(address);
                    let replica = format!("w{n}");
                    let mut answers = Vec::new();
                    begin.wait();
                    let (started, mut next) = (Instant::now(), 1);
                    while started.elapsed() < MEASURED {
                        let body = body(head, &replica, next, batch);
                        let asked = Instant::now();
                        wire.post(&body);
                        answers.push(asked.elapsed().as_secs_f64() * 1e3);
                        next += batch;
                        all.fetch_add(batch, Ordering::Relaxed);
                    }
                    answers
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let rate = all.load(Ordering::Relaxed) as f64 / MEASURED.as_secs_f64();
    let (p50, p99) = percentiles(&mut answers);
    (rate, p50, p99)
}

fn percentiles(values: &mut [f64]) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[values.len() / 2], values[values.len() * 99 / 100])
}

/// From the append to the last reader who has it, and to the writer's answer.
fn fan_out(readers: usize) {
    const ENTRIES: u64 = 100;
    let hub = TestHub::new();
    let head = hub.open_run(None);
    let before = memory();
    // Readers are tasks of few threads, as little work as can be.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.unwrap();
    let (says, heard) = std::sync::mpsc::sync_channel::<u64>(1 << 20);
    for _ in 0..readers {
        let (says, address) = (says.clone(), hub.address);
        runtime.spawn(async move {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let head = "GET /api/v1/runs/demo-1/stream?after=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut piece = vec![0; 4096];
            let mut rest = String::new();
            loop {
                let Ok(read) = stream.read(&mut piece).await else { return };
                if read == 0 {
                    return;
                }
                rest.push_str(&String::from_utf8_lossy(&piece[..read]));
                while let Some((event, after)) = rest.split_once("\n\n") {
                    let seq =
                        event.lines().find_map(|line| line.strip_prefix("id: ")?.parse().ok());
                    let hello = event.contains("event: hello");
                    if hello || seq.is_some() {
                        let _ = says.try_send(seq.unwrap_or(0));
                    }
                    rest = after.to_owned();
                }
            }
        });
    }
    for _ in 0..readers {
        heard.recv_timeout(Duration::from_secs(60)).expect("every reader is there");
    }
    let held = memory().saturating_sub(before) / readers as u64;
    let (mut answers, mut last) = (Vec::new(), Vec::new());
    let mut wire = Wire::to(hub.address);
    for n in 1..=ENTRIES {
        let body = body(&head, "w", n, 1);
        let asked = Instant::now();
        wire.post(&body);
        answers.push(asked.elapsed().as_secs_f64() * 1e3);
        let mut have = 0;
        while have < readers {
            let seq = heard.recv_timeout(Duration::from_secs(60)).expect("every reader has it");
            have += usize::from(seq == n + 1);
        }
        last.push(asked.elapsed().as_secs_f64() * 1e3);
        std::thread::sleep(Duration::from_millis(5));
    }
    let ((a50, a99), (l50, l99)) = (percentiles(&mut answers), percentiles(&mut last));
    println!(
        "{readers:>5} readers: the last has it after {l50:.1} / {l99:.1} ms, the answer took {a50:.2} / {a99:.2} ms, {} KiB a reader (both ends)",
        held >> 10
    );
}

/// Resident memory of this process, bytes: the hub's, and that of its readers.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
