//! The one way in which commands act: open the run, make an event of what was said, append it, and
//! say in one line what was done.

use super::context::{Context, checked_name};
use super::error::{CommandError, Done};
use super::meant::{find_step, person_id};
use super::{output, sync, terminal};
use crate::ledger::{self, Access, AppendError, Ledger};
use crate::run::{Entry, Event, Intent, RunState, Stranger, Time, Verdict, describe, stranger};
use crate::runbook::{RungIx, StepIx, parse_duration, parse_time, visible};
use chrono::TimeDelta;
use chrono_tz::Tz;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;

/// What every act may add.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "The act")]
pub struct ActArgs {
    /// When it happened, if that was earlier: 02:14, "5m ago", or a date and time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// Whose act it is, if somebody else's
    #[arg(long = "for", value_name = "PERSON")]
    pub on_behalf_of: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// As a lead, go on although the rules say "not now"; says why with --reason
    #[arg(long = "override", requires = "reason")]
    pub override_refusal: bool,
}

/// The run as a command finds it, before it acts.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The record of the run.
    pub ledger: &'a Ledger,
    /// Where everything stands.
    pub state: &'a RunState,
    /// The run clock.
    pub now: Time,
    /// Why, where it was said.
    pub reason: Option<&'a str>,
}

impl Desk<'_> {
    /// The step meant by an id, a number or an unambiguous beginning.
    pub fn step(&self, word: &str) -> Result<StepIx, CommandError> {
        find_step(self.state, word)
    }

    /// Id and present attempt of the step meant.
    pub fn attempt(&self, word: &str) -> Result<(String, u32), CommandError> {
        let ix = self.step(word)?;
        Ok((self.state.plan.steps[ix].id.clone(), self.state.steps[ix].attempt))
    }

    /// The reason as an event keeps it.
    pub fn reason(&self) -> Option<String> {
        self.reason.map(str::to_owned)
    }

    /// A moment that has been.
    pub fn time(&self, word: &str) -> Result<Time, CommandError> {
        parse_time(word, self.state.plan.release.timezone, self.now).map_err(CommandError::usage)
    }

    /// A moment that may be still to come: a clock time is the next such moment, `+30m` is from now.
    pub fn coming_time(&self, word: &str) -> Result<Time, CommandError> {
        coming_time(word, self.state.plan.release.timezone, self.now)
    }

    /// The id of the person meant by an id or a display name; a stranger's name as it is, for
    /// anybody may be given a part, but not without a word.
    pub fn person(&self, word: &str) -> Result<String, CommandError> {
        let (id, stranger) = self.person_or_stranger(word)?;
        if let Some(stranger) = stranger {
            output::aside(&format!("note: {}\n", visible(&stranger.to_string())));
        }
        Ok(id)
    }

    /// Like [`Desk::person`], for an act that should not befall a stranger by a slip of the pen:
    /// asks, unless it was said that it is meant.
    pub fn known_person(&self, word: &str, yes: bool) -> Result<String, CommandError> {
        let (id, stranger) = self.person_or_stranger(word)?;
        let Some(stranger) = stranger.filter(|_| !yes) else { return Ok(id) };
        if terminal::confirm(&format!("{stranger}\n"), "go on all the same?") {
            return Ok(id);
        }
        Err(CommandError::refused(stranger.to_string())
            .hint("write the name as in [people], or add --yes if it is meant so"))
    }

    fn person_or_stranger(&self, word: &str) -> Result<(String, Option<Stranger>), CommandError> {
        let name = checked_name(word, &format!("the name `{word}`"))?;
        let id = person_id(&self.state.plan, &name);
        let stranger = stranger(self.state, &id);
        Ok((id, stranger))
    }
}

