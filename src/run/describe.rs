//! Events in words: for the log, for the answer of a command, for a correction.

use super::event::Event;
use super::state::RunState;
use super::words::{
    CallAnswer, Decision, Evidence, Mend, MessageHow, Mode, NoteKind, Outcome, Vote,
};
use crate::runbook::{Role, format_duration};

/// One line, past tense, without who and when: `completed 2.2 Migrate the ledger schema`.
/// The text is as recorded; whoever shows it makes it visible.
pub fn describe(state: &RunState, event: &Event) -> String {
    if let Some(line) = about_step(state, event) {
        return line;
    }
    match event {
        Event::RunOpened { mode: Mode::Live, .. } => "opened the run, live".to_owned(),
        Event::RunOpened { mode: Mode::Rehearsal, .. } => {
            "opened the run, as a rehearsal".to_owned()
        }
        Event::RunStarted {} => "started the run".to_owned(),
        Event::RunHeld { reason } => because("held the run", reason.as_deref()),
        Event::RunResumed {} => "resumed the run".to_owned(),
        Event::RunRevised { summary, reason, .. } => {
            because(&format!("revised the plan: {summary}"), reason.as_deref())
        }
        Event::RunRescheduled { window, zero_hour, approver, reason, .. } => {
            let zone = state.plan.release.timezone;
            let mut line = "rescheduled".to_owned();
            if let Some(w) = window {
                let (opens, closes) = (w.opens.with_timezone(&zone), w.closes.with_timezone(&zone));
                line += &format!(
                    " the window to {}–{}",
                    opens.format("%d %b %H:%M"),
                    closes.format("%d %b %H:%M")
                );
            }
            if let Some(zero) = zero_hour {
                let and = if window.is_some() { " and" } else { "" };
                line += &format!(
                    "{and} zero hour to {}",
                    zero.with_timezone(&zone).format("%d %b %H:%M")
                );
            }
            if let Some(approver) = approver {
                line += &format!(", approved by {approver}");
            }
            because(&line, reason.as_deref())
        }
        Event::HandedOver { to } => format!("handed the lead over to {to}"),
        Event::RunCompleted { outcome, summary } => {
            let outcome = match outcome {
                Outcome::Successful => "successful",
                Outcome::WithIssues => "with issues",
                Outcome::Unsuccessful => "unsuccessful",
            };
            because(&format!("completed the run: {outcome}"), summary.as_deref())
        }
        Event::RunCanceled { reason } => because("canceled the run", reason.as_deref()),
        Event::RoleGranted { person, role } => {
            let role = match role {
                Role::Lead => "lead",
                Role::Operator => "operator",
                Role::Observer => "observer",
            };
            format!("made {person} {role}")
        }
        Event::SubstituteActive { person, substitute } => {
            format!("let {substitute} stand in for {person}")
        }
        Event::RollCallOpened {} => "opened a roll-call".to_owned(),
        Event::RollCallAnswered {} => "answered the roll-call".to_owned(),
        Event::ChecklistTicked { checklist, item, .. } => {
            format!("signed off “{}”", item_text(state, checklist, item))
        }
        Event::ChecklistWaived { checklist, item, reason } => match item {
            Some(item) => format!("waived “{}”: {reason}", item_text(state, checklist, item)),
            None => format!("waived checklist {checklist}: {reason}"),
        },
        Event::RollbackBegun { rung, reason } => {
            because(&format!("began rollback {}", rung_named(state, rung)), reason.as_deref())
        }
        Event::RollbackEnded { rung, succeeded, reason } => {
            let (rung, how) = (rung_named(state, rung), if *succeeded { "well" } else { "failed" });
            because(&format!("ended rollback {rung}: {how}"), reason.as_deref())
        }
        Event::Correction { .. } => correction(state, event),
        Event::NoteAdded { text, kind, .. } => format!("{}: {text}", note_word(*kind)),
        Event::NoteEdited { text, .. } => format!("edited a note: {text}"),
        Event::NoteClosed { reason, .. } => because("closed a note", reason.as_deref()),
        Event::NoteRemoved { .. } => "removed a note".to_owned(),
        Event::MessageSent { message, how, .. } => match how {
            MessageHow::Copied => format!("copied message {message}"),
            MessageHow::Posted => format!("posted message {message}"),
        },
        Event::CriterionJudged { criterion, met, comment } => {
            let met = if *met { "met" } else { "not met" };
            because(&format!("judged criterion {criterion}: {met}"), comment.as_deref())
        }
        Event::PersonCalled { person, answer, .. } => called(person, *answer),
        Event::ClockJumped { by_ms } => format!(
            "the system clock jumped by {}{}",
            if *by_ms < 0 { "−" } else { "+" },
            format_duration(by_ms.abs() / 1000)
        ),
        Event::Unknown { kind, .. } => format!("“{kind}”, of a newer version"),
        _ => String::new(),
    }
}

