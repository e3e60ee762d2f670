//! Time in which a run was held never shows in a step's duration, unless the step ran through it:
//! also not when steps are taken back and done again.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{Event, Intent, RunState};
use std::collections::BTreeMap;
use support::ladder::*;
use support::*;

/// A night with a rollback that resumes: minutes, who, what. Attempts are filled in when it is
/// played.
fn script() -> Vec<(i64, Event)> {
    let attempt = |mut event: Event, n: u32| {
        if let Event::StepStarted { attempt, .. } | Event::StepCompleted { attempt, .. } =
            &mut event
        {
            *attempt = n;
        }
        event
    };
    vec![
        (0, begin("freeze")),
        (5, done("freeze")),
        (7, begin("migrate")),
        (9, begin("routes")),
        (30, done("migrate")),
        (32, done("routes")),
        (40, begin("watch")),
        (45, take("restore")),
        (46, begin("dump")),
        (50, begin("names")),
        (60, done("dump")),
        (61, begin("compare")),
        (63, done("names")),
        (66, done("compare")),
        (70, end_well("restore")),
        (72, attempt(begin("migrate"), 2)),
        (75, done("watch")),
        (95, attempt(done("migrate"), 2)),
        (96, begin("verify")),
        (99, done("verify")),
    ]
}

const HOLD: i64 = 17;

/// Plays the script; before event `at` the run is held for a while, and all after it is later.
fn play(at: Option<usize>) -> Night {
    let mut n = Night::open(LADDER);
    let from = clock("23:00");
    for (ix, (minute, event)) in script().into_iter().enumerate() {
        let late = at.is_some_and(|at| ix >= at);
        if at == Some(ix) {
            n.now = from + chrono::TimeDelta::minutes(minute) - chrono::TimeDelta::seconds(30);
            n.ok("ana", hold("wait"));
            n.now += chrono::TimeDelta::minutes(HOLD);
            n.ok("ana", Event::RunResumed {});
        }
        let later = if late { HOLD } else { 0 };
        n.now = from + chrono::TimeDelta::minutes(minute + later);
        if let Err(refusal) = n.act(Intent::new("ana", event.clone())) {
            panic!("{event:?}: {refusal}");
        }
    }
    n
}

/// Working minutes of every attempt.
fn minutes(state: &RunState, now: golive::run::Time) -> BTreeMap<(String, usize), i64> {
    let steps = state.plan.steps.iter().zip(&state.steps);
    let all = steps.flat_map(|(plan, step)| {
        let attempts = step.earlier.iter().chain([&step.now]).enumerate();
        attempts
            .filter_map(|(n, attempt)| Some(((plan.id.clone(), n + 1), attempt.elapsed(now)? / 60)))
    });
    all.collect()
}

/// The steps that are running when an event of the script happens, each with its attempt.
fn running(until: usize) -> Vec<(String, usize)> {
    let mut open: Vec<(String, usize)> = Vec::new();
    for (_, event) in script().into_iter().take(until) {
        let (Some(step), Some(attempt)) = (event.step(), event.attempt()) else { continue };
        let this = (step.to_owned(), attempt as usize);
        match event {
            Event::StepStarted { .. } => open.push(this),
            _ => open.retain(|other| *other != this),
        }
    }
    open
}

#[test]
fn only_what_ran_through_a_hold_is_longer_by_it() {
    let plain = play(None);
    let without = minutes(&plain.state, plain.now);
    assert_eq!(
        (without[&("migrate".to_owned(), 1)], without[&("migrate".to_owned(), 2)]),
        (23, 23)
    );
    // A run is not held before it has started.
    for at in 1..script().len() {
        let held = play(Some(at));
        let with = minutes(&held.state, held.now);
        let through = running(at);
        for (step, minutes) in &with {
            let more = if through.contains(step) { HOLD } else { 0 };
            assert_eq!(*minutes, without[step] + more, "{step:?}, held before event {at}");
        }
        assert_eq!(with.len(), without.len());
        assert_eq!(held.state.hold_secs(held.now), HOLD * 60);
    }
}
