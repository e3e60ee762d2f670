//! One key writes the report, and the screen says where it is.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
#[allow(unused_imports, reason = "each test file uses its own part")]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::freezing;
use golive::cockpit::effect::Effect;
use golive::cockpit::msg::Msg;
use support::*;

#[test]
fn the_report_is_asked_for_with_one_key_and_its_place_is_told() {
    let mut s = freezing();
    s.keys("<Ctrl-p>");
    assert_eq!(s.effects.iter().filter(|e| **e == Effect::WriteReport).count(), 1);
    assert!(s.appends().is_empty(), "a report records nothing");
    s.send(Msg::ReportWritten(Ok("/tmp/ledger.html".to_owned())));
    assert!(s.screen().contains("the report is in /tmp/ledger.html"), "{}", s.screen());
    s.send(Msg::ReportWritten(Err("the report was not written: disk full".to_owned())));
    assert!(s.screen().contains("disk full"), "{}", s.screen());
}
