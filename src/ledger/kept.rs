//! A run as a hub keeps it: the entries as they are stored, in the hub's order, and nothing of what
//! they mean. The file is a ledger like any other, which only the hub adds to.

use super::chain::Chain;
use super::connection::Access;
use super::create::{build, is_file_name};
use super::error::LedgerError;
use super::info::RunInfo;
use super::joined::chain_at;
use super::order::Placed;
use super::replay::Replay;
use super::sharing::fill;
use super::store::{Row, Store};
use crate::run::EntryId;
use std::path::{Path, PathBuf};

/// Key under `meta` of the epoch; its presence marks a file that only a hub adds to.
pub(super) const EPOCH: &str = "epoch";
/// How keys under `meta` begin that keep why an entry was refused.
const REFUSED: &str = "refused:";

/// One connection to a run that a hub keeps.
pub struct Kept {
    store: Store,
}

impl Kept {
    /// Where a run is in a hub's folder; none for an id that names no file.
    pub fn path(folder: &Path, run: &str) -> Option<PathBuf> {
        is_file_name(run).then(|| folder.join(format!("{run}.golive")))
    }

    /// Opens a run, to add to it or only to read.
    ///
    /// # Errors
    /// It is not there, or cannot be used.
    pub fn open(path: &Path, access: Access) -> Result<Self, LedgerError> {
        let store = Store::open(path, access)?;
        if access == Access::Write {
            store.share()?;
        }
        Ok(Self { store })
    }

    /// Makes a run of that epoch in a folder, from what `pages` answers to come after a place until
    /// it answers nothing.
    ///
    /// # Errors
    /// The folder has it already or cannot be written; the entries make no sound run of that id; or
    /// what `pages` says.
    pub fn create(
        folder: &Path,
        run: &str,
        epoch: u64,
        pages: &mut dyn FnMut(u64) -> Result<Vec<Placed>, LedgerError>,
    ) -> Result<PathBuf, LedgerError> {
        let (path, ()) = build(folder, run, |store| {
            fill(store, run, &folder.join(format!("{run}.golive")), pages)?;
            store.set_meta(EPOCH, &epoch.to_string())?;
            RunInfo::keep(&Replay::open(store)?, store)
        })?;
        Ok(path)
    }

    /// The epoch; none for a ledger that no hub keeps.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn epoch(&self) -> Result<Option<u64>, LedgerError> {
        Ok(self.store.meta(EPOCH)?.and_then(|text| text.parse().ok()))
    }

    /// The last entry.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn head(&self) -> Result<(u64, Chain), LedgerError> {
        self.store.head()
    }

    /// Entries after a place, up to so many and about so many bytes, but one at least.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn page(&self, after: u64, limit: usize, bytes: usize) -> Result<Vec<Placed>, LedgerError> {
        self.store.page(after, limit, bytes)
    }

    /// Chain value at a place; none where there is no entry.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn chain_at(&self, seq: u64) -> Result<Option<Chain>, LedgerError> {
        chain_at(&self.store, seq)
    }

    /// The entry of that name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn find(&self, id: &EntryId) -> Result<Option<Placed>, LedgerError> {
        let Some(row) = self.store.find(&id.replica, id.index)? else { return Ok(None) };
        let chain = row.chain.ok_or_else(|| {
            LedgerError::corrupt(self.store.path(), format!("entry {} is damaged", row.seq))
        })?;
        Ok(Some(Placed { seq: row.seq, chain, body: row.body }))
    }

    /// Every entry that was refused, with the reason.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn refusals(&self) -> Result<Vec<(EntryId, String)>, LedgerError> {
        let read = |(key, reason): (String, String)| {
            let (replica, index) = key.strip_prefix(REFUSED)?.rsplit_once('/')?;
            let id = EntryId { replica: replica.to_owned(), index: index.parse().ok()? };
            Some((id, reason))
        };
        Ok(self.store.metas(REFUSED)?.into_iter().filter_map(read).collect())
    }

    /// Adds entries and refusals, durably, all or nothing.
    ///
    /// # Errors
    /// Nothing was added.
    pub fn append(
        &self,
        entries: &[(EntryId, Placed)],
        refusals: &[(EntryId, String)],
    ) -> Result<(), LedgerError> {
        let lock = self.store.lock()?;
        for (id, placed) in entries {
            let Placed { seq, chain, body } = placed.clone();
            let (replica, index) = (id.replica.clone(), id.index);
            self.store.insert(&Row { seq, replica, index, body, chain: Some(chain) })?;
        }
        for (id, reason) in refusals {
            self.store.set_meta(&format!("{REFUSED}{id}"), reason)?;
        }
        self.store.commit(lock)
    }

    /// Brings everything into the one file and lets go of it.
    ///
    /// # Errors
    /// The file could not be tidied up; what was added is safe.
    pub fn close(self) -> Result<(), LedgerError> {
        self.store.close()
    }
}
