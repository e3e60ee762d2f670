//! Finding steps, phases and rungs by the ids that a runbook writes.

use super::field::{Reader, Word};
use super::lists::Ids;
use super::outline::Outline;
use crate::runbook::text::visible;
use crate::runbook::{PhaseIx, Place, RungIx, StepIx};
use std::collections::HashMap;

/// Ids and what they name.
pub(super) struct Lookup<'o> {
    pub steps: HashMap<&'o str, StepIx>,
    phases: HashMap<&'o str, PhaseIx>,
    rungs: HashMap<&'o str, RungIx>,
    /// Step ids in order, for `prewarm-*`.
    sorted: Vec<(&'o str, StepIx)>,
    places: Vec<Place>,
    numbers: &'o [String],
}

impl<'o> Lookup<'o> {
    /// Indexes the outline; reports ids that are taken twice.
    pub fn new(r: &mut Reader<'_>, outline: &'o Outline<'_>, numbers: &'o [String]) -> Self {
        let mut defined: Vec<&Word> = outline.phases.iter().map(|p| &p.id).collect();
        defined.extend(outline.rungs.iter().map(|p| &p.id));
        defined.extend(outline.seeds.iter().map(|s| &s.id));
        defined.sort_by_key(|w| w.at.start);
        let mut ids = Ids::default();
        ids.reserve(defined.len());
        for word in defined {
            ids.take(r, &word.text, word.at, "steps, phases or rollbacks");
        }
        let mut lookup = Self {
            steps: HashMap::with_capacity(outline.seeds.len()),
            phases: HashMap::new(),
            rungs: HashMap::new(),
            sorted: outline
                .seeds
                .iter()
                .enumerate()
                .map(|(ix, s)| (s.id.text.as_str(), ix))
                .collect(),
            places: outline.seeds.iter().map(|s| s.place).collect(),
            numbers,
        };
        lookup.sorted.sort_unstable();
        for (ix, seed) in outline.seeds.iter().enumerate() {
            lookup.steps.entry(&seed.id.text).or_insert(ix);
        }
        for (ix, phase) in outline.phases.iter().enumerate() {
            lookup.phases.entry(&phase.id.text).or_insert(ix);
        }
        for (ix, rung) in outline.rungs.iter().enumerate() {
            lookup.rungs.entry(&rung.id.text).or_insert(ix);
        }
        lookup
    }

    /// A step by id.
    pub fn step(&self, r: &mut Reader<'_>, word: &Word) -> Option<StepIx> {
        let found = self.steps.get(word.text.as_str()).copied();
        if found.is_none() {
            self.unknown_step(r, word);
        }
        found
    }

    /// A step of the plan itself, not of a rung.
    pub fn forward_step(&self, r: &mut Reader<'_>, word: &Word) -> Option<StepIx> {
        let ix = self.step(r, word)?;
        if let Some(Place::Rung(_)) = self.places.get(ix) {
            let message = format!("`{}` is a step of a rollback", visible(&word.text));
            r.out.error("wrong-place", word.at, message).help("name a step of a phase here");
            return None;
        }
        Some(ix)
    }

    /// The steps that a word names: one, or all that match its `*`.
    pub fn steps_of(&self, r: &mut Reader<'_>, word: &Word) -> Vec<StepIx> {
        if !word.text.contains('*') {
            return self.step(r, word).into_iter().collect();
        }
        let found = self.matching(&word.text);
        if found.is_empty() {
            let message = format!("no step's id matches `{}`", visible(&word.text));
            r.out
                .error("unknown-step", word.at, message)
                .help("`prewarm-*` means all steps whose id begins with `prewarm-`");
        }
        found
    }

