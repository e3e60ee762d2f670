//! A file that is not a ledger this golive understands is refused in plain words, and left as it
//! is.

use crate::support::{closed_run, files};
use golive::ledger::{Access, ErrorKind, Ledger, LedgerError, export_file, restore, verify};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// Every way of opening, and what each said.
fn all_ways(path: &Path) -> Vec<LedgerError> {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut errors = vec![
        Ledger::open(path, Access::Read).err().unwrap(),
        Ledger::open(path, Access::Write).err().unwrap(),
        export_file(path, &elsewhere.path().join("x.golive")).unwrap_err(),
        restore(path, elsewhere.path()).unwrap_err(),
    ];
    match verify(path) {
        Err(golive::ledger::VerifyError::Unreadable(e)) => errors.push(e),
        other => panic!("{other:?}"),
    }
    assert!(files(elsewhere.path()).is_empty());
    errors
}

#[test]
fn a_newer_format_is_refused_and_left_untouched() {
    for journal in ["DELETE", "WAL"] {
        let folder = tempfile::tempdir().unwrap();
        let path = closed_run(folder.path(), 2);
        let conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "user_version", 2).unwrap();
        conn.pragma_update(None, "journal_mode", journal).unwrap();
        drop(conn);
        let (bytes, names) = (std::fs::read(&path).unwrap(), files(folder.path()));
        let written = path.metadata().unwrap().modified().unwrap();
        for error in all_ways(&path) {
            assert_eq!(error.kind, ErrorKind::Newer, "{error}");
            assert!(error.to_string().contains("format 2"), "{error}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        assert_eq!(path.metadata().unwrap().modified().unwrap(), written);
        assert_eq!(files(folder.path()), names);
    }
}

#[test]
fn what_is_no_ledger_is_told_so_and_left_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let other_program = folder.path().join("other.golive");
    Connection::open(&other_program).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let cases = [
        (file("empty.golive", b""), ErrorKind::Corrupt),
        (file("text.golive", b"format = 1\n[release]\n"), ErrorKind::Corrupt),
        (file("zeros.golive", &[0; 100_000]), ErrorKind::Corrupt),
        (other_program, ErrorKind::NotALedger),
    ];
    for (path, kind) in cases {
        let bytes = std::fs::read(&path).unwrap();
        for error in all_ways(&path) {
            assert_eq!(error.kind, kind, "{error}");
            assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
    assert_eq!(files(folder.path()).len(), 4);
}

/// A power failure can leave a file without its content, or a page of something else.
#[test]
fn a_ledger_that_lost_its_beginning_is_called_damaged_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 2);
    let good = std::fs::read(&path).unwrap();
    let mut odd_header = good.clone();
    odd_header[60..76].copy_from_slice(b"ABCDEFGHIJKLMNOP");
    let mut odd_mark = good;
    odd_mark[68..72].fill(0);
    for (bytes, what) in
        [(Vec::new(), "is empty"), (odd_header, "is damaged"), (odd_mark, "is damaged")]
    {
        std::fs::write(&path, &bytes).unwrap();
        for access in [Access::Read, Access::Write] {
            let error = Ledger::open(&path, access).err().unwrap();
            assert_eq!(error.kind, ErrorKind::Corrupt, "{error}");
            let said = error.to_string();
            assert!(said.contains(what), "{said}");
            assert!(said.contains("golive restore") && said.contains("--copy-to"), "{said}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_missing_file_a_folder_and_a_path_through_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = closed_run(folder.path(), 0);
    for (path, kind) in [
        (folder.path().join("no.golive"), ErrorKind::Missing),
        (folder.path().to_owned(), ErrorKind::Invalid),
        (file.join("x.golive"), ErrorKind::Invalid),
    ] {
        for access in [Access::Read, Access::Write] {
            let error = Ledger::open(&path, access).err().unwrap();
            assert_eq!(error.kind, kind, "{error}");
        }
    }
}

/// Every page of a ledger overwritten in turn, and the file cut at every page: an answer each
/// time, never a panic, and never a state that is not that of the entries.
#[test]
fn a_damaged_ledger_is_told_so_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 40);
    let good = std::fs::read(&path).unwrap();
    let pages = good.len() / 4096;
    assert!(pages > 8, "{pages}");
    let mut told = 0;
    let mut judge = |bytes: &[u8], what: &str| {
        std::fs::write(&path, bytes).unwrap();
        match Ledger::open(&path, Access::Read) {
            Ok(ledger) => assert!(ledger.state().log.len() <= 41, "{what}"),
            Err(error) => {
                assert!(
                    matches!(
                        error.kind,
                        ErrorKind::Corrupt | ErrorKind::NotALedger | ErrorKind::Newer
                    ),
                    "{what}: {error}"
                );
                if error.kind == ErrorKind::Corrupt {
                    told += 1;
                    assert!(error.to_string().contains("golive restore"), "{error}");
                }
            }
        }
        assert!(verify(&path).is_err(), "{what}");
    };
    for page in 0..pages {
        let mut bytes = good.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0xA5);
        judge(&bytes, &format!("page {page} overwritten"));
        if page > 0 {
            judge(&good[..page * 4096], &format!("cut at page {page}"));
        }
    }
    assert!(told > pages, "{told}");
}

#[test]
fn an_error_names_the_file_safely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a\u{1b}[2J.golive");
    std::fs::write(&path, b"").unwrap();
    let text = Ledger::open(&path, Access::Read).err().unwrap().to_string();
    assert!(text.contains("a␛[2J.golive") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn odd_names_are_just_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 1);
    for name in ["a b?mode=memory#x%41.golive", "ü→🎉.golive", "%00.golive"] {
        let odd = folder.path().join(name);
        std::fs::copy(&path, &odd).unwrap();
        let mut ledger = Ledger::open(&odd, Access::Write).unwrap();
        ledger.append(crate::support::note("x")).unwrap();
        ledger.close().unwrap();
        assert_eq!(verify(&odd).unwrap().entries, 3, "{name}");
    }
    assert_eq!(verify(&path).unwrap().entries, 2);
}
