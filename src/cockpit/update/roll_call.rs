//! The roll-call: answered with one key by whoever is asked, ticked off by the lead for those who
//! answer on the call.

use super::act::{self, With};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::Model;
use crate::run::{Event, Time};
use crate::runbook::Role;

/// Says that I am here. None where nobody asks me.
pub(super) fn answer(model: &mut Model) -> Option<Vec<Effect>> {
    if !model.roll_call.as_ref()?.missing.contains(&model.me) {
        return None;
    }
    Some(record(model, None))
}

/// Says why the key that answers does nothing.
pub(super) fn not_asked(model: &mut Model) {
    let text = match &model.roll_call {
        Some(_) => "you have answered this roll-call",
        None => "no roll-call is open",
    };
    model.say(Tone::Plain, text);
}

/// Ticks off whoever is under the cursor of the people: they said so on the call.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let Some(person) = crate::cockpit::cards::person_under_cursor(model) else {
        return Vec::new();
    };
    if model.roll_call.is_none() {
        let key = model.keymap.shown(Action::RollCall);
        model.say(Tone::Plain, format!("no roll-call is open; {key} opens one"));
        return Vec::new();
    }
    if person == model.me {
        return answer(model).unwrap_or_else(|| {
            not_asked(model);
            Vec::new()
        });
    }
    if model.run.role_of(&model.me) != Role::Lead {
        model.say(Tone::Plain, "the lead ticks off who answers on the call");
        return Vec::new();
    }
    record(model, Some(person))
}

fn record(model: &mut Model, on_behalf_of: Option<String>) -> Vec<Effect> {
    let with = With { on_behalf_of, ..With::default() };
    match act::record(model, vec![Event::RollCallAnswered {}], &with) {
        Ok(effects) => effects,
        Err(refusal) => {
            model.say_long(Tone::Warn, refusal.to_string());
            Vec::new()
        }
    }
}

/// When the open roll-call was opened, while somebody is still to answer.
pub(super) fn incomplete(model: &Model) -> Option<Time> {
    let on = model.roll_call.as_ref().filter(|on| !on.missing.is_empty())?;
    Some(on.at)
}

/// Tells a lead that the last one has answered.
pub(super) fn completed(model: &mut Model, before: Option<Time>) {
    let Some(on) = model.roll_call.as_ref().filter(|on| on.missing.is_empty()) else { return };
    if before == Some(on.at) && model.run.role_of(&model.me) == Role::Lead {
        let all = on.answered.len();
        model.say_long(Tone::Good, format!("roll-call: all {all} are here"));
    }
}
