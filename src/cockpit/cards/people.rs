//! Cards about people: calls, substitutes, roles, roll-call.

use super::step::person_field;
use super::{label, nothing_there};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::{Model, View};
use crate::cockpit::panes::CallRow;
use crate::run::CallAnswer;
use crate::runbook::{Role, StepIx};

pub(super) fn under_cursor(model: &Model) -> Result<&String, String> {
    if let Some(row) = call_row(model)? {
        return Ok(&row.person);
    }
    let pane = &model.people;
    pane.rows.get(pane.place.cursor).ok_or_else(|| nothing_there(View::People))
}

/// The call under the cursor, where the call list is in front.
fn call_row(model: &Model) -> Result<Option<&CallRow>, String> {
    if model.view != View::Calls {
        return Ok(None);
    }
    let row = model.calls.rows.get(model.calls.place.cursor);
    row.map(Some).ok_or_else(|| nothing_there(View::Calls))
}

/// Records a call to the owner of the step under the cursor.
pub fn call_owner(model: &Model, ix: StepIx) -> Result<Card, String> {
    let owner = model.run.owner_of(ix).ok_or_else(|| {
        format!("{} has no owner; a assigns it to somebody", label(&model.run, ix))
    })?;
    let step = model.run.plan.steps.get(ix).map(|step| step.id.clone());
    let substitute = model.run.people.get(&owner).and_then(|p| p.substitute.clone());
    Ok(call_card(model, &substitute.unwrap_or(owner), step, Some(ix)))
}

/// Records a call to the person under the cursor; about the step for which they are to be called.
pub fn call(model: &Model) -> Result<Card, String> {
    let person = under_cursor(model)?;
    if let Some(row) = call_row(model)? {
        let step = model.run.plan.steps.get(row.step).map(|step| step.id.clone());
        return Ok(call_card(model, &row.person, step, Some(row.step)));
    }
    let due = model.glance.call.iter().find(|call| call.person == *person).map(|call| call.step);
    let step = due.and_then(|ix| model.run.plan.steps.get(ix)).map(|step| step.id.clone());
    Ok(call_card(model, person, step, due))
}

fn call_card(model: &Model, person: &str, step: Option<String>, ix: Option<StepIx>) -> Card {
    let name = model.run.plan.person_name(person).to_owned();
    let known = model.run.plan.people.get(person);
    let mut card = Card::new(
        CardAct::Call(person.to_owned(), step),
        format!("Call {name}"),
        "Record the call",
    );
    if let Some(contact) = known.and_then(|p| p.contact.as_ref()) {
        card = card.fact(Tone::Plain, format!("Reach them at {contact}"));
    }
    if let Some(ix) = ix {
        card = card.fact(Tone::Plain, format!("For {}", label(&model.run, ix)));
    }
    let calls = model.run.people.get(person).map_or(&[][..], |p| p.calls.as_slice());
    let unanswered = calls.iter().rev().take_while(|c| c.0 == CallAnswer::NoAnswer).count();
    if unanswered > 0 {
        card = card.fact(Tone::Warn, format!("{unanswered} calls without an answer so far"));
    }
    let mut options = vec![
        PickOption::new("answered", "Answered", ""),
        PickOption::new("no_answer", "No answer", ""),
    ];
    if let Some(substitute) = known.and_then(|p| p.substitute.as_ref()) {
        let name = model.run.plan.person_name(substitute);
        let label = format!("Substitute: no answer, {name} stands in");
        options.push(PickOption::new("substitute", label, ""));
    }
    card.with(Field::pick(FieldName::Which, "Answer", options, None))
}

/// Lets the substitute stand in.
pub fn substitute(model: &Model) -> Result<Card, String> {
    // Whoever stands in already is not the one to be replaced.
    let of = call_row(model)?.and_then(|row| row.instead_of.as_ref());
    let person = of.map_or_else(|| under_cursor(model), Ok)?;
    let plan = &model.run.plan;
    let name = plan.person_name(person);
    let planned = plan.people.get(person).and_then(|p| p.substitute.clone());
    let card = Card::new(
        CardAct::Substitute(person.clone()),
        format!("Substitute for {name}"),
        "Stands in from now on",
    );
    let field = person_field(model, "Who stands in");
    Ok(card.with(match planned {
        Some(substitute) => field.filled(substitute),
        None => field,
    }))
}

fn roles() -> Vec<PickOption> {
    vec![
        PickOption::new("lead", "Lead", "drives the run"),
        PickOption::new("operator", "Operator", "works steps"),
        PickOption::new("observer", "Observer", "reads"),
    ]
}

/// Grants a role to the person under the cursor.
pub fn grant(model: &Model) -> Result<Card, String> {
    let person = under_cursor(model)?;
    let name = model.run.plan.person_name(person);
    let now = match model.run.role_of(person) {
        Role::Lead => "a lead",
        Role::Operator => "an operator",
        Role::Observer => "an observer",
    };
    let card =
        Card::new(CardAct::Grant(Some(person.clone())), format!("Role of {name}"), "Grant it");
    Ok(card.fact(Tone::Plain, format!("{name} is {now}")).with(Field::pick(
        FieldName::Which,
        "Role",
        roles(),
        None,
    )))
}

/// Hands the lead over.
pub fn hand_over(model: &Model) -> Result<Card, String> {
    let card = Card::new(CardAct::HandOver, "Hand the lead over", "Hand it over");
    let (tone, text) = match model.run.role_of(&model.me) {
        Role::Lead => (Tone::Warn, "You become an operator"),
        Role::Operator => (Tone::Bad, "You are an operator: only a lead hands the lead over"),
        Role::Observer => (Tone::Bad, "You are an observer: only a lead hands the lead over"),
    };
    Ok(card.fact(tone, text).with(person_field(model, "To")))
}

/// Asks who is there.
pub fn roll_call() -> Card {
    Card::new(CardAct::RollCall, "Roll-call", "Ask who is there")
}

/// Says that somebody under the cursor answers the roll-call on the call.
pub fn tick(model: &Model) -> Result<Card, String> {
    if model.roll_call.is_none() {
        let key = model.keymap.shown(Action::RollCall);
        return Err(format!("no roll-call is open; {key} opens one"));
    }
    let person = under_cursor(model)?;
    let name = model.run.plan.person_name(person);
    let card = Card::new(CardAct::PresentFor(person.clone()), format!("{name} is here"), "Is here");
    let contact = model.run.plan.people.get(person).and_then(|known| known.contact.as_ref());
    let fact = contact.map(|contact| format!("Reach them at {contact}"));
    Ok(fact.into_iter().fold(card, |card, fact| card.fact(Tone::Plain, fact)))
}

/// Who is under the cursor of the people or the calls.
pub fn person_under_cursor(model: &Model) -> Option<String> {
    under_cursor(model).ok().cloned()
}

/// Answers the roll-call.
pub fn present() -> Card {
    Card::new(CardAct::Present, "Roll-call", "Present")
}
