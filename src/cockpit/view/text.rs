//! Text in a grid: made safe, measured in columns, cut, padded and wrapped. Everything that comes
//! from a runbook or from people goes through here on its way to the screen.

use crate::runbook::{visible, visible_lines};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// Stands for what did not fit; one column.
const ELLIPSIS: &str = "…";

/// Longest cell in bytes: a letter with a few marks. A thousand marks on one letter are cut.
const CELL_BYTES: usize = 32;

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// A text in at most `columns` columns, on one line and safe to show; what does not fit is told
/// by `…`. Looks at no more of the text than can fit, so that a title of a megabyte costs nothing.
pub fn fit(text: &str, columns: usize) -> String {
    let head = head_of(text, columns);
    let shown = visible(head);
    let cut = head.len() < text.len();
    let mut fitted = String::with_capacity(shown.len().min(4 * columns));
    let mut used = 0;
    let mut before_last = (0, 0);
    for (cell, cell_width) in cells(&shown) {
        if used + cell_width > columns {
            return shorten(fitted, used, before_last, columns);
        }
        if used < columns {
            before_last = (fitted.len(), used);
        }
        fitted.push_str(cell);
        used += cell_width;
    }
    if cut { shorten(fitted, used, before_last, columns) } else { fitted }
}

/// Puts the ellipsis at the end, over the last cell where there is no room behind it.
fn shorten(mut fitted: String, used: usize, last: (usize, usize), columns: usize) -> String {
    if columns == 0 {
        return String::new();
    }
    if used >= columns {
        fitted.truncate(last.0);
    }
    fitted.push_str(ELLIPSIS);
    fitted
}

/// As much of a text as could fit: every column with a letter and a few marks.
fn head_of(text: &str, columns: usize) -> &str {
    let most = columns.saturating_mul(8).saturating_add(16);
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// Columns that a text takes on one line, once it is safe to show.
pub fn columns(text: &str) -> usize {
    width(&visible(text))
}

/// What of a text stands from a column on, safe to show, and whether anything stands before it. A
/// cell that lies across that column counts as standing before it. No more than about `most`
/// columns are looked at.
pub fn from_column(text: &str, column: usize, most: usize) -> (bool, String) {
    let shown = visible(text);
    let mut used = 0;
    let mut rest = String::new();
    for (cell, cell_width) in cells(&shown) {
        if used > column.saturating_add(most) {
            break;
        }
        if used >= column {
            rest.push_str(cell);
        }
        used += cell_width;
    }
    (column > 0 && used > 0, rest)
}

/// [`fit`], and spaces behind it up to exactly `columns`.
pub fn left(text: &str, columns: usize) -> String {
    let mut fitted = fit(text, columns);
    let used = width(&fitted);
    fitted.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    fitted
}

/// [`fit`], and spaces before it up to exactly `columns`.
pub fn right(text: &str, columns: usize) -> String {
    let fitted = fit(text, columns);
    let used = width(&fitted);
    let mut padded = " ".repeat(columns.saturating_sub(used));
    padded.push_str(&fitted);
    padded
}

/// The cells of a text that is already safe, each with its columns.
fn cells(text: &str) -> impl Iterator<Item = (&str, usize)> {
    graphemes(text).map(|cell| (cell, width(cell)))
}

/// Letters with their marks, none longer than [`CELL_BYTES`].
fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        chars.next()?;
        let mut end = rest.len();
        for (at, c) in chars {
            if !joins(c) {
                end = at;
                break;
            }
        }
        let (cell, tail) = rest.split_at(end);
        rest = tail;
        Some(capped(cell))
    })
}

/// Whether a character belongs to the cell of the one before it: it takes no column of its own.
fn joins(c: char) -> bool {
    unicode_width::UnicodeWidthChar::width(c) == Some(0)
}

fn capped(cell: &str) -> &str {
    if cell.len() <= CELL_BYTES {
        return cell;
    }
    let end = (0..=CELL_BYTES).rev().find(|&at| cell.is_char_boundary(at)).unwrap_or(0);
    cell.get(..end).unwrap_or(cell)
}

/// Longest text that is wrapped, in bytes: more than anybody reads on a screen, and little enough
/// to be done for every frame.
const WRAPPED: usize = 16 * 1024;

