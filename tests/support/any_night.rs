//! Random runbooks, and random, also hostile, sequences of acts on them.

use super::{Night, start};
use golive::run::{
    Decision, Event, Evidence, Intent, Mend, Mode, NoteKind, Outcome, RunState, Verdict, Vote,
};
use golive::runbook::Role;
use proptest::prelude::*;

const STEPS: usize = 7;
const KINDS: [&str; 5] = ["task", "milestone", "gate", "choice", "wait"];
/// How many kinds of events are tried; the last few are all corrections.
const EVENTS: u8 = 57;
const PEOPLE: [&str; 4] = ["ana", "bo", "cy", "nobody"];

/// A plan of two phases and a ladder; what each step is comes from one number a step.
pub fn plan(shape: &[u8]) -> String {
    phases(shape) + &rungs(shape)
}

/// Two or three rungs over the phases. Each can be reached, whatever the numbers: what it covers
/// begins before that which takes it away.
fn rungs(shape: &[u8]) -> String {
    let n = |i: usize| usize::from(shape[i % shape.len()]);
    let (first, last) = (n(0) % 4, 3 + n(1) % 4);
    let covers: Vec<_> = (first..=last).map(|ix| format!("\"s{ix}\"")).collect();
    let covers = covers.join(", ");
    let then = [
        "stop".to_owned(),
        format!("resume:s{first}"),
        format!("resume:s{last}"),
        format!("resume:s{}", (first + last) / 2),
    ][n(2) % 4]
        .clone();
    let until = ["", "available_until = \"end\"\n", "available_until = \"s5\"\n"][n(3) % 3];
    let kinds = [
        "duration = \"5m\"",
        "kind = \"gate\"\nvoters = [\"bo\"]",
        "kind = \"choice\"\noptions = [{ id = \"x\", title = \"X\" }, { id = \"y\", title = \"Y\" }]",
        "duration = \"5m\"\nsigners = 2",
        "duration = \"5m\"\non_failure = \"hold\"",
    ];
    let mut text = format!(
        "[[rollbacks]]\nid = \"r0\"\ntitle = \"R0\"\ncovers = [{covers}]\nthen = \"{then}\"\n{until}"
    );
    let step = |id: &str, keys: &str| {
        format!("[[rollbacks.steps]]\nid = \"{id}\"\ntitle = \"{id}\"\n{keys}\n")
    };
    text += &step("r00", &format!("duration = \"5m\"\nundoes = \"s{first}\""));
    text += &step("r01", kinds[n(4) % kinds.len()]);
    text += &step("r02", "kind = \"milestone\"");
    text += "[[rollbacks]]\nid = \"r1\"\ntitle = \"R1\"\n";
    text += ["", "flow = \"parallel\"\n"][n(5) % 2];
    text += &step("r10", "duration = \"5m\"\nundoes = \"s0\"");
    text += &step("r11", kinds[n(6) % kinds.len()]);
    if n(0) % 2 == 0 {
        text += "[[rollbacks]]\nid = \"r2\"\ntitle = \"R2\"\navailable_until = \"end\"\nthen = \"resume:s0\"\n";
        text += &step("r20", "duration = \"5m\"\nin_rehearsal = false");
    }
    text
}

/// What each step is comes from one number a step.
fn phases(shape: &[u8]) -> String {
    let mut text = r#"
format = 1
[release]
title = "Any"
zero_hour = 2026-11-28T23:00:00Z
[people.ana]
role = "lead"
[people.bo]
name = "Bo"
[people.cy]
role = "observer"
[[checklists]]
id = "ready"
title = "Ready"
items = [{ id = "one", text = "One" }]
"#
    .to_owned();
    for (i, n) in shape.iter().enumerate() {
        if i == 0 || i == shape.len() / 2 {
            text += &format!("[[phases]]\nid = \"p{i}\"\ntitle = \"P{i}\"\n");
            text += ["flow = \"sequence\"\n", "flow = \"parallel\"\n"][usize::from(n % 2)];
        }
        let kind = KINDS[usize::from(*n) / 2 % KINDS.len()];
        let passes = i + 1 == shape.len() && *n % 4 == 0;
        text += &format!("[[phases.steps]]\nid = \"s{i}\"\ntitle = \"S{i}\"\nkind = \"{kind}\"\n");
        match kind {
            "task" | "wait" => text += "duration = \"5m\"\n",
            "gate" => text += "voters = [\"ana\", \"cy\"]\nrequires = [\"ready\"]\n",
            "choice" => {
                text +=
                    "options = [{ id = \"x\", title = \"X\" }, { id = \"y\", title = \"Y\" }]\n";
            }
            _ => {}
        }
        if passes && kind != "milestone" {
            text += "point_of_no_return = true\n";
        }
        if kind == "task" {
            if *n % 3 == 0 {
                text += "records = [{ id = \"lag\", title = \"Lag\", pass = \"< 5\" }]\n";
            }
            if *n % 7 == 0 {
                text += "not_before = \"T-30m\"\n";
            }
            text += [
                "",
                "on_failure = \"hold\"\n",
                "on_failure = \"continue\"\nitems = [\"one\"]\n",
                "signers = 2\n",
            ][usize::from(*n) / 10 % 4];
        }
    }
    text
}

