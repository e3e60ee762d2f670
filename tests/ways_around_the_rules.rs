//! Ways around the rules that somebody will find at two in the morning, each of them closed.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{
    Decision, Event, Intent, Mend, NoteKind, Outcome, Rag, RefusalKind, StepStatus, Verdict, Vote,
    forecast, sha256_hex,
};
use support::*;

const NOW: RefusalKind = RefusalKind::NotNow;
const NEVER: RefusalKind = RefusalKind::Impossible;

const PLAN: &str = r#"format = 1
[release]
title = "Ledger"
[people.ana]
role = "lead"
[people.bo]
name = "Bo"
[people.qa]
name = "Q"
[[phases]]
title = "First"
flow = "parallel"
steps = [
  { id = "a", title = "A", duration = "5m" },
  { id = "b", title = "B", duration = "5m" },
  { id = "m", title = "M", kind = "milestone", needs = ["a", "b"] },
  { id = "c", title = "C", duration = "5m", needs = ["a"] },
  { id = "s", title = "S", duration = "5m", signers = 2, records = [{ id = "lag", title = "Lag", pass = "< 5" }] },
]
[[phases]]
title = "Second"
flow = "parallel"
steps = [
  { id = "x", title = "X", duration = "5m" },
  { id = "g", title = "G", kind = "gate", voters = ["ana"], on_no_go = "cancel" },
]
"#;

fn for_ana(event: Event) -> Intent {
    Intent { on_behalf_of: Some("ana".to_owned()), ..Intent::new("bo", event) }
}

fn mend_time(n: &Night, seq: u64, to: &str) -> Event {
    let mend = Mend::Time { happened_at: clock(to) };
    Event::Correction { entry: n.id_of(seq), mend, reason: None }
}

fn revise(n: &Night, text: &str) -> Event {
    Event::RunRevised {
        runbook: text.to_owned(),
        sha256: sha256_hex(text.as_bytes()),
        base_sha256: n.state.sha256.clone(),
        reason: None,
        summary: "changed".to_owned(),
    }
}

fn without(plan: &str, id: &str) -> String {
    let needle = format!("{{ id = \"{id}\"");
    plan.lines()
        .filter(|l| !l.trim_start().starts_with(&needle))
        .map(|l| format!("{l}\n"))
        .collect()
}

#[test]
fn nobody_corrects_or_edits_in_another_name() {
    let mut n = Night::open(PLAN);
    n.ok("ana", Event::RunStarted {});
    let held = n.ok("ana", hold("storm"));
    let id = n.id_of(held);
    assert_eq!(n.check(for_ana(void(id))).expect_err("not bo's").rule, "not-yours");
    let seq = n.ok("ana", note("mine"));
    let note = n.id_of(seq);
    let edit = Event::NoteEdited {
        note: note.clone(),
        text: "bo's".to_owned(),
        kind: NoteKind::Note,
        public: false,
        owner: None,
        due: None,
    };
    assert_eq!(n.check(for_ana(edit)).expect_err("not bo's").rule, "not-your-note");
    let removed = Event::NoteRemoved { note };
    assert_eq!(n.check(for_ana(removed)).expect_err("not bo's").rule, "not-your-note");
}

#[test]
fn a_former_lead_undoes_no_lead_s_act_but_a_handover_to_nobody() {
    let mut n = Night::open(PLAN);
    n.ok("ana", Event::RunStarted {});
    let held = n.ok("ana", hold("storm"));
    let handed = n.ok("ana", Event::HandedOver { to: "zed".to_owned() });
    assert_eq!(n.no("ana", void(n.id_of(held))), (NEVER, "role"));
    n.ok("ana", void(n.id_of(handed)));
    n.ok("ana", Event::RunResumed {});
    // Once the new lead has acted, the lead is theirs.
    let handed = n.ok("ana", Event::HandedOver { to: "bo".to_owned() });
    n.ok("bo", note("I have it"));
    assert_eq!(n.no("ana", void(n.id_of(handed))), (NEVER, "role"));
}

#[test]
fn a_mended_time_fits_its_step() {
    let mut n = Night::open(PLAN);
    let started = n.ok("ana", begin("a"));
    let finished = n.at("22:10").ok("ana", done("a"));
    n.at("22:20");
    assert_eq!(n.no("ana", mend_time(&n, finished, "21:50")), (NEVER, "out-of-order"));
    n.ok("ana", mend_time(&n.clone(), finished, "22:05"));
    assert_eq!(n.no("ana", mend_time(&n, started, "22:08")), (NEVER, "in-the-future"));
    assert_eq!(n.status("a"), StepStatus::Done);
}

#[test]
fn blocking_a_planned_step_is_no_way_past_what_it_waits_for() {
    let mut n = Night::open(PLAN);
    n.ok("bo", block("c"));
    assert_eq!(n.no("bo", done("c")), (NOW, "predecessor-open"));
    assert_eq!(n.no("bo", fail("c")), (NOW, "predecessor-open"));
    n.ok("bo", skip("a"));
    n.ok("bo", done("c"));
}

