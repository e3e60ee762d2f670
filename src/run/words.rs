//! The small values that events carry.

use super::Time;
use serde::{Deserialize, Serialize};

/// Names an entry for good: who wrote it, and its place among that writer's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryId {
    /// Random id of one person's ledger.
    pub replica: String,
    /// Counts from 1, without gaps, per replica.
    pub index: u64,
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.replica, self.index)
    }
}

/// A live run or a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The real night.
    Live,
    /// Practice.
    Rehearsal,
}

/// How a run ended, in the lead's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All as planned.
    Successful,
    /// Done, with issues.
    WithIssues,
    /// Not what was wanted.
    Unsuccessful,
}

/// A vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// Go.
    Go,
    /// No-go.
    NoGo,
}

/// The decision on a gate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Go.
    Go,
    /// Go, and each condition is an open action.
    GoWithConditions {
        /// The conditions.
        conditions: Vec<String>,
    },
    /// No-go.
    NoGo,
}

/// Kind of a note.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Plain.
    #[default]
    Note,
    /// Something was decided.
    Decision,
    /// A problem; can be closed.
    Issue,
    /// Something that may happen; can be closed.
    Risk,
    /// To be done, with owner and due time; can be closed.
    Action,
}

/// What a correction does to the entry it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mend {
    /// As if it had never been.
    Void {},
    /// It happened at another time.
    Time {
        /// The right time.
        happened_at: Time,
    },
    /// Its text (reason, note, value) is another.
    Text {
        /// The right text.
        text: String,
    },
}

/// How a call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallAnswer {
    /// Reached.
    Answered,
    /// Not reached.
    NoAnswer,
}

/// The text that was approved before the night.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// SHA-256 of the approved text, lower-case hex.
    pub sha256: String,
    /// The approved text itself, where a file was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A change window, as events carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowTimes {
    /// Opens.
    pub opens: Time,
    /// Closes.
    pub closes: Time,
}

/// What ended an automation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AutomationResult {
    /// It passed.
    Pass,
    /// It failed.
    Fail,
    /// It could not be asked.
    NotTested,
}

/// How a message left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageHow {
    /// Copied to the clipboard and pasted by a person.
    Copied,
    /// Posted to its webhook.
    Posted,
}

/// Proof of something done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A URL.
    Link {
        /// The URL.
        url: String,
    },
    /// A file's name and SHA-256.
    File {
        /// File name, without its folder.
        name: String,
        /// Lower-case hex.
        sha256: String,
    },
}
