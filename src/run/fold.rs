//! The fold: entries in, state out. Total: whatever the entry, `apply` answers with a state.

use super::act::{Act, Entry};
use super::correction;
use super::effect;
use super::event::Event;
use super::plan::read_plan;
use super::refusal::RefusalKind;
use super::rules;
use super::state::{Fact, Finding, Logged, RunState, RunStatus, Verdict};
use crate::runbook::Runbook;
use indexmap::IndexMap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Why entries make no run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// There is no first entry.
    #[error("the record is empty")]
    Empty,
    /// The first entry does not open a run.
    #[error("the record does not begin with the opening of a run")]
    NotOpened,
    /// The runbook of the opening cannot be read.
    #[error("the runbook kept in the record cannot be read: {0}")]
    BadRunbook(String),
}

/// The state of a run from its first entry.
///
/// # Errors
/// The entry opens no run, or its runbook cannot be read.
pub fn open(entry: Entry) -> Result<RunState, OpenError> {
    let Event::RunOpened { runbook, .. } = &entry.act.event else {
        return Err(OpenError::NotOpened);
    };
    let plan = read_plan(runbook).map_err(OpenError::BadRunbook)?;
    open_with(Arc::new(entry), plan)
}

/// Like [`open`], with the plan of the entry's text, read already.
///
/// # Errors
/// The entry opens no run.
pub fn open_with(entry: Arc<Entry>, plan: Arc<Runbook>) -> Result<RunState, OpenError> {
    let Event::RunOpened { rules, run, mode, runbook, sha256, approved, keep_times } =
        &entry.act.event
    else {
        return Err(OpenError::NotOpened);
    };
    let person: Arc<str> = entry.act.person().into();
    let mut state = RunState {
        run: run.clone(),
        mode: *mode,
        rules: *rules,
        opened: Fact { at: entry.act.effective_at(), seq: entry.seq, person: person.clone() },
        plan: plan.clone(),
        text: runbook.as_str().into(),
        sha256: sha256.clone(),
        approved: approved.clone(),
        keep_times: *keep_times,
        status: RunStatus::Planned,
        holds: Vec::new(),
        rollbacks: Vec::new(),
        proposal: None,
        started: None,
        ended: None,
        outcome: None,
        cancel_reason: None,
        reschedules: Vec::new(),
        revisions: Vec::new(),
        steps: Vec::new(),
        removed: Vec::new(),
        people: IndexMap::new(),
        roll_call: None,
        checklist_items: HashMap::new(),
        notes: Vec::new(),
        sent: Vec::new(),
        criteria: IndexMap::new(),
        clock_jumps: Vec::new(),
        conflicts: Vec::new(),
        deviations: Vec::new(),
        log: Vec::new(),
        unsettled: Vec::new(),
        settled_at: Vec::new(),
        no_return: Vec::new(),
        numbers: HashMap::new(),
        amendments: HashMap::new(),
        plans: HashMap::from([(sha256.clone(), plan)]),
        names: HashSet::from([person]),
    };
    effect::begin(&mut state, &entry);
    state.log.push(Logged { entry, verdict: Verdict::Applied, corrected_by: None });
    Ok(state)
}

/// Folds a whole record.
///
/// # Errors
/// Only for the first entry, see [`open`].
pub fn fold(entries: impl IntoIterator<Item = Entry>) -> Result<RunState, OpenError> {
    let mut entries = entries.into_iter();
    let mut state = open(entries.next().ok_or(OpenError::Empty)?)?;
    for entry in entries {
        apply(&mut state, Arc::new(entry));
    }
    Ok(state)
}

