//! The critical path as a chain: from the step that finishes last back to what it waited for, and so
//! on to the start of the plan or to a fixed start.

use crate::runbook::network::{Ms, Part, Times};
use crate::runbook::{LinkOn, PhaseIx, Place, Runbook, StepIx};
use std::cmp::Reverse;

/// What a start hangs on.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Step(StepIx),
    Phase(PhaseIx),
}

/// The chain that leads to `finish`, from its first step on.
pub(super) fn chain(plan: &Runbook, part: &Part, times: &Times, finish: Ms) -> Vec<StepIx> {
    let links = Links { plan, part, times };
    let ends = |ix: &StepIx| links.applies(*ix) && links.finish(*ix) == Some(finish);
    let Some(&last) = part.steps().iter().rev().find(|ix| ends(ix)) else { return Vec::new() };
    let mut path = Vec::new();
    let mut next = Some(Cause::Step(last));
    // No step comes twice; the bound is for a plan that is none.
    for _ in 0..part.steps().len() + plan.phases.len() {
        let Some(cause) = next else { break };
        next = match cause {
            Cause::Step(ix) => {
                if links.applies(ix) {
                    path.push(ix);
                }
                links.before_step(ix)
            }
            Cause::Phase(phase) => links.before_end_of(phase),
        };
    }
    path.reverse();
    path
}

struct Links<'a> {
    plan: &'a Runbook,
    part: &'a Part,
    times: &'a Times,
}

impl Links<'_> {
    fn applies(&self, ix: StepIx) -> bool {
        self.part.position(ix).is_some_and(|position| !self.times.is_absent(position))
    }

    fn start(&self, ix: StepIx) -> Option<Ms> {
        self.times.start(self.part.position(ix)?)
    }

    fn finish(&self, ix: StepIx) -> Option<Ms> {
        self.times.finish(self.part.position(ix)?)
    }

    /// What keeps a step from starting earlier: of several the one that takes longest itself. None:
    /// its fixed start, or the start of the plan.
    fn before_step(&self, ix: StepIx) -> Option<Cause> {
        let step = self.plan.steps.get(ix)?;
        let choice = step.when.as_ref().map(|when| when.step);
        // A step that does not apply is settled with its choice.
        let Some(starts) = self.start(ix) else { return choice.map(Cause::Step) };
        let met = |step: StepIx, on: LinkOn, lag: i64| {
            let at = match on {
                LinkOn::Start => self.start(step)?,
                LinkOn::Finish => self.finish(step)?,
            };
            (at + lag * 1000 == starts).then_some(step)
        };
        let links = step.needs.iter().filter_map(|link| met(link.step, link.on, link.lag));
        let choice = choice.and_then(|choice| met(choice, LinkOn::Finish, 0));
        let length = |ix: StepIx| Some(self.finish(ix)? - self.start(ix)?);
        let longest = links.chain(choice).max_by_key(|&ix| (length(ix), Reverse(ix)));
        longest.map(Cause::Step).or_else(|| {
            let Place::Phase(phase) = step.place else { return None };
            self.phase_ending(phase, starts)
        })
    }

    /// The phase before this one that is settled just then.
    fn phase_ending(&self, phase: PhaseIx, at: Ms) -> Option<Cause> {
        let before = &self.plan.phases.get(phase)?.after;
        before.iter().copied().find(|&p| self.settled(p) == Some(at)).map(Cause::Phase)
    }

    /// When a phase is settled: its last step and, for one without steps, the phases before it.
    fn settled(&self, phase: PhaseIx) -> Option<Ms> {
        let mut latest = None;
        let mut open = vec![phase];
        let mut seen = vec![false; self.plan.phases.len()];
        while let Some(phase) = open.pop() {
            let Some(of) = self.plan.phases.get(phase) else { continue };
            if std::mem::replace(&mut seen[phase], true) {
                continue;
            }
            latest = latest.max(of.steps.clone().filter_map(|ix| self.finish(ix)).max());
            if of.steps.is_empty() {
                open.extend(&of.after);
            }
        }
        latest
    }

    /// What a phase is settled by.
    fn before_end_of(&self, phase: PhaseIx) -> Option<Cause> {
        let at = self.settled(phase)?;
        let of = self.plan.phases.get(phase)?;
        let last = of.steps.clone().rev().find(|&ix| self.finish(ix) == Some(at));
        last.map(Cause::Step).or_else(|| self.phase_ending(phase, at))
    }
}
