//! The report as one CSV table (RFC 4180): the steps with plan and actual, and the rest of the plan,
//! unless another section was chosen. No cell is one that a spreadsheet would compute.

use super::format::RenderError;
use super::model::Report;
use super::sheets::csv_table;
use super::table::{Cell, minutes};
use crate::runbook::table::guarded;
use crate::runbook::{format_duration, visible_lines};
use chrono::SecondsFormat;
use std::borrow::Cow;

pub(super) fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let table = csv_table(report)?;
    let failed = |e: csv::Error| RenderError::Csv(e.to_string());
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(&table.columns).map_err(failed)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| of_cell(cell).into_owned())).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| RenderError::Csv(e.to_string()))
}

fn of_cell(cell: &Cell) -> Cow<'_, str> {
    Cow::Owned(match cell {
        Cell::Empty => return Cow::Borrowed(""),
        Cell::Text(text) | Cell::Link(text) => guarded(&visible_lines(text)).into_owned(),
        Cell::Number(n) => n.to_string(),
        Cell::Minutes(secs) | Cell::Difference(secs) => minutes(*secs).to_string(),
        Cell::Share(share) => share.to_string(),
        Cell::Length(secs) => format_duration(*secs),
        Cell::Time(at) | Cell::Second(at) => at.to_rfc3339_opts(SecondsFormat::Secs, true),
    })
}
