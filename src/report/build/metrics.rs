//! What can be compared from run to run.
//!
//! - *On-time rate*: steps done no later than a minute after their planned finish, of all steps done
//!   whose planned finish is known.
//! - *Duration accuracy*: 1 − Σ |worked − planned| / Σ planned over steps done whose durations are
//!   known, not below 0: one minus the weighted absolute percentage error.
//! - *Error of an estimate*: actual finish minus the finish that was estimated, for attempts that
//!   were done; *mean error* of its absolute value, *bias* of itself.
//! - *Failure to decision*: from when a step failed to the first act that decides what becomes of
//!   it: done again, skipped, deferred, a rung begun, the run canceled. A step with
//!   `on_failure = "continue"` asks for none.
//! - *Decision to rolled back*: from the beginning of the first rung of a ladder to the end of the
//!   rung that ended well.

use super::deviations::GRACE;
use super::steps::finish;
use super::{Desk, second};
use crate::report::model::{Estimates, Failure, FailureDecision, Metrics, Share, Spread};
use crate::run::{Event, StepStatus, Time, Verdict};
use crate::runbook::OnFailure;

pub(super) fn metrics(desk: &Desk<'_>) -> Metrics {
    let state = desk.state;
    let (accuracy, counted) = duration_accuracy(desk);
    let failures = failures(desk);
    let decided = failures.iter().filter_map(|failure| failure.seconds).collect();
    let earlier = || state.steps.iter().flat_map(|step| &step.earlier);
    Metrics {
        on_time: on_time(desk),
        duration_accuracy: accuracy,
        duration_steps: counted,
        estimates: estimates(desk),
        rework_s: earlier().filter_map(|attempt| attempt.elapsed(desk.now)).sum(),
        retries: earlier().count(),
        failure_to_decision: spread(decided),
        decision_to_rolled_back: spread(times_to_roll_back(desk)),
        failures,
    }
}

fn on_time(desk: &Desk<'_>) -> Share {
    let done = desk.state.plan.forward_steps().filter_map(|ix| {
        let step = &desk.state.steps[ix];
        let finished = finish(step).filter(|_| step.status() == StepStatus::Done)?;
        let planned = desk.planned[ix].planned_finish?;
        Some((finished - planned).num_seconds() <= GRACE)
    });
    let (hits, of) = done.fold((0, 0), |(hits, of), hit| (hits + usize::from(hit), of + 1));
    Share { hits, of, rate: rate(hits as f64, of as f64) }
}

/// To four places; none of nothing.
fn rate(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| (part / whole * 10_000.0).round() / 10_000.0)
}

fn duration_accuracy(desk: &Desk<'_>) -> (Option<f64>, usize) {
    let known = desk.state.plan.forward_steps().filter_map(|ix| {
        let step = &desk.state.steps[ix];
        let planned = desk.lengths[ix].filter(|secs| *secs > 0)?;
        let worked = step.now.elapsed(desk.now).filter(|_| step.status() == StepStatus::Done)?;
        Some(((worked - planned).abs(), planned))
    });
    let (off, planned, steps) =
        known.fold((0, 0, 0), |(off, all, n), (o, p)| (off + o, all + p, n + 1));
    (rate((planned - off).max(0) as f64, planned as f64), steps)
}

fn estimates(desk: &Desk<'_>) -> Estimates {
    let attempts = desk.state.steps.iter().flat_map(|step| step.earlier.iter().chain([&step.now]));
    let done = attempts.filter(|attempt| attempt.status == StepStatus::Done);
    let errors: Vec<i64> = done
        .filter_map(|attempt| Some((attempt, attempt.ended.as_ref()?.at)))
        .flat_map(|(attempt, end)| {
            attempt.estimates.iter().map(move |e| (end - e.fact.at).num_seconds() - e.remaining)
        })
        .collect();
    let mean = |sum: i64| i64::try_from(errors.len()).ok().filter(|n| *n > 0).map(|n| sum / n);
    Estimates {
        count: errors.len(),
        mean_error_s: mean(errors.iter().map(|e| e.abs()).sum()),
        bias_s: mean(errors.iter().sum()),
    }
}

