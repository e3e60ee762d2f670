//! What a worked example of the forecast is asked: times, float, finish, the way back, RAG.

use super::*;
use golive::run::{Forecast, Rag, RollBack, forecast};

/// 22:00 freeze 5, migrate 30, verify 15, open 10: ends 23:00. The window closes 23:30.
/// Taking it back: restore 20 m (undoes migrate), then thaw 5 m; 5 m to decide; 2 m to stop migrate.
pub const SEQUENCE: &str = r#"
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

/// What is expected of some steps, a line each: `id start–finish float[ critical][ late]`; a step of
/// an option that is not reckoned with has no float.
#[track_caller]
pub fn steps(n: &Night, expected: &[&str]) {
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
pub fn told(n: &Night, expected: &str) -> Forecast {
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

pub fn begun(n: &mut Night, at: &str, step: &str) {
    n.at(at).ok("ana", begin(step));
}

pub fn finished(n: &mut Night, at: &str, step: &str) {
    n.at(at).ok("ana", done(step));
}
