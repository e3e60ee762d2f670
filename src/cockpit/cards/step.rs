//! Cards about the work on a step.

use super::label;
use super::rollback::taken_away;
use crate::cockpit::card::{Card, CardAct, Field, FieldName, Input, PickOption, Tick, Tone};
use crate::cockpit::model::Model;
use crate::run::{Attempt, Owed, StepStatus};
use crate::runbook::{OnFailure, Role, Step, StepIx, format_duration};

/// A step and its present attempt.
fn at(model: &Model, ix: StepIx) -> Result<(&Step, &Attempt, String), String> {
    match (model.run.plan.steps.get(ix), model.run.steps.get(ix)) {
        (Some(step), Some(state)) => Ok((step, &state.now, label(&model.run, ix))),
        _ => Err("that step is gone from the plan".to_owned()),
    }
}

/// Asked of a lead when the rule book says *not now*.
pub fn override_field() -> Field {
    Field::line(FieldName::Override, "Override because", "a lead's reason; kept as a deviation")
}

fn reason_field(hint: &str) -> Field {
    Field::line(FieldName::Reason, "Reason", hint)
}

const MAY_FOLLOW: &str = "may follow later; owed until then";

/// Somebody else is expected: acts for another's step say so.
fn whose(model: &Model, ix: StepIx, card: Card) -> Card {
    match model.run.owner_of(ix) {
        Some(owner) if !model.run.is_mine(ix, &model.me) => {
            let name = model.run.plan.person_name(&owner).to_owned();
            card.fact(Tone::Plain, format!("Expected of {name}"))
        }
        _ => card,
    }
}

/// Starts the step; a dangerous one only after its id or number has been typed.
pub fn start(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let mut card = Card::new(CardAct::Start(step.id.clone()), format!("Start {name}"), "Start it");
    card = whose(model, ix, card);
    card = taken_away(card, model, ix);
    if step.confirm {
        let hint = format!("type {} or {}", step.number, step.id);
        card = card.fact(Tone::Warn, "This step asks to be confirmed").with(Field::line(
            FieldName::Confirm,
            "Step",
            hint,
        ));
    }
    Ok(card)
}

/// Completes the step: everything still owed is asked here.
pub fn complete(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, now, name) = at(model, ix)?;
    let mut card =
        Card::new(CardAct::Complete(step.id.clone()), format!("Complete {name}"), "Complete it");
    card = whose(model, ix, card);
    if now.started.is_none() {
        card = card.fact(Tone::Warn, "It was never started: it will be taken, its start unknown");
        card = taken_away(card, model, ix);
    }
    if let Some(expect) = &step.expect {
        card = card.fact(Tone::Plain, format!("Expected: {expect}"));
    }
    for owed in model.run.owed(ix, model.now) {
        if matches!(owed, Owed::Time(_) | Owed::Signatures(_)) {
            card = card.fact(Tone::Warn, owed.to_string());
        }
    }
    if now.items.len() < step.items.len() {
        card = card.with(items_field(model, step, now));
    }
    card.fields.extend(value_fields(step, now));
    if step.evidence && now.evidence.is_empty() {
        card = card.with(evidence_field());
    }
    Ok(card)
}

/// Records the failure: Enter as the very next key records the time at once.
pub fn fail(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let then = match step.on_failure {
        OnFailure::Ask => "The lead decides what follows",
        OnFailure::Hold => "The run will be held",
        OnFailure::Continue => "What follows goes on",
        OnFailure::Rollback(_) => "The run will be held, and a rollback proposed",
    };
    let card =
        Card::new(CardAct::Fail(step.id.clone()), format!("Fail {name}"), "Record the failure");
    let card = taken_away(card, model, ix);
    let field = reason_field("Enter now records the time; the reason may follow");
    Ok(whose(model, ix, card).fact(Tone::Warn, then).with(field))
}

/// Blocks a step, or ends its block.
pub fn block(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, now, name) = at(model, ix)?;
    if now.status == StepStatus::Blocked {
        let card =
            Card::new(CardAct::Unblock(step.id.clone()), format!("Unblock {name}"), "Goes on");
        return Ok(whose(model, ix, card));
    }
    let card =
        Card::new(CardAct::Block(step.id.clone()), format!("Block {name}"), "Record the block");
    let text = "Its working time stands still until it can go on";
    Ok(whose(model, ix, card).fact(Tone::Plain, text).with(reason_field(MAY_FOLLOW)))
}

/// Skips the step.
pub fn skip(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let card = Card::new(CardAct::Skip(step.id.clone()), format!("Skip {name}"), "Skip it");
    let text = "We choose not to do it; what follows goes on";
    Ok(whose(model, ix, card).fact(Tone::Warn, text).with(reason_field(MAY_FOLLOW)))
}

/// Defers the step.
pub fn defer(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let card = Card::new(CardAct::Defer(step.id.clone()), format!("Defer {name}"), "Defer it");
    let text = "Still owed after the go-live; what follows goes on";
    Ok(whose(model, ix, card).fact(Tone::Warn, text).with(reason_field(MAY_FOLLOW)))
}

/// Begins a new attempt.
pub fn reopen(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let next = model.run.steps.get(ix).map_or(1, |s| s.attempt) + 1;
    let card =
        Card::new(CardAct::Reopen(step.id.clone()), format!("Do {name} again"), "Begin anew");
    let text = format!("Attempt {next}; every attempt keeps its times. A mistake is mended with u");
    Ok(card.fact(Tone::Plain, text).with(reason_field("why it has to be done again")))
}

