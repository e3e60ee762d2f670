//! While a rung is on: its steps run by the rules of any phase, what it keeps back does not start,
//! everything else goes on.

mod support;

use RefusalKind::{Impossible, NotNow};
use golive::run::{Decision, Event, Intent, RefusalKind, StepStatus, Vote, Waiting};
use support::ladder::*;
use support::*;

#[test]
fn a_rung_runs_by_the_rules_of_any_phase() {
    let mut n = taken("return");
    let now = n.now;
    // The flow gives the order.
    assert_eq!(n.no("ana", begin("thaw")), (NotNow, "predecessor-open"));
    assert!(n.state.is_ready(n.ix("routes-back"), now) && !n.state.is_ready(n.ix("thaw"), now));
    n.works("routes-back");
    n.works("thaw");
    // A gate is voted on and decided, a choice is made, its branch applies, a milestone is reached.
    assert_eq!(n.no("ana", begin("safe")), (Impossible, "gate"));
    n.ok("bo", vote("safe", Vote::Go));
    n.ok("ana", decide("safe", Decision::Go));
    n.ok("ana", choose("how", "mail"));
    assert_eq!(n.statuses(&["call", "mail"]), [StepStatus::NotApplicable, StepStatus::Planned]);
    assert_eq!(n.status("told"), StepStatus::Planned);
    n.works("mail");
    assert_eq!(n.status("told"), StepStatus::Done);
}

#[test]
fn signatures_evidence_and_what_enter_does() {
    let mut n = taken("page");
    let up = n.ix("page-up");
    assert_eq!(n.state.usual_next(up, "bo", n.now), Some(begin("page-up")));
    n.ok("bo", begin("page-up"));
    assert_eq!(n.no("bo", done("page-up")), (NotNow, "owed"));
    assert_eq!(n.state.usual_next(up, "bo", n.now), Some(sign("page-up")));
    n.ok("bo", sign("page-up"));
    n.ok("ana", sign("page-up"));
    assert_eq!(n.status("page-up"), StepStatus::Done);
    n.starts("tell");
    assert_eq!(n.no("bo", done("tell")), (NotNow, "owed"));
    let evidence = golive::run::Evidence::Link { url: "https://x".to_owned() };
    n.ok("bo", Event::EvidenceGiven { step: "tell".to_owned(), attempt: 1, evidence });
    n.ok("bo", done("tell"));
    // Enter never ends a rollback.
    assert_eq!(n.state.usual_next(up, "bo", n.now), None);
    assert!(n.state.rolling_back().is_some());
}

#[test]
fn steps_of_a_rung_that_is_not_on_are_left_alone() {
    let acts = |step: &str| {
        [begin(step), done(step), fail(step), skip(step), defer(step), block(step), reopen(step, 1)]
    };
    let untaken = [migrated(), taken("restore")];
    for n in &untaken {
        for event in acts("thaw") {
            assert_eq!(n.refused(event), (Impossible, "rung-not-taken"));
        }
        assert_eq!(n.refused(vote("safe", Vote::Go)), (Impossible, "rung-not-taken"));
        assert_eq!(n.refused(decide("safe", Decision::Go)), (Impossible, "rung-not-taken"));
        assert_eq!(n.waits("thaw")[0], Waiting::NotTaken);
    }
    // One that does not apply is not worked on either.
    let n = taken("restore");
    assert_eq!(n.refused(begin("stop-new")), (Impossible, "not-applicable"));
}

/// Rung; forward step; whether it may start, or go on being worked on, while the rung is on.
const KEPT: [(&str, &str, bool); 9] = [
    // Restore resumes at Migrate: what it covers and what follows Migrate waits, …
    ("restore", "verify", false),
    ("restore", "go", false),
    ("restore", "writes", false),
    // … other streams go on.
    ("restore", "names", true),
    ("restore", "watch", true),
    // Return stops the run: nothing forward starts.
    ("return", "verify", false),
    ("return", "names", false),
    ("return", "watch", false),
    ("return", "writes", false),
];

#[test]
fn what_a_rung_keeps_back() {
    for (rung, step, may) in KEPT {
        let n = taken(rung);
        let keeps = Waiting::Rollback(n.rung(rung));
        assert_eq!(!n.waits(step).contains(&keeps), may, "{step} during {rung}");
        if may {
            assert!(n.may_start(step), "{step} during {rung}");
        }
    }
    let n = taken("return");
    let refused = n.refused(begin("watch"));
    assert_eq!(refused, (NotNow, "rolling-back"));
    assert!(n.said(begin("watch")).contains("waits for the end of rollback R2 Return"));
}

