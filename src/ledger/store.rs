//! One SQLite connection to one ledger file: how it is opened, read, written and closed, and
//! nothing of what the entries mean.
#![allow(clippy::disallowed_methods, reason = "waits for a lock that SQLite does not wait for")]

use super::chain::Chain;
use super::error::{ErrorKind, LedgerError};
use super::filesystem::refuse_network;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};
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

/// An entry as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub seq: u64,
    pub replica: String,
    pub index: u64,
    pub body: Vec<u8>,
    /// None where the stored value has not 32 bytes.
    pub chain: Option<Chain>,
}

pub(super) struct Store {
    conn: Connection,
    path: PathBuf,
    access: Access,
}

impl Store {
    /// Opens an existing ledger.
    pub fn open(path: &Path, access: Access) -> Result<Self, LedgerError> {
        is_a_file(path)?;
        refuse_network(path)?;
        inspect(path)?;
        let conn = match access {
            Access::Write => open_for_writing(path)?,
            Access::Read => open_for_reading(path)?,
        };
        Ok(Self { conn, path: path.to_owned(), access })
    }

    /// Opens a file that nobody else uses or will change: a copy, wherever it lies. Leaves no
    /// trace beside it.
    pub fn open_copy(path: &Path) -> Result<Self, LedgerError> {
        is_a_file(path)?;
        inspect(path)?;
        let conn = open_frozen(path)?;
        Ok(Self { conn, path: path.to_owned(), access: Access::Read })
    }

