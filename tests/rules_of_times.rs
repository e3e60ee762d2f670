//! When something can have happened, and what is possible after the end.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Event, Intent, Outcome, RunStatus, StepStatus, Vote};
use support::cutover::*;
use support::*;

#[test]
fn the_end_and_what_is_possible_after_it() {
    let mut n = night();
    let complete = || Event::RunCompleted { outcome: Outcome::WithIssues, summary: None };
    assert_eq!(n.no("ana", complete()), (NEVER, "not-started"));
    n.ok("bo", begin("freeze"));
    assert_eq!(n.no("ana", complete()), (NEVER, "unsettled"));
    n.ok("bo", done("freeze"));
    n.ok("bo", defer("migrate"));
    n.ok("bo", skip("verify"));
    n.ok("ana", skip("gate"));
    n.ok("bo", choose("route", "warm"));
    n.ok("bo", skip("soak"));
    n.ok("bo", skip("late"));
    n.ok("ana", complete());
    assert_eq!(n.state.status, RunStatus::Complete);
    for event in [reopen("freeze", 1), hold("x"), stand_by("verify"), vote("gate", Vote::Go)] {
        assert_eq!(n.no("ana", event), (NEVER, "run-over"));
    }
    n.ok("bo", note("all quiet"));
    n.ok("bo", begin("migrate"));
    complete_migrate(&mut n);
    assert_eq!(n.status("migrate"), StepStatus::Done);
}

#[test]
fn times_that_cannot_be() {
    let mut n = night();
    n.at("22:30");
    n.ok_at("bo", "22:10", begin("freeze"));
    let at =
        |time: &str| Intent { happened_at: Some(clock(time)), ..Intent::new("bo", done("freeze")) };
    assert_eq!(n.check(at("22:09")).expect_err("before its start").rule, "before-start");
    assert_eq!(n.check(at("22:31")).expect_err("in the future").rule, "in-the-future");
    let mut long_ago = at("22:20");
    long_ago.happened_at = Some(start() - chrono::TimeDelta::days(32));
    assert_eq!(n.check(long_ago).expect_err("long ago").rule, "long-before");
    n.act(at("22:20")).expect("reported late");
    assert_eq!(n.state.elapsed(n.ix("freeze"), n.now), Some(600));
}

#[test]
fn times_are_said_to_the_minute() {
    let mut n = night();
    n.at("22:14:20").ok("bo", begin("freeze"));
    n.at("22:20:30").ok_at("bo", "22:14", done("freeze"));
    assert_eq!(n.state.elapsed(n.ix("freeze"), n.now), Some(0));
    n.at("22:25").ok_at("bo", "22:14", begin("migrate"));
}

#[test]
fn a_start_before_the_hold_reported_in_the_hold_is_no_deviation() {
    let mut n = night();
    n.ok("bo", begin("freeze"));
    n.at("22:10").ok("bo", done("freeze"));
    n.at("22:15").ok("ana", hold("storm"));
    n.at("22:16");
    assert_eq!(n.no("bo", begin("migrate")), (NOW, "held"));
    n.ok_at("bo", "22:12", begin("migrate"));
    assert!(n.state.deviations.is_empty());
}

#[test]
fn a_step_is_not_reopened_or_set_aside_before_it_ended() {
    let mut n = night();
    n.at("22:10").ok("bo", begin("freeze"));
    n.at("22:18:02").ok("bo", fail("freeze"));
    n.at("22:20");
    let said = |event: Event, time: &str| Intent {
        happened_at: Some(clock(time)),
        ..Intent::new("ana", event)
    };
    for event in [reopen("freeze", 1), skip("freeze"), defer("freeze")] {
        let refusal = n.check(said(event.clone(), "22:17")).expect_err("before it failed");
        assert_eq!(refusal.rule, "before-start");
        assert!(refusal.to_string().contains("before it failed"), "{refusal}");
        n.check(said(event, "22:18")).expect("18:00 may mean 18:59");
    }
    n.act(said(reopen("freeze", 1), "22:19")).expect("after it failed");
}

#[test]
fn what_was_recorded_before_that_was_asked_still_counts() {
    let mut n = night();
    n.at("22:10").ok("bo", begin("freeze"));
    n.at("22:18:02").ok("bo", fail("freeze"));
    n.at("22:20");
    let early =
        Intent { happened_at: Some(clock("22:15")), ..Intent::new("ana", reopen("freeze", 1)) };
    n.force(early);
    assert_eq!(n.status("freeze"), StepStatus::Planned);
}
