//! What an import cannot read as it stands is read another way or left out, and always said: no
//! task, row, length or name goes in silence.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]

use golive::import::{Kind, Options, import};
use golive::runbook::{Owner, Runbook, read};
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const CSV: Kind = Kind::Delimited { tabs: false };

#[track_caller]
fn imported(bytes: &[u8], kind: Kind) -> (Runbook, String, String) {
    let options = Options { title: "Night".to_owned(), ..Options::default() };
    let imported = import(bytes, kind, &options).unwrap_or_else(|error| panic!("{error}"));
    let reading = read(&imported.text);
    let plan =
        reading.runbook.unwrap_or_else(|| panic!("{:#?}\n{}", reading.diagnostics, imported.text));
    let remarks: Vec<String> = imported.remarks.iter().map(ToString::to_string).collect();
    (plan, remarks.join("\n"), imported.text)
}

fn titles(plan: &Runbook) -> Vec<&str> {
    plan.steps.iter().map(|step| step.title.as_str()).collect()
}

fn minutes(plan: &Runbook) -> Vec<Option<i64>> {
    plan.steps.iter().map(|step| step.duration.map(|d| d.likely / 60)).collect()
}

fn owners(plan: &Runbook) -> Vec<String> {
    let name = |owner: &Owner| match owner {
        Owner::Person(at) => at.clone(),
        other => format!("{other:?}"),
    };
    plan.steps.iter().map(|s| s.owner.as_ref().map(name).unwrap_or_default()).collect()
}

#[test]
fn items_without_a_box_are_steps_beside_those_with_one() {
    let text = "\
## Cutover
1. Migrate (25 min)
2. Verify (10m)
   - look at the counts
- Announce @ana
- a mere remark
## Open
- [ ] Open (5 min)
  1. first the flag
";
    let (plan, remarks, _) = imported(text.as_bytes(), Kind::Markdown);
    assert_eq!(titles(&plan), ["Migrate", "Verify", "Announce", "Open"]);
    assert_eq!(minutes(&plan), [Some(25), Some(10), None, Some(5)]);
    assert_eq!(plan.steps[1].instructions.as_deref().map(str::trim), Some("- look at the counts"));
    assert_eq!(plan.steps[3].instructions.as_deref().map(str::trim), Some("- first the flag"));
    for said in ["lines 2–3, 5: has no box to tick", "line 6: skipped: it is no task"] {
        assert!(remarks.contains(said), "{said}\n{remarks}");
    }
}

#[test]
fn a_task_with_parts_keeps_its_length_and_its_owner() {
    let text = "\
## Prepare
- [ ] Freeze writes (15 min) @bo
  - [ ] Queue (5 min)
  - [ ] Database (10 min, @ana)
- [ ] Dump — owner: Ana
";
    let (plan, remarks, _) = imported(text.as_bytes(), Kind::Markdown);
    assert_eq!(titles(&plan), ["Freeze writes: Queue", "Freeze writes: Database", "Dump"]);
    assert_eq!(owners(&plan), ["bo", "ana", "ana-2"]);
    let first = plan.steps[0].instructions.as_deref().unwrap_or_default();
    assert!(first.contains("Freeze writes (15 min) @bo"), "{first}");
    for said in ["line 2: has a length besides", "line 3: names nobody: the owner of the task"] {
        assert!(remarks.contains(said), "{said}\n{remarks}");
    }
}

#[test]
fn a_quote_that_never_closes_takes_no_rows() {
    let mut text = "No,Task,Owner,Duration\n".to_owned();
    for n in 1..60 {
        let quote = if n == 3 { "\"" } else { "" };
        let task = if n % 20 == 0 { format!("\"Task {n}, all\"") } else { format!("Task {n}") };
        text.push_str(&format!("{n},{quote}{task},bo,5m\n"));
    }
    let (plan, remarks, _) = imported(text.as_bytes(), CSV);
    assert_eq!(plan.steps.len(), 59, "{remarks}");
    assert_eq!(titles(&plan)[2..4], ["Task 3", "Task 4"]);
    assert_eq!(titles(&plan)[19], "Task 20, all");
    assert!(remarks.contains("line 4: a quote opens a cell here and is never closed"), "{remarks}");
}

/// The workbook as a program writes it that computes nothing: formulas without their values.
fn uncomputed(bytes: Vec<u8>) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..from.len() {
        let mut file = from.by_index(n).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut part = String::new();
        file.read_to_string(&mut part).unwrap();
        if name.contains("worksheets/") {
            assert!(part.contains("</f><v>0</v>"), "{part}");
            part = part.replace("</f><v>0</v>", "</f><v></v>");
        }
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(part.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

#[test]
fn a_formula_without_a_value_is_said_with_its_cell() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (n, name) in (0..).zip(["No", "Task", "Duration (min)"]) {
        sheet.write(0, n, name).unwrap();
    }
    sheet.write(1, 0, 1).unwrap().write(1, 1, "Freeze").unwrap().write(1, 2, 5).unwrap();
    sheet.write(2, 0, 2).unwrap().write(2, 1, "Dump").unwrap();
    sheet.write_formula(2, 2, "=C2+1").unwrap();
    let (plan, remarks, _) = imported(&uncomputed(book.save_to_buffer().unwrap()), Kind::Workbook);
    assert_eq!(minutes(&plan), [Some(5), None]);
    assert!(remarks.contains("row 3: column C holds a formula without a value"), "{remarks}");
}

#[test]
fn lengths_predecessors_and_headers_as_people_write_them() {
    let (plan, remarks, text) = imported(
        "\
Nr;Gruppe;Aufgabe;Dauer;Vorgänger
1;Vorbereitung;Freeze;1h30;
2;Vorbereitung;Dump;1 Std.;#1
3;Umzug;Migrate;20-30 Min;1 und 2
4;Umzug;Verify;15';3.0
5;Umzug;Index;1.000;4EA+1 Tag
"
        .as_bytes(),
        CSV,
    );
    assert_eq!(minutes(&plan), [Some(90), Some(60), Some(30), Some(15), None], "{remarks}");
    let needs: Vec<usize> = plan.steps.iter().map(|step| step.needs.len()).collect();
    assert_eq!(needs, [0, 1, 2, 1, 1], "{remarks}\n{text}");
    assert_eq!(plan.steps[4].needs[0].lag, 86_400);
    assert_eq!(plan.phases.len(), 2);
    for said in [
        "line 4: `20-30 Min` is a range: its longer end became the duration",
        "line 6: duration left out: `1.000` may be thousands or decimals",
    ] {
        assert!(remarks.contains(said), "{said}\n{remarks}");
    }
    assert!(text.contains("# TO DO: `20-30 Min` is a range"), "{text}");
}
