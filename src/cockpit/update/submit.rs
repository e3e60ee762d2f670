//! From a filled card to the acts it stands for.

use super::act::{self, With};
use super::submit_plan;
use super::submit_step::{confirm, evidence, remaining, step_events};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, FieldName, Input, MendHow, Tone};
use crate::cockpit::cards::KINDS;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Model, Show};
use crate::run::{
    CallAnswer, Event, Mend, MessageHow, NoteKind, Outcome, Refusal, Time, WindowTimes,
};
use crate::runbook::{Role, parse_time};
use chrono::{NaiveTime, TimeZone};

/// Why a card records nothing.
#[derive(Debug)]
pub(super) struct No {
    /// In words: what is missing, or why it is refused and what to do instead.
    pub text: String,
    /// The rule book's answer, where it was asked.
    pub refusal: Option<Refusal>,
    /// Index of the field to mend.
    pub field: Option<usize>,
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self { text: refusal.to_string(), refusal: Some(refusal), field: None }
    }
}

/// A card that lacks something in this field.
pub(super) fn no(card: &Card, name: &FieldName, text: impl Into<String>) -> No {
    let field = card.fields.iter().position(|field| field.name == *name);
    No { text: text.into(), refusal: None, field }
}

/// Records what the open card says.
///
/// # Errors
/// What is missing or refused; nothing was recorded.
pub(super) fn submit(model: &mut Model) -> Result<Vec<Effect>, No> {
    let Some(card) = model.card.clone() else { return Ok(Vec::new()) };
    super::names::ask(model, &card)?;
    match &card.act {
        CardAct::WhatIf(_) => return Ok(Vec::new()),
        CardAct::Report => return Ok(super::file::report(model, &card)),
        CardAct::PageLink => return Ok(super::page_link::ask(model, &card)),
        CardAct::CopyBridge => return Ok(copy_bridge(model)),
        CardAct::Quit => {
            model.leaving = true;
            return Ok(vec![Effect::Quit]);
        }
        CardAct::WriteBack => return Ok(vec![Effect::WriteFile(model.run.text.to_string())]),
        CardAct::Filter => return filter(model, &card),
        CardAct::LogFilter => return log_filter(model, &card),
        CardAct::Message => return message(model, &card),
        CardAct::PlanInsert(_)
        | CardAct::PlanRemove(_)
        | CardAct::PlanMove(_)
        | CardAct::PlanChange(_)
        | CardAct::Adopt => return submit_plan::submit(model, &card),
        CardAct::Amiss(_) => return super::sharing::submit(model, &card),
        CardAct::Correct { .. } => return correct(model, &card),
        CardAct::RollbackEnd(_) => ask_before_end(model, &card)?,
        _ => {}
    }
    let with = with(model, &card)?;
    let events = events(model, &card)?;
    Ok(act::record(model, events, &with)?)
}

/// What is wrong with the focused field, if anything: said as soon as it is left by Enter.
pub(super) fn problem_of(model: &Model) -> Option<String> {
    let card = model.card.as_ref()?;
    let name = &card.focused()?.name;
    let checked = match name {
        FieldName::At => at(model, card).map(|_| ()),
        FieldName::Remaining => remaining(card).map(|_| ()),
        FieldName::Confirm => match &card.act {
            CardAct::RollbackBegin(rung) => confirm_rung(card, rung),
            _ => confirm(model, card),
        },
        FieldName::Due => ahead(model, card, name).map(|_| ()),
        FieldName::Evidence if card.text(name).is_some() => evidence(card).map(|_| ()),
        _ => Ok(()),
    };
    checked.err().map(|no| no.text)
}

/// A rung is begun only by its own id, typed out.
fn confirm_rung(card: &Card, id: &str) -> Result<(), No> {
    let typed = card.text(&FieldName::Confirm).unwrap_or_default();
    if typed == id {
        return Ok(());
    }
    let text = match typed.is_empty() {
        true => format!("type {id} to begin it"),
        false => format!("“{typed}” is not its id: type {id} to begin it, or Esc to leave it"),
    };
    Err(no(card, &FieldName::Confirm, text))
}

/// A good end changes much that is done: it is asked once more, with what becomes of it. What the
/// rule book refuses is said at once.
fn ask_before_end(model: &mut Model, card: &Card) -> Result<(), No> {
    if card.asked || card.text(&FieldName::Which).as_deref() != Some("well") {
        return Ok(());
    }
    let with = with(model, card)?;
    act::may(model, &events(model, card)?, &with)?;
    let Some(rung) = model.run.rung_on() else { return Ok(()) };
    let text = crate::cockpit::cards::asked_before_end(model, rung);
    if let Some(card) = model.card.as_mut() {
        card.asked = true;
    }
    Err(No { text, refusal: None, field: Some(card.fields.len()) })
}

