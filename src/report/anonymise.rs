//! Names out of a report: each person becomes a role and a number, `operator-2`, in every text,
//! free text included. The same run gives the same pseudonyms, however much is recorded after:
//! people are numbered in the order of the runbook the run was opened with, then as they appear in
//! the record, and keep the role they had at first.
//!
//! A name is found as a whole word, upper and lower case alike: the id, the display name, and each
//! part of a display name of three letters or more. So a colleague called Will takes the word
//! *will* along, unless it stands in lower case and is a common word: better a strange sentence
//! than a name left in. Contacts become `[contact]`.

use super::model::{Report, Walk};
use crate::run::{Event, RunState};
use crate::runbook::{self, Owner, Role};
use indexmap::IndexMap;
use std::collections::HashMap;

/// Parts of names shorter than this are too often something else.
const SHORTEST_PART: usize = 3;

/// Names that are words, too: in lower case they are taken for the word.
const COMMON: [&str; 32] = [
    "amber", "art", "bill", "bob", "chase", "chip", "dean", "drew", "faith", "frank", "grace",
    "grant", "guy", "hope", "jack", "joy", "june", "lance", "mark", "may", "miles", "nick", "norm",
    "pat", "ray", "rob", "rose", "sue", "summer", "will", "the", "and",
];

/// Replaces the people of a run by pseudonyms, everywhere in its report.
pub fn anonymise(report: &mut Report, state: &RunState) {
    let names = Names::of(state);
    report.walk(&mut |text| {
        if let Some(other) = names.replaced(text) {
            *text = other;
        }
    });
    report.run.anonymised = true;
}

/// What is looked for, and what stands there instead.
#[derive(Default)]
struct Names {
    /// By the first word in lower case: the whole name in lower case, its pseudonym, and whether
    /// it is a common word. Longer names come first.
    by_word: HashMap<String, Vec<Name>>,
}

struct Name {
    lower: String,
    instead: String,
    common: bool,
}

impl Names {
    fn of(state: &RunState) -> Self {
        let mut names = Self::default();
        for (id, person) in people(state) {
            names.add(&id, &person.pseudonym);
            for whole in &person.names {
                names.add(whole, &person.pseudonym);
                if person.is_listed || looks_like_a_name(whole) {
                    let parts = whole.split(|c: char| !c.is_alphanumeric());
                    for part in parts.filter(|part| part.chars().count() >= SHORTEST_PART) {
                        names.add(part, &person.pseudonym);
                    }
                }
            }
            for contact in &person.contacts {
                names.add(contact, "[contact]");
            }
        }
        for found in names.by_word.values_mut() {
            found.sort_by_key(|name| std::cmp::Reverse(name.lower.len()));
        }
        names
    }

    fn add(&mut self, name: &str, instead: &str) {
        let lower = name.trim().to_lowercase();
        let Some(word) = words(&lower).next().map(|(_, word)| word.to_owned()) else { return };
        let known = self.by_word.entry(word).or_default();
        // Of two people with one name the first is meant: one pseudonym is as good as the other.
        if known.iter().all(|name| name.lower != lower) {
            let common = COMMON.contains(&lower.as_str());
            known.push(Name { lower, instead: instead.to_owned(), common });
        }
    }

    /// The text without the names; none where there is none in it.
    fn replaced(&self, text: &str) -> Option<String> {
        let mut out: Option<String> = None;
        let mut done = 0;
        for (at, word) in words(text) {
            if at < done {
                continue;
            }
            let Some(names) = self.by_word.get(&word.to_lowercase()) else { continue };
            let Some((name, end)) =
                names.iter().find_map(|name| Some((name, name.ends_in(text, at)?)))
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
    fn ends_in(&self, text: &str, at: usize) -> Option<usize> {
        // What contact begins with a sign has it before its first word; that much is left over.
        let lead = self.lower.find(char::is_alphanumeric).unwrap_or(0);
        let wanted = self.lower.get(lead..)?;
        let rest = text.get(at..)?;
        let mut wanted = wanted.chars();
        let mut next = wanted.next();
        let mut end = at;
        for c in rest.chars() {
            if next.is_none() {
                break;
            }
            for lower in c.to_lowercase() {
                if next != Some(lower) {
                    return None;
                }
                next = wanted.next();
            }
            end += c.len_utf8();
        }
        let found = text.get(at..end)?;
        let goes_on = text.get(end..)?.chars().next().is_some_and(char::is_alphanumeric);
        let whole = next.is_none() && !goes_on;
        let is_word = self.common && found.chars().next().is_some_and(char::is_lowercase);
        (whole && !is_word).then_some(end)
    }
}

/// The words of a text, each with where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|c: char| !c.is_alphanumeric()).filter_map(move |word| {
        let begin = at;
        // Whatever splits is one character.
        at += word.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        (!word.is_empty()).then_some((begin, word))
    })
}

/// A person as far as names go.
#[derive(Default)]
struct Known {
    pseudonym: String,
    names: Vec<String>,
    contacts: Vec<String>,
    is_listed: bool,
}

