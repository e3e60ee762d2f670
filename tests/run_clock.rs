//! T clock, holds, blocked time, rehearsals, rescheduling: every duration stays right.

mod support;

use golive::run::{Event, Mode, WindowTimes};
use golive::runbook::Moment;
use support::*;

const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
start = "T-1h"
zero_hour = 2026-11-28T23:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T04:00:00Z }
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
flow = "parallel"
steps = [ { id = "a", title = "A", duration = "5m" }, { id = "b", title = "B", duration = "1h", not_before = "T+30m" } ]
"#;

#[test]
fn the_t_clock_stands_still_in_a_hold_and_the_window_does_not_move() {
    let mut n = Night::open(PLAN);
    n.ok("ana", Event::RunStarted {});
    assert_eq!(n.state.t_clock(clock("22:30")), -1800);
    n.at("22:40").ok("ana", hold("storm"));
    assert_eq!(n.state.t_clock(clock("22:50")), -1200);
    assert_eq!(n.state.t_clock(clock("23:10")), -1200);
    n.at("23:10").ok("ana", Event::RunResumed {});
    assert_eq!(n.state.t_clock(clock("23:30")), 0);
    assert_eq!(n.state.zero_hour(clock("23:30")), clock("23:30"));
    assert_eq!(n.state.moment(Moment::T(1800), clock("23:30")), clock("00:00"));
    let window = n.state.window(clock("23:30")).expect("a window");
    assert_eq!(window.closes, clock("04:00"));
    assert_eq!(n.state.hold_secs(clock("23:30")), 1800);
    // A moment before the hold stays where it was.
    assert_eq!(n.state.moment(Moment::T(-1800), clock("23:30")), clock("22:30"));
    // A second hold, over midnight, after zero hour.
    n.at("23:50").ok("ana", hold("again"));
    n.at("00:20").ok("ana", Event::RunResumed {});
    assert_eq!(n.state.t_clock(clock("00:30")), 30 * 60);
    assert_eq!(n.state.moment(Moment::T(1800), clock("00:30")), clock("00:30"));
}

#[test]
fn hold_time_is_not_taken_out_of_a_running_step_and_blocked_time_is() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("a"));
    n.at("22:10").ok("ana", hold("storm"));
    n.at("22:20").ok("ana", block("a"));
    n.at("22:35").ok("ana", unblock("a"));
    n.at("22:40").ok("ana", done("a"));
    assert_eq!(n.state.elapsed(n.ix("a"), clock("23:00")), Some(25 * 60));
}

#[test]
fn a_rehearsal_moves_every_time_to_now_and_keeps_them_on_request() {
    let mut n = Night::open_as(PLAN, Mode::Rehearsal, "ana");
    n.at("22:30");
    assert_eq!(n.state.t_clock(n.now), -3600, "before it starts, it starts now");
    n.ok("ana", Event::RunStarted {});
    assert_eq!(n.state.zero_hour(clock("22:45")), clock("23:30"));
    assert_eq!(n.state.window(clock("22:45")).expect("a window").closes, clock("04:30"));
    let live = Night::open(PLAN);
    assert_eq!(live.state.zero_hour(clock("22:45")), clock("23:00"));
}

#[test]
fn rescheduling_counts_holds_from_then_on() {
    let mut n = Night::open(PLAN);
    n.ok("ana", Event::RunStarted {});
    n.at("22:10").ok("ana", hold("storm"));
    n.at("22:30").ok("ana", Event::RunResumed {});
    let moved = Event::RunRescheduled {
        window: Some(WindowTimes { opens: clock("22:00"), closes: clock("05:00") }),
        zero_hour: Some(clock("00:00")),
        approver: Some("CAB".to_owned()),
        reference: None,
        reason: None,
    };
    n.at("22:40").ok("ana", moved);
    assert_eq!(n.state.t_clock(clock("23:00")), -3600, "the earlier hold is history");
    assert_eq!(n.state.window(n.now).expect("a window").closes, clock("05:00"));
    n.at("23:00").ok("ana", hold("again"));
    n.at("23:15").ok("ana", Event::RunResumed {});
    assert_eq!(n.state.zero_hour(n.now), clock("00:15"));
}

#[test]
fn not_before_moves_with_the_hold() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("a"));
    n.at("23:31");
    assert!(n.state.is_ready(n.ix("b"), n.now));
    n.at("22:10").ok("ana", hold("storm"));
    n.at("22:20").ok("ana", Event::RunResumed {});
    assert!(!n.state.is_ready(n.ix("b"), clock("23:31")));
    assert!(n.state.is_ready(n.ix("b"), clock("23:40")));
}
