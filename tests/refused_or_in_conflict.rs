//! What the hub refuses, and what two people did at once: its author and the leads hear of it, a key
//! says which entry, by whom, why and what to do, and does it; the header says how it goes with the
//! hub in its own three ways.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says so by panicking"
)]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::effect::Effect;
use golive::cockpit::model::{Outbox, Refused, View};
use golive::cockpit::msg::Msg;
use golive::run::{Entry, EntryId, Event, Intent, NoteKind};
use golive::sync::session::Condition;
use session::Session;
use std::sync::Arc;
use support::Night;

const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
timezone = "Europe/London"
[people.ana]
name = "Ana Ruiz"
role = "lead"
[people.bo]
name = "Bo Lindqvist"
[people.qa]
[[phases]]
title = "Cutover"
flow = "parallel"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "bo", duration = "25m" },
]
"#;

fn note(text: &str) -> Event {
    Event::NoteAdded {
        text: text.to_owned(),
        kind: NoteKind::Note,
        step: None,
        public: false,
        owner: None,
        due: None,
    }
}

fn started(step: &str) -> Event {
    Event::StepStarted { step: step.to_owned(), attempt: 1 }
}

fn of(me: &str, size: (u16, u16)) -> Session {
    Session::of(Night::open(PLAN), me, size)
}

/// What the ledger says once the hub has refused this.
fn refused(s: &Session, person: &str, event: Event, why: &str) -> Outbox {
    let act = s.night.intent_to_act(Intent::new(person, event));
    let id = EntryId { replica: "here".to_owned(), index: 7 };
    let entry = Entry { seq: 0, id: id.clone(), act, offset_ms: 0, received_at: None };
    let refused = Refused { id, entry: Some(Arc::new(entry)), why: why.to_owned() };
    Outbox { waiting: [].into(), refused: vec![refused], lost: Vec::new() }
}

fn condition(unshared: usize, refused: usize) -> Condition {
    Condition { unshared, refused, ..Condition::default() }
}

fn forgotten(s: &Session) -> usize {
    s.effects.iter().filter(|effect| matches!(effect, Effect::ForgetRefused(_))).count()
}

const WHY: &str = "bo is an observer, and starting a step takes an operator";

#[test]
fn the_header_says_all_shared_how_many_not_or_since_when_it_is_offline() {
    let mut s = of("ana", (120, 40));
    let header = |s: &Session| s.screen().lines().nth(2).unwrap_or_default().to_owned();
    // The hub is away at the start.
    let since = "2026-11-28T22:14:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let away = Condition {
        offline_since: Some(since.timestamp_millis()),
        unreachable: Some("Connection refused".to_owned()),
        ..Condition::default()
    };
    s.send(Msg::Sharing(away.clone()));
    assert!(header(&s).ends_with("offline since 22:14"), "{}", header(&s));
    s.send(Msg::Sharing(Condition { unshared: 3, ..away }));
    assert!(header(&s).ends_with("offline since 22:14, 3 not shared"), "{}", header(&s));
    s.send(Msg::Sharing(condition(3, 0)));
    assert!(header(&s).ends_with("│ 3 not shared"), "{}", header(&s));
    s.send(Msg::Sharing(condition(0, 0)));
    assert!(header(&s).ends_with("│ all shared"), "{}", header(&s));
    // A token that is refused: offline, and why is said once.
    let turned_away = Condition {
        offline_since: Some(since.timestamp_millis()),
        trouble: Some("a valid token is needed: it was revoked".to_owned()),
        ..Condition::default()
    };
    s.send(Msg::Sharing(turned_away.clone()));
    assert_eq!(s.said(), "not shared: a valid token is needed: it was revoked");
    s.wait(60);
    s.send(Msg::Sharing(turned_away));
    assert_eq!(s.said(), "", "once");
    assert!(header(&s).ends_with("offline since 22:14"), "{}", header(&s));
    s.keys("*");
    assert!(s.screen().contains("offline since 22:14:00: a valid token is"), "{}", s.screen());
    s.send(Msg::Sharing(condition(0, 0)));
    assert!(!s.screen().contains("offline since"), "the open card goes along: {}", s.screen());
}

