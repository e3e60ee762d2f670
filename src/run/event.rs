//! Everything that can ever happen to a run. The JSON of these types is what ledgers and hubs
//! store; golden files freeze it.

use super::Time;
use super::words::{
    Approved, AutomationResult, CallAnswer, Decision, EntryId, Evidence, Mend, MessageHow, Mode,
    NoteKind, Outcome, Vote, WindowTimes,
};
use crate::runbook::{Role, Secs};
use serde::{Deserialize, Serialize};

/// Number of the rule book that this program applies: what `check`, `apply` and the runbook's
/// reading answer. Any change of an answer raises it.
///
/// 1: as first written. 2: rollbacks are recorded; everything else as in 1.
pub const RULES: u32 = 2;

/// The closed set of events. `attempt` is the attempt of the step that the act is about, counted
/// from 1, so that an act recorded offline cannot hit a later attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    // ---- the run -----------------------------------------------------------------------------
    /// The run exists. Always the first entry.
    RunOpened {
        /// Rule book, see [`RULES`].
        rules: u32,
        /// The run's id.
        run: String,
        /// Live or rehearsal.
        mode: Mode,
        /// The whole runbook text.
        runbook: String,
        /// SHA-256 of that text, lower-case hex.
        sha256: String,
        /// What was approved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved: Option<Approved>,
        /// True: a rehearsal that keeps the planned times (`--zero-hour plan`).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        keep_times: bool,
    },
    /// The lead starts the run (or its first step does).
    RunStarted {},
    /// Nothing new starts.
    RunHeld {
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The hold ends.
    RunResumed {},
    /// The plan has a new text.
    RunRevised {
        /// The new text.
        runbook: String,
        /// SHA-256 of the new text.
        sha256: String,
        /// SHA-256 of the text it was based on.
        base_sha256: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What changed, in a line.
        summary: String,
    },
    /// Window or zero hour have moved.
    RunRescheduled {
        /// The new window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowTimes>,
        /// The new zero hour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zero_hour: Option<Time>,
        /// Who approved it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approver: Option<String>,
        /// Reference of the approval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The lead is another person from here on.
    HandedOver {
        /// The new lead.
        to: String,
    },
    /// All is settled; the outcome is said.
    RunCompleted {
        /// The outcome.
        outcome: Outcome,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<String>,
    },
    /// The run ends without having been completed.
    RunCanceled {
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },

    // ---- people ------------------------------------------------------------------------------
    /// Somebody has another role from here on.
    RoleGranted {
        /// Who.
        person: String,
        /// Which.
        role: Role,
    },
    /// A substitute stands in.
    SubstituteActive {
        /// For whom.
        person: String,
        /// Who does.
        substitute: String,
    },
    /// Somebody was called.
    PersonCalled {
        /// Who.
        person: String,
        /// With what success.
        answer: CallAnswer,
        /// For which step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
    },
    /// The lead asks who is there.
    RollCallOpened {},
    /// Somebody answers the roll-call.
    RollCallAnswered {},

    // ---- steps -------------------------------------------------------------------------------
    /// The owner is standing by.
    StepStoodBy {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
    },
    /// Work begins.
    StepStarted {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
    },
    /// What it will still take.
    StepEstimated {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Seconds from when it was said.
        remaining_s: Secs,
    },
    /// Done.
    StepCompleted {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
    },
    /// Failed.
    StepFailed {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Why; may follow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Cannot go on.
    StepBlocked {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Why; may follow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Can go on.
    StepUnblocked {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
    },
    /// We chose not to.
    StepSkipped {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Why; may follow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Still owed, after the go-live.
    StepDeferred {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Why; may follow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Has to be done again: a new attempt.
    StepReopened {
        /// Step id.
        step: String,
        /// The attempt that ends; the next one is planned.
        attempt: u32,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Expected of somebody else from here on.
    StepAssigned {
        /// Step id.
        step: String,
        /// Person id or name.
        owner: String,
    },
    /// One of several signatures.
    StepSigned {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
    },
    /// An item of the step is ticked.
    ItemTicked {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// The item's text.
        item: String,
    },
    /// A value was measured.
    ValueRecorded {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Record id.
        record: String,
        /// The value as given.
        value: String,
    },
    /// Evidence for a step.
    EvidenceGiven {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// What it is.
        evidence: Evidence,
    },
    /// The reason that a blocked, failed, skipped or deferred step still owed.
    ReasonGiven {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Why.
        reason: String,
    },
    /// A choice is made.
    OptionChosen {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Option id.
        option: String,
    },

    // ---- checklists --------------------------------------------------------------------------
    /// An item is signed off.
    ChecklistTicked {
        /// Checklist id.
        checklist: String,
        /// Item id.
        item: String,
        /// Its evidence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
    },
    /// A lead lets an item, or the whole checklist, pass.
    ChecklistWaived {
        /// Checklist id.
        checklist: String,
        /// Item id; none: all that is open.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        /// Why.
        reason: String,
    },

    // ---- gates -------------------------------------------------------------------------------
    /// A vote; the latest of a person counts.
    GateVoted {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Go or no-go.
        vote: Vote,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// The decision.
    GateDecided {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// What was decided.
        decision: Decision,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },

    // ---- rollback ----------------------------------------------------------------------------
    /// A rung is taken.
    RollbackBegun {
        /// Rung id.
        rung: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A rung has ended.
    RollbackEnded {
        /// Rung id.
        rung: String,
        /// True: well; false: it failed.
        succeeded: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },

    // ---- the record itself -------------------------------------------------------------------
    /// An earlier entry was a mistake.
    Correction {
        /// Which entry.
        entry: EntryId,
        /// What is right.
        mend: Mend,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A note. Its name is the name of this entry.
    NoteAdded {
        /// The text.
        text: String,
        /// Kind.
        #[serde(default)]
        kind: NoteKind,
        /// Step id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// Shown to stakeholders.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        public: bool,
        /// Who does it (an action).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        /// By when (an action).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Time>,
    },
    /// A note reads differently; earlier texts are kept.
    NoteEdited {
        /// The note.
        note: EntryId,
        /// The new text.
        text: String,
        /// Kind.
        kind: NoteKind,
        /// Shown to stakeholders.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        public: bool,
        /// Who does it (an action).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        /// By when (an action).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Time>,
    },
    /// An issue, risk or action is closed.
    NoteClosed {
        /// The note.
        note: EntryId,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A note is taken away.
    NoteRemoved {
        /// The note.
        note: EntryId,
    },
    /// A text went to an audience.
    MessageSent {
        /// Message id in the runbook.
        message: String,
        /// Step id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// The text as it went.
        text: String,
        /// `copied` or `posted`.
        how: MessageHow,
    },
    /// A person let a process or probe begin.
    AutomationStarted {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// What is run or asked, in a line, secrets masked.
        what: String,
    },
    /// It has ended.
    AutomationFinished {
        /// Step id.
        step: String,
        /// Attempt.
        attempt: u32,
        /// Pass, fail or not tested.
        result: AutomationResult,
        /// Exit code or HTTP status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i32>,
        /// The last of its output, secrets masked.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        output: String,
    },
    /// A success criterion is judged.
    CriterionJudged {
        /// Criterion id.
        criterion: String,
        /// Whether it is met.
        met: bool,
        /// In words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// The system clock and the run clock disagree from here on.
    ClockJumped {
        /// System clock minus run clock, milliseconds.
        by_ms: i64,
    },

    /// Something of a newer version: kept, shown as unknown, never acted on.
    #[serde(skip)]
    Unknown {
        /// Its tag.
        kind: String,
        /// As stored.
        json: String,
    },
}

impl Event {
    /// Keeps an event that this program does not know.
    pub(super) fn unknown(json: serde_json::Value) -> Self {
        let kind = match &json {
            serde_json::Value::Object(map) => map.keys().next().cloned(),
            serde_json::Value::String(tag) => Some(tag.clone()),
            _ => None,
        };
        Self::Unknown { kind: kind.unwrap_or_else(|| "unknown".to_owned()), json: json.to_string() }
    }
}
