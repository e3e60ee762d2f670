//! Small runbooks whose forecast was worked out by hand: early and late times, float, finish, until
//! when one can roll back (now, and after the step that starts next), and RAG, at several moments of
//! a run. The arithmetic stands beside each example.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Event, Forecast, Mode, Rag, RollBack, Time, forecast};
use support::ladder::{end_well, take};
use support::*;

/// What is expected of some steps, a line each: `id start–finish float[ critical][ late]`; a step of
/// an option that is not reckoned with has no float.
#[track_caller]
fn steps(n: &Night, expected: &[&str]) {
    let f = forecast(&n.state, n.now);
    let told: Vec<String> = expected
        .iter()
        .map(|line| {
            let id = line.split(' ').next().expect("an id");
            let e = f.steps[n.ix(id)];
            let mut told = format!("{id} {}–{}", clock_of(n, e.start), clock_of(n, e.finish));
            if let Some(float) = e.float {
                told += &format!(" {}m", float / 60);
            }
            for (is, word) in [(e.critical, " critical"), (e.late, " late")] {
                told += if is { word } else { "" };
            }
            told
        })
        .collect();
    assert_eq!(told, expected);
}

/// Finish, the way back now and after the next step, and RAG with all reasons, in one line.
#[track_caller]
fn told(n: &Night, expected: &str) -> Forecast {
    let f = forecast(&n.state, n.now);
    let mut told = format!("finish {} | ", clock_of(n, f.finish));
    told += &way_back(n, &f.roll_back);
    if let Some((next, after)) = &f.after_next {
        told += &format!(", after {}: {}", n.state.plan.steps[*next].id, way_back(n, after));
    }
    let rag = [(Rag::Green, "green"), (Rag::Amber, "amber"), (Rag::Red, "red")];
    let rag = rag.iter().find(|(rag, _)| *rag == f.rag).expect("one of three").1;
    told += &format!(" | {rag}");
    if !f.reasons.is_empty() {
        told += &format!(": {}", f.reasons.join("; "));
    }
    assert_eq!(told, expected);
    f
}

fn way_back(n: &Night, roll_back: &RollBack) -> String {
    let rung = |ix: usize| n.state.plan.rollbacks[ix].id.clone();
    match roll_back {
        RollBack::NoLadder => "no ladder".to_owned(),
        RollBack::NotNeeded => "not needed".to_owned(),
        RollBack::By(way) => {
            let by = way.by.map_or_else(String::new, |by| format!(" by {}", clock_of(n, Some(by))));
            format!("{} {}m{by}", rung(way.rung), way.duration / 60)
        }
        RollBack::FixForward { since } => {
            format!("fix forward since {}", n.state.plan.steps[*since].id)
        }
        RollBack::On { rung: on, finish } => {
            format!("on {} until {}", rung(*on), clock_of(n, *finish))
        }
        RollBack::Over => "over".to_owned(),
    }
}

/// Hours and minutes in the runbook's zone; seconds only where there are any.
fn clock_of(n: &Night, at: Option<Time>) -> String {
    let Some(at) = at else { return "–".to_owned() };
    let local = at.with_timezone(&n.state.plan.release.timezone);
    let told = local.format("%H:%M:%S").to_string();
    told.strip_suffix(":00").map_or_else(|| told.clone(), str::to_owned)
}

fn begun(n: &mut Night, at: &str, step: &str) {
    n.at(at).ok("ana", begin(step));
}

fn finished(n: &mut Night, at: &str, step: &str) {
    n.at(at).ok("ana", done(step));
}

/// 22:00 freeze 5, migrate 30, verify 15, open 10: ends 23:00. The window closes 23:30.
/// Taking it back: restore 20 m (undoes migrate), then thaw 5 m; 5 m to decide; 2 m to stop migrate.
const SEQUENCE: &str = r#"
format = 1
[release]
title = "Sequence"
start = "T+0m"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:30:00Z }
decision_margin = "5m"
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze", duration = "5m", owner = "ana" },
  { id = "migrate", title = "Migrate", duration = "30m", abort = "2m", owner = "ana" },
  { id = "verify", title = "Verify", duration = "15m", owner = "ana" },
  { id = "open", title = "Open", duration = "10m", owner = "ana" },
]
[[rollbacks]]
id = "back"
title = "Back"
steps = [
  { id = "restore", title = "Restore", duration = "20m", owner = "ana", undoes = "migrate" },
  { id = "thaw", title = "Thaw", duration = "5m", owner = "ana" },
]
"#;

