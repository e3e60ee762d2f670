//! A damaged ledger stays as it was found: neither reading it nor trying to act on it writes a
//! byte, so that whoever repairs it has all there is.

use crate::support::{child, closed_run, files, line_after, note, spawn, told};
use golive::ledger::{Access, ErrorKind, Ledger, export_file, export_jsonl, list, verify};
use std::collections::BTreeMap;
use std::path::Path;

/// Whatever somebody may do with a ledger, by name; whether it was told of damage.
type Way = (&'static str, fn(&Path) -> bool);

const READING: [Way; 5] = [
    ("verify", |path| verify(path).is_err()),
    ("read", |path| match Ledger::open(path, Access::Read) {
        Ok(ledger) => {
            ledger.close().unwrap();
            false
        }
        Err(_) => true,
    }),
    ("export", |path| export_jsonl(path, &mut std::io::sink()).is_err()),
    ("export as a file", |path| {
        let elsewhere = tempfile::tempdir().unwrap();
        export_file(path, &elsewhere.path().join("x.golive")).is_err()
    }),
    ("list", |path| list(path.parent().unwrap()).unwrap().iter().any(|l| l.run.is_err())),
];

const WRITING: Way = ("write", |path| match Ledger::open(path, Access::Write) {
    Ok(mut ledger) => {
        // Damage that shows only now is damage nobody could know of before.
        let _ = ledger.append(note("x"));
        let _ = ledger.close();
        false
    }
    Err(error) => {
        assert!(
            matches!(error.kind, ErrorKind::Corrupt | ErrorKind::NotALedger | ErrorKind::Newer),
            "{error}"
        );
        true
    }
});

/// Appends until it is killed.
#[test]
#[ignore = "run by the others, as a process"]
fn appender() {
    let Some((path, _)) = told() else { return };
    let mut ledger = Ledger::open(&path, Access::Write).unwrap();
    for n in 1.. {
        ledger.append(note(&format!("note {n}"))).unwrap();
        println!("recorded {n}");
    }
}

/// The ledger and its write-ahead log. The shared-memory file is no record: SQLite makes it anew.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    files(folder)
        .into_iter()
        .filter(|name| !name.ends_with("-shm"))
        .map(|name| (name.clone(), std::fs::read(folder.join(&name)).unwrap()))
        .collect()
}

fn put(folder: &Path, content: &BTreeMap<String, Vec<u8>>) {
    for name in files(folder) {
        std::fs::remove_file(folder.join(name)).unwrap();
    }
    for (name, bytes) in content {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Sixteen bytes overwritten, here and there in each page, and each way tried on it.
fn sweep(good: &BTreeMap<String, Vec<u8>>, name: &str, may_tidy: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo-1.golive");
    let mut told = 0;
    for at in
        (0..good[name].len()).step_by(4096).flat_map(|page| [page + 4, page + 70, page + 4000])
    {
        let mut bad = good.clone();
        let Some(bytes) = bad.get_mut(name).and_then(|b| b.get_mut(at..at + 16)) else { continue };
        bytes.copy_from_slice(b"ABCDEFGHIJKLMNOP");
        for (way, tried) in READING.iter().chain([&WRITING]) {
            put(folder.path(), &bad);
            let damaged = tried(&path);
            told += u32::from(damaged);
            let reads = *way != WRITING.0;
            if damaged || (reads && !may_tidy) {
                assert!(content(folder.path()) == bad, "{way} changed {name}, damaged at {at}");
            }
        }
    }
    assert!(told > 20, "{told}");
}

#[test]
fn a_closed_ledger_with_damage_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    closed_run(folder.path(), 60);
    sweep(&content(folder.path()), "demo-1.golive", false);
}

#[test]
fn a_ledger_of_a_killed_writer_with_damage_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 30);
    let (mut process, mut out) = spawn(child("damage::appender", &path, ""));
    for _ in 0..10 {
        line_after(&mut out, "recorded ").unwrap();
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let good = content(folder.path());
    assert!(good["demo-1.golive-wal"].len() > 4096);
    // Without damage, whoever looks tidies up.
    sweep(&good, "demo-1.golive", true);
}
