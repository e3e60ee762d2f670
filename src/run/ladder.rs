//! The rollback ladder at a moment of the run: which rungs are available, needed, proposed, what
//! one would do, and which steps it keeps back while it is on. All of it looks at what is there now:
//! at present attempts, and at earlier ones that no rollback has taken back.

use super::Time;
use super::state::{Fact, ProposedBy, Rollback, RunState, RunStatus, StepStatus};
use super::words::Mode;
use crate::runbook::{AvailableUntil, Place, Rung, RungIx, StepIx, Then};

/// The first rule book that keeps the ladder.
const LADDER_RULES: u32 = 2;

/// What ending a rung well would do to the forward steps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recycled {
    /// Return to planned: a new attempt, or for a branch that was not taken, the same one.
    pub back: Vec<StepIx>,
    /// Are left undone.
    pub undone: Vec<StepIx>,
    /// Do not apply any more.
    pub not_applicable: Vec<StepIx>,
}

impl RunState {
    /// Whether the rule book of this run keeps the ladder.
    pub fn keeps_ladder(&self) -> bool {
        self.rules >= LADDER_RULES
    }

    /// Whether a step has begun: its present attempt was started, or finished or failed without
    /// having been started; or an earlier one had, and was only reopened: half a migration is there
    /// while somebody gets ready to try again. One that a rollback took back has not begun.
    pub fn has_begun(&self, ix: StepIx) -> bool {
        self.steps.get(ix).is_some_and(|step| match step.status() {
            StepStatus::Undone => false,
            StepStatus::NotApplicable => step.in_effect,
            StepStatus::Done | StepStatus::Failed => true,
            _ => step.now.started.is_some() || step.in_effect,
        })
    }

    /// The fact by which a step has begun, of its present attempt or else of the latest before.
    pub(super) fn begun_by(&self, ix: StepIx) -> Option<&Fact> {
        let step = self.steps.get(ix).filter(|_| self.has_begun(ix))?;
        let attempts = std::iter::once(&step.now).chain(step.earlier.iter().rev());
        let mut facts = attempts.filter_map(|a| a.started.as_ref().or(a.ended.as_ref()));
        facts.next()
    }

    /// Whether work on the present attempt goes on: running, or blocked after its start.
    pub(super) fn goes_on(&self, ix: StepIx) -> bool {
        self.steps
            .get(ix)
            .is_some_and(|step| step.status().is_open_work() && step.now.started.is_some())
    }

    /// A rung by its id, its number (`R1`), or an unambiguous beginning of its id.
    ///
    /// # Errors
    /// The ids of all candidates, none or several.
    pub fn find_rung(&self, word: &str) -> Result<RungIx, Vec<&str>> {
        let rungs = &self.plan.rollbacks;
        if let Some(ix) = self.rung_ix(word) {
            return Ok(ix);
        }
        let number = |ix: &RungIx| self.rung_number(*ix).eq_ignore_ascii_case(word);
        let mut hits: Vec<RungIx> = (0..rungs.len()).filter(number).collect();
        if hits.is_empty() && !word.is_empty() {
            hits = (0..rungs.len()).filter(|&ix| rungs[ix].id.starts_with(word)).collect();
        }
        match hits[..] {
            [ix] => Ok(ix),
            _ => Err(hits.into_iter().map(|ix| rungs[ix].id.as_str()).collect()),
        }
    }

    /// The index of a rung by its exact id.
    pub(super) fn rung_ix(&self, id: &str) -> Option<RungIx> {
        self.plan.rollbacks.iter().position(|rung| rung.id == id)
    }

    /// A rung's spoken name, `R1`: that of its steps, which is frozen when the run opens.
    pub fn rung_number(&self, rung: RungIx) -> String {
        let first = self.plan.rollbacks.get(rung).and_then(|r| self.plan.steps.get(r.steps.start));
        let of_step = first.and_then(|step| step.number.split_once('.'));
        of_step.map_or_else(|| format!("R{}", rung + 1), |(number, _)| number.to_owned())
    }

