//! Who an act is by, and whether a hub takes it. Of what clients recorded in their own ledgers it
//! refuses only what the role may not do and what is too large: whatever else it violates, it
//! happened, and the fold marks it.

use super::Who;
use crate::run::{Act, Actor, RULES, RunState, check};
use crate::runbook::Role;

/// The actor that the hub names: by the token, or as claimed.
pub(super) fn name(state: &RunState, who: &Who, claimed: &str) -> Actor {
    match who {
        Who::Claimed => state.actor(claimed),
        Who::Proved { person, role } => {
            // What the run has granted replaces what the token gave at the start.
            let granted = state.people.get(person).and_then(|known| known.role);
            Actor { name: person.clone(), role: granted.unwrap_or(*role), claimed: false }
        }
    }
}

/// Whether an act that has happened may be recorded by its actor; else why not.
pub(super) fn may_act(state: &RunState, who: &Who, act: &Act) -> Result<(), String> {
    if state.rules != RULES {
        // A rule book that is not known here cannot be asked. Who only reads, only reads.
        return match (who, act.actor.role) {
            (Who::Proved { .. }, Role::Observer) => {
                Err(format!("{} is an observer and may not do that", act.actor.name))
            }
            _ => Ok(()),
        };
    }
    match check(state, act) {
        Err(refusal) if matches!(refusal.rule, "role" | "for-another" | "nobody" | "too-long") => {
            Err(refusal.to_string())
        }
        _ => Ok(()),
    }
}

/// Whether an act that is made here may be recorded now; else why not, and what to do.
pub(super) fn judge(state: &RunState, act: &Act) -> Result<(), String> {
    check(state, act).map_err(|refusal| refusal.to_string())
}
