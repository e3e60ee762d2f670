//! The rows of a foreign table become a draft.

use super::draft::{Draft, Phase, Rung, Step, Zero};
use super::grid::{Cell, Grid, Row};
use super::header::{self, Column, Field, Header};
use super::length::{self, short};
use super::moment::{self, DateOrder, NoTime, When};
use super::remark::Remarks;
use super::{ImportError, Options, order, predecessor};
use crate::runbook::{LinkOn, Secs};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use std::collections::{HashMap, HashSet};

/// More predecessors than these are no plan.
const MOST_LINKS: usize = 2_000_000;

/// Whether a table has a header that names tasks.
pub(super) fn looks_like_plan(grid: &Grid, options: &Options) -> bool {
    header::row_of(grid, options).is_some()
}

/// The draft of a table.
///
/// # Errors
/// A column or a date may be two things; nothing is a step.
pub(super) fn draft(
    grid: &Grid,
    options: &Options,
    remarks: &mut Remarks,
) -> Result<Draft, ImportError> {
    for (name, _) in &options.map {
        let is_there = grid.rows.iter().take(50).flat_map(|row| &row.cells);
        let place = super::grid::column_named(name);
        let wanted = header::normal(name).0;
        if place.is_none()
            && !is_there.into_iter().any(|c| {
                c.text() == name.trim()
                    || (!wanted.is_empty() && header::normal(&c.text()).0 == wanted)
            })
        {
            return Err(ImportError::NoPlan {
                what: format!("--map names a column `{name}`, and there is none"),
                help: "write its header as it stands, or its letter".to_owned(),
            });
        }
    }
    if header::row_of(grid, options).is_none() && options.map.is_empty() {
        return Err(ImportError::NoPlan {
            what: "no row looks like a header: none names a task".to_owned(),
            help: "say which columns are which, by letter: --map A=id --map B=title --map C=owner"
                .to_owned(),
        });
    }
    let header = header::header(grid, options).map_err(ImportError::Unsure)?;
    let mut reader = Reader::new(grid, &header, options, remarks)?;
    reader.read(remarks)?;
    reader.finish(remarks)
}

/// A row on its way to a step.
struct Reader<'g> {
    grid: &'g Grid,
    header: &'g Header,
    order: Option<DateOrder>,
    draft: Draft,
    /// For each step: its id, its start and end, and the predecessors it names.
    numbers: Vec<String>,
    starts: Vec<(Option<When>, Option<NaiveDate>)>,
    ends: Vec<Option<When>>,
    needs: Vec<Vec<predecessor::Named>>,
    undo: Vec<(usize, String)>,
    phases: HashMap<String, usize>,
    people: HashMap<String, usize>,
    /// Headings with a number of their own: the steps below them.
    headings: Vec<(String, usize, usize)>,
}

impl<'g> Reader<'g> {
    fn new(
        grid: &'g Grid,
        header: &'g Header,
        options: &Options,
        remarks: &mut Remarks,
    ) -> Result<Self, ImportError> {
        let mut draft = Draft { title: options.title.clone(), ..Draft::default() };
        let data = header.row.map_or(0, |at| at + 1);
        for row in grid.rows.get(..data.saturating_sub(1)).unwrap_or_default() {
            let text: Vec<String> = row.filled().map(|n| short(&row.cell(n).text())).collect();
            draft.head.push(text.join("  "));
            remarks.at(row.line, "stands above the header: kept as a comment at the top");
        }
        if header.row.is_none() {
            remarks.general("the table has no header: every row is read as data");
        }
        for column in &header.columns {
            let name = &column.name;
            match column.field {
                None => remarks.general(format!("the column `{name}` is none that a runbook has: its cells are kept in the instructions")),
                Some(Field::Ignore) => remarks.general(format!("the column `{name}` was left out")),
                Some(Field::Status) => remarks.general(format!("the column `{name}` was left out: a runbook starts with every step open")),
                Some(field) => {
                    if !name.eq_ignore_ascii_case(field.name()) {
                        remarks.general(format!("the column `{name}` is read as {}", field.name()));
                    }
                }
            }
        }
        Ok(Self {
            order: date_order(grid, header, data, options.dates, remarks),
            grid,
            header,
            draft,
            numbers: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            needs: Vec::new(),
            undo: Vec::new(),
            phases: HashMap::new(),
            people: HashMap::new(),
            headings: Vec::new(),
        })
    }

