//! A workbook as a planning office keeps it becomes a runbook: title rows, merged phases, German
//! headers, hidden and total rows, a list of contacts; and the time zone that no table says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may")]

use golive::import::{Imported, Kind, Options, import};
use golive::runbook::{Runbook, read};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

const HEADER: [&str; 9] = [
    "Lfd. Nr.",
    "Aufgabe",
    "Verantwortlich",
    "Beginn (geplant)",
    "Dauer [min]",
    "Vorgänger",
    "Status",
    "Bemerkung",
    "Fallback",
];

/// Number, task, owner, hour and minute, length, predecessors, status.
type Line =
    (f64, &'static str, &'static str, Option<(u16, u8)>, &'static str, &'static str, &'static str);

const LINES: [Line; 5] = [
    (1.0, "Sicherung prüfen", "Müller", Some((20, 0)), "30", "", "erledigt"),
    (2.0, "Schnittstellen anhalten", "Müller", Some((20, 30)), "15", "1", "offen"),
    (3.0, "Schema umstellen", "Schmidt", Some((20, 45)), "TBC", "2EA+5min", "offen"),
    (4.0, "Summen vergleichen", "n.n.", None, "0,5 h", "3", "offen"),
    (5.0, "Alte Server abschalten", "Weber", None, "10", "4", "entfällt"),
];

fn plan(sheet: &mut Worksheet) {
    let day = Format::new().set_num_format("dd.mm.yyyy hh:mm");
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 8, "Umstellung Hauptbuch 4.2", &plain).unwrap();
    sheet.write(1, 0, "Stand: 12.11.2026, ENTWURF").unwrap();
    for (column, name) in (0..).zip(HEADER) {
        sheet.write(3, column, name).unwrap();
    }
    sheet.merge_range(4, 0, 4, 8, "Phase 1: Vorbereitung", &plain).unwrap();
    sheet.merge_range(7, 0, 7, 8, "Phase 2: Umstellung", &plain).unwrap();
    for (row, line) in [5, 6, 8, 9, 10].into_iter().zip(LINES) {
        sheet.write(row, 0, line.0).unwrap();
        for (column, text) in [(1, line.1), (2, line.2), (4, line.4), (5, line.5), (6, line.6)] {
            sheet.write(row, column, text).unwrap();
        }
        if let Some((hour, minute)) = line.3 {
            let at = ExcelDateTime::from_ymd(2026, 11, 28).unwrap();
            let at = at.and_hms(hour, minute, 0).unwrap();
            sheet.write_with_format(row, 3, &at, &day).unwrap();
        }
    }
    sheet.write(12, 1, "Summe:").unwrap();
    sheet.write_formula(12, 4, Formula::new("=SUM(E6:E11)").set_result("55")).unwrap();
    sheet.set_row_hidden(9).unwrap();
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    plan(book.add_worksheet().set_name("Ablauf & Plan").unwrap());
    let contacts = book.add_worksheet().set_name("Kontakte").unwrap();
    for (row, line) in [["Name", "Telefon"], ["Müller", "0151 1"]].iter().enumerate() {
        for (column, text) in (0..).zip(line) {
            contacts.write(u32::try_from(row).unwrap(), column, *text).unwrap();
        }
    }
    let old = book.add_worksheet().set_name("Alt").unwrap();
    old.write(0, 0, "Aufgabe").unwrap();
    old.set_hidden(true);
    book.save_to_buffer().unwrap()
}

fn imported(options: &Options) -> (Runbook, String, Imported) {
    let imported = import(&workbook(), Kind::Workbook, options).unwrap_or_else(|e| panic!("{e}"));
    let plan = read(&imported.text).runbook.unwrap_or_else(|| panic!("{}", imported.text));
    let remarks: Vec<String> = imported.remarks.iter().map(ToString::to_string).collect();
    (plan, remarks.join("\n"), imported)
}

#[test]
fn all_of_it_is_read_or_said() {
    let (plan, remarks, imported) = imported(&Options::default());
    assert_eq!(plan.release.title, "Umstellung Hauptbuch 4.2");
    let phases: Vec<_> = plan.phases.iter().map(|phase| phase.title.as_str()).collect();
    assert_eq!(phases, ["Phase 1: Vorbereitung", "Phase 2: Umstellung"]);
    let steps: Vec<_> = plan.steps.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(steps, LINES.map(|line| line.1));
    assert_eq!(plan.steps[2].needs[0].lag, 300, "EA is finish to start");
    assert_eq!(plan.steps[3].duration.unwrap().likely, 1_800);
    assert!(plan.steps[3].owner.is_none(), "n.n. is nobody");
    for said in [
        "row 1: covers the table: it is the title of the release",
        "row 10: is hidden in the workbook: it was read like any other, with a comment",
        "row 13: skipped: it is a total",
        "row 11: was off in the file, by its status",
        "row 10: names no owner",
        "the sheet `Kontakte` has names and no work: it was left out; --sheet reads it",
        "the sheet `Alt` is hidden and was left out; --sheet reads it",
        "read the sheet `Ablauf & Plan` only",
        "the column `Status` was left out",
    ] {
        assert!(remarks.contains(said), "{said:?} is not in\n{remarks}");
    }
    let comment = "# TO DO: its row was hidden in the workbook: does it belong to the plan?";
    let at = imported.text.find(comment).expect("a comment");
    assert!(imported.text[at..].find("Summen vergleichen").unwrap() < 200, "where it belongs");
}

#[test]
fn the_zone_of_its_times_is_said_or_left_to_see_to() {
    let (plan, _, open) = imported(&Options::default());
    assert!(open.zone_open && open.text.contains("# TO DO: the file names no time zone"));
    assert_eq!(plan.release.zero_hour.unwrap().to_rfc3339(), "2026-11-28T20:00:00+00:00");
    let berlin = Options { zone: Some("Europe/Berlin".parse().unwrap()), ..Options::default() };
    let (plan, _, said) = imported(&berlin);
    assert!(!said.zone_open && !said.text.contains("names no time zone"), "{}", said.text);
    assert_eq!(plan.release.timezone.name(), "Europe/Berlin");
    assert_eq!(plan.release.zero_hour.unwrap().to_rfc3339(), "2026-11-28T19:00:00+00:00");
    assert_eq!(said.to_do + 1, open.to_do);
}
