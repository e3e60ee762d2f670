//! Who comes in by a join is whose token it is, or is told; and nobody joins a demonstration, whose
//! clock runs at a pace of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests say so by panicking"
)]

#[path = "support/pty.rs"]
mod pty;
mod support {
    pub mod hub;
    pub mod ledger;
}

use golive::hub::http::{Hub, Serving};
use golive::ledger::PacedClock;
use golive::runbook::Role;
use pty::Terminal;
use std::path::Path;
use std::process::Command;
use support::hub::{TestHub, client, opening_lines};
use support::ledger::time;

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");

fn join(data: &Path, url: &str, token: &str, more: &[&str]) -> Terminal {
    let data = data.to_str().unwrap();
    let argv = [&[GOLIVE, "join", url, "--data", data], more].concat();
    let vars = [("GOLIVE_TOKEN", token), ("USER", "root"), ("HOME", data)];
    Terminal::start(&argv, (100, 30), &vars)
}

#[test]
fn a_token_of_somebody_else_than_as_names_lets_nobody_in_and_leaves_nothing() {
    let hub = TestHub::new();
    hub.open_run(None);
    let (ana, vera) = (hub.token("ana", Role::Lead, None), hub.token("vera", Role::Observer, None));
    let data = tempfile::tempdir().unwrap();
    let url = hub.url("");
    let mut wrong = join(data.path(), &url, &vera, &["--as", "ana"]);
    wrong.wait_for("--as says ana, and the token is that of vera").wait_for("leave --as out");
    assert_eq!(wrong.wait_end().exit_code(), 1);
    let kept = data.path().join("demo-1.golive");
    assert!(!kept.exists(), "nobody is joined as vera by that");
    for (token, person) in [(&vera, "vera"), (&ana, "ana")] {
        // The second goes on with the ledger of the first, with a token of her own.
        let mut right = join(data.path(), &url, token, &["--as", person]);
        right.wait_for("you are").wait_for(person);
        right.signal(rustix::process::Signal::TERM);
        right.wait_end();
        assert!(kept.exists());
    }
    let mut again = join(data.path(), &url, &ana, &["--as", "vera"]);
    again.wait_for("the token is that of ana");
    assert_eq!(again.wait_end().exit_code(), 1);
    assert!(kept.exists(), "what was here before stays");
}

#[test]
fn a_demonstration_is_joined_by_nobody_and_its_page_says_that_it_is_one() {
    let [folder, data] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let clock = PacedClock::standing_at(time("2026-11-28T22:00:00Z"));
    let hub = Hub::open_with(folder.path(), clock.clock()).unwrap();
    let any = "127.0.0.1:0".parse().unwrap();
    let serving = runtime.block_on(Serving::begin(hub, any, None, false)).unwrap();
    let url = format!("http://{}", serving.address);
    let page = |path: &str| {
        let request = client().get(format!("{url}{path}")).header("Accept", "text/html");
        runtime.block_on(async { request.send().await.unwrap().text().await.unwrap() })
    };
    let opened = client().post(format!("{url}/api/v1/runs")).body(opening_lines("demo-1"));
    assert_eq!(runtime.block_on(opened.send()).unwrap().status(), 201);
    for path in ["/runs/demo-1", "/"] {
        let page = page(path);
        assert!(page.contains(">DEMO<") && !page.contains("REHEARSAL"), "{page}");
    }
    assert!(page("/runs/demo-1").contains("(demo)</title>"));
    let mut wrong = join(data.path(), &url, "", &["--as", "ana"]);
    wrong.wait_for("is the hub of a demo").wait_for("golive demo");
    assert_eq!(wrong.wait_end().exit_code(), 1);
    assert!(!data.path().join("demo-1.golive").exists());
    // Nor is a run of one's own put there.
    let runbook = data.path().join("demo.toml");
    std::fs::write(&runbook, support::ledger::runbook(1)).unwrap();
    let golive = |args: &[&str]| {
        let mut command = Command::new(GOLIVE);
        command.env_remove("GOLIVE_TOKEN").args(["--as", "ana", "--data"]).arg(data.path());
        command.args(args).output().unwrap()
    };
    let opened = golive(&["open", runbook.to_str().unwrap(), "--rehearsal"]);
    let run = String::from_utf8(opened.stdout).unwrap();
    let refused = golive(&["share", run.trim(), &url]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(1) && said.contains("is the hub of a demo"), "{said}");
    runtime.block_on(serving.end());
}
