//! Braces that look as if a name was meant: `{{ name`, `{{}}`, `{{ two words }}`, `name }}`.

/// Longest part that is underlined, in bytes: an opening without an end could go on for pages.
const LONGEST: usize = 60;

/// A part of a text that stays as it is, though a name was probably meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Odd<'s> {
    /// The part.
    pub part: &'s str,
    /// What is odd about it.
    pub what: &'static str,
}

impl Odd<'_> {
    /// How to mend it.
    pub fn help(&self) -> String {
        let braces = if self.part.starts_with("{{") { "{{" } else { "}}" };
        format!(
            "write {{{{ name }}}} with a name of [vars]; for braces that should stay, write {{{{ \"{braces}\" }}}}"
        )
    }
}

/// Finds odd braces in a text between names. What other templates write (`{{ .Values }}`,
/// `{{- if }}`, `{{ $1 }}`) and nested braces (`{"a":{"b":1}}`) are not odd.
pub(super) fn odd_braces(plain: &str) -> Vec<Odd<'_>> {
    let mut list = Vec::new();
    if !plain.contains("{{") && !plain.contains("}}") {
        return list;
    }
    let (mut closes, mut opens) = (Next::of("}}"), Next::of("{{"));
    let mut depth = 0_usize;
    let mut from = 0;
    while let Some(at) = plain[from..].find(['{', '}']).map(|i| from + i) {
        let rest = &plain[at..];
        if rest.starts_with("{{") {
            let close = closes.after(plain, at + 2);
            let nested = opens.after(plain, at + 2).is_some_and(|o| close.is_none_or(|c| o < c));
            match opened(rest, close.map(|c| c - at).filter(|_| !nested)) {
                Opened::Odd(odd) => {
                    from = at + odd.part.len();
                    list.push(odd);
                }
                Opened::Foreign(length) => from = at + length,
                Opened::Single => {
                    depth += 2;
                    from = at + 2;
                }
            }
        } else if rest.starts_with("}}") && depth == 0 {
            list.push(Odd { part: &rest[..2], what: "this `}}` closes nothing" });
            from = at + 2;
        } else {
            depth = if rest.starts_with('{') { depth + 1 } else { depth.saturating_sub(1) };
            from = at + 1;
        }
    }
    list
}

/// Where a word comes next; looked up anew only once it has been passed, so that a text of nothing
/// but openings is walked through once.
struct Next {
    word: &'static str,
    /// Looked up from here on.
    from: Option<usize>,
    at: Option<usize>,
}

impl Next {
    fn of(word: &'static str) -> Self {
        Self { word, from: None, at: None }
    }

    fn after(&mut self, text: &str, from: usize) -> Option<usize> {
        let known = self.from.is_some() && self.at.is_none_or(|at| at >= from);
        if !known {
            self.at = text[from..].find(self.word).map(|i| from + i);
            self.from = Some(from);
        }
        self.at
    }
}

enum Opened<'s> {
    Odd(Odd<'s>),
    /// Something of another template, so many bytes long.
    Foreign(usize),
    /// Two braces of their own.
    Single,
}

/// What the `{{` at the beginning of a text is, whose `}}` stands at `close`, if it has one.
fn opened(text: &str, close: Option<usize>) -> Opened<'_> {
    let words = |t: &str| {
        t.trim_start().starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && t.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
    };
    let Some(close) = close else { return unclosed(text) };
    let (within, whole) = (&text[2..close], &text[..close + 2]);
    if within.trim().is_empty() {
        Opened::Odd(Odd { part: whole, what: "these braces name nothing" })
    } else if words(within) {
        Opened::Odd(Odd { part: whole, what: "a name is one word; this stays as it is" })
    } else {
        Opened::Foreign(whole.len())
    }
}

/// `{{ name` without its end; up to the end of the name is shown.
fn unclosed(text: &str) -> Opened<'_> {
    let within = &text[2..];
    let blank = within.len() - within.trim_start_matches(' ').len();
    let word = within[blank..]
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .unwrap_or(within.len() - blank);
    if word == 0 || !within[blank..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return Opened::Single;
    }
    let length = (2 + blank + word).min(LONGEST);
    Opened::Odd(Odd { part: &text[..length], what: "this name is not closed by `}}`" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_name_is_odd() {
        // (a text, the parts that are odd)
        let cases: &[(&str, &[&str])] = &[
            ("on {{ cluster", &["{{ cluster"]),
            ("on {{ cluster } now", &["{{ cluster"]),
            ("{{a and {{- if }}", &["{{a"]),
            ("{{}} and {{  }}", &["{{}}", "{{  }}"]),
            ("{{ a b }}", &["{{ a b }}"]),
            ("cluster }} now", &["}}"]),
            ("a }} b }}", &["}}", "}}"]),
        ];
        for (text, parts) in cases {
            let found: Vec<_> = odd_braces(text).iter().map(|o| o.part).collect();
            assert_eq!(&found, parts, "{text}");
        }
    }

    #[test]
    fn other_templates_and_nested_braces_are_not() {
        for text in [
            "plain { braces }",
            "{ }}",
            r#"{"a":{"b":1}}"#,
            r#"{"a":{"b":{"c":{}}}}"#,
            "{{ .Values.x }}",
            "{{- if .X }}",
            "{{ $1 }}",
            "{{ a | upper }}",
            "${x:-${y}}",
            "{{",
            "{{ 5 5",
        ] {
            let found = odd_braces(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
