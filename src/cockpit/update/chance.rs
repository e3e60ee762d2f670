//! When the chance of finishing in the window is drawn anew: after something happened, and now and
//! then as time goes on; never twice at once, so that many entries ask once.

use crate::cockpit::effect::Effect;
use crate::cockpit::model::Model;
use crate::run::{Chance, Odds};

/// How long an answer is good while nothing happens, in seconds.
const GOOD_FOR: i64 = 60;

/// Asks for a draw, if one is due.
pub(super) fn ask(model: &mut Model) -> Option<Effect> {
    if model.chance.waiting || model.leaving {
        return None;
    }
    let seq = model.run.last_seq();
    let due = match model.chance.asked {
        None => true,
        Some((asked, _)) if asked != seq => true,
        // Where nothing is left to chance, time alone brings none back.
        Some((_, at)) => {
            model.chance.chance.is_some() && (model.now - at).num_seconds() >= GOOD_FOR
        }
    };
    if !due {
        return None;
    }
    model.chance.asked = Some((seq, model.now));
    let odds = Odds::of(&model.run, &model.forecast, model.now);
    model.chance.waiting = odds.is_some();
    if odds.is_none() && model.chance.chance.take().is_some() {
        model.dirty = true;
    }
    odds.map(|odds| Effect::Chance(Box::new(odds)))
}

/// Takes an answer in.
pub(super) fn answered(model: &mut Model, chance: Option<Chance>) {
    model.chance.waiting = false;
    model.chance.chance = chance;
}
