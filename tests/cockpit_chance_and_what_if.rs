//! In the cockpit: the chance of finishing in the window is asked for when it may have changed and
//! shown when it is there, and a card tells what a longer step would move.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::msg::Msg;
use golive::run::{Chance, Odds};
use session::Session;
use support::*;

const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:30:00Z }
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze", duration = "5m" },
  { id = "migrate", title = "Migrate", duration = ["20m", "30m", "80m"] },
  { id = "gate", title = "Open traffic?", kind = "gate" },
  { id = "open", title = "Open", duration = "20m" },
]
[[rollbacks]]
id = "restore"
title = "Restore"
covers = ["freeze", "migrate"]
steps = [ { id = "dump", title = "Dump", duration = "20m" } ]
"#;

fn asked(s: &Session) -> &[Odds] {
    &s.draws
}

/// Answers the last question, as the thread that draws does.
fn answer(s: &mut Session) -> Option<Chance> {
    let chance = asked(s).last().expect("it was asked").chance();
    s.send(Msg::Chance(chance));
    chance
}

fn wide(night: Night) -> Session {
    Session::of(night, "ana", (160, 40))
}

#[test]
fn it_is_asked_once_and_shown_when_it_is_there() {
    let mut s = wide(Night::open(PLAN));
    s.wait(1);
    assert_eq!(asked(&s).len(), 1);
    assert!(!s.screen().contains("in the window"), "nothing is made up meanwhile");
    s.wait(1).keys("jk").wait(1);
    assert_eq!(asked(&s).len(), 1, "the answer is waited for");
    let chance = answer(&mut s).expect("a step has three points");
    let percent = (chance.in_window.expect("a window") * 100.0).round();
    assert!(s.screen().contains(&format!("{percent:.0} % in the window")), "{}", s.screen());
    s.wait(1).wait(30);
    assert_eq!(asked(&s).len(), 1, "nothing has happened, and it is not a minute old");
    s.wait(60);
    assert_eq!(asked(&s).len(), 2, "as time passes a running step's odds change");
}

#[test]
fn many_entries_ask_once_at_a_time() {
    let mut s = wide(Night::open(PLAN));
    s.wait(1);
    for at in 0..20 {
        let seq = s.night.force(golive::run::Intent::new("bo", note(&format!("note {at}"))));
        let entry = s.night.logged(seq).entry.clone();
        s.send(Msg::Others(vec![entry]));
    }
    assert_eq!(asked(&s).len(), 1);
    answer(&mut s);
    assert_eq!(asked(&s).len(), 2, "what has happened meanwhile is asked about, once");
    answer(&mut s);
    assert_eq!(asked(&s).len(), 2);
}

#[test]
fn it_is_gone_when_nothing_is_left_to_chance() {
    let mut s = wide(Night::open(PLAN));
    s.wait(1);
    answer(&mut s);
    assert!(s.screen().contains("in the window"));
    for step in ["freeze", "migrate"] {
        s.night.ok("ana", begin(step));
        let seq = s.night.ok("ana", done(step));
        let entries =
            [seq - 1, seq].map(|seq| s.night.logged(seq).entry.clone()).into_iter().collect();
        s.send(Msg::Others(entries));
        if step == "freeze" {
            answer(&mut s);
        }
    }
    assert!(!s.screen().contains("in the window"), "{}", s.screen());
    assert_eq!(s.model.chance.chance, None);
}

#[test]
fn the_card_tells_what_would_move_and_records_nothing() {
    let mut s = wide(Night::open(PLAN));
    // freeze 22:00–22:05, migrate –22:35, the gate, open –22:55; the cursor goes to migrate.
    s.keys("j+");
    let screen = s.screen();
    for part in [
        "What if 1.2 Migrate takes longer?",
        "The finish moves from 22:55 to 23:25 (+30m)",
        "1.3 Open traffic?  22:35 → 23:05 (+30m)",
        "1.4 Open  22:55 → 23:25 (+30m)",
    ] {
        assert!(screen.contains(part), "{part} in\n{screen}");
    }
    // Gates are told first.
    assert!(
        screen.find("1.3 Open traffic?  22:35").unwrap()
            < screen.find("1.2 Migrate  22:35").unwrap()
    );
    // Another length is told at once: an hour ends past the window.
    s.keys("<Backspace><Backspace><Backspace>1h");
    assert!(s.screen().contains("That is 25m after the window closes"), "{}", s.screen());
    s.keys("<Backspace><Backspace>-10m");
    assert!(s.screen().contains("from 22:55 to 22:45 (−10m)"), "{}", s.screen());
    s.keys("<Backspace>");
    assert!(s.screen().contains("no unit"), "{}", s.screen());
    s.keys("m<Enter><Enter>");
    assert!(s.model.card.is_none());
    assert_eq!(s.appends().len(), 0);
}

#[test]
fn it_holds_no_moment_against_another() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.at("22:05").ok("ana", done("freeze"));
    let mut s = wide(n);
    // The key comes some time after the last tick: nothing moves by that.
    s.model.now += chrono::TimeDelta::milliseconds(2_700);
    s.keys("j+");
    assert!(s.screen().contains("from 22:55 to 23:25 (+30m)"), "{}", s.screen());
    assert!(!s.screen().contains("(+0m)"), "{}", s.screen());
}

#[test]
fn nothing_moves_where_nothing_can() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.ok("ana", done("freeze"));
    let mut s = wide(n);
    s.keys("g.k+");
    assert!(s.model.card.is_none());
    assert!(s.said().contains("settled"), "{}", s.said());
}
