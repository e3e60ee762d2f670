//! Cards that change the plan. Each makes a new text of the runbook, comments kept, and revises
//! the run with it.

use super::label;
use super::step::{person_field, yes_no};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, Field, FieldName, Tone};
use crate::cockpit::model::Model;
use crate::runbook::{LinkOn, Moment, Owner, Runbook, Step, StepIx, format_duration};

fn at(model: &Model, ix: StepIx) -> Result<(&Step, String), String> {
    let step = model.run.plan.steps.get(ix).ok_or("that step is gone from the plan")?;
    Ok((step, label(&model.run, ix)))
}

/// Why, and whether the file on disk follows: on every card that changes the plan.
fn with_ending(model: &Model, card: Card) -> Card {
    let card = card.with(Field::line(FieldName::Reason, "Reason", "why the plan changes"));
    if model.file_name.is_empty() {
        return card;
    }
    let options = yes_no(&format!("Write it to {}, too", model.file_name), "Only in this run");
    card.with(Field::pick(FieldName::WriteBack, "The file", options, Some(0)))
}

/// Inserts a step after this one.
pub fn insert(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, name) = at(model, ix)?;
    let card = Card::new(
        CardAct::PlanInsert(step.id.clone()),
        format!("Insert a step after {name}"),
        "Insert it",
    );
    let card = card
        .with(Field::line(FieldName::Title, "Title", "what is to be done"))
        .with(Field::new(FieldName::Owner, "Owner", person_field(model, "").hint, line()))
        .with(Field::line(FieldName::Duration, "Duration", "15m, 1h30m"));
    Ok(with_ending(model, card))
}

fn line() -> crate::cockpit::card::Input {
    crate::cockpit::card::Input::Line(Default::default())
}

/// Takes a step out of the plan.
pub fn remove(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, name) = at(model, ix)?;
    let mut card = Card::new(
        CardAct::PlanRemove(step.id.clone()),
        format!("Take {name} out of the plan"),
        "Take it out",
    );
    let has_history = model.run.steps.get(ix).is_some_and(|s| s.now.started.is_some());
    if has_history {
        card = card.fact(Tone::Warn, "It has a history, which stays: shown as removed");
    }
    let after: Vec<_> = model
        .run
        .plan
        .successors
        .get(ix)
        .into_iter()
        .flatten()
        .filter_map(|&next| model.run.plan.steps.get(next))
        .map(|next| next.number.as_str())
        .collect();
    if !after.is_empty() {
        card = card.fact(Tone::Plain, format!("What came after it: {}", after.join(", ")));
    }
    Ok(with_ending(model, card))
}

/// Moves a step behind another.
pub fn shift(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, name) = at(model, ix)?;
    let card = Card::new(CardAct::PlanMove(step.id.clone()), format!("Move {name}"), "Move it");
    let field = Field::line(FieldName::Step, "Behind step", "id or number");
    Ok(with_ending(model, card.with(field)))
}

/// Changes title, owner, duration, predecessors or earliest start of a step.
pub fn change(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, name) = at(model, ix)?;
    let needs_hint = "2.1, 2.3 start +5m; empty: by its place";
    let card =
        Card::new(CardAct::PlanChange(step.id.clone()), format!("Change {name}"), "Change it")
            .with(Field::line(FieldName::Title, "Title", "").filled(&step.title))
            .with(Field::line(FieldName::Owner, "Owner", "id or name").filled(owner(step)))
            .with(Field::line(FieldName::Duration, "Duration", "15m, 1h30m").filled(duration(step)))
            .with(
                Field::line(FieldName::Needs, "Comes after", needs_hint)
                    .filled(needs(&model.run.plan, step)),
            )
            .with(
                Field::line(FieldName::NotBefore, "Not before", "T-30m, 02:30; empty: at any time")
                    .filled(not_before(model, step)),
            );
    Ok(with_ending(model, card))
}

/// The predecessors of a step as its card shows them: `2.1, 2.3 start +5m`.
pub fn needs(plan: &Runbook, step: &Step) -> String {
    let one = |link: &crate::runbook::Link| {
        let mut text = plan.steps.get(link.step)?.number.clone();
        if link.on == LinkOn::Start {
            text.push_str(" start");
        }
        if link.lag > 0 {
            text.push_str(&format!(" +{}", format_duration(link.lag)));
        }
        Some(text)
    };
    step.needs.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

/// The earliest start of a step as its card shows it and the runbook writes it.
pub fn not_before(model: &Model, step: &Step) -> String {
    match step.not_before {
        None => String::new(),
        Some(Moment::T(secs)) if secs < 0 => format!("T-{}", format_duration(-secs)),
        Some(Moment::T(secs)) => format!("T+{}", format_duration(secs)),
        Some(Moment::Clock(clock)) => clock.format("%H:%M").to_string(),
        Some(Moment::At(at)) => {
            let zone = model.run.plan.release.timezone;
            at.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
        }
    }
}

/// The owner of a step as its card shows it; a team is no owner.
pub fn owner(step: &Step) -> String {
    match &step.owner {
        Some(Owner::Person(owner)) => owner.clone(),
        _ => String::new(),
    }
}

/// The duration of a step as its card shows it.
pub fn duration(step: &Step) -> String {
    step.duration.map(|span| format_duration(span.likely)).unwrap_or_default()
}

/// Adopts the changed file.
pub fn adopt(model: &Model) -> Result<Card, String> {
    let change = model.change.as_ref().ok_or("the runbook file reads as the run does")?;
    if !change.problems.is_empty() {
        let shows = model.keymap.shown(Action::ShowDifference);
        return Err(match change.problems.len() {
            1 => format!("the changed file has a problem; {shows} shows it"),
            n => format!("the changed file has {n} problems; {shows} shows them"),
        });
    }
    let file = &model.file_name;
    let (title, button) = match change.earlier {
        true => (format!("Go back to the text of {file}"), "Give the run's edits up"),
        false => ("Adopt the changed runbook file".to_owned(), "Adopt it"),
    };
    let mut card = Card::new(CardAct::Adopt, title, button);
    if change.earlier {
        let text = format!("{file} has an earlier text of this run; these edits would be lost:");
        card = card.fact(Tone::Bad, text);
    }
    card = card.fact(Tone::Plain, change.summary.clone());
    for step in &change.taken_out {
        card = card.fact(Tone::Bad, format!("{step}: it leaves the plan, its history stays"));
    }
    Ok(card.fact(Tone::Plain, "Running and settled steps keep what they had").with(Field::line(
        FieldName::Reason,
        "Reason",
        "why the plan changes",
    )))
}

/// Writes the run's text to the runbook's file.
pub fn write_back(model: &Model) -> Result<Card, String> {
    if model.file_name.is_empty() {
        return Err("no runbook file is followed".to_owned());
    }
    let title = format!("Write the run's text to {}", model.file_name);
    let card = Card::new(CardAct::WriteBack, title, "Write it");
    Ok(match &model.change {
        Some(change) if change.earlier => card
            .fact(Tone::Plain, "The file has no changes of its own; it gets this run's edits:")
            .fact(Tone::Plain, change.summary.clone()),
        Some(change) => card
            .fact(Tone::Bad, "The file has changes of its own, which would be lost:")
            .fact(Tone::Plain, change.summary.clone()),
        None => card.fact(Tone::Plain, "The file will read as the run does"),
    })
}
