//! The state of a run: the fold of its entries and nothing else.

mod rollback;

pub use rollback::{Proposal, ProposedBy, Rollback};

use super::Time;
use super::act::Entry;
use super::words::{
    Approved, AutomationResult, CallAnswer, Decision, EntryId, Evidence, Mode, NoteKind, Outcome,
    Vote,
};
use crate::runbook::{Role, Runbook, RungIx, Secs, StepIx, Window};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Stored state of a step.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Not begun.
    #[default]
    Planned,
    /// Being worked on.
    Running,
    /// Cannot go on.
    Blocked,
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// We chose not to.
    Skipped,
    /// The untaken branch.
    NotApplicable,
    /// Still owed.
    Deferred,
    /// Taken back by a rollback.
    Undone,
}

/// State of a run; *held* is a flag on top.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Not started.
    #[default]
    Planned,
    /// Going.
    Active,
    /// On a rung of the ladder.
    RollingBack,
    /// Over, completed.
    Complete,
    /// Over, taken back.
    RolledBack,
    /// Over, called off.
    Canceled,
}

impl RunStatus {
    /// Whether the run has ended.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::RolledBack | Self::Canceled)
    }
}

/// When, by whom and in which entry something was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// When it happened.
    pub at: Time,
    /// The entry.
    pub seq: u64,
    /// Whose act it was.
    pub person: Arc<str>,
}

/// What the person doing a step says it will still take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// When it was said, by whom.
    pub fact: Fact,
    /// Seconds from then.
    pub remaining: Secs,
}

/// A stretch in which a step was blocked, or the run held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub from: Fact,
    /// Until when; none while it lasts.
    pub until: Option<Fact>,
    /// Why; none: still owed.
    pub reason: Option<String>,
}

/// One try at a step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attempt {
    /// State it is in, or ended in.
    pub status: StepStatus,
    /// The owner stood by.
    pub stood_by: Option<Fact>,
    /// Work began; none for a step that was *taken* (finished without having been started).
    pub started: Option<Fact>,
    /// It left the last of planned, running and blocked (done, failed, skipped, deferred, …).
    pub ended: Option<Fact>,
    /// Why it failed, was skipped or deferred.
    pub reason: Option<String>,
    /// Most recent last.
    pub estimates: Vec<Estimate>,
    /// Blocked stretches.
    pub blocked: Vec<Pause>,
    /// Stretches for which it was deferred after it had been started.
    pub deferred: Vec<Pause>,
    /// Items ticked, by text.
    pub items: IndexMap<String, Fact>,
    /// Values by record id.
    pub values: IndexMap<String, (String, Fact)>,
    /// Evidence.
    pub evidence: Vec<(Evidence, Fact)>,
    /// Signatures, by person.
    pub signatures: Vec<Fact>,
    /// The latest vote of each voter.
    pub votes: IndexMap<String, Ballot>,
    /// The decision on a gate, with its reason.
    pub decision: Option<(Decision, Option<String>, Fact)>,
    /// Option id of a choice.
    pub option: Option<String>,
    /// Its automation, if one was begun.
    pub automation: Option<Automation>,
    /// A rollback took it back; `ended` keeps when the work itself had ended.
    pub undone: Option<Fact>,
}

/// A vote as cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Go or no-go.
    pub vote: Vote,
    /// In words.
    pub comment: Option<String>,
    /// When and by whom.
    pub fact: Fact,
}

/// A process or probe that a person let begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automation {
    /// What is run.
    pub what: String,
    /// When it began.
    pub started: Fact,
    /// How it ended: result, code, output.
    pub finished: Option<(AutomationResult, Option<i32>, String, Fact)>,
}

/// State of one step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepState {
    /// The attempt that is on, or was the last.
    pub now: Attempt,
    /// Its number, from 1.
    pub attempt: u32,
    /// The ones before, oldest first.
    pub earlier: Vec<Attempt>,
    /// Who is expected to do it instead of the plan's owner.
    pub assigned: Option<String>,
    /// What an earlier attempt did is still there: it was reopened, not taken back by a rollback.
    pub in_effect: bool,
}

