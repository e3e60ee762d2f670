//! `golive correct ENTRY`: an earlier entry was a mistake.

use super::acting::{ActArgs, act, person};
use super::context::Context;
use super::error::{CommandError, Done};
use super::meant::{entry_named, own_last_entry};
use super::terminal;
use crate::run::{Event, Mend, RunState, describe};
use clap::Args;

/// Which entry, and what is right.
#[derive(Debug, Args)]
pub struct CorrectArgs {
    /// Its number in the log (17 or #17), or `last`: your own latest
    #[arg(value_name = "ENTRY")]
    entry: String,
    /// It happened at another time [default: it never happened]
    #[arg(long, value_name = "TIME", conflicts_with = "text", allow_hyphen_values = true)]
    to_time: Option<String>,
    /// Its text (reason, note, value) is another
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Do not ask, also where later entries rest on this one
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    act: ActArgs,
}

/// Corrects.
pub fn run(context: &Context, args: &CorrectArgs) -> Done {
    if args.act.at.is_some() && args.to_time.is_none() {
        return Err(CommandError::usage("--at would be when you correct, not when it happened")
            .hint("say the right time of the entry with --to-time; leave --at out to void it"));
    }
    act(context, &args.act, |desk| {
        let entry = match args.entry.as_str() {
            "last" => own_last_entry(desk.state, &person(context, desk.ledger)?)?,
            word => entry_named(desk.state, word)?,
        };
        let mend = match (&args.to_time, &args.text) {
            (Some(word), _) => Mend::Time { happened_at: desk.time(word)? },
            (None, Some(text)) => Mend::Text { text: text.clone() },
            (None, None) => Mend::Void {},
        };
        let built_on = desk.state.built_on(&entry);
        if mend == (Mend::Void {}) && !built_on.is_empty() && !args.yes {
            ask(desk.state, &built_on)?;
        }
        Ok(Event::Correction { entry, mend, reason: desk.reason() })
    })
}

/// Says what rests on the entry, and asks; without a terminal that is a no.
fn ask(state: &RunState, built_on: &[u64]) -> Done {
    let lines: String = state
        .log
        .iter()
        .filter(|logged| built_on.contains(&logged.entry.seq))
        .map(|logged| {
            let act = &logged.entry.act;
            format!("  #{} {} {}\n", logged.entry.seq, act.person(), describe(state, &act.event))
        })
        .collect();
    let said = format!("later entries rest on this one:\n{lines}");
    if terminal::confirm(&said, "void it all the same?") {
        return Ok(());
    }
    Err(CommandError::refused(said.trim_end())
        .hint("correct those first, mend only its time with --to-time, or go on with --yes"))
}
