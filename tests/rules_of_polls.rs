//! Votes, decisions and signatures.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Decision, Event, NoteKind, StepStatus, Verdict, Vote};
use support::cutover::*;
use support::*;

#[test]
fn gates() {
    let mut n = night();
    assert_eq!(n.no("bo", begin("gate")), (NEVER, "gate"));
    assert_eq!(n.no("bo", vote("gate", Vote::Go)), (NEVER, "not-a-voter"));
    n.ok("qa", vote("gate", Vote::Go));
    assert_eq!(n.no("ana", decide("gate", Decision::Go)), (NOW, "predecessor-open"));
    for_gate(&mut n);
    assert_eq!(n.no("bo", decide("gate", Decision::Go)), (NEVER, "role"));
    assert_eq!(n.no("ana", decide("gate", Decision::Go)), (NOW, "quorum"));
    n.ok("ana", vote("gate", Vote::NoGo));
    n.ok("ana", vote("gate", Vote::Go));
    assert_eq!(n.no("ana", decide("gate", Decision::Go)), (NOW, "checklist"));
    let none = Decision::GoWithConditions { conditions: vec![] };
    assert_eq!(n.no("ana", decide("gate", none)), (NEVER, "no-condition"));
    let with = |reason: Option<&str>| Event::GateDecided {
        step: "gate".to_owned(),
        attempt: 1,
        decision: Decision::GoWithConditions { conditions: vec!["watch the lag".to_owned()] },
        reason: reason.map(str::to_owned),
    };
    let seq = n.ok("ana", with(Some("backup is known good")));
    assert_eq!(*n.verdict(seq), Verdict::Deviation);
    assert_eq!(n.status("gate"), StepStatus::Done);
    let action = n.state.notes.last().expect("the condition is kept");
    assert_eq!((action.kind, action.text.as_str()), (NoteKind::Action, "watch the lag"));
    let id = action.id.clone();
    n.ok("bo", Event::NoteClosed { note: id, reason: None });
    assert_eq!(n.no("ana", decide("gate", Decision::NoGo)), (NEVER, "decided"));
    assert_eq!(n.no("ana", vote("gate", Vote::NoGo)), (NEVER, "decided"));
}

#[test]
fn no_go_fails_the_gate_and_holds_and_a_retry_has_a_fresh_poll() {
    let mut n = night();
    for_gate(&mut n);
    n.ok("qa", vote("gate", Vote::NoGo));
    n.ok("ana", decide("gate", Decision::NoGo));
    assert_eq!(n.status("gate"), StepStatus::Failed);
    assert!(n.state.held().is_some());
    n.ok("ana", reopen("gate", 1));
    assert!(n.state.steps[n.ix("gate")].now.votes.is_empty());
    assert_eq!(n.state.steps[n.ix("gate")].earlier[0].votes.len(), 1);
    assert_eq!(n.attempt("gate"), 2);
    assert!(n.state.held().is_some(), "only a lead resumes");
}

#[test]
fn a_named_observer_votes() {
    let plan = PLAN.replace(r#"voters = ["ana", "qa"]"#, r#"voters = ["cy"]"#);
    let mut n = Night::open(&plan);
    n.ok("cy", vote("gate", Vote::Go));
    assert_eq!(n.state.go_votes(n.ix("gate")), 1);
}

#[test]
fn signatures_are_of_different_people_and_the_last_one_completes() {
    let mut n = night();
    n.ok("bo", skip("freeze"));
    n.ok("bo", skip("migrate"));
    n.ok("qa", begin("verify"));
    assert_eq!(n.no("qa", done("verify")), (NOW, "owed"));
    n.ok("qa", sign("verify"));
    assert_eq!(n.no("qa", sign("verify")), (NEVER, "signed"));
    assert_eq!(n.status("verify"), StepStatus::Running);
    n.at("22:09");
    n.ok("bo", sign("verify"));
    assert_eq!(n.status("verify"), StepStatus::Done);
    assert_eq!(
        n.state.steps[n.ix("verify")].now.ended.as_ref().map(|f| f.at),
        Some(clock("22:09"))
    );
}
