//! `golive rollback`: the ladder, and taking a rung of it.

use super::acting::{ActArgs, Desk, act, open};
use super::context::Context;
use super::error::{CommandError, Done};
use super::output;
use crate::ledger::Access;
use crate::run::rungs::{RungStatus, Taking, ladder};
use crate::run::{Event, RunState, Time};
use crate::runbook::{RungIx, Secs, format_duration};
use clap::{Args, Subcommand};
use std::fmt::Write;

/// The ladder, or a rung of it.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RollbackArgs {
    #[command(subcommand)]
    command: Option<RollbackCommand>,
    /// The rung to take: id, number (R1) or unambiguous beginning [default: none; the ladder is
    /// shown]
    rung: Option<String>,
    /// Print the ladder as JSON, with names that stay as they are
    #[arg(long, conflicts_with = "rung")]
    json: bool,
    #[command(flatten)]
    act: ActArgs,
}

/// How the rung that is on ends.
#[derive(Debug, Subcommand)]
pub enum RollbackCommand {
    /// It has ended well: what it covers is taken back
    End(EndArgs),
    /// It has failed: the run is held for the next rung
    Failed(EndArgs),
}

/// The end of a rollback.
#[derive(Debug, Args)]
pub struct EndArgs {
    /// The rung, to be sure [default: the one that is on]
    rung: Option<String>,
    #[command(flatten)]
    act: ActArgs,
}

/// Shows the ladder, takes a rung, or ends the one that is on.
pub fn run(context: &Context, args: &RollbackArgs) -> Done {
    match (&args.command, &args.rung) {
        (Some(RollbackCommand::End(end)), _) => finish(context, end, true),
        (Some(RollbackCommand::Failed(end)), _) => finish(context, end, false),
        (None, Some(word)) => act(context, &args.act, |desk| {
            let rung = id_of(desk.state, find(desk.state, word)?);
            Ok(Event::RollbackBegun { rung, reason: desk.reason() })
        }),
        (None, None) => list(context, args),
    }
}

fn finish(context: &Context, args: &EndArgs, succeeded: bool) -> Done {
    act(context, &args.act, |desk| {
        let rung = match &args.rung {
            Some(word) => id_of(desk.state, find(desk.state, word)?),
            None => on(desk)?,
        };
        Ok(Event::RollbackEnded { rung, succeeded, reason: desk.reason() })
    })
}

fn on(desk: &Desk<'_>) -> Result<String, CommandError> {
    let on = desk.state.rolling_back().map(|on| on.rung.clone());
    on.ok_or_else(|| {
        CommandError::refused("no rollback is on")
            .hint("`golive rollback` lists the rungs; `golive rollback RUNG` begins one")
    })
}

fn id_of(state: &RunState, rung: RungIx) -> String {
    state.plan.rollbacks[rung].id.clone()
}

/// The rung meant by an id, a number or an unambiguous beginning of an id.
fn find(state: &RunState, word: &str) -> Result<RungIx, CommandError> {
    state.find_rung(word).map_err(|candidates| match candidates[..] {
        [] => CommandError::refused(format!("this run has no rollback `{word}`"))
            .hint("`golive rollback` lists the rungs"),
        _ => CommandError::refused(format!("`{word}` may mean several rollbacks"))
            .hint(format!("say which: {}", candidates.join(", "))),
    })
}

fn list(context: &Context, args: &RollbackArgs) -> Done {
    let said = &args.act;
    let about_an_act = said.at.is_some() || said.on_behalf_of.is_some() || said.reason.is_some();
    if about_an_act {
        return Err(CommandError::usage("no rung was named")
            .hint("`golive rollback RUNG` begins one; alone it lists them"));
    }
    let ledger = open(context, None, Access::Read)?;
    let state = ledger.state();
    let now = ledger.now();
    let ladder = ladder(state, now);
    if args.json {
        return output::json(&ladder);
    }
    if ladder.rungs.is_empty() {
        return output::line("this runbook has no rollback");
    }
    let mut text = String::new();
    for rung in &ladder.rungs {
        let proposed = ladder.proposed.as_deref() == Some(&rung.id);
        page(state, rung, proposed, now, &mut text);
    }
    for taken in &ladder.taken {
        let _ = writeln!(text, "{}", history(state, taken));
    }
    output::lines(&text)
}