#[test]
fn other_streams_go_on_unless_the_run_is_held() {
    let mut n = taken("restore");
    n.starts("names");
    n.completes("names");
    assert_eq!(n.status("named"), StepStatus::Done, "a mark is reached meanwhile");
    n.ok("ana", hold("breathe"));
    assert_eq!(n.no("ana", begin("watch")), (NotNow, "held"));
    // A hold does not keep the rung back.
    n.works("dump");
    n.ok("ana", Event::RunResumed {});
    n.works("watch");
}

#[test]
fn a_rung_may_begin_inside_a_hold_and_the_hold_stays() {
    let mut n = migrated();
    n.ok("ana", hold("what now?"));
    n.ok("ana", take("restore"));
    assert!(n.state.held().is_some());
    for step in ["dump", "compare"] {
        n.works(step);
    }
    n.ok("ana", end_well("restore"));
    assert!(n.state.held().is_some(), "still held");
    assert_eq!(n.no("ana", reopen("dump", 1)), (Impossible, "rung-not-taken"));
    let again = Event::StepStarted { step: "migrate".to_owned(), attempt: 2 };
    assert_eq!(n.refused(again), (NotNow, "held"));
}

#[test]
fn running_uncovered_steps_are_finished_or_fail_and_votes_go_on() {
    let mut n = migrated();
    for step in ["names", "watch"] {
        n.starts(step);
    }
    n.ok("ana", take("restore"));
    n.ok("ana", done("names"));
    n.ok("ana", fail("watch"));
    n.ok("bo", vote("go", Vote::NoGo));
    n.ok("bo", note("the dump is on its way"));
}

#[test]
fn what_it_takes_back_is_not_changed_under_its_hands() {
    let mut n = migrated();
    n.starts("verify");
    n.fails("verify");
    n.ok("ana", take("restore"));
    let failed = [skip("verify"), defer("verify"), reopen("verify", 1), reopen("migrate", 1)];
    for event in failed {
        assert_eq!(n.refused(event), (NotNow, "rolling-back"));
    }
    let said = n.said(reopen("migrate", 1));
    assert!(said.contains("R1 Restore is on, and concerns 1.2 Migrate"), "{said}");
    // What it does not concern may be done again, and facts about the work are taken.
    n.ok("ana", reopen("routes", 1));
    let reason = Event::ReasonGiven {
        step: "verify".to_owned(),
        attempt: 1,
        reason: "12 rows differ".to_owned(),
    };
    n.ok("bo", reason);
}

#[test]
fn what_begins_after_all_is_taken_back_too() {
    // Somebody was offline: Freeze had been done before the rung was taken.
    let mut n = Night::open(LADDER);
    n.at("23:00").works("routes");
    n.at("00:10").ok("ana", take("return"));
    assert_eq!(
        n.statuses(&["routes-back", "thaw"]),
        [StepStatus::Planned, StepStatus::NotApplicable]
    );
    n.at("00:12").ok_at("bo", "00:05", begin("freeze"));
    assert_eq!(n.status("thaw"), StepStatus::Planned);
    // Begun to the minute in which the rung was taken.
    let mut n = Night::open(LADDER);
    n.at("23:00").works("routes");
    n.at("00:10:20").ok("ana", take("return"));
    n.at("00:12").ok_at("bo", "00:10", begin("freeze"));
    assert_eq!(n.status("thaw"), StepStatus::Planned);
    assert!(n.state.deviations.is_empty());
    // A lead lets something start: marked, and taken back as well.
    let mut n = Night::open(LADDER);
    n.at("23:00").works("routes");
    n.at("00:10").ok("ana", take("return"));
    n.overriding(begin("freeze"));
    assert_eq!(n.state.deviations[0].rule, "rolling-back");
    assert_eq!(n.status("thaw"), StepStatus::Planned);
    n.works("routes-back");
    assert_eq!(n.refused(end_well("return")), (Impossible, "unsettled"), "it still runs");
}

