//! A card: the small form in which an act is completed before it is recorded. Plain data; what
//! keys do to it is in `update`, what it looks like is in `view`.

use crate::run::{Amiss, EntryId, Refusal, Time};
use tui_textarea::TextArea;

/// One open card. It is docked: the list stays in sight, and other people's acts go on.
#[derive(Debug, Clone)]
pub struct Card {
    /// What will be recorded.
    pub act: CardAct,
    /// Heading, e.g. `Fail 2.2 Migrate the ledger schema`.
    pub title: String,
    /// Lines of information above the fields, shown as they are (made visible when drawn).
    pub facts: Vec<Fact>,
    /// What is asked, in order. The usual `it happened at` and `for` come last.
    pub fields: Vec<Field>,
    /// The focused field; `fields.len()` is the button.
    pub focus: usize,
    /// Text of the button, e.g. `Record the failure`.
    pub button: String,
    /// What is wrong with the input, or why it was refused and what to do instead.
    pub problem: Option<String>,
    /// Refused as *not now*: the field [`FieldName::Override`] was added for a lead.
    pub refusal: Option<Refusal>,
    /// No key has come since it was opened. Enter as the very next key is the short way of `f`.
    pub fresh: bool,
    /// It was opened by a letter that came right after another: the short way is shut.
    pub wary: bool,
    /// Everything typed so far, from the letter that opened it (and those right before it) on:
    /// what is offered as a note when it turns out to be one.
    pub typed: String,
    /// While all of it came without a pause: how much of it had come when the card opened.
    pub flow: Option<usize>,
    /// It was asked whether what was typed in one go is meant for the card or for a note.
    pub questioned: bool,
    /// Names asked about because nobody here is called so; the second time they are taken.
    pub new_names: Vec<String>,
    /// Letters typed where nothing takes them; once there are some, Enter offers them as a note
    /// and records nothing.
    pub stray: String,
    /// It has asked whether to go on in spite of what it says; the next Enter does.
    pub asked: bool,
}

impl Card {
    /// Whether the button has the focus.
    pub fn on_button(&self) -> bool {
        self.focus >= self.fields.len()
    }

    /// Whether what is in it may be a sentence that was meant for somewhere else: typed in one go
    /// with the letter that opened it.
    pub fn hasty(&self) -> bool {
        self.wary || self.flow.is_some_and(|before| self.typed.len() > before)
    }

    /// The focused field, unless the button has the focus.
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// A card without fields.
    pub fn new(act: CardAct, title: impl Into<String>, button: impl Into<String>) -> Self {
        Self {
            act,
            title: title.into(),
            facts: Vec::new(),
            fields: Vec::new(),
            focus: 0,
            button: button.into(),
            problem: None,
            refusal: None,
            fresh: true,
            wary: false,
            typed: String::new(),
            flow: None,
            questioned: false,
            new_names: Vec::new(),
            stray: String::new(),
            asked: false,
        }
    }

    /// With one more line of information.
    #[must_use]
    pub fn fact(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.facts.push(Fact { tone, text: text.into() });
        self
    }

    /// With one more field.
    #[must_use]
    pub fn with(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// What is typed or picked in a field, trimmed; none when empty or when there is no such
    /// field.
    pub fn text(&self, name: &FieldName) -> Option<String> {
        let text = match &self.field(name)?.input {
            Input::Line(line) => line.text.clone(),
            Input::Area(area) => area.lines().join("\n"),
            Input::Pick { options, picked } => {
                picked.and_then(|at| options.get(at)).map(|o| o.id.clone()).unwrap_or_default()
            }
            Input::Ticks { .. } => return None,
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A field by name.
    pub fn field(&self, name: &FieldName) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == *name)
    }
}

/// A line of information on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// How much it matters.
    pub tone: Tone,
    /// The text.
    pub text: String,
}

/// How much a line matters; the theme gives each a style, and drawing a word or symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Said in passing.
    Plain,
    /// All is well.
    Good,
    /// Look at this.
    Warn,
    /// Wrong or dangerous.
    Bad,
}

