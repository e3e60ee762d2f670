//! The run as a checklist in plain text: what people work from when no golive is at hand.

use super::chain::Chain;
use crate::run::{Mode, RunState, RunStatus, StepState, StepStatus, Time};
use crate::runbook::{Place, Step, visible};
use chrono_tz::Tz;
use std::fmt::Write;

/// Every step with a box, its state and its times, in the runbook's zone.
pub(super) fn checklist(state: &RunState, seq: u64, head: Chain, as_of: Time) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_head(&mut text, state, seq, head, as_of);
    let _ = write_steps(&mut text, state);
    text
}

fn write_head(
    text: &mut String,
    state: &RunState,
    seq: u64,
    head: Chain,
    as_of: Time,
) -> std::fmt::Result {
    let release = &state.plan.release;
    let mode = match state.mode {
        Mode::Live => "LIVE",
        Mode::Rehearsal => "rehearsal",
    };
    let status = match state.status {
        RunStatus::Planned => "not started",
        RunStatus::Active => "active",
        RunStatus::RollingBack => "rolling back",
        RunStatus::Complete => "complete",
        RunStatus::RolledBack => "rolled back",
        RunStatus::Canceled => "canceled",
    };
    let held = if state.held().is_some() { ", held" } else { "" };
    writeln!(text, "{}", visible(&release.title))?;
    writeln!(text, "run {}, {mode}, {status}{held}", visible(&state.run))?;
    let local = as_of.with_timezone(&release.timezone);
    writeln!(
        text,
        "as of {} {}, entry {seq}",
        local.format("%Y-%m-%d %H:%M:%S"),
        release.timezone
    )?;
    writeln!(text, "chain {head}")?;
    if let Some(bridge) = &release.bridge {
        writeln!(text, "bridge {}", visible(bridge))?;
    }
    Ok(())
}

fn write_steps(text: &mut String, state: &RunState) -> std::fmt::Result {
    let plan = &state.plan;
    let mut place = None;
    for (ix, (step, now)) in plan.steps.iter().zip(&state.steps).enumerate() {
        if place != Some(step.place) {
            place = Some(step.place);
            let title = match step.place {
                Place::Phase(ix) => plan.phases.get(ix).map(|phase| phase.title.as_str()),
                Place::Rung(ix) => plan.rollbacks.get(ix).map(|rung| rung.title.as_str()),
            };
            let rung = if matches!(step.place, Place::Rung(_)) { "Rollback: " } else { "" };
            writeln!(text, "\n{rung}{}", visible(title.unwrap_or_default()))?;
        }
        let owner = state.owner_of(ix).unwrap_or_default();
        write_step(text, step, now, &owner, plan.release.timezone)?;
    }
    Ok(())
}

fn write_step(
    text: &mut String,
    step: &Step,
    now: &StepState,
    owner: &str,
    zone: Tz,
) -> std::fmt::Result {
    let (mark, word) = match now.status() {
        StepStatus::Planned => (' ', ""),
        StepStatus::Running => ('>', "running"),
        StepStatus::Blocked => ('!', "BLOCKED"),
        StepStatus::Done => ('x', "done"),
        StepStatus::Failed => ('!', "FAILED"),
        StepStatus::Skipped => ('-', "skipped"),
        StepStatus::NotApplicable => ('-', "not applicable"),
        StepStatus::Deferred => ('~', "deferred"),
        StepStatus::Undone => ('<', "undone"),
    };
    write!(text, "[{mark}] {:<6} {}", step.number, visible(&step.title))?;
    if !owner.is_empty() {
        write!(text, " ({})", visible(owner))?;
    }
    if !word.is_empty() {
        write!(text, "  {word}")?;
    }
    let clock = |at: Time| at.with_timezone(&zone).format("%H:%M:%S").to_string();
    match (&now.now.started, &now.now.ended) {
        (Some(from), Some(to)) => write!(text, " {} to {}", clock(from.at), clock(to.at))?,
        (Some(from), None) => write!(text, " since {}", clock(from.at))?,
        (None, Some(to)) => write!(text, " at {}", clock(to.at))?,
        (None, None) => {}
    }
    if now.attempt > 1 {
        write!(text, ", attempt {}", now.attempt)?;
    }
    if let Some(reason) = &now.now.reason {
        write!(text, ": {}", visible(reason))?;
    }
    writeln!(text)?;
    for item in &step.items {
        let mark = if now.now.items.contains_key(item) { 'x' } else { ' ' };
        writeln!(text, "       [{mark}] {}", visible(item))?;
    }
    Ok(())
}
