//! What is still to be done for a run: actions, deferred steps, criteria to judge.

use super::build::{Provenance, report};
use super::model::{ActionOrigin, ActionState, CriterionState, Report, Verified};
use crate::run::{RunState, StepStatus, Time};

/// Something still to be done.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct OpenItem {
    /// What it is.
    pub kind: OpenKind,
    /// Its name in a command: `#17`, a step's number, a criterion's id.
    pub name: String,
    /// What is to be done.
    pub text: String,
    /// Who does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Time>,
    /// Whether that has passed.
    pub overdue: bool,
}

/// What is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenKind {
    /// An improvement that the review asks for.
    Improvement,
    /// A condition of a go.
    Condition,
    /// Another action.
    Action,
    /// A step that was deferred.
    DeferredStep,
    /// A success criterion that is not judged.
    Criterion,
}

impl OpenKind {
    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Improvement => "improvement",
            Self::Condition => "condition",
            Self::Action => "action",
            Self::DeferredStep => "deferred step",
            Self::Criterion => "criterion",
        }
    }
}

/// Everything still to be done for a run; deferred steps and criteria once it is over.
pub fn open_items(state: &RunState, now: Time) -> Vec<OpenItem> {
    let from = Provenance {
        as_of: now,
        head: String::new(),
        verified: Verified::NotChecked,
        problem: None,
        golive: String::new(),
    };
    let report = report(state, &from);
    let mut items = actions(&report);
    if report.run.is_over {
        items.extend(hypercare(&report));
    }
    items.sort_by_key(|item| (item.due.is_none(), item.due, item.kind));
    items
}

fn actions(report: &Report) -> Vec<OpenItem> {
    let open = report.actions.iter().flatten().filter(|a| a.state != ActionState::Closed);
    open.map(|action| OpenItem {
        kind: match action.origin {
            ActionOrigin::Review => OpenKind::Improvement,
            ActionOrigin::Condition => OpenKind::Condition,
            ActionOrigin::Note => OpenKind::Action,
        },
        name: format!("#{}", action.entry),
        text: action.text.clone(),
        owner: action.owner.clone(),
        due: action.due,
        overdue: action.state == ActionState::Overdue,
    })
    .collect()
}

fn hypercare(report: &Report) -> Vec<OpenItem> {
    let owed = report.steps.iter().flatten().filter(|step| step.state == StepStatus::Deferred);
    let steps = owed.map(|step| OpenItem {
        kind: OpenKind::DeferredStep,
        name: step.number.clone(),
        text: step.title.clone(),
        owner: step.owner.clone(),
        due: None,
        overdue: false,
    });
    let criteria = report.criteria.iter().flatten();
    let unjudged =
        criteria.filter(|c| matches!(c.state, CriterionState::Open | CriterionState::Due));
    let criteria = unjudged.map(|criterion| OpenItem {
        kind: OpenKind::Criterion,
        name: criterion.id.clone(),
        text: criterion.text.clone(),
        owner: criterion.owner.clone(),
        due: criterion.judge_by,
        overdue: criterion.state == CriterionState::Due,
    });
    steps.chain(criteria).collect()
}
