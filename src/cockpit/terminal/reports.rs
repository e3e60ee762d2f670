//! The thread for reports: reads the run as it is on disk, and writes a file. A report of a long
//! night takes a second or two, in which the screen goes on.

use super::Input;
use crate::cockpit::msg::Msg;
use crate::ledger::{Access, Ledger, RunClock, verify};
use crate::report::model::Verified;
use crate::report::{Format, Provenance, anonymise, render_file, report};
use crate::runbook::visible;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// A report that is asked for.
#[derive(Debug)]
pub struct Wanted {
    /// Name of its file, without a folder.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Whether people are named by role and number.
    pub anonymised: bool,
}

/// A handle on the thread.
pub struct Reports {
    wanted: SyncSender<Wanted>,
}

impl Reports {
    /// Reports of the run in a file. They go where the cockpit was started; where nothing can be
    /// written there, beside the run.
    ///
    /// # Errors
    /// The system has no room for a thread.
    pub fn of(run: PathBuf, clock: RunClock, loop_: SyncSender<Input>) -> io::Result<Self> {
        let (wanted, waiting) = sync_channel(1);
        std::thread::Builder::new()
            .name("reports".to_owned())
            .spawn(move || work(&run, &clock, &loop_, &waiting))?;
        Ok(Self { wanted })
    }

    /// Asks for a report; false when one is waiting already.
    pub fn write(&self, wanted: Wanted) -> bool {
        self.wanted.try_send(wanted).is_ok()
    }
}

/// The folder that a report of the run in a file is tried in first, as the screen shows it.
pub fn shown_folder(run: &Path) -> String {
    folders(run).first().map(|folder| folder.display().to_string()).unwrap_or_default()
}

/// Where a report may go, the likeliest first.
fn folders(run: &Path) -> Vec<PathBuf> {
    let here = std::env::current_dir().ok();
    here.into_iter().chain(run.parent().map(Path::to_path_buf)).collect()
}

fn work(run: &Path, clock: &RunClock, loop_: &SyncSender<Input>, waiting: &Receiver<Wanted>) {
    while let Ok(wanted) = waiting.recv() {
        let written = written(run, clock, &wanted);
        let written = written.map(|file| visible(&file.display().to_string()).into_owned());
        let said = written.map_err(|reason| {
            let reason = visible(&reason);
            format!("the report was not written: {reason}; golive report -o FILE puts it elsewhere")
        });
        if loop_.send(Input::msg(Msg::ReportWritten(said))).is_err() {
            return;
        }
    }
}

fn written(run: &Path, clock: &RunClock, wanted: &Wanted) -> Result<PathBuf, String> {
    let bytes = rendered(run, clock, wanted)?;
    let mut problem = "there is no folder to write it to".to_owned();
    for folder in folders(run) {
        let file = folder.join(&wanted.name);
        match replace(&file, &bytes) {
            Ok(()) => return Ok(file),
            Err(cause) => problem = format!("{}: {cause}", file.display()),
        }
    }
    Err(problem)
}

fn rendered(run: &Path, clock: &RunClock, wanted: &Wanted) -> Result<Vec<u8>, String> {
    let problem = verify(run).err().map(|bad| bad.to_string());
    let ledger = Ledger::open(run, Access::Read).map_err(|error| error.to_string())?;
    let from = Provenance {
        as_of: clock.now(),
        head: ledger.head().to_string(),
        verified: if problem.is_some() { Verified::Unsound } else { Verified::Sound },
        problem,
        golive: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut report = report(ledger.state(), &from);
    if wanted.anonymised {
        anonymise(&mut report, ledger.state());
    }
    render_file(&report, wanted.format).map_err(|error| error.to_string())
}

/// Whole or not at all.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = file.with_file_name(format!(".{name}.new"));
    let written = std::fs::File::create(&beside).and_then(|mut new| {
        new.write_all(bytes)?;
        new.sync_all()?;
        std::fs::rename(&beside, file)
    });
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(&beside);
    })
}
