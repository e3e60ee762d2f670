//! How a ledger file is opened, recognised and left: which modes, which locks, in which order.
#![allow(clippy::disallowed_methods, reason = "waits for a lock that SQLite does not wait for")]

use super::error::{ErrorKind, LedgerError};
use super::filesystem::refuse_network;
use super::signal::outlive_size_limits;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "golv": marks a SQLite file as a ledger.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"golv");

/// Number of the file format. A higher one is left untouched.
pub(super) const FORMAT: i32 = 1;

/// How long a process may hold the write lock before the others give up. Appends take
/// milliseconds; only a stopped process or a dying disk takes seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two tries at a lock that SQLite itself does not wait for.
const PAUSE: Duration = Duration::from_millis(5);

/// What a ledger is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading and appending.
    Write,
    /// Reading only; works on read-only files and in read-only folders.
    Read,
}

/// Opens an existing ledger in place.
pub(super) fn open(path: &Path, access: Access) -> Result<Connection, LedgerError> {
    is_a_file(path)?;
    refuse_network(path)?;
    look(path)?;
    let conn = match access {
        Access::Write => open_for_writing(path),
        Access::Read => open_for_reading(path),
    }?;
    leave_as_it_is(&conn, false);
    Ok(conn)
}

/// Whether the file stays as it is when the connection goes: else SQLite brings the write-ahead
/// log into it, which a damaged file would not survive.
pub(super) fn leave_as_it_is(conn: &Connection, yes: bool) {
    // Can fail only for a connection that is closed, and this one is not.
    let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, yes);
}

/// Opens a file that nobody else uses or will change: a copy, wherever it lies. Leaves no trace
/// beside it.
pub(super) fn open_copy(path: &Path) -> Result<Connection, LedgerError> {
    is_a_file(path)?;
    look(path)?;
    open_frozen(path)
}

/// Makes a new file, marked as a ledger: not in WAL mode, so that it is one file at every moment.
pub(super) fn create(path: &Path) -> Result<Connection, LedgerError> {
    refuse_network(path)?;
    // SQLite takes an empty file for a new one, and gives its modes to what it keeps beside it.
    // Where it cannot be made, SQLite says so.
    drop(super::private::private_file(path).truncate(false).open(path));
    let made = || {
        let mode = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let conn = connect(path, mode)?;
        configure(&conn)?;
        conn.execute_batch(&format!(
            "PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT};"
        ))?;
        Ok(conn)
    };
    made().map_err(|e| {
        let error = LedgerError::sqlite(path, "create the ledger", &e);
        // That there is no file yet is as it should be: the folder takes none.
        if error.kind == ErrorKind::Missing { error.because(ErrorKind::Permission) } else { error }
    })
}

/// Lets go of a ledger; the last one to do so leaves one file.
pub(super) fn close(conn: Connection, path: &Path, access: Access) -> Result<(), LedgerError> {
    let failed = |e: &rusqlite::Error| LedgerError::sqlite(path, "close the ledger", e);
    if !conn.is_readonly("main").unwrap_or(true) {
        match tidy_up(&conn, access) {
            // For lack of room everything stays in the two files, until the next to close.
            Err(e) if access == Access::Write && !is_for_lack_of_room(&failed(&e)) => {
                return Err(failed(&e));
            }
            _ => {}
        }
    }
    conn.close().map_err(|(_, e)| failed(&e))
}

