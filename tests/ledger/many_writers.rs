//! Several processes and threads act on one run at the same time: no error, no gap, nothing lost,
//! nothing started twice, and everybody ends with the same state.

use crate::support::{all_do_well, files, new_run_with, note_by, start, told};
use golive::ledger::{Access, AppendError, Clock, Keeper, Ledger, Notice, Request, verify};
use golive::run::{Event, StepStatus};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

/// One process: opens, appends one note, closes; and again. As a shell script does.
#[test]
#[ignore = "run by the others, as a process"]
fn shell() {
    let Some((path, person)) = told() else { return };
    for n in 0..25 {
        let mut ledger = Ledger::open(&path, Access::Write).unwrap();
        ledger.append(note_by(&person, &format!("{person} {n}"))).unwrap();
        ledger.close().unwrap();
    }
}

/// One process that tries to start every step, in its own order.
#[test]
#[ignore = "run by the others, as a process"]
fn starter() {
    let Some((path, person)) = told() else { return };
    let mut ledger = Ledger::open(&path, Access::Write).unwrap();
    let offset = person.len() * 7 % 30;
    for n in 0..30 {
        match ledger.append(start(&person, &format!("s{}", (n + offset) % 30 + 1))) {
            Ok(_) | Err(AppendError::Refused(_)) => {}
            Err(AppendError::Failed(e)) => panic!("{e}"),
        }
    }
    ledger.close().unwrap();
}

#[test]
fn shells_come_and_go_beside_an_open_cockpit() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = new_run_with(folder.path(), 3, Clock::system());
    let path = ledger.path().to_owned();
    let (keeper, notices) = keep(ledger);
    let shells = all_do_well("many_writers::shell", &path, &["bo", "qa", "cy", "dee"]);
    for ticket in 0..50 {
        let request = Request::Append { ticket, intent: note_by("ana", &format!("ana {ticket}")) };
        keeper.request(request).unwrap();
    }
    assert!(shells());
    let mut seqs = Vec::new();
    while seqs.len() < 150 {
        match notices.recv_timeout(LONG).expect("all entries arrive") {
            Notice::Appended { entry, .. } => seqs.push(entry.seq),
            Notice::Others(entries) => seqs.extend(entries.iter().map(|e| e.seq)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seqs, (2..=151).collect::<Vec<_>>(), "in the ledger's order, each once");
    keeper.finish().unwrap();
    assert_eq!(verify(&path).unwrap().entries, 151);
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

#[test]
fn shells_alone_open_and_close_the_same_ledger_all_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = crate::support::closed_run(folder.path(), 0);
    let shells = all_do_well("many_writers::shell", &path, &["a", "b", "c", "d"]);
    assert!(shells());
    assert_eq!(verify(&path).unwrap().entries, 101);
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

#[test]
fn no_step_is_started_twice() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = new_run_with(folder.path(), 30, Clock::system());
    let path = ledger.path().to_owned();
    ledger.close().unwrap();
    assert!(all_do_well("many_writers::starter", &path, &["a", "bb", "ccc", "dddd"])());
    let ledger = Ledger::open(&path, Access::Read).unwrap();
    let state = ledger.state();
    assert_eq!(state.log.len(), 31);
    assert!(state.conflicts.is_empty());
    assert!(state.steps.iter().all(|step| step.status() == StepStatus::Running));
    assert_eq!(verify(&path).unwrap().entries, 31);
}

#[test]
fn one_person_in_many_threads_has_one_gapless_count_and_all_end_equal() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = new_run_with(folder.path(), 3, Clock::system());
    let path: Arc<PathBuf> = Arc::new(ledger.path().to_owned());
    ledger.close().unwrap();
    let threads: Vec<_> = (0..6)
        .map(|thread| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut ledger = Ledger::open(&path, Access::Write).unwrap();
                for n in 0..20 {
                    ledger.append(note_by("ana", &format!("{thread} {n}"))).unwrap();
                }
                ledger
            })
        })
        .collect();
    let mut ledgers: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
    for ledger in &mut ledgers {
        ledger.catch_up().unwrap();
    }
    let state = ledgers[0].state();
    let indexes: Vec<_> = state.log.iter().map(|logged| logged.entry.id.index).collect();
    assert_eq!(indexes, (1..=121).collect::<Vec<_>>());
    assert!(
        ledgers.iter().all(|ledger| ledger.state() == state && ledger.head() == ledgers[0].head())
    );
}

#[test]
fn what_a_second_process_does_appears_in_the_first_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = new_run_with(folder.path(), 3, Clock::system());
    let path = ledger.path().to_owned();
    let (keeper, notices) = keep(ledger);
    let mut other = crate::support::reopen(&path);
    let began = std::time::Instant::now();
    other.append(start("bo", "s1")).unwrap();
    let Ok(Notice::Others(entries)) = notices.recv_timeout(LONG) else { panic!("no news") };
    // A tenth of a second is promised; the rest is for a machine that is busy with other tests.
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(matches!(&entries[0].act.event, Event::StepStarted { step, .. } if step == "s1"));
    // The same step again is refused here, too, even if this process had not heard yet.
    other.append(start("bo", "s2")).unwrap();
    keeper.request(Request::Append { ticket: 7, intent: start("ana", "s2") }).unwrap();
    let mut order = Vec::new();
    while order.len() < 2 {
        order.push(match notices.recv_timeout(LONG).unwrap() {
            Notice::Others(entries) => format!("other {}", entries[0].seq),
            Notice::Refused { ticket, .. } => format!("refused {ticket}"),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(order, ["other 3", "refused 7"]);
    keeper.finish().unwrap();
    other.close().unwrap();
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

fn keep(ledger: Ledger) -> (Keeper, Receiver<Notice>) {
    let (say, hear) = channel();
    let sink = move |notice| say.send(notice).unwrap_or_default();
    (Keeper::spawn(ledger, "ana", sink).unwrap(), hear)
}