/// A moment that may be still to come: a clock time is the next such moment, `+30m` is from now.
pub fn coming_time(word: &str, zone: Tz, now: Time) -> Result<Time, CommandError> {
    if let Some(length) = word.trim().strip_prefix('+') {
        let secs = parse_duration(length).map_err(CommandError::usage)?;
        return TimeDelta::try_seconds(secs)
            .and_then(|ahead| now.checked_add_signed(ahead))
            .ok_or_else(|| CommandError::usage(format!("`{word}` is too far ahead")));
    }
    if !word.chars().all(|c| c.is_ascii_digit() || c == ':') {
        return parse_time(word, zone, now).map_err(CommandError::usage);
    }
    // A clock time is read as the latest within the twelve hours before a moment.
    parse_time(word, zone, now + TimeDelta::hours(12))
        .or_else(|_| parse_time(word, zone, now + TimeDelta::hours(24)))
        .map_err(CommandError::usage)
}

/// Appends what `event` makes of the run, and prints what was done.
pub fn act(
    context: &Context,
    args: &ActArgs,
    event: impl FnOnce(&Desk<'_>) -> Result<Event, CommandError>,
) -> Done {
    let mut ledger = open(context, None, Access::Write)?;
    let person = person(context, &ledger)?;
    let reason = args.reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if args.reason.is_some() && reason.is_none() {
        return Err(CommandError::usage("the reason is empty").hint("say why with --reason TEXT"));
    }
    let now = ledger.now();
    let desk = Desk { ledger: &ledger, state: ledger.state(), now, reason };
    let event = event(&desk)?;
    if reason.is_some() && !args.override_refusal && !keeps_reason(&event) {
        return Err(CommandError::usage("this act has no reason of its own to record").hint(
            "leave --reason out, write a note, or, as a lead who overrides, add --override",
        ));
    }
    let happened_at = args.at.as_deref().map(|word| desk.time(word)).transpose()?;
    let intent = Intent {
        happened_at,
        on_behalf_of: args.on_behalf_of.as_deref().map(|name| desk.person(name)).transpose()?,
        override_reason: reason.filter(|_| args.override_refusal).map(str::to_owned),
        ..Intent::new(person.clone(), event)
    };
    let said = append(context, &mut ledger, intent);
    // What is recorded is recorded, whatever tidying up says.
    if let Err(error) = ledger.close() {
        tracing::warn!(%error, "closing");
    }
    said
}

/// Who acts: where a token has proved who that is on this ledger, they, unless `--as` names somebody.
pub fn person(context: &Context, ledger: &Ledger) -> Result<String, CommandError> {
    let sharing = ledger.sharing().map_err(CommandError::failed)?;
    let proved = sharing.and_then(|sharing| sharing.joined.person);
    match proved.filter(|_| !context.names_person()) {
        Some(proved) => Ok(proved),
        None => Ok(person_id(&ledger.state().plan, &context.person()?)),
    }
}

/// Who sits down at a cockpit: whom a token has proved there. Where `--as` names somebody else, they
/// would act in a name that is not theirs.
pub fn seated(context: &Context, ledger: &Ledger) -> Result<String, CommandError> {
    let said = person_id(&ledger.state().plan, &context.person()?);
    let sharing = ledger.sharing().map_err(CommandError::failed)?;
    match sharing.and_then(|sharing| sharing.joined.person) {
        Some(proved) if context.names_person() && proved != said => {
            let error = format!("--as says {said}, and the token is that of {proved}");
            Err(CommandError::refused(error).hint(format!(
                "leave --as out to come in as {proved}, or give the token of {said}"
            )))
        }
        Some(proved) => Ok(proved),
        None => Ok(said),
    }
}

/// Appends one act to an open ledger, tries to share it where others follow the run, and prints
/// what was done.
pub fn append(context: &Context, ledger: &mut Ledger, intent: Intent) -> Done {
    let before = ledger.state().available_rungs();
    let mut entry = ledger.append(intent).map_err(|error| match error {
        AppendError::Refused(refusal) => CommandError::from(refusal),
        AppendError::Failed(error) => CommandError::failed(error)
            .hint("nothing was recorded; mend the cause and give the same command again"),
    })?;
    tracing::info!(seq = entry.seq, run = ledger.state().run, "appended");
    let shared = sync::after_act(context, ledger, &entry.id)?;
    if shared.is_some() {
        // The hub's order decides its number, and what became of it.
        let mut log = ledger.state().log.iter().rev();
        let placed = log.find(|logged| logged.entry.id == entry.id);
        entry = placed.map_or(entry, |logged| logged.entry.clone());
    }
    let lost = taken_away(ledger.state(), &before);
    let shared = shared.map(|words| format!(" [{words}]")).unwrap_or_default();
    output::line(&format!("{}{lost}{shared}", said(ledger.state(), &entry)))
}

/// What an act took away of the rollback ladder, behind the line that says what was done.
fn taken_away(state: &RunState, before: &[RungIx]) -> String {
    let left = state.available_rungs();
    let gone: Vec<_> = before.iter().copied().filter(|rung| !left.contains(rung)).collect();
    if gone.is_empty() || state.status.is_over() {
        return String::new();
    }
    format!(" [{}]", gone_in_words(state, &gone))
}

/// `rollback R1 Restore is gone; left: R2 Return`, or that there is no way back then.
pub fn gone_in_words(state: &RunState, gone: &[RungIx]) -> String {
    let mut left = state.available_rungs();
    left.retain(|rung| !gone.contains(rung));
    let named = |rungs: &[RungIx]| {
        let name = |rung: &RungIx| {
            let title = state.plan.rollbacks.get(*rung).map_or("", |rung| rung.title.as_str());
            format!("{} {title}", state.rung_number(*rung))
        };
        rungs.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    let is = if gone.len() == 1 { "is" } else { "are" };
    let then = match left.is_empty() {
        true => "fix forward only".to_owned(),
        false => format!("left: {}", named(&left)),
    };
    format!("rollback {} {is} gone; {then}", named(gone))
}

/// The entry in a line: its number, what was done, whose step it was where that is somebody
/// else's, and whether the record marks it.
fn said(state: &RunState, entry: &Entry) -> String {
    let mut line = format!("#{} {}", entry.seq, describe(state, &entry.act.event));
    let step = entry.act.event.step().and_then(|id| state.step_ix(id));
    if let Some(ix) = step
        && let Some(owner) = state.owner_of(ix)
        && !state.is_mine(ix, entry.act.person())
    {
        let _ = write!(line, " (a step of {owner})");
    }
    let last = state.log.iter().rfind(|logged| logged.entry.seq == entry.seq);
    match last.map(|logged| &logged.verdict) {
        Some(Verdict::Deviation) => line.push_str(" [on record as a deviation]"),
        Some(Verdict::Conflict) => {
            let conflict = state.conflicts.iter().find(|found| found.seq == entry.seq);
            let why = conflict.map_or("others were faster", |found| found.reason.as_str());
            let _ = write!(line, " [a conflict: it changed nothing, for {why}]");
        }
        _ => {}
    }
    line
}

/// Opens the run that is meant.
pub fn open(
    context: &Context,
    positional: Option<&str>,
    access: Access,
) -> Result<Ledger, CommandError> {
    Ledger::open(&run_file(context, positional)?, access).map_err(CommandError::failed)
}

/// The file of the run that is meant.
pub fn run_file(context: &Context, positional: Option<&str>) -> Result<PathBuf, CommandError> {
    let word = context.run_word(positional)?;
    ledger::find(&context.data_dir()?, word).map_err(CommandError::failed)
}

/// Whether the event has a place for the reason of the act.
fn keeps_reason(event: &Event) -> bool {
    use Event as E;
    matches!(
        event,
        E::RunHeld { .. }
            | E::RunRevised { .. }
            | E::RunRescheduled { .. }
            | E::RunCompleted { .. }
            | E::RunCanceled { .. }
            | E::RollbackBegun { .. }
            | E::RollbackEnded { .. }
            | E::StepFailed { .. }
            | E::StepBlocked { .. }
            | E::StepSkipped { .. }
            | E::StepDeferred { .. }
            | E::StepReopened { .. }
            | E::ChecklistWaived { .. }
            | E::GateVoted { .. }
            | E::GateDecided { .. }
            | E::Correction { .. }
            | E::NoteClosed { .. }
            | E::CriterionJudged { .. }
    )
}
