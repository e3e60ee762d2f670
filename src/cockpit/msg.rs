//! Everything that can reach the cockpit, as plain data: a session can be recorded and replayed.

use super::key::Key;
use super::model::Outbox;
use crate::run::{Chance, Entry, Refusal, RunState, Time};
use crate::sync::protocol::PageOf;
use crate::sync::session::{Condition, Seen};
use std::sync::Arc;

/// Names an append while its answer is awaited; counts from 1 in a session.
pub type Ticket = u64;

/// A moment on a clock that only goes forward, in milliseconds; for the time between two keys.
pub type Millis = u64;

/// What happened outside.
#[derive(Debug, Clone)]
pub enum Msg {
    /// A key was pressed.
    Key(Key, Millis),
    /// No key has come for [`super::ENTER_WAIT`] since an Enter that was held back.
    Calm,
    /// The mouse did something.
    Mouse(Mouse),
    /// The terminal pasted a text (bracketed paste).
    Paste(String),
    /// The terminal has this size, columns and rows.
    Resize(u16, u16),
    /// Time went on: the run clock.
    Tick(Time),
    /// An own append is durable.
    Appended {
        /// Which.
        ticket: Ticket,
        /// As it stands in the ledger.
        entry: Arc<Entry>,
    },
    /// An own append was refused by the ledger, where others were faster.
    Refused {
        /// Which.
        ticket: Ticket,
        /// Why.
        refusal: Refusal,
    },
    /// An own append could not be written. Nothing was recorded; it can be tried again.
    Failed {
        /// Which.
        ticket: Ticket,
        /// When it was tried: when it happened, if it is recorded later. None: just now.
        at: Option<Time>,
        /// Why, and what to do.
        error: String,
    },
    /// Others wrote to the same run.
    Others(Vec<Arc<Entry>>),
    /// The hub has put entries into another order.
    Reordered {
        /// The whole run, as it is now.
        state: Box<RunState>,
        /// What of it is new.
        news: Vec<Arc<Entry>>,
    },
    /// How it goes with the hub.
    Sharing(Condition),
    /// What of this ledger's acts waits for the hub, and what it refused.
    Outbox(Outbox),
    /// Who is here, and who has been, as far as the hub is reached.
    Present(Vec<Seen>),
    /// The ledger cannot be read (reason; the last known state stays on screen), or can again
    /// (none).
    LedgerTrouble(Option<String>),
    /// What is being written could not be kept where a crash cannot reach it: why.
    DraftNotKept(String),
    /// Drafts found in the ledger at the start: key and text.
    Drafts(Vec<(String, String)>),
    /// The runbook's file on disk has this text now.
    FileChanged(String),
    /// The runbook's file was written, or could not be.
    FileWritten(Result<(), String>),
    /// The report was written to this file, or could not be.
    ReportWritten(Result<String, String>),
    /// The hub has made a page link: whose page, and the address with its secret; or why not.
    PageLink(Result<(PageOf, String), String>),
    /// The theme's file was read again: its problems, none when all is well.
    ThemeChanged(Vec<String>),
    /// The second copy (`--copy-to`) cannot be written (reason), or can again (none).
    CopyTrouble(Option<String>),
    /// The chance of finishing in the window was drawn; none: nothing is left to chance.
    Chance(Option<Chance>),
    /// The process was stopped and goes on: the screen has to be drawn anew.
    Continued,
    /// Somebody asks the program to end (SIGTERM, SIGHUP, …).
    Terminate,
}

/// What the mouse did, where (column and row from 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub what: MouseDid,
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseDid {
    /// The left button went down.
    Click,
    /// The wheel went up.
    ScrollUp,
    /// The wheel went down.
    ScrollDown,
}
