//! Rebuilds the runs of a hub that lost them, from participants' ledgers.

use super::directory::Directory;
use super::store::{Store, StoreError};
use crate::ledger::order::Placed;
use crate::ledger::{CopyOf, read_copy};
use std::path::{Path, PathBuf};

/// A run that was rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// The run's id.
    pub run: String,
    /// How many entries it has.
    pub entries: u64,
    /// The copy that they are from.
    pub from: PathBuf,
    /// The new epoch.
    pub epoch: u64,
    /// Copies that know another order, and from which place on.
    pub differing: Vec<(PathBuf, u64)>,
    /// Where what the hub had before was put.
    pub aside: Option<PathBuf>,
}

/// Rebuilds every run that these copies are of, each from the longest, with what the hub itself has
/// as one more copy. A new epoch begins: whoever knows more, or other things, sends their own again
/// when they come back.
///
/// # Errors
/// A copy cannot be read, or the hub's folder cannot be written.
pub fn restore(directory: &Directory, copies: &[PathBuf]) -> Result<Vec<Rebuilt>, StoreError> {
    let mut read: Vec<(PathBuf, CopyOf)> = Vec::new();
    for path in copies {
        read.push((path.clone(), read_copy(path)?));
    }
    let mut runs: Vec<String> = read.iter().map(|(_, copy)| copy.run.clone()).collect();
    runs.sort();
    runs.dedup();
    runs.into_iter().map(|run| rebuild(directory, &run, &read)).collect()
}

fn rebuild(
    directory: &Directory,
    run: &str,
    read: &[(PathBuf, CopyOf)],
) -> Result<Rebuilt, StoreError> {
    let mut copies: Vec<(PathBuf, CopyOf)> =
        read.iter().filter(|(_, copy)| copy.run == run).cloned().collect();
    if let Some(own) = own(directory.folder(), run) {
        copies.push(own);
    }
    let epoch = copies.iter().map(|(_, copy)| copy.epoch).max().unwrap_or(0) + 1;
    let before = put_aside(&copies);
    copies.extend(before);
    // Of the newest epoch first: what is of an older one may have been taken back since.
    let best = copies.iter().max_by_key(|(_, copy)| (copy.epoch, copy.entries.len()));
    let Some((from, best)) = best.cloned() else {
        return Err(StoreError(format!("there is no copy of {run}")));
    };
    let differing = copies
        .iter()
        .filter_map(|(path, copy)| Some((path.clone(), parting(&best.entries, &copy.entries)?)))
        .collect();
    let aside = directory.put_aside(run)?;
    let mut pages = best.entries.chunks(512);
    directory.create(run, epoch, &mut |_| Ok(pages.next().unwrap_or_default().to_vec()))?;
    let entries = best.entries.len() as u64;
    Ok(Rebuilt { run: run.to_owned(), entries, from, epoch, differing, aside })
}

/// What these copies had agreed on before the hub knew another order, as copies of their own: where
/// the hub's folder was put back to an earlier state, nobody else has what the hub itself recorded.
fn put_aside(copies: &[(PathBuf, CopyOf)]) -> Vec<(PathBuf, CopyOf)> {
    let orders = copies.iter().flat_map(|(path, copy)| {
        copy.before.iter().map(|entries| {
            let (entries, before) = (entries.clone(), Vec::new());
            (path.clone(), CopyOf { run: copy.run.clone(), epoch: copy.epoch, entries, before })
        })
    });
    orders.collect()
}

/// What the hub itself still has; nothing where it cannot be read.
fn own(folder: &Path, run: &str) -> Option<(PathBuf, CopyOf)> {
    let path = crate::ledger::Kept::path(folder, run).filter(|path| path.exists())?;
    let copy = read_copy(&path).ok()?;
    Some((path, copy))
}

/// The first place at which two orders differ; none where one is only longer.
fn parting(one: &[Placed], other: &[Placed]) -> Option<u64> {
    let mut both = one.iter().zip(other);
    both.find(|(a, b)| a.chain != b.chain).map(|(a, _)| a.seq)
}
