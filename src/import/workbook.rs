//! Excel workbooks. Cells are read one after another: a sheet whose last cell is far away takes no
//! room for those that are empty.

use super::grid::{Cell, Grid, Row, letters};
use super::remark::Remarks;
use super::{ImportError, hidden};
use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx, XlsxError};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use std::collections::HashMap;
use std::io::Cursor;

/// Columns from this on are left out: formats painted to the edge of the sheet, not plans.
const WIDEST: u32 = 256;
/// More cells than these are no plan, but a database.
const MOST_CELLS: usize = 20_000_000;
/// Days before this are no dates but times of the day or lengths: 1901.
const FIRST_DATE: f64 = 366.0;

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// The tables of a workbook: of the sheet that was named, else of all that are visible.
///
/// # Errors
/// It is no workbook, has no such sheet, or is broken.
pub(super) fn grids(
    bytes: &[u8],
    sheet: Option<&str>,
    remarks: &mut Remarks,
) -> Result<Vec<Grid>, ImportError> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| not_readable(&e))?;
    let sheets = book.sheets_metadata().to_vec();
    let names: Vec<String> = match sheet {
        Some(wanted) => {
            let found = sheets.iter().find(|s| s.name == wanted).or_else(|| {
                sheets.iter().find(|s| s.name.trim().eq_ignore_ascii_case(wanted.trim()))
            });
            let Some(found) = found else {
                let all: Vec<_> = sheets.iter().map(|s| format!("`{}`", s.name)).collect();
                return Err(ImportError::NoPlan {
                    what: format!("there is no sheet `{wanted}`"),
                    help: format!("there are: {}", all.join(", ")),
                });
            };
            vec![found.name.clone()]
        }
        None => {
            for hidden in sheets.iter().filter(|s| s.visible != SheetVisible::Visible) {
                remarks.general(format!(
                    "the sheet `{}` is hidden and was left out; --sheet reads it",
                    hidden.name
                ));
            }
            let visible = sheets.iter().filter(|s| s.visible == SheetVisible::Visible);
            visible.map(|s| s.name.clone()).collect()
        }
    };
    let mut cells = 0;
    let mut grids = Vec::new();
    for name in names {
        match one(&mut book, &name, &mut cells, remarks) {
            Ok(mut grid) => {
                let hidden = hidden::rows(bytes, &name);
                for row in grid.rows.iter_mut().filter(|row| hidden.contains(&row.line)) {
                    row.hidden = true;
                }
                grids.push(grid);
            }
            Err(XlsxError::NotAWorksheet(_)) => {}
            Err(error) => return Err(not_readable(&error)),
        }
        if cells > MOST_CELLS {
            return Err(ImportError::Unreadable {
                what: format!("this workbook has more than {MOST_CELLS} cells"),
                help: "copy the plan to a workbook of its own".to_owned(),
            });
        }
    }
    Ok(grids)
}

fn not_readable(error: &XlsxError) -> ImportError {
    ImportError::Unreadable {
        what: format!("this is no workbook that can be read: {error}"),
        help: "save it again as .xlsx without a password, or as CSV (UTF-8)".to_owned(),
    }
}

fn one(
    book: &mut Book<'_>,
    name: &str,
    count: &mut usize,
    remarks: &mut Remarks,
) -> Result<Grid, XlsxError> {
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let mut rows: HashMap<u32, Row> = HashMap::new();
    let mut reader = book.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        let (row, column) = cell.pos;
        let line = u64::from(row) + 1;
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) && column < WIDEST {
            // Programs that write workbooks leave the computing to whoever opens them.
            remarks.at(
                line,
                format!(
                    "column {} holds a formula without a value, which is read as empty: open and save the workbook in a spreadsheet program, and import it again",
                    letters(column as usize)
                ),
            );
        }
        let value = value(&cell.value, line, column, remarks);
        if value.is_empty() {
            continue;
        }
        *count += 1;
        if *count > MOST_CELLS {
            break;
        }
        if column >= WIDEST {
            remarks.general(format!(
                "cells right of column {} were left out",
                letters(WIDEST as usize - 1)
            ));
            continue;
        }
        put(&mut rows, row, column, value);
    }
    for region in merged {
        let ((top, left), (bottom, right)) = (region.start, region.end);
        let Some(value) = rows.get(&top).map(|row| row.cell(left as usize).clone()) else {
            continue;
        };
        if right > left
            && let Some(row) = rows.get_mut(&top)
        {
            let is_first = row.filled().next() == Some(left as usize);
            row.merged |= is_first;
        }
        if bottom == top || value.is_empty() || left >= WIDEST {
            continue;
        }
        // Only rows that have something else: a merged region may reach down to the last of all.
        let below: Vec<u32> = rows.keys().copied().filter(|r| *r > top && *r <= bottom).collect();
        for row in below {
            put(&mut rows, row, left, value.clone());
            remarks.at(
                u64::from(row) + 1,
                format!(
                    "column {} is merged with the row above and has its value",
                    letters(left as usize)
                ),
            );
        }
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_unstable_by_key(|row| row.line);
    Ok(Grid { name: name.to_owned(), rows })
}

fn put(rows: &mut HashMap<u32, Row>, row: u32, column: u32, value: Cell) {
    let entry =
        rows.entry(row).or_insert_with(|| Row { line: u64::from(row) + 1, ..Row::default() });
    let column = column as usize;
    if entry.cells.len() <= column {
        entry.cells.resize(column + 1, Cell::Empty);
    }
    if let Some(cell) = entry.cells.get_mut(column) {
        *cell = value;
    }
}

/// The value of a cell; of a formula what the spreadsheet computed when it was saved.
fn value(data: &DataRef<'_>, line: u64, column: u32, remarks: &mut Remarks) -> Cell {
    match data {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Bool(yes) => Cell::Text(if *yes { "yes" } else { "no" }.to_owned()),
        DataRef::DateTime(at) => {
            let days = at.as_f64();
            if at.is_duration() || days < FIRST_DATE {
                return Cell::Days(days);
            }
            date(at).map_or(Cell::Number(days), Cell::Time)
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::of_text(text),
        DataRef::Error(error) => {
            remarks.at(
                line,
                format!(
                    "column {} holds the error {error}, which is read as empty",
                    letters(column as usize)
                ),
            );
            Cell::Empty
        }
    }
}

/// A date in either epoch, rounded to the second: a serial is a fraction of a day.
fn date(at: &ExcelDateTime) -> Option<NaiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let day = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
    let time = day.and_hms_opt(hour.into(), minute.into(), second.into())?;
    time.checked_add_signed(TimeDelta::seconds(i64::from(milli >= 500)))
}
