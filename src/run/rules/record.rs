//! Checklists, corrections, notes, messages, criteria, the clock.

use super::{Refusal, Verdict, known_step, people};
use crate::run::Time;
use crate::run::act::{Act, Entry};
use crate::run::correction::{self, Mendable};
use crate::run::event::Event;
use crate::run::state::{Fact, Note, RunState, RunStatus, Verdict as Kept};
use crate::run::words::{EntryId, Mend, NoteKind};
use crate::runbook::Role;
use chrono::TimeDelta;

/// What is written into the record beside the steps.
pub(super) fn judge(state: &RunState, act: &Act) -> Verdict {
    match &act.event {
        Event::ChecklistTicked { checklist, item, evidence } => {
            tick(state, checklist, item, evidence.is_some())
        }
        Event::ChecklistWaived { checklist, item, reason } => {
            waive(state, checklist, item.as_deref(), reason)
        }
        Event::Correction { entry, mend, .. } => correct(state, act, entry, mend),
        Event::NoteAdded { text, step, .. } => {
            not_empty(text)?;
            match step {
                Some(id) if state.removed.iter().any(|r| r.id == *id) => Ok(()),
                Some(id) => known_step(state, id).map(|_| ()),
                None => Ok(()),
            }
        }
        Event::NoteEdited { note, text, .. } => {
            not_empty(text)?;
            own_note(state, act, note)
        }
        Event::NoteRemoved { note } => own_note(state, act, note),
        Event::NoteClosed { note, .. } => close(state, note),
        Event::MessageSent { message, .. } => match state.plan.message(message) {
            Some(_) => Ok(()),
            None => Err(Refusal::impossible(
                "no-such-message",
                format!("there is no message “{message}”"),
                "look at the messages of the runbook",
            )),
        },
        Event::CriterionJudged { criterion, .. } => {
            if state.plan.criteria.iter().any(|c| c.id == *criterion) {
                return Ok(());
            }
            Err(Refusal::impossible(
                "no-such-criterion",
                format!("there is no criterion “{criterion}”"),
                "look at the criteria of the runbook",
            ))
        }
        _ => Ok(()),
    }
}

fn not_empty(text: &str) -> Verdict {
    if text.trim().is_empty() {
        return Err(Refusal::impossible("empty", "the note is empty", "write something"));
    }
    Ok(())
}

fn tick(state: &RunState, checklist: &str, item: &str, evidence: bool) -> Verdict {
    let list = known_list(state, checklist)?;
    let Some(plan) = list.items.iter().find(|i| i.id == item) else {
        return no_item(&list.title, item);
    };
    if state.checklist_item(checklist, item).is_some() {
        return Err(Refusal::impossible(
            "ticked",
            format!("“{}” is signed off already", plan.text),
            "correct that entry to take it back",
        ));
    }
    if plan.evidence && !evidence {
        return Err(Refusal::not_now(
            "owed",
            format!("“{}” asks for evidence", plan.text),
            "give a link or a file, or let a lead override with a reason",
        ));
    }
    Ok(())
}

fn waive(state: &RunState, checklist: &str, item: Option<&str>, reason: &str) -> Verdict {
    let list = known_list(state, checklist)?;
    if reason.trim().is_empty() {
        return Err(Refusal::impossible("no-reason", "a waiver needs a reason", "write why"));
    }
    let open = match item {
        Some(item) if !list.items.iter().any(|i| i.id == item) => {
            return no_item(&list.title, item);
        }
        Some(item) => state.checklist_item(checklist, item).is_none(),
        None => state.open_items(list).next().is_some(),
    };
    if open {
        return Ok(());
    }
    Err(Refusal::impossible(
        "nothing-open",
        format!("nothing of that is open in {}", list.title),
        "nothing has to be done",
    ))
}

fn known_list<'a>(state: &'a RunState, id: &str) -> Result<&'a crate::runbook::Checklist, Refusal> {
    state.plan.checklist(id).ok_or_else(|| {
        Refusal::impossible(
            "no-such-checklist",
            format!("there is no checklist “{id}”"),
            "look at the checklists of the runbook",
        )
    })
}

fn no_item(list: &str, item: &str) -> Verdict {
    Err(Refusal::impossible(
        "no-such-item",
        format!("{list} has no item “{item}”"),
        "look at its items",
    ))
}

