//! What a ledger keeps about the hub that orders its entries, and how it takes that order in.

use super::chain::Chain;
use super::error::{ErrorKind, LedgerError};
use super::order::{self, Change, OrderError, Placed, Queued, Shelf, Stretch};
use super::random::random_word;
use super::store::{Row, Store};
use crate::run::{Actor, Entry, EntryId, Envelope, Time};
use crate::runbook::Role;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Key under `meta`.
const JOINED: &str = "joined";

/// How keys under `meta` begin that name replicas which were written under once.
const FORMER: &str = "former:";

/// The hub that a ledger is joined to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Where the hub is.
    pub hub: String,
    /// Who acts here; what is recorded here is theirs. None: the hub takes any name.
    pub person: Option<String>,
    /// The role that a token gave at the start; the run may have given another since.
    pub role: Option<Role>,
    /// The hub's epoch: one of an older is refused.
    pub epoch: u64,
    /// This machine's clock to the hub's, milliseconds.
    pub offset_ms: i64,
    /// Counts what was changed by others than appends here.
    #[serde(default)]
    pub(super) changes: u64,
    /// Counts how often agreed entries turned out not to be.
    #[serde(default)]
    pub(super) backs: u64,
    /// The place up to which the hub's order has to come in, once agreed entries turned out not to
    /// be, before it can be said what of them it has not.
    #[serde(default)]
    pub(super) whole_at: u64,
}

impl Joined {
    /// Joined to that hub, with nothing known of it.
    pub fn to(hub: impl Into<String>) -> Self {
        Self {
            hub: hub.into(),
            person: None,
            role: None,
            epoch: 0,
            offset_ms: 0,
            changes: 0,
            backs: 0,
            whole_at: 0,
        }
    }

    /// What is kept; none for a ledger that stands alone.
    pub(super) fn read(store: &Store) -> Result<Option<Self>, LedgerError> {
        let Some(json) = store.meta(JOINED)? else { return Ok(None) };
        serde_json::from_str(&json).map(Some).map_err(|e| {
            let what = format!("what it says about its hub cannot be read: {e}");
            LedgerError::corrupt(store.path(), what)
        })
    }

    /// Keeps it; durable with the transaction it is in.
    pub(super) fn keep(&self, store: &Store) -> Result<(), LedgerError> {
        store.set_meta(JOINED, &serde_json::to_string(self).unwrap_or_default())
    }
}

/// Everything that waits for the hub, in the order in which it was recorded: by the clock of this
/// machine, and within one name by index.
pub(super) fn outbox(store: &Store) -> Result<Vec<Queued>, LedgerError> {
    let mut latest: HashMap<String, Time> = HashMap::new();
    let mut keyed = Vec::new();
    for queued in store.outbox_by_name()? {
        let at = recorded_here_at(store, &queued)?;
        let latest = latest.entry(queued.id.replica.clone()).or_insert(at);
        *latest = at.max(*latest);
        keyed.push((*latest, queued));
    }
    keyed.sort_by_key(|(at, _)| *at);
    Ok(keyed.into_iter().map(|(_, queued)| queued).collect())
}

/// When it was recorded, by the clock of this machine.
pub(super) fn recorded_here_at(store: &Store, queued: &Queued) -> Result<Time, LedgerError> {
    let envelope = Envelope::read(0, &queued.body).map_err(|e| {
        let what = format!("an entry that waits for the hub cannot be read: {}", e.cause);
        LedgerError::corrupt(store.path(), what)
    })?;
    Ok(here(envelope.at(), envelope.offset_ms()))
}

/// A moment on the hub's clock, on the clock of this machine.
pub(super) fn here(at: Time, offset_ms: i64) -> Time {
    at.checked_sub_signed(TimeDelta::milliseconds(offset_ms)).unwrap_or(at)
}

/// A queued entry, as the one at that place for now.
pub(super) fn provisional(store: &Store, seq: u64, queued: &Queued) -> Result<Entry, LedgerError> {
    Entry::from_body(seq, &queued.body).map_err(|e| {
        let what = format!("an entry that waits for the hub cannot be read: {}", e.cause);
        LedgerError::corrupt(store.path(), what)
    })
}

