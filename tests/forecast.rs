//! Where a run is heading: computed by hand, held against the forecast.
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

mod support;

use golive::run::{
    Event, Forecaster, Intent, Rag, RollBack, after_next_text, fill, forecast, preview,
    roll_back_text, slip_text, status, t_clock_text,
};
use support::ladder::{migrated, take};
use support::*;

/// Two streams after a freeze, a gate, a phase behind the barrier; plan 22:00 to 22:55.
const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
start = "T-1h"
zero_hour = 2026-11-28T23:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:10:00Z }
amber_after = "10m"
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze", duration = "5m" },
  { id = "migrate", title = "Migrate", duration = "30m", needs = ["freeze"] },
  { id = "dns", title = "DNS", duration = "10m", needs = [{ step = "freeze", on = "start", lag = "2m" }] },
  { id = "gate", title = "Open?", kind = "gate", needs = ["migrate", "dns"] },
]
[[phases]]
title = "Opening"
steps = [ { id = "open", title = "Open", duration = "20m" } ]
[[intervals]]
id = "frozen"
title = "Frozen"
from = { step = "freeze", on = "start" }
to = { step = "open", on = "finish" }
limit = "1h"
[[messages]]
id = "m"
text = "x"
"#;

fn expected(n: &Night, id: &str) -> (String, String) {
    let forecast = forecast(&n.state, n.now);
    let step = forecast.steps[n.ix(id)];
    let clock = |at: Option<golive::run::Time>| {
        at.map_or("–".to_owned(), |t| t.format("%H:%M").to_string())
    };
    (clock(step.start), clock(step.finish))
}

fn span(from: &str, until: &str) -> (String, String) {
    (from.to_owned(), until.to_owned())
}

#[test]
fn the_plan_by_hand() {
    let n = Night::open(PLAN);
    assert_eq!(expected(&n, "freeze"), span("22:00", "22:05"));
    assert_eq!(expected(&n, "migrate"), span("22:05", "22:35"));
    assert_eq!(expected(&n, "dns"), span("22:02", "22:12"));
    assert_eq!(expected(&n, "gate"), span("22:35", "22:35"));
    assert_eq!(expected(&n, "open"), span("22:35", "22:55"));
    let forecast = forecast(&n.state, n.now);
    assert_eq!(forecast.finish, forecast.plan_finish);
    let floats: Vec<_> = forecast.steps.iter().map(|s| s.float).collect();
    assert_eq!(floats, [0, 0, 23 * 60, 0, 0].map(Some), "only DNS may slip");
    assert_eq!((forecast.rag, forecast.reasons.len()), (Rag::Green, 0));
}

#[test]
fn a_running_step_ends_as_estimated_and_what_follows_moves() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.at("22:05").ok("ana", done("freeze"));
    n.ok("ana", begin("migrate"));
    n.ok("ana", skip("dns"));
    n.at("22:25").ok("ana", estimate("migrate", 25));
    assert_eq!(expected(&n, "migrate"), span("22:05", "22:50"));
    assert_eq!(expected(&n, "open"), span("22:50", "23:10"));
    let f = forecast(&n.state, n.now);
    assert_eq!(f.rag, Rag::Amber);
    assert_eq!(f.reasons, ["finish expected 15m later than planned"]);
    assert_eq!(slip_text(&f).as_deref(), Some("+15m"));
    // Past its estimate, it ends now.
    n.at("22:55");
    assert_eq!(expected(&n, "migrate"), span("22:05", "22:55"));
    let f = forecast(&n.state, n.now);
    assert_eq!(f.rag, Rag::Red);
    assert_eq!(f.reasons[0], "finish expected 5m after the window closes");
    assert!(f.reasons.contains(&"1.2 overruns by 20m".to_owned()), "{:?}", f.reasons);
    assert!(f.reasons.contains(&"Frozen: 55m of 1h".to_owned()), "{:?}", f.reasons);
}

#[test]
fn a_late_start_moves_everything_and_a_failure_is_red() {
    let mut n = Night::open(PLAN);
    n.at("22:08").ok("ana", begin("freeze"));
    assert_eq!(expected(&n, "open"), span("22:43", "23:03"));
    n.at("22:10").ok("ana", fail("freeze"));
    let f = forecast(&n.state, n.now);
    assert_eq!((f.rag, f.reasons[0].as_str()), (Rag::Red, "1.1 failed"));
    // Tried again, it takes its full time from now.
    assert_eq!(expected(&n, "freeze"), span("22:08", "22:15"));
}

#[test]
fn blocked_time_puts_the_end_off() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.at("22:02").ok("ana", block("freeze"));
    n.at("22:10");
    assert_eq!(expected(&n, "freeze"), span("22:00", "22:15"), "blocked: all of it from now");
    n.ok("ana", unblock("freeze"));
    assert_eq!(
        expected(&n, "freeze"),
        span("22:00", "22:13"),
        "five minutes of work, eight blocked"
    );
}

#[test]
fn messages_are_filled_in() {
    let mut n = Night::open(PLAN);
    n.ok("ana", begin("freeze"));
    n.at("22:05").ok("ana", done("freeze"));
    n.ok("ana", Event::StepStarted { step: "migrate".to_owned(), attempt: 1 });
    let f = forecast(&n.state, n.now);
    let text = "{{ title }} {{rag}}: {{ done }}/{{ total }}, {{ eta }}, {{ t_clock }}, {{ phase }}, {{ other }}, {{";
    assert_eq!(
        fill(&n.state, &f, "abc", text, n.now),
        "Ledger GREEN: 1/5, 22:55, T−00:55, Cutover, {{ other }}, {{"
    );
    assert_eq!([t_clock_text(-59), t_clock_text(3600 * 26 + 300)], ["T−00:00", "T+26:05"]);
}

