//! `{{ name }}`: the `[vars]`, the release's fields and `{{ each }}`, filled in when the runbook is
//! read. `{{ env.NAME }}` stays for the moment of use, live names stay in messages.

use super::braces::odd_braces;
use super::collect::{At, Collector};
use crate::runbook::slug::{is_id, slug};
use crate::runbook::text::visible;
use indexmap::IndexMap;

/// Names that only a message knows, at the moment it is sent: what the run is like then.
pub const LIVE_NAMES: &[&str] =
    &["rag", "done", "total", "eta", "roll_back_by", "t_clock", "phase", "chain"];

/// In what is posted, the finished text of the message.
pub const POSTED_TEXT: &str = "text";

/// Longest text that filling in may make, in bytes: no chain of names grows without bound.
const LONGEST: usize = 256 * 1024;

/// What a text is for; decides which names it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook) enum Use {
    /// Shown to people.
    Text,
    /// An id: the value of `each` is made fit for one.
    Id,
    /// A command or URL: `{{ env.NAME }}` stays.
    Command,
    /// The text of a message: live names stay.
    Message,
    /// What is posted: both stay.
    Body,
}

#[derive(Debug, Clone)]
struct Name {
    raw: String,
    at: At,
    /// What it stands for, once known; `None` while it is being found out.
    value: Option<String>,
    begun: bool,
}

/// The names that a runbook defines.
#[derive(Debug, Clone, Default)]
pub(in crate::runbook) struct Names {
    map: IndexMap<String, Name>,
}

/// One piece of a text with names in it.
enum Piece<'s> {
    Plain(&'s str),
    /// `{{ "text" }}`: the text between the quotes, meant as it is.
    Literal(&'s str),
    /// `{{ name }}`: the name, and the whole of it as written.
    Name(&'s str, &'s str),
}

/// Cuts a text into plain pieces and names. What is no `{{ name }}` of this format (`{{ .Values }}`,
/// `{{- if }}`) stays plain; `{{ "…" }}` stands for the text between the quotes.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut list = Vec::new();
    let mut plain_from = 0;
    let mut from = 0;
    while let Some(open) = text[from..].find("{{").map(|i| from + i) {
        let inner_from = open + 2;
        let inner = &text[inner_from..];
        let trimmed = inner.trim_start();
        if let Some(quoted) = trimmed.strip_prefix('"') {
            let close = quoted.find('"').and_then(|q| {
                let tail = quoted[q + 1..].trim_start().strip_prefix("}}")?;
                Some((&quoted[..q], text.len() - tail.len()))
            });
            if let Some((literal, end)) = close {
                list.push(Piece::Plain(&text[plain_from..open]));
                list.push(Piece::Literal(literal));
                (plain_from, from) = (end, end);
                continue;
            }
        }
        let length = trimmed
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .unwrap_or(trimmed.len());
        let name = &trimmed[..length];
        let tail = trimmed[length..].trim_start().strip_prefix("}}");
        match tail {
            Some(tail) if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                let end = text.len() - tail.len();
                list.push(Piece::Plain(&text[plain_from..open]));
                list.push(Piece::Name(name, &text[open..end]));
                (plain_from, from) = (end, end);
            }
            _ => from = inner_from,
        }
    }
    list.push(Piece::Plain(&text[plain_from..]));
    list
}

impl Names {
    /// Defines a name; `false` where it is taken.
    pub fn define(&mut self, name: &str, raw: &str, at: At) -> bool {
        let new = Name { raw: raw.to_owned(), at, value: None, begun: false };
        match self.map.entry(name.to_owned()) {
            indexmap::map::Entry::Vacant(slot) => {
                slot.insert(new);
                true
            }
            indexmap::map::Entry::Occupied(_) => false,
        }
    }

    /// Finds out what every name stands for.
    pub fn settle(&mut self, text: &str, out: &mut Collector) {
        for ix in 0..self.map.len() {
            self.value(ix, text, out, 0);
        }
    }

    /// What the name at that place stands for; empty while that cannot be said.
    fn value(&mut self, ix: usize, text: &str, out: &mut Collector, depth: usize) -> String {
        let Some((key, name)) = self.map.get_index_mut(ix) else { return String::new() };
        if let Some(value) = &name.value {
            return value.clone();
        }
        let (raw, at, key) = (name.raw.clone(), name.at, key.clone());
        if name.begun || depth > 50 {
            let message = format!("`{}` stands for itself", visible(&key));
            out.error("var-cycle", at, message)
                .help("one of the names it uses leads back to it; write the value out");
            return String::new();
        }
        name.begun = true;
        let mut value = String::new();
        let places = Places::of(&raw, at, text);
        for piece in pieces(&raw) {
            match piece {
                Piece::Plain(part) => {
                    warn_of_odd_braces(part, &places, out);
                    value.push_str(part);
                }
                Piece::Literal(part) => value.push_str(part),
                Piece::Name(word, _) if word.starts_with("env.") => {
                    value.push_str(&canonical(word));
                }
                Piece::Name(word, whole) => match self.map.get_index_of(word) {
                    Some(other) => value.push_str(&self.value(other, text, out, depth + 1)),
                    None => self.undefined(word, places.of_part(whole), out),
                },
            }
            if value.len() > LONGEST {
                too_long(at, out);
                value.clear();
                break;
            }
        }
        if let Some((_, name)) = self.map.get_index_mut(ix) {
            name.value = Some(value.clone());
        }
        value
    }