/// Takes in a stretch of the hub's order, durably. Answers whether agreed entries were taken back.
pub(super) fn take_in(store: &Store, stretch: &Stretch, epoch: u64) -> Result<bool, TakeError> {
    let lock = store.lock()?;
    let mut joined = Joined::read(store)?.ok_or_else(|| alone(store))?;
    if epoch < joined.epoch {
        return Err(TakeError::OlderEpoch { hub: epoch, here: joined.epoch });
    }
    let change = order::take(&OnDisk::of(store)?, stretch, &mut || random_word(16))?;
    if change.is_empty() && epoch == joined.epoch {
        return Ok(false);
    }
    if change.back_to.is_some() {
        joined.whole_at = stretch.rejoin.unwrap_or_default();
        store.set_meta(&aside_epoch(joined.backs + 1), &joined.epoch.to_string())?;
    }
    joined.epoch = epoch;
    make(store, &change, joined)?;
    store.commit(lock)?;
    Ok(change.back_to.is_some())
}

/// Key under `meta` of the epoch that was agreed on before that going back.
pub(super) fn aside_epoch(mark: u64) -> String {
    format!("aside_epoch:{mark}")
}

/// Notes that the hub refuses an entry, durably.
pub(super) fn refuse(store: &Store, id: &EntryId, reason: &str) -> Result<(), TakeError> {
    let lock = store.lock()?;
    let joined = Joined::read(store)?.ok_or_else(|| alone(store))?;
    let change = order::refuse(&OnDisk::of(store)?, id, reason, &mut || random_word(16))?;
    if !change.is_empty() {
        make(store, &change, joined)?;
        store.commit(lock)?;
    }
    Ok(())
}

/// Forgets an entry that the hub refused, or does not have any more, durably.
pub(super) fn forget(store: &Store, id: &EntryId) -> Result<(), LedgerError> {
    let lock = store.lock()?;
    let Some(joined) = Joined::read(store)? else { return Ok(()) };
    let is_refused = outbox(store)?.iter().any(|q| q.id == *id && q.refused.is_some());
    let aside = if joined.backs > 0 { store.aside()? } else { Vec::new() };
    let mut gone = Vec::new();
    for (_, row) in aside {
        let kept = EntryId { replica: row.replica, index: row.index };
        if kept == *id || new_name(store, &kept, row.seq, &row.body)? == *id {
            gone.push(kept);
        }
    }
    if !is_refused && gone.is_empty() {
        return Ok(());
    }
    let remove = if is_refused { vec![id.clone()] } else { Vec::new() };
    make(store, &Change { remove, ..Change::default() }, joined)?;
    gone.iter().try_for_each(|id| store.let_go(id))?;
    store.commit(lock)
}

/// Entries that were agreed once, and that the hub's order has not, nor waits any of them to be sent
/// again: nobody here brings them back. None as long as that order has not come in whole.
pub(super) fn lost(store: &Store, joined: &Joined) -> Result<Vec<Placed>, LedgerError> {
    if joined.backs == 0 || store.head()?.0 < joined.whole_at {
        return Ok(Vec::new());
    }
    let mut seen = HashSet::new();
    let mut lost = Vec::new();
    for (mark, row) in store.aside()? {
        let id = EntryId { replica: row.replica, index: row.index };
        if mark < 0 || !seen.insert(id.clone()) || is_there(store, &id)? {
            continue;
        }
        if is_there(store, &new_name(store, &id, row.seq, &row.body)?)? {
            continue;
        }
        let chain = row.chain.unwrap_or_else(|| Chain::start(""));
        lost.push(Placed { seq: row.seq, chain, body: row.body });
    }
    lost.sort_by_key(|placed| placed.seq);
    Ok(lost)
}

/// Whether an entry of that name is in the agreed order, or waits to be.
fn is_there(store: &Store, id: &EntryId) -> Result<bool, LedgerError> {
    let EntryId { replica, index } = id;
    Ok(store.find(replica, *index)?.is_some() || store.find_queued(replica, *index)?.is_some())
}

/// The name under which an entry is sent again where its own cannot be gone on with.
fn new_name(store: &Store, id: &EntryId, seq: u64, body: &[u8]) -> Result<EntryId, LedgerError> {
    let name = order::own_name(id, body).map_err(|e: OrderError<LedgerError>| {
        LedgerError::corrupt(store.path(), format!("entry {seq}, put aside: {e}"))
    })?;
    Ok(EntryId { replica: name, index: 1 })
}

