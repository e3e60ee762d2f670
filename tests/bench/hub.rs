//! A hub in a process of its own, measured by clients on the same machine: entries a second from 1,
//! 10 and 64 writers beside the raw flush rate of the same disk in the same minute; and how long an
//! entry takes from its append to the last of N readers, how long its writer waits for the answer
//! meanwhile, and what a reader costs the hub in memory. Ratios count, not figures: clients and hub
//! share the processors.
//!
//! `cargo bench --bench hub -- --quick` takes seconds and shows that it works, nothing else.
#![allow(missing_docs, reason = "a benchmark's names say what they measure")]
#![allow(clippy::disallowed_methods, reason = "measures time, files and sockets")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark says what it found, and stops where it cannot run"
)]

#[path = "../support"]
mod support {
    pub mod hub;
    pub mod ledger;
    pub mod process;
}

use golive::sync::protocol::{Appended, Head, Page};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use support::hub::{append, entry, note, opening_lines};
use support::process::{HubProcess, files_for};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How much is measured.
struct Extent {
    /// Of each rate.
    seconds: f64,
    readers: &'static [usize],
    /// Entries for each number of readers.
    entries: u64,
}

const WHOLE: Extent = Extent { seconds: 3.0, readers: &[100, 1_000, 5_000], entries: 200 };
const QUICK: Extent = Extent { seconds: 0.3, readers: &[20, 100], entries: 20 };

fn main() {
    let has = |word: &str| std::env::args().any(|arg| arg == word);
    if has("--test") {
        return;
    }
    let extent = if has("--quick") { QUICK } else { WHOLE };
    println!("writers  entries/request      entries/s    a raw flush   answer 50th / 99th");
    for (writers, batch) in [(1, 1), (10, 1), (64, 1), (1, 64), (10, 64), (64, 64)] {
        write_rate(&extent, writers, batch);
    }
    println!(
        "readers     last has it 50th / 99th        answer 50th / 99th    hub's memory a reader"
    );
    for readers in extent.readers {
        fan_out(&extent, *readers);
    }
}

/// Appends and flushes a second to a file of its own, on the disk where the hubs are: entries of
/// about the same size.
fn raw_flushes(seconds: f64) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("raw")).unwrap();
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed().as_secs_f64() < seconds {
        file.write_all(&[b'x'; 512]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / started.elapsed().as_secs_f64()
}

/// A connection that is kept, and no more than it takes. It knows the hub's order as far as it has
/// heard of it, as a client does.
struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
    head: Head,
    replica: String,
    next: u64,
}

impl Wire {
    fn to(hub: &HubProcess, replica: &str) -> Self {
        let stream = hub.connect();
        stream.set_nodelay(true).unwrap();
        let (buffer, replica) = (vec![0; 1 << 20], replica.to_owned());
        let head = Head { seq: 0, chain: String::new() };
        let mut wire = Self { stream, buffer, head, replica, next: 1 };
        let ask = "GET /api/v1/runs/demo-1/entries HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        let page: Page = serde_json::from_str(wire.ask(ask)).unwrap();
        wire.head = page.head;
        wire
    }

