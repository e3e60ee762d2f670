//! `golive step …`: work on a step.

use super::acting::{ActArgs, Desk, act, gone_in_words};
use super::context::Context;
use super::error::{CommandError, Done};
use super::evidence;
use super::meant::one_of;
use super::terminal;
use crate::run::{Event, RunState, StepStatus};
use crate::runbook::{Step, StepIx, parse_duration};
use clap::{Args, Subcommand};

/// What can be done with a step.
#[derive(Debug, Subcommand)]
pub enum StepCommand {
    /// Work begins
    Start(ConfirmedArgs),
    /// It is done
    Done(ConfirmedArgs),
    /// It has failed; the reason may follow
    Fail(StepArgs),
    /// It cannot go on; the reason may follow
    Block(StepArgs),
    /// It can go on
    Unblock(StepArgs),
    /// We choose not to do it; the reason may follow
    Skip(StepArgs),
    /// It is still owed, after the go-live; the reason may follow
    Defer(StepArgs),
    /// It has to be done again: a new attempt
    Reopen(StepArgs),
    /// Give the reason that a blocked, failed, skipped or deferred step still owes
    Reason(ReasonArgs),
    /// Expect it of somebody else
    Assign(AssignArgs),
    /// The owner is standing by
    Standby(StepArgs),
    /// Say what it will still take
    Estimate(EstimateArgs),
    /// Tick an item of it
    Tick(TickArgs),
    /// Record a measured value
    Record(RecordArgs),
    /// Give evidence: a link, or a file whose name and hash are kept
    Evidence(EvidenceArgs),
    /// Sign it
    Sign(StepArgs),
    /// Choose an option of a choice
    Choose(ChooseArgs),
}

/// A step, and the act.
#[derive(Debug, Args)]
pub struct StepArgs {
    /// Id, number or unambiguous beginning
    step: String,
    #[command(flatten)]
    act: ActArgs,
}

/// A step that may be dangerous.
#[derive(Debug, Args)]
pub struct ConfirmedArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// For a dangerous step: its id or number once more, in full
    #[arg(long, value_name = "ID")]
    confirm: Option<String>,
    /// Do not ask, also where its start takes a way back away
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    act: ActArgs,
}

/// A reason that follows.
#[derive(Debug, Args)]
pub struct ReasonArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// Why
    text: String,
    #[command(flatten)]
    act: ActArgs,
}

/// Somebody else.
#[derive(Debug, Args)]
pub struct AssignArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// Who
    person: String,
    #[command(flatten)]
    act: ActArgs,
}

/// A remaining time.
#[derive(Debug, Args)]
pub struct EstimateArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// From now: 25m, 1h30m
    remaining: String,
    #[command(flatten)]
    act: ActArgs,
}

/// An item.
#[derive(Debug, Args)]
pub struct TickArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// The item's position from 1, or the beginning of its text
    item: String,
    #[command(flatten)]
    act: ActArgs,
}

/// A value.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// Which value, by the id of the record
    record: String,
    /// The value as measured
    #[arg(allow_hyphen_values = true)]
    value: String,
    #[command(flatten)]
    act: ActArgs,
}

/// Evidence.
#[derive(Debug, Args)]
pub struct EvidenceArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// A link (https:, http:, mailto:), or a file
    #[arg(value_name = "LINK|FILE")]
    evidence: String,
    #[command(flatten)]
    act: ActArgs,
}

/// An option.
#[derive(Debug, Args)]
pub struct ChooseArgs {
    /// Id, number or unambiguous beginning
    step: String,
    /// The option's id
    option: String,
    #[command(flatten)]
    act: ActArgs,
}

/// Does what was asked with the step.
pub fn run(context: &Context, command: StepCommand) -> Done {
    use StepCommand as C;
    match command {
        C::Start(a) => confirmed(context, &a, false),
        C::Done(a) => confirmed(context, &a, true),
        C::Fail(a) => {
            plain(context, &a, |step, attempt, reason| Event::StepFailed { step, attempt, reason })
        }
        C::Block(a) => {
            plain(context, &a, |step, attempt, reason| Event::StepBlocked { step, attempt, reason })
        }
        C::Unblock(a) => {
            plain(context, &a, |step, attempt, _| Event::StepUnblocked { step, attempt })
        }
        C::Skip(a) => {
            plain(context, &a, |step, attempt, reason| Event::StepSkipped { step, attempt, reason })
        }
        C::Defer(a) => plain(context, &a, |step, attempt, reason| Event::StepDeferred {
            step,
            attempt,
            reason,
        }),
        C::Reopen(a) => plain(context, &a, |step, attempt, reason| Event::StepReopened {
            step,
            attempt,
            reason,
        }),
        C::Standby(a) => {
            plain(context, &a, |step, attempt, _| Event::StepStoodBy { step, attempt })
        }
        C::Sign(a) => plain(context, &a, |step, attempt, _| Event::StepSigned { step, attempt }),
        C::Reason(a) => act(context, &a.act, |desk| {
            let (step, attempt) = desk.attempt(&a.step)?;
            Ok(Event::ReasonGiven { step, attempt, reason: a.text.clone() })
        }),
        C::Assign(a) => act(context, &a.act, |desk| {
            let (step, _) = desk.attempt(&a.step)?;
            Ok(Event::StepAssigned { step, owner: desk.person(&a.person)? })
        }),
        C::Estimate(a) => act(context, &a.act, |desk| {
            let (step, attempt) = desk.attempt(&a.step)?;
            let remaining_s = parse_duration(&a.remaining).map_err(CommandError::usage)?;
            Ok(Event::StepEstimated { step, attempt, remaining_s })
        }),
        C::Tick(a) => act(context, &a.act, |desk| tick(desk, &a)),
        C::Record(a) => act(context, &a.act, |desk| record(desk, &a)),
        C::Evidence(a) => {
            let evidence = evidence::of(&a.evidence)?;
            act(context, &a.act, |desk| {
                let (step, attempt) = desk.attempt(&a.step)?;
                Ok(Event::EvidenceGiven { step, attempt, evidence })
            })
        }
        C::Choose(a) => act(context, &a.act, |desk| choose(desk, &a)),
    }
}

