//! Everything the screen is made from: one source of truth. `update` alone changes it; `view`
//! draws it and decides nothing.

use super::card::{Card, LineEdit, Tone};
use super::keymap::Keymap;
use super::msg::{Millis, Ticket};
use crate::run::Forecast;
use crate::run::{EntryId, Intent, RunState, StepStatus, Time};
use crate::runbook::{PhaseIx, RungIx, StepIx};
use std::collections::HashSet;

/// The state of a cockpit.
#[derive(Debug, Clone)]
pub struct Model {
    /// The run, as far as the ledger has it. Nothing is shown as done that is not in here.
    pub run: RunState,
    /// The run clock at the last tick.
    pub now: Time,
    /// What is expected, computed from `run` and `now`.
    pub forecast: Forecast,
    /// What the header says, computed from `run` and `now`.
    pub glance: Glance,
    /// Who sits here: an id of `[people]` or any name.
    pub me: String,
    /// Which key does what.
    pub keymap: Keymap,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The pane in front.
    pub view: View,
    /// The steps list.
    pub steps: StepsPane,
    /// The log.
    pub log: LogPane,
    /// The notes.
    pub notes: NotesPane,
    /// People and call list.
    pub people: PeoplePane,
    /// Checklists.
    pub checklists: ChecklistsPane,
    /// First line shown of the step detail.
    pub detail_scroll: usize,
    /// A failed step that wants a decision; docked beside the list, never in the way.
    pub trouble: Option<Trouble>,
    /// The open card.
    pub card: Option<Card>,
    /// The palette (`:`).
    pub palette: Option<Palette>,
    /// The fuzzy finder (`/`).
    pub find: Option<Find>,
    /// The help: first line shown.
    pub help: Option<usize>,
    /// Stray text that may be kept as a note.
    pub offer: Option<Offer>,
    /// Digits of a step number being typed in the steps list.
    pub jump: String,
    /// Own acts on their way to the disk, oldest first.
    pub saving: Vec<Saving>,
    /// Own acts that could not be written: a dialog in front of everything.
    pub unsaved: Vec<Unsaved>,
    /// Short messages, newest last; gone after a while.
    pub toasts: Vec<Toast>,
    /// The run's file differs from what is being followed.
    pub change: Option<FileChange>,
    /// What is wrong with ledger or second copy, if anything: stays until it is over.
    pub trouble_line: Option<String>,
    /// Half-written texts by key: those found at the start, and the present ones.
    pub drafts: Vec<(String, String)>,
    /// Number of the next append.
    pub next_ticket: Ticket,
    /// The recent past of the keyboard, for telling typing from commands.
    pub typing: Typing,
    /// Head of the record's chain, lower-case hex: printed in messages.
    pub chain: String,
    /// Name of the runbook's file, without its folder; empty: none is followed.
    pub file_name: String,
    /// The start screen is shown until a key is pressed.
    pub greeting: bool,
    /// Seq of the last entry that was there when the person last did something: `since you left`.
    pub seen_seq: u64,
    /// Whether anything has to be drawn.
    pub dirty: bool,
    /// `Quit` was sent; nothing is taken any more.
    pub leaving: bool,
}

/// Who receives the next key. Decided by the model alone, whatever is or is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Focus {
    /// The dialog of unsaved acts.
    Unsaved,
    /// The offer to keep stray text as a note.
    Offer,
    /// The open card.
    Card,
    /// The fuzzy finder.
    Find,
    /// The palette.
    Palette,
    /// The help.
    Help,
    /// The docked trouble panel.
    Trouble,
    /// The pane in front.
    Pane(View),
}

/// How long a toast is shown, in seconds.
const TOAST: i64 = 6;
/// How long one is shown that says what to do, in seconds.
const LONG_TOAST: i64 = 20;
/// More toasts than this are never kept.
const TOASTS: usize = 8;

