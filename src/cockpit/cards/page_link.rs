//! The card that makes a page link. It records nothing.

use super::people::under_cursor;
use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::Model;
use crate::runbook::Role;
use crate::sync::protocol::PageOf;

/// What is picked for the page of stakeholders; no person has a name with a slash at its end.
const STAKEHOLDERS: &str = "stakeholders/";

/// Whose page the link is to open: of the person under the cursor, or of stakeholders.
pub fn card(model: &Model) -> Result<Card, String> {
    if model.sharing.is_none() {
        return Err(
            "page links are of a shared run: golive run --share, golive share or golive join"
                .to_owned(),
        );
    }
    if model.run.role_of(&model.me) != Role::Lead {
        return Err("only a lead makes page links: ask the lead".to_owned());
    }
    let person = under_cursor(model).ok();
    let mut options = Vec::new();
    if let Some(person) = person {
        let name = model.run.plan.person_name(person);
        options.push(PickOption::new(person, name, "their steps, acting in their name"));
    }
    options.push(PickOption::new(STAKEHOLDERS, "Stakeholders", "the run, read only"));
    let mut card = Card::new(CardAct::PageLink, "Page link", "Make the link and show it")
        .fact(Tone::Warn, "Whoever has the link can use it: it is shown once, here, on this screen")
        .with(Field::pick(FieldName::Which, "For", options, Some(0)));
    card.focus = card.fields.len();
    Ok(card)
}

/// Whose page is picked on a card.
pub fn page(card: &Card) -> Option<PageOf> {
    let picked = card.text(&FieldName::Which)?;
    Some(if picked == STAKEHOLDERS { PageOf::Stakeholders } else { PageOf::Person(picked) })
}
