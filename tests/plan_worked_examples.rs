//! Plans small enough to compute by hand: early and late times, float, the critical path, the
//! rollback needed after each step and until when it may be decided. The arithmetic stands beside
//! each.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

use chrono::{DateTime, Utc};
use golive::runbook::schedule::{
    Basis, Ladder, NoWayBack, Schedule, WayBack, Who, ladder, schedule, wanted_twice,
};
use golive::runbook::{Network, Runbook, read};

struct Plan {
    runbook: Runbook,
    times: Schedule,
    back: Ladder,
}

/// The plan of a text that begins at 22:00 UTC where it does not say otherwise.
fn plan(text: &str) -> Plan {
    plan_at(text, "2026-11-28T22:00:00Z")
}

fn plan_at(text: &str, now: &str) -> Plan {
    let reading = read(&format!("format = 1\n{text}"));
    let runbook = reading.runbook.unwrap_or_else(|| panic!("{:#?}", reading.diagnostics));
    let network = Network::of(&runbook);
    let basis = Basis::written(&runbook.release, now.parse().unwrap());
    let times = schedule(&runbook, &network, basis);
    let back = ladder(&runbook, &network, &times);
    Plan { runbook, times, back }
}

fn clock(at: DateTime<Utc>) -> String {
    at.format("%H:%M").to_string()
}

impl Plan {
    /// A line a step: `id early-start early-finish late-start late-finish float`, a star where it is
    /// critical, a question mark where it is not counted with.
    fn lines(&self) -> Vec<String> {
        let line = |(ix, t): (usize, &golive::runbook::schedule::Planned)| {
            let mark = if t.critical {
                "*"
            } else if t.assumed {
                ""
            } else {
                "?"
            };
            format!(
                "{}{mark} {}-{} {}-{} {}",
                self.runbook.steps[ix].id,
                clock(t.early_start),
                clock(t.early_finish),
                clock(t.late_start),
                clock(t.late_finish),
                t.float / 60
            )
        };
        self.times.steps.iter().enumerate().map(line).collect()
    }

    #[track_caller]
    fn shows(&self, lines: &[&str], finish: &str, path: &str) {
        assert_eq!(self.lines(), lines);
        assert_eq!(clock(self.times.finish), finish);
        let ids = self.times.critical_path.iter().map(|&ix| self.runbook.steps[ix].id.as_str());
        assert_eq!(ids.collect::<Vec<_>>().join(" "), path);
    }

    /// `step: rung minutes by`, or why there is none.
    fn way_back(&self) -> Vec<String> {
        let line = |(ix, way): (usize, &Option<Result<WayBack, NoWayBack>>)| {
            let step = &self.runbook.steps[ix].id;
            match way {
                None => format!("{step}: –"),
                Some(Err(NoWayBack::NotNeeded)) => format!("{step}: nothing yet"),
                Some(Err(NoWayBack::FixForward(since))) => {
                    format!("{step}: fix forward since {}", self.runbook.steps[*since].id)
                }
                Some(Ok(way)) => {
                    let rung = &self.runbook.rollbacks[way.rung].id;
                    let by = way.by.map_or("no window".to_owned(), clock);
                    format!("{step}: {rung} {} {by}", way.duration / 60)
                }
            }
        };
        self.back.after.iter().enumerate().map(line).collect()
    }
}

const RELEASE: &str = "[release]\ntitle = \"Plan\"\nzero_hour = 2026-11-28T22:00:00Z\n";

#[test]
fn a_sequence_has_no_float() {
    let p = plan(&format!(
        r#"{RELEASE}
[[phases]]
title = "P"
steps = [
  {{ id = "a", title = "A", duration = "10m" }},
  {{ id = "b", title = "B", duration = "20m" }},
  {{ id = "m", title = "M", kind = "milestone" }},
  {{ id = "c", title = "C", duration = "5m" }},
]"#
    ));
    // a 22:00+10; b 22:10+20; m 22:30+0; c 22:30+5 = 22:35. Backwards from 22:35: c 22:30,
    // m 22:30, b 22:10, a 22:00: late = early everywhere.
    p.shows(
        &[
            "a* 22:00-22:10 22:00-22:10 0",
            "b* 22:10-22:30 22:10-22:30 0",
            "m* 22:30-22:30 22:30-22:30 0",
            "c* 22:30-22:35 22:30-22:35 0",
        ],
        "22:35",
        "a b m c",
    );
}

