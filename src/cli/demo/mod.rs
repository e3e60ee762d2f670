#![allow(
    clippy::disallowed_methods,
    reason = "a runbook that does not say when it begins begins now"
)]
//! `golive demo`: a night to try: a hub with its pages, a crew that is simulated, and you at the
//! cockpit, in one process. Time passes faster, and nothing stays.

mod crew;
mod folder;
mod night;

use super::context::Context;
use super::error::{CommandError, Done};
use super::meant::person_id;
use super::run::{Looks, opened_cockpit, told};
use super::{adopt, files, output, report, terminal};
use crate::cockpit::model::Demo;
use crate::cockpit::terminal::Ended;
use crate::runbook::{Role, Runbook};
use chrono::Utc;
use clap::Args;
use folder::Folder;
use night::{Night, Script, lead_of};
use std::path::{Path, PathBuf};

/// The runbook that is played where none is named.
const LEDGER: &str = include_str!("../../../runbooks/ledger-4.2.toml");
/// What its messages call it.
const LEDGER_NAME: &str = "ledger-4.2.toml";
/// Where a demonstration that runs by itself writes its report.
const REPORT: &str = "golive-demo.html";

/// How to play.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How many times as fast as people live the night passes
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=600))]
    speed: u32,
    /// Another night: what goes wrong in it, and how long everything takes
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// A runbook of yours [default: a bank moves its ledger, the example with every feature]
    #[arg(long, value_name = "FILE")]
    runbook: Option<PathBuf>,
    /// Let the lead be played as well: the night runs by itself to its end, and writes its report
    #[arg(long)]
    auto: bool,
    /// Write the report to this file when it is over: .html, .md, .json, .csv or .xlsx [default: none;
    /// with --auto: golive-demo.html]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// A theme: dark, light, high-contrast, colour-blind, mono, one of your own, or a file
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Letters instead of symbols, for poor fonts
    #[arg(long)]
    ascii: bool,
}

/// Plays a night.
pub fn run(context: &Context, args: &DemoArgs) -> Done {
    if !terminal::has_screen() {
        return Err(CommandError::usage("the demo is a cockpit, and needs a terminal to be in")
            .hint("`golive plan runbooks/ledger-4.2.toml` shows a plan without one"));
    }
    if context.names_data() {
        return Err(CommandError::usage(
            "the demo keeps its run in a folder of its own, for as long as it lasts",
        )
        .hint("leave --data out; `golive run --rehearsal FILE` keeps a run"));
    }
    let target = args.report.clone().or_else(|| args.auto.then(|| PathBuf::from(REPORT)));
    let format = target.as_deref().map(|file| report::format_of(None, Some(file))).transpose()?;
    let script = script(context, args)?;
    let folder = Folder::make()?;
    let (ended, last_words) = play(&folder, script, args)?;
    if let Some((file, format)) = target.zip(format) {
        let path = last_words.ledger.as_path();
        files::replace(&file, &report::written(path, last_words.now, format)?)?;
        output::aside(&format!("the report of the night: {}\n", file.display()));
    }
    // Before anything that does not come back.
    drop(folder);
    output::aside(&last_words.said);
    told(&ended)
}

/// What there is to say when it is over.
struct LastWords {
    said: String,
    ledger: PathBuf,
    now: crate::run::Time,
}

fn play(
    folder: &Folder,
    script: Script,
    args: &DemoArgs,
) -> Result<(Ended, LastWords), CommandError> {
    let you = script.you.clone();
    let mut night = Night::begin(folder.path(), script)?;
    let ledger = night.ledger(&folder.path().join("yours"))?;
    let path = ledger.path().to_owned();
    let link = night.link()?;
    let page = night.page();
    let looks = Looks { copy_to: None, theme: args.theme.clone(), ascii: args.ascii };
    let at_work = night.go(args.speed)?;
    let begins = at_work.begins();
    folder.is_in_good_hands();
    let demo = Demo { speed: args.speed, usual: args.speed, page, leads: args.auto };
    let ended = opened_cockpit(ledger, None, &you, &looks, Some(link), Some((demo, begins)));
    at_work.end();
    let (said, now) = last_words(&night);
    night.end();
    Ok((ended?, LastWords { said, ledger: path, now }))
}

/// Where the night was left, and what to try next.
fn last_words(night: &Night) -> (String, crate::run::Time) {
    let Some((state, now)) = night.state() else { return (String::new(), Utc::now()) };
    let zone = state.plan.release.timezone;
    let steps = || state.plan.forward_steps();
    let settled = steps().filter(|ix| state.is_settled(*ix)).count();
    let said = format!(
        "The demo was left at {} of its night, {settled} of {} steps settled; nothing of it stays.\n\
         Next: golive new night.toml, then golive run night.toml\n",
        now.with_timezone(&zone).format("%H:%M"),
        steps().count(),
    );
    (said, now)
}

/// What is played, and by whom.
fn script(context: &Context, args: &DemoArgs) -> Result<Script, CommandError> {
    let (text, plan) = match &args.runbook {
        Some(path) => adopt::sound(path)?,
        None => (LEDGER.to_owned(), adopt::plan_of(Path::new(LEDGER_NAME), LEDGER)?),
    };
    let lead = match lead_of(&plan) {
        Some(lead) => lead.to_owned(),
        None => person_id(&plan, &context.person()?),
    };
    let you = match context.acting_as()? {
        Some(name) => follower(&plan, &name)?,
        None => lead.clone(),
    };
    let (seed, auto) = (args.seed, args.auto);
    Ok(Script { text, plan, lead, you, seed, auto, now: Utc::now() })
}

/// Who sits at the cockpit where somebody says who: one of the runbook's people.
fn follower(plan: &Runbook, name: &str) -> Result<String, CommandError> {
    let id = person_id(plan, name);
    match plan.people.get(&id) {
        Some(person) if person.role != Some(Role::Observer) => Ok(id),
        Some(_) => Err(CommandError::usage(format!("{id} only reads in this night"))
            .hint("leave --as out to lead it")),
        None => {
            let names: Vec<&str> = plan.people.keys().map(String::as_str).collect();
            Err(CommandError::usage(format!("{id} has no part in this night"))
                .hint(format!("--as one of: {}", names.join(", "))))
        }
    }
}