impl StepState {
    /// A step that nothing has happened to.
    pub(super) fn fresh() -> Self {
        Self { attempt: 1, ..Self::default() }
    }

    /// Stored state of the present attempt.
    pub fn status(&self) -> StepStatus {
        self.now.status
    }

    /// Whether this step owes a reason.
    pub fn owes_reason(&self) -> bool {
        match self.now.status {
            StepStatus::Failed | StepStatus::Skipped | StepStatus::Deferred => {
                self.now.reason.is_none()
            }
            StepStatus::Blocked => self.now.blocked.last().is_some_and(|b| b.reason.is_none()),
            _ => false,
        }
    }
}

/// A step with history that is gone from the text.
#[derive(Debug, Clone, PartialEq)]
pub struct RemovedStep {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What had happened.
    pub state: Arc<StepState>,
    /// The revision that took it out.
    pub seq: u64,
}

/// State of a checklist item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemState {
    /// Signed off.
    Ticked {
        /// By whom.
        fact: Fact,
        /// With what evidence.
        evidence: Option<Evidence>,
    },
    /// A lead let it pass.
    Waived {
        /// By whom.
        fact: Fact,
        /// Why.
        reason: String,
    },
}

/// A note with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its name: that of the entry which added it.
    pub id: EntryId,
    /// When, by whom.
    pub fact: Fact,
    /// Present text.
    pub text: String,
    /// Kind.
    pub kind: NoteKind,
    /// Step id.
    pub step: Option<String>,
    /// Shown to stakeholders.
    pub public: bool,
    /// Who does it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Time>,
    /// Earlier texts, oldest first, each with when it was replaced.
    pub earlier: Vec<(String, Fact)>,
    /// When closed, and the words.
    pub closed: Option<(Fact, Option<String>)>,
    /// When taken away.
    pub removed: Option<Fact>,
}

/// What is known of a person in this run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonState {
    /// Role granted in the run, replacing the starting one.
    pub role: Option<Role>,
    /// Calls, oldest first, each with the step id it was for.
    pub calls: Vec<(CallAnswer, Option<String>, Fact)>,
    /// Who stands in now.
    pub substitute: Option<String>,
    /// When this person last recorded anything.
    pub last_act: Option<Time>,
    /// Answer to the last roll-call.
    pub present: Option<Fact>,
}

/// Something that the record shows apart: a conflict or a deviation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The entry.
    pub seq: u64,
    /// Name of the rule, see [`super::Refusal::rule`].
    pub rule: &'static str,
    /// In words.
    pub reason: String,
    /// Reason with which a lead overrode.
    pub override_reason: Option<String>,
}

/// What the fold made of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Applied,
    /// It holds, and is marked.
    Deviation,
    /// It changed nothing.
    Conflict,
    /// Later corrected: as if it had never been.
    Voided,
    /// Of a newer version: kept, not acted on.
    Unknown,
}

/// An entry and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The entry as recorded.
    pub entry: Arc<Entry>,
    /// What the fold made of it.
    pub verdict: Verdict,
    /// The correction that voided or mended it, by its `seq`.
    pub corrected_by: Option<u64>,
}

/// A clock that jumped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockJump {
    /// When, on the run clock.
    pub fact: Fact,
    /// System clock minus run clock, milliseconds.
    pub by_ms: i64,
}

/// A text that went to an audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Message id.
    pub message: String,
    /// As it went.
    pub text: String,
    /// When, by whom.
    pub fact: Fact,
}

/// A change of the plan's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// When, by whom.
    pub fact: Fact,
    /// What changed.
    pub summary: String,
    /// Why.
    pub reason: Option<String>,
    /// Hash of the new text.
    pub sha256: String,
}

/// A change of window or zero hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reschedule {
    /// When, by whom.
    pub fact: Fact,
    /// New window.
    pub window: Option<Window>,
    /// New zero hour.
    pub zero_hour: Option<Time>,
    /// Who approved it.
    pub approver: Option<String>,
    /// Reference of the approval.
    pub reference: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Where everything stands.
