//! Where the cursor goes after a refusal: to what is missing, never to the way around it.

use super::submit_step::step_of;
use crate::cockpit::card::{Card, CardAct, Field, FieldName, Input};
use crate::cockpit::model::Model;
use crate::run::Refusal;

/// Index of the field of the open card that a refusal is about.
pub(super) fn field(model: &Model, refusal: &Refusal) -> Option<usize> {
    let card = model.card.as_ref()?;
    let named = |name: FieldName| card.fields.iter().position(|field| field.name == name);
    match refusal.rule {
        "owed" => card.fields.iter().position(|field| is_owed(model, card, field)),
        "not-a-voter" | "not-the-decider" | "not-a-signer" | "for-another" | "signed" => {
            named(FieldName::For)
        }
        "quorum" | "checklist" if matches!(card.act, CardAct::Decide(_)) => {
            named(FieldName::Reason)
        }
        "no-reason" | "empty" => named(FieldName::Reason).or_else(|| named(FieldName::Text)),
        "in-the-future" | "long-before" | "before-start" => named(FieldName::At),
        _ => None,
    }
}

/// Whether a decision's own reason answers this refusal.
pub(super) fn by_reason(refusal: &Refusal) -> bool {
    matches!(refusal.rule, "quorum" | "checklist")
}

/// Whether a field asks for something that is owed and still lacks it.
fn is_owed(model: &Model, card: &Card, field: &Field) -> bool {
    match (&field.name, &field.input) {
        (FieldName::Items, Input::Ticks { items, .. }) => items.iter().any(|item| !item.on),
        (FieldName::Evidence, _) => card.text(&field.name).is_none(),
        (FieldName::Value(id), _) => match card.text(&field.name) {
            None => true,
            Some(value) => {
                let step = step_of(&card.act).and_then(|step| model.run.plan.step(step));
                let mut records = step.map_or(&[][..], |step| &step.records[..]).iter();
                let record = records.find(|record| record.id == *id);
                record.and_then(|r| r.pass.as_ref()).is_some_and(|pass| !pass.met_by(&value))
            }
        },
        _ => false,
    }
}
