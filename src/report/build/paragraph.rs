//! What became of a run, in a paragraph.

use super::Desk;
use crate::report::model::{Interval, Numbers, Rollback};
use crate::report::text::{Clock, against_plan, counted};
use crate::run::{Mode, RunStatus, StepStatus};
use crate::runbook::format_duration;
use std::fmt::Write;

/// Outcome, times, steps, rollbacks and downtime; `verdict` is the outcome in a word or two.
pub(super) fn paragraph(
    desk: &Desk<'_>,
    numbers: &Numbers,
    rollbacks: &[Rollback],
    verdict: &str,
    because: Option<&str>,
) -> String {
    let state = desk.state;
    let clock = Clock::new(state.plan.release.timezone.name());
    let mut text = outcome(desk, verdict, because, clock);
    times(desk, numbers, clock, &mut text);
    steps(desk, &mut text);
    for rollback in rollbacks {
        let how = match rollback.succeeded {
            Some(true) => "ended well",
            Some(false) => "failed",
            None if rollback.ended_at.is_some() => "was cut short",
            None => "is going on",
        };
        let took = rollback.seconds.map(|s| format!(" after {}", format_duration(s)));
        let _ = write!(
            text,
            " The rollback “{}” was begun at {} and {how}{}.",
            rollback.title,
            clock.minute(rollback.begun_at),
            took.unwrap_or_default(),
        );
    }
    for interval in numbers.intervals.iter().filter(|i| i.downtime) {
        if let Some(seconds) = interval.seconds {
            let _ = write!(text, " {}{}.", took(interval, seconds), left_on(desk, &interval.id));
        }
    }
    text
}

/// A run that was canceled may leave an interval on: the record does not know what came of it.
fn left_on(desk: &Desk<'_>, id: &str) -> &'static str {
    let interval = desk.state.plan.intervals.iter().find(|interval| interval.id == id);
    let last = interval.and_then(|i| desk.state.interval_stretches(i).last().copied());
    let is_on = last.is_some_and(|last| last.until.is_none());
    if is_on && desk.state.status.is_over() { ", and had not ended when the run did" } else { "" }
}

/// `Customers cannot write: 1h23m, 38m over the limit of 45m`.
fn took(interval: &Interval, seconds: i64) -> String {
    let so_far = if interval.running { " so far" } else { "" };
    let against = interval.limit_s.map(|limit| match seconds - limit {
        over @ 1.. => {
            format!(", {} over the limit of {}", format_duration(over), format_duration(limit))
        }
        _ => format!(", inside the limit of {}", format_duration(limit)),
    });
    let (took, against) = (format_duration(seconds), against.unwrap_or_default());
    format!("{}: {took}{so_far}{against}", interval.title)
}

fn outcome(desk: &Desk<'_>, verdict: &str, because: Option<&str>, clock: Clock) -> String {
    let state = desk.state;
    let release = &state.plan.release;
    let mut text = match state.mode {
        Mode::Live => release.title.clone(),
        Mode::Rehearsal => format!("The rehearsal of {}", release.title),
    };
    if let Some(environment) = &release.environment {
        let _ = write!(text, " ({environment})");
    }
    let _ = match state.status {
        RunStatus::Planned => write!(text, " has not started"),
        RunStatus::Active | RunStatus::RollingBack => {
            write!(text, " is {verdict}, as of {}", clock.long(desk.now))
        }
        RunStatus::Complete => write!(text, " was {verdict}"),
        RunStatus::RolledBack => write!(text, " was rolled back"),
        RunStatus::Canceled => write!(text, " was canceled"),
    };
    if let (None, Some(ended)) = (&state.started, &state.ended) {
        let _ = write!(text, " on {}, before it had started", clock.short(ended.at));
    }
    match because.map(str::trim) {
        // The words of whoever ended it, with a full stop behind them.
        Some(because) if because.ends_with(['.', '!', '?', '…']) => {
            let _ = write!(text, ": {because}");
        }
        Some(because) => {
            let _ = write!(text, ": {because}.");
        }
        None => text.push('.'),
    }
    text
}

fn times(desk: &Desk<'_>, numbers: &Numbers, clock: Clock, text: &mut String) {
    let run = &numbers.run;
    let Some(started) = run.started_at else { return };
    let _ = write!(text, " It started on {}", clock.short(started));
    if let Some(variance) = run.start_variance_s {
        let _ = write!(text, " ({})", against_plan(variance, "later", "earlier"));
    }
    match run.finished_at {
        Some(ended) => {
            let _ = write!(text, " and ended on {}", clock.short(ended));
            if let Some(variance) = run.finish_variance_s {
                let _ = write!(text, " ({})", against_plan(variance, "later", "earlier"));
            }
        }
        None => {
            let finish = desk.outlook.finish.map(|at| clock.short(at));
            let _ = write!(text, "; its finish is expected on {}", finish.unwrap_or_default());
        }
    }
    text.push('.');
    if let Some(left) = numbers.window_left_s {
        let _ = match left {
            0.. => write!(text, " That was {} before the window closed.", format_duration(left)),
            _ => write!(text, " That was {} after the window closed.", format_duration(-left)),
        };
    }
    if !numbers.holds.is_empty() {
        let still = desk.state.held().is_some() && !desk.state.status.is_over();
        let (was, on) = if still { ("has been", ", and still is") } else { ("was", "") };
        let held = format_duration(numbers.hold_s);
        let holds = counted(numbers.holds.len(), "hold", "holds");
        let _ = write!(text, " It {was} held for {held} ({holds}){on}.");
    }
}

fn steps(desk: &Desk<'_>, text: &mut String) {
    let state = desk.state;
    // Steps of rungs are told with their rollback.
    let count = |status| {
        state.plan.forward_steps().filter(|&ix| state.steps[ix].status() == status).count()
    };
    // Steps that a rollback kept from being begun end as not applicable, too.
    let cut_short = state.status == RunStatus::RolledBack;
    let outside = if cut_short { 0 } else { count(StepStatus::NotApplicable) };
    let all = state.plan.forward_steps().len() - outside;
    let steps = counted(all, "step", "steps");
    if state.started.is_none() {
        let _ = write!(text, " It has {steps}.");
        return;
    }
    let are = if state.status.is_over() { "done" } else { "done so far" };
    let _ = match count(StepStatus::Done) {
        0 => write!(text, " Of {steps}, none is {are}"),
        1 => write!(text, " Of {steps}, 1 is {are}"),
        n => write!(text, " Of {steps}, {n} are {are}"),
    };
    let running = if state.status.is_over() { "still running at the end" } else { "running" };
    let not_begun = if state.status.is_over() { count(StepStatus::Planned) } else { 0 };
    let others = [
        (count(StepStatus::Skipped), "skipped"),
        (count(StepStatus::Deferred), "deferred and still owed"),
        (count(StepStatus::Failed), "failed"),
        (count(StepStatus::Undone), "undone"),
        (count(StepStatus::Running), running),
        (count(StepStatus::Blocked), "blocked"),
        (not_begun, "not begun"),
        (if cut_short { count(StepStatus::NotApplicable) } else { 0 }, "not begun"),
    ];
    for (n, word) in others.into_iter().filter(|(n, _)| *n > 0) {
        let _ = write!(text, ", {n} {word}");
    }
    match outside {
        0 => text.push('.'),
        n => {
            let _ = write!(text, "; {} not apply.", counted(n, "more does", "more do"));
        }
    }
}
