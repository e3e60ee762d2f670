//! One step made durable, beside the least that any program could do: append a line of the same
//! length to a file and have it on disk. Ratios count, not figures. And: how long it takes to open
//! a long night.
#![allow(missing_docs, reason = "a benchmark's names say what they measure")]
#![allow(clippy::disallowed_methods, reason = "measures files")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run says so by panicking")]

#[path = "../support/ledger.rs"]
mod support;

use divan::{Bencher, counter::ItemsCount};
use golive::ledger::{Access, Chain, Ledger, restore};
use golive::run::{Entry, EntryId};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write;

fn main() {
    divan::main();
}

/// What every entry costs on any disk: one write, one flush.
#[divan::bench(sample_count = 400, sample_size = 1)]
fn raw_append_and_fdatasync(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let line = vec![b'x'; body_length()];
    let path = folder.path().join("raw");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
    bencher.bench_local(|| {
        file.write_all(&line).unwrap();
        file.sync_data().unwrap();
    });
}

/// The same to a file that was made long enough before, so that its length need not be written.
#[divan::bench(sample_count = 400, sample_size = 1)]
fn raw_overwrite_and_fdatasync(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let line = vec![b'x'; body_length()];
    let mut file = File::create(folder.path().join("raw")).unwrap();
    file.write_all(&vec![0; line.len() * 500]).unwrap();
    file.sync_all().unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    bencher.bench_local(|| {
        file.write_all(&line).unwrap();
        file.sync_data().unwrap();
    });
}

/// Checked, chained, written and flushed.
#[divan::bench(sample_count = 400, sample_size = 1)]
fn ledger_append(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = support::new_run(folder.path());
    bencher.bench_local(|| ledger.append(support::note("counts are equal in both")).unwrap());
}

/// The same, as a shell does it: open, append, close.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn open_append_close(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let path = support::closed_run(folder.path(), 0);
    bencher.bench_local(|| {
        let mut ledger = Ledger::open(&path, Access::Write).unwrap();
        ledger.append(support::note("counts are equal in both")).unwrap();
        ledger.close().unwrap();
    });
}

/// What the thread does over and over when nothing happens.
#[divan::bench]
fn look_whether_others_wrote(bencher: Bencher) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = support::new_run(folder.path());
    bencher.bench_local(|| ledger.version().unwrap());
}

#[divan::bench(args = [1_000, 100_000], sample_count = 5, sample_size = 1)]
fn open_a_run_of(bencher: Bencher, entries: u64) {
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("long.jsonl");
    std::fs::write(&lines, long_night(entries)).unwrap();
    let path = restore(&lines, folder.path()).unwrap().path;
    bencher
        .counter(ItemsCount::new(entries))
        .bench_local(|| Ledger::open(&path, Access::Read).unwrap());
}

fn body_length() -> usize {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = support::new_run(folder.path());
    ledger.append(support::note("counts are equal in both")).unwrap().to_body().unwrap().len()
}

/// A run in which ticks, notes and estimates follow each other for a very long time.
fn long_night(entries: u64) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = support::new_run(folder.path());
    let first = ledger.state().log.first().unwrap().entry.clone();
    let note = ledger.append(support::note("lag is 4 s")).unwrap();
    let mut chain = Chain::start(&ledger.state().run);
    let mut text = String::new();
    for seq in 1..=entries {
        let origin = if seq == 1 { &first } else { &note };
        let id = EntryId { index: seq, ..origin.id.clone() };
        let body = Entry { seq, id, ..(**origin).clone() }.to_body().unwrap();
        chain = chain.next(seq, &body);
        let body = String::from_utf8(body).unwrap();
        writeln!(text, r#"{{"seq":{seq},"chain":"{chain}","body":{body}}}"#).unwrap();
    }
    text
}
