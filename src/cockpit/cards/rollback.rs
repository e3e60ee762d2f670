//! Cards that begin and end a rollback: what it would do is said before anybody decides.

use super::{clock, label};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::{Model, RungView};
use crate::cockpit::panes::words;
use crate::run::{Recycled, RunState, StepStatus};
use crate::runbook::{RungIx, StepIx, Then, format_duration};

/// More steps than this are not told one by one.
const STEPS: usize = 12;

/// Begins a rung, once its id has been typed.
///
/// # Errors
/// There is no such rung any more.
pub fn begin(model: &Model, id: &str) -> Result<Card, String> {
    let run = &model.run;
    let view = model
        .ladder
        .rungs
        .iter()
        .find(|view| run.plan.rollbacks.get(view.rung).is_some_and(|rung| rung.id == id));
    let view = view.ok_or_else(|| format!("rung {id} is gone from the plan"))?;
    let Some(rung) = run.plan.rollbacks.get(view.rung) else { return Err(id.to_owned()) };
    let number = run.rung_number(view.rung);
    let title = format!("Roll back: {number} {}", rung.title);
    let mut card = Card::new(CardAct::RollbackBegin(id.to_owned()), title, "Begin the rollback");
    if view.proposed {
        card = card.fact(Tone::Warn, "Proposed by what has failed; the lead decides");
    }
    if let Some(trigger) = &rung.trigger {
        card = card.fact(Tone::Plain, format!("Take it if: {trigger}"));
    }
    card = card.fact(Tone::Plain, steps(model, view));
    if !view.settle.is_empty() {
        card = card.fact(Tone::Bad, to_settle(model, view));
    }
    card = card.fact(length_tone(model, view), length(model, view));
    for (tone, text) in ended_well(model, view.rung, Some(view)) {
        card = card.fact(tone, text);
    }
    Ok(card
        .with(Field::line(FieldName::Confirm, "Type its id", format!("{id} begins it")))
        .with(Field::line(FieldName::Reason, "Reason", "why, for the record; may be empty")))
}

/// The steps that would apply, in order, each with its owner and duration.
fn steps(model: &Model, view: &RungView) -> String {
    let run = &model.run;
    let told = view.applies.iter().take(STEPS).filter_map(|&ix| {
        let step = run.plan.steps.get(ix)?;
        let owner = run.owner_of(ix).map(|id| run.plan.person_name(&id).to_owned());
        let long = step.duration.map(|span| format_duration(span.likely));
        let about: Vec<_> = owner.into_iter().chain(long).collect();
        let about =
            if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
        Some(format!("{} {}{about}", step.number, step.title))
    });
    let mut told: Vec<_> = told.collect();
    if view.applies.len() > STEPS {
        told.push(format!("and {} more", view.applies.len() - STEPS));
    }
    match told.is_empty() {
        true => "No step of it applies now".to_owned(),
        false => format!("Runs {}", told.join("; ")),
    }
}

fn to_settle(model: &Model, view: &RungView) -> String {
    let run = &model.run;
    let first: Vec<_> = view
        .settle
        .iter()
        .take(STEPS)
        .map(|&ix| {
            let since = run.steps.get(ix).and_then(|step| step.now.started.as_ref());
            let since = since.map(|fact| format!(", since {}", clock(model, fact.at)));
            let owner = run.owner_of(ix).map(|id| format!(" ({})", run.plan.person_name(&id)));
            let (owner, since) = (owner.unwrap_or_default(), since.unwrap_or_default());
            format!("{}{owner}{since}", label(run, ix))
        })
        .collect();
    let abort = match view.abort {
        0 => String::new(),
        abort => format!("; stopping takes {}", format_duration(abort)),
    };
    format!("Settle first (finish, fail or skip): {}{abort}", first.join("; "))
}

fn length_tone(model: &Model, view: &RungView) -> Tone {
    match view.by {
        Some(by) if by < model.now => Tone::Bad,
        _ => Tone::Plain,
    }
}

/// How long it takes, when it would end, until when it may be decided.
fn length(model: &Model, view: &RungView) -> String {
    let mut said = format!("Takes {}", format_duration(view.duration));
    if let Some(end) = words::ends(view) {
        said.push_str(&format!(", would end {}", words::moment(model, end)));
    }
    match view.by {
        Some(by) if by < model.now => {
            let by = words::moment(model, by);
            said.push_str(&format!(": PAST THE WINDOW, roll back by was {by}"));
        }
        Some(by) => {
            let left = words::whole_minutes((by - model.now).num_seconds());
            said.push_str(&format!("; roll back by {} ({left} left)", words::moment(model, by)));
        }
        None => {}
    }
    said
}

