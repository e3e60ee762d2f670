//! The chance of finishing inside the window, held against what can be computed by hand.

mod support;

use golive::run::{Chance, Event, Odds, Time, chance, forecast};
use support::*;

/// A step of best = likely = 10 and worst = 110 minutes, that is 10 + 100 · X with X of the density
/// 5 (1 − x)⁴, so P(X ≤ x) = 1 − (1 − x)⁵.
fn plan(steps: &str, closes: &str) -> String {
    format!(
        r#"format = 1
[release]
title = "Chance"
zero_hour = 2026-11-28T22:00:00Z
window = {{ opens = 2026-11-28T22:00:00Z, closes = {closes} }}
[people.ana]
role = "lead"
[[phases]]
title = "One"
flow = "parallel"
steps = [ {steps} ]
"#
    )
}

const A: &str = r#"{ id = "a", title = "A", duration = ["10m", "10m", "110m"] },"#;
const B: &str = r#"{ id = "b", title = "B", duration = ["10m", "10m", "110m"] },"#;
/// 40 minutes after the start: X ≤ 0.3.
const CLOSES: &str = "2026-11-28T22:40:00Z";

fn odds(n: &Night) -> Option<Chance> {
    chance(&n.state, &forecast(&n.state, n.now), n.now)
}

/// Minutes from 22:00, to one decimal.
fn minutes(at: Time) -> f64 {
    (at - start()).num_seconds() as f64 / 60.0
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not near {expected}");
}

#[test]
fn one_step_by_its_distribution() {
    let chance = odds(&Night::open(&plan(A, CLOSES))).unwrap();
    // P(X ≤ 0.3) = 1 − 0.7⁵ = 0.832; of 2,000 draws that is ± 0.0084 once in three.
    near(chance.in_window.unwrap(), 0.832, 0.03);
    // Quantiles: x = 1 − (1 − p)^(1/5), 10 + 100 x minutes.
    near(minutes(chance.p50), 10.0 + 100.0 * (1.0 - 0.5_f64.powf(0.2)), 1.5);
    near(minutes(chance.p80), 10.0 + 100.0 * (1.0 - 0.2_f64.powf(0.2)), 2.0);
    near(minutes(chance.p95), 10.0 + 100.0 * (1.0 - 0.05_f64.powf(0.2)), 3.5);
    assert_eq!(chance.samples, 2_000);
}

#[test]
fn side_by_side_both_have_to_be_in_time() {
    let chance = odds(&Night::open(&plan(&format!("{A}{B}"), CLOSES))).unwrap();
    near(chance.in_window.unwrap(), 0.832 * 0.832, 0.035);
}

#[test]
fn a_running_step_is_drawn_from_what_is_left_of_it() {
    let mut n = Night::open(&plan(A, "2026-11-28T22:50:00Z"));
    n.ok("ana", begin("a"));
    n.at("22:30");
    // 30 minutes have passed, X > 0.2: P(X ≤ 0.4 | X > 0.2) = 1 − (0.6 / 0.8)⁵ = 0.763.
    let chance = odds(&n).unwrap();
    near(chance.in_window.unwrap(), 0.763, 0.035);
    assert!(chance.p50 >= n.now);
    // Past its worst it ends now.
    n.at("23:55");
    let chance = odds(&n).unwrap();
    assert_eq!((chance.p50, chance.p95, chance.in_window), (n.now, n.now, Some(0.0)));
}

#[test]
fn blocked_time_is_no_work() {
    let mut n = Night::open(&plan(A, "2026-11-28T23:10:00Z"));
    n.ok("ana", begin("a"));
    n.at("22:10").ok("ana", block("a"));
    // Blocked: all of it again from now, 10 + 100 · X; until 23:10 that is X ≤ 0.5 at 22:10.
    near(odds(&n).unwrap().in_window.unwrap(), 1.0 - 0.5_f64.powi(5), 0.02);
    n.at("22:30").ok("ana", unblock("a"));
    // 10 minutes of work and 20 blocked have passed: 22:20 + 10 + 100 · X, until 23:10: X ≤ 0.4.
    near(odds(&n).unwrap().in_window.unwrap(), 1.0 - 0.6_f64.powi(5), 0.03);
}

#[test]
fn an_estimate_counts_as_said() {
    let mut n = Night::open(&plan(&format!("{A}{B}"), CLOSES));
    n.ok("ana", begin("a"));
    n.ok("ana", estimate("a", 5));
    near(odds(&n).unwrap().in_window.unwrap(), 0.832, 0.03);
    n.ok("ana", begin("b"));
    n.ok("ana", estimate("b", 5));
    assert_eq!(odds(&n), None, "nothing is left to chance");
}

#[test]
fn where_nothing_is_left_to_chance_there_is_none() {
    let fixed = r#"{ id = "a", title = "A", duration = "10m" },"#;
    assert_eq!(odds(&Night::open(&plan(fixed, CLOSES))), None);
    let mut n = Night::open(&plan(A, CLOSES));
    n.ok("ana", begin("a"));
    n.ok("ana", done("a"));
    assert_eq!(odds(&n), None, "settled");
    let mut n = Night::open(&plan(A, CLOSES));
    n.ok("ana", Event::RunStarted {});
    n.ok("ana", Event::RunCanceled { reason: Some("storm".to_owned()) });
    assert_eq!(odds(&n), None, "over");
}

#[test]
fn a_run_without_a_window_has_percentiles_only() {
    let text = plan(A, CLOSES);
    let from = text.find("window").unwrap();
    let until = from + text[from..].find('\n').unwrap();
    let chance = odds(&Night::open(&format!("{}{}", &text[..from], &text[until..]))).unwrap();
    assert_eq!(chance.in_window, None);
    assert!(chance.p50 < chance.p80 && chance.p80 < chance.p95);
}

#[test]
fn whoever_asks_is_told_the_same_until_something_happens() {
    let mut n = Night::open(&plan(&format!("{A}{B}"), CLOSES));
    let first = odds(&n);
    assert_eq!(first, odds(&n));
    let taken = Odds::of(&n.state, &forecast(&n.state, n.now), n.now).unwrap();
    assert_eq!(taken.chance(), first, "drawn elsewhere, it is the same");
    n.ok("ana", note("all quiet"));
    assert_ne!(first, odds(&n), "another entry, another night");
}

#[test]
fn what_comes_after_waits_for_what_was_drawn() {
    // a (10 + 100 X) and then 30 minutes: 40 + 100 X from 22:00, until 23:10 X ≤ 0.3.
    let text = plan(
        &format!(r#"{A}{{ id = "c", title = "C", duration = "30m", needs = ["a"] }},"#),
        "2026-11-28T23:10:00Z",
    );
    near(odds(&Night::open(&text)).unwrap().in_window.unwrap(), 0.832, 0.03);
}
