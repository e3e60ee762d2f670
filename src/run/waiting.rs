//! What stands in the way of a planned step, and what the whole run waits for where nothing goes on.

use super::Time;
use super::clock::delta;
use super::state::{RunState, StepStatus, Waiting};
use crate::runbook::{Link, LinkOn, Place, Role, RungIx, StepIx};

/// What only a lead does, where everything waits for it: nobody works, and nothing may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited {
    /// The run is started.
    Start,
    /// The hold ends.
    Resume,
    /// It is decided what becomes of this failed step.
    Decide(StepIx),
    /// The rollback that is on is ended: every step of this rung is settled.
    EndRollback(RungIx),
    /// The run is completed: every step is settled.
    Complete,
}

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

    /// What the run waits for, where everything waits for its lead; none: somebody works, something
    /// may start, time has to pass, or the run is over.
    pub fn awaited(&self, now: Time) -> Option<Awaited> {
        let open = |ix: StepIx| {
            self.steps.get(ix).is_some_and(|step| step.status().is_open_work())
                || self.is_ready(ix, now)
        };
        if self.status.is_over() || self.told_steps().any(open) {
            return None;
        }
        let rung = self.rung_on();
        let applies = rung.map(|rung| self.rung_applies(rung));
        if let (Some(rung), Some(applies)) = (rung, &applies)
            && applies.iter().all(|ix| self.is_settled(*ix))
        {
            return Some(Awaited::EndRollback(rung));
        }
        let failed = |ix: &StepIx| {
            let status = self.steps.get(*ix).map(|step| step.status());
            status == Some(StepStatus::Failed) && !self.is_settled(*ix)
        };
        let failed = match &applies {
            Some(applies) => applies.iter().copied().find(failed),
            None => self.plan.forward_steps().find(failed),
        };
        if let Some(ix) = failed {
            return Some(Awaited::Decide(ix));
        }
        if rung.is_some() {
            return None;
        }
        if self.held_at(now).is_some() {
            return Some(Awaited::Resume);
        }
        if self.started.is_none() {
            return Some(Awaited::Start);
        }
        let all = self.plan.forward_steps().all(|ix| self.is_settled(ix));
        all.then_some(Awaited::Complete)
    }

    /// The same in words: who (the lead's name where there is one of them, else `a lead`), and what to
    /// do, such as `to resume` or `to end R1`.
    pub fn awaited_words(&self, now: Time) -> Option<(String, String)> {
        let number = |ix: StepIx| self.plan.steps.get(ix).map_or("", |step| step.number.as_str());
        let what = match self.awaited(now)? {
            Awaited::Start => "to start the run".to_owned(),
            Awaited::Resume => "to resume".to_owned(),
            Awaited::Decide(ix) => format!("to decide on {}", number(ix)),
            Awaited::EndRollback(rung) => format!("to end {}", self.rung_number(rung)),
            Awaited::Complete => "to complete the run".to_owned(),
        };
        let who = match self.only_lead() {
            Some(lead) => self.plan.person_name(lead).to_owned(),
            None => "a lead".to_owned(),
        };
        Some((who, what))
    }

    /// Who leads, where that is one person.
    fn only_lead(&self) -> Option<&str> {
        let planned = self.plan.people.keys().chain(self.people.keys()).map(String::as_str);
        let mut leads = planned
            .chain(std::iter::once(&*self.opened.person))
            .filter(|person| self.role_of(person) == Role::Lead);
        let first = leads.next()?;
        leads.all(|other| other == first).then_some(first)
    }
}
