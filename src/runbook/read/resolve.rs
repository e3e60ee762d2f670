//! Names become indices: numbers, predecessors, conditions, the ladder.

use super::collect::At;
use super::field::{Field, Reader, Word};
use super::ladder;
use super::lists::RawInterval;
use super::lookup::Lookup;
use super::outline::{Outline, Section, Seed};
use super::step::Refs;
use crate::runbook::text::visible;
use crate::runbook::{
    Checklist, Criterion, Flow, Interval, IntervalEnd, Link, LinkOn, Message, OnFailure, OnNoGo,
    Person, Phase, PhaseIx, Place, Release, Runbook, Step, StepIx, StepKind, When,
};
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};

/// Most links between steps; `for_each` lists that wait for one another multiply.
const MOST_LINKS: usize = 1_000_000;

/// What has been read, not yet joined. Each field is the part of [`Runbook`] of the same name.
pub(super) struct Parts {
    pub release: Release,
    pub vars: IndexMap<String, String>,
    pub people: IndexMap<String, Person>,
    pub checklists: Vec<Checklist>,
    pub steps: Vec<Step>,
    pub intervals: Vec<RawInterval>,
    pub criteria: Vec<Criterion>,
    pub messages: Vec<Message>,
}

/// Joins what has been read to a runbook. What cannot be resolved is reported and left out.
pub(super) fn resolve(
    r: &mut Reader<'_>,
    outline: &Outline<'_>,
    mut parts: Parts,
    refs: &[Refs],
) -> Runbook {
    let mut steps = std::mem::take(&mut parts.steps);
    number(outline, &mut steps);
    let numbers: Vec<String> = steps.iter().map(|s| s.number.clone()).collect();
    let lookup = Lookup::new(r, outline, &numbers);
    let phases = phases(r, outline, &lookup);
    link(r, outline, refs, &lookup, &mut steps);
    conditions(r, refs, &lookup, &mut steps);
    on_failure(r, refs, &lookup, &mut steps);
    let rollbacks = ladder::rungs(r, outline, &lookup, &phases, refs, &mut steps);
    let intervals = intervals(r, parts.intervals, &lookup);
    let step_ix: HashMap<String, StepIx> =
        lookup.steps.iter().map(|(id, ix)| ((*id).to_owned(), *ix)).collect();
    let successors = successors(&steps);
    Runbook {
        format: 1,
        release: parts.release,
        vars: parts.vars,
        people: parts.people,
        checklists: parts.checklists,
        phases,
        rollbacks,
        steps,
        intervals,
        criteria: parts.criteria,
        messages: parts.messages,
        step_ix,
        successors,
    }
}

/// Gives every step its spoken name.
fn number(outline: &Outline<'_>, steps: &mut [Step]) {
    let sections = [("", &outline.phases), ("R", &outline.rungs)];
    for (prefix, list) in sections {
        for (section_ix, section) in list.iter().enumerate() {
            let inside = steps.get_mut(section.steps.clone()).unwrap_or_default();
            for (position, step) in inside.iter_mut().enumerate() {
                step.number = format!("{prefix}{}.{}", section_ix + 1, position + 1);
            }
        }
    }
}

fn phases(r: &mut Reader<'_>, outline: &Outline<'_>, lookup: &Lookup<'_>) -> Vec<Phase> {
    let mut all = Vec::new();
    for (ix, section) in outline.phases.iter().enumerate() {
        all.push(Phase {
            id: section.id.text.clone(),
            title: section.title.clone(),
            after: after(r, section, ix, lookup),
            flow: section.flow,
            steps: section.steps.clone(),
        });
    }
    all
}

fn after(
    r: &mut Reader<'_>,
    section: &Section<'_>,
    ix: PhaseIx,
    lookup: &Lookup<'_>,
) -> Vec<PhaseIx> {
    let Some(field) = section.fields.iter().find(|f| f.key == "after") else {
        return ix.checked_sub(1).into_iter().collect();
    };
    let mut list = Vec::new();
    for word in words(r, field) {
        match lookup.phase(r, &word) {
            Some(other) if !list.contains(&other) => list.push(other),
            _ => {}
        }
    }
    list
}

/// The words of a field of a section, whose lifetime the resolver does not know.
pub(super) fn words(r: &mut Reader<'_>, field: &Field<'_>) -> Vec<Word> {
    use super::names::Use;
    use toml::de::DeValue;
    let mut list = Vec::new();
    let mut take = |r: &mut Reader<'_>, value: &DeValue<'_>, at: At| match value {
        DeValue::String(raw) => {
            let text = r.fill(raw, at, Use::Id).trim().to_owned();
            list.push(Word { text, at });
        }
        _ => {
            let message = format!("`{}` should be a list of ids", field.key);
            r.out.error("wrong-type", at, message).help("write [\"one\", \"two\"]");
        }
    };
    match field.value {
        DeValue::Array(array) => {
            for value in array.iter() {
                take(r, value.get_ref(), value.span().into());
            }
        }
        _ => {
            let message = format!("`{}` should be a list of ids", field.key);
            r.out.error("wrong-type", field.at, message).help("write [\"one\", \"two\"]");
        }
    }
    list
}