#[test]
fn a_sequence_and_its_rollback() {
    let mut n = Night::open(SEQUENCE);
    // Before: nothing has begun. Once freeze has, only thaw applies: 5 m; 23:30 − 5 − 5 = 23:20.
    told(&n, "finish 23:00 | not needed, after freeze: back 5m by 23:20 | green");
    steps(&n, &["freeze 22:00–22:05 0m critical", "open 22:50–23:00 0m critical"]);
    begun(&mut n, "22:00", "freeze");
    // After migrate: 2 to stop it + 20 + 5 = 27 m; 23:30 − 5 − 27 = 22:58.
    told(&n, "finish 23:00 | back 5m by 23:20, after migrate: back 27m by 22:58 | green");
    finished(&mut n, "22:05", "freeze");
    begun(&mut n, "22:05", "migrate");
    told(&n, "finish 23:00 | back 27m by 22:58, after verify: back 25m by 23:00 | green");
    // 22:47: 11 of the 58 minutes from 22:00 to 22:58 are left, less than a fifth (11:36). migrate
    // should have ended 22:35 and overruns by 12 m: verify and open end 23:12.
    n.at("22:47");
    told(
        &n,
        "finish 23:12 | back 27m by 22:58, after verify: back 25m by 23:00 | amber: finish expected \
         12m later than planned; roll back by 22:58, 11m left; 1.2 overruns by 12m",
    );
    steps(&n, &["migrate 22:05–22:47 0m critical late", "verify 22:47–23:02 0m critical late"]);
}

/// As planned, the way back takes 25 m once migrate has ended: by 23:00, which is when the plan ends;
/// so with a window that closes ten minutes earlier it passes on the way, at 22:50, as open starts.
fn passing() -> Night {
    let mut n =
        Night::open(&SEQUENCE.replace("closes = 2026-11-28T23:30", "closes = 2026-11-28T23:20"));
    begun(&mut n, "22:00", "freeze");
    finished(&mut n, "22:05", "freeze");
    begun(&mut n, "22:05", "migrate");
    n
}

#[test]
fn roll_back_by_passes_as_planned_and_that_is_amber() {
    let mut n = passing();
    finished(&mut n, "22:35", "migrate");
    begun(&mut n, "22:35", "verify");
    // 23:20 − 5 − 25 = 22:50. Exactly then nothing has passed yet.
    finished(&mut n, "22:50", "verify");
    begun(&mut n, "22:50", "open");
    told(&n, "finish 23:00 | back 25m by 22:50 | amber: roll back by 22:50, 0m left");
    // All that the plan starts before 22:50 (freeze, migrate, verify) has begun.
    n.at("22:51");
    told(&n, "finish 23:00 | back 25m by 22:50 | amber: roll back by 22:50 has passed, as planned");
}

#[test]
fn roll_back_by_passes_before_its_time_and_that_is_red() {
    let mut n = passing();
    // While migrate runs: 23:20 − 5 − 27 = 22:48. At 22:49 verify, due 22:35, has not begun.
    n.at("22:49");
    told(
        &n,
        "finish 23:14 | back 27m by 22:48, after verify: back 25m by 22:50 | red: roll back by 22:48 \
         has passed before 1.3 began; finish expected 14m later than planned; 1.2 overruns by 14m",
    );
    // Done, and verify begun: it is 22:51, roll back by was 22:50, and open (planned for 22:50, not
    // before it) is not among those that should be on their way. Late, but amber.
    finished(&mut n, "22:50", "migrate");
    begun(&mut n, "22:50", "verify");
    n.at("22:51");
    told(
        &n,
        "finish 23:15 | back 25m by 22:50, after open: back 25m by 22:50 | amber: finish expected \
         15m later than planned; roll back by 22:50 has passed, as planned",
    );
}

/// Two streams side by side from 22:00, both 40 m in two steps, then join 10 m: ends 22:50.
/// The rung takes back the database's two steps, 15 m for the first and 10 m for the second.
const STREAMS: &str = r#"
format = 1
[release]
title = "Streams"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T00:00:00Z }
[people.ana]
role = "lead"
[[phases]]
title = "Both"
flow = "streams"
steps = [
  { id = "dump", title = "Dump", duration = "10m", stream = "database", owner = "ana" },
  { id = "load", title = "Load", duration = "30m", stream = "database", owner = "ana" },
  { id = "route", title = "Route", duration = "25m", stream = "network", owner = "ana" },
  { id = "dns", title = "DNS", duration = "15m", stream = "network", owner = "ana" },
]
[[phases]]
title = "After"
steps = [{ id = "join", title = "Join", duration = "10m", owner = "ana" }]
[[rollbacks]]
id = "back"
title = "Back"
covers = ["dump", "load"]
then = "resume:load"
flow = "parallel"
steps = [
  { id = "undump", title = "Undump", duration = "15m", owner = "ana", undoes = "dump" },
  { id = "unload", title = "Unload", duration = "10m", owner = "ana", undoes = "load" },
]
"#;

fn half_started(text: &str) -> Night {
    let mut n = Night::open(text);
    for step in ["dump", "route"] {
        n.ok("ana", begin(step));
    }
    finished(&mut n, "22:10", "dump");
    begun(&mut n, "22:10", "load");
    finished(&mut n, "22:25", "route");
    begun(&mut n, "22:25", "dns");
    n
}

