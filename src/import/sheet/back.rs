//! Rows that take work back, by their own words or those of their section, become a rung: in the
//! plan itself they would be work of the night, and ready when it begins.

use super::Reader;
use crate::import::draft::{Rung, Step};
use crate::import::remark::Remarks;
use crate::runbook::Secs;

/// How the title of a way back begins.
const BACK: [&str; 12] = [
    "rollback",
    "roll back",
    "roll-back",
    "rolling back",
    "backout",
    "back out",
    "back-out",
    "backing out",
    "fallback",
    "fall back",
    "fall-back",
    "rückfall",
];
/// Work of the night that is only about a way back.
const ABOUT: [&str; 18] = [
    "check",
    "confirm",
    "criteria",
    "decide",
    "decision",
    "meeting",
    "plan",
    "point",
    "prepare",
    "readiness",
    "ready",
    "rehearsal",
    "rehearse",
    "review",
    "script",
    "scripts",
    "test",
    "verify",
];

/// What a title says of a way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Nothing.
    Nothing,
    /// It is of one.
    Back,
    /// It is of one, or about one: a person must say.
    Perhaps,
}

/// What a title says: `Rollback: restore dump` is a way back, `Rollback decision` only about one.
fn says(title: &str) -> Says {
    let title = title.to_lowercase();
    let begins = |word: &&str| {
        title.strip_prefix(*word).filter(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let Some(rest) = BACK.iter().find_map(begins) else { return Says::Nothing };
    if rest.trim_start().starts_with([':', '-', '–', '—', '/']) {
        return Says::Back;
    }
    let mut words = rest.split(|c: char| !c.is_alphanumeric());
    if words.any(|word| ABOUT.contains(&word)) { Says::Perhaps } else { Says::Back }
}

/// Whether a section is a way back: its name begins as one, `Rollback plan` too.
fn is_section(title: &str) -> bool {
    says(title) != Says::Nothing && !title.to_lowercase().contains("test")
}

impl Reader<'_> {
    /// Takes the rows of a way back out of the plan, and their starts with them.
    pub(super) fn way_back(
        &mut self,
        starts: Vec<Option<Secs>>,
        remarks: &mut Remarks,
    ) -> Vec<Option<Secs>> {
        let of_section = |step: &Step| {
            self.draft.phases.get(step.phase).is_some_and(|phase| is_section(&phase.title))
        };
        let is_back: Vec<bool> = self
            .draft
            .steps
            .iter()
            .map(|step| of_section(step) || says(&step.title) == Says::Back)
            .collect();
        for (step, back) in self.draft.steps.iter_mut().zip(&is_back) {
            if !back && says(&step.title) == Says::Perhaps {
                step.to_do.push(
                    "is this work of the night, or a step of [[rollbacks]]? It was read as work"
                        .to_owned(),
                );
                remarks.at(
                    step.line,
                    "may be a step of a rollback: it was read as work of the night, with a comment",
                );
            }
        }
        if !is_back.contains(&true) {
            return starts;
        }
        if !is_back.contains(&false) {
            remarks.general("every row is of a rollback by its words: they were read as the plan");
            return starts;
        }
        self.take_out(&is_back, remarks);
        starts.into_iter().zip(&is_back).filter(|(_, back)| !**back).map(|(at, _)| at).collect()
    }

    fn take_out(&mut self, is_back: &[bool], remarks: &mut Remarks) {
        let mut kept = 0;
        let new_of: Vec<Option<usize>> = is_back
            .iter()
            .map(|back| {
                let place = (!back).then_some(kept);
                kept += usize::from(!back);
                place
            })
            .collect();
        let place = |ix: usize| new_of.get(ix).copied().flatten();
        let sections: Vec<Option<String>> = self
            .draft
            .phases
            .iter()
            .map(|phase| Some(phase.title.clone()).filter(|title| is_section(title)))
            .collect();
        // A rung for each section of that name, and one for the rows that stand alone.
        let mut rungs: Vec<(Option<usize>, Rung)> = Vec::new();
        for (ix, mut step) in std::mem::take(&mut self.draft.steps).into_iter().enumerate() {
            if place(ix).is_some() {
                unlink(&mut step, &place, remarks);
                self.draft.steps.push(step);
                continue;
            }
            let section = sections.get(step.phase).and_then(Option::as_deref);
            let key = section.map(|_| step.phase);
            let n = rungs.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                let title = section.unwrap_or("Rollback").to_owned();
                rungs.push((key, Rung { title, steps: Vec::new() }));
                rungs.len() - 1
            });
            remarks.at(step.line, "is of a rollback by its words: it became a step of a rung");
            let after = step.needs.take().unwrap_or_default();
            if after.iter().any(|(before, ..)| place(*before).is_some()) {
                remarks.at(
                    step.line,
                    "its predecessor is work of the night: left out, a rung begins when it is taken",
                );
            }
            if let Some((_, rung)) = rungs.get_mut(n) {
                rung.steps.push(step);
            }
        }
        self.emptied.extend(rungs.iter().filter_map(|(phase, _)| *phase));
        self.draft.rungs.extend(rungs.into_iter().map(|(_, rung)| rung));
        self.undo.retain_mut(|(ix, _)| match place(*ix) {
            Some(new) => {
                *ix = new;
                true
            }
            None => false,
        });
    }
}

/// Leads the predecessors to their new places; one that became a step of a rung is none any more.
fn unlink(step: &mut Step, place: &impl Fn(usize) -> Option<usize>, remarks: &mut Remarks) {
    let Some(needs) = step.needs.take() else { return };
    let count = needs.len();
    let kept: Vec<_> =
        needs.into_iter().filter_map(|(ix, on, lag)| Some((place(ix)?, on, lag))).collect();
    if kept.len() == count {
        step.needs = Some(kept);
        return;
    }
    let why = "predecessor left out: it is a step of the rollback now";
    remarks.at(step.line, why);
    step.to_do.push(why.to_owned());
    // With none left it waits for the step above, as without any word: never for nothing.
    step.needs = Some(kept).filter(|kept| !kept.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_is_told_from_work_that_is_about_one() {
        let cases = [
            ("Rollback: restore dump", Says::Back),
            ("Roll back the schema", Says::Back),
            ("BACKOUT - DNS", Says::Back),
            ("Back out DNS change", Says::Back),
            ("Fallback: test page", Says::Back),
            ("Rollback", Says::Back),
            ("Rollback decision point", Says::Perhaps),
            ("Rollback scripts ready?", Says::Perhaps),
            ("Restore dump", Says::Nothing),
            ("Rollbacks", Says::Nothing),
            ("Background jobs off", Says::Nothing),
        ];
        for (title, expected) in cases {
            assert_eq!(says(title), expected, "{title}");
        }
        assert!(is_section("Rollback plan") && !is_section("Rollback test"));
    }
}
