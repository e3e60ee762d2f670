//! Cards about the record itself: notes, corrections, messages.

use super::{clock, nothing_there, override_field};
use crate::cockpit::card::{
    Candidate, Card, CardAct, Field, FieldName, LineEdit, MendHow, PickOption, Tone,
};
use crate::cockpit::model::{Cursor, Model, View};
use crate::cockpit::panes::about_entry;
use crate::cockpit::update::{TEXT_HINT, area_with};
use crate::run::{Event, Logged, Note, NoteKind, mendable};

/// Key of the draft of a new note.
pub const NEW_NOTE: &str = "note";
/// The key under which the text of a card is kept while it is being written; none where it is not.
pub fn draft_key(act: &CardAct) -> Option<String> {
    match act {
        CardAct::NoteAdd { draft } => Some(draft.clone()),
        CardAct::NoteEdit(note) => Some(format!("edit:{note}")),
        _ => None,
    }
}

/// So many entries are offered for correction.
const CANDIDATES: usize = 30;

fn kinds() -> Vec<PickOption> {
    vec![
        PickOption::new("note", "Note", ""),
        PickOption::new("decision", "Decision", ""),
        PickOption::new("issue", "Issue", "can be closed"),
        PickOption::new("risk", "Risk", "can be closed"),
        PickOption::new("action", "Action", "with owner and due time; can be closed"),
    ]
}

fn kind_at(kind: NoteKind) -> usize {
    match kind {
        NoteKind::Note => 0,
        NoteKind::Decision => 1,
        NoteKind::Issue => 2,
        NoteKind::Risk => 3,
        NoteKind::Action => 4,
    }
}

fn note_fields(card: Card, text: &str, kind: NoteKind, public: bool) -> Card {
    let at = kind_at(kind);
    let shown = super::step::yes_no("Public: stakeholders see it", "Not public");
    card.with(Field::new(FieldName::Text, "Text", TEXT_HINT, area_with(text)))
        .with(Field::pick(FieldName::Which, "Kind", kinds(), Some(at)))
        .with(Field::pick(FieldName::Public, "Who sees it", shown, Some(usize::from(public))))
        .with(Field::line(FieldName::Owner, "Owner", "who does it, for an action"))
        .with(Field::line(FieldName::Due, "Due", "06:00, 2026-11-30 12:00"))
}

/// A new note, with the draft that was left or with this text.
pub fn note(model: &Model, text: Option<&str>) -> Card {
    let draft = model.drafts.iter().find(|(key, _)| key == NEW_NOTE).map(|(_, text)| text.as_str());
    let left = draft.unwrap_or_default();
    let text = match (left.is_empty(), text) {
        (_, None) => left.to_owned(),
        (true, Some(text)) => text.to_owned(),
        (false, Some(text)) => format!("{left}\n{text}"),
    };
    let mut card =
        Card::new(CardAct::NoteAdd { draft: NEW_NOTE.to_owned() }, "Note", "Record the note");
    card = note_fields(card, &text, NoteKind::Note, false);
    let step = match &model.steps.cursor {
        Cursor::Step(id) if matches!(model.view, View::Steps | View::Detail | View::Timeline) => {
            Some(id)
        }
        Cursor::Step(id) if model.view == View::Notes && model.notes.this_step => Some(id),
        _ => None,
    };
    let number = step.and_then(|id| model.run.plan.step(id)).map(|step| step.number.clone());
    let field = Field::line(FieldName::Step, "About step", "id or number; empty: the run");
    card.with(field.filled(number.unwrap_or_default()))
}

fn under_cursor(model: &Model) -> Result<&Note, String> {
    let id = model.notes.cursor.as_ref().ok_or_else(|| nothing_there(View::Notes))?;
    let note = model.run.notes.iter().find(|note| note.id == *id);
    note.ok_or_else(|| nothing_there(View::Notes))
}

