//! Success criteria are rows of a pane: whose, until when, how they were judged; the card acts on
//! the row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed"
)]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::run::Event;
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");
const CRITERIA: &str = r#"
[[criteria]]
id = "counts"
text = "Counts are equal"
owner = "qa"
judge_by = "T-1h"
[[criteria]]
id = "errors"
text = "Few errors"
judge_by = "T+7d"
"#;

fn session() -> Session {
    Session::on(Night::open(&format!("{LEDGER}{CRITERIA}")))
}

fn line(s: &Session, part: &str) -> String {
    let screen = s.screen();
    let line = screen.lines().find(|line| line.contains(part));
    line.unwrap_or_else(|| panic!("{part}: {screen}")).trim_matches(['│', ' ']).to_owned()
}

#[test]
fn each_says_whose_it_is_and_until_when() {
    let mut s = session();
    s.wait(3_660).keys("K");
    assert!(line(&s, "Success criteria").contains("0/2 judged, 2 open"));
    let counts = line(&s, "Counts are equal");
    assert!(counts.ends_with("Quim Abreu, was due 23:00"), "{counts}");
    let errors = line(&s, "Few errors");
    assert!(errors.ends_with("due 6 Dec 00:00"), "{errors}");
}

#[test]
fn the_card_judges_the_row_under_the_cursor() {
    let mut s = session();
    s.keys("K<End>Q<Down><Down><Tab>0.2 %<Ctrl-s>");
    let judged = &s.night.state.log.last().unwrap().entry.act.event;
    assert!(
        matches!(judged, Event::CriterionJudged { criterion, met: false, .. } if criterion == "errors"),
        "{judged:?}"
    );
    assert!(line(&s, "Few errors").contains("NOT MET, Ana Ruiz"));
    assert!(line(&s, "Success criteria").contains("1 not met, 1 open"));
    s.keys("kQ<Down><Ctrl-s>");
    assert!(line(&s, "Counts are equal").contains("met, Ana Ruiz"));
    s.keys("<End>Q<Down><Ctrl-s>");
    assert!(line(&s, "Success criteria").contains("all met 2/2"), "judged anew");
}

#[test]
fn ticking_a_criterion_says_what_to_press() {
    let mut s = session();
    s.keys("K<End>t");
    assert!(s.said().contains("judged: Q"), "{}", s.said());
    assert!(s.screen().lines().last().unwrap().contains("Q judge"));
}
