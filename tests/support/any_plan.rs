//! Random plans with everything that a forecast has to reckon with: links of both kinds with lags,
//! barriers, flows, choices, fixed starts, streams, a ladder, a window that soon closes.

use golive::run::{Decision, Event, Mend, Mode, RunState, StepStatus};
use golive::runbook::{Runbook, StepKind};
use proptest::prelude::*;

/// What one step is made from.
pub type Seed = (u8, u8, u8, u8);

/// What a plan is made from.
#[derive(Debug, Clone)]
pub struct Shape {
    pub steps: Vec<Seed>,
    pub ladder: u8,
    pub mode: Mode,
}

pub fn shape(steps: std::ops::Range<usize>) -> impl Strategy<Value = Shape> {
    let mode = prop_oneof![Just(Mode::Live), Just(Mode::Rehearsal)];
    (prop::collection::vec(any::<Seed>(), steps), any::<u8>(), mode)
        .prop_map(|(steps, ladder, mode)| Shape { steps, ladder, mode })
}

const HEAD: &str = r#"
format = 1
[release]
title = "Any"
start = "T-1h"
zero_hour = 2026-11-28T23:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T00:30:00Z }
decision_margin = "3m"
update_every = "30m"
[people.ana]
role = "lead"
[people.bo]
role = "lead"
"#;

/// The text of a plan; some shapes make one that no run could carry out.
pub fn text(shape: &Shape) -> String {
    let mut text = HEAD.to_owned();
    let third = shape.steps.len().div_ceil(3);
    let mut choices: Vec<usize> = Vec::new();
    for (i, seed) in shape.steps.iter().enumerate() {
        if i.is_multiple_of(third) {
            text += &format!("[[phases]]\nid = \"p{}\"\ntitle = \"P\"\n", i / third);
            text += ["", "flow = \"parallel\"\n", "flow = \"streams\"\n"][usize::from(seed.1) % 3];
            text += match seed.2 % 5 {
                0 => "after = []\n",
                1 if i > third => "after = [\"p0\"]\n",
                _ => "",
            };
        }
        step(&mut text, i, *seed, &mut choices);
    }
    ladder(&mut text, shape, choices.first().copied());
    text
}

fn step(text: &mut String, i: usize, (kind, links, times, extra): Seed, choices: &mut Vec<usize>) {
    let word =
        ["task", "task", "task", "wait", "milestone", "gate", "choice"][usize::from(kind) % 7];
    *text += &format!("[[phases.steps]]\nid = \"s{i}\"\ntitle = \"S{i}\"\nkind = \"{word}\"\n");
    *text += ["", "stream = \"db\"\n", "stream = \"net\"\n"][usize::from(kind) / 7 % 3];
    if matches!(word, "task" | "wait") {
        *text += &format!("duration = [\"1s\", \"{}m\", \"3h\"]\n", 1 + times % 23);
        *text += ["", "", "not_before = \"T-40m\"\n", "not_before = 2026-11-28T22:20:00Z\n"]
            [usize::from(times) / 32 % 4];
        *text += ["", "abort = \"4m\"\n", "in_rehearsal = false\n", "on_failure = \"continue\"\n"]
            [usize::from(extra) % 4];
        if extra.is_multiple_of(11) {
            *text += "point_of_no_return = true\n";
        }
        if extra.is_multiple_of(3) {
            *text += "owner = \"bo\"\nnotice = \"10m\"\n";
        }
    }
    if word == "gate" && extra.is_multiple_of(2) {
        *text += "deadline = \"T-20m\"\n";
    }
    if links % 4 != 0 && i > 0 {
        let near = i - 1 - usize::from(links / 4) % i.min(4);
        let far = usize::from(times) % i;
        let start =
            |n: usize, lag: u8| format!("{{ step = \"s{n}\", on = \"start\", lag = \"{lag}m\" }}");
        let finish = |n: usize, lag: u8| format!("{{ step = \"s{n}\", lag = \"{lag}m\" }}");
        let links = match links % 4 {
            1 => vec![format!("\"s{near}\"")],
            2 => vec![start(near, links / 16), finish(far, links / 64)],
            _ => vec![finish(near, links / 32), start(far, 0)],
        };
        *text += &format!("needs = [{}]\n", links.join(", "));
    }
    if word == "choice" {
        *text += "options = [{ id = \"x\", title = \"X\" }, { id = \"y\", title = \"Y\" }]\n";
    }
    if extra % 5 < 2
        && let Some(choice) = choices.get(usize::from(times) % choices.len().max(1))
    {
        let option = ["x", "y"][usize::from(extra) % 2];
        *text += &format!("when = {{ step = \"s{choice}\", is = \"{option}\" }}\n");
    }
    if word == "choice" {
        choices.push(i);
    }
}

