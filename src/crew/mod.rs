//! A simulated crew, for a demonstration: everybody but one person of a run, as a pure state machine.
//!
//! It looks at a run and answers what somebody does next: stands by, starts a step, ticks, measures,
//! votes, writes a note, and takes about as long over it as the plan expects. One thing goes wrong in
//! every night. What only a lead decides it leaves alone, unless it is told to lead as well.
//!
//! Whatever it does goes through the rule book first, so that it never asks for what would be
//! refused. The same seed and the same looks make the same night.

mod cast;
mod dice;
mod gate;
mod lead;
mod lists;
mod notes;
mod trouble;
mod waits;
mod work;

use crate::run::{Event, Intent, RunState, StepStatus, Time, check};
use crate::runbook::Secs;
use cast::Cast;
use chrono::TimeDelta;
use dice::Dice;
use std::collections::{HashMap, HashSet};
use trouble::Trouble;

/// What was wanted and has not come true is wanted again after so long, in seconds.
const AGAIN: Secs = 120;

/// How much of the lead's part is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leading {
    /// Nothing: the lead's steps, items and decisions are somebody else's.
    Nothing,
    /// What is no decision: the run is started, the lead's own steps and items are done; and so are
    /// those of whoever sits at the cockpit in the lead's stead.
    Chores,
    /// All of it.
    Everything,
}

/// The crew. See the module.
#[derive(Debug)]
pub struct Crew {
    dice: Dice,
    /// Who leads; not of the crew.
    lead: String,
    /// Who sits at the cockpit, where that is not the lead.
    follower: Option<String>,
    leading: Leading,
    /// What goes wrong; chosen at the first look.
    trouble: Option<Trouble>,
    /// Since when each occasion has been there.
    seen: HashMap<String, Time>,
    /// When each was taken last.
    taken: HashMap<String, Time>,
}

/// Something that somebody may do.
struct Occasion {
    /// Names it: the same occasion at the next look has the same name.
    key: String,
    when: When,
    /// Taken once and never again, also where nothing came of it.
    once: bool,
    intent: Intent,
}

/// When an occasion is taken.
enum When {
    /// So many seconds after it was first there.
    After(Secs),
    /// At that moment.
    At(Time),
}

impl Occasion {
    fn after(key: String, secs: Secs, person: &str, event: Event) -> Self {
        Self { key, when: When::After(secs), once: false, intent: Intent::new(person, event) }
    }

    fn at(key: String, at: Time, person: &str, event: Event) -> Self {
        Self { key, when: When::At(at), once: false, intent: Intent::new(person, event) }
    }

    fn once(self) -> Self {
        Self { once: true, ..self }
    }
}

/// What the parts of the crew look at.
struct Look<'a> {
    state: &'a RunState,
    now: Time,
    dice: Dice,
    cast: Cast<'a>,
    leading: Leading,
    trouble: &'a Trouble,
}

impl Crew {
    /// A crew around that person, who leads. Another seed makes another night.
    pub fn new(seed: u64, lead: impl Into<String>, leading: Leading) -> Self {
        Self {
            dice: Dice::new(seed),
            lead: lead.into(),
            follower: None,
            leading,
            trouble: None,
            seen: HashMap::new(),
            taken: HashMap::new(),
        }
    }

    /// Leaves out that person, too: they sit at the cockpit, and do not lead.
    #[must_use]
    pub fn without(self, person: impl Into<String>) -> Self {
        Self { follower: Some(person.into()).filter(|person| *person != self.lead), ..self }
    }

    /// Leaves out nobody but the lead.
    #[must_use]
    pub fn with_everybody(self) -> Self {
        Self { follower: None, ..self }
    }

    /// Lets it play this much of the lead's part from here on.
    pub fn lead(&mut self, leading: Leading) {
        self.leading = leading;
    }

    /// Whether nothing goes on: nobody of the crew has anything to do, no time has to pass, and
    /// somebody who is not played has.
    pub fn waits(&self, state: &RunState, now: Time) -> bool {
        waits::waits(&self.cast(state, self.leading), now)
    }

    /// Where everybody of the crew is: on the step they work, else on the next that is theirs.
    pub fn places(&self, state: &RunState) -> Vec<(String, Option<String>)> {
        let cast = self.cast(state, Leading::Nothing);
        let place = |person: &str| {
            let theirs = |ix: &usize| cast.doer(*ix).as_deref() == Some(person);
            let of = |status: StepStatus| {
                let steps = state.told_steps().filter(|ix| state.steps[*ix].status() == status);
                steps.filter(theirs).map(|ix| state.plan.steps[ix].id.clone()).next()
            };
            of(StepStatus::Running).or_else(|| of(StepStatus::Planned))
        };
        cast.crew().map(|person| (person.to_owned(), place(person))).collect()
    }

    fn cast<'a>(&'a self, state: &'a RunState, leading: Leading) -> Cast<'a> {
        let (dice, lead, follower) = (self.dice, &self.lead, self.follower.as_deref());
        Cast { state, dice, lead, follower, leading }
    }

    /// What somebody does now, if anybody does anything. To be asked again once it is in the state.
    pub fn next(&mut self, state: &RunState, now: Time) -> Option<Intent> {
        let trouble = match self.trouble.take() {
            Some(trouble) => trouble,
            None => Trouble::choose(&self.cast(state, Leading::Nothing)),
        };
        let (dice, leading) = (self.dice, self.leading);
        let cast = self.cast(state, leading);
        let occasions = occasions(&Look { state, now, dice, cast, leading, trouble: &trouble });
        self.trouble = Some(trouble);
        let there: HashSet<&String> = occasions.iter().map(|o| &o.key).collect();
        self.seen.retain(|key, _| there.contains(key));
        let mut due: Vec<(Time, Occasion)> = Vec::new();
        for occasion in occasions {
            let seen = *self.seen.entry(occasion.key.clone()).or_insert(now);
            let at = match occasion.when {
                When::After(secs) => later(seen, secs),
                When::At(at) => at,
            };
            let rests = self
                .taken
                .get(&occasion.key)
                .is_some_and(|taken| occasion.once || later(*taken, AGAIN) > now);
            if at <= now && !rests {
                due.push((at, occasion));
            }
        }
        due.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.key.cmp(&other.key)));
        let next = due.into_iter().find(|(_, occasion)| is_allowed(state, &occasion.intent, now));
        next.map(|(_, occasion)| {
            self.taken.insert(occasion.key, now);
            occasion.intent
        })
    }
}

/// Whether the rule book takes it now, as it is.
fn is_allowed(state: &RunState, intent: &Intent, now: Time) -> bool {
    let actor = state.actor(&intent.person);
    check(state, &intent.clone().into_act(actor, now)).is_ok()
}

fn occasions(look: &Look<'_>) -> Vec<Occasion> {
    if look.state.status.is_over() {
        return Vec::new();
    }
    let mut all = work::occasions(look);
    all.extend(gate::occasions(look));
    all.extend(lists::occasions(look));
    all.extend(notes::occasions(look));
    all.extend(lead::occasions(look));
    all
}

/// So many seconds later.
fn later(at: Time, secs: Secs) -> Time {
    at.checked_add_signed(TimeDelta::try_seconds(secs).unwrap_or_default()).unwrap_or(at)
}
