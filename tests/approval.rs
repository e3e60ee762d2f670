//! A run says whether its text is the one that was approved, and what differs.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Approval, Approved, Event, Intent, RunState, approval, sha256_hex};
use support::*;

const PLAN: &str = r#"format = 1
[release]
title = "Ledger"
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
steps = [
  { id = "a", title = "A", owner = "ana", duration = "5m" },
  { id = "b", title = "B", owner = "ana", duration = "5m" },
]
"#;

fn said(state: &RunState) -> String {
    approval(state).expect("something was approved").to_string()
}

/// A run of [`PLAN`] for which this was approved.
fn with(text: Option<&str>, sha256: String) -> Night {
    let mut night = Night::open(PLAN);
    night.state.approved = Some(Approved { sha256, text: text.map(str::to_owned) });
    night
}

fn with_text(text: &str) -> Night {
    with(Some(text), sha256_hex(text.as_bytes()))
}

#[test]
fn nothing_is_said_where_nothing_was_approved() {
    assert_eq!(approval(&Night::open(PLAN).state), None);
}

#[test]
fn the_approved_text_is_as_approved_by_file_and_by_hash() {
    assert_eq!(approval(&with_text(PLAN).state), Some(Approval::AsApproved));
    let by_hash = with(None, sha256_hex(PLAN.as_bytes()));
    assert_eq!(said(&by_hash.state), "as approved");
}

#[test]
fn another_text_says_what_the_run_changes_of_the_approved_one() {
    let shorter = PLAN.replace(
        "title = \"B\", owner = \"ana\", duration = \"5m\"",
        "title = \"B\", owner = \"ana\", duration = \"9m\"",
    );
    assert_eq!(
        said(&with_text(&shorter).state),
        "differs from the approved text: 1 change: 1.2 B: duration 9m \u{2192} 5m"
    );
    let both = shorter.replace("\"A\"", "\"Z\"");
    assert!(
        said(&with_text(&both).state).starts_with("differs from the approved text: 2 changes: "),
        "{}",
        said(&with_text(&both).state)
    );
    let comment = format!("{PLAN}# signed\n");
    assert_eq!(
        said(&with_text(&comment).state),
        "differs from the approved text: nothing but comments and spacing"
    );
}

#[test]
fn of_another_hash_nothing_more_can_be_said() {
    let by_hash = with(None, "0".repeat(64));
    assert_eq!(approval(&by_hash.state), Some(Approval::Differs { summary: None }));
    assert_eq!(said(&by_hash.state), "differs from the approved hash");
    // A text that has not the approved hash is not what was approved.
    let forged = with(Some(PLAN), "0".repeat(64));
    assert_eq!(said(&forged.state), "differs from the approved hash");
}

#[test]
fn an_approved_text_with_errors_is_still_another_text() {
    assert!(said(&with_text("format = 1\n").state).contains("has errors"));
}

#[test]
fn a_change_of_the_plan_is_a_change_of_what_was_approved() {
    let mut night = with_text(PLAN);
    // As the opening records it: a fold afterwards keeps it.
    assert_eq!(said(&night.state), "as approved");
    night.ok("ana", begin("a"));
    let text = PLAN.replace("title = \"A\"", "title = \"A2\"");
    let revised = Event::RunRevised {
        runbook: text.clone(),
        sha256: sha256_hex(text.as_bytes()),
        base_sha256: night.state.sha256.clone(),
        reason: None,
        summary: "changed".to_owned(),
    };
    night.act(Intent::new("ana", revised)).expect("a lead may revise");
    // The begun step keeps its title in the plan in force; the text has changed all the same.
    assert_eq!(
        said(&night.state),
        "differs from the approved text: 1 change: 1.1 A: title A \u{2192} A2"
    );
}