#[test]
fn one_stream_is_rolled_back_while_the_other_goes_on() {
    let mut n = half_started(STREAMS);
    // Side by side the two take 15 m: 00:00 − 15 = 23:45. Route has run 22:00–22:25, as planned.
    told(&n, "finish 22:50 | back 15m by 23:45, after join: back 15m by 23:45 | green");
    steps(
        &n,
        &[
            "load 22:10–22:40 0m critical",
            "dns 22:25–22:40 0m critical",
            "join 22:40–22:50 0m critical",
        ],
    );
    n.at("22:30").ok("ana", fail("load"));
    // Load again takes 30 m from 22:30; dns has 20 m of float beside it.
    told(
        &n,
        "finish 23:10 | back 15m by 23:45, after join: back 15m by 23:45 | red: 1.2 failed; finish \
         expected 20m later than planned",
    );
    steps(
        &n,
        &["load 22:10–23:00 0m critical", "dns 22:25–22:40 20m", "join 23:00–23:10 0m critical"],
    );
    n.ok("ana", take("back"));
    // The rung ends 22:45; load again 22:45–23:15, join 23:15–23:25; dns 22:40, 35 m before join.
    told(&n, "finish 23:25 | on back until 22:45 | amber: finish expected 35m later than planned");
    steps(
        &n,
        &[
            "undump 22:30–22:45 0m critical",
            "unload 22:30–22:40 5m",
            "dump 22:00–22:10",
            "load 22:45–23:15 0m critical",
            "dns 22:25–22:40 35m",
            "join 23:15–23:25 0m critical",
        ],
    );
    let f = forecast(&n.state, n.now);
    let streams: Vec<_> = f.streams.iter().map(|s| (s.stream.as_str(), s.rag)).collect();
    assert_eq!(streams, [("database", Rag::Amber), ("network", Rag::Green)]);
    assert_eq!(f.streams[0].reasons, ["finish expected 35m later than planned"]);
    // Five minutes late, and the rung ends five minutes later: 22:50, 23:20, 23:30.
    for step in ["undump", "unload"] {
        begun(&mut n, "22:35", step);
    }
    told(&n, "finish 23:30 | on back until 22:50 | amber: finish expected 40m later than planned");
    finished(&mut n, "22:45", "unload");
    finished(&mut n, "22:50", "undump");
    n.ok("ana", end_well("back"));
    // Load is planned again, dump was taken back and does not count any more: nothing has begun.
    told(
        &n,
        "finish 23:30 | not needed, after load: back 10m by 23:50 | amber: finish expected 40m later \
         than planned",
    );
    steps(&n, &["load 22:50–23:20 0m critical late", "join 23:20–23:30 0m critical late"]);
}

#[test]
fn a_rung_that_stops_the_run_is_all_that_is_left_of_it() {
    let mut n = half_started(&STREAMS.replace("then = \"resume:load\"", "then = \"stop\""));
    n.at("22:30").ok("ana", fail("load"));
    n.ok("ana", take("back"));
    // The rung ends 22:45; dns, still running, 22:40. Join never starts.
    told(&n, "finish 22:45 | on back until 22:45 | green");
    steps(&n, &["undump 22:30–22:45 0m critical", "dns 22:25–22:40 5m", "join –––", "load –––"]);
    // Dns says it needs until 23:00: the run cannot end before.
    n.ok("ana", estimate("dns", 30));
    told(&n, "finish 23:00 | on back until 22:45 | green");
}

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

/// freeze 10, cut 20 (after which there is no return), open 10. Rung soft: gone with cut; rung hard
/// (available to the end) covers only what comes after.
const NO_RETURN: &str = r#"
format = 1
[release]
title = "No return"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T00:00:00Z }
[people.ana]
role = "lead"
[[phases]]
title = "All"
steps = [
  { id = "freeze", title = "Freeze", duration = "10m", owner = "ana" },
  { id = "cut", title = "Cut", duration = "20m", owner = "ana", point_of_no_return = true },
  { id = "open", title = "Open", duration = "10m", owner = "ana" },
]
[[rollbacks]]
id = "soft"
title = "Soft"
steps = [{ id = "thaw", title = "Thaw", duration = "10m", owner = "ana" }]
[[rollbacks]]
id = "hard"
title = "Hard"
covers = ["open"]
available_until = "end"
steps = [{ id = "close", title = "Close", duration = "40m", owner = "ana" }]
"#;

#[test]
fn after_the_point_of_no_return_one_fixes_forward() {
    let mut n = Night::open(NO_RETURN);
    told(&n, "finish 22:40 | not needed, after freeze: soft 10m by 23:50 | green");
    begun(&mut n, "22:00", "freeze");
    told(&n, "finish 22:40 | soft 10m by 23:50, after cut: fix forward since cut | green");
    finished(&mut n, "22:10", "freeze");
    let cut = n.at("22:10").ok("ana", begin("cut"));
    // Once open has begun, the other rung is needed: 00:00 − 40 = 23:20.
    told(&n, "finish 22:40 | fix forward since cut, after open: hard 40m by 23:20 | green");
    // Started by mistake: voided, and the way back is there again.
    let entry = n.id_of(cut);
    n.at("22:11").ok("ana", void(entry));
    told(&n, "finish 22:41 | soft 10m by 23:50, after cut: fix forward since cut | green");
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
