//! The report of one night with everything in it, in every format; each snapshot was read.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may")]

#[path = "support/golden.rs"]
mod golden;
mod support;
#[path = "support/workbook.rs"]
mod workbook;

use golden::*;
use golive::report::{Format, Section, render, select};
use support::*;

fn rendered(format: Format, sections: &[Section]) -> String {
    let mut report = report_of(&golden());
    select(&mut report, sections);
    String::from_utf8(render(&report, format).unwrap()).unwrap()
}

#[test]
fn markdown() {
    insta::assert_snapshot!(rendered(Format::Markdown, &[]));
}

#[test]
fn html() {
    insta::assert_snapshot!(rendered(Format::Html, &[]));
}

#[test]
fn json() {
    insta::assert_snapshot!(rendered(Format::Json, &[]));
}

#[test]
fn csv() {
    let sections = [Section::Steps, Section::Timeline, Section::Deviations];
    let tables: Vec<String> =
        sections.iter().map(|section| rendered(Format::Csv, &[*section])).collect();
    insta::assert_snapshot!(tables.join("\n"));
}

#[test]
fn a_whole_csv_has_the_plan_too() {
    insta::assert_snapshot!(rendered(Format::Csv, &[]));
}

#[test]
fn xlsx() {
    let bytes = render(&report_of(&golden()), Format::Xlsx).unwrap();
    insta::assert_snapshot!(workbook::dump(&bytes));
}

/// The JSON is what its published schema says.
#[test]
fn json_keeps_its_schema() {
    let schema: serde_json::Value = serde_json::from_str(&golive::report::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for night in [golden(), failed(), Night::open(GOLDEN)] {
        let mut report = report_of(&night);
        let json = render(&report, Format::Json).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let errors: Vec<_> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        select(&mut report, &[Section::Metrics]);
        let json = render(&report, Format::Json).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        assert!(validator.is_valid(&json));
        assert!(json.get("steps").is_none() && json.get("metrics").is_some());
    }
    // It says something: a report without its run is none.
    assert!(!validator.is_valid(&serde_json::json!({ "form": 1 })));
}
