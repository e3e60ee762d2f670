//! Values with their places: what a table holds, and the readers for single values. Every reader
//! takes what is there, says what is wrong with it, and goes on.

use super::collect::{At, Collector};
use super::names::{Names, Use};
use crate::runbook::duration::parse_duration;
use crate::runbook::slug::is_id;
use crate::runbook::text::visible;
use crate::runbook::{Secs, slug};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One key of a table with its value.
#[derive(Debug, Clone, Copy)]
pub(in crate::runbook) struct Field<'a> {
    /// The key as written.
    pub key: &'a str,
    /// Where the key stands.
    pub key_at: At,
    /// Where the value stands; the header for a `[table]`.
    pub at: At,
    /// The value as parsed.
    pub value: &'a DeValue<'a>,
}

/// A text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runbook) struct Word {
    /// The text, its names filled in.
    pub text: String,
    /// Where the value stands.
    pub at: At,
}

/// The state of reading: the text, the findings, and what the text has defined so far.
pub(in crate::runbook) struct Reader<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The findings so far.
    pub out: Collector,
    /// What `{{ name }}` stands for.
    pub names: Names,
    /// The value of the `for_each` that is being written out.
    pub each: Option<String>,
    /// Zone of times without an offset.
    pub zone: Tz,
    /// T-0, where the runbook fixes it.
    pub zero_hour: Option<DateTime<Utc>>,
    /// Clock times are the first such moment from here on.
    pub clock_base: Option<DateTime<Utc>>,
}

/// The fields of a table in the order of the text.
pub(in crate::runbook) fn fields<'a>(table: &'a DeTable<'a>) -> Vec<Field<'a>> {
    let mut list: Vec<Field<'a>> = table.iter().map(|(key, value)| field(key, value)).collect();
    list.sort_by_key(|f| f.key_at.start);
    list
}

fn field<'a>(
    key: &'a Spanned<toml::de::DeString<'a>>,
    value: &'a Spanned<DeValue<'a>>,
) -> Field<'a> {
    Field {
        key: key.get_ref(),
        key_at: key.span().into(),
        at: value.span().into(),
        value: value.get_ref(),
    }
}

