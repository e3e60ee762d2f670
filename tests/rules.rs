//! The rule book, event × state: taken, impossible, or not now.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{
    Decision, Event, Intent, Mode, NoteKind, Outcome, RefusalKind, RunStatus, StepStatus, Verdict,
    Vote,
};
use golive::runbook::Role;
use support::*;

const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T23:00:00Z
start = "T-1h"
[people.ana]
name = "Ana Ruiz"
role = "lead"
[people.bo]
name = "Bo"
[people.cy]
name = "Cy"
role = "observer"
[people.qa]
name = "Q"
substitute = "bo"
[[checklists]]
id = "readiness"
title = "Readiness"
items = [{ id = "backup", text = "Backup", evidence = true }, { id = "mail", text = "Mail out" }]
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze", owner = "bo", duration = "5m" },
  { id = "migrate", title = "Migrate", owner = "bo", duration = "25m", items = ["Lag", "Muted"] },
  { id = "verify", title = "Verify", owner = "qa", duration = "10m", signers = 2 },
  { id = "gate", title = "Open?", kind = "gate", voters = ["ana", "qa"], requires = ["readiness"], decider = "ana" },
]
[[phases]]
title = "Open"
steps = [
  { id = "route", title = "Route", kind = "choice", options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }] },
  { id = "prewarm", title = "Prewarm", duration = "5m", when = { step = "route", is = "cold" } },
  { id = "live", title = "Live", kind = "milestone" },
  { id = "soak", title = "Soak", kind = "wait", duration = "15m" },
  { id = "late", title = "Late", duration = "5m", not_before = "T+5h" },
]
[steps.migrate]
records = [{ id = "lag", title = "Lag", unit = "s", pass = "< 5" }]
evidence = true
"#;

const NOW: RefusalKind = RefusalKind::NotNow;
const NEVER: RefusalKind = RefusalKind::Impossible;

fn night() -> Night {
    Night::open(PLAN)
}

/// A night in which `migrate` is in the given state.
fn with_migrate(status: StepStatus) -> Night {
    let mut n = night();
    n.ok("bo", begin("freeze"));
    n.ok("bo", done("freeze"));
    match status {
        StepStatus::Planned => {}
        StepStatus::Running => drop(n.ok("bo", begin("migrate"))),
        StepStatus::Blocked => {
            n.ok("bo", begin("migrate"));
            n.ok("bo", block("migrate"));
        }
        StepStatus::Failed => {
            n.ok("bo", begin("migrate"));
            n.ok("bo", fail("migrate"));
        }
        StepStatus::Skipped => drop(n.ok("bo", skip("migrate"))),
        StepStatus::Deferred => drop(n.ok("bo", defer("migrate"))),
        StepStatus::Done => {
            n.ok("bo", begin("migrate"));
            complete_migrate(&mut n);
        }
        other => panic!("no way to {other:?}"),
    }
    assert_eq!(n.status("migrate"), status);
    n
}

fn complete_migrate(n: &mut Night) {
    for event in [
        tick("migrate", "Lag"),
        tick("migrate", "Muted"),
        value("migrate", "lag", "3"),
        evidence("migrate"),
        done("migrate"),
    ] {
        n.ok("bo", event);
    }
}

fn evidence(step: &str) -> Event {
    let evidence = golive::run::Evidence::Link { url: "https://x.example".to_owned() };
    Event::EvidenceGiven { step: step.to_owned(), attempt: 1, evidence }
}

fn assign(step: &str) -> Event {
    Event::StepAssigned { step: step.to_owned(), owner: "qa".to_owned() }
}

fn give_reason(step: &str) -> Event {
    Event::ReasonGiven { step: step.to_owned(), attempt: 1, reason: "because".to_owned() }
}

