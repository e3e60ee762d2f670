//! The sections of a table: which a row is in, and what becomes of them in the end.

use super::Reader;
use crate::import::draft::{Phase, Step};
use crate::import::grid::Row;
use crate::import::header::Field;
use crate::import::length::short;
use crate::import::remark::Remarks;
use crate::runbook::Secs;
use std::collections::HashSet;

impl Reader<'_> {
    pub(super) fn phase_of(&mut self, row: &Row, remarks: &mut Remarks) -> usize {
        let Some(column) = self.header.column(Field::Phase) else {
            if self.draft.phases.is_empty() {
                remarks.general("the table has no phases: all steps are in one");
                self.draft.phases.push(Phase { title: "Plan".to_owned(), at_once: false });
            }
            return self.draft.phases.len() - 1;
        };
        let title = row.cell(column.at).text();
        if title.is_empty() {
            if let Some(last) = self.draft.steps.last().map(|step| step.phase) {
                remarks.at(row.line, "names no phase: it is in that of the row above");
                return last;
            }
            remarks.at(row.line, "names no phase: it is in a phase `Plan`");
            return self.phase_named("Plan");
        }
        let title = short(&title);
        let is_known = self.phases.contains_key(&title.to_lowercase());
        let phase = self.phase_named(&title);
        if is_known
            && phase + 1 != self.draft.phases.len()
            && self.draft.steps.last().is_some_and(|s| s.phase != phase)
        {
            remarks
                .at(row.line, "comes back to an earlier phase: it was put there, after its steps");
        }
        phase
    }

    pub(super) fn phase_named(&mut self, title: &str) -> usize {
        let next = self.draft.phases.len();
        let at = *self.phases.entry(title.to_lowercase()).or_insert(next);
        if at == next {
            self.draft.phases.push(Phase { title: title.to_owned(), at_once: false });
        }
        at
    }

    /// Puts the steps of each phase together; predecessors and starts move with them.
    pub(super) fn by_phase(&mut self, starts: Vec<Option<Secs>>) -> Vec<Option<Secs>> {
        let mut order: Vec<usize> = (0..self.draft.steps.len()).collect();
        order.sort_by_key(|ix| self.draft.steps.get(*ix).map_or(0, |step| step.phase));
        if order.iter().enumerate().all(|(new, old)| new == *old) {
            return starts;
        }
        let mut new_of = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(slot) = new_of.get_mut(*old) {
                *slot = new;
            }
        }
        let place = |ix: usize| new_of.get(ix).copied().unwrap_or(ix);
        let mut steps: Vec<Option<Step>> =
            std::mem::take(&mut self.draft.steps).into_iter().map(Some).collect();
        for old in &order {
            let Some(mut step) = steps.get_mut(*old).and_then(Option::take) else { continue };
            for (ix, ..) in step.needs.iter_mut().flatten() {
                *ix = place(*ix);
            }
            self.draft.steps.push(step);
        }
        for (ix, _) in &mut self.undo {
            *ix = place(*ix);
        }
        order.iter().map(|old| starts.get(*old).copied().flatten()).collect()
    }

    pub(super) fn drop_empty_phases(&mut self, used: &HashSet<usize>, remarks: &mut Remarks) {
        let mut new_of = Vec::with_capacity(self.draft.phases.len());
        let mut kept = Vec::new();
        for (n, phase) in std::mem::take(&mut self.draft.phases).into_iter().enumerate() {
            new_of.push(kept.len());
            if used.contains(&n) {
                kept.push(phase);
            } else if !self.emptied.contains(&n) {
                remarks.general(format!(
                    "the heading `{}` has no steps and was left out",
                    phase.title
                ));
            }
        }
        self.draft.phases = kept;
        for step in &mut self.draft.steps {
            step.phase = new_of.get(step.phase).copied().unwrap_or(0);
        }
    }
}
