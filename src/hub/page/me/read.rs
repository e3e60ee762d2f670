//! From a form to the acts it stands for. No form makes a lead's decision, and none overrides a
//! refusal.

use super::fields::Sent;
use super::seen::Seen;
use crate::run::{EntryId, Event, Evidence, Intent, Mend, NoteKind, StepStatus, Time, Vote};
use crate::runbook::{Secs, StepIx, parse_duration, parse_time};

/// What is wrong with a form, and what to do, in words.
pub type No = String;

/// The acts that a form stands for, in their order.
///
/// # Errors
/// What is missing, or cannot be understood.
pub fn acts(seen: &Seen<'_>, sent: &Sent) -> Result<Vec<Intent>, No> {
    let events = events(seen, sent)?;
    let happened_at = happened_at(seen, sent)?;
    let intent = |event| Intent { happened_at, ..Intent::new(seen.me(), event) };
    Ok(events.into_iter().map(intent).collect())
}

fn events(seen: &Seen<'_>, sent: &Sent) -> Result<Vec<Event>, No> {
    let kind = sent.text("form").unwrap_or_default();
    match kind {
        "note" => return Ok(vec![note(seen, sent)?]),
        "item" => return Ok(vec![item(seen, sent)?]),
        "back" => return Ok(vec![back(seen, sent)?]),
        _ => {}
    }
    let on = On::read(seen, sent)?;
    let (step, attempt) = (on.step.clone(), on.attempt);
    let one = |event| Ok(vec![event]);
    match kind {
        "standby" => one(Event::StepStoodBy { step, attempt }),
        "start" => {
            on.is_meant(seen, sent)?;
            one(Event::StepStarted { step, attempt })
        }
        "done" => on.done(seen, sent),
        "unblock" => one(Event::StepUnblocked { step, attempt }),
        "estimate" => one(Event::StepEstimated { step, attempt, remaining_s: remaining(sent)? }),
        "problem" => one(on.problem(sent)?),
        "sign" => {
            let mut events = on.kept(seen, sent)?;
            events.push(Event::StepSigned { step, attempt });
            Ok(events)
        }
        "vote" => {
            let comment = sent.text("comment").map(str::to_owned);
            one(Event::GateVoted { step, attempt, vote: vote(sent)?, comment })
        }
        "choose" => {
            on.is_meant(seen, sent)?;
            let option = sent.text("option").ok_or("Choose one of the options.")?.to_owned();
            one(Event::OptionChosen { step, attempt, option })
        }
        "reason" => {
            let reason = sent.text("reason").ok_or("Write the reason in a few words.")?;
            one(Event::ReasonGiven { step, attempt, reason: reason.to_owned() })
        }
        _ => {
            Err("This form is not of this page: look again, and use the one you find there."
                .to_owned())
        }
    }
}

/// The step that a form is about.
struct On {
    step: String,
    attempt: u32,
    ix: Option<StepIx>,
}

impl On {
    fn read(seen: &Seen<'_>, sent: &Sent) -> Result<Self, No> {
        let unclear = "This form names no step: look again, and use the one you find there.";
        let step = sent.text("about").ok_or(unclear)?.to_owned();
        let attempt = sent.text("attempt").and_then(|text| text.parse().ok()).ok_or(unclear)?;
        Ok(Self { ix: seen.state.step_ix(&step), step, attempt })
    }

    /// Nobody begins a dangerous step, ends a way back or starts the run by a slip of the thumb.
    fn is_meant(&self, seen: &Seen<'_>, sent: &Sent) -> Result<(), No> {
        let Some(ix) = self.ix else { return Ok(()) };
        let begins = matches!(
            seen.state.steps.get(ix).map(|step| step.status()),
            Some(StepStatus::Planned | StepStatus::Deferred)
        );
        let Some(step) = seen.state.plan.steps.get(ix).filter(|_| begins) else { return Ok(()) };
        if let Some(warning) = seen.warnings(ix).first()
            && !sent.has("sure")
        {
            return Err(format!("{warning} Tick the box to say that it is meant."));
        }
        let typed = sent.text("confirm").unwrap_or_default();
        if step.confirm && typed != step.id && typed != step.number {
            return Err(format!("Type {} or {} to confirm.", step.number, step.id));
        }
        Ok(())
    }

    /// What is recorded with the completion, and the completion, unless only the first was asked.
    fn done(&self, seen: &Seen<'_>, sent: &Sent) -> Result<Vec<Event>, No> {
        let mut events = self.kept(seen, sent)?;
        if sent.has("keep") {
            if events.is_empty() {
                return Err("Nothing is ticked or filled in yet.".to_owned());
            }
            return Ok(events);
        }
        self.is_meant(seen, sent)?;
        events.push(Event::StepCompleted { step: self.step.clone(), attempt: self.attempt });
        Ok(events)
    }

    /// Items ticked, values and evidence, as far as they are new.
    fn kept(&self, seen: &Seen<'_>, sent: &Sent) -> Result<Vec<Event>, No> {
        let (Some(plan), Some(state)) = (
            self.ix.and_then(|ix| seen.state.plan.steps.get(ix)),
            self.ix.and_then(|ix| seen.state.steps.get(ix)),
        ) else {
            return Ok(Vec::new());
        };
        let (step, attempt) = (&self.step, self.attempt);
        let mut events = Vec::new();
        for mark in sent.all("item") {
            let item = plan.items.iter().find(|item| item_mark(item) == mark);
            let item = item.ok_or("An item has changed meanwhile: look again.")?;
            // Somebody may have ticked it meanwhile.
            if !state.now.items.contains_key(item) {
                let (step, item) = (step.clone(), item.clone());
                events.push(Event::ItemTicked { step, attempt, item });
            }
        }
        for record in &plan.records {
            let Some(value) = sent.text(&format!("value.{}", record.id)) else { continue };
            let (step, record, value) = (step.clone(), record.id.clone(), value.to_owned());
            events.push(Event::ValueRecorded { step, attempt, record, value });
        }
        if let Some(evidence) = evidence(sent)? {
            events.push(Event::EvidenceGiven { step: step.clone(), attempt, evidence });
        }
        Ok(events)
    }

