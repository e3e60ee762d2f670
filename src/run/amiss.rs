//! Entries that did not become what their authors meant: refused by a hub, or in conflict with what
//! others had done first. Who, what, why, and what to do about it, in words.

use super::act::{Entry, Intent};
use super::describe::describe;
use super::rules::check;
use super::state::{Finding, RunState};
use super::words::EntryId;
use super::{RefusalKind, Time};

/// How an entry is amiss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmissKind {
    /// A hub refused it: it is kept where it was recorded, and no part of the run.
    Refused,
    /// It was agreed, and the hub has it no more.
    Lost,
    /// It is on record and changed nothing.
    Conflict,
}

/// An entry that is not what its author meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amiss {
    /// Its name.
    pub id: EntryId,
    /// How.
    pub kind: AmissKind,
    /// Its place in the order; 0 where it has none.
    pub seq: u64,
    /// Who recorded it.
    pub by: String,
    /// Whose act it was.
    pub whose: String,
    /// When it happened.
    pub at: Time,
    /// What it says, such as `completed 2.2 Migrate the ledger schema`.
    pub what: String,
    /// Why it is amiss.
    pub why: String,
    /// What to do now, from a comparison with how the run stands.
    pub instead: String,
}

impl Amiss {
    /// Whether it is for this person to look at: who recorded it, whose act it was, or a lead.
    pub fn concerns(&self, state: &RunState, person: &str) -> bool {
        self.by == person
            || self.whose == person
            || state.role_of(person) == crate::runbook::Role::Lead
    }
}

/// An entry that a hub refused, with its reason.
pub fn refused(state: &RunState, entry: &Entry, why: &str, now: Time) -> Amiss {
    let instead = match again(state, entry, now) {
        Ok(()) => "record it again if it should stand, or forget it".to_owned(),
        Err(instead) => format!("{instead}; or forget it"),
    };
    amiss(state, entry, AmissKind::Refused, why, instead)
}

/// An entry that was agreed, and that the hub has no more.
pub fn lost(state: &RunState, entry: &Entry) -> Amiss {
    let instead = "golive hub restore FILE on the hub's machine, with this ledger, brings it back; \
                   else record it again, or forget it";
    amiss(
        state,
        entry,
        AmissKind::Lost,
        "it was agreed, and is no longer on the hub",
        instead.into(),
    )
}

/// Every conflict on record, oldest first.
pub fn conflicts(state: &RunState, now: Time) -> Vec<Amiss> {
    state.conflicts.iter().filter_map(|finding| conflict(state, finding, now)).collect()
}

/// The names of the conflicts on record that are for this person to look at, oldest first.
pub fn for_person<'a>(
    state: &'a RunState,
    person: &'a str,
) -> impl Iterator<Item = &'a EntryId> + 'a {
    let leads = state.role_of(person) == crate::runbook::Role::Lead;
    let entry = |seq: u64| {
        let at = state.log.binary_search_by_key(&seq, |logged| logged.entry.seq).ok()?;
        state.log.get(at).map(|logged| &logged.entry)
    };
    let entries = state.conflicts.iter().filter_map(move |finding| entry(finding.seq));
    let theirs = entries.filter(move |entry| {
        leads || *entry.act.actor.name == *person || *entry.act.person() == *person
    });
    theirs.map(|entry| &entry.id)
}

/// A conflict on record; none where its entry is not in the log.
pub fn conflict(state: &RunState, finding: &Finding, now: Time) -> Option<Amiss> {
    let at = state.log.binary_search_by_key(&finding.seq, |logged| logged.entry.seq).ok()?;
    let entry = &state.log.get(at)?.entry;
    let instead = match again(state, entry, now) {
        Ok(()) => "nothing, if that is right; else record it again".to_owned(),
        Err(instead) => format!("nothing, if that is right; else {instead}"),
    };
    Some(amiss(state, entry, AmissKind::Conflict, &finding.reason, instead))
}

fn amiss(state: &RunState, entry: &Entry, kind: AmissKind, why: &str, instead: String) -> Amiss {
    let act = &entry.act;
    Amiss {
        id: entry.id.clone(),
        kind,
        seq: entry.seq,
        by: act.actor.name.to_string(),
        whose: act.person().to_owned(),
        at: act.effective_at(),
        what: describe(state, &act.event),
        why: why.to_owned(),
        instead,
    }
}

/// The same act as it would be recorded now; when it happened stays.
pub fn intent_again(entry: &Entry) -> Intent {
    let act = &entry.act;
    Intent {
        happened_at: Some(act.effective_at()),
        on_behalf_of: act.on_behalf_of.clone(),
        override_reason: act.override_reason.clone(),
        ..Intent::new(act.actor.name.to_string(), act.event.clone())
    }
}

/// Whether the same act could be recorded now; else what to do instead.
fn again(state: &RunState, entry: &Entry, now: Time) -> Result<(), String> {
    let intent = intent_again(entry);
    let actor = state.actor(&intent.person);
    check(state, &intent.into_act(actor, now)).map_err(|refusal| match refusal.kind {
        RefusalKind::NotNow => format!("{} (a lead may override with a reason)", refusal.instead),
        RefusalKind::Impossible => refusal.instead,
    })
}
