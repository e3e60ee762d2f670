//! Cards about the run as a whole.

use crate::cockpit::card::{Card, CardAct, Field, FieldName, PickOption, Tone};
use crate::cockpit::model::{CheckRow, Model, View};
use crate::run::{Mode, NoteKind, StepState, StepStatus, Time};
use crate::runbook::format_duration;

/// Starts the run.
pub fn start(model: &Model) -> Card {
    let (tone, text) = match model.run.mode {
        Mode::Live => (Tone::Bad, "This is LIVE: the real night"),
        Mode::Rehearsal => (Tone::Plain, "This is a rehearsal"),
    };
    let card = Card::new(CardAct::RunStart, "Start the run", "Start it").fact(tone, text);
    let card = match model.long_before() {
        Some(text) => card.fact(Tone::Warn, text),
        None => card,
    };
    card.fact(Tone::Plain, "Starting its first step starts the run, too")
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
    let mut card = Card::new(CardAct::RunComplete, "Complete the run", "Complete it");
    for text in still_owed(model) {
        card = card.fact(Tone::Warn, text);
    }
    let (deviations, conflicts) = (model.run.deviations.len(), model.run.conflicts.len());
    if deviations + conflicts > 0 {
        let text = format!("In the report: {deviations} deviations, {conflicts} conflicts");
        card = card.fact(Tone::Plain, text);
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

/// What is still owed when the run is completed, a line for each kind.
fn still_owed(model: &Model) -> Vec<String> {
    let run = &model.run;
    let steps = || run.plan.steps.iter().zip(&run.steps);
    let numbers = |of: &dyn Fn(&StepState) -> bool| -> Vec<&str> {
        steps().filter(|(_, state)| of(state)).map(|(step, _)| step.number.as_str()).collect()
    };
    let open = |kind: NoteKind| {
        let notes = run.notes.iter();
        notes.filter(|n| n.kind == kind && n.removed.is_none() && n.closed.is_none()).count()
    };
    let mut owed = Vec::new();
    let reasons = numbers(&StepState::owes_reason);
    if !reasons.is_empty() {
        owed.push(format!("Reasons still owed: {}", reasons.join(", ")));
    }
    let deferred = numbers(&|state| state.status() == StepStatus::Deferred);
    if !deferred.is_empty() {
        owed.push(format!("Deferred, still to be done: {}", deferred.join(", ")));
    }
    let kinds = [
        (open(NoteKind::Action), "action"),
        (open(NoteKind::Issue), "issue"),
        (open(NoteKind::Risk), "risk"),
    ];
    let kinds: Vec<_> = kinds
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, kind)| format!("{n} {kind}{}", if *n == 1 { "" } else { "s" }))
        .collect();
    if !kinds.is_empty() {
        owed.push(format!("Still open: {}", kinds.join(", ")));
    }
    owed
}

/// Judges a success criterion: the one under the cursor, or the only one there is; otherwise
/// nothing is picked beforehand.
pub fn judge(model: &Model) -> Result<Card, String> {
    let criteria = &model.run.plan.criteria;
    if criteria.is_empty() {
        return Err("the runbook has no [[criteria]]".to_owned());
    }
    let options = criteria.iter().map(|criterion| {
        let note = match model.run.criteria.get(&criterion.id) {
            Some((met, _, fact)) => {
                let by = model.run.plan.person_name(&fact.person);
                format!("{} ({by})", if *met { "met" } else { "not met" })
            }
            None => criterion.owner.as_ref().map_or_else(String::new, |owner| {
                format!("judged by {}", model.run.plan.person_name(owner))
            }),
        };
        PickOption::new(&criterion.id, &criterion.text, note)
    });
    let checks = &model.checklists;
    let here = match checks.rows.get(checks.place.cursor) {
        Some(CheckRow::Criterion(ix)) if model.view == View::Checklists => Some(*ix),
        _ => (criteria.len() == 1).then_some(0),
    };
    let verdicts = vec![PickOption::new("met", "Met", ""), PickOption::new("not", "Not met", "")];
    let mut card = Card::new(CardAct::Judge, "Judge a success criterion", "Record the judgment")
        .with(Field::pick(FieldName::Criterion, "Criterion", options.collect(), here))
        .with(Field::pick(FieldName::Which, "Verdict", verdicts, None))
        .with(Field::line(FieldName::Reason, "Comment", "what was measured; may be empty"));
    card.focus = usize::from(here.is_some());
    Ok(card)
}

/// Shows the link of the bridge call.
pub fn bridge(model: &Model) -> Result<Card, String> {
    let bridge = model.run.plan.release.bridge.as_ref();
    let bridge = bridge.ok_or("the runbook names no bridge")?;
    Ok(Card::new(CardAct::CopyBridge, "Bridge call", "Copy the link")
        .fact(Tone::Plain, bridge.clone()))
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
    let (title, what) = match model.demo {
        Some(_) => ("Leave the demo?", "The night ends here, and nothing of it stays"),
        None => ("Leave the cockpit?", "The run goes on; golive run brings you back to it"),
    };
    let mut card = Card::new(CardAct::Quit, title, "Leave").fact(Tone::Plain, what);
    if !model.saving.is_empty() {
        let text = format!("{} acts are still being saved; they will be", model.saving.len());
        card = card.fact(Tone::Warn, text);
    }
    card
}
