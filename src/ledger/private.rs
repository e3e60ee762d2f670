//! What nobody else on the machine reads: runs hold notes that are not public.
#![allow(clippy::disallowed_methods, reason = "makes the folders and files of the runs")]

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Makes a folder, and those above it, for its owner alone. One that is there stays as it is.
///
/// # Errors
/// It cannot be made.
pub fn make_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// How a file at that path is made: for its owner alone. In a folder where its group may write,
/// which somebody has set up for a crew that works on one machine, for the group too.
pub fn private_file(path: &Path) -> OpenOptions {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mode = folder.unwrap_or(Path::new(".")).metadata().map_or(0, |meta| meta.mode());
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(if mode & 0o020 == 0 { 0o600 } else { 0o660 });
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_made_is_its_owners_and_what_is_there_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| metadata(path).unwrap().mode() & 0o777;
        let runs = folder.path().join("share/golive");
        make_private_folder(&runs).unwrap();
        assert_eq!((mode(&runs), mode(&folder.path().join("share"))), (0o700, 0o700));
        private_file(&runs.join("a")).open(runs.join("a")).unwrap();
        assert_eq!(mode(&runs.join("a")), 0o600);
        set_permissions(&runs, Permissions::from_mode(0o755)).unwrap();
        make_private_folder(&runs).unwrap();
        assert_eq!(mode(&runs), 0o755);
        private_file(&runs.join("b")).open(runs.join("b")).unwrap();
        assert_eq!(mode(&runs.join("b")), 0o600, "others may look into the folder, not the file");
        set_permissions(&runs, Permissions::from_mode(0o770)).unwrap();
        private_file(&runs.join("c")).open(runs.join("c")).unwrap();
        assert_eq!(mode(&runs.join("c")) & 0o707, 0o600, "a crew's folder is the crew's");
    }
}
