//! Until when one can roll back: window close − (decision margin + the longest `abort` of covered
//! running steps + the critical path of the applicable steps of the first available rung that
//! covers a begun step, by likely durations).

use super::steps::Source;
use super::{ms, time};
use crate::run::Time;
use crate::run::clock::delta;
use crate::run::state::{RunState, RunStatus, Waiting};
use crate::runbook::network::Ms;
use crate::runbook::{AvailableUntil, Place, RungIx, Secs, StepIx, StepKind};
use std::collections::BTreeSet;

/// The way back that there is: a rung, and what taking it would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayBack {
    /// The first available rung that covers a begun step.
    pub rung: RungIx,
    /// Seconds it takes: the longest abort of covered running steps and its critical path, without
    /// the decision margin.
    pub duration: Secs,
    /// The latest moment at which deciding for it still ends inside the window; none without a
    /// window.
    pub by: Option<Time>,
}

/// How it stands with the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RollBack {
    /// The runbook has no rungs.
    #[default]
    NoLadder,
    /// Nothing that a rung covers has begun.
    NotNeeded,
    /// There is one.
    By(WayBack),
    /// There is none any more.
    FixForward {
        /// The step whose start took the last one away.
        since: StepIx,
    },
    /// It is being taken.
    On {
        /// The rung.
        rung: RungIx,
        /// When it is expected to end.
        finish: Option<Time>,
    },
    /// The run has ended.
    Over,
}

impl RollBack {
    /// Until when the decision to roll back still ends inside the window, if that is a question.
    pub fn by(&self) -> Option<Time> {
        match self {
            Self::By(way) => way.by,
            _ => None,
        }
    }
}

/// What of the ladder does not change while the plan does not, and which steps have begun.
#[derive(Debug, Clone, Default)]
pub(super) struct Ladder {
    /// Every point of no return.
    no_returns: Vec<StepIx>,
    /// Forward steps: whether the present attempt has begun.
    begun: Vec<bool>,
    /// By rung: how many of the work steps it covers have begun.
    needed: Vec<usize>,
}

impl Ladder {
    pub fn of(state: &RunState) -> Self {
        let plan = &state.plan;
        let no_returns = (0..plan.steps.len()).filter(|&ix| plan.steps[ix].point_of_no_return);
        let mut ladder = Self {
            no_returns: no_returns.collect(),
            begun: vec![false; plan.forward_steps().len()],
            needed: vec![0; plan.rollbacks.len()],
        };
        for ix in plan.forward_steps() {
            ladder.step_changed(state, ix);
        }
        ladder
    }

    /// Takes note of what became of a step.
    pub fn step_changed(&mut self, state: &RunState, ix: StepIx) {
        let begun = state.has_begun(ix);
        let Some(before) = self.begun.get_mut(ix) else { return };
        if std::mem::replace(before, begun) == begun || !state.plan.steps[ix].kind.is_work() {
            return;
        }
        for (rung, count) in state.plan.rollbacks.iter().zip(&mut self.needed) {
            if rung.covers.binary_search(&ix).is_ok() {
                *count = if begun { *count + 1 } else { count.saturating_sub(1) };
            }
        }
    }

    fn has_begun(&self, ix: StepIx, next: Option<StepIx>) -> bool {
        next == Some(ix) || self.begun.get(ix).copied().unwrap_or(false)
    }

    /// The step that has taken a rung away, `next` counted as begun; none: it is available.
    fn gone(&self, state: &RunState, rung: RungIx, next: Option<StepIx>) -> Option<StepIx> {
        match state.plan.rollbacks.get(rung)?.available_until {
            AvailableUntil::End => None,
            AvailableUntil::Step(until) => self.has_begun(until, next).then_some(until),
            AvailableUntil::PointOfNoReturn => self
                .passed(state)
                .or_else(|| next.filter(|ix| self.no_returns.binary_search(ix).is_ok())),
        }
    }

    /// The point of no return that was passed first.
    fn passed(&self, state: &RunState) -> Option<StepIx> {
        let passed = self.no_returns.iter().copied().filter(|&ix| state.has_begun(ix));
        passed.min_by_key(|&ix| state.begun_by(ix).map(|fact| fact.seq))
    }

