//! The plan changes under a running run: nothing that happened is lost.

mod support;

use golive::run::{Event, Intent, StepStatus, sha256_hex};
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
  { id = "c", title = "C", owner = "ana", duration = "5m" },
]
"#;

fn revise(n: &Night, text: &str) -> Event {
    Event::RunRevised {
        runbook: text.to_owned(),
        sha256: sha256_hex(text.as_bytes()),
        base_sha256: n.state.sha256.clone(),
        reason: None,
        summary: "changed".to_owned(),
    }
}

#[test]
fn an_inserted_step_gets_a_letter_and_the_others_keep_their_numbers() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("a"));
    let text = PLAN.replace(
        "  { id = \"b\"",
        "  { id = \"x\", title = \"X\", owner = \"ana\", duration = \"1m\" },\n  { id = \"b\"",
    );
    n.ok("ana", revise(&n.clone(), &text));
    let numbers: Vec<_> =
        n.state.plan.steps.iter().map(|s| (s.id.as_str(), s.number.as_str())).collect();
    assert_eq!(numbers, [("a", "1.1"), ("x", "1.1a"), ("b", "1.2"), ("c", "1.3")]);
    assert_eq!(n.status("a"), StepStatus::Running);
    n.ok("ana", done("a"));
    assert_eq!(n.no("ana", begin("b")).1, "predecessor-open", "X comes first now");
}

#[test]
fn a_removed_step_with_history_stays_and_comes_back() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("a"));
    let without_a: String =
        PLAN.lines().filter(|l| !l.contains("id = \"a\"")).map(|l| format!("{l}\n")).collect();
    n.ok("ana", revise(&n.clone(), &without_a));
    assert_eq!(n.state.removed.len(), 1);
    assert_eq!(n.no("ana", done("a")).1, "removed-step");
    n.ok("ana", revise(&n.clone(), PLAN));
    assert!(n.state.removed.is_empty());
    assert_eq!(n.status("a"), StepStatus::Running);
}

#[test]
fn a_settled_step_keeps_what_it_had() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("a"));
    n.ok("ana", done("a"));
    let text = PLAN.replace(
        "title = \"A\", owner = \"ana\", duration = \"5m\"",
        "title = \"Other\", owner = \"bo\", duration = \"50m\"",
    );
    n.ok("ana", revise(&n.clone(), &text));
    let step = &n.state.plan.steps[n.ix("a")];
    assert_eq!((step.title.as_str(), step.duration.map(|d| d.likely)), ("A", Some(300)));
}

#[test]
fn another_base_a_broken_text_and_another_release_are_refused() {
    let mut n = Night::open(PLAN);
    let mine = revise(&n, &PLAN.replace("\"C\"", "\"C2\""));
    n.ok("ana", revise(&n.clone(), &PLAN.replace("\"B\"", "\"B2\"")));
    assert_eq!(n.no("ana", mine.clone()).1, "other-base");
    assert_eq!(n.no("ana", revise(&n, "format = 1\n")).1, "bad-runbook");
    let other = PLAN.replace("title = \"Ledger\"", "title = \"Ledger\"\nid = \"other\"");
    assert_eq!(n.no("ana", revise(&n, &other)).1, "other-release");
    let same = n.state.text.to_string();
    assert_eq!(n.no("ana", revise(&n, &same)).1, "no-change");
    // In the fold the one that came second is a conflict, and is kept.
    n.force(Intent::new("ana", mine));
    assert_eq!(n.state.conflicts.len(), 1);
    assert_eq!(n.state.plan.steps[n.ix("c")].title, "C");
}

#[test]
fn corrections_fold_revisions_again() {
    let mut n = Night::open(PLAN);
    let text = PLAN.replace("\"C\"", "\"C2\"");
    n.ok("ana", revise(&n.clone(), &text));
    let seq = n.ok("ana", begin("a"));
    n.ok("ana", void(n.id_of(seq)));
    assert_eq!(n.state.plan.steps[n.ix("c")].title, "C2");
    assert_eq!(n.state.revisions.len(), 1);
    assert_eq!(n.status("a"), StepStatus::Planned);
}
