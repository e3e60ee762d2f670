//! What people write: decisions and beginnings for everybody, risks, what went wrong, and a word to
//! the lead.

use super::{Look, Occasion};
use crate::run::{Decision, Event, Note, NoteKind, StepStatus};
use crate::runbook::{Step, StepIx, format_duration};

pub(super) fn occasions(look: &Look<'_>) -> Vec<Occasion> {
    let plan = &look.state.plan;
    let of_steps = plan.forward_steps().flat_map(|ix| about(look, ix, &plan.steps[ix]));
    of_steps.chain(look.state.notes.iter().filter_map(|note| close(look, note))).collect()
}

/// What there is to write about a step as it is now.
fn about(look: &Look<'_>, ix: StepIx, step: &Step) -> Vec<Occasion> {
    let state = &look.state.steps[ix];
    let number = &step.number;
    let mut all = Vec::new();
    match state.status() {
        StepStatus::Failed if step.gate.is_none() => {
            let reason = state.now.reason.as_deref().unwrap_or("the reason follows");
            let doer = state.now.ended.as_ref().map_or("", |fact| &*fact.person);
            if look.cast.plays(doer) {
                let text = format!("{number} failed: {reason}");
                all.push(note(look, ("issue", ix), doer, (text, NoteKind::Issue), false));
            }
            let text = format!(
                "@{} {number} {} has failed and waits for you: try again, skip it, or roll back. \
                 ! shows what each would cost.",
                look.cast.at_the_cockpit(),
                step.title
            );
            let other = look.cast.somebody(&format!("calls {}", step.id));
            all.push(note(look, ("calls", ix), &other, (text, NoteKind::Note), false));
        }
        StepStatus::Done => {
            let decided = state.now.decision.as_ref();
            if decided.is_some_and(|(decision, ..)| *decision != Decision::NoGo) {
                let text = format!("{number} {} Go.", step.title);
                let writer = look.cast.somebody("writes for everybody");
                all.push(note(look, ("decided", ix), &writer, (text, NoteKind::Decision), true));
            }
            if state.attempt > 1
                && let Some(doer) = look.cast.doer(ix)
                && step.gate.is_none()
            {
                let text = format!("Find out why {} failed the first time", step.title);
                all.push(note(look, ("action", ix), &doer, (text, NoteKind::Action), false));
            }
        }
        StepStatus::Running => all.extend(under_way(look, ix, step)),
        _ => {}
    }
    all
}

/// What is written while a step is worked on.
fn under_way(look: &Look<'_>, ix: StepIx, step: &Step) -> Vec<Occasion> {
    let mut all = Vec::new();
    if let Some(span) = step.duration
        && let Some((_, worst)) = span.range
        && worst > span.likely * 3 / 2
    {
        let text = format!(
            "{} may take up to {}: that would bring us close to the last moment to roll back",
            step.number,
            format_duration(worst)
        );
        let other = look.cast.somebody(&format!("warns {}", step.id));
        all.push(note(look, ("risk", ix), &other, (text, NoteKind::Risk), false));
    }
    let phases = look.state.plan.phases.iter();
    let first = phases.skip(1).find(|phase| phase.steps.start == ix);
    if let Some(phase) = first {
        let text = format!("{} has begun.", phase.title);
        let writer = look.cast.somebody("writes for everybody");
        all.push(note(look, ("begun", ix), &writer, (text, NoteKind::Note), true));
    }
    all
}

/// A note about a step, written once an attempt.
fn note(
    look: &Look<'_>,
    (what, ix): (&str, StepIx),
    person: &str,
    (text, kind): (String, NoteKind),
    public: bool,
) -> Occasion {
    let (step, attempt) = (look.state.plan.steps[ix].id.clone(), look.state.steps[ix].attempt);
    let key = format!("note {what} {step}#{attempt}");
    let is_action = kind == NoteKind::Action;
    let event = Event::NoteAdded {
        text,
        kind,
        step: Some(step),
        public,
        owner: is_action.then(|| person.to_owned()),
        due: is_action.then(|| super::later(look.now, 2 * 86_400)),
    };
    let secs = look.dice.between(&key, 20, 90);
    Occasion::after(key, secs, person, event).once()
}

/// An issue or a risk is closed by its author when its step is settled.
fn close(look: &Look<'_>, note: &Note) -> Option<Occasion> {
    let open = note.closed.is_none() && note.removed.is_none();
    let kind = matches!(note.kind, NoteKind::Issue | NoteKind::Risk);
    let ix = look.state.step_ix(note.step.as_deref()?)?;
    let done = look.state.steps[ix].status() == StepStatus::Done;
    if !(open && kind && done && look.cast.plays(&note.fact.person)) {
        return None;
    }
    let key = format!("close {}", note.id);
    let secs = look.dice.between(&key, 60, 240);
    let number = &look.state.plan.steps[ix].number;
    let event =
        Event::NoteClosed { note: note.id.clone(), reason: Some(format!("{number} is done")) };
    Some(Occasion::after(key, secs, &note.fact.person, event))
}
