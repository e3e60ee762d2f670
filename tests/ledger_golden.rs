//! What a ledger stores is frozen: every kind of event, with all it can carry, is written as in
//! `tests/golden/entries.jsonl` for ever, and read back the same. A change of that file means that
//! older ledgers read differently: add lines, never change one.
#![allow(clippy::disallowed_methods, reason = "reads the golden file")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says so by panicking")]

use chrono::{DateTime, Utc};
use golive::run::{
    Act, Actor, Approved, AutomationResult, CallAnswer, Decision, Entry, EntryId, Event, Evidence,
    Mend, MessageHow, Mode, NoteKind, Outcome, Time, Vote, WindowTimes,
};
use golive::runbook::Role;
use std::collections::BTreeSet;

const GOLDEN: &str = include_str!("golden/entries.jsonl");

/// Every event, in the order of their declaration, and the variants of what they carry.
fn events() -> Vec<Event> {
    [run_events(), people_events(), step_events(), gate_events(), note_events(), other_events()]
        .concat()
}

#[test]
fn every_event_is_stored_as_it_always_was() {
    let written: Vec<String> = entries().iter().map(body).collect();
    let frozen: Vec<&str> = GOLDEN.lines().collect();
    for (place, (now, then)) in written.iter().zip(&frozen).enumerate() {
        assert_eq!(now, then, "line {}", place + 1);
    }
    // The lines of a new event go to the end of the golden file, and so does the event in its list.
    let new = written.get(frozen.len()..).unwrap_or_default();
    assert!(new.is_empty(), "new events, to be frozen as well:\n{}", new.join("\n"));
    assert_eq!(frozen.len(), written.len(), "a line of the golden file is no longer written");
}

#[test]
fn every_stored_entry_is_read_as_it_was_meant() {
    for (line, entry) in GOLDEN.lines().zip(entries()) {
        let read = Entry::from_body(entry.seq, line.as_bytes()).unwrap();
        assert_eq!(read, entry);
        assert_eq!(body(&read), line);
    }
}

/// A new variant fails to compile here until it is named, and the test until it is in [`events`].
#[test]
fn no_event_is_forgotten() {
    let tags: BTreeSet<&str> = events().iter().map(tag).collect();
    assert_eq!(tags.len(), TAGS);
}

const TAGS: usize = 47;

fn tag(event: &Event) -> &'static str {
    match event {
        Event::RunOpened { .. } => "run_opened",
        Event::RunStarted {} => "run_started",
        Event::RunHeld { .. } => "run_held",
        Event::RunResumed {} => "run_resumed",
        Event::RunRevised { .. } => "run_revised",
        Event::RunRescheduled { .. } => "run_rescheduled",
        Event::HandedOver { .. } => "handed_over",
        Event::RunCompleted { .. } => "run_completed",
        Event::RunCanceled { .. } => "run_canceled",
        Event::RoleGranted { .. } => "role_granted",
        Event::SubstituteActive { .. } => "substitute_active",
        Event::PersonCalled { .. } => "person_called",
        Event::RollCallOpened {} => "roll_call_opened",
        Event::RollCallAnswered {} => "roll_call_answered",
        Event::StepStoodBy { .. } => "step_stood_by",
        Event::StepStarted { .. } => "step_started",
        Event::StepEstimated { .. } => "step_estimated",
        Event::StepCompleted { .. } => "step_completed",
        Event::StepFailed { .. } => "step_failed",
        Event::StepBlocked { .. } => "step_blocked",
        Event::StepUnblocked { .. } => "step_unblocked",
        Event::StepSkipped { .. } => "step_skipped",
        Event::StepDeferred { .. } => "step_deferred",
        Event::StepReopened { .. } => "step_reopened",
        Event::StepAssigned { .. } => "step_assigned",
        Event::StepSigned { .. } => "step_signed",
        Event::ItemTicked { .. } => "item_ticked",
        Event::ValueRecorded { .. } => "value_recorded",
        Event::EvidenceGiven { .. } => "evidence_given",
        Event::ReasonGiven { .. } => "reason_given",
        Event::OptionChosen { .. } => "option_chosen",
        Event::ChecklistTicked { .. } => "checklist_ticked",
        Event::ChecklistWaived { .. } => "checklist_waived",
        Event::GateVoted { .. } => "gate_voted",
        Event::GateDecided { .. } => "gate_decided",
        Event::RollbackBegun { .. } => "rollback_begun",
        Event::RollbackEnded { .. } => "rollback_ended",
        Event::Correction { .. } => "correction",
        Event::NoteAdded { .. } => "note_added",
        Event::NoteEdited { .. } => "note_edited",
        Event::NoteClosed { .. } => "note_closed",
        Event::NoteRemoved { .. } => "note_removed",
        Event::MessageSent { .. } => "message_sent",
        Event::AutomationStarted { .. } => "automation_started",
        Event::AutomationFinished { .. } => "automation_finished",
        Event::CriterionJudged { .. } => "criterion_judged",
        Event::ClockJumped { .. } => "clock_jumped",
        // Never written: what this program does not know.
        Event::Unknown { .. } => "unknown",
    }
}

