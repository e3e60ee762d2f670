//! The numbers of a report are what one works out by hand.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]

#[path = "support/golden.rs"]
mod golden;
mod support;

use golden::*;
use golive::report::model::*;
use support::*;

const MIN: i64 = 60;

fn the_report() -> Report {
    report_of(&golden())
}

/// Planned 22:00 to 23:30, was 22:02 to 00:05.
#[test]
fn planned_against_actual_of_the_run() {
    let numbers = the_report().numbers.unwrap();
    let run = &numbers.run;
    assert_eq!(run.planned_start, Some(clock("22:00")));
    assert_eq!(run.planned_finish, Some(clock("23:30")));
    assert_eq!(run.planned_s, Some(90 * MIN));
    assert_eq!(run.started_at, Some(clock("22:02")));
    assert_eq!(run.finished_at, Some(clock("00:05")));
    assert_eq!(run.actual_s, Some(123 * MIN));
    assert_eq!(run.start_variance_s, Some(2 * MIN));
    assert_eq!(run.finish_variance_s, Some(35 * MIN));
    assert_eq!(run.duration_variance_s, Some(33 * MIN));
    // The window closes at 02:00.
    assert_eq!(numbers.window_left_s, Some(115 * MIN));
}

/// Prepare: planned 22:00 to 22:25, was 22:02 to 22:25 (the completion at 22:26 is corrected).
#[test]
fn planned_against_actual_of_a_phase() {
    let numbers = the_report().numbers.unwrap();
    let prepare = &numbers.phases[0];
    assert_eq!((prepare.name.as_str(), prepare.steps, prepare.done), ("Prepare", 2, 2));
    assert_eq!(prepare.start_variance_s, Some(2 * MIN));
    assert_eq!(prepare.finish_variance_s, Some(0));
    assert_eq!(prepare.duration_variance_s, Some(-2 * MIN));
    // 20 + 5 planned; 22 + 1 worked.
    assert_eq!((prepare.planned_work_s, prepare.worked_s), (25 * MIN, 23 * MIN));
}

/// Database: dump 22:02 to 22:24, freeze 5m, migrate 10m and 28m, tidy 20m the next morning.
#[test]
fn planned_against_actual_of_a_stream() {
    let numbers = the_report().numbers.unwrap();
    let database = numbers.streams.iter().find(|stream| stream.name == "database").unwrap();
    assert_eq!((database.steps, database.done), (4, 4));
    assert_eq!(database.planned_work_s, (20 + 5 + 25 + 10) * MIN);
    assert_eq!(database.worked_s, (22 + 5 + 10 + 28 + 20) * MIN);
    assert_eq!(database.started_at, Some(clock("22:02")));
    // What was finished after the end puts the finish of the stream off no more than the run's.
    assert_eq!(database.finished_at, Some(clock("23:36")));
}

#[test]
fn planned_against_actual_of_a_step() {
    let steps = the_report().steps.unwrap();
    let of = |id: &str| steps.iter().find(|step| step.id == id).unwrap().clone();
    // Planned 22:00 to 22:20, was 22:02 to 22:24.
    let dump = of("dump");
    assert_eq!(dump.start_variance_s, Some(2 * MIN));
    assert_eq!(dump.finish_variance_s, Some(4 * MIN));
    assert_eq!(dump.duration_variance_s, Some(2 * MIN));
    // Planned 22:30 to 22:55; first 22:43 to 22:53, then 23:08 to 23:36.
    let migrate = of("migrate");
    assert_eq!(migrate.attempts.len(), 2);
    // The row is the last attempt: what started, finished and took belongs together.
    assert_eq!(migrate.started_at, Some(clock("23:08")));
    assert_eq!(migrate.finished_at, Some(clock("23:36")));
    assert_eq!(migrate.start_variance_s, Some(38 * MIN));
    assert_eq!(migrate.finish_variance_s, Some(41 * MIN));
    assert_eq!(migrate.worked_s, Some(28 * MIN));
    assert_eq!(migrate.duration_variance_s, Some(3 * MIN));
    // Inserted at 23:46: planned by the plan as it stands then.
    let cache = of("cache");
    assert!(cache.inserted);
    assert_eq!(cache.planned_s, Some(3 * MIN));
    // Finished without having been started: no start, no duration.
    let traffic = of("traffic");
    assert_eq!((traffic.started_at, traffic.worked_s), (None, None));
    assert_eq!(traffic.finish_variance_s, Some(41 * MIN));
}

