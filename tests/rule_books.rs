//! A run keeps the rule book it was opened with: what the first one answers is written down, act
//! by act, and stays so; a book of the future is read and not acted on.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Decision, Event, Intent, Mode, Outcome, RefusalKind, RunState, Vote};
use std::fmt::Write;
use support::*;

const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T23:00:00Z
[people.ana]
role = "lead"
[people.bo]
name = "Bo"
[[phases]]
title = "Cutover"
flow = "streams"
steps = [
  { id = "freeze", title = "Freeze", duration = "5m", stream = "db", on_failure = "hold" },
  { id = "migrate", title = "Migrate", duration = "5m", stream = "db", on_failure = "rollback:restore" },
  { id = "routes", title = "Routes", duration = "5m", stream = "net", signers = 2 },
  { id = "mark", title = "Mark", kind = "milestone", needs = ["migrate", "routes"] },
  { id = "go", title = "Go?", kind = "gate", voters = ["ana", "bo"], on_no_go = "rollback:restore" },
]
[[phases]]
title = "Open"
steps = [
  { id = "route", title = "Route", kind = "choice", options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }] },
  { id = "prewarm", title = "Prewarm", duration = "5m", when = { step = "route", is = "cold" }, needs = ["route"] },
  { id = "drop", title = "Drop", duration = "5m", needs = ["prewarm"], point_of_no_return = true, on_failure = "continue" },
]
[[rollbacks]]
id = "restore"
title = "Restore"
covers = ["migrate", "routes"]
then = "resume:migrate"
steps = [
  { id = "dump", title = "Dump", duration = "5m", undoes = "migrate" },
  { id = "safe", title = "Safe?", kind = "gate", voters = ["bo"] },
  { id = "back", title = "Back", kind = "milestone" },
]
[[rollbacks]]
id = "page"
title = "Page"
available_until = "end"
steps = [{ id = "up", title = "Up", duration = "5m", signers = 2 }]
"#;

const STEPS: [&str; 13] = [
    "freeze", "migrate", "routes", "mark", "go", "route", "prewarm", "drop", "dump", "safe",
    "back", "up", "none",
];

/// Numbers that look random and are the same everywhere (Knuth's MMIX constants).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn event(state: &RunState, dice: &mut Dice) -> (&'static str, Event) {
    // The steps of the plan more often than those of the ladder.
    let most = if dice.roll(4) == 0 { 13 } else { 8 };
    let step = STEPS[dice.roll(most) as usize];
    let ix = state.step_ix(step);
    let attempt = ix.map_or(1, |ix| state.steps[ix].attempt);
    let rung = ["restore", "page"][dice.roll(2) as usize].to_owned();
    let reason = (dice.roll(2) == 0).then(|| "why".to_owned());
    let earlier = dice.roll(state.log.len() as u64) as usize;
    let id = step.to_owned();
    let event = match dice.roll(34) {
        0..=6 => Event::StepStarted { step: id, attempt },
        7..=13 => Event::StepCompleted { step: id, attempt },
        14 => Event::StepFailed { step: id, attempt, reason },
        15 => Event::StepBlocked { step: id, attempt, reason },
        16 => Event::StepUnblocked { step: id, attempt },
        17 => Event::StepSkipped { step: id, attempt, reason },
        18 => Event::StepDeferred { step: id, attempt, reason },
        19 => Event::StepReopened { step: id, attempt, reason },
        20 | 21 => Event::StepSigned { step: id, attempt },
        22 | 23 => {
            Event::OptionChosen { step: "route".to_owned(), attempt, option: "cold".to_owned() }
        }
        24 => {
            let vote = [Vote::Go, Vote::NoGo][dice.roll(2) as usize];
            let step = ["go", "safe"][dice.roll(2) as usize].to_owned();
            Event::GateVoted { step, attempt, vote, comment: None }
        }
        25 | 26 => {
            let decision = [Decision::Go, Decision::NoGo][dice.roll(2) as usize].clone();
            let step = ["go", "go", "safe"][dice.roll(3) as usize].to_owned();
            Event::GateDecided { step, attempt, decision, reason }
        }
        27 => Event::RunHeld { reason },
        28 | 29 => Event::RunResumed {},
        30 => Event::RunCompleted { outcome: Outcome::Successful, summary: None },
        31 => Event::RollbackBegun { rung, reason },
        32 => Event::RollbackEnded { rung, succeeded: dice.roll(2) == 0, reason },
        _ => void(state.log[earlier].entry.id.clone()),
    };
    (step, event)
}

