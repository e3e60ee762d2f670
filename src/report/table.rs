//! Tables with typed cells: what pages and spreadsheets are made of.

use super::text::{Clock, difference, shown};
use crate::run::Time;
use crate::runbook::format_duration;
use std::borrow::Cow;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number.
    Number(i64),
    /// A number of minutes, given in seconds.
    Minutes(i64),
    /// A share, 0 to 1.
    Share(f64),
    /// A length of time, in seconds.
    Length(i64),
    /// A difference of times, in seconds; positive is later or longer.
    Difference(i64),
    /// A moment, to the minute.
    Time(Time),
    /// A moment, to the second.
    Second(Time),
    /// A URL.
    Link(String),
}

impl Cell {
    /// Text; empty: nothing.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// What there is.
    pub fn some<T>(value: Option<T>, cell: impl Fn(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }

    /// Text that there may be.
    pub fn maybe(text: Option<&String>) -> Self {
        Self::some(text, |text| Self::text(text.as_str()))
    }

    /// `yes`, or nothing.
    pub fn yes(is: bool) -> Self {
        if is { Self::text("yes") } else { Self::Empty }
    }

    /// As a page shows it, safe to show.
    pub fn shown(&self, clock: Clock) -> Cow<'_, str> {
        Cow::Owned(match self {
            Self::Empty => return Cow::Borrowed(""),
            Self::Text(text) | Self::Link(text) => shown(text),
            Self::Number(n) => n.to_string(),
            Self::Minutes(secs) => minutes(*secs).to_string(),
            Self::Share(share) => super::text::percent(*share),
            Self::Length(secs) => format_duration(*secs),
            Self::Difference(secs) => difference(*secs),
            Self::Time(at) => clock.short(*at),
            Self::Second(at) => clock.second(*at),
        })
    }

    /// Whether it stands to the right.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Number(_)
                | Self::Minutes(_)
                | Self::Share(_)
                | Self::Length(_)
                | Self::Difference(_)
        )
    }
}

/// Minutes, to two places.
pub(super) fn minutes(secs: i64) -> f64 {
    (secs as f64 / 60.0 * 100.0).round() / 100.0
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<&'static str>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    pub fn new(caption: impl Into<String>, columns: &[&'static str]) -> Self {
        Self { caption: caption.into(), columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len(), "{}", self.caption);
        self.rows.push(cells.into());
    }

    /// Whether a column is one of numbers.
    pub fn is_numeric(&self, column: usize) -> bool {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.filter(|cell| **cell != Cell::Empty).all(Cell::is_number)
            && self.rows.iter().any(|row| row.get(column).is_some_and(Cell::is_number))
    }

    /// The table without the columns in which nothing stands, but for the first.
    pub fn without_empty_columns(mut self) -> Self {
        let keep: Vec<bool> = (0..self.columns.len())
            .map(|n| n == 0 || self.rows.iter().any(|row| row.get(n) != Some(&Cell::Empty)))
            .collect();
        let mut kept = keep.iter();
        self.columns.retain(|_| kept.next().copied().unwrap_or(true));
        for row in &mut self.rows {
            let mut kept = keep.iter();
            row.retain(|_| kept.next().copied().unwrap_or(true));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_which_nothing_stands_are_left_out() {
        let mut table = Table::new("t", &["a", "b", "c"]);
        table.row([Cell::Empty, Cell::Empty, Cell::Number(1)]);
        table.row([Cell::Empty, Cell::Empty, Cell::Empty]);
        let table = table.without_empty_columns();
        assert_eq!(table.columns, ["a", "c"]);
        assert_eq!(table.rows[0], [Cell::Empty, Cell::Number(1)]);
    }

    #[test]
    fn minutes_have_two_places() {
        assert_eq!([minutes(90), minutes(-61), minutes(1)], [1.5, -1.02, 0.02]);
    }
}
