//! The plan's own times for this run: what would happen if everything went as written.

use super::ms;
use crate::run::Time;
use crate::run::state::RunState;
use crate::runbook::network::{Input, Inputs, Ms, NEVER, Times, length_ms};
use crate::runbook::{Moment, Network, StepIx};

/// When the plan starts and finishes each forward step.
#[derive(Debug, Clone, Default)]
pub(super) struct PlanTimes {
    inputs: Inputs,
    times: Times,
    key: Option<Key>,
}

/// What the plan's times hang on beside the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    start: Time,
    zero: Time,
    /// A fixed moment as this run has it: shifted in a rehearsal.
    fixed: Time,
    /// Moments without a date lie around this one.
    around: Time,
}

impl Key {
    /// The key at `now`.
    pub fn of(state: &RunState, now: Time) -> Self {
        let started = state.started.as_ref().map(|f| f.at);
        Self {
            start: state.planned_start(now),
            zero: state.planned_zero(now),
            fixed: state.moment(Moment::At(Time::UNIX_EPOCH), now),
            around: started.unwrap_or(now),
        }
    }
}

impl PlanTimes {
    /// The plan's times at `now`.
    pub fn of(state: &RunState, network: &Network, now: Time) -> Self {
        let part = network.forward();
        let mut inputs = part.inputs();
        for (position, &ix) in part.steps().iter().enumerate() {
            let step = &state.plan.steps[ix];
            let input = if state.is_left_out(ix) {
                match step.when {
                    None if state.keeps_ladder() => Input::Through { since: NEVER },
                    _ => Input::GONE,
                }
            } else {
                let floor = step.not_before.map_or(NEVER, |m| ms(state.planned_moment(m, now)));
                Input::Waits { floor, length: length_ms(step.duration.map_or(0, |d| d.likely)) }
            };
            inputs.set(position, input);
            inputs.hang(part, position, true);
        }
        let key = Key::of(state, now);
        let mut times = Times::default();
        part.pass_latest(&mut inputs, &mut times, ms(key.start));
        Self { inputs, times, key: Some(key) }
    }

    /// Whether they still are as they were made.
    pub fn is_of(&self, key: &Key, has_clock_times: bool) -> bool {
        self.key.is_some_and(|own| {
            let around = !has_clock_times || own.around == key.around;
            around && Key { around: own.around, ..*key } == own
        })
    }

    /// Start and finish of a step in the plan; of one of an option that the plan does not reckon
    /// with, as if that were chosen.
    pub fn span(&self, network: &Network, ix: StepIx) -> (Option<Ms>, Option<Ms>) {
        let Some(position) = network.forward().position(ix) else { return (None, None) };
        if self.inputs.passed_since(position).is_some() {
            return (None, None);
        }
        if self.times.is_absent(position) {
            let start = self.times.would_start(position);
            return (start, start.map(|start| start + self.inputs.length(position)));
        }
        (self.times.start(position), self.times.finish(position))
    }

    /// Start and finish of a step that the plan reckons with.
    pub fn counted(&self, network: &Network, ix: StepIx) -> Option<(Ms, Ms)> {
        let position = network.forward().position(ix)?;
        if self.times.is_absent(position) || self.inputs.passed_since(position).is_some() {
            return None;
        }
        Some((self.times.start(position)?, self.times.finish(position)?))
    }

    /// Start of every step in the plan, by position; [`NEVER`] for one that it does not reckon with.
    pub fn starts(&self) -> impl Iterator<Item = Ms> {
        self.times.spans().map(|(start, _)| start)
    }

    /// Finish of the plan.
    pub fn end(&self) -> Option<Ms> {
        self.times.end()
    }
}
