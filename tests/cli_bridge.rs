//! `golive hub`, `share` and `join` from the command line: real processes on real ports.
#![allow(clippy::disallowed_methods, reason = "starts processes, reads files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn golive(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
    command.arg("--data").arg(data).args(["--as", "ana"]).args(args);
    for name in ["GOLIVE_TOKEN", "GOLIVE_DATA", "GOLIVE_LOG"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn says(data: &Path, args: &[&str]) -> String {
    let output = golive(data, args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", text(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A hub in a process of its own; killed with it.
struct Hub(Child, String);

impl Hub {
    fn begin(data: &Path, listen: &str) -> Self {
        let mut command = golive(data, &["hub", "--listen", listen]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("http://127.0.0.1:"), "{line}");
        Self(child, line.trim().to_owned())
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn opened(data: &Path) -> String {
    let runbook = data.join("demo.toml");
    std::fs::create_dir_all(data).unwrap();
    std::fs::write(
        &runbook,
        "format = 1\n[release]\ntitle = \"Demo\"\n[[phases]]\ntitle = \"Work\"\nsteps = [\n{ id = \"s1\", title = \"One\", duration = \"5m\" },\n]\n",
    )
    .unwrap();
    says(data, &["open", runbook.to_str().unwrap(), "--rehearsal"])
}

#[test]
fn a_run_is_put_on_a_hub_once_and_again_and_stays_a_sound_record() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, theirs) = (folder.path().join("mine"), folder.path().join("theirs"));
    let run = opened(&mine);
    let run = run.split_whitespace().next().unwrap();
    let hub = Hub::begin(&theirs, "127.0.0.1:0");
    let said = says(&mine, &["share", run, &hub.1]);
    assert_eq!(said, format!("shared {run}, 1 entry: golive join {}/runs/{run}", hub.1));
    assert_eq!(says(&mine, &["share", run, &hub.1]), said);
    let started = says(&mine, &["step", "start", "s1"]);
    assert!(started.ends_with("[recorded and shared]"), "{started}");
    assert!(says(&mine, &["verify", run]).contains("2 entries"), "it is in the hub's order");
    let kept = theirs.join("hub").join(format!("{run}.golive"));
    assert!(says(&theirs, &["verify", kept.to_str().unwrap()]).contains("2 entries"));
    let other = golive(&mine, &["share", run, "http://127.0.0.1:9"]).output().unwrap();
    assert!(text(&other).contains("is on the hub"), "{}", text(&other));
    let hubs_own =
        golive(&theirs, &["note", "x", "--run", kept.to_str().unwrap()]).output().unwrap();
    assert!(text(&hubs_own).contains("only the hub adds to it"), "{}", text(&hubs_own));
}

#[test]
fn tokens_are_made_listed_used_and_revoked_and_never_shown_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, theirs) = (folder.path().join("mine"), folder.path().join("theirs"));
    let run = opened(&mine);
    let run = run.split_whitespace().next().unwrap();
    let token = says(&theirs, &["hub", "token", "add", "ana", "--role", "lead"]);
    let listed = says(&theirs, &["hub", "token", "list"]);
    assert!(
        listed.contains("ana") && listed.contains("lead") && !listed.contains(&token),
        "{listed}"
    );
    let hub = Hub::begin(&theirs, "127.0.0.1:0");
    let without = golive(&mine, &["share", run, &hub.1]).output().unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(text(&without).contains("GOLIVE_TOKEN"), "{}", text(&without));
    let wrong =
        golive(&mine, &["share", run, &hub.1]).env("GOLIVE_TOKEN", "glv_wrong").output().unwrap();
    assert!(!wrong.status.success() && !text(&wrong).contains("glv_wrong"), "{}", text(&wrong));
    let file = folder.path().join("token");
    std::fs::write(&file, &token).unwrap();
    says(&mine, &["share", run, &hub.1, "--token-file", file.to_str().unwrap()]);
    assert!(says(&theirs, &["hub", "token", "revoke", "ana"]).starts_with("revoked "));
    assert!(
        !golive(&theirs, &["hub", "token", "revoke", "ana"]).output().unwrap().status.success()
    );
}

#[test]
fn a_hub_that_could_be_reached_by_others_wants_tokens_and_tls() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |args: &[&str]| {
        let output = golive(folder.path(), args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        text(&output)
    };
    assert!(refused(&["hub", "--listen", "0.0.0.0:0"]).contains("there are no tokens"));
    says(folder.path(), &["hub", "token", "add", "ana", "--role", "lead"]);
    assert!(refused(&["hub", "--listen", "0.0.0.0:0"]).contains("--tls-cert"));
    assert!(refused(&["hub", "--tls-cert", "x"]).contains("--tls-key"));
    let _first = Hub::begin(folder.path(), "127.0.0.1:0");
    assert!(refused(&["hub", "--listen", "127.0.0.1:0"]).contains("another hub"));
}

#[test]
fn a_lost_run_is_rebuilt_from_the_longest_copy_and_begins_a_new_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let (mine, theirs) = (folder.path().join("mine"), folder.path().join("theirs"));
    let run = opened(&mine);
    let run = run.split_whitespace().next().unwrap();
    let short = folder.path().join("short.golive");
    says(&mine, &["export", run, "--file", short.to_str().unwrap()]);
    says(&mine, &["step", "start", "s1"]);
    says(&mine, &["step", "done", "s1"]);
    let long = mine.join(format!("{run}.golive"));
    let (short, long) = (short.to_str().unwrap(), long.to_str().unwrap());
    let said = says(&theirs, &["hub", "restore", short, long]);
    assert!(said.contains("with 3 entries") && said.ends_with("epoch 1"), "{said}");
    let again = says(&theirs, &["hub", "restore", short]);
    assert!(
        again.contains("with 3 entries") && again.ends_with("epoch 2"),
        "its own was longer: {again}"
    );
    let kept = theirs.join("hub");
    let names: Vec<_> = std::fs::read_dir(&kept).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert!(names.iter().any(|name| name.to_string_lossy().ends_with(".before-1")), "{names:?}");
}
