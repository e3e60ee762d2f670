//! What is seen at a glance: the header's facts, and the panel of a failed step.

use crate::cockpit::action::Action;
use crate::run::{StepStatus, Time};
use crate::runbook::StepIx;

/// What the header says about people and decisions; kept by `update`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Glance {
    /// Running or blocked steps: whom we wait for, longest first.
    pub waiting: Vec<WaitingOn>,
    /// Whom to call, soonest first.
    pub call: Vec<ToCall>,
    /// Gates and choices that wait for a decision, and failed steps that wait for one.
    pub decide: Vec<ToDecide>,
    /// Ready steps, in plan order (the first few).
    pub ready: Vec<StepIx>,
    /// The step of mine that comes next, and about when.
    pub yours_next: Option<(StepIx, Option<Time>)>,
    /// Names of the streams, in plan order.
    pub streams: Vec<String>,
    /// Forward steps that apply, and how many of them are settled.
    pub settled: (usize, usize),
    /// What is being timed, the most pressing first.
    pub timers: Vec<crate::cockpit::panes::Timer>,
    /// Settled and all steps per phase, parallel to the plan's phases.
    pub phases: Vec<(usize, usize)>,
}

/// Somebody works, or is stuck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingOn {
    /// The step.
    pub step: StepIx,
    /// Who, as shown.
    pub person: String,
    /// Since when.
    pub since: Option<Time>,
    /// Running or blocked.
    pub status: StepStatus,
}

/// Somebody has to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToCall {
    /// For which step.
    pub step: StepIx,
    /// Id or free text, as planned.
    pub person: String,
    /// Phone or other contact.
    pub contact: Option<String>,
    /// When to call; past: now.
    pub at: Time,
    /// Called without answer.
    pub no_answer: bool,
}

/// Something has to be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDecide {
    /// The gate, choice or failed step.
    pub step: StepIx,
    /// Who decides, as shown; none: a lead.
    pub decider: Option<String>,
    /// By when.
    pub by: Option<Time>,
}

/// The docked panel of a failed step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Step id.
    pub step: String,
    /// It has the keys.
    pub focused: bool,
    /// Line under the cursor; nothing is preselected.
    pub cursor: Option<usize>,
    /// What can be done about it.
    pub choices: Vec<TroubleChoice>,
}

/// One way out of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubleChoice {
    /// What it does; none: shown, not to be chosen yet.
    pub action: Option<Action>,
    /// E.g. `Try again (attempt 2)`.
    pub label: String,
    /// What it means, e.g. the rung's trigger.
    pub note: String,
}
