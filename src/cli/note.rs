//! `golive note …`: write a note, or edit, close or remove one.

use super::acting::{ActArgs, Desk, act};
use super::context::Context;
use super::error::{CommandError, Done};
use super::meant::entry_named;
use super::output;
use crate::run::{EntryId, Event, Note, NoteKind, mentions, stranger};
use crate::runbook::visible;
use clap::{Args, Subcommand, ValueEnum};

/// A note, or what to do with one.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct NoteArgs {
    /// The text
    #[arg(required = true)]
    text: Option<String>,
    /// About which step
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    act: ActArgs,
    #[command(subcommand)]
    change: Option<Change>,
}

/// What a note says beside its text.
#[derive(Debug, Args)]
pub struct About {
    /// What kind it is [default: note; when editing: as it is]
    #[arg(long)]
    kind: Option<Kind>,
    /// Show it to stakeholders
    #[arg(long)]
    public: bool,
    /// Who does it (an action)
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// By when (an action)
    #[arg(long, value_name = "TIME")]
    due: Option<String>,
}

/// Kind of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Plain
    Note,
    /// Something was decided
    Decision,
    /// A problem
    Issue,
    /// Something that may happen
    Risk,
    /// To be done
    Action,
}

/// A change of a note. NOTE is its number in the log (17 or #17).
#[derive(Debug, Subcommand)]
pub enum Change {
    /// Give it another text; the earlier one is kept
    Edit(EditArgs),
    /// Close an issue, risk or action
    Close(NamedArgs),
    /// Take it away; it stays in the record
    Remove(NamedArgs),
}

/// A note with its new text.
#[derive(Debug, Args)]
pub struct EditArgs {
    /// Its number in the log: 17 or #17
    note: String,
    /// The new text
    text: String,
    /// Do not show it to stakeholders any more
    #[arg(long, conflicts_with = "public")]
    private: bool,
    #[command(flatten)]
    about: About,
    #[command(flatten)]
    act: ActArgs,
}

/// A note.
#[derive(Debug, Args)]
pub struct NamedArgs {
    /// Its number in the log: 17 or #17
    note: String,
    #[command(flatten)]
    act: ActArgs,
}

/// Writes or changes a note.
pub fn run(context: &Context, args: &NoteArgs) -> Done {
    match &args.change {
        None => act(context, &args.act, |desk| add(desk, args)),
        Some(Change::Edit(a)) => act(context, &a.act, |desk| edit(desk, a)),
        Some(Change::Close(a)) => act(context, &a.act, |desk| {
            Ok(Event::NoteClosed { note: find(desk, &a.note)?.id.clone(), reason: desk.reason() })
        }),
        Some(Change::Remove(a)) => act(context, &a.act, |desk| {
            Ok(Event::NoteRemoved { note: find(desk, &a.note)?.id.clone() })
        }),
    }
}

fn add(desk: &Desk<'_>, args: &NoteArgs) -> Result<Event, CommandError> {
    let step = args.step.as_deref().map(|word| desk.attempt(word)).transpose()?;
    Ok(Event::NoteAdded {
        text: worded(desk, args.text.as_deref().unwrap_or_default())?,
        kind: args.about.kind.map_or(NoteKind::Note, Kind::stored),
        step: step.map(|(id, _)| id),
        public: args.about.public,
        owner: args.about.owner.as_deref().map(|name| desk.person(name)).transpose()?,
        due: args.about.due.as_deref().map(|word| desk.coming_time(word)).transpose()?,
    })
}

fn edit(desk: &Desk<'_>, args: &EditArgs) -> Result<Event, CommandError> {
    let note = find(desk, &args.note)?;
    let due = args.about.due.as_deref().map(|word| desk.coming_time(word)).transpose()?;
    let owner = args.about.owner.as_deref().map(|name| desk.person(name)).transpose()?;
    Ok(Event::NoteEdited {
        note: note.id.clone(),
        text: worded(desk, &args.text)?,
        kind: args.about.kind.map_or(note.kind, Kind::stored),
        public: args.about.public || (note.public && !args.private),
        owner: owner.or_else(|| note.owner.clone()),
        due: due.or(note.due),
    })
}

/// A text with something in it. Whoever is called by a name that nobody here has is told of.
fn worded(desk: &Desk<'_>, text: &str) -> Result<String, CommandError> {
    if text.trim().is_empty() {
        return Err(CommandError::usage("the note has no text")
            .hint("write it in quotes: golive note \"what happened\""));
    }
    for mention in mentions(desk.state, "", text).iter().filter(|m| m.people.is_empty()) {
        let name = text.get(mention.range.start + 1..mention.range.end).unwrap_or_default();
        if let Some(stranger) = stranger(desk.state, name) {
            let said = format!("note: nobody is called by @{name}: {stranger}");
            output::aside(&format!("{}\n", visible(&said)));
        }
    }
    Ok(text.to_owned())
}

fn find<'a>(desk: &Desk<'a>, word: &str) -> Result<&'a Note, CommandError> {
    let id: EntryId = entry_named(desk.state, word)?;
    desk.state.notes.iter().find(|note| note.id == id).ok_or_else(|| {
        CommandError::refused(format!("entry {word} is no note"))
            .hint("adding a note prints its number; `golive export` lists every entry")
    })
}

impl Kind {
    fn stored(self) -> NoteKind {
        match self {
            Self::Note => NoteKind::Note,
            Self::Decision => NoteKind::Decision,
            Self::Issue => NoteKind::Issue,
            Self::Risk => NoteKind::Risk,
            Self::Action => NoteKind::Action,
        }
    }
}
