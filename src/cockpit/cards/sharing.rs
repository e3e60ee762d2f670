//! How it goes with the hub, in words; and what was refused or is in conflict, entry by entry, with
//! what can be done about it.

use super::clock;
use crate::cockpit::card::{Card, CardAct, Fact, Field, FieldName, Input, PickOption, Tone};
use crate::cockpit::model::Model;
use crate::run::{Amiss, AmissKind, amiss};
use chrono::DateTime;

/// No more entries than this are listed, the latest first.
const LISTED: usize = 30;

/// The card; what has to be said of it all, where nothing is amiss.
///
/// # Errors
/// There is nothing to say: no hub, and nothing in conflict.
pub fn card(model: &Model) -> Result<Card, String> {
    let entries = entries(model);
    if entries.is_empty() && model.sharing.is_none() {
        return Err("this run stands alone, and nothing in it is in conflict".to_owned());
    }
    let title = if model.sharing.is_some() { "Shared with the hub" } else { "Conflicts" };
    let button = if entries.is_empty() { "Close" } else { "Do it" };
    let mut card = Card::new(CardAct::Amiss(entries.clone()), title, button);
    if entries.is_empty() {
        card.facts = facts(model, None);
        return Ok(card);
    }
    let labels = entries.iter().map(|one| {
        let how = match one.kind {
            AmissKind::Refused => "REFUSED",
            AmissKind::Lost => "LOST",
            AmissKind::Conflict => "CONFLICT",
        };
        let label = format!("{} {} {}", clock(model, one.at), one.by, one.what);
        PickOption::new(one.id.to_string(), label, how)
    });
    let card = card
        .with(Field::pick(FieldName::Which, "Which", labels.collect(), Some(0)))
        .with(Field::pick(FieldName::Way, "What to do with it", ways(entries.first()), None));
    Ok(Card { facts: facts(model, entries.first()), ..card })
}

/// What is amiss and concerns whoever sits here: what the hub refused of what was recorded here, and
/// conflicts of theirs, or all of them for a lead.
pub fn entries(model: &Model) -> Vec<Amiss> {
    let (run, now) = (&model.run, model.now);
    let refused = model.outbox.refused.iter().filter_map(|refused| {
        let entry = refused.entry.as_ref()?;
        Some(amiss::refused(run, entry, &refused.why, now))
    });
    let conflicts = run.conflicts.iter().rev().filter_map(|one| amiss::conflict(run, one, now));
    let mine = conflicts.filter(|one| one.concerns(run, &model.me));
    let lost = model.outbox.lost.iter().map(|entry| amiss::lost(run, entry));
    refused.chain(lost).chain(mine).take(LISTED).collect()
}

/// Says anew how it goes with the hub, and what the card says of the entry that is picked.
pub fn again(model: &mut Model) {
    let Some(card) = &model.card else { return };
    let CardAct::Amiss(entries) = &card.act else { return };
    let one = picked(card).and_then(|at| entries.get(at)).cloned();
    let facts = facts(model, one.as_ref());
    let Some(card) = model.card.as_mut() else { return };
    card.facts = facts;
    let way = card.fields.iter_mut().find(|field| field.name == FieldName::Way);
    if let Some(Input::Pick { options, picked }) = way.map(|field| &mut field.input) {
        let new = ways(one.as_ref());
        if *options != new {
            (*options, *picked) = (new, None);
        }
    }
}

/// Index of the entry that is picked.
pub fn picked(card: &Card) -> Option<usize> {
    match &card.field(&FieldName::Which)?.input {
        Input::Pick { picked, .. } => *picked,
        _ => None,
    }
}

fn ways(one: Option<&Amiss>) -> Vec<PickOption> {
    let again = PickOption::new("again", "Record it again", "as a new act; when it happened stays");
    match one.map(|one| one.kind) {
        Some(AmissKind::Refused | AmissKind::Lost) => {
            vec![again, PickOption::new("forget", "Forget it", "it is no part of the run")]
        }
        Some(AmissKind::Conflict) => {
            vec![PickOption::new("show", "Show it in the log", ""), again]
        }
        None => Vec::new(),
    }
}

fn facts(model: &Model, one: Option<&Amiss>) -> Vec<Fact> {
    let fact = |tone, text: String| Fact { tone, text };
    let mut facts = how_it_goes(model);
    if let Some(one) = one {
        let how = match one.kind {
            AmissKind::Refused => "The hub refused it",
            AmissKind::Lost => "The hub has lost it",
            AmissKind::Conflict => "It changed nothing",
        };
        facts.push(fact(Tone::Bad, format!("{how}: {}", one.why)));
        facts.push(fact(Tone::Plain, format!("What to do: {}", one.instead)));
    }
    facts
}

/// How it goes with the hub, in the words of the header, and why.
fn how_it_goes(model: &Model) -> Vec<Fact> {
    let Some(sharing) = &model.sharing else { return Vec::new() };
    let fact = |tone, text: String| Fact { tone, text };
    let mut facts = Vec::new();
    let waits = match sharing.unshared {
        0 => None,
        n => Some(format!("{n} not shared: kept here, sent as soon as the hub takes them")),
    };
    if let Some(since) = sharing.offline_since.and_then(DateTime::from_timestamp_millis) {
        let why = sharing.trouble.as_ref().or(sharing.unreachable.as_ref());
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        facts.push(fact(Tone::Warn, format!("offline since {}{why}", clock(model, since))));
    } else if waits.is_none() {
        facts.push(match sharing.refused {
            0 => fact(Tone::Good, "all shared".to_owned()),
            _ => fact(Tone::Plain, "all shared but what was refused".to_owned()),
        });
    }
    facts.extend(waits.map(|waits| fact(Tone::Plain, waits)));
    if let Some(address) = &model.address {
        facts.push(fact(Tone::Plain, format!("to join: golive join {address}")));
        facts.push(fact(Tone::Plain, format!("page: {address}")));
    }
    facts
}
