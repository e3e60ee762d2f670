//! Where a hub keeps its runs.

use crate::ledger::Chain;
use crate::ledger::order::Placed;
use crate::run::EntryId;

/// A store that cannot do what it was asked to: why, in words for whoever runs the hub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// The runs of a hub. Reading may go on in many threads at once, also while something is added;
/// adding is done by one.
pub trait Store: Send + Sync {
    /// Ids of all runs.
    ///
    /// # Errors
    /// They cannot be told.
    fn runs(&self) -> Result<Vec<String>, StoreError>;

    /// Whether there is that run, and of which epoch.
    ///
    /// # Errors
    /// It cannot be read.
    fn epoch(&self, run: &str) -> Result<Option<u64>, StoreError>;

    /// The last entry of a run: its place and chain value.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    fn head(&self, run: &str) -> Result<(u64, Chain), StoreError>;

    /// Entries after a place: `limit` at most, about `bytes`, but one at least where there is one.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    fn page(
        &self,
        run: &str,
        after: u64,
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<Placed>, StoreError>;

    /// Chain value of the entry at that place; none where there is none. At 0, what comes before
    /// the first.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    fn chain_at(&self, run: &str, seq: u64) -> Result<Option<Chain>, StoreError>;

    /// The entry of that name.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    fn find(&self, run: &str, id: &EntryId) -> Result<Option<Placed>, StoreError>;

    /// Every entry that was refused, with the reason.
    ///
    /// # Errors
    /// There is no such run, or it cannot be read.
    fn refusals(&self, run: &str) -> Result<Vec<(EntryId, String)>, StoreError>;

    /// Adds entries, which follow from the last, and refusals: durable when it answers, all or
    /// nothing.
    ///
    /// # Errors
    /// Nothing was added.
    fn append(
        &self,
        run: &str,
        entries: &[(EntryId, Placed)],
        refusals: &[(EntryId, String)],
    ) -> Result<(), StoreError>;

    /// Makes a run of that epoch from its first entries, at once or not at all. `pages` answers
    /// what comes after a place, and nothing when that was all.
    ///
    /// # Errors
    /// There is such a run, or it cannot be written; or what `pages` said.
    fn create(
        &self,
        run: &str,
        epoch: u64,
        pages: &mut dyn FnMut(u64) -> Result<Vec<Placed>, StoreError>,
    ) -> Result<(), StoreError>;
}
