//! Names in texts: found as whole words, however they are written.

use super::contacts::{self, CONTACT};
use super::people::Known;
use std::collections::HashMap;

/// Parts of names shorter than this are too often something else, unless written with a capital.
const SHORTEST_PART: usize = 3;

/// Names that are words, too: in lower case they are taken for the word.
const COMMON: [&str; 32] = [
    "amber", "art", "bill", "bob", "chase", "chip", "dean", "drew", "faith", "frank", "grace",
    "grant", "guy", "hope", "jack", "joy", "june", "lance", "mark", "may", "miles", "nick", "norm",
    "pat", "ray", "rob", "rose", "sue", "summer", "will", "the", "and",
];

/// Words of two letters: no name, even where a sentence begins with one.
const SHORT_WORDS: [&str; 38] = [
    "al", "am", "an", "as", "at", "be", "by", "da", "de", "di", "do", "du", "eg", "el", "eu", "go",
    "he", "id", "ie", "if", "in", "is", "it", "la", "le", "me", "my", "no", "of", "ok", "on", "or",
    "pm", "so", "to", "uk", "us", "we",
];

/// What is looked for, and what stands there instead.
#[derive(Default)]
pub(super) struct Names {
    /// By the first word, plain ([`plain`]). Longer names come first.
    by_word: HashMap<String, Vec<Name>>,
    /// Ids and display names as they are, for fields that hold a person.
    exact: HashMap<String, String>,
    /// Digits of the phone numbers listed.
    phones: Vec<String>,
}

struct Name {
    plain: String,
    instead: String,
    wants: Wants,
}

/// How a name must be written to be taken for one.
#[derive(Clone, Copy, PartialEq)]
enum Wants {
    Nothing,
    /// A capital, in free text: in lower case it is a word.
    CapitalInFreeText,
    /// A capital, everywhere.
    Capital,
}

/// What a text is made of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// What somebody wrote: common words are words.
    Free,
    /// What golive says about people: common words are names.
    Said,
}

impl Names {
    pub fn of<'a>(people: impl Iterator<Item = (&'a String, &'a Known)> + Clone) -> Self {
        let mut names = Self::default();
        for (id, person) in people.clone() {
            names.exact.insert(id.clone(), person.pseudonym.clone());
        }
        for (id, person) in people {
            names.add(id, &person.pseudonym);
            for whole in &person.names {
                names.exact.entry(whole.clone()).or_insert_with(|| person.pseudonym.clone());
                names.add(whole, &person.pseudonym);
                if person.is_named {
                    names.add_parts(whole, &person.pseudonym);
                }
            }
            for contact in &person.contacts {
                names.phones.extend(contacts::phones(contact));
                names.exact.entry(contact.clone()).or_insert_with(|| CONTACT.to_owned());
                names.add(contact, CONTACT);
            }
        }
        names.sort();
        names
    }

    fn sort(&mut self) {
        for found in self.by_word.values_mut() {
            found.sort_by_key(|name| std::cmp::Reverse(name.plain.len()));
        }
    }

    fn add(&mut self, name: &str, instead: &str) {
        let is_common = COMMON.contains(&&*plain(name.trim()));
        self.put(name, instead, if is_common { Wants::CapitalInFreeText } else { Wants::Nothing });
        // `Müller` is written `Mueller`, too.
        let lower = name.to_lowercase();
        let other = lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
        if other != lower {
            self.put(&other, instead, Wants::Nothing);
        }
    }

    fn put(&mut self, name: &str, instead: &str, wants: Wants) {
        let plain = plain(name.trim());
        let Some(word) = words(&plain).next().map(|(_, word)| word.to_owned()) else { return };
        let known = self.by_word.entry(word).or_default();
        // Of two people with one name the first is meant: one pseudonym is as good as the other.
        if known.iter().all(|name| name.plain != plain) {
            known.push(Name { plain, instead: instead.to_owned(), wants });
        }
    }

    /// Parts of a name, and its initials: `Bo`, `Lindqvist`, `B. Lindqvist`, `Bo L.`, `B.L.`.
    fn add_parts(&mut self, whole: &str, instead: &str) {
        let parts: Vec<&str> = words(whole).map(|(_, part)| part).collect();
        for part in &parts {
            match part.chars().count() {
                n if n >= SHORTEST_PART => self.add(part, instead),
                2 if !SHORT_WORDS.contains(&&*plain(part)) => {
                    self.put(part, instead, Wants::Capital);
                }
                _ => {}
            }
        }
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        let initial = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
        let (f, l) = (initial(first), initial(last));
        if parts.len() < 2 || SHORT_WORDS.contains(&&*plain(&format!("{f}{l}"))) {
            return;
        }
        for written in [
            format!("{f}. {last}"),
            format!("{first} {l}."),
            format!("{f}.{l}."),
            format!("{f}. {l}."),
            format!("{f}.{l}"),
        ] {
            self.put(&written, instead, Wants::Capital);
        }
    }

    /// What stands for a person in a field that holds one, whatever the word.
    pub fn person(&self, text: &str) -> Option<String> {
        let known = self.exact.get(text).or_else(|| self.exact.get(text.trim()));
        known.cloned().or_else(|| self.replaced(text, Kind::Said))
    }

    /// The text without names and ways to reach people; none where there is none in it.
    pub fn replaced(&self, text: &str, kind: Kind) -> Option<String> {
        let without = contacts::replaced(text, &self.phones);
        let named = self.unnamed(without.as_deref().unwrap_or(text), kind);
        named.or(without)
    }

    /// The text without the names; none where there is none in it.
    pub fn unnamed(&self, text: &str, kind: Kind) -> Option<String> {
        let mut out: Option<String> = None;
        let mut done = 0;
        for (at, word) in words(text) {
            if at < done {
                continue;
            }
            let Some(names) = self.by_word.get(&plain(word)) else { continue };
            let Some((name, end)) =
                names.iter().find_map(|name| Some((name, name.ends_in(text, at, kind)?)))
            else {
                continue;
            };
            let out = out.get_or_insert_with(String::new);
            out.push_str(text.get(done..at).unwrap_or_default());
            out.push_str(&name.instead);
            done = end;
        }
        let mut out = out?;
        out.push_str(text.get(done..).unwrap_or_default());
        Some(out)
    }
}

