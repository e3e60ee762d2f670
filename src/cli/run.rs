#![allow(clippy::disallowed_methods, reason = "asks the environment about colours")]
//! `golive run`: the cockpit on a run.

use super::bridge::BridgeArgs;
use super::context::Context;
use super::error::{CommandError, Done};
use super::hub_way::WayArgs;
use super::open::{self, Opening};
use super::{acting, config, output, terminal};
use crate::cockpit::model::Demo;
use crate::cockpit::terminal::{Begins, Ended, Setup, TerminalKind, run as run_cockpit};
use crate::ledger::{Access, Ledger};
use crate::sync::client::Link;
use clap::Args;
use std::path::PathBuf;

/// What to open, and how it looks.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The runbook; left out with --run RUN, which goes on with a run without its file
    runbook: Option<PathBuf>,
    #[command(flatten)]
    opening: Opening,
    #[command(flatten)]
    bridge: BridgeArgs,
    #[command(flatten)]
    looks: Looks,
}

/// How a cockpit looks, and what it keeps beside the record.
#[derive(Debug, Args)]
pub struct Looks {
    /// Keep a second copy of the record, and a readable checklist, in this folder
    #[arg(long, value_name = "DIR")]
    pub copy_to: Option<PathBuf>,
    /// A theme: dark, light, high-contrast, colour-blind, mono, one of your own, or a file
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// Letters instead of symbols, for poor fonts
    #[arg(long)]
    pub ascii: bool,
}

/// Opens the cockpit.
pub fn run(context: &Context, args: &RunArgs) -> Done {
    if !terminal::has_screen() {
        return Err(CommandError::usage("the cockpit needs a terminal, and there is none")
            .hint("`golive open RUNBOOK` opens a run without one; every act has a command"));
    }
    args.bridge.may_begin()?;
    let mut ledger = match &args.runbook {
        Some(_) if context.names_run() => {
            return Err(CommandError::usage("a runbook and a run are both named")
                .hint("name the runbook, or, to go on without its file, only --run RUN"));
        }
        Some(path) => open::opened(context, path, &args.opening)?,
        None if !context.names_run() => {
            return Err(CommandError::usage("no runbook is named")
                .hint("golive run RUNBOOK; `golive new FILE` writes one to start from"));
        }
        None => acting::open(context, None, Access::Write)?,
    };
    let person = acting::seated(context, &ledger)?;
    let bridge = args.bridge.begin(context, &mut ledger, &person)?;
    let link = match &bridge {
        Some(bridge) => Some(bridge.link()?),
        None => link_again(&ledger, &person)?,
    };
    let done = cockpit(ledger, args.runbook.clone(), &person, &args.looks, link);
    if let Some(bridge) = bridge {
        bridge.end();
    }
    done
}

/// A run that was shared before goes on being shared.
fn link_again(ledger: &Ledger, person: &str) -> Result<Option<Link>, CommandError> {
    let Some(sharing) = ledger.sharing().map_err(CommandError::failed)? else { return Ok(None) };
    let (hub, run) = (&sharing.joined.hub, &ledger.state().run);
    WayArgs::default().unasked(hub, run, person).map(Some)
}

/// Opens the cockpit on a ledger. Where a token has proved who acts there, it is they.
pub fn cockpit(
    ledger: Ledger,
    runbook: Option<PathBuf>,
    person: &str,
    looks: &Looks,
    link: Option<Link>,
) -> Done {
    told(&opened_cockpit(ledger, runbook, person, looks, link, None)?)
}

/// Opens the cockpit and answers how it ended.
pub fn opened_cockpit(
    ledger: Ledger,
    runbook: Option<PathBuf>,
    person: &str,
    looks: &Looks,
    link: Option<Link>,
    demo: Option<(Demo, Begins)>,
) -> Result<Ended, CommandError> {
    let config = config::load()?;
    let proved = ledger.sharing().map_err(CommandError::failed)?;
    let proved = proved.and_then(|sharing| sharing.joined.person);
    let is_set = |key| std::env::var_os(key).is_some_and(|value| !value.is_empty());
    let colour_term = std::env::var("COLORTERM").unwrap_or_default();
    let (demo, begins) = demo.unzip();
    run_cockpit(Setup {
        person: proved.unwrap_or_else(|| person.to_owned()),
        ledger,
        runbook,
        config,
        theme: looks.theme.clone(),
        config_dir: config::folder(),
        ascii: looks.ascii,
        no_color: is_set("NO_COLOR"),
        true_color: matches!(colour_term.as_str(), "truecolor" | "24bit"),
        kind: TerminalKind {
            term: std::env::var("TERM").unwrap_or_default(),
            vte: is_set("VTE_VERSION"),
        },
        copy_to: looks.copy_to.clone(),
        link,
        demo,
        begins,
    })
    .map_err(CommandError::failed)
}

/// Says what could not be recorded, and dies of the signal that ended the cockpit, if one did.
pub fn told(ended: &Ended) -> Done {
    let lost = (!ended.unsaved.is_empty()).then(|| {
        let acts: String = ended.unsaved.iter().map(|act| format!("\n  {act}")).collect();
        CommandError::failed(format!("not recorded, for it could not be written:{acts}"))
            .hint("mend the cause, go on with the run, and do these again")
    });
    if let Some(signal) = ended.signal {
        if let Some(error) = &lost {
            output::aside(&error.render());
        }
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
    lost.map_or(Ok(()), Err)
}
