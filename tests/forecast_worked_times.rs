//! Small runbooks whose times were worked out by hand: what waits for gates, choices, holds, starts
//! and fixed moments, and how long it may; with float, finish and RAG at several moments of a run.
//! The arithmetic stands beside each example.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Event, Mode, Time, forecast};
use support::worked::*;
use support::*;

/// 22:00 prepare 20 m; gate, decided by 22:30; open 15 m. Beside it, report 10 m after prepare.
const GATE: &str = r#"
format = 1
[release]
title = "Gate"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z }
[people.ana]
role = "lead"
[[phases]]
title = "All"
steps = [
  { id = "prepare", title = "Prepare", duration = "20m", owner = "ana" },
  { id = "gate", title = "Open?", kind = "gate", deadline = "T+30m" },
  { id = "open", title = "Open", duration = "15m", owner = "ana" },
  { id = "report", title = "Report", duration = "10m", owner = "ana", needs = ["prepare"] },
]
"#;

#[test]
fn a_gate_that_waits_counts_as_decided_now() {
    let mut n = Night::open(GATE);
    begun(&mut n, "22:00", "prepare");
    told(&n, "finish 22:35 | no ladder | green");
    steps(&n, &["gate 22:20–22:20 0m critical", "report 22:20–22:30 5m"]);
    finished(&mut n, "22:20", "prepare");
    begun(&mut n, "22:20", "report");
    // Nobody decides: at 22:28 open would take until 22:43; ten minutes of slip are allowed.
    n.at("22:28");
    told(&n, "finish 22:43 | no ladder | green");
    steps(
        &n,
        &[
            "gate 22:28–22:28 0m critical late",
            "open 22:28–22:43 0m critical late",
            "report 22:20–22:30 13m",
        ],
    );
    // Past the deadline: 22:31 + 15 = 22:46, 11 m later than planned.
    n.at("22:31");
    told(
        &n,
        "finish 22:46 | no ladder | amber: finish expected 11m later than planned; 1.2 is past its \
         deadline",
    );
    // A hold of four minutes moves a T deadline: it was passed at 22:30, and stays passed; but one
    // begun before it has come puts it off.
    let mut held = Night::open(GATE);
    begun(&mut held, "22:00", "prepare");
    held.at("22:10").ok("ana", hold("network"));
    held.at("22:14").ok("ana", Event::RunResumed {});
    finished(&mut held, "22:20", "prepare");
    held.at("22:33");
    told(&held, "finish 22:48 | no ladder | amber: finish expected 13m later than planned");
    held.at("22:35");
    told(
        &held,
        "finish 22:50 | no ladder | amber: finish expected 15m later than planned; 1.2 is past its \
         deadline",
    );
}

/// choice; warm: 10 m. cold: 15 m, then again 15 m. Both: open 5 m.
const CHOICE: &str = r#"
format = 1
[release]
title = "Choice"
zero_hour = 2026-11-28T22:00:00Z
[people.ana]
role = "lead"
[[phases]]
title = "All"
flow = "parallel"
steps = [
  { id = "stop", title = "Stop", duration = "10m", owner = "ana" },
  { id = "route", title = "Which?", kind = "choice", needs = ["stop"], options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }] },
  { id = "warm", title = "Warm up", duration = "10m", owner = "ana", needs = ["route"], when = { step = "route", is = "warm" } },
  { id = "fill", title = "Fill", duration = "15m", owner = "ana", needs = ["route"], when = { step = "route", is = "cold" } },
  { id = "check", title = "Check", duration = "15m", owner = "ana", needs = ["fill"], when = { step = "route", is = "cold" } },
  { id = "open", title = "Open", duration = "5m", owner = "ana", needs = ["warm", "check"] },
]
"#;

#[test]
fn an_open_choice_counts_as_the_option_that_ends_latest() {
    let mut n = Night::open(CHOICE);
    // Cold: 10 + 15 + 15 + 5 = 45 m. Warm, if it were chosen, would begin at 22:10.
    told(&n, "finish 22:45 | no ladder | green");
    steps(
        &n,
        &[
            "route 22:10–22:10 0m critical",
            "warm 22:10–22:20",
            "fill 22:10–22:25 0m critical",
            "check 22:25–22:40 0m critical",
            "open 22:40–22:45 0m critical",
        ],
    );
    begun(&mut n, "22:00", "stop");
    finished(&mut n, "22:12", "stop");
    // Two minutes late, and cold it is until somebody says otherwise.
    told(&n, "finish 22:47 | no ladder | green");
    n.ok("ana", choose("route", "warm"));
    // Warm: 22:12 + 10 + 5 = 22:27, 18 m before plan.
    told(&n, "finish 22:27 | no ladder | green");
    steps(
        &n,
        &["warm 22:12–22:22 0m critical late", "fill 22:12–22:12", "open 22:22–22:27 0m critical"],
    );
}