/// The record of a night on which anything is tried, and what the rules say to each act.
fn answers(rules: u32, seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut night = Night::open_by(rules, PLAN, Mode::Live, "ana");
    let mut text = String::new();
    for _ in 0..150 {
        night.now += chrono::TimeDelta::seconds(dice.roll(300) as i64);
        let (step, event) = event(&night.state, &mut dice);
        let person = ["ana", "ana", "bo"][dice.roll(3) as usize];
        let override_reason = (dice.roll(3) == 0).then(|| "agreed".to_owned());
        let said = serde_json::to_value(&event).unwrap();
        let name = said.as_object().and_then(|o| o.keys().next().cloned()).unwrap_or_default();
        let intent = Intent { override_reason, ..Intent::new(person, event) };
        let answer = match night.check(intent.clone()) {
            Ok(()) => "yes".to_owned(),
            Err(no) if no.kind == RefusalKind::NotNow => format!("not now: {}", no.rule),
            Err(no) => format!("impossible: {}", no.rule),
        };
        // Every fourth refused act comes in all the same, as one made offline does.
        let mut became = String::new();
        if answer == "yes" || dice.roll(4) == 0 {
            let seq = night.force(intent);
            became = format!(" -> {:?}", night.verdict(seq));
        }
        let _ = writeln!(text, "{person} {name} {step}: {answer}{became}");
    }
    let states: Vec<_> = night.state.steps.iter().map(|s| (s.status(), s.attempt)).collect();
    let _ = writeln!(text, "= {:?} {states:?}", night.state.status);
    text
}

fn all_answers(rules: u32) -> String {
    (1..=12).map(|seed| answers(rules, seed)).collect()
}

/// Set in the environment, the golden file of a book that is not released yet is written anew.
const WRITE: &str = "GOLIVE_WRITE_GOLDEN";

#[test]
fn what_a_book_answers_stays_as_it_was() {
    for rules in 1..=golive::run::RULES {
        stays(rules);
    }
}

#[allow(clippy::disallowed_methods, reason = "reads the golden file")]
fn stays(rules: u32) {
    let path = format!("{}/tests/golden/rules-{rules}.txt", env!("CARGO_MANIFEST_DIR"));
    let said = all_answers(rules);
    if rules == golive::run::RULES && std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &said).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    for (line, (golden, said)) in golden.lines().zip(said.lines()).enumerate() {
        assert_eq!(golden, said, "book {rules}, line {}", line + 1);
    }
    assert_eq!(golden.len(), said.len());
}

#[test]
fn the_first_book_records_no_rollback() {
    let mut n = Night::open_by(1, PLAN, Mode::Live, "ana");
    n.ok("ana", begin("freeze"));
    for event in [
        Event::RollbackBegun { rung: "restore".to_owned(), reason: None },
        Event::RollbackEnded { rung: "restore".to_owned(), succeeded: true, reason: None },
    ] {
        let refused = n.check(Intent::new("ana", event.clone())).unwrap_err();
        assert_eq!((refused.kind, refused.rule), (RefusalKind::Impossible, "rung"));
        assert!(refused.reason.contains("opened with rule book 1"), "{refused}");
        let seq = n.force(Intent::new("ana", event));
        assert_eq!(*n.verdict(seq), golive::run::Verdict::Conflict);
    }
    // It is otherwise acted on, and what its text proposes is said, but by no query of the ladder.
    n.ok("ana", fail("freeze"));
    assert!(n.state.held().is_some() && n.state.proposed_rung().is_none());
}

#[test]
fn a_book_of_the_future_is_read_and_not_acted_on() {
    for rules in [0, golive::run::RULES + 1] {
        let n = Night::open_by(rules, PLAN, Mode::Live, "ana");
        assert_eq!(n.no("ana", begin("freeze")), (RefusalKind::Impossible, "unknown-rules"));
    }
}
