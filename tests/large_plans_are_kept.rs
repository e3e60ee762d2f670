//! A large plan is kept beside the ledgers once it has been read, and a run opened from what was
//! kept is the run that its ledger alone tells, also after the plan was changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test says so by panicking; it takes away what was kept"
)]

#[path = "support/ledger.rs"]
mod support;

use golive::ledger::{Access, Ledger};
use golive::run::{Event, Intent, RunState, sha256_hex};
use std::path::Path;
use support::{Hands, complete, files, new_run_with, runbook, start};

const STEPS: usize = 2_000;

fn state(path: &Path) -> RunState {
    Ledger::open(path, Access::Read).unwrap().state().clone()
}

#[test]
fn a_run_opened_from_what_was_kept_is_the_run_of_its_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_run_with(folder.path(), STEPS, Hands::new().clock("a"));
    let path = ledger.path().to_owned();
    ledger.append(start("ana", "s1")).unwrap();
    ledger.append(complete("ana", "s1")).unwrap();
    let base = runbook(STEPS);
    let text = base.replacen("Step 7\"", "Another seven\"", 1);
    assert_ne!(base, text, "the plan changes");
    ledger
        .append(Intent::new(
            "ana",
            Event::RunRevised {
                sha256: sha256_hex(text.as_bytes()),
                base_sha256: ledger.state().sha256.clone(),
                runbook: text,
                reason: None,
                summary: "another title".to_owned(),
            },
        ))
        .unwrap();
    ledger.close().unwrap();

    let kept = folder.path().join(".plans");
    assert_eq!(kept.read_dir().unwrap().count(), 2, "the text of the opening and the present one");
    let from_kept = state(&path);
    std::fs::remove_dir_all(&kept).unwrap();
    let from_text = state(&path);
    assert_eq!(from_kept, from_text);
    assert_eq!(from_kept.plan.steps[6].title, "Another seven");
    assert!(!kept.exists(), "reading keeps nothing");
    assert!(files(folder.path()).iter().all(|f| f.ends_with(".golive")), "one file a run");
}