/// What a rule answers: the state that follows, or the kind of no and the rule's name.
type Answer = Result<StepStatus, (RefusalKind, &'static str)>;

#[test]
fn every_step_event_in_every_state() {
    use StepStatus::{Blocked, Deferred, Done, Failed, Planned, Running, Skipped};
    let states = [Planned, Running, Blocked, Done, Failed, Skipped, Deferred];
    let no = |rule| Err((NEVER, rule));
    let owed = Err((NOW, "owed"));
    #[rustfmt::skip]
    let table: Vec<(Event, [Answer; 7])> = vec![
        //                          planned              running               blocked               done          failed           skipped           deferred
        (stand_by("migrate"),      [Ok(Planned),         no("running"),        no("blocked"),        no("done"),   no("failed"),    no("skipped"),    no("deferred")]),
        (begin("migrate"),         [Ok(Running),         no("running"),        no("blocked"),        no("done"),   no("failed"),    no("skipped"),    Ok(Running)]),
        (estimate("migrate", 5),   [no("not-running"),   Ok(Running),          Ok(Blocked),          no("done"),   no("failed"),    no("skipped"),    no("deferred")]),
        (done("migrate"),          [owed,                owed,                 owed,                 no("done"),   no("failed"),    no("skipped"),    owed]),
        (fail("migrate"),          [Ok(Failed),          Ok(Failed),           Ok(Failed),           no("done"),   no("failed"),    no("skipped"),    no("deferred")]),
        (block("migrate"),         [Ok(Blocked),         Ok(Blocked),          no("blocked"),        no("done"),   no("failed"),    no("skipped"),    no("deferred")]),
        (unblock("migrate"),       [no("not-blocked"),   no("not-blocked"),    Ok(Running),          no("not-blocked"), no("not-blocked"), no("not-blocked"), no("not-blocked")]),
        (skip("migrate"),          [Ok(Skipped),         Ok(Skipped),          Ok(Skipped),          no("done"),   Ok(Skipped),     no("skipped"),    Ok(Skipped)]),
        (defer("migrate"),         [Ok(Deferred),        Ok(Deferred),         Ok(Deferred),         no("done"),   Ok(Deferred),    no("skipped"),    no("deferred")]),
        (reopen("migrate", 1),     [no("planned"),       no("running"),        no("blocked"),        Ok(Planned),  Ok(Planned),     Ok(Planned),      Ok(Planned)]),
        (assign("migrate"),        [Ok(Planned),         Ok(Running),          Ok(Blocked),          no("done"),   Ok(Failed),      no("skipped"),    Ok(Deferred)]),
        (sign("migrate"),          [no("unsigned"),      no("unsigned"),       no("unsigned"),       no("unsigned"), no("unsigned"), no("unsigned"),   no("unsigned")]),
        (tick("migrate", "Lag"),   [Ok(Planned),         Ok(Running),          Ok(Blocked),          no("ticked"), Ok(Failed),      no("skipped"),    Ok(Deferred)]),
        (value("migrate", "lag", "4"), [Ok(Planned),     Ok(Running),          Ok(Blocked),          Ok(Done),     Ok(Failed),      no("skipped"),    Ok(Deferred)]),
        (evidence("migrate"),      [Ok(Planned),         Ok(Running),          Ok(Blocked),          Ok(Done),     Ok(Failed),      Ok(Skipped),      Ok(Deferred)]),
        (give_reason("migrate"),   [no("no-reason-owed"), no("no-reason-owed"), no("no-reason-owed"), no("no-reason-owed"), no("no-reason-owed"), no("no-reason-owed"), no("no-reason-owed")]),
        (choose("migrate", "a"),   [no("no-choice"),     no("no-choice"),      no("no-choice"),      no("no-choice"), no("no-choice"), no("no-choice"), no("no-choice")]),
        (vote("migrate", Vote::Go), [no("no-gate"),      no("no-gate"),        no("no-gate"),        no("no-gate"), no("no-gate"),  no("no-gate"),    no("no-gate")]),
    ];
    for (event, answers) in table {
        for (status, expected) in states.into_iter().zip(answers) {
            let n = with_migrate(status);
            let answer = n.clone().act(Intent::new("bo", event.clone()));
            let answer = match answer {
                Ok(_) => {
                    let mut after = n.clone();
                    after.ok("bo", event.clone());
                    Ok(after.status("migrate"))
                }
                Err(refusal) => Err((refusal.kind, refusal.rule)),
            };
            assert_eq!(answer, expected, "{event:?} while {status:?}");
            // The fold takes the same entry without checking: impossible changes nothing and is a
            // conflict, not now takes effect and is a deviation.
            let mut forced = n.clone();
            let seq = forced.force(Intent::new("bo", event.clone()));
            let verdict = match expected {
                Ok(_) => Verdict::Applied,
                Err((RefusalKind::NotNow, _)) => Verdict::Deviation,
                Err((RefusalKind::Impossible, _)) => Verdict::Conflict,
            };
            assert_eq!(*forced.verdict(seq), verdict, "{event:?} while {status:?}");
            assert_eq!(forced.state.conflicts.len(), usize::from(verdict == Verdict::Conflict));
            assert_eq!(forced.state.deviations.len(), usize::from(verdict == Verdict::Deviation));
            if verdict == Verdict::Conflict {
                assert_eq!(forced.state.steps, n.state.steps, "{event:?} while {status:?}");
            }
        }
    }
}

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

fn for_gate(n: &mut Night) {
    for step in ["freeze", "migrate", "verify"] {
        n.ok("bo", skip(step));
    }
}

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

#[test]
fn completion_asks_for_items_values_evidence() {
    let mut n = with_migrate(StepStatus::Running);
    let owed = |n: &Night| n.state.owed(n.ix("migrate"), n.now).len();
    assert_eq!(owed(&n), 4);
    n.ok("bo", tick("migrate", "Lag"));
    n.ok("bo", tick("migrate", "Muted"));
    n.ok("bo", value("migrate", "lag", "9"));
    n.ok("bo", evidence("migrate"));
    assert_eq!(owed(&n), 1, "9 is not < 5");
    assert_eq!(n.no("bo", done("migrate")), (NOW, "owed"));
    n.ok("bo", value("migrate", "lag", "4.5"));
    n.ok("bo", done("migrate"));
}

#[test]
fn checklists() {
    let mut n = night();
    let tick = |item: &str, with: bool| Event::ChecklistTicked {
        checklist: "readiness".to_owned(),
        item: item.to_owned(),
        evidence: with.then(|| golive::run::Evidence::Link { url: "https://x".to_owned() }),
    };
    assert_eq!(n.no("bo", tick("backup", false)), (NOW, "owed"));
    n.ok("bo", tick("backup", true));
    assert_eq!(n.no("bo", tick("backup", true)), (NEVER, "ticked"));
    assert_eq!(n.no("bo", tick("nothing", true)), (NEVER, "no-such-item"));
    let waive = |reason: &str| Event::ChecklistWaived {
        checklist: "readiness".to_owned(),
        item: None,
        reason: reason.to_owned(),
    };
    assert_eq!(n.no("ana", waive("")), (NEVER, "no-reason"));
    n.ok("ana", waive("nobody to mail"));
    assert_eq!(n.no("ana", waive("again")), (NEVER, "nothing-open"));
}

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

#[test]
fn reasons_may_follow() {
    let mut n = with_migrate(StepStatus::Running);
    n.ok("bo", Event::StepFailed { step: "migrate".to_owned(), attempt: 1, reason: None });
    assert!(n.state.steps[n.ix("migrate")].owes_reason());
    n.ok("bo", give_reason("migrate"));
    assert!(!n.state.steps[n.ix("migrate")].owes_reason());
    assert_eq!(n.no("bo", give_reason("migrate")), (NEVER, "no-reason-owed"));
}

#[test]
fn notes_belong_to_their_author_and_the_lead() {
    let mut n = night();
    let seq = n.ok("bo", note("lag is high"));
    let id = n.id_of(seq);
    let edit = |text: &str| Event::NoteEdited {
        note: id.clone(),
        text: text.to_owned(),
        kind: NoteKind::Issue,
        public: true,
        owner: None,
        due: None,
    };
    assert_eq!(n.no("qa", edit("mine")), (NEVER, "not-your-note"));
    assert_eq!(n.no("bo", Event::NoteClosed { note: id.clone(), reason: None }).1, "not-closable");
    n.ok("bo", edit("lag is 9 s"));
    n.ok("ana", edit("lag was 9 s"));
    assert_eq!(n.state.notes[0].earlier.len(), 2);
    n.ok("qa", Event::NoteClosed { note: id.clone(), reason: None });
    n.ok("bo", Event::NoteRemoved { note: id.clone() });
    assert_eq!(n.no("bo", edit("again")), (NEVER, "note-removed"));
    assert_eq!(n.no("bo", note("  ")), (NEVER, "empty"));
}

#[test]
fn unknown_things() {
    let n = night();
    assert_eq!(n.no("bo", begin("nothing")), (NEVER, "no-such-step"));
    let message = Event::MessageSent {
        message: "none".to_owned(),
        step: None,
        text: "x".to_owned(),
        how: golive::run::MessageHow::Copied,
    };
    assert_eq!(n.no("bo", message), (NEVER, "no-such-message"));
    let judged = Event::CriterionJudged { criterion: "none".to_owned(), met: true, comment: None };
    assert_eq!(n.no("bo", judged), (NEVER, "no-such-criterion"));
    assert_eq!(n.no("bo", Event::RollCallAnswered {}), (NEVER, "no-roll-call"));
    assert_eq!(n.no("ana", Event::RunResumed {}), (NEVER, "not-held"));
    assert_eq!(n.no("ana", void(id(99))), (NEVER, "no-such-entry"));
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