/// London, the night in which the clocks go back: 02:00 BST is 01:00 GMT (01:00 Z).
/// 23:30 BST (22:30 Z) copy 60 m; check, not before T+3h (01:00 GMT), 20 m; gate until T+4h.
const CLOCKS_GO_BACK: &str = r#"
format = 1
[release]
title = "Clocks"
timezone = "Europe/London"
start = "T+30m"
zero_hour = 2026-10-24T23:00:00+01:00
window = { opens = 2026-10-24T23:00:00+01:00, closes = 2026-10-25T03:30:00+00:00 }
[people.ana]
role = "lead"
[[phases]]
title = "All"
steps = [
  { id = "copy", title = "Copy", duration = "60m", owner = "ana" },
  { id = "check", title = "Check", duration = "20m", owner = "ana", not_before = "T+3h" },
  { id = "late", title = "Late", duration = "10m", owner = "ana", not_before = 2026-10-25T02:00:00+00:00 },
  { id = "gate", title = "Good?", kind = "gate", deadline = "T+4h" },
]
[[rollbacks]]
id = "back"
title = "Back"
steps = [{ id = "restore", title = "Restore", duration = "30m", owner = "ana" }]
"#;

#[test]
fn a_hold_over_midnight_in_the_night_the_clocks_go_back() {
    let utc = |word: &str| format!("2026-10-{word}:00Z").parse::<Time>().expect("a time");
    let mut n = Night::open_at(CLOCKS_GO_BACK, Mode::Live, "ana", utc("24T22:00"));
    n.now = utc("24T22:30");
    n.ok("ana", begin("copy"));
    // Copy 23:30–00:30 BST. Check from T+3h = 22:00 Z + 3 h = 01:00 Z, which is 01:00 GMT: the second
    // 01:00 of the night. Late at 02:00 GMT.
    told(&n, "finish 02:10 | back 30m by 03:00, after check: back 30m by 03:00 | green");
    steps(&n, &["copy 23:30–00:30 130m", "check 01:00–01:20 40m", "late 02:00–02:10 0m critical"]);
    // Held from 23:50 BST (22:50 Z) on. At 00:20 BST (23:20 Z): 30 m so far. T+3h is 01:30 GMT now;
    // datetimes and the window stay where they are. Copy runs on, and so does its time.
    n.now = utc("24T22:50");
    n.ok("ana", hold("fire drill"));
    n.now = utc("24T23:20");
    told(
        &n,
        "finish 02:10 | back 30m by 03:00, after check: back 30m by 03:00 | amber: held: fire drill",
    );
    steps(&n, &["copy 23:30–00:30 130m", "check 01:30–01:50 10m", "late 02:00–02:10 0m critical"]);
    assert_eq!(n.state.t_clock(n.now), 50 * 60, "the T clock stands at T+50m");
    // Copy is done 00:30 BST; resumed 01:10 BST (00:10 Z): 80 m held. T+3h is 02:20 GMT: check ends
    // 02:40, late 02:50.
    n.now = utc("24T23:30");
    n.ok("ana", done("copy"));
    n.now = utc("25T00:10");
    n.ok("ana", Event::RunResumed {});
    told(
        &n,
        "finish 02:50 | back 30m by 03:00, after check: back 30m by 03:00 | amber: finish expected \
         40m later than planned",
    );
    steps(&n, &["check 02:20–02:40 0m critical", "late 02:40–02:50 0m critical"]);
    // An hour of UTC later the wall clock shows 01:10 again, now GMT; nothing has moved.
    n.now = utc("25T01:10");
    steps(&n, &["check 02:20–02:40 0m critical late", "late 02:40–02:50 0m critical"]);
    // The gate's deadline, T+4h, is 02:00 Z + 80 m = 03:20 GMT: not passed when check ends at 02:45.
    n.now = utc("25T02:25");
    n.ok("ana", begin("check"));
    n.now = utc("25T02:45");
    let f = forecast(&n.state, n.now);
    assert!(f.reasons.iter().all(|reason| !reason.contains("deadline")), "{:?}", f.reasons);
}