/// Takes one more entry in. Never fails: what cannot be is kept as a conflict, what should not be
/// yet as a deviation, what is not known as unknown.
pub fn apply(state: &mut RunState, entry: Arc<Entry>) {
    if let Event::Correction { entry: target, mend, .. } = &entry.act.event {
        let verdict = rules::judge(state, &entry.act);
        if let Err(refusal) = verdict {
            conflict(state, entry, refusal.rule, refusal.to_string());
            return;
        }
        correction::amend(state, target, mend, entry.seq);
        touch(state, &entry);
        push(state, entry, Verdict::Applied, None);
        refold(state);
        return;
    }
    let amendment = state.amendments.get(&entry.id);
    let Some(amendment) = amendment else {
        let act = entry.act.clone();
        take(state, entry, &act, None);
        return;
    };
    if let Some(by) = amendment.void {
        push(state, entry, Verdict::Voided, Some(by));
        return;
    }
    let by = match (&amendment.time, &amendment.text) {
        (Some((_, a)), Some((_, b))) => Some(*a.max(b)),
        (Some((_, a)), None) | (None, Some((_, a))) => Some(*a),
        (None, None) => None,
    };
    let act = correction::mended(&entry.act, amendment);
    take(state, entry, &act, by);
}

/// Judges an act and lets it take effect.
fn take(state: &mut RunState, entry: Arc<Entry>, act: &Act, corrected_by: Option<u64>) {
    if matches!(act.event, Event::Unknown { .. }) {
        push(state, entry, Verdict::Unknown, None);
        return;
    }
    let verdict = match rules::judge(state, act) {
        Ok(()) => Verdict::Applied,
        Err(refusal) if refusal.kind == RefusalKind::NotNow => {
            state.deviations.push(Finding {
                seq: entry.seq,
                rule: refusal.rule,
                reason: refusal.reason,
                override_reason: override_reason(act),
            });
            Verdict::Deviation
        }
        Err(refusal) => {
            conflict(state, entry, refusal.rule, refusal.to_string());
            return;
        }
    };
    let fact = Fact {
        at: act.effective_at(),
        seq: entry.seq,
        person: effect::intern(state, act.person()),
    };
    effect::take(state, act, &entry.id, &fact);
    touch(state, &entry);
    push(state, entry, verdict, corrected_by);
}

fn override_reason(act: &Act) -> Option<String> {
    act.override_reason.clone().or_else(|| match &act.event {
        Event::GateDecided { reason, .. } => reason.clone(),
        _ => None,
    })
}

/// Remembers when somebody last recorded anything.
fn touch(state: &mut RunState, entry: &Entry) {
    let actor = &entry.act.actor.name;
    match state.people.get_mut(actor) {
        Some(person) => person.last_act = Some(entry.act.at),
        None => state.people.entry(actor.clone()).or_default().last_act = Some(entry.act.at),
    }
}

fn push(state: &mut RunState, entry: Arc<Entry>, verdict: Verdict, corrected_by: Option<u64>) {
    state.log.push(Logged { entry, verdict, corrected_by });
}

fn conflict(state: &mut RunState, entry: Arc<Entry>, rule: &'static str, reason: String) {
    state.conflicts.push(Finding { seq: entry.seq, rule, reason, override_reason: None });
    push(state, entry, Verdict::Conflict, None);
}

/// Folds the log again from its first entry, with all corrections known: so a voided entry leaves
/// no trace in any figure, whatever came after it. Corrections themselves are not judged again.
fn refold(state: &mut RunState) {
    let log = std::mem::take(&mut state.log);
    let Event::RunOpened { sha256, .. } = &log[0].entry.act.event else {
        state.log = log;
        return;
    };
    let Some(plan) = state.plans.get(sha256).cloned() else {
        state.log = log;
        return;
    };
    let Ok(mut fresh) = open_with(log[0].entry.clone(), plan) else {
        state.log = log;
        return;
    };
    fresh.plans = std::mem::take(&mut state.plans);
    fresh.amendments = std::mem::take(&mut state.amendments);
    let mut rejected: HashMap<u64, Finding> = std::mem::take(&mut state.conflicts)
        .into_iter()
        .map(|finding| (finding.seq, finding))
        .collect();
    for logged in log.into_iter().skip(1) {
        if !matches!(logged.entry.act.event, Event::Correction { .. }) {
            apply(&mut fresh, logged.entry);
        } else if logged.verdict == Verdict::Conflict {
            fresh.conflicts.extend(rejected.remove(&logged.entry.seq));
            push(&mut fresh, logged.entry, Verdict::Conflict, None);
        } else {
            touch(&mut fresh, &logged.entry);
            push(&mut fresh, logged.entry, Verdict::Applied, None);
        }
    }
    *state = fresh;
}
