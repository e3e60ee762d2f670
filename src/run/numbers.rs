//! Numbers are spoken on the call, so they are frozen when the run opens: after a revision every
//! step that was there keeps its own, and one inserted later is `4.12a`.

use crate::runbook::{Place, Runbook};
use std::collections::{HashMap, HashSet};

/// Gives the steps of `new` the numbers they ever had (by id); inserted ones are named after the step
/// before them in their phase. No number is ever used for a second step.
pub(super) fn freeze(old: &Runbook, ever: &HashMap<String, String>, new: &mut Runbook) {
    let mut used: HashSet<String> = ever.values().cloned().collect();
    let known_place = |place: Place| match place {
        Place::Phase(p) => {
            new.phases.get(p).is_some_and(|n| old.phases.iter().any(|o| o.id == n.id))
        }
        Place::Rung(r) => {
            new.rollbacks.get(r).is_some_and(|n| old.rollbacks.iter().any(|o| o.id == n.id))
        }
    };
    let known: Vec<bool> = new.steps.iter().map(|s| known_place(s.place)).collect();
    let mut before: Option<(Place, String)> = None;
    for (step, known) in new.steps.iter_mut().zip(known) {
        let kept = ever.get(&step.id).cloned();
        step.number = match kept {
            Some(number) => number,
            None => {
                let previous =
                    before.as_ref().filter(|(place, _)| *place == step.place).map(|(_, n)| &n[..]);
                let number = inserted(&step.number, previous, known, &used);
                used.insert(number.clone());
                number
            }
        };
        before = Some((step.place, step.number.clone()));
    }
}

/// The number of an inserted step: its own where its phase is new and nothing else has it, else
/// that of the step before it with the next free letter.
fn inserted(written: &str, previous: Option<&str>, known: bool, used: &HashSet<String>) -> String {
    if !known && !used.contains(written) {
        return written.to_owned();
    }
    let phase = written.split('.').next().unwrap_or(written);
    let first = format!("{phase}.0");
    let base = previous.unwrap_or(&first).trim_end_matches(|c: char| c.is_ascii_lowercase());
    (0..)
        .map(|n| format!("{base}{}", letters(n)))
        .find(|number| !used.contains(number))
        .unwrap_or_default()
}

/// a, b, …, z, aa, ab, …
fn letters(mut n: usize) -> String {
    let mut word = Vec::new();
    loop {
        word.push(b'a' + u8::try_from(n % 26).unwrap_or(0));
        if n < 26 {
            break;
        }
        n = n / 26 - 1;
    }
    word.into_iter().rev().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        let words: Vec<_> = [0, 1, 25, 26, 27, 701, 702].map(letters).into();
        assert_eq!(words, ["a", "b", "z", "aa", "ab", "zz", "aaa"]);
    }

    #[test]
    fn the_next_free_letter_behind_the_step_before() {
        let used = HashSet::from(["1.1", "1.2", "1.1a"].map(str::to_owned));
        assert_eq!(inserted("1.2", Some("1.1"), true, &used), "1.1b");
        assert_eq!(inserted("1.3", Some("1.1a"), true, &used), "1.1b");
        assert_eq!(inserted("1.1", None, true, &used), "1.0a");
        assert_eq!(inserted("3.1", None, false, &used), "3.1");
    }
}
