//! Everything the screen is made from: one source of truth. `update` alone changes it; `view`
//! draws it and decides nothing.

mod chance;
mod demo;
mod glance;
mod ladder;
mod lists;
mod outbox;
mod page_link;
mod presence;
mod talk;
mod timeline;
mod unread;

pub use chance::ChanceShown;
pub use demo::Demo;
pub use glance::*;
pub use ladder::*;
pub use lists::*;
pub use outbox::*;
pub use page_link::*;
pub use presence::*;
pub use talk::*;
pub use timeline::*;
pub use unread::*;

use super::card::{Card, Tone};
use super::keymap::Keymap;
use super::msg::Ticket;
use crate::run::{Approval, EntryId, Forecaster, Mode, RunState, RunStatus, Time, approval};
use crate::runbook::{StepIx, format_duration};
use crate::sync::session::Condition;
use std::collections::HashSet;

/// The state of a cockpit.
#[derive(Debug, Clone)]
pub struct Model {
    /// The run, as far as the ledger has it. Nothing is shown as done that is not in here.
    pub run: RunState,
    /// The run clock at the last tick.
    pub now: Time,
    /// The run clock when this cockpit was opened.
    pub opened: Time,
    /// What is expected, kept up to `run` and `now`.
    pub forecast: Forecaster,
    /// The chance of finishing in the window, drawn elsewhere.
    pub chance: ChanceShown,
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
    /// The timeline: the steps list against time.
    pub timeline: TimelinePane,
    /// The log.
    pub log: LogPane,
    /// The notes.
    pub notes: NotesPane,
    /// People and call list.
    pub people: PeoplePane,
    /// Whom to call, when.
    pub calls: CallsPane,
    /// Checklists.
    pub checklists: ChecklistsPane,
    /// First line shown of the step detail.
    pub detail_scroll: usize,
    /// The rollback ladder.
    pub ladder: Ladder,
    /// What wants a decision; docked beside the list, never in the way.
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
    /// The runbook file's text as it was last read or written.
    pub file_text: Option<String>,
    /// How the run's text stands to the approved one; none where nothing was approved.
    pub approval: Option<Approval>,
    /// In what the file differs from the run's text.
    pub change: Option<FileChange>,
    /// What is wrong with ledger or second copy, if anything: stays until it is over.
    pub trouble_line: Option<String>,
    /// Of that: what is wrong with the ledger.
    pub ledger_trouble: Option<String>,
    /// Of that: what is wrong with the second copy.
    pub copy_trouble: Option<String>,
    /// How it goes with the hub; none alone.
    pub sharing: Option<Condition>,
    /// Where others join the run and read its page; none alone.
    pub address: Option<String>,
    /// Who else is here.
    pub presence: Presence,
    /// The roll-call that is on; kept by `update`.
    pub roll_call: Option<RollCall>,
    /// What of the acts recorded here the hub has not ordered.
    pub outbox: Outbox,
    /// The conflicts that the person has looked at.
    pub looked_at: HashSet<EntryId>,
    /// Acts on their way to the disk that stand for refused ones.
    pub replaces: Vec<(Ticket, EntryId)>,
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
    /// This is a demonstration; none: it is not.
    pub demo: Option<Demo>,
    /// Folder that reports are written to, as it is shown.
    pub reports_in: String,
    /// A page link that was just made, shown on the bridge view.
    pub page_link: Option<LinkShown>,
    /// The start screen is shown until a key is pressed.
    pub greeting: bool,
    /// Seq of the last entry that was there when the person left: `since you left`. At first that
    /// is their own last one; later, what there was before a longer silence of the keyboard.
    pub seen_seq: u64,
    /// When a key was last pressed, and the last entry that was there then.
    pub active: (Time, u64),
    /// What the bell has rung for.
    pub alerted: HashSet<Alert>,
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

/// The last entry that somebody made; 0 where there is none.
fn own_last_seq(run: &RunState, person: &str) -> u64 {
    let own = run.log.iter().rev().find(|logged| logged.entry.act.actor.name == person);
    own.map_or(0, |logged| logged.entry.seq)
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
        let me = me.into();
        let settled = |ix: &StepIx| run.is_settled(*ix);
        let on = run.rung_on();
        let phases =
            run.plan.phases.iter().filter(|phase| phase.steps.clone().all(|ix| settled(&ix)));
        let rungs = run.plan.rollbacks.iter().enumerate().filter(|(ix, _)| on != Some(*ix));
        let folded = phases.map(|phase| &phase.id).chain(rungs.map(|(_, rung)| &rung.id));
        let folded: HashSet<String> = folded.cloned().collect();
        // The cursor begins where the night is: on the first step that is not settled, of the
        // rollback that is on before all others.
        let rung = on.map(|on| run.rung_applies(on)).unwrap_or_default();
        let mut order = rung.into_iter().chain(run.plan.forward_steps());
        let first = order.find(|ix| !settled(ix)).unwrap_or(0);
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
            seen_seq: own_last_seq(&run, &me),
            active: (now, run.last_seq()),
            approval: approval(&run),
            forecast: Forecaster::new(&run, now),
            run,
            now,
            opened: now,
            chance: ChanceShown::default(),
            glance: Glance::default(),
            me,
            keymap,
            size,
            view: View::Steps,
            steps,
            timeline: TimelinePane::default(),
            log: LogPane::default(),
            notes: NotesPane::default(),
            people: PeoplePane::default(),
            calls: CallsPane::default(),
            checklists: ChecklistsPane::default(),
            detail_scroll: 0,
            ladder: Ladder::default(),
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
            file_text: None,
            change: None,
            trouble_line: None,
            ledger_trouble: None,
            copy_trouble: None,
            sharing: None,
            presence: Presence::default(),
            roll_call: None,
            outbox: Outbox::default(),
            looked_at: HashSet::new(),
            address: None,
            replaces: Vec::new(),
            drafts: Vec::new(),
            next_ticket: 1,
            typing: Typing::default(),
            chain: String::new(),
            file_name: file_name.into(),
            demo: None,
            reports_in: String::new(),
            page_link: None,
            greeting: true,
            alerted: HashSet::new(),
            dirty: true,
            leaving: false,
        };
        super::panes::refresh(&mut model);
        super::update::settle_in(&mut model);
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

