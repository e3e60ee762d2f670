//! The docked panel of what wants a decision: a failed step, a no-go, a rung that failed, or what
//! somebody asked. Every way out with what it would do, none preselected.

use super::words;
use crate::cockpit::action::Action;
use crate::cockpit::model::{About, Model, RungView, Trouble, TroubleChoice, Way};
use crate::run::{Event, RunState, StepStatus};
use crate::runbook::{OnNoGo, Place, Role, StepIx, Then, format_duration};

/// Shows the rung that failed, the failed step under the cursor, else what failed last; nothing when nothing waits for a
/// decision and nobody has asked.
pub(super) fn refresh(model: &mut Model) {
    let Some(about) = wanted(model) else {
        model.trouble = None;
        return;
    };
    let fresh = model.trouble.is_none();
    let kept = model.trouble.take().filter(|trouble| trouble.about == about);
    let (focused, cursor) = kept.map_or((false, None), |trouble| (trouble.focused, trouble.cursor));
    model.trouble = Some(Trouble { about, focused, cursor, choices: Vec::new() });
    if fresh {
        super::ladder::refresh(model);
    }
    let choices = choices(model);
    if let Some(trouble) = model.trouble.as_mut() {
        trouble.cursor = cursor.filter(|at| *at < choices.len());
        trouble.choices = choices;
    }
}

/// The cursor has moved: another failed step may be under it. What each way out would do is not
/// reckoned anew for the same one.
pub(super) fn follow(model: &mut Model) {
    if wanted(model).as_ref() != model.trouble.as_ref().map(|trouble| &trouble.about) {
        refresh(model);
    }
}

/// The rung that failed and left the run held, until the hold ends or another rung is taken.
pub(in crate::cockpit) fn failed_rung(run: &RunState) -> Option<&str> {
    let last = run.rollbacks.last().filter(|last| last.succeeded == Some(false))?;
    let ended = last.ended.as_ref()?;
    let held = run.held().is_some_and(|hold| hold.from.seq == ended.seq);
    held.then_some(last.rung.as_str())
}

fn wanted(model: &Model) -> Option<About> {
    let run = &model.run;
    if run.status.is_over() {
        return None;
    }
    let focused = model.trouble.as_ref().filter(|trouble| trouble.focused);
    if let Some(focused) = focused
        && still_wanted(run, &focused.about)
    {
        return Some(focused.about.clone());
    }
    let about = |ix: StepIx| run.plan.steps.get(ix).map(|step| About::Step(step.id.clone()));
    // A rung that failed holds everybody up; the steps that led to it were decided about before.
    if let Some(rung) = failed_rung(run) {
        return Some(About::Rung(rung.to_owned()));
    }
    if let Some(ix) = model.cursor_step().filter(|ix| wants_decision(run, *ix)) {
        return about(ix);
    }
    let failed_at =
        |ix: &StepIx| run.steps.get(*ix).and_then(|s| s.now.ended.as_ref()).map(|f| f.at);
    let latest = (0..run.steps.len()).filter(|ix| wants_decision(run, *ix)).max_by_key(failed_at);
    latest.and_then(about)
}

fn still_wanted(run: &RunState, about: &About) -> bool {
    match about {
        About::Step(id) => run.step_ix(id).is_some_and(|ix| wants_decision(run, ix)),
        About::Rung(id) => failed_rung(run) == Some(id),
        About::Asked => run.rolling_back().is_none(),
    }
}

/// Whether a step has failed and holds things up; while a rung is taken, only what is not taken
/// back by it anyway.
pub(super) fn wants_decision(run: &RunState, ix: StepIx) -> bool {
    let failed = run.steps.get(ix).is_some_and(|step| step.status() == StepStatus::Failed);
    if !failed || run.is_settled(ix) {
        return false;
    }
    let place = run.plan.steps.get(ix).map(|step| step.place);
    match (place, run.rung_on().and_then(|on| run.plan.rollbacks.get(on).map(|rung| (on, rung)))) {
        (Some(Place::Rung(rung)), on) => on.is_some_and(|(on, _)| on == rung),
        (_, Some((_, rung))) => {
            matches!(rung.then, Then::Resume(_)) && rung.covers.binary_search(&ix).is_err()
        }
        (_, None) => true,
    }
}

fn choices(model: &Model) -> Vec<TroubleChoice> {
    let Some(trouble) = &model.trouble else { return Vec::new() };
    let run = &model.run;
    let mut choices = Vec::new();
    match &trouble.about {
        About::Step(id) => {
            let Some(ix) = run.step_ix(id) else { return choices };
            about_step(model, ix, &mut choices);
            if matches!(run.plan.steps.get(ix).map(|step| step.place), Some(Place::Rung(_))) {
                choices.push(rung_failed(model));
                return choices;
            }
        }
        About::Rung(_) => {
            choices.push(act(Action::Resume, "Fix forward", "ends the hold; what is open goes on"));
        }
        About::Asked => {}
    }
    if run.held().is_none() && run.started.is_some() {
        choices.push(hold(model));
    }
    let no_go = match &trouble.about {
        About::Step(id) => run.plan.step(id).and_then(|s| s.gate.as_ref()).map(|g| g.on_no_go),
        _ => None,
    };
    if run.rolling_back().is_none() {
        choices.extend(model.ladder.rungs.iter().filter_map(|view| rung(model, view)));
    }
    match (no_go, &trouble.about) {
        (Some(OnNoGo::Cancel), _) => {
            choices.push(act(Action::RunCancel, "Cancel the run", "proposed; the run ends here"));
        }
        (_, About::Rung(_)) => {
            choices.push(act(Action::RunCancel, "Cancel the run", "the run ends as it stands"));
        }
        _ => {}
    }
    choices
}

