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
    let cases: [(&[&str], i32, &str); 6] = [
        (&["add", "none", "bo"], 2, "there is no run “none”"),
        (&["add", "demo"], 2, "required"),
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
    // A name that the runbook does not know may be meant, and may be mistyped.
    let stranger = golive(&hub, &["add", "demo", "bob"]);
    assert!(stranger.status.success());
    assert!(err(&stranger).contains("their page will be empty"), "{}", err(&stranger));
    assert_eq!(hub.hub.links.list().len(), 0, "not looked at yet");
}
