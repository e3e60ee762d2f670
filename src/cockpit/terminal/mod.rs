//! The only part that touches a terminal, a clock, files and threads: it turns what happens into
//! messages, and effects into what is done. Disk and files are never touched on the thread that
//! draws.
#![allow(
    clippy::disallowed_methods,
    reason = "the loop lives from a clock; themes and the runbook's file are read on other threads"
)]

mod chance;
mod effects;
mod files;
mod input;
pub mod link;
mod notify;
mod page_links;
mod reports;
mod run;
pub mod screen;
mod signals;
mod theme_file;
mod watch;

pub use notify::TerminalKind;
pub use run::run;
pub use theme_file::ThemeError;
pub use watch::{NextRun, Watching, watch};

use super::config::Config;
use super::model::Demo;
use super::msg::Msg;
use super::theme::Theme;
use crate::ledger::{Ledger, Notice, RunClock};
use crate::run::RunState;
use crate::sync::client::Link;
use std::path::PathBuf;

/// What a cockpit needs.
pub struct Setup {
    /// The run.
    pub ledger: Ledger,
    /// The runbook's file, watched for changes; none: not followed.
    pub runbook: Option<PathBuf>,
    /// Who sits here: an id of `[people]` or any name.
    pub person: String,
    /// The user's config.
    pub config: Config,
    /// A theme by name or path, in place of the config's.
    pub theme: Option<String>,
    /// Folder of the config, whose `themes` folder may hold themes.
    pub config_dir: Option<PathBuf>,
    /// Letters in place of symbols, for poor fonts.
    pub ascii: bool,
    /// No colours: `NO_COLOR`.
    pub no_color: bool,
    /// The terminal knows all colours, not only 256.
    pub true_color: bool,
    /// Which terminal it is, for notifications.
    pub kind: TerminalKind,
    /// A second copy of the run is kept in this folder.
    pub copy_to: Option<PathBuf>,
    /// The way to the hub that the ledger is joined to.
    pub link: Option<Link>,
    /// This is a demonstration. One in which the lead is played, too, ends with its run.
    pub demo: Option<Demo>,
    /// Done as soon as the start screen is gone: until then a demonstration's night stands still.
    pub begins: Option<Begins>,
}

/// What begins once somebody has read the start screen.
pub type Begins = Box<dyn FnOnce() + Send>;

/// How a cockpit ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Acts that were still not written at the end, in words: the person has to be told.
    pub unsaved: Vec<String>,
    /// The signal that ended it; the caller lets it do what it does by default.
    pub signal: Option<i32>,
}

/// Why a cockpit could not run, or ended.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The theme cannot be used.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The terminal cannot be used.
    #[error("the terminal cannot be used: {0}; run golive in a terminal, or use its commands")]
    Terminal(#[from] std::io::Error),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
    /// Something was not meant to happen; the terminal has been restored.
    #[error("the cockpit stopped on a defect; everything recorded is safe")]
    Defect,
}

/// What reaches the loop, from all threads, in one order.
enum Input {
    /// For the model.
    Msg(Box<Msg>),
    /// From the ledger's thread.
    Notice(Box<Notice>),
    /// The run that is watched is over, and another one is on.
    OtherRun(Box<(RunState, RunClock)>),
    /// The theme was read again.
    Theme(Box<Theme>),
    /// A signal arrived.
    Signal(i32),
    /// The terminal is gone.
    Gone,
}

impl Input {
    fn msg(msg: Msg) -> Self {
        Self::Msg(Box::new(msg))
    }
}

/// How many inputs may wait for the loop.
const QUEUE: usize = 1024;