impl Model {
    /// A cockpit on a run, for this person, at this moment, on a screen of this size (columns,
    /// rows). `file_name` is the runbook's file without its folder, empty when none is followed.
    pub fn new(
        run: RunState,
        me: impl Into<String>,
        now: Time,
        size: (u16, u16),
        keymap: Keymap,
        file_name: impl Into<String>,
    ) -> Self {
        let settled = |ix: &StepIx| run.is_settled(*ix);
        let phases =
            run.plan.phases.iter().filter(|phase| phase.steps.clone().all(|ix| settled(&ix)));
        let folded = phases.map(|phase| &phase.id).chain(run.plan.rollbacks.iter().map(|r| &r.id));
        let folded: HashSet<String> = folded.cloned().collect();
        // The cursor begins where the night is: on the first step that is not settled.
        let first = run.plan.forward_steps().find(|ix| !settled(ix)).unwrap_or(0);
        let cursor = run.plan.steps.get(first);
        let cursor = cursor.map_or(Cursor::Nowhere, |step| Cursor::Step(step.id.clone()));
        let steps = StepsPane {
            rows: Vec::new(),
            cursor,
            cursor_row: 0,
            top: 0,
            folded,
            show: Show::All,
            stream: None,
        };
        let mut model = Self {
            seen_seq: run.last_seq(),
            run,
            now,
            forecast: Forecast::default(),
            glance: Glance::default(),
            me: me.into(),
            keymap,
            size,
            view: View::Steps,
            steps,
            log: LogPane::default(),
            notes: NotesPane::default(),
            people: PeoplePane::default(),
            checklists: ChecklistsPane::default(),
            detail_scroll: 0,
            trouble: None,
            card: None,
            palette: None,
            find: None,
            help: None,
            offer: None,
            jump: String::new(),
            saving: Vec::new(),
            unsaved: Vec::new(),
            toasts: Vec::new(),
            change: None,
            trouble_line: None,
            drafts: Vec::new(),
            next_ticket: 1,
            typing: Typing::default(),
            chain: String::new(),
            file_name: file_name.into(),
            greeting: true,
            dirty: true,
            leaving: false,
        };
        super::panes::refresh(&mut model);
        model
    }

    /// Shows a short message for a while.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.toast(tone, text.into(), TOAST);
    }

    /// Shows a message that says what to do; it stays longer.
    pub fn say_long(&mut self, tone: Tone, text: impl Into<String>) {
        self.toast(tone, text.into(), LONG_TOAST);
    }

    fn toast(&mut self, tone: Tone, text: String, secs: i64) {
        let until = self.now + chrono::TimeDelta::try_seconds(secs).unwrap_or_default();
        if self.toasts.len() >= TOASTS {
            self.toasts.remove(0);
        }
        self.toasts.push(Toast { tone, text, until });
        self.dirty = true;
    }

    /// Who receives the next key.
    pub fn focus(&self) -> Focus {
        if !self.unsaved.is_empty() {
            Focus::Unsaved
        } else if self.offer.is_some() {
            Focus::Offer
        } else if self.card.is_some() {
            Focus::Card
        } else if self.find.is_some() {
            Focus::Find
        } else if self.palette.is_some() {
            Focus::Palette
        } else if self.help.is_some() {
            Focus::Help
        } else if self.trouble.as_ref().is_some_and(|t| t.focused) {
            Focus::Trouble
        } else {
            Focus::Pane(self.view)
        }
    }

    /// The step under the cursor of the steps list.
    pub fn cursor_step(&self) -> Option<StepIx> {
        match &self.steps.cursor {
            Cursor::Step(id) => self.run.plan.step_ix.get(id).copied(),
            _ => None,
        }
    }

    /// Whether an own act about this step is on its way to the disk: shown as *saving*.
    pub fn is_saving(&self, step: &str) -> bool {
        self.saving.iter().any(|s| s.step.as_deref() == Some(step))
    }
}

/// The panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// Phases and steps, with the step detail beside or below.
    Steps,
    /// The step under the cursor, on the whole screen: instructions, items, records, links,
    /// attempts; poll and decision of a gate; options of a choice.
    Detail,
    /// Checklists and their items.
    Checklists,
    /// Everything that happened.
    Log,
    /// Notes.
    Notes,
    /// People and call list.
    People,
    /// The difference between the run's text and the changed file.
    Difference,
}

impl View {
    /// All panes that Tab goes through, in order; [`View::Difference`] joins while there is one.
    pub const CYCLE: [Self; 6] =
        [Self::Steps, Self::Detail, Self::Checklists, Self::Log, Self::Notes, Self::People];

    /// Its name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Steps => "Steps",
            Self::Detail => "Step",
            Self::Checklists => "Checklists",
            Self::Log => "Log",
            Self::Notes => "Notes",
            Self::People => "People",
            Self::Difference => "Difference",
        }
    }
}

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
}

/// People and call list.
#[derive(Debug, Clone, Default)]
pub struct PeoplePane {
    /// Ids or names: those of the runbook, then others who did something; kept by `update`.
    pub rows: Vec<String>,
    /// Cursor.
    pub place: Place,
}

/// A row of the checklists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckRow {
    /// Head of a checklist, by index into `plan.checklists`.
    Head(usize),
    /// An item: checklist, item.
    Item(usize, usize),
}

/// Checklists.
#[derive(Debug, Clone, Default)]
pub struct ChecklistsPane {
    /// Rows, in order; kept by `update`.
    pub rows: Vec<CheckRow>,
    /// Cursor.
    pub place: Place,
}

