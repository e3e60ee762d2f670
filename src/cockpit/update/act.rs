//! From a wish to record something to an append: checked first against the run as it will be once
//! everything in flight is on disk.

use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Model, Saving};
use crate::run::{Act, Entry, EntryId, Event, Intent, Refusal, RunState, Time, apply, check};
use std::borrow::Cow;
use std::sync::Arc;

/// What goes with an act: the fields that every card has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct With {
    /// When it happened.
    pub happened_at: Option<Time>,
    /// Whose act it was.
    pub on_behalf_of: Option<String>,
    /// Reason with which a lead overrides a *not now*.
    pub override_reason: Option<String>,
}

/// Sends acts on their way, in order, or none of them.
///
/// # Errors
/// The first refusal: nothing was sent.
pub(super) fn record(
    model: &mut Model,
    events: Vec<Event>,
    with: &With,
) -> Result<Vec<Effect>, Refusal> {
    let mut saving = Vec::with_capacity(events.len());
    {
        let mut expected = expected(model);
        let several = events.len() > 1;
        for (ticket, event) in (model.next_ticket..).zip(events) {
            let intent = intent(model, event, with);
            let act = intent.clone().into_act(expected.actor(&model.me), model.now);
            check(&expected, &act)?;
            let text = crate::run::describe(&expected, &act.event);
            if several {
                foresee(expected.to_mut(), act);
            }
            let step = intent.event.step().map(str::to_owned);
            saving.push(Saving { ticket, intent, step, text });
        }
    }
    model.next_ticket += saving.len() as u64;
    let effects = saving.iter().map(append).collect();
    model.saving.extend(saving);
    Ok(effects)
}

/// Whether acts would be taken, in order; nothing is sent.
///
/// # Errors
/// The first refusal.
pub(super) fn may(model: &Model, events: &[Event], with: &With) -> Result<(), Refusal> {
    let mut expected = expected(model);
    for event in events {
        let act = intent(model, event.clone(), with).into_act(expected.actor(&model.me), model.now);
        check(&expected, &act)?;
        if events.len() > 1 {
            foresee(expected.to_mut(), act);
        }
    }
    Ok(())
}

fn intent(model: &Model, event: Event, with: &With) -> Intent {
    Intent {
        person: model.me.clone(),
        on_behalf_of: with.on_behalf_of.clone(),
        happened_at: with.happened_at,
        override_reason: with.override_reason.clone(),
        event,
    }
}

/// The effect that records something in flight.
pub(super) fn append(saving: &Saving) -> Effect {
    Effect::Append { ticket: saving.ticket, intent: Box::new(saving.intent.clone()) }
}

/// The run as it will be once everything in flight has been recorded.
pub(super) fn expected(model: &Model) -> Cow<'_, RunState> {
    let mut state = Cow::Borrowed(&model.run);
    for saving in &model.saving {
        let act = saving.intent.clone().into_act(state.actor(&model.me), model.now);
        foresee(state.to_mut(), act);
    }
    state
}

fn foresee(state: &mut RunState, act: Act) {
    let seq = state.last_seq() + 1;
    // A name that no ledger gives: this entry only lives in a forecast of the next moment.
    let id = EntryId { replica: "in flight".to_owned(), index: seq };
    apply(state, Arc::new(Entry { seq, id, act, offset_ms: 0, received_at: None }));
}

/// Why a planned step cannot be started now, if it cannot.
pub(super) fn record_refusal(model: &Model, ix: crate::runbook::StepIx) -> Option<Refusal> {
    let step = model.run.plan.steps.get(ix)?.id.clone();
    let attempt = model.run.steps.get(ix)?.attempt;
    let intent = Intent::new(model.me.clone(), Event::StepStarted { step, attempt });
    let act = intent.into_act(model.run.actor(&model.me), model.now);
    check(&model.run, &act).err()
}
