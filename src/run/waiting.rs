//! What stands in the way of a planned step.

use super::Time;
use super::clock::delta;
use super::state::{RunState, StepStatus, Waiting};
use crate::runbook::{Link, LinkOn, Place, StepIx};

impl RunState {
    /// Everything that stands in the way of a planned step at `now`; empty: it is ready.
    pub fn waiting_for(&self, ix: StepIx, now: Time) -> Vec<Waiting> {
        let mut waiting = Vec::new();
        let Some(step) = self.plan.steps.get(ix) else {
            return waiting;
        };
        if self.status.is_over() && !self.owed_after_end(ix) {
            waiting.push(Waiting::Over);
        }
        match step.place {
            // A hold does not keep a rollback back.
            Place::Rung(_) if self.is_rung_work(ix) => {
                let begun = self.rolling_back().map(|on| on.begun.at).filter(|at| *at > now);
                waiting.extend(begun.map(Waiting::Until));
            }
            Place::Rung(_) => waiting.push(Waiting::NotTaken),
            Place::Phase(phase) => {
                if self.held_at(now).is_some() {
                    waiting.push(Waiting::Held);
                }
                waiting.extend(self.kept_back(ix, now).map(Waiting::Rollback));
                waiting.extend(self.recycled_after(ix, now).map(Waiting::Until));
                waiting.extend(self.closed_barriers(phase, now));
            }
        }
        for link in &step.needs {
            waiting.extend(self.open_link(link, now));
            self.beyond(link.step, now, &mut waiting);
        }
        if let Some(when) = &step.when
            && !self.is_settled(when.step)
        {
            waiting.push(Waiting::Choice(when.step));
        }
        if let Some(moment) = step.not_before {
            let at = self.moment(moment, now);
            if at > now {
                waiting.push(Waiting::Until(at));
            }
        }
        waiting
    }

    /// Phases before this one that are not settled, or were settled only after `now`.
    fn closed_barriers(&self, phase: usize, now: Time) -> impl Iterator<Item = Waiting> + '_ {
        let after = self.plan.phases.get(phase).map_or(&[][..], |p| &p.after[..]);
        after.iter().filter_map(move |&p| {
            if self.unsettled.get(p).is_some_and(|&n| n > 0) {
                return Some(Waiting::Phase(p));
            }
            let settled = self.settled_at.get(p).copied().flatten()?;
            (settled > now).then_some(Waiting::Until(settled))
        })
    }

    fn open_link(&self, link: &Link, now: Time) -> Option<Waiting> {
        let before = &self.steps.get(link.step)?.now;
        let from = match link.on {
            LinkOn::Finish if self.is_settled(link.step) => before.ended.as_ref(),
            LinkOn::Start if before.started.is_some() => before.started.as_ref(),
            // Settled without being started: the link holds from then, without lag.
            LinkOn::Start if self.is_settled(link.step) => None,
            _ => return Some(Waiting::Step(link.step, link.on)),
        };
        let at = from?.at + delta(link.lag);
        (at > now).then_some(Waiting::Until(at))
    }

    /// What a predecessor that is left out would itself have waited for: the order stays as planned
    /// although one of its steps has nothing to do.
    fn beyond(&self, before: StepIx, now: Time, waiting: &mut Vec<Waiting>) {
        if !self.is_passed_through(before) {
            return;
        }
        let mut passed = vec![before];
        let mut next = 0;
        while let Some(&ix) = passed.get(next) {
            next += 1;
            if !self.is_passed_through(ix) {
                continue;
            }
            let step = &self.plan.steps[ix];
            if let Place::Phase(phase) = step.place {
                waiting.extend(self.closed_barriers(phase, now));
            }
            for link in &step.needs {
                // The time between was for the step that is left out.
                let link = Link { lag: 0, ..*link };
                waiting.extend(self.open_link(&link, now));
                if !passed.contains(&link.step) {
                    passed.push(link.step);
                }
            }
        }
    }

    /// Whether a step is left out, by a rehearsal or because what it undoes has not begun, so that
    /// what follows it follows what it would have followed. A branch that is not taken is no such
    /// step: what only that branch waits for holds up nobody.
    pub(super) fn is_passed_through(&self, ix: StepIx) -> bool {
        self.keeps_ladder()
            && self.steps.get(ix).is_some_and(|s| s.status() == StepStatus::NotApplicable)
            && self.plan.steps.get(ix).is_some_and(|step| step.when.is_none())
    }

    /// The steps that name this one as a predecessor, or one behind it that is left out.
    pub(super) fn followers(&self, ix: StepIx) -> Vec<StepIx> {
        let mut found = self.plan.successors.get(ix).cloned().unwrap_or_default();
        let mut next = 0;
        while let Some(&step) = found.get(next) {
            next += 1;
            if self.is_passed_through(step) {
                let more = self.plan.successors.get(step).into_iter().flatten();
                let more: Vec<_> = more.filter(|ix| !found.contains(ix)).copied().collect();
                found.extend(more);
            }
        }
        found
    }

    /// Whether a planned step may start now.
    pub fn is_ready(&self, ix: StepIx, now: Time) -> bool {
        self.steps.get(ix).is_some_and(|s| s.status() == StepStatus::Planned)
            && self.waiting_for(ix, now).is_empty()
    }
}
