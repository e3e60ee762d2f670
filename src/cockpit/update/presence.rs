//! Where this cockpit is, for the others; where the others are; and going where the lead is.

use super::moving;
use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Cursor, Model};
use crate::cockpit::panes;
use crate::runbook::Role;
use crate::sync::session::{Place, Seen, Whereabouts};

/// Takes in who is here. Somebody who uses several names of theirs is here once.
pub(super) fn present(model: &mut Model, seen: Vec<Seen>) {
    let mut known: Vec<Seen> = Vec::with_capacity(seen.len());
    for mut seen in seen {
        seen.person = super::submit::person(model, &seen.person);
        match known.iter_mut().find(|other| other.person == seen.person) {
            None => known.push(seen),
            Some(other) if newest(&seen) > newest(other) => *other = seen,
            Some(_) => {}
        }
    }
    model.presence.seen = known;
    panes::refresh_people(model);
}

fn newest(seen: &Seen) -> (bool, crate::run::Time) {
    (seen.whereabouts == Whereabouts::Here, seen.at)
}

/// Tells the others where this cockpit is, where that is something new.
pub(super) fn tell(model: &mut Model) -> Option<Effect> {
    if model.sharing.is_none() || model.leaving {
        return None;
    }
    let step = match &model.steps.cursor {
        Cursor::Step(id) => Some(id),
        _ => None,
    };
    let view = model.view.word();
    let same = |told: &Place| told.step.as_ref() == step && told.view.as_deref() == Some(view);
    if model.presence.told.as_ref().is_some_and(same) {
        return None;
    }
    let place = Place { step: step.cloned(), view: Some(view.to_owned()) };
    model.presence.told = Some(place.clone());
    Some(Effect::Here(place))
}

/// Puts the cursor where the lead's is. Who leads goes to the next step that is ready: that is
/// where the others follow. Says so where nobody knows where the lead is.
pub(super) fn to_lead(model: &mut Model) {
    if model.run.role_of(&model.me) == Role::Lead {
        return moving::next_ready(model);
    }
    match lead_step(model) {
        Ok(ix) => moving::go_to_step(model, ix),
        Err(why) => model.say(Tone::Plain, why),
    }
}

/// The step that the lead is on, or why that is not known.
fn lead_step(model: &Model) -> Result<usize, String> {
    let unknown = |why: &str| format!("where the lead is, is not known: {why}");
    let Some(sharing) = &model.sharing else {
        return Err(unknown("this run is on this machine only"));
    };
    if sharing.offline_since.is_some() {
        return Err(unknown("the hub is not reached"));
    }
    let Some(lead) = model.lead_seen() else { return Err(unknown("no lead is here")) };
    let name = model.run.plan.person_name(&lead.person);
    if lead.whereabouts != Whereabouts::Here {
        return Err(unknown(&format!("{name} is not here now")));
    }
    let Some(step) = &lead.place.step else {
        return Err(unknown(&format!("{name} is on no step")));
    };
    let found = model.run.plan.steps.iter().position(|known| known.id == *step);
    found.ok_or_else(|| unknown(&format!("{name} is on a step that is not here yet")))
}
