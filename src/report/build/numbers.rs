//! Planned against actual, of the run, its phases and streams; holds, intervals, downtime.
//!
//! - *Start variance* is actual minus planned start, *finish variance* actual minus planned finish,
//!   *duration variance* actual minus planned duration; positive is later or longer. A run that was
//!   rolled back or canceled did not get where the plan ends: it has neither of the last two, and no
//!   phase or stream of it that was not all done has a finish.
//! - A phase or stream starts with the first of its steps and finishes with the last of them; it
//!   has no finish while one of them is open. Deferred steps that were finished after the end of the
//!   run are work, but do not put the finish off.
//! - *Hold time* is from each hold to its end (or now, or the end of the run).
//! - An interval is from when it first began to when it last ended; its time is that for which it
//!   was on, see [`crate::run::Stretch`].
//! - *Downtime* is the time in which at least one interval marked `downtime` was on.

use super::steps::{finish, first_start};
use super::{Desk, second};
use crate::report::model::{Downtime, Hold, HoldReason, Interval, Numbers, Span, Window};
use crate::run::{RunStatus, StepStatus, Time};
use crate::runbook::{self, IntervalEnd, LinkOn, StepIx};
use indexmap::IndexMap;

pub(super) fn numbers(desk: &Desk<'_>) -> Numbers {
    let state = desk.state;
    let window = state.window(desk.now);
    let over = |from: Option<Time>, until: Option<Time>| Some((until? - from?).num_seconds());
    let run = run_span(desk);
    let hold_s = state.hold_secs(desk.now);
    let plan = &state.plan;
    let mut streams = IndexMap::<&str, Vec<StepIx>>::new();
    for ix in plan.forward_steps() {
        if let Some(stream) = &plan.steps[ix].stream {
            streams.entry(stream).or_default().push(ix);
        }
    }
    let moved = state.reschedules.iter().any(|r| r.window.is_some());
    let first = plan.release.window.filter(|_| moved);
    Numbers {
        window: window.map(as_window),
        first_window: first.map(as_window),
        window_left_s: over(state.ended.as_ref().map(|f| f.at), window.map(|w| w.closes)),
        hold_s,
        net_s: run.actual_s.map(|s| (s - hold_s).max(0)),
        blocked_s: state
            .steps
            .iter()
            .flat_map(|s| s.earlier.iter().chain([&s.now]))
            .map(|a| a.blocked_so_far(desk.now))
            .sum(),
        holds: holds(desk),
        hold_reasons: hold_reasons(desk),
        phases: plan
            .phases
            .iter()
            .map(|phase| span(desk, &phase.title, &phase.steps.clone().collect::<Vec<_>>()))
            .collect(),
        streams: streams.into_iter().map(|(name, steps)| span(desk, name, &steps)).collect(),
        intervals: plan.intervals.iter().map(|i| interval(desk, i)).collect(),
        downtime: downtime(desk),
        run,
    }
}

fn as_window(window: runbook::Window) -> Window {
    Window { opens: second(window.opens), closes: second(window.closes) }
}

fn run_span(desk: &Desk<'_>) -> Span {
    let state = desk.state;
    let all: Vec<StepIx> = state.plan.forward_steps().collect();
    let planned_start = state.planned_start(desk.now);
    let run = times(
        span(desk, "", &all),
        (Some(planned_start), desk.plan_finish),
        (state.started.as_ref().map(|f| f.at), state.ended.as_ref().map(|f| f.at)),
    );
    let arrived = !matches!(state.status, RunStatus::RolledBack | RunStatus::Canceled);
    Span {
        name: state.plan.release.title.clone(),
        finish_variance_s: run.finish_variance_s.filter(|_| arrived),
        duration_variance_s: run.duration_variance_s.filter(|_| arrived),
        ..run
    }
}

/// Of some steps.
fn span(desk: &Desk<'_>, name: &str, steps: &[StepIx]) -> Span {
    let state = desk.state;
    let applies: Vec<StepIx> = steps
        .iter()
        .copied()
        .filter(|&ix| state.steps[ix].status() != StepStatus::NotApplicable)
        .collect();
    let planned = |ix: &StepIx| desk.planned.get(*ix).copied().unwrap_or_default();
    let late = |ix: &StepIx| {
        state.steps[*ix].now.ended.as_ref().is_some_and(|fact| desk.after_end(fact.seq))
            || state.owed_after_end(*ix)
    };
    let in_run = || applies.iter().filter(|ix| !late(ix));
    let begun = |ix: &StepIx| first_start(&state.steps[*ix]);
    let stays =
        |ix: &StepIx| matches!(state.steps[*ix].status(), StepStatus::Done | StepStatus::Skipped);
    // What a rollback kept from being begun ends as not applicable, too: it counts all the same,
    // and its phase has no finish.
    let rolled_back = state.status == RunStatus::RolledBack;
    let cut_short = rolled_back && !steps.iter().all(stays);
    let settled = !cut_short && in_run().all(|&ix| state.is_settled(ix));
    let finished = in_run().filter_map(|&ix| finish(&state.steps[ix])).max();
    let worked = |ix: &StepIx| {
        let step = &state.steps[*ix];
        let attempts = step.earlier.iter().chain([&step.now]);
        attempts.filter_map(|a| a.elapsed(desk.now)).sum::<i64>()
    };
    let empty = Span {
        name: name.to_owned(),
        steps: if rolled_back { steps.len() } else { applies.len() },
        done: applies.iter().filter(|&&ix| state.steps[ix].status() == StepStatus::Done).count(),
        planned_start: None,
        planned_finish: None,
        planned_s: None,
        started_at: None,
        finished_at: None,
        actual_s: None,
        start_variance_s: None,
        finish_variance_s: None,
        duration_variance_s: None,
        planned_work_s: applies.iter().filter_map(|&ix| desk.lengths[ix]).sum(),
        worked_s: applies.iter().map(worked).sum(),
    };
    let start = steps.iter().filter_map(|ix| planned(ix).planned_start).min();
    let end = steps.iter().filter_map(|ix| planned(ix).planned_finish).max();
    let started = in_run().filter_map(begun).min();
    times(empty, (start, end), (started, finished.filter(|_| settled)))
}