    fn problem(&self, sent: &Sent) -> Result<Event, No> {
        let (step, attempt) = (self.step.clone(), self.attempt);
        let reason = sent.text("reason").map(str::to_owned);
        if reason.is_none() {
            return Err("Say in a few words what the problem is.".to_owned());
        }
        match sent.text("how") {
            Some("blocked") => Ok(Event::StepBlocked { step, attempt, reason }),
            Some("failed") => Ok(Event::StepFailed { step, attempt, reason }),
            _ => Err("Say whether it is blocked for now, or has failed.".to_owned()),
        }
    }
}

/// What a form calls an item: its text may have what a form does not bring back unchanged.
pub fn item_mark(item: &str) -> String {
    crate::run::sha256_hex(item.as_bytes()).chars().take(16).collect()
}

/// Only links: whoever has a file at hand is not on a phone.
fn evidence(sent: &Sent) -> Result<Option<Evidence>, No> {
    let Some(url) = sent.text("evidence") else { return Ok(None) };
    if ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(Some(Evidence::Link { url: url.to_owned() }));
    }
    Err("Evidence is a link that begins with https://".to_owned())
}

/// A number alone is in minutes.
fn remaining(sent: &Sent) -> Result<Secs, No> {
    let word = sent.text("remaining").ok_or("Say how long it will still take, such as 10m.")?;
    match word.parse::<u32>() {
        Ok(minutes) => Ok(Secs::from(minutes) * 60),
        Err(_) => parse_duration(word).map_err(|problem| format!("{problem}.")),
    }
}

fn vote(sent: &Sent) -> Result<Vote, No> {
    match sent.text("vote") {
        Some("go") => Ok(Vote::Go),
        Some("no_go") => Ok(Vote::NoGo),
        _ => Err("Choose go or no-go.".to_owned()),
    }
}

fn note(seen: &Seen<'_>, sent: &Sent) -> Result<Event, No> {
    let text = sent.text("text").ok_or("The note is empty: write something.")?.to_owned();
    let kind = match sent.text("kind") {
        None | Some("note") => NoteKind::Note,
        Some("decision") => NoteKind::Decision,
        Some("issue") => NoteKind::Issue,
        Some("risk") => NoteKind::Risk,
        Some("action") => NoteKind::Action,
        Some(_) => return Err("Choose a kind of note from the list.".to_owned()),
    };
    // Whoever writes down what is to be done can give it to somebody else in the cockpit.
    let owner = (kind == NoteKind::Action).then(|| seen.me().to_owned());
    let step = sent.text("step").map(str::to_owned);
    Ok(Event::NoteAdded { text, kind, step, public: sent.has("public"), owner, due: None })
}

fn item(seen: &Seen<'_>, sent: &Sent) -> Result<Event, No> {
    let unclear = "This form names no item: look again, and use the one you find there.";
    let about = sent.text("about").ok_or(unclear)?;
    let lists = seen.state.plan.checklists.iter();
    let named = lists.flat_map(|list| list.items.iter().map(move |item| (list, item)));
    let mut named = named.filter(|(list, item)| about == format!("{}/{}", list.id, item.id));
    let (list, item) = named.next().ok_or(unclear)?;
    let (checklist, item) = (list.id.clone(), item.id.clone());
    Ok(Event::ChecklistTicked { checklist, item, evidence: evidence(sent)? })
}

/// Takes back what was recorded by mistake.
fn back(seen: &Seen<'_>, sent: &Sent) -> Result<Event, No> {
    let unclear = "This form names no entry: look again, and use the one you find there.";
    let seq: u64 = sent.text("about").and_then(|text| text.parse().ok()).ok_or(unclear)?;
    let entry: EntryId = own(seen, seq).ok_or(unclear)?;
    Ok(Event::Correction { entry, mend: Mend::Void {}, reason: None })
}

/// An entry of one's own.
fn own(seen: &Seen<'_>, seq: u64) -> Option<EntryId> {
    let logged = seen.state.log.iter().rev().find(|logged| logged.entry.seq == seq)?;
    (logged.entry.act.actor.name == seen.me()).then(|| logged.entry.id.clone())
}

/// When it happened: as was said; else, of what could not be recorded at first, when it was tried.
fn happened_at(seen: &Seen<'_>, sent: &Sent) -> Result<Option<Time>, No> {
    if sent.text("form") == Some("back") {
        return Ok(None);
    }
    // Said as "5m ago", it was meant from when it was first sent.
    let tried = sent.text("tried").and_then(|text| text.parse::<Time>().ok());
    let tried = tried.filter(|tried| *tried <= seen.now && seen.now - *tried < LONGEST_TRY);
    let Some(word) = sent.text("at") else { return Ok(tried) };
    let zone = seen.state.plan.release.timezone;
    let read = parse_time(word, zone, tried.unwrap_or(seen.now));
    read.map(Some).map_err(|problem| format!("When: {problem}."))
}

/// How long somebody may go on trying: later, the time of the first try is no longer believed.
const LONGEST_TRY: chrono::TimeDelta = chrono::TimeDelta::hours(12);
