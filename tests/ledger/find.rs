//! Runs in a folder: listed whatever lies there, and found by path, id, beginning, or as the one
//! that is meant without a word.

use crate::support::{Hands, files, note, opening, runbook, start};
use golive::ledger::{Access, ErrorKind, Ledger, find, list};
use golive::run::RunStatus;
use std::path::{Path, PathBuf};

/// A run that was opened `minutes` after 22:00, and started or not.
fn run(folder: &Path, id: &str, minutes: i64, started: bool) -> PathBuf {
    let hands = Hands::new();
    hands.pass(minutes * 60);
    let mut ledger = Ledger::create(folder, opening(id, &runbook(2)), hands.clock("b")).unwrap();
    if started {
        ledger.append(start("ana", "s1")).unwrap();
    }
    let path = ledger.path().to_owned();
    ledger.close().unwrap();
    path
}

fn ids(folder: &Path) -> Vec<String> {
    let id = |listed: golive::ledger::Listed| {
        listed.run.map_or_else(|e| format!("{:?}", e.kind), |r| r.run)
    };
    list(folder).unwrap().into_iter().map(id).collect()
}

#[test]
fn a_bad_file_is_listed_with_its_reason_and_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    assert!(list(&folder.path().join("not there")).unwrap().is_empty());
    run(folder.path(), "old", 0, true);
    run(folder.path(), "new", 5, false);
    std::fs::write(folder.path().join("zeros.golive"), [0; 9_000]).unwrap();
    std::fs::write(folder.path().join("empty.golive"), []).unwrap();
    std::fs::create_dir(folder.path().join("folder.golive")).unwrap();
    std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
    std::fs::write(folder.path().join(".half.golive"), "x").unwrap();
    let before = files(folder.path());
    assert_eq!(ids(folder.path()), ["new", "old", "Corrupt", "Invalid", "Corrupt"]);
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_line_says_where_the_run_stands_also_while_it_is_open_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = run(folder.path(), "r", 0, false);
    let info = || list(folder.path()).unwrap().remove(0).run.unwrap();
    assert_eq!(
        (info().status, info().seq, info().release.as_str()),
        (RunStatus::Planned, 1, "demo")
    );
    let clock = Hands::new().clock("b");
    let mut ledger = Ledger::open_with(&path, Access::Write, clock).unwrap();
    ledger.append(start("ana", "s1")).unwrap();
    assert_eq!((info().status, info().seq), (RunStatus::Active, 2));
    // Killed: what was kept about it at its last close is out of date.
    drop(ledger);
    assert_eq!((info().status, info().seq), (RunStatus::Active, 2));
}

#[test]
fn a_word_is_a_path_an_id_or_an_unambiguous_part() {
    let folder = tempfile::tempdir().unwrap();
    let a = run(folder.path(), "ledger-4.2-2026-11-28-aaaa", 0, false);
    let b = run(folder.path(), "ledger-4.2-2026-11-28-aabb", 0, false);
    let c = run(folder.path(), "web", 0, false);
    let d = run(folder.path(), "web-2", 0, false);
    let found = |word: &str| find(folder.path(), Some(word));
    assert_eq!(found("ledger-4.2-2026-11-28-aaaa"), Ok(a.clone()));
    assert_eq!(found("ledger-4.2-2026-11-28-aab"), Ok(b));
    assert_eq!(found("web"), Ok(c), "an id wins over a beginning");
    assert_eq!(found("web-"), Ok(d));
    assert_eq!(found(a.to_str().unwrap()), Ok(a.clone()));
    assert_eq!(found("ledger-4.2-2026-11-28-aaaa.golive"), Ok(a.clone()));
    assert_eq!(found("aaaa"), Ok(a.clone()), "its end, which tells runs of one day apart");
    assert_eq!(found("2026").unwrap_err().kind, ErrorKind::Ambiguous);
    assert_eq!(found("").unwrap_err().kind, ErrorKind::Ambiguous);
    let several = found("ledger").unwrap_err();
    assert_eq!(several.kind, ErrorKind::Ambiguous);
    assert!(several.what.contains("-aaaa") && several.what.contains("-aabb"), "{several}");
    assert_eq!(found("nothing").unwrap_err().kind, ErrorKind::Missing);
}

#[test]
fn without_a_word_it_is_the_only_active_run_else_the_latest() {
    let folder = tempfile::tempdir().unwrap();
    let meant = || find(folder.path(), None);
    assert_eq!(meant().unwrap_err().kind, ErrorKind::Missing);
    run(folder.path(), "first", 0, false);
    let second = run(folder.path(), "second", 10, false);
    assert_eq!(meant(), Ok(second));
    let active = run(folder.path(), "active", 5, true);
    assert_eq!(meant(), Ok(active));
    let latest = run(folder.path(), "active-too", 20, true);
    assert_eq!(meant(), Ok(latest));
}

/// A hundred runs are listed without folding each: from what they say of themselves.
#[test]
fn many_runs_are_listed_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = run(folder.path(), "original", 0, true);
    for n in 0..100 {
        std::fs::copy(&path, folder.path().join(format!("copy-{n}.golive"))).unwrap();
    }
    let began = std::time::Instant::now();
    assert_eq!(list(folder.path()).unwrap().len(), 101);
    // Some 0.2 ms each; the rest is for a machine that is busy with other tests.
    assert!(began.elapsed().as_secs() < 2, "{:?}", began.elapsed());
}

#[test]
fn an_open_ledger_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = crate::support::new_run(folder.path());
    ledger.append(note("x")).unwrap();
    assert_eq!(ids(folder.path()), ["demo-1"]);
    // Listing has not taken the locks of the open ledger away.
    let raw = rusqlite::Connection::open(ledger.path()).unwrap();
    assert!(raw.pragma_update(None, "journal_mode", "DELETE").is_err());
}
