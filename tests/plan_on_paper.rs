//! `golive plan --format md|html`: the checklist to carry on with has numbers, boxes, owners, times,
//! contacts and the ladder; hostile text is text; the page has no error and refers to nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]
#![allow(clippy::disallowed_methods, reason = "reads the runbooks that ship")]

#[path = "support/html.rs"]
mod html_parser;

use chrono::{DateTime, Utc};
use golive::report::paper;
use golive::runbook::network::Network;
use golive::runbook::read;
use golive::runbook::schedule::{Basis, ladder, schedule};
use html_parser::html_errors;

fn papers(text: &str) -> (String, String) {
    let reading = read(text);
    let plan = reading.runbook.unwrap_or_else(|| panic!("{:#?}", reading.diagnostics));
    let now: DateTime<Utc> = "2026-11-28T21:00:00Z".parse().unwrap();
    let network = Network::of(&plan);
    let times = schedule(&plan, &network, Basis::written(&plan.release, now));
    let way_back = ladder(&plan, &network, &times);
    (paper::html(&plan, &times, &way_back), paper::markdown(&plan, &times, &way_back))
}

fn shipped(name: &str) -> (String, String) {
    papers(&std::fs::read_to_string(format!("runbooks/{name}")).unwrap())
}

#[test]
fn everything_that_a_night_needs_is_on_it() {
    let (html, md) = shipped("ledger-4.2.toml");
    insta::assert_snapshot!(md);
    let text = std::fs::read_to_string("runbooks/ledger-4.2.toml").unwrap();
    let plan = read(&text).runbook.unwrap();
    for step in &plan.steps {
        assert!(html.contains(&format!(">{}</th>", step.number)), "{}", step.number);
        assert!(md.contains(&format!("| ☐ | {} |", step.number)), "{}", step.number);
    }
    for contact in plan.people.values().filter_map(|p| p.contact.as_ref()) {
        assert!(html.contains(contact.as_str()), "{contact}");
    }
}

#[test]
fn the_page_is_whole_and_refers_to_nothing() {
    let hostile = r#"
format = 1
[release]
title = "<script>alert(1)</script> \u001b[2J \u202e"
[people.ana]
name = "A|b `x`"
contact = "<img src=x>"
[[phases]]
title = "P"
[[phases.steps]]
id = "a"
title = "|=cmd() <b>"
owner = "ana"
duration = "5m"
instructions = "one | two\n\n# three\n<style>"
"#;
    let shipped = ["ledger-4.2.toml"].map(|name| shipped(name).0);
    let (hostile, md) = papers(hostile);
    for page in shipped.iter().chain([&hostile]) {
        let (errors, elements) = html_errors(page);
        assert_eq!(errors, Vec::<String>::new());
        assert!(!elements.iter().any(|e| e.contains(" src") || e.contains(" href")));
        assert!(
            !page.contains("<script") && !page.contains('\u{1b}') && !page.contains('\u{202e}')
        );
    }
    assert!(!md.replace("\\<", "").contains('<') && md.contains("\\# three"), "{md}");
    assert!(!md.contains('\u{1b}') && md.contains("\\|=cmd() \\<b\\>"), "{md}");
}