    /// The step whose start took a rung away; none: it is available.
    pub fn gone(&self, rung: RungIx) -> Option<StepIx> {
        match self.plan.rollbacks.get(rung)?.available_until {
            AvailableUntil::End => None,
            AvailableUntil::Step(ix) => self.has_begun(ix).then_some(ix),
            AvailableUntil::PointOfNoReturn => self.returned(),
        }
    }

    /// The point of no return that was passed first.
    fn returned(&self) -> Option<StepIx> {
        let passed = self.no_return.iter().copied().filter(|&ix| self.has_begun(ix));
        passed.min_by_key(|&ix| self.begun_by(ix).map(|fact| fact.seq))
    }

    /// Whether work that a rung covers has begun.
    pub fn is_needed(&self, rung: RungIx) -> bool {
        let rung = self.plan.rollbacks.get(rung);
        let begun = |&ix: &StepIx| self.plan.steps[ix].kind.is_work() && self.has_begun(ix);
        rung.is_some_and(|r| r.covers.iter().any(begun))
    }

    /// The first rung of the ladder that is available and needed.
    pub fn first_rung(&self) -> Option<RungIx> {
        (0..self.plan.rollbacks.len())
            .find(|&rung| self.gone(rung).is_none() && self.is_needed(rung))
    }

    /// The rungs that are available, in the order of the ladder.
    pub fn available_rungs(&self) -> Vec<RungIx> {
        (0..self.plan.rollbacks.len()).filter(|&rung| self.gone(rung).is_none()).collect()
    }

    /// Covered steps with work going on, which must be settled before a rung can begin.
    pub fn to_settle(&self, rung: RungIx) -> Vec<StepIx> {
        let Some(rung) = self.plan.rollbacks.get(rung) else { return Vec::new() };
        // Its own ones go on only where they were deferred when it was taken before.
        let concerned = rung.covers.iter().copied().chain(rung.steps.clone());
        concerned.filter(|&ix| self.goes_on(ix)).collect()
    }

    /// The steps of a rung that apply, judged now; of one that is on, those that do apply.
    pub fn rung_applies(&self, rung: RungIx) -> Vec<StepIx> {
        let Some(steps) = self.plan.rollbacks.get(rung).map(|r| r.steps.clone()) else {
            return Vec::new();
        };
        let on = self.rung_on() == Some(rung);
        let applies = |ix: &StepIx| match on {
            true => self.steps[*ix].status() != StepStatus::NotApplicable,
            false => self.would_apply(*ix),
        };
        steps.filter(applies).collect()
    }

    /// Whether a step of a rung has something to do, were its rung begun now.
    pub(super) fn would_apply(&self, ix: StepIx) -> bool {
        self.would_apply_with(ix, |undone| self.has_begun(undone))
    }

    /// The same, were the steps begun of which `begun` says so.
    pub(super) fn would_apply_with(&self, ix: StepIx, begun: impl Fn(StepIx) -> bool) -> bool {
        let Some(step) = self.plan.steps.get(ix).filter(|_| !self.is_left_out(ix)) else {
            return false;
        };
        // A choice outside the rung will not be made while it is on: what was chosen counts.
        let taken = step.when.as_ref().is_none_or(|when| {
            self.plan.steps.get(when.step).is_some_and(|choice| choice.place == step.place)
                || self.steps[when.step].now.option.as_deref() == Some(when.is.as_str())
        });
        taken && (step.undoes.is_empty() || step.undoes.iter().any(|&undone| begun(undone)))
    }

    /// The rollback that is on.
    pub fn rolling_back(&self) -> Option<&Rollback> {
        self.rollbacks.last().filter(|r| self.status == RunStatus::RollingBack && r.ended.is_none())
    }

    /// The rung that is being taken.
    pub fn rung_on(&self) -> Option<RungIx> {
        self.rolling_back().and_then(|on| self.rung_ix(&on.rung))
    }

    /// Whether a rung is being taken, or has been.
    pub fn was_taken(&self, rung: RungIx) -> bool {
        let id = self.plan.rollbacks.get(rung).map(|r| &r.id);
        self.rollbacks.iter().any(|taken| Some(&taken.rung) == id)
    }

