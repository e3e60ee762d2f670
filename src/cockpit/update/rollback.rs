//! The way to a rollback and through it: the panel that asks, the cards it leads to, and what the
//! screen does when one begins or ends.

use super::{moving, open};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::cards;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{About, Model, Trouble, View, Way};
use crate::cockpit::panes;
use crate::run::{Entry, Event, Verdict, describe};
use crate::runbook::{StepIx, Then};

/// Shows what rolling back would do, or ends the rollback that is on.
pub(super) fn ask(model: &mut Model, opener: Option<char>) {
    let run = &model.run;
    let hold = model.keymap.shown(Action::Hold);
    let why_not = if run.rolling_back().is_some() {
        let card = cards::rollback_end(model);
        return open::opened(model, card, opener);
    } else if run.plan.rollbacks.is_empty() {
        Some(format!("this runbook has no rollback; {hold} holds the run"))
    } else if run.status.is_over() {
        Some("the run is over; u takes back what ended it by mistake".to_owned())
    } else if run.started.is_none() {
        Some("the run has not started: there is nothing to take back".to_owned())
    } else {
        None
    };
    if let Some(why_not) = why_not {
        return model.say(Tone::Warn, why_not);
    }
    if model.view != View::Steps {
        super::show(model, View::Steps);
    }
    match model.trouble.as_mut() {
        Some(trouble) => trouble.focused = true,
        None => {
            let about = About::Asked;
            let asked = Trouble { about, focused: true, cursor: None, choices: Vec::new() };
            model.trouble = Some(asked);
        }
    }
    panes::refresh_ladder(model);
}

/// The panel loses the keys; one that was only asked for goes.
pub(super) fn leave_panel(model: &mut Model) {
    if let Some(trouble) = model.trouble.as_mut() {
        trouble.focused = false;
        trouble.cursor = None;
    }
    panes::refresh_ladder(model);
}

/// Opens the card of a way out of trouble.
pub(super) fn go(model: &mut Model, way: &Way, opener: Option<char>) -> Vec<Effect> {
    let card = match way {
        Way::Do(action) => {
            let step = match model.trouble.as_ref().map(|trouble| &trouble.about) {
                Some(About::Step(id)) => model.run.step_ix(id),
                _ => None,
            };
            cards::card(model, *action, step)
        }
        Way::Rung(id) => cards::rung(model, id),
        Way::End => cards::rollback_end(model),
    };
    open::opened(model, card, opener);
    Vec::new()
}

/// An open card about a rollback says what is true after the run has changed; where it is not
/// possible any more, why.
pub(super) fn renew_card(model: &mut Model) {
    let Some(renewed) = model.card.as_ref().and_then(|card| cards::renewed(model, card)) else {
        return;
    };
    match renewed {
        Ok(card) => model.card = Some(card),
        Err(reason) => {
            if let Some(card) = model.card.as_mut() {
                card.problem = Some(reason);
            }
        }
    }
}

/// A rollback has begun or ended: its steps come in sight, and whoever did it is led on.
pub(super) fn took_in(model: &mut Model, entry: &Entry) {
    let (begun, id) = match &entry.act.event {
        Event::RollbackBegun { rung, .. } => (true, rung.clone()),
        Event::RollbackEnded { rung, .. } => (false, rung.clone()),
        _ => return,
    };
    let well = matches!(entry.act.event, Event::RollbackEnded { succeeded: true, .. });
    let verdict = model.run.log.iter().rfind(|logged| logged.entry.seq == entry.seq);
    let holds = matches!(
        verdict.map(|logged| &logged.verdict),
        Some(Verdict::Applied | Verdict::Deviation)
    );
    if !holds {
        return;
    }
    let then = model.run.plan.rollbacks.iter().find(|rung| rung.id == id).map(|rung| rung.then);
    if begun {
        model.steps.folded.remove(&id)
    } else {
        model.steps.folded.insert(id)
    };
    if entry.act.actor.name != model.me {
        let by = model.run.plan.person_name(&entry.act.actor.name).to_owned();
        let text = format!("{by} {}", describe(&model.run, &entry.act.event));
        return model.say_long(Tone::Warn, text);
    }
    super::run_changed(model);
    if begun {
        model.view = View::Steps;
        model.steps.top = 0;
        if let Some(first) = first_of_rung(model) {
            moving::go_to_step(model, first);
        }
        return;
    }
    let again = match then {
        Some(Then::Resume(from)) if well => Some(from),
        _ => model.next_ready(),
    };
    match again {
        Some(next) => moving::go_to_step(model, next),
        // The run is over: all of it is read from its beginning.
        None => moving::go(model, Action::Top),
    }
}

/// The step of the rung that is on which comes next: ready, else not settled.
fn first_of_rung(model: &Model) -> Option<StepIx> {
    let run = &model.run;
    let steps = run.rung_applies(run.rung_on()?);
    let ready = steps.iter().find(|ix| run.is_ready(**ix, model.now));
    ready.or_else(|| steps.iter().find(|ix| !run.is_settled(**ix))).copied()
}
