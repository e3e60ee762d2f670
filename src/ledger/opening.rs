//! Two people who open the same runbook in the same instant get one run.
#![allow(clippy::disallowed_methods, reason = "waits for a lock on the folder of the runs")]

use super::error::{ErrorKind, LedgerError};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

/// How long another process may look for a run and make one: it takes milliseconds, unless that
/// process is stopped.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// While it lives, nobody else looks in that folder whether a run is open to make one if not.
#[derive(Debug)]
pub struct OpeningLock {
    /// The folder itself, so that no file is left in it. None where it cannot be locked.
    _folder: Option<File>,
}

/// Waits for the others who are about to open a run in the folder, which is made if need be.
///
/// # Errors
/// The folder cannot be made, or somebody does not come to an end.
pub fn lock_opening(folder: &Path) -> Result<OpeningLock, LedgerError> {
    let failed = |e: std::io::Error| LedgerError::io(folder, "create the folder", &e);
    super::private::make_private_folder(folder).map_err(failed)?;
    let Ok(file) = File::open(folder) else { return Ok(OpeningLock { _folder: None }) };
    for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(OpeningLock { _folder: Some(file) }),
            Err(Errno::WOULDBLOCK | Errno::INTR) => std::thread::sleep(PAUSE),
            // Such a filesystem is refused for a ledger, or has one user.
            Err(_) => return Ok(OpeningLock { _folder: None }),
        }
    }
    let what = "another process has been opening a run there for a while";
    Err(LedgerError::new(ErrorKind::Locked, folder, what, "end it, or wait, and try again"))
}
