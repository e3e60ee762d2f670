//! Escape sequences, control characters and bidirectional overrides in arguments, files, names and
//! notes are shown, never obeyed: no command lets them through to a terminal.
#![allow(clippy::disallowed_methods, reason = "tests write files")]

mod cli_support;

use cli_support::{House, NIGHT, Said};

/// Clears the screen, colours, rings, hides, turns text around.
const HOSTILE: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{202e}b\u{200b}c\rd";

#[track_caller]
fn safe(said: &Said) {
    for text in [&said.out, &said.err] {
        let bad = text.chars().find(|&c| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(bad, None, "raw in: {text:?}");
    }
}

#[test]
fn hostile_arguments_are_shown_in_every_error() {
    let house = House::with_run();
    let commands: &[&[&str]] = &[
        &[HOSTILE],
        &["step", HOSTILE],
        &["step", "start", HOSTILE],
        &["step", "start", "freeze", HOSTILE],
        &["step", "start", "freeze", "--at", HOSTILE],
        &["step", "done", "purge", "--confirm", HOSTILE],
        &["step", "tick", "measure", HOSTILE],
        &["step", "record", "measure", HOSTILE, "1"],
        &["step", "evidence", "measure", HOSTILE],
        &["step", "choose", "route", HOSTILE],
        &["step", "estimate", "freeze", HOSTILE],
        &["vote", "go-nogo", HOSTILE],
        &["decide", HOSTILE, "go"],
        &["checklist", "tick", HOSTILE, "x"],
        &["checklist", "tick", "readiness", HOSTILE],
        &["correct", HOSTILE],
        &["judge", HOSTILE, "met"],
        &["message", HOSTILE],
        &["grant", "bo", HOSTILE],
        &["status", HOSTILE],
        &["status", "--run", HOSTILE],
        &["verify", HOSTILE],
        &["export", "--file", "no/such/\u{1b}[2J/file"],
        &["restore", HOSTILE],
        &["check", HOSTILE],
        &["adopt", HOSTILE],
        &["open", HOSTILE],
        &["open", "night.toml", "--new", "--approved", HOSTILE],
        &["run", HOSTILE],
        &["completions", HOSTILE],
        &["note", "x", "--kind", HOSTILE],
        &["note", "close", HOSTILE],
        &["step", "assign", "dump", HOSTILE],
        &["handover", HOSTILE],
        &["start", "--as", HOSTILE],
        &["runs", "--data", "night.toml/\u{1b}[2J"],
    ];
    for args in commands {
        let said = house.golive(args);
        assert_ne!(said.code, 0, "{args:?}: {said:?}");
        assert!(!said.err.is_empty(), "{args:?}");
        safe(&said);
    }
}

#[test]
fn hostile_words_in_acts_are_recorded_as_said_and_shown_safely() {
    let house = House::with_run();
    let acts: &[&[&str]] = &[
        &["note", HOSTILE],
        &["hold", "--reason", HOSTILE],
        &["resume"],
        &["step", "fail", "freeze", "--reason", HOSTILE],
        &["message", "exec", "--sent"],
    ];
    for args in acts {
        let said = house.golive(args);
        assert_eq!(said.code, 0, "{args:?}: {said:?}");
        safe(&said);
    }
    let refused = house.golive(&["step", "record", "measure", "lag", HOSTILE]);
    assert_eq!(refused.code, 1, "no number: {refused:?}");
    safe(&refused);
    safe(&house.golive(&["status"]));
    let noted = house.events().into_iter().find(|e| e.to_string().contains("note_added")).unwrap();
    assert!(noted.to_string().contains("\\u001b[2J"), "the record keeps what was said: {noted}");
}

#[test]
fn hostile_runbooks_are_shown_safely_by_every_command() {
    let house = House::new();
    let escaped: String = HOSTILE.chars().map(|c| format!("\\u{:04X}", c as u32)).collect();
    let text = NIGHT
        .replace("Ledger 4.2 go-live", &format!("Ledger {escaped}"))
        .replace("Freeze writes", &format!("Freeze {escaped}"))
        .replace("title = \"Prepare\"", &format!("title = \"Prepare {escaped}\""))
        .replace("Bo Chen", &format!("Bo {escaped}"));
    house.write("night.toml", &text);
    safe(&house.golive(&["check", "night.toml"]));
    let opened = house.golive(&["open", "night.toml"]);
    assert_eq!(opened.code, 0, "{opened:?}");
    safe(&opened);
    for args in [
        &["runs"][..],
        &["status"],
        &["start"],
        &["step", "start", "freeze"],
        &["step", "start", "freeze"],
        &["message", "exec"],
        &["status"],
        &["status", "--json"],
        &["check", "night.toml", "--json"],
        &["verify"],
    ] {
        safe(&house.golive(args));
    }
    // Raw ones in the text: an error that quotes its source.
    house.write("raw.toml", format!("format = 1\ntitel = \"{}\"\n", HOSTILE.replace('\r', "")));
    for args in
        [&["check", "raw.toml"][..], &["check", "raw.toml", "--json"], &["open", "raw.toml"]]
    {
        let said = house.golive(args);
        assert_eq!(said.code, 1, "{said:?}");
        safe(&said);
    }
    house.write("odd\u{1b}[31mname.toml", "x");
    safe(&house.golive(&["check", "odd\u{1b}[31mname.toml"]));
}

#[test]
fn hostile_surroundings_are_named_safely() {
    let house = House::with_run();
    for (key, value) in [("GOLIVE_LOG", HOSTILE), ("USER", HOSTILE), ("GOLIVE_DATA", "\u{1b}[2J")] {
        let said = Said::from(house.command(&["start"]).env(key, value).output().unwrap());
        assert_eq!(said.code, 2, "{key}: {said:?}");
        safe(&said);
    }
    std::fs::create_dir_all(house.path().join("config/golive")).unwrap();
    house.write("config/golive/config.toml", format!("name = \"{HOSTILE}\"\n"));
    safe(&house.golive(&["start"]));
    safe(&house.golive(&["--help"]));
}
