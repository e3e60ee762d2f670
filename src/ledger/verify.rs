//! Proves that a ledger holds what was written, and nothing else.

use super::chain::Chain;
use super::connection::Access;
use super::error::{ErrorKind, LedgerError};
use super::filesystem::refuse_network;
use super::store::{Row, Store};
use crate::run::{Entry, Event};
use std::collections::HashMap;
use std::path::Path;

/// A ledger that is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The run's id.
    pub run: String,
    /// How many entries it has.
    pub entries: u64,
    /// Chain value of the last one: what proves the rest, wherever it was noted.
    pub head: Chain,
    /// Place of the entry whose chain value was asked for.
    pub noted_at: Option<u64>,
}

/// Why a ledger cannot be shown to be sound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// It cannot be read at all.
    #[error(transparent)]
    Unreadable(#[from] LedgerError),
    /// It can, and this is the first entry that is not as it was written.
    #[error("entry {seq} {what}")]
    BadEntry {
        /// Its place.
        seq: u64,
        /// What is wrong with it, as the rest of a sentence.
        what: String,
    },
    /// Every entry is sound, but the file around them is not.
    #[error("the entries are sound, but the file is damaged: {what}")]
    BadFile {
        /// What SQLite says.
        what: String,
    },
    /// A chain value noted elsewhere is not in this ledger: entries were cut off, or all was
    /// written anew.
    #[error(
        "the chain value {head} is not in this ledger: it is another run, or its end is cut off, or it was written anew"
    )]
    HeadNotFound {
        /// The value.
        head: Chain,
    },
}

/// Reads a whole ledger and finds the first entry that is changed, missing or out of order.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(path: &Path) -> Result<Verified, VerifyError> {
    verify_against(path, None)
}

/// Like [`verify`], and proves also that a chain value noted elsewhere (in a message, a decision,
/// a report) is that of one of its entries.
///
/// # Errors
/// Those of [`verify`]; or the value is not in it.
pub fn verify_against(path: &Path, noted: Option<Chain>) -> Result<Verified, VerifyError> {
    // A copy on a network drive can be verified, a ledger in use there cannot.
    let store = match refuse_network(path) {
        Ok(()) => Store::open(path, Access::Read)?,
        Err(_) => Store::open_copy(path)?,
    };
    let run = store.meta("run")?.unwrap_or_default();
    let mut links = Links::default();
    let mut noted_at = None;
    let mut bad = None;
    let read = store.read_after(0, |row| {
        let checked = links.check(&row);
        if checked.is_ok() && noted.is_some() && row.chain == noted {
            noted_at = Some(row.seq);
        }
        checked.map_err(|e| {
            bad = Some(e);
            LedgerError::new(ErrorKind::Corrupt, path, "", "")
        })
    });
    match (bad, read) {
        (Some(bad), _) => return Err(bad),
        (None, read) => read?,
    }
    let damage = store.damage()?;
    store.close()?;
    let (Some(head), Some(id)) = (links.head, links.run) else {
        return Err(LedgerError::corrupt(path, "it has no entries").into());
    };
    if let Some(what) = damage {
        return Err(VerifyError::BadFile { what });
    }
    if id != run {
        let what =
            format!("the file says it is of run “{run}”, and its entries that it is of “{id}”");
        return Err(VerifyError::BadFile { what });
    }
    match noted {
        Some(head) if noted_at.is_none() => Err(VerifyError::HeadNotFound { head }),
        _ => Ok(Verified { run: id, entries: links.seq, head, noted_at }),
    }
}

/// Follows the chain, link by link.
#[derive(Default)]
pub(super) struct Links {
    pub seq: u64,
    pub head: Option<Chain>,
    pub run: Option<String>,
    indexes: HashMap<String, u64>,
}

impl Links {
    /// Checks the entry that should come next.
    pub fn check(&mut self, row: &Row) -> Result<(), VerifyError> {
        let seq = self.seq + 1;
        let bad = |seq, what: &str| Err(VerifyError::BadEntry { seq, what: what.to_owned() });
        if row.seq != seq {
            return bad(seq, "is missing");
        }
        let entry = match Entry::from_body(seq, &row.body) {
            Ok(entry) => entry,
            Err(e) => return bad(seq, &format!("cannot be read: {}", e.cause)),
        };
        let previous = match (self.head, &entry.act.event) {
            (Some(head), _) => head,
            (None, Event::RunOpened { run, .. }) => {
                self.run = Some(run.clone());
                Chain::start(run)
            }
            (None, _) => return bad(seq, "does not open a run: what came before it is missing"),
        };
        let Some(chain) = row.chain else { return bad(seq, "has lost its chain value") };
        if previous.next(seq, &row.body) != chain {
            return bad(seq, "is changed or out of order: its chain value does not follow");
        }
        if (&entry.id.replica, entry.id.index) != (&row.replica, row.index) {
            return bad(seq, "is filed under another name than its own");
        }
        let index = self.indexes.entry(entry.id.replica).or_default();
        if entry.id.index != *index + 1 {
            return bad(seq, "is not the next of its writer's own entries");
        }
        *index += 1;
        self.seq = seq;
        self.head = Some(chain);
        Ok(())
    }
}
