//! Checklists, corrections, notes, messages, criteria, the clock.

use super::{Refusal, Verdict, known_step};
use crate::run::act::Act;
use crate::run::correction::{self, Mendable};
use crate::run::event::Event;
use crate::run::state::{Note, RunState, Verdict as Kept};
use crate::run::words::{EntryId, Mend, NoteKind};
use crate::runbook::Role;

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
    if *note.fact.person == *act.person() || act.actor.role == Role::Lead {
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
    let theirs =
        target.entry.act.actor.name == act.actor.name || target.entry.act.person() == act.person();
    if !theirs && act.actor.role != Role::Lead {
        return Err(Refusal::impossible(
            "not-yours",
            format!("entry {} is {}'s", target.entry.seq, target.entry.act.actor.name),
            format!("ask {} or a lead to correct it", target.entry.act.actor.name),
        ));
    }
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
        Mend::Text { text } if text.trim().is_empty() => {
            Err(Refusal::impossible("empty", "the text is empty", "write what is right"))
        }
        _ => Ok(()),
    }
}
