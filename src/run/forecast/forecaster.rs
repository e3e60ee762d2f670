//! The forecast, kept up to date: the plan is prepared once, an event changes what is known of the
//! steps it touched, and a walk over flat arrays does the rest.

use super::input::{Known, Rolling, known};
use super::plan_times::{Key, PlanTimes};
use super::roll_back::{self, Ladder};
use super::steps::{Mark, Role, RungTimes, Source, Steps};
use super::streams::{Streams, Survey};
use super::{Forecast, ms, rag, time};
use crate::run::Time;
use crate::run::state::{Pause, RunState, RunStatus, StepState, StepStatus};
use crate::runbook::network::{Ms, NEVER, Times, length_ms};
use crate::runbook::{Moment, Network, Place, Runbook, StepIx, StepKind};
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

/// A forecast of one run that is kept up to date. Reads as the [`Forecast`] it last made; equal, at
/// every moment, to a plain recomputation.
#[derive(Debug, Clone)]
pub struct Forecaster {
    plan: Arc<Runbook>,
    /// The steps' states as they were last looked at: one that has changed is another one.
    seen: Vec<Arc<StepState>>,
    turn: Turn,
    moments: Moments,
    rolling: Option<Rolling>,
    /// Forward steps that wait for the end of the rung that is on.
    after_rung: Vec<StepIx>,
    /// Steps being worked on, blocked or failed: those that time moves.
    open: BTreeSet<StepIx>,
    fixed: Fixed,
    ladder: Ladder,
    streams: Streams,
    /// When the plan's own roll back by passes, for a window that closes then and these options.
    passing: Option<((Time, Options), Option<Ms>)>,
    forecast: Forecast,
}

/// What only another plan changes.
#[derive(Debug, Clone, Default)]
struct Fixed {
    /// Steps with a `not_before`.
    floors: Vec<StepIx>,
    /// Steps that hang on a choice.
    conditional: Vec<StepIx>,
    /// Gates with a deadline.
    deadlines: Vec<StepIx>,
    /// Some moment is a clock time without a date.
    has_clock_times: bool,
}

/// What concerns every step at once: when it changes, all of them are looked at again.
#[derive(Debug, Clone, PartialEq)]
struct Turn {
    status: RunStatus,
    started: bool,
    /// Every rung that was taken, and whether it ended: a correction may put another in its place.
    taken: Vec<(String, bool)>,
}

/// What the moments of a plan hang on: when it changes, they have moved.
#[derive(Debug, Clone, PartialEq)]
struct Moments {
    plan: Key,
    holds: Vec<(Time, Option<Time>)>,
    /// Set while they move with time.
    now: Option<Time>,
}

impl Turn {
    fn of(state: &RunState) -> Self {
        Self {
            status: state.status,
            started: state.started.is_some(),
            taken: state.rollbacks.iter().map(|on| (on.rung.clone(), on.ended.is_some())).collect(),
        }
    }
}

impl Moments {
    fn of(state: &RunState, now: Time) -> Self {
        let span = |hold: &Pause| (hold.from.at, hold.until.as_ref().map(|f| f.at));
        let moving = state.started.is_none() || state.held().is_some();
        Self {
            plan: Key::of(state, now),
            holds: state.holds.iter().map(span).collect(),
            now: moving.then_some(now),
        }
    }
}

impl Fixed {
    fn of(plan: &Runbook) -> Self {
        let all = 0..plan.steps.len();
        let step = |ix: &StepIx| &plan.steps[*ix];
        let is_clock = |moment: &Moment| matches!(moment, Moment::Clock(_));
        let deadline = |ix: &StepIx| step(ix).gate.as_ref().and_then(|gate| gate.deadline);
        Self {
            floors: all.clone().filter(|ix| step(ix).not_before.is_some()).collect(),
            conditional: all.clone().filter(|ix| step(ix).when.is_some()).collect(),
            deadlines: all.clone().filter(|ix| deadline(ix).is_some()).collect(),
            has_clock_times: plan.release.start.as_ref().is_some_and(is_clock)
                || plan.steps.iter().any(|step| step.not_before.as_ref().is_some_and(is_clock)),
        }
    }
}

