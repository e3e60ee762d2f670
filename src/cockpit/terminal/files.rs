//! The thread for files: watches the runbook and the theme, and writes the runbook back.
//!
//! Editors replace files rather than writing into them, so the folder is watched, and what is
//! read is told by name. A watched file is read when its folder has been quiet for a moment.

use super::Input;
use super::theme_file::{self, Limits, ThemeError};
use crate::cockpit::msg::Msg;
use crate::run::sha256_hex;
use crate::runbook::visible;
use notify::{RecursiveMode, Watcher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

/// How long a folder has to be quiet before its file is read.
const QUIET: Duration = Duration::from_millis(80);
/// A runbook larger than this is not followed, in bytes.
const LIMIT: u64 = 64 << 20;
/// How many jobs may wait.
const QUEUE: usize = 64;

/// Something to do with a file.
enum Job {
    /// Something changed in a watched folder.
    Look,
    /// Write this to the runbook's file.
    Write(String),
}

/// A handle on the thread.
pub struct Files {
    jobs: SyncSender<Job>,
    /// Kept alive: watching ends when it is dropped.
    _watcher: Option<notify::RecommendedWatcher>,
}

/// What is followed.
pub struct Followed {
    /// The runbook's file.
    pub runbook: Option<PathBuf>,
    /// The theme's file, and what this terminal makes of a theme.
    pub theme: Option<PathBuf>,
    /// What the terminal can show.
    pub limits: Limits,
}

impl Files {
    /// Begins to follow the files. Where they cannot be watched, they are not followed: a change
    /// is noticed at the next start.
    ///
    /// # Errors
    /// The system has no room for a thread.
    pub fn follow(followed: Followed, loop_: SyncSender<Input>) -> io::Result<Self> {
        let (jobs, waiting) = sync_channel(QUEUE);
        let watcher = watcher(&followed, jobs.clone());
        // What changed while no cockpit was open is seen now.
        let _ = jobs.try_send(Job::Look);
        std::thread::Builder::new().name("files".to_owned()).spawn(move || {
            Desk { followed, loop_, runbook: None, theme: None }.work(&waiting);
        })?;
        Ok(Self { jobs, _watcher: watcher })
    }

    /// Writes a text to the runbook's file; false when too much is waiting.
    pub fn write(&self, text: String) -> bool {
        self.jobs.try_send(Job::Write(text)).is_ok()
    }
}

fn watcher(followed: &Followed, jobs: SyncSender<Job>) -> Option<notify::RecommendedWatcher> {
    let files: Vec<PathBuf> = followed.runbook.iter().chain(&followed.theme).cloned().collect();
    let names: Vec<_> =
        files.iter().filter_map(|file| file.file_name().map(ToOwned::to_owned)).collect();
    let seen = move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let named = |path: &PathBuf| {
            path.file_name().is_some_and(|name| names.iter().any(|known| known == name))
        };
        if matches!(event.kind, notify::EventKind::Access(_)) || !event.paths.iter().any(named) {
            return;
        }
        // A queue that is full has a look waiting already.
        if let Err(TrySendError::Disconnected(_)) = jobs.try_send(Job::Look) {}
    };
    let mut watcher = notify::recommended_watcher(seen).ok()?;
    for file in &files {
        let folder = file.parent().filter(|f| !f.as_os_str().is_empty());
        let _ = watcher.watch(folder.unwrap_or(Path::new(".")), RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

struct Desk {
    followed: Followed,
    loop_: SyncSender<Input>,
    /// Hash of what was last read: a runbook can be large.
    runbook: Option<String>,
    theme: Option<Vec<u8>>,
}

impl Desk {
    fn work(mut self, waiting: &Receiver<Job>) {
        let mut look = false;
        loop {
            let job = match look {
                true => waiting.recv_timeout(QUIET),
                false => waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match job {
                Ok(Job::Look) => look = true,
                Ok(Job::Write(text)) => self.write(text),
                Err(RecvTimeoutError::Timeout) => {
                    look = false;
                    self.look();
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn look(&mut self) {
        if let Some(bytes) = self.followed.runbook.as_deref().and_then(read)
            && let hash = sha256_hex(&bytes)
            && self.runbook.as_ref() != Some(&hash)
        {
            self.runbook = Some(hash);
            // A file that is no text is being written, or is none of ours.
            if let Ok(text) = String::from_utf8(bytes) {
                let _ = self.loop_.send(Input::msg(Msg::FileChanged(text)));
            }
        }
        self.look_at_theme();
    }

    fn look_at_theme(&mut self) {
        let Some(file) = self.followed.theme.clone() else { return };
        let Some(bytes) = read(&file) else { return };
        let first = self.theme.is_none();
        if self.theme.as_ref() == Some(&bytes) {
            return;
        }
        self.theme = Some(bytes);
        if first {
            return;
        }
        let problems = match theme_file::read(&file) {
            Ok(theme) => {
                let theme = self.followed.limits.fit(theme);
                let _ = self.loop_.send(Input::Theme(Box::new(theme)));
                Vec::new()
            }
            Err(ThemeError::Bad { problems, .. }) => problems,
            Err(other) => vec![other.to_string()],
        };
        let _ = self.loop_.send(Input::msg(Msg::ThemeChanged(problems)));
    }

    fn write(&mut self, text: String) {
        let Some(file) = self.followed.runbook.clone() else { return };
        let result = replace(&file, text.as_bytes()).map_err(|cause| {
            format!(
                "{} was not written: {cause}; the run keeps its text, golive runbook prints it",
                visible(&file.display().to_string())
            )
        });
        if result.is_ok() {
            self.runbook = Some(sha256_hex(text.as_bytes()));
            let _ = self.loop_.send(Input::msg(Msg::FileChanged(text)));
        }
        let _ = self.loop_.send(Input::msg(Msg::FileWritten(result)));
    }
}

fn read(file: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file).ok()?.take(LIMIT + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LIMIT).then_some(bytes)
}

/// Replaces a file whole or not at all: whoever reads it meanwhile has the old one or the new one.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = std::fs::canonicalize(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = file.with_file_name(format!(".{name}.golive"));
    let written = std::fs::File::create(&beside).and_then(|mut new| {
        new.write_all(bytes)?;
        new.set_permissions(std::fs::metadata(&file)?.permissions())?;
        new.sync_all()
    });
    match written.and_then(|()| std::fs::rename(&beside, &file)) {
        Ok(()) => Ok(()),
        Err(error) => {
            let _ = std::fs::remove_file(&beside);
            Err(error)
        }
    }
}
