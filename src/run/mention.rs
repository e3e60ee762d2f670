//! `@name` in a text calls somebody's attention: whom, and what a name that is being written may
//! become.

use super::state::RunState;
use std::ops::Range;

/// More names than this are never offered.
const OFFERED: usize = 8;

/// A name called in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where, in bytes, from the `@` on.
    pub range: Range<usize>,
    /// Who is called: ids of `[people]`, or names under which somebody has acted; the whole team
    /// where it is a team's name. Nobody, where nobody here is called so.
    pub people: Vec<String>,
}

/// A name that can be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callable {
    /// What is written behind the `@`.
    pub name: String,
    /// Who that is, in words.
    pub who: String,
}

/// Every name called in a text, in order. `me` can be called whether known or not.
pub fn mentions(state: &RunState, me: &str, text: &str) -> Vec<Mention> {
    if !text.contains('@') {
        return Vec::new();
    }
    let names = names(state, me);
    let mut found: Vec<Mention> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let overlaps = found.last().is_some_and(|mention| at < mention.range.end);
        if overlaps || !begins_a_name(text, at) {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let known = names.iter().filter_map(|(name, people)| Some((says(rest, name)?, people)));
        let (length, people) = match known.max_by_key(|(length, _)| *length) {
            Some((length, people)) => (length, people.clone()),
            None => (word(rest), Vec::new()),
        };
        if length > 0 {
            found.push(Mention { range: at..at + 1 + length, people });
        }
    }
    found
}

/// Whether a text calls that person.
pub fn calls(state: &RunState, person: &str, text: &str) -> bool {
    let mentions = mentions(state, person, text);
    mentions.iter().any(|mention| mention.people.iter().any(|called| called == person))
}

/// The beginning of a name that ends a text, where one is being written behind an `@`.
pub fn being_written(text: &str) -> Option<&str> {
    let at = text.rfind('@').filter(|at| begins_a_name(text, *at))?;
    let begun = text.get(at + 1..)?;
    begun.chars().all(is_of_a_name).then_some(begun)
}

/// What a name that begins so may become: ids first, then by display name, then teams.
pub fn callable(state: &RunState, me: &str, begun: &str) -> Vec<Callable> {
    let begun = begun.to_lowercase();
    let begins = |name: &str| name.to_lowercase().starts_with(&begun);
    let plan = &state.plan;
    let others = |id: &str| id != me;
    let one = |id: &str| {
        let person = plan.people.get(id);
        let team = person.and_then(|p| p.team.as_deref()).map(|team| format!(", {team}"));
        let who = format!("{}{}", plan.person_name(id), team.unwrap_or_default());
        Callable { name: id.to_owned(), who }
    };
    let strangers = state.people.keys().filter(|id| !plan.people.contains_key(*id));
    let known: Vec<&String> =
        plan.people.keys().chain(strangers).filter(|id| others(id.as_str())).collect();
    let by_id = known.iter().filter(|id| begins(id)).map(|id| one(id));
    let by_name = known
        .iter()
        .filter(|id| !begins(id) && plan.person_name(id).split_whitespace().any(begins));
    let mut all: Vec<Callable> = by_id.chain(by_name.map(|id| one(id))).collect();
    for person in plan.people.values() {
        let Some(team) = person.team.as_ref().filter(|team| begins(team)) else { continue };
        if !all.iter().any(|callable| callable.name == *team) {
            all.push(Callable { name: team.clone(), who: "the whole team".to_owned() });
        }
    }
    all.truncate(OFFERED);
    all
}

/// Every name that can be called, with who is meant by it.
fn names(state: &RunState, me: &str) -> Vec<(String, Vec<String>)> {
    let plan = &state.plan;
    let mut names: Vec<(String, Vec<String>)> = Vec::new();
    for (id, person) in &plan.people {
        names.push((id.clone(), vec![id.clone()]));
        names.push((person.name.clone(), vec![id.clone()]));
        let Some(team) = &person.team else { continue };
        match names.iter_mut().find(|(name, _)| name == team) {
            Some((_, people)) => people.push(id.clone()),
            None => names.push((team.clone(), vec![id.clone()])),
        }
    }
    let others = state.people.keys().map(String::as_str).chain([me]);
    for name in others.filter(|name| !plan.people.contains_key(*name)) {
        names.push((name.to_owned(), vec![name.to_owned()]));
    }
    names
}

/// Whether an `@` there may begin a name: not within a word, as in an address.
fn begins_a_name(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '@' | '/' | '.' | '_' | '-'))
}

/// How many bytes a name takes at the beginning of a text, in whatever case it is written, if it
/// stands there and ends there.
fn says(text: &str, name: &str) -> Option<usize> {
    let mut rest = text.char_indices();
    for wanted in name.chars() {
        let (_, found) = rest.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let behind = rest.as_str();
    let ends = |c: char| !c.is_alphanumeric() && c != '_';
    let goes_on = behind.strip_prefix(['-', '.']).and_then(|rest| rest.chars().next());
    let over = behind.chars().next().is_none_or(ends) && goes_on.is_none_or(ends);
    (over && !name.is_empty()).then_some(text.len() - behind.len())
}

/// How many bytes a word takes that may be a name.
fn word(text: &str) -> usize {
    if !text.starts_with(char::is_alphabetic) {
        return 0;
    }
    let word: String = text.chars().take_while(|c| is_of_a_name(*c)).collect();
    word.trim_end_matches(['-', '.', '_']).len()
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}
