//! What differs beside the steps: the release, and everything that has a name.

use super::step::{id_of, moment_words, pair_words};
use super::{Change, ChangeKind, change};
use crate::runbook::duration::format_duration;
use crate::runbook::{AvailableUntil, Interval, IntervalEnd, Moment, Phase, Runbook, Rung, Then};
use std::fmt::Debug;

pub(super) fn release(old: &Runbook, new: &Runbook, changes: &mut Vec<Change>) {
    let (a, b) = (&old.release, &new.release);
    let zone = b.timezone;
    let time =
        |t: Option<chrono::DateTime<chrono::Utc>>| t.map(|t| moment_words(Moment::At(t), zone));
    let pairs = [
        ("title", Some(a.title.clone()), Some(b.title.clone())),
        ("release id", Some(a.id.clone()), Some(b.id.clone())),
        ("version", a.version.clone(), b.version.clone()),
        ("change record", a.change.clone(), b.change.clone()),
        ("environment", a.environment.clone(), b.environment.clone()),
        ("bridge", a.bridge.clone(), b.bridge.clone()),
        ("timezone", Some(a.timezone.to_string()), Some(b.timezone.to_string())),
        ("start", a.start.map(|m| moment_words(m, zone)), b.start.map(|m| moment_words(m, zone))),
        ("zero hour", time(a.zero_hour), time(b.zero_hour)),
        ("window opens", time(a.window.map(|w| w.opens)), time(b.window.map(|w| w.opens))),
        ("window closes", time(a.window.map(|w| w.closes)), time(b.window.map(|w| w.closes))),
        ("amber after", Some(format_duration(a.amber_after)), Some(format_duration(b.amber_after))),
        (
            "decision margin",
            Some(format_duration(a.decision_margin)),
            Some(format_duration(b.decision_margin)),
        ),
        ("updates every", a.update_every.map(format_duration), b.update_every.map(format_duration)),
    ];
    let words = pairs.into_iter().filter_map(|(name, a, b)| pair_words(name, a, b));
    changes.extend(words.map(|text| change(ChangeKind::Changed, None, text)));
}

/// Everything beside the steps: what is new, gone or different, by name.
pub(super) fn others(old: &Runbook, new: &Runbook, changes: &mut Vec<Change>) {
    let text = |(k, v): (&String, &String)| (k.clone(), v.clone());
    named("name", old.vars.iter().map(text), new.vars.iter().map(text), changes);
    let people = |book: &Runbook| book.people.clone().into_iter().collect::<Vec<_>>();
    named("person", people(old), people(new), changes);
    named("phase", phases(old), phases(new), changes);
    named("rollback", rungs(old), rungs(new), changes);
    named(
        "checklist",
        old.checklists.iter().map(|c| (c.id.clone(), c.clone())),
        new.checklists.iter().map(|c| (c.id.clone(), c.clone())),
        changes,
    );
    named("interval", intervals(old), intervals(new), changes);
    named(
        "criterion",
        old.criteria.iter().map(|c| (c.id.clone(), c.clone())),
        new.criteria.iter().map(|c| (c.id.clone(), c.clone())),
        changes,
    );
    named(
        "message",
        old.messages.iter().map(|m| (m.id.clone(), m.clone())),
        new.messages.iter().map(|m| (m.id.clone(), m.clone())),
        changes,
    );
}

fn named<T: PartialEq + Debug>(
    what: &str,
    old: impl IntoIterator<Item = (String, T)>,
    new: impl IntoIterator<Item = (String, T)>,
    changes: &mut Vec<Change>,
) {
    let mut before: indexmap::IndexMap<String, T> = old.into_iter().collect();
    for (id, value) in new {
        match before.shift_remove(&id) {
            None => changes.push(change(ChangeKind::Added, None, format!("+ {what} {id}"))),
            Some(was) if was != value => {
                changes.push(change(ChangeKind::Changed, None, format!("{what} {id} changed")));
            }
            Some(_) => {}
        }
    }
    for id in before.into_keys() {
        changes.push(change(ChangeKind::Removed, None, format!("\u{2212} {what} {id}")));
    }
}

/// Phases with what is not their steps; those are compared on their own.
fn phases(book: &Runbook) -> Vec<(String, Vec<String>)> {
    let parts = |phase: &Phase| {
        let after = phase.after.iter().filter_map(|ix| book.phases.get(*ix)).map(|p| p.id.clone());
        [phase.title.clone(), format!("{:?}", phase.flow)].into_iter().chain(after).collect()
    };
    book.phases.iter().map(|p| (p.id.clone(), parts(p))).collect()
}

/// Rungs by name, every index replaced by an id.
fn rungs(book: &Runbook) -> Vec<(String, Vec<String>)> {
    let parts = |rung: &Rung| {
        let everything = rung.covers.len() == book.forward_steps().len();
        let covers = rung.covers.iter().map(|ix| id_of(book, *ix)).collect::<Vec<_>>().join(" ");
        let until = match rung.available_until {
            AvailableUntil::Step(ix) => id_of(book, ix).to_owned(),
            other => format!("{other:?}"),
        };
        let then = match rung.then {
            Then::Resume(ix) => id_of(book, ix).to_owned(),
            Then::Stop => "stop".to_owned(),
        };
        let otherwise = rung.otherwise.and_then(|ix| book.rollbacks.get(ix)).map(|r| r.id.clone());
        vec![
            rung.title.clone(),
            if everything { "everything".to_owned() } else { covers },
            until,
            rung.trigger.clone().unwrap_or_default(),
            then,
            otherwise.unwrap_or_default(),
            format!("{:?}", rung.flow),
        ]
    };
    book.rollbacks.iter().map(|r| (r.id.clone(), parts(r))).collect()
}

fn intervals(book: &Runbook) -> Vec<(String, Vec<String>)> {
    let end = |e: IntervalEnd| format!("{} {:?}", id_of(book, e.step), e.on);
    let parts = |i: &Interval| {
        vec![i.title.clone(), end(i.from), end(i.to), format!("{:?} {}", i.limit, i.downtime)]
    };
    book.intervals.iter().map(|i| (i.id.clone(), parts(i))).collect()
}