    fn is_needed(&self, state: &RunState, rung: RungIx, next: Option<StepIx>) -> bool {
        let covers = |ix: StepIx| {
            let rung = state.plan.rollbacks.get(rung);
            state.plan.steps[ix].kind.is_work()
                && rung.is_some_and(|r| r.covers.binary_search(&ix).is_ok())
        };
        self.needed.get(rung).is_some_and(|&begun| begun > 0) || next.is_some_and(covers)
    }

    /// How it stands with the way back; with `next` counted as begun, if one is given.
    pub fn roll_back(
        &self,
        state: &RunState,
        source: &Source,
        open: &BTreeSet<StepIx>,
        next: Option<StepIx>,
        now: Time,
    ) -> RollBack {
        let rungs = state.plan.rollbacks.len();
        if state.status.is_over() {
            return RollBack::Over;
        }
        if let (RunStatus::RollingBack, Some(on)) = (state.status, &source.rung) {
            return RollBack::On { rung: on.rung, finish: time(on.end) };
        }
        if rungs == 0 {
            return RollBack::NoLadder;
        }
        let needed = |rung: &RungIx| self.is_needed(state, *rung, next);
        let available = |rung: &RungIx| self.gone(state, *rung, next).is_none();
        if let Some(rung) = (0..rungs).find(|rung| needed(rung) && available(rung)) {
            return RollBack::By(self.way_back(state, source, open, rung, next, now));
        }
        // What has begun cannot be taken back any more; or nothing has, and nothing ever could be.
        let any_needed = (0..rungs).any(|rung| needed(&rung));
        if !any_needed && (0..rungs).any(|rung| available(&rung)) {
            return RollBack::NotNeeded;
        }
        let lost = (0..rungs)
            .filter(|rung| !any_needed || needed(rung))
            .filter_map(|rung| self.gone(state, rung, next));
        let since = lost.max_by_key(|&ix| (begun_at(state, ix), ix));
        since.map_or(RollBack::NotNeeded, |since| RollBack::FixForward { since })
    }

    fn way_back(
        &self,
        state: &RunState,
        source: &Source,
        open: &BTreeSet<StepIx>,
        rung: RungIx,
        next: Option<StepIx>,
        now: Time,
    ) -> WayBack {
        let covered = |ix: &StepIx| {
            let rung = state.plan.rollbacks.get(rung);
            rung.is_some_and(|rung| rung.covers.binary_search(ix).is_ok())
        };
        let by_then = next.and_then(|next| start_of(state, source, next, now));
        let goes_on = |ix: &StepIx| {
            state.goes_on(*ix)
                && by_then.is_none_or(|then| source.span(*ix).1.is_some_and(|finish| finish > then))
        };
        let running = open.iter().copied().filter(goes_on);
        let running = running.chain(next.filter(|&ix| state.plan.steps[ix].kind.is_work()));
        let abort = running.filter(covered).map(|ix| state.plan.steps[ix].abort).max().unwrap_or(0);
        let path = source.network.critical_path(&state.plan, rung, |ix| {
            state.would_apply_with(ix, |undone| self.has_begun(undone, next))
        });
        let duration = abort.max(0) + path;
        let by = state.window(now).map(|window| latest(state, window.closes, duration));
        WayBack { rung, duration, by }
    }
}

/// When the step that starts next does so, if it waits for others: what is expected to end until
/// then is not running any more. None: it may start at once, whatever else goes on.
fn start_of(state: &RunState, source: &Source, next: StepIx, now: Time) -> Option<Ms> {
    let waits = state.waiting_for(next, now).iter().any(|waiting| *waiting != Waiting::Held);
    source.span(next).0.filter(|_| waits)
}

/// The latest decision for something that takes so many seconds.
pub(super) fn latest(state: &RunState, closes: Time, duration: Secs) -> Time {
    closes - delta(state.plan.release.decision_margin.max(0).saturating_add(duration))
}

/// When the step that took a rung away began; one that has not is still to come.
fn begun_at(state: &RunState, ix: StepIx) -> Time {
    state.begun_by(ix).map_or(Time::MAX_UTC, |fact| fact.at)
}

