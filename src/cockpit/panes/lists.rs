//! The rows of log, people and checklists.

use crate::cockpit::model::{CheckRow, LogFilter, LogKind, Model, Place};
use crate::run::{Event, Logged, RunState, Time, Verdict};
use chrono::TimeDelta;

/// Recomputes all of them; each cursor stays on its thing.
pub(super) fn refresh(model: &mut Model) {
    log(model);
    super::notes::refresh(model);
    people(model);
    checklists(model);
}

fn log(model: &mut Model) {
    let pane = &mut model.log;
    let at_end = pane.place.cursor + 1 >= pane.rows.len();
    let on = pane.rows.get(pane.place.cursor).copied();
    pane.rows = if pane.filter == LogFilter::default() {
        (0..model.run.log.len()).collect()
    } else {
        let keep = |logged: &Logged| is_listed(&pane.filter, logged, model.now);
        let log = model.run.log.iter().enumerate();
        log.filter(|(_, logged)| keep(logged)).map(|(ix, _)| ix).collect()
    };
    let same = on.and_then(|on| pane.rows.binary_search(&on).ok()).filter(|_| !at_end);
    pane.place.cursor = same.unwrap_or(pane.rows.len().saturating_sub(1));
}

fn is_listed(filter: &LogFilter, logged: &Logged, now: Time) -> bool {
    let act = &logged.entry.act;
    let of = |person: &str| act.actor.name == person || act.person() == person;
    filter.person.as_deref().is_none_or(of)
        && filter.step.as_deref().is_none_or(|step| act.event.step() == Some(step))
        && filter.kind.is_none_or(|kind| {
            log_kind(&act.event) == kind
                || (kind == LogKind::Corrections && !matches!(logged.verdict, Verdict::Applied))
        })
        && (!filter.last_hour || act.effective_at() >= now - TimeDelta::hours(1))
        && filter.since.is_none_or(|seq| logged.entry.seq > seq)
}

/// The kind under which the log's filter has an event.
pub fn log_kind(event: &Event) -> LogKind {
    match event {
        Event::GateVoted { .. }
        | Event::GateDecided { .. }
        | Event::OptionChosen { .. }
        | Event::ChecklistTicked { .. }
        | Event::ChecklistWaived { .. }
        | Event::CriterionJudged { .. } => LogKind::Decisions,
        Event::NoteAdded { .. }
        | Event::NoteEdited { .. }
        | Event::NoteClosed { .. }
        | Event::NoteRemoved { .. }
        | Event::MessageSent { .. } => LogKind::Notes,
        Event::RoleGranted { .. }
        | Event::HandedOver { .. }
        | Event::SubstituteActive { .. }
        | Event::PersonCalled { .. }
        | Event::RollCallOpened {}
        | Event::RollCallAnswered {} => LogKind::People,
        Event::Correction { .. } | Event::ClockJumped { .. } | Event::Unknown { .. } => {
            LogKind::Corrections
        }
        event if event.step().is_some() => LogKind::Steps,
        _ => LogKind::Run,
    }
}

/// One line about an entry, as the log shows it: what happened, and for whom.
pub fn about_entry(run: &RunState, logged: &Logged) -> String {
    let act = &logged.entry.act;
    let text = crate::run::describe(run, &act.event);
    match &act.on_behalf_of {
        Some(person) => format!("{text} (for {})", run.plan.person_name(person)),
        None => text,
    }
}

pub(super) fn people(model: &mut Model) {
    let on = model.people.rows.get(model.people.place.cursor).cloned();
    let planned = model.run.plan.people.keys();
    let others = model.run.people.keys().filter(|id| !model.run.plan.people.contains_key(*id));
    let mut rows: Vec<String> = planned.chain(others).cloned().collect();
    // Who only looks on has done nothing, but is here.
    let seen = model.presence.seen.iter().map(|seen| &seen.person);
    let seen: Vec<_> = seen.filter(|person| !rows.contains(person)).cloned().collect();
    rows.extend(seen);
    keep_place(&mut model.people.place, &rows, on.as_ref());
    model.people.rows = rows;
}

fn checklists(model: &mut Model) {
    let on = model.checklists.rows.get(model.checklists.place.cursor).copied();
    let mut rows = Vec::new();
    for (ix, checklist) in model.run.plan.checklists.iter().enumerate() {
        rows.push(CheckRow::Head(ix));
        rows.extend((0..checklist.items.len()).map(|item| CheckRow::Item(ix, item)));
    }
    let criteria = model.run.plan.criteria.len();
    if criteria > 0 {
        rows.push(CheckRow::CriteriaHead);
        rows.extend((0..criteria).map(CheckRow::Criterion));
    }
    keep_place(&mut model.checklists.place, &rows, on.as_ref());
    model.checklists.rows = rows;
}

fn keep_place<T: PartialEq>(place: &mut Place, rows: &[T], on: Option<&T>) {
    let same = on.and_then(|on| rows.iter().position(|row| row == on));
    place.cursor = same.unwrap_or(place.cursor.min(rows.len().saturating_sub(1)));
}
