//! The forecast that is kept up to date equals a plain recomputation, for random plans and random
//! nights; the ladder it tells is the engine's; and the network's times are those of the longest
//! path, found by trying every path.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{self, Forecaster, Intent, RollBack};
use golive::runbook::network::{Input, NEVER, Times, length_ms};
use golive::runbook::{self, LinkOn, Network, Runbook, StepIx};
use proptest::prelude::*;
use support::any_plan::{Shape, event, shape, text, tries};
use support::*;

/// A night on a random plan; none where the plan has errors.
fn night(shape: &Shape) -> Option<Night> {
    let text = text(shape);
    runbook::read(&text).runbook?;
    Some(Night::open_as(&text, shape.mode, "ana"))
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 20_000, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn kept_up_to_date_equals_recomputed(shape in shape(3..11), tries in tries()) {
        let night = night(&shape);
        prop_assume!(night.is_some());
        let mut night = night.expect("assumed");
        let mut forecaster = Forecaster::new(&night.state, night.now);
        for tried in tries {
            night.now += chrono::TimeDelta::seconds(i64::from(tried.2) % 700);
            forecaster.tick(&night.state, night.now);
            prop_assert_eq!(forecaster.forecast(), &run::forecast(&night.state, night.now));
            let Some(event) = event(&night.state, tried) else { continue };
            let intent = Intent {
                override_reason: Some("agreed".to_owned()),
                ..Intent::new(["ana", "bo"][usize::from(tried.3) % 2], event)
            };
            night.force(intent);
            forecaster.event(&night.state, night.now);
            let plain = run::forecast(&night.state, night.now);
            prop_assert_eq!(forecaster.forecast(), &plain);
            ladder_agrees(&night, &plain)?;
        }
    }

    #[test]
    fn early_times_and_float_are_those_of_the_longest_path(shape in shape(3..9)) {
        let reading = runbook::read(&text(&shape));
        prop_assume!(reading.runbook.is_some());
        let mut plan = reading.runbook.expect("assumed");
        // Choices are looked at below.
        plan.steps.iter_mut().for_each(|step| step.when = None);
        let network = Network::of(&plan);
        let part = network.forward();
        let mut inputs = part.inputs();
        for (position, &ix) in part.steps().iter().enumerate() {
            inputs.set(position, Input::Waits { floor: floor(ix), length: length(&plan, ix) });
        }
        let mut times = Times::default();
        part.pass_forward(&inputs, &mut times, 0);
        let end = times.end().expect("there are steps");
        part.pass_backward(&inputs, &mut times, end);
        let all = Paths { plan: &plan };
        let longest = plan.forward_steps().map(|ix| all.to_start(ix) + length(&plan, ix)).max();
        prop_assert_eq!(Some(end), longest);
        for ix in plan.forward_steps() {
            let position = part.position(ix).expect("a forward step");
            let start = all.to_start(ix);
            prop_assert_eq!(times.start(position), Some(start), "start of s{}", ix);
            prop_assert_eq!(times.finish(position), Some(start + length(&plan, ix)));
            let float = end - (start + all.beyond(ix));
            let latest = times.latest_finish(position).expect("walked back");
            prop_assert_eq!(latest - (start + length(&plan, ix)), float, "float of s{}", ix);
        }
    }

    #[test]
    fn one_open_choice_counts_as_the_option_that_ends_latest(shape in shape(3..9)) {
        let reading = runbook::read(&text(&shape));
        prop_assume!(reading.runbook.is_some());
        let plan = reading.runbook.expect("assumed");
        let choices: std::collections::BTreeSet<StepIx> =
            plan.forward_steps().filter_map(|ix| Some(plan.steps[ix].when.as_ref()?.step)).collect();
        prop_assume!(choices.len() == 1);
        let network = Network::of(&plan);
        let part = network.forward();
        let waits = |ix| Input::Waits { floor: NEVER, length: length(&plan, ix) };
        let mut inputs = part.inputs();
        for (position, &ix) in part.steps().iter().enumerate() {
            inputs.set(position, waits(ix));
            inputs.hang(part, position, true);
        }
        let mut times = Times::default();
        part.pass_latest(&mut inputs, &mut times, 0);
        let ends = ["x", "y"].map(|option| {
            // The choice made: steps of the other option wait for the choice alone, and take no time.
            let mut plan = plan.clone();
            let mut lengths: Vec<_> = (0..plan.steps.len()).map(|ix| length(&plan, ix)).collect();
            for ix in plan.forward_steps() {
                let step = &mut plan.steps[ix];
                if let Some(when) = step.when.clone().filter(|when| when.is != option) {
                    step.needs = vec![golive::runbook::Link { step: when.step, on: LinkOn::Finish, lag: 0 }];
                    step.when = None;
                    lengths[ix] = -1;
                }
            }
            end_with(&plan, &lengths)
        });
        prop_assert_eq!(times.end(), ends.into_iter().max());
    }
}