    /// Sends a request and answers the body that comes back.
    fn ask(&mut self, request: &str) -> &str {
        self.stream.write_all(request.as_bytes()).unwrap();
        let mut read = 0;
        loop {
            let more = self.stream.read(&mut self.buffer[read..]).unwrap();
            assert!(more > 0, "the hub has closed the connection");
            read += more;
            let bytes = &self.buffer[..read];
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&bytes[..end]).unwrap().to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{}", String::from_utf8_lossy(bytes));
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
            if read >= end + 4 + length {
                return std::str::from_utf8(&self.buffer[end + 4..read]).unwrap();
            }
        }
    }

    /// The next append, ready to be sent.
    fn prepare(&mut self, count: u64) -> String {
        let text = "row counts are equal in both schemas";
        let entries = (self.next..self.next + count)
            .map(|n| entry(&self.replica, n, &self.replica, note(text)))
            .collect();
        self.next += count;
        let body = append(&self.head, entries);
        let length = body.len();
        format!(
            "POST /api/v1/runs/demo-1/entries HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }

    /// Sends an append. Answers how long its answer took, in milliseconds, and its last place.
    fn send(&mut self, request: &str) -> (f64, u64) {
        let asked = Instant::now();
        let answer = self.ask(request);
        let took = asked.elapsed().as_secs_f64() * 1e3;
        let appended: Appended = serde_json::from_str(answer).unwrap();
        let last = appended.entries.into_iter().next_back().unwrap();
        self.head = Head { seq: last.seq, chain: last.chain };
        (took, last.seq)
    }
}

/// A hub with a run of one entry.
fn hub(folder: &tempfile::TempDir) -> HubProcess {
    let hub = HubProcess::begin(folder.path());
    hub.open_run(&opening_lines("demo-1"));
    hub
}

fn write_rate(extent: &Extent, writers: usize, batch: u64) {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(&folder);
    // Beside each other, since a disk is not the same from one minute to the next.
    let flushes = raw_flushes(extent.seconds / 3.0);
    let begin = Barrier::new(writers + 1);
    let (answers, rate) = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..writers)
            .map(|n| {
                let (hub, begin) = (&hub, &begin);
                scope.spawn(move || {
                    let mut wire = Wire::to(hub, &format!("w{n}"));
                    let first = wire.prepare(batch);
                    wire.send(&first);
                    begin.wait();
                    let (started, mut answers) = (Instant::now(), Vec::new());
                    while started.elapsed().as_secs_f64() < extent.seconds {
                        let request = wire.prepare(batch);
                        answers.push(wire.send(&request).0);
                    }
                    answers
                })
            })
            .collect();
        begin.wait();
        let started = Instant::now();
        let answers: Vec<f64> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        let rate = (answers.len() as u64 * batch) as f64 / started.elapsed().as_secs_f64();
        (answers, rate)
    });
    let flushes = f64::midpoint(flushes, raw_flushes(extent.seconds / 3.0));
    let (p50, p99) = percentiles(answers);
    println!(
        "{writers:>7}  {batch:>15}  {rate:>13.0}  {:>8.1} of {flushes:.0}  {p50:>8.2} / {p99:.2} ms",
        rate / flushes
    );
}

fn percentiles(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |part: usize| values.get((values.len() * part / 100).min(values.len() - 1)).copied();
    (at(50).unwrap_or(f64::NAN), at(99).unwrap_or(f64::NAN))
}

/// Somebody who reads, and says the place of each entry as it comes; 0 for the greeting.
async fn reader(address: SocketAddr, says: SyncSender<u64>) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "GET /api/v1/runs/demo-1/stream?after=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut piece, mut rest) = (vec![0; 4096], Vec::new());
    loop {
        let Ok(read @ 1..) = stream.read(&mut piece).await else { return };
        rest.extend_from_slice(&piece[..read]);
        let Some(whole) = rest.windows(2).rposition(|window| window == b"\n\n") else { continue };
        for line in rest[..whole].split(|byte| *byte == b'\n') {
            let place = match line.strip_prefix(b"id: ") {
                Some(place) => std::str::from_utf8(place).unwrap().trim().parse().unwrap(),
                None if line == b"event: hello" => 0,
                None => continue,
            };
            // Nobody listens any more.
            if says.send(place).is_err() {
                return;
            }
        }
        rest.drain(..whole + 2);
    }
}

/// Waits until so many have it.
fn all_have(heard: &Receiver<u64>, place: u64, readers: usize) {
    let mut have = 0;
    while have < readers {
        let seen = heard.recv_timeout(Duration::from_secs(60)).expect("every reader has it");
        have += usize::from(seen == place);
    }
}

/// From the append to the last reader who has it, and to the writer's answer.
fn fan_out(extent: &Extent, readers: usize) {
    let wanted = readers as u64 + 100;
    if files_for(wanted) < wanted {
        println!("{readers:>7}  this machine does not let a process have that many files open");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(&folder);
    let mut wire = Wire::to(&hub, "w");
    let before = hub.memory("VmRSS");
    // Readers are tasks of one thread: as little work as can be.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.unwrap();
    let (says, heard) = sync_channel(1 << 20);
    for _ in 0..readers {
        runtime.spawn(reader(hub.address, says.clone()));
    }
    all_have(&heard, 0, readers);
    let first = wire.prepare(1);
    let (_, place) = wire.send(&first);
    all_have(&heard, place, readers);
    let held = hub.memory("VmRSS").saturating_sub(before) / readers as u64;
    let (mut answers, mut last) = (Vec::new(), Vec::new());
    for _ in 0..extent.entries {
        let request = wire.prepare(1);
        let asked = Instant::now();
        let (answered, place) = wire.send(&request);
        all_have(&heard, place, readers);
        last.push(asked.elapsed().as_secs_f64() * 1e3);
        answers.push(answered);
        // A bridge is no flood: what is measured is one entry on its way.
        std::thread::sleep(Duration::from_millis(5));
    }
    let ((a50, a99), (l50, l99)) = (percentiles(answers), percentiles(last));
    println!(
        "{readers:>7}  {l50:>19.1} / {l99:.1} ms  {a50:>19.2} / {a99:.2} ms  {:>14.1} KiB",
        held as f64 / 1024.0
    );
}
