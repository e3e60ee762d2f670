//! Identifiers made from titles.

/// The identifier that a title gives: lower case, letters and digits kept, everything between them
/// one `-`. Empty where the title has neither.
pub fn slug(title: &str) -> String {
    let mut id = String::with_capacity(title.len());
    let mut gap = false;
    for c in title.chars() {
        if c.is_alphanumeric() {
            if gap && !id.is_empty() {
                id.push('-');
            }
            gap = false;
            id.extend(c.to_lowercase());
        } else {
            gap = true;
        }
    }
    id
}

/// Whether a text may be an identifier as it stands: letters, digits, `-`, `_` and `.`, at least
/// one letter (so that no id looks like a number such as `4.12`), and neither `-` nor `.` first.
pub fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.chars().any(char::is_alphabetic)
        && !text.starts_with(['-', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_ids() {
        let cases = [
            ("Verify counts", "verify-counts"),
            ("  Open traffic?  ", "open-traffic"),
            ("Soak at 5 %", "soak-at-5"),
            ("Größe prüfen", "größe-prüfen"),
            ("???", ""),
            ("A/B -- C", "a-b-c"),
        ];
        for (title, id) in cases {
            assert_eq!(slug(title), id, "{title}");
        }
    }

    #[test]
    fn ids_are_words_and_not_numbers() {
        for id in ["migrate", "go-nogo", "a.b_c", "prewarm-Ä", "v1.38.0-rc.1", "4.1-back"] {
            assert!(is_id(id), "{id}");
        }
        for id in ["", "4.12", "a b", "-a", ".a", "a/b", "a\u{1b}b", "*"] {
            assert!(!is_id(id), "{id:?}");
        }
    }
}