/// A rung in a few lines.
fn page(state: &RunState, rung: &RungStatus, proposed: bool, now: Time, out: &mut String) {
    let _ = write!(out, "{} {}  {}: ", rung.number, rung.id, rung.title);
    let _ = writeln!(out, "{}", standing(state, rung, proposed));
    if let Some(trigger) = &rung.trigger {
        let _ = writeln!(out, "   take it if: {trigger}");
    }
    for said in cost(state, rung, now) {
        let _ = writeln!(out, "   {said}");
    }
    let numbers = |ids: &[String]| -> String {
        let number = |id: &String| state.plan.step(id).map_or(id.clone(), |s| s.number.clone());
        ids.iter().map(number).collect::<Vec<_>>().join(", ")
    };
    if !rung.to_settle.is_empty() {
        let _ = writeln!(out, "   settle first: {}", numbers(&rung.to_settle));
    }
    for id in &rung.applies {
        let Some(ix) = state.step_ix(id) else { continue };
        let step = &state.plan.steps[ix];
        let owner = state.owner_of(ix).map_or_else(String::new, |owner| format!("  {owner}"));
        let long =
            step.duration.map_or_else(String::new, |d| format!("  {}", format_duration(d.likely)));
        let _ = writeln!(out, "   {} {}{owner}{long}", step.number, step.title);
    }
    let then = match &rung.resumes {
        None => "the run ends rolled back".to_owned(),
        Some(id) => {
            let from = numbers(std::slice::from_ref(id));
            match rung.recycles.is_empty() {
                true => format!("on from {from}"),
                false => format!("on from {from}; to do again: {}", numbers(&rung.recycles)),
            }
        }
    };
    let _ = writeln!(out, "   then: {then}");
    if !rung.undoes.is_empty() {
        let _ = writeln!(out, "   undone: {}", numbers(&rung.undoes));
    }
}

/// How long it takes, when it would end and the run then finish, until when it may be decided.
fn cost(state: &RunState, rung: &RungStatus, now: Time) -> Vec<String> {
    let clock = |at: Time| moment(state, at, now);
    let mut said = Vec::new();
    if let Some(long) = rung.duration_s {
        let long = format_duration(long);
        said.push(match (rung.on, rung.abort) {
            (true, _) => format!("still takes {long}"),
            (false, 0) => format!("takes {long}"),
            (false, abort) => {
                format!("takes {long}, of that {} to stop what runs", format_duration(abort))
            }
        });
    }
    if let Some(end) = rung.would_end {
        let ends = match rung.on {
            true => format!("ends {}", clock(end)),
            false => format!("would end {} if begun now", clock(end)),
        };
        // A rung that ends the run is its finish.
        said.push(match rung.finish.filter(|_| rung.resumes.is_some()) {
            Some(finish) => {
                let window = against_window(state, finish, now);
                format!("{ends}; finish then {}{window}", clock(finish))
            }
            None => format!("{ends}{}", against_window(state, end, now)),
        });
    }
    if let Some(by) = rung.roll_back_by {
        let left = (by - now).num_seconds();
        said.push(match left {
            0.. => format!("decide by {} ({} left)", clock(by), to_the_minute(left)),
            _ => format!("decide by {}: HAS PASSED", clock(by)),
        });
    }
    said
}

/// Whether a moment is inside the window of the run, if it has one.
fn against_window(state: &RunState, at: Time, now: Time) -> String {
    match state.window(now) {
        None => String::new(),
        Some(window) if at <= window.closes => ", inside the window".to_owned(),
        Some(window) => {
            let late = to_the_minute((at - window.closes).num_seconds());
            format!(", {late} PAST THE WINDOW")
        }
    }
}

/// A clock time of the runbook's zone, with its date where that is another day's.
fn moment(state: &RunState, at: Time, now: Time) -> String {
    let zone = state.plan.release.timezone;
    let (local, today) = (at.with_timezone(&zone), now.with_timezone(&zone).date_naive());
    let near = local.date_naive() == today || (at - now).num_hours().abs() < 12;
    local.format(if near { "%H:%M" } else { "%-d %b %H:%M" }).to_string()
}

/// A length to the minute; under a minute, to the second.
fn to_the_minute(secs: Secs) -> String {
    format_duration(if secs >= 60 { secs - secs % 60 } else { secs })
}

/// Whether it can be taken, and why not.
fn standing(state: &RunState, rung: &RungStatus, proposed: bool) -> String {
    if rung.on {
        return "it is on".to_owned();
    }
    if let Some(step) = rung.gone_by.as_ref().and_then(|id| state.plan.step(id)) {
        return format!("gone, {} {} has begun", step.number, step.title);
    }
    match (rung.needed, proposed) {
        (_, true) => "available, proposed".to_owned(),
        (true, false) => "available".to_owned(),
        (false, false) => "available, nothing to take back yet".to_owned(),
    }
}

/// One taking of a rung in a line.
fn history(state: &RunState, taken: &Taking) -> String {
    let zone = state.plan.release.timezone;
    let clock = |at: Time| at.with_timezone(&zone).format("%H:%M").to_string();
    let how = match (taken.ended_at, taken.succeeded) {
        (None, _) => "is on".to_owned(),
        (Some(at), Some(true)) => format!("ended well {}", clock(at)),
        (Some(at), Some(false)) => format!("failed {}", clock(at)),
        (Some(at), None) => format!("was cut short {}", clock(at)),
    };
    let why = |words: &Option<String>| {
        words.as_ref().map_or_else(String::new, |words| format!(": {words}"))
    };
    let (begun, by) = (clock(taken.begun_at), &taken.begun_by);
    let (reason, end) = (why(&taken.reason), why(&taken.end_reason));
    format!("{} was begun {begun} by {by}{reason}; {how}{end}", taken.title)
}