fn known_note<'a>(state: &'a RunState, id: &EntryId) -> Result<&'a Note, Refusal> {
    let note = state.notes.iter().find(|n| n.id == *id);
    let Some(note) = note else {
        return Err(Refusal::impossible(
            "no-such-note",
            format!("there is no note {id}"),
            "look it up in the notes",
        ));
    };
    if note.removed.is_some() {
        return Err(Refusal::impossible(
            "note-removed",
            "that note has been removed",
            "write a new one",
        ));
    }
    Ok(note)
}

fn own_note(state: &RunState, act: &Act, id: &EntryId) -> Verdict {
    let note = known_note(state, id)?;
    if *note.fact.person == *act.actor.name || act.actor.role == Role::Lead {
        return Ok(());
    }
    Err(Refusal::impossible(
        "not-your-note",
        format!("that note is {}'s", note.fact.person),
        "ask its author or a lead, or write a note of your own",
    ))
}

fn close(state: &RunState, id: &EntryId) -> Verdict {
    let note = known_note(state, id)?;
    if note.closed.is_some() {
        return Err(Refusal::impossible(
            "note-closed",
            "that note is closed already",
            "nothing has to be done",
        ));
    }
    if matches!(note.kind, NoteKind::Issue | NoteKind::Risk | NoteKind::Action) {
        return Ok(());
    }
    Err(Refusal::impossible(
        "not-closable",
        "only issues, risks and actions can be closed",
        "edit or remove the note instead",
    ))
}

fn correct(state: &RunState, act: &Act, id: &EntryId, mend: &Mend) -> Verdict {
    let Some(target) = correction::logged(state, id) else {
        return Err(Refusal::impossible(
            "no-such-entry",
            format!("there is no entry {id}"),
            "look it up in the log",
        ));
    };
    match target.verdict {
        Kept::Voided => {
            return Err(Refusal::impossible(
                "voided",
                format!("entry {} is voided already", target.entry.seq),
                "record again what is right",
            ));
        }
        Kept::Conflict | Kept::Unknown => {
            return Err(Refusal::impossible(
                "no-effect",
                format!("entry {} has changed nothing", target.entry.seq),
                "nothing has to be corrected",
            ));
        }
        Kept::Applied | Kept::Deviation => {}
    }
    may_correct(state, act, &target.entry)?;
    let Mendable { void, time, text } = correction::mendable(&target.entry.act.event);
    let (possible, what) = match mend {
        Mend::Void {} => (void, "be voided"),
        Mend::Time { .. } => (time, "be given another time"),
        Mend::Text { .. } => (text, "be given another text"),
    };
    if !possible {
        return Err(Refusal::impossible(
            "not-correctable",
            format!("entry {} is not of a kind that can {what}", target.entry.seq),
            "write a note that says what is right",
        ));
    }
    match mend {
        Mend::Time { happened_at } if *happened_at > target.entry.act.at => {
            Err(Refusal::impossible(
                "in-the-future",
                "it cannot have happened after it was recorded",
                "give an earlier time, or void it and record it anew",
            ))
        }
        Mend::Time { happened_at } => fits(state, &target.entry, *happened_at),
        Mend::Text { text } if text.trim().is_empty() => {
            Err(Refusal::impossible("empty", "the text is empty", "write what is right"))
        }
        _ => Ok(()),
    }
}

/// One's own entries may be corrected, by whoever still has the role that such an act takes; a lead
/// corrects everybody's. `for` does not help: it says whose act something is, not who may.
fn may_correct(state: &RunState, act: &Act, target: &Entry) -> Verdict {
    let actor = &act.actor;
    if actor.role == Role::Lead || takes_back_the_lead(state, act, target) {
        return Ok(());
    }
    let theirs = target.act.actor.name == actor.name || target.act.person() == actor.name;
    if !theirs {
        return Err(Refusal::impossible(
            "not-yours",
            format!("entry {} is {}'s", target.seq, target.act.actor.name),
            format!("ask {} or a lead to correct it", target.act.actor.name),
        ));
    }
    if actor.role < people::needed(state, &target.act) {
        return Err(Refusal::impossible(
            "role",
            format!("{} is no lead any more, and entry {} is a lead's act", actor.name, target.seq),
            "ask the lead to correct it",
        ));
    }
    Ok(())
}