/// One thing somebody tries: what, on which step, by whom, how much later, overriding or not.
pub type Try = (u8, u8, u8, u16, bool, u8);

fn event(state: &RunState, (what, step, _, _, _, extra): Try) -> Event {
    let ix = usize::from(step) % (state.steps.len() + 1);
    let attempt = state.steps.get(ix).map_or(1, |s| s.attempt) + u32::from(extra == 255);
    let step = state.plan.steps.get(ix).map_or_else(|| "none".to_owned(), |s| s.id.clone());
    let rung = ["r0", "r1", "r2", "r0"][usize::from(extra) % 4].to_owned();
    let reason = (extra % 3 > 0).then(|| "why\u{1b}[2J".to_owned());
    let earlier = &state.log[usize::from(extra) % state.log.len()].entry.id;
    match what % EVENTS {
        0..=4 => Event::StepStarted { step, attempt },
        5..=9 => Event::StepCompleted { step, attempt },
        10 => Event::StepFailed { step, attempt, reason },
        11 => Event::StepBlocked { step, attempt, reason },
        12 => Event::StepUnblocked { step, attempt },
        13 => Event::StepSkipped { step, attempt, reason },
        14 => Event::StepDeferred { step, attempt, reason },
        15 => Event::StepReopened { step, attempt, reason },
        16 => Event::StepSigned { step, attempt },
        17 => Event::ItemTicked { step, attempt, item: "one".to_owned() },
        18 => Event::OptionChosen {
            step,
            attempt,
            option: ["x", "y", "z"][usize::from(extra) % 3].to_owned(),
        },
        19 => Event::GateVoted {
            step,
            attempt,
            vote: [Vote::Go, Vote::NoGo][usize::from(extra % 2)],
            comment: None,
        },
        20 => Event::GateDecided {
            step,
            attempt,
            decision: match extra % 3 {
                0 => Decision::Go,
                1 => Decision::NoGo,
                _ => Decision::GoWithConditions { conditions: vec!["c".to_owned()] },
            },
            reason,
        },
        21 => Event::RunHeld { reason },
        22 => Event::RunResumed {},
        23 => Event::StepEstimated { step, attempt, remaining_s: i64::from(extra) - 100 },
        24 => Event::NoteAdded {
            text: "n".to_owned(),
            kind: NoteKind::Issue,
            step: Some(step),
            public: false,
            owner: None,
            due: None,
        },
        25 => Event::NoteClosed { note: earlier.clone(), reason },
        26 => Event::RoleGranted {
            person: PEOPLE[usize::from(extra) % 4].to_owned(),
            role: [Role::Operator, Role::Lead][usize::from(extra % 2)],
        },
        27 => {
            Event::EvidenceGiven { step, attempt, evidence: Evidence::Link { url: String::new() } }
        }
        28 => Event::RunCompleted { outcome: Outcome::Successful, summary: None },
        29 => Event::RunStarted {},
        30 => Event::StepStoodBy { step, attempt },
        31 => Event::StepAssigned { step, owner: PEOPLE[usize::from(extra) % 4].to_owned() },
        32 => {
            let value = ["3", "9", "x"][usize::from(extra) % 3].to_owned();
            Event::ValueRecorded { step, attempt, record: "lag".to_owned(), value }
        }
        33 => Event::ReasonGiven { step, attempt, reason: reason.unwrap_or_default() },
        34 => Event::ChecklistTicked {
            checklist: "ready".to_owned(),
            item: "one".to_owned(),
            evidence: None,
        },
        35 => Event::ChecklistWaived {
            checklist: "ready".to_owned(),
            item: None,
            reason: reason.unwrap_or_default(),
        },
        36 => Event::HandedOver { to: PEOPLE[usize::from(extra) % 4].to_owned() },
        37 => Event::SubstituteActive {
            person: PEOPLE[usize::from(extra) % 4].to_owned(),
            substitute: PEOPLE[usize::from(extra) / 4 % 4].to_owned(),
        },
        38 => {
            [Event::RollCallOpened {}, Event::RollCallAnswered {}][usize::from(extra % 2)].clone()
        }
        39 => Event::RunRescheduled {
            window: None,
            zero_hour: Some(start() + chrono::TimeDelta::minutes(i64::from(extra))),
            approver: None,
            reference: None,
            reason,
        },
        40 => revised(state, extra),
        41 => Event::NoteRemoved { note: earlier.clone() },
        42 => Event::RunCanceled { reason },
        43 => Event::ClockJumped { by_ms: i64::from(extra) * 1000 },
        44 => Event::PersonCalled {
            person: PEOPLE[usize::from(extra) % 4].to_owned(),
            answer: golive::run::CallAnswer::NoAnswer,
            step: Some(step),
        },
        45 => Event::RollbackBegun { rung, reason },
        46 | 47 => {
            let rung = state.rolling_back().map_or(rung, |on| on.rung.clone());
            Event::RollbackEnded { rung, succeeded: what % EVENTS == 46, reason }
        }
        _ => Event::Correction {
            entry: earlier.clone(),
            mend: match extra % 3 {
                0 => Mend::Time {
                    happened_at: start() + chrono::TimeDelta::seconds(i64::from(extra)),
                },
                1 => Mend::Text { text: "better".to_owned() },
                _ => Mend::Void {},
            },
            reason,
        },
    }
}

