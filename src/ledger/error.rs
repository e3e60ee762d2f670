//! What can go wrong with a ledger, in words that say what to do next.

use crate::run::Refusal;
use crate::runbook::visible;
use std::path::{Path, PathBuf};

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No room: disk full, quota, file-size limit.
    Full,
    /// Not allowed, or a read-only place.
    Permission,
    /// The device failed.
    Io,
    /// Another process kept it locked for too long.
    Locked,
    /// The bytes are not what was written.
    Corrupt,
    /// It is some other kind of file.
    NotALedger,
    /// Written by a newer version, in a way that this one does not understand.
    Newer,
    /// On a network filesystem.
    Network,
    /// There is no such file, or no such run.
    Missing,
    /// There is one already.
    Exists,
    /// A word that could mean several runs.
    Ambiguous,
    /// What was asked makes no sense for a ledger.
    Invalid,
}

/// Trouble with a ledger: plain data, safe to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct LedgerError {
    /// What kind.
    pub kind: ErrorKind,
    /// Which file or folder.
    pub path: PathBuf,
    /// What happened, with its cause; no full stop.
    pub what: String,
    /// What to do next; no full stop.
    pub next: String,
}

/// Why an append did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The rule book says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be made durable. Nothing of it is in the ledger; it may be asked again.
    #[error(transparent)]
    Failed(#[from] LedgerError),
}

impl LedgerError {
    /// Trouble of that kind with that file.
    pub(super) fn new(
        kind: ErrorKind,
        path: &Path,
        what: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self { kind, path: path.to_owned(), what: what.into(), next: next.into() }
    }

    /// The bytes are not what was written.
    pub(super) fn corrupt(path: &Path, what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Corrupt, path, what, RESTORE)
    }

    /// Trouble that came from elsewhere, while something was being written there.
    pub fn elsewhere(path: &Path, what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, path, what, "nothing was written; try again")
    }

    /// What the filesystem answered.
    pub(super) fn io(path: &Path, doing: &str, cause: &std::io::Error) -> Self {
        use std::io::ErrorKind as Os;
        let kind = match cause.kind() {
            Os::StorageFull | Os::QuotaExceeded | Os::FileTooLarge => ErrorKind::Full,
            Os::PermissionDenied | Os::ReadOnlyFilesystem => ErrorKind::Permission,
            Os::NotFound => ErrorKind::Missing,
            Os::AlreadyExists => ErrorKind::Exists,
            Os::InvalidInput | Os::InvalidData | Os::IsADirectory | Os::NotADirectory => {
                ErrorKind::Invalid
            }
            _ => ErrorKind::Io,
        };
        Self::new(kind, path, format!("cannot {doing}: {cause}"), kind.usual_next())
    }

    /// What SQLite answered.
    pub(super) fn sqlite(path: &Path, doing: &str, cause: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let kind = match cause.sqlite_error_code() {
            Some(Code::DiskFull) => ErrorKind::Full,
            Some(Code::SystemIoFailure) if no_room(path) => ErrorKind::Full,
            Some(Code::SystemIoFailure) => ErrorKind::Io,
            Some(
                Code::PermissionDenied | Code::ReadOnly | Code::AuthorizationForStatementDenied,
            ) => ErrorKind::Permission,
            Some(Code::CannotOpen) if !path.exists() => ErrorKind::Missing,
            Some(Code::CannotOpen) => ErrorKind::Permission,
            Some(Code::DatabaseBusy | Code::DatabaseLocked | Code::FileLockingProtocolFailed) => {
                ErrorKind::Locked
            }
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => ErrorKind::Corrupt,
            // A table or column that should be there is not, or holds another type.
            Some(Code::Unknown | Code::ConstraintViolation) => ErrorKind::Corrupt,
            Some(_) => ErrorKind::Io,
            None => ErrorKind::Corrupt,
        };
        let why = match kind {
            ErrorKind::Full if size_limited() => "the limit on file sizes is reached".to_owned(),
            ErrorKind::Full => "the disk is full".to_owned(),
            ErrorKind::Locked => "another process has kept it locked".to_owned(),
            _ => cause.to_string(),
        };
        Self::new(kind, path, format!("cannot {doing}: {why}"), kind.usual_next())
    }

    /// The same, known to be of another kind.
    pub(super) fn because(self, kind: ErrorKind) -> Self {
        Self { kind, next: kind.usual_next().to_owned(), ..self }
    }

    /// The whole of it in one line, safe for a terminal.
    fn sentence(&self) -> String {
        let text = format!("{}: {}; {}", self.path.display(), self.what, self.next);
        visible(&text).into_owned()
    }
}

const RESTORE: &str = "move the file aside and rebuild the run from a copy with `golive restore FILE` \
    (an export, or the .jsonl of --copy-to)";

impl ErrorKind {
    /// What helps against trouble of this kind, where nothing more special is known.
    fn usual_next(self) -> &'static str {
        match self {
            Self::Full => "make room there and try again; what was recorded before is safe",
            Self::Permission => {
                "make the file and its folder writable, or choose another folder with --data"
            }
            Self::Io => "check the disk and try again; what was recorded before can be read",
            Self::Locked => "end the process that holds it, or wait, and try again",
            Self::Corrupt => RESTORE,
            Self::NotALedger | Self::Invalid => "name another file",
            Self::Newer => "use the newer golive that wrote it; the file was left as it is",
            Self::Network => "choose a folder on a local disk with --data",
            Self::Missing => "`golive runs` lists the runs there are",
            Self::Exists => "choose another name or folder; nothing was overwritten",
            Self::Ambiguous => "give more of the run's id",
        }
    }
}

/// Whether this process may only write files up to some size (`RLIMIT_FSIZE`).
fn size_limited() -> bool {
    rustix::process::getrlimit(rustix::process::Resource::Fsize).current.is_some()
}

/// Whether a failed write there is explained by a lack of room: SQLite tells "disk full" apart
/// only where the system says ENOSPC, not for quotas and size limits.
fn no_room(path: &Path) -> bool {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let little =
        |room: rustix::fs::StatVfs| room.f_bavail.saturating_mul(room.f_frsize) < 64 * 1024;
    size_limited() || rustix::fs::statvfs(folder).is_ok_and(little)
}
