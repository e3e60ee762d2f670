//! What a row of the steps list says last: what is being saved, else the state in a word with its
//! time against plan and estimate, else what the step waits for; from the longest way to say it to
//! the shortest.

use super::clock;
use super::ink::{Ink, Look};
use crate::cockpit::panes::{NEAR, deadline, wait_left};
use crate::run::StepStatus;
use crate::runbook::{Secs, StepIx, StepKind, format_duration, format_timer};
use ratatui::style::Style;

/// The ways to say it, and how it looks.
pub fn what(ink: &Ink<'_>, ix: StepIx, look: &Look) -> (Vec<String>, Style) {
    let Some((step, state)) = ink.step(ix).zip(ink.model.run.steps.get(ix)) else {
        return Default::default();
    };
    if ink.model.is_saving(&step.id) {
        return (vec!["saving…".to_owned()], ink.theme.header.unsaved);
    }
    let why = if state.owes_reason() { ", why?" } else { "" };
    let timer = ink.elapsed(ix).map(format_timer).unwrap_or_default();
    let forms = match state.status() {
        StepStatus::Planned => return planned(ink, ix, look),
        StepStatus::Running => running(ink, ix, look.word, &timer),
        StepStatus::Blocked => {
            let since = state.now.blocked.last().map(|pause| pause.secs(ink.now()));
            vec![joined("blocked", &since.map(format_timer).unwrap_or_default(), why)]
        }
        StepStatus::NotApplicable => vec![look.word.to_owned(), "n/a".to_owned()],
        StepStatus::Done | StepStatus::Failed => vec![joined(look.word, &timer, why)],
        _ => vec![joined(look.word, "", why)],
    };
    (forms, look.style)
}

/// A word, its time where there is one, and what is owed.
fn joined(word: &str, timer: &str, why: &str) -> String {
    let space = if timer.is_empty() { "" } else { " " };
    format!("{word}{space}{timer}{why}").trim_end().to_owned()
}

/// What was planned gives way first, then the word, which the symbol tells, too.
fn running(ink: &Ink<'_>, ix: StepIx, word: &str, timer: &str) -> Vec<String> {
    let planned = ink.step(ix).and_then(|step| step.duration).map(|span| span.likely);
    let planned = planned.filter(|secs| *secs > 0).map(format_duration);
    if let Some(left) = wait_left(&ink.model.run, ix, ink.now()) {
        if left <= 0 {
            return vec![format!("{word} {timer}"), word.to_owned()];
        }
        let of = planned.map(|planned| format!(" of {planned}")).unwrap_or_default();
        let left = format!("{} left", format_timer(left));
        return vec![format!("{left}{of}"), left];
    }
    let estimate = estimated(ink, ix).map(format_duration);
    let against = match (planned, estimate) {
        (Some(planned), Some(estimate)) => {
            vec![format!("/{planned} ~{estimate}"), format!("/~{estimate}")]
        }
        (None, Some(estimate)) => vec![format!("/~{estimate}")],
        (Some(planned), None) => vec![format!("/{planned}")],
        (None, None) => Vec::new(),
    };
    let long = against.iter().map(|against| format!("{word} {timer}{against}"));
    let short = against.iter().map(|against| format!("{timer}{against}"));
    let bare = [format!("{word} {timer}"), timer.to_owned()];
    // With its plan and without the word, rather than the other way round, where an estimate is
    // part of it.
    match against.len() {
        2 => long.chain(short).chain(bare).collect(),
        _ => long.chain(bare).collect(),
    }
}

/// How long the work will have taken by the most recent estimate, in seconds.
fn estimated(ink: &Ink<'_>, ix: StepIx) -> Option<Secs> {
    let estimate = ink.model.run.steps.get(ix)?.now.estimates.last()?;
    let passed = (ink.now() - estimate.fact.at).num_seconds();
    let whole = ink.elapsed(ix)? + estimate.remaining - passed;
    // To the minute: nobody estimates seconds.
    Some((whole + 30) / 60 * 60).filter(|whole| *whole > 0)
}

fn planned(ink: &Ink<'_>, ix: StepIx, look: &Look) -> (Vec<String>, Style) {
    let run = &ink.model.run;
    let Some(step) = ink.step(ix) else { return Default::default() };
    let waits = ink.waits_for(ix);
    let ready = waits == "ready";
    let forms = match (&step.gate, step.kind) {
        (Some(gate), _) if ready || run.go_votes(ix) > 0 => {
            let votes = format!("{}/{} go", run.go_votes(ix), gate.go_votes_needed());
            let Some((_, left)) = deadline(run, ix, ink.now()).filter(|(_, left)| *left < NEAR)
            else {
                return (vec![format!("gate {votes}")], look.style);
            };
            let (left, style) = match left {
                0.. => (format!("{} left", format_timer(left)), look.style),
                _ => (format!("{} past", clock::rough(left)), ink.theme.steps.late),
            };
            return (
                vec![format!("gate {votes}, {left}"), format!("{votes}, {left}"), left],
                style,
            );
        }
        (_, StepKind::Choice) if ready => vec!["choose".to_owned()],
        _ if ready => return startable(ink, ix, look),
        _ => vec![waits],
    };
    (forms, look.style)
}

/// A step that may start; by how much it is late already.
fn startable(ink: &Ink<'_>, ix: StepIx, look: &Look) -> (Vec<String>, Style) {
    let expected = ink.model.forecast.steps.get(ix);
    let late =
        expected.filter(|expected| expected.late).and_then(|expected| expected.planned_start);
    let stands_by = ink.model.run.steps.get(ix).is_some_and(|s| s.now.stood_by.is_some());
    match late.map(|at| clock::rough((ink.now() - at).num_seconds())) {
        Some(late) => {
            (vec![format!("ready, {late} late"), format!("{late} late")], ink.theme.steps.late)
        }
        None if stands_by => {
            (vec!["ready, stands by".to_owned(), "stands by".to_owned()], look.style)
        }
        None => (vec!["ready".to_owned()], look.style),
    }
}
