//! Who may do what, and for whom.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Event, Intent, Mode, Outcome, Vote};
use golive::runbook::Role;
use support::cutover::*;
use support::*;

#[test]
fn roles() {
    let mut n = night();
    let lead_only = [
        Event::RunStarted {},
        hold("x"),
        Event::RunResumed {},
        Event::HandedOver { to: "qa".to_owned() },
        Event::RoleGranted { person: "cy".to_owned(), role: Role::Operator },
        Event::RunCompleted { outcome: Outcome::Successful, summary: None },
        Event::RunCanceled { reason: None },
        Event::RollCallOpened {},
        Event::ChecklistWaived {
            checklist: "readiness".to_owned(),
            item: None,
            reason: "x".to_owned(),
        },
        Event::RunRescheduled {
            window: None,
            zero_hour: Some(clock("01:00")),
            approver: None,
            reference: None,
            reason: None,
        },
    ];
    for event in lead_only {
        assert_eq!(n.no("bo", event), (NEVER, "role"));
    }
    for event in [begin("freeze"), note("hello"), tick("migrate", "Lag")] {
        assert_eq!(n.no("cy", event), (NEVER, "role"), "an observer reads");
    }
    n.ok("stranger", begin("freeze"));
    n.ok("ana", Event::RoleGranted { person: "cy".to_owned(), role: Role::Operator });
    n.ok("cy", note("now I may"));
    n.ok("ana", Event::HandedOver { to: "bo".to_owned() });
    assert_eq!((n.state.role_of("bo"), n.state.role_of("ana")), (Role::Lead, Role::Operator));
    assert_eq!(n.no("ana", hold("x")), (NEVER, "role"));
    assert_eq!(n.no("bo", Event::HandedOver { to: "bo".to_owned() }), (NEVER, "to-oneself"));
    let own = Event::RoleGranted { person: "bo".to_owned(), role: Role::Observer };
    assert_eq!(n.no("bo", own), (NEVER, "own-role"));
}

#[test]
fn whoever_opens_is_lead_unless_the_runbook_writes_a_role() {
    assert_eq!(Night::open_as(PLAN, Mode::Live, "zoe").state.role_of("zoe"), Role::Lead);
    assert_eq!(Night::open_as(PLAN, Mode::Live, "cy").state.role_of("cy"), Role::Observer);
    assert_eq!(Night::open_as(PLAN, Mode::Live, "zoe").state.role_of("ana"), Role::Lead);
}

#[test]
fn for_another() {
    let mut n = night();
    let for_bo = |person: &str, event| Intent {
        on_behalf_of: Some("bo".to_owned()),
        ..Intent::new(person, event)
    };
    let seq = n.act(for_bo("qa", begin("freeze"))).expect("work for somebody else");
    let started = n.state.steps[n.ix("freeze")].now.started.clone().expect("started");
    assert_eq!((&*started.person, started.seq), ("bo", seq));
    for_gate(&mut n);
    let for_qa = |person: &str| Intent {
        on_behalf_of: Some("qa".to_owned()),
        ..Intent::new(person, vote("gate", Vote::Go))
    };
    let refused = n.check(for_qa("bo")).expect_err("only leads vote for others");
    assert_eq!(refused.rule, "for-another");
    n.act(for_qa("ana")).expect("a lead may");
    // The substitute who stands in votes for the voter.
    n.ok("ana", Event::SubstituteActive { person: "qa".to_owned(), substitute: "bo".to_owned() });
    n.ok("bo", vote("gate", Vote::NoGo));
    let votes = &n.state.steps[n.ix("gate")].now.votes;
    assert_eq!(votes.len(), 1);
    assert_eq!(votes["qa"].vote, Vote::NoGo);
}
