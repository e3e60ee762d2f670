//! Help, version, completions and manual pages; wrong use is told apart from a refusal.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod cli_support;

use cli_support::House;
use std::process::Command;

#[test]
fn completions_are_made_for_every_shell_and_read_by_those_at_hand() {
    let house = House::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = house.golive(&["completions", shell]).done();
        assert!(script.contains("golive") && script.contains("handover"), "{shell}");
        house.write(shell, &script);
        let Ok(checked) = Command::new(shell).arg("-n").arg(house.path().join(shell)).output()
        else {
            continue;
        };
        if matches!(shell, "bash" | "zsh" | "fish") {
            assert!(checked.status.success(), "{shell}: {checked:?}");
        }
    }
    house.golive(&["completions", "csh"]).wrong();
}

#[test]
fn manual_pages_are_made_for_every_command() {
    let house = House::new();
    let page = house.golive(&["man"]).done();
    assert!(page.contains(".TH golive 1") && page.contains("golive\\-step"), "{page}");
    house.golive(&["man", "--dir", "pages"]).done();
    for page in
        ["golive.1", "golive-run.1", "golive-step.1", "golive-step-start.1", "golive-note-edit.1"]
    {
        let text = std::fs::read_to_string(house.path().join("pages").join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
}

#[test]
fn every_command_has_help_and_wrong_use_exits_2() {
    let house = House::new();
    let help = house.golive(&["--help"]).done();
    let commands: Vec<_> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|word| *word != "help")
        .collect();
    assert!(commands.len() >= 34, "{commands:?}");
    for command in commands {
        let help = house.golive(&[command, "--help"]).done();
        assert!(help.contains("Usage: golive"), "{command}");
        assert!(help.contains("--data") && help.contains("--as"), "{command}");
        house.golive(&[command, "--no-such-option"]).wrong();
    }
    house.golive(&["--version"]).done();
    assert_eq!(house.golive(&[]).code, 2);
}

#[test]
fn the_programs_own_log_is_written_only_when_asked_for() {
    let house = House::with_run();
    let log = house.path().join("runs/golive.log");
    assert!(!log.exists());
    let said =
        house.command(&["step", "start", "freeze"]).env("GOLIVE_LOG", "info").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "", "nothing of it on the screen");
    assert!(std::fs::read_to_string(log).unwrap().contains("appended"));
}
