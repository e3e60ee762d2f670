//! Cards that change the plan: each makes a new text and revises the run with it.

use super::act::{self, With};
use super::submit::{No, with};
use crate::cockpit::card::{Card, CardAct, FieldName};
use crate::cockpit::effect::Effect;
use crate::cockpit::model::Model;
use crate::run::{Event, sha256_hex};

/// Records the change of the plan that a card describes.
///
/// # Errors
/// What is missing, or what the new text would have been wrong with; nothing was recorded.
pub(super) fn submit(model: &mut Model, card: &Card) -> Result<Vec<Effect>, No> {
    let with = with(model, card)?;
    let (text, summary) = match &card.act {
        CardAct::Adopt => {
            let Some(change) = model.change.as_ref() else { return Ok(Vec::new()) };
            (change.text.clone(), change.summary.clone())
        }
        _ => return Ok(Vec::new()),
    };
    let mut effects = revise(model, &text, summary, card.text(&FieldName::Reason), &with)?;
    if card.text(&FieldName::WriteBack).as_deref() == Some("yes") {
        effects.push(Effect::WriteFile(text));
    }
    Ok(effects)
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
