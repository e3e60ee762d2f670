//! From the state of a run to its report. Definitions of the numbers stand where they are computed.

mod decisions;
mod deviations;
mod gantt;
mod glimpse;
mod head;
mod metrics;
mod notes;
mod numbers;
mod paragraph;
mod people;
mod rollbacks;
mod steps;
mod timeline;

pub use glimpse::{Glimpse, glimpse};

use super::model::{FORM, Plan, Report, Verified};
use super::section::Section;
use crate::run::{self, Event, Expected, Forecast, Logged, RunState, Time, Verdict, forecast};
use crate::runbook::{Secs, Step, StepIx};
use chrono::SubsecRound;
use std::collections::{HashMap, HashSet};

/// What is known of a record beside the state that it folds to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The moment of which the report speaks, on the run clock.
    pub as_of: Time,
    /// Chain value of the last entry, lower-case hex.
    pub head: String,
    /// Whether the record was verified.
    pub verified: Verified,
    /// What is wrong with it, where it was and is not sound.
    pub problem: Option<String>,
    /// Version of the program.
    pub golive: String,
}

/// The whole report of a run.
pub fn report(state: &RunState, from: &Provenance) -> Report {
    let desk = Desk::new(state, from);
    let steps = steps::steps(&desk);
    let deviations = deviations::deviations(&desk);
    let numbers = numbers::numbers(&desk);
    let rollbacks = rollbacks::rollbacks(&desk);
    let notes = notes::Notes::of(&desk);
    Report {
        form: FORM,
        golive: from.golive.clone(),
        run: head::head(&desk),
        record: head::record(&desk),
        sections: Section::ALL.to_vec(),
        summary: Some(head::summary(&desk, &numbers, &deviations, &rollbacks)),
        decisions: Some(decisions::decisions(&desk)),
        gantt: Some(gantt::gantt(&desk)),
        corrections: Some(notes::corrections(&desk)),
        checklists: Some(decisions::checklists(&desk)),
        messages: Some(notes::messages(&desk)),
        people: Some(people::people(&desk)),
        criteria: Some(people::criteria(&desk)),
        metrics: Some(metrics::metrics(&desk)),
        timeline: Some(timeline::timeline(&desk)),
        plan: Some(Plan { sha256: state.sha256.clone(), rows: state.plan.rows() }),
        numbers: Some(numbers),
        steps: Some(steps),
        deviations: Some(deviations),
        rollbacks: Some(rollbacks),
        issues: Some(notes.issues),
        notes: Some(notes.notes),
        review: Some(notes.review),
        actions: Some(notes.actions),
    }
}

/// What all parts of the report look at.
struct Desk<'a> {
    state: &'a RunState,
    from: &'a Provenance,
    now: Time,
    /// Planned times of each step, parallel to the plan's: of the plan the run was opened with; of
    /// a step inserted since, of the plan as it stands.
    planned: Vec<Expected>,
    /// Planned seconds of each step, by the same plans.
    lengths: Vec<Option<Secs>>,
    /// Finish of the plan the run was opened with.
    plan_finish: Option<Time>,
    /// The forecast as things stand.
    outlook: Forecast,
    /// Ids of the steps that the run was opened with.
    opened_with: HashSet<String>,
    /// Entries by their place in the order.
    by_seq: HashMap<u64, usize>,
    end_seq: Option<u64>,
    /// Values that were recorded, by step and attempt, in order.
    measured: HashMap<(&'a str, u32), Vec<&'a Logged>>,
}

impl<'a> Desk<'a> {
    fn new(state: &'a RunState, from: &'a Provenance) -> Self {
        let now = from.as_of;
        let outlook = forecast(state, now);
        let baseline = baseline(state);
        let first = baseline.as_ref().unwrap_or(state);
        let first_outlook = baseline.as_ref().map(|base| forecast(base, now));
        let first_outlook = first_outlook.as_ref().unwrap_or(&outlook);
        let mut planned: Vec<Expected> = outlook.steps.iter().copied().collect();
        let mut lengths: Vec<_> =
            state.plan.steps.iter().map(|s| s.duration.map(|d| d.likely)).collect();
        for (ix, step) in state.plan.steps.iter().enumerate() {
            let Some(&then) = first.plan.step_ix.get(&step.id) else { continue };
            if let Some(expected) = first_outlook.steps.get(then) {
                planned[ix] = *expected;
            }
            lengths[ix] = first.plan.steps[then].duration.map(|d| d.likely);
        }
        Self {
            state,
            from,
            now,
            planned,
            lengths,
            plan_finish: first_outlook.plan_finish,
            opened_with: first.plan.step_ix.keys().cloned().collect(),
            by_seq: state.log.iter().enumerate().map(|(n, l)| (l.entry.seq, n)).collect(),
            end_seq: state.ended.as_ref().map(|f| f.seq),
            measured: measured(state),
            outlook,
        }
    }

    /// Whether an entry was recorded after the run had ended.
    fn after_end(&self, seq: u64) -> bool {
        self.end_seq.is_some_and(|end| seq > end)
    }

    /// The entry of that place.
    fn logged(&self, seq: u64) -> Option<&'a Logged> {
        self.by_seq.get(&seq).and_then(|&n| self.state.log.get(n))
    }

    /// Display name of a person.
    fn who(&self, person: &str) -> String {
        self.state.plan.person_name(person).to_owned()
    }

    /// A step as it is named: number and title.
    fn label(&self, ix: StepIx) -> String {
        self.state.plan.steps.get(ix).map(label).unwrap_or_default()
    }

    /// The same, by id; of a step that was taken out as well.
    fn label_of(&self, id: &str) -> String {
        if let Some(step) = self.state.plan.step(id) {
            return label(step);
        }
        let gone = self.state.removed.iter().find(|gone| gone.id == id);
        gone.map_or_else(|| id.to_owned(), |gone| format!("{} {}", gone.number, gone.title))
    }

    /// Who is expected to do a step, by name.
    fn owner(&self, ix: StepIx) -> Option<String> {
        self.state.owner_of(ix).map(|owner| self.who(&owner))
    }

    /// Whether a step was inserted while the run was open.
    fn is_inserted(&self, id: &str) -> bool {
        !self.opened_with.contains(id)
    }
}

fn measured(state: &RunState) -> HashMap<(&str, u32), Vec<&Logged>> {
    let mut measured = HashMap::<_, Vec<&Logged>>::new();
    for logged in &state.log {
        if let Event::ValueRecorded { step, attempt, .. } = &logged.entry.act.event
            && matches!(logged.verdict, Verdict::Applied | Verdict::Deviation)
        {
            measured.entry((step.as_str(), *attempt)).or_default().push(logged);
        }
    }
    measured
}

fn label(step: &Step) -> String {
    format!("{} {}", step.number, step.title)
}

/// Whole seconds, as stored times are shown.
fn second(at: Time) -> Time {
    at.trunc_subsecs(0)
}

/// The run as it would be planned by the text it was opened with; none where that is its text.
fn baseline(state: &RunState) -> Option<RunState> {
    if state.revisions.is_empty() {
        return None;
    }
    let opening = state.log.first()?.entry.as_ref().clone();
    let mut first = run::open(opening).ok()?;
    // Planned times of a rehearsal lie where it started, and a new zero hour moves them all.
    first.started.clone_from(&state.started);
    first.reschedules.clone_from(&state.reschedules);
    Some(first)
}
