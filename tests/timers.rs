//! Everything that counts down or up: right across midnight, over a change of the clocks, in holds.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Call, Event, Mode, Time, forecast};
use support::*;

/// Zone London; the night in which the clocks go back at 01:00 Z.
const PLAN: &str = r#"
format = 1
[release]
title = "Timers"
timezone = "Europe/London"
zero_hour = 2026-10-24T23:30:00+01:00
window = { opens = 2026-10-24T23:00:00+01:00, closes = 2026-10-25T03:00:00+00:00 }
update_every = "30m"
[people.ana]
role = "lead"
[people.bo]
name = "Bo"
contact = "ext 7"
substitute = "cy"
[people.cy]
contact = "ext 8"
[[phases]]
title = "All"
flow = "parallel"
steps = [
  { id = "soak", title = "Soak", kind = "wait", duration = "90m", owner = "ana" },
  { id = "by-t", title = "By T?", kind = "gate", deadline = "T+2h" },
  { id = "by-wall", title = "By wall?", kind = "gate", deadline = 2026-10-25T01:15:00+00:00 },
  { id = "switch", title = "Switch", duration = "10m", owner = "bo", notice = "20m", needs = ["soak"] },
  { id = "warm", title = "Warm", duration = "10m", owner = "team DB", notice = "5m", needs = ["switch"] },
  { id = "early", title = "Early", duration = "10m", owner = "ana" },
]
[[intervals]]
id = "frozen"
title = "Frozen"
from = { step = "soak", on = "start" }
to = { step = "switch", on = "finish" }
limit = "2h"
[[messages]]
id = "exec"
text = "{{ title }}: roll back by {{ roll_back_by }}"
"#;

fn utc(word: &str) -> Time {
    format!("2026-10-{word}:00Z").parse().expect("a time")
}

/// Begun at 23:30 BST (22:30 Z), the soak with it.
fn night() -> Night {
    let mut n = Night::open_at(PLAN, Mode::Live, "ana", utc("24T22:00"));
    n.now = utc("24T22:30");
    n.ok("ana", begin("soak"));
    n
}

#[test]
fn the_window_counts_in_real_seconds_whatever_the_wall_clock_shows() {
    let mut n = night();
    // 23:00 BST was 30 m ago; 03:00 GMT is 22:30 Z → 03:00 Z: four and a half hours.
    let (opens, closes) = n.state.window_due(n.now).expect("a window");
    assert_eq!((opens.left, closes.left), (-30 * 60, 4 * 3600 + 1800));
    // 01:30 shows twice: an hour apart.
    n.now = utc("25T00:30");
    assert_eq!(n.state.window_due(n.now).expect("a window").1.left, 2 * 3600 + 1800);
    n.now = utc("25T01:30");
    assert_eq!(n.state.window_due(n.now).expect("a window").1.left, 3600 + 1800);
    let open_end = Night::open(
        "format = 1\n[release]\ntitle = \"T\"\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"S\", duration = \"1m\" }]",
    );
    assert_eq!(open_end.state.window_due(open_end.now), None);
}

#[test]
fn a_wait_goes_on_in_a_hold_and_stands_still_while_it_is_blocked() {
    let mut n = night();
    // Over midnight, local and UTC.
    n.now = utc("25T00:10");
    let soak = n.state.waits(n.now)[0];
    assert_eq!((soak.step, soak.left, soak.ends), (n.ix("soak"), -10 * 60, Some(utc("25T00:00"))));
    let mut n = night();
    n.now = utc("24T23:00");
    n.ok("ana", hold("x"));
    n.now = utc("24T23:20");
    assert_eq!(n.state.waits(n.now)[0].left, 40 * 60, "90 − 50: a hold stops no work");
    n.ok("ana", block("soak"));
    n.now = utc("24T23:35");
    let blocked = n.state.waits(n.now)[0];
    assert_eq!((blocked.left, blocked.ends), (40 * 60, None));
    n.ok("ana", unblock("soak"));
    n.now = utc("24T23:45");
    assert_eq!(n.state.waits(n.now)[0].ends, Some(utc("25T00:15")));
    n.now = utc("25T00:20");
    n.ok("ana", done("soak"));
    assert!(n.state.waits(n.now).is_empty());
}

