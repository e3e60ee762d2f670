//! Headers: which column is what. Usual words are recognised in any case, spelling and order; what
//! only looks like one is a doubt, and a person is asked.

mod field;

pub use field::Field;

use super::grid::{Grid, Row, column_named, letters};
use super::length::Unit;
use super::{Doubt, Options};
use field::{near, usual};

/// A header is looked for in so many rows.
const SEARCHED: usize = 50;
/// So many cells are shown of a column.
const SAMPLE: usize = 3;

/// A column that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Where.
    pub at: usize,
    /// What it is; none: nobody knows, and it is kept as a note.
    pub field: Option<Field>,
    /// Its header as written; its letter where it has none.
    pub name: String,
    /// What its plain numbers count, where the header says so.
    pub unit: Option<Unit>,
    /// The column of the day to its times of the day: its place and its header.
    pub day: Option<(usize, String)>,
}

/// The columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// The header's place among the rows; none: there is no header, and every row is data.
    pub row: Option<usize>,
    /// The columns, in order.
    pub columns: Vec<Column>,
}

impl Header {
    /// The first column that holds a field.
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == Some(field))
    }

    /// All columns that hold a field, or of which nobody knows.
    pub fn all(&self, field: Option<Field>) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |column| column.field == field)
    }
}

/// The row that looks most like a header.
pub(super) fn row_of(grid: &Grid, options: &Options) -> Option<usize> {
    let score = |(n, row): (usize, &Row)| {
        let said = |text: &str| options.map.iter().any(|(name, _)| same(name, text));
        let texts: Vec<String> = row.filled().map(|n| row.cell(n).text()).collect();
        let mapped = texts.iter().filter(|text| said(text)).count();
        let known: Vec<Field> = texts.iter().filter_map(|text| recognised(text)).collect();
        let doubled = texts
            .iter()
            .filter(|text| matches!(normal(text).0.as_str(), "step" | "steps" | "item"))
            .count();
        let named = known.iter().any(|f| matches!(f, Field::Title | Field::Instructions));
        let alike: Vec<Field> = texts
            .iter()
            .filter(|text| recognised(text).is_none() && text.chars().count() < 60)
            .flat_map(|text| near(&normal(text).0).into_iter().take(1))
            .collect();
        let likely = named || doubled > 0 || known.len() > 2 || alike.contains(&Field::Title);
        let is_header = mapped > 0
            || (likely && known.len() + doubled + alike.len() >= 2)
            || (named && (n == 0 || texts.len() == 1));
        if is_header { known.len() + doubled + 2 * mapped } else { 0 }
    };
    let scored = grid.rows.iter().take(SEARCHED).enumerate().map(score).enumerate();
    // The first of the best ones.
    let best = scored.rev().max_by_key(|(_, score)| *score)?;
    (best.1 > 0).then_some(best.0)
}

/// Whether a header has a column that only work has.
pub(super) fn plans_work(row: &Row) -> bool {
    let fields = row.filled().filter_map(|n| recognised(&row.cell(n).text()));
    let work =
        [Field::Owner, Field::Start, Field::End, Field::Duration, Field::Needs, Field::Status];
    fields.into_iter().any(|field| work.contains(&field))
}

/// What each column is.
///
/// # Errors
/// Some might be several things.
pub(super) fn header(grid: &Grid, options: &Options) -> Result<Header, Vec<Doubt>> {
    let at = row_of(grid, options);
    let head = at.and_then(|at| grid.rows.get(at));
    let data = at.map_or(0, |at| at + 1);
    let width = grid.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut used = vec![false; width];
    for row in grid.rows.get(data..).unwrap_or_default() {
        for column in row.filled() {
            if let Some(used) = used.get_mut(column) {
                *used = true;
            }
        }
    }
    let mut columns = Vec::new();
    let mut doubts = Vec::new();
    for n in (0..width).filter(|n| used.get(*n) == Some(&true)) {
        let name = head.map(|row| row.cell(n).text()).unwrap_or_default();
        let said = options.map.iter().find(|(word, _)| {
            (!name.is_empty() && same(word, &name)) || column_named(word) == Some(n)
        });
        let unit = normal(&name).1;
        let shown = if name.is_empty() { letters(n) } else { name.clone() };
        let field = match said {
            Some((_, field)) => Some(*field),
            None => match judged(&name, grid, data, n) {
                Ok(field) => field,
                Err((why, fields)) => {
                    doubts.push(doubt(&shown, why, fields, grid, data, n));
                    continue;
                }
            },
        };
        columns.push(Column { at: n, field, name: shown, unit, day: None });
    }
    let is_said = |column: &Column| {
        options
            .map
            .iter()
            .any(|(word, _)| same(word, &column.name) || column_named(word) == Some(column.at))
    };
    settle_titles(&mut columns, &is_said);
    for field in [Field::Start, Field::End] {
        join_day(&mut columns, field);
    }
    for (n, column) in columns.iter().enumerate() {
        let Some(field) = column.field.filter(|field| !field.may_repeat()) else { continue };
        let before = columns.iter().take(n).find(|c| c.field == Some(field));
        if let Some(before) = before {
            // What was said is asked no more, unless both were.
            let asked = if is_said(column) && !is_said(before) { before } else { column };
            let other = if asked.at == column.at { before } else { column };
            let why = format!("`{}` is the {} already", other.name, field.name());
            let fields = vec![Field::Notes, Field::Ignore, field];
            doubts.push(doubt(&asked.name, why, fields, grid, data, asked.at));
        }
    }
    let has = |field| columns.iter().any(|c| c.field == Some(field));
    if !has(Field::Title) && doubts.iter().all(|d| !d.fields.contains(&Field::Title)) {
        let free = columns.iter().filter(|c| c.field.is_none());
        doubts.extend(free.map(|c| {
            let why = "no column says what is to be done".to_owned();
            doubt(&c.name, why, vec![Field::Title, Field::Notes, Field::Ignore], grid, data, c.at)
        }));
    }
    if doubts.is_empty() { Ok(Header { row: at, columns }) } else { Err(doubts) }
}

