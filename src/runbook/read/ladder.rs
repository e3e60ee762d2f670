//! The rollback ladder: what a rung covers, until when, what follows.

use super::field::{Field, Reader, Word};
use super::lookup::Lookup;
use super::names::Use;
use super::outline::{Outline, Section};
use super::resolve::words;
use super::step::Refs;
use crate::runbook::text::visible;
use crate::runbook::{AvailableUntil, Phase, Place, Rung, RungIx, Step, StepIx, Then};
use toml::de::DeValue;

/// Most steps that all rungs together may cover.
const MOST_COVERED: usize = 10_000_000;

/// The ladder, in the order of the file; sets what its steps undo.
pub(super) fn rungs(
    r: &mut Reader<'_>,
    outline: &Outline<'_>,
    lookup: &Lookup<'_>,
    phases: &[Phase],
    refs: &[Refs],
    steps: &mut [Step],
) -> Vec<Rung> {
    let forward = phases.last().map_or(0, |p| p.steps.end);
    if outline.rungs.len().saturating_mul(forward) > MOST_COVERED {
        let at = outline.rungs.first().map(|s| s.at).unwrap_or_default();
        r.out
            .error("too-many-steps", at, "these rollbacks cover too many steps together")
            .help("a ladder has a few rungs; split the runbook");
        return Vec::new();
    }
    let last = outline.rungs.len();
    let mut all = Vec::new();
    for (ix, section) in outline.rungs.iter().enumerate() {
        let covers = covers(r, section, lookup, phases, forward);
        let next = (ix + 1 < last).then_some(ix + 1);
        all.push(Rung {
            id: section.id.text.clone(),
            title: section.title.clone(),
            then: then(r, section, lookup, &covers),
            covers,
            available_until: available_until(r, section, lookup),
            trigger: find(section, "trigger").and_then(|f| {
                let raw = text(r, f)?;
                Some(r.fill(raw, f.at, Use::Text).into_owned())
            }),
            otherwise: find(section, "otherwise").map_or(next, |f| {
                let word = word(r, f)?;
                lookup.rung(r, &word)
            }),
            flow: section.flow,
            steps: section.steps.clone(),
        });
    }
    round(r, outline, &all);
    undoes(r, lookup, refs, steps);
    all
}

fn find<'s, 'a>(section: &'s Section<'a>, key: &str) -> Option<&'s Field<'a>> {
    section.fields.iter().find(|f| f.key == key)
}

fn text<'f>(r: &mut Reader<'_>, field: &'f Field<'_>) -> Option<&'f str> {
    if let DeValue::String(raw) = field.value {
        return Some(raw);
    }
    let message = format!("`{}` should be text", field.key);
    r.out.error("wrong-type", field.at, message).help("put it in quotes");
    None
}

fn word(r: &mut Reader<'_>, field: &Field<'_>) -> Option<Word> {
    let raw = text(r, field)?;
    let text = r.fill(raw, field.at, Use::Id).trim().to_owned();
    Some(Word { text, at: field.at })
}

fn covers(
    r: &mut Reader<'_>,
    section: &Section<'_>,
    lookup: &Lookup<'_>,
    phases: &[Phase],
    forward: usize,
) -> Vec<StepIx> {
    let Some(field) = find(section, "covers") else { return (0..forward).collect() };
    let mut covered = vec![false; forward];
    for word in words(r, field) {
        let phase = lookup.phase_quietly(&word.text).and_then(|ix| phases.get(ix));
        let steps: Vec<StepIx> = match phase {
            Some(phase) => phase.steps.clone().collect(),
            None if word.text.contains('*') => lookup.steps_of(r, &word),
            None => lookup.forward_step(r, &word).into_iter().collect(),
        };
        for ix in steps {
            if let Some(slot) = covered.get_mut(ix) {
                *slot = true;
            }
        }
    }
    covered.iter().enumerate().filter(|(_, c)| **c).map(|(ix, _)| ix).collect()
}

