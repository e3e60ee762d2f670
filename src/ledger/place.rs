//! Whether a ledger's file is still where it was: one that was deleted or replaced takes entries
//! that nobody will ever find again.
#![allow(clippy::disallowed_methods, reason = "looks at the ledger's own file")]

use super::error::{ErrorKind, LedgerError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The file that a ledger was opened in: its name, and which file that was.
pub(super) struct Place {
    path: PathBuf,
    file: Option<(u64, u64)>,
}

impl Place {
    /// The file that is there now.
    pub(super) fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), file: file_at(path) }
    }

    /// Whether it still is.
    ///
    /// # Errors
    /// It has been deleted or moved, or another file is in its place.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        let what = match file_at(&self.path) {
            found if found == self.file => return Ok(()),
            None => "the ledger's file is gone: nothing can be recorded in it any more",
            Some(_) => "another file is in the place of the ledger's: nothing can be recorded",
        };
        let next = "put the file back under its name, or leave, and rebuild the run with golive \
                    restore from a copy or an export";
        Err(LedgerError::new(ErrorKind::Io, &self.path, what, next))
    }
}

fn file_at(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deleted_or_replaced_file_is_noticed_and_one_put_back_is_fine() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join("run.golive"), folder.path().join("aside"));
        std::fs::write(&path, "x").unwrap();
        let place = Place::of(&path);
        assert!(place.check().is_ok());
        std::fs::rename(&path, &aside).unwrap();
        assert!(place.check().unwrap_err().to_string().contains("is gone"));
        std::fs::write(&path, "y").unwrap();
        assert!(place.check().unwrap_err().to_string().contains("another file"));
        std::fs::rename(&aside, &path).unwrap();
        assert!(place.check().is_ok());
    }
}
