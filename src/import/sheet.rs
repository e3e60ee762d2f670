//! The rows of a foreign table become a draft: each row a heading, a step (`row`), or what goes on
//! with the step above; then what only the whole table tells: starts and lengths (`times`),
//! predecessors (`links`), ways back (`back`), sections (`phases`) and the rung of its rollback column (`rungs`).

mod back;
mod links;
mod phases;
mod row;
mod rungs;
mod times;

use super::draft::{Draft, Phase};
use super::grid::{Cell, Grid, Row};
use super::header::{self, Field, Header};
use super::length::short;
use super::moment::{DateOrder, When};
use super::remark::Remarks;
use super::{ImportError, Options, order, predecessor};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// What the row of a total is called.
const TOTALS: [&str; 11] = [
    "total",
    "totals",
    "sum",
    "subtotal",
    "grand total",
    "total duration",
    "total time",
    "summe",
    "gesamt",
    "gesamtdauer",
    "zwischensumme",
];

/// Whether a table has a header that names tasks and something that only work has: a list of
/// contacts has names, too.
pub(super) fn plans_work(grid: &Grid, options: &Options) -> bool {
    let row = header::row_of(grid, options).and_then(|at| grid.rows.get(at));
    row.is_some_and(header::plans_work)
}

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
    /// Sections whose steps became a rung.
    emptied: HashSet<usize>,
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
            if let ([title], true, true) = (&text[..], row.merged, draft.head.is_empty()) {
                draft.title.clone_from(title);
                draft.head.push(title.clone());
                remarks.at(row.line, "covers the table: it is the title of the release");
                continue;
            }
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
                    if let Some((_, day)) = &column.day {
                        remarks.general(format!("the columns `{day}` and `{name}` are read together as {}", field.name()));
                        continue;
                    }
                    if !name.eq_ignore_ascii_case(field.name()) {
                        remarks.general(format!("the column `{name}` is read as {}", field.name()));
                    }
                }
            }
        }
        Ok(Self {
            order: times::date_order(grid, header, data, options.dates, remarks),
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
            emptied: HashSet::new(),
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
            let lettered = self.is_lettered_heading(&number, &title, &filled, rows);
            if inside || lettered || bare.is_some() {
                let text = match bare {
                    Some(at) => row.cell(at).text(),
                    None => title,
                };
                self.heading(&number, &text, row.line);
                let why = if inside {
                    "taken for a heading: the rows below are numbered under it"
                } else if lettered {
                    "taken for a heading: it has nothing but a letter and a text"
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
            if self.is_total(row, &title) {
                remarks.at(row.line, "skipped: it is a total");
                continue;
            }
            self.step(row, &title, number, remarks)?;
        }
        Ok(())
    }

    /// Whether a row only sums the others up.
    fn is_total(&self, row: &Row, title: &str) -> bool {
        let title = title.trim_end_matches([':', ' ']).to_lowercase();
        let bare = [Field::Id, Field::Owner, Field::Start, Field::Needs];
        TOTALS.contains(&title.as_str())
            && bare.iter().all(|field| self.cell(row, *field).is_empty())
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

    /// `A;PREPARE`: a letter and a text, where the rows of work have numbers.
    fn is_lettered_heading(
        &self,
        number: &str,
        title: &str,
        filled: &[usize],
        rows: &[Row],
    ) -> bool {
        let letters = number.trim_end_matches(['.', ')', ':']);
        let is_letter = !letters.is_empty()
            && letters.chars().count() <= 3
            && letters.chars().all(char::is_alphabetic);
        let at = self.header.column(Field::Title).map(|column| column.at);
        is_letter
            && filled.len() == 2
            && !title.is_empty()
            && self.header.column(Field::Phase).is_none()
            && self.is_heading_cell(at)
            && rows
                .iter()
                .any(|row| self.text(row, Field::Id).contains(|c: char| c.is_ascii_digit()))
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
        let starts = self.way_back(starts, remarks);
        let starts = self.by_phase(starts);
        let Draft { steps, rungs, .. } = &mut self.draft;
        for step in steps.iter_mut().chain(rungs.iter_mut().flat_map(|rung| &mut rung.steps)) {
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
}

/// Whether `1.2.3` is below `1.2`.
fn is_under(number: &str, heading: &str) -> bool {
    !heading.is_empty()
        && number.strip_prefix(heading).is_some_and(|rest| rest.starts_with('.') && rest.len() > 1)
}
