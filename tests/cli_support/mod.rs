//! A house for tests of the command line: a folder of runs, a home of its own, the real binary.
#![allow(dead_code, reason = "every test file uses its own part of it")]
#![allow(clippy::disallowed_methods, reason = "tests write files and start processes")]
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, reason = "tests may")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder in which the program finds nothing but what the test put there.
pub struct House {
    dir: TempDir,
}

/// What the program said and how it ended.
#[derive(Debug)]
pub struct Said {
    /// The exit code; -1 for a death by a signal.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl House {
    /// An empty house.
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// A house with a rehearsal of [`NIGHT`] open and started, and ana as its lead.
    pub fn with_run() -> Self {
        let house = Self::new();
        house.write("night.toml", NIGHT);
        house.golive(&["open", "night.toml", "--rehearsal", "--as", "ana"]).done();
        house.golive(&["start"]).done();
        house
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program, ready to run, with this house as home and ana at the keys.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path().join("config"))
            .env("XDG_DATA_HOME", self.path().join("share"))
            .env("GOLIVE_DATA", self.path().join("runs"))
            .env("USER", "ana")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub fn golive(&self, args: &[&str]) -> Said {
        Said::from(self.command(args).output().unwrap())
    }

    /// Runs the program as somebody.
    pub fn golive_as(&self, person: &str, args: &[&str]) -> Said {
        Said::from(self.command(args).args(["--as", person]).output().unwrap())
    }

    /// `status --json`.
    pub fn status(&self) -> serde_json::Value {
        serde_json::from_str(&self.golive(&["status", "--json"]).done()).unwrap()
    }

    /// The state of a step, by id.
    pub fn step(&self, id: &str) -> serde_json::Value {
        let status = self.status();
        let steps = status["steps"].as_array().unwrap();
        steps.iter().find(|s| s["id"] == id).unwrap_or_else(|| panic!("no step {id}")).clone()
    }

    /// The events of the run, as `export` writes them.
    pub fn events(&self) -> Vec<serde_json::Value> {
        let lines = self.golive(&["export"]).done();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }
}

impl Said {
    /// It was done; answers what was printed.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(self.code, 0, "not done: {self:?}");
        self.out
    }

    /// It was refused, with a reason and what to do instead; answers both.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_eq!(self.code, 1, "not refused: {self:?}");
        assert!(self.err.contains("refused: "), "{self:?}");
        assert!(self.err.contains("hint: "), "no word of what to do instead: {self:?}");
        assert_eq!(self.out, "", "a refusal says nothing on standard output");
        self.err
    }

    /// It was wrong use, or something could not be read; answers what was said.
    #[track_caller]
    pub fn wrong(self) -> String {
        assert_eq!(self.code, 2, "not wrong use: {self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        self.err
    }
}

/// A small runbook with one of everything that commands act on.
pub const NIGHT: &str = r#"
format = 1

[release]
title = "Ledger 4.2 go-live"
id = "ledger-4.2"
timezone = "Europe/London"

[people.ana]
name = "Ana Ruiz"
role = "lead"

[people.bo]
name = "Bo Chen"
contact = "ext 4412"
substitute = "cy"

[people.cy]
name = "Cy Okafor"

[people.olga]
name = "Olga Berg"
role = "observer"

[[checklists]]
id = "readiness"
title = "Operational readiness"
items = [
  { id = "backup", text = "Backup under 24 h old", owner = "bo" },
  { id = "alerts", text = "Alerts muted", owner = "cy" },
]

[[phases]]
title = "Prepare"
flow = "parallel"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "bo", duration = "5m" },
  { id = "dump", title = "Dump the ledger", owner = "cy", duration = "10m" },
  { id = "purge", title = "Purge the old cache", owner = "bo", duration = "5m", confirm = true },
  { id = "measure", title = "Measure", owner = "bo", duration = "5m" },
  { id = "two-eyes", title = "Four eyes", duration = "5m", signers = 2 },
]

[[phases]]
title = "Cutover"
steps = [
  { id = "go-nogo", title = "Open traffic?", kind = "gate" },
  { id = "route", title = "Warm or cold?", kind = "choice", options = [{ id = "warm", title = "Warm" }, { id = "cold", title = "Cold" }] },
  { id = "open", title = "Open traffic", owner = "cy", duration = "5m" },
]

[steps.measure]
items = ["Replica lag under 5 s", "Alerts quiet"]
records = [{ id = "lag", title = "Replica lag", unit = "s", pass = "< 5" }]
evidence = true

[steps.go-nogo]
requires = ["readiness"]
voters = ["ana", "bo"]
quorum = "all"
decider = "ana"

[[criteria]]
id = "errors"
text = "Error rate under 0.1 %"
owner = "ana"

[[messages]]
id = "exec"
audience = "Executives"
text = "{{ title }}: {{ done }}/{{ total }}"
"#;
