//! The plan's own times, before anything has happened: early and late start and finish of every
//! step, total float, the critical path.
//!
//! By the critical-path method (J. E. Kelley and M. R. Walker, "Critical-path planning and
//! scheduling", 1959), with a step's likely duration as its length. Early start = the latest of
//! what the step waits for; early finish = early start + length; late finish = the earliest late
//! start of what follows, or the finish of the plan; late start = late finish − length; total float
//! = late finish − early finish. A step without float is critical. Links start-to-start and lags are
//! those of precedence diagramming (J. W. Fondahl, 1961).

mod basis;
mod chain;
mod ladder;
mod moved;
mod report;
mod wanted;

pub use basis::Basis;
pub use ladder::{Ladder, NoWayBack, WayBack, ladder};
pub use moved::{MovedStep, marks_first, moved};
pub use report::{PlanReport, RollbackAfter, StepTimes, report};
pub use wanted::{Wanted, Who, wanted_twice};

use super::network::{Input, Inputs, Ms, NEVER, Network, Part, Times, length_ms};
use super::{Runbook, Secs, StepIx};
use chrono::{DateTime, Utc};

/// Ways that are looked at beside the one assumed; the steps of further ones have the times at which
/// their choice falls.
const OTHER_WAYS: usize = 64;

/// The times of one step in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Earliest start.
    pub early_start: DateTime<Utc>,
    /// Earliest finish.
    pub early_finish: DateTime<Utc>,
    /// Latest start that does not move the finish of the plan.
    pub late_start: DateTime<Utc>,
    /// Latest finish that does not move it.
    pub late_finish: DateTime<Utc>,
    /// Seconds between the early and the late finish (total float).
    pub float: Secs,
    /// Whether the plan counts with it and it has no float.
    pub critical: bool,
    /// Whether it applies when every open choice takes the option that ends latest. The times of
    /// one that does not are those for the case that its option is chosen.
    pub assumed: bool,
}

/// The times of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// When the first step is planned to start.
    pub start: DateTime<Utc>,
    /// When the last step finishes.
    pub finish: DateTime<Utc>,
    /// The forward steps, parallel to [`Runbook::forward_steps`].
    pub steps: Vec<Planned>,
    /// The chain of steps that leads to the finish, in the order of time. It begins with the start
    /// of the plan, or with a step that waits for its `not_before`.
    pub critical_path: Vec<StepIx>,
    /// The choices on which steps hang, each with the position of the option that is counted with.
    pub assumed: Vec<(StepIx, usize)>,
}

impl Schedule {
    /// The option of a choice that is counted with; none: nothing hangs on it.
    pub fn option_of(&self, choice: StepIx) -> Option<usize> {
        let at = self.assumed.binary_search_by_key(&choice, |(ix, _)| *ix).ok()?;
        self.assumed.get(at).map(|(_, option)| *option)
    }
}

/// The schedule of a plan that begins there; `network` is the plan's own. A step without a duration
/// takes no time.
pub fn schedule(plan: &Runbook, network: &Network, basis: Basis) -> Schedule {
    let part = network.forward();
    let mut inputs = inputs(plan, part, basis);
    let mut times = Times::default();
    part.pass_latest(&mut inputs, &mut times, 0);
    let finish = times.end().unwrap_or(0);
    part.pass_backward(&inputs, &mut times, finish);
    let walk = Walk { plan, part, basis };
    let choices = choices(plan);
    let option = |&ix: &StepIx| Some((ix, inputs.picked(part.position(ix)?)?));
    let assumed: Vec<_> = choices.iter().filter_map(option).collect();
    let mut steps: Vec<Planned> =
        plan.forward_steps().map(|ix| walk.planned(&times, ix, true)).collect();
    let critical_path = chain::chain(plan, part, &times, finish);
    walk.other_ways(&mut inputs, &assumed, finish, &mut steps);
    Schedule { start: basis.start, finish: basis.at(finish / 1000), steps, critical_path, assumed }
}

