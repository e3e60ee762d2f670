//! Typing or pasting a sentence with the wrong pane in focus changes nothing in the run, and is
//! offered as a note.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::card::{CardAct, FieldName};
use golive::cockpit::effect::Effect;
use golive::cockpit::key::{Key, KeyCode};
use golive::cockpit::model::{Cursor, Focus, View};
use golive::cockpit::msg::Msg;
use proptest::prelude::*;
use session::{Session, parse};
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

/// Half past ten: a step runs, one is ready, a gate waits further down.
fn night() -> Session {
    let mut night = Night::open(LEDGER);
    for step in ["dump", "mute", "banner"] {
        night.ok("ana", begin(step));
        night.ok("ana", done(step));
    }
    night.at("22:30").ok("bo", begin("freeze"));
    Session::on(night)
}

/// Types keys with these gaps in milliseconds, the last one repeated.
fn type_at(session: &mut Session, text: &str, gaps: &[u64]) {
    for (n, key) in parse(text).into_iter().enumerate() {
        let gap = if n == 0 { 5_000 } else { gaps[n.min(gaps.len()) - 1] };
        session.key(key, gap);
    }
    session.calm();
}

/// Nothing was recorded, written or left.
fn idle(session: &Session) -> bool {
    session.effects.iter().all(|effect| matches!(effect, Effect::SaveDraft { .. } | Effect::Redraw))
}

fn offered(session: &Session) -> &str {
    session.model.offer.as_ref().map_or("", |offer| offer.text.as_str())
}

#[test]
fn a_burst_is_collected_and_offered_as_a_note() {
    let mut s = night();
    type_at(&mut s, "freeze confirmed\nby bo\n", &[2]);
    assert_eq!(offered(&s), "freeze confirmed\nby bo\n");
    assert!(s.model.card.is_none() && s.appends().is_empty());
    s.key(Key::plain(KeyCode::Enter), 2_000).calm();
    let card = s.model.card.as_ref().unwrap();
    assert!(matches!(card.act, CardAct::NoteAdd { .. }));
    assert_eq!(card.text(&FieldName::Text).unwrap(), "freeze confirmed\nby bo");
    assert!(s.appends().is_empty(), "yes opens the editor; only Ctrl-S records");
    s.keys("<Ctrl-s>");
    assert_eq!(s.night.state.notes[0].text, "freeze confirmed\nby bo");
}

#[test]
fn esc_drops_the_text() {
    let mut s = night();
    type_at(&mut s, "completed", &[10]);
    assert_eq!(offered(&s), "completed");
    s.keys("<Esc>");
    assert!(s.model.offer.is_none() && s.model.card.is_none() && s.appends().is_empty());
}

#[test]
fn what_the_first_letters_opened_is_closed_again_and_the_cursor_goes_back() {
    for text in ["Lost the bridge", "Bridge is down", "?? who is there", "jump to it"] {
        let mut s = night();
        let before = s.model.steps.cursor.clone();
        type_at(&mut s, text, &[3]);
        assert_eq!(offered(&s), text);
        let model = &s.model;
        assert_eq!((model.view, &model.steps.cursor), (View::Steps, &before), "{text}");
        assert!(model.card.is_none() && model.find.is_none() && model.palette.is_none(), "{text}");
        assert_eq!(model.focus(), Focus::Offer);
    }
}

#[test]
fn a_burst_into_the_note_key_keeps_the_earlier_draft() {
    let mut s = night();
    s.keys("nhalf a thought<Esc>");
    type_at(&mut s, "now it runs", &[3]);
    assert_eq!(offered(&s), "now it runs");
    assert_eq!(s.model.drafts, [("note".to_owned(), "half a thought".to_owned())]);
}

#[test]
fn a_paste_outside_an_editor_is_offered() {
    let mut s = night();
    s.send(Msg::Paste("c\r\nc\r\nf\r\n\r\nfreeze confirmed".to_owned()));
    assert_eq!(offered(&s), "c\nc\nf\n\nfreeze confirmed");
    assert!(s.appends().is_empty());
}

#[test]
fn a_paste_into_an_editor_is_its_text() {
    let mut s = night();
    s.keys("n").send(Msg::Paste("two\nlines".to_owned()));
    s.keys("<Ctrl-s>");
    assert_eq!(s.night.state.notes[0].text, "two\nlines");
    s.keys("f").send(Msg::Paste("the lock\nwas held".to_owned()));
    assert_eq!(
        s.model.card.as_ref().unwrap().text(&FieldName::Reason).unwrap(),
        "the lock was held"
    );
    assert!(s.model.offer.is_none());
}

