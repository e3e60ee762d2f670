//! How others join a shared run, and where its page is, is said on the start screen and found again
//! with the people, in the palette and where the hub is looked at.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::msg::Msg;
use golive::sync::session::Condition;
use session::Session;
use support::*;

const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
steps = [{ id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" }]
"#;

#[test]
fn the_join_command_and_the_page_are_found_on_any_screen() {
    let address = "http://192.0.2.7:7600/runs/ledger-4-2";
    let join = format!("golive join {address}");
    for size in [(80, 24), (120, 40)] {
        let mut s = Session::of(Night::open(PLAN), "ana", size);
        s.keys("<F7>");
        assert!(!s.screen().contains("join"), "alone: {}", s.screen());
        s.model.address = Some(address.to_owned());
        s.send(Msg::Sharing(Condition::default()));
        assert!(s.screen().contains(&join), "{}", s.screen());
        s.keys("<F2>:how to join<Enter>");
        assert!(s.screen().contains("to join: golive join"), "{}", s.screen());
        assert!(s.screen().contains(&format!("page: {address}")), "{}", s.screen());
        s.keys("<Esc>");
        s.model.greeting = true;
        assert!(s.screen().contains(&join), "{}", s.screen());
        assert!(s.screen().lines().any(|line| line.contains("page") && line.contains(address)));
    }
}
