//! One person, one ledger: what is appended is there when the ledger is opened again, under the
//! rules, with the right names and times, and in one file.

use crate::support::{
    Hands, closed_run, complete, files, new_run, new_run_with, note, notes, start,
};
use golive::ledger::{Access, AppendError, ErrorKind, Ledger};
use golive::run::{self, Event, Intent, RunStatus, StepStatus};

#[test]
fn what_was_appended_is_there_again_and_replay_equals_live() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    ledger.append(start("ana", "s1")).unwrap();
    ledger.append(note("first")).unwrap();
    ledger.append(complete("bo", "s1")).unwrap();
    let (live, head, path) = (ledger.state().clone(), ledger.head(), ledger.path().to_owned());
    ledger.close().unwrap();
    for access in [Access::Read, Access::Write] {
        let again = Ledger::open(&path, access).unwrap();
        assert_eq!(*again.state(), live);
        assert_eq!(again.head(), head);
        assert_eq!(again.state().status, RunStatus::Active);
        again.close().unwrap();
    }
}

#[test]
fn a_refused_act_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    ledger.append(complete("ana", "s1")).unwrap();
    let head = ledger.head();
    let refused = ledger.append(start("ana", "s1"));
    assert!(matches!(refused, Err(AppendError::Refused(_))), "{refused:?}");
    assert_eq!(ledger.head(), head);
    assert_eq!(ledger.state().log.len(), 2);
}

#[test]
fn each_person_counts_their_own_entries_without_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    let path = ledger.path().to_owned();
    let mut ids = Vec::new();
    for person in ["ana", "bo", "bo", "ana"] {
        ids.push(ledger.append(crate::support::note_by(person, "x")).unwrap().id.clone());
    }
    ledger.close().unwrap();
    let mut ledger = crate::support::reopen(&path);
    ids.push(ledger.append(crate::support::note_by("bo", "x")).unwrap().id.clone());
    assert_eq!(ids.iter().map(|id| id.index).collect::<Vec<_>>(), [2, 1, 2, 3, 3]);
    assert_eq!(ids[0].replica, ids[3].replica);
    assert_eq!(ids[1].replica, ids[4].replica);
    assert_ne!(ids[0].replica, ids[1].replica);
}

#[test]
fn a_role_is_stored_as_held_then() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    let opened = ledger.state().log[0].entry.act.actor.clone();
    assert_eq!(
        (opened.name.as_str(), opened.role, opened.claimed),
        ("ana", golive::runbook::Role::Lead, true)
    );
    let by_bo = ledger.append(crate::support::note_by("bo", "x")).unwrap();
    assert_eq!(by_bo.act.actor.role, golive::runbook::Role::Operator);
}

#[test]
fn a_clean_close_leaves_one_file_that_opens_elsewhere() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = closed_run(folder.path(), 3);
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
    let copy = other.path().join("copied.golive");
    std::fs::copy(&path, &copy).unwrap();
    let mut ledger = crate::support::reopen(&copy);
    assert_eq!(notes(&ledger), ["note 1", "note 2", "note 3"]);
    ledger.append(note("note 4")).unwrap();
    ledger.close().unwrap();
    assert_eq!(files(other.path()), ["copied.golive"]);
}

#[test]
fn the_last_to_close_tidies_up_also_after_one_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 1);
    let mut writer = crate::support::reopen(&path);
    writer.append(note("two")).unwrap();
    let reader = Ledger::open(&path, Access::Read).unwrap();
    writer.close().unwrap();
    assert_eq!(notes(&reader), ["note 1", "two"]);
    reader.close().unwrap();
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
    // Dropped, not closed: as after a panic.
    let mut writer = crate::support::reopen(&path);
    writer.append(note("three")).unwrap();
    drop(writer);
    Ledger::open(&path, Access::Read).unwrap().close().unwrap();
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

#[test]
fn reading_changes_no_byte_and_acts_on_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 3);
    let before = std::fs::read(&path).unwrap();
    let mut ledger = Ledger::open(&path, Access::Read).unwrap();
    let refused = ledger.append(note("no"));
    assert!(matches!(refused, Err(AppendError::Failed(e)) if e.kind == ErrorKind::Permission));
    assert!(ledger.save_draft("note", "no").is_err());
    ledger.close().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_run_is_never_opened_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 1);
    let before = std::fs::read(&path).unwrap();
    let opening = crate::support::opening("demo-1", &crate::support::runbook(1));
    let refused = Ledger::create(folder.path(), opening, Hands::new().clock("b")).err().unwrap();
    assert_eq!(refused.kind, ErrorKind::Exists);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

#[test]
fn what_opens_no_run_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Hands::new().clock("b");
    let unreadable = crate::support::opening("demo-1", "this is no runbook");
    for bad in
        [note("x"), unreadable, crate::support::opening("../up", &crate::support::runbook(1))]
    {
        assert!(Ledger::create(folder.path(), bad, clock.clone()).is_err());
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn drafts_survive_and_an_empty_one_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    ledger.save_draft("note", "half a sen").unwrap();
    ledger.save_draft("note", "half a sentence").unwrap();
    ledger.save_draft("reason:s1", "because").unwrap();
    ledger.save_draft("reason:s1", "").unwrap();
    let path = ledger.path().to_owned();
    drop(ledger);
    let drafts = crate::support::reopen(&path).drafts().unwrap();
    assert_eq!(drafts, [("note".to_owned(), "half a sentence".to_owned())]);
}

#[test]
fn times_are_stored_in_milliseconds_so_that_replay_equals_live() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run(folder.path());
    let entry = ledger.append(note("x")).unwrap();
    assert_eq!(entry.act.at.timestamp_subsec_nanos() % 1_000_000, 0);
    let again = run::Entry::from_body(entry.seq, &entry.to_body().unwrap()).unwrap();
    assert_eq!(again, *entry);
}

#[test]
fn a_run_of_other_rules_is_read_and_not_acted_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut opening = crate::support::opening("demo-1", &crate::support::runbook(2));
    if let Event::RunOpened { rules, .. } = &mut opening.event {
        *rules = run::RULES + 1;
    }
    let mut ledger = Ledger::create(folder.path(), opening, Hands::new().clock("b")).unwrap();
    assert_eq!(ledger.state().steps.len(), 2);
    let refused = ledger.append(start("ana", "s1"));
    assert!(matches!(refused, Err(AppendError::Refused(r)) if r.rule == "unknown-rules"));
}

#[test]
fn happened_at_and_for_are_kept_as_given() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::new();
    let mut ledger = new_run_with(folder.path(), 2, hands.clock("b"));
    hands.pass(600);
    let earlier = crate::support::time("2026-11-28T22:04:00Z");
    ledger.append(start("ana", "s1")).unwrap();
    let finished = Intent {
        on_behalf_of: Some("bo".to_owned()),
        happened_at: Some(crate::support::time("2026-11-28T22:10:00Z")),
        ..complete("ana", "s1")
    };
    hands.pass(300);
    let entry = ledger.append(finished).unwrap();
    assert_eq!(entry.act.at, crate::support::time("2026-11-28T22:15:00Z"));
    assert_eq!(entry.act.person(), "bo");
    assert!(entry.act.effective_at() > earlier);
    let path = ledger.path().to_owned();
    ledger.close().unwrap();
    let ledger = Ledger::open(&path, Access::Read).unwrap();
    assert_eq!(ledger.state().steps[0].status(), StepStatus::Done);
    assert_eq!(*ledger.state().log[2].entry, *entry);
}
