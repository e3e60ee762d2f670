//! Who may do what, and the events about people.

use super::{Refusal, Verdict, gate, known_step};
use crate::run::act::Act;
use crate::run::event::Event;
use crate::run::state::RunState;
use crate::runbook::Role;

/// The least role an act takes.
enum Takes {
    Anyone,
    Operator,
    Lead,
}

fn takes(state: &RunState, act: &Act) -> Takes {
    match &act.event {
        Event::RunOpened { .. }
        | Event::RunStarted {}
        | Event::RunHeld { .. }
        | Event::RunResumed {}
        | Event::RunRevised { .. }
        | Event::RunRescheduled { .. }
        | Event::HandedOver { .. }
        | Event::RunCompleted { .. }
        | Event::RunCanceled { .. }
        | Event::RoleGranted { .. }
        | Event::RollCallOpened {}
        | Event::ChecklistWaived { .. }
        | Event::RollbackBegun { .. }
        | Event::RollbackEnded { .. } => Takes::Lead,
        // Named voters, signers and deciders do that act whatever their role; whether they are
        // named is looked at with the act itself. What somebody did may correct it.
        Event::GateVoted { step, .. } => {
            let named =
                state.step_ix(step).is_some_and(|ix| gate::is_voter(state, ix, act.person()));
            if named { Takes::Anyone } else { Takes::Operator }
        }
        Event::GateDecided { step, .. } => {
            let named =
                state.step_ix(step).is_some_and(|ix| gate::is_decider(state, ix, act.person()));
            if named { Takes::Anyone } else { Takes::Lead }
        }
        Event::StepSigned { step, .. } => {
            let named = state
                .step_ix(step)
                .and_then(|ix| state.plan.steps.get(ix))
                .is_some_and(|s| s.signer_ids.iter().any(|p| p == act.person()));
            if named { Takes::Anyone } else { Takes::Operator }
        }
        Event::CriterionJudged { criterion, .. } => {
            let owner = state.plan.criteria.iter().find(|c| c.id == *criterion);
            let named = owner.is_some_and(|c| c.owner.as_deref() == Some(act.person()));
            if named { Takes::Anyone } else { Takes::Operator }
        }
        Event::RollCallAnswered {}
        | Event::Correction { .. }
        | Event::AutomationFinished { .. }
        | Event::ClockJumped { .. } => Takes::Anyone,
        _ => Takes::Operator,
    }
}

/// The least role that such an act takes.
pub(super) fn needed(state: &RunState, act: &Act) -> Role {
    match takes(state, act) {
        Takes::Anyone => Role::Observer,
        Takes::Operator => Role::Operator,
        Takes::Lead => Role::Lead,
    }
}

/// Whether the actor's role is enough, for the act itself and for doing it for somebody else.
pub(super) fn role(state: &RunState, act: &Act) -> Verdict {
    let needed = needed(state, act);
    if act.actor.role < needed {
        let who = if needed == Role::Lead { "a lead" } else { "an operator or a lead" };
        return Err(Refusal::impossible(
            "role",
            format!("{} is {} and may not do that", act.actor.name, article(act.actor.role)),
            format!("ask {who} to record it"),
        ));
    }
    match &act.on_behalf_of {
        Some(other) if *other != act.actor.name => on_behalf(state, act, other),
        _ => Ok(()),
    }
}

fn on_behalf(state: &RunState, act: &Act, other: &str) -> Verdict {
    if other.trim().is_empty() {
        return Err(Refusal::impossible("nobody", "“for” names nobody", "name a person"));
    }
    let lead_only = matches!(
        act.event,
        Event::GateVoted { .. } | Event::GateDecided { .. } | Event::StepSigned { .. }
    );
    let enough = if lead_only { Role::Lead } else { Role::Operator };
    if act.actor.role >= enough || state.stands_in(&act.actor.name, other) {
        return Ok(());
    }
    Err(Refusal::impossible(
        "for-another",
        format!("{} may not record that for {other}", act.actor.name),
        format!("let {other} do it, or a lead record what was said on the call"),
    ))
}

fn article(role: Role) -> &'static str {
    match role {
        Role::Observer => "an observer",
        Role::Operator => "an operator",
        Role::Lead => "a lead",
    }
}

/// The events about people.
pub(super) fn judge(state: &RunState, act: &Act) -> Verdict {
    match &act.event {
        Event::HandedOver { to } => {
            named(to)?;
            if *to == act.actor.name {
                return Err(Refusal::impossible(
                    "to-oneself",
                    format!("{to} has the lead"),
                    "hand it to somebody else",
                ));
            }
            Ok(())
        }
        Event::RoleGranted { person, role } => {
            named(person)?;
            if *person == act.actor.name && *role != Role::Lead {
                return Err(Refusal::impossible(
                    "own-role",
                    "a lead does not take their own role away",
                    "hand the lead over instead",
                ));
            }
            if state.role_of(person) == *role {
                return Err(Refusal::impossible(
                    "same-role",
                    format!("{person} is {} already", article(*role)),
                    "nothing has to be done",
                ));
            }
            Ok(())
        }
        Event::SubstituteActive { person, substitute } => {
            named(person)?;
            named(substitute)?;
            if person == substitute {
                return Err(Refusal::impossible(
                    "own-substitute",
                    format!("{person} cannot stand in for themselves"),
                    "name somebody else",
                ));
            }
            Ok(())
        }
        Event::PersonCalled { person, step, .. } => {
            named(person)?;
            step.as_ref().map_or(Ok(()), |step| known_step(state, step).map(|_| ()))
        }
        Event::RollCallAnswered {} => {
            if state.roll_call.is_none() {
                return Err(Refusal::impossible(
                    "no-roll-call",
                    "no roll-call is open",
                    "wait until the lead opens one",
                ));
            }
            if state.people.get(act.person()).is_some_and(|p| p.present.is_some()) {
                return Err(Refusal::impossible(
                    "answered",
                    format!("{} has answered this roll-call", act.person()),
                    "nothing has to be done",
                ));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn named(person: &str) -> Verdict {
    if person.trim().is_empty() {
        return Err(Refusal::impossible("nobody", "no person is named", "name a person"));
    }
    Ok(())
}
