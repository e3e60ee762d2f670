//! The report as a workbook: a sheet a table, typed cells, the header frozen, filters on. Text is
//! written as text: nothing in it is computed.

mod book;

use super::format::RenderError;
use super::model::Report;
use super::sheets::{TABLES, tables};
use super::table::{Cell, Table, minutes};
use super::text::Clock;
use crate::runbook::visible_lines;
use book::{Book, Look, Sheet};
use chrono::NaiveDateTime;

/// Most characters (UTF-16 units) that a cell can hold.
const CELL_LIMIT: usize = 32_767;
/// Most rows of a sheet, the header included.
const ROW_LIMIT: usize = 1_048_576;
/// Narrowest and widest column, in characters.
const WIDTHS: (usize, usize) = (6, 48);
/// Rows that are looked at to tell how wide a column should be.
const MEASURED: usize = 200;

pub(super) fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let mut book = Book::new();
    let clock = Clock::new(&report.run.timezone);
    for table in tables(report) {
        fill(&mut book, table, clock)?;
    }
    if book.is_empty() {
        // A workbook without a sheet cannot be opened.
        let names: Vec<_> = TABLES.iter().map(|section| section.name()).collect();
        let first = report.sections.first().map_or("none", |section| section.name());
        return Err(RenderError::NoTable(first, names.join(", ")));
    }
    Ok(book.finish()?)
}

fn fill(book: &mut Book, table: Table, clock: Clock) -> Result<(), RenderError> {
    let widths: Vec<usize> = (0..table.columns.len()).map(|n| width(&table, n, clock)).collect();
    let count = table.rows.len().min(ROW_LIMIT - 1);
    let mut sheet = book.sheet(&table.caption, &widths, count + 1)?;
    sheet.row();
    for name in &table.columns {
        sheet.text(name, Look::Header);
    }
    sheet.end_row()?;
    // Row by row out of the table's memory into the file's.
    for row in table.rows.into_iter().take(count) {
        sheet.row();
        for cell in &row {
            write(&mut sheet, cell, clock);
        }
        sheet.end_row()?;
    }
    Ok(sheet.end()?)
}

fn write(sheet: &mut Sheet<'_>, cell: &Cell, clock: Clock) {
    match cell {
        Cell::Empty => sheet.skip(),
        Cell::Text(text) | Cell::Link(text) => sheet.text(&fitting(text), Look::Text),
        Cell::Number(n) => sheet.number(*n as f64, Look::Plain),
        Cell::Minutes(secs) | Cell::Difference(secs) => {
            sheet.number(minutes(*secs), Look::Minutes);
        }
        Cell::Share(share) => sheet.number(*share, Look::Share),
        // Days: what a spreadsheet counts time in.
        Cell::Length(secs) => sheet.number(*secs as f64 / 86_400.0, Look::Length),
        Cell::Time(at) | Cell::Second(at) => {
            sheet.number(serial(clock.naive(*at)), Look::Time);
        }
    }
}

/// Days since the day that spreadsheets count from, 30 December 1899.
fn serial(at: NaiveDateTime) -> f64 {
    // Of the Unix epoch.
    const EPOCH: f64 = 25_569.0;
    EPOCH + at.and_utc().timestamp() as f64 / 86_400.0
}

/// A text as a cell can hold it: safe to show, and cut with a word where it is too long.
fn fitting(text: &str) -> String {
    let text = visible_lines(text);
    if text.encode_utf16().count() <= CELL_LIMIT {
        return text.into_owned();
    }
    let end =
        format!("… [cut: {} characters in all, whole in the CSV report]", text.chars().count());
    let room = CELL_LIMIT - end.encode_utf16().count();
    let mut used = 0;
    let at = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > room
    });
    let cut = at.and_then(|(at, _)| text.get(..at)).unwrap_or_default();
    format!("{cut}{end}")
}

fn width(table: &Table, column: usize, clock: Clock) -> usize {
    let longest_line = |cell: &Cell| match cell {
        Cell::Time(_) | Cell::Second(_) => 19,
        cell => {
            let text = cell.shown(clock);
            text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
        }
    };
    let cells = table.rows.iter().take(MEASURED).filter_map(|row| row.get(column));
    let widest = cells.map(longest_line).max().unwrap_or(0);
    // The button of the filter covers some of the header.
    let header = table.columns.get(column).map_or(0, |name| name.len() + 3);
    (widest.max(header) + 1).clamp(WIDTHS.0, WIDTHS.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_long_for_a_cell_is_cut_and_says_so() {
        let cut = fitting(&"𝄞".repeat(40_000));
        assert!(cut.encode_utf16().count() <= CELL_LIMIT);
        assert!(cut.ends_with("… [cut: 40000 characters in all, whole in the CSV report]"));
        assert_eq!(fitting("short"), "short");
    }
}
