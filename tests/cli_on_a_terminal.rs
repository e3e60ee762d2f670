//! What goes byte for byte into a pipe is made visible where a person looks on; and questions are
//! asked there.
#![allow(clippy::disallowed_methods, reason = "tests write files and start processes")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod cli_support;
#[path = "support/pty.rs"]
mod pty;

use cli_support::{House, NIGHT};
use pty::Terminal;

/// What a TOML comment may have, and a terminal or a reader would obey.
const HOSTILE: &str = "\u{9b}31m \u{202e}turned\u{2066} \u{200b}";

fn terminal(house: &House, args: &[&str]) -> Terminal {
    let home = house.path().to_str().unwrap();
    let runs = house.path().join("runs");
    let mut argv = vec![env!("CARGO_BIN_EXE_golive")];
    argv.extend(args);
    let vars = [
        ("HOME", home),
        ("XDG_CONFIG_HOME", home),
        ("XDG_DATA_HOME", home),
        ("GOLIVE_DATA", runs.to_str().unwrap()),
        ("USER", "ana"),
    ];
    Terminal::start(&argv, (120, 40), &vars)
}

#[test]
fn the_record_and_the_runbook_are_shown_never_obeyed() {
    let house = House::new();
    let text = NIGHT.replace("Freeze writes", &format!("Freeze {HOSTILE}"));
    let text = format!("{text}# {HOSTILE}\n");
    house.write("night.toml", &text);
    house.golive(&["open", "night.toml", "--rehearsal"]).done();
    house.golive(&["note", "a\u{1b}[2J\u{7}b"]).done();
    for args in [&["export"][..], &["runbook"]] {
        let mut screen = terminal(&house, args);
        assert!(screen.wait_end().success());
        let raw = String::from_utf8(std::mem::take(&mut screen.raw)).unwrap();
        let bad = raw.chars().find(|&c| {
            (c.is_control() && c != '\n' && c != '\r')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(bad, None, "{args:?}");
        assert!(raw.contains("turned"), "{args:?}: {raw}");
        // Into a pipe it goes as it is.
        let piped = house.golive(args).done();
        assert!(piped.contains("\u{202e}turned\u{2066}"), "{args:?}");
    }
    assert_eq!(house.golive(&["runbook"]).done(), text);
}

#[test]
fn a_lead_is_handed_to_a_stranger_only_after_a_yes() {
    let house = House::with_run();
    let mut screen = terminal(&house, &["handover", "an"]);
    screen.wait_for("did you mean ana?").keys("no\r");
    assert_eq!(screen.wait_end().exit_code(), 1);
    assert_eq!(house.events().len(), 2);
    let mut screen = terminal(&house, &["handover", "an"]);
    screen.wait_for("did you mean ana?").keys("yes\r");
    assert!(screen.wait_end().success());
    assert!(house.events().pop().unwrap().to_string().contains("handed_over"));
}

#[test]
fn a_step_that_takes_the_way_back_away_begins_only_after_a_yes() {
    let house = House::new();
    let text = r#"
format = 1
[release]
title = "Ledger"
[people.ana]
role = "lead"
[[phases]]
title = "Cutover"
flow = "parallel"
steps = [
  { id = "copy", title = "Copy", duration = "5m" },
  { id = "writes", title = "Writes", duration = "5m", point_of_no_return = true },
]
[[rollbacks]]
id = "restore"
title = "Restore"
steps = [{ id = "dump", title = "Restore the dump", duration = "20m" }]
"#;
    house.write("night.toml", text);
    house.golive(&["open", "night.toml", "--rehearsal", "--as", "ana"]).done();
    house.golive(&["start"]).done();
    let before = house.events().len();
    for verb in ["start", "done"] {
        let mut screen = terminal(&house, &["step", verb, "writes"]);
        screen.wait_for("rollback R1 Restore is gone; fix forward only");
        screen.wait_for("begin it? Type `yes` to go on:").keys("no\r");
        assert_eq!(screen.wait_end().exit_code(), 1, "{verb}");
        assert_eq!(house.events().len(), before, "{verb}");
    }
    // What takes nothing away is not asked about.
    assert!(terminal(&house, &["step", "start", "copy"]).wait_end().success());
    let mut screen = terminal(&house, &["step", "start", "writes"]);
    screen.wait_for("POINT OF NO RETURN").keys("yes\r");
    assert!(screen.wait_end().success());
    assert_eq!(house.step("writes")["state"], "running");
    // Once it has begun there is nothing left to ask.
    assert!(terminal(&house, &["step", "done", "writes"]).wait_end().success());

    // Nobody is asked where it was said beforehand, or where nobody sits.
    for on_terminal in [true, false] {
        let house = House::new();
        house.write("night.toml", text);
        house.golive(&["open", "night.toml", "--rehearsal", "--as", "ana"]).done();
        house.golive(&["start"]).done();
        if on_terminal {
            let mut screen = terminal(&house, &["step", "start", "writes", "--yes"]);
            assert!(screen.wait_end().success());
        } else {
            let said = house.golive(&["step", "start", "writes"]).done();
            assert!(said.ends_with("[rollback R1 Restore is gone; fix forward only]\n"), "{said}");
        }
        assert_eq!(house.step("writes")["state"], "running");
    }
}

#[test]
fn a_review_that_is_left_keeps_what_was_typed_and_goes_on() {
    let house = House::with_run();
    house.golive(&["cancel", "--reason", "only a tour"]).done();
    let mut screen = terminal(&house, &["review"]);
    screen.wait_for("What went well?").keys("the calls\r");
    screen.wait_for("note: Went well: the calls").keys("\r");
    screen.wait_for("What did not go well?").keys("\r");
    screen.wait_for("What will change?").keys("dump earlier\r");
    // Left in the middle of a change: it is recorded, without its owner.
    screen.wait_for("who does it?").keys("\u{3}");
    assert!(!screen.wait_end().success());
    let mut screen = terminal(&house, &["review"]);
    screen.wait_for("· the calls (Ana Ruiz)").keys("\r\r");
    screen.wait_for("· dump earlier (Ana Ruiz)").keys("ask twice\r");
    screen.wait_for("who does it?").keys("bo\r");
    screen.wait_for("by when?").keys("someday\r");
    screen.wait_for("error:").keys("+14d\r");
    screen.wait_for("  > ").keys("\r");
    screen.wait_for("Still to be done:");
    assert!(screen.wait_end().success());
    let page = house.golive(&["report"]).done();
    assert!(page.contains("- dump earlier (Ana Ruiz)\n- ask twice (Ana Ruiz)"), "{page}");
    assert!(page.contains("ask twice (added after the end) | Bo Chen"), "{page}");
    assert!(!page.contains("read before"), "an owner that is given changes no text: {page}");
}

#[test]
fn a_bridge_that_is_refused_leaves_nothing_behind_and_the_next_gives_everybody_a_token() {
    let house = House::new();
    house.write("night.toml", NIGHT);
    let args = ["run", "night.toml", "--rehearsal", "--share", "0.0.0.0:0"];
    let mut screen = terminal(&house, &args);
    screen.wait_for("say --insecure");
    assert!(!screen.wait_end().success());
    assert!(!house.path().join("runs").exists(), "neither a run nor a token");
    // The tokens of the first night are for that run only.
    house.write("next.toml", NIGHT.replace("ledger-4.2", "ledger-4.3"));
    for night in ["night.toml", "next.toml"] {
        let rest = ["--rehearsal", "--share", "0.0.0.0:0", "--insecure"];
        let mut screen = terminal(&house, &[&["run", night], &rest[..]].concat());
        screen.wait_for("Any key goes to the steps");
        let raw = String::from_utf8_lossy(&screen.raw).into_owned();
        assert!(raw.contains("GOLIVE_TOKEN=glv_"), "{night}: {raw}");
        assert!(!raw.contains("http://0.0.0.0"), "{night}: {raw}");
        screen.child.kill().unwrap();
        screen.wait_end();
    }
}
