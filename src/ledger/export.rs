//! Copies of a ledger that can be mailed.
#![allow(
    clippy::disallowed_methods,
    reason = "removes the half of a copy that it could not finish"
)]

use super::chain::Chain;
use super::connection::Access;
use super::create::exists;
use super::error::{ErrorKind, LedgerError};
use super::joined::{Joined, outbox};
use super::jsonl::{Hub, write_line, write_waiting};
use super::order::Queued;
use super::store::Store;
use super::verify::{Links, VerifyError};
use crate::run::EntryId;
use std::io::Write;
use std::path::Path;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// How many entries.
    pub entries: u64,
    /// Chain value of the last one.
    pub head: Chain,
    /// How many own entries, which the hub has not ordered, follow them.
    pub waiting: u64,
}

/// Writes a ledger as JSON Lines, at any time, also while others act on it: the agreed entries, and
/// behind them, marked as such, what waits for the hub.
///
/// # Errors
/// Those of [`export_jsonl`].
pub fn export_record(path: &Path, out: &mut dyn Write) -> Result<Exported, LedgerError> {
    let store = Store::open(path, Access::Read)?;
    // Before the entries: what is ordered meanwhile is then in both, and not in neither.
    let mut outbox = Outbox::read(&store)?;
    let exported = export(&store, out, &mut |id| outbox.arrived(id))?;
    let waiting = outbox.write(out).map_err(|e| LedgerError::io(path, "write the export", &e))?;
    out.flush().map_err(|e| LedgerError::io(path, "write the export", &e))?;
    store.close()?;
    Ok(Exported { waiting, ..exported })
}

/// What of a ledger waits for a hub, on its way into a copy.
pub(super) struct Outbox {
    joined: Option<Joined>,
    queued: Vec<Queued>,
}

impl Outbox {
    /// What waits now.
    pub fn read(store: &Store) -> Result<Self, LedgerError> {
        let joined = Joined::read(store)?;
        let queued = if joined.is_some() { outbox(store)? } else { Vec::new() };
        Ok(Self { joined, queued })
    }

    /// An entry of that name has its place.
    pub fn arrived(&mut self, id: &EntryId) {
        self.queued.retain(|queued| queued.id != *id);
    }

    /// Writes it, a line each. Answers how many.
    pub fn write(self, out: &mut dyn Write) -> std::io::Result<u64> {
        let Some(Joined { hub, epoch, .. }) = self.joined else { return Ok(0) };
        for queued in &self.queued {
            let refused = queued.refused.clone();
            write_waiting(out, Hub { hub: hub.clone(), epoch, refused }, &queued.body)?;
        }
        Ok(self.queued.len() as u64)
    }
}

/// Writes the agreed entries of a ledger as JSON Lines, at any time, also while others act on it:
/// what a hub takes.
///
/// # Errors
/// The ledger cannot be read, an entry is not sound (those before it have been written), or `out`
/// takes no more.
pub fn export_jsonl(path: &Path, out: &mut dyn Write) -> Result<Exported, LedgerError> {
    let store = Store::open(path, Access::Read)?;
    let exported = export(&store, out, &mut |_| {})?;
    out.flush().map_err(|e| LedgerError::io(path, "write the export", &e))?;
    store.close()?;
    Ok(exported)
}

fn export(
    store: &Store,
    out: &mut dyn Write,
    each: &mut dyn FnMut(&EntryId),
) -> Result<Exported, LedgerError> {
    let path = store.path();
    let mut links = Links::default();
    store.read_after(0, |row| {
        links.check(&row).map_err(|e| damaged(path, e))?;
        each(&EntryId { replica: row.replica.clone(), index: row.index });
        let Some(chain) = row.chain else { return Ok(()) };
        write_line(out, &row, chain).map_err(|e| LedgerError::io(path, "write the export", &e))
    })?;
    match links.head {
        Some(head) => Ok(Exported { entries: links.seq, head, waiting: 0 }),
        None => Err(LedgerError::corrupt(path, "it has no entries")),
    }
}

/// Writes a copy of a ledger as one file, at any time, also while others act on it.
///
/// # Errors
/// The ledger cannot be read, or the copy cannot be written; `target` is never overwritten.
pub fn export_file(path: &Path, target: &Path) -> Result<(), LedgerError> {
    let store = Store::open(path, Access::Read)?;
    if target.symlink_metadata().is_ok() {
        return Err(exists(target));
    }
    // Absolute, for SQLite could take a name that begins with `file:` for something else.
    let full = std::path::absolute(target).unwrap_or_else(|_| target.to_owned());
    let Some(name) = full.to_str() else {
        let what = "the name is not valid UTF-8, which SQLite needs here";
        return Err(LedgerError::new(ErrorKind::Invalid, target, what, "choose another name"));
    };
    let copied = store.vacuum_into(name).inspect_err(|_| remove_unfinished(target));
    store.close()?;
    copied
}

pub(super) fn damaged(path: &Path, cause: VerifyError) -> LedgerError {
    match cause {
        VerifyError::Unreadable(e) => e,
        other => LedgerError::corrupt(path, other.to_string()),
    }
}

fn remove_unfinished(target: &Path) {
    // Left there it would look like a copy; where it cannot be removed the error says enough.
    let _ = std::fs::remove_file(target);
}