/// What the header says about people and decisions; kept by `update`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Glance {
    /// Running or blocked steps: whom we wait for, longest first.
    pub waiting: Vec<WaitingOn>,
    /// Whom to call, soonest first.
    pub call: Vec<ToCall>,
    /// Gates and choices that wait for a decision, and failed steps that wait for one.
    pub decide: Vec<ToDecide>,
    /// Ready steps, in plan order (the first few).
    pub ready: Vec<StepIx>,
    /// The step of mine that comes next, and about when.
    pub yours_next: Option<(StepIx, Option<Time>)>,
    /// Names of the streams, in plan order.
    pub streams: Vec<String>,
    /// Forward steps that apply, and how many of them are settled.
    pub settled: (usize, usize),
    /// Settled and all steps per phase, parallel to the plan's phases.
    pub phases: Vec<(usize, usize)>,
}

/// Somebody works, or is stuck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingOn {
    /// The step.
    pub step: StepIx,
    /// Who, as shown.
    pub person: String,
    /// Since when.
    pub since: Option<Time>,
    /// Running or blocked.
    pub status: StepStatus,
}

/// Somebody has to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToCall {
    /// For which step.
    pub step: StepIx,
    /// Id or free text, as planned.
    pub person: String,
    /// Phone or other contact.
    pub contact: Option<String>,
    /// When to call; past: now.
    pub at: Time,
    /// Called without answer.
    pub no_answer: bool,
}

/// Something has to be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDecide {
    /// The gate, choice or failed step.
    pub step: StepIx,
    /// Who decides, as shown; none: a lead.
    pub decider: Option<String>,
    /// By when.
    pub by: Option<Time>,
}

/// The docked panel of a failed step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Step id.
    pub step: String,
    /// It has the keys.
    pub focused: bool,
    /// Line under the cursor; nothing is preselected.
    pub cursor: Option<usize>,
    /// What can be done about it.
    pub choices: Vec<TroubleChoice>,
}

/// One way out of trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubleChoice {
    /// What it does; none: shown, not to be chosen yet.
    pub action: Option<super::action::Action>,
    /// E.g. `Try again (attempt 2)`.
    pub label: String,
    /// What it means, e.g. the rung's trigger.
    pub note: String,
}

/// The palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub line: LineEdit,
    /// Matching actions, best first.
    pub hits: Vec<super::action::Action>,
    /// Row of the cursor.
    pub place: Place,
}

/// The fuzzy finder over steps.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// What is typed.
    pub line: LineEdit,
    /// Matching steps, best first.
    pub hits: Vec<StepIx>,
    /// Row of the cursor.
    pub place: Place,
}

/// Stray text that may be kept as a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The text.
    pub text: String,
    /// When its last character came; Enter counts as *yes* only a moment later.
    pub last: Millis,
    /// Its last key was Enter, taken as part of the text.
    pub pasted: bool,
}

/// An own act on its way to the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Saving {
    /// Names its answer.
    pub ticket: Ticket,
    /// What is being recorded.
    pub intent: Intent,
    /// Step id it is about.
    pub step: Option<String>,
    /// In words, e.g. `completed 2.2 Migrate the ledger schema`.
    pub text: String,
}

/// An own act that could not be written; kept to be tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsaved {
    /// What was to be recorded.
    pub act: Saving,
    /// Why it could not be, and what to do.
    pub error: String,
}

/// A short message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How much it matters.
    pub tone: Tone,
    /// The words.
    pub text: String,
    /// Shown until then.
    pub until: Time,
}

/// The runbook's file reads differently from the run's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file's text.
    pub text: String,
    /// What it changes, in a line; or how many problems it has.
    pub summary: String,
    /// Its problems, a line each; none: it can be adopted.
    pub problems: Vec<String>,
    /// Line by line.
    pub lines: Vec<DiffLine>,
    /// First line shown.
    pub scroll: usize,
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Kept, added or taken away.
    pub how: DiffHow,
    /// The text.
    pub text: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiffHow {
    /// In both.
    Same,
    /// New.
    Added,
    /// Gone.
    Removed,
    /// Lines left out here.
    Gap,
}

/// The recent past of the keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typing {
    /// Characters that came quickly one after another, the last one included.
    pub run: String,
    /// How things were before the first of them, to go back to when they turn out to be a text.
    pub before: Option<Box<Before>>,
    /// When the last key came.
    pub last: Option<Millis>,
    /// When the last letter came that is no movement.
    pub last_letter: Option<Millis>,
    /// The letter that opened the card.
    pub opener: Option<char>,
    /// When Enter was last pressed.
    pub last_enter: Option<Millis>,
    /// When the last digit of a jump came.
    pub last_digit: Option<Millis>,
}

/// What a burst of characters may have changed on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The pane in front.
    pub view: View,
    /// The cursor in the steps.
    pub cursor: Cursor,
    /// The help.
    pub help: Option<usize>,
    /// The drafts.
    pub drafts: Vec<(String, String)>,
}
