//! The card that writes the report of the run. It records nothing.

use crate::cockpit::card::{Card, CardAct, Fact, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::Model;
use crate::report::{Format, file_name};

/// What is picked at first: a page that everybody can open and print.
const AT_FIRST: Format = Format::Html;

/// The card. Its button has the focus: Enter writes the usual page, the arrows go to the choices.
pub fn card(model: &Model) -> Card {
    let formats = Format::ALL.map(|format| PickOption::new(format.name(), word(format), ""));
    let first = Format::ALL.iter().position(|format| *format == AT_FIRST);
    let names = vec![
        PickOption::new("as-they-are", "as they are", ""),
        PickOption::new("anonymise", "anonymised", "by role and number, free text included"),
    ];
    let mut card = Card::new(CardAct::Report, "Write the report of the run", "Write it")
        .with(Field::pick(FieldName::Which, "As", formats.to_vec(), first))
        .with(Field::pick(FieldName::Anonymise, "Names", names, Some(0)));
    card.facts = facts(model, &card);
    card.focus = card.fields.len();
    card
}

/// Says anew where it will be written, in the format that is picked now.
pub fn again(model: &mut Model) {
    let Some(card) = model.card.as_ref().filter(|card| card.act == CardAct::Report) else { return };
    let facts = facts(model, card);
    if let Some(card) = model.card.as_mut() {
        card.facts = facts;
    }
}

/// The format that is picked on a card.
pub fn format(card: &Card) -> Format {
    card.text(&FieldName::Which).and_then(|name| Format::named(&name)).unwrap_or(AT_FIRST)
}

/// Whether people keep their names is picked on a card.
pub fn anonymised(card: &Card) -> bool {
    card.text(&FieldName::Anonymise).as_deref() == Some("anonymise")
}

fn word(format: Format) -> &'static str {
    match format {
        Format::Markdown => "Markdown, for a wiki",
        Format::Html => "HTML, a page to read and print",
        Format::Json => "JSON, for programs",
        Format::Csv => "CSV, a table",
        Format::Xlsx => "XLSX, a workbook",
    }
}

fn facts(model: &Model, card: &Card) -> Vec<Fact> {
    let name = file_name(&model.run.run, format(card), anonymised(card));
    let place = match model.reports_in.trim_end_matches('/') {
        "" => name,
        folder => format!("{folder}/{name}"),
    };
    let mut facts = vec![
        Fact { tone: Tone::Plain, text: format!("To {place}") },
        Fact {
            tone: Tone::Plain,
            text: "An earlier report of that name is replaced; the run stays as it is".to_owned(),
        },
    ];
    if !model.run.status.is_over() {
        let text = "The run is not over; the report says how things stand now".to_owned();
        facts.push(Fact { tone: Tone::Plain, text });
    }
    facts
}
