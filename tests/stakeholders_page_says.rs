//! What the stakeholders' page says of every state a run can be in, and what it never says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests say so by panicking"
)]

#[path = "support/html.rs"]
mod html_parser;
#[path = "support/scenes.rs"]
mod scenes;
mod support;

use golive::hub::page::run::document;
use golive::run::{Event, Mode, NoteKind, RunState, Time};
use html_parser::html_errors;
use support::*;

const LEDGER: &str = include_str!("support/ledger.toml");

/// The page of a scene that the cockpit is shown by.
fn page(scene: &str) -> String {
    let model = scenes::scene(scene, (80, 24));
    text(&model.run, model.now)
}

fn text(state: &RunState, now: Time) -> String {
    let document = document(state, now);
    let page = String::from_utf8(document.page.bytes().to_vec()).unwrap();
    let (errors, _) = html_errors(&page);
    assert!(errors.is_empty(), "{errors:?}\n{page}");
    if let Ok(folder) = std::env::var("GOLIVE_PAGES_TO") {
        let name = format!("{}-{}.html", state.last_seq(), document.version);
        std::fs::write(std::path::Path::new(&folder).join(name), &page).unwrap();
    }
    page
}

/// What a page says in words: without its elements, each part on a line.
fn words(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let body = body.split_once("<script>").map_or(body, |(body, _)| body);
    let mut words = String::new();
    let mut inside = false;
    for c in body.replace("</p>", "\n").replace("</dd>", "\n").replace("</h2>", "\n").chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => words.push(c),
            _ => {}
        }
    }
    words
}

/// Every state, and what has to be read of it.
#[test]
fn every_state_of_a_run_reads_right() {
    let cases: [(&str, &[&str]); 14] = [
        ("greeting", &["REHEARSAL", "Not started."]),
        (
            "steps",
            &[
                "LIVE",
                "Under way since",
                "● running",
                "2.2 Migrate the ledger schema",
                "Window closes",
            ],
        ),
        (
            "steps-held-and-blocked",
            &["HELD since 23:12: nothing new starts", "■ blocked", "Vendor is restarting"],
        ),
        ("steps-with-trouble", &["RED", "2.3 failed", "a step has failed"]),
        ("gate", &["Open traffic?", "not decided", "votes cast"]),
        ("run-all-settled", &["GO 2.4 Open traffic?", "There is no way back any more since 3.4"]),
        ("run-completed", &["Completed at 23:35, with issues: one row to repair", "Ended"]),
        ("rollback-choices", &["Proposed: Restore and migrate once more", "HELD"]),
        (
            "rollback-on",
            &[
                "ROLLING BACK: Restore and migrate once more, since 22:54",
                "The run is being rolled back",
            ],
        ),
        ("rollback-failed", &["failed"]),
        ("rollback-resumed", &["ended at", "well."]),
        ("rolled-back", &["Rolled back at 23:36", "RED"]),
        ("ladder-after-no-return", &["One can still go back: Put up the maintenance page"]),
        ("criteria", &["Canceled at"]),
    ];
    for (scene, said) in cases {
        let words = words(&page(scene));
        for said in said {
            assert!(words.contains(said), "{scene} does not say “{said}”:\n{words}");
        }
    }
}
