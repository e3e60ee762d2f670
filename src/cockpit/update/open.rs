//! From an action to what it does: a movement, another pane, a card. By itself no action changes
//! the run, but Enter's usual next thing.

use super::act::With;
use super::{lookup, moving};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, Tone};
use crate::cockpit::cards;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Model, View};
use crate::run::{Event, Owed};
use crate::runbook::{StepIx, StepKind};

/// Does what a key in a pane asks for. `opener` is the character that asked.
pub(super) fn run(model: &mut Model, action: Action, opener: Option<char>) -> Vec<Effect> {
    match action {
        _ if action.only_moves() => moving::go(model, action),
        Action::Find => lookup::open_find(model),
        Action::Palette => lookup::open_palette(model),
        Action::Help => model.help = Some(0),
        Action::NextView => cycle(model, 1),
        Action::PreviousView => cycle(model, View::CYCLE.len() - 1),
        Action::ShowSteps => super::show(model, View::Steps),
        Action::ShowDetail => toggle(model, View::Detail),
        Action::ShowChecklists => toggle(model, View::Checklists),
        Action::ShowLog => toggle(model, View::Log),
        Action::ShowNotes => {
            toggle(model, View::Notes);
            if model.view == View::Notes {
                super::unread::go_to_news(model);
            }
        }
        Action::ShowPeople => toggle(model, View::People),
        Action::ShowTimeline => toggle(model, View::Timeline),
        Action::ShowCalls => toggle(model, View::Calls),
        Action::ShowBridge => toggle(model, View::Bridge),
        Action::TimelineStep => super::show(model, View::Steps),
        Action::ShowDifference if model.change.is_some() => toggle(model, View::Difference),
        Action::ShowDifference => model.say(Tone::Plain, "the runbook file reads as the run does"),
        Action::Trouble => focus_trouble(model),
        Action::ShowLadder => toggle(model, View::Ladder),
        Action::Rollback => super::rollback::ask(model, opener),
        Action::NotesOpen => {
            model.notes.open_only = !model.notes.open_only;
            crate::cockpit::panes::refresh_lists(model);
        }
        Action::NotesForMe => {
            model.notes.for_me = !model.notes.for_me;
            crate::cockpit::panes::refresh_lists(model);
        }
        Action::NoteStep => super::unread::go_to_step(model),
        Action::NotesStep => {
            model.notes.this_step = !model.notes.this_step;
            crate::cockpit::panes::refresh_lists(model);
        }
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Here if opener.is_some() => card(model, Action::Present, None, opener),
        Action::Here => {
            if let Some(effects) = super::roll_call::answer(model) {
                return effects;
            }
            super::roll_call::not_asked(model);
        }
        Action::QuitNow => card(model, Action::Quit, None, opener),
        _ => {
            let step = model.cursor_step();
            card(model, action, step, opener);
        }
    }
    Vec::new()
}

/// An action picked in the palette. Its card wants Enter twice: one was pressed already.
pub(super) fn from_palette(model: &mut Model, action: Action) -> Vec<Effect> {
    let effects = run(model, action, None);
    if let Some(card) = model.card.as_mut() {
        card.wary = true;
    }
    effects
}

fn card(model: &mut Model, action: Action, step: Option<StepIx>, opener: Option<char>) {
    let card = cards::card(model, action, step);
    opened(model, card, opener);
}

/// Opens a card, or says why there is none.
pub(super) fn opened(model: &mut Model, card: Result<Card, String>, opener: Option<char>) {
    match card {
        Ok(mut card) => {
            if opener.is_some() {
                card.typed = std::mem::take(&mut model.typing.line);
                card.flow = Some(card.typed.len());
            }
            model.card = Some(card);
        }
        Err(reason) => model.say_long(Tone::Warn, reason),
    }
}

/// Opens the note editor with a text.
pub(super) fn note_with(model: &mut Model, text: &str) -> Vec<Effect> {
    let mut effects = super::card_keys::draft_of_open_card(model);
    let mut card = cards::note(model, Some(text));
    card.fresh = false;
    model.card = Some(card);
    effects.extend(super::card_keys::save_draft(model));
    effects
}

