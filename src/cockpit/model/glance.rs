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
    /// Where everything waits for the lead: who, and what they have to do.
    pub awaited: Option<(String, String)>,
    /// The step of mine that comes next, and about when.
    pub yours_next: Option<(StepIx, Option<Time>)>,
    /// Names of the streams, in plan order.
    pub streams: Vec<String>,
    /// Forward steps that apply, and how many of them are settled.
    pub settled: (usize, usize),
    /// Conflicts that are for the person to look at, and have not been.
    pub conflicts: usize,
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

/// The docked panel of what wants a decision: every way out, none chosen beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What it is about.
    pub about: About,
    /// It has the keys.
    pub focused: bool,
    /// Line under the cursor; nothing is preselected.
    pub cursor: Option<usize>,
    /// What can be done about it.
    pub choices: Vec<TroubleChoice>,
}

/// What the panel asks a decision about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// This step failed, or this gate was decided no-go: its id.
    Step(String),
    /// This rung failed, and the run is held: its id.
    Rung(String),
    /// Somebody asked what rolling back would mean.
    Asked,
}

/// One way out of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubleChoice {
    /// Where it leads.
    pub way: Way,
    /// E.g. `Try again: attempt 2`.
    pub label: String,
    /// What it would do to the expected finish and to *roll back by*, and what it asks for.
    pub note: String,
    /// It is shown because it was possible once: the rung is gone.
    pub gone: bool,
}

/// Where a way out of trouble leads. Each opens a card; none records anything by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// The card of this action.
    Do(Action),
    /// The card of the rung with this id.
    Rung(String),
    /// The card that ends the rollback that is on.
    End,
}