/// Why the hub's order could not be taken in. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
    /// The ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// It does not follow from what is here.
    #[error("what the hub sent does not fit: {0}")]
    Order(OrderError<LedgerError>),
    /// The hub does not know what the others have agreed on since.
    #[error(
        "the hub is of epoch {hub}, and this run has been of epoch {here}: it was restored since; join the hub that has the run now"
    )]
    OlderEpoch {
        /// The hub's.
        hub: u64,
        /// Of this ledger.
        here: u64,
    },
}

impl From<OrderError<LedgerError>> for TakeError {
    fn from(error: OrderError<LedgerError>) -> Self {
        match error {
            OrderError::Shelf(error) => Self::Ledger(error),
            other => Self::Order(other),
        }
    }
}

/// Makes a change, within the transaction that is on.
fn make(store: &Store, change: &Change, mut joined: Joined) -> Result<(), LedgerError> {
    joined.changes += 1;
    if let Some(seq) = change.back_to {
        joined.backs += 1;
        store.back_to(seq, joined.backs)?;
    }
    for id in &change.remove {
        store.unqueue(id)?;
    }
    for (id, placed) in &change.add {
        let Placed { seq, chain, body } = placed.clone();
        let (replica, index) = (id.replica.clone(), id.index);
        store.insert(&Row { seq, replica, index, body, chain: Some(chain) })?;
    }
    for queued in &change.queue {
        store.queue(queued)?;
    }
    for (old, new) in &change.retired {
        write_under(store, old, new)?;
    }
    for name in &change.named {
        store.set_meta(&format!("{FORMER}{name}"), "")?;
    }
    joined.keep(store)
}

/// From here on what was written under the one name is written under the other.
fn write_under(store: &Store, old: &str, new: &str) -> Result<(), LedgerError> {
    for (key, replica) in store.metas("replica:")? {
        if replica == old {
            store.set_meta(&key, new)?;
        }
    }
    store.set_meta(&format!("{FORMER}{old}"), new)
}

fn alone(store: &Store) -> LedgerError {
    let what = "this ledger is joined to no hub";
    LedgerError::new(ErrorKind::Invalid, store.path(), what, "join the run with `golive join URL`")
}

/// A ledger's file as a shelf.
struct OnDisk<'a> {
    store: &'a Store,
    own: HashSet<String>,
    person: Option<String>,
}

impl<'a> OnDisk<'a> {
    fn of(store: &'a Store) -> Result<Self, LedgerError> {
        let now = store.metas("replica:")?.into_iter().map(|(_, replica)| replica);
        let former = store.metas(FORMER)?.into_iter();
        let former = former.filter_map(|(key, _)| key.strip_prefix(FORMER).map(str::to_owned));
        let person = Joined::read(store)?.and_then(|joined| joined.person);
        Ok(Self { store, own: now.chain(former).collect(), person })
    }
}

impl Shelf for OnDisk<'_> {
    type Error = LedgerError;

    fn last(&self) -> Result<(u64, Chain), LedgerError> {
        self.store.head()
    }

    fn chain_at(&self, seq: u64) -> Result<Option<Chain>, LedgerError> {
        chain_at(self.store, seq)
    }

    fn after(&self, seq: u64) -> Result<Vec<Placed>, LedgerError> {
        let mut all = Vec::new();
        self.store.read_after(seq, |row| {
            let chain = row.chain.ok_or_else(|| {
                LedgerError::corrupt(self.store.path(), format!("entry {} is damaged", row.seq))
            })?;
            all.push(Placed { seq: row.seq, chain, body: row.body });
            Ok(())
        })?;
        Ok(all)
    }

    fn last_index(&self, replica: &str, up_to: u64) -> Result<u64, LedgerError> {
        self.store.last_ordered(replica, up_to)
    }

    fn outbox(&self) -> Result<Vec<Queued>, LedgerError> {
        outbox(self.store)
    }

    fn is_own(&self, replica: &str, actor: &Actor) -> Result<bool, LedgerError> {
        let proved = self.person.as_ref().is_some_and(|person| *person == actor.name);
        Ok(self.own.contains(replica) || (proved && !actor.claimed))
    }
}

/// Chain value at a place; at 0, what comes before the first entry.
pub(super) fn chain_at(store: &Store, seq: u64) -> Result<Option<Chain>, LedgerError> {
    if seq == 0 {
        return Ok(store.meta("run")?.map(|run| Chain::start(&run)));
    }
    store.chain_at(seq)
}
