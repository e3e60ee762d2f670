//! The state that a ledger's entries fold to, and how far it has read.

use super::chain::Chain;
use super::error::{ErrorKind, LedgerError};
use super::plan_cache;
use super::store::{Row, Store};
use crate::run::{self, Entry, Event, OpenError, RunState, Time};
use crate::runbook::Runbook;
use std::sync::Arc;

/// Everything read so far.
pub(super) struct Replay {
    pub state: RunState,
    /// Place of the last entry read.
    pub seq: u64,
    /// Its chain value.
    pub head: Chain,
    /// When it was recorded.
    pub last_at: Time,
    /// The first entry of a kind that this program does not know.
    pub unknown: Option<u64>,
    /// Entries of others that nobody has been told of yet.
    pub news: Vec<Arc<Entry>>,
}

impl Replay {
    /// Reads a whole ledger.
    pub fn open(store: &Store) -> Result<Self, LedgerError> {
        let mut replay: Option<Self> = None;
        store.read_after(0, |row| match &mut replay {
            Some(replay) => replay.take(store, &row, Chained::Later).map(|_| ()),
            none => {
                *none = Some(Self::begin(store, row)?);
                Ok(())
            }
        })?;
        replay.ok_or_else(|| LedgerError::corrupt(store.path(), "it has no entries"))
    }

    /// The state after the first entry.
    fn begin(store: &Store, row: Row) -> Result<Self, LedgerError> {
        if row.seq != 1 {
            return Err(missing(store, 1));
        }
        let head = row.chain.ok_or_else(|| unchained(store, row.seq))?;
        let entry = read(store, &row)?;
        // The whole runbook is in it, and is about to be read.
        drop(row);
        let last_at = entry.act.at;
        let state = match known_plan(store, &entry) {
            Some((_, plan)) => run::open_with(Arc::new(entry), plan),
            None => run::open(entry),
        };
        let state = state.map_err(|e| cannot_open(store.path(), &e))?;
        Ok(Self::begun(state, head, last_at))
    }

    /// A run that has its first entry.
    pub fn begun(state: RunState, head: Chain, last_at: Time) -> Self {
        Self { state, seq: 1, head, last_at, unknown: None, news: Vec::new() }
    }

    /// Reads what has been added, by whomever, into the state and the news.
    pub fn catch_up(&mut self, store: &Store) -> Result<(), LedgerError> {
        let mut read = Vec::new();
        let result = store.read_after(self.seq, |row| {
            read.push(self.take(store, &row, Chained::Here)?);
            Ok(())
        });
        self.news.append(&mut read);
        result
    }

    /// Takes one entry in.
    fn take(
        &mut self,
        store: &Store,
        row: &Row,
        chained: Chained,
    ) -> Result<Arc<Entry>, LedgerError> {
        if row.seq != self.seq + 1 {
            return Err(missing(store, self.seq + 1));
        }
        let chain = row.chain.ok_or_else(|| unchained(store, row.seq))?;
        if matches!(chained, Chained::Here) && chain != self.head.next(row.seq, &row.body) {
            return Err(unchained(store, row.seq));
        }
        let entry = Arc::new(read(store, row)?);
        if let Some((sha256, plan)) = known_plan(store, &entry) {
            self.state.know_plan(sha256, plan);
        }
        self.add(entry.clone(), chain);
        Ok(entry)
    }

    /// Keeps the plans of the run for whoever opens it next.
    pub fn keep_plans(&self, store: &Store) {
        let Some(folder) = store.path().parent() else { return };
        for logged in &self.state.log {
            if let Some(text) = logged.entry.act.event.runbook() {
                plan_cache::keep(folder, text, |sha256| self.state.known_plan(sha256));
            }
        }
    }

    /// Takes in an entry that is in the ledger.
    pub fn add(&mut self, entry: Arc<Entry>, chain: Chain) {
        self.seq = entry.seq;
        self.head = chain;
        self.last_at = entry.act.at;
        if matches!(entry.act.event, Event::Unknown { .. }) {
            self.unknown = self.unknown.or(Some(entry.seq));
        }
        run::apply(&mut self.state, entry);
    }
}

/// The plan of the text that an entry brings, if it has been read before, and the text's hash.
fn known_plan(store: &Store, entry: &Entry) -> Option<(String, Arc<Runbook>)> {
    let text = entry.act.event.runbook()?;
    plan_cache::find(store.path().parent()?, text)
}

/// Whether the chain is followed while reading. When a whole ledger is opened it is not: hashing
/// would cost more than all the rest, and `verify` is there for it.
#[derive(Clone, Copy)]
enum Chained {
    Here,
    Later,
}

fn read(store: &Store, row: &Row) -> Result<Entry, LedgerError> {
    Entry::from_body(row.seq, &row.body)
        .map_err(|e| LedgerError::corrupt(store.path(), e.to_string()))
}

fn missing(store: &Store, seq: u64) -> LedgerError {
    LedgerError::corrupt(store.path(), format!("entry {seq} is missing"))
}

fn unchained(store: &Store, seq: u64) -> LedgerError {
    LedgerError::corrupt(store.path(), format!("entry {seq} does not follow from the one before"))
}

/// A first entry that opens no run: damaged, or of a newer golive.
pub(super) fn cannot_open(path: &std::path::Path, cause: &OpenError) -> LedgerError {
    match cause {
        OpenError::BadRunbook(_) => LedgerError::new(
            ErrorKind::Newer,
            path,
            cause.to_string(),
            "use the version of golive that opened the run",
        ),
        _ => LedgerError::corrupt(path, cause.to_string()),
    }
}
