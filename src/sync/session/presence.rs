//! Who is here, and where: what this cockpit says of itself, and what it hears of the others. All of
//! it may be lost: it is said again every so often, and whoever is silent has gone. While the hub
//! is not reached nothing is known of anybody.

use super::Millis;
use crate::run::Time;
use crate::runbook::Role;
use crate::sync::protocol::{PassedOn, Progress};
use std::collections::BTreeMap;

/// Where somebody is in their cockpit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Id of the step under the cursor.
    pub step: Option<String>,
    /// Name of the view in front.
    pub view: Option<String>,
}

/// What is known of where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whereabouts {
    /// They are here.
    Here,
    /// They were, when the hub was last reached.
    Unknown,
    /// They have left, or fallen silent.
    Gone,
}

/// Somebody who is here or has been. Of several cockpits of one person, where they moved last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who: an id of `[people]` or any name.
    pub person: String,
    /// In which role, as the hub says.
    pub role: Role,
    /// Where they are, or were last.
    pub place: Place,
    /// By the hub's clock: who is here has been at this place since; others were last heard of then.
    pub at: Time,
    /// Whether they are here.
    pub whereabouts: Whereabouts,
}

/// Between two changes of place that are told.
const MOVES: Millis = 2_000;
/// Between two tellings of the same place.
const BEAT: Millis = 15_000;
/// Whoever is silent for so long has gone: two beats were lost, and the third is late.
const SILENT: Millis = 45_000;
/// Between two tellings of who is here to the screen.
const SHOWS: Millis = 1_000;
/// People that are kept track of.
const PEOPLE: usize = 500;
/// Cockpits of one person that are told apart.
const COCKPITS: usize = 8;
/// Bytes of a name, at most.
const NAME: usize = 256;

/// Keeps track of it.
#[derive(Debug)]
pub(super) struct Roster {
    /// The name of this cockpit.
    cockpit: String,
    /// Where we are; none: nobody sits here.
    place: Option<Place>,
    /// What was said last over this connection, and when.
    said: Option<(Place, Millis)>,
    /// Somebody has come who does not know yet that we are here.
    owed: bool,
    /// Since when the hub is reached.
    since: Option<Millis>,
    people: BTreeMap<String, Person>,
    /// What was shown last, and when.
    shown: Vec<Seen>,
    shown_at: Option<Millis>,
    changed: bool,
}

#[derive(Debug)]
struct Person {
    role: Role,
    /// When they were last heard of.
    heard: Time,
    /// Where that was.
    place: Place,
    cockpits: Vec<Cockpit>,
}

#[derive(Debug)]
struct Cockpit {
    name: String,
    place: Place,
    /// At this place since, by the hub's clock.
    since: Time,
    /// Last heard of, on this machine's clock; none: not since the hub was last lost.
    heard: Option<Millis>,
}