/// Everybody who is named anywhere: in `[people]`, now or in an earlier text, as an owner, or in the record.
fn people(state: &RunState) -> IndexMap<String, Known> {
    let mut people = IndexMap::<String, Known>::new();
    let mut counts = HashMap::<&'static str, usize>::new();
    let opener = state.opened.person.to_string();
    let mut meet = |people: &mut IndexMap<String, Known>, id: &str, role: Option<Role>| {
        if id.trim().is_empty() || people.contains_key(id) {
            return;
        }
        let role = match role {
            Some(Role::Lead) => "lead",
            Some(Role::Observer) => "observer",
            None if id == opener => "lead",
            _ => "operator",
        };
        let n = counts.entry(role).or_default();
        *n += 1;
        let pseudonym = format!("{role}-{n}");
        people.insert(id.to_owned(), Known { pseudonym, ..Known::default() });
    };
    for logged in &state.log {
        let act = &logged.entry.act;
        if let Event::RunOpened { runbook, .. } | Event::RunRevised { runbook, .. } = &act.event
            && let Some(plan) = runbook::read(runbook).runbook
        {
            for person in plan.people.values() {
                meet(&mut people, &person.id, person.role);
                if let Some(known) = people.get_mut(&person.id) {
                    known.is_listed = true;
                    known.names.push(person.name.clone());
                    known.contacts.extend(person.contact.clone());
                }
            }
            for owner in named_in(&plan) {
                meet(&mut people, &owner, None);
            }
        }
        meet(&mut people, &act.actor.name, Some(act.actor.role).filter(|r| *r != Role::Operator));
        for name in act.on_behalf_of.iter().map(String::as_str).chain(named_by(&act.event)) {
            meet(&mut people, name, None);
        }
    }
    for (id, known) in &mut people {
        if known.names.is_empty() {
            known.names.push(id.clone());
        }
    }
    people
}

/// Owners in the plan that are not of `[people]`: they may be people all the same.
fn named_in(plan: &runbook::Runbook) -> Vec<String> {
    let owners = plan.steps.iter().filter_map(|step| match &step.owner {
        Some(Owner::Person(owner)) => Some(owner.clone()),
        _ => None,
    });
    let items = plan.checklists.iter().flat_map(|list| &list.items);
    let criteria = plan.criteria.iter().filter_map(|criterion| criterion.owner.clone());
    owners.chain(items.filter_map(|item| item.owner.clone())).chain(criteria).collect()
}

/// People whom an event names.
fn named_by(event: &Event) -> impl Iterator<Item = &str> {
    let (one, two) = match event {
        Event::HandedOver { to } => (Some(to.as_str()), None),
        Event::RoleGranted { person, .. } | Event::PersonCalled { person, .. } => {
            (Some(person.as_str()), None)
        }
        Event::SubstituteActive { person, substitute } => {
            (Some(person.as_str()), Some(substitute.as_str()))
        }
        Event::StepAssigned { owner, .. } => (Some(owner.as_str()), None),
        Event::NoteAdded { owner, .. } | Event::NoteEdited { owner, .. } => {
            (owner.as_deref(), None)
        }
        Event::RunRescheduled { approver, .. } => (approver.as_deref(), None),
        _ => (None, None),
    };
    one.into_iter().chain(two)
}

/// Whether a free text looks like somebody's name rather than like "DBA on call": some words, each
/// beginning with a capital.
fn looks_like_a_name(text: &str) -> bool {
    let mut words = text.split_whitespace();
    text.split_whitespace().count() <= 4
        && words.all(|word| word.chars().next().is_some_and(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        for (name, instead) in [
            ("bo", "operator-1"),
            ("Bo Lindqvist", "operator-1"),
            ("Lindqvist", "operator-1"),
            ("will", "lead-1"),
            ("+44 20 7946", "[contact]"),
            ("Ünal", "operator-2"),
        ] {
            names.add(name, instead);
        }
        for found in names.by_word.values_mut() {
            found.sort_by_key(|name| std::cmp::Reverse(name.lower.len()));
        }
        names
    }

    #[test]
    fn names_in_free_text_are_found_as_whole_words() {
        let cases = [
            ("bo finished at 02:14", "operator-1 finished at 02:14"),
            ("Bo's dump", "operator-1's dump"),
            ("BO LINDQVIST said so", "operator-1 said so"),
            ("ask Lindqvist, or (bo)", "ask operator-1, or (operator-1)"),
            ("both bots elbow", "both bots elbow"),
            ("Will will go", "lead-1 will go"),
            ("call +44 20 7946 now", "call +[contact] now"),
            ("ÜNAL ünal", "operator-2 operator-2"),
            ("", ""),
        ];
        let names = names();
        for (text, expected) in cases {
            assert_eq!(names.replaced(text).as_deref().unwrap_or(text), expected);
        }
    }

    #[test]
    fn a_role_in_the_place_of_an_owner_is_no_name_in_parts() {
        assert!(looks_like_a_name("Maria Lopez"));
        assert!(!looks_like_a_name("DBA on call"));
    }
}