    /// The rung proposed by `on_failure`, `on_no_go` or a rung that failed, while the run is held
    /// for it: the first of the ladder from there on that is available and needed.
    pub fn proposed_rung(&self) -> Option<RungIx> {
        let proposal = self.proposal.as_ref()?;
        self.held()?;
        if let ProposedBy::Step(id) = &proposal.by {
            let failed = self.step_ix(id).map(|ix| self.steps[ix].status());
            if failed != Some(StepStatus::Failed) {
                return None;
            }
        }
        self.down_from(self.rung_ix(&proposal.rung)).filter(|rung| self.rung_on() != Some(*rung))
    }

    /// The rung that would be proposed if this one failed; none: no rung is left.
    pub fn rung_after(&self, rung: RungIx) -> Option<RungIx> {
        self.down_from(self.plan.rollbacks.get(rung)?.otherwise)
    }

    /// The first rung that is available and needed, from this one on by way of `otherwise`.
    pub(super) fn down_from(&self, from: Option<RungIx>) -> Option<RungIx> {
        let mut next = from;
        // A ladder never goes round, so this ends; the bound is there for a broken one.
        for _ in 0..self.plan.rollbacks.len() {
            let rung = next?;
            if self.gone(rung).is_none() && self.is_needed(rung) {
                return Some(rung);
            }
            next = self.plan.rollbacks.get(rung)?.otherwise;
        }
        None
    }

    /// The rungs that the start of this step would take away now.
    pub fn takes_away(&self, ix: StepIx) -> Vec<RungIx> {
        let Some(step) = self.plan.steps.get(ix).filter(|_| !self.has_begun(ix)) else {
            return Vec::new();
        };
        let takes = |rung: &Rung| match rung.available_until {
            AvailableUntil::End => false,
            AvailableUntil::Step(until) => until == ix,
            AvailableUntil::PointOfNoReturn => step.point_of_no_return,
        };
        let mut rungs = self.available_rungs();
        rungs.retain(|&rung| takes(&self.plan.rollbacks[rung]));
        rungs
    }