#[test]
fn a_paste_onto_a_question_is_no_answer() {
    let mut s = night();
    s.keys("2.4v").send(Msg::Paste("go".to_owned()));
    assert_eq!(offered(&s), "go");
    assert!(s.model.card.as_ref().unwrap().text(&FieldName::Which).is_none());
}

#[test]
fn a_sentence_typed_at_a_persons_speed_records_nothing() {
    for text in [
        "freeze confirmed\n",
        "completed\n",
        "start it\n",
        "skip that\n",
        "unfreeze\n",
        "u there?\n",
        "hold on\n",
        "vote go\n",
        "Decide go\n",
        "ok\n",
        "done\n",
        "cool\n",
        "ff\n",
        "quit\n",
        "loo\n",
        "rolled back\n",
        "Hold\n",
        "Start now\n",
        "Complete\n",
        "Cancel\n",
        "2.2 done\n",
        "c ok\n",
        "the replica is slow\n",
        "Bridge is down\n",
        "bo says done\n",
        "e ok 1.2\n",
    ] {
        for gap in [90, 150, 300, 700] {
            let mut s = night();
            type_at(&mut s, text, &[gap]);
            assert!(idle(&s), "{text:?} at {gap} ms: {:?}", s.effects);
        }
    }
}

#[test]
fn a_sentence_typed_at_a_persons_speed_is_offered_whole() {
    let letters = ('a'..='z').chain('A'..='Z').filter(|c| *c != 'n');
    for text in letters.map(|c| format!("{c}raud desk is fine")) {
        for gap in [90, 130, 300] {
            let mut s = night();
            type_at(&mut s, &format!("{text}\n"), &[gap]);
            assert!(idle(&s), "{text:?} at {gap} ms: {:?}", s.effects);
            if offered(&s).is_empty() {
                let card = s.model.card.as_ref().expect("a card that asks");
                let problem = card.problem.as_deref().unwrap_or_default();
                assert!(problem.contains(&format!("“{text}” as a note")), "{text}: {problem}");
                s.key(Key::char('n'), 600);
            } else {
                assert_eq!(offered(&s), text);
                s.key(Key::plain(KeyCode::Enter), 600).calm();
            }
            let card = s.model.card.as_ref().unwrap();
            assert!(matches!(card.act, CardAct::NoteAdd { .. }), "{text}");
            assert_eq!(card.text(&FieldName::Text).unwrap(), text);
            assert!(s.appends().is_empty());
        }
    }
}

#[test]
fn a_quick_reason_is_recorded_with_the_usual_two_presses() {
    for (keys, pace) in [("fdisk full\n\n", 200), ("fdisk full<Ctrl-s><Ctrl-s>", 130)] {
        let mut s = night();
        s.wait(1).keys("k").keys("j");
        s.pace = pace;
        s.key(Key::char('f'), 5_000).keys(&keys[1..]);
        assert_eq!(s.appends().len(), 1, "{keys}");
        let ix = s.night.ix("freeze");
        assert_eq!(s.night.state.steps[ix].now.reason.as_deref(), Some("disk full"));
    }
}

/// A terminal without bracketed paste sends a pasted text as keys, the line ends as Enter.
#[test]
fn a_text_that_begins_with_a_line_end_does_not_act() {
    for (from, text) in [
        ("", "\nfreeze confirmed\n"),
        ("", "\n\nok\n"),
        ("", "\n\tfreeze confirmed"),
        ("2.3y", "\nfreeze confirmed\n"),
        ("2.3x", "\n\n"),
        ("!", "\nc\n"),
        (":start", "\nfreeze confirmed\n"),
    ] {
        let mut s = night();
        s.keys(from);
        type_at(&mut s, text, &[1]);
        assert!(idle(&s), "{from:?} {text:?}: {:?}", s.effects);
    }
    let mut s = night();
    type_at(&mut s, "\nfreeze confirmed\n", &[1]);
    assert_eq!(offered(&s), "\nfreeze confirmed\n");
}

#[test]
fn enter_alone_acts_once_nothing_has_followed_it() {
    let mut s = night();
    s.key(Key::plain(KeyCode::Enter), 5_000);
    assert!(s.appends().is_empty(), "not before the moment has passed");
    s.calm();
    assert_eq!(s.appends().len(), 1);
    // A key that comes later than that finds it done, however late the loop is.
    let mut s = night();
    let start = |s: &mut Session, gap: u64| {
        s.send(Msg::Key(Key::plain(KeyCode::Enter), 50_000));
        s.send(Msg::Key(Key::plain(KeyCode::Down), 50_000 + gap));
    };
    start(&mut s, 40);
    assert_eq!(s.appends().len(), 1);
    let mut s = night();
    start(&mut s, 1);
    assert_eq!(s.appends().len(), 1, "an arrow is no text");
}

