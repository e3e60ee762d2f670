//! From a filled card to the acts it stands for.

use super::act::{self, With};
use super::submit_plan;
use crate::cockpit::card::{Card, CardAct, FieldName, Input, MendHow, Tone};
use crate::cockpit::cards::KINDS;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Model, Show};
use crate::run::{
    CallAnswer, Decision, Event, Evidence, Mend, MessageHow, NoteKind, Outcome, Refusal, Time,
    Vote, WindowTimes,
};
use crate::runbook::{Role, parse_duration, parse_time};
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

fn no(card: &Card, name: &FieldName, text: impl Into<String>) -> No {
    let field = card.fields.iter().position(|field| field.name == *name);
    No { text: text.into(), refusal: None, field }
}

/// Records what the open card says.
///
/// # Errors
/// What is missing or refused; nothing was recorded.
pub(super) fn submit(model: &mut Model) -> Result<Vec<Effect>, No> {
    let Some(card) = model.card.clone() else { return Ok(Vec::new()) };
    match &card.act {
        CardAct::Quit => {
            model.leaving = true;
            return Ok(vec![Effect::Quit]);
        }
        CardAct::Filter => return filter(model, &card),
        CardAct::LogFilter => return log_filter(model, &card),
        CardAct::Message => return message(model, &card),
        CardAct::PlanInsert(_)
        | CardAct::PlanRemove(_)
        | CardAct::PlanMove(_)
        | CardAct::PlanChange(_)
        | CardAct::Adopt => return submit_plan::submit(model, &card),
        CardAct::Correct { .. } => return correct(model, &card),
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
        FieldName::Confirm => confirm(model, card),
        FieldName::Due => ahead(model, card, name).map(|_| ()),
        FieldName::Evidence if card.text(name).is_some() => evidence(card).map(|_| ()),
        _ => Ok(()),
    };
    checked.err().map(|no| no.text)
}

/// The usual fields of a card.
pub(super) fn with(model: &Model, card: &Card) -> Result<With, No> {
    Ok(With {
        happened_at: at(model, card)?,
        on_behalf_of: card.text(&FieldName::For).map(|word| person(model, &word)),
        override_reason: card.text(&FieldName::Override),
    })
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
    let named = people.iter().find(|(_, p)| p.name.eq_ignore_ascii_case(word));
    named.map_or_else(|| word.to_owned(), |(id, _)| id.clone())
}

fn remaining(card: &Card) -> Result<i64, No> {
    let word = card.text(&FieldName::Remaining);
    let word =
        word.ok_or_else(|| no(card, &FieldName::Remaining, "say how long it will still take"))?;
    parse_duration(&word).map_err(|problem| no(card, &FieldName::Remaining, problem))
}

/// A dangerous step is confirmed by its own id or number.
fn confirm(model: &Model, card: &Card) -> Result<(), No> {
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
fn evidence(card: &Card) -> Result<Option<Evidence>, No> {
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

fn picked(card: &Card, what: &str) -> Result<String, No> {
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
        CardAct::Present => Event::RollCallAnswered {},
        CardAct::RunComplete => Event::RunCompleted {
            outcome: match picked(card, "how it went")?.as_str() {
                "successful" => Outcome::Successful,
                "with_issues" => Outcome::WithIssues,
                _ => Outcome::Unsuccessful,
            },
            summary: reason,
        },
        CardAct::RunCancel => Event::RunCanceled { reason },
        _ => return Ok(Vec::new()),
    };
    Ok(vec![event])
}

/// The events of a card about a step; none for other cards.
fn step_events(model: &Model, card: &Card) -> Result<Option<Vec<Event>>, No> {
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

fn step_of(act: &CardAct) -> Option<&String> {
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

fn named(model: &Model, card: &Card) -> Result<String, No> {
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
            let text = format!(
                "built on it: {}; Enter again takes it back all the same",
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
