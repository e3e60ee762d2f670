//! The runs of a hub as a directory of ledgers.
#![allow(clippy::disallowed_methods, reason = "lists the folder of the runs")]

use super::store::{Store, StoreError};
use crate::ledger::order::Placed;
use crate::ledger::{self, Access, Chain, Kept, LedgerError};
use crate::run::EntryId;
use rustix::fs::{FlockOperation, flock};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Connections for reading that are kept open for a run.
const READERS: usize = 4;
/// Runs that are kept open. Of more, those go that were used longest ago: files are few.
const OPEN: usize = 32;

/// A folder with a ledger for each run.
pub struct Directory {
    folder: PathBuf,
    /// None once it was closed.
    inside: Mutex<Option<Inside>>,
}

/// What a directory has while it is in use.
struct Inside {
    hold: Hold,
    open: HashMap<String, Used>,
    /// Counts uses.
    uses: u64,
}

/// A run, and when it was last used.
struct Used {
    run: Arc<Open>,
    last: u64,
}

impl Inside {
    fn find(&mut self, run: &str) -> Option<Arc<Open>> {
        let used = self.open.get_mut(run)?;
        self.uses += 1;
        used.last = self.uses;
        Some(used.run.clone())
    }

    /// Keeps a run open. Answers those that have to go for it; none of them is in use.
    fn keep(&mut self, name: &str, run: Arc<Open>) -> Vec<Arc<Open>> {
        self.uses += 1;
        self.open.insert(name.to_owned(), Used { run, last: self.uses });
        let mut gone = Vec::new();
        while self.open.len() > OPEN {
            let idle = self.open.iter().filter(|(_, used)| Arc::strong_count(&used.run) == 1);
            let oldest = idle.min_by_key(|(_, used)| used.last).map(|(name, _)| name.clone());
            let Some(used) = oldest.and_then(|name| self.open.remove(&name)) else { break };
            gone.push(used.run);
        }
        gone
    }
}

/// The lock on the folder: two hubs would give two orders. Whatever may still write there has a
/// share of it, and it is free when the last has gone.
#[derive(Clone)]
struct Hold {
    _lock: Arc<File>,
}

/// The connections to a run.
struct Open {
    path: PathBuf,
    writer: Mutex<Kept>,
    readers: Mutex<Vec<Kept>>,
    _hold: Hold,
}

