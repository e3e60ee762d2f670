//! At the end of a run its lead is offered the review, and each remark of it is a note that the report
//! finds.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

#[path = "support/evening.rs"]
#[allow(unused_imports, reason = "each test file uses its own part")]
mod evening;
#[path = "support/session.rs"]
mod session;
mod support;

use evening::freezing;
use golive::report::review::Said;
use golive::run::Event;
use support::*;

/// A run that was canceled just now.
fn over() -> session::Session {
    let mut s = freezing();
    s.keys("Xthe bank calls it off<Ctrl-s>");
    assert!(s.night.state.status.is_over());
    s
}

#[test]
fn it_is_offered_when_the_run_ends() {
    let s = over();
    assert!(s.screen().contains("z holds the review, Ctrl-p writes the report"), "{}", s.screen());
    assert!(s.screen().lines().last().unwrap().contains("z review"), "{}", s.screen());
}

#[test]
fn each_remark_is_a_note_that_the_report_finds() {
    let mut s = over();
    let before = s.appends().len();
    s.keys("z").keys("<Esc>");
    s.keys("z<Down><Tab>the calls were short<Ctrl-s>");
    s.keys("z3<Tab>check disks before<Tab>bo<Tab>2026-12-05 12:00<Ctrl-s>");
    assert_eq!(s.appends().len(), before + 2, "{}", s.screen());
    let notes = &s.night.state.notes;
    let said: Vec<_> = notes.iter().filter_map(|n| Said::of(n.kind, &n.text)).collect();
    assert_eq!(
        said,
        [(Said::WentWell, "the calls were short"), (Said::WillChange, "check disks before")]
    );
    let change = notes.last().unwrap();
    assert_eq!((change.owner.as_deref(), change.due.is_some()), (Some("bo"), true));
    s.keys("z");
    assert!(s.screen().contains("1 so far"), "{}", s.screen());
}

#[test]
fn nothing_is_picked_beforehand_and_nothing_said_is_no_remark() {
    let mut s = over();
    let before = s.appends().len();
    s.keys("z<Tab>the calls<Ctrl-s>");
    assert!(s.screen().contains("pick first: went well"), "{}", s.screen());
    s.keys("<Esc>z1<Ctrl-s>");
    assert!(s.screen().contains("say what it was"), "{}", s.screen());
    assert!(!s.appends()[before..].iter().any(|i| matches!(i.event, Event::NoteAdded { .. })));
}