impl Roster {
    /// Nobody yet. The seed names this cockpit.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            cockpit: format!("{seed:016x}"),
            place: None,
            said: None,
            owed: false,
            since: None,
            people: BTreeMap::new(),
            shown: Vec::new(),
            shown_at: None,
            changed: false,
        }
    }

    /// Somebody sits here, at this place.
    pub(super) fn here(&mut self, place: Place) {
        self.place = Some(place);
    }

    /// Whether the hub is reached now.
    pub(super) fn connected(&mut self, open: bool, now: Millis) {
        if open == self.since.is_some() {
            return;
        }
        self.since = open.then_some(now);
        (self.said, self.owed, self.changed) = (None, false, true);
        for cockpit in self.people.values_mut().flat_map(|person| &mut person.cockpits) {
            cockpit.heard = None;
        }
    }

    /// The clock was set back: what it said before means nothing.
    pub(super) fn set_back(&mut self) {
        self.shown_at = None;
    }

    /// Somebody says where they are, or leaves.
    pub(super) fn heard(&mut self, passed: &PassedOn, now: Millis) {
        let (cockpit, place) = match &passed.progress {
            Progress::Presence { step, view, cockpit } => {
                (cockpit, Some(Place { step: step.clone(), view: view.clone() }))
            }
            Progress::Left { cockpit } => (cockpit, None),
            Progress::Output { .. } => return,
        };
        let name = cockpit.clone().unwrap_or_default();
        let names = [Some(&passed.person), Some(&name)].into_iter();
        let names = names.chain(place.iter().flat_map(|p| [p.step.as_ref(), p.view.as_ref()]));
        let too_long = names.flatten().any(|name| name.len() > NAME);
        if too_long || name == self.cockpit || !self.has_room_for(&passed.person) {
            return;
        }
        self.changed = true;
        let person = self.people.entry(passed.person.clone()).or_insert_with(|| Person {
            role: passed.role,
            heard: passed.at,
            place: Place::default(),
            cockpits: Vec::new(),
        });
        (person.role, person.heard) = (passed.role, passed.at);
        let Some(place) = place else {
            person.cockpits.retain(|cockpit| cockpit.name != name);
            return;
        };
        person.place = place.clone();
        let known = person.cockpits.iter_mut().find(|cockpit| cockpit.name == name);
        if let Some(cockpit) = known {
            self.owed |= cockpit.heard.is_none();
            if cockpit.place != place {
                (cockpit.place, cockpit.since) = (place, passed.at);
            }
            cockpit.heard = Some(now);
            return;
        }
        self.owed = true;
        if person.cockpits.len() >= COCKPITS {
            person.cockpits.remove(0);
        }
        person.cockpits.push(Cockpit { name, place, since: passed.at, heard: Some(now) });
    }

    /// Makes room for one more, in place of whoever has been gone for longest.
    fn has_room_for(&mut self, person: &str) -> bool {
        if self.people.len() < PEOPLE || self.people.contains_key(person) {
            return true;
        }
        let gone = self.people.iter().filter(|(_, person)| person.cockpits.is_empty());
        let longest = gone.min_by_key(|(_, person)| person.heard).map(|(name, _)| name.clone());
        longest.is_some_and(|name| self.people.remove(&name).is_some())
    }

    /// What is to be said now of where we are.
    pub(super) fn says(&mut self, now: Millis) -> Option<Progress> {
        if self.says_at(now)? > now {
            return None;
        }
        let place = self.place.clone()?;
        self.said = Some((place.clone(), now));
        self.owed = false;
        let cockpit = Some(self.cockpit.clone());
        Some(Progress::Presence { step: place.step, view: place.view, cockpit })
    }

    /// The last word, if anything was said before.
    pub(super) fn leaves(&mut self) -> Option<Progress> {
        self.place = None;
        self.said.take()?;
        Some(Progress::Left { cockpit: Some(self.cockpit.clone()) })
    }

    /// When something is to be said next.
    fn says_at(&self, now: Millis) -> Option<Millis> {
        let (place, _) = self.place.as_ref().zip(self.since)?;
        Some(match &self.said {
            None => now,
            // A clock that was set back makes no wait longer.
            Some((said, at)) if said != place || self.owed => (*at).min(now) + MOVES,
            Some((_, at)) => (*at).min(now) + BEAT,
        })
    }

    /// Who is to be shown now, where that is something new. Forgets those who have fallen silent.
    pub(super) fn shows(&mut self, now: Millis) -> Option<Vec<Seen>> {
        let since = self.since;
        for person in self.people.values_mut() {
            let before = person.cockpits.len();
            person
                .cockpits
                .retain(|cockpit| cockpit.heard.or(since).is_none_or(|heard| now < heard + SILENT));
            self.changed |= person.cockpits.len() != before;
        }
        if !self.changed || self.shows_at().is_some_and(|at| at > now) {
            return None;
        }
        self.changed = false;
        let seen: Vec<Seen> = self.people.iter().map(|(name, person)| person.seen(name)).collect();
        if seen == self.shown {
            return None;
        }
        self.shown_at = Some(now);
        self.shown.clone_from(&seen);
        Some(seen)
    }

    /// The next moment at which something new may be shown.
    fn shows_at(&self) -> Option<Millis> {
        self.shown_at.map(|at| at + SHOWS)
    }

    /// When it wants to be woken, at the latest.
    pub(super) fn wake_at(&self, now: Millis) -> Option<Millis> {
        let shows = self.changed.then(|| self.shows_at().unwrap_or(now));
        let cockpits = self.people.values().flat_map(|person| &person.cockpits);
        let silent = cockpits.filter_map(|c| c.heard.or(self.since)).min().map(|at| at + SILENT);
        [self.says_at(now), shows, silent].into_iter().flatten().min()
    }
}

impl Person {
    /// As the others are told.
    fn seen(&self, name: &str) -> Seen {
        let heard = self.cockpits.iter().filter(|cockpit| cockpit.heard.is_some());
        let (place, at, whereabouts) = match heard.max_by_key(|cockpit| cockpit.since) {
            Some(newest) => (&newest.place, newest.since, Whereabouts::Here),
            None if self.cockpits.is_empty() => (&self.place, self.heard, Whereabouts::Gone),
            None => (&self.place, self.heard, Whereabouts::Unknown),
        };
        Seen { person: name.to_owned(), role: self.role, place: place.clone(), at, whereabouts }
    }
}
