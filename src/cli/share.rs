#![allow(clippy::disallowed_methods, reason = "takes away a ledger that it has just made")]
//! `golive share` and `golive join`: a run that others follow.

use super::acting::{run_file, seated};
use super::context::Context;
use super::error::{CommandError, Done};
use super::hub_way::WayArgs;
use super::run::{Looks, cockpit};
use super::{output, terminal};
use crate::cockpit::terminal::link::placed;
use crate::ledger::{self, Access, Joined, Ledger, LedgerError};
use crate::sync::client::{Link, RunAddress};
use crate::sync::protocol::{OpenedAnswer, You};
use clap::Args;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// Which run, and where.
#[derive(Debug, Args)]
pub struct ShareArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: String,
    /// The hub, such as https://hub.example
    #[arg(value_name = "URL")]
    hub: String,
    #[command(flatten)]
    way: WayArgs,
}

/// Where the run is.
#[derive(Debug, Args)]
pub struct JoinArgs {
    /// The shared run, such as https://hub.example/runs/RUN; of a hub with one run, the hub will do
    #[arg(value_name = "URL")]
    url: String,
    #[command(flatten)]
    way: WayArgs,
    #[command(flatten)]
    looks: Looks,
}

/// Puts a run on a hub.
pub fn share(context: &Context, args: &ShareArgs) -> Done {
    let address: RunAddress = args.hub.parse().map_err(CommandError::failed)?;
    let path = run_file(context, Some(&args.target))?;
    let mut ledger = Ledger::open(&path, Access::Write).map_err(CommandError::failed)?;
    let run = ledger.state().run.clone();
    if address.run.as_ref().is_some_and(|named| *named != run) {
        return Err(CommandError::usage(format!("the address is of another run than {run}"))
            .hint("name only the hub: the run keeps its id there"));
    }
    refuse_another_hub(&ledger, &address.hub)?;
    let runtime = runtime()?;
    let link = args.way.link(context, &runtime, &address.hub, &run)?;
    refuse_a_demo(&runtime, &link, &address.hub)?;
    let opened = put(&mut ledger, &runtime, &link, &address.hub)?;
    ledger.close().map_err(CommandError::failed)?;
    output::line(&format!(
        "shared {run}, {} {}: golive join {}/runs/{run}",
        opened.head.seq,
        if opened.head.seq == 1 { "entry" } else { "entries" },
        address.hub
    ))
}

/// The clock of a demonstration runs at a pace of its own: no time of another cockpit would be right
/// there, and nothing of it stays.
fn refuse_a_demo(runtime: &Runtime, link: &Link, hub: &str) -> Done {
    let time = runtime.block_on(link.time()).map_err(CommandError::failed)?;
    if !time.demo {
        return Ok(());
    }
    Err(CommandError::refused(format!(
        "{hub} is the hub of a demo, which runs at a pace of its own"
    ))
    .hint("look at its page in a browser, or play one yourself: golive demo"))
}

/// A ledger is joined to one hub.
fn refuse_another_hub(ledger: &Ledger, hub: &str) -> Done {
    match ledger.sharing().map_err(CommandError::failed)? {
        Some(sharing) if sharing.joined.hub != hub => {
            let there = sharing.joined.hub;
            Err(CommandError::usage(format!("this run is on the hub {there} already"))
                .hint("join it there; a hub that is gone is rebuilt with golive hub restore"))
        }
        _ => Ok(()),
    }
}

/// Puts a ledger's entries on a hub, unchanged, and joins it.
pub fn put(
    ledger: &mut Ledger,
    runtime: &Runtime,
    link: &Link,
    hub: &str,
) -> Result<OpenedAnswer, CommandError> {
    let mut lines = Vec::new();
    ledger::export_jsonl(ledger.path(), &mut lines).map_err(CommandError::failed)?;
    let opened = runtime.block_on(link.open(lines)).map_err(CommandError::failed)?;
    let page = runtime.block_on(link.entries(opened.head.seq)).map_err(CommandError::failed)?;
    ledger.join(&joined(hub, opened.epoch, page.you)).map_err(CommandError::failed)?;
    Ok(opened)
}

fn joined(hub: &str, epoch: u64, you: You) -> Joined {
    let mut joined = Joined::to(hub);
    (joined.person, joined.role, joined.epoch) = (you.person, you.role, epoch);
    joined
}

