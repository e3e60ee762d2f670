//! Whatever of a difference does not fit can be scrolled to, and a sign says so.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::msg::Msg;
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

/// The file has a step whose line is wider than the screen.
fn changed() -> Session {
    let long = format!("Verify counts {} at the very end", "of a table ".repeat(12));
    let mut s = Session::on(Night::open(LEDGER));
    s.send(Msg::FileChanged(LEDGER.replace("Verify counts", &long)));
    s.keys("<F8>");
    s
}

fn added(s: &Session) -> String {
    let screen = s.screen();
    let line = screen.lines().find(|line| line.starts_with("│+"));
    line.expect("an added line").trim_matches('│').to_owned()
}

#[test]
fn long_lines_are_scrolled_sideways_to_their_end_and_back() {
    let mut s = changed();
    assert!(added(&s).ends_with('…') && !added(&s).contains("at the very end"), "{}", added(&s));
    assert!(s.screen().lines().last().unwrap().contains("sideways"));
    s.keys(&"<Right>".repeat(30));
    let line = added(&s);
    assert!(line.starts_with("+‹") && line.contains("at the very end"), "{line}");
    assert!(!line.ends_with('…'), "{line}");
    s.keys("l<Left>h");
    assert!(added(&s).ends_with('…'), "{}", added(&s));
    s.keys(&"<Left>".repeat(30));
    assert!(added(&s).starts_with("+ "), "{}", added(&s));
}

#[test]
fn lines_that_fit_stay_where_they_are() {
    let mut s = Session::on(Night::open(LEDGER));
    s.send(Msg::FileChanged(LEDGER.replace("\"Mute alerts\"", "\"Mute\"")));
    s.model.size = (200, 60);
    s.keys("<F8><Right><Right>");
    assert!(!s.screen().contains('‹'));
    assert!(!s.screen().lines().last().unwrap().contains("sideways"));
}