#[test]
fn signatures_outlive_a_step_s_absence_and_no_stranger_signs() {
    let mut n = Night::open(PLAN);
    n.ok("bo", value("s", "lag", "3"));
    n.ok("bo", sign("s"));
    let number = n.state.plan.steps[n.ix("s")].number.clone();
    n.ok("ana", revise(&n.clone(), &without(PLAN, "s")));
    assert_eq!(n.state.removed.len(), 1);
    n.ok("ana", revise(&n.clone(), PLAN));
    assert_eq!(n.state.plan.steps[n.ix("s")].number, number);
    assert_eq!(n.no("bo", sign("s")), (NEVER, "signed"));
    assert_eq!(n.no("anna", sign("s")), (NOW, "unlisted-signer"));
    n.ok("qa", sign("s"));
    assert_eq!(n.status("s"), StepStatus::Done);
}

#[test]
fn a_number_is_never_given_twice() {
    let mut n = Night::open(PLAN);
    let with = |id: &str| {
        PLAN.replace(
            "  { id = \"b\"",
            &format!(
                "  {{ id = \"{id}\", title = \"{id}\", duration = \"1m\" }},\n  {{ id = \"b\""
            ),
        )
    };
    n.ok("ana", revise(&n.clone(), &with("new")));
    assert_eq!(n.state.plan.steps[n.ix("new")].number, "1.1a");
    n.ok("ana", revise(&n.clone(), PLAN));
    n.ok("ana", revise(&n.clone(), &with("other")));
    assert_eq!(n.state.plan.steps[n.ix("other")].number, "1.1b");
    n.ok("ana", revise(&n.clone(), &with("new")));
    assert_eq!(n.state.plan.steps[n.ix("new")].number, "1.1a");
}

#[test]
fn only_present_voters_make_a_quorum_and_a_decided_gate_keeps_its_own() {
    let mut n = Night::open(PLAN);
    n.ok("ana", vote("g", Vote::Go));
    for step in ["a", "b", "c", "s"] {
        n.ok("bo", skip(step));
    }
    let other = PLAN.replace("voters = [\"ana\"]", "voters = [\"bo\"]");
    n.ok("ana", revise(&n.clone(), &other));
    assert_eq!(n.no("ana", decide("g", Decision::Go)), (NOW, "quorum"));
    n.ok("bo", vote("g", Vote::Go));
    n.ok("ana", decide("g", Decision::Go));
    n.ok("ana", revise(&n.clone(), PLAN));
    let gate = n.state.plan.steps[n.ix("g")].gate.clone().expect("a gate");
    assert_eq!(gate.voters, ["bo"]);
}

#[test]
fn a_milestone_is_reached_when_its_last_predecessor_was_and_falls_with_it() {
    let mut n = Night::open(PLAN);
    n.at("22:20").ok("bo", begin("b"));
    n.at("22:30").ok_at("bo", "22:25", done("b"));
    n.ok_at("bo", "22:20", done("a"));
    assert_eq!(n.status("m"), StepStatus::Done);
    let at = n.state.steps[n.ix("m")].now.ended.as_ref().map(|f| f.at);
    assert_eq!(at, Some(clock("22:25")));
    n.ok("bo", reopen("a", 1));
    assert_eq!(n.status("m"), StepStatus::Planned);
    let again = Event::StepSkipped { step: "a".to_owned(), attempt: 2, reason: None };
    n.ok("bo", again);
    assert_eq!(n.status("m"), StepStatus::Done);
}

#[test]
fn what_ends_something_does_not_come_before_it() {
    let mut n = Night::open(PLAN);
    n.at("22:30").ok("ana", Event::RunStarted {});
    let at = |event: Event, time: &str| Intent {
        happened_at: Some(clock(time)),
        ..Intent::new("ana", event)
    };
    n.at("22:40");
    let rule = |n: &Night, event: Event, time: &str| n.check(at(event, time)).map_err(|r| r.rule);
    assert_eq!(rule(&n, hold("x"), "22:10"), Err("before-start"));
    n.act(at(hold("x"), "22:35")).expect("after the start");
    assert_eq!(rule(&n, Event::RunResumed {}, "22:32"), Err("before-start"));
    n.at("22:50").ok("ana", Event::RunResumed {});
    n.at("22:55");
    assert_eq!(rule(&n, hold("y"), "22:45"), Err("before-start"), "holds do not overlap");
    assert_eq!(n.state.hold_secs(n.now), 15 * 60);
    for step in ["a", "b", "c", "s", "x"] {
        n.ok("bo", skip(step));
    }
    n.ok("ana", skip("g"));
    let complete = || Event::RunCompleted { outcome: Outcome::Successful, summary: None };
    assert_eq!(rule(&n, complete(), "22:40"), Err("before-start"));
    n.ok("ana", complete());
}

#[test]
fn a_deferral_is_no_work() {
    let mut n = Night::open(PLAN);
    n.at("22:00").ok("bo", begin("a"));
    n.at("22:10").ok("bo", defer("a"));
    n.at("23:00").ok("bo", begin("a"));
    n.at("23:05").ok("bo", done("a"));
    assert_eq!(n.state.elapsed(n.ix("a"), n.now), Some(15 * 60));
}

