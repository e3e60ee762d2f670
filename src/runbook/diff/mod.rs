//! What differs between two runbooks, in words, step by step.

mod others;
mod renamed;
mod step;

pub use step::moment_words;

use super::{Place, Runbook, Step, StepIx};
use others::{others, release};
use renamed::renamed;
use std::collections::HashMap;
use step::{owner_words, span_words, step_words};

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
    let renamed = renamed(old, new);
    let mut removed = removed(old, new, &renamed);
    changes.extend(removed.remove(&None).into_iter().flatten());
    for (ix, step) in new.steps.iter().enumerate() {
        match old.step_ix.get(&step.id).and_then(|ix| old.steps.get(*ix)) {
            Some(before) => {
                let words =
                    step_words((old, before), (new, step), &renamed, moved.contains(&ix), ix);
                if !words.is_empty() {
                    let text = format!("{} {}: {}", before.number, before.title, words.join(", "));
                    changes.push(change(ChangeKind::Changed, Some(step), text));
                }
                changes.extend(removed.remove(&Some(step.id.clone())).into_iter().flatten());
            }
            None if renamed.values().any(|new| *new == ix) => {}
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
fn removed(
    old: &Runbook,
    new: &Runbook,
    renamed: &HashMap<&str, StepIx>,
) -> HashMap<Option<String>, Vec<Change>> {
    let mut map: HashMap<Option<String>, Vec<Change>> = HashMap::new();
    let mut kept: Option<String> = None;
    for step in &old.steps {
        if new.step_ix.contains_key(&step.id) {
            kept = Some(step.id.clone());
        } else {
            let other = renamed.get(step.id.as_str()).and_then(|ix| new.steps.get(*ix));
            let text = match other {
                Some(other) => renamed::words(step, other),
                None => format!("\u{2212} {} {}", step.number, step.title),
            };
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

    /// Without an `id` of its own a step loses its history with its title: that has to be said.
    #[test]
    fn a_step_with_another_title_is_told_to_be_the_old_one() {
        let gone = |title: &str| {
            format!("1.2 B is gone, new: {title}; give it id = \"b\" to keep its history")
        };
        let mute = PLAN.replace("\"B\"", "\"Mute the alerts\"");
        let book = |text: &str| read(text).runbook.expect("a runbook");
        let all =
            mute.replace("Mute the alerts", "Mute all the alerts").replace("bo\", d", "ana\", d");
        let said = difference(&book(&mute), &book(&all)).into_iter().map(|c| c.text);
        assert_eq!(
            said.collect::<Vec<_>>()[..1],
            ["1.2 Mute the alerts is gone, new: Mute all the alerts; \
              give it id = \"mute-the-alerts\" to keep its history"]
        );
        // The same work under another title, and nothing about what comes after it.
        assert_eq!(words(&PLAN.replace("\"B\"", "\"Replica\"")), [gone("Replica")]);
        // Another step in its place, and one with an id of its own, are what they are.
        let other =
            PLAN.replace("title = \"B\", owner = \"bo\"", "title = \"New\", owner = \"ana\"");
        assert_eq!(words(&other)[..2], ["\u{2212} 1.2 B", "+ New (ana, 10m), after 1.1"]);
        let kept = PLAN.replace("title = \"B\"", "id = \"b\", title = \"Replica\"");
        assert_eq!(words(&kept), ["1.2 B: title B → Replica"]);
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