/// When, if everything went as planned, the roll back by of that moment would pass for the first
/// time, the window closing as it does now. None: as planned, it never does.
///
/// As planned, which rung is needed, and for how long it takes, changes only when a step starts or
/// finishes that a rung covers, undoes or waits for; between two such moments it stands.
pub(super) fn planned_passing(state: &RunState, source: &Source, now: Time) -> Option<Ms> {
    let closes = state.window(now)?.closes;
    let plan = &state.plan;
    let span = |ix: StepIx| source.plan.counted(&source.network, ix);
    let mut needed_from = Vec::new();
    let mut moments = BTreeSet::new();
    for rung in &plan.rollbacks {
        let starts = rung
            .covers
            .iter()
            .filter(|&&ix| state.plan.steps[ix].kind.is_work())
            .filter_map(|&ix| span(ix));
        let first = starts.map(|(start, _)| start).min();
        needed_from.push(first);
        moments.extend(first);
        for &ix in rung.covers.iter().filter(|&&ix| plan.steps[ix].abort > 0) {
            moments.extend(span(ix).into_iter().flat_map(|(start, finish)| [start, finish]));
        }
        let undone = rung.steps.clone().flat_map(|ix| plan.steps[ix].undoes.iter().copied());
        moments.extend(undone.filter_map(span).map(|(start, _)| start));
    }
    let gone_from = gone_from(state, &span);
    moments.extend(gone_from.iter().flatten());
    let moments: Vec<Ms> = moments.into_iter().collect();
    for (at, &moment) in moments.iter().enumerate() {
        let begun = |ix: StepIx| span(ix).is_some_and(|(start, _)| start <= moment);
        let first = (0..plan.rollbacks.len()).find(|&rung| {
            needed_from[rung].is_some_and(|from| from <= moment)
                && gone_from[rung].is_none_or(|from| moment < from)
        });
        let Some(rung) = first else { continue };
        let running = plan.rollbacks[rung].covers.iter().filter(|&&ix| {
            plan.steps[ix].abort > 0
                && span(ix).is_some_and(|(start, finish)| start <= moment && moment < finish)
        });
        let abort = running.map(|&ix| plan.steps[ix].abort).max().unwrap_or(0);
        let path = source.network.critical_path(plan, rung, |ix| state.would_apply_with(ix, begun));
        let by = ms(latest(state, closes, abort + path));
        let until = moments.get(at + 1).copied().or(source.plan.end()).unwrap_or(moment);
        if by < until {
            return Some(by.max(moment));
        }
    }
    None
}

/// By rung: when, as planned, it is gone.
fn gone_from(state: &RunState, span: &impl Fn(StepIx) -> Option<(Ms, Ms)>) -> Vec<Option<Ms>> {
    let plan = &state.plan;
    let no_return = plan
        .forward_steps()
        .filter(|&ix| plan.steps[ix].point_of_no_return)
        .filter_map(span)
        .map(|(start, _)| start)
        .min();
    let gone = |until: AvailableUntil| match until {
        AvailableUntil::End => None,
        AvailableUntil::Step(ix) => span(ix).map(|(start, _)| start),
        AvailableUntil::PointOfNoReturn => no_return,
    };
    plan.rollbacks.iter().map(|rung| gone(rung.available_until)).collect()
}

/// The first step, in the order of the plan, that should have been on its way before `passing` and
/// is neither started nor settled.
pub(super) fn not_on_its_way(
    state: &RunState,
    source: &Source,
    passing: Option<Ms>,
) -> Option<StepIx> {
    state.plan.forward_steps().find(|&ix| {
        let mark = source.marks.get(ix).copied().unwrap_or_default();
        let planned = source.plan.counted(&source.network, ix);
        !mark.settled
            && !mark.out
            && !source.is_absent(ix)
            && !state.has_begun(ix)
            && planned.is_some_and(|(start, _)| passing.is_none_or(|passing| start < passing))
    })
}

/// Whether a step is one that the lead decides to start: no mark, which is reached by itself.
pub(super) fn can_be_next(state: &RunState, ix: StepIx) -> bool {
    state.plan.steps.get(ix).is_some_and(|step| {
        matches!(step.place, Place::Phase(_)) && step.kind != StepKind::Milestone
    })
}
