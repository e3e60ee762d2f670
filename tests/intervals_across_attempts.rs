//! How long customers could not write is told whole after a rollback or a reopened step: from when
//! it first began, whatever attempt of a step that was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests may")]

#[path = "support/golden.rs"]
mod golden;
mod support;

use golden::report_of;
use golive::run::StepStatus;
use support::ladder::{Works, end_well, give_up, take};
use support::*;

const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T22:00:00Z
[people.ana]
role = "lead"
[[phases]]
id = "cutover"
title = "Cutover"
steps = [
  { id = "before", title = "Before", duration = "5m" },
  { id = "freeze", title = "Freeze", duration = "5m" },
  { id = "move", title = "Move", duration = "10m" },
  { id = "cut", title = "Cut", duration = "10m" },
]
[[rollbacks]]
id = "again"
title = "Again"
available_until = "end"
then = "resume:freeze"
steps = [
  { id = "thaw", title = "Thaw", duration = "5m", undoes = "freeze" },
  { id = "look", title = "Look", duration = "7m" },
]
[[rollbacks]]
id = "half"
title = "Half way"
covers = ["move", "cut"]
available_until = "end"
then = "resume:move"
steps = [{ id = "drop", title = "Drop", duration = "5m", undoes = "move" }]
[[rollbacks]]
id = "back"
title = "Back"
available_until = "end"
steps = [{ id = "return", title = "Return", duration = "5m" }]
[[intervals]]
id = "read-only"
title = "Customers cannot write"
from = { step = "freeze", on = "finish" }
to = { step = "cut", on = "finish" }
limit = "40m"
downtime = true
"#;

