//! A ledger that is joined to a hub: what waits to be shared, and how the hub's order comes in.

use super::chain::Chain;
use super::connection::Access;
use super::create::build;
use super::error::{ErrorKind, LedgerError};
use super::export::damaged;
use super::info::RunInfo;
use super::joined::{self, Joined, TakeError};
use super::order::{Placed, Queued, Stretch};
use super::record::Ledger;
use super::replay::Replay;
use super::store::{Row, Store};
use super::verify::Links;
use crate::run::{EntryId, Envelope};
use std::path::{Path, PathBuf};

/// How many waiting entries are handed out at a time.
pub const WAITING_LIMIT: usize = 256;

/// How a joined ledger stands to its hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// The hub.
    pub joined: Joined,
    /// The last agreed entry.
    pub seq: u64,
    /// Its chain value.
    pub head: Chain,
    /// How many entries wait to be sent.
    pub unshared: usize,
    /// The first of them, [`WAITING_LIMIT`] at most.
    pub waiting: Vec<Queued>,
    /// What the hub refused, with its reasons.
    pub refused: Vec<Queued>,
    /// What was agreed once, and is not on the hub any more, nor waits here to be sent again.
    pub lost: Vec<Placed>,
}

impl Ledger {
    /// Joins the ledger to a hub: what is recorded from now on waits for the hub to order it. What
    /// is known of the same hub from before stays known.
    ///
    /// # Errors
    /// It could not be made durable.
    pub fn join(&mut self, to: &Joined) -> Result<(), LedgerError> {
        let lock = self.store.lock()?;
        let mut joined = to.clone();
        if let Some(before) = Joined::read(&self.store)? {
            joined.epoch = joined.epoch.max(before.epoch);
            (joined.changes, joined.backs) = (before.changes + 1, before.backs);
            joined.whole_at = before.whole_at;
        }
        joined.keep(&self.store)?;
        self.store.commit(lock)?;
        self.read_on()
    }

    /// How it stands to its hub; none for a ledger that stands alone.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn sharing(&self) -> Result<Option<Sharing>, LedgerError> {
        let Some(joined) = Joined::read(&self.store)? else { return Ok(None) };
        let (seq, head) = self.store.head()?;
        let (mut waiting, refused): (Vec<_>, Vec<_>) =
            joined::outbox(&self.store)?.into_iter().partition(|queued| queued.refused.is_none());
        let unshared = waiting.len();
        waiting.truncate(WAITING_LIMIT);
        let lost = joined::lost(&self.store, &joined)?;
        Ok(Some(Sharing { joined, seq, head, unshared, waiting, refused, lost }))
    }

    /// Takes in a stretch of the hub's order. What changed is answered by the next
    /// [`Ledger::catch_up`], or the whole state is another ([`Ledger::was_reordered`]).
    ///
    /// # Errors
    /// Nothing was taken in.
    pub fn take_in(&mut self, stretch: &Stretch, epoch: u64) -> Result<(), TakeError> {
        joined::take_in(&self.store, stretch, epoch)?;
        Ok(self.read_on()?)
    }

    /// Keeps the reason for which the hub refused an entry, which then stays as it is.
    ///
    /// # Errors
    /// It could not be made durable.
    pub fn keep_refusal(&mut self, id: &EntryId, reason: &str) -> Result<(), TakeError> {
        joined::refuse(&self.store, id, reason)?;
        Ok(self.read_on()?)
    }

    /// Lets go of an entry that the hub refused, once it has been read why, or that it has not any
    /// more.
    ///
    /// # Errors
    /// It could not be made durable.
    pub fn forget_refused(&mut self, id: &EntryId) -> Result<(), LedgerError> {
        joined::forget(&self.store, id)?;
        self.read_on()
    }

    /// Follows the hub's clock, which is that far ahead of this machine's.
    ///
    /// # Errors
    /// It could not be made durable.
    pub fn follow_clock(&mut self, offset_ms: i64) -> Result<(), LedgerError> {
        let lock = self.store.lock()?;
        if let Some(joined) = Joined::read(&self.store)? {
            Joined { offset_ms, ..joined }.keep(&self.store)?;
            self.store.commit(lock)?;
        } else {
            drop(lock);
        }
        self.read_on()
    }

    /// Notes who the hub says acts here, and in which role they began.
    ///
    /// # Errors
    /// It could not be made durable.
    pub fn known_to_hub_as(
        &mut self,
        person: Option<String>,
        role: Option<crate::runbook::Role>,
    ) -> Result<(), LedgerError> {
        let lock = self.store.lock()?;
        let Some(joined) = Joined::read(&self.store)? else { return Ok(()) };
        if (&joined.person, joined.role) == (&person, role) {
            return Ok(());
        }
        Joined { person, role, ..joined }.keep(&self.store)?;
        self.store.commit(lock)?;
        self.read_on()
    }

    /// Of these places with the hub's chain values, the last that is the same here; 0 with what
    /// comes before the first entry where none is.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn common(&self, samples: &[(u64, Chain)]) -> Result<(u64, Chain), LedgerError> {
        let mut common = (0, Chain::start(&self.state().run));
        for (seq, chain) in samples {
            if *seq > common.0 && joined::chain_at(&self.store, *seq)? == Some(*chain) {
                common = (*seq, *chain);
            }
        }
        Ok(common)
    }

    /// The agreed entries after that place, `limit` at most, as they are stored.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn entries_after(&self, seq: u64, limit: usize) -> Result<Vec<Placed>, LedgerError> {
        self.store.page(seq, limit, usize::MAX)
    }

    /// What cannot be taken in, as trouble with this ledger.
    pub(super) fn unfit(&self, error: &TakeError) -> LedgerError {
        LedgerError::corrupt(self.path(), error.to_string())
    }

    /// What changes whenever [`Ledger::sharing`] does, as far as read; none alone.
    pub(super) fn sharing_version(&self) -> Option<(u64, u64, u64)> {
        let changes = self.replay.joined.as_ref()?.changes;
        Some((self.replay.seq, changes, self.replay.queued()))
    }

    /// Whether entries were put into another order since this was asked last: then the state has to
    /// be taken as a whole by whoever folds along.
    pub fn was_reordered(&mut self) -> bool {
        std::mem::take(&mut self.replay.refolded)
    }
}

