//! One row becomes a step: its cells, one after the other.

use super::Reader;
use crate::import::ImportError;
use crate::import::draft::Step;
use crate::import::grid::Row;
use crate::import::header::Field;
use crate::import::length::{self, short};
use crate::import::moment::{self, NoTime, When};
use crate::import::predecessor;
use crate::import::remark::Remarks;

/// What stands in a column of owners where nobody is named yet.
const NOBODY: [&str; 16] = [
    "",
    "-",
    "–",
    "?",
    "tbd",
    "tbc",
    "tba",
    "n/a",
    "na",
    "none",
    "open",
    "unassigned",
    "n.n.",
    "nn",
    "offen",
    "noch offen",
];

impl Reader<'_> {
    pub(super) fn step(
        &mut self,
        row: &Row,
        title: &str,
        number: String,
        remarks: &mut Remarks,
    ) -> Result<(), ImportError> {
        let phase = self.phase_of(row, remarks);
        let mut step = Step { line: row.line, phase, ..Step::default() };
        if row.hidden {
            step.to_do
                .push("its row was hidden in the workbook: does it belong to the plan?".to_owned());
            remarks.at(
                row.line,
                "is hidden in the workbook: it was read like any other, with a comment",
            );
        }
        step.entitle(title, remarks);
        if crate::runbook::is_id(&number) {
            step.id = Some(number.clone());
        }
        self.people_of(row, &mut step, remarks);
        let stream = self.text(row, Field::Stream);
        step.stream = (!stream.is_empty()).then_some(stream);
        self.texts_of(row, &mut step);
        self.kind_of(row, &mut step, remarks);
        let start = self.when(row, Field::Start, &mut step, remarks)?;
        let end = self.when(row, Field::End, &mut step, remarks)?;
        let day = match self.when(row, Field::Date, &mut step, remarks)? {
            Some(When::Date(day)) => Some(day),
            Some(When::Exact(at)) => Some(at.date()),
            _ => None,
        };
        self.length_of(row, &mut step, remarks);
        let mut needs = Vec::new();
        for found in predecessor::of_text(&self.text(row, Field::Needs)) {
            match found {
                Ok(named) => needs.push(named),
                Err(why) => {
                    remarks.at(row.line, format!("predecessor left out: {why}"));
                    step.to_do.push(format!("predecessor left out: {why}"));
                }
            }
        }
        self.undo_of(row, &mut step, remarks);
        status_of(&self.text(row, Field::Status), &mut step, remarks);
        self.numbers.push(number);
        self.starts.push((start, day));
        self.ends.push(end);
        self.needs.push(needs);
        self.draft.steps.push(step);
        Ok(())
    }

    fn people_of(&mut self, row: &Row, step: &mut Step, remarks: &mut Remarks) {
        let (owner, team) = (self.text(row, Field::Owner), self.text(row, Field::Team));
        let owner = short(&owner);
        let team = (!team.is_empty()).then(|| short(&team));
        let is_nobody = NOBODY.contains(&owner.to_lowercase().as_str());
        if is_nobody {
            if team.is_none()
                && (self.header.column(Field::Owner).is_some()
                    || self.header.column(Field::Team).is_some())
            {
                step.to_do.push("owner = …: the file names nobody".to_owned());
                remarks.at(row.line, "names no owner");
            }
            step.team = team;
            return;
        }
        if owner.contains(['/', ',', ';', '&', '+', '\n']) || owner.contains(" and ") {
            remarks.at(
                row.line,
                "names several owners; a step has one: the text was kept as it stands",
            );
            step.to_do.push("owner: several were named; a step has one".to_owned());
        } else {
            let next = self.draft.people.len();
            let at = *self.people.entry(owner.to_lowercase()).or_insert(next);
            match self.draft.people.get_mut(at) {
                Some((name, known)) => {
                    if known.is_none() {
                        *known = team;
                    }
                    step.owner = Some(name.clone());
                    return;
                }
                None => self.draft.people.push((owner.clone(), team)),
            }
        }
        step.owner = Some(owner);
    }

    fn texts_of(&self, row: &Row, step: &mut Step) {
        for column in self.header.all(Some(Field::Instructions)) {
            let text = row.cell(column.at).text();
            if !text.is_empty() {
                step.instruct(&text);
            }
        }
        for column in self.header.all(Some(Field::Notes)).chain(self.header.all(None)) {
            let text = row.cell(column.at).text();
            if !text.is_empty() {
                step.instruct(&format!("{}: {text}", column.name));
            }
        }
    }

    fn kind_of(&self, row: &Row, step: &mut Step, remarks: &mut Remarks) {
        let word = self.text(row, Field::Kind).to_lowercase();
        step.kind = match word.as_str() {
            "" | "task" | "manual" | "activity" | "step" => None,
            "milestone" => Some("milestone"),
            "gate" | "go/no-go" | "go no go" | "decision" | "go/nogo" => Some("gate"),
            "wait" => Some("wait"),
            _ => {
                step.instruct(&format!("Kind: {}", self.text(row, Field::Kind)));
                remarks.at(row.line, "is of a kind that needs more than a table has: it became a task, the word stands in the instructions");
                None
            }
        };
        let title = step.title.to_lowercase();
        if step.kind.is_none()
            && ["go/no-go", "go / no-go", "go/no go", "go no-go", "go/nogo", "go-no-go"]
                .iter()
                .any(|word| title.contains(word))
        {
            step.to_do.push("kind = \"gate\", if this is where go or no-go is decided".to_owned());
            remarks.at(row.line, "may be a go/no-go decision: it became a task");
        }
    }

    fn when(
        &self,
        row: &Row,
        field: Field,
        step: &mut Step,
        remarks: &mut Remarks,
    ) -> Result<Option<When>, ImportError> {
        let mut cell = self.cell(row, field);
        let mut found = moment::of_cell(cell, self.order);
        if let Some((at, _)) = self.header.column(field).and_then(|column| column.day.as_ref())
            && matches!(found, Ok(None | Some(When::Clock(_))))
        {
            let day_cell = row.cell(*at);
            found = match (moment::of_cell(day_cell, self.order), &found) {
                (Ok(Some(When::Exact(day))), Ok(Some(When::Clock(clock)))) => {
                    Ok(Some(When::Exact(day.date().and_time(*clock))))
                }
                (Ok(Some(When::Date(day))), Ok(Some(When::Clock(clock)))) => {
                    Ok(Some(When::Exact(day.and_time(*clock))))
                }
                (Ok(None), _) => found,
                (day, Ok(None)) | (day @ Err(_), _) => {
                    cell = day_cell;
                    day
                }
                _ => found,
            };
        }
        match found {
            Ok(when) => Ok(when),
            Err(NoTime::Ambiguous) => Err(ImportError::Dates {
                place: remarks.place,
                line: row.line,
                text: short(&cell.text()),
            }),
            Err(NoTime::Other(why)) => {
                remarks.at(row.line, format!("{} left out: {why}", field.name()));
                step.to_do.push(format!("{} left out: {why}", field.name()));
                Ok(None)
            }
        }
    }

    fn length_of(&self, row: &Row, step: &mut Step, remarks: &mut Remarks) {
        let Some(column) = self.header.column(Field::Duration) else { return };
        match length::of_cell(row.cell(column.at), column.unit) {
            Ok(Some(length)) => {
                step.duration = Some(length.secs);
                if length.assumed {
                    remarks
                        .general(format!("plain numbers in `{}` are read as minutes", column.name));
                }
            }
            Ok(None) => {}
            Err(why) => {
                remarks.at(row.line, format!("duration left out: {why}"));
                step.to_do.push(format!("duration left out: {why}"));
            }
        }
    }

    fn undo_of(&mut self, row: &Row, step: &mut Step, remarks: &mut Remarks) {
        let text = self.text(row, Field::Rollback);
        match text.to_lowercase().trim_end_matches('.') {
            "" | "-" | "–" | "n/a" | "na" | "none" | "no" | "no rollback" | "not required"
            | "not applicable" => {}
            "point of no return" | "ponr" => {
                step.point_of_no_return = true;
                remarks.at(row.line, "is a point of no return, as its rollback says");
            }
            "yes" | "y" | "x" => {
                step.to_do.push("the file says that this can be rolled back, not how: add a step to [[rollbacks]]".to_owned());
                remarks.at(row.line, "can be rolled back, but the file does not say how");
            }
            _ => self.undo.push((self.draft.steps.len(), text)),
        }
    }
}

/// What a status says that a person should know; the step stays.
fn status_of(status: &str, step: &mut Step, remarks: &mut Remarks) {
    let word = status.to_lowercase();
    let is_off = [
        "cancel",
        "n/a",
        "not applicable",
        "not required",
        "obsolete",
        "removed",
        "descoped",
        "dropped",
        "withdrawn",
        "entfällt",
        "entfallen",
        "storniert",
        "gestrichen",
    ];
    if is_off.iter().any(|off| word.starts_with(off)) {
        step.to_do.push(format!(
            "the file's status was `{}`: take the step out if it is not to be done",
            short(status)
        ));
        remarks.at(
            step.line,
            "was off in the file, by its status: it is in the runbook, with a comment",
        );
    }
}
