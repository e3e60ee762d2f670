//! Changes to a runbook's text, as the cockpit makes them in the night: a step inserted, removed or
//! moved, another owner, duration, time or predecessor. Comments and order stay. What comes out
//! reads again, or is an error.

mod find;
mod keys;
mod list;
mod remove;

use super::diagnostic::Severity;
use super::read::read;
use super::{Link, LinkOn, Runbook, StepIx, format_duration};
use find::Found;
use toml_edit::{Array, DocumentMut, InlineTable, Value};

/// Why a text was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text itself cannot be read.
    #[error("the runbook's text has errors ({message}); mend it in the file first")]
    Unreadable {
        /// The first of them.
        message: String,
    },
    /// No such step.
    #[error("there is no step `{id}` in the runbook's text; `golive runbook` prints it")]
    NoSuchStep {
        /// As asked for.
        id: String,
    },
    /// No such phase.
    #[error("there is no phase or rollback `{id}` in the runbook's text")]
    NoSuchPhase {
        /// As asked for.
        id: String,
    },
    /// The step is one of several that one entry makes.
    #[error("`{id}` is one of the steps of a `for_each`, which are written as one; {instead}")]
    OneOfMany {
        /// The step.
        id: String,
        /// What to do instead.
        instead: &'static str,
    },
    /// Others name the step.
    #[error("`{id}` is still named by {by}; change that first")]
    StillNamed {
        /// The step.
        id: String,
        /// Who names it, in words.
        by: String,
    },
    /// The change would make a runbook with errors.
    #[error("that would not work: {message}{}", help.as_ref().map(|h| format!("; {h}")).unwrap_or_default())]
    WouldBreak {
        /// The first error.
        message: String,
        /// How to mend it.
        help: Option<String>,
    },
}

/// Where a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot<'a> {
    /// Right after this step.
    After(&'a str),
    /// Right before this step.
    Before(&'a str),
    /// At the end of this phase or rollback.
    EndOf(&'a str),
}

/// A step to insert. What is none gets its default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewStep {
    /// Title.
    pub title: String,
    /// Identifier; default: slug of the title, made unique.
    pub id: Option<String>,
    /// An id of `[people]`, or free text.
    pub owner: Option<String>,
    /// Lane across phases.
    pub stream: Option<String>,
    /// Such as "10m".
    pub duration: Option<String>,
    /// Predecessors by id instead of the default one.
    pub needs: Option<Vec<String>>,
    /// What to do, in Markdown.
    pub instructions: Option<String>,
}

/// Inserts a step.
///
/// # Errors
/// The text or the place cannot be used, or the result would not read.
pub fn insert_step(text: &str, step: &NewStep, spot: Spot<'_>) -> Result<String, EditError> {
    let mut edit = Edit::begin(text)?;
    let id = step.id.clone().unwrap_or_else(|| edit.free_id(&step.title));
    let mut table = InlineTable::new();
    let texts = [
        ("id", Some(&id)),
        ("title", Some(&step.title)),
        ("owner", step.owner.as_ref()),
        ("stream", step.stream.as_ref()),
        ("duration", step.duration.as_ref()),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            table.insert(key, Value::from(value));
        }
    }
    if let Some(needs) = &step.needs {
        table.insert("needs", Value::Array(needs.iter().collect()));
    }
    if let Some(instructions) = &step.instructions {
        table.insert("instructions", Value::from(instructions));
    }
    let (section, index) = edit.index_of(spot)?;
    list::insert(&mut edit.doc, &section, index, list::Entry::new(table));
    edit.finish()
}

/// Removes a step. Steps that need it need its predecessors instead; `covers` drops it.
///
/// # Errors
/// Something else names it, the text cannot be used, or the result would not read.
pub fn remove_step(text: &str, id: &str) -> Result<String, EditError> {
    let mut edit = Edit::begin(text)?;
    let found = edit.find(id)?;
    remove::remove(&mut edit, &found)?;
    edit.finish()
}

