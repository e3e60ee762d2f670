//! What tokens and page links have in common: secrets of which only hashes are kept, in small files
//! that are read again whenever they change.
#![allow(clippy::disallowed_methods, reason = "reads and writes the files of tokens and links")]

use super::store::StoreError;
use rustix::fs::{FlockOperation, flock};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// SHA-256, lower-case hex.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Equal or not, in a time that does not tell where they differ.
pub fn is_equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let differences = a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differences) == 0 && a.len() == b.len()
}

/// Random bytes from the system.
///
/// # Errors
/// It has none.
pub fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|e| StoreError(format!("the system has no randomness for a secret: {e}")))?;
    Ok(bytes)
}

/// A list in a file that nobody else on the machine may read.
pub struct Shelf<T> {
    path: PathBuf,
    /// What to do about a file that cannot be read.
    advice: &'static str,
    known: RwLock<Known<T>>,
}

struct Known<T> {
    all: Arc<Vec<T>>,
    /// What the file was like when it was read.
    stamp: Option<Stamp>,
    /// How often it was read.
    version: u64,
}

type Stamp = (u64, i64, i64, u64);

impl<T: Clone + Serialize + DeserializeOwned> Shelf<T> {
    /// The list kept in that file.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn open(path: PathBuf, advice: &'static str) -> Result<Self, StoreError> {
        let known = Known { all: Arc::default(), stamp: None, version: 0 };
        let shelf = Self { path, advice, known: RwLock::new(known) };
        shelf.look()?;
        Ok(shelf)
    }

    /// All of it.
    pub fn list(&self) -> Arc<Vec<T>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    /// Looks at the file again. Answers a number that changes whenever the list does.
    ///
    /// # Errors
    /// It cannot be read: what was known before holds.
    pub fn look(&self) -> Result<u64, StoreError> {
        let stamp = stamp(&self.path);
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if stamp == known.stamp {
                return Ok(known.version);
            }
        }
        let all = Arc::new(self.read()?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Known { all, stamp, version: known.version + 1 };
        Ok(known.version)
    }

    /// How often it was read, or forgotten.
    pub fn version(&self) -> u64 {
        self.known.read().unwrap_or_else(PoisonError::into_inner).version
    }

    /// Forgets the list, until the file can be read again.
    pub fn clear(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.stamp.is_some() || !known.all.is_empty() {
            *known = Known { all: Arc::default(), stamp: None, version: known.version + 1 };
        }
    }

    /// Changes the list. Two processes that do so at once do it one after the other.
    ///
    /// # Errors
    /// The file cannot be read or written: nothing is changed.
    pub fn change<R>(&self, change: impl FnOnce(&mut Vec<T>) -> R) -> Result<R, StoreError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let lock = options.open(self.path.with_extension("lock")).map_err(|e| self.failed(&e))?;
        flock(&lock, FlockOperation::LockExclusive).map_err(|e| self.failed(&e.into()))?;
        let mut all = self.read()?;
        let answer = change(&mut all);
        self.write(&all)?;
        self.look()?;
        Ok(answer)
    }

    fn read(&self) -> Result<Vec<T>, StoreError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map_err(|e| StoreError(format!("{}: {e}; {}", self.path.display(), self.advice))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(e) => Err(self.failed(&e)),
        }
    }

    fn write(&self, all: &[T]) -> Result<(), StoreError> {
        let json = serde_json::to_vec_pretty(all).map_err(|e| StoreError(e.to_string()))?;
        let aside = self.path.with_extension("tmp");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&aside).map_err(|e| self.failed(&e))?;
        std::io::Write::write_all(&mut file, &json).map_err(|e| self.failed(&e))?;
        file.sync_all().map_err(|e| self.failed(&e))?;
        std::fs::rename(&aside, &self.path).map_err(|e| self.failed(&e))
    }

    fn failed(&self, error: &std::io::Error) -> StoreError {
        StoreError(format!("{}: {error}", self.path.display()))
    }
}

/// What changes whenever the file does.
fn stamp(path: &Path) -> Option<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.ino(), meta.mtime(), meta.mtime_nsec(), meta.len()))
}
