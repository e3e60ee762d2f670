//! Whoever changes the record behind golive's back is found out, and the first bad entry is named.

use crate::support::{closed_run, new_run, note};
use golive::ledger::{Access, Chain, ErrorKind, Ledger, VerifyError, verify, verify_against};
use rusqlite::Connection;
use std::path::Path;

/// Opens a ledger as any SQLite tool does, with the triggers out of the way.
fn raw(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.execute_batch(
        "DROP TRIGGER entries_are_never_changed; DROP TRIGGER entries_are_never_deleted; \
         DROP TRIGGER entries_follow_each_other;",
    )
    .unwrap();
    conn
}

#[test]
fn the_first_bad_entry_is_named() {
    let swap = "UPDATE entries SET seq = -1 WHERE seq = 3; UPDATE entries SET seq = 3 WHERE seq = 4; \
                UPDATE entries SET seq = 4 WHERE seq = -1;";
    let swap_bodies = "CREATE TEMP TABLE t AS SELECT seq, body FROM entries WHERE seq IN (3, 4); \
                       UPDATE entries SET body = (SELECT body FROM t WHERE t.seq = 7 - entries.seq) \
                       WHERE seq IN (3, 4);";
    let cases = [
        (
            5,
            "a changed letter",
            "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'note 4', 'note X') AS BLOB) WHERE seq = 5;",
        ),
        (
            4,
            "a changed time",
            "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), '\"at\":\"2', '\"at\":\"3') AS BLOB) WHERE seq = 4;",
        ),
        (2, "a body that is none", "UPDATE entries SET body = x'00ff' WHERE seq = 2;"),
        (3, "a changed chain value", "UPDATE entries SET chain = zeroblob(32) WHERE seq = 3;"),
        (3, "a cut chain value", "UPDATE entries SET chain = x'00' WHERE seq = 3;"),
        (3, "a deleted entry", "DELETE FROM entries WHERE seq = 3;"),
        (1, "a deleted beginning", "DELETE FROM entries WHERE seq = 1;"),
        (
            3,
            "a deleted entry, the rest moved up",
            "DELETE FROM entries WHERE seq = 3; UPDATE entries SET seq = seq - 1 WHERE seq > 3;",
        ),
        (
            1,
            "a deleted beginning, the rest moved up",
            "DELETE FROM entries WHERE seq = 1; UPDATE entries SET seq = seq - 1;",
        ),
        (3, "two entries swapped", swap),
        (3, "two bodies swapped", swap_bodies),
        (2, "another name", "UPDATE entries SET replica = 'other' WHERE seq = 2;"),
        (4, "another index", "UPDATE entries SET idx = 40 WHERE seq = 4;"),
        (
            1,
            "another run",
            "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'demo-1', 'demo-2') AS BLOB) WHERE seq = 1;",
        ),
        (
            7,
            "an entry made up at the end",
            "INSERT INTO entries SELECT 7, replica, 7, CAST(replace(CAST(body AS TEXT), '\"index\":6', '\"index\":7') AS BLOB), chain FROM entries WHERE seq = 6;",
        ),
    ];
    for (first_bad, what, sql) in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = closed_run(folder.path(), 5);
        assert_eq!(verify(&path).unwrap().entries, 6);
        let conn = raw(&path);
        conn.execute_batch(sql).unwrap();
        drop(conn);
        match verify(&path) {
            Err(VerifyError::BadEntry { seq, .. }) => assert_eq!(seq, first_bad, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn a_ledger_that_was_used_as_it_should_be_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 5);
    let proof = verify(&path).unwrap();
    assert_eq!((proof.run.as_str(), proof.entries), ("demo-1", 6));
    let mut ledger = crate::support::reopen(&path);
    let entry_seven = ledger.append(note("more")).unwrap();
    // While it is open, too; and the head noted before proves that nothing was cut off since.
    let noted = verify_against(&path, Some(proof.head)).unwrap();
    assert_eq!((noted.entries, noted.noted_at), (entry_seven.seq, Some(6)));
    assert_eq!(noted.head, ledger.head());
}

#[test]
fn an_end_that_was_cut_off_shows_against_a_head_noted_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 5);
    let head = verify(&path).unwrap().head;
    raw(&path).execute_batch("DELETE FROM entries WHERE seq = 6").unwrap();
    assert_eq!(verify(&path).unwrap().entries, 5);
    assert_eq!(verify_against(&path, Some(head)), Err(VerifyError::HeadNotFound { head }));
}