/// Moves a step to another place, also in another phase.
///
/// # Errors
/// The step is one of a `for_each`, the text or the place cannot be used, or the result would not
/// read.
pub fn move_step(text: &str, id: &str, spot: Spot<'_>) -> Result<String, EditError> {
    let mut edit = Edit::begin(text)?;
    let found = edit.find(id)?;
    if found.for_each.is_some() {
        let instead = "move them in the file, all together";
        return Err(EditError::OneOfMany { id: id.to_owned(), instead });
    }
    let (section, mut index) = edit.index_of(spot)?;
    let Some(entry) = list::take(&mut edit.doc, &found.section, found.slot) else {
        return Err(EditError::NoSuchStep { id: id.to_owned() });
    };
    if section == found.section && found.slot < index {
        index -= 1;
    }
    list::insert(&mut edit.doc, &section, index, entry);
    edit.finish()
}

/// Gives a step another owner; none takes it away. Replaces a team.
///
/// # Errors
/// The text cannot be used, or the result would not read.
pub fn set_owner(text: &str, id: &str, owner: Option<&str>) -> Result<String, EditError> {
    set(text, id, "owner", owner.map(Value::from))
}

/// Gives a step to a team instead of an owner.
///
/// # Errors
/// The text cannot be used, or the result would not read.
pub fn set_team(text: &str, id: &str, team: &str) -> Result<String, EditError> {
    set(text, id, "team", Some(Value::from(team)))
}

/// Gives a step another duration, such as "25m"; none takes it away.
///
/// # Errors
/// The text cannot be used, or the result would not read.
pub fn set_duration(text: &str, id: &str, duration: Option<&str>) -> Result<String, EditError> {
    set(text, id, "duration", duration.map(Value::from))
}

/// Gives a step another title; its id stays.
///
/// # Errors
/// The text cannot be used, or the result would not read.
pub fn set_title(text: &str, id: &str, title: &str) -> Result<String, EditError> {
    set(text, id, "title", Some(Value::from(title)))
}

/// Gives a step another earliest start: "T-30m", "02:30" or a datetime; none takes it away.
///
/// # Errors
/// The text cannot be used, or the result would not read.
pub fn set_not_before(text: &str, id: &str, moment: Option<&str>) -> Result<String, EditError> {
    set(text, id, "not_before", moment.map(time_value))
}

/// A predecessor by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predecessor {
    /// Step id, or a pattern such as `prewarm-*`.
    pub step: String,
    /// Which end of it.
    pub on: LinkOn,
    /// Time between, seconds.
    pub lag: i64,
}

/// Gives a step other predecessors; none: the default one again.
///
/// # Errors
/// The text cannot be used, or the result would not read, as with a circle.
pub fn set_needs(text: &str, id: &str, needs: Option<&[Predecessor]>) -> Result<String, EditError> {
    let list = needs.map(|needs| Value::Array(needs.iter().map(need_value).collect::<Array>()));
    set(text, id, "needs", list)
}

/// Writes another change window.
///
/// # Errors
/// The text cannot be used, or the result would not read.
pub fn set_window(text: &str, opens: &str, closes: &str) -> Result<String, EditError> {
    let mut edit = Edit::begin(text)?;
    let mut window = InlineTable::new();
    window.insert("opens", time_value(opens));
    window.insert("closes", time_value(closes));
    edit.set_release("window", Value::InlineTable(window));
    edit.finish()
}

/// Writes another zero hour.
///
/// # Errors
/// The text cannot be used, or the result would not read.
pub fn set_zero_hour(text: &str, zero_hour: &str) -> Result<String, EditError> {
    let mut edit = Edit::begin(text)?;
    edit.set_release("zero_hour", time_value(zero_hour));
    edit.finish()
}

/// A datetime as TOML writes it; other times are text.
fn time_value(moment: &str) -> Value {
    let datetime = moment.parse::<toml_edit::Datetime>().ok().filter(|d| d.date.is_some());
    datetime.map_or_else(|| Value::from(moment), Value::from)
}

fn need_value(need: &Predecessor) -> Value {
    if need.on == LinkOn::Finish && need.lag == 0 {
        return Value::from(&need.step);
    }
    let mut table = InlineTable::new();
    table.insert("step", Value::from(&need.step));
    if need.on == LinkOn::Start {
        table.insert("on", Value::from("start"));
    }
    if need.lag > 0 {
        table.insert("lag", Value::from(format_duration(need.lag)));
    }
    Value::InlineTable(table)
}

