//! One night with everything in it: a hold, a failure, a rollback that recycles, a conflict,
//! corrections, an override, a late change, a deferred step, votes, conditions, notes of every kind,
//! an entry of a newer kind, and what came after the end. Times are chosen so that every number of
//! its report can be worked out by hand.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

use super::support::*;
use golive::report::model::Verified;
use golive::report::{Provenance, Report, report};
use golive::run::{
    self, Act, Actor, CallAnswer, Decision, Entry, Event, Evidence, Intent, Mend, MessageHow, Mode,
    NoteKind, Outcome, Time, Vote,
};
use golive::runbook::Role;

pub const GOLDEN: &str = include_str!("golden.toml");

/// The morning after, at which the report is made.
pub fn morning() -> Time {
    clock("10:00")
}

pub fn provenance(as_of: Time) -> Provenance {
    Provenance {
        as_of,
        head: "5f".repeat(32),
        verified: Verified::Sound,
        problem: None,
        golive: "0.0.0".to_owned(),
    }
}

/// The report of a night, as of its clock.
pub fn report_of(night: &Night) -> Report {
    report(&night.state, &provenance(night.now))
}

pub fn golden() -> Night {
    golden_of(Mode::Live)
}

pub fn golden_of(mode: Mode) -> Night {
    let mut night = Night::open_as(GOLDEN, mode, "ana");
    prepare(&mut night);
    cutover_and_back(&mut night);
    decide_it(&mut night);
    open_traffic(&mut night);
    afterwards(&mut night);
    night
}

/// Until the migration has failed, at 22:53.
pub fn failed() -> Night {
    let mut night = Night::open(GOLDEN);
    prepare(&mut night);
    begin_cutover(&mut night);
    night
}

/// 22:00 to 22:25.
fn prepare(night: &mut Night) {
    night.ok("ana", note_of(NoteKind::Risk, "Replica is slow", None));
    night.ok(
        "bo",
        Event::ChecklistTicked {
            checklist: "readiness".to_owned(),
            item: "backup".to_owned(),
            evidence: Some(Evidence::Link { url: "https://backup.example/7".to_owned() }),
        },
    );
    night.at("22:01").ok(
        "ana",
        Event::PersonCalled {
            person: "qa".to_owned(),
            answer: CallAnswer::NoAnswer,
            step: Some("mute".to_owned()),
        },
    );
    night.at("22:02").ok("bo", begin("dump"));
    night.at("22:10").ok("bo", estimate("dump", 15));
    night.at("22:24").ok("bo", done("dump"));
    night.ok("qa", begin("mute"));
    // Recorded a minute late, and corrected.
    let late = night.at("22:26").ok("qa", done("mute"));
    let entry = night.id_of(late);
    night.ok(
        "qa",
        Event::Correction {
            entry,
            mend: Mend::Time { happened_at: clock("22:25") },
            reason: Some("it was a minute ago".to_owned()),
        },
    );
}

/// 22:26 to 22:53.
fn begin_cutover(night: &mut Night) {
    let wrong = night.ok("bo", begin("freeze"));
    let entry = night.id_of(wrong);
    night.at("22:27").ok("bo", void(entry));
    night.at("22:28").ok("bo", begin("freeze"));
    night.at("22:33").ok("bo", done("freeze"));
    night.ok("ana", hold("paging storm"));
    night.at("22:43").ok("ana", Event::RunResumed {});
    night.ok("bo", begin("migrate"));
    night.at("22:50").ok("bo", value("migrate", "lag", "9"));
    night
        .at("22:53")
        .ok("bo", Event::StepFailed { step: "migrate".to_owned(), attempt: 1, reason: None });
    night.at("22:54").ok(
        "bo",
        Event::ReasonGiven {
            step: "migrate".to_owned(),
            attempt: 1,
            reason: "the disk was full".to_owned(),
        },
    );
}

/// 22:55 to 23:40.
fn cutover_and_back(night: &mut Night) {
    begin_cutover(night);
    night.at("22:55").ok(
        "ana",
        Event::RollbackBegun {
            rung: "restore".to_owned(),
            reason: Some("no room to go on".to_owned()),
        },
    );
    night.ok("bo", begin("restore-dump"));
    night.at("23:07").ok("bo", done("restore-dump"));
    night.at("23:08").ok(
        "ana",
        Event::RollbackEnded { rung: "restore".to_owned(), succeeded: true, reason: None },
    );
    let again = || "migrate".to_owned();
    night.ok("bo", Event::StepStarted { step: again(), attempt: 2 });
    night
        .at("23:10")
        .ok("bo", Event::StepEstimated { step: again(), attempt: 2, remaining_s: 20 * 60 });
    let early = Intent {
        override_reason: Some("the finished tables can be counted".to_owned()),
        ..Intent::new("ana", begin("verify"))
    };
    night.at("23:30").act(early).expect("a lead may override");
    night.at("23:35");
    let item = "Replica lag under 5 s".to_owned();
    night.ok("bo", Event::ItemTicked { step: again(), attempt: 2, item });
    let lag = Event::ValueRecorded {
        step: again(),
        attempt: 2,
        record: "lag".to_owned(),
        value: "3".to_owned(),
    };
    night.ok("bo", lag);
    let log = Evidence::File { name: "migrate.log".to_owned(), sha256: "ab".repeat(32) };
    night.ok("bo", Event::EvidenceGiven { step: again(), attempt: 2, evidence: log });
    night.at("23:36").ok("bo", Event::StepCompleted { step: again(), attempt: 2 });
    night.at("23:40").ok("qa", done("verify"));
}

