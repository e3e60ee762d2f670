//! From the bytes of a file to text, or to the reason why they are none, in plain words.

use super::diagnostic::{Diagnostic, Severity};
use super::read::LARGEST;

/// The text of a runbook file. A byte order mark stays: the text is the file, so that its hash is
/// the file's.
///
/// # Errors
/// The bytes are no UTF-8 text, or too many: what they seem to be, and how to mend it.
pub fn decode(bytes: &[u8]) -> Result<&str, Box<Diagnostic>> {
    if bytes.len() > LARGEST {
        let message = format!(
            "this file has {} MiB; a runbook has at most {} MiB",
            bytes.len() / 1024 / 1024,
            LARGEST / 1024 / 1024
        );
        return Err(finding(
            "too-large",
            message,
            "is it a runbook at all? Split a real one into several",
        ));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(finding(
            "not-utf8",
            "this file is UTF-16 text, and a runbook is UTF-8",
            "save it as UTF-8",
        ));
    }
    if bytes.iter().take(8192).any(|b| *b == 0) {
        return Err(finding(
            "not-text",
            "this file is binary, and a runbook is text",
            "name a TOML file; a spreadsheet is no runbook, `golive new FILE` writes one to fill",
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
        let column =
            String::from_utf8_lossy(before.get(start..).unwrap_or_default()).chars().count() + 1;
        let message =
            format!("this file is not UTF-8 text: line {line} has a byte that is no character");
        let mut found = finding(
            "not-utf8",
            message,
            "save it as UTF-8; it is probably Latin-1 or Windows-1252",
        );
        (found.line, found.column) = (line, column);
        found
    })
}

fn finding(code: &'static str, message: impl Into<String>, help: &str) -> Box<Diagnostic> {
    let mut found = Diagnostic::new(Severity::Error, code, 0..0, message);
    found.help(help);
    Box::new(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_say_what_they_are() {
        let large = vec![b'#'; LARGEST + 1];
        let cases: [(&[u8], &str, &str, usize); 5] = [
            (&large, "too-large", "32 MiB", 1),
            (b"\xff\xfea\0", "not-utf8", "UTF-16", 1),
            (b"\x7fELF\0\0", "not-text", "binary", 1),
            (b"a = 1\nb = \"Gr\xfc\xdfe\"\n", "not-utf8", "line 2", 2),
            (b"\xfe\xff\0a", "not-utf8", "UTF-16", 1),
        ];
        for (bytes, code, words, line) in cases {
            let found = decode(bytes).expect_err(code);
            assert_eq!((found.code, found.line), (code, line));
            assert!(found.message.contains(words), "{}", found.message);
        }
    }

    #[test]
    fn text_is_kept_as_it_is() {
        for text in ["", "\u{feff}a = 1\r\n", "ü"] {
            assert_eq!(decode(text.as_bytes()), Ok(text));
        }
    }
}
