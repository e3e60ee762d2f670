//! Questions to a run that `run` is going to answer itself; until then, answered simply here.

use crate::run::{Event, RunState, StepStatus, Time, Waiting};
use crate::runbook::{Role, Secs, StepIx};

/// Red, amber or green.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rag {
    /// All is well.
    #[default]
    Green,
    /// Look at it.
    Amber,
    /// Out of bounds.
    Red,
}

/// What is expected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecast {
    /// Parallel to the plan's steps.
    pub steps: Vec<Expected>,
    /// Expected finish.
    pub finish: Option<Time>,
    /// Planned finish.
    pub plan_finish: Option<Time>,
    /// Red, amber or green.
    pub rag: Rag,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

/// What is expected of a step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expected {
    /// Start.
    pub start: Option<Time>,
    /// Finish.
    pub finish: Option<Time>,
    /// Start by plan.
    pub planned_start: Option<Time>,
    /// Finish by plan.
    pub planned_finish: Option<Time>,
    /// Later than planned.
    pub late: bool,
    /// Takes longer than planned.
    pub overrunning: bool,
}

/// What completion still asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owed {
    /// An item, by text.
    Item(String),
    /// A record, by id.
    Record(String),
    /// Evidence.
    Evidence,
    /// So many signatures.
    Signatures(u32),
}

/// The questions.
pub trait Queries {
    /// Role of a person.
    fn role_of(&self, person: &str) -> Role;
    /// What a planned step waits for; nothing: it is ready.
    fn waiting_for(&self, ix: StepIx, now: Time) -> Vec<Waiting>;
    /// Whether a step may start now.
    fn is_ready(&self, ix: StepIx, now: Time) -> bool;
    /// Whether a step is settled.
    fn is_settled(&self, ix: StepIx) -> bool;
    /// Who is expected to do it.
    fn owner_of(&self, ix: StepIx) -> Option<String>;
    /// Whether this person is expected to.
    fn is_mine(&self, ix: StepIx, person: &str) -> bool;
    /// What Enter does.
    fn usual_next(&self, ix: StepIx, person: &str, now: Time) -> Option<Event>;
    /// Working time of the present attempt.
    fn elapsed(&self, ix: StepIx, now: Time) -> Option<Secs>;
    /// The T clock.
    fn t_clock(&self, now: Time) -> Option<Secs>;
    /// The change window.
    fn window(&self) -> Option<crate::runbook::Window>;
}

impl Queries for RunState {
    fn role_of(&self, _: &str) -> Role {
        Role::Lead
    }
    fn waiting_for(&self, _: StepIx, _: Time) -> Vec<Waiting> {
        Vec::new()
    }
    fn is_ready(&self, ix: StepIx, now: Time) -> bool {
        self.steps.get(ix).is_some_and(|s| s.status() == StepStatus::Planned)
            && self.waiting_for(ix, now).is_empty()
    }
    fn is_settled(&self, ix: StepIx) -> bool {
        self.steps.get(ix).is_some_and(|s| s.status() == StepStatus::Done)
    }
    fn owner_of(&self, _: StepIx) -> Option<String> {
        None
    }
    fn is_mine(&self, _: StepIx, _: &str) -> bool {
        false
    }
    fn usual_next(&self, _: StepIx, _: &str, _: Time) -> Option<Event> {
        None
    }
    fn elapsed(&self, _: StepIx, _: Time) -> Option<Secs> {
        None
    }
    fn t_clock(&self, _: Time) -> Option<Secs> {
        None
    }
    fn window(&self) -> Option<crate::runbook::Window> {
        self.plan.release.window
    }
}
