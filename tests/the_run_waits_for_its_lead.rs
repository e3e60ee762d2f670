//! Where nobody works and nothing may start, the screen, the bridge view and the status say for whom
//! everything waits, and for what.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::run::{Awaited, Event};
use session::Session;
use support::*;

const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
timezone = "Europe/London"
[people.ana]
name = "Ana Ruiz"
role = "lead"
[people.bo]
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "bo", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "bo", duration = "25m" },
]
[[rollbacks]]
id = "restore"
title = "Restore"
steps = [{ id = "dump", title = "Restore the dump", owner = "bo", duration = "20m", undoes = "migrate" }]
"#;

fn begun() -> Night {
    let mut night = Night::open(PLAN);
    night.ok("bo", begin("freeze"));
    night.ok("bo", done("freeze"));
    night
}

#[track_caller]
fn says(night: &Night, awaited: Awaited, words: &str) {
    assert_eq!(night.state.awaited(night.now), Some(awaited));
    for size in [(80, 24), (120, 40)] {
        let mut s = Session::of(night.clone(), "bo", size);
        let third = s.screen().lines().nth(2).unwrap_or_default().to_owned();
        assert!(third.starts_with(&format!("WAITING for Ana Ruiz {words}")), "{third}");
        s.keys("&");
        assert!(s.screen().contains(words), "{}", s.screen());
    }
}

#[test]
fn a_run_that_is_held_waits_for_its_lead_to_resume() {
    let mut night = begun();
    assert_eq!(night.state.awaited(night.now), None, "1.2 may start");
    night.ok("ana", Event::RunHeld { reason: None });
    says(&night, Awaited::Resume, "to resume");
    night.ok("ana", Event::RunResumed {});
    night.ok("bo", begin("migrate"));
    night.ok("ana", Event::RunHeld { reason: None });
    assert_eq!(night.state.awaited(night.now), None, "bo works on");
}

#[test]
fn what_has_failed_waits_for_a_decision_and_a_rung_for_its_end() {
    let mut night = begun();
    night.ok("bo", begin("migrate"));
    night.ok("bo", fail("migrate"));
    assert_eq!(night.state.awaited(night.now), Some(Awaited::Decide(1)));
    let third = Session::on(night.clone()).screen().lines().nth(2).unwrap().to_owned();
    assert!(third.contains("WAITING – ") && third.contains("DECIDE lead 1.2"), "once: {third}");
    night.ok("ana", Event::RollbackBegun { rung: "restore".into(), reason: None });
    assert_eq!(night.state.awaited(night.now), None, "R1.1 may start");
    night.ok("bo", begin("dump"));
    night.ok("bo", done("dump"));
    says(&night, Awaited::EndRollback(0), "to end R1");
    let ended = Event::RollbackEnded { rung: "restore".into(), succeeded: true, reason: None };
    night.ok("ana", ended);
    assert_eq!(night.state.awaited(night.now), None, "it is over");
}

#[test]
fn a_run_in_which_all_is_settled_waits_to_be_completed() {
    let mut night = begun();
    night.ok("bo", begin("migrate"));
    night.ok("bo", done("migrate"));
    says(&night, Awaited::Complete, "to complete the run");
    // Of two who lead, either may.
    let lead = Event::RoleGranted { person: "bo".into(), role: golive::runbook::Role::Lead };
    night.ok("ana", lead);
    let (who, _) = night.state.awaited_words(night.now).unwrap();
    assert_eq!(who, "a lead");
}
