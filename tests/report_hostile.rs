//! Whatever stands in titles, names and notes comes out as text, in every format.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]
#![allow(clippy::panic, reason = "a test that cannot go on stops")]

#[path = "support/golden.rs"]
mod golden;
#[path = "support/html.rs"]
mod html_parser;
mod support;
#[path = "support/workbook.rs"]
mod workbook;

use calamine::Data;
use golden::*;
use golive::report::{Format, Section, render, select};
use golive::run::{Event, Intent, NoteKind};
use golive::runbook::visible_lines;
use html_parser::html_errors;
use proptest::prelude::*;
use support::*;

const HOSTILE: [&str; 16] = [
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "\"><b onmouseover='x'>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "a|b `c` *d* _e_ [f](javascript:alert(1)) ![g](h)",
    "\u{1b}[2J\u{1b}]0;x\u{7}",
    "abc\u{202e}fed\u{2066}x",
    "مرحبا بالعالم שלום",
    "👩‍👩‍👧 🎉 𝄞",
    "two\r\nlines\n\n# not a heading\n- no list\n1. none",
    "''quoted ~~~ ``` ````",
    "&lt;b&gt; &#60; ${7*7} {{ 7*7 }} <!-- -->",
];

/// A night with a hostile text wherever people write.
fn night(hostile: &str) -> Night {
    let text = toml::Value::String(hostile.to_owned()).to_string();
    let plan = format!(
        r#"
format = 1
[release]
title = {text}
id = "r"
version = {text}
[people.bo]
name = {text}
team = {text}
[[phases]]
id = "p"
title = {text}
steps = [{{ id = "a", title = {text}, owner = "bo", stream = {text}, duration = "5m", instructions = {text}, items = [{text}] }}, {{ id = "g", title = {text}, kind = "gate", voters = ["bo"] }}]
[[criteria]]
id = "c"
text = {text}
[[messages]]
id = "m"
audience = {text}
text = {text}
"#
    );
    let reading = golive::runbook::read(&plan);
    let plan = if reading.runbook.is_some() { plan } else { plain() };
    let mut night = Night::open(&plan);
    night.ok("ana", begin("a"));
    let failed = Event::StepFailed { step: "a".into(), attempt: 1, reason: Some(hostile.into()) };
    night.force(Intent::new("ana", failed));
    night.force(Intent::new("ana", hold(hostile)));
    for kind in [NoteKind::Note, NoteKind::Issue, NoteKind::Decision, NoteKind::Action] {
        let note = Event::NoteAdded {
            text: hostile.to_owned(),
            kind,
            step: None,
            public: false,
            owner: Some(hostile.to_owned()),
            due: None,
        };
        night.force(Intent::new(hostile, note));
    }
    night
}

/// For texts that a runbook may not have at all.
fn plain() -> String {
    "format = 1\n[release]\ntitle = \"T\"\nid = \"r\"\n[[phases]]\nid = \"p\"\ntitle = \"P\"\nsteps = [{ id = \"a\", title = \"A\", duration = \"5m\" }]\n".to_owned()
}

/// Elements and attributes that the page of a harmless night has.
fn kinds_of(elements: &[String]) -> std::collections::BTreeSet<String> {
    let names = elements.iter().map(|element| element.split(' ').next().unwrap().to_owned());
    names.collect()
}

#[test]
fn a_page_parses_without_errors_and_refers_to_nothing_outside() {
    for night in [golden(), failed(), Night::open(GOLDEN)] {
        let page = String::from_utf8(render(&report_of(&night), Format::Html).unwrap()).unwrap();
        let (errors, elements) = html_errors(&page);
        assert!(errors.is_empty(), "{errors:?}");
        for element in &elements {
            assert!(!element.contains(" src"), "{element}");
            if let Some((_, target)) = element.split_once(" href=") {
                let is_inside = target.starts_with('#');
                // Evidence that somebody gave is a link, and the only kind that leads outside.
                assert!(is_inside || target.starts_with("https://backup.example/7"), "{element}");
            }
        }
        for gone in ["@import", "url(", "<link", "<script"] {
            assert!(!page.contains(gone), "{gone}");
        }
    }
}

#[test]
fn hostile_text_is_text_in_a_page() {
    let harmless = html_errors(&html(&night("plain"))).1;
    let known = kinds_of(&harmless);
    for hostile in HOSTILE {
        let page = html(&night(hostile));
        let (errors, elements) = html_errors(&page);
        assert!(errors.is_empty(), "{hostile:?}: {errors:?}");
        let mut more = kinds_of(&elements);
        more.remove("br");
        assert!(more.is_subset(&known), "{hostile:?}: {:?}", more.difference(&known));
        assert!(!elements.iter().any(|e| e.contains(" on")), "{hostile:?}");
        no_hidden(&page, hostile);
    }
}

fn html(night: &Night) -> String {
    String::from_utf8(render(&report_of(night), Format::Html).unwrap()).unwrap()
}

/// Nothing that a terminal would obey or a reader not see.
#[track_caller]
fn no_hidden(text: &str, hostile: &str) {
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        assert_eq!(visible_lines(line), line, "{hostile:?}");
    }
}