/// What a card asks; one line of it is a [`Field`].
#[derive(Debug, Clone)]
pub struct Field {
    /// Which.
    pub name: FieldName,
    /// Label before the input.
    pub label: String,
    /// Said dimly while the input is empty, e.g. `02:14 or 5m ago; empty: now`.
    pub hint: String,
    /// The input.
    pub input: Input,
}

/// Names of fields, for the code that reads a card.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldName {
    /// When it happened.
    At,
    /// Whose act it was.
    For,
    /// Reason with which a lead overrides a *not now*.
    Override,
    /// Why, or a comment.
    Reason,
    /// The step's id or number, typed to confirm.
    Confirm,
    /// What it will still take.
    Remaining,
    /// By how much longer it might take.
    Longer,
    /// A person.
    Person,
    /// A role, outcome, option, vote, decision, answer, kind: one of several.
    Which,
    /// A success criterion.
    Criterion,
    /// What to do with an entry that is amiss.
    Way,
    /// Items to tick.
    Items,
    /// The value of the record with this id.
    Value(String),
    /// A URL, or `name sha256` of a file.
    Evidence,
    /// Conditions of a go, separated by semicolons.
    Conditions,
    /// A text of several lines: note or reason.
    Text,
    /// Public or not.
    Public,
    /// A step: id or number.
    Step,
    /// Due time.
    Due,
    /// A title.
    Title,
    /// A duration.
    Duration,
    /// Stream.
    Stream,
    /// Owner.
    Owner,
    /// Predecessors, separated by commas.
    Needs,
    /// Earliest start.
    NotBefore,
    /// Window opens.
    Opens,
    /// Window closes.
    Closes,
    /// Zero hour.
    ZeroHour,
    /// Approver.
    Approver,
    /// Reference of an approval.
    Reference,
    /// Write the new text back to the file.
    WriteBack,
    /// Name people by role and number.
    Anonymise,
}

impl Field {
    /// A line to type into.
    pub fn line(name: FieldName, label: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(name, label, hint, Input::Line(LineEdit::default()))
    }

    /// Any field.
    pub fn new(
        name: FieldName,
        label: impl Into<String>,
        hint: impl Into<String>,
        input: Input,
    ) -> Self {
        Self { name, label: label.into(), hint: hint.into(), input }
    }

    /// One of several; `picked` is the one picked beforehand.
    pub fn pick(
        name: FieldName,
        label: impl Into<String>,
        options: Vec<PickOption>,
        picked: Option<usize>,
    ) -> Self {
        Self::new(name, label, "", Input::Pick { options, picked })
    }

    /// The same line with a text in it.
    #[must_use]
    pub fn filled(mut self, text: impl Into<String>) -> Self {
        self.input = Input::Line(LineEdit::new(text));
        self
    }
}

impl PickOption {
    /// An option with words behind it.
    pub fn new(id: impl Into<String>, label: impl Into<String>, note: impl Into<String>) -> Self {
        Self { id: id.into(), label: label.into(), note: note.into() }
    }
}

/// An input.
#[derive(Debug, Clone)]
pub enum Input {
    /// One line.
    Line(LineEdit),
    /// Several lines (tui-textarea). Enter is a line break here; Ctrl-S records.
    Area(Box<TextArea<'static>>),
    /// One of several; nothing is picked beforehand unless it is harmless.
    Pick {
        /// What there is to pick.
        options: Vec<PickOption>,
        /// Index of the picked one.
        picked: Option<usize>,
    },
    /// Any number of several.
    Ticks {
        /// What there is to tick.
        items: Vec<Tick>,
        /// The line that Space ticks.
        cursor: usize,
    },
}

/// One way of an [`Input::Pick`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickOption {
    /// What is recorded: an id.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Said dimly behind it.
    pub note: String,
}

/// One line of an [`Input::Ticks`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// What is recorded.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Ticked on this card.
    pub on: bool,
    /// Was ticked before, by whom; cannot be changed here.
    pub done_by: Option<String>,
}

/// A line being typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineEdit {
    /// The text.
    pub text: String,
    /// Byte offset of the cursor in it, always on a character's boundary.
    pub cursor: usize,
}

impl LineEdit {
    /// A line with this text, the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }
}