/// The beginning of a text, at most so many bytes, and whether that is all of it.
pub fn beginning(text: &str, bytes: usize) -> (&str, bool) {
    let end = (0..=text.len().min(bytes)).rev().find(|&at| text.is_char_boundary(at));
    let head = text.get(..end.unwrap_or(0)).unwrap_or(text);
    (head, head.len() == text.len())
}

/// A text of several lines, safe to show, wrapped at words to at most `columns`; a word that is
/// wider than that is broken. Always at least one line; of a huge text only the beginning.
pub fn wrap(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    let (head, all) = beginning(text, WRAPPED);
    let mut lines = wrap_all(head, columns, style);
    if !all {
        lines.push(Line::styled(ELLIPSIS, style));
    }
    lines
}

fn wrap_all(text: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    visible_lines(text)
        .split('\n')
        .flat_map(|line| wrap_pieces(&[(Cow::Borrowed(line), style)], columns))
        .collect()
}

/// One paragraph of styled pieces, wrapped at words to at most `columns`. The pieces are made
/// safe here. Always at least one line.
pub fn wrap_pieces(pieces: &[(Cow<'_, str>, Style)], columns: usize) -> Vec<Line<'static>> {
    let columns = columns.max(1);
    let safe: Vec<(Cow<'_, str>, Style)> =
        pieces.iter().map(|(text, style)| (visible(beginning(text, WRAPPED).0), *style)).collect();
    let mut breaker = Breaker::new(columns);
    for (text, style) in &safe {
        breaker.take_all(text, *style, 0);
    }
    breaker.finish().iter().map(|row| joined(row)).collect()
}

/// Lines being edited, wrapped to at most `columns`, and where the cursor (a line, and a character
/// in it) stands among them: row and column.
pub fn wrap_edited(
    lines: &[String],
    cursor: (usize, usize),
    columns: usize,
) -> (Vec<String>, (usize, usize)) {
    let columns = columns.max(1);
    let mut rows = Vec::new();
    let mut spot = (0, 0);
    for (number, line) in lines.iter().enumerate() {
        let safe = visible(line);
        let mut breaker = Breaker::new(columns);
        breaker.take_all(&safe, Style::new(), 0);
        let wrapped = breaker.finish();
        if number == cursor.0 {
            let row = wrapped.iter().rposition(|row| row.first().is_some_and(|c| c.at <= cursor.1));
            let row = row.unwrap_or(0);
            let before = wrapped.get(row).into_iter().flatten().filter(|c| c.at < cursor.1);
            spot = (rows.len() + row, before.map(|cell| cell.width).sum::<usize>().min(columns));
        }
        let text = |row: &Vec<Cell<'_>>| row.iter().map(|cell| cell.cell).collect::<String>();
        rows.extend(wrapped.iter().map(text));
    }
    (rows, spot)
}

#[derive(Clone, Copy)]
struct Cell<'a> {
    cell: &'a str,
    style: Style,
    width: usize,
    /// How many characters stand before it.
    at: usize,
}

/// Breaks a run of cells into lines.
struct Breaker<'a> {
    columns: usize,
    lines: Vec<Vec<Cell<'a>>>,
    line: Vec<Cell<'a>>,
    used: usize,
    /// Where the last space of the line stands.
    gap: Option<usize>,
}

impl<'a> Breaker<'a> {
    fn new(columns: usize) -> Self {
        Self { columns, lines: Vec::new(), line: Vec::new(), used: 0, gap: None }
    }

    /// Takes a text in, `at` characters into its line.
    fn take_all(&mut self, text: &'a str, style: Style, mut at: usize) {
        for (cell, width) in cells(text) {
            self.take(Cell { cell, style, width, at });
            at += cell.chars().count();
        }
    }

    fn finish(mut self) -> Vec<Vec<Cell<'a>>> {
        self.end_line();
        self.lines
    }

    fn take(&mut self, cell: Cell<'a>) {
        if self.used + cell.width > self.columns {
            if cell.cell == " " {
                self.end_line();
                return;
            }
            self.break_line();
        }
        if cell.cell == " " {
            self.gap = Some(self.line.len());
        }
        self.used += cell.width;
        self.line.push(cell);
    }

    /// Ends the line at its last space and carries the word begun behind it over.
    fn break_line(&mut self) {
        let carried = match self.gap {
            Some(gap) if gap > 0 => {
                let word = self.line.split_off(gap + 1);
                self.line.pop();
                word
            }
            _ => Vec::new(),
        };
        self.end_line();
        self.used = carried.iter().map(|cell| cell.width).sum();
        self.line = carried;
    }

    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.used = 0;
        self.gap = None;
    }
}

