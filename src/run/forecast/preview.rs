//! What would be expected if something were recorded now: shown before anybody decides.

use super::{Forecaster, Rag, RollBack};
use crate::run::Time;
use crate::run::act::{Act, Actor, Entry};
use crate::run::event::Event;
use crate::run::fold::apply;
use crate::run::state::RunState;
use crate::run::words::EntryId;
use crate::runbook::Role;
use std::sync::Arc;

/// What would be expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// Expected finish.
    pub finish: Option<Time>,
    /// Until when one could roll back.
    pub roll_back: RollBack,
    /// RAG of the run.
    pub rag: Rag,
}

/// What would be expected if a lead recorded these events now. The state is left as it is; an event
/// that is impossible changes nothing, one whose time has not come counts as overridden.
pub fn preview(state: &RunState, events: &[Event], now: Time) -> Outlook {
    let network = Arc::new(crate::runbook::Network::of(&state.plan));
    outlook(state, &network, events, now)
}

impl Forecaster {
    /// The same as [`preview`], without preparing the plan again.
    pub fn preview(&self, state: &RunState, events: &[Event], now: Time) -> Outlook {
        outlook(state, &self.forecast().steps.source.network, events, now)
    }
}

fn outlook(
    state: &RunState,
    network: &Arc<crate::runbook::Network>,
    events: &[Event],
    now: Time,
) -> Outlook {
    let mut then = state.clone();
    for event in events {
        let seq = then.last_seq() + 1;
        let entry = Entry {
            seq,
            id: EntryId { replica: "preview".to_owned(), index: seq },
            act: Act {
                actor: decider(&then, event),
                on_behalf_of: None,
                at: now,
                happened_at: None,
                override_reason: Some("preview".to_owned()),
                event: event.clone(),
            },
            offset_ms: 0,
            received_at: None,
        };
        apply(&mut then, Arc::new(entry));
    }
    let forecaster = match Arc::ptr_eq(&then.plan, &state.plan) {
        true => Forecaster::with(&then, network.clone(), now),
        false => Forecaster::new(&then, now),
    };
    let forecast = forecaster.into_forecast();
    Outlook { finish: forecast.finish, roll_back: forecast.roll_back, rag: forecast.rag }
}

/// Who would record it: the one whose decision it is, as a lead.
fn decider(state: &RunState, event: &Event) -> Actor {
    let gate = event.step().and_then(|id| state.plan.step(id)).and_then(|step| step.gate.as_ref());
    let decider = match event {
        Event::GateDecided { .. } => gate.and_then(|gate| gate.decider.clone()),
        _ => None,
    };
    let name = decider.unwrap_or_else(|| state.opened.person.to_string());
    Actor { name, role: Role::Lead, claimed: true }
}