/// Sets the predecessors of all steps: those that `needs` names, else the one that `flow` gives.
fn link(
    r: &mut Reader<'_>,
    outline: &Outline<'_>,
    refs: &[Refs],
    lookup: &Lookup<'_>,
    steps: &mut [Step],
) {
    let mut budget = MOST_LINKS;
    for section in outline.phases.iter().chain(&outline.rungs) {
        let mut before = Before::default();
        for ix in section.steps.clone() {
            let (Some(seed), Some(refs)) = (outline.seeds.get(ix), refs.get(ix)) else { continue };
            let lane = lane(section.flow, steps.get(ix));
            let mut links = match &refs.needs {
                Some(_) => explicit(r, ix, refs, lookup, steps),
                None => before.default_links(&lane, seed),
            };
            if let Some(previous) = before.in_turn(seed)
                && !links.iter().any(|l| l.step == previous)
            {
                links.push(finish_of(previous));
            }
            if links.len() > budget {
                let message = format!("more than {MOST_LINKS} links between steps");
                r.out.error("too-many-links", seed.at, message).help(
                    "put a milestone between two long `for_each` lists, so that not every step waits for every other",
                );
                return;
            }
            budget -= links.len();
            before.passed(lane, seed, ix);
            if let Some(step) = steps.get_mut(ix) {
                step.needs = links;
            }
        }
    }
}

fn finish_of(step: StepIx) -> Link {
    Link { step, on: LinkOn::Finish, lag: 0 }
}

/// The lane in which a step follows the one before; none where all go side by side.
fn lane(flow: Flow, step: Option<&Step>) -> Option<String> {
    match flow {
        Flow::Sequence => Some(String::new()),
        Flow::Parallel => None,
        Flow::Streams => Some(step.and_then(|s| s.stream.clone()).unwrap_or_default()),
    }
}

/// What stands before a step in its section.
#[derive(Default)]
struct Before {
    /// Per lane, the steps that its next one waits for.
    lanes: HashMap<String, Vec<StepIx>>,
    /// The same for the group that is being passed; it counts for later groups only.
    open: HashMap<String, Vec<StepIx>>,
    group: Option<usize>,
    last: Option<StepIx>,
}

impl Before {
    fn default_links(&mut self, lane: &Option<String>, seed: &Seed<'_>) -> Vec<Link> {
        self.turn_to(seed.group);
        let steps = lane.as_ref().and_then(|lane| self.lanes.get(lane));
        // Steps that follow one another wait for what is before the group only once.
        if seed.in_turn && self.last.is_some() {
            return Vec::new();
        }
        steps.into_iter().flatten().map(|&step| finish_of(step)).collect()
    }

    /// The step before in a group whose steps follow one another.
    fn in_turn(&mut self, seed: &Seed<'_>) -> Option<StepIx> {
        self.turn_to(seed.group);
        self.last.filter(|_| seed.in_turn)
    }

    fn passed(&mut self, lane: Option<String>, seed: &Seed<'_>, ix: StepIx) {
        self.turn_to(seed.group);
        self.last = Some(ix);
        if let Some(lane) = lane {
            let open = self.open.entry(lane).or_default();
            if seed.in_turn {
                open.clear();
            }
            open.push(ix);
        }
    }

    fn turn_to(&mut self, group: usize) {
        if self.group != Some(group) {
            self.group = Some(group);
            self.last = None;
            self.lanes.extend(self.open.drain());
        }
    }
}

/// The predecessors that `needs` names.
fn explicit(
    r: &mut Reader<'_>,
    ix: StepIx,
    refs: &Refs,
    lookup: &Lookup<'_>,
    steps: &[Step],
) -> Vec<Link> {
    let (mut links, mut seen) = (Vec::new(), HashSet::new());
    let place = steps.get(ix).map(|s| s.place);
    for need in refs.needs.iter().flatten() {
        let pattern = need.step.text.contains('*');
        for step in lookup.steps_of(r, &need.step) {
            let other = steps.get(step).map(|s| s.place);
            if !same_side(place, other) {
                // A pattern means the steps on this side.
                if !pattern {
                    across(r, &need.step, other);
                }
                continue;
            }
            if step == ix {
                if !pattern {
                    let message = format!("`{}` waits for itself", visible(&need.step.text));
                    r.out
                        .error("cycle", need.step.at, message)
                        .help("remove it from its own `needs`");
                }
                continue;
            }
            if seen.insert((step, need.on == LinkOn::Start)) {
                links.push(Link { step, on: need.on, lag: need.lag });
            }
        }
    }
    links
}

