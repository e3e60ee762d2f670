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
    let document = document(state, now, false);
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

fn added(text: &str, kind: NoteKind, public: bool) -> Event {
    let text = text.to_owned();
    Event::NoteAdded { text, kind, step: None, public, owner: None, due: None }
}

#[test]
fn what_was_said_among_those_who_work_is_not_on_the_page() {
    let mut night = scenes::midnight();
    for kind in
        [NoteKind::Note, NoteKind::Decision, NoteKind::Issue, NoteKind::Risk, NoteKind::Action]
    {
        night.ok("ana", added(&format!("private {kind:?}"), kind, false));
        night.ok("ana", added(&format!("public {kind:?}"), kind, true));
    }
    let seq = night.ok("ana", added("public and taken away", NoteKind::Note, true));
    let note = night.id_of(seq);
    night.ok("ana", Event::NoteRemoved { note });
    let page = text(&night.state, night.now);
    for kind in ["Note", "Decision", "Issue", "Risk", "Action"] {
        assert!(page.contains(&format!("public {kind}")), "{kind}");
        assert!(!page.contains(&format!("private {kind}")), "{kind}");
    }
    assert!(!page.contains("taken away"), "a note that was removed");
    assert!(!page.contains("Old writers"), "a note of the night that is not public");
}

#[test]
fn no_telephone_number_and_no_evidence_is_on_any_page() {
    for (name, scene) in scenes::SCENES {
        let model = scene((80, 24));
        let page = text(&model.run, model.now);
        for secret in
            ["ext 4411", "ext 4412", "7946 0018", "wiki.example", "meet.example", "migrate.sh"]
        {
            assert!(!page.contains(secret), "{name} shows {secret}");
        }
    }
}

#[test]
fn votes_are_seen_once_the_gate_is_decided_and_their_comments_never() {
    let open = page("gate");
    assert!(open.contains("2 of 3 votes cast"), "{}", words(&open));
    assert!(!open.contains("class=\"votes\"") && !open.contains("counts of two tables differ"));
    let decided = page("run-all-settled");
    assert!(decided.contains("class=\"votes\"") && words(&decided).contains("Ana Ruiz: go"));
    assert!(!decided.contains("counts of two tables differ"));
}

#[test]
fn a_run_without_window_zero_hour_or_lengths_reads_right() {
    let plan = "format = 1\n[release]\ntitle = \"Bare\"\n[[phases]]\ntitle = \"Work\"\nsteps = [{ id = \"a\", title = \"Do it\" }]\n";
    let mut night = Night::open_as(plan, Mode::Rehearsal, "ana");
    let before = words(&text(&night.state, night.now));
    for said in ["no change window was agreed", "zero hour is when the run starts", "Not started."]
    {
        assert!(before.contains(said), "{said}:\n{before}");
    }
    assert!(!before.contains("Planned to start"), "{before}");
    night.at("22:05").ok("ana", begin("a"));
    night.at("23:10");
    let under_way = words(&text(&night.state, night.now));
    assert!(under_way.contains("T+01:05") && under_way.contains("● running"), "{under_way}");
    assert!(under_way.contains("no rollback in this runbook"), "{under_way}");
}

#[test]
fn a_run_that_waits_for_its_hour_says_when_and_one_of_another_day_says_the_day() {
    let mut night = Night::open(LEDGER);
    night.now = "2026-11-27T09:00:00Z".parse().unwrap();
    let early = words(&text(&night.state, night.now));
    assert!(early.contains("Planned to start at 28 Nov 22:00."), "{early}");
    assert!(early.contains("Window opens28 Nov 22:00 in 1d13h"), "{early}");
    night.at("22:30");
    let late = words(&text(&night.state, night.now));
    assert!(late.contains("It was planned to start at 22:00."), "{late}");
}

#[test]
fn hostile_texts_are_text() {
    let bad = "</p><script>alert(1)</script>\u{202e}\u{1b}[2J\r\n\n&quot;\" onload=x '";
    let toml = |text: &str| serde_json::to_string(text).unwrap().replace("\\u001b", "\\u001B");
    let plan = LEDGER
        .replace("\"Ledger 4.2\"", &toml(bad))
        .replace("\"Ana Ruiz\"", &toml(bad))
        .replace("title = \"Cutover\"", &format!("id = \"cutover\"\ntitle = {}", toml(bad)))
        .replace("\"Verify counts\"", &toml(bad))
        .replace("\"CHG0041234\"", &toml(bad));
    let mut night = Night::open(&plan);
    night.at("22:10").ok("ana", begin("dump"));
    night.ok("ana", added(bad, NoteKind::Decision, true));
    night.ok("ana", hold(bad));
    let page = text(&night.state, night.now);
    assert!(!page.contains("<script>alert") && !page.contains('\u{202e}'), "{page}");
    assert!(!page.contains('\u{1b}') && page.contains("&lt;script&gt;alert(1)"));
    let plain = html_errors(&text(&scenes::midnight().state, night.now)).1;
    let elements = html_errors(&page).1;
    let scripts = |elements: &[String]| elements.iter().filter(|e| e.starts_with("script")).count();
    assert_eq!(scripts(&elements), scripts(&plain));
    assert!(!elements.iter().any(|e| e.contains(" on") || e.contains("http")), "{elements:?}");
}

#[test]
fn what_helps_those_who_do_not_see_the_colors_is_there() {
    let page = page("steps-held-and-blocked");
    let (_, elements) = html_errors(&page);
    let count = |name: &str| elements.iter().filter(|e| e.split(' ').next() == Some(name)).count();
    assert_eq!((count("main"), count("header"), count("footer"), count("h1")), (1, 1, 1, 1));
    assert_eq!(page.matches("role=\"status\"").count(), 1, "one place speaks up");
    assert!(page.contains("lang=\"en\"") && page.contains("name=\"viewport\""));
    assert!(page.contains("href=\"#run\"") && page.contains("id=\"run\""), "past the head at once");
    // Every part is named by its heading.
    for part in page.split("<section").skip(1) {
        let id = part.split("aria-labelledby=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(part.contains(&format!("<h2 id=\"{id}\"")), "{id}");
    }
    assert!(!page.contains(" style="), "the policy would drop it");
}

#[test]
fn minutes_that_pass_change_the_page_and_seconds_do_not() {
    let night = scenes::midnight();
    let version = |at: &str| document(&night.state, clock(at), false).version;
    assert_eq!(version("22:58:10"), version("22:58:40"));
    assert_ne!(version("22:58:10"), version("22:59:10"));
}

#[test]
fn a_plan_of_thousands_of_steps_is_told_by_its_phases() {
    let mut plan = String::from("format = 1\n[release]\ntitle = \"Large\"\n");
    for phase in 1..=20 {
        plan += &format!("[[phases]]\ntitle = \"Phase {phase}\"\nsteps = [\n");
        for step in 1..=150 {
            plan +=
                &format!("{{ id = \"s{phase}-{step}\", title = \"Step\", duration = \"1m\" }},\n");
        }
        plan += "]\n";
    }
    let mut night = Night::open(&plan);
    night.ok("ana", begin("s1-1"));
    let page = text(&night.state, night.now);
    assert!(page.len() < 120_000, "{} bytes", page.len());
    assert!(page.contains("20 Phase 20") && !page.contains("<details"));
}
