//! `golive actions`: what is still to be done, over all runs.

use super::context::Context;
use super::error::{CommandError, Done};
use super::{hub, output};
use crate::ledger::{self, Access, Ledger};
use crate::report::{OpenItem, open_items};
use chrono_tz::Tz;
use clap::Args;

/// How to list it.
#[derive(Debug, Args)]
pub struct ActionsArgs {
    /// Print JSON, with names that stay as they are
    #[arg(long)]
    json: bool,
}

/// What is open in one run.
#[derive(serde::Serialize)]
struct OfRun {
    run: String,
    title: String,
    timezone: &'static str,
    open: Vec<OpenItem>,
}

/// Lists it, run by run, the latest first; within a run by due time. A run that cannot be read hides
/// no other, and is an error in the end.
pub fn run(context: &Context, args: &ActionsArgs) -> Done {
    let folder = context.data_dir()?;
    let mut runs = Vec::new();
    let mut unreadable = 0;
    let mut listed = ledger::list(&folder).map_err(CommandError::failed)?;
    // What is owed in a run that only the hub of this machine has is owed as well.
    let of_hub = hub::runs_only_there(context, &listed)?;
    listed.extend(of_hub);
    for listed in listed {
        let opened = listed.run.and_then(|_| Ledger::open(&listed.path, Access::Read));
        match opened {
            Ok(ledger) => {
                let state = ledger.state();
                let open = open_items(state, ledger.now());
                if !open.is_empty() {
                    let title = state.plan.release.title.clone();
                    let timezone = state.plan.release.timezone.name();
                    runs.push(OfRun { run: state.run.clone(), title, timezone, open });
                }
            }
            Err(error) => {
                unreadable += 1;
                output::aside(&format!("unreadable: {error}\n"));
            }
        }
    }
    if args.json {
        output::json(&runs)?;
    } else {
        print(&runs)?;
    }
    match unreadable {
        0 => Ok(()),
        n => Err(CommandError::failed(format!("{n} of the runs could not be read"))
            .hint("the line of each says what to do")),
    }
}

fn print(runs: &[OfRun]) -> Done {
    if runs.is_empty() {
        output::aside("nothing is open in any run\n");
        return Ok(());
    }
    for of_run in runs {
        output::line(&format!("{}  {}", of_run.run, of_run.title))?;
        for item in &of_run.open {
            output::line(&line(item, of_run.timezone))?;
        }
    }
    output::aside(
        "an action is closed with `golive note close NUMBER --run RUN`, a criterion judged with \
         `golive judge`\n",
    );
    Ok(())
}

/// An item, its due time in the zone of its run.
fn line(item: &OpenItem, zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let due = item.due.map_or_else(String::new, |due| {
        let word = if item.overdue { "OVERDUE since" } else { "due" };
        format!(", {word} {}", due.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z"))
    });
    let owner = item.owner.as_deref().unwrap_or("nobody yet");
    format!("  {:<6} {} ({}; {owner}{due})", item.name, item.text, item.kind.word())
}
