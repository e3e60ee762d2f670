//! `golive import` on the command line: what it writes, says, asks for and refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]
#![allow(clippy::disallowed_methods, reason = "writes the files to import")]

mod cli_support;

use cli_support::*;

const PLAN: &str = "Task,Owner,Duration\nFreeze,Bo,5m\nMove,,20m\n";

#[test]
fn a_table_is_written_as_a_runbook_and_never_over_another_file() {
    let home = House::new();
    home.write("plan.csv", PLAN);
    let said = home.golive(&["import", "plan.csv", "-o", "night.toml"]);
    assert!(said.err.contains("line 3: names no owner"), "{said:?}");
    let out = said.done();
    assert!(out.contains("wrote night.toml: 2 steps; check: "), "{out}");
    home.golive(&["check", "night.toml"]).done();
    home.golive(&["plan", "night.toml", "--format", "html"]).done();
    let again = home.golive(&["import", "plan.csv", "-o", "night.toml"]).refused();
    assert!(again.contains("is there already") && again.contains("--force"), "{again}");
    home.golive(&["import", "plan.csv", "-o", "night.toml", "--force"]).done();
}

#[test]
fn what_is_not_sure_is_refused_with_the_option_that_says_it() {
    let home = House::new();
    home.write("two.csv", "Task,Owner,Responsible\nA,Bo,Cy\n");
    let said = home.golive(&["import", "two.csv", "-o", "a.toml"]).refused();
    assert!(said.contains("--map \"Responsible="), "{said}");
    home.golive(&["import", "two.csv", "-o", "a.toml", "--map", "Responsible=notes"]).done();
    home.write("days.csv", "Task,Start\nA,03/04/2026 22:00\n");
    let said = home.golive(&["import", "days.csv", "-o", "b.toml"]).refused();
    assert!(said.contains("line 2") && said.contains("--dates dmy"), "{said}");
    home.golive(&["import", "days.csv", "-o", "b.toml", "--dates", "dmy"]).done();
}

#[test]
fn what_cannot_be_read_is_said_in_plain_words() {
    let home = House::new();
    home.write("old.xls", "x");
    home.write("plan.xlsx", "x");
    home.write("plan.csv", PLAN);
    for (file, word) in [
        ("nowhere.csv", "there is no such file"),
        ("old.xls", "save it as .xlsx"),
        ("plan.xlsx", "no workbook that can be read"),
    ] {
        let said = home.golive(&["import", file, "-o", "n.toml"]).wrong();
        assert!(said.contains(word), "{file}: {said}");
    }
    let said = home.golive(&["import", "plan.csv", "-o", "n.toml", "--map", "Nope=owner"]).wrong();
    assert!(said.contains("`Nope`"), "{said}");
    let said = home.golive(&["import", "plan.csv", "-o", "n.toml", "--map", "Task=nope"]);
    assert_eq!(said.code, 2, "{said:?}");
    let said = home.golive(&["import", "plan.csv", "-o", "nowhere/n.toml"]).wrong();
    assert!(said.contains("cannot be written"), "{said}");
}

/// The report of a run is a plan for the next one.
#[test]
fn a_report_imports_again() {
    let home = House::new();
    home.write("night.toml", NIGHT);
    home.golive(&["open", "night.toml", "--rehearsal"]).done();
    for file in ["report.csv", "report.xlsx"] {
        home.golive(&["report", "-o", file]).done();
        let next = format!("{file}.toml");
        let out = home.golive(&["import", file, "-o", &next]).done();
        assert!(!out.contains("TO DO"), "{out}");
        home.golive(&["check", &next]).done();
    }
}
