//! Cards that change the plan: each makes a new text, comments kept, and revises the run with it.

use super::act::{self, With};
use super::submit::{No, no, person, step_named, with};
use crate::cockpit::card::{Card, CardAct, FieldName};
use crate::cockpit::cards::plan::{duration, needs, not_before, owner};
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{FileChange, Model};
use crate::run::{Event, sha256_hex};
use crate::runbook::edit::{self, EditError, NewStep, Predecessor, Spot};
use crate::runbook::{LinkOn, Step, parse_duration};

/// Records the change of the plan that a card describes.
///
/// # Errors
/// What is missing, or what the new text would have been wrong with; nothing was recorded.
pub(super) fn submit(model: &mut Model, card: &Card) -> Result<Vec<Effect>, No> {
    let with = with(model, card)?;
    let (text, summary) = match &card.act {
        CardAct::PlanInsert(id) => insert(model, card, id)?,
        CardAct::PlanRemove(id) => {
            let number = number(model, id);
            (edit::remove_step(&model.run.text, id)?, format!("took {number} out"))
        }
        CardAct::PlanMove(id) => shift(model, card, id)?,
        CardAct::PlanChange(id) => change(model, card, id)?,
        _ => {
            let Some((text, change)) = model.file_text.as_ref().zip(model.change.as_ref()) else {
                return Ok(Vec::new());
            };
            (text.clone(), adopted(model, change))
        }
    };
    let mut effects = revise(model, &text, summary, card.text(&FieldName::Reason), &with)?;
    if card.text(&FieldName::WriteBack).as_deref() == Some("yes") {
        effects.push(Effect::WriteFile(text));
    }
    Ok(effects)
}

impl From<EditError> for No {
    fn from(error: EditError) -> Self {
        Self { text: error.to_string(), refusal: None, field: None }
    }
}

/// What adopting the file does, for the record.
fn adopted(model: &Model, change: &FileChange) -> String {
    match change.earlier {
        true => format!("back to the text of {}, without: {}", model.file_name, change.summary),
        false => change.summary.clone(),
    }
}

fn number(model: &Model, id: &str) -> String {
    model.run.plan.step(id).map_or_else(|| id.to_owned(), |step| step.number.clone())
}

fn insert(model: &Model, card: &Card, id: &str) -> Result<(String, String), No> {
    let title = card.text(&FieldName::Title);
    let title = title.ok_or_else(|| no(card, &FieldName::Title, "give the step a title"))?;
    let duration = length(card)?;
    let summary = format!("inserted “{title}” after {}", number(model, id));
    let owner = card.text(&FieldName::Owner).map(|word| person(model, &word));
    let step = NewStep { title, owner, duration, ..NewStep::default() };
    Ok((edit::insert_step(&model.run.text, &step, Spot::After(id))?, summary))
}

/// The duration as typed, once it reads as one.
fn length(card: &Card) -> Result<Option<String>, No> {
    let Some(word) = card.text(&FieldName::Duration) else { return Ok(None) };
    match parse_duration(&word) {
        Ok(_) => Ok(Some(word)),
        Err(problem) => Err(no(card, &FieldName::Duration, problem)),
    }
}

fn shift(model: &Model, card: &Card, id: &str) -> Result<(String, String), No> {
    let after = step_named(model, card)?;
    let after = after.ok_or_else(|| no(card, &FieldName::Step, "behind which step?"))?;
    if after == id {
        return Err(no(card, &FieldName::Step, "a step cannot follow itself"));
    }
    let summary = format!("moved {} behind {}", number(model, id), number(model, &after));
    Ok((edit::move_step(&model.run.text, id, Spot::After(&after))?, summary))
}

/// Only what is another than before is written.
fn change(model: &Model, card: &Card, id: &str) -> Result<(String, String), No> {
    let plan = model.run.plan.clone();
    let gone = || no(card, &FieldName::Title, "that step is gone from the plan");
    let step = plan.step(id).ok_or_else(gone)?;
    let typed = |name: &FieldName| card.text(name).unwrap_or_default();
    let mut text = model.run.text.to_string();
    let mut what = Vec::new();
    let title = typed(&FieldName::Title);
    if title != step.title {
        if title.is_empty() {
            return Err(no(card, &FieldName::Title, "a step needs a title"));
        }
        text = edit::set_title(&text, id, &title)?;
        what.push("title");
    }
    let new_owner = typed(&FieldName::Owner);
    if new_owner != owner(step) {
        let new_owner = (!new_owner.is_empty()).then(|| person(model, &new_owner));
        text = edit::set_owner(&text, id, new_owner.as_deref())?;
        what.push("owner");
    }
    if typed(&FieldName::Duration) != duration(step) {
        text = edit::set_duration(&text, id, length(card)?.as_deref())?;
        what.push("duration");
    }
    if typed(&FieldName::Needs) != needs(&plan, step) {
        let new = predecessors(model, card, step)?;
        text = edit::set_needs(&text, id, new.as_deref())?;
        what.push("predecessors");
    }
    let moment = typed(&FieldName::NotBefore);
    if moment != not_before(model, step) {
        let moment = (!moment.is_empty()).then_some(moment.as_str());
        text = edit::set_not_before(&text, id, moment)?;
        what.push("earliest start");
    }
    if what.is_empty() {
        return Err(no(card, &FieldName::Title, "nothing is changed yet"));
    }
    Ok((text, format!("changed {}: {}", step.number, what.join(", "))))
}

/// `2.1, 2.3 start +5m`; none for an empty text: the default one again.
fn predecessors(model: &Model, card: &Card, step: &Step) -> Result<Option<Vec<Predecessor>>, No> {
    let Some(text) = card.text(&FieldName::Needs) else { return Ok(None) };
    let wrong = |problem: String| no(card, &FieldName::Needs, problem);
    let mut list = Vec::new();
    for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
        let mut words = one.split_whitespace();
        let word = words.next().unwrap_or_default();
        let plan = &model.run.plan;
        let ix = plan.find_step(word).map_err(|several| match several.is_empty() {
            true => wrong(format!("there is no step {word}")),
            false => wrong(format!("{word} could be {}", several.join(", "))),
        })?;
        let id = plan.steps.get(ix).map(|step| step.id.clone()).unwrap_or_default();
        if id == step.id {
            return Err(wrong("a step cannot follow itself".to_owned()));
        }
        let mut need = Predecessor { step: id, on: LinkOn::Finish, lag: 0 };
        for word in words {
            match word.strip_prefix('+') {
                Some(lag) => need.lag = parse_duration(lag).map_err(wrong)?,
                None if word == "start" => need.on = LinkOn::Start,
                None => return Err(wrong(format!("“{word}”: write 2.1, 2.3 start or 2.3 +5m"))),
            }
        }
        list.push(need);
    }
    Ok(Some(list))
}

fn revise(
    model: &mut Model,
    text: &str,
    summary: String,
    reason: Option<String>,
    with: &With,
) -> Result<Vec<Effect>, No> {
    let event = Event::RunRevised {
        runbook: text.to_owned(),
        sha256: sha256_hex(text.as_bytes()),
        base_sha256: model.run.sha256.clone(),
        reason,
        summary,
    };
    Ok(act::record(model, vec![event], with)?)
}
