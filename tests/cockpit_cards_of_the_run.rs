//! Cards about the run as a whole and the people in it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::{LEDGER, freezing, last, problem};
use golive::cockpit::effect::Effect;
use golive::run::{CallAnswer, Event, NoteKind, RunStatus};
use golive::runbook::Role;
use session::Session;
use support::*;

#[test]
fn people_are_called_and_stand_in() {
    let mut s = freezing();
    s.keys("2.3p<Down><Down><Enter><Enter>");
    let events: Vec<_> = s.appends().iter().map(|intent| intent.event.clone()).collect();
    let called = Event::PersonCalled {
        person: "qa".to_owned(),
        answer: CallAnswer::NoAnswer,
        step: Some("verify".to_owned()),
    };
    assert_eq!(events[0], called);
    assert!(matches!(last(&s), Event::PersonCalled { answer: CallAnswer::NoAnswer, .. }));
    s.keys("p<Down><Down><Down><Enter><Enter>");
    assert_eq!(s.night.state.people["qa"].substitute.as_deref(), Some("ana"));
    s.keys("W<Down>r<Down><Down><Enter><Enter>");
    assert_eq!(problem(&s), "bo is an operator already; nothing has to be done");
}

#[test]
fn a_role_is_granted_and_the_lead_handed_over() {
    let mut s = freezing();
    s.keys("W<Down>r<Down><Enter><Enter>");
    assert_eq!(s.night.state.role_of("bo"), Role::Lead);
    s.keys("Oqa<Enter><Enter>");
    assert_eq!(s.night.state.role_of("qa"), Role::Lead);
}

#[test]
fn hold_and_resume() {
    let mut s = freezing();
    s.keys("Hwaiting for the network<Enter><Enter>");
    assert!(s.night.state.held().is_some());
    s.keys("2.2H");
    assert!(s.said().contains("held already"), "{}", s.said());
    s.keys("R<Enter>");
    assert!(s.night.state.held().is_none());
}

#[test]
fn window_and_zero_hour_move() {
    let mut s = freezing();
    s.keys("T<Tab>05:00<Tab>01:00<Tab>cab@example<Tab>CHG77<Enter><Enter>");
    let window = s.night.state.window(s.night.now).unwrap();
    assert_eq!((window.opens, window.closes), (clock("22:00"), clock("05:00")));
    assert_eq!(s.night.state.reschedules[0].reference.as_deref(), Some("CHG77"));
}

#[test]
fn a_run_is_canceled_with_a_reason() {
    let mut s = freezing();
    s.keys("C");
    assert!(s.said().contains("not settled"), "{}", s.said());
    s.keys("Xthe change was withdrawn<Enter><Enter>");
    assert_eq!(s.night.state.status, RunStatus::Canceled);
}

#[test]
fn a_note_is_edited_closed_and_removed() {
    let mut s = freezing();
    s.keys("nlag grows<Tab><Down><Down><Ctrl-s>");
    assert_eq!(s.night.state.notes[0].kind, NoteKind::Issue);
    s.keys("Ne fast<Ctrl-s>");
    assert_eq!(s.night.state.notes[0].text, "lag grows fast");
    s.keys("cgone<Enter><Enter>");
    assert!(s.night.state.notes[0].closed.is_some());
    s.keys("x<Enter>");
    assert!(s.night.state.notes[0].removed.is_some());
    assert!(s.model.notes.rows.is_empty());
}

#[test]
fn the_status_text_is_copied_with_live_values() {
    let text = "{{ title }} is {{ rag }}: {{ done }}/{{ total }} steps, finish expected {{ eta }}.";
    let text = format!(
        "{LEDGER}\n[[messages]]\nid = \"exec\"\naudience = \"Executives\"\ntext = \"{text}\"\n"
    );
    let mut s = Session::on(Night::open(&text));
    s.keys("U<Enter><Enter>");
    let copied = s.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.expect("something on the clipboard");
    assert!(copied.starts_with("Ledger 4.2 is GREEN: 0/13 steps, finish"), "{copied}");
    assert!(matches!(last(&s), Event::MessageSent { .. }));
}

#[test]
fn completing_the_run_says_what_is_still_owed() {
    let mut night = Night::open(LEDGER);
    night.ok("ana", Event::RunStarted {});
    let steps: Vec<_> = night.state.plan.forward_steps().collect();
    for ix in steps {
        let id = night.state.plan.steps[ix].id.clone();
        let event = match &*id {
            "traffic" => defer(&id),
            "mute" => Event::StepSkipped { step: id, attempt: 1, reason: None },
            _ => skip(&id),
        };
        night.force(golive::run::Intent::new("ana", event));
    }
    night.ok(
        "ana",
        Event::NoteAdded {
            text: "tell the bank".to_owned(),
            kind: NoteKind::Action,
            step: None,
            public: false,
            owner: None,
            due: None,
        },
    );
    let mut s = Session::on(night);
    s.keys("C");
    let facts: Vec<_> = s.model.card.as_ref().unwrap().facts.iter().map(|f| &*f.text).collect();
    for wanted in
        ["Reasons still owed: 1.2", "Deferred, still to be done: 3.4", "Still open: 1 action"]
    {
        assert!(facts.contains(&wanted), "{wanted}: {facts:?}");
    }
}
