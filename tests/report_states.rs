//! A run that ended otherwise, or has not ended, has a report that reads right; and a report without
//! names has none.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]

#[path = "support/golden.rs"]
mod golden;
mod support;

use golden::*;
use golive::report::model::{Verified, *};
use golive::report::{Format, Section, anonymise, open_items, render, report, select};
use golive::run::{Event, Mode, Outcome};
use support::*;

fn page(night: &Night) -> String {
    String::from_utf8(render(&report_of(night), Format::Markdown).unwrap()).unwrap()
}

#[track_caller]
fn says(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part:?} is not in\n{page}");
    }
}

#[test]
fn a_run_that_goes_on_is_as_of_a_moment() {
    let page = page(&failed());
    says(
        &page,
        &[
            "# Interim report: Ledger 4.2 go-live",
            "As of 2026-11-28 22:54 GMT",
            "> **The run is not over: this is how it stood as of 2026-11-28 22:54 GMT.**",
            "is not finished, as of 2026-11-28 22:54 GMT",
            "its finish is expected on",
            "✘ failed",
            "none yet",
        ],
    );
    let report = report_of(&failed());
    assert_eq!(report.numbers.unwrap().run.finished_at, None);
    assert!(report.gantt.unwrap().now.is_some());
}

#[test]
fn a_run_that_has_not_started_says_so() {
    says(
        &page(&Night::open(GOLDEN)),
        &["has not started.", "There were no deviations.", "It has 12 steps."],
    );
}

#[test]
fn a_run_that_was_canceled_says_why() {
    let mut night = failed();
    night.at("23:00").ok("ana", Event::RunCanceled { reason: Some("no room".to_owned()) });
    let report = report_of(&night);
    assert_eq!(report.summary.as_ref().unwrap().verdict, "canceled");
    let failure = &report.metrics.as_ref().unwrap().failures[0];
    assert_eq!(failure.decision, Some(FailureDecision::Canceled));
    let page = page(&night);
    says(
        &page,
        &[
            "was canceled: no room. It started on 28 Nov 22:02 (2m later than planned) and ended on \
             28 Nov 23:00. That was 3h before",
            "3 are done, 1 failed, 8 not begun.",
            "Customers cannot write: 27m, inside the limit of 45m, and had not ended when",
            "| Outcome | canceled: no room |",
        ],
    );
    // Where the plan ends was not reached: that is not early.
    assert!(!page.contains("earlier than planned"), "{page}");
    let run = report.numbers.unwrap().run;
    assert_eq!((run.finish_variance_s, run.duration_variance_s), (None, None));
    assert_eq!(run.start_variance_s, Some(120));
}

#[test]
fn a_run_that_was_canceled_while_a_step_ran_or_before_it_began_says_so() {
    let mut night = Night::open(GOLDEN);
    night.at("22:01").ok("bo", begin("dump"));
    night.at("22:20").ok("ana", Event::RunCanceled { reason: None });
    let one = page(&night);
    says(&one, &["Of 12 steps, none is done, 1 still running at the end, 11 not begun."]);
    says(&one, &["● running", "no end recorded"]);
    assert!(!one.contains("## Metrics"), "there is nothing to measure: {one}");
    let mut night = Night::open(GOLDEN);
    night.at("21:20").ok("ana", Event::RunCanceled { reason: Some("No quorum!".to_owned()) });
    let before = "was canceled on 28 Nov 21:20, before it had started: No quorum! It has 12 steps.";
    says(&page(&night), &[before]);
}

#[test]
fn a_run_that_was_rolled_back_lists_what_was_undone() {
    let text = GOLDEN.replace("then = \"resume:migrate\"\n", "");
    let mut night = Night::open(&text);
    for step in ["dump", "mute", "freeze", "migrate"] {
        night.at("22:02").ok("bo", begin(step));
        if step != "migrate" {
            night.ok("bo", done(step));
        }
    }
    night.at("22:40").ok("bo", fail("migrate"));
    let rung = || "restore".to_owned();
    night.at("22:41").ok("ana", Event::RollbackBegun { rung: rung(), reason: None });
    night.ok("bo", begin("restore-dump"));
    night.at("22:50").ok("bo", done("restore-dump"));
    night.ok("ana", Event::RollbackEnded { rung: rung(), succeeded: true, reason: None });
    let report = report_of(&night);
    assert_eq!(report.summary.as_ref().unwrap().verdict, "rolled back");
    assert_eq!(report.rollbacks.as_ref().unwrap()[0].undone, ["2.2 Migrate the ledger schema"]);
    let kinds: Vec<_> = report.deviations.unwrap().iter().map(|d| d.kind).collect();
    assert!(kinds.contains(&DeviationKind::Undone), "{kinds:?}");
    assert_eq!(report.metrics.unwrap().decision_to_rolled_back.median_s, Some(540));
    let page = page(&night);
    says(&page, &["was rolled back.", "↶ undone", "undone 22:50: 2.2 Migrate"]);
    says(&page, &["Of 12 steps, 3 are done, 1 undone, 8 not begun.", "3m over the limit of 45m."]);
    assert!(!page.contains("earlier than planned"), "{page}");
    let numbers = report.numbers.unwrap();
    assert_eq!((numbers.run.finish_variance_s, numbers.run.duration_variance_s), (None, None));
    let finished: Vec<_> = numbers.phases.iter().map(|p| p.finished_at.is_some()).collect();
    assert_eq!(finished, [true, false, false], "what was taken back was not finished");
}