#[test]
fn a_failing_step_of_a_rung() {
    // On its own it asks; `hold` holds the other streams, and the rung goes on.
    let mut n = taken("return");
    n.works("routes-back");
    n.starts("thaw");
    n.fails("thaw");
    assert!(n.state.held().is_some_and(|h| h.reason.as_deref() == Some("R2.2 Thaw failed")));
    assert_eq!(n.state.rung_on(), Some(n.rung("return")));
    assert_eq!(n.no("ana", choose("how", "call")), (NotNow, "predecessor-open"));
    n.ok("ana", reopen("thaw", 1));
    n.works("thaw");
    assert_eq!(n.attempt("thaw"), 2);
}

#[test]
fn it_counts_while_and_after_it_is_taken() {
    let mut n = migrated();
    let forward = n.state.plan.forward_steps().len();
    assert_eq!(n.state.counts(n.now).total, forward);
    n.ok("ana", take("restore"));
    let counts = n.state.counts(n.now);
    assert_eq!((counts.total, counts.not_applicable), (forward + 3, 1));
    assert!(n.state.is_ready(n.ix("dump"), n.now));
    n.ok("ana", give_up("restore"));
    assert_eq!(n.state.counts(n.now).total, forward + 3);
    let forecast = golive::run::forecast(&n.state, n.now);
    let status = golive::run::status(&n.state, &forecast, "", n.now);
    let told = status.steps.last().unwrap();
    assert_eq!((told.id.as_str(), told.phase.as_str()), ("compare", "Rollback: Restore"));
}

#[test]
fn a_reason_may_follow_and_a_deferred_step_is_still_owed() {
    let mut n = taken("page");
    for who in ["ana", "bo"] {
        n.ok(who, sign("page-up"));
    }
    let later = Event::StepDeferred { step: "tell".to_owned(), attempt: 1, reason: None };
    n.ok("ana", later);
    n.ok("ana", end_well("page"));
    // The run is over; what the rung still owes is finished afterwards.
    let why = "the desk opens at eight".to_owned();
    n.ok("bo", Event::ReasonGiven { step: "tell".to_owned(), attempt: 1, reason: why });
    n.ok("bo", begin("tell"));
    assert_eq!(n.status("tell"), StepStatus::Running);
    n.skips("tell");
    assert_eq!(n.refused(reopen("page-up", 1)), (Impossible, "run-over"));
    // The same after a rung that failed.
    let mut n = taken("restore");
    n.starts("dump");
    n.ok("ana", fail("dump"));
    n.ok("ana", give_up("restore"));
    let again = Intent::new("ana", reopen("dump", 1));
    assert_eq!(n.check(again).unwrap_err().rule, "rung-not-taken");
}

#[test]
fn the_order_stays_as_planned_around_a_step_that_is_left_out() {
    // Freeze was never begun, so Thaw does not apply; what follows it still follows Routes back.
    let mut n = Night::open(LADDER);
    n.works("routes");
    n.ok("ana", take("return"));
    assert_eq!(n.status("thaw"), StepStatus::NotApplicable);
    assert_eq!(n.refused(decide("safe", Decision::Go)), (NotNow, "predecessor-open"));
    assert!(n.said(decide("safe", Decision::Go)).contains("waits for R2.1 Routes back"));
    n.works("routes-back");
    n.ok("bo", vote("safe", Vote::Go));
    n.ok("ana", decide("safe", Decision::Go));
    // The same where a rehearsal leaves a step out, and for the marks behind it.
    let text = r#"
format = 1
[release]
title = "Order"
[people.ana]
role = "lead"
[[phases]]
title = "All"
steps = [
  { id = "a", title = "A", duration = "1m" },
  { id = "b", title = "B", duration = "1m", in_rehearsal = false },
  { id = "c", title = "C", duration = "1m", in_rehearsal = false },
  { id = "m", title = "M", kind = "milestone" },
  { id = "d", title = "D", duration = "1m" },
]
"#;
    let mut n = Night::open_as(text, golive::run::Mode::Rehearsal, "ana");
    assert_eq!(n.waits("m"), [Waiting::Step(n.ix("a"), golive::runbook::LinkOn::Finish)]);
    assert_eq!(n.refused(begin("d")), (NotNow, "predecessor-open"));
    n.works("a");
    assert_eq!(n.status("m"), StepStatus::Done);
    n.ok("ana", reopen("a", 1));
    assert_eq!(n.status("m"), StepStatus::Planned);
    // By the first rule book what is left out held nobody up.
    let n = Night::open_by(1, text, golive::run::Mode::Rehearsal, "ana");
    assert!(n.waits("m").is_empty());
}
