//! The plan part of the report's CSV and XLSX imports again to an equal runbook.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]
#![allow(clippy::disallowed_methods, reason = "reads the runbooks that ship")]

#[path = "support/golden.rs"]
mod golden;
mod support;

use golden::*;
use golive::import::{Imported, Kind, Options, import};
use golive::report::{Format, render};
use golive::runbook::{Runbook, read};
use proptest::prelude::*;
use support::*;

/// A plan without what a text gives it by accident: where its steps are written.
fn bare(plan: &Runbook) -> Runbook {
    let mut plan = plan.clone();
    plan.steps.iter_mut().for_each(|step| step.source = 0..0);
    plan
}

fn back(bytes: &[u8], kind: Kind) -> (Imported, Runbook) {
    let imported = import(bytes, kind, &Options::default()).unwrap();
    let reading = read(&imported.text);
    let plan =
        reading.runbook.unwrap_or_else(|| panic!("{:#?}\n{}", reading.diagnostics, imported.text));
    (imported, plan)
}

#[track_caller]
fn comes_back(text: &str) {
    let night = Night::open(text);
    let report = report_of(&night);
    for (format, kind) in
        [(Format::Csv, Kind::Delimited { tabs: false }), (Format::Xlsx, Kind::Workbook)]
    {
        let (imported, plan) = back(&render(&report, format).unwrap(), kind);
        assert_eq!(bare(&plan), bare(&night.state.plan), "{format:?}\n{}", imported.text);
        assert_eq!(imported.remarks, [], "{format:?}");
    }
}

#[test]
fn the_shipped_runbooks_come_back() {
    for file in std::fs::read_dir("runbooks").unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            comes_back(&std::fs::read_to_string(path).unwrap());
        }
    }
    comes_back(GOLDEN);
}

#[test]
fn hostile_texts_come_back() {
    comes_back(
        r#"
format = 1
[release]
title = "=cmd() \u001b[2J \u202e"
version = "+1"
[vars]
x = " x "
y = "@x"
[people.ana]
name = "-Ana\t'|`"
[[phases]]
title = "'=P"
[[phases.steps]]
id = "a"
title = "{{ \"{{\" }} env.X }} <script> 世界 🎉"
owner = "@bo; c"
duration = "1s"
instructions = """
=1

  {{ .Values }} {{ "{{ x" }}
\u0000 \r \\ \"\"\" end """
"#,
    );
}

/// What was actual in the night is left aside; a removed step is said.
#[test]
fn a_night_with_everything_gives_its_plan() {
    let night = golden();
    let csv = render(&report_of(&night), Format::Csv).unwrap();
    let (imported, plan) = back(&csv, Kind::Delimited { tabs: false });
    let mut expected = bare(&night.state.plan);
    for (step, new) in expected.steps.iter_mut().zip(&plan.steps) {
        // Numbers are frozen in a run and given anew in a file.
        step.number.clone_from(&new.number);
    }
    assert_eq!(bare(&plan), expected, "{}", imported.text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn random_runbooks_come_back(shape in any_plan::shape(1..14)) {
        let text = any_plan::text(&shape);
        prop_assume!(read(&text).runbook.is_some());
        let night = Night::open(&text);
        let csv = render(&report_of(&night), Format::Csv).unwrap();
        let (imported, plan) = back(&csv, Kind::Delimited { tabs: false });
        prop_assert_eq!(bare(&plan), bare(&night.state.plan), "{}", imported.text);
    }
}
