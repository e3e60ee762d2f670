//! The plan as a prepared graph: who waits for whom, in flat arrays, in an order in which everything
//! comes after what it waits for. Made once a plan, walked after every event.
//!
//! The passes over it are those of the critical-path method (Kelley and Walker, 1959): forward for
//! the earliest times, backward for the latest ones, links finish-to-start and start-to-start with a
//! lag (precedence diagramming, Fondahl, 1961), phases as barriers.

mod build;
mod choice;
mod pass;

pub use pass::{Input, Inputs, Times};

use super::{PhaseIx, Runbook, RungIx, Secs, StepIx};

/// Milliseconds, also as a moment: since 1970, UTC. Lengths are clamped so that sums never overflow.
pub type Ms = i64;

/// A moment before all others: what has no time, or was settled before anything began.
pub const NEVER: Ms = i64::MIN / 4;

/// The longest a step or a lag counts for, in seconds: about a hundred years.
const LONGEST: Secs = 100 * 366 * 86_400;

/// A length in milliseconds; negative ones are none, absurd ones a hundred years.
pub fn length_ms(secs: Secs) -> Ms {
    secs.clamp(0, LONGEST) * 1000
}

/// A plan, prepared: the forward steps, and each rung by itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    forward: Part,
    rungs: Vec<Part>,
}

/// The steps of the phases, or those of one rung. Steps have *positions*, from 0, in an order in
/// which each comes after all it waits for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// The step at each position.
    steps: Vec<StepIx>,
    /// The first step of the part; its steps are a range of the plan's.
    first_step: StepIx,
    /// The position of each step, from `first_step` on.
    positions: Vec<u32>,
    /// Links of the step at position p: `links[first[p]..first[p + 1]]`.
    first: Vec<u32>,
    links: Vec<Incoming>,
    /// The phase of each position (0 in a rung).
    phase: Vec<u32>,
    /// Where the barrier before a phase stands in the order.
    barriers: Vec<Barrier>,
    /// Phases before each phase.
    after: Vec<Vec<PhaseIx>>,
    /// By position: the choice it hangs on.
    conditions: Vec<Option<Condition>>,
    /// Positions of the choices that something hangs on, in order.
    choices: Vec<Choice>,
}

/// What a step waits for: a moment of another step, and a lag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Incoming {
    /// Twice the position of the other step, for its start; one more, for its finish.
    moment: u32,
    /// Seconds.
    lag: u32,
}

/// A barrier: the phase opens before the step at this position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Barrier {
    before: usize,
    phase: PhaseIx,
}

/// The option of a choice on which a step hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Condition {
    /// Position of the choice.
    choice: u32,
    /// Which of its options.
    option: u32,
}

/// A choice that decides whether some steps apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Choice {
    position: usize,
    options: u32,
}

impl Network {
    /// Prepares a plan. Total: of steps that wait for each other in a circle (no plan that was read
    /// without errors has any), those links that lead back are left out.
    pub fn of(plan: &Runbook) -> Self {
        Self {
            forward: Part::of_phases(plan),
            rungs: plan.rollbacks.iter().map(|rung| Part::of_rung(plan, rung)).collect(),
        }
    }

    /// The steps of the phases.
    pub fn forward(&self) -> &Part {
        &self.forward
    }

    /// The steps of a rung.
    pub fn rung(&self, rung: RungIx) -> Option<&Part> {
        self.rungs.get(rung)
    }

    /// Seconds that a rung takes when `applies` says which of its steps apply: the longest path
    /// through it by likely durations, open choices of its own as they end latest. Steps that do not
    /// apply take no time; what follows them follows what they would have followed, unless they
    /// belong to a branch that is not taken.
    pub fn critical_path(
        &self,
        plan: &Runbook,
        rung: RungIx,
        applies: impl Fn(StepIx) -> bool,
    ) -> Secs {
        let Some(part) = self.rung(rung) else { return 0 };
        let mut inputs = part.inputs();
        for (position, &ix) in part.steps().iter().enumerate() {
            let Some(step) = plan.steps.get(ix) else { continue };
            let likely = length_ms(step.duration.map_or(0, |d| d.likely));
            let input = match (applies(ix), &step.when) {
                (true, _) => Input::Waits { floor: NEVER, length: likely },
                (false, None) => Input::Through { since: NEVER },
                (false, Some(_)) => Input::GONE,
            };
            inputs.set(position, input);
            inputs.hang(part, position, true);
        }
        let mut times = Times::default();
        part.pass_latest(&mut inputs, &mut times, 0);
        times.end().map_or(0, |end| end / 1000)
    }
}

impl Part {
    /// Its steps, each after all it waits for: the step of every position.
    pub fn steps(&self) -> &[StepIx] {
        &self.steps
    }

    /// The position of a step; none: it is not of this part.
    pub fn position(&self, ix: StepIx) -> Option<usize> {
        let at = ix.checked_sub(self.first_step)?;
        self.positions.get(at).map(|&position| position as usize)
    }

    /// Inputs in which every step waits, and takes no time.
    pub fn inputs(&self) -> Inputs {
        Inputs::of(self)
    }

    /// Whether the step at a position hangs on an option of a choice of this part.
    pub fn is_conditional(&self, position: usize) -> bool {
        self.conditions.get(position).is_some_and(Option::is_some)
    }
}
