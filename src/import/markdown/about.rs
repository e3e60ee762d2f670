//! What the text of a list's item says: title, length and owner.

use super::plain;
use crate::import::length;
use crate::runbook::Secs;

/// What may stand before a length or an owner behind the title.
const DASHES: [&str; 3] = [" — ", " – ", " - "];

/// What an item's text says besides its title.
#[derive(Debug, Default)]
pub(super) struct About {
    /// What is to be done.
    pub title: String,
    /// Its length in seconds.
    pub length: Option<Secs>,
    /// The range that the length is the longer end of, as written.
    pub range: Option<String>,
    /// Who does it.
    pub owner: Option<String>,
}

impl About {
    /// Whether it says more than a title.
    pub fn says_more(&self) -> bool {
        self.owner.is_some() || self.length.is_some()
    }

    /// Takes `@bo`, `owner: Ana` or `5 min`, unless it has one already; whether it did.
    fn take(&mut self, part: &str) -> bool {
        let owner = part.strip_prefix('@').or_else(|| {
            let (word, name) = part.split_once(':')?;
            let is_owner =
                matches!(word.trim().to_lowercase().as_str(), "owner" | "who" | "by" | "assignee");
            is_owner.then(|| name.trim().trim_start_matches('@'))
        });
        if let Some(owner) = owner.filter(|owner| !owner.is_empty() && self.owner.is_none()) {
            self.owner = Some(owner.to_owned());
            return true;
        }
        let digits = part.trim_start_matches(['~', '≈']).starts_with(|c: char| c.is_ascii_digit());
        // A plain number may count anything: `(2)`.
        if !digits || self.length.is_some() || part.parse::<f64>().is_ok() {
            return false;
        }
        let Ok(Some(length)) = length::of_text(part, None) else { return false };
        self.length = Some(length.secs);
        self.range = length.range.then(|| part.to_owned());
        true
    }
}

/// `Freeze writes (5 min, @bo)`: lengths and owners in brackets at the end or behind a dash, `@bo`
/// anywhere behind a space. What else stands in the brackets stays in the title.
pub(super) fn about(text: &str) -> About {
    let mut about = About::default();
    let mut text = text.trim();
    let mut kept = String::new();
    loop {
        // `@bo` behind the brackets.
        let last =
            text.rsplit_once(' ').and_then(|(head, word)| Some((head, word.strip_prefix('@')?)));
        if let Some((head, name)) = last
            && about.owner.is_none()
            && name.starts_with(char::is_alphanumeric)
            && !name.contains(['@', ')', ']'])
        {
            about.owner = Some(name.trim_end_matches([',', '.', ':', ';']).to_owned());
            text = head.trim_end();
            continue;
        }
        let behind = DASHES.iter().filter_map(|dash| text.rsplit_once(dash));
        if let Some((head, part)) = behind.min_by_key(|(_, part)| part.len())
            && !head.trim().is_empty()
            && about.take(part.trim())
        {
            text = head.trim_end();
            continue;
        }
        let Some((head, inside)) = last_brackets(text) else { break };
        let parts = inside.split([',', ';', '|']).map(str::trim);
        let rest: Vec<&str> = parts.clone().filter(|part| !about.take(part)).collect();
        if rest.len() == parts.count() {
            break;
        }
        if !rest.is_empty() {
            kept = format!(" ({}){kept}", rest.join(", "));
        }
        text = head;
    }
    let mut words: Vec<&str> = Vec::new();
    for word in text.split(' ') {
        let name = word.strip_prefix('@').map(|name| name.trim_end_matches([',', '.', ':', ';']));
        match name.filter(|name| !name.is_empty() && about.owner.is_none() && !name.contains('@')) {
            Some(name) => about.owner = Some(name.to_owned()),
            None => words.push(word),
        }
    }
    let title = words.join(" ");
    let title = title.trim().trim_end_matches(['–', '—', '-', ':']).trim_end();
    about.title =
        if title.is_empty() { text.to_owned() } else { format!("{}{kept}", plain(title)) };
    about
}

/// A text that ends in brackets: what is before them, and in them.
fn last_brackets(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let (inner, open) = match (text.strip_suffix(')'), text.strip_suffix(']')) {
        (Some(inner), _) => (inner, '('),
        (_, Some(inner)) => (inner, '['),
        _ => return None,
    };
    let at = inner.rfind(open)?;
    let head = inner.get(..at)?.trim_end();
    (!head.is_empty()).then(|| (head, inner.get(at + 1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_owners_leave_the_title() {
        let cases = [
            ("Freeze writes (5 min)", "Freeze writes", Some(300), None),
            ("Freeze writes (15 min, @bo)", "Freeze writes", Some(900), Some("bo")),
            ("Freeze writes [1.5h] @ana", "Freeze writes", Some(5400), Some("ana")),
            ("Freeze writes (owner: Ana Ruiz)", "Freeze writes", None, Some("Ana Ruiz")),
            ("Copy (all of it)", "Copy (all of it)", None, None),
            ("Restart nodes (2)", "Restart nodes (2)", None, None),
            ("Mail ops@example.com", "Mail ops@example.com", None, None),
            ("**Open traffic** (10m, slowly)", "**Open traffic** (slowly)", Some(600), None),
            ("@bo", "@bo", None, Some("bo")),
            ("Dump — owner: Ana", "Dump", None, Some("Ana")),
            ("Dump - 15 min - owner: Ana Ruiz", "Dump", Some(900), Some("Ana Ruiz")),
            ("Dump - all of it", "Dump - all of it", None, None),
            ("Verify (20-30 min)", "Verify", Some(1800), None),
        ];
        for (text, title, length, owner) in cases {
            let about = about(text);
            assert_eq!((about.length, about.owner.as_deref()), (length, owner), "{text}");
            let expected = if title.starts_with("**") { "Open traffic (slowly)" } else { title };
            assert_eq!(about.title, expected, "{text}");
        }
    }
}
