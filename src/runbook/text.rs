//! Text from files and from others, made safe to show: what would be obeyed by a terminal, or
//! reorder a line, is made visible instead.

use std::borrow::Cow;
use std::fmt::Write;

/// Replaces control characters, bidirectional overrides and other invisible formatting by visible
/// stand-ins. Line feeds and tabs become `␊` and a space; use [`visible_lines`] to keep lines.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        shown.push(match c {
            '\t' => ' ',
            JOINER if before.is_some_and(joins) && rest.clone().next().is_some_and(joins) => c,
            _ => stand_in(c),
        });
        before = Some(c);
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// Makes one picture of several: a family, a profession, a flag.
const JOINER: char = '\u{200d}';

/// Whether a joiner beside the character joins pictures, and so hides nothing.
fn joins(c: char) -> bool {
    matches!(
        c,
        '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}'
    )
}

/// Like [`visible`], but line feeds stay (`\r\n` counts as one).
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<_> =
        text.split('\n').map(|line| visible(line.strip_suffix('\r').unwrap_or(line))).collect();
    Cow::Owned(lines.join("\n"))
}

/// JSON in which characters that a terminal would obey, or a reader not see, are escapes. They mean
/// the same to whoever reads it: outside of strings JSON has none of them but line feeds.
pub fn escaped_json(json: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c != '\n' && is_hidden(c);
    if !json.contains(obeyed) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if obeyed(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a terminal would obey the character, or a reader not see what it does.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn stand_in(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        _ if is_hidden(c) => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_borrowed_and_unchanged() {
        assert!(matches!(visible("Grüße, 世界 🎉"), Cow::Borrowed("Grüße, 世界 🎉")));
    }

    #[test]
    fn a_joiner_stays_between_pictures_only() {
        for picture in ["👩\u{200d}👩\u{200d}👧", "🏳\u{fe0f}\u{200d}🌈", "👩🏽\u{200d}💻"]
        {
            assert_eq!(visible(picture), picture);
        }
        assert_eq!(visible("a\u{200d}b"), "a\u{fffd}b");
        assert_eq!(visible("👩\u{200d}b\u{200d}"), "👩\u{fffd}b\u{fffd}");
        assert_eq!(visible("👩\u{200d}\u{200d}👧"), "👩\u{fffd}\u{fffd}👧");
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        let cases = [
            ("\u{1b}[2J", "␛[2J"),
            ("a\u{7}b", "a␇b"),
            ("del\u{7f}", "del␡"),
            ("c1\u{9b}31m", "c1\u{fffd}31m"),
            ("x\u{202e}y", "x\u{fffd}y"),
            ("zero\u{200b}width", "zero\u{fffd}width"),
            ("a\tb", "a b"),
            ("a\nb", "a␊b"),
        ];
        for (input, shown) in cases {
            assert_eq!(visible(input), shown, "{input:?}");
        }
    }

    #[test]
    fn hidden_characters_of_json_are_escapes_that_read_back() {
        let value = serde_json::json!({ "a": "x\u{202e}y\u{1b}[2J\u{e0001} 世界" });
        let json = value.to_string();
        let text = escaped_json(&json);
        assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{e0001}']), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(visible_lines("a\r\nb\u{1b}c\n"), "a\nb␛c\n");
    }
}
