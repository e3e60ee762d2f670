//! The formats of a report.

use super::model::Report;
use super::section::Section;
use super::{csv, html, json, markdown, xlsx};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Markdown, for a wiki or a merge request.
    Markdown,
    /// One self-contained, printable page.
    Html,
    /// Everything, with a published schema.
    Json,
    /// One table, for a spreadsheet or an import.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Markdown, Self::Html, Self::Json, Self::Csv, Self::Xlsx];

    /// Its name on a command line, and the usual extension of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type, for HTTP.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Every name, with commas between them.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The format of a name or of a file's extension.
    pub fn named(name: &str) -> Option<Self> {
        let also = |format: &Self| match format {
            Self::Markdown => name.eq_ignore_ascii_case("markdown"),
            Self::Html => name.eq_ignore_ascii_case("htm"),
            _ => false,
        };
        Self::ALL.into_iter().find(|f| name.eq_ignore_ascii_case(f.name()) || also(f))
    }

    /// Whether it is no text.
    pub fn is_binary(self) -> bool {
        self == Self::Xlsx
    }
}

/// Usual name of a report's file, without a folder. One without people's names has a name of its
/// own: it must not be mistaken for the other when it is mailed.
pub fn file_name(run: &str, format: Format, anonymised: bool) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let run: String = run.chars().map(plain).collect();
    let which = if anonymised { "-anonymised" } else { "" };
    format!("{run}{which}.{}", format.name())
}

/// Why a report could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A CSV file has one table, and several sections were chosen.
    #[error("a CSV file has one table, and {0} and {1} are two; choose one section, or write xlsx")]
    SeveralTables(&'static str, &'static str),
    /// A section that is no table was chosen for CSV.
    #[error("the section {0} is no table; for csv choose one of: {1}")]
    NoTable(&'static str, String),
    /// The JSON could not be written.
    #[error("the report could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The CSV could not be written.
    #[error("the report could not be written as CSV: {0}")]
    Csv(String),
    /// The workbook could not be written.
    #[error("the report could not be written as a workbook: {0}")]
    Xlsx(#[from] zip::result::ZipError),
}

/// Renders a report, with the sections that are in it.
///
/// # Errors
/// The sections do not fit the format; see [`RenderError`].
pub fn render(report: &Report, format: Format) -> Result<Vec<u8>, RenderError> {
    match format {
        Format::Markdown => Ok(markdown::render(report).into_bytes()),
        Format::Html => Ok(html::render(report).into_bytes()),
        Format::Json => Ok(json::render(report)?),
        Format::Csv => csv::render(report),
        Format::Xlsx => xlsx::render(report),
    }
}

/// Renders a report for a file of its own, not for another program's input: a CSV file begins with
/// the mark of UTF-8, without which Excel reads its accents as something else.
///
/// # Errors
/// As [`render`].
pub fn render_file(report: &Report, format: Format) -> Result<Vec<u8>, RenderError> {
    let mut bytes = render(report, format)?;
    if format == Format::Csv {
        bytes.splice(0..0, *b"\xef\xbb\xbf");
    }
    Ok(bytes)
}

/// Whether all sections are in a report.
pub(super) fn is_whole(report: &Report) -> bool {
    report.sections.len() == Section::ALL.len()
}
