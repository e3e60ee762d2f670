//! What goes on, and what comes next.

use super::told::joined;
use super::{Told, part};
use crate::run::StepStatus;
use crate::runbook::StepIx;
use maud::{Markup, html};

/// Steps of one kind that are named; the others are counted.
const MOST: usize = 8;

/// Running steps, and those that start next. Nothing once the run is over.
pub(super) fn now(told: &Told<'_>) -> Markup {
    let body = (!told.state.status.is_over()).then(|| {
        let (running, next) = (running(told), next(told));
        // Who leads is nothing to those outside.
        let awaited = told.state.awaited_words(told.now).map(|(_, what)| what);
        html! {
            @if let Some(what) = awaited { p { "Everything waits for the lead " (what) "." } }
            div.columns {
                div {
                    h3 { "Running" }
                    (list(&running, |ix| on(told, ix), "Nothing is running."))
                }
                div {
                    h3 { "Next" }
                    (list(&next, |ix| to_come(told, ix), "Nothing is left to start."))
                }
            }
        }
    });
    part("work", "Now and next", body)
}

fn list(steps: &[StepIx], row: impl Fn(StepIx) -> Markup, none: &str) -> Markup {
    let more = steps.len().saturating_sub(MOST);
    html! {
        @if steps.is_empty() { p.faint { (none) } }
        ul.rows {
            @for ix in steps.iter().take(MOST) { li { (row(*ix)) } }
            @if more > 0 { li { "and " (more) " more" } }
        }
    }
}

fn running(told: &Told<'_>) -> Vec<StepIx> {
    let steps = told.state.steps.iter().enumerate();
    steps.filter(|(_, step)| step.status().is_open_work()).map(|(ix, _)| ix).collect()
}

/// What is ready; where nothing is, the step that is expected to start soonest.
fn next(told: &Told<'_>) -> Vec<StepIx> {
    let state = told.state;
    let ready: Vec<StepIx> =
        (0..state.steps.len()).filter(|&ix| state.is_ready(ix, told.now)).collect();
    if !ready.is_empty() {
        return ready;
    }
    let expected = &told.outlook().steps;
    let planned = |ix: &StepIx| state.steps[*ix].status() == StepStatus::Planned;
    let start = |ix: StepIx| Some((expected.get(ix)?.start?, ix));
    let rung = state.rung_on().and_then(|rung| state.plan.rollbacks.get(rung));
    let of_rung = rung.map_or(0..0, |rung| rung.steps.clone());
    let steps = state.plan.forward_steps().chain(of_rung).filter(planned);
    let soonest = steps.filter(|&ix| !expected.is_maybe(ix)).filter_map(start).min();
    soonest.map(|(_, ix)| ix).into_iter().collect()
}

fn on(told: &Told<'_>, ix: StepIx) -> Markup {
    let step = &told.state.steps[ix];
    let expected = told.outlook().steps.get(ix).copied().unwrap_or_default();
    let started = step.now.started.as_ref();
    html! {
        p { (told.state_of(ix)) " " (told.step(ix)) }
        p.faint {
            (joined([
                told.owner(ix).map(|owner| html! { bdi { (owner) } }),
                started.map(|start| html! { "since " (told.time(start.at)) }),
                expected.finish.map(|at| html! { "expected to end at " (told.time(at)) }),
                expected.overrunning.then(|| html! { strong { "longer than planned" } }),
            ]))
        }
    }
}

fn to_come(told: &Told<'_>, ix: StepIx) -> Markup {
    let expected = told.outlook().steps.get(ix).copied().unwrap_or_default();
    let start = expected.start.filter(|_| !told.state.is_ready(ix, told.now));
    let late = expected.planned_start.filter(|_| expected.late);
    html! {
        p { (told.state_of(ix)) " " (told.step(ix)) }
        p.faint {
            (joined([
                told.owner(ix).map(|owner| html! { bdi { (owner) } }),
                start.map(|at| html! { "expected at " (told.time(at)) }),
                late.map(|at| html! { strong { "late" } ": planned for " (told.time(at)) }),
            ]))
        }
    }
}
