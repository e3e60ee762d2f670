//! The plan changes while a rung is on, and after.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Event, RefusalKind, StepStatus, sha256_hex};
use support::ladder::*;
use support::*;

fn revise(n: &Night, text: &str) -> Event {
    Event::RunRevised {
        runbook: text.to_owned(),
        sha256: sha256_hex(text.as_bytes()),
        base_sha256: n.state.sha256.clone(),
        reason: None,
        summary: "changed".to_owned(),
    }
}

/// The ladder without one of its rungs.
fn without(rung: &str) -> String {
    let from = LADDER.find(&format!("[[rollbacks]]\nid = \"{rung}\"")).expect("a rung");
    let rest = &LADDER[from + 1..];
    let until = rest.find("[[rollbacks]]").map_or(LADDER.len(), |at| from + 1 + at);
    format!("{}{}", &LADDER[..from], &LADDER[until..])
}

#[test]
fn a_step_put_into_the_rung_that_is_on() {
    let mut n = taken("restore");
    n.works("dump");
    let text = LADDER.replace(
        "  { id = \"compare\", title = \"Compare\", duration = \"5m\" },\n]",
        "  { id = \"check\", title = \"Check\", duration = \"5m\" },\n  \
         { id = \"open-new\", title = \"Open\", duration = \"5m\", undoes = \"verify\" },\n  \
         { id = \"compare\", title = \"Compare\", duration = \"5m\" },\n]",
    );
    n.ok("ana", revise(&n.clone(), &text));
    let told: Vec<_> = ["dump", "check", "open-new", "compare"]
        .map(|id| (n.state.plan.steps[n.ix(id)].number.clone(), n.status(id)))
        .into();
    let expected = [
        ("R1.2", StepStatus::Done),
        ("R1.2a", StepStatus::Planned),
        ("R1.2b", StepStatus::NotApplicable),
        ("R1.3", StepStatus::Planned),
    ];
    assert_eq!(told, expected.map(|(number, status)| (number.to_owned(), status)));
    assert_eq!(n.no("ana", begin("compare")).1, "predecessor-open");
    n.works("check");
    n.works("compare");
    n.ok("ana", end_well("restore"));
}

#[test]
fn a_step_taken_out_of_it_keeps_its_history() {
    let mut n = taken("restore");
    n.works("dump");
    let line = "  { id = \"dump\", title = \"Restore the dump\", duration = \"20m\", undoes = \"migrate\" },\n";
    n.ok("ana", revise(&n.clone(), &LADDER.replace(line, "")));
    assert_eq!(
        (n.state.removed[0].id.as_str(), n.state.removed[0].number.as_str()),
        ("dump", "R1.2")
    );
    n.works("compare");
    n.ok("ana", end_well("restore"));
    // Back in the text, it has its history again.
    n.ok("ana", revise(&n.clone(), LADDER));
    assert_eq!(n.status("dump"), StepStatus::Done);
}

#[test]
fn the_rung_that_is_on_stays_in_the_text() {
    let mut n = taken("restore");
    let text = without("restore")
        .replace(", on_failure = \"rollback:restore\"", "")
        .replace(", on_no_go = \"rollback:restore\"", "");
    assert_eq!(n.refused(revise(&n, &text)), (RefusalKind::Impossible, "rung-on"));
    // Another may go, also one above it: the rung that is on is known by its id.
    n.ok("ana", revise(&n.clone(), &without("return")));
    assert_eq!(n.state.rung_on(), Some(0));
    for step in ["dump", "compare"] {
        n.works(step);
    }
    n.ok("ana", end_well("restore"));
    // Afterwards it may go, too; what it was stays in the record.
    n.ok("ana", revise(&n.clone(), &text));
    assert_eq!(n.state.rollbacks[0].title, "Restore");
    let said = golive::run::describe(&n.state, &take("restore"));
    assert_eq!(said, "began rollback Restore: counts differ");
}

#[test]
fn rungs_change_places_while_one_is_on() {
    let mut n = taken("page");
    assert_eq!(n.state.rung_on(), Some(2));
    n.ok("ana", revise(&n.clone(), &without("return")));
    assert_eq!(n.state.rung_on(), Some(1));
    assert_eq!(n.state.rung_number(1), "R3", "its name on the call stays");
    assert_eq!(n.state.find_rung("R3"), Ok(1));
    n.ok("ana", sign("page-up"));
}

#[test]
fn what_it_keeps_back_is_what_the_new_text_says() {
    let mut n = taken("restore");
    assert!(n.may_start("names"));
    let covers = "covers = [\"freeze\", \"migrate\", \"verify\", \"cut\", \"open\"]";
    let more = "covers = [\"cutover\", \"open\"]";
    n.ok("ana", revise(&n.clone(), &LADDER.replace(covers, more)));
    assert!(!n.may_start("names"));
}

#[test]
fn what_did_not_apply_in_a_rung_that_ended_stays_so() {
    let mut n = taken("restore");
    n.ok("ana", give_up("restore"));
    assert_eq!(n.status("compare"), StepStatus::NotApplicable);
    n.ok("ana", revise(&n.clone(), &LADDER.replace("title = \"Watch\"", "title = \"Guard\"")));
    assert_eq!(n.status("compare"), StepStatus::NotApplicable);
}
