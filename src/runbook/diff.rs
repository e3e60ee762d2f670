//! What differs between two runbooks, in words, step by step.

use super::duration::format_duration;
use super::{
    AvailableUntil, Link, LinkOn, Moment, Owner, Phase, Place, Runbook, Rung, Span, Step, StepIx,
    Then,
};
use chrono_tz::Tz;
use std::collections::HashMap;
use std::fmt::Debug;

/// What happened to a part of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It reads differently, or stands elsewhere.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The step it is about; none for anything else.
    pub step: Option<String>,
    /// In words, such as `2.3 Verify counts: duration 10m → 20m`. As in the file: not yet made
    /// visible.
    pub text: String,
}

/// What differs, in the order of the new plan; removed steps where they stood. Steps match by id
/// and keep the numbers of the old plan; a new one is named by the step it follows.
pub fn difference(old: &Runbook, new: &Runbook) -> Vec<Change> {
    let mut changes = Vec::new();
    release(old, new, &mut changes);
    let moved = moved(old, new);
    let mut removed = removed(old, new);
    changes.extend(removed.remove(&None).into_iter().flatten());
    for (ix, step) in new.steps.iter().enumerate() {
        match old.step_ix.get(&step.id).and_then(|ix| old.steps.get(*ix)) {
            Some(before) => {
                let words = step_words(old, before, new, step, moved.contains(&ix), ix);
                if !words.is_empty() {
                    let text = format!("{} {}: {}", before.number, before.title, words.join(", "));
                    changes.push(change(ChangeKind::Changed, Some(step), text));
                }
                changes.extend(removed.remove(&Some(step.id.clone())).into_iter().flatten());
            }
            None => changes.push(added(old, new, ix, step)),
        }
    }
    others(old, new, &mut changes);
    changes
}

/// The differences in one line, for the record: the first ones, and how many more.
pub fn summary(changes: &[Change]) -> String {
    const LONG: usize = 160;
    let mut line = String::new();
    for (ix, change) in changes.iter().enumerate() {
        let long = line.chars().count() + change.text.chars().count() > LONG;
        if ix > 0 && long {
            line.push_str(&format!("; and {} more", changes.len() - ix));
            return line;
        }
        if ix > 0 {
            line.push_str("; ");
        }
        line.push_str(&change.text);
    }
    if line.is_empty() { "nothing but comments and spacing".to_owned() } else { line }
}

fn change(kind: ChangeKind, step: Option<&Step>, text: String) -> Change {
    Change { kind, step: step.map(|s| s.id.clone()), text }
}

fn added(old: &Runbook, new: &Runbook, ix: StepIx, step: &Step) -> Change {
    let inside = section_steps(new, step.place);
    let before = (inside.start..ix).rev().find_map(|ix| old.step(&new.steps.get(ix)?.id));
    let place = match before {
        Some(before) => format!("after {}", before.number),
        None => format!("at the beginning of {}", section_title(new, step.place)),
    };
    let details: Vec<String> =
        [step.owner.as_ref().map(owner_words), step.duration.map(span_words)]
            .into_iter()
            .flatten()
            .collect();
    let details =
        if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) };
    change(ChangeKind::Added, Some(step), format!("+ {}{details}, {place}", step.title))
}

/// Removed steps by the kept step after which they stood.
fn removed(old: &Runbook, new: &Runbook) -> HashMap<Option<String>, Vec<Change>> {
    let mut map: HashMap<Option<String>, Vec<Change>> = HashMap::new();
    let mut kept: Option<String> = None;
    for step in &old.steps {
        if new.step_ix.contains_key(&step.id) {
            kept = Some(step.id.clone());
        } else {
            let text = format!("\u{2212} {} {}", step.number, step.title);
            map.entry(kept.clone()).or_default().push(change(
                ChangeKind::Removed,
                Some(step),
                text,
            ));
        }
    }
    map
}

