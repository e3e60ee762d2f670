//! `golive watch --view bridge`: eight large lines in a terminal of its own, live and read-only; the
//! terminal is whole again after it, and it goes on with the next run.
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

#[path = "support/pty.rs"]
mod pty;

use pty::Terminal;
use rustix::process::Signal;
use std::path::PathBuf;
use std::process::{Command, Output};

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");
const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
update_every = "30m"
[people.ana]
name = "Ana Ruiz"
role = "lead"
[[phases]]
title = "Cutover"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "ana", stream = "database", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "ana", stream = "database", duration = "25m" },
]
"#;

struct House {
    dir: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let house = Self { dir: tempfile::tempdir().expect("a folder") };
        house.open("ledger", PLAN);
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn golive(&self, args: &[&str]) -> Output {
        let mut command = Command::new(GOLIVE);
        command.args(args).arg("--data").arg(self.path("data")).args(["--as", "ana"]);
        command.env("HOME", self.dir.path()).env("XDG_CONFIG_HOME", self.dir.path());
        command.output().expect("it runs")
    }

    fn done(&self, args: &[&str]) {
        let output = self.golive(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn open(&self, name: &str, plan: &str) {
        let path = self.path(&format!("{name}.toml"));
        std::fs::write(&path, plan).expect("a runbook");
        self.done(&["open", path.to_str().unwrap(), "--rehearsal"]);
    }

    fn watch(&self, size: (u16, u16), more: &[&str]) -> Terminal {
        let data = self.path("data");
        let home = self.dir.path().to_str().unwrap();
        let mut argv = vec![GOLIVE, "watch", "--view", "bridge", "--as", "ana", "--data"];
        argv.push(data.to_str().unwrap());
        argv.extend(more);
        let vars = [("HOME", home), ("XDG_CONFIG_HOME", home), ("XDG_DATA_HOME", home)];
        Terminal::start(&argv, size, &vars)
    }
}

#[test]
fn it_shows_what_others_do_and_a_key_changes_nothing() {
    let house = House::new();
    let mut watch = house.watch((80, 24), &["--ascii"]);
    watch.wait_for("REHEARSAL").wait_for("WAITING FOR").wait_for("NEXT UPDATE");
    house.done(&["step", "start", "freeze"]);
    watch.wait_for("Ana Ruiz 1.1");
    let before = house.golive(&["export"]).stdout;
    watch.keys("\r");
    watch.calm().keys("s").calm().keys("f").calm().keys("n");
    house.done(&["step", "done", "freeze"]);
    watch.wait_for("Migrate the schema");
    watch.resize(120, 40);
    watch.wait_for("STREAMS").wait_for("database GREEN 1/2");
    let after = house.golive(&["export"]).stdout;
    let lines = |bytes: &[u8]| bytes.iter().filter(|b| **b == b'\n').count();
    assert_eq!(lines(&after), lines(&before) + 1, "only what the shell recorded");
    watch.calm().keys("q");
    assert!(watch.wait_end().success());
    assert_eq!(watch.left_on(), Vec::<&str>::new());
    assert!(watch.modes().contains("ECHO") && watch.modes().contains("ICANON"));
}

#[test]
fn the_terminal_is_whole_after_every_way_out() {
    let house = House::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT, Signal::ABORT] {
        let mut watch = house.watch((80, 24), &[]);
        watch.wait_for("NEXT UPDATE").signal(signal);
        assert!(!watch.wait_end().success(), "{signal:?} ends it");
        assert_eq!(watch.left_on(), Vec::<&str>::new(), "{signal:?}");
        assert!(watch.modes().contains("ECHO") && watch.modes().contains("ICANON"), "{signal:?}");
    }
    for key in ["q", "\x1b", "\x03"] {
        let mut watch = house.watch((80, 24), &[]);
        watch.wait_for("NEXT UPDATE").calm().keys(key);
        assert!(watch.wait_end().success(), "{key:?}");
        assert_eq!(watch.left_on(), Vec::<&str>::new(), "{key:?}");
    }
}

#[test]
fn when_the_run_is_over_it_goes_on_with_the_next_unless_one_was_named() {
    let house = House::new();
    let runs = house.golive(&["runs"]).stdout;
    let runs = String::from_utf8_lossy(&runs).into_owned();
    let id = runs.split_whitespace().find(|word| word.starts_with("ledger-4-2-")).unwrap();
    let mut follows = house.watch((80, 24), &["--ascii"]);
    let mut stays = house.watch((80, 24), &["--ascii", id]);
    follows.wait_for("Ledger 4.2");
    stays.wait_for("Ledger 4.2");
    house.done(&["cancel", "--run", id, "--reason", "no window"]);
    follows.wait_for("CANCELED");
    stays.wait_for("CANCELED");
    house.open("second", &PLAN.replace("Ledger 4.2", "Ledger 4.3"));
    follows.wait_for("Ledger 4.3");
    assert!(stays.text().contains("Ledger 4.2"), "{}", stays.text());
    for watch in [&mut follows, &mut stays] {
        watch.calm().keys("q");
        watch.wait_end();
    }
}

#[test]
fn without_a_screen_it_prints_the_eight_lines() {
    use std::io::{BufRead, BufReader};
    let house = House::new();
    let mut command = Command::new(GOLIVE);
    command.args(["watch", "--view", "bridge", "--as", "ana", "--data"]).arg(house.path("data"));
    let mut child = command.stdout(std::process::Stdio::piped()).spawn().expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let labels: Vec<String> = lines.by_ref().take(8).collect();
    for (line, label) in labels.iter().zip([
        "REHEARSAL",
        "STATUS",
        "ROLL BACK",
        "WAITING FOR",
        "CALL",
        "DECIDE",
        "STREAMS",
        "NEXT UPDATE",
    ]) {
        assert!(line.starts_with(label), "{line}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
