//! When the bell rings: stand by, yours, overrun of yours, and what others put on my desk. Each
//! once; nothing else ever does.

use crate::cockpit::action::Action;
use crate::cockpit::card::{CardAct, Tone};
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Alert, Model, View};
use crate::run::{Entry, Event, StepStatus, mention};
use crate::runbook::StepIx;

/// How the message begins that somebody calls me by name.
pub(super) const CALLED: &str = "@you from ";

/// Calls for this person's attention, once for each reason: the bell rings, and the terminal
/// notifies where it can.
pub(super) fn attention(model: &mut Model, reason: Alert, text: String) -> Option<Effect> {
    model.alerted.insert(reason).then_some(Effect::Notify(text))
}

/// Rings for what is new since the last look.
pub(super) fn ring(model: &mut Model) -> Vec<Effect> {
    let due = due(model);
    due.into_iter().filter_map(|(reason, text)| attention(model, reason, text)).collect()
}

/// Takes note of what is due already, without a sound: whoever opens a cockpit looks at it.
pub(super) fn take_note(model: &mut Model) {
    let due: Vec<_> = due(model).into_iter().map(|(alert, _)| alert).collect();
    model.alerted.extend(due);
}

fn due(model: &Model) -> Vec<(Alert, String)> {
    let glance = &model.glance;
    let mine = |ix: &StepIx| model.run.is_mine(*ix, &model.me);
    let mut due = Vec::new();
    let calls = glance.call.iter().filter(|call| call.at <= model.now && call.person == model.me);
    due.extend(calls.filter_map(|call| alert(model, call.step, Alert::StandBy, "stand by for")));
    let ready = glance.ready.iter().filter(|ix| mine(ix));
    due.extend(ready.filter_map(|ix| alert(model, *ix, Alert::Yours, "yours now:")));
    let over = glance.waiting.iter().filter(|waiting| {
        let expected = model.forecast.steps.get(waiting.step);
        waiting.status == StepStatus::Running
            && expected.is_some_and(|step| step.overrunning)
            && mine(&waiting.step)
    });
    due.extend(
        over.filter_map(|w| alert(model, w.step, Alert::Overrun, "takes longer than planned:")),
    );
    due
}

fn alert(
    model: &Model,
    ix: StepIx,
    kind: fn(String, u32) -> Alert,
    words: &str,
) -> Option<(Alert, String)> {
    let (step, state) = (model.run.plan.steps.get(ix)?, model.run.steps.get(ix)?);
    let text = format!("{words} {} {}", step.number, step.title);
    Some((kind(step.id.clone(), state.attempt), text))
}

/// The bell for what somebody else has just put on my desk. Who calls me by name is told of in words
/// as well, and so is what others write while I write a note. What was recorded before this cockpit
/// was opened is plain to see in it.
pub(super) fn for_me(model: &mut Model, entry: &Entry) -> Option<Effect> {
    if entry.act.actor.name == model.me || entry.act.at < model.opened {
        return None;
    }
    let by = model.run.plan.person_name(&entry.act.actor.name).to_owned();
    let text = match &entry.act.event {
        Event::StepAssigned { step, owner } if *owner == model.me => {
            format!("{by} gave {step} to you")
        }
        Event::NoteAdded { text, .. } => return noted(model, entry, &by, text, None),
        Event::NoteEdited { note, text, .. } => {
            let mut notes = model.run.notes.iter();
            let before = notes.find(|n| n.id == *note).and_then(|n| match n.text == *text {
                // It is in the run already.
                true => n.earlier.last().map(|(text, _)| text.clone()),
                false => Some(n.text.clone()),
            });
            return noted(model, entry, &by, text, before.or_else(|| Some(String::new())));
        }
        Event::HandedOver { to } if *to == model.me => format!("{by} handed the lead over to you"),
        Event::RollCallOpened {} => format!("{by} asks who is there"),
        _ => return None,
    };
    attention(model, Alert::Said(entry.id.clone()), text)
}

/// Somebody else wrote a note, or gave it another text than `before`.
fn noted(
    model: &mut Model,
    entry: &Entry,
    by: &str,
    text: &str,
    before: Option<String>,
) -> Option<Effect> {
    let calls = |text: &str| mention::calls(&model.run, &model.me, text);
    let line = text.lines().next().unwrap_or_default();
    if calls(text) && !before.as_deref().is_some_and(calls) {
        let said = format!("{CALLED}{by}: {line}");
        let rings = attention(model, Alert::Said(entry.id.clone()), said.clone())?;
        let key = model.keymap.shown(Action::ShowNotes);
        model.say_long(Tone::Warn, format!("{said} ({key} shows it)"));
        return Some(rings);
    }
    let writes = model
        .card
        .as_ref()
        .is_some_and(|card| matches!(card.act, CardAct::NoteAdd { .. } | CardAct::NoteEdit(_)));
    if writes && before.is_none() && model.view != View::Notes {
        model.say_long(Tone::Plain, format!("{by} writes: {line}"));
    }
    None
}
