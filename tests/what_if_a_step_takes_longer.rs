//! What moves if a step takes longer, computed by hand; nothing is recorded by asking.

mod support;

use golive::run::{Moved, RollBack, forecast, what_if};
use support::*;

/// 22:00 freeze 5, then migrate 30 beside dns 10, a gate, open 20: 22:55. The way back: 20 minutes
/// once migrate has begun, the window closes 23:30.
const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:30:00Z }
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze", duration = "5m" },
  { id = "migrate", title = "Migrate", duration = "30m", needs = ["freeze"] },
  { id = "dns", title = "DNS", duration = "10m", needs = ["freeze"] },
  { id = "gate", title = "Open?", kind = "gate", needs = ["migrate", "dns"] },
]
[[phases]]
title = "Opening"
steps = [ { id = "open", title = "Open", duration = "20m" } ]
[[rollbacks]]
id = "restore"
title = "Restore"
covers = ["migrate"]
steps = [ { id = "dump", title = "Dump", duration = "20m" } ]
"#;

fn ask(n: &Night, step: &str, minutes: i64) -> Moved {
    what_if(&n.state, &forecast(&n.state, n.now), n.ix(step), minutes * 60)
}

/// `id from to`, as they are listed.
fn moves(n: &Night, moved: &Moved) -> Vec<String> {
    let clock = |at: golive::run::Time| at.format("%H:%M").to_string();
    let line = |m: &golive::runbook::schedule::MovedStep| {
        format!("{} {} {}", n.state.plan.steps[m.step].id, clock(m.from), clock(m.to))
    };
    moved.steps.iter().map(line).collect()
}

#[test]
fn on_the_critical_path_all_that_follows_moves_gates_first() {
    let n = Night::open(PLAN);
    let moved = ask(&n, "migrate", 15);
    // migrate 22:05–22:50, the gate then, open 22:50–23:10.
    assert_eq!(moves(&n, &moved), ["gate 22:35 22:50", "migrate 22:35 22:50", "open 22:55 23:10"]);
    assert_eq!((moved.later(), moved.finish.1), (15 * 60, Some(clock("23:10"))));
}

#[test]
fn within_its_float_only_the_step_itself_moves() {
    let n = Night::open(PLAN);
    // dns 22:05–22:15 may slip until 22:35.
    let moved = ask(&n, "dns", 20);
    assert_eq!((moves(&n, &moved), moved.later()), (vec!["dns 22:15 22:35".to_owned()], 0));
    // 5 minutes more than its float move the rest by 5.
    let moved = ask(&n, "dns", 25);
    assert_eq!(moves(&n, &moved), ["gate 22:35 22:40", "dns 22:15 22:40", "open 22:55 23:00"]);
    // Shorter, nothing else moves either.
    assert_eq!(moves(&n, &ask(&n, "dns", -5)), ["dns 22:15 22:10"]);
}

#[test]
fn a_running_step_is_longer_than_is_expected_of_it_now() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.at("22:05").ok("ana", done("freeze"));
    n.ok("ana", begin("migrate"));
    n.at("22:25").ok("ana", estimate("migrate", 25));
    // Expected 22:50 by the estimate; ten more make it 23:00, and open 23:00–23:20.
    let moved = ask(&n, "migrate", 10);
    assert_eq!(moves(&n, &moved)[1..], ["migrate 22:50 23:00", "open 23:10 23:20"]);
    // Past its estimate it is expected to end now; longer counts from now. DNS, begun now, ends
    // 23:05 as well, so nothing else moves.
    n.at("22:55");
    assert_eq!(moves(&n, &ask(&n, "migrate", 10)), ["migrate 22:55 23:05"]);
}

#[test]
fn a_longer_rollback_moves_the_moment_to_roll_back_by() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.at("22:05").ok("ana", done("freeze"));
    n.ok("ana", begin("migrate"));
    // The way back takes 20: by 23:30 − 20 = 23:10; were it 35, by 22:55.
    let moved = ask(&n, "dump", 15);
    let by = |of: RollBack| of.by();
    assert_eq!(by(moved.roll_back.0), Some(clock("23:10")));
    assert_eq!(by(moved.roll_back.1), Some(clock("22:55")));
    assert_eq!(moves(&n, &moved), Vec::<String>::new());
}

#[test]
fn asking_changes_nothing_and_a_settled_step_moves_nothing() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.at("22:05").ok("ana", done("freeze"));
    let before = n.state.clone();
    let moved = ask(&n, "freeze", 60);
    assert_eq!((moved.steps.len(), moved.later()), (0, 0));
    ask(&n, "migrate", 60);
    assert_eq!(n.state, before);
}
