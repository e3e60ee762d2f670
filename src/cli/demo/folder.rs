#![allow(
    clippy::disallowed_methods,
    reason = "makes the demonstration's folder, and removes it on every way out"
)]
//! The folder of a demonstration: made for it, and gone with it. One that was killed leaves its own
//! behind, and the next sweeps it.

use crate::cli::error::CommandError;
use crate::ledger::random_word;
use rustix::fs::{FlockOperation, flock};
use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use std::fs::{DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How the name of such a folder begins.
const PREFIX: &str = "golive-demo-";
/// The file in it that is locked as long as the demonstration lasts.
const LOCK: &str = "in-use";
/// How often another name is tried.
const TRIES: u32 = 8;
/// After a signal the cockpit ends in good order. Where it does not, the folder goes a little before
/// the process is ended all the same.
const PATIENCE: Duration = Duration::from_millis(4_500);

/// A folder that is removed when this is dropped, and on signals that end the process.
pub struct Folder {
    path: PathBuf,
    /// Whether somebody else ends the process in good order after a signal.
    in_good_hands: Arc<AtomicBool>,
    signals: Handle,
    _lock: File,
}

impl Folder {
    /// Makes one among the temporary files, for this user only; sweeps those of demonstrations that
    /// were killed.
    ///
    /// # Errors
    /// There is no room for it.
    pub fn make() -> Result<Self, CommandError> {
        let among = std::env::temp_dir();
        sweep(&among);
        let (path, lock) = made(&among).map_err(|error| {
            CommandError::failed(format!("{} cannot take a folder: {error}", among.display()))
                .hint("TMPDIR names another folder for temporary files")
        })?;
        let in_good_hands = Arc::new(AtomicBool::new(false));
        let signals = on_signals(path.clone(), in_good_hands.clone());
        match signals {
            Ok(signals) => Ok(Self { path, in_good_hands, signals, _lock: lock }),
            Err(error) => {
                remove(&path);
                Err(CommandError::failed(error))
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// From here on a signal ends the cockpit, and that ends the rest.
    pub fn is_in_good_hands(&self) {
        self.in_good_hands.store(true, Ordering::SeqCst);
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.path);
        self.signals.close();
    }
}

/// Makes a folder with a locked file in it. A sweep that came between the two has taken the file
/// away again: then another is made.
fn made(among: &Path) -> std::io::Result<(PathBuf, File)> {
    let mut problem = std::io::Error::other("no name is free");
    for _ in 0..TRIES {
        let path = among.join(format!("{PREFIX}{}", random_word(12)));
        DirBuilder::new().mode(0o700).create(&path)?;
        let locked = File::create(path.join(LOCK)).and_then(|file| {
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            let (here, there) = (file.metadata()?, std::fs::metadata(path.join(LOCK))?);
            let same = here.ino() == there.ino() && here.dev() == there.dev();
            if same { Ok(file) } else { Err(std::io::Error::other("it was swept away")) }
        });
        match locked {
            Ok(file) => return Ok((path, file)),
            Err(error) => problem = error,
        }
        remove(&path);
    }
    Err(problem)
}

/// Removes the folders of this user's demonstrations that nobody is at any more.
fn sweep(among: &Path) {
    let own = rustix::process::getuid().as_raw();
    for entry in std::fs::read_dir(among).into_iter().flatten().flatten() {
        let name = entry.file_name();
        // What is only a link to a folder is none of ours.
        let known = entry.path().symlink_metadata().is_ok_and(|m| m.is_dir() && m.uid() == own);
        if !known || !name.to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        match File::open(entry.path().join(LOCK)) {
            Ok(lock) => {
                if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
                    remove(&entry.path());
                }
            }
            // Killed before it had a file, or just being made: empty, it can go, and the other tries
            // again.
            Err(_) => {
                let _ = std::fs::remove_dir(entry.path());
            }
        }
    }
}

/// Removes a folder; a file that is being written meanwhile does not keep it.
fn remove(path: &Path) {
    for _ in 0..TRIES {
        if std::fs::remove_dir_all(path).is_ok() || !path.exists() {
            return;
        }
    }
}

/// Removes the folder when a signal ends the process: at once as long as nobody else sees to it, and
/// else where that takes too long.
fn on_signals(path: PathBuf, in_good_hands: Arc<AtomicBool>) -> std::io::Result<Handle> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT])?;
    let handle = signals.handle();
    std::thread::Builder::new().name("sweeper".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            if in_good_hands.load(Ordering::SeqCst) {
                std::thread::sleep(PATIENCE);
                remove(&path);
            } else {
                remove(&path);
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    })?;
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_takes_what_nobody_holds_and_nothing_else() {
        let among = tempfile::tempdir().unwrap();
        let (held, lock) = made(among.path()).unwrap();
        let (stale, gone) = made(among.path()).unwrap();
        drop(gone);
        std::fs::write(stale.join("run.golive"), "x").unwrap();
        let other = among.path().join("golive-other");
        std::fs::create_dir(&other).unwrap();
        let precious = tempfile::tempdir().unwrap();
        std::fs::write(precious.path().join(LOCK), "").unwrap();
        let link = among.path().join(format!("{PREFIX}link"));
        std::os::unix::fs::symlink(precious.path(), &link).unwrap();
        let [empty, full] = ["empty", "full"].map(|n| among.path().join(format!("{PREFIX}{n}")));
        std::fs::create_dir(&empty).unwrap();
        std::fs::create_dir(&full).unwrap();
        std::fs::write(full.join("mine"), "").unwrap();
        sweep(among.path());
        assert!(held.exists() && other.exists() && link.exists() && precious.path().exists());
        assert!(full.exists(), "what has no lock of ours is not ours to empty");
        assert!(!stale.exists() && !empty.exists());
        drop(lock);
        sweep(among.path());
        assert!(!held.exists());
    }
}
