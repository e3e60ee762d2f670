//! What a list of runs says of each is what folding it says, whatever happened to the run, and
//! whatever has become of the summary that makes the list fast.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test says so by panicking; it looks into ledger files"
)]

mod support;

use golive::ledger::{Access, Chain, Keeper, Ledger, Request, RunInfo, list, restore};
use golive::run::{Entry, Intent, RunStatus};
use proptest::prelude::*;
use rusqlite::Connection;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use support::any_night::{play, shape, tries};
use support::{Night, begin, done, fail, hold, note};

const PLAN: &str = "format = 1\n[release]\nid = \"demo\"\ntitle = \"Demo\"\n\
    [people.ana]\nrole = \"lead\"\n[[phases]]\ntitle = \"Work\"\nsteps = [\n\
    { id = \"s1\", title = \"One\", duration = \"5m\", on_failure = \"hold\" },\n\
    { id = \"s2\", title = \"Two\", duration = \"5m\" },\n]\n";

/// A ledger with the first `count` entries of a night, closed, with its summary.
fn ledger(folder: &Path, night: &Night, count: usize) -> PathBuf {
    let mut chain = Chain::start(&night.state.run);
    let mut lines = String::new();
    for entry in &night.entries[..count] {
        let body = entry.to_body().unwrap();
        chain = chain.next(entry.seq, &body);
        let body = String::from_utf8(body).unwrap();
        writeln!(lines, r#"{{"seq":{},"chain":"{chain}","body":{body}}}"#, entry.seq).unwrap();
    }
    let copy = folder.join("copy.jsonl");
    std::fs::write(&copy, lines).unwrap();
    restore(&copy, folder).unwrap().path
}

/// Adds entries as a program does that knows of no summary.
fn add(path: &Path, entries: &[Entry]) {
    let conn = Connection::open(path).unwrap();
    let last = "SELECT chain FROM entries ORDER BY seq DESC LIMIT 1";
    let last: Vec<u8> = conn.query_row(last, [], |row| row.get(0)).unwrap();
    let mut chain = Chain::from_bytes(&last).unwrap();
    for entry in entries {
        let body = entry.to_body().unwrap();
        chain = chain.next(entry.seq, &body);
        let (seq, index) = (entry.seq as i64, entry.id.index as i64);
        let values = (seq, &entry.id.replica, index, body, chain.as_bytes());
        let sql = "INSERT INTO entries (seq, replica, idx, body, chain) VALUES (?1,?2,?3,?4,?5)";
        conn.execute(sql, values).unwrap();
    }
}

fn listed(folder: &Path) -> RunInfo {
    list(folder).unwrap().remove(0).run.unwrap()
}

/// What folding the whole run says.
fn folded(path: &Path) -> RunInfo {
    let ledger = Ledger::open(path, Access::Read).unwrap();
    let state = ledger.state();
    let last = &state.log.last().unwrap().entry;
    RunInfo {
        run: state.run.clone(),
        release: state.plan.release.id.clone(),
        title: state.plan.release.title.clone(),
        sha256: state.sha256.clone(),
        mode: state.mode,
        status: state.status,
        held: state.held().is_some(),
        opened_at: state.opened.at,
        last_at: last.act.at,
        seq: last.seq,
    }
}

fn summary(path: &Path) -> Option<String> {
    let conn = Connection::open(path).unwrap();
    conn.query_row("SELECT value FROM meta WHERE key = 'summary'", [], |row| row.get(0)).ok()
}

fn set_summary(path: &Path, text: &str) {
    let sql = "INSERT INTO meta VALUES ('summary', ?1) ON CONFLICT DO UPDATE SET value = ?1";
    Connection::open(path).unwrap().execute(sql, [text]).unwrap();
}

/// A night of one act after the other by ana.
fn night(events: Vec<golive::run::Event>) -> Night {
    let mut night = Night::open(PLAN);
    for event in events {
        night.ok("ana", event);
    }
    night
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_line_says_what_the_fold_says(shape in shape(), tries in tries(), cut in any::<usize>()) {
        let night = play(&shape, &tries);
        let kept = 1 + cut % night.entries.len();
        let folder = tempfile::tempdir().unwrap();
        let path = ledger(folder.path(), &night, kept);
        prop_assert!(summary(&path).is_some());
        prop_assert_eq!(listed(folder.path()), folded(&path));
        for entry in &night.entries[kept..] {
            add(&path, std::slice::from_ref(entry));
            prop_assert_eq!(listed(folder.path()), folded(&path));
        }
    }
}

#[test]
fn a_summary_is_used_without_folding_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(folder.path(), &night(vec![begin("s1"), note("x")]), 3);
    // A word that only the summary has tells where the line comes from.
    let text = summary(&path).unwrap();
    set_summary(&path, &text.replace("\"Demo\"", "\"Kept\""));
    assert_eq!(listed(folder.path()).title, "Kept");
}

