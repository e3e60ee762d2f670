//! Everything that is timed is told on the screen, to the second, and goes on being right across
//! midnight, clock changes, holds and silences: elapsed against plan and estimate, waits, deadlines,
//! intervals, the next update, late starts, calls.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics has failed")]

#[path = "support/session.rs"]
mod session;
mod support;

use golive::cockpit::effect::Effect;
use golive::cockpit::layout::areas;
use golive::cockpit::model::{Cursor, View};
use golive::run::{CallAnswer, Event};
use session::Session;
use support::*;

const PLAN: &str = r#"format = 1
[release]
title = "Timed"
timezone = "Europe/London"
start = "T-1h"
zero_hour = 2026-11-28T23:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T04:00:00Z }
update_every = "30m"
[people.ana]
name = "Ana"
role = "lead"
substitute = "bo"
[people.bo]
name = "Bo"
contact = "ext 1"
substitute = "ana"
[[phases]]
title = "One"
flow = "parallel"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "bo", duration = "25m", notice = "10m" },
  { id = "soak", title = "Soak", kind = "wait", duration = "15m" },
  { id = "later", title = "Later", owner = "bo", duration = "5m", notice = "10m", not_before = "T+30m" },
]
[[phases]]
title = "Two"
after = []
steps = [
  { id = "gate", title = "Go?", kind = "gate" },
  { id = "open", title = "Open", owner = "ana", duration = "5m" },
]
[steps.gate]
deadline = "T-10m"
[[intervals]]
id = "read-only"
title = "Customers cannot write"
from = { step = "freeze", on = "start" }
to = { step = "open", on = "finish" }
limit = "50m"
[[messages]]
id = "word"
audience = "Executives"
text = "{{ title }} is {{ rag }}"
"#;

fn begun() -> Night {
    let mut night = Night::open(PLAN);
    night.at("22:00").ok("bo", begin("freeze"));
    night.ok("bo", begin("soak"));
    night
}

fn at(night: &Night, word: &str) -> Session {
    let mut night = night.clone();
    night.at(word);
    Session::of(night, "ana", (200, 60))
}

/// The line of timers below the header.
fn strip(s: &Session) -> String {
    let area = areas(&s.model).strip;
    if area.height == 0 {
        return String::new();
    }
    s.screen().lines().nth(usize::from(area.y)).unwrap_or_default().to_owned()
}

fn row(s: &Session, what: &str) -> String {
    let screen = s.screen();
    screen.lines().find(|line| line.contains(what)).expect(what).to_owned()
}

#[test]
fn the_strip_counts_intervals_waits_deadlines_and_the_next_update() {
    let night = begun();
    let cases = [
        ("22:03:12", ["Customers cannot write 3:12 of 50:00", "1.2 Soak 11:48 left", "in 26m"]),
        ("22:15", ["15:00 of 50:00", "1.2 Soak elapsed: complete it", "by 22:50 35:00 left"]),
        ("22:30:30", ["30:30 of 50:00", "decide 2.1 by 22:50 19:30 left", "DUE NOW (U)"]),
        ("22:53", ["53:00 of 50:00, OVER", "3m PAST", "OVERDUE 23m"]),
    ];
    for (when, says) in cases {
        let s = at(&night, when);
        for words in says {
            assert!(strip(&s).contains(words), "{when}: {words}: {}", strip(&s));
        }
    }
    // What is past comes first.
    let line = strip(&at(&night, "22:35"));
    assert!(line.find("OVERDUE 5m") < line.find("35:00 of 50:00"), "{line}");
}

#[test]
fn the_strip_takes_a_line_only_where_there_is_room_and_something_is_timed() {
    let night = begun();
    assert_eq!(strip(&Session::on(Night::open(PLAN))), "", "nothing has begun");
    for (height, lines) in [(17, 0), (18, 1), (24, 1)] {
        let s = Session::of(night.clone(), "ana", (80, height));
        assert_eq!(areas(&s.model).strip.height, lines, "{height}");
    }
    let mut over = night;
    over.at("22:10").ok("ana", Event::RunCanceled { reason: None });
    assert_eq!(strip(&Session::on(over)), "");
}

#[test]
fn a_row_tells_elapsed_against_plan_and_estimate_and_waits_count_down() {
    let mut night = begun();
    let s = at(&night, "22:15:48");
    assert!(row(&s, "1.1  ").contains("running 15:48/25m"), "{}", s.screen());
    assert!(row(&s, "1.2  ").contains("elapsed 15:48"), "{}", s.screen());
    assert!(row(&at(&night, "22:10:48"), "1.2  ").contains("4:12 left of 15m"));
    let estimate = Event::StepEstimated { step: "freeze".into(), attempt: 1, remaining_s: 1_800 };
    night.at("22:10").ok("bo", estimate);
    let s = at(&night, "22:15:48");
    assert!(row(&s, "1.1  ").contains("running 15:48/25m ~40m"), "{}", s.screen());
    // On a small screen the estimate stays: it is what counts.
    let mut small = night.clone();
    small.at("22:15:48");
    let s = Session::of(small, "ana", (72, 24));
    assert!(row(&s, "1.1  ").contains("15:48/~40m"), "{}", s.screen());
}

#[test]
fn late_starts_are_marked_by_a_sign_and_in_words() {
    let mut night = begun();
    night.at("22:50").ok("ana", note("nothing"));
    let s = at(&night, "22:52");
    let line = row(&s, "2.1  ");
    assert!(line.contains('!') && line.contains("2m past"), "{line}");
    assert!(row(&at(&night, "22:45"), "2.1  ").contains("5:00 left"));
    let mut s = at(&night, "22:52");
    s.model.steps.cursor = Cursor::Step("gate".into());
    assert!(s.screen().contains("past its planned start"), "{}", s.screen());
}