impl Name {
    /// Where the name ends in `text`, if it stands there from `at` on as whole words.
    fn ends_in(&self, text: &str, at: usize, kind: Kind) -> Option<usize> {
        // What contact begins with a sign has it before its first word; that much is left over.
        let lead = self.plain.find(char::is_alphanumeric).unwrap_or(0);
        let rest = text.get(at..)?;
        let mut wanted = self.plain.get(lead..)?.chars();
        let mut next = wanted.next();
        let mut end = at;
        for c in rest.chars() {
            if next.is_none() && !is_mark(c) {
                break;
            }
            for plain in plain_char(c) {
                if next != Some(plain) {
                    return None;
                }
                next = wanted.next();
            }
            end += c.len_utf8();
        }
        let found = text.get(at..end)?;
        let goes_on =
            text.get(end..)?.chars().next().is_some_and(is_of_word) && found.ends_with(is_of_word);
        let has_capital = found.starts_with(|c: char| !c.is_lowercase());
        let as_wanted = match self.wants {
            Wants::Nothing => true,
            Wants::CapitalInFreeText => has_capital || kind != Kind::Free,
            Wants::Capital => has_capital,
        };
        (next.is_none() && !goes_on && as_wanted).then_some(end)
    }
}

/// The words of a text, each with where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|c: char| !is_of_word(c)).filter_map(move |word| {
        let begin = at;
        // Whatever splits is one character.
        at += word.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        (!word.is_empty()).then_some((begin, word))
    })
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// An accent that follows its letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// In lower case and without accents: how names are compared.
fn plain(text: &str) -> String {
    text.chars().flat_map(plain_char).collect()
}

fn plain_char(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase().flat_map(|c| {
        let (first, second) = match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => ('a', None),
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => ('c', None),
            'ď' | 'đ' | 'ð' => ('d', None),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => ('e', None),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => ('g', None),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => ('i', None),
            'ķ' => ('k', None),
            'ĺ' | 'ļ' | 'ľ' | 'ł' => ('l', None),
            'ñ' | 'ń' | 'ņ' | 'ň' => ('n', None),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => ('o', None),
            'ŕ' | 'ŗ' | 'ř' => ('r', None),
            'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => ('s', None),
            'ţ' | 'ť' | 'ț' => ('t', None),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => ('u', None),
            'ý' | 'ÿ' => ('y', None),
            'ź' | 'ż' | 'ž' => ('z', None),
            'ß' => ('s', Some('s')),
            'æ' => ('a', Some('e')),
            'œ' => ('o', Some('e')),
            other => (other, None),
        };
        [Some(first).filter(|c| !is_mark(*c)), second].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        for (name, instead) in [
            ("bo", "operator-1"),
            ("Bo Lindqvist", "operator-1"),
            ("will", "lead-1"),
            ("+44 20 7946", "[contact]"),
            ("Ünal", "operator-2"),
        ] {
            names.add(name, instead);
        }
        names.add_parts("Bo Lindqvist", "operator-1");
        names.add_parts("Jo Müller-Öz", "operator-3");
        names.add_parts("José Peña", "operator-4");
        names.sort();
        names
    }

    #[test]
    fn names_in_free_text_are_found_as_whole_words() {
        let cases = [
            ("bo finished at 02:14", "operator-1 finished at 02:14"),
            ("Bo's dump", "operator-1's dump"),
            ("BO LINDQVIST said so", "operator-1 said so"),
            ("ask Lindqvist, or (bo)", "ask operator-1, or (operator-1)"),
            (
                "B. Lindqvist, Bo L., B.L. and B. L.",
                "operator-1, operator-1, operator-1 and operator-1",
            ),
            ("both bots elbow", "both bots elbow"),
            ("Will will go", "lead-1 will go"),
            ("ÜNAL ünal Unal Uenal", "operator-2 operator-2 operator-2 operator-2"),
            ("Jo was tired, jo", "operator-3 was tired, jo"),
            ("Oz, Mueller, MULLER", "operator-3, operator-3, operator-3"),
            ("Jose, Jose\u{301} and Pena", "operator-4, operator-4 and operator-4"),
            ("", ""),
        ];
        let names = names();
        for (text, expected) in cases {
            assert_eq!(names.replaced(text, Kind::Free).as_deref().unwrap_or(text), expected);
        }
        let said = names.replaced("handed over to will", Kind::Said);
        assert_eq!(said.as_deref(), Some("handed over to lead-1"));
    }
}
