//! One plan with a step of every kind, nights in which such a step is in each of its states, and
//! one event of every kind there is.

use super::table::{Column, Row, row};
use super::*;
use golive::run::{
    AutomationResult, CallAnswer, Decision, Evidence, Mend, MessageHow, NoteKind, Outcome,
    RunStatus, Vote,
};

/// All steps of the second phase hang on the choice; in the last one nothing else is open.
pub const PLAN: &str = r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T23:00:00Z
start = "T-1h"
[people.ana]
name = "Ana Ruiz"
role = "lead"
[people.bo]
name = "Bo"
[people.cy]
name = "Cy"
role = "observer"
[people.qa]
name = "Q"
substitute = "bo"
[[checklists]]
id = "readiness"
title = "Readiness"
items = [{ id = "backup", text = "Backup", evidence = true }, { id = "mail", text = "Mail out" }]
[[messages]]
id = "update"
text = "All is well"
[[criteria]]
id = "errors"
text = "Few errors"
owner = "cy"
[[phases]]
id = "first"
title = "First"
flow = "parallel"
steps = [
  { id = "before", title = "Before", duration = "5m" },
  { id = "pick", title = "Pick", kind = "choice", options = [{ id = "this", title = "This" }, { id = "none", title = "None" }] },
]
[[phases]]
title = "At work"
flow = "parallel"
steps = [
  { id = "task", title = "Task", duration = "5m", when = { step = "pick", is = "this" } },
  { id = "asking", title = "Asking", duration = "5m", items = ["Lag"], evidence = true, when = { step = "pick", is = "this" } },
  { id = "signed", title = "Signed", duration = "5m", signers = 2, when = { step = "pick", is = "this" } },
  { id = "wait", title = "Wait", kind = "wait", duration = "15m", when = { step = "pick", is = "this" } },
  { id = "gate", title = "Gate", kind = "gate", voters = ["ana", "qa"], decider = "ana", when = { step = "pick", is = "this" } },
  { id = "choice", title = "Choice", kind = "choice", options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }], when = { step = "pick", is = "this" } },
  { id = "milestone", title = "Milestone", kind = "milestone", needs = ["task"], when = { step = "pick", is = "this" } },
]
[steps.asking]
records = [{ id = "lag", title = "Lag", unit = "s", pass = "< 5" }]
"#;

/// An opened run.
pub fn planned() -> Night {
    Night::open(PLAN)
}

/// A started run, in which nothing of the second phase may begin yet.
pub fn waiting() -> Night {
    let mut n = planned();
    n.ok("bo", begin("before"));
    n
}

/// The second phase is on.
pub fn ready() -> Night {
    let mut n = waiting();
    n.ok("bo", done("before"));
    n.ok("bo", choose("pick", "this"));
    n
}

/// The second phase does not apply.
pub fn not_applicable() -> Night {
    let mut n = waiting();
    n.ok("bo", done("before"));
    n.ok("bo", choose("pick", "none"));
    n
}

pub fn held() -> Night {
    let mut n = ready();
    n.ok("ana", hold("a call"));
    n
}

/// A night after these acts of leads, each taken.
pub fn after(mut n: Night, events: impl IntoIterator<Item = Event>) -> Night {
    for event in events {
        n.ok("ana", event);
    }
    n
}

/// A canceled run: not what its steps were.
pub fn canceled(n: Night) -> Night {
    after(n, [Event::RunCanceled { reason: None }])
}

/// A complete run, in which everything but `but` was skipped.
pub fn complete(mut n: Night, but: &str) -> Night {
    for id in ["before", "pick", "task", "asking", "signed", "wait", "gate", "choice", "milestone"]
    {
        let status = n.status(id);
        if id != but && matches!(status, StepStatus::Planned | StepStatus::Failed) {
            n.ok("ana", skip(id));
        }
    }
    after(n, [Event::RunCompleted { outcome: Outcome::Successful, summary: None }])
}

/// A night in which a step that can be worked on is in each of its states while it is open.
pub fn open_states(step: &str) -> Vec<Column> {
    vec![
        ("waiting", waiting()),
        ("ready", ready()),
        ("held", held()),
        ("running", after(ready(), [begin(step)])),
        ("held, running", after(ready(), [begin(step), hold("a call")])),
        ("blocked", after(ready(), [begin(step), block(step)])),
        ("blocked early", after(waiting(), [block(step)])),
    ]
}

/// And in each of its states once it is settled, or the run is over. `done` makes it done.
pub fn settled_states(step: &str, finish: &[Event]) -> Vec<Column> {
    let finished = after(ready(), finish.iter().cloned());
    vec![
        ("done", finished.clone()),
        ("failed", after(ready(), [begin(step), fail(step)])),
        ("skipped", after(ready(), [skip(step)])),
        ("deferred", after(ready(), [defer(step)])),
        ("not applicable", not_applicable()),
        ("complete, done", complete(finished, step)),
        ("complete, deferred", complete(after(ready(), [defer(step)]), step)),
        ("canceled", canceled(ready())),
        ("canceled, running", canceled(after(ready(), [begin(step)]))),
    ]
}

/// Every event about steps, tried by an operator.
pub fn step_rows(step: &str) -> Vec<Row> {
    step_events(step).into_iter().map(|(name, event)| row(name, "bo", event)).collect()
}

/// The same, tried by a lead.
pub fn step_rows_of_lead(step: &str) -> Vec<Row> {
    step_events(step).into_iter().map(|(name, event)| row(name, "ana", event)).collect()
}

