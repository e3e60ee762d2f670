//! Whether a name is one that this run knows: a slip of the pen must not become a person.

use super::state::RunState;
use crate::runbook::Owner;
use std::fmt;

/// A name that is in the runbook nowhere, and under which nobody has acted in the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The name.
    pub name: String,
    /// The known name that may have been meant.
    pub meant: Option<String>,
}

impl fmt::Display for Stranger {
    /// In a line, not yet made visible.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not in the runbook's [people]", self.name)?;
        match &self.meant {
            Some(meant) => write!(f, "; did you mean {meant}?"),
            None => f.write_str(", and has not acted in this run"),
        }
    }
}

/// What there is to say against a name that is about to be given a part in the run; none where it
/// is known: in `[people]`, an owner in the plan, or of somebody who has acted or was given a role.
pub fn stranger(state: &RunState, name: &str) -> Option<Stranger> {
    let known = || {
        let people = state.plan.people.keys().map(String::as_str);
        let acted = state
            .people
            .iter()
            .filter(|(_, person)| person.last_act.is_some() || person.role.is_some())
            .map(|(name, _)| name.as_str());
        let owners = state.plan.steps.iter().filter_map(|step| match &step.owner {
            Some(Owner::Person(owner)) => Some(owner.as_str()),
            _ => None,
        });
        people.chain(acted).chain(owners)
    };
    if known().any(|other| other == name) {
        return None;
    }
    let meant = known()
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= (name.chars().count() / 3).clamp(1, 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other.to_owned());
    Some(Stranger { name: name.to_owned(), meant })
}

/// In letters to change; what differs only in case differs least.
fn distance(one: &str, other: &str) -> usize {
    strsim::osa_distance(&one.to_lowercase(), &other.to_lowercase())
}
