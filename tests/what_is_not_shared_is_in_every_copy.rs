//! What the hub has not ordered is lost from no copy: an export says it and has it, a second copy has
//! it, what is rebuilt from either sends it, once; a report says that it is in it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "starts processes, reads files")]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod station;
}

use golive::hub::http::{Hub, Serving};
use golive::ledger::{Access, CopyState, Keeper, Ledger, Notice, Request, verify};
use golive::sync::client::Link;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use support::hub::TestHub;
use support::ledger::note_by;
use support::station::Station;

fn golive(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.args(words).args(["--as", "ana"]).stdin(Stdio::null());
    command.env_remove("GOLIVE_TOKEN").env_remove("GOLIVE_DATA").output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// A ledger of ana's with two notes that the hub, which has ended, has not ordered.
fn offline(folder: &Path) -> (TestHub, PathBuf) {
    let mut hub = TestHub::new();
    hub.open_run(None);
    let mut ana = Station::join(folder, &hub.url(""), "ana", None);
    ana.act(note_by("ana", "shared"));
    let agreed = |ledger: &Path| verify(ledger).map_or(0, |sound| sound.entries);
    ana.until_state("the hub's order", |ana| agreed(&ana.path) == 2);
    hub.end();
    ana.act(note_by("ana", "first offline"));
    ana.act(note_by("ana", "second offline"));
    (hub, ana.leave())
}

fn again(hub: &TestHub) -> Serving {
    let opened = Hub::open(hub.folder.path()).unwrap();
    hub.block_on(Serving::begin(opened, hub.address, None, false)).unwrap()
}

fn notes(path: &Path) -> Vec<String> {
    let ledger = Ledger::open(path, Access::Read).unwrap();
    ledger.state().notes.iter().map(|note| note.text.clone()).collect()
}

const ALL: [&str; 3] = ["shared", "first offline", "second offline"];

#[test]
fn an_export_has_it_marked_and_says_so_and_what_is_rebuilt_sends_it_once() {
    let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (hub, ana) = offline(a.path());
    let lines = golive(&["export", ana.to_str().unwrap()]);
    assert!(said(&lines).contains("note: 2 not shared with the hub yet"), "{}", said(&lines));
    let text = String::from_utf8(lines.stdout).unwrap();
    assert_eq!(text.lines().filter(|line| line.starts_with("{\"waiting\":")).count(), 2, "{text}");
    let file = b.path().join("run.jsonl");
    std::fs::write(&file, &text).unwrap();
    let data = b.path().join("data");
    let restored = golive(&["restore", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    assert!(said(&restored).contains("note: 2 not shared with the hub"), "{}", said(&restored));
    let copy = data.join("demo-1.golive");
    assert_eq!(notes(&copy), ALL);
    let serving = again(&hub);
    // Both machines send the same entries: the hub has each once.
    for ledger in [&copy, &ana] {
        let sent = golive(&["sync", ledger.to_str().unwrap()]);
        assert!(said(&sent).contains("all shared"), "{}", said(&sent));
    }
    assert_eq!(hub.page(0, None).entries.len(), 4);
    assert_eq!(notes(&ana), ALL);
    let lines = golive(&["export", ana.to_str().unwrap()]);
    assert!(!said(&lines).contains("waiting"), "{}", said(&lines));
    hub.block_on(serving.end());
}

#[test]
fn a_file_to_mail_has_it_too() {
    let [a, b] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (_hub, ana) = offline(a.path());
    let file = b.path().join("mail.golive");
    let words = ["export", ana.to_str().unwrap(), "--file", file.to_str().unwrap()];
    assert!(said(&golive(&words)).contains("they wait in the copy, too"));
    assert_eq!(notes(&file), ALL);
    let data = b.path().join("data");
    let words = ["restore", file.to_str().unwrap(), "--data", data.to_str().unwrap()];
    assert!(said(&golive(&words)).contains("note: 2 not shared with the hub"));
    assert_eq!(notes(&data.join("demo-1.golive")), ALL);
    let report = golive(&["report", ana.to_str().unwrap(), "--format", "md"]);
    assert!(said(&report).contains("note: 2 not shared with the hub yet"), "{}", said(&report));
    assert!(said(&report).contains("second offline"));
}

fn until(heard: &Receiver<Notice>, what: &str, wanted: impl Fn(&Notice) -> bool) {
    let mut seen = Vec::new();
    while let Ok(notice) = heard.recv_timeout(Duration::from_secs(30)) {
        if wanted(&notice) {
            return;
        }
        seen.push(format!("{notice:?}"));
    }
    panic!("waited in vain for {what}: {seen:#?}");
}

/// A second copy on a stick, while offline and after.
#[test]
fn a_second_copy_has_it_entry_by_entry_and_ends_as_the_hub_has_it() {
    let [a, stick, c] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let (hub, ana) = offline(a.path());
    let (says, heard) = channel();
    let ledger = Ledger::open(&ana, Access::Write).unwrap();
    let keeper = Keeper::spawn(ledger, "ana", move |notice| {
        let _ = says.send(notice);
    })
    .unwrap();
    keeper.request(Request::CopyTo { folder: stick.path().to_owned() }).unwrap();
    until(&heard, "the copy", |n| matches!(n, Notice::Copy(CopyState::UpToDate)));
    keeper.request(Request::Append { ticket: 1, intent: note_by("ana", "third offline") }).unwrap();
    until(&heard, "the act", |n| matches!(n, Notice::Appended { .. }));
    keeper.finish().unwrap();
    let lines = stick.path().join("demo-1.jsonl");
    let waiting = |text: &str| text.matches("{\"waiting\":").count();
    let text = std::fs::read_to_string(&lines).unwrap();
    assert_eq!((text.lines().count(), waiting(&text)), (5, 3), "{text}");
    let data = c.path().join("data");
    let words = ["restore", lines.to_str().unwrap(), "--data", data.to_str().unwrap()];
    assert!(golive(&words).status.success());
    assert_eq!(notes(&data.join("demo-1.golive")).len(), 4);
    // The hub is back: the tail becomes entries of its order, and nothing is there twice.
    let serving = again(&hub);
    let way = Link::new(&hub.url(""), "demo-1", None, "ana", None).unwrap();
    let mut station = Station::open(&ana, way, "ana");
    let agreed = |ledger: &Path| verify(ledger).map_or(0, |sound| sound.entries);
    station.until_state("all of it ordered", |ana| agreed(&ana.path) == 5);
    let path = station.leave();
    let (says, heard) = channel();
    let ledger = Ledger::open(&path, Access::Write).unwrap();
    let keeper = Keeper::spawn(ledger, "ana", move |notice| {
        let _ = says.send(notice);
    })
    .unwrap();
    keeper.request(Request::CopyTo { folder: stick.path().to_owned() }).unwrap();
    until(&heard, "the copy", |n| matches!(n, Notice::Copy(CopyState::UpToDate)));
    keeper.finish().unwrap();
    let text = std::fs::read_to_string(&lines).unwrap();
    assert_eq!((text.lines().count(), waiting(&text)), (5, 0), "{text}");
    hub.block_on(serving.end());
}
