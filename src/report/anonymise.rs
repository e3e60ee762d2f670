//! Names out of a report: each person becomes a role and a number, `operator-2`, in every text,
//! free text included. The same run gives the same pseudonyms, however much is recorded after:
//! people are numbered in the order of the runbook the run was opened with, then as they appear in
//! the record, and keep the role they had at first.
//!
//! A field that holds a person is replaced whatever the name. In free text a name is found as a
//! whole word, upper and lower case and accents alike: the id, the display name, each part of a
//! display name of three letters or more (with a capital, of two), and initials. So a colleague
//! called Will takes the word *will* along, unless it stands in lower case and is a common word:
//! better a strange sentence than a name left in. Contacts, and whatever looks like a phone number
//! or an e-mail address, become `[contact]`.

mod contacts;
mod names;
mod people;

use super::model::{Report, Walk};
use crate::run::{Event, RunState, describe};
use contacts::CONTACT;
use names::{Kind, Names};
use serde_json::Value;
use std::sync::Arc;

/// Replaces the people of a run by pseudonyms, everywhere in its report.
pub fn anonymise(report: &mut Report, state: &RunState) {
    let names = Names::of(people::people(state).iter());
    say_again(report, state, &names);
    report.walk("Report", &mut |field, text| {
        let other = match holds(field) {
            Holds::Person => names.person(text),
            Holds::Said => names.replaced(text, Kind::Said),
            Holds::Json => in_json(&names, text),
            Holds::Code => names.unnamed(text, Kind::Free),
            Holds::Free => names.replaced(text, Kind::Free),
        };
        if let Some(other) = other {
            *text = other;
        }
    });
    report.run.anonymised = true;
}

/// What a field of the report holds.
enum Holds {
    /// A person's id or name.
    Person,
    /// What golive says, with people in it.
    Said,
    /// A row of the plan: keys and values of the runbook format.
    Json,
    /// Ids, numbers and checksums: no phone number is in them.
    Code,
    /// Free text.
    Free,
}

fn holds(field: &str) -> Holds {
    let (kind, name) = field.rsplit_once('.').unwrap_or(("", field));
    match (kind, name) {
        (
            _,
            "by" | "owner" | "opened_by" | "ended_by" | "closed_by" | "begun_by" | "cast_by"
            | "recorded_by" | "voter" | "approver" | "substitute",
        )
        | ("Person", "id" | "name") => Holds::Person,
        ("Deviation", "what") | ("Closure", "deviations") | ("Decision", "against_rules") => {
            Holds::Said
        }
        ("PlanRow", "more") => Holds::Json,
        (_, "id" | "number" | "sha256" | "head" | "chain_head" | "runbook_sha256" | "rung")
        | ("Head" | "Closure", "version" | "change" | "timezone") => Holds::Code,
        _ => Holds::Free,
    }
}

/// Says again, with pseudonyms, what acts about people say: in `handed the lead over to will` only
/// the act knows who is meant.
fn say_again(report: &mut Report, state: &RunState, names: &Names) {
    let is_about = |event: &Event| {
        people::names_somebody(event)
            || matches!(event, Event::Correction { .. } | Event::RunRevised { .. })
    };
    if !state.log.iter().any(|logged| is_about(&logged.entry.act.event)) {
        return;
    }
    let mut other = state.clone();
    for logged in other.log.iter_mut().filter(|l| is_about(&l.entry.act.event)) {
        let entry = Arc::make_mut(&mut logged.entry);
        if let Event::RunRevised { summary, .. } = &mut entry.act.event {
            replace(summary, names.replaced(summary, Kind::Said));
        }
        people::each_named(&mut entry.act.event, &mut |person| {
            replace(person, names.person(person));
        });
    }
    let logged = |seq: u64| {
        let at = other.log.partition_point(|logged| logged.entry.seq < seq);
        other.log.get(at).filter(|l| l.entry.seq == seq && is_about(&l.entry.act.event))
    };
    for happening in report.timeline.iter_mut().flatten() {
        if let Some(logged) = logged(happening.entry) {
            happening.what = describe(&other, &other.mended_act(logged).event);
        }
    }
    for correction in report.corrections.iter_mut().flatten() {
        if let Some(Event::Correction { entry, mend, .. }) =
            logged(correction.entry).map(|logged| &logged.entry.act.event)
        {
            let bare = Event::Correction { entry: entry.clone(), mend: mend.clone(), reason: None };
            correction.what = describe(&other, &bare);
        }
    }
}

fn replace(text: &mut String, other: Option<String>) {
    if let Some(other) = other {
        *text = other;
    }
}

/// A row's `more` without people; none where it is no JSON, or nothing is to be replaced.
fn in_json(names: &Names, text: &str) -> Option<String> {
    let Ok(mut value) = serde_json::from_str::<Value>(text) else {
        return names.replaced(text, Kind::Said);
    };
    let before = value.clone();
    in_value(names, "", &mut value);
    (value != before).then(|| value.to_string())
}

fn in_value(names: &Names, key: &str, value: &mut Value) {
    match value {
        Value::String(text) => match key {
            "contact" => CONTACT.clone_into(text),
            "owner" | "voters" | "signers" | "decider" | "substitute" | "approver" | "by" => {
                replace(text, names.person(text));
            }
            _ => replace(text, names.replaced(text, Kind::Free)),
        },
        Value::Array(all) => all.iter_mut().for_each(|one| in_value(names, key, one)),
        Value::Object(all) => {
            for (key, one) in all {
                in_value(names, key, one);
            }
        }
        _ => {}
    }
}