    fn cell<'r>(&self, row: &'r Row, field: Field) -> &'r Cell {
        const NOTHING: Cell = Cell::Empty;
        self.header.column(field).map_or(&NOTHING, |column| row.cell(column.at))
    }

    fn text(&self, row: &Row, field: Field) -> String {
        self.cell(row, field).text()
    }

    fn read(&mut self, remarks: &mut Remarks) -> Result<(), ImportError> {
        let data = self.header.row.map_or(0, |at| at + 1);
        let grid = self.grid;
        let rows = grid.rows.get(data..).unwrap_or_default();
        let head = self.header.row.and_then(|at| grid.rows.get(at));
        let known: Vec<usize> = self.header.columns.iter().map(|c| c.at).collect();
        let is_single =
            self.header.columns.iter().filter(|c| c.field != Some(Field::Ignore)).count() < 2;
        for (n, row) in rows.iter().enumerate() {
            if head.is_some_and(|head| head.cells == row.cells) {
                remarks.at(row.line, "skipped: it repeats the header");
                continue;
            }
            if head.is_some_and(|head| row.filled().any(|at| at >= head.cells.len())) {
                remarks.at(row.line, "is longer than the header");
            }
            let number = self.text(row, Field::Id);
            let title = self.text(row, Field::Title);
            let inside = rows
                .get(n + 1)
                .map(|next| self.text(next, Field::Id))
                .is_some_and(|next| is_under(&next, &number));
            let filled: Vec<usize> = row.filled().filter(|c| known.contains(c)).collect();
            let one = if let [one] = filled.as_slice() { Some(*one) } else { None };
            let bare = one.filter(|_| !is_single && (row.merged || self.is_heading_cell(one)));
            if inside || bare.is_some() {
                let text = match bare {
                    Some(at) => row.cell(at).text(),
                    None => title,
                };
                self.heading(&number, &text, row.line);
                let why = if inside {
                    "taken for a heading: the rows below are numbered under it"
                } else {
                    "taken for a heading: it has nothing but one text"
                };
                remarks.at(row.line, why);
                continue;
            }
            if title.is_empty() {
                self.no_title(row, &filled, remarks);
                continue;
            }
            self.step(row, &title, number, remarks)?;
        }
        Ok(())
    }

    /// A heading stands in the first column, or in that of the number, title or phase.
    fn is_heading_cell(&self, at: Option<usize>) -> bool {
        let Some(at) = at else { return false };
        let field = self.header.columns.iter().find(|c| c.at == at).and_then(|c| c.field);
        let has_more = self.header.columns.iter().any(|c| {
            matches!(
                c.field,
                Some(Field::Owner | Field::Duration | Field::Start | Field::End | Field::Team)
            )
        });
        matches!(field, Some(Field::Id | Field::Title | Field::Phase))
            && has_more
            && self.header.column(Field::Phase).is_none_or(|c| c.at == at)
    }

    fn heading(&mut self, number: &str, title: &str, line: u64) {
        let title = if title.is_empty() { format!("Section of line {line}") } else { short(title) };
        if !number.is_empty() && number != title {
            self.headings.push((number.to_owned(), self.draft.steps.len(), usize::MAX));
        }
        self.draft.phases.push(Phase { title, at_once: false });
    }

    fn no_title(&mut self, row: &Row, filled: &[usize], remarks: &mut Remarks) {
        // Merged or wrapped cells leave rows that only go on with the one above.
        let notes: Vec<String> = self
            .header
            .columns
            .iter()
            .filter(|c| {
                filled.contains(&c.at)
                    && c.field.is_none_or(|f| matches!(f, Field::Instructions | Field::Notes))
            })
            .map(|c| row.cell(c.at).text())
            .collect();
        match self
            .draft
            .steps
            .last_mut()
            .filter(|_| !notes.is_empty() && notes.len() == filled.len())
        {
            Some(step) => {
                step.instruct(&notes.join("\n"));
                remarks.at(row.line, "has no task: its text was added to the step above");
            }
            None => remarks.at(row.line, "skipped: it has no task"),
        }
    }

    fn step(
        &mut self,
        row: &Row,
        title: &str,
        number: String,
        remarks: &mut Remarks,
    ) -> Result<(), ImportError> {
        let phase = self.phase_of(row, remarks);
        let mut step = Step { line: row.line, phase, ..Step::default() };
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

    fn phase_of(&mut self, row: &Row, remarks: &mut Remarks) -> usize {
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

    fn phase_named(&mut self, title: &str) -> usize {
        let next = self.draft.phases.len();
        let at = *self.phases.entry(title.to_lowercase()).or_insert(next);
        if at == next {
            self.draft.phases.push(Phase { title: title.to_owned(), at_once: false });
        }
        at
    }

    fn people_of(&mut self, row: &Row, step: &mut Step, remarks: &mut Remarks) {
        let (owner, team) = (self.text(row, Field::Owner), self.text(row, Field::Team));
        let owner = short(&owner);
        let team = (!team.is_empty()).then(|| short(&team));
        let is_nobody =
            matches!(owner.to_lowercase().as_str(), "" | "-" | "tbd" | "tbc" | "n/a" | "na" | "?");
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
        let cell = self.cell(row, field);
        match moment::of_cell(cell, self.order) {
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

/// Whether `1.2.3` is below `1.2`.
fn is_under(number: &str, heading: &str) -> bool {
    !heading.is_empty()
        && number.strip_prefix(heading).is_some_and(|rest| rest.starts_with('.') && rest.len() > 1)
}

/// The order of day and month: what was said, else what the dates themselves say.
fn date_order(
    grid: &Grid,
    header: &Header,
    data: usize,
    said: Option<DateOrder>,
    remarks: &mut Remarks,
) -> Option<DateOrder> {
    if said.is_some() {
        return said;
    }
    let times = |c: &&Column| matches!(c.field, Some(Field::Start | Field::End | Field::Date));
    let columns: Vec<usize> = header.columns.iter().filter(times).map(|c| c.at).collect();
    let mut found: Option<(DateOrder, u64)> = None;
    for row in grid.rows.get(data..).unwrap_or_default() {
        for at in &columns {
            let Cell::Text(text) = row.cell(*at) else { continue };
            match (moment::order_said(text), found) {
                (Some(order), None) => found = Some((order, row.line)),
                // Both ways in one file: nothing is said about the others.
                (Some(order), Some((before, _))) if order != before => return None,
                _ => {}
            }
        }
    }
    let (order, line) = found?;
    let word = if order == DateOrder::DayFirst { "day before month" } else { "month before day" };
    remarks.general(format!(
        "dates have the {word}, as {} {line} shows; --dates says otherwise",
        remarks.place
    ));
    Some(order)
}

impl Reader<'_> {
    fn finish(mut self, remarks: &mut Remarks) -> Result<Draft, ImportError> {
        if self.draft.steps.is_empty() {
            return Err(ImportError::NoPlan {
                what: "below its header this table has no row with a task".to_owned(),
                help: "is it the right sheet? --map COLUMN=title says which column names the tasks"
                    .to_owned(),
            });
        }
        let starts = self.starts(remarks);
        let linked = self.link(remarks);
        let starts = self.by_phase(starts);
        for step in &mut self.draft.steps {
            if step.duration == Some(0) && step.kind.is_none() {
                step.kind = Some("milestone");
                remarks.at(step.line, "takes no time: it became a milestone");
            }
            if step.duration.is_none() && matches!(step.kind, None | Some("wait")) {
                step.to_do.push("duration = …: the file says none".to_owned());
                remarks.at(step.line, "has no duration");
            }
            if step.kind == Some("gate") || step.kind == Some("milestone") {
                step.duration =
                    step.duration.filter(|secs| *secs > 0 && step.kind != Some("milestone"));
            }
        }
        order::settle(&mut self.draft, &starts, linked, remarks);
        self.rungs(remarks);
        let used: HashSet<usize> = self.draft.steps.iter().map(|step| step.phase).collect();
        self.drop_empty_phases(&used, remarks);
        Ok(self.draft)
    }

    /// Starts in seconds after zero hour, and durations from start to end.
    fn starts(&mut self, remarks: &mut Remarks) -> Vec<Option<Secs>> {
        let zero = self.starts.iter().any(|(start, _)| matches!(start, Some(When::Zero(_))));
        let dated = self.starts.iter().any(|(start, day)| {
            matches!(start, Some(When::Exact(_))) || (day.is_some() && start.is_some())
        });
        let mut last: Option<NaiveDateTime> = None;
        let mut at: Vec<Option<NaiveDateTime>> = Vec::with_capacity(self.starts.len());
        for (n, (start, day)) in self.starts.iter().enumerate() {
            let found = match start {
                Some(When::Exact(exact)) => Some(*exact),
                Some(When::Clock(clock)) => Some(match (day, last) {
                    (Some(day), _) => day.and_time(*clock),
                    (None, last) => after(last.unwrap_or_default(), *clock),
                }),
                Some(When::Date(_)) => {
                    if let Some(step) = self.draft.steps.get(n) {
                        remarks.at(step.line, "has a date without a time: that sets no start");
                    }
                    None
                }
                Some(When::Zero(_)) | None => None,
            };
            last = found.or(last);
            at.push(found);
        }
        let base = at.iter().flatten().min().copied();
        self.lengths(&at, remarks);
        if zero {
            if base.is_some() {
                remarks.general("some starts count from T and some are times of the day: only those from T are kept");
            }
            let starts: Vec<Option<Secs>> = self
                .starts
                .iter()
                .map(
                    |(start, _)| {
                        if let Some(When::Zero(secs)) = start { Some(*secs) } else { None }
                    },
                )
                .collect();
            self.draft.start = starts.iter().flatten().min().copied();
            return starts;
        }
        let Some(base) = base else { return vec![None; at.len()] };
        self.draft.zero = if dated { Zero::At(base) } else { Zero::Clock(base.time()) };
        remarks.general(format!(
            "zero hour is the earliest start, {}; starts count from it",
            base.format(if dated { "%Y-%m-%d %H:%M" } else { "%H:%M" })
        ));
        at.into_iter().map(|at| at.map(|at| (at - base).num_seconds())).collect()
    }

    fn lengths(&mut self, starts: &[Option<NaiveDateTime>], remarks: &mut Remarks) {
        for ((step, end), start) in self.draft.steps.iter_mut().zip(&self.ends).zip(starts) {
            let (Some(start), Some(end)) = (start, end) else { continue };
            let end = match end {
                When::Exact(end) => *end,
                When::Clock(clock) => {
                    let same = start.date().and_time(*clock);
                    if same < *start {
                        same.checked_add_signed(TimeDelta::days(1)).unwrap_or(same)
                    } else {
                        same
                    }
                }
                When::Date(_) | When::Zero(_) => continue,
            };
            let between = (end - *start).num_seconds();
            match step.duration {
                None if between < 0 => {
                    remarks.at(step.line, "ends before it starts: its end was left out");
                    step.to_do.push("the file has an end before the start".to_owned());
                }
                None => {
                    step.duration = Some(between);
                    remarks.at(step.line, "has its duration from start and end");
                }
                Some(said) if said != between => remarks.at(
                    step.line,
                    "has a duration that is not the time from start to end: the duration counts",
                ),
                Some(_) => {}
            }
        }
    }

    /// Finds the predecessors; whether the table names any.
    fn link(&mut self, remarks: &mut Remarks) -> bool {
        if self.needs.iter().all(Vec::is_empty) {
            return false;
        }
        let mut names = Names::new(self, remarks);
        let mut count = 0;
        for ix in 0..self.draft.steps.len() {
            let mut links: Vec<(usize, LinkOn, Secs)> = Vec::new();
            let named = self.needs.get_mut(ix).map(std::mem::take).unwrap_or_default();
            for word in named {
                let found = names.find(&word.name);
                let Some(step) = self.draft.steps.get_mut(ix) else { continue };
                let why = if found.is_empty() {
                    format!("`{}` is none of the steps", short(&word.name))
                } else if found.contains(&ix) {
                    "a step cannot come before itself".to_owned()
                } else if count + found.len() > MOST_LINKS {
                    "there are too many".to_owned()
                } else {
                    count += found.len();
                    let is_new = |at: &usize| !links.iter().any(|(known, ..)| known == at);
                    let new: Vec<usize> = found.into_iter().filter(is_new).collect();
                    links.extend(new.into_iter().map(|at| (at, word.on, word.lag)));
                    continue;
                };
                remarks.at(step.line, format!("predecessor left out: {why}"));
                step.to_do.push(format!("predecessor left out: {why}"));
            }
            if let Some(step) = self.draft.steps.get_mut(ix) {
                step.needs = Some(links);
            }
        }
        remarks.general("the file names predecessors: a step without one starts with its phase");
        self.break_cycles(remarks);
        true
    }

    /// A link that closes a circle is left out, since no run could carry it out.
    fn break_cycles(&mut self, remarks: &mut Remarks) {
        let mut state = vec![0_u8; self.draft.steps.len()];
        for root in 0..state.len() {
            if state.get(root) != Some(&0) {
                continue;
            }
            let mut stack = vec![(root, 0_usize)];
            if let Some(s) = state.get_mut(root) {
                *s = 1;
            }
            while let Some((ix, next)) = stack.pop() {
                let Some(step) = self.draft.steps.get_mut(ix) else { continue };
                let Some((before, ..)) =
                    step.needs.as_ref().and_then(|needs| needs.get(next)).copied()
                else {
                    if let Some(s) = state.get_mut(ix) {
                        *s = 2;
                    }
                    continue;
                };
                match state.get(before).copied() {
                    Some(1) => {
                        if let Some(needs) = &mut step.needs {
                            needs.remove(next);
                        }
                        let why = "predecessor left out: it closes a circle";
                        step.to_do.push(why.to_owned());
                        remarks.at(step.line, why);
                        stack.push((ix, next));
                    }
                    Some(0) => {
                        stack.push((ix, next + 1));
                        stack.push((before, 0));
                        if let Some(s) = state.get_mut(before) {
                            *s = 1;
                        }
                    }
                    _ => stack.push((ix, next + 1)),
                }
            }
        }
    }

    /// Puts the steps of each phase together; predecessors and starts move with them.
    fn by_phase(&mut self, starts: Vec<Option<Secs>>) -> Vec<Option<Secs>> {
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

    /// The texts of the rollback column are one rung: each takes back its step, last step first.
    fn rungs(&mut self, remarks: &mut Remarks) {
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

    fn drop_empty_phases(&mut self, used: &HashSet<usize>, remarks: &mut Remarks) {
        let mut new_of = Vec::with_capacity(self.draft.phases.len());
        let mut kept = Vec::new();
        for (n, phase) in std::mem::take(&mut self.draft.phases).into_iter().enumerate() {
            new_of.push(kept.len());
            if used.contains(&n) {
                kept.push(phase);
            } else {
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

/// The next time that a clock shows so, within half a day before and half a day after.
fn after(last: NaiveDateTime, clock: chrono::NaiveTime) -> NaiveDateTime {
    let same = last.date().and_time(clock);
    let late = same < last && last - same > TimeDelta::hours(12);
    if late { same.checked_add_signed(TimeDelta::days(1)).unwrap_or(same) } else { same }
}

/// What the words in the column of predecessors name.
struct Names {
    by_id: HashMap<String, usize>,
    by_title: HashMap<String, usize>,
    by_row: HashMap<String, usize>,
    headings: HashMap<String, std::ops::Range<usize>>,
}

impl Names {
    fn new(reader: &Reader<'_>, remarks: &mut Remarks) -> Self {
        let steps = &reader.draft.steps;
        let mut names = Self {
            by_id: HashMap::new(),
            by_title: HashMap::new(),
            by_row: HashMap::new(),
            headings: HashMap::new(),
        };
        for (ix, number) in
            reader.numbers.iter().enumerate().filter(|(_, number)| !number.is_empty())
        {
            if names.by_id.insert(number.to_lowercase(), ix).is_some()
                && let Some(step) = steps.get(ix)
            {
                remarks.at(
                    step.line,
                    "has a number that another row has, too: predecessors mean the last of them",
                );
            }
        }
        for (ix, step) in steps.iter().enumerate() {
            names.by_title.entry(step.title.to_lowercase()).or_insert(ix);
        }
        for (n, (number, from, _)) in reader.headings.iter().enumerate() {
            let until = reader
                .headings
                .iter()
                .skip(n + 1)
                .find(|(next, ..)| !is_under(next, number))
                .map_or(steps.len(), |(_, from, _)| *from);
            names.headings.insert(number.to_lowercase(), *from..until);
        }
        if names.by_id.is_empty() {
            let rows = || steps.iter().enumerate().map(|(ix, step)| (step.line.to_string(), ix));
            let counted = || (0..steps.len()).map(|ix| ((ix + 1).to_string(), ix));
            let fits = |by: &HashMap<String, usize>| {
                let mut all = reader
                    .needs
                    .iter()
                    .enumerate()
                    .flat_map(|(ix, list)| list.iter().map(move |n| (ix, n)));
                all.all(|(ix, n)| {
                    n.name.parse::<u64>().is_err() || by.get(&n.name).is_some_and(|at| *at < ix)
                })
            };
            let (by_row, by_count): (HashMap<_, _>, HashMap<_, _>) =
                (rows().collect(), counted().collect());
            if !fits(&by_row) && fits(&by_count) {
                remarks.general(
                    "the file has no column of numbers: predecessors count the tasks from 1",
                );
                names.by_row = by_count;
            } else {
                remarks.general(format!(
                    "the file has no column of numbers: predecessors are {} numbers of the file",
                    remarks.place
                ));
                names.by_row = by_row;
            }
        }
        names
    }

    fn find(&mut self, name: &str) -> Vec<usize> {
        let name = name.to_lowercase();
        let one = self.by_id.get(&name).or_else(|| self.by_row.get(&name));
        match (one, self.headings.get(&name)) {
            (Some(ix), _) => vec![*ix],
            // A heading is done when all below it is.
            (None, Some(range)) => range.clone().collect(),
            (None, None) => self.by_title.get(&name).copied().into_iter().collect(),
        }
    }
}
