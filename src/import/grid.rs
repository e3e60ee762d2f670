//! A table as rows of cells, wherever it came from.

use chrono::NaiveDateTime;

/// One cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as it stands.
    Text(String),
    /// A number that a spreadsheet holds as one.
    Number(f64),
    /// A date and time that a spreadsheet holds as one.
    Time(NaiveDateTime),
    /// A length or a time of the day that a spreadsheet holds as a part of days.
    Days(f64),
}

impl Cell {
    /// A text.
    pub fn of_text(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// What a person reads in it, without spaces around.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(n) => number(*n),
            Self::Time(at) => at.format("%Y-%m-%d %H:%M").to_string(),
            Self::Days(days) => {
                let minutes = (days * 1440.0).round() as i64;
                format!("{}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }

    /// Whether there is nothing in it, or only blanks.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// `3`, not `3.0`.
fn number(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e15 { format!("{}", n as i64) } else { n.to_string() }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row {
    /// Where it stands in the file, from 1.
    pub line: u64,
    /// Its cells; those after the last that is filled may be missing.
    pub cells: Vec<Cell>,
    /// Its first cell covers several columns.
    pub merged: bool,
    /// Whoever opens the workbook does not see it: hidden, or left out by a filter.
    pub hidden: bool,
}

impl Row {
    /// A cell; empty where the row is too short.
    pub fn cell(&self, column: usize) -> &Cell {
        const NOTHING: Cell = Cell::Empty;
        self.cells.get(column).unwrap_or(&NOTHING)
    }

    /// The columns that have something in them.
    pub fn filled(&self) -> impl Iterator<Item = usize> + '_ {
        self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(n, _)| n)
    }
}

/// One table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Grid {
    /// Name of the sheet; empty for a file that is one table.
    pub name: String,
    /// Rows with anything in them, in order.
    pub rows: Vec<Row>,
}

/// The letters of a column, as spreadsheets write them: A, B, …, AA.
pub(super) fn letters(column: usize) -> String {
    let (mut n, mut out) = (column + 1, Vec::new());
    while n > 0 {
        let digit = u8::try_from((n - 1) % 26).unwrap_or_default();
        out.push(char::from(b'A' + digit));
        n = (n - 1) / 26;
    }
    out.iter().rev().collect()
}

/// The column that letters or a number (from 1) name.
pub(super) fn column_named(word: &str) -> Option<usize> {
    if let Ok(n) = word.parse::<usize>() {
        return n.checked_sub(1);
    }
    if word.is_empty() || word.len() > 3 || !word.chars().all(|c| c.is_ascii_uppercase()) {
        return None;
    }
    let n = word.bytes().fold(0, |n, c| n * 26 + usize::from(c - b'A') + 1);
    n.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (n, word) in [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(n), word);
            assert_eq!(column_named(word), Some(n));
        }
        assert_eq!(column_named("2"), Some(1));
        assert_eq!(column_named("0"), None);
        assert_eq!(column_named("Owner"), None);
    }
}