    /// Makes an empty ledger in a new file, to be filled and then moved to its place: not in WAL
    /// mode, so that it is one file at every moment.
    pub fn create(path: &Path, run: &str) -> Result<Self, LedgerError> {
        refuse_network(path)?;
        let failed = |e: &rusqlite::Error| {
            let error = LedgerError::sqlite(path, "create the ledger", e);
            // That there is no file yet is as it should be: the folder takes none.
            if error.kind == ErrorKind::Missing {
                error.because(ErrorKind::Permission)
            } else {
                error
            }
        };
        let flags = flags(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE);
        let conn = Connection::open_with_flags(path, flags).map_err(|e| failed(&e))?;
        configure(&conn).map_err(|e| failed(&e))?;
        let schema = format!(
            "PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT}; BEGIN; {} COMMIT;",
            include_str!("schema.sql")
        );
        conn.execute_batch(&schema).map_err(|e| failed(&e))?;
        let store = Self { conn, path: path.to_owned(), access: Access::Write };
        store.set_meta("run", run)?;
        Ok(store)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn access(&self) -> Access {
        self.access
    }

    /// Sets how long to wait for others' locks from here on.
    pub fn set_patience(&self, patience: Duration) {
        // Can fail only for a connection that is closed, and this one is not.
        let _ = self.conn.busy_timeout(patience);
    }

    /// Takes the write lock: whoever else appends waits.
    pub fn lock(&self) -> Result<Transaction<'_>, LedgerError> {
        Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate)
            .map_err(|e| self.error("record anything", &e))
    }

    /// Makes everything done since [`Store::lock`] durable.
    pub fn commit(&self, transaction: Transaction<'_>) -> Result<(), LedgerError> {
        transaction.commit().map_err(|e| self.error("record anything", &e))
    }

    /// Hands on every entry after `seq`, in order, until `each` fails.
    pub fn read_after(
        &self,
        seq: u64,
        mut each: impl FnMut(Row) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let failed = |e: &rusqlite::Error| self.error("read the entries", e);
        let sql = "SELECT seq, replica, idx, body, chain FROM entries WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.conn.prepare_cached(sql).map_err(|e| failed(&e))?;
        let mut rows = statement.query([to_sql(seq)]).map_err(|e| failed(&e))?;
        while let Some(row) = rows.next().map_err(|e| failed(&e))? {
            each(read_row(row).map_err(|e| failed(&e))?)?;
        }
        Ok(())
    }

    /// The last entry; none in an empty ledger.
    pub fn last(&self) -> Result<Option<Row>, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT seq, replica, idx, body, chain FROM entries ORDER BY seq DESC LIMIT 1",
            )
            .and_then(|mut s| s.query_row([], read_row).optional())
            .map_err(|e| self.error("read the last entry", &e))
    }

    /// The entry at that place, if it is there.
    pub fn at(&self, seq: u64) -> Result<Option<Row>, LedgerError> {
        self.conn
            .prepare_cached("SELECT seq, replica, idx, body, chain FROM entries WHERE seq = ?1")
            .and_then(|mut s| s.query_row([to_sql(seq)], read_row).optional())
            .map_err(|e| self.error("read the entries", &e))
    }

    /// The entry with that name, if it is there.
    pub fn find(&self, replica: &str, index: u64) -> Result<Option<Row>, LedgerError> {
        let sql =
            "SELECT seq, replica, idx, body, chain FROM entries WHERE replica = ?1 AND idx = ?2";
        self.conn
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row((replica, to_sql(index)), read_row).optional())
            .map_err(|e| self.error("read the entries", &e))
    }

    /// The highest index that this replica has used, 0 for none.
    pub fn last_index(&self, replica: &str) -> Result<u64, LedgerError> {
        let sql = "SELECT max(coalesce((SELECT max(idx) FROM entries WHERE replica = ?1), 0), \
                              coalesce((SELECT max(idx) FROM outbox WHERE replica = ?1), 0))";
        self.conn
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([replica], |row| row.get::<_, i64>(0)))
            .map(|n| n.unsigned_abs())
            .map_err(|e| self.error("read the entries", &e))
    }

    /// Adds an entry; durable with the transaction it is in.
    pub fn insert(&self, row: &Row) -> Result<(), LedgerError> {
        let chain = row.chain.as_ref().map(Chain::as_bytes);
        self.conn
            .prepare_cached(
                "INSERT INTO entries (seq, replica, idx, body, chain) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .and_then(|mut s| {
                s.execute((to_sql(row.seq), &row.replica, to_sql(row.index), &row.body, chain))
            })
            .map(|_| ())
            .map_err(|e| self.error("record anything", &e))
    }

    pub fn meta(&self, key: &str) -> Result<Option<String>, LedgerError> {
        self.conn
            .prepare_cached("SELECT value FROM meta WHERE key = ?1")
            .and_then(|mut s| s.query_row([key], |row| row.get(0)).optional())
            .map_err(|e| self.error("read the ledger", &e))
    }

    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")
            .and_then(|mut s| s.execute([key, value]))
            .map(|_| ())
            .map_err(|e| self.error("record anything", &e))
    }

    /// Keeps a draft; an empty text forgets it.
    pub fn set_draft(&self, key: &str, text: &str) -> Result<(), LedgerError> {
        let done = if text.is_empty() {
            self.conn.execute("DELETE FROM drafts WHERE key = ?1", [key])
        } else {
            let sql = "INSERT INTO drafts VALUES (?1, ?2) ON CONFLICT DO UPDATE SET text = ?2";
            self.conn.execute(sql, [key, text])
        };
        done.map(|_| ()).map_err(|e| self.error("keep the draft", &e))
    }

    /// Every draft kept, as key and text.
    pub fn drafts(&self) -> Result<Vec<(String, String)>, LedgerError> {
        self.conn
            .prepare("SELECT key, text FROM drafts ORDER BY key")
            .and_then(|mut s| s.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
            .map_err(|e| self.error("read the drafts", &e))
    }

    /// A number that changes whenever another connection has changed the file.
    pub fn data_version(&self) -> Result<i64, LedgerError> {
        self.conn
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut s| s.query_row([], |row| row.get(0)))
            .map_err(|e| self.error("read the ledger", &e))
    }

    /// SQLite's own opinion of the file: none when it is sound.
    pub fn damage(&self) -> Result<Option<String>, LedgerError> {
        let answer: String = self
            .conn
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(|e| self.error("check the file", &e))?;
        Ok((answer != "ok").then_some(answer))
    }

    /// Writes a compact copy as one file, which must not exist yet.
    pub fn vacuum_into(&self, target: &str) -> Result<(), rusqlite::Error> {
        // SQLite counts the copy as something written.
        self.conn.execute_batch("PRAGMA query_only=0")?;
        self.conn.execute("VACUUM INTO ?1", [target]).map(|_| ())
    }

    /// Brings into the main file what can be brought in without anybody waiting.
    pub fn tidy(&self) -> Result<(), LedgerError> {
        self.conn
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
            .map_err(|e| self.error("tidy up", &e))
    }

    /// Brings everything into the one file and lets go of it. Where other connections use the
    /// ledger, it stays as they need it, and the last of them does this.
    pub fn close(self) -> Result<(), LedgerError> {
        let Self { conn, path, access } = self;
        let failed = |e: &rusqlite::Error| LedgerError::sqlite(&path, "close the ledger", e);
        if !conn.is_readonly("main").unwrap_or(true) {
            // Without patience: who would have to wait here is not alone and has nothing to do.
            conn.busy_timeout(Duration::ZERO).map_err(|e| failed(&e))?;
            let alone = conn
                .execute_batch("PRAGMA query_only=0")
                .and_then(|()| conn.pragma_update(None, "journal_mode", "DELETE"));
            match alone {
                Ok(()) => {}
                // The others may be plain readers, who cannot bring in what was written.
                Err(e) if is_busy(&e) && access == Access::Write => {
                    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
                        .map_err(|e| failed(&e))?;
                }
                Err(e) if is_busy(&e) => {}
                Err(e) => return Err(failed(&e)),
            }
        }
        conn.close().map_err(|(_, e)| failed(&e))
    }

    fn error(&self, doing: &str, cause: &rusqlite::Error) -> LedgerError {
        LedgerError::sqlite(&self.path, doing, cause)
    }
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        replica: row.get(1)?,
        index: row.get::<_, i64>(2)?.unsigned_abs(),
        body: row.get(3)?,
        chain: Chain::from_bytes(row.get_ref(4)?.as_blob().unwrap_or_default()),
    })
}