fn plain(
    context: &Context,
    args: &StepArgs,
    event: impl FnOnce(String, u32, Option<String>) -> Event,
) -> Done {
    act(context, &args.act, |desk| {
        let (step, attempt) = desk.attempt(&args.step)?;
        Ok(event(step, attempt, desk.reason()))
    })
}

/// Start and completion: what asks for confirmation gets it when work begins, also where a step
/// is finished without having been started.
fn confirmed(context: &Context, args: &ConfirmedArgs, done: bool) -> Done {
    act(context, &args.act, |desk| {
        let ix = desk.step(&args.step)?;
        let step = &desk.state.plan.steps[ix];
        let status = desk.state.steps[ix].status();
        if step.confirm && status == StepStatus::Planned {
            confirm(step, args.confirm.as_deref())?;
        }
        if !args.yes {
            ask_for_the_way_back(desk.state, ix)?;
        }
        let (step, attempt) = (step.id.clone(), desk.state.steps[ix].attempt);
        Ok(if done {
            Event::StepCompleted { step, attempt }
        } else {
            Event::StepStarted { step, attempt }
        })
    })
}

/// Asks before the start of a step takes rungs of the ladder away. Where nobody sits there, nobody
/// is asked: a script acts, and the answer says what is gone.
fn ask_for_the_way_back(state: &RunState, ix: StepIx) -> Result<(), CommandError> {
    let gone = state.takes_away(ix);
    if gone.is_empty() || !terminal::is_there() {
        return Ok(());
    }
    let step = &state.plan.steps[ix];
    let label = format!("{} {}", step.number, step.title);
    let point = if step.point_of_no_return { "POINT OF NO RETURN. " } else { "" };
    let lost = gone_in_words(state, &gone);
    let said = format!("{point}Once {label} has begun, {lost}\n");
    if terminal::confirm(&said, "begin it?") {
        return Ok(());
    }
    Err(CommandError::refused(format!("{label} was not begun: nobody said yes"))
        .hint("`golive rollback` lists the ladder; add --yes if the step is to begin"))
}

fn confirm(step: &Step, typed: Option<&str>) -> Result<(), CommandError> {
    match typed {
        Some(word) if word == step.id || word == step.number => Ok(()),
        typed => {
            let wrong = match typed {
                Some(word) => format!("`{word}` is neither its id nor its number"),
                None => "it is marked dangerous, so its name is asked once more".to_owned(),
            };
            Err(CommandError::refused(format!("{} {}: {wrong}", step.number, step.title))
                .hint(format!("add --confirm {} if this is the step you mean", step.id)))
        }
    }
}

fn tick(desk: &Desk<'_>, args: &TickArgs) -> Result<Event, CommandError> {
    let ix = desk.step(&args.step)?;
    let step = &desk.state.plan.steps[ix];
    let item = one_of(&step.items, &args.item, String::as_str)
        .ok_or_else(|| none_of(step, "item", &args.item, step.items.iter().map(String::as_str)))?
        .clone();
    Ok(Event::ItemTicked { step: step.id.clone(), attempt: attempt_of(desk, ix), item })
}

fn record(desk: &Desk<'_>, args: &RecordArgs) -> Result<Event, CommandError> {
    let ix = desk.step(&args.step)?;
    let step = &desk.state.plan.steps[ix];
    let record = one_of(&step.records, &args.record, |r| &r.id)
        .ok_or_else(|| {
            none_of(step, "value", &args.record, step.records.iter().map(|r| r.id.as_str()))
        })?
        .id
        .clone();
    let attempt = attempt_of(desk, ix);
    Ok(Event::ValueRecorded { step: step.id.clone(), attempt, record, value: args.value.clone() })
}

fn choose(desk: &Desk<'_>, args: &ChooseArgs) -> Result<Event, CommandError> {
    let ix = desk.step(&args.step)?;
    let step = &desk.state.plan.steps[ix];
    let option = one_of(&step.options, &args.option, |o| &o.id)
        .ok_or_else(|| {
            none_of(step, "option", &args.option, step.options.iter().map(|o| o.id.as_str()))
        })?
        .id
        .clone();
    Ok(Event::OptionChosen { step: step.id.clone(), attempt: attempt_of(desk, ix), option })
}

fn attempt_of(desk: &Desk<'_>, ix: StepIx) -> u32 {
    desk.state.steps[ix].attempt
}

fn none_of<'a>(
    step: &Step,
    what: &str,
    word: &str,
    there: impl Iterator<Item = &'a str>,
) -> CommandError {
    let there: Vec<_> = there.collect();
    let error = CommandError::refused(format!(
        "{} {} has no one {what} that `{word}` means",
        step.number, step.title
    ));
    if there.is_empty() {
        error.hint(format!("this step asks for no {what}"))
    } else {
        error.hint(format!("it has: {}", there.join(", ")))
    }
}