#[test]
fn side_by_side_the_longest_is_critical_and_the_barrier_waits_for_it() {
    let p = plan(&format!(
        r#"{RELEASE}
[[phases]]
title = "One"
flow = "parallel"
steps = [
  {{ id = "a", title = "A", duration = "10m" }},
  {{ id = "b", title = "B", duration = "25m" }},
]
[[phases]]
title = "Two"
steps = [ {{ id = "c", title = "C", duration = "5m" }} ]"#
    ));
    // One is settled at max(22:10, 22:25) = 22:25; c 22:25+5 = 22:30. Late: c starts 22:25, so
    // both may finish at 22:25: a has 15 minutes of float.
    p.shows(
        &[
            "a 22:00-22:10 22:15-22:25 15",
            "b* 22:00-22:25 22:00-22:25 0",
            "c* 22:25-22:30 22:25-22:30 0",
        ],
        "22:30",
        "b c",
    );
}

#[test]
fn streams_run_in_their_own_order_side_by_side() {
    let p = plan(&format!(
        r#"{RELEASE}
[[phases]]
title = "One"
flow = "streams"
steps = [
  {{ id = "d1", title = "D1", stream = "db", duration = "10m" }},
  {{ id = "n1", title = "N1", stream = "net", duration = "5m" }},
  {{ id = "d2", title = "D2", stream = "db", duration = "10m" }},
  {{ id = "n2", title = "N2", stream = "net", duration = "8m" }},
]"#
    ));
    // db: 22:00, 22:10, 22:20. net: 22:00, 22:05, 22:13. The plan ends 22:20: net may slip
    // 20 − 13 = 7 minutes, both its steps alike.
    p.shows(
        &[
            "d1* 22:00-22:10 22:00-22:10 0",
            "n1 22:00-22:05 22:07-22:12 7",
            "d2* 22:10-22:20 22:10-22:20 0",
            "n2 22:05-22:13 22:12-22:20 7",
        ],
        "22:20",
        "d1 d2",
    );
}

#[test]
fn a_link_on_the_start_with_a_lag() {
    let p = plan(&format!(
        r#"{RELEASE}
[[phases]]
title = "One"
flow = "parallel"
steps = [
  {{ id = "dump", title = "Dump", duration = "40m" }},
  {{ id = "load", title = "Load", duration = "50m", needs = [{{ step = "dump", on = "start", lag = "5m" }}] }},
  {{ id = "index", title = "Index", duration = "10m", needs = [{{ step = "load", on = "finish", lag = "2m" }}, "dump"] }},
]"#
    ));
    // load starts 5 after dump starts: 22:05–22:55. index: max(22:55 + 2, 22:40) = 22:57–23:07.
    // Backwards: load's late finish 22:57 − 2 = 22:55, late start 22:05. dump's late start is
    // load's late start − 5 = 22:00, so its late finish is 22:00 + 40 = 22:40 although index
    // would let it end at 22:57: its start is critical.
    p.shows(
        &[
            "dump* 22:00-22:40 22:00-22:40 0",
            "load* 22:05-22:55 22:05-22:55 0",
            "index* 22:57-23:07 22:57-23:07 0",
        ],
        "23:07",
        "dump load index",
    );
}

#[test]
fn a_phase_that_waits_for_none_begins_with_the_plan() {
    let p = plan(&format!(
        r#"{RELEASE}
[[phases]]
title = "One"
steps = [ {{ id = "a", title = "A", duration = "30m" }} ]
[[phases]]
title = "Watch"
after = []
steps = [ {{ id = "w", title = "W", duration = "10m" }} ]
[[phases]]
title = "Three"
after = ["one", "watch"]
steps = [ {{ id = "c", title = "C", duration = "15m" }} ]
[[phases]]
title = "Aside"
after = ["watch"]
steps = [ {{ id = "d", title = "D", duration = "5m" }} ]"#
    ));
    // Watch begins 22:00 beside One. Three waits for both: 22:30–22:45. Aside waits for Watch
    // only: 22:10–22:15. Late: w must end by min(c's late start 22:30, d's late start 22:40).
    p.shows(
        &[
            "a* 22:00-22:30 22:00-22:30 0",
            "w 22:00-22:10 22:20-22:30 20",
            "c* 22:30-22:45 22:30-22:45 0",
            "d 22:10-22:15 22:40-22:45 30",
        ],
        "22:45",
        "a c",
    );
}

