//! The plan as a table, so that it can be imported again. [`crate::report::columns`] says what
//! stands in each column.

use super::model;
use crate::report::columns::PlanRow;

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
    fn walk(&mut self, each: &mut dyn FnMut(&mut String)) {
        // Every field is named, so that a new one cannot be forgotten.
        let Self {
            row: _,
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
        let texts = [
            number, id, phase, phase_id, title, owner, team, stream, needs, not_before, notes,
            text, more,
        ];
        texts.into_iter().for_each(each);
    }
}