#[test]
fn a_rehearsal_is_called_one() {
    let page = page(&golden_of(Mode::Rehearsal));
    says(
        &page,
        &["The rehearsal of Ledger 4.2 go-live", "> **This was a rehearsal", "rehearsal, complete"],
    );
}

#[test]
fn a_run_without_a_window_has_no_word_about_one() {
    let window = "window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T02:00:00Z }\n";
    let mut night = Night::open(&GOLDEN.replace(window, ""));
    night.at("22:02").ok("bo", begin("dump"));
    let report = report_of(&night);
    assert_eq!(report.numbers.as_ref().unwrap().window, None);
    assert_eq!(report.gantt.as_ref().unwrap().roll_back_by, None);
    let html = String::from_utf8(render(&report, Format::Html).unwrap()).unwrap();
    assert!(!html.contains("outside the window") && !page(&night).contains("| Window |"));
}

#[test]
fn a_record_that_is_not_sound_is_not_to_be_relied_on() {
    let night = golden();
    let mut from = provenance(night.now);
    from.verified = Verified::Unsound;
    from.problem = Some("entry 7 is changed".to_owned());
    let report = report(&night.state, &from);
    let page = String::from_utf8(render(&report, Format::Markdown).unwrap()).unwrap();
    says(&page, &["The record is not sound: entry 7 is changed. Do not rely", "NOT SOUND"]);
}

#[test]
fn late_additions_are_marked() {
    let page = page(&golden());
    let late = page.matches("added after the end").count();
    // Step and its overrun, note, action; in order: the action and the criterion.
    assert_eq!(late, 6, "{page}");
}

#[test]
fn sections_are_chosen() {
    let mut report = report_of(&golden());
    select(&mut report, &[Section::Metrics, Section::Rollbacks]);
    let page = String::from_utf8(render(&report, Format::Markdown).unwrap()).unwrap();
    let headings: Vec<_> = page.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(headings, ["## Rollbacks", "## Metrics"]);
    // One that is empty and was asked for says so.
    let mut report = report_of(&Night::open(GOLDEN));
    select(&mut report, &[Section::Rollbacks]);
    let page = String::from_utf8(render(&report, Format::Markdown).unwrap()).unwrap();
    says(&page, &["## Rollbacks\n\nNone."]);
    // Two tables are not one file.
    let mut report = report_of(&golden());
    select(&mut report, &[Section::Timeline, Section::Actions]);
    let error = render(&report, Format::Csv).unwrap_err().to_string();
    assert_eq!(
        error,
        "a CSV file has one table, and actions and timeline are two; choose one section, or write xlsx"
    );
    select(&mut report, &[Section::Metrics]);
    assert!(render(&report, Format::Csv).unwrap_err().to_string().contains("is no table"));
    assert!(render(&report, Format::Xlsx).unwrap_err().to_string().contains("is no table"));
}

#[test]
fn no_name_is_left_in_an_anonymised_report() {
    let mut night = golden();
    night.ok("ana", note("Bo and QUIM said: ask Ruiz, +44 20 7946 0018; bo's phone is off"));
    let mut report = report_of(&night);
    anonymise(&mut report, &night.state);
    assert!(report.run.anonymised);
    let names = ["Ana", "Ruiz", "Lindqvist", "Quim", "Abreu", "4411", "7946"];
    for format in [Format::Markdown, Format::Html, Format::Json, Format::Csv] {
        let text = String::from_utf8(render(&report, format).unwrap()).unwrap().to_lowercase();
        for name in names {
            assert!(!text.contains(&name.to_lowercase()), "{name} in {format:?}");
        }
        for id in ["bo", "ana", "qa"] {
            let words = text.split(|c: char| !c.is_alphanumeric());
            assert!(!words.into_iter().any(|word| word == id), "{id} in {format:?}");
        }
    }
    let text = String::from_utf8(render(&report, Format::Markdown).unwrap()).unwrap();
    says(&text, &["operator-1 and operator-2 said: ask lead-1"]);
    // The same names whatever comes later.
    let people = |report: &Report| -> Vec<String> {
        report.people.as_ref().unwrap().iter().map(|person| person.name.clone()).collect()
    };
    let mut earlier = report_of(&golden());
    anonymise(&mut earlier, &golden().state);
    assert_eq!(people(&earlier), people(&report));
}