#[test]
fn a_fixed_start_breaks_the_chain() {
    let p = plan(
        r#"[release]
title = "Plan"
start = "T-1h"
zero_hour = 2026-11-28T23:00:00Z
[[phases]]
title = "One"
steps = [
  { id = "a", title = "A", duration = "10m" },
  { id = "b", title = "B", duration = "20m", not_before = "T+0m" },
  { id = "c", title = "C", duration = "10m", not_before = 2026-11-28T23:05:00Z },
]"#,
    );
    // The plan starts T−1h = 22:00. a 22:00–22:10. b not before T−0 = 23:00: 23:00–23:20.
    // c's own 23:05 has passed by 23:20: 23:20–23:30. b may not start later, so a may end by
    // 23:00: 50 minutes of float. The chain begins at b, which waits for the clock.
    p.shows(
        &[
            "a 22:00-22:10 22:50-23:00 50",
            "b* 23:00-23:20 23:00-23:20 0",
            "c* 23:20-23:30 23:20-23:30 0",
        ],
        "23:30",
        "b c",
    );
}

#[test]
fn a_choice_counts_with_the_option_that_ends_latest() {
    let p = plan(&format!(
        r#"{RELEASE}
[[phases]]
title = "One"
steps = [
  {{ id = "a", title = "A", duration = "10m" }},
  {{ id = "route", title = "Route", kind = "choice", options = [{{ id = "warm", title = "W" }}, {{ id = "cold", title = "C" }}] }},
  {{ id = "load", title = "Load", duration = "4m", when = {{ step = "route", is = "warm" }} }},
  {{ id = "pre", title = "Pre", duration = "12m", needs = ["route"], when = {{ step = "route", is = "cold" }} }},
  {{ id = "open", title = "Open", duration = "5m", needs = ["load", "pre"] }},
]"#
    ));
    // warm: a 10, load 4, open 5 = 22:19. cold: a 10, pre 12, open 5 = 22:27, the later. load does
    // not apply then; were warm chosen it would be 22:10–22:14, and could end at 22:22.
    p.shows(
        &[
            "a* 22:00-22:10 22:00-22:10 0",
            "route* 22:10-22:10 22:10-22:10 0",
            "load? 22:10-22:14 22:18-22:22 8",
            "pre* 22:10-22:22 22:10-22:22 0",
            "open* 22:22-22:27 22:22-22:27 0",
        ],
        "22:27",
        "a route pre open",
    );
    assert_eq!(p.times.assumed, [(1, 1)]);
}

#[test]
fn three_points_count_with_the_likely_one_and_no_duration_with_none() {
    let p = plan(&format!(
        r#"{RELEASE}
[[phases]]
title = "One"
steps = [
  {{ id = "a", title = "A", duration = ["5m", "10m", "1h"] }},
  {{ id = "g", title = "G", kind = "gate" }},
  {{ id = "b", title = "B", kind = "wait", duration = "15m" }},
]"#
    ));
    p.shows(
        &[
            "a* 22:00-22:10 22:00-22:10 0",
            "g* 22:10-22:10 22:10-22:10 0",
            "b* 22:10-22:25 22:10-22:25 0",
        ],
        "22:25",
        "a g b",
    );
}

#[test]
fn one_step_per_value_goes_side_by_side_or_in_turn() {
    let text = |in_turn: bool| {
        format!(
            r#"{RELEASE}
[[phases]]
title = "One"
  [[phases.steps]]
  id = "node-{{{{ each }}}}"
  for_each = ["x", "y", "z"]
  in_turn = {in_turn}
  title = "Node {{{{ each }}}}"
  owner = "bo"
  duration = "10m"
  [[phases.steps]]
  id = "end"
  title = "End"
  duration = "5m""#
        )
    };
    // Side by side: all three 22:00–22:10, end 22:10–22:15; bo is wanted three times.
    let p = plan(&text(false));
    p.shows(
        &[
            "node-x* 22:00-22:10 22:00-22:10 0",
            "node-y* 22:00-22:10 22:00-22:10 0",
            "node-z* 22:00-22:10 22:00-22:10 0",
            "end* 22:10-22:15 22:10-22:15 0",
        ],
        "22:15",
        "node-x end",
    );
    let wanted = wanted_twice(&p.runbook, &p.times);
    assert_eq!(wanted.len(), 1);
    assert_eq!((&wanted[0].who, wanted[0].at_once), (&Who::Person("bo".to_owned()), 3));
    assert_eq!((clock(wanted[0].from), clock(wanted[0].until)), ("22:00".into(), "22:10".into()));
    // In turn: 22:00, 22:10, 22:20, end 22:30–22:35; nobody is wanted twice.
    let p = plan(&text(true));
    assert_eq!(clock(p.times.finish), "22:35");
    assert_eq!(wanted_twice(&p.runbook, &p.times), []);
}

