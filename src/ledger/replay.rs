//! The state that a ledger's entries fold to, and how far it has read. Where the ledger is joined to
//! a hub, own entries that the hub has not ordered yet come after all others, for now.

use super::chain::Chain;
use super::error::{ErrorKind, LedgerError};
use super::joined::{self, Joined};
use super::order::Queued;
use super::plan_cache;
use super::store::{Row, Store};
use crate::run::{self, Entry, EntryId, Event, OpenError, RunState, Time};
use crate::runbook::Runbook;
use std::collections::HashSet;
use std::sync::Arc;

/// Everything read so far.
pub(super) struct Replay {
    /// Agreed entries, then those that wait for the hub.
    pub state: RunState,
    /// Place of the last agreed entry read.
    pub seq: u64,
    /// Its chain value.
    pub head: Chain,
    /// When it was recorded.
    pub last_at: Time,
    /// The first entry of a kind that this program does not know.
    pub unknown: Option<u64>,
    /// Entries of others that nobody has been told of yet.
    pub news: Vec<Arc<Entry>>,
    /// The hub, as last read; none for a ledger that stands alone.
    pub joined: Option<Joined>,
    /// Whether the order of what was told before no longer holds: the state has to be taken whole.
    pub refolded: bool,
    /// The agreed entries alone, where others wait.
    agreed: Option<Box<RunState>>,
    /// Names of the waiting entries that are in the state, in order.
    waiting: Vec<EntryId>,
    /// How many rows the outbox had, the refused ones too.
    queued: u64,
    /// When the last waiting entry was recorded, on this machine's clock.
    waiting_at: Option<Time>,
}

impl Replay {
    /// Reads a whole ledger.
    pub fn open(store: &Store) -> Result<Self, LedgerError> {
        let mut replay: Option<Self> = None;
        let joined = Joined::read(store)?;
        store.read_after(0, |row| match &mut replay {
            Some(replay) => replay.take(store, &row, Chained::Later).map(|_| ()),
            none => {
                *none = Some(Self::begin(store, row)?);
                Ok(())
            }
        })?;
        let mut replay =
            replay.ok_or_else(|| LedgerError::corrupt(store.path(), "it has no entries"))?;
        if joined.is_some() {
            replay.joined = joined;
            replay.wait_again(store)?;
            replay.news.clear();
        }
        Ok(replay)
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
        Self {
            state,
            seq: 1,
            head,
            last_at,
            unknown: None,
            news: Vec::new(),
            joined: None,
            refolded: false,
            agreed: None,
            waiting: Vec::new(),
            queued: 0,
            waiting_at: None,
        }
    }

    /// The clock of this machine must not be behind this: what was recorded here last. Entries that
    /// came from a hub carry the times of other clocks.
    pub fn floor(&self) -> Option<Time> {
        match self.joined {
            None => Some(self.last_at),
            Some(_) => self.waiting_at,
        }
    }

    /// How many entries wait for the hub.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many entries the outbox has, the refused ones too.
    pub fn queued(&self) -> u64 {
        self.queued
    }

    /// Reads what has been added, by whomever, into the state and the news.
    pub fn catch_up(&mut self, store: &Store) -> Result<(), LedgerError> {
        let joined = Joined::read(store)?;
        if joined.is_none() && self.joined.is_none() {
            return self.follow(store);
        }
        let backs = |joined: &Option<Joined>| joined.as_ref().map_or(0, |joined| joined.backs);
        let changes = |joined: &Option<Joined>| joined.as_ref().map_or(0, |joined| joined.changes);
        if backs(&joined) != backs(&self.joined) {
            return self.read_again(store);
        }
        let reordered = changes(&joined) != changes(&self.joined);
        self.joined = joined;
        if self.agreed.is_none() {
            self.follow(store)?;
        } else if reordered {
            return self.reorder(store);
        }
        if store.queued()? != self.queued || reordered {
            self.wait_more(store)?;
        }
        Ok(())
    }

    /// Agreed entries only, as long as none wait.
    fn follow(&mut self, store: &Store) -> Result<(), LedgerError> {
        let mut read = Vec::new();
        let result = store.read_after(self.seq, |row| {
            read.push(self.take(store, &row, Chained::Here)?);
            Ok(())
        });
        self.news.append(&mut read);
        result
    }

    /// Agreed entries came while others waited: these come after them now.
    fn reorder(&mut self, store: &Store) -> Result<(), LedgerError> {
        let known: HashSet<EntryId> = self.waiting.drain(..).collect();
        if let Some(agreed) = self.agreed.take() {
            self.state = *agreed;
        }
        self.refolded = true;
        let mut read = Vec::new();
        let followed = store.read_after(self.seq, |row| {
            read.push(self.take(store, &row, Chained::Here)?);
            Ok(())
        });
        self.news.extend(read.into_iter().filter(|entry| !known.contains(&entry.id)));
        let told = self.news.len();
        let waited = self.wait_again(store);
        let mut place = 0;
        self.news.retain(|entry| {
            place += 1;
            place <= told || !known.contains(&entry.id)
        });
        followed.and(waited)
    }

    /// Agreed entries turned out not to be: everything is read from the start.
    fn read_again(&mut self, store: &Store) -> Result<(), LedgerError> {
        let fresh = Self::open(store)?;
        let known: HashSet<EntryId> =
            self.state.log.iter().map(|logged| logged.entry.id.clone()).collect();
        let mut news = std::mem::take(&mut self.news);
        news.retain(|entry| fresh.state.log.iter().any(|logged| logged.entry.id == entry.id));
        let entries = fresh.state.log.iter().map(|logged| &logged.entry);
        news.extend(entries.filter(|entry| !known.contains(&entry.id)).cloned());
        *self = Self { news, refolded: true, ..fresh };
        Ok(())
    }

    /// Takes everything that waits into the state, which has only agreed entries so far.
    fn wait_again(&mut self, store: &Store) -> Result<(), LedgerError> {
        self.agreed = None;
        self.waiting.clear();
        self.waiting_at = None;
        self.wait_more(store)
    }

    /// Takes into the state what waits and is not in it yet.
    fn wait_more(&mut self, store: &Store) -> Result<(), LedgerError> {
        let rows = joined::outbox(store)?;
        self.queued = rows.len() as u64;
        let known: HashSet<&EntryId> = self.waiting.iter().collect();
        let more = |queued: &Queued| queued.refused.is_none() && !known.contains(&queued.id);
        let more: Vec<Queued> = rows.into_iter().filter(more).collect();
        for queued in more {
            let entry = joined::provisional(store, self.next_seq(), &queued)?;
            let entry = Arc::new(entry);
            self.wait(entry.clone());
            self.news.push(entry);
        }
        Ok(())
    }

    /// The place that the next entry has, for now.
    pub fn next_seq(&self) -> u64 {
        self.seq + self.waiting.len() as u64 + 1
    }

    /// Takes in an own entry that waits for the hub from now on.
    pub fn wait(&mut self, entry: Arc<Entry>) {
        if self.agreed.is_none() {
            self.agreed = Some(Box::new(self.state.clone()));
        }
        self.waiting.push(entry.id.clone());
        let at = joined::here(entry.act.at, entry.offset_ms);
        self.waiting_at = self.waiting_at.max(Some(at));
        run::apply(&mut self.state, entry);
    }

    /// Notes that the outbox has one row more, which is in the state.
    pub fn has_queued(&mut self) {
        self.queued += 1;
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
