//! Cards that narrow a list. They record nothing.

use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption};
use crate::cockpit::model::{LogKind, Model, Show};

/// What the log's filter calls the kinds.
pub const KINDS: [(&str, LogKind); 6] = [
    ("run", LogKind::Run),
    ("steps", LogKind::Steps),
    ("decisions", LogKind::Decisions),
    ("notes", LogKind::Notes),
    ("people", LogKind::People),
    ("corrections", LogKind::Corrections),
];

/// Which steps are listed.
pub fn steps(model: &Model) -> Card {
    let shows = Show::ALL.map(|show| PickOption::new(show.word(), show.word(), ""));
    let picked = Show::ALL.iter().position(|show| *show == model.steps.show);
    let mut card = Card::new(CardAct::Filter, "List which steps?", "Show them").with(Field::pick(
        FieldName::Which,
        "Steps",
        shows.to_vec(),
        picked,
    ));
    let streams = &model.glance.streams;
    if !streams.is_empty() {
        let mut options = vec![PickOption::new("", "every stream", "")];
        options.extend(streams.iter().map(|s| PickOption::new(s, s, "")));
        let at = model.steps.stream.as_ref().and_then(|s| streams.iter().position(|n| n == s));
        card = card.with(Field::pick(
            FieldName::Stream,
            "Stream",
            options,
            Some(at.map_or(0, |at| at + 1)),
        ));
    }
    card
}

/// Which entries the log shows.
pub fn log(model: &Model) -> Card {
    let filter = &model.log.filter;
    let mut kinds = vec![PickOption::new("", "every kind", "")];
    kinds.extend(KINDS.iter().map(|(word, _)| PickOption::new(*word, *word, "")));
    let kind = filter.kind.and_then(|kind| KINDS.iter().position(|(_, k)| *k == kind));
    let times = vec![
        PickOption::new("", "the whole run", ""),
        PickOption::new("hour", "the last hour", ""),
        PickOption::new("left", "since you left", "since this cockpit was opened"),
    ];
    let time = match (filter.last_hour, filter.since) {
        (true, _) => 1,
        (_, Some(_)) => 2,
        _ => 0,
    };
    let person = filter.person.clone().unwrap_or_default();
    let step = filter.step.clone().unwrap_or_default();
    Card::new(CardAct::LogFilter, "Show which entries?", "Show them")
        .with(Field::pick(FieldName::Which, "Kind", kinds, Some(kind.map_or(0, |at| at + 1))))
        .with(Field::pick(FieldName::Duration, "Time", times, Some(time)))
        .with(Field::line(FieldName::Person, "Person", "empty: everybody").filled(person))
        .with(Field::line(FieldName::Step, "Step", "id or number; empty: every step").filled(step))
}