/// The plan with another title for its first step, or without its last one.
fn revised(state: &RunState, extra: u8) -> Event {
    let text = match extra % 3 {
        0 => state.text.replace("title = \"S0\"", "title = \"Other\""),
        1 => state.text.replace("title = \"Other\"", "title = \"S0\""),
        _ => {
            let last = state.text.rfind("[[phases.steps]]").unwrap_or(state.text.len());
            let until =
                state.text[last..].find("[[rollbacks]]").map_or(state.text.len(), |n| last + n);
            format!("{}{}", &state.text[..last], &state.text[until..])
        }
    };
    Event::RunRevised {
        sha256: golive::run::sha256_hex(text.as_bytes()),
        runbook: text,
        base_sha256: state.sha256.clone(),
        reason: None,
        summary: "changed".to_owned(),
    }
}

fn intent(night: &Night, tried: Try) -> Intent {
    let (_, _, person, seconds, overriding, extra) = tried;
    Intent {
        on_behalf_of: (extra % 7 == 0).then(|| PEOPLE[usize::from(extra) % 4].to_owned()),
        happened_at: (extra % 5 == 0)
            .then(|| night.now - chrono::TimeDelta::seconds(i64::from(seconds))),
        override_reason: overriding.then(|| "agreed".to_owned()),
        ..Intent::new(PEOPLE[usize::from(person) % 4], event(&night.state, tried))
    }
}

/// Plays the tries; every third is appended unchecked, as one made offline would be.
pub fn play(shape: &[u8], tries: &[Try]) -> Night {
    play_watched(shape, tries, |_, _| {})
}

/// The same; `watch` sees the state before and after every entry.
pub fn play_watched(shape: &[u8], tries: &[Try], mut watch: impl FnMut(&Night, &Night)) -> Night {
    let mode = [Mode::Live, Mode::Rehearsal][usize::from(shape[0].is_multiple_of(3))];
    let mut night = Night::open_as(&plan(shape), mode, "ana");
    for (n, tried) in tries.iter().enumerate() {
        night.now += chrono::TimeDelta::seconds(i64::from(tried.3) % 600);
        let intent = intent(&night, *tried);
        let checked = night.check(intent.clone());
        if n % 3 == 0 || checked.is_ok() {
            let before = night.clone();
            let seq = night.force(intent);
            watch(&before, &night);
            if checked.is_ok() {
                assert_ne!(*night.verdict(seq), Verdict::Conflict, "check said yes");
            }
        }
    }
    night
}

pub fn tries() -> impl Strategy<Value = Vec<Try>> {
    prop::collection::vec(any::<Try>(), 0..80)
}

/// Tries of a night on which much is begun and taken back, mostly by its lead.
pub fn rolling_tries() -> impl Strategy<Value = Vec<Try>> {
    let what = prop_oneof![
        6 => 0..10_u8,
        3 => any::<u8>(),
        1 => Just(13),
        1 => Just(22),
        2 => Just(45),
        2 => Just(46),
        1 => Just(47),
    ];
    let person = prop_oneof![4 => Just(0_u8), 1 => any::<u8>()];
    let tried = (what, any::<u8>(), person, any::<u16>(), any::<bool>(), any::<u8>());
    prop::collection::vec(tried, 0..80)
}

pub fn shape() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), STEPS)
}