/// Steps of phases wait for steps of phases, steps of a rung for steps of that rung.
fn same_side(a: Option<Place>, b: Option<Place>) -> bool {
    match (a, b) {
        (Some(Place::Phase(_)), Some(Place::Phase(_))) => true,
        (Some(Place::Rung(a)), Some(Place::Rung(b))) => a == b,
        _ => false,
    }
}

fn across(r: &mut Reader<'_>, word: &Word, other: Option<Place>) {
    let (what, help) = match other {
        Some(Place::Rung(_)) => (
            "is a step of another rollback, which may never run",
            "wait for a step of the same phase or rollback side",
        ),
        _ => (
            "is a step of a phase, and a rollback waits for none of them",
            "write undoes = \"...\" for a rollback step that applies only if that step has started",
        ),
    };
    r.out.error("wrong-place", word.at, format!("`{}` {what}", visible(&word.text))).help(help);
}

fn conditions(r: &mut Reader<'_>, refs: &[Refs], lookup: &Lookup<'_>, steps: &mut [Step]) {
    for (ix, refs) in refs.iter().enumerate() {
        let Some((choice, option)) = &refs.when else { continue };
        let Some(choice_ix) = lookup.step(r, choice) else { continue };
        let Some(target) = steps.get(choice_ix) else { continue };
        if target.kind != StepKind::Choice {
            let message = format!("`{}` is no choice", visible(&choice.text));
            r.out
                .error("not-a-choice", choice.at, message)
                .help("`when` names a step of kind = \"choice\" and one of its options");
            continue;
        }
        if !target.options.iter().any(|o| o.id == option.text) {
            let ids: Vec<String> = target.options.iter().map(|o| o.id.clone()).collect();
            let near = r.suggest(&option.text, ids.iter().map(String::as_str)).map(str::to_owned);
            let help = match near {
                Some(near) => format!("did you mean `{}`?", visible(&near)),
                None => format!("its options are {}", visible(&ids.join(", "))),
            };
            let message = format!(
                "`{}` has no option `{}`, so no run can reach this step",
                visible(&choice.text),
                visible(&option.text)
            );
            r.out.error("unknown-option", option.at, message).help(help);
            continue;
        }
        if let Some(step) = steps.get_mut(ix) {
            step.when = Some(When { step: choice_ix, is: option.text.clone() });
        }
    }
}

fn on_failure(r: &mut Reader<'_>, refs: &[Refs], lookup: &Lookup<'_>, steps: &mut [Step]) {
    for (step, refs) in steps.iter_mut().zip(refs) {
        if let Some(word) = &refs.on_failure
            && let Some(rung) = lookup.rung(r, word)
        {
            step.on_failure = OnFailure::Rollback(rung);
        }
        if let (Some(word), Some(gate)) = (&refs.on_no_go, &mut step.gate)
            && let Some(rung) = lookup.rung(r, word)
        {
            gate.on_no_go = OnNoGo::Rollback(rung);
        }
    }
}

fn intervals(r: &mut Reader<'_>, raw: Vec<RawInterval>, lookup: &Lookup<'_>) -> Vec<Interval> {
    let mut all = Vec::new();
    for interval in raw {
        let mut end = |end: &Option<(Word, LinkOn)>| {
            let (word, on) = end.as_ref()?;
            Some(IntervalEnd { step: lookup.step(r, word)?, on: *on })
        };
        let (from, to) = (end(&interval.from), end(&interval.to));
        if let (Some(from), Some(to)) = (from, to) {
            all.push(Interval {
                id: interval.id,
                title: interval.title,
                from,
                to,
                limit: interval.limit,
                downtime: interval.downtime,
            });
        }
    }
    all
}

fn successors(steps: &[Step]) -> Vec<Vec<StepIx>> {
    let mut counts = vec![0usize; steps.len()];
    for link in steps.iter().flat_map(|s| &s.needs) {
        if let Some(count) = counts.get_mut(link.step) {
            *count += 1;
        }
    }
    let mut all: Vec<Vec<StepIx>> = counts.into_iter().map(Vec::with_capacity).collect();
    for (ix, step) in steps.iter().enumerate() {
        for link in &step.needs {
            if let Some(list) = all.get_mut(link.step) {
                list.push(ix);
            }
        }
    }
    all
}
