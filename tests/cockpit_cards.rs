//! Every act has its card: what it asks, what it records, and what it says when it cannot.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::{LEDGER, at_the_gate, focused, freezing, last, migrating, night, problem};
use golive::cockpit::action::{ACTIONS, Scope};
use golive::cockpit::card::{CardAct, FieldName};
use golive::cockpit::effect::Effect;
use golive::cockpit::model::View;
use golive::cockpit::msg::Msg;
use golive::run::{Decision, Event, ItemState, StepStatus};
use golive::runbook::Role;
use session::Session;
use support::*;

#[test]
fn every_card_asks_when_it_happened_and_whose_act_it_was() {
    let mut seen = 0;
    for about in
        ACTIONS.iter().filter(|about| !matches!(about.scope, Scope::Cards | Scope::Everywhere))
    {
        let mut s = freezing();
        let seq = s.night.ok("ana", note("seen"));
        let entry = s.night.logged(seq).entry.clone();
        s.send(Msg::Others(vec![entry]));
        s.model.view = match about.scope {
            Scope::Checklists => View::Checklists,
            Scope::Notes => View::Notes,
            Scope::People => View::People,
            Scope::Log => View::Log,
            _ => View::Steps,
        };
        let key = s.model.keymap.shown(about.action);
        s.keys("j").keys(&if key.len() > 1 { format!("<{key}>") } else { key });
        let Some(card) = &s.model.card else { continue };
        if matches!(
            card.act,
            CardAct::Filter
                | CardAct::LogFilter
                | CardAct::Quit
                | CardAct::WriteBack
                | CardAct::CopyBridge
                | CardAct::PageLink
                | CardAct::Report
                | CardAct::WhatIf(_)
                | CardAct::Correct { .. }
        ) {
            continue;
        }
        seen += 1;
        for name in [FieldName::At, FieldName::For] {
            assert!(card.field(&name).is_some(), "{} asks {name:?}", about.name);
        }
        assert!(s.appends().is_empty(), "{}", about.name);
    }
    assert!(seen > 20, "{seen} cards");
}

#[test]
fn an_act_can_have_happened_earlier_and_be_somebody_elses() {
    let mut s = freezing();
    s.wait(600);
    s.keys("c<Tab>22:37<Tab>Bo Lindqvist<Enter><Enter>");
    let act = &s.night.state.log.last().unwrap().entry.act;
    assert_eq!(
        (act.happened_at, act.person(), &*act.actor.name),
        (Some(clock("22:37")), "bo", "ana")
    );
}

#[test]
fn a_time_that_is_none_says_how_to_write_one() {
    let mut s = freezing();
    s.keys("b<Tab>half past<Enter>");
    assert!(problem(&s).contains("02:14"), "{}", problem(&s));
    assert!(s.appends().is_empty());
}

#[test]
fn an_observer_is_told_whom_to_ask() {
    let mut night = night();
    night.ok("ana", Event::RoleGranted { person: "qa".to_owned(), role: Role::Observer });
    let mut s = Session::of(night, "qa", (80, 24));
    s.keys("f");
    assert!(s.said().contains("ask an operator or a lead"), "{}", s.said());
    assert!(s.model.card.is_none());
}

#[test]
fn quitting_asks_and_keeps_the_run() {
    let mut s = freezing();
    s.keys("q<Enter>");
    assert_eq!(s.effects, [Effect::Quit]);
    assert!(s.model.leaving);
}