/// Edits the note under the cursor.
pub fn note_edit(model: &Model) -> Result<Card, String> {
    let note = under_cursor(model)?;
    let card = Card::new(CardAct::NoteEdit(note.id.clone()), "Edit the note", "Record the change")
        .fact(Tone::Plain, "Earlier texts are kept");
    let key = draft_key(&card.act);
    let draft = model.drafts.iter().find(|(known, _)| Some(known) == key.as_ref());
    let text = draft.map_or(note.text.as_str(), |(_, text)| text);
    let mut card = note_fields(card, text, note.kind, note.public);
    for field in &mut card.fields {
        let text = match field.name {
            FieldName::Owner => note.owner.clone(),
            FieldName::Due => note.due.map(|due| {
                let zone = model.run.plan.release.timezone;
                due.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
            }),
            _ => None,
        };
        if let Some(text) = text {
            field.input = crate::cockpit::card::Input::Line(LineEdit::new(text));
        }
    }
    Ok(card)
}

/// Closes an issue, risk or action.
pub fn note_close(model: &Model) -> Result<Card, String> {
    let note = under_cursor(model)?;
    let card = Card::new(CardAct::NoteClose(note.id.clone()), "Close the note", "Close it");
    Ok(card.fact(Tone::Plain, first_line(&note.text)).with(Field::line(
        FieldName::Reason,
        "In words",
        "how it ended; may be empty",
    )))
}

