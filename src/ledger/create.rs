//! How a ledger comes into being: built aside, and moved to its name when it is complete.
#![allow(
    clippy::disallowed_methods,
    reason = "makes the folder of the runs, and moves a ledger to its name"
)]

use super::chain::Chain;
use super::clock::Clock;
use super::connection::beside;
use super::error::{ErrorKind, LedgerError};
use super::info::RunInfo;
use super::random::random_word;
use super::record::{replica, row, save_anchor};
use super::replay::{Replay, cannot_open};
use super::store::Store;
use crate::run::{self, Actor, Entry, EntryId, Event, Intent, RunState};
use crate::runbook::{Role, Runbook};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A new run's id: the release id (as far as it makes a file name), the date, and a short random
/// part.
pub fn new_run_id(release: &str, date: NaiveDate) -> String {
    let mut id: String = release
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' })
        .take(80)
        .collect();
    if !id.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        id.insert_str(0, "run");
    }
    format!("{id}-{}-{}", date.format("%Y-%m-%d"), random_word(4))
}

/// Makes `<run>.golive` with its first entry. Answers its path, and the run as far as that.
pub(super) fn create(
    folder: &Path,
    opening: Intent,
    plan: Option<Arc<Runbook>>,
    clock: &Clock,
) -> Result<(PathBuf, Replay), LedgerError> {
    let Event::RunOpened { run, .. } = &opening.event else {
        let next = "begin a ledger with the opening of a run";
        return Err(LedgerError::new(ErrorKind::Invalid, folder, "this opens no run", next));
    };
    let run = run.clone();
    build(folder, &run, |store| {
        let anchor = clock.anchor(None, None);
        save_anchor(store, &anchor)?;
        let at = super::clock::RunClock::new(clock.clone(), anchor).now();
        let id = EntryId { replica: replica(store, &opening.person)?, index: 1 };
        let state = first_state(id, opening, plan, at);
        let state = state.map_err(|e| cannot_open(store.path(), &e))?;
        let head = match state.log.first() {
            Some(first) => {
                let row = row(&first.entry, Chain::start(&run), store.path())?;
                store.insert(&row)?;
                row.chain
            }
            None => None,
        };
        let head = head.ok_or_else(|| LedgerError::corrupt(store.path(), "it has no entries"))?;
        let replay = Replay::begun(state, head, at);
        RunInfo::keep(&replay, store)?;
        Ok(replay)
    })
}

/// The state after the opening of a run by somebody whose role only the run itself can tell.
fn first_state(
    id: EntryId,
    opening: Intent,
    plan: Option<Arc<Runbook>>,
    at: run::Time,
) -> Result<RunState, run::OpenError> {
    let name = opening.person.clone();
    let lead = Actor { name: name.clone(), role: Role::Lead, claimed: true };
    let act = opening.into_act(lead, at);
    let mut entry = Entry { seq: 1, id, act, offset_ms: 0, received_at: None };
    let state = match plan {
        Some(plan) => run::open_with(Arc::new(entry.clone()), plan)?,
        None => run::open(entry.clone())?,
    };
    entry.act.actor = state.actor(&name);
    let plan = state.plan.clone();
    drop(state);
    run::open_with(Arc::new(entry), plan)
}

/// Builds a ledger aside and gives it its name when `fill` has filled it. Never overwrites; leaves
/// nothing behind when it fails. Answers its path and what `fill` did.
pub(super) fn build<T>(
    folder: &Path,
    run: &str,
    fill: impl FnOnce(&Store) -> Result<T, LedgerError>,
) -> Result<(PathBuf, T), LedgerError> {
    let target = folder.join(file_name(folder, run)?);
    let failed = |e: &std::io::Error| LedgerError::io(&target, "create the ledger", e);
    make_folder(folder)?;
    if target.symlink_metadata().is_ok() {
        return Err(exists(&target));
    }
    let aside = folder.join(format!(".{run}.{}.tmp", random_word(8)));
    let built = Store::create(&aside, run).and_then(|store| {
        let lock = store.lock()?;
        let filled = fill(&store)?;
        store.commit(lock)?;
        store.close()?;
        Ok(filled)
    });
    let moved = built.and_then(|filled| {
        give_name(&aside, &target).map_err(|e| failed(&e))?;
        Ok(filled)
    });
    if moved.is_err() {
        remove(&aside);
        remove(&beside(&aside, "-journal"));
    }
    // Errors name the file that was wanted, not the one aside.
    match moved {
        Ok(filled) => Ok((target, filled)),
        Err(e) => Err(LedgerError { path: target, ..e }),
    }
}

/// `<run>.golive`, if the run's id makes a file name.
fn file_name(folder: &Path, run: &str) -> Result<String, LedgerError> {
    if is_file_name(run) {
        return Ok(format!("{run}.golive"));
    }
    let what = format!("“{run}” cannot be the name of a file");
    let next = "give the run an id of letters, digits, dots and dashes";
    Err(LedgerError::new(ErrorKind::Invalid, folder, what, next))
}

/// Whether a run's id makes a file name, and one in its folder.
pub(super) fn is_file_name(run: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=200).contains(&run.len()) && run.chars().all(plain) && !run.starts_with(['.', '-'])
}

pub(super) fn exists(path: &Path) -> LedgerError {
    let next = "choose another name or folder; nothing was overwritten";
    LedgerError::new(ErrorKind::Exists, path, "there is one already", next)
}

fn make_folder(folder: &Path) -> Result<(), LedgerError> {
    super::private::make_private_folder(folder)
        .map_err(|e| LedgerError::io(folder, "create the folder", &e))
}

fn remove(path: &Path) {
    // It is not there, or it stays as a file that no list of runs shows.
    let _ = std::fs::remove_file(path);
}

/// Renames without overwriting, durably.
fn give_name(from: &Path, to: &Path) -> std::io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // Some filesystems cannot promise it; that the name was free has been seen.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => std::fs::rename(from, to)?,
            other => other?,
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    std::fs::rename(from, to)?;
    match to.parent().map(std::fs::File::open) {
        Some(Ok(folder)) => folder.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_is_release_date_and_a_random_part_and_makes_a_file_name() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        let id = new_run_id("ledger-4.2", date);
        assert!(id.starts_with("ledger-4.2-2026-11-28-") && id.len() == 26, "{id}");
        assert_ne!(id, new_run_id("ledger-4.2", date));
        for odd in ["", "../../etc/x", "-rf", "a b\u{1b}c", &"x".repeat(500)] {
            let id = new_run_id(odd, date);
            assert!(file_name(Path::new("d"), &id).is_ok(), "{id}");
        }
        for bad in ["", "a/b", "..", ".x", "-x", "a\nb"] {
            assert!(file_name(Path::new("d"), bad).is_err(), "{bad}");
        }
    }
}