/// Every event about a step, by name.
pub fn step_events(step: &str) -> Vec<(&'static str, Event)> {
    let (id, attempt) = (step.to_owned(), 1);
    let item = "Lag".to_owned();
    let evidence = Evidence::Link { url: "https://x.example".to_owned() };
    let conditions = vec!["watch the lag".to_owned()];
    vec![
        ("stand by", stand_by(step)),
        ("start", begin(step)),
        ("estimate", estimate(step, 5)),
        ("complete", done(step)),
        ("fail", fail(step)),
        ("block", block(step)),
        ("unblock", unblock(step)),
        ("skip", skip(step)),
        ("defer", defer(step)),
        ("reopen", reopen(step, attempt)),
        ("assign", Event::StepAssigned { step: id.clone(), owner: "qa".to_owned() }),
        ("sign", sign(step)),
        ("tick", Event::ItemTicked { step: id.clone(), attempt, item }),
        ("record", value(step, "lag", "4")),
        ("evidence", Event::EvidenceGiven { step: id.clone(), attempt, evidence }),
        ("reason", Event::ReasonGiven { step: id.clone(), attempt, reason: "so".to_owned() }),
        ("choose", choose(step, "warm")),
        ("vote", vote(step, Vote::NoGo)),
        ("go", decide(step, Decision::Go)),
        ("go, if", decide(step, Decision::GoWithConditions { conditions })),
        ("no-go", decide(step, Decision::NoGo)),
        (
            "automate",
            Event::AutomationStarted { step: id.clone(), attempt, what: "true".to_owned() },
        ),
        (
            "automated",
            Event::AutomationFinished {
                step: id,
                attempt,
                result: AutomationResult::Pass,
                code: Some(0),
                output: String::new(),
            },
        ),
    ]
}

/// Every event that is not about one step.
pub fn other_events(n: &Night) -> Vec<(&'static str, Event)> {
    let text = n.state.text.replace("title = \"Task\"", "title = \"Chore\"");
    let opening = n.state.log[0].entry.act.event.clone();
    let noted = n.state.log.iter().find(|l| matches!(l.entry.act.event, Event::NoteAdded { .. }));
    let noted = noted.map_or_else(|| id(99), |l| l.entry.id.clone());
    let evidence = Some(Evidence::Link { url: "https://x.example".to_owned() });
    vec![
        ("run opened", opening),
        ("run started", Event::RunStarted {}),
        ("run held", hold("x")),
        ("run resumed", Event::RunResumed {}),
        (
            "run revised",
            Event::RunRevised {
                sha256: run::sha256_hex(text.as_bytes()),
                runbook: text,
                base_sha256: n.state.sha256.clone(),
                reason: None,
                summary: "a title".to_owned(),
            },
        ),
        (
            "run rescheduled",
            Event::RunRescheduled {
                window: None,
                zero_hour: Some(clock("23:30")),
                approver: None,
                reference: None,
                reason: None,
            },
        ),
        ("run completed", Event::RunCompleted { outcome: Outcome::Successful, summary: None }),
        ("run canceled", Event::RunCanceled { reason: None }),
        ("handed over", Event::HandedOver { to: "bo".to_owned() }),
        ("role granted", Event::RoleGranted { person: "bo".to_owned(), role: Role::Lead }),
        (
            "substitute active",
            Event::SubstituteActive { person: "qa".to_owned(), substitute: "bo".to_owned() },
        ),
        (
            "person called",
            Event::PersonCalled {
                person: "qa".to_owned(),
                answer: CallAnswer::Answered,
                step: None,
            },
        ),
        ("roll-call opened", Event::RollCallOpened {}),
        ("roll-call answered", Event::RollCallAnswered {}),
        (
            "checklist ticked",
            Event::ChecklistTicked {
                checklist: "readiness".to_owned(),
                item: "backup".to_owned(),
                evidence,
            },
        ),
        (
            "checklist waived",
            Event::ChecklistWaived {
                checklist: "readiness".to_owned(),
                item: None,
                reason: "nobody to mail".to_owned(),
            },
        ),
        (
            "correction",
            Event::Correction { entry: noted.clone(), mend: Mend::Void {}, reason: None },
        ),
        ("note added", note("hello")),
        (
            "note edited",
            Event::NoteEdited {
                note: noted.clone(),
                text: "hello all".to_owned(),
                kind: NoteKind::Issue,
                public: false,
                owner: None,
                due: None,
            },
        ),
        ("note closed", Event::NoteClosed { note: noted.clone(), reason: None }),
        ("note removed", Event::NoteRemoved { note: noted }),
        (
            "message sent",
            Event::MessageSent {
                message: "update".to_owned(),
                step: None,
                text: "All is well".to_owned(),
                how: MessageHow::Copied,
            },
        ),
        (
            "criterion judged",
            Event::CriterionJudged { criterion: "errors".to_owned(), met: true, comment: None },
        ),
        ("clock jumped", Event::ClockJumped { by_ms: 3_600_000 }),
        ("of a newer version", Event::Unknown { kind: "x".to_owned(), json: "{}".to_owned() }),
    ]
}

/// The word for a state of a step.
pub fn step_word(status: StepStatus) -> String {
    let json = serde_json::to_value(status).expect("a word");
    json.as_str().expect("a word").replace('_', " ")
}

/// The word for the state of the run.
pub fn run_word(n: &Night) -> String {
    let word = match n.state.status {
        RunStatus::Planned => "planned",
        RunStatus::Active => "active",
        RunStatus::RollingBack => "rolling back",
        RunStatus::Complete => "complete",
        RunStatus::RolledBack => "rolled back",
        RunStatus::Canceled => "canceled",
    };
    if n.state.held().is_some() { format!("{word}, held") } else { word.to_owned() }
}
