//! From a filled card about a step to its events.

use super::submit::{No, named, no, picked};
use crate::cockpit::card::{Card, CardAct, FieldName, Input};
use crate::cockpit::model::Model;
use crate::run::{Decision, Event, Evidence, Vote};
use crate::runbook::parse_duration;

/// The events of a card about a step; none for other cards.
pub(super) fn step_events(model: &Model, card: &Card) -> Result<Option<Vec<Event>>, No> {
    let Some(id) = step_of(&card.act) else { return Ok(None) };
    let ix = model.run.step_ix(id);
    let attempt = ix.and_then(|ix| model.run.steps.get(ix)).map_or(1, |state| state.attempt);
    let (step, reason) = (id.clone(), card.text(&FieldName::Reason));
    let event = match &card.act {
        CardAct::Start(_) => {
            confirm(model, card)?;
            Event::StepStarted { step, attempt }
        }
        CardAct::Complete(_) => {
            let mut events = gathered(card, id, attempt)?;
            let signs =
                ix.and_then(|ix| model.run.plan.steps.get(ix)).is_some_and(|s| s.signers > 0);
            events.push(match signs {
                true => Event::StepSigned { step, attempt },
                false => Event::StepCompleted { step, attempt },
            });
            return Ok(Some(events));
        }
        CardAct::Items(_) | CardAct::Values(_) | CardAct::GiveEvidence(_) => {
            let events = gathered(card, id, attempt)?;
            if events.is_empty() {
                let name = card.fields.first().map_or(FieldName::Items, |f| f.name.clone());
                return Err(no(card, &name, "nothing is ticked or filled in yet"));
            }
            return Ok(Some(events));
        }
        CardAct::Fail(_) => Event::StepFailed { step, attempt, reason },
        CardAct::Block(_) => Event::StepBlocked { step, attempt, reason },
        CardAct::Unblock(_) => Event::StepUnblocked { step, attempt },
        CardAct::Skip(_) => Event::StepSkipped { step, attempt, reason },
        CardAct::Defer(_) => Event::StepDeferred { step, attempt, reason },
        CardAct::Reopen(_) => Event::StepReopened { step, attempt, reason },
        CardAct::Estimate(_) => {
            Event::StepEstimated { step, attempt, remaining_s: remaining(card)? }
        }
        CardAct::Assign(_) => Event::StepAssigned { step, owner: named(model, card)? },
        CardAct::StandBy(_) => Event::StepStoodBy { step, attempt },
        CardAct::Sign(_) => Event::StepSigned { step, attempt },
        CardAct::GiveReason(_) => Event::ReasonGiven {
            step,
            attempt,
            reason: reason.ok_or_else(|| no(card, &FieldName::Reason, "write why"))?,
        },
        CardAct::Choose(_) => {
            Event::OptionChosen { step, attempt, option: picked(card, "an option")? }
        }
        CardAct::Vote(_) => Event::GateVoted {
            step,
            attempt,
            vote: if picked(card, "go or no-go")? == "go" { Vote::Go } else { Vote::NoGo },
            comment: reason,
        },
        CardAct::Decide(_) => {
            Event::GateDecided { step, attempt, decision: decision(card)?, reason }
        }
        _ => return Ok(None),
    };
    Ok(Some(vec![event]))
}

/// Id of the step that a card is about.
pub(super) fn step_of(act: &CardAct) -> Option<&String> {
    match act {
        CardAct::Start(id)
        | CardAct::Complete(id)
        | CardAct::Fail(id)
        | CardAct::Block(id)
        | CardAct::Unblock(id)
        | CardAct::Skip(id)
        | CardAct::Defer(id)
        | CardAct::Reopen(id)
        | CardAct::Estimate(id)
        | CardAct::Assign(id)
        | CardAct::StandBy(id)
        | CardAct::Items(id)
        | CardAct::Values(id)
        | CardAct::GiveEvidence(id)
        | CardAct::Sign(id)
        | CardAct::GiveReason(id)
        | CardAct::Choose(id)
        | CardAct::Vote(id)
        | CardAct::Decide(id) => Some(id),
        _ => None,
    }
}