fn available_until(
    r: &mut Reader<'_>,
    section: &Section<'_>,
    lookup: &Lookup<'_>,
) -> AvailableUntil {
    let Some(word) = find(section, "available_until").and_then(|f| word(r, f)) else {
        return AvailableUntil::PointOfNoReturn;
    };
    if word.text == "end" {
        return AvailableUntil::End;
    }
    lookup.forward_step(r, &word).map_or(AvailableUntil::PointOfNoReturn, AvailableUntil::Step)
}

fn then(r: &mut Reader<'_>, section: &Section<'_>, lookup: &Lookup<'_>, covers: &[StepIx]) -> Then {
    let Some(word) = find(section, "then").and_then(|f| word(r, f)) else { return Then::Stop };
    if word.text == "stop" {
        return Then::Stop;
    }
    let Some(id) = word.text.strip_prefix("resume:") else {
        let message = format!("`then` cannot be \"{}\"", visible(&word.text));
        r.out
            .error("bad-value", word.at, message)
            .help("it can be \"stop\", or \"resume:ID\" with the step from which to go on");
        return Then::Stop;
    };
    let target = Word { text: id.trim().to_owned(), at: word.at };
    let Some(step) = lookup.forward_step(r, &target) else { return Then::Stop };
    if covers.binary_search(&step).is_err() {
        let message = format!(
            "`{}` is not covered by this rollback, so there is nothing to resume",
            visible(id)
        );
        r.out
            .error("resume-not-covered", word.at, message)
            .help("add it to `covers`, or resume from a step that is covered");
    }
    Then::Resume(step)
}

/// `otherwise` must not lead back to a rung that has failed before.
fn round(r: &mut Reader<'_>, outline: &Outline<'_>, rungs: &[Rung]) {
    let mut done = vec![false; rungs.len()];
    for from in 0..rungs.len() {
        let mut path: Vec<RungIx> = Vec::new();
        let mut at = Some(from);
        while let Some(ix) = at.filter(|ix| !done.get(*ix).copied().unwrap_or(true)) {
            if let Some(first) = path.iter().position(|p| *p == ix) {
                report_round(r, outline, rungs, path.get(first..).unwrap_or_default());
                break;
            }
            path.push(ix);
            at = rungs.get(ix).and_then(|rung| rung.otherwise);
        }
        for ix in path {
            if let Some(slot) = done.get_mut(ix) {
                *slot = true;
            }
        }
    }
}

fn report_round(r: &mut Reader<'_>, outline: &Outline<'_>, rungs: &[Rung], path: &[RungIx]) {
    let ids =
        path.iter().chain(path.first()).filter_map(|ix| rungs.get(*ix)).map(|r| r.id.as_str());
    let shown = ids.collect::<Vec<_>>().join(" → ");
    // The one that is not just the next in the file is where the circle was written.
    let written =
        path.iter().find_map(|ix| outline.rungs.get(*ix).and_then(|s| find(s, "otherwise")));
    let at = written.map(|f| f.at).unwrap_or_default();
    r.out.error("ladder-cycle", at, format!("the ladder goes round: {}", visible(&shown))).help(
        "`otherwise` leads to a rung that has not been tried; after the last the run is held",
    );
}

fn undoes(r: &mut Reader<'_>, lookup: &Lookup<'_>, refs: &[Refs], steps: &mut [Step]) {
    for (step, refs) in steps.iter_mut().zip(refs) {
        if let (Place::Phase(_), Some(word)) = (step.place, refs.undoes.first()) {
            r.out
                .error("wrong-place", word.at, "only a step of a rollback undoes another")
                .help("move the step into a [[rollbacks]] table");
            continue;
        }
        for word in &refs.undoes {
            let found = if word.text.contains('*') {
                lookup.steps_of(r, word)
            } else {
                lookup.forward_step(r, word).into_iter().collect()
            };
            for ix in found {
                if !step.undoes.contains(&ix) {
                    step.undoes.push(ix);
                }
            }
        }
    }
}