/// Opens the cockpit on a shared run.
pub fn join(context: &Context, args: &JoinArgs) -> Done {
    if !terminal::has_screen() {
        return Err(CommandError::usage("the cockpit needs a terminal, and there is none")
            .hint("golive status RUN reads a run that was joined before"));
    }
    let address: RunAddress = args.url.parse().map_err(CommandError::failed)?;
    let runtime = runtime()?;
    let run = match &address.run {
        Some(run) => run.clone(),
        None => only_run(context, args, &runtime, &address.hub)?,
    };
    let link = args.way.link(context, &runtime, &address.hub, &run)?;
    let folder = context.data_dir()?;
    let path = folder.join(format!("{run}.golive"));
    let is_new = !path.exists();
    if is_new {
        refuse_a_demo(&runtime, &link, &address.hub)?;
        fetch(&runtime, &link, &folder, &run, &address.hub)?;
    }
    let mut ledger = go_on(&path, &address.hub)?;
    if !is_new && context.names_person() {
        ask_who_that_is(&mut ledger, &runtime, &link);
    }
    let person = match seated(context, &ledger) {
        Ok(person) => person,
        Err(error) => {
            ledger.close().map_err(CommandError::failed)?;
            if is_new {
                // Nothing of anybody's is in it, and it would be joined as the wrong person.
                std::fs::remove_file(&path).map_err(CommandError::failed)?;
            }
            return Err(error);
        }
    };
    cockpit(ledger, None, &person, &args.looks, Some(link))
}

/// Notes whose token it is that is given now: the ledger may have been joined with another's. Without
/// the hub it stays as it was.
fn ask_who_that_is(ledger: &mut Ledger, runtime: &Runtime, link: &Link) {
    let Ok(page) = runtime.block_on(link.entries(ledger.state().last_seq())) else { return };
    if let Err(error) = ledger.known_to_hub_as(page.you.person, page.you.role) {
        tracing::warn!(%error, "noting whose token it is");
    }
}

/// Goes on with a ledger that is here. One that stands alone is the same run begun elsewhere.
fn go_on(path: &Path, hub: &str) -> Result<Ledger, CommandError> {
    let mut ledger = Ledger::open(path, Access::Write).map_err(CommandError::failed)?;
    match ledger.sharing().map_err(CommandError::failed)? {
        None => {
            return Err(CommandError::usage("this run is here already, and stands alone")
                .hint("golive share RUN URL puts it on the hub; or join with another --data"));
        }
        Some(sharing) if sharing.joined.hub != hub => {
            // The hub has moved: what it knows decides whether it is the same.
            let mut moved = sharing.joined;
            hub.clone_into(&mut moved.hub);
            ledger.join(&moved).map_err(CommandError::failed)?;
        }
        Some(_) => {}
    }
    Ok(ledger)
}

/// The hub's only run.
fn only_run(
    context: &Context,
    args: &JoinArgs,
    runtime: &Runtime,
    hub: &str,
) -> Result<String, CommandError> {
    let link = args.way.link(context, runtime, hub, "")?;
    let runs = runtime.block_on(link.runs()).map_err(CommandError::failed)?.runs;
    match runs.as_slice() {
        [only] => Ok(only.run.clone()),
        [] => Err(CommandError::failed(format!("the hub {hub} has no run yet"))
            .hint("golive share RUN URL puts one there")),
        many => {
            let error = CommandError::usage(format!("the hub {hub} has {} runs", many.len()));
            Err(many.iter().fold(error, |error, run| {
                error.hint(format!("golive join {hub}/runs/{}   {}", run.run, run.title))
            }))
        }
    }
}

/// Fetches a run, whole, into a ledger of its own.
pub fn fetch(
    runtime: &Runtime,
    link: &Link,
    folder: &Path,
    run: &str,
    hub: &str,
) -> Result<PathBuf, CommandError> {
    let elsewhere = |why: String| LedgerError::elsewhere(folder, why);
    let first = runtime.block_on(link.entries(0)).map_err(CommandError::failed)?;
    let joined = joined(hub, first.epoch, first.you.clone());
    let mut first = Some(first);
    ledger::receive(folder, run, &joined, &mut |after| {
        let page = match first.take() {
            Some(page) => page,
            None => runtime.block_on(link.entries(after)).map_err(|e| elsewhere(e.to_string()))?,
        };
        page.entries.iter().map(|entry| placed(entry).map_err(elsewhere)).collect()
    })
    .map_err(CommandError::failed)
}

/// What a command needs to wait for a hub.
pub fn runtime() -> Result<Runtime, CommandError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(CommandError::failed)
}