/// A deadline written as a T time moves by the hold, the window does not.
#[test]
fn a_hold_moves_the_deadline_and_stops_the_t_clock_but_no_interval() {
    let mut night = begun();
    night.at("22:10").ok("ana", hold("vendor"));
    night.at("22:25").ok("ana", Event::RunResumed {});
    let s = at(&night, "22:45");
    assert!(strip(&s).contains("by 23:05 20:00 left"), "{}", strip(&s));
    assert!(strip(&s).contains("45:00 of 50:00"), "{}", strip(&s));
    let head = s.screen().lines().next().unwrap().to_owned();
    assert!(head.contains("T−00:30") && head.contains("closes 04:00 (5h15m)"), "{head}");
}

/// Clocks in London go back at 01:00 UTC on 2026-10-25, and midnight lies in between.
#[test]
fn timers_go_on_across_midnight_and_a_clock_change() {
    let text = PLAN
        .replace("2026-11-28T23:00:00Z", "2026-10-25T00:30:00Z")
        .replace("2026-11-28T22:00:00Z", "2026-10-24T22:00:00Z")
        .replace("2026-11-29T04:00:00Z", "2026-10-25T04:00:00Z");
    let time = |word: &str| word.parse().unwrap();
    let mut night = Night::open(&text);
    night.now = time("2026-10-24T22:50:00Z");
    night.ok("bo", begin("freeze"));
    for (now, clock, elapsed) in [
        ("2026-10-24T23:10:00Z", "00:10 London", "running 20:00/25m"),
        ("2026-10-25T00:50:00Z", "01:50 London", "over 2:00:00/25m"),
        ("2026-10-25T01:20:00Z", "01:20 London", "over 2:30:00/25m"),
    ] {
        let mut later = night.clone();
        later.now = time(now);
        let s = Session::of(later, "ana", (200, 60));
        assert!(s.screen().contains(clock), "{now}: {}", s.screen());
        assert!(row(&s, "1.1  ").contains(elapsed), "{now}: {}", row(&s, "1.1  "));
        assert!(s.screen().contains("closes 04:00"), "{now}");
    }
}

/// The laptop slept: one tick brings everything up to date.
#[test]
fn after_a_silence_one_tick_is_enough() {
    let mut s = Session::of(begun(), "ana", (200, 60));
    s.wait(53 * 60);
    assert!(strip(&s).contains("53:00 of 50:00, OVER"), "{}", strip(&s));
    // A clock that is set back shows nothing absurd either.
    s.send(golive::cockpit::msg::Msg::Tick(clock("21:00")));
    assert!(!s.screen().contains("−0:"), "{}", s.screen());
}

#[test]
fn one_key_copies_the_message_and_the_reminder_begins_anew() {
    let mut night = begun();
    night.at("22:40");
    let mut s = Session::of(night, "ana", (200, 60));
    assert!(strip(&s).contains("OVERDUE 10m (U)"), "{}", strip(&s));
    s.keys("U<Ctrl-s>");
    assert!(s.effects.iter().any(|e| matches!(e, Effect::Copy(text) if text.contains("Timed is"))));
    assert!(strip(&s).contains("in 30m (U)"), "{}", strip(&s));
    assert_eq!(s.night.state.sent.len(), 1);
}

#[test]
fn the_call_list_says_who_was_reached_and_whom_to_try_instead() {
    let mut night = begun();
    let call =
        |answer| Event::PersonCalled { person: "bo".into(), answer, step: Some("later".into()) };
    night.at("22:30");
    let mut s = Session::of(night.clone(), "ana", (120, 40));
    s.keys("#");
    assert_eq!(s.model.view, View::Calls);
    assert!(row(&s, "1.3 Later").contains("23:20") && row(&s, "1.3 Later").contains("in 50m"));
    night.at("23:22").ok("ana", call(CallAnswer::NoAnswer));
    night.ok("ana", call(CallAnswer::NoAnswer));
    let mut s = Session::of(night.clone(), "ana", (120, 40));
    s.keys("#");
    assert!(row(&s, "1.3 Later").contains("NO ANSWER (2×), try ana"), "{}", s.screen());
    assert!(s.screen().contains("CALL bo 1.3 now, no answer"), "{}", s.screen());
    // The card knows for which step it is, and offers the substitute.
    s.keys("p");
    assert!(s.screen().contains("For 1.3 Later") && s.screen().contains("Ana stands in"));
    s.keys("<Down><Enter><Enter>");
    let mut answered = night.clone();
    answered.ok("ana", call(CallAnswer::Answered));
    let mut s = Session::of(answered, "ana", (120, 40));
    s.keys("#");
    assert!(row(&s, "1.3 Later").contains("reached at 23:22"), "{}", s.screen());
    assert!(s.screen().contains("CALL –"), "{}", s.screen());
}

#[test]
fn the_next_update_is_on_the_bridge_too() {
    let mut night = begun();
    night.at("22:40");
    let mut s = Session::of(night, "ana", (80, 24));
    s.keys("&");
    assert_eq!(s.model.view, View::Bridge);
    assert!(row(&s, "NEXT UPDATE").contains("OVERDUE 10m"), "{}", s.screen());
    s.keys("<Esc>");
    assert_eq!(s.model.view, View::Steps);
}
