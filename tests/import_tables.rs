//! Spreadsheets as people have them become runbooks that read without errors, and everything that
//! was repaired, left out or concluded is said with its line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]

use golive::import::{DateOrder, Field, ImportError, Imported, Kind, Options, import};
use golive::runbook::{Moment, Owner, Runbook, Secs, StepKind, read};
use rust_xlsxwriter::{Format, Formula, Workbook};

fn options() -> Options {
    Options { title: "Night".to_owned(), ..Options::default() }
}

const CSV: Kind = Kind::Delimited { tabs: false };

#[track_caller]
fn done(result: Result<Imported, ImportError>) -> (Runbook, String, String) {
    let imported = result.unwrap_or_else(|error| panic!("{error}"));
    let reading = read(&imported.text);
    let plan =
        reading.runbook.unwrap_or_else(|| panic!("{:#?}\n{}", reading.diagnostics, imported.text));
    let remarks: Vec<String> = imported.remarks.iter().map(ToString::to_string).collect();
    (plan, remarks.join("\n"), imported.text)
}

#[track_caller]
fn csv(text: &str) -> (Runbook, String, String) {
    done(import(text.as_bytes(), CSV, &options()))
}

/// `id (needs) duration@not_before`, a line a step.
fn order(plan: &Runbook) -> String {
    let lines = plan.steps.iter().map(|step| {
        let needs: Vec<&str> = step.needs.iter().map(|n| plan.steps[n.step].id.as_str()).collect();
        let length = step.duration.map_or(-1, |d| d.likely / 60);
        let at = match step.not_before {
            Some(Moment::T(secs)) => format!("@{}", secs / 60),
            Some(_) => "@?".to_owned(),
            None => String::new(),
        };
        format!("{} ({}) {length}{at}", step.id, needs.join(" "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn minutes(plan: &Runbook, id: &str) -> Secs {
    plan.step(id).unwrap().duration.unwrap().likely / 60
}

#[test]
fn a_usual_table_becomes_a_runbook() {
    let (plan, remarks, text) = csv("\
Release 4.2 cutover plan,,,,,,
Prepared by Ana,,,,,,
No.,Phase,TASK,Responsible,Duration (min),Depends On,Comments
1,Prepare,Freeze writes,Bo Chen,5,,ask twice
2,Prepare,Dump,DBA team,0:45,1,
3,Cutover,Migrate,Bo Chen,1.5h,2FS+5m,
4,Cutover,Verify,Ana Ruiz,10 mins,\"3;2\",
");
    assert_eq!(
        order(&plan),
        "\
freeze-writes () 5
dump (freeze-writes) 45
migrate (dump) 90
verify (migrate dump) 10"
    );
    assert_eq!(plan.steps[2].needs[0].lag, 300);
    assert_eq!(
        plan.phases.iter().map(|p| p.title.as_str()).collect::<Vec<_>>(),
        ["Prepare", "Cutover"]
    );
    assert_eq!(plan.steps[0].owner, Some(Owner::Person("bo-chen".to_owned())));
    assert_eq!(plan.person_name("bo-chen"), "Bo Chen");
    assert_eq!(plan.steps[0].instructions.as_deref(), Some("Comments: ask twice"));
    assert!(remarks.contains("lines 1–2: stands above the header"), "{remarks}");
    assert!(
        text.starts_with("# Release 4.2 cutover plan\n# Prepared by Ana\nformat = 1"),
        "{text}"
    );
}

#[test]
fn separators_encodings_and_ragged_rows_are_taken_as_they_come() {
    let table =
        "Task;Owner;Duration\nFrëeze;Bo;5m\nDump;Bo\nMove;Bo;5m;;extra\n\"two\nlines\";Bo;1m\n";
    let utf8 = table.as_bytes().to_vec();
    let bom = [b"\xef\xbb\xbf".as_slice(), &utf8].concat();
    let latin: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf16: Vec<u8> =
        [0xfeff_u16].into_iter().chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let crlf = table.replace('\n', "\r\n").into_bytes();
    for bytes in [utf8, bom, latin.clone(), utf16, crlf] {
        let (plan, remarks, _) = done(import(&bytes, CSV, &options()));
        assert_eq!(plan.steps[0].title, "Frëeze");
        assert_eq!(plan.steps[3].title, "two");
        assert_eq!(plan.steps.len(), 4);
        assert!(remarks.contains("semicolons"), "{remarks}");
        assert!(remarks.contains("line 3: has no duration"), "{remarks}");
        assert!(remarks.contains("line 4: is longer than the header"), "{remarks}");
        assert!(remarks.contains("line 5: a title of several lines"), "{remarks}");
    }
    let (_, remarks, _) = done(import(&latin, CSV, &options()));
    assert!(remarks.contains("Latin-1"), "{remarks}");
    let (plan, ..) = done(import(b"sep=|\nTask|Owner\nA|Bo\n", CSV, &options()));
    assert_eq!(plan.steps.len(), 1);
    let tabs = Kind::Delimited { tabs: true };
    let (plan, ..) = done(import(b"Task\tOwner\nA, b\tBo\n", tabs, &options()));
    assert_eq!(plan.steps[0].title, "A, b");
}

#[test]
fn dates_say_when_it_starts_and_what_waits() {
    let (plan, remarks, text) = csv("\
Task,Start,End
A,28/11/2026 23:00,28/11/2026 23:30
B,28/11/2026 23:30,28/11/2026 23:45
C,28/11/2026 23:30,29/11/2026 00:00
D,29/11/2026 00:30,29/11/2026 00:40
");
    assert_eq!(order(&plan), "a () 30\nb (a) 15\nc (a) 30\nd (b c) 10@90");
    assert_eq!(plan.release.zero_hour.unwrap().to_rfc3339(), "2026-11-28T23:00:00+00:00");
    assert!(remarks.contains("day before month, as line 2 shows"), "{remarks}");
    assert!(text.contains("no time zone"), "{text}");
    assert!(remarks.contains("line 4: starts before the row above ends"), "{remarks}");

    let (plan, ..) = csv("Task,Start time,Duration\nA,23:30,20m\nB,23:50,20m\nC,00:30,5m\n");
    assert_eq!(order(&plan), "a () 20\nb (a) 20\nc (b) 5@60");
    assert_eq!(plan.release.zero_hour, None);

    let (plan, ..) = csv("Task,Start,Duration\nA,T-30m,20m\nB,T-10m,10m\nC,T+1h,5m\n");
    assert_eq!(order(&plan), "a () 20\nb (a) 10\nc (b) 5@60");
    assert_eq!(plan.release.start, Some(Moment::T(-1800)));
}

#[test]
fn a_date_that_may_be_two_days_is_asked_for() {
    let text = "Task,Start\nA,03/04/2026 22:00\nB,04/04/2026 23:00\n";
    let error = import(text.as_bytes(), CSV, &options()).unwrap_err();
    assert!(matches!(&error, ImportError::Dates { line: 2, .. }), "{error:?}");
    for (order, month) in [(DateOrder::DayFirst, 4), (DateOrder::MonthFirst, 3)] {
        let options = Options { dates: Some(order), ..options() };
        let (plan, ..) = done(import(text.as_bytes(), CSV, &options));
        assert_eq!(chrono::Datelike::month(&plan.release.zero_hour.unwrap()), month);
    }
}

#[test]
fn what_a_column_is_is_asked_where_it_is_not_sure() {
    let cases = [
        ("Task,Owner,Responsible\nA,Bo,Cy\n", "Responsible"),
        ("Task,Customer owner name\nA,Bo\n", "Customer owner name"),
        ("Tusk,Owner,Duration,Start\nA,Bo,5,23:00\n", "Tusk"),
        ("Task,Predecesors\nA,\nB,1\n", "Predecesors"),
    ];
    for (text, column) in cases {
        let Err(ImportError::Unsure(doubts)) = import(text.as_bytes(), CSV, &options()) else {
            panic!("{text}: no doubt")
        };
        assert_eq!(doubts[0].column, column, "{text}");
        assert!(!doubts[0].sample.is_empty() && !doubts[0].fields.is_empty());
    }
    let mut said = options();
    said.map = vec![("responsible".to_owned(), Field::Owner), ("Owner".to_owned(), Field::Ignore)];
    let (plan, ..) = done(import(cases[0].0.as_bytes(), CSV, &said));
    assert_eq!(plan.person_name("cy"), "Cy");
    // Without any header, by letter.
    let mut said = options();
    said.map = vec![("B".to_owned(), Field::Title), ("C".to_owned(), Field::Duration)];
    let (plan, ..) = done(import(b"1,Freeze,5m\n2,Dump,10m\n", CSV, &said));
    assert_eq!(order(&plan), "freeze () 5\ndump (freeze) 10");
}

#[test]
fn predecessors_that_cannot_be_are_left_out_and_said() {
    let (plan, remarks, text) = csv("\
ID,Task,Duration,Predecessors
1,A,5m,
2,B,5m,1FF
3,C,5m,99
4,D,5m,4
5,E,5m,6
6,F,5m,5
7,G,5m,1SS+2m
");
    assert_eq!(plan.step("b").unwrap().needs.len(), 0);
    for (line, word) in [
        (3, "end of the step"),
        (4, "`99` is none of the steps"),
        (5, "before itself"),
        (7, "circle"),
    ] {
        let found =
            remarks.lines().any(|r| r.starts_with(&format!("line {line}: ")) && r.contains(word));
        assert!(found, "{line} {word}\n{remarks}");
    }
    assert!(text.contains("# TO DO: predecessor left out: `99`"), "{text}");
    assert_eq!(plan.step("g").unwrap().needs[0].lag, 120);
}

#[test]
fn headings_between_rows_are_phases() {
    let (plan, remarks, _) = csv("\
Task,Owner,Duration
PREPARATION,,
Freeze,Bo,5m
Task,Owner,Duration
,,
CUTOVER,,
Move,Bo,5m
");
    assert_eq!(
        plan.phases.iter().map(|p| p.title.as_str()).collect::<Vec<_>>(),
        ["PREPARATION", "CUTOVER"]
    );
    assert!(remarks.contains("lines 2, 6: taken for a heading"), "{remarks}");
    assert!(remarks.contains("line 4: skipped: it repeats the header"), "{remarks}");
    let (plan, ..) =
        csv("WBS,Task,Duration\n1,Prepare,\n1.1,Freeze,5m\n1.2,Dump,5m\n2,Cut,\n2.1,Move,5m\n");
    assert_eq!(order(&plan), "freeze () 5\ndump (freeze) 5\nmove () 5");
    assert_eq!(plan.phases.len(), 2);
}

#[test]
fn rollback_texts_become_a_rung() {
    let (plan, ..) = csv("\
Task,Duration,Rollback
Freeze,5m,Unfreeze
Note,1m,N/A
Migrate,20m,Restore the dump
Open,1m,point of no return
");
    assert_eq!(plan.rollbacks.len(), 1);
    let rung: Vec<(&str, usize)> = plan.rollbacks[0]
        .steps
        .clone()
        .map(|ix| (plan.steps[ix].title.as_str(), plan.steps[ix].undoes[0]))
        .collect();
    assert_eq!(rung, [("Restore the dump", 2), ("Unfreeze", 0)]);
    assert!(plan.steps[3].point_of_no_return);
}

#[test]
fn hostile_cells_are_text() {
    let huge = "x".repeat(1 << 20);
    let text = format!(
        "Task,Owner,Comments\n=cmd()|'/c calc'!A0,@x,+1\n\"\u{1b}[2J\u{202e}evil\",-2,{{{{ env.HOME }}}} {{{{x}}}}\n{huge},\"\"\"\"\"\",'''\n\"a\\\"\"b\",x,\"\ttab\"\n"
    );
    let (plan, ..) = csv(&text);
    assert_eq!(plan.steps[0].title, "=cmd()|'/c calc'!A0");
    assert_eq!(plan.steps[1].title, "\u{1b}[2J\u{202e}evil");
    assert_eq!(plan.steps[1].instructions.as_deref(), Some("Comments: {{ env.HOME }} {{x}}"));
    assert!(plan.steps[2].instructions.as_deref().unwrap().contains(&huge));
    assert_eq!(plan.steps[3].title, "a\\\"b");
}

#[test]
fn what_is_no_plan_says_so_in_plain_words() {
    let cases: [(&[u8], Kind); 9] = [
        (b"", CSV),
        (b"  \n\n", CSV),
        (b"\0\0\0\x01", CSV),
        (b"PK\x03\x04rest", CSV),
        (b"a,b\n1,2\n", CSV),
        (b"Task,Owner\n", CSV),
        (b"Task,Owner\n", Kind::Workbook),
        (b"PK\x03\x04rest", Kind::Workbook),
        (b"Just a text.\n", Kind::Markdown),
    ];
    for (bytes, kind) in cases {
        match import(bytes, kind, &options()).unwrap_err() {
            ImportError::Unreadable { what, help } | ImportError::NoPlan { what, help } => {
                assert!(!what.is_empty() && !help.is_empty());
            }
            other => panic!("{bytes:?}: {other:?}"),
        }
    }
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_with_everything_becomes_a_runbook() {
    let bytes = workbook(|book| {
        let date = Format::new().set_num_format("dd/mm/yyyy hh:mm");
        let length = Format::new().set_num_format("[h]:mm");
        let sheet = book.add_worksheet().set_name("Cover").unwrap();
        sheet.write(0, 0, "Nothing to see").unwrap();
        let sheet = book.add_worksheet().set_name("Old").unwrap();
        sheet.write(0, 0, "Task").unwrap();
        sheet.write(0, 1, "Owner").unwrap();
        sheet.set_hidden(true);
        let sheet = book.add_worksheet().set_name("Plan").unwrap();
        sheet.merge_range(0, 0, 0, 5, "Cutover", &Format::new()).unwrap();
        for (n, name) in ["Phase", "Activity", "Executor", "Planned start", "Duration", "Rollback"]
            .iter()
            .enumerate()
        {
            sheet.write(2, n as u16, *name).unwrap();
        }
        sheet.merge_range(3, 0, 4, 0, "Prepare", &Format::new()).unwrap();
        for (row, title, start, days) in
            [(3, "Freeze", 46_354.0 + 23.0 / 24.0, 5.0 / 1440.0), (4, "Dump", 46_355.0, 0.5 / 24.0)]
        {
            sheet.write(row, 1, title).unwrap();
            sheet.write(row, 2, "Bo").unwrap();
            sheet.write_number_with_format(row, 3, start, &date).unwrap();
            sheet.write_number_with_format(row, 4, days, &length).unwrap();
        }
        sheet.write(5, 0, "Cut").unwrap();
        sheet.write_formula(5, 1, Formula::new("=\"Mo\"&\"ve\"").set_result("Move")).unwrap();
        sheet.write_formula(5, 4, Formula::new("=10+5").set_result("15")).unwrap();
        sheet.write_formula(5, 2, Formula::new("=#REF!").set_result("#REF!")).unwrap();
        sheet.write(900_000, 100, " ").unwrap();
    });
    let (plan, remarks, _) = done(import(&bytes, Kind::Workbook, &options()));
    assert_eq!(order(&plan), "freeze () 5\ndump (freeze) 30@60\nmove () 15");
    assert_eq!(plan.phases.len(), 2);
    assert_eq!(plan.release.zero_hour.unwrap().to_rfc3339(), "2026-11-28T23:00:00+00:00");
    assert!(remarks.contains("`Old` is hidden"), "{remarks}");
    assert!(remarks.contains("read the sheet `Plan` only"), "{remarks}");
    assert!(remarks.contains("row 5: column A is merged"), "{remarks}");

    let named = Options { sheet: Some("nowhere".to_owned()), ..options() };
    let error = import(&bytes, Kind::Workbook, &named).unwrap_err();
    assert!(
        matches!(&error, ImportError::NoPlan { help, .. } if help.contains("`Plan`")),
        "{error:?}"
    );
}

#[test]
fn of_several_plans_one_must_be_named() {
    let bytes = workbook(|book| {
        for name in ["One", "Two"] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            sheet.write(0, 0, "Task").unwrap();
            sheet.write(0, 1, "Duration").unwrap();
            sheet.write(1, 0, name).unwrap();
            sheet.write(1, 1, 5).unwrap();
        }
    });
    let error = import(&bytes, Kind::Workbook, &options()).unwrap_err();
    assert!(matches!(&error, ImportError::Sheets(names) if names.len() == 2), "{error:?}");
    let named = Options { sheet: Some("two".to_owned()), ..options() };
    let (plan, remarks, _) = done(import(&bytes, Kind::Workbook, &named));
    assert_eq!(minutes(&plan, "two"), 5);
    assert!(remarks.contains("plain numbers in `Duration` are read as minutes"), "{remarks}");
}

#[test]
fn markdown_lists_become_runbooks() {
    let text = "\
# Ledger 4.2

Some words.

## Prepare
- [ ] Freeze writes (15 min) @bo
  ```
  - [ ] not a task
  ```
- [x] Dump (0:45)
  - [ ] Replica lag under 5 s
  - [ ] Alerts muted

## Cutover
1. [ ] Databases
   1. [ ] Migrate (25m, @bo)
   2. [ ] Verify (10m, @qa)
2. [ ] Open traffic

## Rollback
- [ ] Restore the dump (20 min)
";
    let (plan, remarks, _) = done(import(text.as_bytes(), Kind::Markdown, &options()));
    assert_eq!(plan.release.title, "Ledger 4.2");
    assert_eq!(
        order(&plan),
        "\
freeze-writes () 15
dump (freeze-writes) 45
databases-migrate () 25
databases-verify (databases-migrate) 10
open-traffic (databases-verify) -1
restore-the-dump () 20"
    );
    assert_eq!(plan.steps[1].items, ["Replica lag under 5 s", "Alerts muted"]);
    assert!(plan.steps[0].instructions.as_deref().unwrap().contains("not a task"));
    assert_eq!(plan.rollbacks.len(), 1);
    for said in ["line 3: skipped: it is no task", "line 10: is ticked", "line 15: is a heading"] {
        assert!(remarks.contains(said), "{said}\n{remarks}");
    }
    let table = "# Plan\n\n| Task | Owner | Duration |\n|---|---|---|\n| Free\\|ze | Bo | 5m |\n| **Dump** | Bo | 10m |\n";
    let (plan, ..) = done(import(table.as_bytes(), Kind::Markdown, &options()));
    assert_eq!(plan.steps[0].title, "Free|ze");
    assert_eq!(plan.steps[1].title, "Dump");
}

#[test]
fn kinds_are_taken_where_a_table_says_enough() {
    let (plan, remarks, text) = csv(
        "Task,Type,Duration,Status\nA,Milestone,,Done\nB,Gate,,\nC,,0,\nGo/no-go call,,5m,Cancelled\nD,Command,1m,\n",
    );
    let kinds: Vec<StepKind> = plan.steps.iter().map(|s| s.kind).collect();
    assert_eq!(
        kinds,
        [StepKind::Milestone, StepKind::Gate, StepKind::Milestone, StepKind::Task, StepKind::Task]
    );
    assert!(text.contains("# TO DO: kind = \"gate\""), "{text}");
    assert!(text.contains("status was `Cancelled`"), "{text}");
    assert!(remarks.contains("line 6: is of a kind"), "{remarks}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, ..Default::default() })]
    /// Whatever the bytes are, there is an answer, and what is written reads.
    #[test]
    fn no_bytes_are_too_odd(
        rows in proptest::collection::vec(proptest::collection::vec("[ -~]{0,6}|[0-9]{1,3}(FS|SS)?|T-[0-9]m|\\PC{0,4}|[\"\n\r;,|\t#]{1,3}", 0..6), 0..12),
        quoted: bool,
        markdown: bool,
    ) {
        let mut text = String::from("ID,Task,Predecessors,Duration,Start,Rollback\n");
        if markdown {
            text.clear();
        }
        for row in rows {
            let cells: Vec<String> = row.iter().map(|c| if quoted { format!("\"{}\"", c.replace('"', "\"\"")) } else { c.clone() }).collect();
            text += if markdown { "- [ ] " } else { "" };
            text += &cells.join(",");
            text += "\n";
        }
        let kind = if markdown { Kind::Markdown } else { CSV };
        if let Ok(imported) = import(text.as_bytes(), kind, &Options { title: "N".to_owned(), dates: Some(DateOrder::DayFirst), ..Options::default() }) {
            let reading = read(&imported.text);
            proptest::prop_assert!(!reading.has_errors(), "{:#?}\n{}", reading.diagnostics, imported.text);
        }
    }
}

#[test]
fn rows_of_a_rollback_become_a_rung_and_never_work_of_the_night() {
    let (plan, remarks, text) = csv("\
No;Task;Owner;After;Duration
1;Freeze writes;bo;;5m
2;Migrate;bo;1;20m
3;Rollback decision;ana;2;5m
8;Rollback: restore dump;bo;;20m
9;Rollback: open writes;bo;8;5m
10;Tidy up;bo;9;5m
");
    let back = plan.rollbacks.first().map_or(0..0, |rung| rung.steps.clone());
    let ids: Vec<&str> = back.map(|ix| plan.steps[ix].id.as_str()).collect();
    assert_eq!(plan.rollbacks.len(), 1, "{text}");
    assert_eq!(ids, ["rollback-restore-dump", "rollback-open-writes"], "{text}");
    assert!(remarks.contains("lines 5–6: is of a rollback by its words"), "{remarks}");
    assert!(remarks.contains("line 4: may be a step of a rollback"), "{remarks}");
    assert!(text.contains("# TO DO: is this work of the night, or a step of [[rollbacks]]?"));
    assert!(remarks.contains("line 7: predecessor left out: it is a step of the rollback"));
    let tidy = plan.step("tidy-up").unwrap();
    assert_eq!(tidy.needs.len(), 1, "it waits for the step above: {text}");
}

#[test]
fn a_section_of_a_rollback_becomes_a_rung() {
    let (plan, remarks, text) = csv("\
Phase,Task,Owner,Duration
Cutover,Migrate,bo,20m
Rollback plan,Restore dump,bo,20m
Rollback plan,Open writes,bo,
");
    assert_eq!(plan.phases.len(), 1, "{text}");
    assert_eq!((plan.rollbacks.len(), plan.rollbacks[0].steps.len()), (1, 2), "{text}");
    assert_eq!(plan.rollbacks[0].title, "Rollback plan");
    assert!(remarks.contains("line 4: has no duration"), "{remarks}");
    assert!(!remarks.contains("has no steps"), "{remarks}");
}

#[test]
fn an_end_before_the_start_is_over_midnight_only_where_a_night_is_that_long() {
    let (plan, remarks, text) = csv("\
Task,Start,End
Freeze,10:00 PM,10:15 PM
Dump,10:15 PM,10:00 PM
Migrate,10:30 PM,1:00 AM
");
    assert_eq!(minutes(&plan, "migrate"), 150);
    assert!(remarks.contains("line 4: ends over midnight"), "{remarks}");
    assert_eq!(plan.step("dump").unwrap().duration, None, "{text}");
    assert!(remarks.contains("line 3: ends before it starts; over midnight"), "{remarks}");
    assert!(text.contains("end at 22:00 and start at 22:15, before it starts"), "{text}");
}

#[test]
fn a_date_and_a_time_in_two_columns_are_one_moment() {
    let (plan, remarks, text) = csv("\
Task,Start date,Start time,End Date,End Time
Freeze,28/11/2026,23:00,28/11/2026,23:30
Dump,28/11/2026,23:30,29/11/2026,00:45
Check,29/11/2026,00:45,29/11/2026,01:00
");
    assert!(text.contains("zero_hour = 2026-11-28T23:00:00"), "{text}");
    assert_eq!((minutes(&plan, "freeze"), minutes(&plan, "dump")), (30, 75));
    assert!(remarks.contains("`Start date` and `Start time` are read together"), "{remarks}");
    assert!(plan.steps.iter().all(|step| step.instructions.is_none()), "{text}");
}

#[test]
fn a_predecessor_may_have_a_word_before_its_number() {
    let (plan, remarks, _) = csv("\
No,Task,Owner,Depends on
4,Freeze,Bo,
5,Dump,Bo,Row 4
6,Move,Bo,step 5; #4
");
    assert_eq!(order(&plan), "freeze () -1\ndump (freeze) -1\nmove (dump freeze) -1");
    assert!(remarks.contains("`Row 4` is read as the number 4"), "{remarks}");
    let (plan, ..) = csv("Task,Owner,Depends on\nFreeze,Bo,\nDump,Bo,Row 2\nMove,Bo,Row 3\n");
    assert_eq!(order(&plan), "freeze () -1\ndump (freeze) -1\nmove (dump) -1");
}

#[test]
fn a_letter_and_a_text_alone_are_a_heading_where_work_has_numbers() {
    let (plan, remarks, _) = csv("\
No;Task;Owner;Duration
A;PREPARE;;
1;Freeze;Bo;5m
B;CUTOVER;;
2;Move;Bo;5m
");
    let phases: Vec<_> = plan.phases.iter().map(|p| p.title.as_str()).collect();
    assert_eq!((phases, plan.steps.len()), (vec!["PREPARE", "CUTOVER"], 2), "{remarks}");
    assert!(remarks.contains("nothing but a letter and a text"), "{remarks}");
    let (plan, ..) = csv("No;Task;Owner;Duration\nA;Freeze;;\nB;Move;Bo;5m\n");
    assert_eq!(plan.steps.len(), 2, "letters are ids where all rows have them");
}
