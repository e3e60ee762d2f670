//! A run outlives its machine: exported, mailed, copied to a stick as it happens, and rebuilt from
//! any of these with the same chain.

use crate::support::{
    Hands, closed_run, complete, files, new_run, new_run_with, note, notes, start,
};
use golive::ledger::{
    Access, CopyState, ErrorKind, Keeper, Ledger, Notice, Request, export_file, export_jsonl,
    restore, verify,
};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

fn lines_of(path: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    export_jsonl(path, &mut out).unwrap();
    out
}

fn write(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_run_is_rebuilt_from_lines_with_the_same_chain() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = closed_run(folder.path(), 5);
    let lines = lines_of(&path);
    let copy = write(other.path(), "copy.jsonl", &lines);
    let restored = restore(&copy, &other.path().join("runs")).unwrap();
    assert_eq!(restored.path, other.path().join("runs/demo-1.golive"));
    assert_eq!((restored.run.as_str(), restored.entries, restored.torn), ("demo-1", 6, false));
    assert_eq!(verify(&restored.path).unwrap(), verify(&path).unwrap());
    assert_eq!(lines_of(&restored.path), lines);
    assert_eq!(files(&other.path().join("runs")), ["demo-1.golive"]);
    // And it goes on: under a new replica, for this is another ledger.
    let old = Ledger::open(&path, Access::Read).unwrap();
    let mut new = crate::support::reopen(&restored.path);
    assert_eq!(new.state(), old.state());
    let entry = new.append(note("on")).unwrap();
    assert_ne!(entry.id.replica, old.state().log[0].entry.id.replica);
    assert_eq!((entry.seq, entry.id.index), (7, 1));
}

#[test]
fn a_line_holds_place_chain_and_the_very_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 1);
    let lines = String::from_utf8(lines_of(&path)).unwrap();
    let ledger = Ledger::open(&path, Access::Read).unwrap();
    let last = lines.lines().last().unwrap();
    let body = String::from_utf8(ledger.state().log[1].entry.to_body().unwrap()).unwrap();
    assert_eq!(last, format!(r#"{{"seq":2,"chain":"{}","body":{body}}}"#, ledger.head()));
}

#[test]
fn a_mailable_copy_is_made_while_the_run_is_on_and_opens_as_it_is() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut ledger = new_run(folder.path());
    ledger.append(note("before")).unwrap();
    let copy = other.path().join("mail me.golive");
    export_file(ledger.path(), &copy).unwrap();
    ledger.append(note("after")).unwrap();
    assert_eq!(files(other.path()), ["mail me.golive"]);
    assert_eq!(notes(&Ledger::open(&copy, Access::Read).unwrap()), ["before"]);
    assert_eq!(verify(&copy).unwrap().entries, 2);
    let refused = export_file(ledger.path(), &copy).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Exists);
    let restored = restore(&copy, &other.path().join("runs")).unwrap();
    assert_eq!(restored.entries, 2);
}

#[test]
fn nothing_is_restored_over_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 2);
    let copy = write(folder.path(), "copy.jsonl", &lines_of(&path));
    let before = std::fs::read(&path).unwrap();
    assert_eq!(restore(&copy, folder.path()).unwrap_err().kind, ErrorKind::Exists);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(files(folder.path()), ["copy.jsonl", "demo-1.golive"]);
}

#[test]
fn a_copy_that_is_not_sound_is_refused_with_its_first_bad_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = closed_run(folder.path(), 5);
    let text = String::from_utf8(lines_of(&path)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let without_third = [&lines[..2], &lines[3..]].concat().join("\n") + "\n";
    let swapped = [lines[0], lines[2], lines[1]].join("\n") + "\n";
    let cases = [
        (text.replace("note 3", "note X"), "entry 4"),
        (without_third, "entry 3"),
        (swapped, "entry 2"),
        (lines[1..].join("\n") + "\n", "does not begin"),
        (text.replace("\n{\"seq\":3", "\nrubbish{\"seq\":3"), "line 3"),
        ("{}\n".to_owned(), "line 1"),
        ("\n\n".to_owned(), "line 1"),
        (text.replacen("demo-1", "demo-2", 1), "entry 1"),
    ];
    for (content, names) in cases {
        let other = tempfile::tempdir().unwrap();
        let copy = write(other.path(), "copy.jsonl", content.as_bytes());
        let error = restore(&copy, &other.path().join("runs")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Corrupt);
        assert!(error.what.contains(names), "{names}: {error}");
        assert!(
            !other.path().join("runs").exists() || files(&other.path().join("runs")).is_empty()
        );
    }
}

#[test]
fn a_copy_whose_last_line_was_cut_off_is_restored_up_to_there() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = closed_run(folder.path(), 3);
    let lines = lines_of(&path);
    let copy = write(other.path(), "copy.jsonl", &lines[..lines.len() - 20]);
    let restored = restore(&copy, other.path()).unwrap();
    assert_eq!((restored.entries, restored.torn), (3, true));
}

/// A run whose keeper copies to a folder.
struct Copied {
    keeper: Keeper,
    notices: Receiver<Notice>,
    path: PathBuf,
    ticket: u64,
    /// The copy's last known condition.
    copy: Option<CopyState>,
}

impl Copied {
    fn begin(ledger: Ledger, stick: &Path) -> Self {
        let path = ledger.path().to_owned();
        let (say, notices) = channel();
        let sink = move |notice| say.send(notice).unwrap_or_default();
        let keeper = Keeper::spawn(ledger, "ana", sink).unwrap();
        keeper.request(Request::CopyTo { folder: stick.to_owned() }).unwrap();
        Self { keeper, notices, path, ticket: 0, copy: None }
    }