/// Enter on a step: records the one usual thing, or opens the card that asks for what is owed.
pub(super) fn usual_next(model: &mut Model, ix: StepIx) -> Vec<Effect> {
    let Some(step) = model.run.plan.steps.get(ix) else { return Vec::new() };
    if model.is_saving(&step.id) {
        model.say(Tone::Plain, format!("{} is being saved", step.number));
        return Vec::new();
    }
    let Some(event) = model.run.usual_next(ix, &model.me, model.now) else {
        if let Some(next) = model.next_ready().filter(|_| model.run.is_settled(ix)) {
            moving::go_to_step(model, next);
            // Enter held down moves once, and does not act on where it has led.
            model.typing.acted = Some(model.steps.cursor.clone());
            return Vec::new();
        }
        let hint = nothing_usual(model, ix);
        model.say(Tone::Plain, hint);
        return Vec::new();
    };
    let takes_away = !model.run.takes_away(ix).is_empty();
    let asks = match &event {
        Event::StepStarted { .. } if takes_away => Some(Action::Start),
        Event::StepCompleted { .. } if takes_away => Some(Action::Complete),
        Event::StepStarted { .. } => step.confirm.then_some(Action::Start),
        Event::StepCompleted { .. } => {
            let owed = model.run.owed(ix, model.now);
            let asked = |owed: &Owed| !matches!(owed, Owed::Signatures(_));
            owed.iter().any(asked).then_some(Action::Complete)
        }
        _ => None,
    };
    if let Some(action) = asks {
        let confirms = step.confirm;
        card(model, action, Some(ix), None);
        // Nobody passes a point of no return by pressing Enter twice in a row.
        if let Some(card) = model.card.as_mut().filter(|_| takes_away && !confirms) {
            card.wary = true;
        }
        return Vec::new();
    }
    if let Some(ahead) = model.long_before()
        && !std::mem::replace(&mut model.typing.early, true)
    {
        let key = model.keymap.shown(Action::UsualNext);
        model.say_long(Tone::Warn, format!("{ahead}: {key} again starts the live run now"));
        return Vec::new();
    }
    match super::act::record(model, vec![event], &With::default()) {
        Ok(effects) => effects,
        Err(refusal) => {
            model.say_long(Tone::Warn, refusal.to_string());
            Vec::new()
        }
    }
}

/// What to press instead of Enter, or what the step waits for.
fn nothing_usual(model: &Model, ix: StepIx) -> String {
    let run = &model.run;
    let label = run.plan.steps.get(ix).map(|step| step.number.clone()).unwrap_or_default();
    let keys = |action: Action| model.keymap.shown(action);
    let kind = run.plan.steps.get(ix).map(|step| step.kind);
    let status = run.steps.get(ix).map(|step| step.status());
    let open = matches!(status, Some(crate::run::StepStatus::Planned));
    match kind {
        Some(StepKind::Gate) if open => {
            format!(
                "{label} is a gate: {} votes, {} decides",
                keys(Action::Vote),
                keys(Action::Decide)
            )
        }
        Some(StepKind::Choice) if open => format!("{label}: {} chooses", keys(Action::Choose)),
        _ if all_of_rung_settled(model, ix) => {
            let key = keys(Action::Rollback);
            format!("every step of the rollback is settled; {key} ends it: well, or failed")
        }
        _ if open => match super::act::record_refusal(model, ix) {
            Some(refusal) => refusal.to_string(),
            None => format!("nothing usual is left to do on {label}"),
        },
        _ => {
            format!("nothing usual is left to do on {label}; {} lists all keys", keys(Action::Help))
        }
    }
}

/// Whether a step is of the rung that is on, and nothing of it is left to do.
fn all_of_rung_settled(model: &Model, ix: StepIx) -> bool {
    let run = &model.run;
    let Some(rung) = run.rung_on() else { return false };
    let applies = run.rung_applies(rung);
    applies.contains(&ix) && applies.iter().all(|ix| run.is_settled(*ix))
}

fn toggle(model: &mut Model, view: View) {
    let view = if model.view == view { View::Steps } else { view };
    super::show(model, view);
}

fn cycle(model: &mut Model, by: usize) {
    let at = View::CYCLE.iter().position(|view| *view == model.view).unwrap_or(0);
    let next = View::CYCLE.get((at + by) % View::CYCLE.len());
    super::show(model, next.copied().unwrap_or(View::Steps));
}

fn focus_trouble(model: &mut Model) {
    match model.trouble.as_mut() {
        Some(trouble) => {
            trouble.focused = true;
            model.view = View::Steps;
        }
        None => {
            let key = model.keymap.shown(Action::Rollback);
            let text =
                format!("nothing that failed waits for a decision; {key} shows rolling back");
            model.say(Tone::Good, text);
        }
    }
}