/// Steps that stand in another order than the others that both plans have: all but a longest row
/// that is in order in both.
fn moved(old: &Runbook, new: &Runbook) -> std::collections::HashSet<StepIx> {
    let common: Vec<(StepIx, StepIx)> = new
        .steps
        .iter()
        .enumerate()
        .filter_map(|(ix, s)| Some((ix, *old.step_ix.get(&s.id)?)))
        .collect();
    // Patience sorting: for each length, the row of that length with the smallest last value.
    let mut tails: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = vec![None; common.len()];
    for (at, (_, value)) in common.iter().enumerate() {
        let length = tails.partition_point(|t| common[*t].1 < *value);
        previous[at] = length.checked_sub(1).map(|l| tails[l]);
        if length == tails.len() {
            tails.push(at);
        } else {
            tails[length] = at;
        }
    }
    let mut stays = vec![false; common.len()];
    let mut at = tails.last().copied();
    while let Some(ix) = at {
        stays[ix] = true;
        at = previous[ix];
    }
    common.iter().zip(stays).filter(|(_, stays)| !stays).map(|((ix, _), _)| *ix).collect()
}

fn section_steps(book: &Runbook, place: Place) -> std::ops::Range<StepIx> {
    match place {
        Place::Phase(p) => book.phases.get(p).map(|p| p.steps.clone()),
        Place::Rung(r) => book.rollbacks.get(r).map(|r| r.steps.clone()),
    }
    .unwrap_or_default()
}

fn section_title(book: &Runbook, place: Place) -> &str {
    match place {
        Place::Phase(p) => book.phases.get(p).map(|p| p.title.as_str()),
        Place::Rung(r) => book.rollbacks.get(r).map(|r| r.title.as_str()),
    }
    .unwrap_or_default()
}

fn section_id(book: &Runbook, place: Place) -> &str {
    match place {
        Place::Phase(p) => book.phases.get(p).map(|p| p.id.as_str()),
        Place::Rung(r) => book.rollbacks.get(r).map(|r| r.id.as_str()),
    }
    .unwrap_or_default()
}

/// All that differs in one step.
fn step_words(
    old: &Runbook,
    a: &Step,
    new: &Runbook,
    b: &Step,
    moved: bool,
    ix: StepIx,
) -> Vec<String> {
    let mut words = Vec::new();
    if section_id(old, a.place) != section_id(new, b.place) {
        words.push(format!("moved to {}", section_title(new, b.place)));
    } else if moved {
        let inside = section_steps(new, b.place);
        let before = (inside.start..ix).rev().find_map(|ix| old.step(&new.steps.get(ix)?.id));
        words.push(before.map_or_else(
            || "moved to the beginning".to_owned(),
            |before| format!("moved after {}", before.number),
        ));
    }
    let zone = new.release.timezone;
    let needs = |book: &Runbook, s: &Step| links_words(book, &s.needs);
    let pairs = [
        ("title", Some(a.title.clone()), Some(b.title.clone())),
        ("owner", a.owner.as_ref().map(owner_words), b.owner.as_ref().map(owner_words)),
        ("duration", a.duration.map(span_words), b.duration.map(span_words)),
        ("stream", a.stream.clone(), b.stream.clone()),
        ("notice", a.notice.map(format_duration), b.notice.map(format_duration)),
        (
            "not before",
            a.not_before.map(|m| moment_words(m, zone)),
            b.not_before.map(|m| moment_words(m, zone)),
        ),
        ("waits for", needs(old, a), needs(new, b)),
        (
            "when",
            a.when.as_ref().map(|w| format!("{} is {}", id_of(old, w.step), w.is)),
            b.when.as_ref().map(|w| format!("{} is {}", id_of(new, w.step), w.is)),
        ),
    ];
    for (name, before, after) in pairs {
        words.extend(pair_words(name, before, after));
    }
    words.extend(plain_words(old, a, new, b));
    words
}

fn pair_words(name: &str, before: Option<String>, after: Option<String>) -> Option<String> {
    match (before, after) {
        (a, b) if a == b => None,
        (Some(a), Some(b)) => Some(format!("{name} {a} → {b}")),
        (None, Some(b)) => Some(format!("{name} {b}")),
        (Some(a), None) => Some(format!("no {name} any more (was {a})")),
        (None, None) => None,
    }
}

