//! What goes to and fro between the person, the screen and the ledger: finder, palette, offers,
//! acts on their way, short messages, the changed file, the recent past of the keyboard.

use super::{Cursor, Place, View};
use crate::cockpit::action::Action;
use crate::cockpit::card::{LineEdit, Tone};
use crate::cockpit::key::Key;
use crate::cockpit::msg::{Millis, Ticket};
use crate::run::{EntryId, Intent, Time};
use crate::runbook::StepIx;

/// The palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub line: LineEdit,
    /// Matching actions, best first.
    pub hits: Vec<Action>,
    /// Row of the cursor.
    pub place: Place,
}

/// The fuzzy finder over steps.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// What is typed.
    pub line: LineEdit,
    /// Matching steps, best first.
    pub hits: Vec<StepIx>,
    /// Row of the cursor.
    pub place: Place,
}

/// Stray text that may be kept as a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The text.
    pub text: String,
    /// When its last character came; Enter counts as *yes* only a moment later.
    pub last: Millis,
    /// Its last key was Enter, taken as part of the text.
    pub pasted: bool,
}

/// An own act on its way to the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Saving {
    /// Names its answer.
    pub ticket: Ticket,
    /// What is being recorded.
    pub intent: Intent,
    /// Step id it is about.
    pub step: Option<String>,
    /// In words, e.g. `completed 2.2 Migrate the ledger schema`.
    pub text: String,
}

/// An own act that could not be written; kept to be tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsaved {
    /// What was to be recorded.
    pub act: Saving,
    /// Why it could not be, and what to do.
    pub error: String,
}

/// A short message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How much it matters.
    pub tone: Tone,
    /// The words.
    pub text: String,
    /// Shown until then.
    pub until: Time,
    /// Gone with the next key.
    pub short: bool,
}

/// The runbook's file reads differently from the run's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The run had this text before: it is the run that has changed since, not the file.
    pub earlier: bool,
    /// What the file changes, in a line, or what the run has changed since it had that text; or
    /// that the file has problems.
    pub summary: String,
    /// Steps with a history that adopting it would take out, a line each.
    pub taken_out: Vec<String>,
    /// Its problems, a line each; none: it can be adopted.
    pub problems: Vec<String>,
    /// Line by line, from the older text to the newer one.
    pub lines: Vec<DiffLine>,
    /// First line shown.
    pub scroll: usize,
    /// First column shown of the lines.
    pub left: usize,
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Kept, added or taken away.
    pub how: DiffHow,
    /// The text.
    pub text: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiffHow {
    /// In both.
    Same,
    /// New.
    Added,
    /// Gone.
    Removed,
    /// Lines left out here.
    Gap,
}

/// Something for which the bell rings, once: of steps, id and attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Alert {
    /// A step of mine can start.
    Yours(String, u32),
    /// I am to stand by for it.
    StandBy(String, u32),
    /// A step of mine takes longer than planned.
    Overrun(String, u32),
    /// Somebody turned to me: the entry in which they did.
    Said(EntryId),
}

/// The recent past of the keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typing {
    /// Characters that came quickly one after another, the last one included.
    pub run: String,
    /// How things were before the first of them, to go back to when they turn out to be a text.
    pub before: Option<Box<Before>>,
    /// When the last key came.
    pub last: Option<Millis>,
    /// An Enter that does nothing yet, and when it came: with more keys right behind it, it is the
    /// first line end of a pasted text.
    pub held_enter: Option<(Key, Millis)>,
    /// When the last letter came that is no movement.
    pub last_letter: Option<Millis>,
    /// What was typed into a pane without a longer pause: a sentence, if it ends with Enter.
    pub line: String,
    /// How things were before its first character.
    pub line_start: Option<Box<Before>>,
    /// Starting a live run long before its time was asked about.
    pub early: bool,
    /// When Enter was last pressed.
    pub last_enter: Option<Millis>,
    /// Where the cursor was when Enter last acted.
    pub acted: Option<Cursor>,
    /// When giving up what could not be written was asked for a first time.
    pub give_up: Option<Millis>,
    /// When the last digit of a jump came.
    pub last_digit: Option<Millis>,
}

/// What a burst of characters may have changed on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The pane in front.
    pub view: View,
    /// The cursor in the steps.
    pub cursor: Cursor,
    /// The help.
    pub help: Option<usize>,
    /// The drafts.
    pub drafts: Vec<(String, String)>,
}
