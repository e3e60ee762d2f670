//! Reopening a step takes nothing back: what its earlier attempt did is there, for the ladder too,
//! until a rollback has taken it back.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Event, Rag, RunStatus, StepStatus, forecast};
use support::ladder::*;
use support::*;

fn rung(n: &Night, id: &str) -> usize {
    n.state.find_rung(id).unwrap()
}

fn applies(n: &Night, id: &str) -> Vec<String> {
    let steps = n.state.rung_applies(rung(n, id));
    steps.into_iter().map(|ix| n.state.plan.steps[ix].id.clone()).collect()
}

/// Freeze is done; Migrate has failed and is planned again.
fn half_migrated() -> Night {
    let mut n = Night::open(LADDER);
    n.at("23:00").works("freeze");
    n.starts("migrate");
    n.at("23:20").fails("migrate");
    n.ok("ana", reopen("migrate", 1));
    assert_eq!((n.status("migrate"), n.attempt("migrate")), (StepStatus::Planned, 2));
    n
}

fn settle(n: &mut Night) {
    let on = n.state.rung_on().unwrap();
    for ix in n.state.rung_applies(on) {
        let id = n.state.plan.steps[ix].id.clone();
        if !n.state.is_settled(ix) {
            n.skips(&id);
        }
    }
}

#[test]
fn a_failed_step_that_is_tried_again_is_still_taken_back() {
    let n = half_migrated();
    assert!(n.state.has_begun(n.ix("migrate")));
    assert!(n.state.is_needed(rung(&n, "restore")));
    assert_eq!(applies(&n, "restore"), ["dump", "compare"]);
}

#[test]
fn a_rung_that_resumes_takes_the_earlier_attempt_back() {
    let mut n = half_migrated();
    n.ok("ana", take("restore"));
    settle(&mut n);
    n.at("23:50").ok("ana", end_well("restore"));
    assert_eq!((n.status("migrate"), n.attempt("migrate")), (StepStatus::Planned, 2));
    assert!(!n.state.has_begun(n.ix("migrate")), "nothing of it is there any more");
    assert_eq!(n.state.steps[n.ix("migrate")].earlier[0].status, StepStatus::Failed);
}

#[test]
fn a_rung_that_stops_leaves_it_undone_and_what_it_does_not_cover_not_applicable() {
    let mut n = half_migrated();
    n.ok("ana", Event::RunResumed {});
    n.works("watch");
    n.ok("ana", reopen("watch", 1));
    n.ok("ana", take("page"));
    settle(&mut n);
    n.at("23:50").ok("ana", end_well("page"));
    assert_eq!(n.status("migrate"), StepStatus::Undone);
    assert!(n.state.steps[n.ix("migrate")].now.ended.is_some());
    assert_eq!(n.status("watch"), StepStatus::NotApplicable, "no step is left planned");
    assert_eq!(n.state.status, RunStatus::RolledBack);
}

#[test]
fn a_point_of_no_return_that_is_tried_again_has_been_passed() {
    let mut n = Night::open(LADDER);
    for step in ["freeze", "migrate", "verify", "routes", "names"] {
        n.works(step);
    }
    n.decides("go", golive::run::Decision::Go);
    n.ok("ana", choose("route", "warm"));
    n.works("warm");
    n.starts("writes");
    n.fails("writes");
    n.ok("ana", reopen("writes", 1));
    assert_eq!(n.state.gone(rung(&n, "return")), Some(n.ix("writes")));
    assert!(n.state.takes_away(n.ix("writes")).is_empty(), "it took away what it could");
}

#[test]
fn what_failed_of_a_rung_that_was_given_up_is_no_reason_any_more() {
    let mut n = half_migrated();
    n.ok("ana", take("restore"));
    n.starts("dump");
    n.fails("dump");
    let failed = |n: &Night| forecast(&n.state, n.now).reasons.iter().any(|r| r.contains("R1.2"));
    assert!(failed(&n));
    n.ok("ana", give_up("restore"));
    n.ok("ana", Event::RunResumed {});
    assert!(!failed(&n), "{:?}", forecast(&n.state, n.now).reasons);
}

#[test]
fn a_run_that_was_rolled_back_or_canceled_is_not_green() {
    let mut n = half_migrated();
    n.ok("ana", take("page"));
    settle(&mut n);
    n.at("23:50").ok("ana", end_well("page"));
    let seen = forecast(&n.state, n.now);
    assert_eq!((seen.rag, seen.reasons[0].as_str()), (Rag::Red, "rolled back"));

    let mut n = half_migrated();
    n.ok("ana", Event::RunCanceled { reason: None });
    let seen = forecast(&n.state, n.now);
    assert_eq!((seen.rag, seen.reasons[0].as_str()), (Rag::Red, "canceled"));
}