#[test]
fn an_estimate_longer_than_the_plan_counts_instead_of_it() {
    let mut n = Night::open(SEQUENCE);
    begun(&mut n, "22:00", "freeze");
    // Three minutes in, ten more: 22:13 instead of 22:05, 8 m of slip.
    n.at("22:03").ok("ana", estimate("freeze", 10));
    told(&n, "finish 23:08 | back 5m by 23:20, after migrate: back 27m by 22:58 | green");
    steps(&n, &["freeze 22:00–22:13 0m critical", "migrate 22:13–22:43 0m critical"]);
    // 25 more are 28 in all: 23 m of slip. The last word counts, also when it is less.
    n.ok("ana", estimate("freeze", 25));
    told(
        &n,
        "finish 23:23 | back 5m by 23:20, after migrate: back 27m by 22:58 | amber: finish expected \
         23m later than planned",
    );
    n.ok("ana", estimate("freeze", 1));
    told(&n, "finish 22:59 | back 5m by 23:20, after migrate: back 27m by 22:58 | green");
    // An estimate that has run out: it ends now, and since 22:05 it takes longer than planned.
    n.at("22:09");
    told(
        &n,
        "finish 23:04 | back 5m by 23:20, after migrate: back 27m by 22:58 | amber: 1.1 overruns by 4m",
    );
}

/// a 22:00, 10 m; b not before 22:30, 10 m, waits for a; c not before T+15m, 30 m; end after both.
const FIXED_STARTS: &str = r#"
format = 1
[release]
title = "Fixed"
zero_hour = 2026-11-28T22:00:00Z
[people.ana]
role = "lead"
[[phases]]
title = "All"
flow = "parallel"
steps = [
  { id = "a", title = "A", duration = "10m", owner = "ana" },
  { id = "b", title = "B", duration = "10m", owner = "ana", needs = ["a"], not_before = 2026-11-28T22:30:00Z },
  { id = "c", title = "C", duration = "30m", owner = "ana", not_before = "T+15m" },
  { id = "end", title = "End", kind = "milestone", needs = ["b", "c"] },
]
"#;

#[test]
fn fixed_starts_hold_whatever_comes_before() {
    let mut n = Night::open(FIXED_STARTS);
    // b 22:30–22:40, c 22:15–22:45: ends 22:45. a may slip 22:10 → 22:35 (b's latest start): 25 m.
    told(&n, "finish 22:45 | no ladder | green");
    steps(
        &n,
        &[
            "a 22:00–22:10 25m",
            "b 22:30–22:40 5m",
            "c 22:15–22:45 0m critical",
            "end 22:45–22:45 0m critical",
        ],
    );
    begun(&mut n, "22:12", "a");
    // Twelve minutes late, and b does not care: 22:22 is before 22:30.
    steps(&n, &["a 22:12–22:22 13m late", "b 22:30–22:40 5m"]);
    // A hold of 20 m from 22:13 moves c to T+15m = 22:35, b not.
    n.at("22:13").ok("ana", hold("x"));
    n.at("22:33").ok("ana", Event::RunResumed {});
    told(&n, "finish 23:05 | no ladder | amber: finish expected 20m later than planned");
    steps(&n, &["c 22:35–23:05 0m critical late", "b 22:33–22:43 22m late"]);
}

/// dig 60 m; lay: 10 m after dig has started, 60 m; fill: 5 m after lay has started, and after dig
/// has ended, 20 m.
const SIDE_BY_SIDE: &str = r#"
format = 1
[release]
title = "Trench"
zero_hour = 2026-11-28T22:00:00Z
[people.ana]
role = "lead"
[[phases]]
title = "All"
flow = "parallel"
steps = [
  { id = "dig", title = "Dig", duration = "60m", owner = "ana" },
  { id = "lay", title = "Lay", duration = "60m", owner = "ana", needs = [{ step = "dig", on = "start", lag = "10m" }] },
  { id = "fill", title = "Fill", duration = "20m", owner = "ana", needs = [{ step = "lay", on = "start", lag = "5m" }, { step = "dig", lag = "3m" }] },
]
"#;

#[test]
fn what_hangs_on_a_start_begins_with_it() {
    let mut n = Night::open(SIDE_BY_SIDE);
    // dig 22:00–23:00; lay 22:10–23:10; fill: max(22:15, 23:03) = 23:03–23:23.
    // lay: its start may slip to 22:58 for fill (48 m), its end to 23:23 (13 m): 13 m.
    told(&n, "finish 23:23 | no ladder | green");
    steps(
        &n,
        &["dig 22:00–23:00 0m critical", "lay 22:10–23:10 13m", "fill 23:03–23:23 0m critical"],
    );
    // dig begins at 22:04; lay at 22:20, six minutes after it might.
    begun(&mut n, "22:04", "dig");
    steps(&n, &["lay 22:14–23:14 13m", "fill 23:07–23:27 0m critical"]);
    begun(&mut n, "22:20", "lay");
    steps(
        &n,
        &["dig 22:04–23:04 0m critical", "lay 22:20–23:20 7m", "fill 23:07–23:27 0m critical"],
    );
    // dig is left, undone, at 22:30: nothing but lay holds fill up, and its lag counts from 22:30.
    n.at("22:30").ok("ana", skip("dig"));
    steps(&n, &["lay 22:20–23:20 0m critical", "fill 22:33–22:53 27m"]);
    // Skipped before it ever began, it holds nothing up, and its lag does not count.
    let mut n = Night::open(SIDE_BY_SIDE);
    n.at("22:01").ok("ana", skip("dig"));
    steps(&n, &["lay 22:01–23:01 0m critical", "fill 22:06–22:26 35m"]);
}

