//! What is read from a ledger file and written to it, and nothing of what the entries mean.

use super::chain::Chain;
use super::connection::{self, Access};
use super::error::{ErrorKind, LedgerError};
use super::order::{Placed, Queued};
use crate::run::EntryId;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// As in the schema: what is agreed is never deleted, but where the hub says that it is not agreed.
const NEVER_DELETED: &str = "\
CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;";

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
    /// Whether others can read and write while this one does.
    shared: Cell<bool>,
    /// Damage was found in the file: it is left as it is from here on, and nothing is added.
    damaged: Cell<bool>,
}

impl Store {
    /// Opens an existing ledger.
    pub fn open(path: &Path, access: Access) -> Result<Self, LedgerError> {
        Ok(Self::on(connection::open(path, access)?, path, access))
    }

    /// Opens a file that nobody else uses or will change: a copy, wherever it lies.
    pub fn open_copy(path: &Path) -> Result<Self, LedgerError> {
        Ok(Self::on(connection::open_copy(path)?, path, Access::Read))
    }

    fn on(conn: Connection, path: &Path, access: Access) -> Self {
        let path = path.to_owned();
        Self { conn, path, access, shared: Cell::new(false), damaged: Cell::new(false) }
    }

    /// Makes an empty ledger in a new file, to be filled and then moved to its place.
    pub fn create(path: &Path, run: &str) -> Result<Self, LedgerError> {
        let store = Self::on(connection::create(path)?, path, Access::Write);
        store.shared.set(true);
        let schema = format!("BEGIN; {} COMMIT;", include_str!("schema.sql"));
        store.conn.execute_batch(&schema).map_err(|e| store.error("create the ledger", &e))?;
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

    /// Makes ready for writing. Writing does this by itself; done before, the first act is quicker.
    pub fn share(&self) -> Result<(), LedgerError> {
        self.may_change()?;
        if !self.shared.get() {
            connection::share(&self.conn, &self.path)?;
            self.shared.set(true);
        }
        Ok(())
    }

    /// Takes the write lock: whoever else appends waits.
    pub fn lock(&self) -> Result<Transaction<'_>, LedgerError> {
        self.share()?;
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
        each: impl FnMut(Row) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.each_after(seq, each).inspect_err(|e| self.distrust_if(e))
    }

