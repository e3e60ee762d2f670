//! The card of the review: one remark at a time, kept as a note that the report finds.

use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::Model;
use crate::report::review::Said;
use crate::run::Event;

/// What can be said, with the word that a card picks it by.
const SAID: [(&str, Said); 3] =
    [("well", Said::WentWell), ("badly", Said::WentBadly), ("change", Said::WillChange)];

/// The card, with how much was said already. Nothing is picked beforehand.
pub fn card(model: &Model) -> Card {
    let notes = || model.run.notes.iter().filter(|note| note.removed.is_none());
    let count = |said: Said| {
        notes()
            .filter_map(|note| Said::of(note.kind, &note.text))
            .filter(|(s, _)| *s == said)
            .count()
    };
    let options = SAID.map(|(id, said)| {
        let note = match count(said) {
            0 => String::new(),
            n => format!("{n} so far"),
        };
        PickOption::new(id, said.opening().trim_end_matches([':', ' ']), note)
    });
    let mut card = Card::new(CardAct::Review, "Review of the run", "Record it");
    if !model.run.status.is_over() {
        card =
            card.fact(Tone::Plain, "The run is not over; what is said now is kept for its review");
    }
    card.with(Field::pick(FieldName::Which, "It", options.to_vec(), None))
        .with(Field::line(FieldName::Reason, "What", "one thing; open the card again for the next"))
        .with(Field::line(FieldName::Owner, "Owner", "who makes the change"))
        .with(Field::line(FieldName::Due, "Due", "2026-12-05 12:00; for a change"))
}

/// The note that a filled card stands for; none: nothing is picked.
pub fn said(card: &Card) -> Option<Said> {
    let picked = card.text(&FieldName::Which)?;
    SAID.iter().find(|(id, _)| *id == picked).map(|(_, said)| *said)
}

/// Whether an act ends the run: then its lead is told of the review.
pub fn ends(event: &Event) -> bool {
    matches!(
        event,
        Event::RunCompleted { .. } | Event::RunCanceled { .. } | Event::RollbackEnded { .. }
    )
}