/// 22:00 a 20 m and b 10 m side by side, then c 10 m. An interval of 30 m at most from a to c.
const BESIDE: &str = r#"
format = 1
[release]
title = "Beside"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T22:40:00Z }
[people.ana]
role = "lead"
[[phases]]
title = "Both"
flow = "parallel"
steps = [
  { id = "a", title = "A", duration = "20m", owner = "ana" },
  { id = "b", title = "B", duration = "10m", owner = "ana" },
]
[[phases]]
title = "Then"
steps = [{ id = "c", title = "C", duration = "10m", owner = "ana" }]
[[intervals]]
id = "dark"
title = "Dark"
from = { step = "a", on = "start" }
to = { step = "c", on = "start" }
limit = "30m"
"#;

#[test]
fn a_blocked_step_is_red_once_everything_waits_for_it() {
    let mut n = Night::open(BESIDE);
    begun(&mut n, "22:00", "a");
    begun(&mut n, "22:00", "b");
    n.at("22:04").ok("ana", block("b"));
    // All ten minutes of b are to come: 22:14, six before a.
    told(&n, "finish 22:30 | no ladder | amber: 1.2 blocked");
    steps(&n, &["b 22:00–22:14 6m", "a 22:00–22:20 0m critical"]);
    // At 22:12: 22:22, two minutes after a; c ends 22:32.
    n.at("22:12");
    told(&n, "finish 22:32 | no ladder | red: 1.2 blocked");
    // Unblocked: 10 m of work from 22:00 and 8 blocked: 22:18.
    n.ok("ana", unblock("b"));
    told(&n, "finish 22:30 | no ladder | green");
    // 25 of the 30 minutes (more than 24) have passed; a overruns by 5, and c cannot end before 22:35.
    finished(&mut n, "22:18", "b");
    n.at("22:25");
    told(&n, "finish 22:35 | no ladder | amber: 1.1 overruns by 5m; Dark: 25m of 30m");
    // Past 22:30 c ends after the window has closed at 22:40.
    n.at("22:31");
    told(
        &n,
        "finish 22:41 | no ladder | red: finish expected 1m after the window closes; finish expected \
         11m later than planned; 1.1 overruns by 11m; Dark: 31m of 30m",
    );
}

#[test]
fn a_rehearsal_leaves_out_what_is_not_for_it() {
    // verify is left out: migrate 22:05–22:35, open right after it, 22:35–22:45; as planned.
    let text = SEQUENCE.replace("{ id = \"verify\",", "{ id = \"verify\", in_rehearsal = false,");
    let mut n = Night::open_as(&text, Mode::Rehearsal, "ana");
    told(&n, "finish 22:45 | not needed, after freeze: back 5m by 23:20 | green");
    begun(&mut n, "22:00", "freeze");
    told(&n, "finish 22:45 | back 5m by 23:20, after migrate: back 27m by 22:58 | green");
    steps(&n, &["migrate 22:05–22:35 0m critical", "open 22:35–22:45 0m critical"]);
}

#[test]
fn nothing_starts_before_the_planned_start_and_everything_from_now_on_when_it_is_past() {
    let mut n = Night::open(&SEQUENCE.replace("start = \"T+0m\"", "start = \"T+20m\""));
    n.now = start() - chrono::TimeDelta::hours(3);
    // 22:20 + 60.
    told(&n, "finish 23:20 | not needed, after freeze: back 5m by 23:20 | green");
    n.at("22:31");
    told(
        &n,
        "finish 23:31 | not needed, after freeze: back 5m by 23:20 | red: finish expected 1m after the \
         window closes; finish expected 11m later than planned",
    );
}

#[test]
fn a_zero_hour_that_is_moved_before_the_start_moves_the_plan() {
    let mut n = Night::open(&SEQUENCE.replace("start = \"T+0m\"", "start = \"T+20m\""));
    n.ok(
        "ana",
        Event::RunRescheduled {
            window: None,
            zero_hour: Some(clock("22:05")),
            approver: None,
            reference: None,
            reason: None,
        },
    );
    // 22:05 + 20 + 60. The window stays where it is.
    told(&n, "finish 23:25 | not needed, after freeze: back 5m by 23:20 | green");
    steps(&n, &["freeze 22:25–22:30 0m critical"]);
}