/// What happens at a moment, on the present attempt of a step, or with a rung.
#[derive(Clone, Copy)]
enum Do {
    Start(&'static str),
    Done(&'static str),
    Fail(&'static str),
    Skip(&'static str),
    Reopen(&'static str),
    Take(&'static str),
    Well(&'static str),
    GiveUp(&'static str),
}
use Do::*;

fn play(acts: &[(&str, Do)]) -> Night {
    let mut night = Night::open(PLAN);
    night.at("22:00").works("before");
    for (at, act) in acts {
        night.at(at);
        match *act {
            Start(step) => night.starts(step),
            Done(step) => night.completes(step),
            Fail(step) => night.fails(step),
            Skip(step) => night.skips(step),
            Reopen(step) => {
                let attempt = night.attempt(step);
                night.ok("ana", reopen(step, attempt))
            }
            Take(rung) => night.ok("ana", take(rung)),
            Well(rung) => night.ok("ana", end_well(rung)),
            GiveUp(rung) => night.ok("ana", give_up(rung)),
        };
    }
    night
}

/// Frozen at 22:07, cut running since 22:20.
const FROZEN: [(&str, Do); 5] = [
    ("22:05", Start("freeze")),
    ("22:07", Done("freeze")),
    ("22:07", Start("move")),
    ("22:20", Done("move")),
    ("22:20", Start("cut")),
];

fn rung(id: &'static str, steps: &[&'static str]) -> Vec<(&'static str, Do)> {
    let work = steps.iter().flat_map(|step| [("22:42", Start(step)), ("22:42", Done(step))]);
    [("22:38", Take(id))].into_iter().chain(work).chain([("22:43", Well(id))]).collect()
}

fn again() -> Vec<(&'static str, Do)> {
    rung("again", &["thaw", "look"])
}

/// The second attempts of freeze, move and cut, as far as they go.
const SECOND: [(&str, Do); 6] = [
    ("22:50", Start("freeze")),
    ("22:52", Done("freeze")),
    ("22:52", Start("move")),
    ("22:53", Done("move")),
    ("22:53", Start("cut")),
    ("22:54", Done("cut")),
];

/// An interval as of a moment: what happened after 22:20, when it is asked, for how many minutes it
/// has been on, whether it goes on, from when to when its stretches were.
type Case = (
    &'static str,
    Vec<(&'static str, Do)>,
    &'static str,
    i64,
    bool,
    &'static [(&'static str, Option<&'static str>)],
);

fn cases() -> Vec<Case> {
    let failed = || vec![("22:37", Fail("cut"))];
    let done = || vec![("22:30", Done("cut"))];
    let all = |parts: &[Vec<(&'static str, Do)>]| parts.concat();
    vec![
        ("one attempt, going on", vec![], "22:27", 20, true, &[("22:07", None)]),
        ("one attempt, done", done(), "23:00", 23, false, &[("22:07", Some("22:30"))]),
        ("a failed step ends nothing", failed(), "22:47", 40, true, &[("22:07", None)]),
        (
            "a skipped one does",
            all(&[failed(), vec![("22:40", Skip("cut"))]]),
            "22:47",
            33,
            false,
            &[("22:07", Some("22:40"))],
        ),
        ("recycled", all(&[failed(), again()]), "22:45", 38, true, &[("22:07", None)]),
        (
            "recycled, and done the second time",
            all(&[failed(), again(), SECOND.to_vec()]),
            "23:30",
            47,
            false,
            &[("22:07", Some("22:54"))],
        ),
        (
            "recycled after it had ended: nothing is on until it begins again",
            all(&[done(), again()]),
            "22:51",
            23,
            false,
            &[("22:07", Some("22:30"))],
        ),
        (
            "recycled after it had ended, begun again",
            all(&[done(), again(), SECOND[..2].to_vec()]),
            "22:53",
            24,
            true,
            &[("22:07", Some("22:30")), ("22:52", None)],
        ),
        (
            "two stretches",
            all(&[done(), again(), SECOND.to_vec()]),
            "23:30",
            25,
            false,
            &[("22:07", Some("22:30")), ("22:52", Some("22:54"))],
        ),
        (
            "recycled from behind the freeze",
            all(&[failed(), rung("half", &["drop"])]),
            "22:45",
            38,
            true,
            &[("22:07", None)],
        ),
        (
            "taken back: until it was undone",
            all(&[failed(), rung("back", &["return"])]),
            "23:30",
            36,
            false,
            &[("22:07", Some("22:43"))],
        ),
        (
            "taken back after it had ended: until it ended",
            all(&[done(), rung("back", &["return"])]),
            "23:30",
            23,
            false,
            &[("22:07", Some("22:30"))],
        ),
        (
            "recycled, then taken back before it was done: until the run ended",
            all(&[
                failed(),
                again(),
                SECOND[..2].to_vec(),
                vec![
                    ("22:55", Take("back")),
                    ("22:56", Start("return")),
                    ("22:58", Done("return")),
                ],
                vec![("23:00", Well("back"))],
            ]),
            "23:30",
            53,
            false,
            &[("22:07", Some("23:00"))],
        ),
        (
            "a finish that was reopened had not ended it",
            all(&[done(), vec![("22:31", Reopen("cut"))]]),
            "22:37",
            30,
            true,
            &[("22:07", None)],
        ),
        (
            "a freeze that was reopened had begun it",
            vec![
                ("22:21", Reopen("freeze")),
                ("22:22", Start("freeze")),
                ("22:25", Done("freeze")),
            ],
            "22:37",
            30,
            true,
            &[("22:07", None)],
        ),
        (
            "a freeze done again behind a cut that stays done begins nothing",
            all(&[
                done(),
                vec![
                    ("22:31", Reopen("freeze")),
                    ("22:32", Start("freeze")),
                    ("22:35", Done("freeze")),
                ],
            ]),
            "22:40",
            23,
            false,
            &[("22:07", Some("22:30"))],
        ),
    ]
}

#[test]
fn an_interval_is_on_from_when_it_first_began() {
    for (what, acts, at, minutes, running, stretches) in cases() {
        let mut night = play(&[FROZEN.to_vec(), acts].concat());
        night.at(at);
        let (state, interval) = (&night.state, &night.state.plan.intervals[0]);
        assert_eq!(state.interval_secs(interval, night.now), Some(minutes * 60), "{what}");
        assert_eq!(state.interval_running(interval), running, "{what}");
        let found: Vec<_> =
            state.interval_stretches(interval).iter().map(|s| (s.from, s.until)).collect();
        let wanted: Vec<_> =
            stretches.iter().map(|(from, until)| (clock(from), until.map(clock))).collect();
        assert_eq!(found, wanted, "{what}");
    }
}

/// The timers of the screen, `status` and the report all tell the same.
#[test]
fn everything_that_tells_an_interval_tells_the_same() {
    for (what, acts, at, minutes, running, stretches) in cases() {
        let mut night = play(&[FROZEN.to_vec(), acts].concat());
        night.at(at);
        let timers = night.state.interval_timers(night.now);
        assert_eq!((timers[0].elapsed, timers[0].running), (minutes * 60, running), "{what}");
        let report = report_of(&night);
        let numbers = report.numbers.expect("a run that started");
        let (told, downtime) = (&numbers.intervals[0], numbers.downtime.expect("marked"));
        assert_eq!((told.seconds, told.running), (Some(minutes * 60), running), "{what}");
        assert_eq!((downtime.seconds, downtime.running), (minutes * 60, running), "{what}");
        assert_eq!(told.from, Some(clock(stretches[0].0)), "{what}");
        let until = stretches.last().and_then(|(_, until)| until.map(clock));
        assert_eq!(told.until, until, "{what}");
        assert_eq!(told.over_limit, minutes > 40, "{what}");
    }
}

#[test]
fn an_interval_that_has_not_begun_has_no_time() {
    let taken_back = [
        ("22:05", Start("freeze")),
        ("22:07", Fail("freeze")),
        ("22:10", Take("back")),
        ("22:10", Start("return")),
        ("22:12", Done("return")),
        ("22:13", Well("back")),
    ];
    for acts in [&taken_back[..1], &taken_back[..2], &taken_back[..]] {
        let night = play(acts);
        let interval = &night.state.plan.intervals[0];
        assert_eq!(night.state.interval_secs(interval, clock("22:40")), None);
        assert!(!night.state.interval_running(interval));
    }
}

/// A rung given up was planned to take as long as its steps that applied, begun or not.
#[test]
fn a_rung_given_up_keeps_its_planned_time() {
    let begun = [("22:38", Take("again"))];
    let given_up = [("22:40", GiveUp("again"))];
    let started = [("22:39", Start("thaw"))];
    let ways =
        [begun.to_vec(), [begun, given_up].concat(), [begun, started, given_up].concat(), again()];
    for acts in ways {
        let night = play(&[FROZEN.to_vec(), vec![("22:37", Fail("cut"))], acts].concat());
        assert_eq!(report_of(&night).rollbacks.unwrap()[0].planned_s, Some(12 * 60));
    }
}

/// What one undoes had not begun: that step did not apply, and counts for nothing.
#[test]
fn a_step_that_never_applied_is_not_planned_for() {
    let night = play(&[("22:38", Take("again")), ("22:40", GiveUp("again"))]);
    assert_eq!(night.status("thaw"), StepStatus::NotApplicable);
    assert_eq!(report_of(&night).rollbacks.unwrap()[0].planned_s, Some(7 * 60));
}