    /// Steps whose id matches a pattern with `*`, in the order of the plan.
    fn matching(&self, pattern: &str) -> Vec<StepIx> {
        let (head, tail) = pattern.split_once('*').unwrap_or((pattern, ""));
        let from = self.sorted.partition_point(|(id, _)| *id < head);
        let mut found: Vec<StepIx> = self
            .sorted
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|(id, _)| id.starts_with(head))
            .filter(|(id, _)| matches(&id[head.len()..], tail))
            .map(|&(_, ix)| ix)
            .collect();
        found.sort_unstable();
        found
    }

    /// A phase by id.
    pub fn phase(&self, r: &mut Reader<'_>, word: &Word) -> Option<PhaseIx> {
        if let Some(&ix) = self.phases.get(word.text.as_str()) {
            return Some(ix);
        }
        let near = r.suggest(&word.text, self.phases.keys().copied());
        let help = match near {
            Some(near) => format!("did you mean `{}`?", visible(near)),
            None if self.steps.contains_key(word.text.as_str()) => {
                "that is a step; steps wait for steps with `needs`".to_owned()
            }
            None => "a phase's id is the slug of its title, unless it has an `id`".to_owned(),
        };
        let message = format!("there is no phase `{}`", visible(&word.text));
        r.out.error("unknown-phase", word.at, message).help(help);
        None
    }

    /// A phase by id, without a word where there is none.
    pub fn phase_quietly(&self, id: &str) -> Option<PhaseIx> {
        self.phases.get(id).copied()
    }

    /// A rung by id.
    pub fn rung(&self, r: &mut Reader<'_>, word: &Word) -> Option<RungIx> {
        if let Some(&ix) = self.rungs.get(word.text.as_str()) {
            return Some(ix);
        }
        let near = r.suggest(&word.text, self.rungs.keys().copied());
        let help = match near {
            Some(near) => format!("did you mean `{}`?", visible(near)),
            None if self.rungs.is_empty() => "there are no [[rollbacks]]; add one".to_owned(),
            None => "a rollback's id is the slug of its title, unless it has an `id`".to_owned(),
        };
        let message = format!("there is no rollback `{}`", visible(&word.text));
        r.out.error("unknown-rung", word.at, message).help(help);
        None
    }

    fn unknown_step(&self, r: &mut Reader<'_>, word: &Word) {
        let id = word.text.as_str();
        let help = if self.phases.contains_key(id) {
            format!("`{id}` is a phase; phases wait for phases with `after`")
        } else if self.rungs.contains_key(id) {
            format!("`{id}` is a rollback, not a step")
        } else if let Some(step) = self.numbered(id) {
            format!("that is the number of `{step}`; numbers change with the plan, so write the id")
        } else if let Some(near) = r.suggest(id, self.sorted.iter().map(|(id, _)| *id)) {
            format!("did you mean `{}`?", visible(near))
        } else {
            "a step's id is the slug of its title, unless it has an `id`".to_owned()
        };
        let message = format!("there is no step `{}`", visible(id));
        r.out.error("unknown-step", word.at, message).help(help);
    }

    /// The id of the step with that number.
    fn numbered(&self, number: &str) -> Option<&'o str> {
        if !number.ends_with(|c: char| c.is_ascii_digit()) || !number.contains('.') {
            return None;
        }
        let ix = self.numbers.iter().position(|n| n == number)?;
        self.id_of(ix)
    }

    fn id_of(&self, ix: StepIx) -> Option<&'o str> {
        self.sorted.iter().find(|(_, i)| *i == ix).map(|(id, _)| *id)
    }
}

/// Whether a text matches the part of a pattern after its first `*`.
fn matches(text: &str, tail: &str) -> bool {
    let mut parts = tail.split('*');
    let last = parts.next_back().unwrap_or_default();
    let mut rest = text;
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_in_a_shell() {
        // (what follows the part before the first star, the pattern after it)
        let cases = [
            ("a", "", true),
            ("", "", true),
            ("a-x", "-x", true),
            ("a-y", "-x", false),
            ("abc", "b*c", true),
            ("ab", "b*c", false),
        ];
        for (text, tail, expected) in cases {
            assert_eq!(matches(text, tail), expected, "*{tail} on {text}");
        }
    }
}