/// The predecessors of a step as they would be written.
pub fn predecessors(runbook: &Runbook, links: &[Link]) -> Vec<Predecessor> {
    let id = |ix: StepIx| runbook.steps.get(ix).map(|s| s.id.clone()).unwrap_or_default();
    links.iter().map(|l| Predecessor { step: id(l.step), on: l.on, lag: l.lag }).collect()
}

fn set(text: &str, id: &str, key: &str, value: Option<Value>) -> Result<String, EditError> {
    let mut edit = Edit::begin(text)?;
    let found = edit.find(id)?;
    keys::set(&mut edit.doc, &found, key, value);
    edit.finish()
}

/// A text that is being changed.
struct Edit<'t> {
    text: &'t str,
    book: Runbook,
    doc: DocumentMut,
    /// Where each entry of a section's steps begins in the text.
    starts: find::Starts,
}

impl<'t> Edit<'t> {
    fn begin(text: &'t str) -> Result<Self, EditError> {
        let reading = read(text);
        let Some(book) = reading.runbook else {
            let first = reading.diagnostics.iter().find(|d| d.severity == Severity::Error);
            let message = first.map(|d| format!("line {}: {}", d.line, d.message));
            return Err(EditError::Unreadable { message: message.unwrap_or_default() });
        };
        let plain = text.trim_start_matches('\u{feff}');
        let offset = text.len() - plain.len();
        let document = toml_edit::Document::parse(plain.to_owned())
            .map_err(|e| EditError::Unreadable { message: e.message().to_owned() })?;
        let starts = find::starts(&document, offset);
        Ok(Self { text, book, doc: document.into_mut(), starts })
    }

    fn find(&self, id: &str) -> Result<Found, EditError> {
        find::find(self, id).ok_or_else(|| EditError::NoSuchStep { id: id.to_owned() })
    }

    /// The section and the place in its list of steps.
    fn index_of(&self, spot: Spot<'_>) -> Result<(find::Section, usize), EditError> {
        let (id, after) = match spot {
            Spot::EndOf(id) => {
                return find::section(&self.book, id)
                    .map(|section| (section, usize::MAX))
                    .ok_or_else(|| EditError::NoSuchPhase { id: id.to_owned() });
            }
            Spot::After(id) => (id, true),
            Spot::Before(id) => (id, false),
        };
        let found = self.find(id)?;
        let inside = match found.for_each {
            Some(place) if after => place.position + 1 < place.of,
            Some(place) => place.position > 0,
            None => false,
        };
        if inside {
            let instead = "insert before the first or after the last of them";
            return Err(EditError::OneOfMany { id: id.to_owned(), instead });
        }
        Ok((found.section, found.slot + usize::from(after)))
    }

    /// An id for a title that nothing has yet.
    fn free_id(&self, title: &str) -> String {
        let base = match super::slug(title) {
            id if super::is_id(&id) => id,
            id => format!("step-{id}").trim_end_matches('-').to_owned(),
        };
        let taken = |id: &str| {
            self.book.step_ix.contains_key(id)
                || self.book.phases.iter().any(|p| p.id == id)
                || self.book.rollbacks.iter().any(|r| r.id == id)
        };
        if !taken(&base) {
            return base;
        }
        (2..).map(|n| format!("{base}-{n}")).find(|id| !taken(id)).unwrap_or(base)
    }

    fn set_release(&mut self, key: &str, value: Value) {
        if let Some(mut release) = self.doc.get_mut("release").and_then(keys::Keys::of) {
            release.put(key, value);
        }
    }

    /// The new text, once it has been read.
    fn finish(self) -> Result<String, EditError> {
        let mut text = self.doc.to_string();
        if self.text.contains("\r\n") {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        if self.text.starts_with('\u{feff}') && !text.starts_with('\u{feff}') {
            text.insert(0, '\u{feff}');
        }
        let reading = read(&text);
        match reading.diagnostics.iter().find(|d| d.severity == Severity::Error) {
            None => Ok(text),
            Some(d) => {
                Err(EditError::WouldBreak { message: d.message.clone(), help: d.help.clone() })
            }
        }
    }
}
