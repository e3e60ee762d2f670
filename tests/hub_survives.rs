//! A hub that is killed with -9 again and again, under load from twenty clients: what was
//! acknowledged is there, once, and the record is sound.
//!
//! `GOLIVE_KILLS=100` says how often (8 unless said).
#![allow(clippy::disallowed_methods, reason = "starts processes and kills them")]
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

use golive::run::{Entry, Event};
use golive::sync::protocol::{Head, OpenedAnswer};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use support::hub::{append, client, entry, note, opening_lines};

const CLIENTS: usize = 20;

fn hub(data: &Path, listen: &str) -> (Child, SocketAddr) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.arg("--data").arg(data).args(["hub", "--listen", listen]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("http://").expect("it listens").parse().unwrap();
    (child, address)
}

/// One client: sends its entries one after the other, each again until it is acknowledged.
async fn load(n: usize, url: String, head: Head, done: &AtomicBool, all: &AtomicUsize) -> u64 {
    let client = client();
    let mut acknowledged = 0;
    while !done.load(Ordering::Relaxed) {
        let next = acknowledged + 1;
        let sent = entry(&format!("r{n}"), next, &format!("p{n}"), note(&format!("{n}:{next}")));
        let body = append(&head, vec![sent]);
        let sent = client.post(&url).timeout(Duration::from_secs(2)).body(body).send().await;
        match sent {
            Ok(answer) if answer.status() == 200 => {
                acknowledged = next;
                all.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => {
                let status = answer.status();
                assert!(matches!(status.as_u16(), 503 | 507), "{status} {:?}", answer.text().await);
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    acknowledged
}

#[test]
fn every_acknowledged_entry_outlives_every_kill() {
    let kills = std::env::var("GOLIVE_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let (mut child, address) = hub(folder.path(), "127.0.0.1:0");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let base = format!("http://{address}/api/v1/runs");
    let opened = client().post(&base).body(opening_lines("demo-1"));
    let opened = runtime.block_on(async { opened.send().await.unwrap().bytes().await.unwrap() });
    let head = serde_json::from_slice::<OpenedAnswer>(&opened).unwrap().head;
    let url = format!("{base}/demo-1/entries");
    let (done, all) = (AtomicBool::new(false), AtomicUsize::new(0));
    let acknowledged: Vec<u64> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let (url, head, done, all) = (url.clone(), head.clone(), &done, &all);
                let handle = runtime.handle().clone();
                scope.spawn(move || handle.block_on(load(n, url, head, done, all)))
            })
            .collect();
        for kill in 0..kills {
            // Under load: some more have been acknowledged by this life of the hub.
            let before = all.load(Ordering::Relaxed);
            let wanted = before + 5 + (kill * 7) % 40;
            while all.load(Ordering::Relaxed) < wanted {
                std::thread::yield_now();
            }
            child.kill().unwrap();
            child.wait().unwrap();
            let (again, there) = hub(folder.path(), &address.to_string());
            assert_eq!(there, address);
            child = again;
        }
        done.store(true, Ordering::Relaxed);
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let path = folder.path().join("hub/demo-1.golive");
    golive::ledger::verify(&path).unwrap();
    let mut seen: HashMap<String, u32> = HashMap::new();
    for placed in golive::ledger::read_copy(&path).unwrap().entries {
        if let Event::NoteAdded { text, .. } =
            Entry::from_body(placed.seq, &placed.body).unwrap().act.event
        {
            *seen.entry(text).or_default() += 1;
        }
    }
    for (n, acknowledged) in acknowledged.into_iter().enumerate() {
        for index in 1..=acknowledged {
            assert_eq!(seen.get(&format!("{n}:{index}")), Some(&1), "{n}:{index}");
        }
    }
    assert!(seen.values().all(|count| *count == 1), "nothing is there twice");
}
