//! The card of each act: what it says and what it asks. Building one changes nothing.

mod filter;
mod gate;
mod page_link;
mod people;
pub(super) mod plan;
mod record;
mod report;
mod review;
mod rollback;
mod run;
mod sharing;
mod step;
mod what_if;

use super::action::Action;
use super::card::{Card, CardAct, Field, FieldName, Tone};
use super::model::{Model, View};
use crate::run::{Act, Event, Intent, NoteKind, RefusalKind, RunState, Time, check};
use crate::runbook::{Role, StepIx};

pub use filter::KINDS;
pub use page_link::page as page_of;
pub use people::person_under_cursor;
pub use record::{NEW_NOTE, draft_key, mend_as, note, with_override};
pub use report::{anonymised, format as report_format};
pub use review::{ends as ends_run, said as said_in_review};
pub use rollback::asked_before_end;
pub use sharing::picked as picked_amiss;
pub use step::override_field;

/// The card of an action, about the step under the cursor where it is about one.
///
/// # Errors
/// Why there is nothing to record, and what to do instead.
pub fn card(model: &Model, action: Action, step: Option<StepIx>) -> Result<Card, String> {
    completed(model, bare_card(model, action, step)?)
}

/// The card of a rung of the ladder.
///
/// # Errors
/// Why it cannot be begun, and what to do instead.
pub fn rung(model: &Model, id: &str) -> Result<Card, String> {
    completed(model, rollback::begin(model, id)?)
}

/// Says anew what a card says about what is typed or picked on it now.
pub fn again(model: &mut Model) {
    what_if::again(model);
    report::again(model);
    sharing::again(model);
}

/// The card that ends the rollback that is on.
///
/// # Errors
/// None is on, or somebody else has to end it.
pub fn rollback_end(model: &Model) -> Result<Card, String> {
    completed(model, rollback::end(model)?)
}

/// An open card about a rollback as it reads after the run has changed, with what was typed into
/// it; none for other cards.
///
/// # Errors
/// It is not possible any more: why, and what to do instead.
pub fn renewed(model: &Model, card: &Card) -> Option<Result<Card, String>> {
    let new = match &card.act {
        CardAct::RollbackBegin(id) => rung(model, id),
        CardAct::RollbackEnd(_) => rollback_end(model),
        _ => return None,
    };
    Some(new.map(|new| {
        // Others act all the time: only another answer asks for another yes.
        let same =
            (&new.title, &new.facts, &new.refusal) == (&card.title, &card.facts, &card.refusal);
        let problem = match card.asked && !same {
            true => Some("it says something else than when you were asked: look again".to_owned()),
            false => card.problem.clone(),
        };
        Card {
            title: new.title,
            facts: new.facts,
            refusal: new.refusal,
            asked: card.asked && same,
            problem,
            ..card.clone()
        }
    }))
}

/// With what the rule book foresees, and the fields that every card has.
fn completed(model: &Model, mut card: Card) -> Result<Card, String> {
    if records(&card.act) {
        foresee(model, &mut card)?;
        usual_fields(model, &mut card);
    }
    if !asks(&card) {
        card.focus = card.fields.len();
    }
    Ok(card)
}