/// What a pass begins with: every step waits for its `not_before`, if it has one.
fn inputs(plan: &Runbook, part: &Part, basis: Basis) -> Inputs {
    let mut inputs = part.inputs();
    for (position, &ix) in part.steps().iter().enumerate() {
        let step = plan.steps.get(ix);
        let moment = step.and_then(|step| step.not_before);
        let floor = moment.map_or(NEVER, |m| length_ms(basis.after_start(&plan.release, m)));
        let length = length_ms(step.and_then(|step| step.duration).map_or(0, |d| d.likely));
        inputs.set(position, Input::Waits { floor, length });
        inputs.hang(part, position, true);
    }
    inputs
}

/// The choices on which forward steps hang.
fn choices(plan: &Runbook) -> Vec<StepIx> {
    let steps = plan.forward_steps().filter_map(|ix| plan.steps.get(ix)?.when.as_ref());
    let mut choices: Vec<StepIx> = steps.map(|when| when.step).collect();
    choices.sort_unstable();
    choices.dedup();
    choices
}

/// What reading the times of a pass takes.
struct Walk<'a> {
    plan: &'a Runbook,
    part: &'a Part,
    basis: Basis,
}

impl Walk<'_> {
    /// The times of a step after both passes.
    fn planned(&self, times: &Times, ix: StepIx, assumed: bool) -> Planned {
        let position = self.part.position(ix).unwrap_or(0);
        let finish = times.finish(position).unwrap_or(0);
        let start = times.start(position).unwrap_or(finish);
        let late = times.latest_finish(position).unwrap_or(finish);
        let float = (late - finish) / 1000;
        let assumed = assumed && !times.is_absent(position);
        let at = |ms: Ms| self.basis.at(ms / 1000);
        Planned {
            early_start: at(start),
            early_finish: at(finish),
            late_start: at(late - (finish - start)),
            late_finish: at(late),
            float,
            critical: assumed && float <= 0,
            assumed,
        }
    }

    /// Gives the steps of options that are not assumed the times they would have.
    fn other_ways(
        &self,
        inputs: &mut Inputs,
        assumed: &[(StepIx, usize)],
        finish: Ms,
        steps: &mut [Planned],
    ) {
        let mut ways: Vec<((StepIx, usize), StepIx)> = (self.plan.forward_steps())
            .filter(|&ix| !steps[ix].assumed)
            .filter_map(|ix| Some((self.way_of(ix)?, ix)))
            .collect();
        ways.sort_unstable();
        for of_one_way in ways.chunk_by(|a, b| a.0 == b.0).take(OTHER_WAYS) {
            let Some(&(_, first)) = of_one_way.first() else { continue };
            self.take(inputs, first);
            let mut times = Times::default();
            self.part.pass_forward(inputs, &mut times, 0);
            self.part.pass_backward(inputs, &mut times, finish);
            for &(_, ix) in of_one_way {
                steps[ix] = self.planned(&times, ix, false);
            }
            for &(choice, option) in assumed {
                self.pick(inputs, choice, option);
            }
        }
    }

    /// The choice on which a step hangs, and the option of it.
    fn way_of(&self, ix: StepIx) -> Option<(StepIx, usize)> {
        let when = self.plan.steps.get(ix)?.when.as_ref()?;
        let option = self.plan.steps.get(when.step)?.options.iter().position(|o| o.id == when.is);
        Some((when.step, option?))
    }

    /// Picks the options that make a step apply: that of its choice, and where that choice hangs on
    /// another, that one's too.
    fn take(&self, inputs: &mut Inputs, ix: StepIx) {
        let mut next = self.way_of(ix);
        // A choice hangs on an earlier one at most as often as there are steps.
        for _ in 0..self.part.steps().len() {
            let Some((choice, option)) = next else { return };
            self.pick(inputs, choice, option);
            next = self.way_of(choice);
        }
    }

    fn pick(&self, inputs: &mut Inputs, choice: StepIx, option: usize) {
        if let Some(position) = self.part.position(choice) {
            inputs.pick(position, option);
        }
    }
}