impl Forecaster {
    /// Prepares the plan of a run, and makes its forecast at `now`.
    pub fn new(state: &RunState, now: Time) -> Self {
        Self::with(state, Arc::new(Network::of(&state.plan)), now)
    }

    /// The same with the plan's network, where that is prepared already.
    pub(super) fn with(state: &RunState, network: Arc<Network>, now: Time) -> Self {
        let inputs = network.forward().inputs();
        let plan = Arc::new(PlanTimes::of(state, &network, now));
        let marks = vec![Mark::default(); state.plan.steps.len()];
        let roles = vec![Role::default(); network.forward().steps().len()];
        let streams = Streams::of(&state.plan, &network);
        let source = Source { network, inputs, plan, marks, roles, ..Source::default() };
        let mut forecaster = Self {
            plan: state.plan.clone(),
            seen: state.steps.clone(),
            turn: Turn::of(state),
            moments: Moments::of(state, now),
            rolling: None,
            after_rung: Vec::new(),
            open: BTreeSet::new(),
            fixed: Fixed::of(&state.plan),
            ladder: Ladder::of(state),
            streams,
            passing: None,
            forecast: Forecast { steps: Steps::of(source), ..Forecast::default() },
        };
        forecaster.begin_turn(state, now);
        forecaster.streams.plan_changed(&forecaster.forecast.steps.source);
        forecaster.look_ahead(state, now);
        forecaster
    }

    /// The forecast as it was last made.
    pub fn forecast(&self) -> &Forecast {
        &self.forecast
    }

    /// The forecast as it was last made, without what keeps it up to date.
    pub fn into_forecast(self) -> Forecast {
        self.forecast
    }

    /// Something happened to the run: entries were folded, or it is another run altogether.
    pub fn event(&mut self, state: &RunState, now: Time) -> &Forecast {
        if !Arc::ptr_eq(&self.plan, &state.plan) || self.seen.len() != state.steps.len() {
            *self = Self::new(state, now);
            return &self.forecast;
        }
        let mut changed = Vec::new();
        for (ix, (seen, step)) in self.seen.iter_mut().zip(&state.steps).enumerate() {
            if !Arc::ptr_eq(seen, step) {
                seen.clone_from(step);
                changed.push(ix);
            }
        }
        for &ix in &changed {
            self.ladder.step_changed(state, ix);
        }
        let turn = Turn::of(state);
        if turn == self.turn {
            let chosen = |ix: &StepIx| self.plan.steps[*ix].kind == StepKind::Choice;
            if changed.iter().any(chosen) {
                changed.extend(&self.fixed.conditional);
            }
            for ix in changed {
                self.look_at(state, ix, now);
            }
        } else {
            self.turn = turn;
            self.begin_turn(state, now);
        }
        self.move_moments(state, now);
        self.look_ahead(state, now);
        &self.forecast
    }

    /// Time has passed, and nothing else has happened since the last call of [`Self::event`].
    pub fn tick(&mut self, state: &RunState, now: Time) -> &Forecast {
        self.move_moments(state, now);
        self.look_ahead(state, now);
        &self.forecast
    }

    fn source(&mut self) -> &mut Source {
        &mut self.forecast.steps.source
    }

    /// Looks at every step anew.
    fn begin_turn(&mut self, state: &RunState, now: Time) {
        self.rolling = Rolling::of(state);
        self.after_rung.clear();
        self.open.clear();
        let network = self.source().network.clone();
        self.source().overruns.clear();
        self.source().rung = state.rung_on().and_then(|rung| {
            let inputs = network.rung(rung)?.inputs();
            Some(RungTimes { rung, inputs, times: Times::default(), end: NEVER })
        });
        for ix in 0..state.plan.steps.len() {
            self.look_at(state, ix, now);
        }
    }