fn bare_card(model: &Model, action: Action, step: Option<StepIx>) -> Result<Card, String> {
    let on_step = || step.ok_or_else(|| "put the cursor on a step first".to_owned());
    match action {
        Action::Start => step::start(model, on_step()?),
        Action::Complete => step::complete(model, on_step()?),
        Action::Fail => step::fail(model, on_step()?),
        Action::Block => step::block(model, on_step()?),
        Action::Skip => step::skip(model, on_step()?),
        Action::Defer => step::defer(model, on_step()?),
        Action::Reopen => step::reopen(model, on_step()?),
        Action::Estimate => step::estimate(model, on_step()?),
        Action::Assign => step::assign(model, on_step()?),
        Action::StandBy => step::stand_by(model, on_step()?),
        Action::Items => step::items(model, on_step()?),
        Action::Values => step::values(model, on_step()?),
        Action::Evidence => step::evidence(model, on_step()?),
        Action::Sign => step::sign(model, on_step()?),
        Action::Reason => step::reason(model, on_step()?),
        Action::Choose => gate::choose(model, on_step()?),
        Action::Vote => gate::vote(model, on_step()?),
        Action::Decide => gate::decide(model, on_step()?),
        Action::CheckTick => gate::check_tick(model),
        Action::CheckWaive => gate::check_waive(model),
        Action::CallOwner => people::call_owner(model, on_step()?),
        Action::Call => people::call(model),
        Action::Substitute => people::substitute(model),
        Action::Grant => people::grant(model),
        Action::HandOver => people::hand_over(model),
        Action::RollCall => Ok(people::roll_call()),
        Action::Present => Ok(people::present()),
        Action::RollCallTick => people::tick(model),
        Action::RunStart => Ok(run::start(model)),
        Action::Hold => Ok(run::hold(model)),
        Action::Resume => Ok(run::resume(model)),
        Action::Reschedule => Ok(run::reschedule(model)),
        Action::RunComplete => Ok(run::complete(model)),
        Action::RunCancel => Ok(run::cancel(model)),
        Action::Judge => run::judge(model),
        Action::Review => Ok(review::card(model)),
        Action::CopyBridge => run::bridge(model),
        Action::Report => Ok(report::card(model)),
        Action::PageLink => page_link::card(model),
        Action::WhatIf => what_if::card(model, on_step()?),
        Action::Note => Ok(record::note(model, None)),
        Action::NoteEdit => record::note_edit(model),
        Action::NoteClose => record::note_close(model),
        Action::NoteRemove => record::note_remove(model),
        Action::Correct => record::correct(model),
        Action::Message => record::message(model),
        Action::PlanInsert => plan::insert(model, on_step()?),
        Action::PlanChange => plan::change(model, on_step()?),
        Action::PlanMove => plan::shift(model, on_step()?),
        Action::PlanRemove => plan::remove(model, on_step()?),
        Action::Adopt => plan::adopt(model),
        Action::WriteBack => plan::write_back(model),
        Action::Filter => Ok(filter::steps(model)),
        Action::LogFilter => Ok(filter::log(model)),
        Action::ShowSharing => sharing::card(model),
        Action::Quit => Ok(run::quit(model)),
        _ => Err(format!("{} has no card", action.about().name)),
    }
}

/// Whether a card ends in an entry of the record.
fn records(act: &CardAct) -> bool {
    !matches!(
        act,
        CardAct::Filter
            | CardAct::LogFilter
            | CardAct::Quit
            | CardAct::WriteBack
            | CardAct::CopyBridge
            | CardAct::Report
            | CardAct::PageLink
            | CardAct::Amiss(_)
            | CardAct::WhatIf(_)
    )
}

/// Whether a card asks for something of its own, beside the usual fields.
fn asks(card: &Card) -> bool {
    card.fields.iter().any(|f| {
        !matches!(f.name, FieldName::At | FieldName::For | FieldName::Override | FieldName::Step)
    })
}

/// Asks the rule book beforehand: what is impossible opens no card, what is *not now* says so.
fn foresee(model: &Model, card: &mut Card) -> Result<(), String> {
    let Some(event) = probe(&model.run, &card.act) else { return Ok(()) };
    let intent = Intent::new(model.me.clone(), event);
    let act: Act = intent.into_act(model.run.actor(&model.me), model.now);
    let Err(refusal) = check(&model.run, &act) else { return Ok(()) };
    // What the card itself asks for is not held against it before it has asked.
    if refusal.rule == "owed" || refusal.rule == "for-another" || refusal.rule == "not-a-voter" {
        return Ok(());
    }
    // What has to be settled first is on the card itself, with what the rung would do.
    if matches!(card.act, CardAct::RollbackBegin(_)) && refusal.rule == "unsettled" {
        return Ok(());
    }
    if refusal.kind == RefusalKind::Impossible {
        return Err(refusal.to_string());
    }
    card.facts.insert(
        0,
        super::card::Fact { tone: Tone::Warn, text: format!("Not now: {}", refusal.reason) },
    );
    // The field with which a lead overrides comes only when it is asked for: nobody overrides by
    // accident.
    let text = if model.run.role_of(&model.me) == Role::Lead {
        let key = model.keymap.shown(Action::CardOverride);
        format!("{key} overrides it, with a reason")
    } else {
        format!("{}; a lead may override", refusal.instead)
    };
    card.facts.insert(1, super::card::Fact { tone: Tone::Plain, text });
    card.refusal = Some(refusal);
    Ok(())
}

