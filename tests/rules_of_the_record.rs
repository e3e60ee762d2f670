//! Notes, checklists, values, reasons, corrections: what is written beside the work.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod support;

use golive::run::{
    EntryId, Event, Evidence, Intent, ItemState, Mend, MessageHow, NoteKind, StepStatus,
};
use support::cutover::*;
use support::rule_plan;
use support::table::{Column, Row, assert_table, row};
use support::*;

#[test]
fn completion_asks_for_items_values_evidence() {
    let mut n = with_migrate(StepStatus::Running);
    let owed = |n: &Night| n.state.owed(n.ix("migrate"), n.now).len();
    assert_eq!(owed(&n), 4);
    n.ok("bo", tick("migrate", "Lag"));
    n.ok("bo", tick("migrate", "Muted"));
    n.ok("bo", value("migrate", "lag", "9"));
    n.ok("bo", evidence("migrate"));
    assert_eq!(owed(&n), 1, "9 is not < 5");
    assert_eq!(n.no("bo", done("migrate")), (NOW, "owed"));
    n.ok("bo", value("migrate", "lag", "4.5"));
    n.ok("bo", done("migrate"));
}

#[test]
fn checklists() {
    let mut n = night();
    let tick = |item: &str, with: bool| Event::ChecklistTicked {
        checklist: "readiness".to_owned(),
        item: item.to_owned(),
        evidence: with.then(|| Evidence::Link { url: "https://x".to_owned() }),
    };
    assert_eq!(n.no("bo", tick("backup", false)), (NOW, "owed"));
    n.ok("bo", tick("backup", true));
    assert_eq!(n.no("bo", tick("backup", true)), (NEVER, "ticked"));
    assert_eq!(n.no("bo", tick("nothing", true)), (NEVER, "no-such-item"));
    let waive = |reason: &str| Event::ChecklistWaived {
        checklist: "readiness".to_owned(),
        item: None,
        reason: reason.to_owned(),
    };
    assert_eq!(n.no("ana", waive("")), (NEVER, "no-reason"));
    n.ok("ana", waive("nobody to mail"));
    assert_eq!(n.no("ana", waive("again")), (NEVER, "nothing-open"));
}

#[test]
fn reasons_may_follow() {
    let mut n = with_migrate(StepStatus::Running);
    n.ok("bo", Event::StepFailed { step: "migrate".to_owned(), attempt: 1, reason: None });
    assert!(n.state.steps[n.ix("migrate")].owes_reason());
    n.ok("bo", give_reason("migrate"));
    assert!(!n.state.steps[n.ix("migrate")].owes_reason());
    assert_eq!(n.no("bo", give_reason("migrate")), (NEVER, "no-reason-owed"));
}

#[test]
fn notes_belong_to_their_author_and_the_lead() {
    let mut n = night();
    let seq = n.ok("bo", note("lag is high"));
    let id = n.id_of(seq);
    let edit = |text: &str| Event::NoteEdited {
        note: id.clone(),
        text: text.to_owned(),
        kind: NoteKind::Issue,
        public: true,
        owner: None,
        due: None,
    };
    assert_eq!(n.no("qa", edit("mine")), (NEVER, "not-your-note"));
    assert_eq!(n.no("bo", Event::NoteClosed { note: id.clone(), reason: None }).1, "not-closable");
    n.ok("bo", edit("lag is 9 s"));
    n.ok("ana", edit("lag was 9 s"));
    assert_eq!(n.state.notes[0].earlier.len(), 2);
    n.ok("qa", Event::NoteClosed { note: id.clone(), reason: None });
    n.ok("bo", Event::NoteRemoved { note: id.clone() });
    assert_eq!(n.no("bo", edit("again")), (NEVER, "note-removed"));
    assert_eq!(n.no("bo", note("  ")), (NEVER, "empty"));
}

#[test]
fn unknown_things() {
    let n = night();
    assert_eq!(n.no("bo", begin("nothing")), (NEVER, "no-such-step"));
    let message = Event::MessageSent {
        message: "none".to_owned(),
        step: None,
        text: "x".to_owned(),
        how: MessageHow::Copied,
    };
    assert_eq!(n.no("bo", message), (NEVER, "no-such-message"));
    let judged = Event::CriterionJudged { criterion: "none".to_owned(), met: true, comment: None };
    assert_eq!(n.no("bo", judged), (NEVER, "no-such-criterion"));
    assert_eq!(n.no("bo", Event::RollCallAnswered {}), (NEVER, "no-roll-call"));
    assert_eq!(n.no("ana", Event::RunResumed {}), (NEVER, "not-held"));
    assert_eq!(n.no("ana", void(id(99))), (NEVER, "no-such-entry"));
}

