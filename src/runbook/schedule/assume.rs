//! Which way on a plan counts with where a choice is still open: of every choice the option that
//! ends latest.

use super::pass::{Inputs, Section};
use crate::runbook::{Runbook, Secs, StepIx, StepKind};

/// Up to this many combinations of options are all tried; of more choices one after another, in
/// their order, each for what was found so far.
const COMBINATIONS: usize = 64;
/// No more passes than this are spent on choices that are tried one after another; of the rest the
/// option with the most work counts.
const PASSES: usize = 400;

/// The options that a plan counts with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assumed {
    /// Choices on which steps of the section hang, with the position of the option taken; in the
    /// order of the plan.
    pub options: Vec<(StepIx, usize)>,
}

impl Assumed {
    /// The option taken of a choice; none for one on which nothing hangs.
    pub fn option_of(&self, choice: StepIx) -> Option<usize> {
        let at = self.options.binary_search_by_key(&choice, |(ix, _)| *ix).ok()?;
        Some(self.options[at].1)
    }

    /// The same with another option of one choice; of the choices that this one hangs on, too, those
    /// options that make it apply.
    pub fn with(&self, plan: &Runbook, mut choice: StepIx, mut option: usize) -> Self {
        let mut other = self.clone();
        // A choice hangs on an earlier one at most as often as there are choices.
        for _ in 0..=other.options.len() {
            if let Ok(at) = other.options.binary_search_by_key(&choice, |(ix, _)| *ix) {
                other.options[at].1 = option;
            }
            let Some(when) = &plan.steps[choice].when else { break };
            let Some(taken) = position(plan, when.step, &when.is) else { break };
            (choice, option) = (when.step, taken);
        }
        other
    }

    /// Which steps of a section apply, parallel to its steps. A step that hangs on a choice outside
    /// the section applies.
    pub fn applies(&self, plan: &Runbook, section: &Section<'_>) -> Vec<bool> {
        let mut applies = vec![true; section.steps.len()];
        for ix in section.ordered_steps() {
            let (Some(choice), Some(when)) = (section.choice_of(ix), &plan.steps[ix].when) else {
                continue;
            };
            let taken = self.option_of(choice) == position(plan, choice, &when.is);
            applies[ix - section.steps.start] = applies[choice - section.steps.start] && taken;
        }
        applies
    }
}

/// Position of an option of a choice by its id.
pub fn position(plan: &Runbook, choice: StepIx, option: &str) -> Option<usize> {
    plan.steps[choice].options.iter().position(|o| o.id == option)
}

/// Finds the options that end latest; of those that end together the ones written first.
pub fn latest(
    plan: &Runbook,
    section: &Section<'_>,
    lengths: &[Secs],
    floors: &[Secs],
    only: &[bool],
) -> Assumed {
    let mut choices: Vec<StepIx> =
        section.steps.clone().filter_map(|ix| section.choice_of(ix)).collect();
    choices.sort_unstable();
    choices.dedup();
    choices.retain(|&ix| plan.steps[ix].kind == StepKind::Choice);
    let ways = |ix: StepIx| plan.steps[ix].options.len().max(1);
    let first = Assumed { options: choices.iter().map(|&ix| (ix, 0)).collect() };
    let finish = |assumed: &Assumed| {
        let mut applies = assumed.applies(plan, section);
        applies.iter_mut().zip(only).for_each(|(applies, only)| *applies &= only);
        let early = section.early(Inputs { lengths, floors, applies: &applies });
        early.finish.into_iter().max().unwrap_or(0)
    };
    let combinations =
        choices.iter().try_fold(1_usize, |n, &ix| n.checked_mul(ways(ix))).unwrap_or(usize::MAX);
    if combinations <= 1 {
        return first;
    }
    if combinations <= COMBINATIONS {
        let nth = |mut n: usize| {
            let mut options = first.options.clone();
            for (ix, option) in options.iter_mut().rev() {
                (*option, n) = (n % ways(*ix), n / ways(*ix));
            }
            Assumed { options }
        };
        let all = (0..combinations).map(nth).map(|way| (finish(&way), way));
        let latest = all.reduce(|a, b| if b.0 > a.0 { b } else { a });
        return latest.map_or(first, |(_, way)| way);
    }
    one_after_another(plan, section, lengths, first, finish)
}

fn one_after_another(
    plan: &Runbook,
    section: &Section<'_>,
    lengths: &[Secs],
    mut best: Assumed,
    finish: impl Fn(&Assumed) -> Secs,
) -> Assumed {
    let work = |choice: StepIx, option: usize| -> Secs {
        let hangs = |ix: &StepIx| {
            let when = plan.steps[*ix].when.as_ref().filter(|w| w.step == choice);
            when.is_some_and(|w| position(plan, choice, &w.is) == Some(option))
        };
        let steps = section.steps.clone().filter(hangs);
        steps.map(|ix| lengths[ix - section.steps.start]).fold(0, Secs::saturating_add)
    };
    let mut passes = 0;
    let mut ends = finish(&best);
    let order: Vec<StepIx> =
        section.ordered_steps().filter(|ix| best.option_of(*ix).is_some()).collect();
    for choice in order {
        for option in 1..plan.steps[choice].options.len() {
            let now = best.option_of(choice).unwrap_or(0);
            let other = best.with(plan, choice, option);
            passes += 1;
            if passes > PASSES {
                if work(choice, option) > work(choice, now) {
                    best = other;
                }
                continue;
            }
            let later = finish(&other);
            if later > ends {
                (best, ends) = (other, later);
            }
        }
    }
    best
}
