//! The data tables of spreadsheets: every fact in a typed cell, under a name that stays as it is.

mod people;
mod record;
mod steps;
mod summary;

use super::format::RenderError;
use super::model::Report;
use super::section::Section;
use super::table::{Cell, Table};

/// The sections that are tables, in the order of a workbook.
pub(super) const TABLES: [Section; 11] = [
    Section::Summary,
    Section::Steps,
    Section::Timeline,
    Section::Decisions,
    Section::Notes,
    Section::Actions,
    Section::Deviations,
    Section::Corrections,
    Section::People,
    Section::Criteria,
    Section::Plan,
];

/// The table of a section; none: it is no table, or not in the report.
fn table_of(report: &Report, section: Section) -> Option<Table> {
    Some(match section {
        Section::Summary => summary::summary(report),
        Section::Steps => steps::steps(report)?,
        Section::Timeline => record::timeline(report.timeline.as_ref()?),
        Section::Decisions => record::decisions(&report.decisions.as_ref()?.made),
        Section::Notes => record::notes(report)?,
        Section::Actions => people::actions(report.actions.as_ref()?),
        Section::Deviations => record::deviations(report.deviations.as_ref()?),
        Section::Corrections => record::corrections(report)?,
        Section::People => people::people(report.people.as_ref()?),
        Section::Criteria => people::criteria(report)?,
        Section::Plan => steps::plan(report)?,
        _ => return None,
    })
}

/// The table in which a section stands: issues are among the notes.
fn stands_in(section: Section) -> Section {
    if section == Section::Issues { Section::Notes } else { section }
}

/// The tables of a workbook, of the sections that are in the report: each is made when it is asked
/// for, since the record of a long night is large.
pub(super) fn tables(report: &Report) -> impl Iterator<Item = Table> + '_ {
    let is_in = |table: &Section| report.sections.iter().any(|s| stands_in(*s) == *table);
    TABLES.into_iter().filter(is_in).filter_map(|section| table_of(report, section))
}

/// The one table of a CSV file.
///
/// # Errors
/// Several were chosen, or one that is no table.
pub(super) fn csv_table(report: &Report) -> Result<Table, RenderError> {
    let whole = super::format::is_whole(report);
    let mut tables: Vec<Section> = report.sections.iter().map(|s| stands_in(*s)).collect();
    tables.dedup();
    let chosen = match (&tables[..], whole) {
        // The file of the steps has the rest of the plan, too.
        (_, true) | ([] | [Section::Steps, Section::Plan], _) => Section::Steps,
        ([one], _) => *one,
        ([first, second, ..], _) => {
            return Err(RenderError::SeveralTables(first.name(), second.name()));
        }
    };
    let none = || {
        let names: Vec<_> = TABLES.iter().map(|section| section.name()).collect();
        RenderError::NoTable(chosen.name(), names.join(", "))
    };
    let mut table = table_of(report, chosen).ok_or_else(none)?;
    // One file has the steps and the rest of the plan, so that it can be imported.
    if chosen == Section::Steps
        && let Some(rest) = steps::plan(report)
    {
        let width = table.columns.len();
        table.rows.extend(rest.rows.into_iter().map(|mut row| {
            row.resize(width, Cell::Empty);
            row
        }));
    }
    Ok(table)
}

fn count(n: usize) -> Cell {
    Cell::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

fn seq(n: u64) -> Cell {
    Cell::Number(i64::try_from(n).unwrap_or(i64::MAX))
}