/// `Start date` and `Start time` are one moment in two columns.
fn join_day(columns: &mut Vec<Column>, field: Field) {
    let of_field: Vec<usize> = (0..columns.len())
        .filter(|n| columns.get(*n).is_some_and(|c| c.field == Some(field)))
        .collect();
    let is_day = |n: &usize| {
        let words = columns.get(*n).map(|c| normal(&c.name).0).unwrap_or_default();
        words.split(' ').any(|w| w == "date") && !words.split(' ').any(|w| w == "time")
    };
    let [one, other] = of_field.as_slice() else { return };
    let (day, time) = match (is_day(one), is_day(other)) {
        (true, false) => (*one, *other),
        (false, true) => (*other, *one),
        _ => return,
    };
    let day_of = columns.get(day).map(|c| (c.at, c.name.clone()));
    if let Some(column) = columns.get_mut(time) {
        column.day = day_of;
    }
    columns.remove(day);
}

/// Where nothing else is the title, the description is.
fn settle_titles(columns: &mut [Column], is_said: &dyn Fn(&Column) -> bool) {
    if columns.iter().any(|c| c.field == Some(Field::Title)) {
        return;
    }
    let free = |c: &&mut Column| c.field == Some(Field::Instructions) && !is_said(c);
    if let Some(column) = columns.iter_mut().find(free) {
        column.field = Some(Field::Title);
    }
}

type Unclear = (String, Vec<Field>);

/// What a column is by its header and, where that word is used for two things, by its cells.
fn judged(name: &str, grid: &Grid, data: usize, column: usize) -> Result<Option<Field>, Unclear> {
    if name.is_empty() {
        return Ok(None);
    }
    if let Some(field) = recognised(name) {
        return Ok(Some(field));
    }
    let (word, _) = normal(name);
    if matches!(word.as_str(), "step" | "steps" | "item") {
        let rows = grid.rows.get(data..).unwrap_or_default();
        let short = |text: &str| {
            text.chars().count() <= 8
                && text.chars().any(|c| c.is_ascii_digit())
                && !text.contains(' ')
        };
        let filled = rows.iter().map(|row| row.cell(column).text()).filter(|text| !text.is_empty());
        let (numbers, all) =
            filled.fold((0, 0), |(n, all), text| (n + usize::from(short(&text)), all + 1));
        return Ok(Some(if numbers * 10 >= all * 8 { Field::Id } else { Field::Title }));
    }
    let near = near(&word);
    if near.is_empty() {
        return Ok(None);
    }
    let mut fields = near;
    fields.extend(
        [Field::Notes, Field::Ignore]
            .into_iter()
            .filter(|f| !fields.contains(f))
            .collect::<Vec<_>>(),
    );
    Err(("its header is no usual one".to_owned(), fields))
}

/// The field of a usual header.
fn recognised(name: &str) -> Option<Field> {
    let (word, unit) = normal(name);
    usual(&word).or_else(|| unit.is_some().then(|| usual(word.trim())).flatten())
}

fn doubt(
    name: &str,
    why: String,
    fields: Vec<Field>,
    grid: &Grid,
    data: usize,
    column: usize,
) -> Doubt {
    let rows = grid.rows.get(data..).unwrap_or_default();
    let cells = rows.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty());
    let sample = cells.take(SAMPLE).map(|cell| super::length::short(&cell.text())).collect();
    Doubt { column: name.to_owned(), why, sample, fields }
}

/// Whether two headers are the same but for case and signs.
fn same(one: &str, other: &str) -> bool {
    one.trim() == other.trim() || normal(one).0 == normal(other).0 && !normal(one).0.is_empty()
}

/// A header in lower case with single spaces, without what stands in brackets; and the unit that
/// brackets or its last word name.
pub(super) fn normal(name: &str) -> (String, Option<Unit>) {
    let lower = name.to_lowercase();
    let (mut out, mut inside, mut depth) = (String::new(), String::new(), 0_usize);
    for c in lower.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inside.push(c),
            c if c.is_alphanumeric() || matches!(c, '#' | '%' | 'º') => out.push(c),
            _ => out.push(' '),
        }
    }
    let word = out.split_whitespace().collect::<Vec<_>>().join(" ");
    let by_brackets = Unit::named(inside.trim().trim_end_matches('.'));
    let unit = by_brackets.or_else(|| word.split(' ').next_back().and_then(Unit::named));
    (word, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_headers_are_recognised_however_they_are_written() {
        let cases = [
            ("TASK", Some(Field::Title)),
            ("Task_Name", Some(Field::Title)),
            (" Responsible: ", Some(Field::Owner)),
            ("Executor", Some(Field::Owner)),
            ("Planned Start (UTC)", Some(Field::Start)),
            ("Duration (min)", Some(Field::Duration)),
            ("Depends-on", Some(Field::Needs)),
            ("Predecessors", Some(Field::Needs)),
            ("Work Stream", Some(Field::Stream)),
            ("Back-out", Some(Field::Rollback)),
            ("Actual start", Some(Field::Ignore)),
            ("Colour", None),
        ];
        for (name, field) in cases {
            assert_eq!(recognised(name), field, "{name}");
        }
        assert_eq!(normal("Duration (min)").1, Some(Unit::Minutes));
        assert_eq!(normal("Effort [hrs]").1, Some(Unit::Hours));
    }
}
