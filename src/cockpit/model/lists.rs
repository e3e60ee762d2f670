//! The lists: their rows, cursors and filters.

use crate::run::EntryId;
use crate::runbook::{PhaseIx, RungIx, StepIx};
use std::collections::HashSet;

/// A row of the steps list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Row {
    /// Head of a phase, or of a rung of the ladder.
    Phase(PhaseIx),
    /// Head of a rung.
    Rung(RungIx),
    /// A step.
    Step(StepIx),
}

/// Where the cursor is: on a step (by id), on the head of a phase or rung (by id), or nowhere in
/// an empty list. It sticks to the thing, not to the row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cursor {
    /// A step.
    Step(String),
    /// A phase.
    Phase(String),
    /// A rung.
    Rung(String),
    /// Nothing there.
    Nowhere,
}

/// Which steps are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Show {
    /// Every one.
    #[default]
    All,
    /// Not settled.
    Open,
    /// Mine.
    Mine,
    /// Ready to start.
    Ready,
    /// Later than planned.
    Late,
}

impl Show {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::All, Self::Open, Self::Mine, Self::Ready, Self::Late];

    /// Its word on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Mine => "mine",
            Self::Ready => "ready",
            Self::Late => "late",
        }
    }
}

/// The steps list.
#[derive(Debug, Clone)]
pub struct StepsPane {
    /// What is listed after filter and folding, in order; kept by `update`.
    pub rows: Vec<Row>,
    /// Where the cursor is.
    pub cursor: Cursor,
    /// Its row; kept by `update`. Drawing uses it, nothing else does.
    pub cursor_row: usize,
    /// First row shown; kept by `update` so that the cursor is in sight.
    pub top: usize,
    /// Ids of folded phases and rungs.
    pub folded: HashSet<String>,
    /// Which steps.
    pub show: Show,
    /// Only this stream.
    pub stream: Option<String>,
}

/// A cursor and the first row shown, for lists that need no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Row of the cursor.
    pub cursor: usize,
    /// First row shown.
    pub top: usize,
}

/// Which entries the log shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFilter {
    /// Of this person (who recorded it, or whose act it was).
    pub person: Option<String>,
    /// About this step: id.
    pub step: Option<String>,
    /// Of this kind.
    pub kind: Option<LogKind>,
    /// Of the last hour.
    pub last_hour: bool,
    /// After this seq: since you left.
    pub since: Option<u64>,
}

/// Kinds of entries in the log's filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogKind {
    /// Run started, held, resumed, revised, …
    Run,
    /// Work on steps.
    Steps,
    /// Votes, decisions, choices and checklists.
    Decisions,
    /// Notes and messages.
    Notes,
    /// Calls, roles, roll-calls.
    People,
    /// Corrections, conflicts, deviations.
    Corrections,
}

/// The log.
#[derive(Debug, Clone, Default)]
pub struct LogPane {
    /// Indexes into `run.log` after the filter, oldest first; kept by `update`.
    pub rows: Vec<usize>,
    /// Cursor; follows the newest entry while it is on it.
    pub place: Place,
    /// What is shown.
    pub filter: LogFilter,
}

/// The notes.
#[derive(Debug, Clone, Default)]
pub struct NotesPane {
    /// Indexes into `run.notes` after the filter, oldest first, without removed ones; kept by
    /// `update`.
    pub rows: Vec<usize>,
    /// Name of the note under the cursor.
    pub cursor: Option<EntryId>,
    /// Row and first row; kept by `update`.
    pub place: Place,
    /// Only those about the step under the steps list's cursor.
    pub this_step: bool,
    /// Only open issues, risks and actions.
    pub open_only: bool,
    /// Only what is new to the person, calls them, or is theirs to do.
    pub for_me: bool,
    /// What is new to the person.
    pub unread: super::Unread,
}

/// Whom to call.
#[derive(Debug, Clone, Default)]
pub struct CallsPane {
    /// Every call that the plan asks for and that is not past, soonest first; kept by `update`.
    pub rows: Vec<crate::cockpit::panes::CallRow>,
    /// Cursor; stays with its step.
    pub place: Place,
}

/// People.
#[derive(Debug, Clone, Default)]
pub struct PeoplePane {
    /// Ids or names: those of the runbook, then others who did something; kept by `update`.
    pub rows: Vec<String>,
    /// Cursor.
    pub place: Place,
}

/// A row of the checklists and success criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckRow {
    /// Head of a checklist, by index into `plan.checklists`.
    Head(usize),
    /// An item: checklist, item.
    Item(usize, usize),
    /// Head of the success criteria.
    CriteriaHead,
    /// A success criterion, by index into `plan.criteria`.
    Criterion(usize),
}

/// Checklists and success criteria.
#[derive(Debug, Clone, Default)]
pub struct ChecklistsPane {
    /// Rows, in order; kept by `update`.
    pub rows: Vec<CheckRow>,
    /// Cursor.
    pub place: Place,
}
