//! Mistakes are not deviations: each is mended by a correction and leaves no trace in any figure.

mod support;

use golive::run::{Event, Mend, RefusalKind, StepStatus, Verdict, Vote};
use support::*;

const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T23:00:00Z
[people.ana]
role = "lead"
[people.bo]
name = "Bo"
[[phases]]
title = "Cutover"
flow = "parallel"
steps = [
  { id = "a", title = "A", duration = "5m" },
  { id = "b", title = "B", duration = "5m", point_of_no_return = true },
  { id = "g", title = "G", kind = "gate", voters = ["ana", "bo"] },
  { id = "c", title = "C", duration = "5m", needs = ["a"], on_failure = "hold", items = ["one"] },
]
"#;

#[test]
fn a_finish_at_02_19_that_was_02_14() {
    let mut n = Night::open(PLAN);
    n.at("02:00").ok("bo", begin("a"));
    let seq = n.at("02:19").ok("bo", done("a"));
    let mend = Mend::Time { happened_at: clock("02:14") };
    let entry = n.id_of(seq);
    n.at("02:21").ok("bo", Event::Correction { entry, mend, reason: None });
    assert_eq!(n.state.elapsed(n.ix("a"), n.now), Some(14 * 60));
    assert!(n.state.deviations.is_empty() && n.state.conflicts.is_empty());
    assert_eq!(n.logged(seq).corrected_by, Some(seq + 1));
    assert_eq!(n.attempt("a"), 1, "no new attempt");
}

#[test]
fn the_wrong_row_ticked() {
    let mut n = Night::open(PLAN);
    let before = n.state.clone();
    let seq = n.ok("bo", tick("c", "one"));
    n.ok("bo", void(n.id_of(seq)));
    assert_eq!(n.state.steps, before.steps);
    assert_eq!(*n.verdict(seq), Verdict::Voided);
    assert!(n.state.deviations.is_empty());
    n.ok("bo", tick("c", "one"));
}

#[test]
fn the_wrong_vote() {
    let mut n = Night::open(PLAN);
    n.ok("bo", vote("g", Vote::Go));
    let wrong = n.ok("bo", vote("g", Vote::NoGo));
    n.ok("bo", void(n.id_of(wrong)));
    assert_eq!(n.state.steps[n.ix("g")].now.votes["bo"].vote, Vote::Go, "the vote before counts");
}

#[test]
fn a_mistaken_start_of_the_point_of_no_return() {
    let mut n = Night::open(PLAN);
    n.ok("bo", begin("a"));
    let before = n.state.clone();
    let seq = n.ok("bo", begin("b"));
    n.ok("bo", void(n.id_of(seq)));
    assert_eq!(n.status("b"), StepStatus::Planned);
    assert_eq!(n.state.steps, before.steps);
    assert!(n.state.deviations.is_empty() && n.state.conflicts.is_empty());
}

#[test]
fn a_mistaken_failure_takes_its_hold_along() {
    let mut n = Night::open(PLAN);
    n.ok("bo", skip("a"));
    n.ok("bo", begin("c"));
    let seq = n.ok("bo", fail("c"));
    assert!(n.state.held().is_some());
    n.ok("bo", void(n.id_of(seq)));
    assert!(n.state.held().is_none() && n.state.holds.is_empty());
    assert_eq!(n.status("c"), StepStatus::Running);
}

#[test]
fn the_text_of_a_reason_is_mended() {
    let mut n = Night::open(PLAN);
    let seq = n.ok("bo", skip("a"));
    let mend = Mend::Text { text: "done last week".to_owned() };
    n.ok("bo", Event::Correction { entry: n.id_of(seq), mend, reason: None });
    assert_eq!(n.state.steps[n.ix("a")].now.reason.as_deref(), Some("done last week"));
}

#[test]
fn who_may_correct_what() {
    let mut n = Night::open(PLAN);
    let seq = n.ok("ana", begin("a"));
    assert_eq!(n.no("bo", void(n.id_of(seq))), (RefusalKind::Impossible, "not-yours"));
    let opened = void(n.id_of(1));
    assert_eq!(n.no("ana", opened), (RefusalKind::Impossible, "not-correctable"));
    n.ok("ana", void(n.id_of(seq)));
    assert_eq!(n.no("ana", void(n.id_of(seq))), (RefusalKind::Impossible, "voided"));
    let correction = n.id_of(seq + 1);
    assert_eq!(n.no("ana", void(correction)), (RefusalKind::Impossible, "not-correctable"));
}

#[test]
fn what_was_built_on_it_is_named() {
    let mut n = Night::open(PLAN);
    let first = n.ok("bo", begin("a"));
    let finish = n.ok("bo", done("a"));
    let later = n.ok("bo", begin("c"));
    n.ok("bo", begin("b"));
    n.ok("bo", note("unrelated"));
    assert_eq!(n.state.built_on(&n.id_of(first)), [finish, later]);
    assert_eq!(n.state.built_on(&n.id_of(finish)), [later]);
    assert!(n.state.built_on(&n.id_of(later)).is_empty());
    // Taking the finish back shows truthfully that C began out of order.
    n.ok("bo", void(n.id_of(finish)));
    assert_eq!(*n.verdict(later), Verdict::Deviation);
}

#[test]
fn a_conflict_needs_no_correction() {
    let mut n = Night::open(PLAN);
    n.ok("bo", begin("a"));
    let twice = n.force(golive::run::Intent::new("ana", begin("a")));
    assert_eq!(*n.verdict(twice), Verdict::Conflict);
    assert_eq!(n.no("ana", void(n.id_of(twice))), (RefusalKind::Impossible, "no-effect"));
    // It stays one conflict however often the log is folded again.
    let seq = n.ok("bo", note("x"));
    n.ok("bo", void(n.id_of(seq)));
    assert_eq!(n.state.conflicts.len(), 1);
    assert!(n.state.notes.is_empty());
}
