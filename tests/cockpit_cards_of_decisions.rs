//! Cards about votes, decisions, choices and sign-offs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::{LEDGER, at_the_gate, focused, freezing, last, problem};
use golive::cockpit::card::FieldName;
use golive::run::{Decision, Event, ItemState, StepStatus};
use session::Session;
use support::*;

#[test]
fn a_gate_is_voted_on_and_decided() {
    let mut s = at_the_gate();
    s.keys("<Enter>");
    assert!(s.appends().is_empty(), "Enter never decides");
    s.keys("vg<Enter><Enter>");
    assert!(matches!(last(&s), Event::GateVoted { .. }));
    s.keys("D").keys("<Down><Enter><Enter>");
    assert!(problem(&s).contains("votes"), "{}", problem(&s));
    s.keys("<Esc>");
    s.keys("v<Down><Tab><Tab><Tab>qa<Enter><Enter>");
    let ix = s.night.ix("go-nogo");
    assert_eq!(s.night.state.steps[ix].now.votes.len(), 2);
    s.keys("D<Down><Down><Tab>watch the lag; call bo at six<Tab>readiness is told on the call<Enter><Enter>");
    let decision = s.night.state.steps[ix].now.decision.clone().unwrap().0;
    let conditions = vec!["watch the lag".to_owned(), "call bo at six".to_owned()];
    assert_eq!(decision, Decision::GoWithConditions { conditions });
}

#[test]
fn a_choice_preselects_nothing() {
    let mut s = at_the_gate();
    s.keys("D<Down><Tab><Tab>said on the call<Enter><Enter>2.5o<Enter>");
    assert!(s.model.card.as_ref().unwrap().text(&FieldName::Which).is_none());
    s.keys("<Enter>");
    assert!(problem(&s).contains("pick"), "{}", problem(&s));
    s.keys("c<Enter><Enter>");
    assert!(matches!(last(&s), Event::OptionChosen { option, .. } if option == "cold"));
}

#[test]
fn checklists_are_ticked_and_waived() {
    let mut s = freezing();
    s.keys("K<Down>t<Enter><Enter>");
    assert!(problem(&s).contains("evidence"), "{}", problem(&s));
    s.keys("<Esc>t").keys("https://wiki.example/backup<Enter><Enter>");
    let item = s.night.state.checklist_item("readiness", "backup");
    assert!(matches!(item, Some(ItemState::Ticked { evidence: Some(_), .. })));
    s.keys("<Home>wtold on the phone<Enter><Enter>");
    assert!(matches!(
        s.night.state.checklist_item("readiness", "alerts"),
        Some(ItemState::Waived { .. })
    ));
}

#[test]
fn a_vote_of_somebody_who_has_none_asks_for_whom_it_is() {
    let text = LEDGER.replace("voters = [\"ana\", \"bo\", \"qa\"]", "voters = [\"bo\", \"qa\"]");
    let mut night = Night::open(&text);
    for step in ["dump", "mute", "banner", "freeze", "migrate", "verify"] {
        night.force(golive::run::Intent::new("ana", skip(step)));
    }
    night.ok("bo", vote("go-nogo", golive::run::Vote::Go));
    let mut s = Session::on(night);
    s.keys("2.4v");
    let facts: Vec<_> = s.model.card.as_ref().unwrap().facts.iter().map(|f| &*f.text).collect();
    assert!(facts.contains(&"Voters: bo (Bo Lindqvist) go, qa (Quim Abreu)"), "{facts:?}");
    s.keys("g<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::For), "{}", problem(&s));
    s.keys("qa<Ctrl-s>");
    assert_eq!(s.night.state.steps[s.night.ix("go-nogo")].now.votes.len(), 2);
}

#[test]
fn a_decision_has_a_letter_for_each_way_and_one_reason() {
    let mut s = at_the_gate();
    for (key, id) in [("g", "go"), ("c", "conditions"), ("n", "no_go")] {
        s.keys("D").keys(key);
        let card = s.model.card.as_ref().unwrap();
        assert_eq!(card.text(&FieldName::Which).as_deref(), Some(id));
        s.keys("<Esc>");
    }
    s.keys("Dg<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::Reason), "{}", problem(&s));
    let card = s.model.card.as_ref().unwrap();
    assert!(card.field(&FieldName::Override).is_none() && !problem(&s).contains("Ctrl-o"));
    s.keys("said on the call<Ctrl-s>");
    assert_eq!(s.night.status("go-nogo"), StepStatus::Done);
}