fn to_sql(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

fn flags(mode: OpenFlags) -> OpenFlags {
    mode | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// What holds for every connection: full durability, patience, and no trust in the schema of a
/// file that may have come by mail.
fn configure(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(PATIENCE)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A write-ahead log that is brought in early stays short and is written over again and again,
    // which a disk flushes faster than a file that grows; but not so early that one append in a
    // hundred has to wait for it.
    conn.execute_batch(
        "PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA wal_autocheckpoint=400",
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
fn inspect(path: &Path) -> Result<(), LedgerError> {
    let conn = frozen(path)?;
    // While somebody writes (or died writing), the first page may know of pages that are only in
    // the log yet. SQLite takes that for damage unless it is told that the schema may be odd.
    conn.execute_batch("PRAGMA writable_schema=ON")
        .map_err(|e| LedgerError::sqlite(path, "open the ledger", &e))?;
    let number = |pragma: &str| {
        conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0))
            .map_err(|e| LedgerError::sqlite(path, "open the ledger", &e))
    };
    let (application, format) = (number("application_id")?, number("user_version")?);
    if application != APPLICATION_ID {
        let next = "name a .golive file";
        return Err(LedgerError::new(ErrorKind::NotALedger, path, "this is not a ledger", next));
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
    let flags = flags(OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI);
    Connection::open_with_flags(uri, flags).map_err(|e| failed(&e))
}

/// Like [`frozen`], where that tells the whole truth: not with a write-ahead log lying beside it.
fn open_frozen(path: &Path) -> Result<Connection, LedgerError> {
    let log = beside(path, "-wal");
    if log.metadata().is_ok_and(|m| m.len() > 0) {
        return Err(LedgerError::new(
            ErrorKind::Permission,
            path,
            format!("its latest entries are still in {} beside it", log.display()),
            "copy both files to a folder that can be written, and open the ledger there",
        ));
    }
    let conn = frozen(path)?;
    first_read(&conn).map_err(|e| LedgerError::sqlite(path, "open the ledger", &e))?;
    Ok(conn)
}

fn open_for_writing(path: &Path) -> Result<Connection, LedgerError> {
    let failed = |e: &rusqlite::Error| LedgerError::sqlite(path, "open the ledger", e);
    let conn = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))
        .map_err(|e| failed(&e))?;
    configure(&conn).map_err(|e| failed(&e))?;
    if conn.is_readonly("main").map_err(|e| failed(&e))? {
        let next = "make the file and its folder writable, or only look at it";
        let what = "the ledger is read-only";
        return Err(LedgerError::new(ErrorKind::Permission, path, what, next));
    }
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
    first_read(&conn).map_err(|e| failed(&e))?;
    Ok(conn)
}

/// Tries, in turn: as one who may write but does not (so that the last reader can tidy up after a
/// writer that was killed), as a plain reader, and as the reader of a copy that nobody changes.
fn open_for_reading(path: &Path) -> Result<Connection, LedgerError> {
    let attempt = |mode: OpenFlags, more: &str| {
        let conn = Connection::open_with_flags(path, flags(mode))?;
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
            Ok(conn) => return Ok(conn),
            Err(e) if is_about_the_place(&e) => {}
            Err(e) => return Err(LedgerError::sqlite(path, "open the ledger", &e)),
        }
    }
    open_frozen(path)
}

/// Whether an error comes from where the file lies rather than from what is in it.
fn is_about_the_place(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
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