/// What a card records. Steps are named by id, so that a changed plan cannot redirect a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardAct {
    /// Starts the step.
    Start(String),
    /// Ticks what is left, records values and evidence, completes the step.
    Complete(String),
    /// Records the failure.
    Fail(String),
    /// Blocks the step.
    Block(String),
    /// Ends the block.
    Unblock(String),
    /// Skips the step.
    Skip(String),
    /// Defers the step.
    Defer(String),
    /// Begins a new attempt.
    Reopen(String),
    /// Says what it will still take.
    Estimate(String),
    /// Expects somebody else.
    Assign(String),
    /// Says that the owner stands by.
    StandBy(String),
    /// Ticks items.
    Items(String),
    /// Records values.
    Values(String),
    /// Gives evidence.
    GiveEvidence(String),
    /// Signs.
    Sign(String),
    /// Chooses an option.
    Choose(String),
    /// Votes on a gate.
    Vote(String),
    /// Decides a gate.
    Decide(String),
    /// Gives a reason that is owed.
    GiveReason(String),
    /// Signs off a checklist item: checklist, item.
    ChecklistTick(String, String),
    /// Lets a checklist item, or all that is open, pass.
    ChecklistWaive(String, Option<String>),
    /// Adds a note, with the text of a draft under this key.
    NoteAdd {
        /// Key of its draft.
        draft: String,
    },
    /// Edits a note.
    NoteEdit(EntryId),
    /// Closes a note.
    NoteClose(EntryId),
    /// Takes a note away.
    NoteRemove(EntryId),
    /// Records a call to a person, for a step or none.
    Call(String, Option<String>),
    /// Substitute of that person stands in.
    Substitute(String),
    /// Starts the run.
    RunStart,
    /// Holds the run.
    Hold,
    /// Resumes the run.
    Resume,
    /// Moves window or zero hour.
    Reschedule,
    /// Hands the lead over.
    HandOver,
    /// Grants a role.
    Grant(Option<String>),
    /// Opens the roll-call.
    RollCall,
    /// Answers the roll-call.
    Present,
    /// That person answers it on the call.
    PresentFor(String),
    /// Completes the run.
    RunComplete,
    /// Cancels the run.
    RunCancel,
    /// Begins the rung with this id.
    RollbackBegin(String),
    /// Ends the rollback that is on, of the rung with this id.
    RollbackEnd(String),
    /// Chooses what to mend about an entry.
    Correct {
        /// Candidates, newest first; field [`FieldName::Which`] picks one of them.
        candidates: Vec<Candidate>,
        /// What to do with it.
        mend: MendHow,
    },
    /// Inserts a step after this one.
    PlanInsert(String),
    /// Removes this step from the plan.
    PlanRemove(String),
    /// Moves this step.
    PlanMove(String),
    /// Changes owner, duration, predecessors of this step.
    PlanChange(String),
    /// Adopts the changed file.
    Adopt,
    /// Writes the run's text to the file; records nothing.
    WriteBack,
    /// Copies a message with live values and records that it went out.
    Message,
    /// Narrows the list of steps; records nothing.
    Filter,
    /// Narrows the log; records nothing.
    LogFilter,
    /// Judges a success criterion.
    Judge,
    /// Adds a remark to the review.
    Review,
    /// Asks what would move if the step took longer; records nothing.
    WhatIf(String),
    /// Copies the link of the bridge call; records nothing.
    CopyBridge,
    /// Writes the report of the run; records nothing.
    Report,
    /// Makes a page link; records nothing.
    PageLink,
    /// Says how it goes with the hub, and does something about entries that were refused or are in
    /// conflict.
    Amiss(Vec<Amiss>),
    /// Leaves the cockpit; records nothing.
    Quit,
}

/// An entry that may be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub id: EntryId,
    /// Place in the order.
    pub seq: u64,
    /// When it happened.
    pub at: Time,
    /// What it says, e.g. `completed 2.2 Migrate the ledger schema`.
    pub text: String,
    /// What others built on it, a line each; asked before it is voided.
    pub built_on: Vec<String>,
    /// It has a text (reason, note, value) that can be mended.
    pub has_text: bool,
}

/// What a correction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MendHow {
    /// Takes it back: Enter.
    Void,
    /// Mends its time: `t`.
    Time,
    /// Mends its text: `x`.
    Text,
}