#[test]
fn a_deferred_step_may_fail_after_the_end_and_be_tried_again() {
    let mut n = Night::open(PLAN);
    n.ok("ana", Event::RunStarted {});
    n.ok("bo", defer("a"));
    for step in ["b", "c", "s", "x"] {
        n.ok("bo", skip(step));
    }
    n.ok("ana", skip("g"));
    n.ok("ana", Event::RunCompleted { outcome: Outcome::WithIssues, summary: None });
    n.ok("bo", begin("a"));
    n.ok("bo", fail("a"));
    n.ok("bo", reopen("a", 1));
    n.ok("bo", Event::StepStarted { step: "a".to_owned(), attempt: 2 });
    n.ok("bo", Event::StepCompleted { step: "a".to_owned(), attempt: 2 });
    assert_eq!(n.no("bo", reopen("b", 1)), (NEVER, "run-over"));
}

#[test]
fn what_rests_on_an_entry_is_found_behind_barriers_and_at_the_end() {
    let mut n = Night::open(PLAN);
    for step in ["a", "b", "c"] {
        n.ok("bo", skip(step));
    }
    let last = n.ok("bo", skip("s"));
    let behind = n.ok("bo", begin("x"));
    let finish = n.ok("bo", done("x"));
    n.ok("ana", skip("g"));
    let end = n.ok("ana", Event::RunCompleted { outcome: Outcome::Successful, summary: None });
    assert_eq!(n.state.built_on(&n.id_of(last)), [behind, finish, end - 1, end]);
    assert_eq!(n.state.built_on(&n.id_of(finish)), [end]);
}

#[test]
fn a_barrier_looks_at_times_as_a_link_does() {
    let mut n = Night::open(PLAN);
    n.at("22:30");
    for step in ["a", "b", "c", "s"] {
        n.ok("bo", skip(step));
    }
    let early = Intent { happened_at: Some(clock("22:15")), ..Intent::new("bo", begin("x")) };
    assert_eq!(n.check(early.clone()).expect_err("before the barrier").rule, "too-early");
    let seq = n.force(early);
    assert_eq!(*n.verdict(seq), Verdict::Deviation);
}

#[test]
fn a_clock_time_without_a_date_is_the_one_nearest_to_the_start() {
    let plan = PLAN.replace(
        "{ id = \"x\", title = \"X\"",
        "{ id = \"y\", title = \"Y\", duration = \"1m\", not_before = \"21:51\" },\n  { id = \"z\", title = \"Z\", duration = \"1m\", not_before = \"02:30\" },\n  { id = \"x\", title = \"X\"",
    );
    let mut n = Night::open(&plan);
    n.at("22:11").ok("bo", skip("a"));
    n.ok("ana", Event::RunStarted {});
    let moment = |n: &Night, id: &str| {
        let at = n.state.plan.steps[n.ix(id)].not_before.expect("a moment");
        n.state.moment(at, n.now)
    };
    assert_eq!(moment(&n, "y"), clock("21:51"));
    assert_eq!(moment(&n, "z"), clock("02:30"));
}

#[test]
fn a_time_said_to_the_minute_of_a_hold_was_before_it() {
    let mut n = Night::open(PLAN);
    n.ok("ana", Event::RunStarted {});
    n.at("22:20:30").ok("ana", hold("storm"));
    n.at("22:21").ok_at("bo", "22:20", begin("a"));
    assert!(n.state.deviations.is_empty());
}

#[test]
fn a_value_that_is_compared_with_a_number_is_one() {
    let mut n = Night::open(PLAN);
    assert_eq!(n.no("bo", value("s", "lag", "12x")), (NEVER, "no-number"));
    n.ok("bo", value("s", "lag", "12.5"));
}

#[test]
fn a_hold_and_a_failure_beside_the_critical_path_are_not_green() {
    let mut n = Night::open(PLAN);
    n.ok("ana", Event::RunStarted {});
    n.ok("ana", hold("storm"));
    let f = forecast(&n.state, n.now);
    assert_eq!((f.rag, f.reasons), (Rag::Amber, vec!["held: storm".to_owned()]));
}

#[test]
fn a_no_go_says_what_it_proposes() {
    let mut n = Night::open(PLAN);
    for step in ["a", "b", "c", "s"] {
        n.ok("bo", skip(step));
    }
    n.ok("ana", decide("g", Decision::NoGo));
    let hold = n.state.held().and_then(|h| h.reason.clone());
    assert_eq!(hold.as_deref(), Some("no-go at 2.2 G; proposed: cancel the run"));
    n.ok("ana", reopen("g", 1));
    let blocked = Event::StepBlocked { step: "g".to_owned(), attempt: 2, reason: None };
    n.ok("ana", blocked);
    let vote = Event::GateVoted { step: "g".to_owned(), attempt: 2, vote: Vote::Go, comment: None };
    assert_eq!(n.no("ana", vote), (NEVER, "blocked"));
}
