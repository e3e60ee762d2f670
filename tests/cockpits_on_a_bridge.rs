//! Two cockpits on terminals of their own and a shell, over a real hub: what one does is on the
//! other's screen; the header says what is shared, and since when the hub is away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed"
)]
#![allow(clippy::disallowed_methods, reason = "lays a runbook out, starts a hub")]

#[path = "support/pty.rs"]
mod pty;

use pty::Terminal;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");
const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
[people.ana]
role = "lead"
[people.bo]
[[phases]]
title = "Cutover"
flow = "parallel"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "bo", duration = "25m" },
]
"#;

/// Somebody's machine: a home and a folder of runs.
struct Machine(tempfile::TempDir, &'static str);

impl Machine {
    fn of(person: &'static str) -> Self {
        Self(tempfile::tempdir().unwrap(), person)
    }

    fn home(&self) -> &Path {
        self.0.path()
    }

    fn shell(&self, words: &[&str]) -> String {
        let output = Command::new(GOLIVE)
            .args(words)
            .args(["--as", self.1, "--data"])
            .arg(self.home().join("data"))
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.home())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn cockpit(&self, words: &[&str]) -> Terminal {
        let data = self.home().join("data");
        let mut argv = vec![GOLIVE];
        argv.extend(words);
        argv.extend(["--as", self.1, "--data", data.to_str().unwrap()]);
        let home = self.home().to_str().unwrap();
        let mut cockpit =
            Terminal::start(&argv, (130, 40), &[("HOME", home), ("XDG_CONFIG_HOME", home)]);
        cockpit.wait_for("Any key goes to the steps");
        cockpit.keys("k").wait_gone("Any key goes").wait_for("Freeze writes");
        cockpit
    }
}

fn leave(mut cockpit: Terminal) {
    cockpit.calm().keys("q").wait_for("Leave the cockpit?").calm().keys("\r").wait_end();
}

struct Hub(Child, String);

impl Hub {
    fn begin(machine: &Machine, listen: &str) -> Self {
        let mut command = Command::new(GOLIVE);
        command.args(["hub", "--listen", listen, "--data"]).arg(machine.home().join("data"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child, line.trim().to_owned())
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn what_one_does_is_on_the_others_screen_and_the_header_says_how_it_goes_with_the_hub() {
    let (hub, ana, bo) = (Machine::of("hub"), Machine::of("ana"), Machine::of("bo"));
    let plan = ana.home().join("ledger.toml");
    std::fs::write(&plan, PLAN).unwrap();
    let opened = ana.shell(&["open", plan.to_str().unwrap(), "--rehearsal"]);
    let run = opened.split_whitespace().next().unwrap().to_owned();
    let serving = Hub::begin(&hub, "127.0.0.1:0");
    let address = serving.1.clone();
    ana.shell(&["share", &run, &address]);
    let url = format!("{address}/runs/{run}");
    let mut first = ana.cockpit(&["join", &url]);
    let mut second = bo.cockpit(&["join", &address]);
    first.wait_for("all shared");
    second.wait_for("all shared");
    first.calm().keys("\r").wait_for("started 1.1 Freeze writes");
    second.wait_for("WAITING ana 1.1");
    bo.shell(&["step", "start", "migrate"]);
    first.wait_for("bo 1.2");
    // The hub is gone; work goes on.
    serving.kill();
    first.wait_for("offline since");
    second.wait_for("offline since");
    first.deliberate().keys("\r").wait_for("1 not shared");
    let again = Hub::begin(&hub, address.strip_prefix("http://").unwrap());
    first.wait_for("all shared");
    second.wait_gone("WAITING ana");
    leave(first);
    leave(second);
    for machine in [&ana, &bo] {
        assert!(machine.shell(&["verify", &run]).contains("4 entries"));
    }
    again.kill();
}

#[test]
fn a_laptop_hosts_a_bridge() {
    let (ana, bo) = (Machine::of("ana"), Machine::of("bo"));
    let plan = ana.home().join("ledger.toml");
    std::fs::write(&plan, PLAN).unwrap();
    let mut host =
        ana.cockpit(&["run", plan.to_str().unwrap(), "--rehearsal", "--share", "127.0.0.1:7641"]);
    host.wait_for("all shared");
    let mut guest = bo.cockpit(&["join", "http://127.0.0.1:7641"]);
    guest.wait_for("all shared");
    host.calm().keys("\r").wait_for("started 1.1 Freeze writes");
    guest.wait_for("WAITING ana 1.1");
    leave(host);
    guest.wait_for("offline since");
    leave(guest);
}

#[test]
fn cockpits_see_each_other_answer_a_roll_call_with_one_key_and_see_who_has_left() {
    let (hub, ana, bo) = (Machine::of("hub"), Machine::of("ana"), Machine::of("bo"));
    let plan = ana.home().join("ledger.toml");
    std::fs::write(&plan, PLAN).unwrap();
    let opened = ana.shell(&["open", plan.to_str().unwrap(), "--rehearsal"]);
    let run = opened.split_whitespace().next().unwrap().to_owned();
    let serving = Hub::begin(&hub, "127.0.0.1:0");
    let address = serving.1.clone();
    ana.shell(&["share", &run, &address]);
    let mut first = ana.cockpit(&["join", &address]);
    let mut second = bo.cockpit(&["join", &address]);
    first.wait_for("2 here");
    second.wait_for("2 here");
    first.calm().keys("Y").wait_for("Ask who is there").calm().keys("\r");
    first.wait_for("missing bo");
    second.wait_for("Roll-call by ana").calm().keys("\u{19}").wait_gone("Roll-call by ana");
    first.wait_for("roll-call: all 2 are here");
    first.calm().keys("W").wait_for("here on 1.1");
    leave(second);
    first.wait_for("last seen").wait_for("1 here");
    serving.kill();
}