/// Parts that are only said to have changed.
fn plain_words(old: &Runbook, a: &Step, new: &Runbook, b: &Step) -> Vec<String> {
    let undoes = |book: &Runbook, s: &Step| -> Vec<String> {
        s.undoes.iter().map(|ix| id_of(book, *ix).to_owned()).collect()
    };
    let gate = |s: &Step| {
        s.gate.as_ref().map(|g| {
            (g.requires.clone(), g.voters.clone(), g.quorum, g.decider.clone(), g.deadline)
        })
    };
    let on_failure = |book: &Runbook, s: &Step| format!("{:?}", rung_named(book, s));
    let parts = [
        ("kind", a.kind != b.kind),
        ("instructions", a.instructions != b.instructions),
        ("what to expect", a.expect != b.expect),
        ("links", a.links != b.links),
        ("items", a.items != b.items),
        ("records", a.records != b.records),
        ("evidence", a.evidence != b.evidence),
        ("confirmation", a.confirm != b.confirm),
        ("signers", (a.signers, &a.signer_ids) != (b.signers, &b.signer_ids)),
        ("time to stop it", a.abort != b.abort),
        ("part in a rehearsal", a.in_rehearsal != b.in_rehearsal),
        ("point of no return", a.point_of_no_return != b.point_of_no_return),
        ("what a failure does", on_failure(old, a) != on_failure(new, b)),
        ("command", a.run != b.run),
        ("check", a.check != b.check),
        ("guard", a.guard != b.guard),
        ("message", a.message != b.message),
        ("options", a.options != b.options),
        ("gate", gate(a) != gate(b)),
        ("what it undoes", undoes(old, a) != undoes(new, b)),
    ];
    parts
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| format!("{name} changed"))
        .collect()
}

/// `on_failure` and `on_no_go` with the rung by name, since its place may have changed.
fn rung_named(book: &Runbook, step: &Step) -> (String, String) {
    use super::{OnFailure, OnNoGo};
    let id = |ix: usize| book.rollbacks.get(ix).map(|r| r.id.clone()).unwrap_or_default();
    let failure = match step.on_failure {
        OnFailure::Rollback(ix) => id(ix),
        other => format!("{other:?}"),
    };
    let no_go = match step.gate.as_ref().map(|g| g.on_no_go) {
        Some(OnNoGo::Rollback(ix)) => id(ix),
        other => format!("{other:?}"),
    };
    (failure, no_go)
}

fn id_of(book: &Runbook, ix: StepIx) -> &str {
    book.steps.get(ix).map(|s| s.id.as_str()).unwrap_or_default()
}

fn owner_words(owner: &Owner) -> String {
    match owner {
        Owner::Person(name) => name.clone(),
        Owner::Team(team) => format!("team {team}"),
    }
}

fn span_words(span: Span) -> String {
    match span.range {
        None => format_duration(span.likely),
        Some((best, worst)) => {
            format!(
                "{}/{}/{}",
                format_duration(best),
                format_duration(span.likely),
                format_duration(worst)
            )
        }
    }
}

/// A point in time as people read it, datetimes in that zone.
pub fn moment_words(moment: Moment, zone: Tz) -> String {
    match moment {
        Moment::T(0) => "T-0".to_owned(),
        Moment::T(secs) if secs < 0 => format!("T\u{2212}{}", format_duration(-secs)),
        Moment::T(secs) => format!("T+{}", format_duration(secs)),
        Moment::At(time) => time.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string(),
        Moment::Clock(clock) => clock.format("%H:%M").to_string(),
    }
}

fn links_words(book: &Runbook, links: &[Link]) -> Option<String> {
    let one = |link: &Link| {
        let lag =
            if link.lag > 0 { format!("+{}", format_duration(link.lag)) } else { String::new() };
        let start = if link.on == LinkOn::Start { " (start)" } else { "" };
        format!("{}{start}{lag}", id_of(book, link.step))
    };
    let words: Vec<String> = links.iter().map(one).collect();
    Some(if words.is_empty() { "nothing".to_owned() } else { words.join(" + ") })
}

