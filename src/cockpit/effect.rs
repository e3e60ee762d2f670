//! What the cockpit asks of the outside, as plain data. `terminal` carries it out.

use super::msg::Ticket;
use crate::report::Format;
use crate::run::{EntryId, Intent, Odds};
use crate::sync::protocol::PageOf;
use crate::sync::session::Place;

/// One wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Record this; the answer is `Appended`, `Refused` or `Failed` with the same ticket.
    Append {
        /// Names the answer.
        ticket: Ticket,
        /// What to record.
        intent: Box<Intent>,
    },
    /// Keep a half-written text, or a mark of what was read, where a crash cannot reach it; an
    /// empty one is forgotten.
    SaveDraft {
        /// Its name.
        key: String,
        /// The text.
        text: String,
    },
    /// Put this on the clipboard (OSC 52).
    Copy(String),
    /// Write the run's present text back to the runbook's file.
    WriteFile(String),
    /// Draw the chance of finishing in the window; the answer is `Chance`.
    Chance(Box<Odds>),
    /// Write the report of the run as it is on disk; `ReportWritten` says where.
    WriteReport {
        /// Name of its file, without a folder.
        name: String,
        /// Its format.
        format: Format,
        /// Whether people are named by role and number.
        anonymised: bool,
    },
    /// Ask the hub for a link that opens this page; the answer is `PageLink`.
    PageLink(PageOf),
    /// Ring the bell and, where the terminal can, notify.
    Notify(String),
    /// Tell the others on the hub where this cockpit is; of several only the latest counts.
    Here(Place),
    /// Let go of an entry that the hub refused.
    ForgetRefused(EntryId),
    /// Draw everything anew.
    Redraw,
    /// Stop the process (Ctrl-Z); `Continued` follows when it goes on.
    Suspend,
    /// Leave.
    Quit,
}