#[test]
fn a_refusal_is_said_to_its_author_and_the_key_says_what_why_and_what_to_do() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut s = of("bo", size);
        let outbox = refused(&s, "bo", started("migrate"), WHY);
        s.send(Msg::Sharing(condition(0, 1))).send(Msg::Outbox(outbox));
        let said = "the hub has refused started 1.2 Migrate the schema: * says why, and what to do";
        assert_eq!(s.said(), said);
        assert!(s.screen().contains("1 REFUSED"), "{}", s.screen());
        s.keys("*");
        insta::assert_snapshot!(format!("refused-{name}"), s.screen());
    }
}

#[test]
fn a_refused_act_is_recorded_again_and_only_then_forgotten() {
    let mut s = of("bo", (80, 24));
    let outbox = refused(&s, "bo", started("migrate"), WHY);
    s.send(Msg::Outbox(outbox));
    let at = s.night.now;
    s.wait(120);
    s.keys("*<Tab>r<Ctrl-s>");
    let intent = s.appends()[0];
    assert_eq!(intent.event, started("migrate"));
    assert_eq!(intent.happened_at, Some(at), "when it happened stays");
    assert_eq!(forgotten(&s), 1);
    // Where it cannot be written nothing is let go of.
    let mut s = of("bo", (80, 24));
    let outbox = refused(&s, "bo", started("migrate"), WHY);
    s.send(Msg::Outbox(outbox));
    s.full = true;
    s.keys("*<Tab>r<Ctrl-s>");
    assert_eq!((s.model.unsaved.len(), forgotten(&s)), (1, 0));
}

#[test]
fn a_refused_act_is_forgotten_after_a_second_yes() {
    let mut s = of("bo", (80, 24));
    let outbox = refused(&s, "bo", note("may I?"), "bo is an observer");
    s.send(Msg::Outbox(outbox));
    s.keys("*<Ctrl-s>");
    let problem = |s: &Session| s.model.card.as_ref().and_then(|card| card.problem.clone());
    assert!(problem(&s).unwrap().starts_with("pick what to do"), "nothing is picked beforehand");
    s.keys("f<Ctrl-s>");
    assert!(problem(&s).unwrap().contains("gone for good"), "{:?}", problem(&s));
    assert_eq!(forgotten(&s), 0);
    s.keys("<Ctrl-s>");
    assert_eq!(forgotten(&s), 1);
    assert!(s.appends().is_empty());
}

/// Bo and qa start the same step, one of them offline.
fn conflict(me: &str, size: (u16, u16)) -> Session {
    let mut s = of(me, size);
    for person in ["qa", "bo"] {
        let seq = s.night.force(Intent::new(person, started("migrate")));
        let entry = s.night.logged(seq).entry.clone();
        s.send(Msg::Others(vec![entry]));
    }
    s
}

#[test]
fn a_conflict_is_said_to_its_author_and_to_leads_and_to_nobody_else() {
    for me in ["bo", "ana"] {
        let s = conflict(me, (80, 24));
        assert!(s.said().starts_with("CONFLICT: Bo Lindqvist started 1.2"), "{me}: {}", s.said());
        assert!(s.said().ends_with("(* says what to do)"), "{}", s.said());
    }
    let mut s = conflict("qa", (80, 24));
    assert_eq!(s.said(), "", "whose start stands");
    s.keys("*");
    assert!(s.model.card.is_none());
    assert!(s.said().contains("nothing in it is in conflict"), "{}", s.said());
}

