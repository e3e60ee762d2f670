//! The thread for reports: reads the run as it is on disk, and writes its page. A report of a long
//! night takes a second or two, in which the screen goes on.

use super::Input;
use crate::cockpit::msg::Msg;
use crate::ledger::{Access, Ledger, RunClock, verify};
use crate::report::model::Verified;
use crate::report::{Format, Provenance, render, report};
use crate::runbook::visible;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// A handle on the thread.
pub struct Reports {
    wanted: SyncSender<()>,
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
    pub fn write(&self) -> bool {
        self.wanted.try_send(()).is_ok()
    }
}

fn work(run: &Path, clock: &RunClock, loop_: &SyncSender<Input>, waiting: &Receiver<()>) {
    while waiting.recv().is_ok() {
        let written =
            written(run, clock).map(|file| visible(&file.display().to_string()).into_owned());
        let said = written.map_err(|reason| format!("the report was not written: {reason}"));
        if loop_.send(Input::msg(Msg::ReportWritten(said))).is_err() {
            return;
        }
    }
}

fn written(run: &Path, clock: &RunClock) -> Result<PathBuf, String> {
    let (id, page) = page(run, clock)?;
    let name = format!("{id}.html");
    let here = std::env::current_dir().ok();
    let beside = run.parent().map(Path::to_path_buf);
    let mut problem = "there is no folder to write it to".to_owned();
    for folder in here.into_iter().chain(beside) {
        let file = folder.join(&name);
        match replace(&file, &page) {
            Ok(()) => return Ok(file),
            Err(cause) => problem = format!("{}: {cause}", file.display()),
        }
    }
    Err(problem)
}

/// The run's id, and the page.
fn page(run: &Path, clock: &RunClock) -> Result<(String, Vec<u8>), String> {
    let problem = verify(run).err().map(|bad| bad.to_string());
    let ledger = Ledger::open(run, Access::Read).map_err(|error| error.to_string())?;
    let from = Provenance {
        as_of: clock.now(),
        head: ledger.head().to_string(),
        verified: if problem.is_some() { Verified::Unsound } else { Verified::Sound },
        problem,
        golive: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let report = report(ledger.state(), &from);
    let page = render(&report, Format::Html).map_err(|error| error.to_string())?;
    Ok((ledger.state().run.clone(), page))
}

/// Whole or not at all.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = file.with_extension("html.new");
    let written = std::fs::File::create(&beside).and_then(|mut new| {
        new.write_all(bytes)?;
        new.sync_all()?;
        std::fs::rename(&beside, file)
    });
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(&beside);
    })
}
