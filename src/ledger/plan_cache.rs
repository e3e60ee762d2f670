//! Large plans as they were read, so that the next program to open the run need not read their text
//! again. Disposable: whatever is missing, damaged, or of another build of the program is not used.
#![allow(
    clippy::disallowed_methods,
    reason = "keeps files of its own beside the ledgers, and asks which build this is"
)]

use super::private::{make_private_folder, private_file};
use crate::run::sha256_hex;
use crate::runbook::Runbook;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Folder beside the ledgers.
const FOLDER: &str = ".plans";

/// Texts shorter than this, in bytes, are read as quickly as they would be found.
const WORTHWHILE: usize = 64 << 10;

/// How many plans are kept; the oldest go first.
const KEPT: usize = 8;

/// The longest file that is believed, in bytes.
const LONGEST: u64 = 256 << 20;

/// Bytes of the digest that a file begins with.
const DIGEST: usize = 64;

/// The plan of a text, if it is kept in `folder`, and the text's SHA-256 in hex.
pub(super) fn find(folder: &Path, text: &str) -> Option<(String, Arc<Runbook>)> {
    if text.len() < WORTHWHILE {
        return None;
    }
    let sha256 = sha256_hex(text.as_bytes());
    let path = folder.join(FOLDER).join(file_name(&sha256)?);
    if path.metadata().ok()?.len() > LONGEST {
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    let (digest, body) = bytes.split_at_checked(DIGEST)?;
    if digest != sha256_hex(body).as_bytes() {
        return None;
    }
    Some((sha256, Arc::new(postcard::from_bytes(body).ok()?)))
}

/// Keeps the plan of a text in `folder`, if that is worthwhile; `plan` has it by the text's hash.
/// That it cannot be kept is no failure: it is read again.
pub(super) fn keep<'a>(
    folder: &Path,
    text: &str,
    plan: impl FnOnce(&str) -> Option<&'a Arc<Runbook>>,
) {
    if text.len() < WORTHWHILE {
        return;
    }
    let sha256 = sha256_hex(text.as_bytes());
    let Some(name) = file_name(&sha256) else { return };
    let folder = folder.join(FOLDER);
    let path = folder.join(&name);
    if path.exists() {
        return;
    }
    let Some(plan) = plan(&sha256) else { return };
    let Ok(body) = postcard::to_allocvec(&**plan) else { return };
    let mut bytes = sha256_hex(&body).into_bytes();
    bytes.extend(body);
    let aside = folder.join(format!("{name}.{}.tmp", super::random::random_word(6)));
    let written = make_private_folder(&folder)
        .and_then(|()| private_file(&aside).open(&aside))
        .and_then(|mut file| file.write_all(&bytes))
        .and_then(|()| std::fs::rename(&aside, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&aside);
    }
    prune(&folder);
}

/// Of the text and of this build of the program: another may read the same text differently.
fn file_name(sha256: &str) -> Option<String> {
    let program = std::env::current_exe().ok()?.metadata().ok()?;
    let built = program.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{}-{:x}-{built:x}", sha256.get(..40)?, program.len()))
}

/// Removes all but the latest.
fn prune(folder: &Path) {
    let Ok(files) = folder.read_dir() else { return };
    let mut files: Vec<(SystemTime, PathBuf)> = files
        .flatten()
        .filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path())))
        .collect();
    files.sort_by(|a, b| b.cmp(a));
    for (_, old) in files.into_iter().skip(KEPT) {
        let _ = std::fs::remove_file(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    fn large() -> (String, Arc<Runbook>) {
        let mut text = String::from(
            "format = 1\n[release]\ntitle = \"Large\"\ntimezone = \"Europe/London\"\n\
             zero_hour = 2026-11-28T23:00:00Z\n[[messages]]\nid = \"m\"\ntext = \"t\"\n\
             post = { url = \"https://chat.example\", json = { a = [1, \"x\"] } }\n\
             [[phases]]\ntitle = \"One\"\nsteps = [\n",
        );
        for n in 0..1200 {
            let _ = writeln!(
                text,
                "{{ id = \"s{n}\", title = \"Step {n}\", duration = [\"1m\", \"2m\", \"1h\"] }},"
            );
        }
        text += "]\n[[rollbacks]]\nid = \"r\"\ntitle = \"Back\"\nthen = \"resume:s3\"\n\
                 steps = [{ title = \"Undo\", undoes = \"s3\", duration = \"5m\" }]\n";
        let plan = crate::runbook::read(&text).runbook.unwrap();
        (text, Arc::new(plan))
    }

    #[test]
    fn a_large_plan_comes_back_as_it_was_and_a_damaged_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let (text, plan) = large();
        assert!(find(folder.path(), &text).is_none());
        keep(folder.path(), &text, |_| Some(&plan));
        let (sha256, found) = find(folder.path(), &text).unwrap();
        assert_eq!((sha256, found), (sha256_hex(text.as_bytes()), plan));
        assert!(find(folder.path(), &format!("{text}#")).is_none(), "another text");

        let file =
            folder.path().join(FOLDER).join(file_name(&sha256_hex(text.as_bytes())).unwrap());
        let mut bytes = std::fs::read(&file).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert!(find(folder.path(), &text).is_none(), "one bit differs");
        std::fs::write(&file, b"short").unwrap();
        assert!(find(folder.path(), &text).is_none());
    }

    #[test]
    fn a_small_plan_is_not_kept_and_of_many_only_the_latest() {
        let folder = tempfile::tempdir().unwrap();
        let (text, plan) = large();
        keep(folder.path(), &text[..1000], |_| Some(&plan));
        assert!(!folder.path().join(FOLDER).exists());
        for n in 0..KEPT + 3 {
            keep(folder.path(), &format!("{text}#{n}"), |_| Some(&plan));
        }
        assert_eq!(folder.path().join(FOLDER).read_dir().unwrap().count(), KEPT);
    }
}
