//! Nothing that was acknowledged is lost: not by `kill -9`, not by a full disk, not in a read-only
//! place; and work goes on when there is room again.

use crate::support::{
    child, closed_run, files, line_after, new_run, note, notes, spawn, start, told,
};
use golive::ledger::{
    Access, AppendError, Clock, ErrorKind, Keeper, Ledger, Notice, Request, verify,
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Appends until it is killed, and says so after each that was acknowledged.
#[test]
#[ignore = "run by the others, as a process"]
fn appender() {
    let Some((path, _)) = told() else { return };
    let mut ledger = Ledger::open(&path, Access::Write).unwrap();
    for n in 1.. {
        ledger.save_draft("note", &format!("half of note {n}")).unwrap();
        ledger.append(note(&format!("note {n}"))).unwrap();
        println!("recorded {n}");
    }
}

#[test]
fn every_acknowledged_entry_outlives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 0);
    let mut known = 0;
    for round in 1..=12 {
        let (mut process, mut out) = spawn(child("survives::appender", &path, ""));
        let mut acknowledged = 0;
        for _ in 0..round * 3 {
            acknowledged = line_after(&mut out, "recorded ").unwrap().parse::<usize>().unwrap();
        }
        process.kill().unwrap();
        process.wait().unwrap();
        while let Some(n) = line_after(&mut out, "recorded ") {
            acknowledged = n.parse().unwrap();
        }
        let ledger = Ledger::open(&path, Access::Write).unwrap();
        let there = notes(&ledger).len();
        assert!(
            there == known + acknowledged || there == known + acknowledged + 1,
            "{there} of {known} + {acknowledged}: at most the one not yet acknowledged is extra"
        );
        let half = ledger.drafts().unwrap().pop().unwrap().1;
        assert!(half.starts_with("half of note "), "{half}");
        known = there;
        ledger.close().unwrap();
        assert_eq!(verify(&path).unwrap().entries as usize, known + 1);
    }
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

/// Works under a file-size limit that it sets itself, through the ledger and then the keeper.
#[test]
#[ignore = "run by the others, as a process"]
fn on_a_small_disk() {
    let Some((folder, _)) = told() else { return };
    let mut ledger = new_run(&folder);
    let path = ledger.path().to_owned();
    ledger.append(note("first")).unwrap();
    let free = getrlimit(Resource::Fsize);
    limit(Some(path.with_extension("golive-wal").metadata().unwrap().len() + 60_000));

    let error = loop {
        match ledger.append(note(&"x".repeat(3_000))) {
            Ok(_) => {}
            Err(AppendError::Failed(error)) => break error,
            Err(refused) => panic!("{refused}"),
        }
    };
    assert_eq!(error.kind, ErrorKind::Full, "{error}");
    assert!(error.to_string().contains("make room"), "{error}");
    let before = notes(&ledger);
    // Again and again without room: an answer each time, and nothing changes.
    for _ in 0..3 {
        assert!(matches!(ledger.append(note(&"y".repeat(3_000))), Err(AppendError::Failed(_))));
        assert!(ledger.save_draft("note", &"z".repeat(90_000)).is_err());
    }
    ledger.catch_up().unwrap();
    assert_eq!(notes(&ledger), before);
    // The earlier record can be read, by others as well.
    let reader = Ledger::open(&path, Access::Read).unwrap();
    assert_eq!(notes(&reader), before);
    assert_eq!(verify(&path).unwrap().entries as usize, before.len() + 1);
    reader.close().unwrap();

    let (say, hear) = channel();
    let keeper = Keeper::spawn(ledger, "ana", move |notice| say.send(notice).unwrap()).unwrap();
    let append = |ticket| keeper.request(Request::Append { ticket, intent: start("ana", "s1") });
    let big = Request::Append { ticket: 1, intent: note(&"x".repeat(9_000)) };
    keeper.request(big.clone()).unwrap();
    match hear.recv_timeout(Duration::from_secs(30)).unwrap() {
        Notice::Failed { ticket: 1, error, .. } => assert_eq!(error.kind, ErrorKind::Full),
        other => panic!("{other:.100?}"),
    }
    setrlimit(Resource::Fsize, free).unwrap();
    keeper.request(big).unwrap();
    append(2).unwrap();
    let mut done = 0;
    while done < 2 {
        match hear.recv_timeout(Duration::from_secs(30)).unwrap() {
            Notice::Appended { ticket, .. } => done += ticket.min(1),
            other => panic!("{other:?}"),
        }
    }
    keeper.finish().unwrap();
    let ledger = Ledger::open(&path, Access::Read).unwrap();
    assert_eq!(notes(&ledger).len(), before.len() + 1);
    assert_eq!(verify(&path).unwrap().entries as usize, before.len() + 3);
    println!("went on with {} notes", before.len() + 1);
}

#[test]
fn a_full_disk_loses_nothing_and_work_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, mut out) = spawn(child("survives::on_a_small_disk", folder.path(), ""));
    let went_on = line_after(&mut out, "went on with ");
    assert!(process.wait().unwrap().success());
    assert!(went_on.is_some());
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

/// Opens a ledger where not even one more page can be written.
#[test]
#[ignore = "run by the others, as a process"]
fn on_no_disk_at_all() {
    let Some((path, kind)) = told() else { return };
    limit(Some(0));
    // To open it may need no room; to record something does.
    let write = match Ledger::open(&path, Access::Write) {
        Err(error) => error,
        Ok(mut ledger) => match ledger.append(note("no room")) {
            Err(AppendError::Failed(error)) => error,
            other => panic!("{other:?}"),
        },
    };
    assert!(matches!(write.kind, ErrorKind::Full), "{write}");
    let made = Ledger::create(
        path.parent().unwrap(),
        crate::support::opening("demo-2", &crate::support::runbook(1)),
        Clock::system(),
    );
    assert_eq!(made.err().unwrap().kind, ErrorKind::Full);
    let ledger = Ledger::open(&path, Access::Read).unwrap();
    println!("{kind} can be read: {}", notes(&ledger).len());
}

