//! How often people may say where they are or what a step puts out: as often as cockpits do, and no
//! more. Who says more is not heard, so that a client gone wild costs the others nothing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Thousandths of a saying; a moment in milliseconds earns a whole number of them.
type Parts = i64;

/// What one saying costs.
const SAYING: Parts = 1_000;
/// Of one person: so many at once, and so many a second.
const PERSON: (Parts, Parts) = (20, 5);
/// Of a run: so many at once, and so many a second.
const RUN: (Parts, Parts) = (1_000, 200);
/// From here on a clock has been set back, milliseconds.
const SET_BACK: i64 = 5_000;
/// People that are told apart.
const PEOPLE: usize = 1_024;

/// Of one run.
#[derive(Debug, Default)]
pub struct Pace {
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    all: Purse,
    people: HashMap<String, Purse>,
}

/// What is left, and when that was reckoned; milliseconds. Nothing yet: full.
#[derive(Debug, Default, Clone, Copy)]
struct Purse(Option<(Parts, i64)>);

impl Purse {
    /// What is in it now.
    fn holds(self, (most, a_second): (Parts, Parts), now: i64) -> Parts {
        let most = most * SAYING;
        // A clock that was set back locks nobody out. Two requests may be a moment out of order.
        let known = self.0.filter(|(_, at)| now > at - SET_BACK);
        known.map_or(most, |(left, at)| {
            let earned = (now - at).max(0).saturating_mul(a_second);
            left.saturating_add(earned).min(most)
        })
    }

    fn pay(&mut self, rate: (Parts, Parts), now: i64) {
        self.0 = Some((self.holds(rate, now) - SAYING, now));
    }
}

impl Pace {
    /// Whether that person may say something now (milliseconds since 1970).
    pub fn allows(&self, person: &str, now: i64) -> bool {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let Inside { all, people } = &mut *inside;
        if people.len() >= PEOPLE && !people.contains_key(person) {
            // Who has been silent for a while needs not be remembered.
            people.retain(|_, purse| purse.holds(PERSON, now) < PERSON.0 * SAYING);
            if people.len() >= PEOPLE {
                return false;
            }
        }
        let own = people.entry(person.to_owned()).or_default();
        if own.holds(PERSON, now) < SAYING || all.holds(RUN, now) < SAYING {
            return false;
        }
        own.pay(PERSON, now);
        all.pay(RUN, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_900_000_000;

    #[test]
    fn a_flood_passes_at_the_pace_of_one_person_and_holds_up_nobody_else() {
        let pace = Pace::default();
        let passed = (0..10_000).filter(|n| pace.allows("eve", NOW + n)).count();
        assert!((60..=80).contains(&passed), "{passed} of 10,000 within 10 s");
        assert!(pace.allows("ana", NOW + 10_000));
        assert!(pace.allows("eve", NOW + 14_000), "and afterwards she is heard again");
    }

    #[test]
    fn a_thousand_names_are_bounded_too() {
        let pace = Pace::default();
        let passed = (0..100_000).filter(|n| pace.allows(&format!("p{n}"), NOW + n / 10)).count();
        assert!(passed <= 1_000 + 10 * 200, "{passed} of 100,000 within 10 s");
        assert!(pace.inside.lock().unwrap().people.len() <= PEOPLE);
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let pace = Pace::default();
        for n in 0..30 {
            pace.allows("ana", NOW + n);
        }
        assert!(!pace.allows("ana", NOW), "a moment out of order");
        assert!(pace.allows("ana", NOW - 3_600_000));
    }
}