#[test]
fn a_night_in_which_the_clocks_go_back() {
    let text = |clock: &str| {
        format!(
            r#"[release]
title = "Plan"
timezone = "Europe/London"
start = "T-2h"
zero_hour = 2026-10-25T00:30:00Z
[[phases]]
title = "One"
steps = [
  {{ id = "a", title = "A", duration = "3h" }},
  {{ id = "b", title = "B", duration = "30m", not_before = {clock} }},
]"#
        )
    };
    // 25 October 2026: at 02:00 BST (01:00Z) clocks go back to 01:00 GMT. Zero hour 00:30Z is
    // 01:30 BST; the start is two hours earlier, 22:30Z (23:30 BST). a takes three hours: 01:30Z,
    // which is 01:30 GMT, the second 01:30 of that night. 02:30 local is 02:30 GMT = 02:30Z.
    let p = plan(&text("2026-10-25T02:30:00"));
    p.shows(&["a 22:30-01:30 23:30-02:30 60", "b* 02:30-03:00 02:30-03:00 0"], "03:00", "b");
    // Nothing but a's length counts where b's start has passed: 23:30 BST = 22:30Z.
    let p = plan(&text("2026-10-24T23:30:00"));
    p.shows(&["a* 22:30-01:30 22:30-01:30 0", "b* 01:30-02:00 01:30-02:00 0"], "02:00", "a b");
}

#[test]
fn a_plan_without_times_begins_with_its_window_or_now() {
    let body = "[[phases]]\ntitle = \"One\"\nsteps = [ { id = \"a\", title = \"A\", duration = \"10m\", not_before = \"23:00\" } ]";
    let p = plan(&format!("[release]\ntitle = \"Plan\"\n{body}"));
    // From 22:00; the 23:00 nearest to it.
    p.shows(&["a* 23:00-23:10 23:00-23:10 0"], "23:10", "a");
    assert_eq!(clock(p.times.start), "22:00");
    let body = body.replace(", not_before = \"23:00\"", "");
    let window = "window = { opens = 2026-11-28T23:30:00Z, closes = 2026-11-29T01:00:00Z }";
    let text = format!("[release]\ntitle = \"Plan\"\n{window}\n{body}");
    assert_eq!(clock(plan(&text).times.start), "23:30");
    let late = plan_at(&text, "2026-11-28T23:45:30.500Z");
    assert_eq!(late.times.start.to_rfc3339(), "2026-11-28T23:45:30+00:00", "it is open: now");
}

/// A freeze, a migration that may be stopped within three minutes, a check, a gate and the opening,
/// after which no way leads back but the maintenance page.
const LADDER: &str = r#"[release]
title = "Plan"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:40:00Z }
decision_margin = "5m"
[[phases]]
title = "One"
steps = [
  { id = "talk", title = "Talk", duration = "5m" },
  { id = "freeze", title = "Freeze", duration = "5m" },
  { id = "migrate", title = "Migrate", duration = "30m", abort = "3m" },
  { id = "watch", title = "Watch", duration = "10m", needs = [{ step = "migrate", on = "start" }] },
  { id = "check", title = "Check", duration = "10m", needs = ["migrate", "watch"] },
  { id = "open", title = "Open", duration = "10m", point_of_no_return = true },
  { id = "rest", title = "Rest", duration = "15m" },
]
[[rollbacks]]
id = "restore"
title = "Restore"
covers = ["freeze", "migrate", "check"]
flow = "parallel"
steps = [
  { id = "r-thaw", title = "Thaw", duration = "4m", undoes = "freeze" },
  { id = "r-dump", title = "Dump", duration = "20m", undoes = "migrate" },
  { id = "r-check", title = "Look", duration = "6m", needs = ["r-dump", "r-thaw"] },
]
"#;

#[test]
fn the_rollback_needed_after_each_step() {
    // talk 22:00, freeze 22:05, migrate 22:10–22:40, watch 22:10–22:20, check 22:40–22:50,
    // open 22:50–23:00, rest 23:00–23:15. Window closes 23:40, 5 minutes are left to decide.
    //
    // talk ends 22:05, when freeze is due to start: only r-thaw and r-check apply, side by side
    //   with what they follow: 4 + 6 = 10. By 23:40 − 5 − 10 = 23:25.
    // freeze ends 22:10, when migrate (and watch) start: 20 + 6 = 26, and migrate may have to be
    //   stopped: 3 more. By 23:40 − 5 − 29 = 23:06.
    // watch ends 22:20, migrate still runs: the same 29, 23:06.
    // migrate ends 22:40, check starts and has no abort: 26. By 23:09.
    // check ends 22:50, when open starts: a point of no return, restore is gone.
    let p = plan(LADDER);
    assert_eq!(
        p.way_back(),
        [
            "talk: restore 10 23:25",
            "freeze: restore 29 23:06",
            "migrate: restore 26 23:09",
            "watch: restore 29 23:06",
            "check: fix forward since open",
            "open: fix forward since open",
            "rest: fix forward since open",
        ]
    );
    let (at, step) = p.back.fix_forward.unwrap();
    assert_eq!((clock(at), p.runbook.steps[step].id.as_str()), ("22:50".to_owned(), "open"));
    assert_eq!(p.back.too_late, None);
}

