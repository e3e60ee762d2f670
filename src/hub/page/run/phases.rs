//! The phases: how far each is, and its steps.

use super::Told;
use super::told::joined;
use crate::run::{StepStatus, Time};
use crate::runbook::{StepIx, visible};
use maud::{Markup, html};
use std::ops::Range;

/// In a plan of more steps than these, only the phases are told.
const MOST_STEPS: usize = 600;

/// The phases, in their order.
pub(super) fn part(told: &Told<'_>) -> Markup {
    let plan = &told.state.plan;
    let with_steps = plan.steps.len() <= MOST_STEPS;
    let body = html! {
        ol.phases {
            @for (n, phase) in plan.phases.iter().enumerate() {
                li {
                    (heading(told, &phase.title, phase.steps.clone()))
                    @if with_steps && !phase.steps.is_empty() {
                        details id={ "phase-" (n) } {
                            summary { "Steps of " bdi { (visible(&phase.title)) } }
                            (steps(told, phase.steps.clone()))
                        }
                    }
                }
            }
        }
    };
    super::part("phases", "Phases", Some(body))
}

/// A phase: its state in words, and how much of it is settled.
fn heading(told: &Told<'_>, title: &str, steps: Range<StepIx>) -> Markup {
    let (settled, all) = told.state.progress_of(steps.clone());
    let word = word(told, steps.clone(), settled, all);
    html! {
        div.phase {
            h3 dir="auto" { (visible(title)) }
            p.faint { (word) (span(told, steps)) }
            progress aria-label={ "Steps settled of " (visible(title)) } value=(settled) max=(all.max(1)) {}
        }
    }
}

/// What is to be said of some steps together, and how many of them are settled.
fn word(told: &Told<'_>, steps: Range<StepIx>, settled: usize, all: usize) -> String {
    let any = |of: fn(StepStatus) -> bool| {
        told.state.steps.get(steps.clone()).unwrap_or_default().iter().any(|s| of(s.status()))
    };
    let word = if all == 0 {
        "not applicable"
    } else if settled == all {
        if any(|s| s == StepStatus::Undone) { "taken back" } else { "settled" }
    } else if any(|s| s == StepStatus::Failed) {
        "a step has failed"
    } else if any(|s| s == StepStatus::Blocked) {
        "a step is blocked"
    } else if settled > 0 || any(StepStatus::is_open_work) {
        "under way"
    } else {
        "not begun"
    };
    if settled == all { word.to_owned() } else { format!("{word}, {settled} of {all} settled") }
}

/// From when to when, as it was or is expected.
fn span(told: &Told<'_>, steps: Range<StepIx>) -> Markup {
    let expected: Vec<_> = steps
        .filter(|&ix| told.state.steps[ix].status() != StepStatus::NotApplicable)
        .map(|ix| told.times(ix))
        .collect();
    let from: Option<Time> = expected.iter().filter_map(|(from, _)| *from).min();
    let until: Option<Time> = expected.iter().filter_map(|(_, until)| *until).max();
    html! {
        @if let (Some(from), Some(until)) = (from, until) {
            ", " (told.time(from)) " to " (told.time(until))
        }
    }
}

/// Some steps, a line each.
pub(super) fn steps(told: &Told<'_>, steps: impl Iterator<Item = StepIx>) -> Markup {
    html! {
        ul.rows.steps {
            @for ix in steps {
                li {
                    p { (told.state_of(ix)) " " (told.step(ix)) }
                    p.faint { (line(told, ix)) }
                }
            }
        }
    }
}

fn line(told: &Told<'_>, ix: StepIx) -> Markup {
    let step = &told.state.steps[ix];
    let (from, until) = told.times(ix);
    let applies = !matches!(step.status(), StepStatus::NotApplicable | StepStatus::Skipped);
    let about = if step.status() == StepStatus::Planned { "about " } else { "" };
    let when = match (from, until) {
        (Some(from), Some(until)) => {
            Some(html! { (about) (told.time(from)) " to " (told.time(until)) })
        }
        (Some(at), None) | (None, Some(at)) => Some(html! { (about) (told.time(at)) }),
        (None, None) => None,
    };
    joined([
        told.owner(ix).map(|owner| html! { bdi { (owner) } }),
        when.filter(|_| applies),
        (step.attempt > 1).then(|| html! { "attempt " (step.attempt) }),
    ])
}
