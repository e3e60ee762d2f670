//! A quote that opens a cell and is never closed takes all rows after it into that cell. It is found
//! and taken out, so that the rows are rows again.

use std::borrow::Cow;

/// A text without its unclosed quotes, and the lines on which they were, from 1.
///
/// A quote counts as unclosed where the text ends within it, or where it runs over the end of a line
/// and what would close it stands at the beginning of a cell with text behind it: that one opens.
pub(super) fn mended(text: &str, separator: u8) -> (Cow<'_, str>, Vec<u64>) {
    let bytes = text.as_bytes();
    let mut unclosed: Vec<(usize, u64)> = Vec::new();
    let (mut at, mut line) = (0, 1);
    let mut begins = true;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' && begins {
            match closed(bytes, at, separator) {
                Some((end, lines)) => {
                    at = end;
                    line += lines;
                }
                None => {
                    unclosed.push((at, line));
                    at += 1;
                }
            }
            begins = false;
            continue;
        }
        begins = byte == separator || matches!(byte, b'\n' | b'\r');
        line += u64::from(is_line_end(bytes, at));
        at += 1;
    }
    if unclosed.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in &unclosed {
        out.push_str(text.get(from..*at).unwrap_or_default());
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    (Cow::Owned(out), unclosed.into_iter().map(|(_, line)| line).collect())
}

/// Behind the quote that closes the one at a place, and how many lines end between.
fn closed(bytes: &[u8], open: usize, separator: u8) -> Option<(usize, u64)> {
    let mut lines = 0;
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        lines += u64::from(is_line_end(bytes, at));
        if byte != b'"' {
            at += 1;
            continue;
        }
        if bytes.get(at + 1) == Some(&b'"') {
            at += 2;
            continue;
        }
        let is_edge = |byte: Option<&u8>| {
            byte.is_none_or(|byte| *byte == separator || matches!(byte, b'\n' | b'\r'))
        };
        let opens = is_edge(bytes.get(at - 1)) && at - 1 > open && !is_edge(bytes.get(at + 1));
        return (lines == 0 || !opens).then_some((at + 1, lines));
    }
    None
}

/// Whether a line ends at a place; of a return and a feed the feed ends it.
fn is_line_end(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_quotes_that_never_close_are_taken_out() {
        let cases: [(&str, &str, &[u64]); 9] = [
            ("a,\"b\",c\n", "a,\"b\",c\n", &[]),
            ("a,\"b\nc\",d\n", "a,\"b\nc\",d\n", &[]),
            ("a,\"say \"\"no\"\"\",d\n", "a,\"say \"\"no\"\"\",d\n", &[]),
            ("a,5\" disk\nb,c\n", "a,5\" disk\nb,c\n", &[]),
            ("a,\"b,c\nd,e\n", "a,b,c\nd,e\n", &[1]),
            ("a,b\r\n\"c,d\r\ne,\"f, g\",h\r\n", "a,b\r\nc,d\r\ne,\"f, g\",h\r\n", &[2]),
            ("a,\"b\nc,\"d\ne,f\n", "a,b\nc,d\ne,f\n", &[1, 2]),
            ("\"one\nsays \"so\" aloud\",b\n", "\"one\nsays \"so\" aloud\",b\n", &[]),
            ("\"", "", &[1]),
        ];
        for (text, expected, lines) in cases {
            let (mended, found) = mended(text, b',');
            assert_eq!((mended.as_ref(), found.as_slice()), (expected, lines), "{text:?}");
        }
    }
}