/// Makes a ledger in `folder` from the entries that a hub hands out, joined to it: `pages` answers
/// what comes after a place, and nothing when that was all.
///
/// # Errors
/// The entries make no sound run, or of another id; the folder has the run already, or cannot be
/// written; whatever `pages` says.
pub fn receive(
    folder: &Path,
    run: &str,
    joined: &Joined,
    pages: &mut dyn FnMut(u64) -> Result<Vec<Placed>, LedgerError>,
) -> Result<PathBuf, LedgerError> {
    let target = folder.join(format!("{run}.golive"));
    let (path, ()) = build(folder, run, |store| {
        fill(store, run, &target, pages)?;
        joined.keep(store)?;
        RunInfo::keep(&Replay::open(store)?, store)
    })?;
    Ok(path)
}

/// Fills an empty ledger with what `pages` answers to come after a place, following the chain.
pub(super) fn fill(
    store: &Store,
    run: &str,
    target: &Path,
    pages: &mut dyn FnMut(u64) -> Result<Vec<Placed>, LedgerError>,
) -> Result<(), LedgerError> {
    let mut links = Links::default();
    loop {
        let page = pages(links.seq)?;
        if page.is_empty() {
            break;
        }
        for placed in page {
            insert(store, placed, &mut links, target)?;
        }
    }
    if links.run.as_deref() == Some(run) {
        return Ok(());
    }
    let what = format!("the entries are not of the run {run}");
    Err(LedgerError::corrupt(target, what))
}

fn insert(
    store: &Store,
    placed: Placed,
    links: &mut Links,
    target: &Path,
) -> Result<(), LedgerError> {
    let Placed { seq, chain, body } = placed;
    let id = Envelope::read(seq, &body).map(|envelope| envelope.id().clone());
    let id = id.map_err(|e| LedgerError::corrupt(target, e.to_string()))?;
    let row = Row { seq, replica: id.replica, index: id.index, body, chain: Some(chain) };
    links.check(&row).map_err(|e| damaged(target, e))?;
    store.insert(&row)
}

/// Opens a ledger that has to be joined to a hub.
///
/// # Errors
/// Those of [`Ledger::open`]; or it stands alone.
pub fn open_joined(path: &Path) -> Result<(Ledger, Sharing), LedgerError> {
    let ledger = Ledger::open(path, Access::Write)?;
    match ledger.sharing()? {
        Some(sharing) => Ok((ledger, sharing)),
        None => {
            let what = "this run stands alone";
            let next = "put it on a hub with `golive share RUN URL`";
            Err(LedgerError::new(ErrorKind::Invalid, path, what, next))
        }
    }
}