#[test]
fn a_conflict_can_be_read_shown_in_the_log_and_is_marked_there() {
    for (name, size) in [("80x24", (80, 24)), ("120x40", (120, 40))] {
        let mut s = conflict("ana", size);
        s.wait(30);
        s.keys("*");
        insta::assert_snapshot!(format!("conflict-{name}"), s.screen());
        s.keys("<Tab>s<Ctrl-s>");
        assert_eq!(s.model.view, View::Log);
        let row = s.model.log.rows[s.model.log.place.cursor];
        assert_eq!(s.model.run.log[row].entry.seq, 3);
        assert!(s.screen().contains("CONFLICT"), "{}", s.screen());
        assert!(s.appends().is_empty());
    }
}

/// The hub's order makes a conflict of what was shown as done here: it is said.
#[test]
fn an_act_that_turns_out_to_be_a_conflict_is_said_when_the_order_comes() {
    let mut s = of("bo", (80, 24));
    let mut before = s.night.clone();
    s.keys("j<Enter>");
    assert_eq!(s.appends().len(), 1);
    before.force(Intent::new("qa", started("migrate")));
    before.force(Intent::new("bo", started("migrate")));
    let news = vec![before.logged(2).entry.clone()];
    s.send(Msg::Reordered { state: Box::new(before.state.clone()), news });
    assert!(s.said().starts_with("CONFLICT: Bo Lindqvist started 1.2"), "{}", s.said());
}

#[test]
fn what_waits_for_the_hub_is_marked_in_the_log() {
    let mut s = of("bo", (120, 40));
    s.keys("nslow<Ctrl-s>L");
    assert!(!s.screen().contains("not shared yet"));
    let id = s.model.run.log.last().unwrap().entry.id.clone();
    s.send(Msg::Outbox(Outbox { waiting: [id].into(), refused: Vec::new(), lost: Vec::new() }));
    assert!(s.screen().contains("not shared yet"), "{}", s.screen());
}

#[test]
fn it_is_found_in_the_palette_too() {
    let mut s = conflict("ana", (80, 24));
    s.keys(":refused<Enter>");
    assert!(s.screen().contains("Conflicts"), "{}", s.screen());
}

#[test]
fn a_conflict_is_counted_in_the_header_until_its_author_has_looked() {
    let header = |s: &Session| s.screen().lines().nth(2).unwrap_or_default().to_owned();
    for (me, size) in [("bo", (80, 24)), ("bo", (120, 40)), ("ana", (120, 40))] {
        let mut s = conflict(me, size);
        s.send(Msg::Sharing(condition(0, 0)));
        // However long ago it was said.
        s.wait(3_600);
        assert!(header(&s).contains("1 conflict (*)"), "{me}: {}", header(&s));
        if size.0 > 100 {
            assert!(header(&s).ends_with("1 conflict (*), all shared"), "{}", header(&s));
        }
        // And in the next cockpit of the same person, too.
        let again = Session::of(s.night.clone(), me, size);
        assert!(header(&again).contains("1 conflict (*)"), "{}", header(&again));
        s.keys("*");
        assert!(!header(&s).contains("conflict"), "{}", header(&s));
        let kept = s.effects.iter().rev().find_map(|effect| match effect {
            Effect::SaveDraft { key, text } => Some((key.clone(), text.clone())),
            _ => None,
        });
        let mut later = Session::of(s.night.clone(), me, size);
        later.send(Msg::Drafts(vec![kept.unwrap()]));
        assert!(!header(&later).contains("conflict"), "{}", header(&later));
        assert!(later.model.drafts.is_empty());
    }
    let mut s = conflict("qa", (120, 40));
    s.wait(60);
    assert!(!header(&s).contains("conflict"), "whose start stands: {}", header(&s));
    // Alone, with acts from two shells, there may be some as well.
    let mut s = conflict("bo", (120, 40));
    s.wait(60);
    assert!(header(&s).ends_with("1 conflict (*), all saved"), "{}", header(&s));
}