    fn each_after(
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

    /// Entries after a place as they are stored, up to so many and about so many bytes, but one at
    /// least where there is one.
    pub fn page(&self, seq: u64, limit: usize, bytes: usize) -> Result<Vec<Placed>, LedgerError> {
        let failed = |e: &rusqlite::Error| self.error("read the entries", e);
        let sql = "SELECT seq, replica, idx, body, chain FROM entries WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.conn.prepare_cached(sql).map_err(|e| failed(&e))?;
        let mut rows = statement.query([to_sql(seq)]).map_err(|e| failed(&e))?;
        let (mut page, mut taken) = (Vec::new(), 0);
        while page.len() < limit && taken < bytes {
            let Some(row) = rows.next().map_err(|e| failed(&e))? else { break };
            let Row { seq, body, chain, .. } = read_row(row).map_err(|e| failed(&e))?;
            let damaged = || LedgerError::corrupt(&self.path, format!("entry {seq} is damaged"));
            let chain = chain.ok_or_else(damaged)?;
            taken += body.len();
            page.push(Placed { seq, chain, body });
        }
        Ok(page)
    }

    /// The entry at that place, if it is there.
    pub fn at(&self, seq: u64) -> Result<Option<Row>, LedgerError> {
        self.conn
            .prepare_cached("SELECT seq, replica, idx, body, chain FROM entries WHERE seq = ?1")
            .and_then(|mut s| s.query_row([to_sql(seq)], read_row).optional())
            .map_err(|e| self.error("read the entries", &e))
    }

    /// The last entry: its place and chain value. Before the first: 0, and what comes before it.
    pub fn head(&self) -> Result<(u64, Chain), LedgerError> {
        let last = self
            .conn
            .prepare_cached("SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1")
            .and_then(|mut s| {
                s.query_row([], |row| {
                    let chain = Chain::from_bytes(row.get_ref(1)?.as_blob().unwrap_or_default());
                    Ok((row.get::<_, i64>(0)?.unsigned_abs(), chain))
                })
                .optional()
            })
            .map_err(|e| self.error("read the entries", &e))?;
        match last {
            Some((seq, Some(chain))) => Ok((seq, chain)),
            Some((seq, None)) => {
                Err(LedgerError::corrupt(&self.path, format!("entry {seq} is damaged")))
            }
            None => Ok((0, Chain::start(&self.meta("run")?.unwrap_or_default()))),
        }
    }

    /// Chain value of the entry at that place, if it is there and has one.
    pub fn chain_at(&self, seq: u64) -> Result<Option<Chain>, LedgerError> {
        self.conn
            .prepare_cached("SELECT chain FROM entries WHERE seq = ?1")
            .and_then(|mut s| {
                s.query_row([to_sql(seq)], |row| {
                    Ok(Chain::from_bytes(row.get_ref(0)?.as_blob().unwrap_or_default()))
                })
                .optional()
            })
            .map(Option::flatten)
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

    /// The body of a queued entry of that name, if it is there.
    pub fn find_queued(&self, replica: &str, index: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        self.conn
            .prepare_cached("SELECT body FROM outbox WHERE replica = ?1 AND idx = ?2")
            .and_then(|mut s| s.query_row((replica, to_sql(index)), |row| row.get(0)).optional())
            .map_err(|e| self.error("read the outbox", &e))
    }

    /// How many own entries the hub has not ordered yet, the refused ones too.
    pub fn queued(&self) -> Result<u64, LedgerError> {
        self.conn
            .prepare_cached("SELECT count(*) FROM outbox")
            .and_then(|mut s| s.query_row([], |row| row.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
            .map_err(|e| self.error("read the outbox", &e))
    }

    /// Every own entry that the hub has not ordered yet, by name.
    pub fn outbox_by_name(&self) -> Result<Vec<Queued>, LedgerError> {
        let read = |row: &rusqlite::Row<'_>| {
            let index = row.get::<_, i64>(1)?.unsigned_abs();
            let id = EntryId { replica: row.get(0)?, index };
            Ok(Queued { id, body: row.get(2)?, refused: row.get(3)? })
        };
        self.conn
            .prepare_cached("SELECT replica, idx, body, refused FROM outbox ORDER BY replica, idx")
            .and_then(|mut s| s.query_map([], read)?.collect())
            .map_err(|e| self.error("read the outbox", &e))
    }

    /// Puts an own entry where it waits for the hub; durable with the transaction it is in.
    pub fn queue(&self, queued: &Queued) -> Result<(), LedgerError> {
        let Queued { id, body, refused } = queued;
        self.change(
            "INSERT INTO outbox (replica, idx, body, refused) VALUES (?1, ?2, ?3, ?4)",
            (&id.replica, to_sql(id.index), body, refused),
        )
    }

    /// Takes an own entry away from where it waits; durable with the transaction it is in.
    pub fn unqueue(&self, id: &EntryId) -> Result<(), LedgerError> {
        let sql = "DELETE FROM outbox WHERE replica = ?1 AND idx = ?2";
        self.change(sql, (&id.replica, to_sql(id.index)))
    }

    /// Takes the entries after that place out of the agreed order and keeps them aside, marked with
    /// a number of their own; durable with the transaction it is in.
    pub fn back_to(&self, seq: u64, mark: u64) -> Result<(), LedgerError> {
        self.may_change()?;
        let done = (|| {
            self.conn.execute_batch(
                "CREATE TABLE IF NOT EXISTS aside (mark INTEGER, seq INTEGER, replica TEXT, \
                 idx INTEGER, body BLOB, chain BLOB); \
                 DROP TRIGGER IF EXISTS entries_are_never_deleted;",
            )?;
            self.conn.execute(
                "INSERT INTO aside SELECT ?1, seq, replica, idx, body, chain FROM entries \
                 WHERE seq > ?2 ORDER BY seq",
                (to_sql(mark), to_sql(seq)),
            )?;
            self.conn.execute("DELETE FROM entries WHERE seq > ?1", [to_sql(seq)])?;
            self.conn.execute_batch(NEVER_DELETED)
        })();
        done.map_err(|e| self.error("take the hub's order", &e))
    }

    /// What was put aside, the latest going back first, each in its order: the number of that going
    /// back, less than 0 for what somebody has let go of, with the entry.
    pub fn aside(&self) -> Result<Vec<(i64, Row)>, LedgerError> {
        let there = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'aside'";
        let sql = "SELECT seq, replica, idx, body, chain, mark FROM aside \
                   ORDER BY abs(mark) DESC, seq";
        let read = (|| {
            if self.conn.query_row(there, [], |row| row.get::<_, i64>(0))? == 0 {
                return Ok(Vec::new());
            }
            let mut all = self.conn.prepare_cached(sql)?;
            let all = all.query_map([], |row| Ok((row.get(5)?, read_row(row)?)))?;
            all.collect()
        })();
        read.map_err(|e| self.error("read what was put aside", &e))
    }

    /// Marks an entry that was put aside as let go of; durable with the transaction it is in.
    pub fn let_go(&self, id: &EntryId) -> Result<(), LedgerError> {
        let sql = "UPDATE aside SET mark = -abs(mark) WHERE replica = ?1 AND idx = ?2";
        self.change(sql, (&id.replica, to_sql(id.index)))
    }

    /// The highest index of a replica among the entries up to that place; 0 for none.
    pub fn last_ordered(&self, replica: &str, up_to: u64) -> Result<u64, LedgerError> {
        let sql = "SELECT coalesce(max(idx), 0) FROM entries WHERE replica = ?1 AND seq <= ?2";
        self.conn
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row((replica, to_sql(up_to)), |row| row.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
            .map_err(|e| self.error("read the entries", &e))
    }

    /// Every key under `meta` that begins so, with its value.
    pub fn metas(&self, prefix: &str) -> Result<Vec<(String, String)>, LedgerError> {
        let sql = "SELECT key, value FROM meta WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key";
        self.conn
            .prepare_cached(sql)
            .and_then(|mut s| {
                s.query_map([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .map_err(|e| self.error("read the ledger", &e))
    }

    fn change(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), LedgerError> {
        self.may_change()?;
        self.conn
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(values))
            .map(|_| ())
            .map_err(|e| self.error("record anything", &e))
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
        self.may_change()?;
        self.conn
            .prepare_cached("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")
            .and_then(|mut s| s.execute([key, value]))
            .map(|_| ())
            .map_err(|e| self.error("record anything", &e))
    }

    /// Keeps a draft; an empty text forgets it.
    pub fn set_draft(&self, key: &str, text: &str) -> Result<(), LedgerError> {
        self.share()?;
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
        if answer == "ok" {
            return Ok(None);
        }
        self.distrust();
        Ok(Some(answer))
    }

    /// Writes a compact copy as one file, which must not exist yet. Damage is told of the ledger,
    /// anything else of the copy.
    pub fn vacuum_into(&self, target: &str) -> Result<(), LedgerError> {
        // SQLite counts the copy as something written.
        let copied = self
            .conn
            .execute_batch("PRAGMA query_only=0")
            .and_then(|()| self.conn.execute("VACUUM INTO ?1", [target]));
        copied.map(|_| ()).map_err(|e| match self.error("be copied", &e) {
            error if error.kind == ErrorKind::Corrupt => error,
            _ => LedgerError::sqlite(Path::new(target), "write the copy", &e),
        })
    }

    /// Brings into the main file what can be brought in without anybody waiting.
    pub fn tidy(&self) -> Result<(), LedgerError> {
        self.may_change()?;
        self.conn
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
            .map_err(|e| self.error("tidy up", &e))
    }

    /// Brings everything into the one file and lets go of it. Where other connections use the
    /// ledger, it stays as they need it, and the last of them does this.
    pub fn close(self) -> Result<(), LedgerError> {
        if self.damaged.get() {
            return self.leave();
        }
        connection::close(self.conn, &self.path, self.access)
    }

    /// Lets go of it as it is.
    pub fn leave(self) -> Result<(), LedgerError> {
        connection::leave(self.conn, &self.path)
    }

    /// Leaves the file as it is from here on: what is in it is not what was written.
    pub fn distrust(&self) {
        self.damaged.set(true);
        connection::leave_as_it_is(&self.conn, true);
    }

    fn distrust_if(&self, error: &LedgerError) {
        if error.kind == ErrorKind::Corrupt {
            self.distrust();
        }
    }

    fn may_change(&self) -> Result<(), LedgerError> {
        if self.damaged.get() {
            return Err(LedgerError::corrupt(&self.path, "the file is damaged, and left as it is"));
        }
        Ok(())
    }

    fn error(&self, doing: &str, cause: &rusqlite::Error) -> LedgerError {
        let error = LedgerError::sqlite(&self.path, doing, cause);
        self.distrust_if(&error);
        error
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
