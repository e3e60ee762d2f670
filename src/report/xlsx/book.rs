//! A workbook (ECMA-376) written cell by cell straight into its archive: a sheet of a hundred
//! thousand rows takes no more memory than a row. Texts are inline strings: text, whatever they
//! begin with.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Height of a line, in points: the default of eleven-point text.
const LINE_HEIGHT: f64 = 15.0;
/// Greatest height of a row, in points, that a spreadsheet takes.
const TALLEST: f64 = 409.0;

/// How a cell looks; its number is its place among the formats in [`STYLES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// As it comes.
    Plain = 0,
    /// White on blue, bold.
    Header = 1,
    /// Wrapped.
    Text = 2,
    /// Date and time.
    Time = 3,
    /// Hours, minutes and seconds.
    Length = 4,
    /// Two decimals.
    Minutes = 5,
    /// Percent.
    Share = 6,
}

const STYLES: &str = concat!(
    r#"<numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm:ss"/>"#,
    r#"<numFmt numFmtId="165" formatCode="[h]:mm:ss"/><numFmt numFmtId="166" formatCode="0.0%"/></numFmts>"#,
    r#"<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>"#,
    r#"<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font></fonts>"#,
    r#"<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>"#,
    r#"<fill><patternFill patternType="solid"><fgColor rgb="FF1F3A5F"/><bgColor indexed="64"/></patternFill></fill></fills>"#,
    r#"<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"#,
    r#"<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>"#,
    r#"<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"#,
    r#"<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>"#,
    r#"<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>"#,
    r#"<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>"#,
    r#"<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>"#,
    r#"<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>"#,
    r#"<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs>"#,
    r#"<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>"#,
);

/// A workbook that is being written.
pub(super) struct Book {
    archive: ZipWriter<Cursor<Vec<u8>>>,
    /// Name and last cell of each sheet.
    sheets: Vec<(String, String)>,
}

/// A sheet that is being written, row after row.
pub(super) struct Sheet<'b> {
    book: &'b mut Book,
    /// The cells of the present row as text.
    line: String,
    /// The present row, from 1.
    row: usize,
    column: usize,
    /// Widths of the columns in characters.
    widths: Vec<usize>,
    /// Lines of the row's tallest text.
    tallest: usize,
}

impl Book {
    /// One without sheets.
    pub fn new() -> Self {
        Self { archive: ZipWriter::new(Cursor::new(Vec::new())), sheets: Vec::new() }
    }

    /// Whether it has no sheet.
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty()
    }

    fn begin(&mut self, path: &str) -> ZipResult<()> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        self.archive.start_file(path, options)
    }

    fn part(&mut self, path: &str, text: &str) -> ZipResult<()> {
        self.begin(path)?;
        self.archive.write_all(HEAD.as_bytes())?;
        Ok(self.archive.write_all(text.as_bytes())?)
    }

    /// Begins a sheet of so many rows, the header included, and columns of these widths in
    /// characters. The first row stays in sight and has filters; printed, it stands on every page.
    ///
    /// # Errors
    /// The archive cannot be written.
    pub fn sheet(&mut self, name: &str, widths: &[usize], rows: usize) -> ZipResult<Sheet<'_>> {
        let last = format!("{}{}", letters(widths.len().saturating_sub(1)), rows.max(1));
        self.begin(&format!("xl/worksheets/sheet{}.xml", self.sheets.len() + 1))?;
        let selected = if self.sheets.is_empty() { " tabSelected=\"1\"" } else { "" };
        let mut text = format!(
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr>\
             <dimension ref=\"A1:{last}\"/><sheetViews><sheetView{selected} workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             <selection pane=\"bottomLeft\"/></sheetView></sheetViews>\
             <sheetFormatPr defaultRowHeight=\"15\"/><cols>"
        );
        for (n, width) in (1..).zip(widths) {
            let _ = write!(
                text,
                "<col min=\"{n}\" max=\"{n}\" width=\"{width}.71\" customWidth=\"1\"/>"
            );
        }
        text.push_str("</cols><sheetData>");
        self.archive.write_all(text.as_bytes())?;
        self.sheets.push((name.to_owned(), last));
        Ok(Sheet {
            book: self,
            line: String::new(),
            row: 0,
            column: 0,
            widths: widths.to_vec(),
            tallest: 1,
        })
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// The archive cannot be written.
    pub fn finish(mut self) -> ZipResult<Vec<u8>> {
        let (mut sheets, mut names) = (String::new(), String::new());
        let (mut relations, mut types) = (String::new(), String::new());
        for (at, (name, last)) in self.sheets.iter().enumerate() {
            let n = at + 1;
            let name = escaped(name);
            let _ = write!(sheets, "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
            let last = absolute(last);
            let _ = write!(
                names,
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{at}\" hidden=\"1\">'{name}'!$A$1:{last}</definedName>\
                 <definedName name=\"_xlnm.Print_Titles\" localSheetId=\"{at}\">'{name}'!$1:$1</definedName>"
            );
            let _ = write!(
                relations,
                "<Relationship Id=\"rId{n}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
            );
            let _ = write!(
                types,
                "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{}.worksheet+xml\"/>",
                KIND
            );
        }
        let styles = self.sheets.len() + 1;
        self.part(
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><bookViews><workbookView/></bookViews>\
                 <sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"
            ),
        )?;
        self.part(
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}\
                 <Relationship Id=\"rId{styles}\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        )?;
        self.part("xl/styles.xml", &format!("<styleSheet xmlns=\"{MAIN}\">{STYLES}</styleSheet>"))?;
        self.part(
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        )?;
        self.part(
            "[Content_Types].xml",
            &format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>{types}</Types>"
            ),
        )?;
        Ok(self.archive.finish()?.into_inner())
    }
}

