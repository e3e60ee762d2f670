//! What comes of sharing: what is said of refusals and conflicts, and what the card about them does.

use super::act::{self, With};
use super::submit::{No, no};
use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, CardAct, FieldName, Tone};
use crate::cockpit::cards;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{Focus, LogFilter, Model, Outbox, View};
use crate::cockpit::msg::Ticket;
use crate::cockpit::panes;
use crate::run::{Amiss, AmissKind, EntryId, RunState, amiss};
use crate::sync::session::Condition;
use std::collections::HashSet;

/// How it goes with the hub. Trouble is said once, for somebody has to do something about it.
pub(super) fn condition(model: &mut Model, condition: Condition) {
    let said = model.sharing.as_ref().and_then(|before| before.trouble.as_ref());
    if let Some(trouble) = condition.trouble.as_ref().filter(|trouble| said != Some(trouble)) {
        model.say_long(Tone::Warn, format!("not shared: {trouble}"));
    }
    model.sharing = Some(condition);
    cards::again(model);
}

/// What waits in the ledger, and what was refused: said once, for its author has to act.
pub(super) fn outbox(model: &mut Model, outbox: Outbox) {
    let known: HashSet<&EntryId> = model.outbox.refused.iter().map(|one| &one.id).collect();
    let new: Vec<_> = outbox.refused.iter().filter(|one| !known.contains(&one.id)).collect();
    let said = new.first().map(|one| {
        let key = model.keymap.shown(Action::ShowSharing);
        let what = one.entry.as_ref().map_or_else(
            || "an entry".to_owned(),
            |entry| crate::run::describe(&model.run, &entry.act.event),
        );
        let more =
            if new.len() > 1 { format!(" and {} more", new.len() - 1) } else { String::new() };
        format!("the hub has refused {what}{more}: {key} says why, and what to do")
    });
    if let Some(said) = said {
        model.say_long(Tone::Bad, said);
    }
    let before: HashSet<&EntryId> = model.outbox.lost.iter().map(|entry| &entry.id).collect();
    let lost: Vec<_> = outbox.lost.iter().filter(|entry| !before.contains(&entry.id)).collect();
    let said = lost.first().map(|entry| {
        let key = model.keymap.shown(Action::ShowSharing);
        let what = crate::run::describe(&model.run, &entry.act.event);
        let by = model.run.plan.person_name(entry.act.person());
        let more = match lost.len() {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        format!("LOST on the hub: {by} {what}{more}: {key} says how it comes back")
    });
    if let Some(said) = said {
        model.say_long(Tone::Bad, said);
    }
    model.outbox = outbox;
}

/// How the key begins under which it is kept what somebody has looked at. It begins as the one of
/// the notes does: others' marks are left alone with theirs.
const LOOKED: &str = "seen:conflicts/";

/// Somebody at the keyboard has the card in front of them that lists what is in conflict: until
/// then the header counts it, for an act of theirs that changed nothing must not pass unseen.
pub(super) fn look(model: &mut Model) -> Vec<Effect> {
    let listed = model.card.as_ref().is_some_and(|card| matches!(card.act, CardAct::Amiss(_)));
    if !listed || model.focus() != Focus::Card || model.glance.conflicts == 0 {
        return Vec::new();
    }
    model.looked_at = amiss::for_person(&model.run, &model.me).cloned().collect();
    model.glance.conflicts = 0;
    let mut lines: Vec<String> =
        model.looked_at.iter().map(|id| format!("{} {}\n", id.replica, id.index)).collect();
    lines.sort_unstable();
    vec![Effect::SaveDraft { key: format!("{LOOKED}{}", model.me), text: lines.concat() }]
}

/// Takes what was kept of that out of the drafts. A line that makes no sense is left out: what it
/// told is shown once more.
pub(super) fn kept(model: &mut Model, drafts: &[(String, String)]) {
    let own = format!("{LOOKED}{}", model.me);
    let Some((_, text)) = drafts.iter().find(|(key, _)| *key == own) else { return };
    let id = |line: &str| {
        let (replica, index) = line.rsplit_once(' ')?;
        Some(EntryId { replica: replica.to_owned(), index: index.parse().ok()? })
    };
    model.looked_at.extend(text.lines().filter_map(id));
    panes::refresh(model);
}

/// The entries in conflict, by name.
pub(super) fn in_conflict(run: &RunState) -> HashSet<EntryId> {
    let entry = |seq: u64| {
        let at = run.log.binary_search_by_key(&seq, |logged| logged.entry.seq).ok()?;
        run.log.get(at).map(|logged| logged.entry.id.clone())
    };
    run.conflicts.iter().filter_map(|finding| entry(finding.seq)).collect()
}

/// Says which entries are in conflict that were not before, to those whom it concerns.
pub(super) fn say_conflicts(model: &mut Model, before: &HashSet<EntryId>) {
    if in_conflict(&model.run).is_subset(before) {
        return;
    }
    let key = model.keymap.shown(Action::ShowSharing);
    for one in amiss::conflicts(&model.run, model.now) {
        if before.contains(&one.id) || !one.concerns(&model.run, &model.me) {
            continue;
        }
        let by = model.run.plan.person_name(&one.by);
        let said = format!("CONFLICT: {by} {}: {} ({key} says what to do)", one.what, one.why);
        model.say_long(Tone::Bad, said);
    }
}

/// An act that stands for a refused one is durable: the refused one is let go of.
pub(super) fn replaced(model: &mut Model, ticket: Ticket) -> Option<Effect> {
    let at = model.replaces.iter().position(|(by, _)| *by == ticket)?;
    let (_, id) = model.replaces.remove(at);
    Some(Effect::ForgetRefused(id))
}

/// What the card about refusals and conflicts asks for.
pub(super) fn submit(model: &mut Model, card: &Card) -> Result<Vec<Effect>, No> {
    let CardAct::Amiss(entries) = &card.act else { return Ok(Vec::new()) };
    let Some(one) = cards::picked_amiss(card).and_then(|at| entries.get(at)) else {
        return Ok(Vec::new());
    };
    match card.text(&FieldName::Way).as_deref() {
        Some("again") => record_again(model, one),
        Some("forget") => forget(model, one, card),
        Some("show") => {
            show(model, one);
            Ok(Vec::new())
        }
        _ => Err(no(card, &FieldName::Way, "pick what to do with it (arrows, or its letter)")),
    }
}

fn record_again(model: &mut Model, one: &Amiss) -> Result<Vec<Effect>, No> {
    let refused = model.outbox.refused.iter().find(|refused| refused.id == one.id);
    let logged = model.run.log.iter().rev().find(|logged| logged.entry.id == one.id);
    let lost = model.outbox.lost.iter().find(|entry| entry.id == one.id).cloned();
    let entry = refused.and_then(|one| one.entry.clone()).or(lost);
    let Some(entry) = entry.or_else(|| logged.map(|logged| logged.entry.clone())) else {
        return Ok(Vec::new());
    };
    let again = amiss::intent_again(&entry);
    let theirs = (one.by != model.me).then(|| one.by.clone());
    let with = With {
        happened_at: again.happened_at,
        on_behalf_of: again.on_behalf_of.or(theirs).filter(|person| *person != model.me),
        override_reason: again.override_reason,
    };
    let ticket = model.next_ticket;
    let effects = act::record(model, vec![again.event], &with)?;
    if one.kind != AmissKind::Conflict {
        model.replaces.push((ticket, one.id.clone()));
    }
    Ok(effects)
}

/// It is gone for good then: asked once more.
fn forget(model: &mut Model, one: &Amiss, card: &Card) -> Result<Vec<Effect>, No> {
    if !card.asked {
        if let Some(card) = model.card.as_mut() {
            card.asked = true;
        }
        let key = model.keymap.shown(Action::CardRecord);
        let text = format!("{} is gone for good then; Enter or {key} again forgets it", one.what);
        return Err(No { text, refusal: None, field: Some(card.fields.len()) });
    }
    model.say(Tone::Plain, format!("forgotten: {}", one.what));
    Ok(vec![Effect::ForgetRefused(one.id.clone())])
}

fn show(model: &mut Model, one: &Amiss) {
    model.log.filter = LogFilter::default();
    super::show(model, View::Log);
    panes::refresh_lists(model);
    let row = model
        .log
        .rows
        .iter()
        .position(|ix| model.run.log.get(*ix).is_some_and(|logged| logged.entry.id == one.id));
    model.log.place.cursor = row.unwrap_or(model.log.place.cursor);
}