    /// Takes note of what is known of a step now.
    fn look_at(&mut self, state: &RunState, ix: StepIx, now: Time) {
        let known = known(state, self.rolling.as_ref(), ix, now);
        let works = match known.mark.status {
            StepStatus::Running | StepStatus::Blocked | StepStatus::Failed => !known.mark.settled,
            _ => false,
        };
        // What is done again after the rung that is on wants no decision any more.
        if works && !known.mark.out && !known.after_rung {
            self.open.insert(ix);
        } else {
            self.open.remove(&ix);
        }
        let waits = self.after_rung.binary_search(&ix);
        match (known.after_rung, waits) {
            (true, Err(at)) => self.after_rung.insert(at, ix),
            (false, Ok(at)) => {
                self.after_rung.remove(at);
            }
            _ => {}
        }
        self.write(state, ix, known);
    }

    fn write(&mut self, state: &RunState, ix: StepIx, known: Known) {
        let source = &mut self.forecast.steps.source;
        if let Some(mark) = source.marks.get_mut(ix) {
            let before = std::mem::replace(mark, known.mark).status;
            if let Some(position) = source.network.forward().position(ix) {
                self.streams.step_changed(position, before, known.mark.status);
            }
        }
        match known.overruns {
            Some(from) => source.overruns.insert(ix, from),
            None => source.overruns.remove(&ix),
        };
        let network = source.network.clone();
        let (part, inputs) = match state.plan.steps[ix].place {
            Place::Phase(_) => (network.forward(), &mut source.inputs),
            Place::Rung(rung) => match (network.rung(rung), &mut source.rung) {
                (Some(part), Some(on)) if on.rung == rung => (part, &mut on.inputs),
                _ => return,
            },
        };
        if let Some(position) = part.position(ix) {
            inputs.set(position, known.input);
            inputs.hang(part, position, known.hangs);
        }
        if let Some(role) = network.forward().position(ix).and_then(|p| source.roles.get_mut(p)) {
            let waits = !known.mark.settled && !known.mark.out;
            let planned = waits && known.mark.status == StepStatus::Planned;
            *role = Role {
                begins: planned && roll_back::can_be_next(state, ix),
                counts: !known.mark.out
                    && (waits || known.mark.status != StepStatus::NotApplicable),
                planned,
            };
        }
    }

    /// Moves what hangs on T times, holds and the start, where one of those has moved.
    fn move_moments(&mut self, state: &RunState, now: Time) {
        let moments = Moments::of(state, now);
        if moments == self.moments {
            return;
        }
        let has_clock_times = self.fixed.has_clock_times;
        let source = self.source();
        if !source.plan.is_of(&moments.plan, has_clock_times) {
            source.plan = Arc::new(PlanTimes::of(state, &source.network, now));
            self.streams.plan_changed(&self.forecast.steps.source);
            self.passing = None;
        }
        self.moments = moments;
        let floors = std::mem::take(&mut self.fixed.floors);
        for &ix in &floors {
            self.look_at(state, ix, now);
        }
        self.fixed.floors = floors;
    }

    /// The passes, and what follows from them.
    fn look_ahead(&mut self, state: &RunState, now: Time) {
        let open: Vec<StepIx> = self.open.iter().copied().collect();
        for ix in open {
            let known = known(state, self.rolling.as_ref(), ix, now);
            self.write(state, ix, known);
        }
        let over = state.status.is_over();
        let source = &mut self.forecast.steps.source;
        source.now = ms(now);
        source.going = state.started.is_some() && !over;
        let from = match &state.started {
            Some(_) => now,
            // Before the run has started nothing starts earlier than planned.
            None => state.planned_start(now).max(now),
        };
        let rung_end = source.pass_rung(ms(now));
        if let Some(end) = rung_end {
            self.wait_for_rung(state, now, end);
        }
        let source = &mut self.forecast.steps.source;
        let network = source.network.clone();
        network.forward().pass_latest(&mut source.inputs, &mut source.times, ms(from));
        let end = source.times.end().max(rung_end);
        network.forward().pass_backward(&source.inputs, &mut source.times, end.unwrap_or(ms(now)));
        self.forecast.finish = match &state.ended {
            Some(ended) => Some(ended.at),
            None => end.and_then(time),
        };
        self.forecast.plan_finish = source.plan.end().and_then(time);
        self.forecast.steps.turn_over();
        let grace = length_ms(state.plan.release.amber_after);
        let survey = self.streams.survey(&self.forecast.steps.source, grace);
        self.way_back(state, survey.next, now);
        self.judge(state, &survey, now);
    }

