//! Cards about the run as a whole.

use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::Model;
use crate::run::{Mode, StepStatus, Time};
use crate::runbook::format_duration;

/// Starts the run.
pub fn start(model: &Model) -> Card {
    let (tone, text) = match model.run.mode {
        Mode::Live => (Tone::Bad, "This is LIVE: the real night"),
        Mode::Rehearsal => (Tone::Plain, "This is a rehearsal"),
    };
    Card::new(CardAct::RunStart, "Start the run", "Start it")
        .fact(tone, text)
        .fact(Tone::Plain, "Starting its first step starts the run, too")
}

/// Holds the run.
pub fn hold(_: &Model) -> Card {
    Card::new(CardAct::Hold, "Hold the run", "Hold it")
        .fact(Tone::Warn, "Nothing new starts and the T clock stands still; running steps go on")
        .with(Field::line(FieldName::Reason, "Reason", "what we wait for; may follow"))
}

/// Resumes the run.
pub fn resume(model: &Model) -> Card {
    let mut card = Card::new(CardAct::Resume, "Resume the run", "Resume it");
    if let Some(hold) = model.run.held() {
        let since = format_duration(hold.secs(model.now));
        let why = hold.reason.as_deref().unwrap_or("no reason given");
        card = card.fact(Tone::Plain, format!("Held for {since}: {why}"));
    }
    card
}

/// Moves window or zero hour.
pub fn reschedule(model: &Model) -> Card {
    let zone = model.run.plan.release.timezone;
    let shown = |at: Time| at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
    let window = model.run.window(model.now);
    let hint = "empty: stays";
    let now = |at: Option<Time>| {
        at.map_or_else(
            || "2026-11-28 23:00; empty: none".to_owned(),
            |at| format!("{}; {hint}", shown(at)),
        )
    };
    Card::new(CardAct::Reschedule, "Move the window or zero hour", "Reschedule")
        .fact(Tone::Plain, format!("Times in {zone}"))
        .with(Field::line(FieldName::Opens, "Window opens", now(window.map(|w| w.opens))))
        .with(Field::line(FieldName::Closes, "Window closes", now(window.map(|w| w.closes))))
        .with(Field::line(
            FieldName::ZeroHour,
            "Zero hour",
            now(Some(model.run.zero_hour(model.now))),
        ))
        .with(Field::line(FieldName::Approver, "Approved by", "who agreed to it"))
        .with(Field::line(FieldName::Reference, "Reference", "change record or mail"))
        .with(Field::line(FieldName::Reason, "Reason", "why"))
}

/// Completes the run.
pub fn complete(model: &Model) -> Card {
    let deferred =
        model.run.steps.iter().filter(|step| step.status() == StepStatus::Deferred).count();
    let mut card = Card::new(CardAct::RunComplete, "Complete the run", "Complete it");
    if deferred > 0 {
        card = card.fact(Tone::Warn, format!("{deferred} deferred steps stay owed"));
    }
    let options = vec![
        PickOption::new("successful", "Successful", "all as planned"),
        PickOption::new("with_issues", "With issues", "done, with issues"),
        PickOption::new("unsuccessful", "Unsuccessful", "not what was wanted"),
    ];
    card.with(Field::pick(FieldName::Which, "Outcome", options, None)).with(Field::line(
        FieldName::Reason,
        "In words",
        "what the report should begin with",
    ))
}

/// Cancels the run.
pub fn cancel(model: &Model) -> Card {
    let title = &model.run.plan.release.title;
    Card::new(CardAct::RunCancel, format!("Cancel {title}"), "Cancel the run")
        .fact(Tone::Bad, "The run ends here and cannot be resumed")
        .with(Field::line(FieldName::Reason, "Reason", "why it is called off"))
}

/// Leaves the cockpit.
pub fn quit(model: &Model) -> Card {
    let mut card = Card::new(CardAct::Quit, "Leave the cockpit?", "Leave")
        .fact(Tone::Plain, "The run goes on; golive run brings you back to it");
    if !model.saving.is_empty() {
        let text = format!("{} acts are still being saved; they will be", model.saving.len());
        card = card.fact(Tone::Warn, text);
    }
    card
}