impl Directory {
    /// The runs in that folder, which is made if need be.
    ///
    /// # Errors
    /// The folder cannot be made, or another hub keeps its runs there.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let failed = |e: std::io::Error| StoreError(format!("{}: {e}", folder.display()));
        ledger::make_private_folder(folder).map_err(failed)?;
        let file = File::open(folder).map_err(failed)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
            let folder = folder.display();
            StoreError(format!(
                "another hub keeps its runs in {folder}; end it, or use another --data"
            ))
        })?;
        let hold = Hold { _lock: Arc::new(file) };
        let inside = Inside { hold, open: HashMap::new(), uses: 0 };
        Ok(Self { folder: folder.to_owned(), inside: Mutex::new(Some(inside)) })
    }

    /// Puts what is there of a run aside, where it stays as it is. Answers its new name.
    ///
    /// # Errors
    /// It cannot be renamed.
    pub fn put_aside(&self, run: &str) -> Result<Option<PathBuf>, StoreError> {
        let _hold = self.inside(|inside| {
            inside.open.remove(run);
            Ok(inside.hold.clone())
        })?;
        let Some(path) = Kept::path(&self.folder, run).filter(|path| path.exists()) else {
            return Ok(None);
        };
        // All of it into the one file first.
        Kept::open(&path, Access::Write)?.close()?;
        let mut number = 1;
        let aside = loop {
            let aside = self.folder.join(format!("{run}.golive.before-{number}"));
            if !aside.exists() {
                break aside;
            }
            number += 1;
        };
        std::fs::rename(&path, &aside)
            .map_err(|e| StoreError(format!("{}: {e}", path.display())))?;
        Ok(Some(aside))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Lets go of every ledger, which is one file then, and of the folder: another hub may keep its
    /// runs there as soon as nothing is being written any more.
    pub fn close(&self) {
        let Some(inside) = lock(&self.inside).take() else { return };
        inside.open.into_values().for_each(|used| put_away(used.run));
    }

    /// Does something with what is open.
    fn inside<T>(
        &self,
        work: impl FnOnce(&mut Inside) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let closed = || StoreError(format!("the hub in {} has ended", self.folder.display()));
        work(lock(&self.inside).as_mut().ok_or_else(closed)?)
    }

    fn run(&self, run: &str) -> Result<Option<Arc<Open>>, StoreError> {
        let (found, gone) = self.inside(|inside| {
            if let Some(known) = inside.find(run) {
                return Ok((Some(known), Vec::new()));
            }
            let Some(path) = Kept::path(&self.folder, run).filter(|path| path.exists()) else {
                return Ok((None, Vec::new()));
            };
            let writer = Kept::open(&path, Access::Write)?;
            if writer.epoch()?.is_none() {
                return Ok((None, Vec::new()));
            }
            let (writer, readers) = (Mutex::new(writer), Mutex::default());
            let found = Arc::new(Open { path, writer, readers, _hold: inside.hold.clone() });
            let gone = inside.keep(run, found.clone());
            Ok((Some(found), gone))
        })?;
        gone.into_iter().for_each(put_away);
        Ok(found)
    }

    fn read<T>(
        &self,
        run: &str,
        read: impl FnOnce(&Kept) -> Result<T, LedgerError>,
    ) -> Result<T, StoreError> {
        let open = self.run(run)?.ok_or_else(|| none(run))?;
        let idle = lock(&open.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => Kept::open(&open.path, Access::Read)?,
        };
        let answer = read(&reader)?;
        let mut readers = lock(&open.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        Ok(answer)
    }
}

/// Brings a run that nobody uses any more into its one file.
fn put_away(run: Arc<Open>) {
    let Ok(run) = Arc::try_unwrap(run) else { return };
    drop(run.readers);
    let writer = run.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Err(error) = writer.close() {
        tracing::warn!(%error, "a run could not be tidied up");
    }
}

fn none(run: &str) -> StoreError {
    StoreError(format!("there is no run {run} here"))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<LedgerError> for StoreError {
    fn from(error: LedgerError) -> Self {
        Self(error.to_string())
    }
}

impl Store for Directory {
    fn runs(&self) -> Result<Vec<String>, StoreError> {
        let listed = ledger::list(&self.folder)?;
        let name = |listed: &ledger::Listed| {
            listed.path.file_stem().map(|stem| stem.to_string_lossy().into_owned())
        };
        let mut runs = Vec::new();
        for run in listed.iter().filter_map(name) {
            if self.run(&run).is_ok_and(|found| found.is_some()) {
                runs.push(run);
            }
        }
        Ok(runs)
    }

    fn epoch(&self, run: &str) -> Result<Option<u64>, StoreError> {
        match self.run(run)? {
            Some(_) => self.read(run, Kept::epoch),
            None => Ok(None),
        }
    }

    fn head(&self, run: &str) -> Result<(u64, Chain), StoreError> {
        self.read(run, Kept::head)
    }

    fn page(
        &self,
        run: &str,
        after: u64,
        limit: usize,
        bytes: usize,
    ) -> Result<Vec<Placed>, StoreError> {
        self.read(run, |kept| kept.page(after, limit, bytes))
    }

    fn chain_at(&self, run: &str, seq: u64) -> Result<Option<Chain>, StoreError> {
        self.read(run, |kept| kept.chain_at(seq))
    }

    fn find(&self, run: &str, id: &EntryId) -> Result<Option<Placed>, StoreError> {
        self.read(run, |kept| kept.find(id))
    }

    fn refusals(&self, run: &str) -> Result<Vec<(EntryId, String)>, StoreError> {
        self.read(run, Kept::refusals)
    }

    fn append(
        &self,
        run: &str,
        entries: &[(EntryId, Placed)],
        refusals: &[(EntryId, String)],
    ) -> Result<(), StoreError> {
        let open = self.run(run)?.ok_or_else(|| none(run))?;
        let writer = lock(&open.writer);
        Ok(writer.append(entries, refusals)?)
    }

    fn create(
        &self,
        run: &str,
        epoch: u64,
        pages: &mut dyn FnMut(u64) -> Result<Vec<Placed>, StoreError>,
    ) -> Result<(), StoreError> {
        let _hold = self.inside(|inside| Ok(inside.hold.clone()))?;
        let mut said = None;
        let made = Kept::create(&self.folder, run, epoch, &mut |after| {
            pages(after).map_err(|error| {
                let text = error.0.clone();
                said = Some(error);
                LedgerError::elsewhere(&self.folder, text)
            })
        });
        match (made, said) {
            (Ok(_), _) => Ok(()),
            (Err(_), Some(said)) => Err(said),
            (Err(error), None) => Err(error.into()),
        }
    }
}