#[test]
fn f_and_enter_record_the_time_however_quick() {
    for gap in [90, 130, 700] {
        let mut s = night();
        type_at(&mut s, "f\n", &[gap]);
        assert_eq!(s.appends().len(), 1);
    }
}

#[test]
fn a_letter_behind_a_reason_offers_all_that_was_typed() {
    let mut s = night();
    s.keys("fthe disk<Enter>u<Enter>");
    assert_eq!(offered(&s), "fthe disku");
}

#[test]
fn the_same_thing_said_twice_is_shown_once() {
    let mut s = night();
    type_at(&mut s, "the replica is slow", &[130]);
    let texts: Vec<_> = s.model.toasts.iter().map(|toast| &toast.text).collect();
    let mut once = texts.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), texts.len(), "{texts:?}");
    assert!(texts.len() <= 2, "{texts:?}");
}

#[test]
fn the_bridge_link_is_copied_by_enter_only() {
    let mut s = night();
    s.keys("B");
    assert!(!s.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))));
    assert!(s.screen().contains("https://meet.example/ledger"));
    s.keys("<Enter>");
    assert_eq!(s.effects, [Effect::Copy("https://meet.example/ledger".to_owned())]);
}

#[test]
fn letters_astray_in_a_card_are_offered_with_the_one_that_opened_it() {
    let mut s = night();
    type_at(&mut s, "complete it", &[200]);
    assert!(matches!(s.model.card.as_ref().unwrap().act, CardAct::Complete(_)));
    s.key(Key::plain(KeyCode::Enter), 200).calm();
    assert_eq!(offered(&s), "complete it");
    assert!(s.model.card.is_none() && s.appends().is_empty());
}

/// Whether a text is more than moving about and one key: two letters at least that do not move.
fn is_a_sentence(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic() && !"jkghlG".contains(*c)).count() >= 2
}

fn sentences() -> impl Strategy<Value = String> {
    let words = prop::collection::vec("[a-zA-Z0-9,.!?:;/()'-]{1,9}", 1..7);
    words.prop_map(|words| words.join(" ")).prop_filter("a sentence", |text| is_a_sentence(text))
}

fn views() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "j", "jjj", "2.4", "Z", "K", "L", "N", "W"])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_a_burst_records_nothing(
        // Enter and then nothing for a moment is an Enter, whatever follows later.
        text in "[ -.0-9;-~][ -.0-9;-~\n]{2,60}",
        gaps in prop::collection::vec(0_u64..79, 1..60),
        from in views(),
    ) {
        prop_assume!(text.trim_end().chars().count() >= 3);
        // A number or a movement and Enter act at any speed of a hand, and what is typed behind
        // : and / belongs to what they open.
        let first = text.split('\n').next().unwrap_or_default();
        prop_assume!(first.chars().any(|c| !"jkghlG .,0123456789".contains(c)));
        let mut s = night();
        s.keys(from);
        type_at(&mut s, &text, &gaps);
        prop_assert!(idle(&s), "{:?}", s.effects);
    }

    #[test]
    fn any_text_behind_a_line_end_in_a_burst_records_nothing(
        text in "[ -~\n]{1,60}",
        gaps in prop::collection::vec(0_u64..25, 1..60),
        from in views(),
    ) {
        let mut s = night();
        s.keys(from);
        type_at(&mut s, &format!("\n{text}"), &gaps);
        prop_assert!(idle(&s), "{:?}", s.effects);
    }

    #[test]
    fn any_sentence_with_its_enter_records_nothing_at_any_speed(
        text in sentences(),
        gaps in prop::collection::vec(prop_oneof![0_u64..80, 80_u64..900], 1..60),
        from in views(),
    ) {
        let mut s = night();
        s.keys(from);
        type_at(&mut s, &format!("{text}\n"), &gaps);
        prop_assert!(idle(&s), "{:?}", s.effects);
    }

    #[test]
    fn any_paste_records_nothing_and_is_offered(text in "\\PC{1,200}", from in views()) {
        let mut s = night();
        s.keys(from).send(Msg::Paste(text.clone()));
        prop_assert!(idle(&s));
        prop_assert_eq!(offered(&s).is_empty(), text.trim().is_empty());
        prop_assert!(!matches!(s.model.steps.cursor, Cursor::Nowhere));
    }
}
