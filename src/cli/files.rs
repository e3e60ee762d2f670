#![allow(clippy::disallowed_methods, reason = "reads and writes the files a command names")]
//! Files named on the command line, read within bounds and with plain words for what is wrong.

use super::error::CommandError;
use crate::runbook::{LARGEST, decode};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// A file is no runbook text.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {what}")]
pub struct Unreadable {
    /// The file as named.
    pub path: String,
    /// Stable name of the reason.
    pub code: &'static str,
    /// What is wrong, without a full stop.
    pub what: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl From<Unreadable> for CommandError {
    fn from(unreadable: Unreadable) -> Self {
        let help = unreadable.help.clone();
        let error = Self::failed(unreadable);
        match help {
            Some(help) => error.hint(help),
            None => error,
        }
    }
}

/// Reads a runbook's text.
///
/// # Errors
/// The file cannot be opened, is a folder, too long, binary or not UTF-8.
pub fn read_runbook(path: &Path) -> Result<String, Unreadable> {
    let unreadable =
        |code, what, help| Unreadable { path: path.display().to_string(), code, what, help };
    let io = |what| unreadable("unreadable", what, None);
    let cannot = |e: std::io::Error| {
        io(match e.kind() {
            ErrorKind::NotFound => "there is no such file".to_owned(),
            ErrorKind::PermissionDenied => "the file may not be read".to_owned(),
            _ => format!("the file cannot be opened: {e}"),
        })
    };
    match no_file(path).map_err(cannot)? {
        Some("a folder") => {
            let help = "name the runbook file in it".to_owned();
            return Err(unreadable("folder", "this is a folder".to_owned(), Some(help)));
        }
        Some(what) => {
            let help = "name a file; golive waits for nobody to write into one".to_owned();
            return Err(unreadable("no-file", format!("this is {what}, not a file"), Some(help)));
        }
        None => {}
    }
    let file = File::open(path).map_err(cannot)?;
    // One byte more than may be, so that `decode` sees what is too long.
    let limit = LARGEST as u64 + 1;
    let length = file.metadata().map_or(0, |m| m.len());
    if length > limit {
        let what = format!(
            "this file has {} MiB; a runbook has at most {} MiB",
            length >> 20,
            LARGEST >> 20
        );
        return Err(unreadable("too-large", what, Some("is it a runbook at all?".to_owned())));
    }
    let mut bytes = Vec::new();
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|e| io(format!("the file cannot be read: {e}")))?;
    decode(&bytes)
        .map(str::to_owned)
        .map_err(|found| unreadable(found.code, found.message.clone(), found.help.clone()))
}

/// What lies there instead of a file with an end. What is opened already, as `/dev/stdin` and a
/// shell's `<(…)` are, has somebody who writes it.
fn no_file(path: &Path) -> std::io::Result<Option<&'static str>> {
    if path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") {
        return Ok(None);
    }
    let kind = std::fs::metadata(path)?.file_type();
    Ok(if kind.is_file() {
        None
    } else if kind.is_dir() {
        Some("a folder")
    } else if kind.is_fifo() {
        Some("a named pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        Some("a device")
    })
}

/// Opens a file that has an end.
fn open_file(path: &Path) -> std::io::Result<File> {
    match no_file(path)? {
        Some(what) => Err(std::io::Error::other(format!("it is {what}, not a file"))),
        None => File::open(path),
    }
}

/// Largest file that is imported, in bytes.
const LARGEST_IMPORT: u64 = 256 << 20;

/// Reads a file of any kind, whole.
///
/// # Errors
/// The file cannot be read, or is longer than a plan can be.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, CommandError> {
    let name = path.display();
    let mut bytes = Vec::new();
    open_file(path)
        .and_then(|file| file.take(LARGEST_IMPORT + 1).read_to_end(&mut bytes))
        .map_err(|e| match e.kind() {
            ErrorKind::NotFound => CommandError::failed(format!("{name}: there is no such file")),
            _ => CommandError::failed(format!("{name} cannot be read: {e}")),
        })?;
    if bytes.len() as u64 > LARGEST_IMPORT {
        let what = format!("{name} has more than {} MiB", LARGEST_IMPORT >> 20);
        return Err(CommandError::failed(what).hint("copy the plan to a file of its own"));
    }
    Ok(bytes)
}

/// SHA-256 of a file of any length, lower-case hex.
///
/// # Errors
/// The file cannot be read.
pub fn sha256_of_file(path: &Path) -> Result<String, CommandError> {
    let mut digest = Sha256::new();
    open_file(path)
        .and_then(|mut file| std::io::copy(&mut file, &mut digest))
        .map_err(|e| CommandError::failed(format!("{} cannot be read: {e}", path.display())))?;
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes a new file; one that is there already is left alone.
///
/// # Errors
/// The file exists, or cannot be written.
pub fn write_new(path: &Path, text: &str) -> Result<(), CommandError> {
    let made = File::create_new(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    made.map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => {
            CommandError::refused(format!("{} is there already", path.display()))
                .hint("name another file, or move this one away")
        }
        _ => CommandError::failed(format!("{} cannot be written: {e}", path.display())),
    })
}

/// Replaces a file's content in one go: either the old text or the new is there, never half.
///
/// # Errors
/// The file cannot be written.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) -> Result<(), CommandError> {
    let content = content.as_ref();
    let failed = |e| CommandError::failed(format!("{} cannot be written: {e}", path.display()));
    // A device or a pipe takes the bytes as they come.
    if matches!(no_file(path), Ok(Some(what)) if what != "a folder") {
        return std::fs::write(path, content).map_err(failed);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|e| {
        let _ = std::fs::remove_file(&beside);
        failed(e)
    })
}

/// Makes a folder, and those above it.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(path: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(path)
        .map_err(|e| CommandError::failed(format!("{} cannot be made: {e}", path.display())))
}

/// Reads a file that need not be there.
///
/// # Errors
/// It is there and cannot be read.
pub fn read_if_there(path: &Path) -> Result<Option<String>, CommandError> {
    match open_file(path).and_then(std::io::read_to_string) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(CommandError::failed(format!("{} cannot be read: {e}", path.display()))),
    }
}
