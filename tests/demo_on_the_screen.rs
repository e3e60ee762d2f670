//! A cockpit in a demonstration says so wherever the mode is said, and is read by people for whom a
//! second is a second, however fast the night passes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::model::{Demo, View};
use session::Session;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");
const PAGE: &str = "http://127.0.0.1:40123/runs/ledger-4.2-2026-11-28-vf81";

fn demo(size: (u16, u16), speed: u32) -> Session {
    let night = Night::open_as(LEDGER, golive::run::Mode::Rehearsal, "ana");
    let mut session = Session::of(night, "ana", size);
    let page = PAGE.to_owned();
    session.model.demo = Some(Demo { speed, usual: 60, page, leads: false });
    session
}

#[test]
fn nobody_takes_it_for_a_rehearsal_at_any_size() {
    for size in [(200, 60), (120, 40), (80, 24), (40, 12), (30, 8)] {
        let mut s = demo(size, 60);
        let screen = s.screen();
        assert!(screen.contains("DEMO"), "{size:?}\n{screen}");
        assert!(!screen.contains("REHEARSAL") && !screen.contains("REH "), "{size:?}\n{screen}");
        s.model.view = View::Bridge;
        assert!(s.screen().contains("DEMO"), "{size:?}\n{}", s.screen());
    }
    assert!(demo((80, 24), 60).screen().contains("DEMO 60×"));
    assert!(!demo((120, 40), 60).screen().contains("waits for you"));
    assert!(demo((120, 40), 6).screen().contains("DEMO 6×, it waits for you"));
}

#[test]
fn the_first_screen_says_who_one_is_what_to_press_and_where_the_page_is() {
    for size in [(120, 40), (80, 24)] {
        let mut s = demo(size, 60);
        s.model.greeting = true;
        let screen = s.screen();
        for says in [
            "DEMO 60×  a minute passes every second",
            "Everybody else is played",
            "you are",
            PAGE,
            "leaves",
            "Any key goes to the steps",
        ] {
            assert!(screen.contains(says), "{size:?}: {says}\n{screen}");
        }
        // The key that takes it away does nothing else, and what one does is said once more.
        s.keys("s");
        assert!(!s.model.greeting && s.appends().is_empty());
        let screen = s.screen();
        assert!(screen.contains("Enter does the usual next thing"), "{screen}");
        assert!(screen.contains(PAGE), "{screen}");
    }
}

#[test]
fn what_is_said_stays_for_as_long_as_people_need_to_read_it() {
    let mut s = demo((120, 40), 60);
    s.model.end_greeting();
    let said = |s: &Session| s.screen().contains("Stakeholders' page");
    s.wait(19 * 60);
    assert!(said(&s), "19 s of whoever reads");
    s.wait(2 * 60);
    assert!(!said(&s));
    // The night waits: the same seconds are fewer of the night's.
    s.model.end_greeting();
    s.wait(10 * 60);
    s.model.change_speed(6);
    s.wait(9 * 6);
    assert!(said(&s), "9 s of the 10 that were left");
    s.wait(2 * 6);
    assert!(!said(&s));
}

#[test]
fn who_watches_a_night_that_leads_itself_is_told_to_lean_back() {
    let mut s = demo((80, 24), 60);
    s.model.demo.as_mut().unwrap().leads = true;
    s.model.end_greeting();
    assert!(s.screen().contains("is played as well: lean back"), "{}", s.screen());
}

#[test]
fn where_the_lead_is_played_the_cursor_goes_along_and_else_it_stays() {
    let mut s = demo((120, 40), 60);
    s.night.ok("ana", begin("dump"));
    let entry = s.night.logged(2).entry.clone();
    s.model.steps.cursor = golive::cockpit::model::Cursor::Nowhere;
    s.model.go_along(std::slice::from_ref(&entry));
    assert_eq!(s.model.cursor_step(), None, "it is theirs who sit there");
    s.model.demo.as_mut().unwrap().leads = true;
    s.model.go_along(std::slice::from_ref(&entry));
    assert_eq!(s.model.cursor_step(), s.night.state.step_ix("dump"));
    // Somebody reads the help: nothing moves under it.
    s.model.steps.cursor = golive::cockpit::model::Cursor::Nowhere;
    s.keys("?");
    s.model.go_along(&[entry]);
    assert_eq!(s.model.cursor_step(), None);
}