/// A note in each of its states.
fn notes() -> Vec<Column> {
    let of_kind = |kind| {
        let mut n = rule_plan::planned();
        let Event::NoteAdded { text, step, public, owner, due, .. } = note("lag") else {
            panic!("a note")
        };
        let seq = n.ok("bo", Event::NoteAdded { text, kind, step, public, owner, due });
        (n.id_of(seq), n)
    };
    let (plain, issue) = (of_kind(NoteKind::Note), of_kind(NoteKind::Issue));
    let then = |(id, mut n): (EntryId, Night), event: fn(_) -> Event| {
        n.ok("bo", event(id));
        n
    };
    vec![
        ("none", rule_plan::planned()),
        ("a note", plain.1),
        ("an issue", issue.1.clone()),
        ("closed", then(issue.clone(), |note| Event::NoteClosed { note, reason: None })),
        ("removed", then(issue.clone(), |note| Event::NoteRemoved { note })),
        ("voided", then(issue.clone(), void)),
        ("after the end", rule_plan::canceled(issue.1)),
    ]
}

fn note_word(n: &Night) -> String {
    let Some(note) = n.state.notes.first() else { return "none".to_owned() };
    let mut word = format!("{:?} “{}”", note.kind, note.text).to_lowercase();
    if note.closed.is_some() {
        word += ", closed";
    }
    if note.removed.is_some() { "removed".to_owned() } else { word }
}

#[test]
fn a_note_in_each_of_its_states() {
    let edit = Event::NoteEdited {
        note: id(2),
        text: "late".to_owned(),
        kind: NoteKind::Risk,
        public: false,
        owner: None,
        due: None,
    };
    let retext = Event::Correction {
        entry: id(2),
        mend: Mend::Text { text: "slow".to_owned() },
        reason: None,
    };
    let rows: Vec<Row> = [("bo", "author"), ("ana", "lead"), ("qa", "another")]
        .into_iter()
        .flat_map(|(person, who)| {
            [
                ("edits", edit.clone()),
                ("closes", Event::NoteClosed { note: id(2), reason: None }),
                ("removes", Event::NoteRemoved { note: id(2) }),
                ("voids", void(id(2))),
                ("retexts", retext.clone()),
            ]
            .map(|(what, event)| row(format!("{who} {what}"), person, event))
        })
        .collect();
    let table = "
                 none            a note          an issue             closed                removed        voided         after the end
author edits     !no-such-note   risk “late”     risk “late”          risk “late”, closed   !note-removed  !no-such-note  risk “late”
author closes    !no-such-note   !not-closable   issue “lag”, closed  !note-closed          !note-removed  !no-such-note  issue “lag”, closed
author removes   !no-such-note   removed         removed              removed               !note-removed  !no-such-note  removed
author voids     !no-such-entry  none            none                 none                  none           !voided        none
author retexts   !no-such-entry  note “slow”     issue “slow”         issue “slow”, closed  removed        !voided        issue “slow”
lead edits       !no-such-note   risk “late”     risk “late”          risk “late”, closed   !note-removed  !no-such-note  risk “late”
lead closes      !no-such-note   !not-closable   issue “lag”, closed  !note-closed          !note-removed  !no-such-note  issue “lag”, closed
lead removes     !no-such-note   removed         removed              removed               !note-removed  !no-such-note  removed
lead voids       !no-such-entry  none            none                 none                  none           !voided        none
lead retexts     !no-such-entry  note “slow”     issue “slow”         issue “slow”, closed  removed        !voided        issue “slow”
another edits    !no-such-note   !not-your-note  !not-your-note       !not-your-note        !note-removed  !no-such-note  !not-your-note
another closes   !no-such-note   !not-closable   issue “lag”, closed  !note-closed          !note-removed  !no-such-note  issue “lag”, closed
another removes  !no-such-note   !not-your-note  !not-your-note       !not-your-note        !note-removed  !no-such-note  !not-your-note
another voids    !no-such-entry  !not-yours      !not-yours           !not-yours            !not-yours     !voided        !not-yours
another retexts  !no-such-entry  !not-yours      !not-yours           !not-yours            !not-yours     !voided        !not-yours
";
    assert_table(table, &notes(), &rows, note_word);
}