/// The usual fields of a card.
pub(super) fn with(model: &Model, card: &Card) -> Result<With, No> {
    let whose = match &card.act {
        CardAct::PresentFor(person) => Some(person.clone()).filter(|person| *person != model.me),
        _ => card.text(&FieldName::For).map(|word| person(model, &word)),
    };
    Ok(With {
        happened_at: at(model, card)?,
        on_behalf_of: whose,
        override_reason: override_reason(card)?,
    })
}

/// A reason in words: nobody overrides by a link or a stray letter.
fn override_reason(card: &Card) -> Result<Option<String>, No> {
    let Some(text) = card.text(&FieldName::Override) else { return Ok(None) };
    if text.contains("://") || text.starts_with("www.") {
        let text = "a link is no reason to override; say in words why it may be";
        return Err(no(card, &FieldName::Override, text));
    }
    if text.chars().filter(|c| c.is_alphabetic()).count() < 3 {
        return Err(no(card, &FieldName::Override, "say in words why it may be overridden"));
    }
    Ok(Some(text))
}

fn copy_bridge(model: &mut Model) -> Vec<Effect> {
    let Some(bridge) = model.run.plan.release.bridge.clone() else { return Vec::new() };
    model.say(Tone::Good, "the link of the bridge call is on the clipboard");
    vec![Effect::Copy(bridge)]
}

fn at(model: &Model, card: &Card) -> Result<Option<Time>, No> {
    let Some(word) = card.text(&FieldName::At) else { return Ok(None) };
    let zone = model.run.plan.release.timezone;
    let read = parse_time(&word, zone, model.now);
    read.map(Some).map_err(|problem| no(card, &FieldName::At, problem))
}

/// A time that may lie ahead; a clock time is its next occurrence.
pub(super) fn ahead(model: &Model, card: &Card, name: &FieldName) -> Result<Option<Time>, No> {
    let Some(word) = card.text(name) else { return Ok(None) };
    let zone = model.run.plan.release.timezone;
    if let Ok(clock) = NaiveTime::parse_from_str(&word, "%H:%M") {
        let today = model.now.with_timezone(&zone).date_naive();
        let days = [Some(today), today.succ_opt()];
        let times = days.into_iter().flatten().filter_map(|day| {
            zone.from_local_datetime(&day.and_time(clock)).earliest().map(|at| at.to_utc())
        });
        let mut later = times.filter(|at| *at >= model.now);
        if let Some(at) = later.next() {
            return Ok(Some(at));
        }
    }
    parse_time(&word, zone, model.now).map(Some).map_err(|problem| no(card, name, problem))
}

/// The id of a person given by id or by name; any other name as it is.
pub(super) fn person(model: &Model, word: &str) -> String {
    let people = &model.run.plan.people;
    if people.contains_key(word) {
        return word.to_owned();
    }
    let named = people
        .iter()
        .find(|(id, p)| p.name.eq_ignore_ascii_case(word) || id.eq_ignore_ascii_case(word));
    named.map_or_else(|| word.to_owned(), |(id, _)| id.clone())
}

/// What is picked of several; nothing is picked beforehand.
pub(super) fn picked(card: &Card, what: &str) -> Result<String, No> {
    card.text(&FieldName::Which).ok_or_else(|| {
        no(card, &FieldName::Which, format!("pick {what} first (arrows, or its letter)"))
    })
}

