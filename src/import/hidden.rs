//! Rows of a workbook that whoever opens it does not see. The reader of cells passes over them in
//! silence, so they are looked for in the sheet itself.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Cursor, Read};
use zip::ZipArchive;

/// Bytes of a sheet that are looked at, at most: more is no plan.
const MOST: u64 = 4 << 30;
/// Bytes of the lists of sheets, at most.
const LIST: u64 = 16 << 20;
/// Bytes of one tag that are kept.
const TAG: usize = 4_096;

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// The numbers of the hidden rows of a sheet, from 1; none where that cannot be told, since the
/// cells have been read all the same.
pub(super) fn rows(bytes: &[u8], sheet: &str) -> HashSet<u64> {
    hidden(bytes, sheet).unwrap_or_default()
}

fn hidden(bytes: &[u8], sheet: &str) -> Option<HashSet<u64>> {
    let mut book = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let path = path_of(&mut book, sheet)?;
    let mut text = BufReader::new(book.by_name(&path).ok()?.take(MOST));
    let (mut rows, mut tag) = (HashSet::new(), Vec::new());
    loop {
        tag.clear();
        if next_tag(&mut text, &mut tag)? == 0 {
            return Some(rows);
        }
        let Ok(tag) = std::str::from_utf8(&tag) else { continue };
        let Some((_, row)) = tag.rsplit_once("<row ") else { continue };
        if matches!(value(row, "hidden"), Some("1" | "true"))
            && let Some(number) = value(row, "r").and_then(|r| r.parse().ok())
        {
            rows.insert(number);
        }
    }
}

/// Reads on until a tag ends, and keeps the last of what was read; answers how much that was.
fn next_tag(text: &mut impl BufRead, tag: &mut Vec<u8>) -> Option<usize> {
    let mut read = 0;
    loop {
        let part = text.fill_buf().ok()?;
        let end = part.iter().position(|byte| *byte == b'>');
        let used = end.map_or(part.len(), |at| at + 1);
        tag.extend_from_slice(part.get(..used).unwrap_or_default());
        if tag.len() > 2 * TAG {
            tag.drain(..tag.len() - TAG);
        }
        text.consume(used);
        read += used;
        if end.is_some() || used == 0 {
            return Some(read);
        }
    }
}

/// An attribute's value, in the text behind a tag's name.
fn value<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split_ascii_whitespace().find_map(|word| {
        let rest = word.strip_prefix(name)?.strip_prefix('=')?;
        rest.get(1..)?.split(['"', '\'']).next()
    })
}

/// Where in the archive a sheet is.
fn path_of(book: &mut Archive<'_>, sheet: &str) -> Option<String> {
    let is_sheet = |tag: &BytesStart<'_>| attribute(tag, "name").as_deref() == Some(sheet);
    let id = found(book, "xl/workbook.xml", "sheet", is_sheet, "id")?;
    let is_it = |tag: &BytesStart<'_>| attribute(tag, "Id").as_deref() == Some(&id);
    let target = found(book, "xl/_rels/workbook.xml.rels", "Relationship", is_it, "Target")?;
    Some(match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    })
}

/// An attribute of the first element of that name that is the one.
fn found(
    book: &mut Archive<'_>,
    path: &str,
    element: &str,
    is_it: impl Fn(&BytesStart<'_>) -> bool,
    wanted: &str,
) -> Option<String> {
    let mut reader = Reader::from_reader(BufReader::new(book.by_name(path).ok()?.take(LIST)));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(tag) | Event::Empty(tag)
                if tag.local_name().as_ref() == element && is_it(&tag) =>
            {
                return attribute(&tag, wanted);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// An attribute by its name without a prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_hidden_by_its_attribute() {
        for (tag, hidden, number) in [
            (r#"r="11" spans="1:10" hidden="1">"#, Some("1"), Some("11")),
            (r#"hidden='true' r='7'/>"#, Some("true"), Some("7")),
            (r#"r="3">"#, None, Some("3")),
            (r#"r="3" xhidden="1">"#, None, Some("3")),
            (r#"r= hidden="#, None, None),
        ] {
            assert_eq!((value(tag, "hidden"), value(tag, "r")), (hidden, number), "{tag}");
        }
    }

    #[test]
    fn what_is_no_workbook_has_no_hidden_rows() {
        assert!(rows(b"", "A").is_empty());
        assert!(rows(b"PK\x03\x04 and then nothing", "A").is_empty());
    }
}