/// Three people whose names are words, one of them not of `[people]`.
const WORDS: &str = r#"
[release]
id = "w"
title = "Night of words"
[people]
ana  = { name = "Ana Ruiz", role = "lead" }
will = { name = "Will", substitute = "mark" }
mark = { name = "Mark" }
[[phases]]
id = "p"
title = "P"
  [[phases.steps]]
  id = "one"
  title = "One"
  owner = "bob"
  duration = "5m"
  [[phases.steps]]
  id = "go"
  kind = "gate"
  title = "Go?"
  voters = ["ana", "will"]
"#;

#[test]
fn names_that_are_words_are_gone_from_every_field_about_people() {
    let mut night = Night::open(WORDS);
    night.ok("ana", Event::RunStarted {});
    night.ok("grant", note("this will take long, may we grant it? says Will"));
    night.ok("ana", Event::HandedOver { to: "will".to_owned() });
    let mut report = report_of(&night);
    anonymise(&mut report, &night.state);
    let timeline = report.timeline.as_ref().unwrap();
    assert_eq!(timeline.last().unwrap().what, "handed the lead over to operator-1");
    let note = &report.notes.as_ref().unwrap()[0];
    assert!(note.text.contains("this will take long, may we grant it? says operator-1"));
    assert!(!note.by.contains("grant"), "{}", note.by);
    for person in report.people.as_ref().unwrap() {
        assert!(person.id.contains('-') && person.name.contains('-'), "{person:?}");
    }
    for row in &report.plan.as_ref().unwrap().rows {
        let cells = [&row.id, &row.title, &row.owner, &row.more].map(|cell| cell.to_lowercase());
        for cell in cells {
            let mut words = cell.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|w| ["will", "mark", "bob", "ana"].contains(&w)), "{cell}");
        }
    }
}

#[test]
fn what_is_open_is_sorted_by_when_it_is_due() {
    let night = golden();
    let items = open_items(&night.state, night.now);
    let lines: Vec<_> = items.iter().map(|i| (i.kind.word(), i.name.as_str(), i.overdue)).collect();
    assert_eq!(
        lines,
        [
            ("action", "#54", true),
            ("improvement", "#59", false),
            ("criterion", "errors", false),
            ("condition", "#37", false),
        ]
    );
}

#[test]
fn a_deferred_step_is_owed_until_it_is_settled() {
    let mut night = Night::open(GOLDEN);
    for step in night
        .state
        .plan
        .forward_steps()
        .map(|ix| night.state.plan.steps[ix].clone())
        .collect::<Vec<_>>()
    {
        if night.status(&step.id) == golive::run::StepStatus::Planned {
            night.ok("ana", defer(&step.id));
        }
    }
    night.at("23:00").ok("ana", Event::RunStarted {});
    night
        .at("23:10")
        .ok("ana", Event::RunCompleted { outcome: Outcome::Unsuccessful, summary: None });
    let owed = open_items(&night.state, night.now);
    assert!(owed.iter().filter(|item| item.kind.word() == "deferred step").count() >= 10);
    says(&page(&night), &["deferred, still owed", "deferred steps are still owed."]);
}

/// A night in which a value fails and is measured again, and two people sign.
fn measured_again() -> Night {
    let mut night = Night::open(
        r#"
format = 1
[release]
title = "Ledger"
zero_hour = 2026-11-28T22:00:00Z
[people]
ana = { name = "Ana Ruiz", role = "lead" }
bo = { name = "Bo Chen" }
qa = { name = "Quim Abreu" }
[[phases]]
title = "Cutover"
[[phases.steps]]
id = "migrate"
title = "Migrate"
duration = "10m"
records = [{ id = "lag", title = "Replica lag", unit = "s", pass = "< 5" }]
[[phases.steps]]
id = "verify"
title = "Verify"
duration = "10m"
signers = 2
"#,
    );
    night.at("22:00").ok("bo", begin("migrate"));
    night.at("22:05").ok("bo", value("migrate", "lag", "9"));
    night.at("22:08").ok("bo", value("migrate", "lag", "3"));
    night.at("22:09").ok("bo", done("migrate"));
    night.at("22:10").ok("bo", begin("verify"));
    for signer in ["bo", "qa"] {
        let event = Event::StepSigned { step: "verify".to_owned(), attempt: 1 };
        night.at("22:15").ok(signer, event);
    }
    night
}

#[test]
fn a_value_that_failed_is_told_beside_the_one_that_counts() {
    let night = measured_again();
    let page = page(&night);
    says(
        &page,
        &[
            "Replica lag: 9 s, and should be \\< 5; measured again",
            "Replica lag: 3 s (to be \\< 5)",
        ],
    );
    let csv = String::from_utf8(render(&report_of(&night), Format::Csv).unwrap()).unwrap();
    says(
        &csv,
        &["Replica lag = 9 s (2026-11-28T22:05:00Z, failed: should be < 5, measured again); \
           Replica lag = 3 s (2026-11-28T22:08:00Z)"],
    );
}

#[test]
fn a_step_that_several_sign_is_done_by_all_of_them() {
    let csv = render(&report_of(&measured_again()), Format::Csv).unwrap();
    says(&String::from_utf8(csv).unwrap(), &["Bo Chen; Quim Abreu"]);
}