/// The end of a plan by plain recursion; a length below zero marks a step that does not apply: it is
/// settled when its predecessor is, behind no barrier, and never starts.
fn end_with(plan: &Runbook, lengths: &[i64]) -> i64 {
    fn span(plan: &Runbook, lengths: &[i64], ix: StepIx) -> (i64, i64) {
        let step = &plan.steps[ix];
        let off = |ix: StepIx| lengths[ix] < 0;
        let mut at = 0;
        for link in &step.needs {
            let (start, finish) = span(plan, lengths, link.step);
            at = at.max(match link.on {
                LinkOn::Start if off(link.step) => finish,
                LinkOn::Start => start + length_ms(link.lag),
                LinkOn::Finish => finish + length_ms(link.lag),
            });
        }
        if let Some(when) = &step.when {
            at = at.max(span(plan, lengths, when.step).1);
        }
        if let (golive::runbook::Place::Phase(p), false) = (step.place, off(ix)) {
            for &before in &plan.phases[p].after {
                let ends = plan.phases[before].steps.clone().map(|ix| span(plan, lengths, ix).1);
                at = at.max(ends.max().unwrap_or(0));
            }
        }
        (at, at + lengths[ix].max(0))
    }
    plan.forward_steps().map(|ix| span(plan, lengths, ix).1).max().unwrap_or(0)
}

/// What the forecast says of the ladder is what the engine answers.
fn ladder_agrees(night: &Night, forecast: &run::Forecast) -> Result<(), TestCaseError> {
    let state = &night.state;
    match &forecast.roll_back {
        RollBack::By(way) => {
            prop_assert_eq!(Some(way.rung), state.first_rung());
            let applies = state.rung_applies(way.rung);
            let path = Network::of(&state.plan)
                .critical_path(&state.plan, way.rung, |ix| applies.contains(&ix));
            let settle = state.to_settle(way.rung);
            let abort = settle.iter().map(|&ix| state.plan.steps[ix].abort).max().unwrap_or(0);
            prop_assert_eq!(way.duration, path + abort);
        }
        RollBack::On { rung, .. } => prop_assert_eq!(Some(*rung), state.rung_on()),
        RollBack::Over => prop_assert!(state.status.is_over()),
        RollBack::NoLadder => prop_assert!(state.plan.rollbacks.is_empty()),
        RollBack::NotNeeded => {
            prop_assert!((0..state.plan.rollbacks.len()).all(|rung| !state.is_needed(rung)));
        }
        RollBack::FixForward { since } => {
            prop_assert_eq!(state.first_rung(), None);
            prop_assert!(state.has_begun(*since));
        }
    }
    Ok(())
}

fn length(plan: &Runbook, ix: StepIx) -> i64 {
    length_ms(plan.steps[ix].duration.map_or(0, |d| d.likely))
}

/// Some steps may not start before a while has passed.
fn floor(ix: StepIx) -> i64 {
    if ix % 3 == 2 { 900_000 * ix as i64 } else { NEVER }
}

/// Longest paths by trying every path, phases spelled out as a link to each of their steps.
struct Paths<'a> {
    plan: &'a Runbook,
}

impl Paths<'_> {
    /// All links that lead to the start of a step: from where, from which end, with what lag.
    fn links(&self, ix: StepIx) -> Vec<(StepIx, LinkOn, i64)> {
        let step = &self.plan.steps[ix];
        let own = step.needs.iter().map(|link| (link.step, link.on, length_ms(link.lag)));
        let golive::runbook::Place::Phase(phase) = step.place else { return own.collect() };
        let before =
            self.plan.phases[phase].after.iter().flat_map(|&p| self.plan.phases[p].steps.clone());
        own.chain(before.map(|ix| (ix, LinkOn::Finish, 0))).collect()
    }

    fn to_start(&self, ix: StepIx) -> i64 {
        let paths = self.links(ix).into_iter().map(|(before, on, lag)| {
            let own = if on == LinkOn::Finish { length(self.plan, before) } else { 0 };
            self.to_start(before) + own + lag
        });
        paths.max().unwrap_or(0).max(floor(ix)).max(0)
    }

    /// The longest way from the start of a step to the end of everything that moves with it.
    fn beyond(&self, ix: StepIx) -> i64 {
        let own = length(self.plan, ix);
        let onward = self.plan.forward_steps().flat_map(|after| {
            let links = self.links(after).into_iter().filter(|(before, ..)| *before == ix);
            links.map(move |(_, on, lag)| (after, on, lag)).collect::<Vec<_>>()
        });
        let onward = onward.map(|(after, on, lag)| {
            let first = if on == LinkOn::Finish { own } else { 0 };
            first + lag + self.beyond(after)
        });
        onward.max().unwrap_or(0).max(own)
    }
}
