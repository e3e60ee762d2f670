//! Who is wanted in two places at once, if everything starts as early as it can.

use super::Schedule;
use crate::runbook::{Owner, Runbook, StepIx, StepKind};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Somebody, or a team, with more to do at once than there are hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Who.
    pub who: Who,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// The steps under way meanwhile, in the order of the plan.
    pub steps: Vec<StepIx>,
    /// How many of them are under way at once, at most.
    pub at_once: usize,
}

/// A person, or a team of some people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// An id of `[people]`, or any name.
    Person(String),
    /// A team, and how many of `[people]` are of it.
    Team(String, usize),
}

impl Who {
    /// How much can be done at once.
    fn hands(&self) -> usize {
        match self {
            Self::Person(_) => 1,
            Self::Team(_, people) => *people,
        }
    }
}

/// Finds people with two steps at once, and teams with more steps at once than people (their
/// members' own steps count), in the order of time. Only steps that take time and are counted with
/// are looked at, and no waits, which nobody has to sit through. A team of which `[people]` knows
/// nobody has any number of people.
pub fn wanted_twice(plan: &Runbook, schedule: &Schedule) -> Vec<Wanted> {
    let mut work = indexmap::IndexMap::<Who, Vec<StepIx>>::new();
    let size =
        |team: &str| plan.people.values().filter(|p| p.team.as_deref() == Some(team)).count();
    let mut sizes = indexmap::IndexMap::<&str, usize>::new();
    for ix in plan.forward_steps() {
        if let Some(Owner::Team(team)) = &plan.steps[ix].owner {
            sizes.entry(team).or_insert_with(|| size(team));
        }
    }
    for ix in plan.forward_steps() {
        let (step, times) = (&plan.steps[ix], &schedule.steps[ix]);
        if step.kind == StepKind::Wait || !times.assumed || times.early_start >= times.early_finish
        {
            continue;
        }
        let team = match &step.owner {
            Some(Owner::Person(person)) => {
                work.entry(Who::Person(person.clone())).or_default().push(ix);
                plan.people.get(person).and_then(|p| p.team.as_deref())
            }
            Some(Owner::Team(team)) => Some(team.as_str()),
            None => None,
        };
        let known = team.and_then(|team| Some((team, *sizes.get(team)?)));
        if let Some((team, people)) = known.filter(|(_, people)| *people > 0) {
            work.entry(Who::Team(team.to_owned(), people)).or_default().push(ix);
        }
    }
    let mut found: Vec<Wanted> =
        work.into_iter().flat_map(|(who, steps)| stretches(plan, schedule, &who, &steps)).collect();
    found.sort_by(|a, b| (a.from, &a.who).cmp(&(b.from, &b.who)));
    found
}

/// The stretches of time in which more of these steps are under way than can be.
fn stretches(plan: &Runbook, schedule: &Schedule, who: &Who, steps: &[StepIx]) -> Vec<Wanted> {
    // Who finishes as another starts does not clash with it: ends come first.
    let mut ends: Vec<(DateTime<Utc>, bool, StepIx)> = steps
        .iter()
        .flat_map(|&ix| {
            let times = &schedule.steps[ix];
            [(times.early_finish, false, ix), (times.early_start, true, ix)]
        })
        .collect();
    ends.sort_unstable();
    let mut found = Vec::new();
    let mut open: Option<(DateTime<Utc>, BTreeSet<StepIx>, usize)> = None;
    let mut under_way = BTreeSet::new();
    for (time, starts, ix) in ends {
        if starts {
            under_way.insert(ix);
        } else {
            under_way.remove(&ix);
        }
        let over = is_over(plan, who, &under_way);
        match (&mut open, over) {
            (Some((_, steps, most)), true) => {
                steps.insert(ix);
                *most = (*most).max(under_way.len());
            }
            (None, true) => open = Some((time, under_way.clone(), under_way.len())),
            (Some(_), false) => {
                let Some((from, steps, at_once)) = open.take() else { continue };
                let steps = steps.into_iter().collect();
                found.push(Wanted { who: who.clone(), from, until: time, steps, at_once });
            }
            (None, false) => {}
        }
    }
    found
}

/// Whether that is more than can be done at once. That one member of a team has two steps of their
/// own is told of the person, and takes one pair of hands from the team.
fn is_over(plan: &Runbook, who: &Who, under_way: &BTreeSet<StepIx>) -> bool {
    if under_way.len() <= who.hands() {
        return false;
    }
    let Who::Team(..) = who else { return true };
    let mut members = BTreeSet::new();
    let mut anyone = 0;
    for ix in under_way {
        match &plan.steps[*ix].owner {
            Some(Owner::Person(person)) => _ = members.insert(person),
            _ => anyone += 1,
        }
        if anyone > 0 && anyone + members.len() > who.hands() {
            return true;
        }
    }
    false
}