fn release(old: &Runbook, new: &Runbook, changes: &mut Vec<Change>) {
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
fn others(old: &Runbook, new: &Runbook, changes: &mut Vec<Change>) {
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
    let end = |e: super::IntervalEnd| format!("{} {:?}", id_of(book, e.step), e.on);
    let parts = |i: &super::Interval| {
        vec![i.title.clone(), end(i.from), end(i.to), format!("{:?} {}", i.limit, i.downtime)]
    };
    book.intervals.iter().map(|i| (i.id.clone(), parts(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::read;

    const PLAN: &str = "[release]\ntitle = \"T\"\nzero_hour = 2026-11-28T23:00:00Z\n[people.ana]\n[people.bo]\n[[phases]]\ntitle = \"P\"\nsteps = [\n  { title = \"A\", owner = \"ana\", duration = \"5m\" },\n  { title = \"B\", owner = \"bo\", duration = \"10m\" },\n  { title = \"C\", owner = \"bo\", duration = \"10m\" },\n]\n[[phases]]\ntitle = \"Q\"\nsteps = [{ title = \"D\", duration = \"1m\" }]\n[[rollbacks]]\ntitle = \"Back\"\nsteps = [{ title = \"Undo\", duration = \"1m\" }]\n";

    fn words(new: &str) -> Vec<String> {
        let book = |text: &str| read(text).runbook.expect("a runbook");
        difference(&book(PLAN), &book(new)).into_iter().map(|c| c.text).collect()
    }

    #[test]
    fn changes_are_said_in_words() {
        let a = "  { title = \"A\", owner = \"ana\", duration = \"5m\" },\n";
        let b = "  { title = \"B\", owner = \"bo\", duration = \"10m\" },\n";
        let c = "  { title = \"C\", owner = \"bo\", duration = \"10m\" },\n";
        let cases: [(String, &[&str]); 12] = [
            (PLAN.replace("# ", ""), &[]),
            (
                PLAN.replace("duration = \"5m\"", "duration = \"20m\""),
                &["1.1 A: duration 5m → 20m"],
            ),
            (
                PLAN.replace("\"A\", owner = \"ana\"", "\"A\", team = \"DBA\""),
                &["1.1 A: owner ana → team DBA"],
            ),
            (
                PLAN.replace(
                    b,
                    &b.replace("duration", "needs = [], instructions = \"x\", duration"),
                ),
                &["1.2 B: waits for a → nothing, instructions changed"],
            ),
            (PLAN.replace(b, ""), &["\u{2212} 1.2 B", "1.3 C: waits for b → a"]),
            (
                PLAN.replace(
                    b,
                    &format!("{b}  {{ title = \"New\", owner = \"ana\", duration = \"2m\" }},\n"),
                ),
                &["+ New (ana, 2m), after 1.2", "1.3 C: waits for b → new"],
            ),
            (
                PLAN.replace(&format!("{a}{b}"), &format!("{b}{a}")),
                &[
                    "1.2 B: moved to the beginning, waits for a → nothing",
                    "1.1 A: waits for nothing → b",
                    "1.3 C: waits for b → a",
                ],
            ),
            (
                PLAN.replace(c, "").replace(
                    "steps = [{ title = \"D\"",
                    &format!("steps = [{} {{ title = \"D\"", c.trim_end()),
                ),
                &["1.3 C: moved to Q, waits for b → nothing", "2.1 D: waits for nothing → c"],
            ),
            (
                PLAN.replace("2026-11-28T23:00:00Z", "2026-11-28T23:30:00Z"),
                &["zero hour 2026-11-28 23:00 → 2026-11-28 23:30"],
            ),
            (
                PLAN.replace("[people.ana]", "[people.ana]\nname = \"Ana\"\n[people.cy]"),
                &["person ana changed", "+ person cy"],
            ),
            (
                PLAN.replace("title = \"Back\"", "title = \"Back\"\ntrigger = \"x\""),
                &["rollback back changed"],
            ),
            (PLAN.replace("title = \"Q\"", "title = \"Q\"\nafter = []"), &["phase q changed"]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(&text), expected, "{text}");
        }
    }

    #[test]
    fn the_summary_is_one_line() {
        let one = |text: &str| change(ChangeKind::Changed, None, text.to_owned());
        assert_eq!(summary(&[]), "nothing but comments and spacing");
        assert_eq!(summary(&[one("a"), one("b")]), "a; b");
        let many: Vec<_> = (0..9).map(|n| one(&format!("{n}{}", "x".repeat(60)))).collect();
        assert!(summary(&many).ends_with("; and 7 more"), "{}", summary(&many));
    }
}