/// What the last one to leave does: all into the one file, which is then left in the mode that
/// any reader can open, also where nothing can be written.
fn tidy_up(conn: &Connection, access: Access) -> rusqlite::Result<()> {
    // Without patience: who would have to wait here is not alone and has nothing to do.
    conn.busy_timeout(Duration::ZERO)?;
    conn.execute_batch("PRAGMA query_only=0")?;
    match conn.pragma_update(None, "journal_mode", "DELETE") {
        // The others may be plain readers, who cannot bring in what was written.
        Err(e) if is_busy(&e) && access == Access::Write => {
            conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        Err(e) if is_busy(&e) => Ok(()),
        other => other,
    }
}

fn is_for_lack_of_room(error: &LedgerError) -> bool {
    matches!(error.kind, ErrorKind::Full | ErrorKind::Permission)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// The one place where a connection begins.
fn connect(name: impl AsRef<Path>, mode: OpenFlags) -> rusqlite::Result<Connection> {
    outlive_size_limits();
    Connection::open_with_flags(name, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// What holds for every connection: full durability, patience, and no trust in the schema of a
/// file that may have come by mail.
fn configure(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(PATIENCE)?;
    // Until it is known to be a ledger.
    leave_as_it_is(conn, true);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A write-ahead log that is brought in early stays short and is written over again and again,
    // which a disk flushes faster than a file that grows; but not so early that one append in a
    // hundred has to wait for it. Entries are read once, in order: a small cache does.
    conn.execute_batch(
        "PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA wal_autocheckpoint=400; \
         PRAGMA cache_size=-256",
    )
}

fn is_a_file(path: &Path) -> Result<(), LedgerError> {
    let meta = path.metadata().map_err(|e| LedgerError::io(path, "open the ledger", &e))?;
    if meta.is_file() {
        return Ok(());
    }
    Err(LedgerError::new(ErrorKind::Invalid, path, "this is no file", "name a .golive file"))
}

/// Looks at the first page without any lock, and without a trace: nothing of a newer format, or of
/// another program, may be touched, not even by opening it the usual way.
fn look(path: &Path) -> Result<(), LedgerError> {
    if path.metadata().is_ok_and(|meta| meta.len() == 0) {
        return Err(LedgerError::corrupt(path, "the file is empty: nothing of a run is in it"));
    }
    let conn = frozen(path)?;
    match marks(&conn) {
        // Seen without a lock, a file that grows at this very moment looks damaged. Whether it is
        // shows when it is opened.
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => Ok(()),
        Ok((application, _)) if application != APPLICATION_ID => Err(no_ledger(path, &conn)),
        marks => recognise(path, marks),
    }
}

/// A file without the mark of a ledger: a damaged one, or none at all.
fn no_ledger(path: &Path, conn: &Connection) -> LedgerError {
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('entries', 'outbox', 'meta')";
    if let Ok(0..=2) = conn.query_row(tables, [], |row| row.get::<_, i64>(0)) {
        let what = "this is not a ledger, but a database of another program";
        let next = "name the .golive file of a run; `golive runs` lists them";
        return LedgerError::new(ErrorKind::NotALedger, path, what, next);
    }
    LedgerError::corrupt(path, "the file is damaged: its header does not say that it is a ledger")
}

/// What the file says of itself: whose it is, and in which format.
fn marks(conn: &Connection) -> rusqlite::Result<(i32, i32)> {
    let number = |pragma: &str| conn.query_row(pragma, [], |row| row.get(0));
    Ok((number("PRAGMA application_id")?, number("PRAGMA user_version")?))
}

/// Refuses what is no ledger, or one of another format.
fn recognise(path: &Path, marks: rusqlite::Result<(i32, i32)>) -> Result<(), LedgerError> {
    let (application, format) =
        marks.map_err(|e| LedgerError::sqlite(path, "open the ledger", &e))?;
    if application != APPLICATION_ID {
        let what = "the file is damaged: its header does not say that it is a ledger";
        return Err(LedgerError::corrupt(path, what));
    }
    if format == FORMAT {
        return Ok(());
    }
    Err(LedgerError::new(
        ErrorKind::Newer,
        path,
        format!("this ledger has format {format}, and this golive knows format {FORMAT} only"),
        "use the newer golive that wrote it; the file was left as it is",
    ))
}

/// A connection that reads the main file as it is: no locks, no write-ahead log.
fn frozen(path: &Path) -> Result<Connection, LedgerError> {
    let failed = |e: &rusqlite::Error| LedgerError::sqlite(path, "open the ledger", e);
    let full =
        std::path::absolute(path).map_err(|e| LedgerError::io(path, "open the ledger", &e))?;
    let mut uri = String::from("file://");
    for &byte in full.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    let mode = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    connect(uri, mode).map_err(|e| failed(&e))
}

/// Like [`frozen`], where that tells the whole truth: not with a write-ahead log lying beside it.
fn open_frozen(path: &Path) -> Result<Connection, LedgerError> {
    let full = |log: &PathBuf| log.metadata().is_ok_and(|m| m.len() > 0);
    if let Some(log) = ["-wal", "-journal"].map(|end| beside(path, end)).into_iter().find(full) {
        return Err(LedgerError::new(
            ErrorKind::Permission,
            path,
            format!("its latest entries may still be in {} beside it", log.display()),
            "copy both files to a folder that can be written, and open the ledger there",
        ));
    }
    let conn = frozen(path)?;
    first_read(&conn).map_err(|e| LedgerError::sqlite(path, "open the ledger", &e))?;
    Ok(conn)
}

fn open_for_writing(path: &Path) -> Result<Connection, LedgerError> {
    let failed = |e: &rusqlite::Error| LedgerError::sqlite(path, "open the ledger", e);
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|e| failed(&e))?;
    configure(&conn).map_err(|e| failed(&e))?;
    if conn.is_readonly("main").map_err(|e| failed(&e))? {
        let next = "make the file and its folder writable, or only look at it";
        let what = "the ledger is read-only";
        return Err(LedgerError::new(ErrorKind::Permission, path, what, next));
    }
    recognise(path, marks(&conn))?;
    first_read(&conn).map_err(|e| failed(&e))?;
    Ok(conn)
}

/// Turns on the write-ahead log, with which others can read and write while this connection does.
/// Whoever writes does this first. It costs several flushes: opening a ledger does without.
pub(super) fn share(conn: &Connection, path: &Path) -> Result<(), LedgerError> {
    let failed = |e: &rusqlite::Error| LedgerError::sqlite(path, "open the ledger", e);
    let mut tries_left = PATIENCE.as_millis() / PAUSE.as_millis();
    loop {
        // Changing the mode takes a lock that SQLite does not always wait for.
        let mode = conn.query_row("PRAGMA journal_mode=WAL", [], |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => break,
            Ok(mode) => {
                return Err(LedgerError::new(
                    ErrorKind::Network,
                    path,
                    format!("SQLite's write-ahead log does not work there (mode stays {mode})"),
                    "choose a folder on a local disk with --data",
                ));
            }
            Err(e) if is_busy(&e) && tries_left > 0 => {
                tries_left -= 1;
                std::thread::sleep(PAUSE);
            }
            Err(e) => return Err(failed(&e)),
        }
    }
    first_read(conn).map_err(|e| failed(&e))
}

/// Lets go of a ledger that was only glanced at, and leaves all as it is: tidying up after a
/// writer that was killed is for those who stay longer.
pub(super) fn leave(conn: Connection, path: &Path) -> Result<(), LedgerError> {
    let failed = |e: &rusqlite::Error| LedgerError::sqlite(path, "close the ledger", e);
    leave_as_it_is(&conn, true);
    conn.close().map_err(|(_, e)| failed(&e))
}

/// Tries, in turn: as one who may write but does not (so that the last reader can tidy up after a
/// writer that was killed), as a plain reader, and as the reader of a copy that nobody changes.
fn open_for_reading(path: &Path) -> Result<Connection, LedgerError> {
    let attempt = |mode: OpenFlags, more: &str| {
        let conn = connect(path, mode)?;
        // First, for whatever reads the schema also decides how the file is locked.
        conn.execute_batch(more)?;
        configure(&conn)?;
        first_read(&conn).map(|()| conn)
    };
    let read_write = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let tries = [
        (read_write, "PRAGMA query_only=1"),
        (OpenFlags::SQLITE_OPEN_READ_ONLY, "PRAGMA query_only=1"),
        // Needs no shared-memory file beside the ledger, which a full disk has no room for.
        (read_write, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA query_only=1"),
    ];
    for (mode, more) in tries {
        match attempt(mode, more) {
            Ok(conn) => return recognise(path, marks(&conn)).map(|()| conn),
            Err(e) if is_about_the_place(&e) => {}
            Err(e) => return Err(LedgerError::sqlite(path, "open the ledger", &e)),
        }
    }
    open_frozen(path)
}

/// Whether an error comes from where the file lies rather than from what is in it.
fn is_about_the_place(error: &rusqlite::Error) -> bool {
    use ErrorCode as Code;
    matches!(
        error.sqlite_error_code(),
        Some(
            Code::CannotOpen
                | Code::ReadOnly
                | Code::PermissionDenied
                | Code::DiskFull
                | Code::SystemIoFailure
                | Code::FileLockingProtocolFailed
        )
    )
}

/// Makes SQLite really open its files: until then, it has only looked at the name.
fn first_read(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row("SELECT count(*) FROM (SELECT 1 FROM entries LIMIT 1)", [], |_| Ok(()))
}

/// The name of a file that SQLite keeps beside a ledger.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