/// Fills in the times of a span, and what follows from them.
fn times(
    span: Span,
    (planned_start, planned_finish): (Option<Time>, Option<Time>),
    (started, finished): (Option<Time>, Option<Time>),
) -> Span {
    // Of the whole seconds that are shown, so that what is shown adds up.
    let over = |from: Option<Time>, until: Option<Time>| {
        Some((second(until?) - second(from?)).num_seconds())
    };
    let planned_s = over(planned_start, planned_finish);
    let actual_s = over(started, finished);
    Span {
        planned_start: planned_start.map(second),
        planned_finish: planned_finish.map(second),
        planned_s,
        started_at: started.map(second),
        finished_at: finished.map(second),
        actual_s,
        start_variance_s: over(planned_start, started),
        finish_variance_s: over(planned_finish, finished),
        duration_variance_s: actual_s.zip(planned_s).map(|(a, p)| a - p),
        ..span
    }
}

fn holds(desk: &Desk<'_>) -> Vec<Hold> {
    desk.state
        .holds
        .iter()
        .map(|hold| Hold {
            from: second(hold.from.at),
            until: hold.until.as_ref().map(|f| second(f.at)),
            seconds: hold.secs(desk.now),
            reason: hold.reason.clone(),
            by: desk.who(&hold.from.person),
        })
        .collect()
}

/// The longest first.
fn hold_reasons(desk: &Desk<'_>) -> Vec<HoldReason> {
    let mut reasons = IndexMap::<Option<&str>, (usize, i64)>::new();
    for hold in &desk.state.holds {
        let (holds, seconds) = reasons.entry(hold.reason.as_deref()).or_default();
        *holds += 1;
        *seconds += hold.secs(desk.now);
    }
    let mut reasons: Vec<HoldReason> = reasons
        .into_iter()
        .map(|(reason, (holds, seconds))| HoldReason {
            reason: reason.map(str::to_owned),
            holds,
            seconds,
        })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.seconds));
    reasons
}

/// When an interval was planned to be on.
fn planned_stretch(desk: &Desk<'_>, interval: &runbook::Interval) -> Option<(Time, Time)> {
    let end = |end: IntervalEnd| {
        let planned = desk.planned.get(end.step)?;
        match end.on {
            LinkOn::Start => planned.planned_start,
            LinkOn::Finish => planned.planned_finish,
        }
    };
    let (from, until) = (end(interval.from)?, end(interval.to)?);
    Some((from, until.max(from)))
}

fn interval(desk: &Desk<'_>, interval: &runbook::Interval) -> Interval {
    let on = desk.state.interval_times(interval, desk.now);
    let running = desk.state.interval_running(interval);
    let seconds = desk.state.interval_secs(interval, desk.now);
    Interval {
        id: interval.id.clone(),
        title: interval.title.clone(),
        from: on.first().map(|(from, _)| second(*from)),
        until: on.last().filter(|_| !running).map(|(_, until)| second(*until)),
        planned_s: planned_stretch(desk, interval).map(|(a, b)| (b - a).num_seconds()),
        seconds,
        limit_s: interval.limit,
        over_limit: seconds.zip(interval.limit).is_some_and(|(s, limit)| s > limit),
        running,
        downtime: interval.downtime,
    }
}

/// None where no interval counts as downtime.
fn downtime(desk: &Desk<'_>) -> Option<Downtime> {
    let state = desk.state;
    let marked: Vec<_> = state.plan.intervals.iter().filter(|i| i.downtime).collect();
    if marked.is_empty() {
        return None;
    }
    let planned: Option<Vec<_>> = marked.iter().map(|i| planned_stretch(desk, i)).collect();
    Some(Downtime {
        planned_s: planned.map(covered),
        seconds: covered(marked.iter().flat_map(|i| state.interval_times(i, desk.now)).collect()),
        running: marked.iter().any(|i| state.interval_running(i)),
    })
}

/// Seconds that lie in at least one of the stretches.
fn covered(mut stretches: Vec<(Time, Time)>) -> i64 {
    stretches.sort_unstable();
    let mut seconds = 0;
    let mut reached: Option<Time> = None;
    for (from, until) in stretches {
        let from = reached.map_or(from, |reached| reached.max(from));
        if until > from {
            seconds += (until - from).num_seconds();
        }
        reached = Some(reached.map_or(until, |reached| reached.max(until)));
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_that_two_intervals_share_counts_once() {
        let at = |m: i64| Time::UNIX_EPOCH + chrono::TimeDelta::minutes(m);
        let cases = [
            (vec![], 0),
            (vec![(0, 10)], 10),
            (vec![(0, 10), (5, 15)], 15),
            (vec![(20, 30), (0, 10)], 20),
            (vec![(0, 30), (5, 10), (10, 12)], 30),
        ];
        for (stretches, minutes) in cases {
            let stretches = stretches.into_iter().map(|(a, b)| (at(a), at(b))).collect();
            assert_eq!(covered(stretches), minutes * 60);
        }
    }
}