    /// Somebody is at the keyboard. After a longer silence they had left.
    pub(super) fn is_active(&mut self) {
        /// A silence longer than this, in minutes, was an absence.
        const ABSENCE: i64 = 3;
        let (last, seq) = self.active;
        if (self.now - last).num_minutes() >= ABSENCE * self.speed() {
            self.seen_seq = seq;
        }
        self.active = (self.now, self.run.last_seq());
    }

    /// Short messages have been read when the next key is pressed; others stay for their time.
    pub(super) fn forget_short_toasts(&mut self) {
        self.toasts.retain(|toast| !toast.short);
    }

    fn toast(&mut self, tone: Tone, text: String, secs: i64) {
        // Somebody has to read it, however fast the night passes.
        let until =
            self.now + chrono::TimeDelta::try_seconds(secs * self.speed()).unwrap_or_default();
        self.toasts.retain(|toast| toast.text != text);
        if self.toasts.len() >= TOASTS {
            self.toasts.remove(0);
        }
        self.toasts.push(Toast { tone, text, until, short: secs <= TOAST });
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

    /// What still lies ahead of a live run that has not started, where that is more than an hour:
    /// `the window opens in 5d2h`.
    pub fn long_before(&self) -> Option<String> {
        /// From here on a start is no mistake, in seconds.
        const SOON: i64 = 3_600;
        if self.run.mode != Mode::Live || self.run.status != RunStatus::Planned {
            return None;
        }
        let opens = self.run.window(self.now).map(|window| (window.opens, "the window opens"));
        let planned = (self.run.planned_start(self.now), "the start is planned");
        let (at, what) = opens.filter(|(at, _)| *at > self.now).unwrap_or(planned);
        let ahead = (at - self.now).num_seconds();
        (ahead > SOON).then(|| format!("{what} in {}", format_duration(ahead - ahead % 60)))
    }

    /// The ready step to go to once the one under the cursor is settled: those of a rollback that is
    /// on first, mine before others', the next below before those above.
    pub fn next_ready(&self) -> Option<StepIx> {
        let from = self.cursor_step().unwrap_or(0);
        let ready = self.glance.ready.iter().copied();
        let rung = self.run.rung_on().and_then(|on| self.run.plan.rollbacks.get(on));
        let forward = |ix: &StepIx| rung.is_some_and(|rung| !rung.steps.contains(ix));
        ready.min_by_key(|ix| (forward(ix), !self.run.is_mine(*ix, &self.me), *ix < from, *ix))
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
    /// Steps against time: plan, what was, what is expected.
    Timeline,
    /// Checklists and their items.
    Checklists,
    /// Everything that happened.
    Log,
    /// Notes.
    Notes,
    /// People: role, contact, what they are on.
    People,
    /// The rollback ladder: what each rung would do.
    Ladder,
    /// Whom to call, when, for which step, and what became of it.
    Calls,
    /// Eight large lines for the screen that the whole bridge sees.
    Bridge,
    /// The difference between the run's text and the changed file.
    Difference,
}

impl View {
    /// All panes that Tab goes through, in order; [`View::Difference`] joins while there is one.
    pub const CYCLE: [Self; 9] = [
        Self::Steps,
        Self::Detail,
        Self::Timeline,
        Self::Checklists,
        Self::Log,
        Self::Notes,
        Self::People,
        Self::Calls,
        Self::Bridge,
    ];

    /// Its name on the wire, which stays the same.
    pub fn word(self) -> &'static str {
        match self {
            Self::Steps => "steps",
            Self::Detail => "step",
            Self::Timeline => "timeline",
            Self::Checklists => "checklists",
            Self::Log => "log",
            Self::Notes => "notes",
            Self::People => "people",
            Self::Ladder => "ladder",
            Self::Calls => "calls",
            Self::Bridge => "bridge",
            Self::Difference => "difference",
        }
    }

    /// Its name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Steps => "Steps",
            Self::Detail => "Step",
            Self::Timeline => "Timeline",
            Self::Checklists => "Checklists",
            Self::Log => "Log",
            Self::Notes => "Notes",
            Self::People => "People",
            Self::Ladder => "Rollback ladder",
            Self::Calls => "Calls",
            Self::Bridge => "Bridge",
            Self::Difference => "Difference",
        }
    }
}