/// What follows when a rung ends well: what is undone, what begins anew, what does not apply any
/// more, and when the run is expected to finish.
fn ended_well(model: &Model, rung: RungIx, view: Option<&RungView>) -> Vec<(Tone, String)> {
    let run = &model.run;
    let Some(then) = run.plan.rollbacks.get(rung).map(|rung| rung.then) else {
        return Vec::new();
    };
    let Recycled { back, undone, not_applicable } = run.recycles(rung);
    let named = |what: &str, steps: &[StepIx]| {
        (!steps.is_empty()).then(|| format!("{} {what}", words::numbers(run, steps)))
    };
    let mut said: Vec<_> = named("undone", &undone).into_iter().collect();
    match then {
        Then::Stop => {
            said.extend(named("not applicable", &not_applicable));
            said.push("the run ends rolled back".to_owned());
        }
        Then::Resume(from) => {
            said.extend(named("planned again (new attempt)", &back));
            said.push(format!("the run goes on from {}", label(run, from)));
        }
    }
    let mut facts = vec![(Tone::Warn, format!("Then: {}", said.join("; ")))];
    let finish = view.and_then(|view| view.outlook.as_ref()).and_then(|outlook| outlook.finish);
    if let (Some(finish), Then::Resume(_)) = (finish, then) {
        let late = run.window(model.now).is_some_and(|window| finish > window.closes);
        let inside = match (run.window(model.now).is_some(), late) {
            (true, false) => ", inside the window",
            _ => "",
        };
        let tone = if late { Tone::Bad } else { Tone::Plain };
        facts.push((tone, format!("Expected then: {}{inside}", words::finish(model, finish))));
    }
    facts
}

/// Ends the rollback that is on: well, or as failed. Neither is picked beforehand.
///
/// # Errors
/// None is on.
pub fn end(model: &Model) -> Result<Card, String> {
    let run = &model.run;
    let on = run.rolling_back().ok_or("no rollback is on")?;
    let rung = run.rung_on().ok_or_else(|| format!("rung {} is gone from the plan", on.rung))?;
    let title = format!("End rollback {} {}", run.rung_number(rung), on.title);
    let mut card = Card::new(CardAct::RollbackEnd(on.rung.clone()), title, "End the rollback");
    let open = open_steps(run, rung);
    card = match open.is_empty() {
        true => card.fact(Tone::Good, "Every step of it is settled"),
        false => card.fact(Tone::Warn, format!("Not settled yet: {}", words::numbers(run, &open))),
    };
    for (_, text) in ended_well(model, rung, None) {
        card = card.fact(Tone::Plain, text.replacen("Then:", "Well:", 1));
    }
    let running = failing(run, rung);
    let failing = match running.is_empty() {
        true => String::new(),
        false => format!("{} failed with it; ", words::numbers(run, &running)),
    };
    let next = words::next_rung(run).map_or_else(
        || "no rung is left: fix forward or cancel".to_owned(),
        |next| format!("{next} is proposed next"),
    );
    card = card.fact(Tone::Plain, format!("Failed: {failing}the run is held; {next}"));
    let options = vec![
        PickOption::new("well", "Well", "w; it did what it is for"),
        PickOption::new("failed", "Failed", "f; it did not, or cannot"),
    ];
    Ok(card.with(Field::pick(FieldName::Which, "It ended", options, None)).with(Field::line(
        FieldName::Reason,
        "In words",
        "what the report should say of it",
    )))
}

/// Steps of the rung that is on which are not settled.
fn open_steps(run: &RunState, rung: RungIx) -> Vec<StepIx> {
    run.rung_applies(rung).into_iter().filter(|&ix| !run.is_settled(ix)).collect()
}

fn failing(run: &RunState, rung: RungIx) -> Vec<StepIx> {
    let mut steps = open_steps(run, rung);
    steps.retain(|ix| {
        run.steps
            .get(*ix)
            .is_some_and(|step| matches!(step.status(), StepStatus::Running | StepStatus::Blocked))
    });
    steps
}

/// What is asked before a rollback is ended well.
pub fn asked_before_end(model: &Model, rung: RungIx) -> String {
    let said = ended_well(model, rung, None);
    let said = said.first().map_or("", |(_, text)| text.trim_start_matches("Then: "));
    let key = model.keymap.shown(Action::CardRecord);
    format!("{said}. Enter or {key} again ends it so")
}

/// What the start of a step would take away, for its card: told before it is done.
pub fn taken_away(card: Card, model: &Model, ix: StepIx) -> Card {
    let run = &model.run;
    let gone = run.takes_away(ix);
    if gone.is_empty() {
        return card;
    }
    let named = |rungs: &[RungIx]| {
        let names = rungs.iter().filter_map(|&rung| {
            let title = &run.plan.rollbacks.get(rung)?.title;
            Some(format!("{} {title}", run.rung_number(rung)))
        });
        names.collect::<Vec<_>>().join(", ")
    };
    let left: Vec<_> =
        run.available_rungs().into_iter().filter(|rung| !gone.contains(rung)).collect();
    let ponr = run.plan.steps.get(ix).is_some_and(|step| step.point_of_no_return);
    let what = if ponr { "POINT OF NO RETURN. " } else { "" };
    let after = match left.is_empty() {
        true => "after this: FIX FORWARD ONLY".to_owned(),
        false => format!("after this only {} is left", named(&left)),
    };
    let is = if gone.len() == 1 { "is" } else { "are" };
    card.fact(Tone::Bad, format!("{what}Once it has begun, {} {is} gone; {after}", named(&gone)))
}
