//! Head, summary, and the numbers of planned against actual.

use super::{model, words};
use crate::run::{Mode, Outcome, RunStatus, Time};

model! {
    /// Which run, and where it stands.
    pub struct Head {
        /// The run's id.
        pub id: String,
        /// What went live.
        pub title: String,
        /// Version released.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub version: Option<String>,
        /// The change record.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub change: Option<String>,
        /// Environment.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub environment: Option<String>,
        /// Live or rehearsal.
        pub mode: Mode,
        /// State of the run.
        pub state: RunStatus,
        /// Whether it is held.
        pub held: bool,
        /// Zone in which a person reads the times.
        pub timezone: String,
        /// When the run was opened.
        pub opened_at: Time,
        /// By whom.
        pub opened_by: String,
        /// The moment at which all of this was so.
        pub as_of: Time,
        /// Whether the run is over; else the report is one "as of".
        pub is_over: bool,
        /// Whether people are named by pseudonyms.
        pub anonymised: bool,
    }

    /// The record behind the report.
    pub struct Record {
        /// How many entries it has.
        pub entries: u64,
        /// Chain value of the last one, lower-case hex: proves that the record is the one reported.
        pub head: String,
        /// Whether the record was verified when the report was made.
        pub verified: Verified,
        /// What is wrong with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub problem: Option<String>,
        /// Entries of a newer version of golive: kept, and not understood by this one.
        pub unknown: u64,
        /// Whether this version knows the rules the run was kept by.
        pub rules_known: bool,
        /// How the plan stands to the approved text: `as approved`, or what differs; absent where
        /// none was approved.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub approval: Option<String>,
        /// SHA-256 of the runbook as it stands, lower-case hex.
        pub runbook_sha256: String,
    }

    /// Outcome, and what the change record asks at its closure.
    pub struct Summary {
        /// The outcome as the lead said it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub outcome: Option<Outcome>,
        /// How it ended, in a word or two.
        pub verdict: String,
        /// The outcome in a paragraph.
        pub paragraph: String,
        /// What a reader must know before all else.
        pub warnings: Vec<String>,
        /// The closure block.
        pub closure: Closure,
    }

    /// For the change record.
    pub struct Closure {
        /// The change record.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub change: Option<String>,
        /// The outcome in a line.
        pub outcome: String,
        /// Actual start.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub started_at: Option<Time>,
        /// Actual end.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub ended_at: Option<Time>,
        /// The window as it stood.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub window: Option<Window>,
        /// Whether the run lay inside its window; absent without a window or a start.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub inside_window: Option<bool>,
        /// The deviations, a line each; runs of the same kind are summed up after some lines.
        pub deviations: Vec<String>,
        /// Chain value of the last entry.
        pub chain_head: String,
    }

    /// A window.
    pub struct Window {
        /// Opens.
        pub opens: Time,
        /// Closes.
        pub closes: Time,
    }

    /// Planned against actual. The plan is the one the run was opened with; steps inserted later
    /// are planned by the plan as it stands.
    pub struct Numbers {
        /// The window as it stands.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub window: Option<Window>,
        /// The window as first agreed, where it was moved.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub first_window: Option<Window>,
        /// Seconds from the end of the run to the close of the window; negative: past it.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub window_left_s: Option<i64>,
        /// The run as a whole.
        pub run: Span,
        /// Seconds held.
        pub hold_s: i64,
        /// Seconds of the run without its holds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub net_s: Option<i64>,
        /// Seconds for which steps were blocked, summed up.
        pub blocked_s: i64,
        /// Each hold.
        pub holds: Vec<Hold>,
        /// Hold time by reason, the longest first.
        pub hold_reasons: Vec<HoldReason>,
        /// Each phase.
        pub phases: Vec<Span>,
        /// Each stream.
        pub streams: Vec<Span>,
        /// The intervals.
        pub intervals: Vec<Interval>,
        /// Time in which an interval counted as downtime was on; overlaps count once.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub downtime: Option<Downtime>,
    }

    /// Times of a run, a phase or a stream.
    pub struct Span {
        /// Its name.
        pub name: String,
        /// Steps that apply.
        pub steps: usize,
        /// Steps done.
        pub done: usize,
        /// Planned start.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_start: Option<Time>,
        /// Planned finish.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_finish: Option<Time>,
        /// Seconds between them.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_s: Option<i64>,
        /// Actual start.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub started_at: Option<Time>,
        /// Actual finish; absent while something is open.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub finished_at: Option<Time>,
        /// Seconds between them.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub actual_s: Option<i64>,
        /// Actual minus planned start; positive: later.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub start_variance_s: Option<i64>,
        /// Actual minus planned finish; positive: later.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub finish_variance_s: Option<i64>,
        /// Actual minus planned duration; positive: longer.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub duration_variance_s: Option<i64>,
        /// Planned durations of its steps, summed up.
        pub planned_work_s: i64,
        /// Working seconds of its steps, all attempts, summed up.
        pub worked_s: i64,
    }

    /// A hold.
    pub struct Hold {
        /// Since when.
        pub from: Time,
        /// Until when; absent while it lasts.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub until: Option<Time>,
        /// Its seconds.
        pub seconds: i64,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// Who held.
        pub by: String,
    }

    /// Hold time by reason.
    pub struct HoldReason {
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// How many holds.
        pub holds: usize,
        /// Their seconds.
        pub seconds: i64,
    }

    /// An interval against its limit.
    pub struct Interval {
        /// Its id.
        pub id: String,
        /// Its title.
        pub title: String,
        /// Since when.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub from: Option<Time>,
        /// Until when.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub until: Option<Time>,
        /// Planned seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_s: Option<i64>,
        /// Seconds so far.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub seconds: Option<i64>,
        /// Seconds it may take.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub limit_s: Option<i64>,
        /// Whether it took longer.
        pub over_limit: bool,
        /// Whether it goes on.
        pub running: bool,
        /// Whether it counts as downtime.
        pub downtime: bool,
    }

    /// Downtime.
    pub struct Downtime {
        /// Planned seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub planned_s: Option<i64>,
        /// Seconds so far.
        pub seconds: i64,
        /// Whether it goes on.
        pub running: bool,
    }

    /// What can be compared from run to run.
    pub struct Metrics {
        /// Steps done no later than planned, of the steps done whose planned finish is known. A
        /// minute's grace: people say times to the minute.
        pub on_time: Share,
        /// 1 − Σ |actual − planned| / Σ planned, over steps done whose planned and actual durations
        /// are known; not below 0. (One minus the weighted absolute percentage error.)
        #[serde(skip_serializing_if = "Option::is_none")]
        pub duration_accuracy: Option<f64>,
        /// Steps counted in it.
        pub duration_steps: usize,
        /// How good estimates given in the run were.
        pub estimates: Estimates,
        /// Working seconds of attempts that had to be made again.
        pub rework_s: i64,
        /// Attempts beyond the first.
        pub retries: usize,
        /// Each failure, and when it was decided what to do.
        pub failures: Vec<Failure>,
        /// Seconds from failure to decision.
        pub failure_to_decision: Spread,
        /// Seconds from the decision to roll back to being rolled back.
        pub decision_to_rolled_back: Spread,
    }

    /// So many of so many.
    pub struct Share {
        /// So many.
        pub hits: usize,
        /// Of so many.
        pub of: usize,
        /// The one by the other, 0 to 1; absent of none.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub rate: Option<f64>,
    }

    /// Estimates said by who did the steps, against what came true.
    pub struct Estimates {
        /// Estimates of attempts that were finished.
        pub count: usize,
        /// Mean of |actual finish − finish as estimated|.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub mean_error_s: Option<i64>,
        /// Mean of actual finish − finish as estimated; positive: estimates were too short.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub bias_s: Option<i64>,
    }

    /// A failure and the decision after it.
    pub struct Failure {
        /// The step, by number and title.
        pub step: String,
        /// Attempt.
        pub attempt: u32,
        /// When it failed.
        pub failed_at: Time,
        /// When it was decided what to do.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub decided_at: Option<Time>,
        /// Seconds between them.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub seconds: Option<i64>,
        /// What was decided.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub decision: Option<FailureDecision>,
    }

    /// Several lengths of time.
    pub struct Spread {
        /// How many.
        pub count: usize,
        /// The middle one (the mean of the two in the middle).
        #[serde(skip_serializing_if = "Option::is_none")]
        pub median_s: Option<i64>,
        /// The longest.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub longest_s: Option<i64>,
    }
}

words! {
    /// Whether the record was verified.
    pub enum Verified {
        /// Every entry is as it was written.
        Sound = "verified",
        /// It is not as it was written.
        Unsound = "NOT SOUND",
        /// It was not looked at.
        NotChecked = "not verified",
    }

    /// What was decided after a failure.
    pub enum FailureDecision {
        /// To do it again.
        TriedAgain = "tried again",
        /// To go on without it.
        Skipped = "skipped",
        /// To do it later.
        Deferred = "deferred",
        /// To roll back.
        RolledBack = "rolled back",
        /// To call the run off.
        Canceled = "run canceled",
    }
}