#[test]
fn the_chain_is_what_the_book_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 2);
    let conn = Connection::open(&path).unwrap();
    let mut rows = conn.prepare("SELECT seq, body, chain FROM entries ORDER BY seq").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let mut chain = Chain::start("demo-1");
    for row in rows {
        let (seq, body, stored): (i64, Vec<u8>, Vec<u8>) = row.unwrap();
        chain = chain.next(seq as u64, &body);
        assert_eq!(chain.as_bytes(), stored);
    }
}

#[test]
fn plain_sql_cannot_change_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 2);
    let conn = Connection::open(&path).unwrap();
    for sql in [
        "UPDATE entries SET body = x'00' WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 3",
        "DELETE FROM entries",
        "INSERT INTO entries VALUES (9, 'r', 1, x'00', x'00')",
        "INSERT OR REPLACE INTO entries VALUES (2, 'r', 1, x'00', x'00')",
        "INSERT OR REPLACE INTO entries SELECT 4, replica, 1, body, chain FROM entries WHERE seq = 1",
    ] {
        assert!(conn.execute(sql, []).is_err(), "{sql}");
    }
    drop(conn);
    assert_eq!(verify(&path).unwrap().entries, 3);
}

#[test]
fn any_sqlite_tool_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 1);
    let conn = Connection::open(&path).unwrap();
    let row: (String, String, String, i64) = conn
        .query_row(
            "SELECT recorded_by, event, detail, length(chain) FROM log WHERE seq = 2",
            [],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
        )
        .unwrap();
    assert_eq!(row.0, "ana");
    assert_eq!(row.1, "note_added");
    assert!(row.2.contains("note 1"), "{row:?}");
    assert_eq!(row.3, 64);
}

#[test]
fn an_entry_that_does_not_follow_is_not_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    let path = ledger.path().to_owned();
    raw(&path)
        .execute_batch(
            "INSERT INTO entries SELECT 2, replica, 2, \
             CAST(replace(CAST(body AS TEXT), '\"index\":1', '\"index\":2') AS BLOB), chain FROM entries",
        )
        .unwrap();
    let error = ledger.catch_up().unwrap_err();
    assert_eq!(error.kind, ErrorKind::Corrupt);
    assert!(error.what.contains("entry 2"), "{error}");
    assert!(ledger.append(note("x")).is_err());
}

#[test]
fn an_event_of_a_newer_version_is_kept_shown_and_not_acted_upon() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    let last = ledger.append(note("x")).unwrap();
    let (path, head) = (ledger.path().to_owned(), ledger.head());
    ledger.close().unwrap();
    let body = String::from_utf8(last.to_body().unwrap()).unwrap();
    let body = body.replace("note_added", "step_teleported").replace(
        &format!("\"index\":{}", last.id.index),
        &format!("\"index\":{}", last.id.index + 1),
    );
    let chain = head.next(3, body.as_bytes());
    Connection::open(&path)
        .unwrap()
        .execute(
            "INSERT INTO entries VALUES (3, ?1, ?2, ?3, ?4)",
            (&last.id.replica, last.id.index as i64 + 1, body.as_bytes(), chain.as_bytes()),
        )
        .unwrap();
    assert_eq!(verify(&path).unwrap().entries, 3);
    let mut ledger = Ledger::open(&path, Access::Write).unwrap();
    assert_eq!(ledger.state().log[2].verdict, golive::run::Verdict::Unknown);
    let refused = ledger.append(note("y")).unwrap_err().to_string();
    assert!(refused.contains("entry 3") && refused.contains("newer"), "{refused}");
    ledger.close().unwrap();
    assert_eq!(verify(&path).unwrap().entries, 3);
}