/// Beginning of the media types of a workbook's parts.
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

impl Sheet<'_> {
    /// Begins the next row.
    pub fn row(&mut self) {
        self.row += 1;
        self.column = 0;
        self.tallest = 1;
    }

    /// Leaves a cell empty.
    pub fn skip(&mut self) {
        self.column += 1;
    }

    /// A text.
    pub fn text(&mut self, text: &str, look: Look) {
        if look == Look::Text {
            let width = self.widths.get(self.column).copied().unwrap_or(1);
            self.tallest = self.tallest.max(lines(text, width));
        }
        self.cell(look, " t=\"inlineStr\"");
        self.line.push_str("<is><t xml:space=\"preserve\">");
        self.line.push_str(&escaped(text));
        self.line.push_str("</t></is></c>");
    }

    /// A number.
    pub fn number(&mut self, number: f64, look: Look) {
        self.cell(look, "");
        let _ = write!(self.line, "<v>{number}</v></c>");
    }

    fn cell(&mut self, look: Look, kind: &str) {
        let place = letters(self.column);
        self.column += 1;
        let _ = write!(self.line, "<c r=\"{place}{}\" s=\"{}\"{kind}>", self.row, look as u8);
    }

    /// Ends the row.
    ///
    /// # Errors
    /// The archive cannot be written.
    pub fn end_row(&mut self) -> ZipResult<()> {
        // Not every program measures wrapped texts when it opens a file: the height is written.
        let height = if self.tallest > 1 {
            let points = (self.tallest as f64 * LINE_HEIGHT).min(TALLEST);
            format!(" ht=\"{points}\" customHeight=\"1\"")
        } else {
            String::new()
        };
        let row = format!("<row r=\"{}\"{height}>", self.row);
        self.book.archive.write_all(row.as_bytes())?;
        self.line.push_str("</row>");
        self.book.archive.write_all(self.line.as_bytes())?;
        self.line.clear();
        Ok(())
    }

    /// Ends the sheet.
    ///
    /// # Errors
    /// The archive cannot be written.
    pub fn end(self) -> ZipResult<()> {
        let last = self.book.sheets.last().map_or("A1", |(_, last)| last.as_str());
        // A4, as many pages long as it takes.
        let text = format!(
            "</sheetData><autoFilter ref=\"A1:{last}\"/><pageMargins left=\"0.7\" right=\"0.7\" \
             top=\"0.75\" bottom=\"0.75\" header=\"0.3\" footer=\"0.3\"/>\
             <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/></worksheet>"
        );
        Ok(self.book.archive.write_all(text.as_bytes())?)
    }
}