/// Says what it will still take.
pub fn estimate(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, now, name) = at(model, ix)?;
    let mut card = Card::new(
        CardAct::Estimate(step.id.clone()),
        format!("Estimate {name}"),
        "Record the estimate",
    );
    if let (Some(span), Some(elapsed)) = (step.duration, now.elapsed(model.now)) {
        let text = format!(
            "Planned {}, so far {}",
            format_duration(span.likely),
            format_duration(elapsed)
        );
        card = card.fact(Tone::Plain, text);
    }
    Ok(card.with(Field::line(FieldName::Remaining, "It will still take", "15m, 1h30m")))
}

/// Expects somebody else.
pub fn assign(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let card = Card::new(CardAct::Assign(step.id.clone()), format!("Assign {name}"), "Assign it");
    Ok(whose(model, ix, card).with(person_field(model, "To")))
}

/// A person: any name, the runbook's ids as a hint.
pub(super) fn person_field(model: &Model, label: &str) -> Field {
    let known: Vec<_> = model.run.plan.people.keys().take(8).map(String::as_str).collect();
    let hint = match known.is_empty() {
        true => "a name".to_owned(),
        false => format!("a name, or {}", known.join(", ")),
    };
    Field::line(FieldName::Person, label, hint)
}

/// Says that the owner stands by.
pub fn stand_by(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let mut card =
        Card::new(CardAct::StandBy(step.id.clone()), format!("Stand by for {name}"), "Standing by");
    card = whose(model, ix, card);
    Ok(card)
}

/// Ticks items.
pub fn items(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, now, name) = at(model, ix)?;
    if step.items.is_empty() {
        return Err(format!("{name} has no items to tick"));
    }
    let card =
        Card::new(CardAct::Items(step.id.clone()), format!("Tick items of {name}"), "Record");
    Ok(card.with(items_field(model, step, now)))
}

fn items_field(model: &Model, step: &Step, now: &Attempt) -> Field {
    let tick = |item: &String| Tick {
        id: item.clone(),
        label: item.clone(),
        on: now.items.contains_key(item),
        done_by: now
            .items
            .get(item)
            .map(|fact| model.run.plan.person_name(&fact.person).to_owned()),
    };
    let items: Vec<_> = step.items.iter().map(tick).collect();
    let cursor = items.iter().position(|item| !item.on).unwrap_or(0);
    Field::new(FieldName::Items, "Items", "Space ticks", Input::Ticks { items, cursor })
}

/// Records values.
pub fn values(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, now, name) = at(model, ix)?;
    if step.records.is_empty() {
        return Err(format!("{name} asks for no values"));
    }
    let mut card =
        Card::new(CardAct::Values(step.id.clone()), format!("Measure for {name}"), "Record");
    for record in &step.records {
        if let Some((value, fact)) = now.values.get(&record.id) {
            let by = model.run.plan.person_name(&fact.person);
            card = card.fact(Tone::Plain, format!("{}: {value} (by {by})", record.title));
        }
        card = card.with(value_field(record));
    }
    Ok(card)
}

fn value_fields(step: &Step, now: &Attempt) -> Vec<Field> {
    let missing = step.records.iter().filter(|record| match now.values.get(&record.id) {
        None => true,
        Some((value, _)) => record.pass.as_ref().is_some_and(|pass| !pass.met_by(value)),
    });
    missing.map(value_field).collect()
}

fn value_field(record: &crate::runbook::Record) -> Field {
    let unit = record.unit.as_ref().map_or_else(String::new, |unit| format!(" ({unit})"));
    let hint = record.pass.as_ref().map_or_else(String::new, |pass| format!("should be {pass}"));
    Field::line(FieldName::Value(record.id.clone()), format!("{}{unit}", record.title), hint)
}

fn evidence_field() -> Field {
    let hint = "https://…, or a file's name and SHA-256";
    Field::line(FieldName::Evidence, "Evidence", hint)
}

/// Gives evidence.
pub fn evidence(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let card =
        Card::new(CardAct::GiveEvidence(step.id.clone()), format!("Evidence for {name}"), "Record");
    Ok(card.with(evidence_field()))
}

/// Signs.
pub fn sign(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, now, name) = at(model, ix)?;
    let mut card = Card::new(CardAct::Sign(step.id.clone()), format!("Sign {name}"), "Sign");
    let names: Vec<_> =
        now.signatures.iter().map(|f| model.run.plan.person_name(&f.person)).collect();
    let text = match names.is_empty() {
        true => format!("{} different people sign it", step.signers),
        false => format!("{} of {} signed: {}", names.len(), step.signers, names.join(", ")),
    };
    if step.signers > 0 {
        card = card.fact(Tone::Plain, text);
    }
    if model.run.role_of(&model.me) == Role::Lead && !step.signer_ids.is_empty() {
        card = card.fact(Tone::Plain, format!("Signers: {}", step.signer_ids.join(", ")));
    }
    Ok(card)
}

/// Gives a reason that is owed.
pub fn reason(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, _, name) = at(model, ix)?;
    let card = Card::new(
        CardAct::GiveReason(step.id.clone()),
        format!("Why, {name}?"),
        "Record the reason",
    );
    Ok(card.with(reason_field("what happened")))
}

/// A question with two answers; *no* comes first.
pub(super) fn yes_no(yes: &str, no: &str) -> Vec<PickOption> {
    vec![PickOption::new("no", no, ""), PickOption::new("yes", yes, "")]
}