fn about_step(state: &RunState, event: &Event) -> Option<String> {
    let id = event.step()?;
    let step = match state.plan.step(id) {
        Some(step) => format!("{} {}", step.number, step.title),
        None => match state.removed.iter().find(|r| r.id == id) {
            Some(gone) => format!("{} {} (removed)", gone.number, gone.title),
            None => id.to_owned(),
        },
    };
    Some(match event {
        Event::StepStoodBy { .. } => format!("standing by for {step}"),
        Event::StepStarted { .. } => format!("started {step}"),
        Event::StepEstimated { remaining_s, .. } => {
            format!("estimated {} more for {step}", format_duration(*remaining_s))
        }
        Event::StepCompleted { .. } => format!("completed {step}"),
        Event::StepFailed { reason, .. } => because(&format!("failed {step}"), reason.as_deref()),
        Event::StepBlocked { reason, .. } => because(&format!("blocked {step}"), reason.as_deref()),
        Event::StepUnblocked { .. } => format!("unblocked {step}"),
        Event::StepSkipped { reason, .. } => because(&format!("skipped {step}"), reason.as_deref()),
        Event::StepDeferred { reason, .. } => {
            because(&format!("deferred {step}"), reason.as_deref())
        }
        Event::StepReopened { attempt, reason, .. } => because(
            &format!("reopened {step} (attempt {})", attempt.saturating_add(1)),
            reason.as_deref(),
        ),
        Event::StepAssigned { owner, .. } => format!("assigned {step} to {owner}"),
        Event::StepSigned { .. } => format!("signed {step}"),
        Event::ItemTicked { item, .. } => format!("ticked “{item}” of {step}"),
        Event::ValueRecorded { record, value, .. } => {
            let record = state
                .plan
                .step(id)
                .and_then(|s| s.records.iter().find(|r| r.id == *record))
                .map_or(record.clone(), |r| match &r.unit {
                    Some(unit) => format!("{} ({unit})", r.title),
                    None => r.title.clone(),
                });
            format!("recorded {record} = {value} for {step}")
        }
        Event::EvidenceGiven { evidence, .. } => match evidence {
            Evidence::Link { url } => format!("gave evidence for {step}: {url}"),
            Evidence::File { name, sha256 } => {
                format!("gave evidence for {step}: {name}, SHA-256 {sha256}")
            }
        },
        Event::ReasonGiven { reason, .. } => format!("gave the reason for {step}: {reason}"),
        Event::OptionChosen { option, .. } => {
            let options = state.plan.step(id).map_or(&[][..], |s| &s.options[..]);
            let title = options.iter().find(|o| o.id == *option).map_or(option, |o| &o.title);
            format!("chose “{title}” at {step}")
        }
        Event::GateVoted { vote, comment, .. } => {
            let vote = if *vote == Vote::Go { "go" } else { "no-go" };
            because(&format!("voted {vote} on {step}"), comment.as_deref())
        }
        Event::GateDecided { decision, reason, .. } => {
            let decision = match decision {
                Decision::Go => "go".to_owned(),
                Decision::NoGo => "no-go".to_owned(),
                Decision::GoWithConditions { conditions } => {
                    format!("go with conditions ({})", conditions.join("; "))
                }
            };
            because(&format!("decided {decision} at {step}"), reason.as_deref())
        }
        Event::AutomationStarted { what, .. } => format!("ran {what} for {step}"),
        Event::AutomationFinished { code, .. } => match code {
            Some(code) => format!("the process of {step} ended with {code}"),
            None => format!("the process of {step} ended"),
        },
        Event::NoteAdded { text, kind, .. } => format!("{} on {step}: {text}", note_word(*kind)),
        Event::MessageSent { message, .. } => format!("sent message {message} for {step}"),
        Event::PersonCalled { person, answer, .. } => {
            format!("{} for {step}", called(person, *answer))
        }
        _ => return None,
    })
}

fn correction(state: &RunState, event: &Event) -> String {
    let Event::Correction { entry, mend, reason } = event else { return String::new() };
    let target = state.log.iter().find(|l| l.entry.id == *entry);
    let what = target.map_or_else(
        || format!("entry {entry}"),
        |l| format!("entry {} ({})", l.entry.seq, describe(state, &l.entry.act.event)),
    );
    let line = match mend {
        Mend::Void {} => format!("took back {what}"),
        Mend::Time { happened_at } => format!(
            "corrected the time of {what} to {}",
            happened_at.with_timezone(&state.plan.release.timezone).format("%H:%M:%S")
        ),
        Mend::Text { text } => format!("corrected the text of {what} to “{text}”"),
    };
    because(&line, reason.as_deref())
}

fn called(person: &str, answer: CallAnswer) -> String {
    match answer {
        CallAnswer::Answered => format!("called {person}, who answered"),
        CallAnswer::NoAnswer => format!("called {person}, no answer"),
    }
}

fn note_word(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Note => "note",
        NoteKind::Decision => "decision",
        NoteKind::Issue => "issue",
        NoteKind::Risk => "risk",
        NoteKind::Action => "action",
    }
}

/// Number and title of a rung; of one that is gone from the text, the title it had when taken.
fn rung_named(state: &RunState, id: &str) -> String {
    if let Some(ix) = state.rung_ix(id) {
        return format!("{} {}", state.rung_number(ix), state.plan.rollbacks[ix].title);
    }
    let taken = state.rollbacks.iter().rev().find(|taken| taken.rung == id);
    taken.map_or(id, |taken| &taken.title).to_owned()
}

fn item_text<'a>(state: &'a RunState, checklist: &str, item: &'a str) -> &'a str {
    let list = state.plan.checklist(checklist);
    list.and_then(|l| l.items.iter().find(|i| i.id == item)).map_or(item, |i| &i.text)
}

fn because(line: &str, reason: Option<&str>) -> String {
    reason.map_or_else(|| line.to_owned(), |reason| format!("{line}: {reason}"))
}