    /// The steps of a rung that apply as things are.
    pub fn applying(&self, rung: RungIx) -> impl Iterator<Item = StepIx> + '_ {
        let steps = self.plan.rollbacks.get(rung).map(|rung| rung.steps.clone());
        let status = |ix: StepIx| self.steps.get(ix).map(|step| step.status());
        steps
            .into_iter()
            .flatten()
            .filter(move |&ix| status(ix).is_some_and(|now| now != StepStatus::NotApplicable))
    }

    /// What ending a rung well would do now. Steps with work going on are listed as if settled.
    pub fn recycles(&self, rung: RungIx) -> Recycled {
        let Some(rung) = self.plan.rollbacks.get(rung) else { return Recycled::default() };
        match rung.then {
            Then::Stop => self.stops(rung),
            Then::Resume(from) => self.resumes(rung, from),
        }
    }

    fn stops(&self, rung: &Rung) -> Recycled {
        let mut recycled = Recycled::default();
        for ix in self.plan.forward_steps() {
            let covered = rung.covers.binary_search(&ix).is_ok();
            match self.steps[ix].status() {
                _ if covered && self.has_begun(ix) => recycled.undone.push(ix),
                StepStatus::Planned | StepStatus::Blocked if !self.goes_on(ix) => {
                    recycled.not_applicable.push(ix);
                }
                // What it covers is not owed any more.
                StepStatus::Deferred => recycled.not_applicable.extend(covered.then_some(ix)),
                _ => {}
            }
        }
        recycled
    }

    fn resumes(&self, rung: &Rung, from: StepIx) -> Recycled {
        let (before, returns) = (self.plan.before(from), self.returning(rung, from));
        let mut recycled = Recycled::default();
        for ix in self.plan.forward_steps() {
            if returns[ix] {
                recycled.back.extend(self.is_touched(ix).then_some(ix));
            } else if before[ix] && self.has_begun(ix) && rung.covers.binary_search(&ix).is_ok() {
                recycled.undone.push(ix);
            }
        }
        // The branches of a choice that is made again are open again.
        let branch = |ix: &StepIx| {
            let of = self.plan.steps[*ix].when.as_ref().map(|when| when.step);
            of.is_some_and(|choice| returns[choice])
                && self.steps[*ix].status() == StepStatus::NotApplicable
                && !self.is_left_out(*ix)
        };
        recycled.back.extend(self.plan.forward_steps().filter(branch));
        recycled.back.sort_unstable();
        recycled
    }

    /// What a rung that resumes returns to planned: what it covers but for what precedes that step,
    /// and all that follows it.
    pub(super) fn returning(&self, rung: &Rung, from: StepIx) -> Vec<bool> {
        let (before, mut returns) = (self.plan.before(from), self.plan.after(from));
        for &ix in &rung.covers {
            returns[ix] |= !before[ix];
        }
        returns[from] = true;
        returns
    }

    /// Whether anything was recorded for the present attempt that a fresh one must not inherit.
    /// That somebody stands by or is kept from beginning holds for the next one, too.
    fn is_touched(&self, ix: StepIx) -> bool {
        let now = &self.steps[ix].now;
        match now.status {
            StepStatus::NotApplicable => false,
            StepStatus::Blocked if now.started.is_none() => false,
            StepStatus::Planned => {
                !(now.signatures.is_empty()
                    && now.votes.is_empty()
                    && now.items.is_empty()
                    && now.values.is_empty()
                    && now.evidence.is_empty())
            }
            _ => true,
        }
    }

    /// Whether a rehearsal leaves this step out.
    pub(super) fn is_left_out(&self, ix: StepIx) -> bool {
        self.mode == Mode::Rehearsal && !self.plan.steps[ix].in_rehearsal
    }

    /// The rung that keeps a forward step from starting at that moment.
    pub(super) fn kept_back(&self, ix: StepIx, at: Time) -> Option<RungIx> {
        let on = self.rolling_back().filter(|on| on.begun.at <= at)?;
        if !self.plan.forward_steps().contains(&ix) {
            return None;
        }
        let keeps = on.keeps.as_ref().is_none_or(|keeps| keeps.get(ix).copied().unwrap_or(false));
        self.rung_ix(&on.rung).filter(|_| keeps)
    }

    /// When the rollback ended that returned this step to planned, if that lies after `at`: no
    /// later attempt begins before.
    pub(super) fn recycled_after(&self, ix: StepIx, at: Time) -> Option<Time> {
        let step = self.plan.steps.get(ix)?;
        let ended = |rollback: &&Rollback| rollback.ended.as_ref().is_some_and(|f| f.at > at);
        let mut returned =
            self.rollbacks.iter().rev().filter(ended).filter(|r| r.recycled.contains(&step.id));
        returned.next().and_then(|rollback| rollback.ended.as_ref()).map(|fact| fact.at)
    }

    /// Whether a step of a rung may be worked on: its rung is on, or it was deferred when that
    /// ended and is still owed.
    pub(super) fn is_rung_work(&self, ix: StepIx) -> bool {
        let Some(Place::Rung(rung)) = self.plan.steps.get(ix).map(|s| s.place) else {
            return false;
        };
        if self.rung_on() == Some(rung) {
            return true;
        }
        let id = &self.plan.rollbacks[rung].id;
        let taken = self.rollbacks.iter().rev().find(|taken| taken.rung == *id);
        taken.and_then(|taken| taken.ended.as_ref()).is_some_and(|end| self.owed_since(ix, end))
    }

    /// Whether a step was deferred at that moment and is being finished now: deferred still,
    /// started, failed or reopened since.
    pub(super) fn owed_since(&self, ix: StepIx, end: &Fact) -> bool {
        let Some(step) = self.steps.get(ix) else { return false };
        let since = |at: Option<&Fact>| at.is_some_and(|f| f.seq > end.seq);
        match step.status() {
            StepStatus::Deferred | StepStatus::Running | StepStatus::Blocked => true,
            StepStatus::Failed => since(step.now.ended.as_ref()),
            StepStatus::Planned => since(step.earlier.last().and_then(|a| a.ended.as_ref())),
            _ => false,
        }
    }
}