fn failures(desk: &Desk<'_>) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    // Failures that nobody has decided upon yet: step id, and place in the list.
    let mut open: Vec<(&str, usize)> = Vec::new();
    for logged in &desk.state.log {
        if !matches!(logged.verdict, Verdict::Applied | Verdict::Deviation) {
            continue;
        }
        let event = &logged.entry.act.event;
        if let Event::StepFailed { step, attempt, .. } = event {
            let plan = desk.state.plan.step(step);
            if plan.is_none_or(|plan| plan.on_failure != OnFailure::Continue) {
                open.push((step, failures.len()));
                failures.push(Failure {
                    step: desk.label_of(step),
                    attempt: *attempt,
                    failed_at: desk.state.mended_act(logged).effective_at(),
                    decided_at: None,
                    seconds: None,
                    decision: None,
                });
            }
            continue;
        }
        let Some((decision, about)) = decides(event) else { continue };
        let at = desk.state.mended_act(logged).effective_at();
        open.retain(|&(step, n)| {
            if about.is_some_and(|about| about != step) {
                return true;
            }
            if let Some(failure) = failures.get_mut(n) {
                failure.decided_at = Some(at);
                failure.seconds = Some((at - failure.failed_at).num_seconds().max(0));
                failure.decision = Some(decision);
            }
            false
        });
    }
    for failure in &mut failures {
        failure.failed_at = second(failure.failed_at);
        failure.decided_at = failure.decided_at.map(second);
    }
    failures
}

/// What an act decides, and about which failed step; none: about all of them.
fn decides(event: &Event) -> Option<(FailureDecision, Option<&str>)> {
    Some(match event {
        Event::StepReopened { step, .. } => (FailureDecision::TriedAgain, Some(step)),
        Event::StepSkipped { step, .. } => (FailureDecision::Skipped, Some(step)),
        Event::StepDeferred { step, .. } => (FailureDecision::Deferred, Some(step)),
        Event::RollbackBegun { .. } => (FailureDecision::RolledBack, None),
        Event::RunCanceled { .. } => (FailureDecision::Canceled, None),
        _ => return None,
    })
}

fn times_to_roll_back(desk: &Desk<'_>) -> Vec<i64> {
    let mut since: Option<Time> = None;
    let mut times = Vec::new();
    for logged in &desk.state.log {
        if !matches!(logged.verdict, Verdict::Applied | Verdict::Deviation) {
            continue;
        }
        // As corrected: a mistake in the record is in no number.
        let at = || desk.state.mended_act(logged).effective_at();
        match &logged.entry.act.event {
            Event::RollbackBegun { .. } => {
                since.get_or_insert_with(at);
            }
            Event::RollbackEnded { succeeded: true, .. } => {
                times.extend(since.take().map(|from| (at() - from).num_seconds()));
            }
            _ => {}
        }
    }
    times
}

fn spread(mut lengths: Vec<i64>) -> Spread {
    lengths.sort_unstable();
    let middle = lengths.len() / 2;
    let median = match lengths.len() {
        0 => None,
        n if n % 2 == 1 => lengths.get(middle).copied(),
        _ => lengths.get(middle - 1).zip(lengths.get(middle)).map(|(a, b)| (a + b) / 2),
    };
    Spread { count: lengths.len(), median_s: median, longest_s: lengths.last().copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_several_lengths() {
        let middle = |lengths: &[i64]| spread(lengths.to_vec()).median_s;
        assert_eq!(middle(&[]), None);
        assert_eq!(middle(&[7]), Some(7));
        assert_eq!(middle(&[9, 1]), Some(5));
        assert_eq!(middle(&[9, 1, 3]), Some(3));
        assert_eq!(spread(vec![9, 1, 3]).longest_s, Some(9));
    }
}