#[test]
fn the_tag_is_the_snake_case_name() {
    for event in events() {
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json.as_object().unwrap().keys().next().unwrap(), tag(&event));
    }
}

#[test]
fn what_is_not_known_is_kept_as_it_is() {
    let known = GOLDEN.lines().nth(1).unwrap();
    let newer = known.replace("run_started", "run_dreamed").replace("{}", r#"{"of":["x",1.5]}"#);
    let entry = Entry::from_body(9, newer.as_bytes()).unwrap();
    let Event::Unknown { kind, json } = &entry.act.event else { panic!("{entry:?}") };
    assert_eq!(kind, "run_dreamed");
    assert_eq!(json, r#"{"run_dreamed":{"of":["x",1.5]}}"#);
    assert_eq!(entry.act.actor.name, "ana");
}

fn body(entry: &Entry) -> String {
    String::from_utf8(entry.to_body().unwrap()).unwrap()
}

fn time(word: &str) -> Time {
    word.parse::<DateTime<Utc>>().unwrap()
}

/// One entry per event; the first few vary the circumstances.
fn entries() -> Vec<Entry> {
    let entry = |(place, event): (usize, Event)| {
        let seq = place as u64 + 1;
        Entry {
            seq,
            id: EntryId { replica: "9f0c2d1e8a7b6543".to_owned(), index: seq },
            offset_ms: if place == 2 { -1_250 } else { 0 },
            received_at: (place == 2).then(|| time("2026-11-28T22:00:05.120Z")),
            act: Act {
                actor: Actor {
                    name: "ana".to_owned(),
                    role: [Role::Lead, Role::Operator, Role::Observer][place.min(2)],
                    claimed: place != 3,
                },
                on_behalf_of: (place == 4).then(|| "bo".to_owned()),
                at: time("2026-11-28T22:00:00.007Z"),
                happened_at: (place == 4).then(|| time("2026-11-28T21:58:00Z")),
                override_reason: (place == 5).then(|| "the bridge agreed".to_owned()),
                event,
            },
        }
    };
    events().into_iter().enumerate().map(entry).collect()
}

fn s(text: &str) -> String {
    text.to_owned()
}

fn some(text: &str) -> Option<String> {
    Some(s(text))
}

fn run_events() -> Vec<Event> {
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    vec![
        Event::RunOpened {
            rules: 1,
            run: s("ledger-4.2-2026-11-28-k3vq"),
            mode: Mode::Live,
            runbook: s("format = 1\n# “Grüße” \u{1f389} \\ \"\t\n"),
            sha256: s(sha256),
            approved: None,
            keep_times: false,
        },
        Event::RunStarted {},
        Event::RunOpened {
            rules: 1,
            run: s("r"),
            mode: Mode::Rehearsal,
            runbook: s(""),
            sha256: s(sha256),
            approved: Some(Approved { sha256: s(sha256), text: some("format = 1\n") }),
            keep_times: true,
        },
        Event::RunOpened {
            rules: 1,
            run: s("r"),
            mode: Mode::Rehearsal,
            runbook: s(""),
            sha256: s(sha256),
            approved: Some(Approved { sha256: s(sha256), text: None }),
            keep_times: false,
        },
        Event::RunHeld { reason: some("no answer from the bank") },
        Event::RunHeld { reason: None },
        Event::RunResumed {},
        Event::RunRevised {
            runbook: s("format = 1\n"),
            sha256: s(sha256),
            base_sha256: s(sha256),
            reason: some("two hosts more"),
            summary: s("2 steps added"),
        },
        Event::RunRescheduled {
            window: Some(WindowTimes {
                opens: time("2026-11-28T23:00:00Z"),
                closes: time("2026-11-29T05:00:00Z"),
            }),
            zero_hour: Some(time("2026-11-29T00:00:00Z")),
            approver: some("cab"),
            reference: some("CHG0041234"),
            reason: some("the vendor is late"),
        },
        Event::RunRescheduled {
            window: None,
            zero_hour: None,
            approver: None,
            reference: None,
            reason: None,
        },
        Event::HandedOver { to: s("bo") },
        Event::RunCompleted { outcome: Outcome::Successful, summary: None },
        Event::RunCompleted { outcome: Outcome::WithIssues, summary: some("slow cache") },
        Event::RunCompleted { outcome: Outcome::Unsuccessful, summary: None },
        Event::RunCanceled { reason: some("no quorum") },
        Event::RunCanceled { reason: None },
    ]
}

fn people_events() -> Vec<Event> {
    vec![
        Event::RoleGranted { person: s("qa"), role: Role::Lead },
        Event::RoleGranted { person: s("qa"), role: Role::Operator },
        Event::RoleGranted { person: s("qa"), role: Role::Observer },
        Event::SubstituteActive { person: s("ana"), substitute: s("bo") },
        Event::PersonCalled { person: s("qa"), answer: CallAnswer::Answered, step: some("verify") },
        Event::PersonCalled { person: s("qa"), answer: CallAnswer::NoAnswer, step: None },
        Event::RollCallOpened {},
        Event::RollCallAnswered {},
    ]
}

fn step_events() -> Vec<Event> {
    let (step, attempt, reason) = (s("migrate"), 2, some("disk full"));
    let mut events = vec![
        Event::StepStoodBy { step: step.clone(), attempt },
        Event::StepStarted { step: step.clone(), attempt },
        Event::StepEstimated { step: step.clone(), attempt, remaining_s: 900 },
        Event::StepCompleted { step: step.clone(), attempt },
    ];
    for reason in [reason, None] {
        let step = step.clone();
        events.extend([
            Event::StepFailed { step: step.clone(), attempt, reason: reason.clone() },
            Event::StepBlocked { step: step.clone(), attempt, reason: reason.clone() },
            Event::StepUnblocked { step: step.clone(), attempt },
            Event::StepSkipped { step: step.clone(), attempt, reason: reason.clone() },
            Event::StepDeferred { step: step.clone(), attempt, reason: reason.clone() },
            Event::StepReopened { step, attempt, reason },
        ]);
    }
    let link = Evidence::Link { url: s("https://wiki.example/1") };
    let file = Evidence::File { name: s("log.txt"), sha256: s("00ff") };
    events.extend([
        Event::StepAssigned { step: step.clone(), owner: s("DBA on call") },
        Event::StepSigned { step: step.clone(), attempt },
        Event::ItemTicked { step: step.clone(), attempt, item: s("Alerts muted") },
        Event::ValueRecorded { step: step.clone(), attempt, record: s("lag"), value: s("4.5") },
        Event::EvidenceGiven { step: step.clone(), attempt, evidence: link.clone() },
        Event::EvidenceGiven { step: step.clone(), attempt, evidence: file },
        Event::ReasonGiven { step: step.clone(), attempt, reason: s("found out") },
        Event::OptionChosen { step, attempt, option: s("warm") },
        Event::ChecklistTicked {
            checklist: s("readiness"),
            item: s("backup"),
            evidence: Some(link),
        },
        Event::ChecklistTicked { checklist: s("readiness"), item: s("backup"), evidence: None },
        Event::ChecklistWaived { checklist: s("c"), item: some("backup"), reason: s("seen") },
        Event::ChecklistWaived { checklist: s("c"), item: None, reason: s("seen") },
    ]);
    events
}

fn gate_events() -> Vec<Event> {
    let (step, attempt) = (s("go-nogo"), 1);
    let vote = |vote, comment| Event::GateVoted { step: s("go-nogo"), attempt: 1, vote, comment };
    let conditions = vec![s("watch the queue"), s("call the bank")];
    vec![
        vote(Vote::Go, None),
        vote(Vote::NoGo, some("errors rise")),
        Event::GateDecided { step: step.clone(), attempt, decision: Decision::Go, reason: None },
        Event::GateDecided {
            step: step.clone(),
            attempt,
            decision: Decision::GoWithConditions { conditions },
            reason: some("quorum is asleep"),
        },
        Event::GateDecided { step, attempt, decision: Decision::NoGo, reason: None },
        Event::RollbackBegun { rung: s("restore"), reason: some("counts differ") },
        Event::RollbackBegun { rung: s("restore"), reason: None },
        Event::RollbackEnded { rung: s("restore"), succeeded: true, reason: None },
        Event::RollbackEnded { rung: s("restore"), succeeded: false, reason: some("dump broken") },
    ]
}

fn note_events() -> Vec<Event> {
    let id = EntryId { replica: s("9f0c2d1e8a7b6543"), index: 17 };
    let mend = |mend, reason| Event::Correction { entry: id.clone(), mend, reason };
    let kinds =
        [NoteKind::Note, NoteKind::Decision, NoteKind::Issue, NoteKind::Risk, NoteKind::Action];
    let mut events = vec![
        mend(Mend::Void {}, some("wrong row")),
        mend(Mend::Time { happened_at: time("2026-11-29T02:14:00Z") }, None),
        mend(Mend::Text { text: s("disk was full") }, None),
    ];
    for kind in kinds {
        let full = kind == NoteKind::Action;
        events.push(Event::NoteAdded {
            text: s("lag is high\nagain"),
            kind,
            step: full.then(|| s("migrate")),
            public: full,
            owner: full.then(|| s("qa")),
            due: full.then(|| time("2026-12-01T09:00:00Z")),
        });
        events.push(Event::NoteEdited {
            note: id.clone(),
            text: s("lag was high"),
            kind,
            public: full,
            owner: full.then(|| s("qa")),
            due: full.then(|| time("2026-12-01T09:00:00Z")),
        });
    }
    events.extend([
        Event::NoteClosed { note: id.clone(), reason: some("gone") },
        Event::NoteClosed { note: id.clone(), reason: None },
        Event::NoteRemoved { note: id },
    ]);
    events
}

fn other_events() -> Vec<Event> {
    let sent = |step, how| Event::MessageSent {
        message: s("exec-update"),
        step,
        text: s("Ledger 4.2 is green."),
        how,
    };
    let finished = |result, code, output: &str| Event::AutomationFinished {
        step: s("migrate"),
        attempt: 1,
        result,
        code,
        output: s(output),
    };
    vec![
        sent(some("tell"), MessageHow::Posted),
        sent(None, MessageHow::Copied),
        Event::AutomationStarted { step: s("migrate"), attempt: 1, what: s("./migrate.sh eu-1") },
        finished(AutomationResult::Pass, Some(0), "ok\n"),
        finished(AutomationResult::Fail, Some(-9), "killed \u{1b}[31m"),
        finished(AutomationResult::NotTested, None, ""),
        Event::CriterionJudged { criterion: s("errors"), met: true, comment: some("0.02 %") },
        Event::CriterionJudged { criterion: s("errors"), met: false, comment: None },
        Event::ClockJumped { by_ms: -3_600_000 },
    ]
}