#[test]
fn hostile_text_is_text_in_markdown() {
    for hostile in HOSTILE {
        let report = report_of(&night(hostile));
        let page = String::from_utf8(render(&report, Format::Markdown).unwrap()).unwrap();
        no_hidden(&page, hostile);
        let plain =
            String::from_utf8(render(&report_of(&night("plain")), Format::Markdown).unwrap());
        // As many headings and table rows as with a plain text: nothing broke out of its cell.
        let count = |page: &str| {
            let is_row = |line: &&str| line.starts_with('|');
            let is_heading = |line: &&str| line.starts_with('#');
            (page.lines().filter(is_row).count(), page.lines().filter(is_heading).count())
        };
        if golive_reads(hostile) {
            assert_eq!(count(&page), count(&plain.unwrap()), "{hostile:?}");
        }
        // Every row of a table has as many cells as its header.
        let mut width = None;
        for line in page.lines() {
            if !line.starts_with('|') {
                width = None;
                continue;
            }
            let unescaped = line.replace("\\\\", "").replace("\\|", "");
            let cells = unescaped.matches('|').count();
            assert_eq!(*width.get_or_insert(cells), cells, "{hostile:?}: {line}");
        }
        let outside: Vec<&str> = page.split("```").step_by(2).collect();
        assert!(!outside.concat().replace("\\<", "").contains("<script"), "{hostile:?}");
    }
}

fn golive_reads(hostile: &str) -> bool {
    night(hostile).state.plan.release.version.is_some()
}

#[test]
fn hostile_text_comes_back_whole_from_json() {
    for hostile in HOSTILE {
        let night = night(hostile);
        let bytes = render(&report_of(&night), Format::Json).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        no_hidden(&text, hostile);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["issues"][0]["text"], *hostile);
    }
}

/// Sections that both spreadsheets have, with the sheet's name.
const SHEETS: [Section; 8] = [
    Section::Summary,
    Section::Timeline,
    Section::Decisions,
    Section::Notes,
    Section::Actions,
    Section::Deviations,
    Section::People,
    Section::Plan,
];

#[test]
fn no_cell_of_a_csv_is_a_formula_and_a_workbook_says_the_same() {
    for hostile in HOSTILE {
        let night = night(hostile);
        let book = workbook::sheets(&render(&report_of(&night), Format::Xlsx).unwrap());
        for section in SHEETS {
            let mut report = report_of(&night);
            // Issues stand among the notes.
            select(
                &mut report,
                &[section, Section::Issues][..1 + usize::from(section == Section::Notes)],
            );
            // The summary is made of other sections' numbers.
            if section == Section::Summary {
                report = report_of(&night);
                report.sections = vec![Section::Summary];
            }
            let csv = render(&report, Format::Csv).unwrap();
            let (_, sheet) = book.iter().find(|(name, _)| name == section.name()).unwrap();
            same_cells(&csv, sheet, hostile, section.name());
        }
        let mut formulas = workbook::open(&render(&report_of(&night), Format::Xlsx).unwrap());
        use calamine::Reader;
        for name in formulas.sheet_names() {
            let range = formulas.worksheet_formula(&name).unwrap();
            assert!(range.rows().flatten().all(String::is_empty), "{name}");
        }
    }
}

fn same_cells(csv: &[u8], sheet: &[Vec<Data>], hostile: &str, name: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), sheet.len(), "{name} of {hostile:?}");
    for (row, cells) in rows.iter().zip(sheet) {
        for (n, field) in row.iter().enumerate() {
            no_hidden(field, hostile);
            let cell = cells.get(n).unwrap_or(&Data::Empty);
            let begins = field.chars().next();
            let number = field.parse::<f64>().is_ok();
            assert!(
                number || !matches!(begins, Some('=' | '+' | '-' | '@' | '\t' | '\r')),
                "{name}: {field:?}"
            );
            if let Data::String(text) = cell {
                let said = golive::runbook::table::unguarded(field);
                assert_eq!(said, text.replace("\r\n", "\n"), "{name} of {hostile:?}");
            } else if let Data::Float(value) = cell {
                assert_eq!(field.parse::<f64>().unwrap(), *value, "{name}");
            }
        }
    }
}

#[test]
fn a_megabyte_is_text_too() {
    let long = "x".repeat(1 << 20);
    let night = night(&long);
    let report = report_of(&night);
    for format in Format::ALL {
        let bytes = render(&report, format).unwrap();
        match format {
            Format::Markdown | Format::Html => {
                assert!(bytes.len() < 2 << 20, "a page is no roll: {}", bytes.len());
                assert!(String::from_utf8_lossy(&bytes).contains("more characters"));
            }
            Format::Json => assert!(String::from_utf8_lossy(&bytes).contains(&long)),
            Format::Csv => assert!(!bytes.is_empty()),
            Format::Xlsx => {
                let notes = workbook::sheets(&bytes);
                let (_, rows) = notes.iter().find(|(name, _)| name == "notes").unwrap();
                assert!(rows[1][3].to_string().ends_with("whole in the CSV report]"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random nights, also hostile ones, have a report in every format.
    #[test]
    fn every_night_has_a_report(shape in support::any_night::shape(), tries in support::any_night::tries()) {
        let night = support::any_night::play(&shape, &tries);
        let report = report_of(&night);
        for format in Format::ALL {
            let bytes = render(&report, format).unwrap();
            prop_assert!(!bytes.is_empty());
        }
        let (errors, _) = html_errors(&html(&night));
        prop_assert!(errors.is_empty(), "{errors:?}");
    }
}
