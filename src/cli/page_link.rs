//! `golive hub link`: addresses that open a page for those who have no terminal.

use super::context::{Context, checked_name};
use super::error::{CommandError, Done};
use super::meant::person_id;
use super::output;
use crate::hub::links::{Links, PageLink};
use crate::ledger::{self, Access, Ledger};
use crate::run::{RunState, Time};
use crate::sync::client::RunAddress;
use crate::sync::protocol::PageOf;
use crate::sync::reach::only_here;
use clap::{Args, Subcommand};
use std::path::Path;

/// Page links.
#[derive(Debug, Subcommand)]
pub enum LinkCommand {
    /// Make a link, and print it: it is shown once
    Add(AddArgs),
    /// List the links; not the secrets, which nobody has
    List(ListArgs),
    /// Revoke a link by its id, or all of a person (or of `stakeholders`); their pages end within a
    /// second
    Revoke(RevokeArgs),
}

/// For whom.
#[derive(Debug, Args)]
#[command(override_usage = "golive hub link add [OPTIONS] <RUN> <PERSON|--stakeholders>")]
pub struct AddArgs {
    /// The run, at this hub: an id or an unambiguous part of one; left out where --run names it
    #[arg(value_name = "RUN")]
    first: Option<String>,
    /// Whose page: an id or a name of [people] in the runbook, or any name
    #[arg(value_name = "PERSON", conflicts_with = "stakeholders")]
    second: Option<String>,
    /// The page for stakeholders, who only read
    #[arg(long)]
    stakeholders: bool,
    /// Under which address the hub is reached, such as https://hub.example
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:7600")]
    base: RunAddress,
}

/// Of which run.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only of this run
    #[arg(value_name = "RUN")]
    shared: Option<String>,
}

/// Which.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// The link's id, a person, or `stakeholders`
    word: String,
    /// Only those of this run: an id or an unambiguous part of one [default: all]
    // Takes the place of the option that is understood everywhere, which has another default.
    #[arg(long, alias = "only", value_name = "RUN")]
    run: Option<String>,
}

/// Does what the subcommand says, with the links in the hub's folder.
pub fn run(context: &Context, folder: &Path, command: &LinkCommand) -> Done {
    let links = Links::open(folder).map_err(CommandError::failed)?;
    match command {
        LinkCommand::Add(args) => add(context, folder, &links, args),
        LinkCommand::List(args) => list(folder, &links, context.run_word(args.shared.as_deref())?),
        LinkCommand::Revoke(args) => revoke(folder, &links, args),
    }
}

fn add(context: &Context, folder: &Path, links: &Links, args: &AddArgs) -> Done {
    let (run, person) = meant(context, args)?;
    let (state, now) = shared(folder, run).map_err(|error| match person {
        // Found by its very id or a part of it: a person is hardly called so.
        Some(person) if ledger::find(folder, Some(person)).is_ok_and(|path| path.exists()) => {
            error.hint(format!("the run comes first: golive hub link add {person} {run}"))
        }
        _ => error,
    })?;
    let page = match person {
        Some(word) => {
            let person = person_id(&state.plan, &checked_name(word, "the name")?);
            tell_of_stranger(&state, &person);
            PageOf::Person(person)
        }
        None => PageOf::Stakeholders,
    };
    let (_, path) = links.add(&state.run, page, None, now).map_err(CommandError::failed)?;
    output::line(&format!("{}{path}", args.base.hub))?;
    if let Some(why) = only_here(&args.base.hub) {
        output::aside(&format!("note: {why}; say with --base how others reach the hub\n"));
    }
    output::aside(
        "it is not shown again, and whoever has it may open the page: hand it over on a safe way\n",
    );
    Ok(())
}

/// Run and person, which is none for stakeholders. Where `--run` names the run, one word is the person.
fn meant<'a>(
    context: &'a Context,
    args: &'a AddArgs,
) -> Result<(&'a str, Option<&'a str>), CommandError> {
    let (first, second) = (args.first.as_deref(), args.second.as_deref());
    let (run, person) = match (first, second) {
        (Some(word), None) if context.names_run() && !args.stakeholders => {
            (context.run_word(None)?, Some(word))
        }
        (run, person) => (context.run_word(run)?, person),
    };
    let run = run.ok_or_else(|| {
        CommandError::usage("a run is required: which one is the page of?")
            .hint("golive hub link add RUN PERSON")
    })?;
    if person.is_none() && !args.stakeholders {
        return Err(CommandError::usage(
            "a person is required, or --stakeholders: whose page is it?",
        )
        .hint(format!("golive hub link add {run} PERSON")));
    }
    Ok((run, person))
}

/// A mistyped name makes a page on which nothing ever stands.
fn tell_of_stranger(state: &RunState, person: &str) {
    let mut steps = 0..state.plan.steps.len();
    let known = state.plan.people.contains_key(person);
    if !known && !steps.any(|ix| state.is_mine(ix, person)) {
        output::aside(&format!(
            "note: the runbook has no {person}, and no step is theirs: their page will be empty\n"
        ));
    }
}

fn list(folder: &Path, links: &Links, run: Option<&str>) -> Done {
    let only = run.map(|word| shared(folder, word)).transpose()?;
    for link in links.list().iter() {
        if only.as_ref().is_none_or(|(state, _)| state.run == link.run) {
            output::line(&line(link))?;
        }
    }
    Ok(())
}

fn line(link: &PageLink) -> String {
    let added = link.added_at.format("%Y-%m-%d %H:%M");
    let by = link.added_by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{}  {:<20} {}  {added}Z{by}", link.id, link.page.name(), link.run)
}

fn revoke(folder: &Path, links: &Links, args: &RevokeArgs) -> Done {
    let only = args.run.as_deref().map(|word| shared(folder, word)).transpose()?;
    let run = only.as_ref().map(|(state, _)| state.run.as_str());
    let gone = links.revoke(run, &args.word).map_err(CommandError::failed)?;
    if gone.is_empty() {
        return Err(CommandError::failed(format!("no link is of “{}”", args.word))
            .hint("golive hub link list shows ids and names"));
    }
    gone.iter().try_for_each(|link| {
        output::line(&format!("revoked {} of {} for {}", link.id, link.page.name(), link.run))
    })
}

/// The run of this hub that a word means, and the time there.
fn shared(folder: &Path, word: &str) -> Result<(RunState, Time), CommandError> {
    let path = ledger::find(folder, Some(word)).map_err(|e| {
        CommandError::failed(e)
            .hint("golive share RUN URL puts a run on this hub; --data names its folder")
    })?;
    let ledger = Ledger::open(&path, Access::Read).map_err(CommandError::failed)?;
    let found = (ledger.state().clone(), ledger.clock().now());
    ledger.close().map_err(CommandError::failed)?;
    Ok(found)
}
