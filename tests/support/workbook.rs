//! A workbook read back by another program's eyes.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use calamine::{Data, Reader, Xlsx};
use std::fmt::Write;
use std::io::Cursor;

pub fn open(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes.to_vec())).unwrap()
}

/// Every cell of every sheet.
pub fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = open(bytes);
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).unwrap();
            let rows = range.rows().map(<[Data]>::to_vec).collect();
            (name, rows)
        })
        .collect()
}

pub fn text(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) if at.is_duration() || at.as_f64() < 366.0 => {
            let seconds = (at.as_f64() * 86_400.0).round() as i64;
            format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        Data::DateTime(at) => {
            let (y, mo, d, h, m, s, _) = at.to_ymd_hms_milli();
            format!("{y}-{mo:02}-{d:02} {h:02}:{m:02}:{s:02}")
        }
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}

pub fn dump(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (name, rows) in sheets(bytes) {
        let _ = writeln!(out, "== {name}");
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| text(cell).replace('\n', "⏎")).collect();
            let _ = writeln!(out, "{}", cells.join(" | "));
        }
    }
    out
}
