//! Before the night: a spreadsheet, a CSV file or a Markdown list becomes a runbook's text. Reaches no
//! clock and no file: bytes come in, a text and what was found on the way come out.
//!
//! Nothing is guessed in silence. What is not sure is asked ([`ImportError::Unsure`]); what was
//! repaired, left out or concluded is a [`Remark`] with its line; what a person must fill in stands
//! as a comment in the text, where it belongs.
//!
//! The way of a file: bytes to rows (`delimited`, `workbook`), headers to fields (`header`),
//! cells to values (`length`, `moment`, `predecessor`), rows to a draft (`sheet`, `order`)
//! or list items to a draft (`markdown`), the draft to text (`draft`). A table that golive wrote
//! itself goes its own, exact way (`own`).

mod delimited;
mod draft;
mod grid;
mod header;
mod hidden;
mod length;
mod markdown;
mod moment;
mod order;
mod own;
mod predecessor;
mod quotes;
mod remark;
mod sheet;
mod toml_text;
mod workbook;

pub use header::Field;
pub use moment::DateOrder;
pub use remark::Remark;

use chrono_tz::Tz;
use draft::Draft;
use grid::Grid;
use remark::Remarks;

/// What kind of file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An Excel workbook (`.xlsx`, `.xlsm`).
    Workbook,
    /// Cells with a separator between them; `.tsv` has tabs, of the others it is found out.
    Delimited {
        /// Whether the file says by its name that they are tabs.
        tabs: bool,
    },
    /// A Markdown list or table.
    Markdown,
}

impl Kind {
    /// The kind that the ending of a file's name says.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "xlsx" | "xlsm" => Some(Self::Workbook),
            "csv" | "txt" => Some(Self::Delimited { tabs: false }),
            "tsv" | "tab" => Some(Self::Delimited { tabs: true }),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// What the person who imports has said.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Title of the release where the file has none: usually the file's name.
    pub title: String,
    /// Which column is which field: by header, by letter (`B`) or by number (`2`).
    pub map: Vec<(String, Field)>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The order of day and month in dates such as 03/04/2026.
    pub dates: Option<DateOrder>,
    /// The time zone of the file's times, which a table never says.
    pub zone: Option<Tz>,
}

/// A runbook's text, and what was found on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text, ready to be written.
    pub text: String,
    /// What was repaired, left out or concluded, in the order of the file.
    pub remarks: Vec<Remark>,
    /// Steps, those of rungs included.
    pub steps: usize,
    /// Comments in the text that a person must see to.
    pub to_do: usize,
    /// The file has dates with times, and nobody has said in which zone.
    pub zone_open: bool,
}

/// A column of which nobody has said what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Its header, or its letter where it has none.
    pub column: String,
    /// What can be said about it.
    pub why: String,
    /// Some of its cells.
    pub sample: Vec<String>,
    /// What it might be, best first.
    pub fields: Vec<Field>,
}

/// Why there is no runbook.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The bytes are not what the file's name says.
    #[error("{what}")]
    Unreadable {
        /// What is wrong.
        what: String,
        /// What to do about it.
        help: String,
    },
    /// Some columns might be several things.
    #[error("it is not clear what some columns are")]
    Unsure(Vec<Doubt>),
    /// A workbook has several sheets that could be the plan.
    #[error("several sheets look like a plan: {}", .0.join(", "))]
    Sheets(Vec<String>),
    /// A date may be read in two ways, and none in the file says which.
    #[error("{place} {line}: `{text}` may be day and month or month and day")]
    Dates {
        /// `row` or `line`.
        place: &'static str,
        /// Which.
        line: u64,
        /// The cell.
        text: String,
    },
    /// There is nothing that could be a step.
    #[error("{what}")]
    NoPlan {
        /// What was looked for.
        what: String,
        /// What to do about it.
        help: String,
    },
}

/// Reads a file.
///
/// # Errors
/// It is no such file, holds no plan, or has something that a person must say first.
pub fn import(bytes: &[u8], kind: Kind, options: &Options) -> Result<Imported, ImportError> {
    let mut remarks = Remarks::new(if kind == Kind::Workbook { "row" } else { "line" });
    match kind {
        Kind::Workbook => {
            let grids = workbook::grids(bytes, options.sheet.as_deref(), &mut remarks)?;
            of_workbook(grids, options, remarks)
        }
        Kind::Delimited { tabs } => {
            let grid = delimited::grid(bytes, tabs, &mut remarks)?;
            of_grid(&grid, options, remarks)
        }
        Kind::Markdown => {
            let text = delimited::decoded(bytes, &mut remarks)?;
            match markdown::table(&text) {
                Some(grid) => of_grid(&grid, options, remarks),
                None => {
                    let draft = markdown::draft(&text, options, &mut remarks)?;
                    Ok(finished(draft, options, remarks))
                }
            }
        }
    }
}

fn finished(draft: Draft, options: &Options, remarks: Remarks) -> Imported {
    Draft { zone: options.zone, ..draft }.finish(remarks)
}

fn of_grid(grid: &Grid, options: &Options, mut remarks: Remarks) -> Result<Imported, ImportError> {
    if let Some(header) = own::header(grid) {
        return Ok(own::imported(&[(grid, header)], true, remarks));
    }
    let draft = sheet::draft(grid, options, &mut remarks)?;
    Ok(finished(draft, options, remarks))
}

/// The sheet that was named; else golive's own; else the only one that looks like a plan.
fn of_workbook(
    grids: Vec<Grid>,
    options: &Options,
    mut remarks: Remarks,
) -> Result<Imported, ImportError> {
    let own: Vec<_> =
        grids.iter().filter_map(|grid| own::header(grid).map(|header| (grid, header))).collect();
    if !own.is_empty() {
        return Ok(own::imported(&own, false, remarks));
    }
    let mut plans: Vec<&Grid> =
        grids.iter().filter(|grid| sheet::looks_like_plan(grid, options)).collect();
    if plans.len() > 1 && plans.iter().any(|grid| sheet::plans_work(grid, options)) {
        let (work, others) = plans.into_iter().partition(|grid| sheet::plans_work(grid, options));
        let others: Vec<&Grid> = others;
        for grid in others {
            remarks.general(format!(
                "the sheet `{}` has names and no work: it was left out; --sheet reads it",
                grid.name
            ));
        }
        plans = work;
    }
    if plans.is_empty() {
        plans = grids.iter().filter(|grid| !grid.rows.is_empty()).collect();
    }
    match plans.as_slice() {
        [] => Err(ImportError::NoPlan {
            what: "this workbook has no visible sheet with anything in it".to_owned(),
            help: "name a hidden one with --sheet NAME".to_owned(),
        }),
        [grid] => {
            if grids.len() > 1 {
                remarks.general(format!("read the sheet `{}` only", grid.name));
            }
            let draft = sheet::draft(grid, options, &mut remarks)?;
            Ok(finished(draft, options, remarks))
        }
        several => Err(ImportError::Sheets(several.iter().map(|g| g.name.clone()).collect())),
    }
}
