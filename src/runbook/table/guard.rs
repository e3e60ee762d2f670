//! Cells that a spreadsheet would take for a formula. Reading a CSV file, spreadsheets compute cells
//! that begin with `=`, `+`, `-` or `@`, also behind a tab or a carriage return (OWASP, CSV Injection).

use std::borrow::Cow;

/// A text as it may stand in a CSV cell: one that begins like a formula has an apostrophe before
/// it, as people write it themselves. Reversible: [`unguarded`] takes off what was put on.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(is_dangerous) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of a cell written by [`guarded`].
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(is_dangerous) => rest,
        _ => cell,
    }
}

/// The apostrophe itself is among them, so that a text which has one keeps it. Full-width forms are
/// taken for the plain ones by some programs.
fn is_dangerous(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\'' | '＝' | '＋' | '－' | '＠' | '\u{2212}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_like_a_formula_is_text() {
        let cases = [
            ("=cmd()", "'=cmd()"),
            ("+1", "'+1"),
            ("-2", "'-2"),
            ("@x", "'@x"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("'quoted", "''quoted"),
            ("plain", "plain"),
            ("", ""),
            ("a=b", "a=b"),
        ];
        for (text, cell) in cases {
            assert_eq!(guarded(text), cell);
            assert_eq!(unguarded(cell), text);
        }
    }

    #[test]
    fn a_cell_of_others_keeps_an_apostrophe_that_guards_nothing() {
        assert_eq!(unguarded("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[=+@'\\-\ta-c]{0,6}") {
            let cell = guarded(&text).into_owned();
            prop_assert_eq!(unguarded(&cell), text);
        }
    }
}
