//! An evening in a test of the cockpit: the ledger cutover at several moments.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops")]

use super::session::Session;
use super::support::*;
use golive::cockpit::card::FieldName;
use golive::run::Event;

/// The cutover's runbook.
pub const LEDGER: &str = include_str!("ledger.toml");

pub fn night() -> Night {
    let mut night = Night::open(LEDGER);
    for step in ["dump", "mute", "banner"] {
        night.ok("ana", begin(step));
        night.ok("ana", done(step));
    }
    night.at("22:30").ok("bo", begin("freeze"));
    night
}

/// Half past ten; freezing.
pub fn freezing() -> Session {
    Session::on(night())
}

/// Migrating.
pub fn migrating() -> Session {
    let mut night = night();
    night.at("22:35").ok("bo", done("freeze"));
    night.ok("bo", begin("migrate"));
    night.at("22:50");
    Session::on(night)
}

/// Before the gate.
pub fn at_the_gate() -> Session {
    let mut s = migrating();
    let night = &mut s.night;
    let lead = |event| golive::run::Intent {
        override_reason: Some("tested elsewhere".to_owned()),
        ..golive::run::Intent::new("ana", event)
    };
    night.act(lead(done("migrate"))).expect("an override");
    night.ok("qa", begin("verify"));
    night.ok("qa", done("verify"));
    let night = s.night;
    let mut s = Session::on(night);
    s.keys("2.4");
    s
}

pub fn problem(s: &Session) -> &str {
    s.model.card.as_ref().and_then(|card| card.problem.as_deref()).unwrap_or_default()
}

pub fn last(s: &Session) -> &Event {
    &s.night.state.log.last().expect("an entry").entry.act.event
}

pub fn focused(s: &Session) -> Option<FieldName> {
    s.model.card.as_ref().and_then(|card| card.focused()).map(|field| field.name.clone())
}
