//! Whatever is pressed, clicked, pasted and resized, in any order: no panic, a frame every time,
//! and a screen that agrees with the ledger.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::key::{Key, KeyCode};
use golive::cockpit::msg::{Mouse, MouseDid, Msg};
use proptest::prelude::*;
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

#[derive(Debug, Clone)]
enum Deed {
    Key(Key, u64),
    Msg(Msg),
    Wait(i64),
    Full(bool),
    Other(usize),
}

fn keys() -> impl Strategy<Value = Key> {
    let named = prop::sample::select(vec![
        KeyCode::Enter,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::F(8),
    ]);
    prop_oneof![
        5 => prop::char::range(' ', '~').prop_map(Key::char),
        4 => named.prop_map(Key::plain),
        1 => prop::sample::select(vec!['s', 'u', 'w', 'l', 'c']).prop_map(Key::ctrl),
        1 => any::<char>().prop_map(Key::char),
    ]
}

fn deeds() -> impl Strategy<Value = Deed> {
    let did = prop::sample::select(vec![MouseDid::Click, MouseDid::ScrollUp, MouseDid::ScrollDown]);
    let mouse = (did, 0..310_u16, 0..130_u16).prop_map(|(what, x, y)| Mouse { what, x, y });
    prop_oneof![
        20 => (keys(), prop::sample::select(vec![1_u64, 60, 200, 600, 1_500]))
            .prop_map(|(key, after)| Deed::Key(key, after)),
        2 => mouse.prop_map(|mouse| Deed::Msg(Msg::Mouse(mouse))),
        1 => "\\PC{0,40}\n?".prop_map(|text| Deed::Msg(Msg::Paste(text))),
        2 => (1..301_u16, 1..121_u16).prop_map(|(w, h)| Deed::Msg(Msg::Resize(w, h))),
        1 => (0..4_000_i64).prop_map(Deed::Wait),
        1 => any::<bool>().prop_map(Deed::Full),
        1 => (0..13_usize).prop_map(Deed::Other),
        1 => prop::sample::select(vec!["", "[release]\n", LEDGER, "Verify"]).prop_map(|text| {
            let text = if text == "Verify" { LEDGER.replace(text, "Count") } else { text.to_owned() };
            Deed::Msg(Msg::FileChanged(text))
        }),
    ]
}

fn do_it(session: &mut Session, deed: Deed) {
    match deed {
        Deed::Key(key, after) => {
            session.key(key, after);
        }
        Deed::Msg(msg) => {
            session.send(msg);
        }
        Deed::Wait(secs) => {
            session.wait(secs);
        }
        Deed::Full(full) => session.full = full,
        Deed::Other(ix) => {
            let step = session.night.state.plan.steps.get(ix).map(|step| step.id.clone());
            let Some(step) = step else { return };
            for event in [begin(&step), done(&step)] {
                let seq = session.night.force(golive::run::Intent::new("bo", event));
                let entry = session.night.logged(seq).entry.clone();
                session.send(Msg::Others(vec![entry]));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_in_any_order(deeds in prop::collection::vec(deeds(), 1..120)) {
        let mut session = Session::on(Night::open(LEDGER));
        for deed in deeds {
            // Who has left sees no more.
            if session.model.leaving {
                break;
            }
            do_it(&mut session, deed);
            let (width, height) = session.model.size;
            prop_assert_eq!(session.screen().lines().count(), usize::from(height));
            prop_assert!(width > 0);
        }
        prop_assert!(session.model.run == session.night.state, "the screen's run is the ledger's");
    }
}