/// The plan with a way back: 15 m, 5 m to decide; by 22:50.
fn with_ladder() -> String {
    let ladder = "[[rollbacks]]\nid = \"back\"\ntitle = \"Back\"\nthen = \"resume:freeze\"\nsteps = [{ id = \"thaw\", title = \"Thaw\", duration = \"15m\", owner = \"ana\" }]\n";
    PLAN.replace("[people.ana]", "decision_margin = \"5m\"\n[people.ana]")
        .replace("title = \"Migrate\"", "title = \"Migrate\", stream = \"database\"")
        + ladder
}

#[test]
fn what_would_be_expected_is_told_without_anything_being_recorded() {
    let mut n = Night::open(&with_ladder());
    n.ok("ana", begin("freeze"));
    let before = n.state.clone();
    let failed = preview(&n.state, &[fail("freeze")], n.now);
    assert_eq!((failed.finish, failed.rag), (Some(clock("22:55")), Rag::Red));
    let skipped = preview(&n.state, &[done("freeze"), skip("migrate")], n.now);
    // DNS 22:02–22:12, gate, open 20 m.
    assert_eq!(skipped.finish, Some(clock("22:32")));
    let rung = Event::RollbackBegun { rung: "back".to_owned(), reason: None };
    let rolled = preview(&n.state, &[done("freeze"), rung], n.now);
    // 15 m of thaw, then all 55 m of the plan again.
    assert_eq!(rolled.finish, Some(clock("23:10")));
    assert_eq!(rolled.roll_back, RollBack::On { rung: 0, finish: Some(clock("22:15")) });
    assert_eq!(n.state, before);
    let forecaster = Forecaster::new(&n.state, n.now);
    assert_eq!(forecaster.preview(&n.state, &[fail("freeze")], n.now), failed);
}

#[test]
fn status_tells_the_way_back_and_the_streams() {
    let mut n = Night::open(&with_ladder());
    let told = |n: &Night| {
        serde_json::to_value(status(&n.state, &forecast(&n.state, n.now), "abc", n.now))
            .expect("json")
    };
    let before = told(&n);
    assert_eq!(before["forecast"].get("roll_back_by"), None);
    assert_eq!(before["forecast"]["roll_back_by_after_next"], "2026-11-28T22:50:00Z");
    n.ok("ana", begin("freeze"));
    let now = told(&n);
    assert_eq!(now["forecast"]["roll_back_by"], "2026-11-28T22:50:00Z");
    assert_eq!(
        now["forecast"]["rollback"],
        serde_json::json!({ "rung": "back", "duration_s": 900 })
    );
    assert_eq!(
        now["streams"],
        serde_json::json!([{ "stream": "database", "rag": "green", "done": 0, "total": 1 }])
    );
    n.ok("ana", done("freeze"));
    n.ok("ana", Event::RollbackBegun { rung: "back".to_owned(), reason: None });
    n.at("22:10").ok("ana", begin("thaw"));
    n.at("22:16");
    let rolling = told(&n);
    assert_eq!(
        rolling["forecast"]["rollback"],
        serde_json::json!({ "rung": "back", "duration_s": 540 })
    );
    assert_eq!(rolling["forecast"].get("roll_back_by"), None);
}

#[test]
fn the_way_back_in_words() {
    let mut n = Night::open(&with_ladder());
    let told = |n: &Night| {
        let f = forecast(&n.state, n.now);
        (roll_back_text(&n.state, &f.roll_back), after_next_text(&n.state, &f).unwrap_or_default())
    };
    let words = |now: &str, after: &str| (now.to_owned(), after.to_owned());
    assert_eq!(told(&n), words("nothing to roll back yet", "after 1.1: 22:50"));
    n.ok("ana", begin("freeze"));
    assert_eq!(told(&n), words("22:50", ""), "the next step changes nothing");
    let f = forecast(&n.state, n.now);
    assert_eq!(fill(&n.state, &f, "abc", "by {{ roll_back_by }}", n.now), "by 22:50");
    n.ok("ana", done("freeze"));
    n.ok("ana", Event::RollbackBegun { rung: "back".to_owned(), reason: None });
    assert_eq!(told(&n).0, "rolling back: Back, ends 22:15");
    let none = Night::open(PLAN);
    assert_eq!(told(&none), words("no rollback in this runbook", ""));
    let cut = "id = \"migrate\", point_of_no_return = true,";
    let mut n = Night::open(&with_ladder().replace("id = \"migrate\",", cut));
    n.ok("ana", begin("freeze"));
    n.ok("ana", done("freeze"));
    assert_eq!(told(&n), words("22:50", "after 1.2: fix forward only"));
    n.ok("ana", begin("migrate"));
    assert_eq!(told(&n).0, "fix forward only since 1.2");
}

#[test]
fn a_correction_that_puts_another_rung_in_its_place_moves_the_forecast() {
    let mut n = migrated();
    let first = n.ok("ana", take("restore"));
    // Recorded by somebody else at the same time, without a hub.
    n.force(Intent::new("eve", take("return")));
    let mut forecaster = Forecaster::new(&n.state, n.now);
    n.ok("ana", void(n.id_of(first)));
    assert!(matches!(forecast(&n.state, n.now).roll_back, RollBack::On { rung: 1, .. }));
    forecaster.event(&n.state, n.now);
    assert_eq!(forecaster.forecast(), &forecast(&n.state, n.now));
}
