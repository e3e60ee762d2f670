//! Copies of a ledger that can be mailed.
#![allow(
    clippy::disallowed_methods,
    reason = "removes the half of a copy that it could not finish"
)]

use super::chain::Chain;
use super::connection::Access;
use super::create::exists;
use super::error::{ErrorKind, LedgerError};
use super::jsonl::write_line;
use super::store::Store;
use super::verify::{Links, VerifyError};
use std::io::Write;
use std::path::Path;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// How many entries.
    pub entries: u64,
    /// Chain value of the last one.
    pub head: Chain,
}

/// Writes a ledger as JSON Lines, at any time, also while others act on it.
///
/// # Errors
/// The ledger cannot be read, an entry is not sound (those before it have been written), or `out`
/// takes no more.
pub fn export_jsonl(path: &Path, out: &mut dyn Write) -> Result<Exported, LedgerError> {
    let store = Store::open(path, Access::Read)?;
    let mut links = Links::default();
    store.read_after(0, |row| {
        links.check(&row).map_err(|e| damaged(path, e))?;
        let Some(chain) = row.chain else { return Ok(()) };
        write_line(out, &row, chain).map_err(|e| LedgerError::io(path, "write the export", &e))
    })?;
    out.flush().map_err(|e| LedgerError::io(path, "write the export", &e))?;
    store.close()?;
    match links.head {
        Some(head) => Ok(Exported { entries: links.seq, head }),
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
