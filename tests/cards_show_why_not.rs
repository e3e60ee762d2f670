//! Why a card records nothing is in sight, however long the card and low the screen; and who only reads
//! is offered no note.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "support/session.rs"]
mod session;
mod support;

use session::Session;
use support::*;

const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
timezone = "Europe/London"
[people.ana]
role = "lead"
[people.vera]
role = "observer"
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" },
  { id = "gate", title = "Open?", kind = "gate" },
]
"#;

#[test]
fn what_is_wrong_is_in_sight_wherever_the_focus_is() {
    for height in [24, 16, 12] {
        for keys in ["n<Ctrl-s>", "2<Ctrl-s>", "T<Ctrl-s>", "C<Ctrl-s>", "a<Ctrl-s>", "O<Ctrl-s>"] {
            let mut s = Session::of(Night::open(PLAN), "ana", (80, height));
            s.keys(keys);
            let Some(problem) = s.model.card.as_ref().and_then(|card| card.problem.clone()) else {
                continue;
            };
            let begins: String = problem.chars().take(30).collect();
            assert!(s.screen().contains(&begins), "{keys} {height}: {problem}\n{}", s.screen());
            // And the field that is to be mended.
            assert!(s.screen().contains('▸'), "{keys} {height}\n{}", s.screen());
        }
    }
    let mut s = Session::of(Night::open(PLAN), "ana", (80, 24));
    s.keys("n<Ctrl-s>");
    assert!(s.model.card.as_ref().unwrap().problem.is_some(), "{}", s.screen());
}

#[test]
fn an_observer_begins_no_note_and_is_offered_none() {
    let mut s = Session::of(Night::open(PLAN), "vera", (120, 40));
    let footer = |s: &Session| s.screen().lines().last().unwrap_or_default().to_owned();
    assert!(!footer(&s).contains("n note"), "{}", footer(&s));
    s.keys("n");
    assert!(s.model.card.is_none(), "{}", s.screen());
    assert!(s.said().contains("observer"), "{}", s.said());
    let s = Session::of(Night::open(PLAN), "ana", (120, 40));
    assert!(footer(&s).contains("n note"), "{}", footer(&s));
}