/// Cells of the same style become one span.
fn joined(cells: &[Cell<'_>]) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for cell in cells {
        match spans.last_mut() {
            Some(span) if span.style == cell.style => span.content.to_mut().push_str(cell.cell),
            _ => spans.push(Span::styled(cell.cell.to_owned(), cell.style)),
        }
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_columns_and_never_in_the_middle_of_a_letter() {
        let cases = [
            ("Verify counts", 20, "Verify counts"),
            ("Verify counts", 13, "Verify counts"),
            ("Verify counts", 8, "Verify …"),
            ("Verify counts", 1, "…"),
            ("Verify counts", 0, ""),
            ("", 3, ""),
            ("世界世界", 8, "世界世界"),
            ("世界世界", 7, "世界世…"),
            ("世界世界", 6, "世界…"),
            ("世界", 1, "…"),
            ("cafe\u{301} au lait", 5, "cafe\u{301}…"),
            ("a\u{1b}[31mb", 9, "a␛[31mb"),
            ("two\nlines", 9, "two␊lines"),
        ];
        for (text, columns, expected) in cases {
            assert_eq!(fit(text, columns), expected, "{text:?} in {columns}");
            assert!(width(&fit(text, columns)) <= columns);
            assert_eq!(width(&left(text, columns)), columns, "{text:?} in {columns}");
            assert_eq!(width(&right(text, columns)), columns, "{text:?} in {columns}");
        }
    }

    #[test]
    fn a_megabyte_of_text_or_of_marks_stays_small() {
        let long = "word ".repeat(200_000);
        assert_eq!(fit(&long, 10), "word word…");
        let marked = format!("a{}b", "\u{301}".repeat(500_000));
        assert!(fit(&marked, 10).len() < 100);
        assert!(wrap(&marked, 10, Style::new()).iter().all(|line| line.width() <= 10));
    }

    fn wrapped(text: &str, columns: usize) -> Vec<String> {
        wrap(text, columns, Style::new()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn paragraphs_break_at_words_and_long_words_break_anywhere() {
        assert_eq!(wrapped("stop the old writers", 9), ["stop the", "old", "writers"]);
        assert_eq!(wrapped("stop the", 8), ["stop the"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("a abcdefghij", 4), ["a", "abcd", "efgh", "ij"]);
        assert_eq!(wrapped("", 4), [""]);
        assert_eq!(wrapped("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(wrapped("世界世界", 3), ["世", "界", "世", "界"]);
        assert_eq!(wrapped("x", 0), ["x"]);
    }

    #[test]
    fn the_cursor_stands_where_the_next_letter_will() {
        let lines = ["stop the old writers".to_owned(), String::new(), "世界".to_owned()];
        let cases = [
            ((0, 0), (0, 0)),
            ((0, 8), (0, 8)),
            ((0, 9), (1, 0)),
            ((0, 20), (2, 7)),
            ((1, 0), (3, 0)),
            ((2, 1), (4, 2)),
            ((2, 2), (4, 4)),
            ((9, 9), (0, 0)),
        ];
        for (cursor, spot) in cases {
            let (rows, found) = wrap_edited(&lines, cursor, 9);
            assert_eq!(rows, ["stop the", "old", "writers", "", "世界"]);
            assert_eq!(found, spot, "{cursor:?}");
        }
    }

    #[test]
    fn styles_survive_a_break() {
        let bold = Style::new().add_modifier(ratatui::style::Modifier::BOLD);
        let lines = wrap_pieces(&[("stop ".into(), Style::new()), ("the writers".into(), bold)], 9);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].to_string(), "stop the");
        assert_eq!(lines[0].spans[1].style, bold);
        assert_eq!(lines[1].spans, [Span::styled("writers", bold)]);
    }
}
