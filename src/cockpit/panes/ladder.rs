//! The rollback ladder as it stands: what each rung would do, how long it takes, until when.

use crate::cockpit::card::CardAct;
use crate::cockpit::model::{Cursor, Ladder, Model, RungView, View};
use crate::run::{RunState, Time};
use crate::runbook::network::{Input, NEVER, Times, length_ms};
use crate::runbook::{Network, RungIx, Secs, StepIx};
use chrono::TimeDelta;
use std::sync::Arc;

/// Recomputes the ladder.
pub(super) fn refresh(model: &mut Model) {
    prepare(&mut model.ladder, &model.run);
    let Some((_, network)) = model.ladder.prepared.clone() else { return };
    let looked_at = is_looked_at(model);
    let rungs = 0..model.run.plan.rollbacks.len();
    model.ladder.rungs = rungs
        .map(|rung| {
            let mut view = rung_view(&model.run, &network, rung, model.now);
            if looked_at {
                view.outlook = model.forecast.begun_now(&model.run, rung, model.now);
            }
            view
        })
        .collect();
}

/// Whether anybody sees what a rung would do: reckoning that through costs a copy of the run.
pub(super) fn is_looked_at(model: &Model) -> bool {
    let card = model.card.as_ref().map(|card| &card.act);
    model.trouble.is_some()
        || model.view == View::Ladder
        || matches!(model.steps.cursor, Cursor::Rung(_))
        || matches!(card, Some(CardAct::RollbackBegin(_) | CardAct::RollbackEnd(_)))
}

/// The plan's graph, made anew only when the plan has changed.
fn prepare(ladder: &mut Ladder, run: &RunState) {
    let same = ladder.prepared.as_ref().is_some_and(|(plan, _)| Arc::ptr_eq(plan, &run.plan));
    if !same {
        let network = Arc::new(Network::of(&run.plan));
        ladder.prepared = Some((run.plan.clone(), network));
    }
}

fn rung_view(run: &RunState, network: &Network, rung: RungIx, now: Time) -> RungView {
    let applies = run.rung_applies(rung);
    let settle = run.to_settle(rung);
    let abort = |ix: &StepIx| run.plan.steps.get(*ix).map_or(0, |step| step.abort.max(0));
    let abort = settle.iter().map(abort).max().unwrap_or(0);
    let (path, critical) = longest_chain(run, network, rung, &applies);
    let duration = abort.saturating_add(path);
    RungView {
        rung,
        gone: run.gone(rung),
        needed: run.is_needed(rung),
        proposed: run.proposed_rung() == Some(rung),
        on: run.rung_on() == Some(rung),
        critical,
        settle,
        abort,
        duration,
        by: run.window(now).map(|window| {
            let margin = run.plan.release.decision_margin.max(0);
            window.closes - span(margin.saturating_add(duration))
        }),
        applies,
        outlook: None,
    }
}

/// How long the applicable steps of a rung take together, likely durations, and those of them that
/// make it so long: the ones without float (Kelley and Walker, 1959).
fn longest_chain(
    run: &RunState,
    network: &Network,
    rung: RungIx,
    applies: &[StepIx],
) -> (Secs, Vec<StepIx>) {
    let Some(part) = network.rung(rung) else { return (0, Vec::new()) };
    let mut inputs = part.inputs();
    for (position, &ix) in part.steps().iter().enumerate() {
        let likely =
            run.plan.steps.get(ix).and_then(|step| step.duration).map_or(0, |span| span.likely);
        let length = if applies.contains(&ix) { length_ms(likely) } else { 0 };
        inputs.set(position, Input::Waits { floor: NEVER, length });
        inputs.hang(part, position, true);
    }
    let mut times = Times::default();
    part.pass_latest(&mut inputs, &mut times, 0);
    let Some(end) = times.end() else { return (0, Vec::new()) };
    part.pass_backward(&inputs, &mut times, end);
    let critical = part.steps().iter().enumerate().filter(|(position, ix)| {
        applies.contains(ix)
            && inputs.length(*position) > 0
            && !times.is_absent(*position)
            && times.latest_finish(*position) == times.finish(*position)
    });
    (end / 1000, critical.map(|(_, ix)| *ix).collect())
}

fn span(secs: Secs) -> TimeDelta {
    TimeDelta::try_seconds(secs).unwrap_or_default()
}
