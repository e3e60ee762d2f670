//! The column of rollbacks becomes a rung.

use super::Reader;
use crate::import::draft::{Rung, Step};
use crate::import::remark::Remarks;

impl Reader<'_> {
    /// The texts of the rollback column are one rung: each takes back its step, last step first.
    pub(super) fn rungs(&mut self, remarks: &mut Remarks) {
        if self.undo.is_empty() {
            return;
        }
        self.undo.sort_by_key(|(ix, _)| std::cmp::Reverse(*ix));
        let mut rung = Rung { title: "Roll back".to_owned(), steps: Vec::new() };
        for (ix, text) in &self.undo {
            let Some(step) = self.draft.steps.get(*ix) else { continue };
            let mut back = Step {
                line: step.line,
                undoes: Some(*ix),
                owner: step.owner.clone(),
                team: step.team.clone(),
                ..Step::default()
            };
            back.entitle(text, remarks);
            back.to_do.push(
                "duration = …: the file does not say how long taking this back takes".to_owned(),
            );
            rung.steps.push(back);
        }
        remarks.general(
            "the rollback texts became one rung that takes the steps back, last one first",
        );
        self.draft.rungs.push(rung);
    }
}
