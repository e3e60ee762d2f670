//! Ledgers in a test: a folder of their own, clocks that are set by hand, children that are killed.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::disallowed_methods, reason = "tests of files, processes and clocks")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "children report, and tests say what they leave out"
)]

use chrono::{DateTime, Utc};
use golive::ledger::{Access, Clock, Ledger};
use golive::run::{self, Event, Intent, Mode, NoteKind, Time};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A runbook of `steps` steps `s1`, `s2`, …, all of which may start at once.
pub fn runbook(steps: usize) -> String {
    let mut text = String::from(
        "format = 1\n[release]\nid = \"demo\"\ntitle = \"Demo\"\n\n[[phases]]\ntitle = \"Work\"\nflow = \"parallel\"\nsteps = [\n",
    );
    for n in 1..=steps {
        text.push_str(&format!(
            "  {{ id = \"s{n}\", title = \"Step {n}\", duration = \"5m\" }},\n"
        ));
    }
    text + "]\n"
}

/// The opening of a live run by ana.
pub fn opening(run: &str, text: &str) -> Intent {
    Intent::new(
        "ana",
        Event::RunOpened {
            rules: run::RULES,
            run: run.to_owned(),
            mode: Mode::Live,
            runbook: text.to_owned(),
            sha256: run::sha256_hex(text.as_bytes()),
            approved: None,
            keep_times: false,
        },
    )
}

/// A new run `demo-1` of ten steps in `folder`.
pub fn new_run(folder: &Path) -> Ledger {
    new_run_with(folder, 10, Clock::system())
}

pub fn new_run_with(folder: &Path, steps: usize, clock: Clock) -> Ledger {
    Ledger::create(folder, opening("demo-1", &runbook(steps)), clock).unwrap()
}

/// A run `demo-1` that was closed: its file.
pub fn closed_run(folder: &Path, notes: usize) -> PathBuf {
    let mut ledger = new_run(folder);
    for n in 1..=notes {
        ledger.append(note(&format!("note {n}"))).unwrap();
    }
    let path = ledger.path().to_owned();
    ledger.close().unwrap();
    path
}

pub fn reopen(path: &Path) -> Ledger {
    Ledger::open(path, Access::Write).unwrap()
}

pub fn note(text: &str) -> Intent {
    note_by("ana", text)
}

pub fn note_by(person: &str, text: &str) -> Intent {
    let event = Event::NoteAdded {
        text: text.to_owned(),
        kind: NoteKind::Note,
        step: None,
        public: false,
        owner: None,
        due: None,
    };
    Intent::new(person, event)
}

pub fn start(person: &str, step: &str) -> Intent {
    Intent::new(person, Event::StepStarted { step: step.to_owned(), attempt: 1 })
}

pub fn complete(person: &str, step: &str) -> Intent {
    Intent::new(person, Event::StepCompleted { step: step.to_owned(), attempt: 1 })
}

/// Texts of all notes, in order.
pub fn notes(ledger: &Ledger) -> Vec<String> {
    ledger.state().notes.iter().map(|note| note.text.clone()).collect()
}

/// Names of all files in a folder, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        names.map(|f| f.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub fn time(text: &str) -> Time {
    text.parse::<DateTime<Utc>>().unwrap()
}

/// Clocks that stand still until they are moved.
#[derive(Clone)]
pub struct Hands {
    wall_ms: Arc<AtomicI64>,
    since_boot_ms: Arc<AtomicI64>,
}

impl Hands {
    /// 22:00 UTC, an hour after boot.
    pub fn new() -> Self {
        let wall_ms = time("2026-11-28T22:00:00Z").timestamp_millis();
        Self {
            wall_ms: Arc::new(AtomicI64::new(wall_ms)),
            since_boot_ms: Arc::new(AtomicI64::new(3_600_000)),
        }
    }

    pub fn clock(&self, boot: &str) -> Clock {
        self.clock_of(Some(boot))
    }

    pub fn clock_of(&self, boot: Option<&str>) -> Clock {
        let (wall, since) = (self.wall_ms.clone(), self.since_boot_ms.clone());
        Clock::fake(
            boot,
            move || DateTime::from_timestamp_millis(wall.load(Ordering::SeqCst)).unwrap(),
            move || since.load(Ordering::SeqCst),
        )
    }

    /// Time passes, for both clocks.
    pub fn pass(&self, secs: i64) {
        self.set_system_clock(secs);
        self.since_boot_ms.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    /// Somebody moves the system clock.
    pub fn set_system_clock(&self, secs: i64) {
        self.wall_ms.fetch_add(secs * 1000, Ordering::SeqCst);
    }

    /// The machine boots anew, this long ago.
    pub fn reboot(&self, secs_ago: i64) {
        self.since_boot_ms.store(secs_ago * 1000, Ordering::SeqCst);
    }
}

/// Runs the (ignored) test `name` of this very test binary as a process of its own.
pub fn child(name: &str, folder: &Path, word: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([name, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("LEDGER_TEST_FOLDER", folder)
        .env("LEDGER_TEST_WORD", word);
    command
}

/// What [`child`] passed on; none when the test is run as such.
pub fn told() -> Option<(PathBuf, String)> {
    let folder = std::env::var_os("LEDGER_TEST_FOLDER")?;
    Some((folder.into(), std::env::var("LEDGER_TEST_WORD").unwrap_or_default()))
}

/// Starts a child whose output is read.
pub fn spawn(mut command: Command) -> (Child, BufReader<ChildStdout>) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// Starts children, one per word, whose output nobody reads; answers whether all did well.
pub fn all_do_well(name: &str, folder: &Path, words: &[&str]) -> impl FnOnce() -> bool {
    let begin = |word: &&str| child(name, folder, word).stdout(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = words.iter().map(begin).collect();
    || children.into_iter().all(|mut child| child.wait().unwrap().success())
}

/// The child's next line that begins with `word`, without it; none at the end of its output.
pub fn line_after(out: &mut impl BufRead, word: &str) -> Option<String> {
    let mut line = String::new();
    loop {
        line.clear();
        if out.read_line(&mut line).ok()? == 0 {
            return None;
        }
        // The test harness writes before the first of them, without a line break.
        if let Some(place) = line.find(word) {
            return line.ends_with('\n').then(|| line[place + word.len()..].trim().to_owned());
        }
    }
}
