//! The report as a workbook: a sheet a table, typed cells, the header frozen, filters on. Text is
//! written as text: nothing in it is computed.

use super::format::RenderError;
use super::model::Report;
use super::sheets::{TABLES, tables};
use super::table::{Cell, Table, minutes};
use super::text::Clock;
use crate::runbook::visible_lines;
use chrono::NaiveDateTime;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet};

/// Most characters (UTF-16 units) that a cell can hold.
const CELL_LIMIT: usize = 32_767;
/// Most rows of a sheet, the header included.
const ROW_LIMIT: usize = 1_048_576;
/// Narrowest and widest column, in characters.
const WIDTHS: (usize, usize) = (6, 48);
/// Rows that are looked at to tell how wide a column should be.
const MEASURED: usize = 200;

/// How cells look.
struct Looks {
    header: Format,
    text: Format,
    time: Format,
    length: Format,
    minutes: Format,
    share: Format,
}

impl Looks {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            header: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x001F_3A5F))
                .set_font_color(Color::White),
            text: top().set_text_wrap(),
            time: top().set_num_format("yyyy-mm-dd hh:mm:ss"),
            length: top().set_num_format("[h]:mm:ss"),
            minutes: top().set_num_format("0.00"),
            share: top().set_num_format("0.0%"),
        }
    }
}

pub(super) fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let mut book = Workbook::new();
    let clock = Clock::new(&report.run.timezone);
    let looks = Looks::new();
    for table in tables(report) {
        fill(book.add_worksheet(), table, clock, &looks)?;
    }
    if book.worksheets().is_empty() {
        // A workbook without a sheet cannot be opened.
        let names: Vec<_> = TABLES.iter().map(|section| section.name()).collect();
        let first = report.sections.first().map_or("none", |section| section.name());
        return Err(RenderError::NoTable(first, names.join(", ")));
    }
    Ok(book.save_to_buffer()?)
}

fn fill(
    sheet: &mut Worksheet,
    table: Table,
    clock: Clock,
    looks: &Looks,
) -> Result<(), RenderError> {
    sheet.set_name(&table.caption)?;
    for (n, name) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, n, *name, &looks.header)?;
        sheet.set_column_width(n, width(&table, n.into(), clock) as f64)?;
    }
    let count = table.rows.len().min(ROW_LIMIT - 1);
    // Row by row out of the table's memory into the sheet's.
    for (r, row) in (1..).zip(table.rows.into_iter().take(count)) {
        for (c, cell) in (0..).zip(row) {
            write(sheet, r, c, &cell, clock, looks)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = u32::try_from(count).unwrap_or(u32::MAX);
    let columns = u16::try_from(table.columns.len()).unwrap_or(u16::MAX);
    if columns > 0 {
        sheet.autofilter(0, 0, last, columns - 1)?;
    }
    // Printed, it fits the width of a page, with the header on every page.
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    clock: Clock,
    looks: &Looks,
) -> Result<(), RenderError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) | Cell::Link(text) => {
            sheet.write_string_with_format(row, column, fitting(text), &looks.text)?;
        }
        Cell::Number(n) => {
            sheet.write_number(row, column, *n as f64)?;
        }
        Cell::Minutes(secs) | Cell::Difference(secs) => {
            sheet.write_number_with_format(row, column, minutes(*secs), &looks.minutes)?;
        }
        Cell::Share(share) => {
            sheet.write_number_with_format(row, column, *share, &looks.share)?;
        }
        Cell::Length(secs) => {
            // Days: what a spreadsheet counts time in.
            let days = *secs as f64 / 86_400.0;
            sheet.write_number_with_format(row, column, days, &looks.length)?;
        }
        Cell::Time(at) | Cell::Second(at) => {
            let days = serial(clock.naive(*at));
            sheet.write_number_with_format(row, column, days, &looks.time)?;
        }
    }
    Ok(())
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
