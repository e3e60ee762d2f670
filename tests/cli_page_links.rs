//! `golive hub link`: links are made, listed and revoked where the hub runs.
#![allow(clippy::disallowed_methods, reason = "makes a folder")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod owner;
}

use std::process::{Command, Output};
use support::hub::TestHub;
use support::owner::{Owner, PLAN, open};

/// A hub in the folder where `--data` keeps it, and the command line beside it.
fn golive(hub: &TestHub, args: &[&str]) -> Output {
    let data = hub.folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let place = data.join("hub");
    if !place.exists() {
        std::os::unix::fs::symlink(hub.folder.path(), &place).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.arg("--data").arg(&data).args(["hub", "link"]).args(args).output().unwrap()
}

/// `golive hub token`, there.
fn token(hub: &TestHub, args: &[&str]) -> Output {
    // Makes the folder.
    golive(hub, &["list"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.arg("--data").arg(hub.folder.path().join("data")).args(["hub", "token"]);
    command.args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_link_is_made_used_listed_and_revoked_while_the_hub_runs() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    let made = golive(&hub, &["add", "demo", "Bo", "--base", &hub.url("")]);
    assert!(made.status.success(), "{}", err(&made));
    let url = out(&made).trim().to_owned();
    let path = url.strip_prefix(&hub.url("")).unwrap();
    assert!(path.starts_with("/l/") && err(&made).contains("not shown again"), "{url}");
    let bo = Owner::with(&hub, path);
    assert!(bo.page().contains("Freeze"));
    let made = golive(&hub, &["add", "demo-1", "--stakeholders"]);
    assert!(out(&made).starts_with("http://127.0.0.1:7600/l/"), "{}", out(&made));
    let listed = out(&golive(&hub, &["list"]));
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("  bo  ") && listed.contains("  stakeholders  "), "{listed}");
    assert!(!listed.contains(path.trim_start_matches("/l/")), "{listed}");
    let gone = golive(&hub, &["revoke", "bo", "--run", "other"]);
    assert_eq!(gone.status.code(), Some(2), "of that run there is none: {}", err(&gone));
    let gone = golive(&hub, &["revoke", "bo", "--only", "demo-1"]);
    assert!(out(&gone).starts_with("revoked ") && out(&gone).contains(" of bo for demo-1"));
    hub.hub.links.look().unwrap();
    assert_eq!(bo.get("/runs/demo-1/me").status, 401);
    let id: String = out(&golive(&hub, &["list", "demo"])).chars().take(8).collect();
    assert!(golive(&hub, &["revoke", &id]).status.success());
    assert_eq!(out(&golive(&hub, &["list"])), "");
}

#[test]
fn what_cannot_be_meant_is_said() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    let cases: [(&[&str], i32, &str); 9] = [
        (&["add", "none", "bo"], 2, "there is no run “none”"),
        (&["add", "demo"], 2, "a person is required"),
        (&["add", "--stakeholders"], 2, "a run is required"),
        (&["add", "bo", "demo"], 2, "the run comes first: golive hub link add demo bo"),
        (&["add", "demo", "bo", "--run", "other"], 2, "two runs are named"),
        (&["add", "demo", "bo", "--stakeholders"], 2, "cannot be used with"),
        (&["add", "demo", "bo", "--base", "hub.example"], 2, "no address of a hub"),
        (&["add", "demo", " "], 2, "is empty"),
        (&["revoke", "nobody"], 2, "no link is of “nobody”"),
    ];
    for (args, code, said) in cases {
        let output = golive(&hub, args);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", err(&output));
        assert!(err(&output).contains(said), "{args:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{args:?}");
    }
    let help = out(&golive(&hub, &["add", "--help"]));
    assert!(help.contains("add [OPTIONS] <RUN> <PERSON|--stakeholders>"), "{help}");
    // A name that the runbook does not know may be meant, and may be mistyped.
    let stranger = golive(&hub, &["add", "demo", "bob"]);
    assert!(stranger.status.success());
    assert!(err(&stranger).contains("their page will be empty"), "{}", err(&stranger));
    assert_eq!(hub.hub.links.list().len(), 0, "not looked at yet");
}

#[test]
fn run_names_the_run_as_everywhere() {
    let hub = TestHub::new();
    open(&hub, PLAN);
    for args in [
        &["add", "bo", "--run", "demo", "--base", "https://hub.example"] as &[&str],
        &["add", "--stakeholders", "--run", "demo-1", "--base", "https://hub.example"],
    ] {
        let made = golive(&hub, args);
        assert!(out(&made).starts_with("https://hub.example/l/"), "{}", err(&made));
        assert!(!err(&made).contains("note: "), "{}", err(&made));
    }
    assert_eq!(out(&golive(&hub, &["list", "--run", "demo"])).lines().count(), 2);
    // Who hands over such an address is told that it is of no use elsewhere.
    let here = golive(&hub, &["add", "demo", "bo", "--base", "http://0.0.0.0:7600"]);
    assert!(err(&here).contains("no address that anybody can open"), "{}", err(&here));
    for (option, word, note) in
        [("--run", "demo", false), ("--only", "demo-1", false), ("--run", "later-1", true)]
    {
        let made = token(&hub, &["add", "bo", "--role", "operator", option, word]);
        assert!(made.status.success(), "{}", err(&made));
        assert_eq!(err(&made).contains("no run “later-1” at this hub yet"), note, "{}", err(&made));
    }
    let listed = out(&token(&hub, &["list"]));
    assert_eq!(listed.matches(" demo-1 ").count(), 2, "the run's whole id: {listed}");
    assert_eq!(listed.matches(" later-1 ").count(), 1, "{listed}");
    let none = token(&hub, &["list", "--run", "demo"]);
    assert_eq!(none.status.code(), Some(2), "{}", out(&none));
}
