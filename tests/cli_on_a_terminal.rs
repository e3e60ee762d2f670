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