/// Ticks, values and evidence of a card.
fn gathered(card: &Card, id: &str, attempt: u32) -> Result<Vec<Event>, No> {
    let step = || id.to_owned();
    let mut events = Vec::new();
    for field in &card.fields {
        match (&field.name, &field.input) {
            (FieldName::Items, Input::Ticks { items, .. }) => {
                let ticked = items.iter().filter(|item| item.on && item.done_by.is_none());
                events.extend(ticked.map(|item| Event::ItemTicked {
                    step: step(),
                    attempt,
                    item: item.id.clone(),
                }));
            }
            (name @ FieldName::Value(record), _) => {
                events.extend(card.text(name).map(|value| Event::ValueRecorded {
                    step: step(),
                    attempt,
                    record: record.clone(),
                    value,
                }));
            }
            _ => {}
        }
    }
    if let Some(evidence) = evidence(card)? {
        events.push(Event::EvidenceGiven { step: step(), attempt, evidence });
    }
    Ok(events)
}

fn decision(card: &Card) -> Result<Decision, No> {
    let conditions: Vec<String> = card
        .text(&FieldName::Conditions)
        .iter()
        .flat_map(|text| text.split(';'))
        .map(|condition| condition.trim().to_owned())
        .filter(|condition| !condition.is_empty())
        .collect();
    let picked = picked(card, "the decision")?;
    match picked.as_str() {
        "conditions" if conditions.is_empty() => {
            Err(no(card, &FieldName::Conditions, "write each condition, separated by semicolons"))
        }
        "conditions" => Ok(Decision::GoWithConditions { conditions }),
        _ if !conditions.is_empty() => {
            Err(no(card, &FieldName::Which, "conditions belong to a go with conditions"))
        }
        "go" => Ok(Decision::Go),
        _ => Ok(Decision::NoGo),
    }
}

/// What is typed as the time that a step will still take, in seconds.
pub(super) fn remaining(card: &Card) -> Result<i64, No> {
    let word = card.text(&FieldName::Remaining);
    let word =
        word.ok_or_else(|| no(card, &FieldName::Remaining, "say how long it will still take"))?;
    parse_duration(&word).map_err(|problem| no(card, &FieldName::Remaining, problem))
}

/// A dangerous step is confirmed by its own id or number.
pub(super) fn confirm(model: &Model, card: &Card) -> Result<(), No> {
    let (CardAct::Start(id), Some(_)) = (&card.act, card.field(&FieldName::Confirm)) else {
        return Ok(());
    };
    let Some(step) = model.run.plan.step(id) else { return Ok(()) };
    let typed = card.text(&FieldName::Confirm).unwrap_or_default();
    if typed == step.id || typed == step.number {
        return Ok(());
    }
    let text = format!("type {} or {} to confirm", step.number, step.id);
    Err(no(card, &FieldName::Confirm, text))
}

/// A link, or a file's name and hash.
pub(super) fn evidence(card: &Card) -> Result<Option<Evidence>, No> {
    let Some(text) = card.text(&FieldName::Evidence) else { return Ok(None) };
    if ["http://", "https://", "mailto:"].iter().any(|scheme| text.starts_with(scheme)) {
        return Ok(Some(Evidence::Link { url: text }));
    }
    let hash = |word: &str| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
    match text.rsplit_once(' ') {
        Some((name, sha256)) if hash(sha256) => Ok(Some(Evidence::File {
            name: name.trim().to_owned(),
            sha256: sha256.to_ascii_lowercase(),
        })),
        _ => Err(no(
            card,
            &FieldName::Evidence,
            "give a link (https://…), or a file's name and its SHA-256 of 64 digits",
        )),
    }
}