#[test]
fn deadlines_on_the_t_clock_move_with_holds_and_those_on_the_wall_do_not() {
    let mut n = night();
    let told = |n: &Night| {
        let deadlines = forecast(&n.state, n.now).deadlines(&n.state, n.now);
        deadlines
            .iter()
            .map(|d| (n.state.plan.steps[d.step].id.clone(), d.due.left / 60))
            .collect::<Vec<_>>()
    };
    let both = |first: (&str, i64), second: (&str, i64)| {
        vec![(first.0.to_owned(), first.1), (second.0.to_owned(), second.1)]
    };
    // T+2h is 00:30 Z, two hours ahead; 01:15 GMT is 01:15 Z.
    assert_eq!(told(&n), both(("by-t", 120), ("by-wall", 165)));
    n.now = utc("24T23:00");
    n.ok("ana", hold("x"));
    n.now = utc("25T00:00");
    // An hour held: T+2h is 01:30 Z now.
    assert_eq!(told(&n), both(("by-wall", 75), ("by-t", 90)));
    n.ok("ana", Event::RunResumed {});
    n.now = utc("25T01:20");
    assert_eq!(told(&n), both(("by-wall", -5), ("by-t", 10)));
    n.ok("ana", decide("by-wall", golive::run::Decision::Go));
    assert_eq!(told(&n), vec![("by-t".to_owned(), 10)]);
}

#[test]
fn an_interval_runs_from_one_end_to_the_other() {
    let mut n = night();
    n.now = utc("24T23:59");
    let timer = n.state.interval_timers(n.now)[0];
    assert_eq!((timer.elapsed, timer.limit, timer.running), (89 * 60, Some(7200), true));
    n.now = utc("25T00:00");
    n.ok("ana", done("soak"));
    n.ok("bo", begin("switch"));
    n.now = utc("25T01:10");
    n.ok("bo", done("switch"));
    n.now = utc("25T02:00");
    let timer = n.state.interval_timers(n.now)[0];
    assert_eq!(
        (timer.elapsed, timer.running),
        (160 * 60, false),
        "and the clocks went back meanwhile"
    );
}

#[test]
fn stakeholders_hear_every_half_hour() {
    let mut n = Night::open_at(PLAN, Mode::Live, "ana", utc("24T22:00"));
    assert_eq!(n.state.update_due(n.now), None, "not before the start");
    n.now = utc("24T22:30");
    n.ok("ana", begin("soak"));
    n.now = utc("24T22:50");
    assert_eq!(n.state.update_due(n.now).expect("due").left, 600);
    n.ok(
        "ana",
        Event::MessageSent {
            message: "exec".to_owned(),
            step: None,
            text: "x".to_owned(),
            how: golive::run::MessageHow::Copied,
        },
    );
    n.now = utc("24T23:30");
    assert_eq!(n.state.update_due(n.now).expect("due").left, -600, "overdue");
}

#[test]
fn owners_are_called_before_their_step() {
    let mut n = night();
    let calls = |n: &Night| forecast(&n.state, n.now).calls(&n.state, n.now);
    let brief = |call: &Call| (call.person.clone(), call.due.left / 60, call.no_answer);
    // Soak ends 00:00 Z: bo 23:40 (70 m ahead); warm 00:10 Z: the team 00:05 (95 m).
    let told = calls(&n);
    assert_eq!(
        told.iter().map(brief).collect::<Vec<_>>(),
        [("bo".to_owned(), 70, false), ("team DB".to_owned(), 95, false)]
    );
    assert_eq!(told[0].contact.as_deref(), Some("ext 7"));
    assert_eq!((told[0].substitute.as_deref(), told[0].start), (Some("cy"), utc("25T00:00")));
    n.now = utc("24T23:45");
    let call = |person: &str, answer| Event::PersonCalled {
        person: person.to_owned(),
        answer,
        step: Some("switch".to_owned()),
    };
    n.ok("ana", call("bo", golive::run::CallAnswer::NoAnswer));
    assert_eq!(brief(&calls(&n)[0]), ("bo".to_owned(), -5, true));
    // The substitute takes over, and is called; an answer ends it, so does standing by.
    n.ok("ana", Event::SubstituteActive { person: "bo".to_owned(), substitute: "cy".to_owned() });
    assert_eq!(brief(&calls(&n)[0]), ("cy".to_owned(), -5, false));
    n.ok("ana", call("cy", golive::run::CallAnswer::Answered));
    assert_eq!(calls(&n).len(), 1);
    n.ok("ana", stand_by("warm"));
    assert!(calls(&n).is_empty());
}

#[test]
fn what_should_have_begun_is_told_the_latest_first() {
    let mut n = night();
    n.now = utc("24T22:45");
    let late = forecast(&n.state, n.now).late_starts(&n.state, n.now);
    let told: Vec<_> =
        late.iter().map(|l| (n.state.plan.steps[l.step].id.as_str(), l.late)).collect();
    assert_eq!(told, [("by-t", 900), ("by-wall", 900), ("early", 900)]);
    n.ok("ana", begin("early"));
    assert_eq!(forecast(&n.state, n.now).late_starts(&n.state, n.now).len(), 2);
}
