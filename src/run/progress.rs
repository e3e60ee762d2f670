//! How far a run is, counted the same everywhere it is told.

use super::state::{RunState, StepStatus};
use crate::runbook::StepIx;
use std::ops::Range;

impl RunState {
    /// Forward steps that are settled, and all that apply: `10/39`. What does not apply is in
    /// neither number.
    pub fn progress(&self) -> (usize, usize) {
        self.progress_of(self.plan.forward_steps())
    }

    /// The same for some steps, such as a phase's.
    pub fn progress_of(&self, steps: Range<StepIx>) -> (usize, usize) {
        let applies = |ix: &StepIx| {
            self.steps.get(*ix).is_some_and(|s| s.status() != StepStatus::NotApplicable)
        };
        steps.filter(applies).fold((0, 0), |(settled, all), ix| {
            (settled + usize::from(self.is_settled(ix)), all + 1)
        })
    }
}
