//! Cells with a separator between them: CSV in the wild (RFC 4180 and what people make of it).

use super::ImportError;
use super::grid::{Cell, Grid, Row};
use super::quotes;
use super::remark::Remarks;

/// Most columns that are read; what a row has beyond is reported.
const WIDEST: usize = 256;
/// So many lines decide on the separator.
const SAMPLE: usize = 40;
/// What may stand between cells.
const SEPARATORS: [(u8, &str); 4] =
    [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")];

/// The table of a file.
///
/// # Errors
/// It is no text.
pub(super) fn grid(bytes: &[u8], tabs: bool, remarks: &mut Remarks) -> Result<Grid, ImportError> {
    let text = decoded(bytes, remarks)?;
    let (said, rest) = said_separator(&text);
    let skipped = u64::from(rest.len() != text.len());
    let separator = match said {
        Some(separator) => separator,
        None if tabs => b'\t',
        None => likely_separator(rest, remarks),
    };
    let (rest, unclosed) = quotes::mended(rest, separator);
    for line in unclosed {
        remarks.at(
            skipped + line,
            "a quote opens a cell here and is never closed: it was left out, and each line after it is a row again; look whether its cells are right",
        );
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(rest.as_bytes());
    let mut grid = Grid::default();
    let mut record = csv::StringRecord::new();
    let mut lines = LineCounter::new(&rest);
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                return Err(ImportError::Unreadable {
                    what: format!("this table cannot be read: {error}"),
                    help: "save it again as CSV (UTF-8)".to_owned(),
                });
            }
        }
        let byte = record.position().map_or(0, csv::Position::byte);
        let line = skipped + lines.line_of(usize::try_from(byte).unwrap_or(usize::MAX));
        let mut cells: Vec<Cell> = record.iter().take(WIDEST).map(Cell::of_text).collect();
        if record.len() > WIDEST {
            remarks.at(
                line,
                format!("has {} cells; those after the {WIDEST}th were left out", record.len()),
            );
        }
        while cells.last().is_some_and(Cell::is_empty) {
            cells.pop();
        }
        if !cells.is_empty() {
            grid.rows.push(Row { line, cells, ..Row::default() });
        }
    }
    Ok(grid)
}

/// Counts lines along a text, whatever ends them. A record's position may lie before the line break
/// that ended the one before it, so those are stepped over first.
struct LineCounter<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl<'t> LineCounter<'t> {
    fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line on which the record that begins at a byte begins; bytes come in ascending order.
    fn line_of(&mut self, byte: usize) -> u64 {
        while let Some(&c) = self.text.get(self.at) {
            if self.at >= byte && !matches!(c, b'\n' | b'\r') {
                break;
            }
            let is_pair = c == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            if c == b'\n' || (c == b'\r' && !is_pair) {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

/// `sep=;`, which Excel writes and understands as a first line.
fn said_separator(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim_end_matches('\r');
    match first.strip_prefix("sep=").or_else(|| first.strip_prefix("SEP=")).map(str::as_bytes) {
        Some([separator]) if separator.is_ascii() => (Some(*separator), rest),
        _ => (None, text),
    }
}

/// The separator that cuts most of the first lines into the same number of cells.
fn likely_separator(text: &str, remarks: &mut Remarks) -> u8 {
    // A line may be long: what follows the sample does not decide.
    let end = (0..=text.len().min(256 * 1024)).rev().find(|&n| text.is_char_boundary(n));
    let sample = text.get(..end.unwrap_or(0)).unwrap_or(text);
    let score = |separator: u8| {
        let (sample, _) = quotes::mended(sample, separator);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(sample.as_bytes());
        let widths: Vec<usize> = reader
            .records()
            .take(SAMPLE)
            .filter_map(Result::ok)
            .map(|record| record.len())
            .filter(|width| *width > 1)
            .collect();
        let usual = widths.iter().max_by_key(|w| widths.iter().filter(|o| o == w).count());
        usual.map_or((0, 0), |usual| (widths.iter().filter(|w| *w == usual).count(), *usual))
    };
    let best = SEPARATORS.iter().map(|s| (score(s.0), s)).rev().max_by_key(|(score, _)| *score);
    match best {
        Some(((0, _), _)) | None => b',',
        Some((_, (b',', _))) => b',',
        Some((_, (separator, name))) => {
            remarks.general(format!("cells have {name} between them"));
            *separator
        }
    }
}

/// The text of a file, in whichever of the usual encodings it is.
///
/// # Errors
/// It is no text.
pub(super) fn decoded(bytes: &[u8], remarks: &mut Remarks) -> Result<String, ImportError> {
    let unreadable = |what: &str, help: &str| {
        Err(ImportError::Unreadable { what: what.to_owned(), help: help.to_owned() })
    };
    if bytes.starts_with(b"PK\x03\x04") {
        return unreadable(
            "this is a workbook (or another packed file), not a text",
            "give it the ending .xlsx, or save it as CSV (UTF-8)",
        );
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return unreadable(
            "this is an old Excel file (.xls), not a text",
            "save it as .xlsx or as CSV (UTF-8)",
        );
    }
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        remarks.general("the text is UTF-16");
    }
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] if std::str::from_utf8(rest).is_ok() => {
            String::from_utf8_lossy(rest).into_owned()
        }
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                remarks.general(
                    "the text is not UTF-8 and was read as Latin-1 (Windows-1252): look at the accents",
                );
                bytes.iter().map(|byte| windows_1252(*byte)).collect()
            }
        },
    };
    if text.contains('\0') {
        return unreadable("this is no text: it has zero bytes in it", "save it as CSV (UTF-8)");
    }
    if text.trim().is_empty() {
        return unreadable("this file is empty", "is it the right one?");
    }
    Ok(text)
}

/// Windows-1252, which is what files called Latin-1 are: as Latin-1 but for 0x80 to 0x9f (WHATWG
/// Encoding, index windows-1252).
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    let high = usize::from(byte).checked_sub(0x80).and_then(|n| HIGH.get(n));
    high.copied().unwrap_or_else(|| char::from(byte))
}