    /// What the rung that is on keeps back starts when it has ended.
    fn wait_for_rung(&mut self, state: &RunState, now: Time, end: Ms) {
        let after = std::mem::take(&mut self.after_rung);
        for &ix in &after {
            let known = known(state, self.rolling.as_ref(), ix, now);
            self.write(state, ix, known);
            let source = self.source();
            if let Some(position) = source.network.forward().position(ix) {
                source.inputs.raise_floor(position, end);
            }
        }
        self.after_rung = after;
    }

    /// Until when one can roll back: now, and once the next step has started.
    fn way_back(&mut self, state: &RunState, next: Option<StepIx>, now: Time) {
        let source = &self.forecast.steps.source;
        let roll_back = |next| self.ladder.roll_back(state, source, &self.open, next, now);
        let next = match state.status {
            RunStatus::Planned | RunStatus::Active => {
                next.filter(|_| !state.plan.rollbacks.is_empty())
            }
            _ => None,
        };
        let (now, after) = (roll_back(None), next.map(|ix| (ix, roll_back(Some(ix)))));
        (self.forecast.roll_back, self.forecast.after_next) = (now, after);
    }

    fn judge(&mut self, state: &RunState, survey: &Survey, now: Time) {
        let source = &self.forecast.steps.source;
        let passed = self.forecast.roll_back.by().is_some_and(|by| by < now);
        if passed {
            let of = state.window(now).map(|window| (window.closes, options_of_rungs(state)));
            if let Some(of) = of
                && self.passing.as_ref().is_none_or(|(before, _)| *before != of)
            {
                self.passing = Some((of, roll_back::planned_passing(state, source, now)));
            }
        }
        let view = rag::View {
            state,
            source,
            open: &self.open,
            deadlines: &self.fixed.deadlines,
            roll_back: &self.forecast.roll_back,
            finish: self.forecast.finish,
            plan_finish: self.forecast.plan_finish,
            passing: self.passing.as_ref().and_then(|(_, passing)| *passing),
            now,
        };
        let (rag, reasons) = rag::judge(&view);
        self.forecast.streams = self.streams.judge(&view, survey);
        (self.forecast.rag, self.forecast.reasons) = (rag, reasons);
    }
}

impl Source {
    /// The times of the rung that is on, and when it ends.
    fn pass_rung(&mut self, now: Ms) -> Option<Ms> {
        let on = self.rung.as_mut()?;
        let part = self.network.rung(on.rung)?;
        part.pass_latest(&mut on.inputs, &mut on.times, now);
        // When all is done it still wants to be said so.
        on.end = on.times.end().unwrap_or(now).max(now);
        part.pass_backward(&on.inputs, &mut on.times, on.end);
        Some(on.end)
    }
}

impl Deref for Forecaster {
    type Target = Forecast;

    fn deref(&self) -> &Forecast {
        &self.forecast
    }
}

/// What was chosen at the choices that steps of rungs hang on.
type Options = Vec<Option<String>>;

fn options_of_rungs(state: &RunState) -> Options {
    let steps = state.plan.rollbacks.iter().flat_map(|rung| rung.steps.clone());
    let choices = steps.filter_map(|ix| state.plan.steps[ix].when.as_ref());
    choices.map(|when| state.steps[when.step].now.option.clone()).collect()
}