#[test]
fn without_any_room_the_record_can_still_be_read() {
    for kind in ["a closed ledger", "a ledger that was killed"] {
        let folder = tempfile::tempdir().unwrap();
        let path = closed_run(folder.path(), 2);
        if kind == "a ledger that was killed" {
            let (mut process, mut out) = spawn(child("survives::appender", &path, ""));
            line_after(&mut out, "recorded ").unwrap();
            process.kill().unwrap();
            process.wait().unwrap();
            // The shared-memory file of a killed process may be gone, as after a reboot.
            std::fs::remove_file(path.with_extension("golive-shm")).unwrap();
        }
        let names = files(folder.path());
        let (mut process, mut out) = spawn(child("survives::on_no_disk_at_all", &path, kind));
        let read = line_after(&mut out, "can be read: ");
        assert!(process.wait().unwrap().success(), "{kind}");
        assert!(read.unwrap().parse::<usize>().unwrap() >= 2, "{kind}");
        let left: Vec<_> =
            files(folder.path()).into_iter().filter(|n| !names.contains(n)).collect();
        assert!(left.iter().all(|n| n.ends_with("-shm")), "{kind}: {left:?}");
    }
}

/// A read-only folder: by permissions, or, for root (who has all), on a read-only mount.
#[test]
fn a_read_only_folder_is_read_and_refused_for_writing() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 2);
    // One more, as a program leaves it that does not put the mode back.
    let in_wal_mode = folder.path().join("wal.golive");
    std::fs::copy(&path, &in_wal_mode).unwrap();
    let raw = rusqlite::Connection::open(&in_wal_mode).unwrap();
    raw.pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(raw);
    let Some(_guard) = make_read_only(folder.path()) else {
        eprintln!("left out: cannot make a folder read-only here (root without mount(2))");
        // Still: where no file can be made at all, the answer is in words.
        let opening = crate::support::opening("demo-3", &crate::support::runbook(1));
        let error =
            Ledger::create(Path::new("/proc/self"), opening, Clock::system()).err().unwrap();
        assert!(!error.next.is_empty(), "{error}");
        return;
    };
    let error = Ledger::open(&path, Access::Write).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Permission, "{error}");
    let opening = crate::support::opening("demo-2", &crate::support::runbook(1));
    let error = Ledger::create(folder.path(), opening, Clock::system()).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Permission, "{error}");
    for path in [path, in_wal_mode] {
        let ledger = Ledger::open(&path, Access::Read).unwrap();
        assert_eq!(notes(&ledger).len(), 2);
        ledger.close().unwrap();
        assert_eq!(verify(&path).unwrap().entries, 3);
    }
    let listed = golive::ledger::list(folder.path()).unwrap();
    assert!(listed.iter().all(|run| run.run.as_ref().unwrap().seq == 3));
    assert_eq!(files(folder.path()), ["demo-1.golive", "wal.golive"]);
}

#[test]
fn a_read_only_file_is_read_whatever_mode_it_was_left_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 2);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let ledger = Ledger::open(&path, Access::Read).unwrap();
    assert_eq!(notes(&ledger).len(), 2);
}

fn limit(bytes: Option<u64>) {
    let maximum = getrlimit(Resource::Fsize).maximum;
    setrlimit(Resource::Fsize, Rlimit { current: bytes, maximum }).unwrap();
}

/// Undoes [`make_read_only`].
struct Writable<'a>(&'a Path, bool);

impl Drop for Writable<'_> {
    fn drop(&mut self) {
        if self.1 {
            let _ = std::process::Command::new("umount").arg(self.0).status();
        } else {
            set_mode(self.0, 0o755);
        }
    }
}

fn make_read_only(folder: &Path) -> Option<Writable<'_>> {
    set_mode(folder, 0o555);
    let probe = folder.join("probe");
    if std::fs::File::create(&probe).and_then(|mut f| f.write_all(b"x")).is_err() {
        return Some(Writable(folder, false));
    }
    std::fs::remove_file(probe).unwrap();
    set_mode(folder, 0o755);
    let mount = |args: &[&str]| {
        let done = std::process::Command::new("mount").args(args).arg(folder).output();
        done.is_ok_and(|out| out.status.success())
    };
    let name = folder.to_str()?;
    if !mount(&["--bind", name]) {
        return None;
    }
    let guard = Writable(folder, true);
    mount(&["-o", "remount,bind,ro"]).then_some(guard)
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_ledger_whose_file_is_taken_away_takes_no_act_until_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 1);
    let aside = folder.path().join("aside");
    let ledger = Ledger::open(&path, Access::Write).unwrap();
    let (say, hear) = channel();
    let keeper = Keeper::spawn(ledger, "ana", move |notice| say.send(notice).unwrap()).unwrap();
    let answer = |ticket| {
        keeper.request(Request::Append { ticket, intent: note("hello") }).unwrap();
        loop {
            match hear.recv_timeout(Duration::from_secs(30)).unwrap() {
                Notice::Appended { .. } => return Ok(()),
                Notice::Failed { error, .. } => return Err(error.to_string()),
                _ => {}
            }
        }
    };
    std::fs::rename(&path, &aside).unwrap();
    let error = answer(1).unwrap_err();
    assert!(error.contains("is gone"), "{error}");
    std::fs::rename(&aside, &path).unwrap();
    assert_eq!(answer(2), Ok(()));
}