/// The plainest event that a card can end in, to ask the rule book about.
fn probe(run: &RunState, act: &CardAct) -> Option<Event> {
    let at = |id: &String| {
        let ix = run.step_ix(id)?;
        Some((id.clone(), run.steps.get(ix)?.attempt))
    };
    let said = || Some("–".to_owned());
    Some(match act {
        CardAct::Start(id) => at(id).map(|(step, attempt)| Event::StepStarted { step, attempt })?,
        CardAct::Complete(id) => {
            at(id).map(|(step, attempt)| Event::StepCompleted { step, attempt })?
        }
        CardAct::Fail(id) => {
            at(id).map(|(step, attempt)| Event::StepFailed { step, attempt, reason: None })?
        }
        CardAct::Block(id) => {
            at(id).map(|(step, attempt)| Event::StepBlocked { step, attempt, reason: None })?
        }
        CardAct::Unblock(id) => {
            at(id).map(|(step, attempt)| Event::StepUnblocked { step, attempt })?
        }
        CardAct::Skip(id) => {
            at(id).map(|(step, attempt)| Event::StepSkipped { step, attempt, reason: None })?
        }
        CardAct::Defer(id) => {
            at(id).map(|(step, attempt)| Event::StepDeferred { step, attempt, reason: None })?
        }
        CardAct::Reopen(id) => {
            at(id).map(|(step, attempt)| Event::StepReopened { step, attempt, reason: None })?
        }
        CardAct::Estimate(id) => {
            at(id).map(|(step, attempt)| Event::StepEstimated { step, attempt, remaining_s: 60 })?
        }
        CardAct::StandBy(id) => {
            at(id).map(|(step, attempt)| Event::StepStoodBy { step, attempt })?
        }
        CardAct::Sign(id) => at(id).map(|(step, attempt)| Event::StepSigned { step, attempt })?,
        CardAct::GiveReason(id) => at(id).map(|(step, attempt)| Event::ReasonGiven {
            step,
            attempt,
            reason: "–".to_owned(),
        })?,
        CardAct::RunStart => Event::RunStarted {},
        CardAct::Hold => Event::RunHeld { reason: None },
        CardAct::Resume => Event::RunResumed {},
        CardAct::RunComplete => {
            Event::RunCompleted { outcome: crate::run::Outcome::Successful, summary: None }
        }
        CardAct::RunCancel => Event::RunCanceled { reason: said() },
        CardAct::RollbackBegin(rung) => Event::RollbackBegun { rung: rung.clone(), reason: said() },
        // It can always be said that a rung has failed.
        CardAct::RollbackEnd(rung) => {
            Event::RollbackEnded { rung: rung.clone(), succeeded: false, reason: said() }
        }
        CardAct::RollCall => Event::RollCallOpened {},
        CardAct::Present => Event::RollCallAnswered {},
        CardAct::NoteAdd { .. } => Event::NoteAdded {
            text: "–".to_owned(),
            kind: NoteKind::Note,
            step: None,
            public: false,
            owner: None,
            due: None,
        },
        CardAct::NoteClose(note) => Event::NoteClosed { note: note.clone(), reason: None },
        CardAct::NoteRemove(note) => Event::NoteRemoved { note: note.clone() },
        _ => return None,
    })
}

/// When it happened, and whose act it was: on every card that records something.
fn usual_fields(model: &Model, card: &mut Card) {
    if matches!(card.act, CardAct::Correct { .. }) {
        return;
    }
    card.fields.push(at_field());
    if matches!(card.act, CardAct::PresentFor(_)) {
        return;
    }
    let hint = format!("a name or id; empty: {}", model.run.plan.person_name(&model.me));
    card.fields.push(Field::line(FieldName::For, "For", hint));
}

fn at_field() -> Field {
    Field::line(FieldName::At, "It happened at", "02:14, 5m ago; empty: now")
}

/// How a step is named on a card.
pub(super) fn label(run: &RunState, ix: StepIx) -> String {
    run.plan.steps.get(ix).map(|s| format!("{} {}", s.number, s.title)).unwrap_or_default()
}

/// A clock time in the runbook's zone, with the day where it is another than today.
pub(super) fn clock(model: &Model, at: Time) -> String {
    let zone = model.run.plan.release.timezone;
    let (at, now) = (at.with_timezone(&zone), model.now.with_timezone(&zone));
    let format = if at.date_naive() == now.date_naive() { "%H:%M:%S" } else { "%d %b %H:%M" };
    at.format(format).to_string()
}

/// The pane's own row that a card is about does not exist.
fn nothing_there(view: View) -> String {
    format!("put the cursor on a line of {} first", view.title().to_lowercase())
}