/// Takes a note away.
pub fn note_remove(model: &Model) -> Result<Card, String> {
    let note = under_cursor(model)?;
    let card = Card::new(CardAct::NoteRemove(note.id.clone()), "Remove the note", "Remove it");
    Ok(card
        .fact(Tone::Plain, first_line(&note.text))
        .fact(Tone::Plain, "It stays in the record, struck out"))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// What was recorded by mistake: the latest, newest first, one's own under the cursor. Enter takes
/// it back.
pub fn correct(model: &Model) -> Result<Card, String> {
    let run = &model.run;
    let in_log = (model.view == View::Log)
        .then(|| model.log.rows.get(model.log.place.cursor).and_then(|&ix| run.log.get(ix)))
        .flatten();
    let mut entries: Vec<&Logged> = run.correctable(&model.me).take(CANDIDATES).collect();
    if let Some(logged) = in_log {
        if !run.correctable(&model.me).any(|l| l.entry.seq == logged.entry.seq) {
            return Err("this entry cannot be corrected: a note can say what is right".to_owned());
        }
        if !entries.iter().any(|l| l.entry.seq == logged.entry.seq) {
            entries.push(logged);
        }
    }
    let mine = |l: &&Logged| l.entry.act.actor.name == model.me;
    let picked = match in_log {
        Some(logged) => entries.iter().position(|l| l.entry.seq == logged.entry.seq),
        None => entries.iter().position(mine),
    };
    if entries.is_empty() {
        return Err("there is nothing of yours to correct yet".to_owned());
    }
    let candidates: Vec<_> = entries.iter().map(|logged| candidate(model, logged)).collect();
    let options = candidates.iter().map(|c| {
        let label = format!("{}  {}", clock(model, c.at), c.text);
        PickOption::new(c.seq.to_string(), label, "")
    });
    let options = options.collect();
    let act = CardAct::Correct { candidates, mend: MendHow::Void };
    Ok(Card::new(act, "Correct", "Take it back")
        .fact(Tone::Plain, "Enter takes it back; t mends its time, x its text")
        .with(Field::pick(FieldName::Which, "Which", options, Some(picked.unwrap_or(0)))))
}

fn candidate(model: &Model, logged: &Logged) -> Candidate {
    let act = &logged.entry.act;
    let by = match act.actor.name == model.me {
        true => String::new(),
        false => format!("{} ", model.run.plan.person_name(&act.actor.name)),
    };
    let built_on = model.run.built_on(&logged.entry.id);
    let lines = built_on.iter().filter_map(|seq| {
        let later = model.run.log.iter().rev().find(|l| l.entry.seq == *seq)?;
        Some(format!("#{seq} {}", about_entry(&model.run, later)))
    });
    Candidate {
        id: logged.entry.id.clone(),
        seq: logged.entry.seq,
        at: act.effective_at(),
        text: format!("{by}{}", about_entry(&model.run, logged)),
        built_on: lines.collect(),
        has_text: mendable(&act.event).text,
    }
}

/// Turns a correction into one of time or text.
pub fn mend_as(model: &Model, card: &mut Card, how: MendHow) {
    let picked = picked(card);
    let CardAct::Correct { candidates, mend } = &mut card.act else { return };
    let Some(candidate) = picked.and_then(|at| candidates.get(at)) else { return };
    let logged = model.run.log.iter().rev().find(|l| l.entry.id == candidate.id);
    let Some(event) = logged.map(|l| &l.entry.act.event) else { return };
    let possible = mendable(event);
    let field = match how {
        MendHow::Void => return,
        MendHow::Time if possible.time => {
            let hint = format!("02:14, 5m ago; it was {}", clock(model, candidate.at));
            Field::line(FieldName::At, "It happened at", hint)
        }
        MendHow::Text if possible.text => {
            let text = text_of(event).unwrap_or_default().to_owned();
            Field::line(FieldName::Reason, "It should read", "the right text").filled(text)
        }
        MendHow::Time => {
            card.problem = Some("its time cannot be mended, only taken back".to_owned());
            return;
        }
        MendHow::Text => {
            card.problem = Some("it has no text to mend".to_owned());
            return;
        }
    };
    *mend = how;
    card.button = match how {
        MendHow::Time => "Mend its time".to_owned(),
        _ => "Mend its text".to_owned(),
    };
    card.problem = None;
    card.fields.truncate(1);
    card.fields.push(field);
    card.focus = 1;
}

fn picked(card: &Card) -> Option<usize> {
    match &card.field(&FieldName::Which)?.input {
        crate::cockpit::card::Input::Pick { picked, .. } => *picked,
        _ => None,
    }
}

/// The text of an entry that a correction can replace.
fn text_of(event: &Event) -> Option<&str> {
    match event {
        Event::NoteAdded { text, .. } => Some(text),
        Event::ValueRecorded { value, .. } => Some(value),
        Event::ReasonGiven { reason, .. } | Event::ChecklistWaived { reason, .. } => Some(reason),
        Event::StepFailed { reason, .. }
        | Event::StepBlocked { reason, .. }
        | Event::StepSkipped { reason, .. }
        | Event::StepDeferred { reason, .. }
        | Event::StepReopened { reason, .. }
        | Event::RunHeld { reason }
        | Event::RunCanceled { reason }
        | Event::GateDecided { reason, .. }
        | Event::GateVoted { comment: reason, .. }
        | Event::RunCompleted { summary: reason, .. } => reason.as_deref(),
        _ => None,
    }
}

/// Copies an audience's message.
pub fn message(model: &Model) -> Result<Card, String> {
    let messages = &model.run.plan.messages;
    if messages.is_empty() {
        return Err("the runbook has no [[messages]]".to_owned());
    }
    let of_step = model
        .cursor_step()
        .and_then(|ix| model.run.plan.steps.get(ix))
        .and_then(|step| step.message.as_ref())
        .and_then(|id| messages.iter().position(|m| m.id == *id));
    let options = messages.iter().map(|m| {
        let note = m.audience.as_ref().map_or_else(String::new, |who| format!("for {who}"));
        PickOption::new(&m.id, &m.id, note)
    });
    Ok(Card::new(CardAct::Message, "Status text", "Copy it, and record that it went out").with(
        Field::pick(FieldName::Which, "Message", options.collect(), Some(of_step.unwrap_or(0))),
    ))
}

/// The field with which a refused correction or act is overridden.
pub fn with_override(card: &mut Card) {
    if card.field(&FieldName::Override).is_none() {
        card.fields.push(override_field());
    }
}