/// 23:41 to 23:46.
fn decide_it(night: &mut Night) {
    night.ok(
        "ana",
        Event::ChecklistWaived {
            checklist: "readiness".to_owned(),
            item: Some("alerts".to_owned()),
            reason: "the bridge watches by hand".to_owned(),
        },
    );
    night.at("23:41").ok("ana", vote("go-nogo", Vote::Go));
    night.at("23:42").ok(
        "qa",
        Event::GateVoted {
            step: "go-nogo".to_owned(),
            attempt: 1,
            vote: Vote::NoGo,
            comment: Some("the lag worries me".to_owned()),
        },
    );
    let for_bo = Intent {
        on_behalf_of: Some("bo".to_owned()),
        ..Intent::new("ana", vote("go-nogo", Vote::Go))
    };
    night.at("23:43").act(for_bo).expect("a lead records a vote said on the call");
    night.at("23:45").ok(
        "ana",
        Event::GateDecided {
            step: "go-nogo".to_owned(),
            attempt: 1,
            decision: Decision::GoWithConditions {
                conditions: vec!["Watch the replica lag until morning".to_owned()],
            },
            reason: Some("two of three".to_owned()),
        },
    );
    let text = GOLDEN.replace(
        "  { id = \"traffic\",",
        "  { id = \"cache\", title = \"Flush the cache\", owner = \"bo\", duration = \"3m\" },\n  { id = \"traffic\",",
    );
    let base_sha256 = night.state.sha256.clone();
    night.at("23:46").ok(
        "ana",
        Event::RunRevised {
            sha256: run::sha256_hex(text.as_bytes()),
            runbook: text,
            base_sha256,
            reason: Some("stale entries".to_owned()),
            summary: "inserts Flush the cache".to_owned(),
        },
    );
}

/// 23:47 to 00:05.
fn open_traffic(night: &mut Night) {
    night.at("23:47").ok("ana", choose("route", "warm"));
    night.ok("bo", begin("cache"));
    night.at("23:50").ok("bo", done("cache"));
    night.at("23:56").ok("ana", done("traffic"));
    night.at("23:57").ok("ana", skip("banner"));
    night.at("23:58").ok("ana", defer("tidy"));
    // Bo had been offline, and says so, too.
    night.at("23:59").force(Intent::new("bo", done("traffic")));
    newer(night);
    notes(night);
    night.at("00:05").ok(
        "ana",
        Event::RunCompleted {
            outcome: Outcome::WithIssues,
            summary: Some("Live, after one way back".to_owned()),
        },
    );
}

/// An entry of a newer golive, from somebody whose name is proved.
fn newer(night: &mut Night) {
    let seq = night.entries.len() as u64 + 1;
    let act = Act {
        actor: Actor { name: "bo".to_owned(), role: Role::Operator, claimed: false },
        on_behalf_of: None,
        at: night.now,
        happened_at: None,
        override_reason: None,
        event: Event::Unknown {
            kind: "step_teleported".to_owned(),
            json: r#"{"step_teleported":{"step":"x"}}"#.to_owned(),
        },
    };
    let entry = Entry { seq, id: id(seq), act, offset_ms: 0, received_at: None };
    night.entries.push(entry.clone());
    run::apply(&mut night.state, entry.into());
}

fn note_of(kind: NoteKind, text: &str, step: Option<&str>) -> Event {
    Event::NoteAdded {
        text: text.to_owned(),
        kind,
        step: step.map(str::to_owned),
        public: kind == NoteKind::Note,
        owner: None,
        due: None,
    }
}

fn notes(night: &mut Night) {
    night.at("00:01");
    let noted = night.ok("qa", note_of(NoteKind::Note, "Counts are qeual", Some("verify")));
    night.ok(
        "qa",
        Event::NoteEdited {
            note: night.id_of(noted),
            text: "Counts are equal".to_owned(),
            kind: NoteKind::Note,
            public: true,
            owner: None,
            due: None,
        },
    );
    let gone = night.ok("qa", note("wrong pane"));
    night.ok("qa", Event::NoteRemoved { note: night.id_of(gone) });
    night.ok("ana", note_of(NoteKind::Decision, "We keep the old writers for a day", None));
    let issue = night.ok("bo", note_of(NoteKind::Issue, "Disk of node a is full", Some("migrate")));
    let issue = night.id_of(issue);
    night.at("00:02").ok(
        "bo",
        Event::NoteClosed { note: issue, reason: Some("logs were moved away".to_owned()) },
    );
    night.ok(
        "ana",
        Event::NoteAdded {
            text: "Order a larger disk".to_owned(),
            kind: NoteKind::Action,
            step: None,
            public: false,
            owner: Some("bo".to_owned()),
            due: Some(clock("09:00")),
        },
    );
    night.at("00:03").ok(
        "ana",
        Event::MessageSent {
            message: "exec-update".to_owned(),
            step: None,
            text: "Ledger 4.2 go-live is AMBER.".to_owned(),
            how: MessageHow::Copied,
        },
    );
}

/// 00:10 to 09:30.
fn afterwards(night: &mut Night) {
    use golive::report::review::Said;
    night.at("00:10").ok("ana", Said::WentWell.note("the calls were short", None, None));
    night.ok("bo", Said::WentBadly.note("the dump took the whole disk", None, None));
    let due = Some(clock("11:00") + chrono::TimeDelta::days(6));
    night.ok("ana", Said::WillChange.note("check disks before", Some("bo".to_owned()), due));
    night.at("00:12").ok("qa", note_of(NoteKind::Note, "Nobody has complained", None));
    night.at("09:00").ok("bo", begin("tidy"));
    night.at("09:20").ok("bo", done("tidy"));
    night.at("09:30").ok(
        "qa",
        Event::CriterionJudged {
            criterion: "latency".to_owned(),
            met: true,
            comment: Some("31 ms".to_owned()),
        },
    );
    night.now = morning();
}
