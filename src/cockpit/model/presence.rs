//! Who else is here, as the hub passes it on, and where this cockpit says it is itself.

use super::Model;
use crate::run::Time;
use crate::runbook::Role;
use crate::sync::session::{Place, Seen, Whereabouts};

/// What is known of who is here. Never part of the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presence {
    /// Everybody that was heard of, once each, by name; kept by `update`.
    pub seen: Vec<Seen>,
    /// Where the others were told that this cockpit is.
    pub told: Option<Place>,
}

/// A roll-call that is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollCall {
    /// When it was opened.
    pub at: Time,
    /// Who asks.
    pub by: String,
    /// Who has answered, the one who asks included.
    pub answered: Vec<String>,
    /// Who is still to answer.
    pub missing: Vec<String>,
}

/// How many are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many people, this one included.
    Here(usize),
    /// The hub is not reached: nobody knows.
    Unknown,
}

impl Model {
    /// How many are here; none where the run is not shared.
    pub fn count_here(&self) -> Option<Count> {
        let sharing = self.sharing.as_ref()?;
        if sharing.offline_since.is_some() {
            return Some(Count::Unknown);
        }
        let here = self.presence.seen.iter().filter(|seen| seen.whereabouts == Whereabouts::Here);
        let others = here.filter(|seen| seen.person != self.me).count();
        Some(Count::Here(others + 1))
    }

    /// What was last heard of somebody; none: nothing.
    pub fn seen(&self, person: &str) -> Option<&Seen> {
        self.presence.seen.iter().find(|seen| seen.person == person)
    }

    /// The others whose cursor is on a step.
    pub fn others_on<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a Seen> {
        self.presence.seen.iter().filter(move |seen| {
            seen.whereabouts == Whereabouts::Here
                && seen.person != self.me
                && seen.place.step.as_deref() == Some(step)
        })
    }

    /// Somebody's role: as the run has it; of those it does not know, as the hub says.
    pub fn role_of(&self, person: &str) -> Role {
        let run = &self.run;
        let known = run.plan.people.get(person).is_some_and(|known| known.role.is_some())
            || run.people.get(person).is_some_and(|known| known.role.is_some())
            || *run.opened.person == *person;
        match self.seen(person) {
            Some(seen) if !known => seen.role,
            _ => run.role_of(person),
        }
    }

    /// The lead to follow: of several who are here, the one who recorded something last.
    pub fn lead_seen(&self) -> Option<&Seen> {
        let others = self.presence.seen.iter().filter(|seen| seen.person != self.me);
        let leads = others.filter(|seen| self.role_of(&seen.person) == Role::Lead);
        leads.max_by_key(|seen| {
            let acted = self.run.people.get(&seen.person).and_then(|known| known.last_act);
            (seen.whereabouts == Whereabouts::Here, acted, seen.at)
        })
    }
}