#[test]
fn a_checklist_item_in_each_of_its_states() {
    let link = || Some(Evidence::Link { url: "https://x.example".to_owned() });
    let tick = |evidence| Event::ChecklistTicked {
        checklist: "readiness".to_owned(),
        item: "backup".to_owned(),
        evidence,
    };
    let waive = |item: Option<&str>| Event::ChecklistWaived {
        checklist: "readiness".to_owned(),
        item: item.map(str::to_owned),
        reason: "known good".to_owned(),
    };
    let open = rule_plan::ready();
    let columns = [
        ("open", open.clone()),
        ("ticked", rule_plan::after(open.clone(), [tick(link())])),
        ("waived", rule_plan::after(open.clone(), [waive(Some("backup"))])),
        ("list waived", rule_plan::after(open.clone(), [waive(None)])),
        ("after the end", rule_plan::canceled(open)),
    ];
    let rows = [
        row("tick", "bo", tick(None)),
        row("tick with evidence", "bo", tick(link())),
        row("waive", "ana", waive(Some("backup"))),
        row("waive as operator", "bo", waive(Some("backup"))),
        row("waive the list", "ana", waive(None)),
    ];
    let table = "
                    open    ticked         waived         list waived    after the end
tick                ?owed   !ticked        !ticked        !ticked        !run-over
tick with evidence  ticked  !ticked        !ticked        !ticked        !run-over
waive               waived  !nothing-open  !nothing-open  !nothing-open  !run-over
waive as operator   !role   !role          !role          !role          !run-over
waive the list      waived  ticked         waived         !nothing-open  !run-over
";
    assert_table(table, &columns, &rows, |n| {
        match n.state.checklist_item("readiness", "backup") {
            None => "open",
            Some(ItemState::Ticked { .. }) => "ticked",
            Some(ItemState::Waived { .. }) => "waived",
        }
        .to_owned()
    });
}

/// What bo recorded about a task, by what the fold has made of it.
#[test]
fn a_correction_of_an_entry_in_each_of_its_states() {
    let started = |n: &mut Night| n.ok("bo", begin("task"));
    let mut applied = rule_plan::ready();
    let seq = started(&mut applied);
    let target = applied.id_of(seq);
    let mut deviation = rule_plan::held();
    // As many entries as in the others, so that all columns speak of the same one.
    let forced = deviation.force(Intent::new("bo", begin("task")));
    assert_eq!(forced, seq + 1);
    let mut conflict = rule_plan::ready();
    conflict.force(Intent::new("bo", unblock("task")));
    let columns = [
        ("nothing", rule_plan::planned()),
        ("applied", applied.clone()),
        ("built on", rule_plan::after(applied.clone(), [done("task")])),
        ("conflict", conflict),
        ("voided", rule_plan::after(applied.clone(), [void(target.clone())])),
        ("after the end", rule_plan::canceled(applied)),
    ];
    let time = |word: &str| Event::Correction {
        entry: target.clone(),
        mend: Mend::Time { happened_at: clock(word) },
        reason: None,
    };
    let text = Event::Correction {
        entry: target.clone(),
        mend: Mend::Text { text: "x".to_owned() },
        reason: None,
    };
    let rows = [
        row("void", "bo", void(target.clone())),
        row("void as lead", "ana", void(target.clone())),
        row("void of another's", "qa", void(target.clone())),
        row("void as observer", "cy", void(target.clone())),
        row("time", "bo", time("22:00")),
        row("time to come", "bo", time("23:00")),
        row("text", "bo", text),
    ];
    let table = "
                   nothing         applied           built on          conflict    voided   after the end
void               !no-such-entry  planned           done              !no-effect  !voided  planned
void as lead       !no-such-entry  planned           done              !no-effect  !voided  planned
void of another's  !no-such-entry  !not-yours        !not-yours        !no-effect  !voided  !not-yours
void as observer   !no-such-entry  !not-yours        !not-yours        !no-effect  !voided  !not-yours
time               !no-such-entry  running           done              !no-effect  !voided  running
time to come       !no-such-entry  !in-the-future    !in-the-future    !no-effect  !voided  !in-the-future
text               !no-such-entry  !not-correctable  !not-correctable  !no-effect  !voided  !not-correctable
";
    assert_table(table, &columns, &rows, |n| rule_plan::step_word(n.status("task")));
    // A deviation is voided like anything else.
    let id = deviation.id_of(forced);
    deviation.ok("bo", void(id));
    assert!(deviation.state.deviations.is_empty());
}
