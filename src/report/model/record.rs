//! Deviations, corrections, notes, messages, what happened in order.

use super::{model, words};
use crate::run::{NoteKind, Time};

model! {
    /// Something that did not go as planned.
    pub struct Deviation {
        /// What kind.
        pub kind: DeviationKind,
        /// The step, by number and title.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub step: Option<String>,
        /// What it was.
        pub what: String,
        /// Why, as given; absent: none was given.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// Whether a reason is owed and was not given.
        pub reason_owed: bool,
        /// When.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub at: Option<Time>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub by: Option<String>,
        /// The entry.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub entry: Option<u64>,
        /// How much longer or later, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub seconds: Option<i64>,
        /// Whether it is still owed: a deferred step that is not done.
        pub still_owed: bool,
        /// Whether it was recorded after the run had ended.
        pub after_end: bool,
    }

    /// A correction of the record.
    pub struct Correction {
        /// The correction's entry.
        pub entry: u64,
        /// When.
        pub at: Time,
        /// By whom.
        pub by: String,
        /// The entry corrected.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub corrects: Option<u64>,
        /// What was done to it.
        pub what: String,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// Whether it was made after the run had ended.
        pub after_end: bool,
    }

    /// A note.
    pub struct Note {
        /// The entry that wrote it; of a condition, the decision's.
        pub entry: u64,
        /// Its kind.
        pub kind: NoteKind,
        /// When.
        pub at: Time,
        /// By whom.
        pub by: String,
        /// The step, by number and title.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub step: Option<String>,
        /// Its text.
        pub text: String,
        /// Shown to stakeholders.
        pub public: bool,
        /// Earlier texts, oldest first.
        pub earlier: Vec<Earlier>,
        /// Who does it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// By when.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub due: Option<Time>,
        /// Whether it can be closed, and is not.
        pub open: bool,
        /// When it was closed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub closed_at: Option<Time>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub closed_by: Option<String>,
        /// In words.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub close_reason: Option<String>,
        /// Whether it was written after the run had ended.
        pub after_end: bool,
    }

    /// An earlier text of a note.
    pub struct Earlier {
        /// The text.
        pub text: String,
        /// When it was replaced.
        pub until: Time,
        /// By whom.
        pub by: String,
    }

    /// A text that went to an audience.
    pub struct Message {
        /// Its id in the runbook.
        pub id: String,
        /// The audience.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub audience: Option<String>,
        /// When.
        pub at: Time,
        /// By whom.
        pub by: String,
        /// The text as it went.
        pub text: String,
        /// Whether it went after the run had ended.
        pub after_end: bool,
    }

    /// An entry of the record, in words.
    pub struct Happening {
        /// Its place in the order.
        pub entry: u64,
        /// When it happened.
        pub at: Time,
        /// When it was recorded, where that was later.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub recorded_at: Option<Time>,
        /// Whose act it was.
        pub by: String,
        /// Who recorded it, where that is somebody else.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub recorded_by: Option<String>,
        /// True: under a name somebody gave; false: proved by a token.
        pub claimed: bool,
        /// The step's number.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub step: Option<String>,
        /// What happened.
        pub what: String,
        /// What became of it.
        pub standing: Standing,
        /// The correction that voided or mended it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub corrected_by: Option<u64>,
        /// Whether it was recorded after the run had ended.
        pub after_end: bool,
        /// Whether it marks the course of the night: not a start, a tick or a value among many.
        pub marks: bool,
    }
}

words! {
    /// What became of an entry.
    pub enum Standing {
        /// It holds.
        Holds = "",
        /// It holds, and is a deviation.
        Deviation = "deviation",
        /// It changed nothing.
        Conflict = "conflict",
        /// It was taken back.
        Voided = "taken back",
        /// Of a newer version, and not understood.
        Unknown = "unknown",
    }

    /// Kind of a deviation.
    pub enum DeviationKind {
        /// A step failed.
        Failed = "failed",
        /// A gate was decided no-go.
        NoGo = "no-go",
        /// A step was skipped.
        Skipped = "skipped",
        /// A step was deferred.
        Deferred = "deferred",
        /// A step was taken back by a rollback.
        Undone = "undone",
        /// A step took longer than planned.
        Overrun = "overrun",
        /// An interval took longer than its limit.
        OverLimit = "over its limit",
        /// The run ended after its window closed, or began before it opened.
        OutsideWindow = "outside the window",
        /// Something was done before the rules allowed it.
        OutOfOrder = "out of order",
        /// A lead overrode the rules.
        Overridden = "overridden",
        /// A checklist item was waived.
        Waived = "waived",
        /// Window or zero hour were moved.
        Rescheduled = "rescheduled",
        /// The runbook was changed while the run was open.
        Revised = "late change",
        /// The runbook is not the approved one.
        NotApproved = "not as approved",
        /// An act that changed nothing, for another had been first.
        Conflict = "conflict",
        /// An entry of a newer version.
        Unknown = "unknown entry",
        /// The system clock jumped.
        ClockJumped = "clock jump",
    }
}