fn ladder(text: &mut String, shape: &Shape, choice: Option<usize>) {
    let steps = shape.steps.len();
    for rung in 0..usize::from(shape.ladder % 3) {
        let from = (rung * 2 + usize::from(shape.ladder) / 9) % steps;
        let covers: Vec<String> =
            (from..steps.min(from + 4)).map(|i| format!("\"s{i}\"")).collect();
        *text += &format!("[[rollbacks]]\nid = \"r{rung}\"\ntitle = \"R{rung}\"\n");
        *text += &format!("covers = [{}]\n", covers.join(", "));
        *text += match shape.ladder / 3 % 3 {
            0 => "available_until = \"end\"\n",
            1 => "",
            _ => "trigger = \"errors\"\n",
        };
        if shape.ladder.is_multiple_of(2) {
            *text += &format!("then = \"resume:s{from}\"\n");
        }
        *text += &format!(
            "[[rollbacks.steps]]\nid = \"r{rung}a\"\ntitle = \"A\"\nduration = [\"1s\", \"12m\", \"1h\"]\nundoes = \"s{from}\"\n"
        );
        *text += &format!(
            "[[rollbacks.steps]]\nid = \"r{rung}b\"\ntitle = \"B\"\nduration = [\"1s\", \"7m\", \"1h\"]\nneeds = [{{ step = \"r{rung}a\", lag = \"2m\" }}]\nundoes = \"s{}\"\n",
            (from + 1).min(steps - 1)
        );
        *text += &format!(
            "[[rollbacks.steps]]\nid = \"r{rung}c\"\ntitle = \"C\"\nduration = [\"1s\", \"5m\", \"1h\"]\n"
        );
        // One that hangs on what the plan has chosen.
        if let Some(choice) = choice {
            *text += &format!(
                "[[rollbacks.steps]]\nid = \"r{rung}d\"\ntitle = \"D\"\nduration = [\"1s\", \"20m\", \"1h\"]\nwhen = {{ step = \"s{choice}\", is = \"x\" }}\n"
            );
        }
    }
}

/// One thing that happens: what, to which step, how many seconds later, and a number more.
pub type Try = (u8, u8, u16, u8);

pub fn tries() -> impl Strategy<Value = Vec<Try>> {
    prop::collection::vec(any::<Try>(), 0..40)
}

/// A try as an event: mostly what would come next anyway.
pub fn event(state: &RunState, (what, step, _, extra): Try) -> Option<Event> {
    let plan: &Runbook = &state.plan;
    let ix = usize::from(step) % plan.steps.len();
    let (id, attempt) = (plan.steps[ix].id.clone(), state.steps[ix].attempt);
    let rung = plan.rollbacks.get(usize::from(extra) % plan.rollbacks.len().max(1));
    let reason = Some("why".to_owned());
    Some(match what % 32 {
        0..=11 => match (state.steps[ix].status(), plan.steps[ix].kind) {
            (_, StepKind::Gate) => {
                let decision = if extra.is_multiple_of(4) { Decision::NoGo } else { Decision::Go };
                Event::GateDecided { step: id, attempt, decision, reason }
            }
            (_, StepKind::Choice) => {
                let option = ["x", "y"][usize::from(extra) % 2].to_owned();
                Event::OptionChosen { step: id, attempt, option }
            }
            (StepStatus::Running, _) => Event::StepCompleted { step: id, attempt },
            _ => Event::StepStarted { step: id, attempt },
        },
        12 => Event::StepCompleted { step: id, attempt },
        13 => Event::StepFailed { step: id, attempt, reason },
        14 => Event::StepBlocked { step: id, attempt, reason },
        15 => Event::StepUnblocked { step: id, attempt },
        16 => Event::StepSkipped { step: id, attempt, reason },
        17 => Event::StepDeferred { step: id, attempt, reason },
        18 => Event::StepReopened { step: id, attempt, reason },
        19 | 20 => Event::StepEstimated { step: id, attempt, remaining_s: i64::from(extra) * 9 },
        21 => Event::RunHeld { reason },
        22 => Event::RunResumed {},
        23 => Event::RunStarted {},
        24 => Event::RunRescheduled {
            window: None,
            zero_hour: Some(super::start() + chrono::TimeDelta::minutes(i64::from(extra))),
            approver: None,
            reference: None,
            reason,
        },
        25 => {
            let from = ["\"3h\"]", "\"2h\"]"][usize::from(extra) % 2];
            let text = state.text.replacen("\"3h\"]", from, 1).replacen("\"2h\"]", "\"3h\"]", 1);
            let text = text.replacen("title = \"S0\"", "title = \"S0, anew\"", 1);
            Event::RunRevised {
                sha256: golive::run::sha256_hex(text.as_bytes()),
                runbook: text,
                base_sha256: state.sha256.clone(),
                reason,
                summary: "changed".to_owned(),
            }
        }
        26 | 27 => Event::RollbackBegun { rung: rung?.id.clone(), reason },
        28 | 29 => {
            Event::RollbackEnded { rung: rung?.id.clone(), succeeded: extra % 3 > 0, reason }
        }
        30 => Event::Correction {
            entry: state.log[usize::from(extra) % state.log.len()].entry.id.clone(),
            mend: Mend::Void {},
            reason,
        },
        _ => Event::RunCanceled { reason },
    })
}