/// The name of a kind of value, for people.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl<'a> Reader<'a> {
    /// Reports a key that the table does not know.
    pub fn unknown_key(&mut self, field: &Field<'a>, table: &str, known: &[&str]) {
        let help = match self.suggest(field.key, known.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("a {table} has the keys {}", known.join(", ")),
        };
        let message = format!("unknown key `{}` in a {table}", visible(field.key));
        self.out.error("unknown-key", field.key_at, message).here("not known here").help(help);
    }

    /// Reports a value of the wrong kind.
    pub fn wrong_type(&mut self, field: &Field<'a>, wanted: &str) {
        let message =
            format!("`{}` is {}, but should be {wanted}", visible(field.key), kind_of(field.value));
        let label = format!("should be {wanted}");
        let bare =
            matches!(field.value, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_));
        let help = if bare && wanted.starts_with("text") {
            "put it in quotes".to_owned()
        } else {
            format!("write {wanted} instead")
        };
        self.out.error("wrong-type", field.at, message).here(label).help(help);
    }

    /// The string as written.
    pub fn string(&mut self, field: &Field<'a>) -> Option<&'a str> {
        match field.value {
            DeValue::String(text) => Some(text.as_ref()),
            _ => {
                self.wrong_type(field, "text");
                None
            }
        }
    }

    /// A text with its `{{ names }}` filled in.
    pub fn text(&mut self, field: &Field<'a>) -> Option<String> {
        self.text_for(field, Use::Text)
    }

    /// A text for a certain use, which decides what `{{ names }}` it may hold. An empty one is an
    /// error.
    pub fn text_for(&mut self, field: &Field<'a>, usage: Use) -> Option<String> {
        let raw = self.string(field)?;
        if raw.trim().is_empty() {
            self.out
                .error("empty-text", field.at, format!("`{}` is empty", visible(field.key)))
                .help("write something, or leave the key out");
            return None;
        }
        Some(self.fill(raw, field.at, usage).into_owned())
    }

    /// Fills in `{{ names }}`; Windows line ends become plain ones.
    pub fn fill<'s>(&mut self, raw: &'s str, at: At, usage: Use) -> Cow<'s, str> {
        let braces = raw.contains("{{") || raw.contains("}}");
        if raw.contains('\r') {
            let plain = raw.replace("\r\n", "\n");
            let filled = if braces { self.fill_names(&plain, at, usage) } else { plain };
            return Cow::Owned(filled);
        }
        if !braces {
            return Cow::Borrowed(raw);
        }
        Cow::Owned(self.fill_names(raw, at, usage))
    }

    fn fill_names(&mut self, raw: &str, at: At, usage: Use) -> String {
        let each = self.each.clone();
        self.names.fill(raw, at, usage, each.as_deref(), self.text, &mut self.out)
    }

    /// A text that names something: an id, filled in, with its place.
    pub fn word(&mut self, field: &Field<'a>) -> Option<Word> {
        let text = self.text_for(field, Use::Id)?;
        Some(Word { text: text.trim().to_owned(), at: field.at })
    }

    /// An id that is defined here.
    pub fn id(&mut self, field: &Field<'a>) -> Option<Word> {
        let word = self.word(field)?;
        self.check_id(&word).then_some(word)
    }

    /// Whether a text can be an id; reports it where not.
    pub fn check_id(&mut self, word: &Word) -> bool {
        if is_id(&word.text) {
            return true;
        }
        let message = format!("`{}` cannot be an id", visible(&word.text));
        let proposal = slug(&word.text);
        let help = if is_id(&proposal) {
            format!(
                "write `{proposal}`: letters, digits, `-`, `_` and `.`, with a letter among them"
            )
        } else {
            "an id has letters, digits, `-`, `_` and `.`, with a letter among them, so that it is \
             not taken for a number"
                .to_owned()
        };
        self.out.error("bad-id", word.at, message).help(help);
        false
    }

    /// True or false.
    pub fn flag(&mut self, field: &Field<'a>) -> Option<bool> {
        match field.value {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.wrong_type(field, "true or false");
                None
            }
        }
    }

    /// A whole number from 1 to `most`.
    pub fn count(&mut self, field: &Field<'a>, most: u32) -> Option<u32> {
        let DeValue::Integer(number) = field.value else {
            self.wrong_type(field, "a whole number");
            return None;
        };
        let parsed = i64::from_str_radix(number.as_str(), number.radix()).ok();
        match parsed.and_then(|n| u32::try_from(n).ok()).filter(|n| (1..=most).contains(n)) {
            Some(n) => Some(n),
            None => {
                let message =
                    format!("`{}` should be a number from 1 to {most}", visible(field.key));
                let help = format!("write {} = 1, or leave it out", visible(field.key));
                self.out.error("bad-value", field.at, message).help(help);
                None
            }
        }
    }

    /// A length of time.
    pub fn duration(&mut self, field: &Field<'a>) -> Option<Secs> {
        match field.value {
            DeValue::String(text) => {
                let filled = self.fill(text, field.at, Use::Text).into_owned();
                parse_duration(&filled)
                    .map_err(|why| {
                        self.out
                            .error("bad-duration", field.at, visible(&why))
                            .help("write a number and a unit: \"90s\", \"25m\", \"1h30m\", \"2d\"");
                    })
                    .ok()
            }
            DeValue::Integer(number) => {
                let message = format!("`{}` is a number without a unit", visible(field.key));
                let help = format!("write \"{}m\" for minutes", visible(number.as_str()));
                self.out.error("bad-duration", field.at, message).help(help);
                None
            }
            _ => {
                self.wrong_type(field, "text such as \"25m\"");
                None
            }
        }
    }

    /// The entries of a list; each gets the key of the list.
    pub fn list(&mut self, field: &Field<'a>, wanted: &str) -> Vec<Field<'a>> {
        let DeValue::Array(array) = field.value else {
            self.wrong_type(field, wanted);
            return Vec::new();
        };
        array.iter().map(|v| Field { at: v.span().into(), value: v.get_ref(), ..*field }).collect()
    }

    /// A list of names of things.
    pub fn words(&mut self, field: &Field<'a>) -> Vec<Word> {
        let list = self.list(field, "a list of ids");
        list.iter().filter_map(|f| self.word(f)).collect()
    }

    /// The fields of a table.
    pub fn table(&mut self, field: &Field<'a>, wanted: &str) -> Option<Vec<Field<'a>>> {
        match field.value {
            DeValue::Table(table) => Some(fields(table)),
            _ => {
                self.wrong_type(field, wanted);
                None
            }
        }
    }

    /// One of a few words.
    pub fn one_of<T: Copy>(&mut self, field: &Field<'a>, ways: &[(&str, T)]) -> Option<T> {
        let raw = self.string(field)?;
        if let Some((_, value)) = ways.iter().find(|(word, _)| *word == raw) {
            return Some(*value);
        }
        let all = ways.iter().map(|(w, _)| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
        let help = match self.suggest(raw, ways.iter().map(|(w, _)| *w)) {
            Some(word) => format!("did you mean \"{word}\"? It can be {all}"),
            None => format!("it can be {all}"),
        };
        let message = format!("`{}` cannot be \"{}\"", visible(field.key), visible(raw));
        self.out.error("bad-value", field.at, message).help(help);
        None
    }

    /// Reports that a table lacks a key.
    pub fn missing(&mut self, at: At, what: &str, key: &str, help: &str) {
        self.out.error("missing-key", at, format!("{what} has no `{key}`")).help(help);
    }

    /// The nearest of the known words, where one is near enough to have been meant.
    pub fn suggest<'k>(
        &mut self,
        word: &str,
        known: impl Iterator<Item = &'k str>,
    ) -> Option<&'k str> {
        let length = word.chars().count();
        if length > 100 {
            return None;
        }
        let limit = (length / 3).clamp(1, 4);
        let lower = word.to_lowercase();
        let mut best: Option<(usize, &'k str)> = None;
        for candidate in known {
            if self.out.suggestions == 0 {
                break;
            }
            self.out.suggestions -= 1;
            if candidate.len().abs_diff(word.len()) > limit * 2 {
                continue;
            }
            let distance = strsim::osa_distance(&lower, &candidate.to_lowercase());
            if distance <= limit && best.is_none_or(|(d, _)| distance < d) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, word)| word)
    }
}