#[test]
fn a_summary_holds_while_nothing_after_it_can_change_it() {
    let folder = tempfile::tempdir().unwrap();
    let night = night(vec![begin("s1"), done("s1"), note("x"), hold("wait")]);
    let path = ledger(folder.path(), &night, 2);
    let text = summary(&path).unwrap();
    set_summary(&path, &text.replace("\"Demo\"", "\"Kept\""));
    add(&path, &night.entries[2..4]);
    let line = listed(folder.path());
    assert_eq!((line.title.as_str(), line.seq, line.held), ("Kept", 4, false));
    assert_eq!(line.last_at, night.entries[3].act.at);
    add(&path, &night.entries[4..]);
    let line = listed(folder.path());
    assert_eq!((line.title.as_str(), line.seq, line.held), ("Demo", 5, true));
}

#[test]
fn a_run_that_had_not_started_is_folded_after_its_first_step() {
    let folder = tempfile::tempdir().unwrap();
    let night = night(vec![note("x"), begin("s1"), fail("s1")]);
    let path = ledger(folder.path(), &night, 1);
    add(&path, &night.entries[1..2]);
    assert_eq!(listed(folder.path()).status, RunStatus::Planned);
    add(&path, &night.entries[2..3]);
    assert_eq!(listed(folder.path()).status, RunStatus::Active);
    add(&path, &night.entries[3..]);
    assert!(listed(folder.path()).held, "a failed step of that kind holds the run");
}

#[test]
fn a_missing_garbled_or_foreign_summary_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(folder.path(), &night(vec![begin("s1"), hold("wait")]), 3);
    let right = folded(&path);
    let text = summary(&path).unwrap();
    let foreign = tempfile::tempdir().unwrap();
    let other = ledger(foreign.path(), &night(vec![note("x"), note("y")]), 3);
    let garbled = [
        String::new(),
        "{}".to_owned(),
        "\u{0}\u{1b}[2J".to_owned(),
        text[..text.len() / 2].to_owned(),
        text.replace("\"seq\":3", "\"seq\":2"),
        text.replace("\"seq\":3", "\"seq\":4"),
        text.replace("\"seq\":3", "\"seq\":-1"),
        text.replace(
            &format!("\"rules\":{}", golive::run::RULES),
            &format!("\"rules\":{}", golive::run::RULES + 1),
        ),
        text.replace("\"test-run\"", "\"other-run\""),
        // Of a run that went on otherwise from the same beginning.
        summary(&other).unwrap(),
    ];
    for text in garbled {
        assert_ne!(Some(&text), summary(&path).as_ref());
        set_summary(&path, &text);
        assert_eq!(listed(folder.path()), right, "{text}");
    }
    Connection::open(&path).unwrap().execute("DELETE FROM meta WHERE key = 'summary'", []).unwrap();
    assert_eq!(listed(folder.path()), right);
    // Whoever acts next keeps a new one.
    Ledger::open(&path, Access::Write).unwrap().close().unwrap();
    assert!(summary(&path).unwrap().contains("\"seq\":3"));
}

#[test]
fn looking_at_a_run_changes_nothing_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(folder.path(), &night(vec![begin("s1")]), 2);
    set_summary(&path, "gone");
    let before = std::fs::read(&path).unwrap();
    listed(folder.path());
    Ledger::open(&path, Access::Read).unwrap().close().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// A cockpit that is killed has kept it, too: at the first quiet moment after an act.
#[test]
fn an_open_cockpit_keeps_it_without_being_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = ledger(folder.path(), &night(vec![begin("s1")]), 2);
    let open = Ledger::open(&path, Access::Write).unwrap();
    let keeper = Keeper::spawn(open, "ana", |_| {}).unwrap();
    let intent = Intent::new("ana", hold("wait"));
    keeper.request(Request::Append { ticket: 1, intent }).unwrap();
    let began = std::time::Instant::now();
    while !summary(&path).is_some_and(|text| text.contains("\"held\":true")) {
        assert!(began.elapsed().as_secs() < 120, "{:?}", summary(&path));
        std::thread::yield_now();
    }
    assert_eq!(listed(folder.path()), folded(&path));
    keeper.finish().unwrap();
}