/// The events of a card that records some.
fn events(model: &Model, card: &Card) -> Result<Vec<Event>, No> {
    if let Some(events) = step_events(model, card)? {
        return Ok(events);
    }
    let reason = card.text(&FieldName::Reason);
    let event = match &card.act {
        CardAct::ChecklistTick(checklist, item) => Event::ChecklistTicked {
            checklist: checklist.clone(),
            item: item.clone(),
            evidence: evidence(card)?,
        },
        CardAct::ChecklistWaive(checklist, item) => Event::ChecklistWaived {
            checklist: checklist.clone(),
            item: item.clone(),
            reason: reason
                .ok_or_else(|| no(card, &FieldName::Reason, "a waiver needs a reason"))?,
        },
        CardAct::NoteAdd { .. } | CardAct::NoteEdit(_) => note(model, card)?,
        CardAct::Review => review(model, card)?,
        CardAct::NoteClose(note) => Event::NoteClosed { note: note.clone(), reason },
        CardAct::NoteRemove(note) => Event::NoteRemoved { note: note.clone() },
        CardAct::RunStart => Event::RunStarted {},
        CardAct::Hold => Event::RunHeld { reason },
        CardAct::Resume => Event::RunResumed {},
        CardAct::Reschedule => reschedule(model, card)?,
        CardAct::HandOver => Event::HandedOver { to: named(model, card)? },
        CardAct::Grant(person) => Event::RoleGranted {
            person: person.clone().map_or_else(|| named(model, card), Ok)?,
            role: match picked(card, "a role")?.as_str() {
                "lead" => Role::Lead,
                "operator" => Role::Operator,
                _ => Role::Observer,
            },
        },
        CardAct::Substitute(person) => {
            Event::SubstituteActive { person: person.clone(), substitute: named(model, card)? }
        }
        CardAct::Call(person, step) => return call(model, card, person, step.as_ref()),
        CardAct::RollCall => Event::RollCallOpened {},
        CardAct::Present | CardAct::PresentFor(_) => Event::RollCallAnswered {},
        CardAct::RunComplete => Event::RunCompleted {
            outcome: match picked(card, "how it went")?.as_str() {
                "successful" => Outcome::Successful,
                "with_issues" => Outcome::WithIssues,
                _ => Outcome::Unsuccessful,
            },
            summary: reason,
        },
        CardAct::RunCancel => Event::RunCanceled { reason },
        CardAct::RollbackBegin(rung) => {
            confirm_rung(card, rung)?;
            Event::RollbackBegun { rung: rung.clone(), reason }
        }
        CardAct::RollbackEnd(rung) => {
            let succeeded = picked(card, "how it ended: well, or failed")? == "well";
            Event::RollbackEnded { rung: rung.clone(), succeeded, reason }
        }
        CardAct::Judge => Event::CriterionJudged {
            criterion: card.text(&FieldName::Criterion).ok_or_else(|| {
                no(card, &FieldName::Criterion, "pick the criterion first (arrows)")
            })?,
            met: picked(card, "met or not met")? == "met",
            comment: reason,
        },
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

/// The person that a card names.
pub(super) fn named(model: &Model, card: &Card) -> Result<String, No> {
    let word = card.text(&FieldName::Person);
    let word = word.ok_or_else(|| no(card, &FieldName::Person, "name a person"))?;
    Ok(person(model, &word))
}

fn call(model: &Model, card: &Card, person: &str, step: Option<&String>) -> Result<Vec<Event>, No> {
    let called =
        |answer| Event::PersonCalled { person: person.to_owned(), answer, step: step.cloned() };
    Ok(match picked(card, "how it was answered")?.as_str() {
        "answered" => vec![called(CallAnswer::Answered)],
        "no_answer" => vec![called(CallAnswer::NoAnswer)],
        _ => {
            let known = model.run.plan.people.get(person).and_then(|p| p.substitute.clone());
            let substitute = known.unwrap_or_default();
            vec![
                called(CallAnswer::NoAnswer),
                Event::SubstituteActive { person: person.to_owned(), substitute },
            ]
        }
    })
}

fn note(model: &Model, card: &Card) -> Result<Event, No> {
    let text = card.text(&FieldName::Text);
    let text =
        text.ok_or_else(|| no(card, &FieldName::Text, "the note is empty: write something"))?;
    let kind = match card.text(&FieldName::Which).as_deref() {
        Some("decision") => NoteKind::Decision,
        Some("issue") => NoteKind::Issue,
        Some("risk") => NoteKind::Risk,
        Some("action") => NoteKind::Action,
        _ => NoteKind::Note,
    };
    let public = card.text(&FieldName::Public).as_deref() == Some("yes");
    let owner = card.text(&FieldName::Owner).map(|word| person(model, &word));
    let due = ahead(model, card, &FieldName::Due)?;
    Ok(match &card.act {
        CardAct::NoteEdit(note) => {
            Event::NoteEdited { note: note.clone(), text, kind, public, owner, due }
        }
        _ => {
            let step = step_named(model, card)?;
            Event::NoteAdded { text, kind, step, public, owner, due }
        }
    })
}

/// The id of the step named in a card's field.
pub(super) fn step_named(model: &Model, card: &Card) -> Result<Option<String>, No> {
    let Some(word) = card.text(&FieldName::Step) else { return Ok(None) };
    let plan = &model.run.plan;
    match plan.find_step(&word) {
        Ok(ix) => Ok(plan.steps.get(ix).map(|step| step.id.clone())),
        Err(several) if several.is_empty() => {
            Err(no(card, &FieldName::Step, format!("there is no step {word}")))
        }
        Err(several) => {
            let text = format!("{word} could be {}; write more of it", several.join(", "));
            Err(no(card, &FieldName::Step, text))
        }
    }
}

fn review(model: &Model, card: &Card) -> Result<Event, No> {
    let said = crate::cockpit::cards::said_in_review(card).ok_or_else(|| {
        no(card, &FieldName::Which, "pick first: went well, did not go well, will change")
    })?;
    let text = card.text(&FieldName::Reason);
    let text = text.ok_or_else(|| no(card, &FieldName::Reason, "say what it was"))?;
    let owner = card.text(&FieldName::Owner).map(|word| person(model, &word));
    Ok(said.note(&text, owner, ahead(model, card, &FieldName::Due)?))
}

fn reschedule(model: &Model, card: &Card) -> Result<Event, No> {
    let opens = ahead(model, card, &FieldName::Opens)?;
    let closes = ahead(model, card, &FieldName::Closes)?;
    let now = model.run.window(model.now);
    let window = match (opens, closes, now) {
        (None, None, _) => None,
        (opens, closes, now) => {
            let opens = opens.or(now.map(|w| w.opens));
            let closes = closes.or(now.map(|w| w.closes));
            let both = opens.zip(closes);
            let both =
                both.ok_or_else(|| no(card, &FieldName::Closes, "a window needs both its ends"))?;
            Some(WindowTimes { opens: both.0, closes: both.1 })
        }
    };
    Ok(Event::RunRescheduled {
        window,
        zero_hour: ahead(model, card, &FieldName::ZeroHour)?,
        approver: card.text(&FieldName::Approver),
        reference: card.text(&FieldName::Reference),
        reason: card.text(&FieldName::Reason),
    })
}

fn correct(model: &mut Model, card: &Card) -> Result<Vec<Effect>, No> {
    let CardAct::Correct { candidates, mend } = &card.act else { return Ok(Vec::new()) };
    let Some(Input::Pick { picked: Some(at), .. }) =
        card.field(&FieldName::Which).map(|field| &field.input)
    else {
        return Err(no(card, &FieldName::Which, "pick the entry first"));
    };
    let Some(candidate) = candidates.get(*at) else { return Ok(Vec::new()) };
    let mend = match mend {
        MendHow::Void if !candidate.built_on.is_empty() && !card.asked => {
            let key = model.keymap.shown(Action::CardRecord);
            let text = format!(
                "built on it: {}; Enter or {key} again takes it back all the same",
                candidate.built_on.join("; ")
            );
            if let Some(card) = model.card.as_mut() {
                card.asked = true;
            }
            return Err(No { text, refusal: None, field: None });
        }
        MendHow::Void => Mend::Void {},
        MendHow::Time => {
            let at = self::at(model, card)?;
            let at = at.ok_or_else(|| no(card, &FieldName::At, "type the right time"))?;
            Mend::Time { happened_at: at }
        }
        MendHow::Text => {
            let text = card.text(&FieldName::Reason);
            let text = text.ok_or_else(|| no(card, &FieldName::Reason, "type the right text"))?;
            Mend::Text { text }
        }
    };
    let event = Event::Correction { entry: candidate.id.clone(), mend, reason: None };
    Ok(act::record(model, vec![event], &With::default())?)
}

/// Copies a message with live values, and records that it went out.
fn message(model: &mut Model, card: &Card) -> Result<Vec<Effect>, No> {
    let id = picked(card, "a message")?;
    let Some(message) = model.run.plan.message(&id) else { return Ok(Vec::new()) };
    let text =
        crate::run::fill(&model.run, &model.forecast, &model.chain, &message.text, model.now);
    let of_step = model.cursor_step().and_then(|ix| model.run.plan.steps.get(ix));
    let step =
        of_step.filter(|step| step.message.as_ref() == Some(&id)).map(|step| step.id.clone());
    let event =
        Event::MessageSent { message: id, step, text: text.clone(), how: MessageHow::Copied };
    let with = with(model, card)?;
    let mut effects = act::record(model, vec![event], &with)?;
    model.say(Tone::Good, "the status text is on the clipboard");
    effects.push(Effect::Copy(text));
    Ok(effects)
}

fn filter(model: &mut Model, card: &Card) -> Result<Vec<Effect>, No> {
    let word = card.text(&FieldName::Which).unwrap_or_default();
    model.steps.show = Show::ALL.into_iter().find(|show| show.word() == word).unwrap_or_default();
    model.steps.stream = card.text(&FieldName::Stream);
    crate::cockpit::panes::refresh_lists(model);
    Ok(Vec::new())
}

fn log_filter(model: &mut Model, card: &Card) -> Result<Vec<Effect>, No> {
    let word = card.text(&FieldName::Which).unwrap_or_default();
    let time = card.text(&FieldName::Duration).unwrap_or_default();
    let filter = crate::cockpit::model::LogFilter {
        person: card.text(&FieldName::Person).map(|word| person(model, &word)),
        step: step_named(model, card)?,
        kind: KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind),
        last_hour: time == "hour",
        since: (time == "left").then_some(model.seen_seq),
    };
    model.log.filter = filter;
    crate::cockpit::panes::refresh_lists(model);
    Ok(Vec::new())
}
