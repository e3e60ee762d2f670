//! The plan's own times, before anything has happened: early and late start and finish of every
//! step, total float, the critical path.
//!
//! By the critical-path method (J. E. Kelley and M. R. Walker, "Critical-path planning and
//! scheduling", 1959), with a step's likely duration as its length. Early start = the latest of
//! what the step waits for; early finish = early start + length; late finish = the earliest late
//! start of what follows, or the finish of the plan; late start = late finish − length; total float
//! = late finish − early finish. A step without float is critical.

mod assume;
mod basis;
mod ladder;
mod pass;
mod report;
mod wanted;

pub use assume::Assumed;
pub use basis::Basis;
pub use ladder::{Ladder, NoWayBack, WayBack, ladder};
pub use report::{PlanReport, RollbackAfter, StepTimes, report};
pub use wanted::{Wanted, Who, wanted_twice};

use super::{Runbook, Secs, StepIx};
use chrono::{DateTime, Utc};
use pass::{Cause, Early, Inputs, Section};
use std::ops::Range;

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
    /// The option of every choice that is counted with.
    pub assumed: Assumed,
}

/// The likely length of every step in seconds; a step without a duration takes no time.
pub fn likely_lengths(plan: &Runbook) -> Vec<Secs> {
    plan.steps.iter().map(|step| step.duration.map_or(0, |d| d.likely)).collect()
}

/// The schedule of a plan that begins there, for steps of these lengths (parallel to
/// [`Runbook::steps`], see [`likely_lengths`]).
pub fn schedule(plan: &Runbook, basis: Basis, lengths: &[Secs]) -> Schedule {
    let section = Section::forward(plan);
    let range = section.steps.clone();
    let floors = floors(plan, basis, &range);
    let lengths = lengths.get(range).unwrap_or_default();
    let every = vec![true; floors.len()];
    let assumed = assume::latest(plan, &section, lengths, &floors, &every);
    let applies = assumed.applies(plan, &section);
    let inputs = Inputs { lengths, floors: &floors, applies: &applies };
    let early = section.early(inputs);
    let finish = early.finish.iter().copied().max().unwrap_or(0);
    let late = section.late(inputs, &early, finish);
    let mut steps: Vec<Planned> = (0..lengths.len())
        .map(|at| {
            let float = late[at] - early.finish[at];
            planned(basis, &early, at, float, applies[at])
        })
        .collect();
    other_ways(&section, basis, (lengths, &floors), (&assumed, finish), &mut steps);
    Schedule {
        start: basis.start,
        finish: basis.at(finish),
        steps,
        critical_path: chain(&section, inputs, &early, finish),
        assumed,
    }
}

fn planned(basis: Basis, early: &Early, at: usize, float: Secs, assumed: bool) -> Planned {
    let (start, finish) = (early.start[at], early.finish[at]);
    Planned {
        early_start: basis.at(start),
        early_finish: basis.at(finish),
        late_start: basis.at(start + float),
        late_finish: basis.at(finish + float),
        float,
        critical: assumed && float <= 0,
        assumed,
    }
}

/// Earliest starts by `not_before`, in seconds after the start.
fn floors(plan: &Runbook, basis: Basis, steps: &Range<StepIx>) -> Vec<Secs> {
    let floor = |ix: StepIx| {
        let moment = plan.steps[ix].not_before;
        moment.map_or(0, |moment| basis.after_start(&plan.release, moment))
    };
    steps.clone().map(floor).collect()
}

/// Gives the steps of options that are not assumed the times they would have.
fn other_ways(
    section: &Section<'_>,
    basis: Basis,
    (lengths, floors): (&[Secs], &[Secs]),
    (assumed, finish): (&Assumed, Secs),
    steps: &mut [Planned],
) {
    let plan = section.plan();
    let mut ways: Vec<(StepIx, usize)> = Vec::new();
    let mut of_step = vec![None; steps.len()];
    for ix in section.steps.clone() {
        let (Some(choice), Some(when)) = (section.choice_of(ix), &plan.steps[ix].when) else {
            continue;
        };
        let Some(option) = assume::position(plan, choice, &when.is) else { continue };
        if !steps[ix].assumed {
            of_step[ix] = Some((choice, option));
            ways.push((choice, option));
        }
    }
    ways.sort_unstable();
    ways.dedup();
    for &(choice, option) in ways.iter().take(OTHER_WAYS) {
        let applies = assumed.with(plan, choice, option).applies(plan, section);
        let inputs = Inputs { lengths, floors, applies: &applies };
        let early = section.early(inputs);
        let late = section.late(inputs, &early, finish);
        for (at, way) in of_step.iter().enumerate() {
            if *way == Some((choice, option)) {
                steps[at] = planned(basis, &early, at, late[at] - early.finish[at], false);
            }
        }
    }
}

/// The chain that leads to the finish, from its first step.
fn chain(section: &Section<'_>, inputs: Inputs<'_>, early: &Early, finish: Secs) -> Vec<StepIx> {
    let last = |ix: &StepIx| inputs.applies[*ix] && early.finish[*ix] == finish;
    let Some(last) = section.ordered_steps().filter(last).last() else { return Vec::new() };
    let mut path = Vec::new();
    let mut next = Some(Cause::Step(last));
    while let Some(cause) = next {
        next = match cause {
            Cause::Step(ix) => {
                if inputs.applies[ix] {
                    path.push(ix);
                }
                section.cause(ix, inputs, early)
            }
            Cause::Phase(phase) => section.settled_by(phase, early),
        };
    }
    path.reverse();
    path
}
