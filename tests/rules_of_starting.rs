//! What keeps a step from beginning, and how a lead overrides it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Event, Intent, StepStatus, Verdict};
use support::cutover::*;
use support::*;

#[test]
fn not_now_is_overridden_by_a_lead_with_a_reason_only() {
    let mut n = night();
    let early = |person: &str, reason: Option<&str>| Intent {
        override_reason: reason.map(str::to_owned),
        ..Intent::new(person, begin("migrate"))
    };
    let rule = |n: &Night, intent| n.check(intent).map_err(|r| (r.kind, r.rule));
    assert_eq!(rule(&n, early("ana", None)), Err((NOW, "predecessor-open")));
    assert_eq!(rule(&n, early("ana", Some(" "))), Err((NOW, "predecessor-open")));
    assert_eq!(rule(&n, early("bo", Some("hurry"))), Err((NOW, "predecessor-open")));
    let seq = n.act(early("ana", Some("agreed on the call"))).expect("a lead may");
    assert_eq!(*n.verdict(seq), Verdict::Deviation);
    assert_eq!(n.state.deviations[0].override_reason.as_deref(), Some("agreed on the call"));
    assert_eq!(n.status("migrate"), StepStatus::Running);
}

#[test]
fn what_keeps_a_step_from_starting() {
    let mut n = night();
    assert_eq!(n.no("bo", begin("migrate")), (NOW, "predecessor-open"));
    assert_eq!(n.no("bo", choose("route", "warm")), (NOW, "phase-open"));
    n.ok("ana", Event::RunStarted {});
    n.ok("ana", hold("a call"));
    assert_eq!(n.no("bo", begin("freeze")), (NOW, "held"));
    n.ok("ana", Event::RunResumed {});
    n.ok("bo", begin("freeze"));
    n.ok("ana", hold("again"));
    // Running steps go on in a hold.
    n.ok("bo", done("freeze"));
    assert_eq!(n.no("bo", begin("migrate")), (NOW, "held"));
    n.ok("ana", Event::RunResumed {});
    for step in ["migrate", "verify"] {
        n.ok("bo", skip(step));
    }
    n.ok("ana", skip("gate"));
    assert_eq!(n.no("bo", begin("prewarm")), (NOW, "predecessor-open"));
    n.ok("bo", choose("route", "cold"));
    n.ok("bo", begin("prewarm"));
    n.ok("bo", done("prewarm"));
    assert_eq!(n.status("live"), StepStatus::Done, "a milestone is reached by itself");
    n.ok("bo", begin("soak"));
    assert_eq!(n.no("bo", done("soak")), (NOW, "owed"), "the wait has not passed");
    n.at("22:16");
    n.ok("bo", done("soak"));
    assert_eq!(n.no("bo", begin("late")), (NOW, "too-early"));
    n.at("04:00");
    // Two holds in the same second have moved nothing.
    n.ok("bo", begin("late"));
}

#[test]
fn the_untaken_branch_is_not_applicable_and_comes_back_when_the_choice_is_reopened() {
    let mut n = night();
    for step in ["freeze", "migrate", "verify"] {
        n.ok("bo", skip(step));
    }
    n.ok("ana", skip("gate"));
    n.ok("bo", choose("route", "warm"));
    assert_eq!(n.status("prewarm"), StepStatus::NotApplicable);
    assert_eq!(n.status("live"), StepStatus::Done);
    assert_eq!(n.no("bo", begin("prewarm")), (NEVER, "not-applicable"));
    n.ok("bo", reopen("route", 1));
    assert_eq!(n.status("prewarm"), StepStatus::Planned);
    assert_eq!(n.no("bo", choose("route", "cold")), (NEVER, "other-attempt"));
}

#[test]
fn a_step_of_a_failed_predecessor_waits_unless_on_failure_is_continue() {
    let mut n = with_migrate(StepStatus::Failed);
    assert_eq!(n.no("qa", begin("verify")), (NOW, "predecessor-open"));
    let plan = PLAN.replace("[steps.migrate]", "[steps.migrate]\non_failure = \"continue\"");
    n = Night::open(&plan);
    n.ok("bo", skip("freeze"));
    n.ok("bo", fail("migrate"));
    n.ok("qa", begin("verify"));
    let plan = PLAN.replace("[steps.migrate]", "[steps.migrate]\non_failure = \"hold\"");
    n = Night::open(&plan);
    n.ok("bo", skip("freeze"));
    n.ok("bo", begin("migrate"));
    n.ok("bo", fail("migrate"));
    assert!(n.state.held().is_some_and(|h| h.reason.as_deref() == Some("1.2 Migrate failed")));
}