    fn append(&mut self, intent: golive::run::Intent) {
        self.ticket += 1;
        let ticket = self.ticket;
        self.keeper.request(Request::Append { ticket, intent }).unwrap();
        while !matches!(self.next(), Notice::Appended { ticket: t, .. } if t == ticket) {}
    }

    fn next(&mut self) -> Notice {
        let notice = self.notices.recv_timeout(LONG).expect("a notice");
        if let Notice::Copy(state) = &notice {
            assert_ne!(self.copy.as_ref(), Some(state), "a condition is said once");
            self.copy = Some(state.clone());
        }
        notice
    }

    fn is_behind(&mut self) {
        while !matches!(self.copy, Some(CopyState::Behind(_))) {
            self.next();
        }
    }

    fn is_up_to_date(&mut self) {
        while self.copy != Some(CopyState::UpToDate) {
            self.next();
        }
    }
}

#[test]
fn a_stick_has_every_entry_and_a_checklist_for_people() {
    let (folder, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hands = Hands::new();
    let mut run = Copied::begin(new_run_with(folder.path(), 3, hands.clock("b")), stick.path());
    run.append(start("ana", "s1"));
    run.append(complete("ana", "s1"));
    run.append(start("bo", "s2"));
    run.append(note("said on the call"));
    let path = run.path.clone();
    run.keeper.finish().unwrap();
    assert_eq!(files(stick.path()), ["demo-1.jsonl", "demo-1.txt"]);
    assert_eq!(std::fs::read(stick.path().join("demo-1.jsonl")).unwrap(), lines_of(&path));
    let text = std::fs::read_to_string(stick.path().join("demo-1.txt")).unwrap();
    for part in ["Demo", "run demo-1, LIVE, active", "entry 5", "[x] 1.1", "[>] 1.2", "[ ] 1.3"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(text.contains(&verify(&path).unwrap().head.to_string()));
    assert_eq!(files(folder.path()), ["demo-1.golive"]);
}

#[test]
fn a_stick_that_has_some_of_it_is_gone_on_with_and_another_history_is_replaced() {
    let (folder, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = closed_run(folder.path(), 3);
    let whole = lines_of(&path);
    let third = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(2).unwrap().0 + 1;
    let foreign = {
        let other = tempfile::tempdir().unwrap();
        lines_of(&closed_run(other.path(), 9))
    };
    for (what, found) in [
        ("a part", &whole[..third]),
        ("a part and half a line", &whole[..third + 40]),
        ("rubbish", b"no lines\nat all\n"),
        ("half a first line", &whole[..30]),
        ("another history", &foreign[..]),
    ] {
        let lines = write(stick.path(), "demo-1.jsonl", found);
        let mut run = Copied::begin(crate::support::reopen(&path), stick.path());
        run.is_up_to_date();
        run.keeper.finish().unwrap();
        assert_eq!(std::fs::read(lines).unwrap(), whole, "{what}");
    }
}

#[test]
fn a_stick_that_vanishes_never_disturbs_the_run_and_catches_up() {
    let (folder, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let stick = place.path().join("media/stick");
    std::fs::create_dir_all(&stick).unwrap();
    let mut run = Copied::begin(new_run(folder.path()), &stick);
    run.is_up_to_date();
    run.append(note("one"));
    let (media, away) = (place.path().join("media"), place.path().join("away"));
    std::fs::rename(&media, &away).unwrap();
    run.append(note("two"));
    run.is_behind();
    for n in 0..20 {
        run.append(note(&format!("meanwhile {n}")));
    }
    std::fs::rename(&away, &media).unwrap();
    run.append(note("back"));
    run.is_up_to_date();
    let path = run.path.clone();
    run.keeper.finish().unwrap();
    assert_eq!(std::fs::read(stick.join("demo-1.jsonl")).unwrap(), lines_of(&path));
    assert_eq!(notes(&Ledger::open(&path, Access::Read).unwrap()).len(), 23);
}

/// A small disk of its own, for as long as this lives; none where none can be mounted.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "none"]).arg(folder.path());
        mount.output().is_ok_and(|out| out.status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_stick_never_disturbs_the_run() {
    let Some(disk) = SmallDisk::mount("64k") else {
        eprintln!("left out: cannot mount a small disk here");
        return;
    };
    let (folder, stick) = (tempfile::tempdir().unwrap(), disk.0.path());
    let ballast = write(stick, "ballast", &[0; 40_000]);
    let mut run = Copied::begin(new_run(folder.path()), stick);
    run.is_up_to_date();
    for n in 0..40 {
        run.append(note(&format!("{n} {}", "x".repeat(900))));
    }
    run.is_behind();
    std::fs::remove_file(ballast).unwrap();
    run.append(note("last"));
    run.is_up_to_date();
    let path = run.path.clone();
    run.keeper.finish().unwrap();
    assert_eq!(std::fs::read(stick.join("demo-1.jsonl")).unwrap(), lines_of(&path));
}

#[test]
fn a_stick_that_was_pulled_out_is_not_mistaken_for_the_empty_folder_it_leaves() {
    let Some(disk) = SmallDisk::mount("1m") else {
        eprintln!("left out: cannot mount a small disk here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut run = Copied::begin(new_run(folder.path()), disk.0.path());
    run.is_up_to_date();
    let umount = std::process::Command::new("umount").arg("-l").arg(disk.0.path()).status();
    assert!(umount.unwrap().success());
    run.append(note("pulled"));
    run.is_behind();
    run.keeper.finish().unwrap();
    assert!(files(disk.0.path()).is_empty());
}
