//! Cards about votes, decisions, choices and checklists.

use super::{label, nothing_there};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::{CheckRow, Model, View};
use crate::run::{ItemState, Vote};
use crate::runbook::{Checklist, Role, Step, StepIx, StepKind};

fn at(model: &Model, ix: StepIx, kind: StepKind, not: &str) -> Result<(Step, String), String> {
    let step = model.run.plan.steps.get(ix).ok_or("that step is gone from the plan")?;
    let name = label(&model.run, ix);
    if step.kind != kind {
        return Err(format!("{name} is no {not}"));
    }
    Ok((step.clone(), name))
}

/// Chooses an option; nothing is picked beforehand.
pub fn choose(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, name) = at(model, ix, StepKind::Choice, "choice")?;
    let options = step.options.iter();
    let options = options.map(|o| PickOption::new(&o.id, &o.title, o.id.clone())).collect();
    let card = Card::new(CardAct::Choose(step.id), name, "Choose it");
    Ok(card.with(Field::pick(FieldName::Which, "Which way", options, None)))
}

/// Votes on a gate; others' votes are not shown here.
pub fn vote(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, name) = at(model, ix, StepKind::Gate, "gate")?;
    let gate = step.gate.unwrap_or_default();
    let mut card = Card::new(CardAct::Vote(step.id), format!("Vote on {name}"), "Record the vote");
    let mine = model.run.steps.get(ix).and_then(|s| s.now.votes.get(model.me.as_str()));
    if let Some(ballot) = mine {
        let word = if ballot.vote == Vote::Go { "go" } else { "no-go" };
        card = card.fact(Tone::Plain, format!("You voted {word}; the latest vote counts"));
    }
    if !gate.voters.is_empty() && model.run.voter_for(ix, &model.me).is_none() {
        card = card.fact(Tone::Warn, "You do not vote here: say below for whom it is");
    }
    if !gate.voters.is_empty() {
        card = card.fact(Tone::Plain, format!("Voters: {}", voters(model, ix, &gate.voters)));
    }
    let options = vec![PickOption::new("go", "Go", ""), PickOption::new("no_go", "No-go", "")];
    Ok(card.with(Field::pick(FieldName::Which, "Vote", options, None)).with(Field::line(
        FieldName::Reason,
        "Comment",
        "if there is something to say",
    )))
}

/// The voters by id and name, with their votes where this person may see them: nobody but a lead
/// sees others' before their own is cast.
fn voters(model: &Model, ix: StepIx, voters: &[String]) -> String {
    let run = &model.run;
    let votes = run.steps.get(ix).map(|state| &state.now.votes);
    let cast = |id: &str| votes.and_then(|votes| votes.get(id));
    let sees = run.role_of(&model.me) == Role::Lead
        || run.voter_for(ix, &model.me).is_some_and(|own| cast(own).is_some());
    let shown = voters.iter().map(|id| {
        let name = run.plan.person_name(id);
        let who = if name == id { id.clone() } else { format!("{id} ({name})") };
        match cast(id).filter(|_| sees).map(|ballot| ballot.vote) {
            Some(Vote::Go) => format!("{who} go"),
            Some(Vote::NoGo) => format!("{who} no-go"),
            None => who,
        }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Decides a gate: votes never do.
pub fn decide(model: &Model, ix: StepIx) -> Result<Card, String> {
    let (step, name) = at(model, ix, StepKind::Gate, "gate")?;
    let gate = step.gate.unwrap_or_default();
    let (go, needed) = (model.run.go_votes(ix), gate.go_votes_needed());
    let mut card =
        Card::new(CardAct::Decide(step.id), format!("Decide {name}"), "Record the decision");
    if needed > 0 {
        let tone = if go >= needed { Tone::Good } else { Tone::Warn };
        card = card
            .fact(tone, format!("{go} go vote{}, {needed} needed", if go == 1 { "" } else { "s" }));
    }
    let mut missing = go < needed;
    for id in &gate.requires {
        let Some(list) = model.run.plan.checklist(id) else { continue };
        let open = model.run.open_items(list).count();
        missing |= open > 0;
        let (tone, text) = match open {
            0 => (Tone::Good, format!("{} is complete", list.title)),
            n => (Tone::Warn, format!("{}: {n} open", list.title)),
        };
        card = card.fact(tone, text);
    }
    if let Some(decider) = &gate.decider {
        let who = model.run.plan.person_name(decider).to_owned();
        card = card.fact(Tone::Plain, format!("{who} decides"));
    }
    let options = vec![
        PickOption::new("go", "Go", "g"),
        PickOption::new("conditions", "Go with conditions", "c; each stays an open action"),
        PickOption::new("no_go", "No-go", "n; the run is held"),
    ];
    let hint = if missing { "needed: why go without votes or checklists" } else { "optional" };
    Ok(card
        .with(Field::pick(FieldName::Which, "Decision", options, None))
        .with(Field::line(FieldName::Conditions, "Conditions", "separated by semicolons"))
        .with(Field::line(FieldName::Reason, "Reason", hint)))
}

/// The checklist and item under the cursor.
fn under_cursor(model: &Model) -> Result<(&Checklist, Option<usize>), String> {
    let pane = &model.checklists;
    let row = pane.rows.get(pane.place.cursor).ok_or_else(|| nothing_there(View::Checklists))?;
    let (list, item) = match *row {
        CheckRow::Head(list) => (list, None),
        CheckRow::Item(list, item) => (list, Some(item)),
        CheckRow::CriteriaHead | CheckRow::Criterion(_) => {
            let key = model.keymap.shown(Action::Judge);
            return Err(format!("success criteria are judged: {key}"));
        }
    };
    let list = model.run.plan.checklists.get(list);
    list.map(|list| (list, item)).ok_or_else(|| nothing_there(View::Checklists))
}

/// Signs off an item of a checklist.
pub fn check_tick(model: &Model) -> Result<Card, String> {
    let (list, item) = under_cursor(model)?;
    let item = item.and_then(|at| list.items.get(at));
    let item = item.ok_or("items are signed off one by one: go to one of them")?;
    let done = model.run.checklist_item(&list.id, &item.id);
    if let Some(ItemState::Ticked { fact, .. } | ItemState::Waived { fact, .. }) = done {
        let by = model.run.plan.person_name(&fact.person);
        return Err(format!("“{}” was settled by {by}; u takes it back", item.text));
    }
    let act = CardAct::ChecklistTick(list.id.clone(), item.id.clone());
    let mut card = Card::new(act, format!("Sign off: {}", item.text), "Sign it off");
    if let Some(owner) = &item.owner {
        let name = model.run.plan.person_name(owner).to_owned();
        card = card.fact(Tone::Plain, format!("Expected of {name}"));
    }
    if item.evidence {
        card = card.fact(Tone::Plain, "It asks for evidence").with(Field::line(
            FieldName::Evidence,
            "Evidence",
            "https://…, or a file's name and SHA-256",
        ));
    }
    Ok(card)
}

/// Lets an item, or on a checklist's head all that is open, pass.
pub fn check_waive(model: &Model) -> Result<Card, String> {
    let (list, item) = under_cursor(model)?;
    let item = item.and_then(|at| list.items.get(at));
    let title = match item {
        Some(item) => format!("Waive: {}", item.text),
        None => format!("Waive all that is open in {}", list.title),
    };
    let act = CardAct::ChecklistWaive(list.id.clone(), item.map(|item| item.id.clone()));
    Ok(Card::new(act, title, "Waive it")
        .fact(Tone::Warn, "A waiver is kept in the report")
        .with(Field::line(FieldName::Reason, "Reason", "why it may pass; needed")))
}
