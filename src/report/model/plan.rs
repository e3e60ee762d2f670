//! The plan as a table, so that it can be imported again. [`crate::report::columns`] says what
//! stands in each column.

use super::model;
use crate::report::columns::{PlanRow, RowKind};

model! {
    /// The plan as it stands.
    pub struct Plan {
        /// SHA-256 of its text, lower-case hex.
        pub sha256: String,
        /// Its rows: steps first, then what is not a step.
        pub rows: Vec<PlanRow>,
    }
}

impl super::Walk for PlanRow {
    fn walk(&mut self, _: &'static str, each: &mut dyn FnMut(&'static str, &mut String)) {
        // Every field is named, so that a new one cannot be forgotten.
        let Self {
            row,
            number,
            id,
            phase,
            phase_id,
            title,
            owner,
            team,
            stream,
            kind: _,
            duration_best: _,
            duration: _,
            duration_worst: _,
            needs,
            not_before,
            notes,
            text,
            more,
        } = self;
        let is_person = *row == RowKind::Person;
        each(if is_person { "Person.id" } else { "PlanRow.id" }, id);
        each(if is_person { "Person.name" } else { "PlanRow.title" }, title);
        each("PlanRow.owner", owner);
        each("PlanRow.more", more);
        let texts = [number, phase, phase_id, team, stream, needs, not_before, notes, text];
        texts.into_iter().for_each(|text| each("PlanRow", text));
    }
}