#[test]
fn after_a_refusal_the_cursor_is_where_something_is_missing() {
    let mut s = freezing();
    s.keys("K<Down>t<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::Evidence));
    s.keys("https://wiki.example/backup<Ctrl-s>");
    assert!(matches!(
        s.night.state.checklist_item("readiness", "backup"),
        Some(ItemState::Ticked { evidence: Some(_), .. })
    ));
    assert!(s.night.state.deviations.is_empty());
    let mut s = migrating();
    s.keys("c<Ctrl-s>");
    assert_eq!(focused(&s), Some(FieldName::Items));
}

#[test]
fn nobody_overrides_by_accident() {
    let mut s = freezing();
    s.keys("2.3s<Ctrl-s>");
    assert!(problem(&s).contains("Ctrl-o"), "{}", problem(&s));
    s.keys("<Ctrl-o>https://wiki.example/9<Ctrl-s>");
    assert!(problem(&s).contains("no reason"), "{}", problem(&s));
    s.keys("<Ctrl-u>ok<Ctrl-s>");
    assert!(s.appends().is_empty());
    s.keys("<Ctrl-u>the counts are known<Ctrl-s>");
    assert_eq!(s.night.status("verify"), StepStatus::Running);
    let mut s = freezing();
    s.keys("c<Ctrl-o>");
    assert!(problem(&s).contains("nothing here is refused"), "{}", problem(&s));
}

#[test]
fn a_name_that_nobody_has_is_asked_about_once() {
    let mut s = freezing();
    s.keys("c<Tab><Tab>9pm<Ctrl-s>");
    assert_eq!(problem(&s), "nobody here is called 9pm; Ctrl-s again takes it as a new name");
    assert_eq!(focused(&s), Some(FieldName::For));
    assert!(s.appends().is_empty());
    s.keys("<Esc>Ob0<Ctrl-s>");
    assert!(problem(&s).ends_with("did you mean bo?"), "{}", problem(&s));
    s.keys("<Esc>2.3adba on call<Ctrl-s><Ctrl-s>");
    assert!(matches!(last(&s), Event::StepAssigned { owner, .. } if owner == "dba on call"));
    s.keys("2.4adba on call<Ctrl-s>");
    assert_eq!(s.appends().len(), 2, "known from then on");
}

#[test]
fn a_criterion_is_judged() {
    let text = format!(
        "{LEDGER}\n[[criteria]]\nid = \"errors\"\ntext = \"Few errors\"\nowner = \"ana\"\n"
    );
    let mut s = Session::on(Night::open(&text));
    s.keys("Q");
    assert!(s.screen().contains("Few errors"));
    s.keys("<Enter><Enter>");
    assert!(problem(&s).contains("met"), "{}", problem(&s));
    s.keys("<Down><Down><Tab>0.2 %<Ctrl-s>");
    assert!(matches!(last(&s), Event::CriterionJudged { met: false, .. }), "{}", problem(&s));
    s.keys(":criteria<Enter>");
    assert!(matches!(s.model.card.as_ref().unwrap().act, CardAct::Judge));
}

#[test]
fn the_panel_of_a_no_go_says_what_is_proposed() {
    let mut s = at_the_gate();
    s.keys("Dn<Ctrl-s>!");
    assert!(!s.screen().contains("Enter do it"), "nothing is selected");
    let choices = &s.model.trouble.as_ref().unwrap().choices;
    let at = choices.iter().position(|choice| choice.label.starts_with("R1 ")).unwrap();
    assert!(choices[at].note.starts_with("PROPOSED"), "{}", choices[at].note);
    assert!(choices[at].note.contains("if Row counts differ"), "{}", choices[at].note);
    s.keys("<Down>");
    assert!(s.screen().contains("Enter do it"));
    s.keys(&"<Down>".repeat(at)).keys("<Enter>");
    assert!(matches!(s.model.card.as_ref().unwrap().act, CardAct::RollbackBegin(_)));
    let text = LEDGER.replace("on_no_go = \"rollback:restore\"", "on_no_go = \"cancel\"");
    let mut night = Night::open(&text);
    for step in ["dump", "mute", "banner", "freeze", "migrate", "verify"] {
        night.force(golive::run::Intent::new("ana", skip(step)));
    }
    night.force(golive::run::Intent::new("ana", decide("go-nogo", Decision::NoGo)));
    let mut s = Session::on(night);
    let choices = &s.model.trouble.as_ref().unwrap().choices;
    let at = choices.iter().position(|choice| choice.label == "Cancel the run").unwrap();
    s.keys("!").keys(&"<Down>".repeat(at + 1)).keys("<Enter>");
    assert!(matches!(s.model.card.as_ref().unwrap().act, CardAct::RunCancel));
}

#[test]
fn the_footer_offers_what_there_is() {
    let mut s = freezing();
    s.keys("K");
    assert!(!s.screen().lines().last().unwrap().contains("tick"), "on a heading");
    s.keys("<Down>");
    assert!(s.screen().lines().last().unwrap().contains("t tick"));
    s.keys("Hwaiting<Enter><Enter>");
    for pane in ["K", "L", "N", "W", "<F2>", "Z"] {
        s.keys("<Esc>").keys(pane);
        assert!(s.screen().lines().last().unwrap().contains("R resume"), "{pane}");
    }
}
