//! Steps, decisions, rollbacks, checklists.

use super::{model, words};
use crate::run::{AutomationResult, StepStatus, Time, Vote};
use crate::runbook::StepKind;

model! {
    /// A step, planned and actual.
    pub struct Step {
        /// Its number.
        pub number: String,
        /// Its id.
        pub id: String,
        /// Title of its phase, or of its rung.
        pub phase: String,
        /// Whether it is a step of the rollback ladder.
        pub is_rollback: bool,
        /// Its title.
        pub title: String,
        /// Its kind.
        pub kind: StepKind,
        /// Its state.
        pub state: StepStatus,
        /// Who was expected to do it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// Its stream.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub stream: Option<String>,
        /// Whether it was inserted while the run was open.
        pub inserted: bool,
        /// Whether it was taken out of the plan.
        pub removed: bool,
        /// Whether it was ended after the run had.
        pub after_end: bool,
        /// Planned start.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_start: Option<Time>,
        /// Planned finish.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_finish: Option<Time>,
        /// Planned seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_s: Option<i64>,
        /// When work on its last attempt began.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub started_at: Option<Time>,
        /// When its last attempt ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub finished_at: Option<Time>,
        /// Working seconds of the last attempt: blocked time is kept out.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub worked_s: Option<i64>,
        /// Seconds for which the last attempt was blocked.
        pub blocked_s: i64,
        /// Start of the last attempt minus planned start; positive: later.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub start_variance_s: Option<i64>,
        /// Actual minus planned finish; positive: later.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub finish_variance_s: Option<i64>,
        /// Working seconds of the last attempt minus planned seconds; positive: longer. Of steps
        /// that are done.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub duration_variance_s: Option<i64>,
        /// Why it failed, was skipped or deferred.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// Every attempt at which anything happened.
        pub attempts: Vec<Attempt>,
    }

    /// One try at a step.
    pub struct Attempt {
        /// Its number, from 1.
        pub number: u32,
        /// State it is in, or ended in.
        pub state: StepStatus,
        /// Since when the owner stood by.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub stood_by_at: Option<Time>,
        /// When work began; absent where it was taken (finished without having been started).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub started_at: Option<Time>,
        /// When it ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ended_at: Option<Time>,
        /// Whose act the end was.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ended_by: Option<String>,
        /// Working seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub worked_s: Option<i64>,
        /// Seconds blocked.
        pub blocked_s: i64,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// Blocked stretches, and for how long it was deferred.
        pub pauses: Vec<Pause>,
        /// Estimates.
        pub estimates: Vec<Estimate>,
        /// Items ticked.
        pub items: Vec<Ticked>,
        /// Values measured.
        pub values: Vec<Measured>,
        /// Evidence.
        pub evidence: Vec<Evidence>,
        /// Signatures.
        pub signatures: Vec<Signature>,
        /// Its process or probe.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub automation: Option<Automation>,
        /// Title of the option chosen.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub option: Option<String>,
    }

    /// A stretch in which a step did not go on.
    pub struct Pause {
        /// Blocked, or deferred.
        pub kind: PauseKind,
        /// Since when.
        pub from: Time,
        /// Until when.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub until: Option<Time>,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// An estimate.
    pub struct Estimate {
        /// When it was said.
        pub at: Time,
        /// By whom.
        pub by: String,
        /// Seconds it would still take.
        pub remaining_s: i64,
        /// Actual minus estimated finish; positive: later than said.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub error_s: Option<i64>,
    }

    /// An item ticked.
    pub struct Ticked {
        /// The item.
        pub item: String,
        /// When.
        pub at: Time,
        /// By whom.
        pub by: String,
    }

    /// A value measured.
    pub struct Measured {
        /// What.
        pub title: String,
        /// The value.
        pub value: String,
        /// Its unit.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub unit: Option<String>,
        /// What it should have been.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub pass: Option<String>,
        /// Whether it was; absent without a criterion.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub passed: Option<bool>,
        /// Whether it was measured again in the same attempt: the later value counts.
        pub superseded: bool,
        /// When.
        pub at: Time,
        /// By whom.
        pub by: String,
    }

    /// Evidence.
    pub struct Evidence {
        /// A URL.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub url: Option<String>,
        /// A file's name.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub file: Option<String>,
        /// Its SHA-256, lower-case hex.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub sha256: Option<String>,
        /// When it was given.
        pub at: Time,
        /// By whom.
        pub by: String,
    }

    /// A signature.
    pub struct Signature {
        /// Whose.
        pub by: String,
        /// When.
        pub at: Time,
    }

    /// A process or probe.
    pub struct Automation {
        /// What was run or asked.
        pub what: String,
        /// When.
        pub started_at: Time,
        /// When it ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ended_at: Option<Time>,
        /// How it ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub result: Option<AutomationResult>,
        /// Exit code or HTTP status.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub code: Option<i64>,
        /// The last lines of its output.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub output: Option<String>,
    }

    /// Decisions of the night.
    pub struct Decisions {
        /// Gates, choices and noted decisions, in order; gates without a decision last.
        pub made: Vec<Decision>,
        /// Changes of window or zero hour.
        pub reschedules: Vec<Reschedule>,
    }

    /// A decision.
    pub struct Decision {
        /// What kind.
        pub kind: DecisionKind,
        /// The step, by number and title.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub step: Option<String>,
        /// Attempt of the step.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub attempt: Option<u32>,
        /// What was decided.
        pub verdict: Verdict,
        /// In words: the option, or the noted decision.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub text: Option<String>,
        /// When.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub at: Option<Time>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub by: Option<String>,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// What stood in the way, where it was decided without quorum or checklists.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub against_rules: Option<String>,
        /// Conditions of a go.
        pub conditions: Vec<String>,
        /// Votes.
        pub votes: Vec<Ballot>,
        /// Go votes that were needed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub go_votes_needed: Option<usize>,
        /// Go votes cast.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub go_votes: Option<usize>,
        /// Seconds from the first vote to the decision.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub poll_s: Option<i64>,
        /// Whether it was recorded after the run had ended.
        pub after_end: bool,
    }

    /// A vote.
    pub struct Ballot {
        /// Whose.
        pub voter: String,
        /// Who cast it, where that is somebody else.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub cast_by: Option<String>,
        /// Go or no-go.
        pub vote: Vote,
        /// In words.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub comment: Option<String>,
        /// When.
        pub at: Time,
    }

    /// A change of window or zero hour.
    pub struct Reschedule {
        /// When.
        pub at: Time,
        /// By whom.
        pub by: String,
        /// The new window.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub window: Option<super::Window>,
        /// The new zero hour.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub zero_hour: Option<Time>,
        /// Who approved it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub approver: Option<String>,
        /// Reference of the approval.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reference: Option<String>,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// A rung that was taken.
    pub struct Rollback {
        /// Its id.
        pub rung: String,
        /// Its title.
        pub title: String,
        /// When it was begun.
        pub begun_at: Time,
        /// By whom.
        pub begun_by: String,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// What had proposed it: a step that failed, a gate decided no-go, or a rung that failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub proposed_by: Option<String>,
        /// When it ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ended_at: Option<Time>,
        /// Whether it ended well; absent while it is on, and where the run was canceled meanwhile.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub succeeded: Option<bool>,
        /// In words.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub end_reason: Option<String>,
        /// Seconds it took.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub seconds: Option<i64>,
        /// Planned seconds: critical path of its steps.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_s: Option<i64>,
        /// Steps it took back, by number and title.
        pub undone: Vec<String>,
        /// Steps that were done again after it, by number and title.
        pub recycled: Vec<String>,
    }

    /// A checklist.
    pub struct Checklist {
        /// Its title.
        pub title: String,
        /// Items open.
        pub open: usize,
        /// Its items.
        pub items: Vec<Item>,
    }

    /// An item of a checklist.
    pub struct Item {
        /// What was to be signed off.
        pub text: String,
        /// Who was expected to.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub owner: Option<String>,
        /// Open, signed off or waived.
        pub state: ItemState,
        /// When.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub at: Option<Time>,
        /// By whom.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub by: Option<String>,
        /// Why it was waived.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// Evidence.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub evidence: Option<Evidence>,
    }
}

words! {
    /// Why a step did not go on.
    pub enum PauseKind {
        /// It could not.
        Blocked = "blocked",
        /// It was put off.
        Deferred = "deferred",
    }

    /// Kind of a decision.
    pub enum DecisionKind {
        /// Go or no-go.
        Gate = "gate",
        /// One of several ways.
        Choice = "choice",
        /// Noted.
        Noted = "noted",
    }

    /// What was decided.
    pub enum Verdict {
        /// Go.
        Go = "go",
        /// Go with conditions.
        GoWithConditions = "go with conditions",
        /// No-go.
        NoGo = "no-go",
        /// An option.
        Chosen = "chosen",
        /// As noted.
        Noted = "noted",
        /// Nothing yet, or never.
        Open = "not decided",
    }

    /// State of a checklist item.
    pub enum ItemState {
        /// Signed off.
        SignedOff = "signed off",
        /// A lead let it pass.
        Waived = "waived",
        /// Neither.
        Open = "open",
    }
}