#[derive(Debug, Clone, PartialEq)]
pub struct RunState {
    /// The run's id.
    pub run: String,
    /// Live or rehearsal.
    pub mode: Mode,
    /// Its rule book; one after [`super::RULES`] is read, not acted on. Since book 2 the ladder is
    /// kept.
    pub rules: u32,
    /// When and by whom it was opened.
    pub opened: Fact,
    /// The plan as it stands.
    pub plan: Arc<Runbook>,
    /// Its text.
    pub text: Arc<str>,
    /// SHA-256 of the text.
    pub sha256: String,
    /// What was approved.
    pub approved: Option<Approved>,
    /// A rehearsal that keeps the planned times.
    pub keep_times: bool,
    /// State of the run.
    pub status: RunStatus,
    /// Every hold; the last one is on while it has no end.
    pub holds: Vec<Pause>,
    /// Every taking of a rung, oldest first; the last one is on while it has no end.
    pub rollbacks: Vec<Rollback>,
    /// The rung that is proposed while the run is held for it.
    pub(super) proposal: Option<Proposal>,
    /// When it started.
    pub started: Option<Fact>,
    /// When it ended.
    pub ended: Option<Fact>,
    /// Outcome, and words.
    pub outcome: Option<(Outcome, Option<String>)>,
    /// Why it was canceled.
    pub cancel_reason: Option<String>,
    /// Changes of window and zero hour.
    pub reschedules: Vec<Reschedule>,
    /// Changes of the plan.
    pub revisions: Vec<Revision>,
    /// Parallel to the plan's steps. Steps nothing has happened to are one and the same, and a copy
    /// of the state shares all of them: most of a large plan costs a pointer a step.
    pub steps: Vec<Arc<StepState>>,
    /// Gone from the text.
    pub removed: Vec<RemovedStep>,
    /// People who did or were something, by id or name.
    pub people: IndexMap<String, PersonState>,
    /// When the last roll-call was opened.
    pub roll_call: Option<Fact>,
    /// By checklist id, then item id.
    pub checklist_items: HashMap<String, HashMap<String, ItemState>>,
    /// Every note, oldest first, the removed ones too.
    pub notes: Vec<Note>,
    /// Texts that went out.
    pub sent: Vec<Sent>,
    /// Judged criteria by id: met, words, when.
    pub criteria: IndexMap<String, (bool, Option<String>, Fact)>,
    /// Jumps of the system clock.
    pub clock_jumps: Vec<ClockJump>,
    /// Entries that changed nothing.
    pub conflicts: Vec<Finding>,
    /// Entries that hold and are marked.
    pub deviations: Vec<Finding>,
    /// Every entry, in order.
    pub log: Vec<Logged>,
    /// Steps not yet settled, per phase: how the barriers are kept cheap.
    pub(super) unsettled: Vec<usize>,
    /// When the last step of each phase was settled.
    pub(super) settled_at: Vec<Option<Time>>,
    /// The plan's points of no return.
    pub(super) no_return: Vec<StepIx>,
    /// The number of every step there ever was, by its id: none is given to another.
    pub(super) numbers: HashMap<String, String>,
    /// What corrections made of earlier entries.
    pub(super) amendments: HashMap<EntryId, Amendment>,
    /// Every plan the run has had, by the hash of its text, so that folding again reads none twice.
    pub(super) plans: HashMap<String, Arc<Runbook>>,
    /// Names, each kept once.
    pub(super) names: HashSet<Arc<str>>,
}

/// What corrections made of an entry.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Amendment {
    /// Voided by this correction.
    pub void: Option<u64>,
    /// Another time, and the correction that says so.
    pub time: Option<(Time, u64)>,
    /// Another text, and the correction that says so.
    pub text: Option<(String, u64)>,
}

/// Why a planned step cannot start yet; one thing of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// A phase before it is not settled.
    Phase(crate::runbook::PhaseIx),
    /// A predecessor is not settled (or not started).
    Step(StepIx, crate::runbook::LinkOn),
    /// The lag of a link, or `not_before`, has not passed.
    Until(Time),
    /// The choice that decides whether it applies is open.
    Choice(StepIx),
    /// The run is held.
    Held,
    /// This rung is being taken, and keeps the step back.
    Rollback(RungIx),
    /// It is a step of a rung that is not being taken.
    NotTaken,
    /// The run is over.
    Over,
}
