//! The one thing that goes wrong, and how people say it.

use super::cast::Cast;
use crate::runbook::{OnFailure, StepIx, StepKind};

/// A step shorter than this fails for nobody to see, in seconds.
const LONG_ENOUGH: i64 = 120;

/// What goes wrong in a night. Each happens at the first attempt, and not again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing could.
    Nothing,
    /// This step fails.
    Fails(String),
    /// A voter of this gate says no-go.
    NoGo(String),
}

impl Trouble {
    /// By the seed, counted from 1: first the steps that propose a rollback when they fail, then gates
    /// with a poll, then any other work.
    pub fn choose(cast: &Cast<'_>) -> Self {
        let plan = &cast.state.plan;
        let works = |ix: &StepIx| {
            let step = &plan.steps[*ix];
            let long = step.duration.is_some_and(|span| span.likely >= LONG_ENOUGH);
            let kind = step.kind.is_work() && step.kind != StepKind::Wait;
            kind && long && step.on_failure != OnFailure::Continue && cast.doer(*ix).is_some()
        };
        let work: Vec<StepIx> = plan.forward_steps().filter(works).collect();
        let proposes = |ix: &StepIx| matches!(plan.steps[*ix].on_failure, OnFailure::Rollback(_));
        let fails = |ix: StepIx| Self::Fails(plan.steps[ix].id.clone());
        let polls = plan.forward_steps().filter(|ix| {
            let gate = plan.steps[*ix].gate.as_ref();
            gate.is_some_and(|gate| gate.voters.iter().filter(|v| cast.plays(v)).count() > 1)
        });
        let first = work.iter().copied().filter(proposes).map(fails);
        let polls = polls.map(|ix| Self::NoGo(plan.steps[ix].id.clone()));
        let others = work.iter().copied().filter(|ix| !proposes(ix)).map(fails);
        let all: Vec<Self> = first.chain(polls).chain(others).collect();
        let count = u64::try_from(all.len()).unwrap_or(0);
        let at = cast.dice.seed().wrapping_sub(1).checked_rem(count);
        let at = at.and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| all.get(at).cloned()).unwrap_or(Self::Nothing)
    }

    /// Whether this step fails in this attempt.
    pub fn fails(&self, step: &str, attempt: u32) -> bool {
        attempt == 1 && matches!(self, Self::Fails(id) if id == step)
    }

    /// Whether somebody says no-go to this gate in this attempt.
    pub fn is_no_go(&self, gate: &str, attempt: u32) -> bool {
        attempt == 1 && matches!(self, Self::NoGo(id) if id == gate)
    }
}

/// Why a step of that kind failed.
pub(super) fn failure(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Command => {
            "ended with exit code 1: lock wait timeout, the last table was rolled back"
        }
        StepKind::Check => "does not pass: 3 of 40 answers were errors",
        _ => "the result is not as expected: 14 of 2,310 differ",
    }
}

/// Why a step cannot go on for a while.
pub(super) const BLOCKED: [&str; 3] = [
    "waits for access: the jump host asks for a second approval",
    "the disk of one node is slow, the storage team looks at it",
    "waits for the vendor to call back",
];

/// Why a voter says no-go.
pub(super) const NO_GO: &str = "one alert is open that nobody has explained yet";
/// Why they say go after all.
pub(super) const AFTER_ALL: &str = "the alert is explained: go";