    /// Fills in the names of a text.
    pub fn fill(
        &mut self,
        raw: &str,
        at: At,
        usage: Use,
        each: Option<&str>,
        text: &str,
        out: &mut Collector,
    ) -> String {
        let mut filled = String::with_capacity(raw.len() + 16);
        let places = Places::of(raw, at, text);
        for piece in pieces(raw) {
            let (word, whole) = match piece {
                Piece::Plain(part) => {
                    warn_of_odd_braces(part, &places, out);
                    filled.push_str(part);
                    continue;
                }
                Piece::Literal(part) => {
                    filled.push_str(part);
                    continue;
                }
                Piece::Name(word, whole) => (word, whole),
            };
            if let Some(name) = word.strip_prefix("env.") {
                env(name, places.of_part(whole), usage, out);
                filled.push_str(&canonical(word));
            } else if word == "each" {
                match each {
                    Some(value) if usage == Use::Id && !is_id(value) => {
                        filled.push_str(&fit_for_id(value))
                    }
                    Some(value) => filled.push_str(value),
                    None => no_each(places.of_part(whole), out),
                }
            } else if let Some(value) = self.map.get(word).and_then(|n| n.value.as_deref()) {
                if value.contains("{{ env.") && !matches!(usage, Use::Command | Use::Body) {
                    env(word, places.of_part(whole), usage, out);
                }
                filled.push_str(value);
            } else if self.map.contains_key(word) {
                // Its own definition has been reported.
            } else if is_live(word, usage) {
                filled.push_str(&canonical(word));
            } else {
                self.undefined(word, places.of_part(whole), out);
            }
            if filled.len() > LONGEST {
                too_long(at, out);
                break;
            }
        }
        filled
    }

    fn undefined(&self, word: &str, at: At, out: &mut Collector) {
        let message = format!("nothing defines `{}`", visible(word));
        let compared = self.map.len().min(out.suggestions);
        out.suggestions -= compared;
        let known = self.map.keys().take(compared);
        let near = known
            .map(String::as_str)
            .find(|k| strsim::osa_distance(k, word) <= (word.len() / 3).clamp(1, 3));
        let help = if word == POSTED_TEXT {
            "`text` is the message's own text, which only its `post` can name".to_owned()
        } else if LIVE_NAMES.contains(&word) {
            format!("`{word}` is known only while the run goes on, so only messages can say it")
        } else if let Some(near) = near {
            format!("did you mean `{near}`?")
        } else {
            format!(
                "define it under [vars]; for braces that should stay, write {{{{ \"{{{{ {word} }}}}\" }}}}"
            )
        };
        out.error("undefined-name", at, message).here("not defined").help(help);
    }
}

/// Whether a name stays in the text until it is used.
fn is_live(word: &str, usage: Use) -> bool {
    match usage {
        Use::Message => LIVE_NAMES.contains(&word),
        Use::Body => LIVE_NAMES.contains(&word) || word == POSTED_TEXT,
        Use::Text | Use::Id | Use::Command => false,
    }
}

/// The value of `each` as a part of an id.
fn fit_for_id(value: &str) -> String {
    // A bare number is fine as a part of an id, and stays as it is written.
    if value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return value.to_owned();
    }
    slug(value)
}

/// `{{ word }}` with single spaces, as the users of the text look for it.
fn canonical(word: &str) -> String {
    format!("{{{{ {word} }}}}")
}

fn env(word: &str, at: At, usage: Use, out: &mut Collector) {
    if matches!(usage, Use::Command | Use::Body) {
        return;
    }
    let message =
        format!("`{}` comes from the environment, which is not known here", visible(word));
    out.error("env-not-here", at, message)
        .help("secrets belong into commands, URLs and bodies only; use [vars] for text that everybody sees");
}

fn no_each(at: At, out: &mut Collector) {
    out.error("undefined-name", at, "`each` has no value here")
        .here("not defined")
        .help("only a step with `for_each = [...]` has one");
}

fn too_long(at: At, out: &mut Collector) {
    out.error("too-long", at, format!("with its names filled in this is over {LONGEST} bytes"))
        .help("shorten what the names under [vars] stand for");
}

/// Where parts of a value stand in the runbook's text.
struct Places<'s> {
    raw: &'s str,
    at: At,
    /// Where the value's content begins; none where it is written with escapes.
    from: Option<usize>,
}

impl<'s> Places<'s> {
    fn of(raw: &'s str, at: At, text: &str) -> Self {
        let from = text.get(at.range()).and_then(|value| value.find(raw)).map(|i| at.start + i);
        Self { raw, at, from }
    }

    /// The place of a part of the value; that of the whole value where its text has escapes.
    fn of_part(&self, part: &str) -> At {
        let Some(from) = self.from else { return self.at };
        // `part` is a slice of `raw`: how far in follows from where both are kept.
        let offset = (part.as_ptr() as usize).wrapping_sub(self.raw.as_ptr() as usize);
        if offset > self.raw.len() {
            return self.at;
        }
        At { start: from + offset, end: from + offset + part.len() }
    }
}

/// Braces that look like a name's and are none stay as they are, which is seldom what was meant.
fn warn_of_odd_braces(plain: &str, places: &Places<'_>, out: &mut Collector) {
    for odd in odd_braces(plain) {
        out.warning("odd-braces", places.of_part(odd.part), odd.what).help(odd.help());
    }
}
