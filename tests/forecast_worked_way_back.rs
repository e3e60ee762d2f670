//! Small runbooks whose way back was worked out by hand: until when one can roll back, now and after
//! the step that starts next, with times, float, finish and RAG at several moments of a run. The
//! arithmetic stands beside each example.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{Rag, forecast};
use support::ladder::{end_well, take};
use support::worked::*;
use support::*;

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