#[test]
fn hold_time_by_reason() {
    let numbers = the_report().numbers.unwrap();
    assert_eq!(numbers.hold_s, 10 * MIN);
    assert_eq!(numbers.net_s, Some(113 * MIN));
    assert_eq!(numbers.hold_reasons.len(), 1);
    assert_eq!(numbers.hold_reasons[0].reason.as_deref(), Some("paging storm"));
    assert_eq!(numbers.hold_reasons[0].seconds, 10 * MIN);
}

/// dump: at 22:10 15m more (22:25), was 22:24; migrate: at 23:10 20m more (23:30), was 23:36.
#[test]
fn how_good_estimates_were() {
    let estimates = the_report().metrics.unwrap().estimates;
    assert_eq!(estimates.count, 2);
    assert_eq!(estimates.mean_error_s, Some((1 + 6) * MIN / 2));
    assert_eq!(estimates.bias_s, Some((-1 + 6) * MIN / 2));
}

/// Failed 22:53, rung begun 22:55, ended well 23:08.
#[test]
fn from_failure_to_decision_to_rolled_back() {
    let metrics = the_report().metrics.unwrap();
    assert_eq!(metrics.failures.len(), 1);
    assert_eq!(metrics.failures[0].decision, Some(FailureDecision::RolledBack));
    assert_eq!(metrics.failure_to_decision.median_s, Some(2 * MIN));
    assert_eq!(metrics.decision_to_rolled_back.median_s, Some(13 * MIN));
    assert_eq!((metrics.retries, metrics.rework_s), (1, 10 * MIN));
}

/// Done are 2 + 4 + 5 (route, cache, traffic, tidy, live); only mute was no later than planned.
#[test]
fn on_time_rate() {
    let on_time = the_report().metrics.unwrap().on_time;
    assert_eq!((on_time.hits, on_time.of), (1, 11));
    assert_eq!(on_time.rate, Some(0.0909));
}

/// Off by 2 (dump), 4 (mute), 0 (freeze), 3 (migrate), 0 (verify), 0 (cache), 10 (tidy) minutes of
/// 20 + 5 + 5 + 25 + 10 + 3 + 10 = 78 planned: 1 − 19 ⁄ 78.
#[test]
fn duration_accuracy() {
    let metrics = the_report().metrics.unwrap();
    assert_eq!(metrics.duration_steps, 7);
    assert_eq!(metrics.duration_accuracy, Some(0.7564));
}

/// Planned 22:30 to 23:15, was 22:33 to 23:56; limit 45m.
#[test]
fn downtime() {
    let numbers = the_report().numbers.unwrap();
    let downtime = numbers.downtime.unwrap();
    assert_eq!((downtime.planned_s, downtime.seconds), (Some(45 * MIN), 83 * MIN));
    assert!(!downtime.running);
    assert!(numbers.intervals[0].over_limit);
}

/// Votes from 23:41 to the decision at 23:45, two go of the two that a majority of three needs.
#[test]
fn the_decision_and_its_poll() {
    let decisions = the_report().decisions.unwrap();
    let gate = decisions.made.iter().find(|d| d.kind == DecisionKind::Gate).unwrap();
    assert_eq!(gate.verdict, golive::report::model::Verdict::GoWithConditions);
    assert_eq!(gate.poll_s, Some(4 * MIN));
    assert_eq!((gate.go_votes, gate.go_votes_needed), (Some(2), Some(2)));
    assert_eq!(gate.votes.len(), 3);
}

#[test]
fn every_kind_of_deviation_is_told_and_corrections_apart() {
    use DeviationKind as D;
    let report = the_report();
    let kinds: Vec<D> = report.deviations.unwrap().iter().map(|d| d.kind).collect();
    for kind in [
        D::Failed,
        D::Overridden,
        D::Waived,
        D::Revised,
        D::Skipped,
        D::Deferred,
        D::Overrun,
        D::OverLimit,
        D::Conflict,
        D::Unknown,
    ] {
        assert!(kinds.contains(&kind), "{kind:?} of {kinds:?}");
    }
    assert_eq!(report.corrections.unwrap().len(), 2);
}