fn act(action: Action, label: &str, note: &str) -> TroubleChoice {
    let (label, note) = (label.to_owned(), note.to_owned());
    TroubleChoice { way: Way::Do(action), label, note, gone: false }
}

/// Try again, skip, defer: each with what would be expected then.
fn about_step(model: &Model, ix: StepIx, choices: &mut Vec<TroubleChoice>) {
    let run = &model.run;
    let (Some(step), Some(state)) = (run.plan.steps.get(ix), run.steps.get(ix)) else { return };
    if state.owes_reason() {
        choices.push(act(Action::Reason, "Say why", "the reason is still owed"));
    }
    let (id, attempt) = (step.id.clone(), state.attempt);
    let then = |event: Event, note: &str| {
        let outlook = model.forecast.preview(run, &[event], model.now);
        let words = words::outlook(model, &outlook);
        if words.is_empty() { note.to_owned() } else { format!("{words}; {note}") }
    };
    let event = Event::StepReopened { step: id.clone(), attempt, reason: None };
    let label = format!("Try again: attempt {}", attempt + 1);
    choices.push(act(Action::Reopen, &label, &then(event, "times are kept")));
    let event = Event::StepSkipped { step: id.clone(), attempt, reason: None };
    choices.push(act(Action::Skip, "Skip it", &then(event, "what follows goes on")));
    let event = Event::StepDeferred { step: id, attempt, reason: None };
    choices.push(act(Action::Defer, "Defer it", &then(event, "still owed afterwards")));
}

fn hold(model: &Model) -> TroubleChoice {
    let by = model.forecast.roll_back.by().filter(|by| *by > model.now);
    let note = match by {
        Some(by) => format!(
            "finish moves with every minute, roll back by {} does not; nothing new starts",
            words::moment(model, by)
        ),
        None => "finish moves with every minute; nothing new starts until the lead resumes".into(),
    };
    act(Action::Hold, "Hold the run", &note)
}

/// The way out of a rung whose step failed: the rung has failed, and what comes next.
fn rung_failed(model: &Model) -> TroubleChoice {
    let note = match words::next_rung(&model.run) {
        Some(next) => format!("the lead says so: the run is held, {next} is proposed"),
        None => "the lead says so: no rung is left then, fix forward or cancel".to_owned(),
    };
    let label = "End the rollback".to_owned();
    TroubleChoice { way: Way::End, label, note, gone: false }
}

/// A rung: what it would do, or which step took it away.
fn rung(model: &Model, view: &RungView) -> Option<TroubleChoice> {
    let run = &model.run;
    let rung = run.plan.rollbacks.get(view.rung)?;
    let number = run.rung_number(view.rung);
    let label = format!("{number} {}", rung.title);
    let way = Way::Rung(rung.id.clone());
    if let Some(step) = view.gone {
        let note = format!("gone since {} has started", words::number(run, step));
        return Some(TroubleChoice { way, label, note, gone: true });
    }
    let mut said = Vec::new();
    if view.proposed {
        said.push("PROPOSED".to_owned());
    }
    if view.needed {
        let ends = words::ends(view);
        let ends = ends.map(|at| format!(", ends {}", words::moment(model, at)));
        said.push(format!("{}{}", format_duration(view.duration), ends.unwrap_or_default()));
        // What is cut first on a narrow screen comes last.
        if let Some(by) = view.by {
            said.push(format!("decide by {}", words::moment(model, by)));
        }
        if !view.settle.is_empty() {
            said.push(format!("settle {} first", words::numbers(run, &view.settle)));
        }
        said.push(words::afterwards(model, view));
    } else {
        said.push("nothing it takes back has begun".to_owned());
    }
    if let Some(trigger) = &rung.trigger {
        said.push(format!("if {trigger}"));
    }
    Some(TroubleChoice { way, label, note: said.join(" · "), gone: false })
}

/// Who decides, by name: a lead, or the first of several.
pub(in crate::cockpit) fn deciders(run: &RunState) -> String {
    let opened = run.opened.person.to_string();
    let known = run.plan.people.keys().chain(run.people.keys());
    let mut leads: Vec<&str> = Vec::new();
    for person in known.chain([&opened]) {
        if run.role_of(person) == Role::Lead && !leads.contains(&person.as_str()) {
            leads.push(person);
        }
    }
    let names: Vec<_> = leads.iter().map(|id| run.plan.person_name(id)).collect();
    match names[..] {
        [] => "a lead".to_owned(),
        [one] => one.to_owned(),
        [first, ..] => format!("{first} or another lead"),
    }
}