/// The lines that a text takes in a column so many characters wide, wrapped between words; of a
/// word longer than that as many as it needs. Enough to tell a height, not where each line ends.
fn lines(text: &str, width: usize) -> usize {
    let width = width.max(1);
    text.split('\n').map(|line| wrapped(line, width)).sum()
}

fn wrapped(line: &str, width: usize) -> usize {
    let (mut count, mut used) = (1, 0);
    for word in line.split(' ') {
        let long: usize = word.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum();
        if used > 0 && used + 1 + long > width {
            count += 1;
            used = 0;
        }
        used += long + usize::from(used > 0);
        if used > width {
            count += (used - 1) / width;
            used = (used - 1) % width + 1;
        }
    }
    count
}

/// Whether a character is about as wide as two: those of East Asia, and pictures.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{3fffd}')
}

/// The letters of a column, from 0: A, B, …, AA.
fn letters(column: usize) -> String {
    let (mut n, mut out) = (column + 1, Vec::new());
    while n > 0 {
        out.push(char::from(b'A' + u8::try_from((n - 1) % 26).unwrap_or_default()));
        n = (n - 1) / 26;
    }
    out.iter().rev().collect()
}

/// `$H$12` of `H12`.
fn absolute(cell: &str) -> String {
    let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
    let (column, row) = cell.split_at(digits);
    format!("${column}${row}")
}

/// A text as XML has it. `_x0041_` would be read as a letter: its first line is written as one.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '_' if is_code(text.get(at..).unwrap_or_default()) => out.push_str("_x005F_"),
            '\t' | '\n' => out.push(c),
            // XML has no place for these.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn is_code(text: &str) -> bool {
    let code = text.strip_prefix("_x").and_then(|rest| rest.get(..5));
    code.is_some_and(|code| {
        code.ends_with('_') && code.bytes().take(4).all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_text() {
        for (text, written) in [
            ("=1+1", "=1+1"),
            ("<a href='x'>&\"", "&lt;a href=&apos;x&apos;&gt;&amp;&quot;"),
            ("_x0041_ _x00_ _xZZZZ_", "_x005F_x0041_ _x00_ _xZZZZ_"),
            ("a\u{7}b\u{ffff}\tc\nd", "a\u{fffd}b\u{fffd}\tc\nd"),
            ("_x", "_x"),
            ("_x12é4_", "_x12é4_"),
        ] {
            assert_eq!(escaped(text), written);
        }
    }

    #[test]
    fn wrapped_texts_take_lines() {
        for (text, width, count) in [
            ("", 10, 1),
            ("one two", 10, 1),
            ("one two three", 10, 2),
            ("abcdefghij", 10, 1),
            ("abcdefghijk", 10, 2),
            ("ab abcdefghijklmnopqrstu", 10, 4),
            ("a\nb\n\nc", 10, 4),
            ("漢字漢字漢字", 10, 2),
            ("abc", 0, 3),
        ] {
            assert_eq!(lines(text, width), count, "{text:?}");
        }
    }

    #[test]
    fn a_row_is_as_tall_as_its_tallest_text() -> ZipResult<()> {
        let mut book = Book::new();
        let mut sheet = book.sheet("A", &[10, 10], 2)?;
        sheet.row();
        sheet.text("a header that is never wrapped", Look::Header);
        sheet.end_row()?;
        sheet.row();
        sheet.text("one two three", Look::Text);
        sheet.text("a\nb\nc", Look::Text);
        sheet.end_row()?;
        sheet.row();
        sheet.text("short", Look::Text);
        sheet.end_row()?;
        sheet.end()?;
        let mut archive = zip::ZipArchive::new(Cursor::new(book.finish()?))?;
        let mut text = String::new();
        std::io::Read::read_to_string(
            &mut archive.by_name("xl/worksheets/sheet1.xml")?,
            &mut text,
        )?;
        for row in
            ["<row r=\"1\"><c", "<row r=\"2\" ht=\"45\" customHeight=\"1\"><c", "<row r=\"3\"><c"]
        {
            assert!(text.contains(row), "{row}\n{text}");
        }
        Ok(())
    }

    #[test]
    fn cells_have_names() {
        for (n, word) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(n), word);
        }
        assert_eq!(absolute("AB12"), "$AB$12");
    }
}
