//! Ten cockpits and a thousand readers on one run, over real sockets: every entry reaches all of
//! them, in one order, once.
#![allow(clippy::disallowed_methods, reason = "tests of sockets")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests say so by panicking, and what the machine does not allow"
)]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod process;
    pub mod station;
}

use golive::ledger::verify;
use golive::run::StepStatus;
use std::net::SocketAddr;
use std::time::Duration;
use support::hub::{TestHub, opening_lines};
use support::ledger::{complete, note_by, start};
use support::process::files_for;
use support::station::Station;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

const COCKPITS: u64 = 10;
const READERS: u64 = 1_000;

/// Reads a stream until it has entries up to `last`; answers their places. Says when it is there.
async fn reader(address: SocketAddr, last: u64, here: mpsc::Sender<()>) -> Vec<u64> {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let ask = "GET /api/v1/runs/demo-1/stream?after=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.unwrap();
    let (mut piece, mut rest, mut places) = (vec![0; 16 << 10], String::new(), Vec::new());
    while places.last() != Some(&last) {
        let read = stream.read(&mut piece).await.unwrap();
        assert!(read > 0, "the stream ended after {places:?}");
        rest.push_str(&String::from_utf8_lossy(&piece[..read]));
        while let Some((event, after)) = rest.split_once("\n\n") {
            if event.contains("event: hello") {
                here.send(()).await.unwrap();
            }
            places.extend(
                event.lines().find_map(|line| line.strip_prefix("id: ")?.parse::<u64>().ok()),
            );
            rest = after.to_owned();
        }
    }
    places
}

#[test]
fn an_entry_reaches_ten_cockpits_and_a_thousand_readers() {
    // A socket at both ends of each, and the cockpits' ledgers.
    let may = files_for(2 * READERS + 600);
    let readers = READERS.min((may - 600) / 2);
    let hub = TestHub::new();
    hub.open_run(None);
    assert!(opening_lines("demo-1").contains("demo-1"));
    // Every cockpit starts or notes, one finishes: 1 opening, 1 start, 10 × 5 notes, 1 finish.
    let last = 1 + 1 + COCKPITS * 5 + 1;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (here, mut all_here) = mpsc::channel(64);
    let address = hub.address;
    let tasks: Vec<_> =
        (0..readers).map(|_| runtime.spawn(reader(address, last, here.clone()))).collect();
    runtime.block_on(async {
        for _ in 0..readers {
            all_here.recv().await.unwrap();
        }
    });
    assert_eq!(hub.hub.desk.readers() as u64, readers);
    let folders: Vec<_> = (0..COCKPITS).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut cockpits: Vec<_> = folders
        .iter()
        .enumerate()
        .map(|(n, folder)| {
            let person = if n == 0 { "ana".to_owned() } else { format!("p{n}") };
            Station::join(folder.path(), &hub.url(""), &person, None)
        })
        .collect();
    cockpits[0].act(start("ana", "s1"));
    for round in 0..5 {
        for cockpit in &mut cockpits {
            let person = cockpit.person.clone();
            cockpit.act(note_by(&person, &format!("{person} {round}")));
        }
    }
    for cockpit in &mut cockpits {
        cockpit.until_shared();
        cockpit.until_state("all notes", |cockpit| cockpit.state.last_seq() == last - 1);
    }
    cockpits[3].act(complete("p3", "s1"));
    for cockpit in &mut cockpits {
        cockpit.until_state("the last entry", |cockpit| {
            cockpit.state.last_seq() == last && cockpit.condition.unshared == 0
        });
        assert_eq!(cockpit.state.steps[0].status(), StepStatus::Done);
    }
    let all: Vec<u64> = (2..=last).collect();
    runtime.block_on(async {
        for task in tasks {
            let seen = tokio::time::timeout(Duration::from_secs(120), task).await;
            assert_eq!(seen.expect("everybody has it").unwrap(), all);
        }
    });
    let heads: Vec<_> =
        cockpits.into_iter().map(|cockpit| verify(&cockpit.leave()).unwrap()).collect();
    assert!(heads.iter().all(|head| head.head == heads[0].head && head.entries == last));
}
