//! The plan as a table of rows and columns, as spreadsheets and CSV files have it. What is written
//! here can be imported again to an equal runbook; who imports reads the names from here.
//!
//! Steps come first, in order, then what is not a step (`row` says what): phases, rungs, the
//! release, people, checklists, intervals, criteria, messages, vars. What has no column of its own
//! stands in `more`, a JSON object with the keys and values of the runbook format.

mod guard;
mod more;
mod rows;

pub use guard::{guarded, unguarded};

use super::Runbook;
use super::model::Secs;
use serde::Serialize;

/// The columns, in order. A file with `row`, `id` and `more` among its headers is one of golive's own.
pub const PLAN_COLUMNS: [&str; 18] = [
    "row",
    "number",
    "id",
    "phase",
    "phase_id",
    "title",
    "owner",
    "team",
    "stream",
    "kind",
    "duration_best",
    "duration",
    "duration_worst",
    "needs",
    "not_before",
    "notes",
    "text",
    "more",
];

/// What a row is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A step of a phase.
    Step,
    /// A step of a rung.
    RollbackStep,
    /// A phase: `more` has `after` (always) and `flow`.
    Phase,
    /// A rung: `more` has all but id, title and steps.
    Rollback,
    /// The release: `more` has all but id and title.
    Release,
    /// One of `[people]`: `title` is the name.
    Person,
    /// A checklist: `more` has its items.
    Checklist,
    /// An interval: `more` has `from`, `to`, `limit`, `downtime`.
    Interval,
    /// A success criterion: `text` is its text.
    Criterion,
    /// A message: `title` is its audience, `text` its text.
    Message,
    /// One of `[vars]`: `text` is its value.
    Var,
}

impl RowKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Step,
        Self::RollbackStep,
        Self::Phase,
        Self::Rollback,
        Self::Release,
        Self::Person,
        Self::Checklist,
        Self::Interval,
        Self::Criterion,
        Self::Message,
        Self::Var,
    ];

    /// Its word in the column `row`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::RollbackStep => "rollback step",
            Self::Phase => "phase",
            Self::Rollback => "rollback",
            Self::Release => "release",
            Self::Person => "person",
            Self::Checklist => "checklist",
            Self::Interval => "interval",
            Self::Criterion => "criterion",
            Self::Message => "message",
            Self::Var => "var",
        }
    }

    /// Whether it is a step.
    pub fn is_step(self) -> bool {
        matches!(self, Self::Step | Self::RollbackStep)
    }
}

/// A row of the plan. Texts are exact; a file shows them with hidden characters made visible, and
/// then has the exact text under the column's name in `more`, which wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PlanRow {
    /// What it is.
    pub row: RowKind,
    /// Spoken number of a step, a phase (`2`) or a rung (`R1`).
    pub number: String,
    /// Its id.
    pub id: String,
    /// Title of the phase or rung of a step.
    pub phase: String,
    /// Id of the phase or rung of a step.
    pub phase_id: String,
    /// Its title.
    pub title: String,
    /// Who is expected to do it: a person's id, or free text.
    pub owner: String,
    /// The team that is, instead of an owner; of a person, the person's team.
    pub team: String,
    /// Its stream.
    pub stream: String,
    /// Kind of a step, as in the runbook format.
    pub kind: String,
    /// Best duration, in seconds.
    pub duration_best: Option<Secs>,
    /// Likely duration, in seconds.
    pub duration: Option<Secs>,
    /// Worst duration, in seconds.
    pub duration_worst: Option<Secs>,
    /// Predecessors by id, `;` between them: `freeze; dump SS+5m`. Without a type finish to start;
    /// `SS` is start to start. Empty: none but the barrier of the phase.
    pub needs: String,
    /// Not before this moment: `T-30m`, a clock time, or RFC 3339.
    pub not_before: String,
    /// Instructions.
    pub notes: String,
    /// The text of a criterion, a message or a var.
    pub text: String,
    /// Everything else, as a JSON object; empty where there is nothing else.
    pub more: String,
}

impl PlanRow {
    /// An empty row.
    pub fn new(row: RowKind) -> Self {
        Self {
            row,
            number: String::new(),
            id: String::new(),
            phase: String::new(),
            phase_id: String::new(),
            title: String::new(),
            owner: String::new(),
            team: String::new(),
            stream: String::new(),
            kind: String::new(),
            duration_best: None,
            duration: None,
            duration_worst: None,
            needs: String::new(),
            not_before: String::new(),
            notes: String::new(),
            text: String::new(),
            more: String::new(),
        }
    }
}

impl Runbook {
    /// The plan as rows: steps first, then what is not a step.
    pub fn rows(&self) -> Vec<PlanRow> {
        rows::rows(self)
    }
}