#[test]
fn a_rung_that_lasts_to_the_end_is_next_after_the_point_of_no_return() {
    let page = r#"[[rollbacks]]
id = "page"
title = "Maintenance page"
available_until = "end"
covers = ["open"]
steps = [ { id = "p1", title = "Up", duration = ["2m", "7m", "20m"] } ]
"#;
    // open starts 22:50, with it the page is needed: 7 (likely), by 23:40 − 5 − 7 = 23:28.
    let p = plan(&format!("{LADDER}{page}"));
    assert_eq!(
        p.way_back()[4..],
        ["check: page 7 23:28", "open: page 7 23:28", "rest: page 7 23:28"]
    );
    assert_eq!((p.back.fix_forward, p.back.too_late), (None, None));
}

#[test]
fn where_a_rollback_first_comes_too_late() {
    // With a window that closes 23:15 migrate needs its 29 + 5 by 22:41, and ends at 22:40 in time.
    // Then check runs until 22:50, while the 26 + 5 that are left need a decision by 22:44.
    let closes = |at: &str| LADDER.replace("closes = 2026-11-28T23:40", &format!("closes = {at}"));
    let p = plan(&closes("2026-11-28T23:15"));
    let (at, way) = p.back.too_late.unwrap();
    assert_eq!((clock(at), way.duration / 60), ("22:44".to_owned(), 26));
    // Were the dump restored in 80 minutes, migrate's start at 22:10 would need 80 + 6 + 3 + 5 = 94
    // until 23:40, from 22:06: too late at once.
    let p = plan(&LADDER.replace("duration = \"20m\"", "duration = \"80m\""));
    let (at, way) = p.back.too_late.unwrap();
    assert_eq!((clock(at), way.duration / 60), ("22:10".to_owned(), 89));
    assert_eq!(way.by.map(clock).as_deref(), Some("22:06"));
    // Without a window nothing is ever too late.
    let start = LADDER.find("window = ").unwrap();
    let end = start + LADDER[start..].find('\n').unwrap();
    let p = plan(&format!("{}{}", &LADDER[..start], &LADDER[end..]));
    assert_eq!(p.way_back()[1], "freeze: restore 29 no window");
    assert_eq!(p.back.too_late, None);
}

#[test]
fn teams_with_fewer_people_than_steps_at_once() {
    let text = |third: &str| {
        format!(
            r#"{RELEASE}
[people.bo]
team = "Database"
[people.kim]
team = "Database"
[[phases]]
title = "One"
flow = "parallel"
steps = [
  {{ id = "a", title = "A", team = "Database", duration = "10m" }},
  {{ id = "b", title = "B", team = "Database", duration = "20m" }},
  {{ id = "c", title = "C", {third}, duration = "15m" }},
  {{ id = "w", title = "W", kind = "wait", team = "Database", duration = "15m" }},
  {{ id = "x", title = "X", team = "Nobody known", duration = "15m" }},
  {{ id = "y", title = "Y", team = "Nobody known", duration = "15m" }},
]"#
        )
    };
    // Two people; a, b and c at once until 22:10, when a ends. A wait needs nobody, and how many
    // are of the other team is not known. That c is bo's own takes bo from the team.
    for third in ["team = \"Database\"", "owner = \"bo\""] {
        let p = plan(&text(third));
        let wanted = wanted_twice(&p.runbook, &p.times);
        assert_eq!(wanted.len(), 1, "{wanted:#?}");
        assert_eq!(wanted[0].who, Who::Team("Database".to_owned(), 2));
        assert_eq!(
            (clock(wanted[0].from), clock(wanted[0].until)),
            ("22:00".into(), "22:10".into())
        );
        assert_eq!((wanted[0].steps.as_slice(), wanted[0].at_once), (&[0, 1, 2][..], 3));
    }
    let p = plan(&text("owner = \"someone else\""));
    assert_eq!(wanted_twice(&p.runbook, &p.times), []);
}