/// Whoever handed the lead to a mistyped name takes it back, as long as nobody of that name has
/// recorded anything since.
fn takes_back_the_lead(state: &RunState, act: &Act, target: &Entry) -> bool {
    let Event::HandedOver { to } = &target.act.event else { return false };
    target.act.actor.name == act.actor.name
        && !state.log.iter().any(|l| l.entry.seq > target.seq && l.entry.act.actor.name == *to)
}

/// Whether an event may have happened at that time, beside what else is known of its step or hold.
fn fits(state: &RunState, target: &Entry, at: Time) -> Verdict {
    let event = &target.act.event;
    // People say times to the minute.
    let minute = TimeDelta::seconds(59);
    let after = |earliest: Option<Time>| earliest.is_none_or(|e| at + minute >= e);
    let before = |latest: Option<Time>| latest.is_none_or(|l| at <= l + minute);
    let attempt = event.step().zip(event.attempt()).and_then(|(id, number)| {
        let step = state.steps.get(state.step_ix(id)?)?;
        let earlier = usize::try_from(number).ok()?.checked_sub(1)?;
        if number == step.attempt { Some(&step.now) } else { step.earlier.get(earlier) }
    });
    let fits = match (event, attempt) {
        (Event::StepStarted { .. }, Some(a)) => before(a.ended.as_ref().map(|f| f.at)),
        (
            Event::StepCompleted { .. }
            | Event::StepFailed { .. }
            | Event::StepBlocked { .. }
            | Event::StepEstimated { .. }
            | Event::StepSigned { .. },
            Some(a),
        ) => after(a.started.as_ref().map(|f| f.at)),
        (Event::StepUnblocked { .. }, Some(a)) => after(a.blocked.last().map(|b| b.from.at)),
        (Event::RunResumed {}, _) => after(state.holds.last().map(|h| h.from.at)),
        (Event::RunHeld { .. }, _) => {
            let until = state.holds.last().and_then(|h| h.until.as_ref());
            before(until.map(|f| f.at))
        }
        (Event::RunCompleted { .. } | Event::RunCanceled { .. }, _) => after(state.last_of_steps()),
        (Event::RollbackBegun { .. } | Event::RollbackEnded { .. }, _) => {
            let (earliest, latest) = around(state, target.seq);
            after(earliest) && before(latest)
        }
        _ => true,
    };
    if fits {
        return Ok(());
    }
    Err(Refusal::impossible(
        "out-of-order",
        "at that time it would lie before its own start, or after its own end",
        "check the time, or correct the other entry first",
    ))
}

/// Between which moments the begin or the end of a rollback may lie: after what it followed and
/// before what followed it.
fn around(state: &RunState, seq: u64) -> (Option<Time>, Option<Time>) {
    let is = |fact: &Fact| fact.seq == seq;
    let Some(at) =
        state.rollbacks.iter().position(|r| is(&r.begun) || r.ended.as_ref().is_some_and(is))
    else {
        return (None, None);
    };
    let taken = &state.rollbacks[at];
    let steps = state.rung_ix(&taken.rung).map(|ix| state.plan.rollbacks[ix].steps.clone());
    let attempts = steps.into_iter().flatten().flat_map(|ix| {
        let step = &state.steps[ix];
        step.earlier.iter().chain([&step.now])
    });
    let facts = attempts.flat_map(|a| a.started.iter().chain(&a.ended));
    let until = taken.ended.as_ref().map(|f| f.seq);
    // Of this taking, and not those that its begin or end brought about itself.
    let of_it: Vec<Time> = facts
        .filter(|f| f.seq > taken.begun.seq && until.is_none_or(|until| f.seq < until))
        .map(|f| f.at)
        .collect();
    if is(&taken.begun) {
        let before = at.checked_sub(1).and_then(|at| state.rollbacks[at].ended.as_ref());
        let earliest = before.or(state.started.as_ref()).map(|f| f.at);
        let latest = of_it.into_iter().chain(taken.ended.as_ref().map(|f| f.at)).min();
        return (earliest, latest);
    }
    let mut earliest = of_it.into_iter().chain([taken.begun.at]).max();
    if state.status == RunStatus::RolledBack {
        earliest = earliest.max(state.last_before(seq));
    }
    (earliest, state.rollbacks.get(at + 1).map(|next| next.begun.at))
}
