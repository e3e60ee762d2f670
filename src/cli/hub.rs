#![allow(clippy::disallowed_methods, reason = "logs to standard error unless told otherwise")]
//! `golive hub`: serve, make and revoke tokens and page links, rebuild lost runs.

use super::context::{Context, checked_name};
use super::error::{CommandError, Done};
use super::output;
use super::page_link::{self, LinkCommand};
use crate::hub::Directory;
use crate::hub::http::{Hub, Serving, Tls, open_wide};
use crate::hub::restore::restore;
use crate::hub::tokens::Tokens;
use crate::ledger::{self, Listed};
use crate::runbook::Role;
use clap::{Args, Subcommand, ValueEnum};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where to listen.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct HubArgs {
    #[command(subcommand)]
    command: Option<HubCommand>,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7600")]
    listen: SocketAddr,
    /// The certificate for TLS, with those that vouch for it, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Let tokens go over the wire in the clear
    #[arg(long)]
    insecure: bool,
}

/// What else there is to do about a hub.
#[derive(Debug, Subcommand)]
pub enum HubCommand {
    /// Make, list and revoke tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Make, list and revoke links that open a page without a token
    #[command(subcommand)]
    Link(LinkCommand),
    /// Rebuild lost runs from participants' ledgers or exports, and begin a new epoch
    Restore(RestoreArgs),
}

/// Tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token, and print it: it is shown once
    Add(AddArgs),
    /// List the tokens; not the secrets, which nobody has
    List,
    /// Revoke a token by its id, or all of a person; their streams end within a second
    Revoke(RevokeArgs),
}

/// For whom.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Whose it is: an id of [people] in the runbook
    name: String,
    /// The role it gives at the start
    #[arg(long, value_enum)]
    role: Granted,
    /// The only run it is for: an id or an unambiguous part of one [default: all]
    // Takes the place of the option that is understood everywhere, which has another default.
    #[arg(long, alias = "only", value_name = "RUN")]
    run: Option<String>,
}

/// Which.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// The token's id, or a person
    word: String,
}

/// What to rebuild from.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Ledgers or exports of participants
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// A role on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Granted {
    /// Everything
    Lead,
    /// Works steps, writes notes
    Operator,
    /// Reads
    Observer,
}

impl HubArgs {
    /// Whether `--run RUN` says something to it.
    pub fn means_a_run(&self) -> bool {
        matches!(self.command, Some(HubCommand::Token(TokenCommand::Add(_)) | HubCommand::Link(_)))
    }
}

/// Serves, or does what the subcommand says.
pub fn run(context: &Context, args: HubArgs) -> Done {
    let folder = folder(context)?;
    match args.command {
        None => serve(&folder, &args),
        Some(HubCommand::Token(TokenCommand::Add(add))) => add_token(&folder, &add),
        Some(HubCommand::Token(TokenCommand::List)) => list(&folder),
        Some(HubCommand::Token(TokenCommand::Revoke(revoke))) => revoke_token(&folder, &revoke),
        Some(HubCommand::Link(command)) => {
            crate::ledger::make_private_folder(&folder).map_err(CommandError::failed)?;
            page_link::run(context, &folder, &command)
        }
        Some(HubCommand::Restore(args)) => rebuild(&folder, &args),
    }
}

/// The hub's own folder, beside the ledgers of this machine.
pub fn folder(context: &Context) -> Result<PathBuf, CommandError> {
    Ok(context.data_dir()?.join("hub"))
}

/// The runs that only the hub of this machine has, none of `own`.
pub fn runs_only_there(context: &Context, own: &[Listed]) -> Result<Vec<Listed>, CommandError> {
    let id = |listed: &Listed| listed.run.as_ref().ok().map(|info| info.run.clone());
    let known: HashSet<String> = own.iter().filter_map(id).collect();
    let mut there = ledger::list(&folder(context)?).map_err(CommandError::failed)?;
    there.retain(|listed| id(listed).is_none_or(|id| !known.contains(&id)));
    Ok(there)
}

fn serve(folder: &std::path::Path, args: &HubArgs) -> Done {
    // Where GOLIVE_LOG names a level there is a log already.
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .finish();
    let _ = tracing::subscriber::set_global_default(log);
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some(Tls::from_files(cert, key).map_err(CommandError::failed)?),
        _ => None,
    };
    open_wide();
    let scheme = if tls.is_some() { "https" } else { "http" };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CommandError::failed)?;
    runtime.block_on(async {
        let mut ends = Ends::listen()?;
        let hub = Hub::open(folder).map_err(CommandError::failed)?;
        let serving = Serving::begin(hub.clone(), args.listen, tls, args.insecure);
        let serving = serving.await.map_err(CommandError::failed)?;
        output::line(&format!("{scheme}://{}", serving.address))?;
        if !hub.tokens.are_needed() {
            output::aside(
                "no tokens: whoever is on this machine may act under any name, and nobody else; \
                 golive hub token add NAME --role lead makes the first\n",
            );
        }
        ends.wait().await;
        serving.end().await;
        Ok(())
    })
}

/// The signals that end a hub in good order.
struct Ends {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Ends {
    fn listen() -> Result<Self, CommandError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(CommandError::failed);
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

fn tokens(folder: &std::path::Path) -> Result<Tokens, CommandError> {
    crate::ledger::make_private_folder(folder).map_err(CommandError::failed)?;
    Tokens::open(folder).map_err(CommandError::failed)
}

fn add_token(folder: &std::path::Path, args: &AddArgs) -> Done {
    let name = checked_name(&args.name, "the name")?;
    let role = match args.role {
        Granted::Lead => Role::Lead,
        Granted::Operator => Role::Operator,
        Granted::Observer => Role::Observer,
    };
    let run = args.run.as_deref().map(|word| run_meant(folder, word)).transpose()?;
    let token = tokens(folder)?.add(&name, role, run.as_deref());
    output::line(&token.map_err(CommandError::failed)?)?;
    output::aside(
        "it is not shown again: hand it over on a safe way, to be put into GOLIVE_TOKEN\n",
    );
    Ok(())
}

/// The id of the run that a word means at this hub. It may be put here later; then its whole id is
/// wanted.
fn run_meant(folder: &std::path::Path, word: &str) -> Result<String, CommandError> {
    let found = match std::fs::exists(folder) {
        Ok(true) => crate::ledger::find(folder, Some(word)),
        _ => return Ok(not_here_yet(word)),
    };
    match found {
        Ok(path) if path.exists() => {
            let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            id.ok_or_else(|| CommandError::usage(format!("`{word}` names no run")))
        }
        Err(error) if error.kind == crate::ledger::ErrorKind::Ambiguous => {
            Err(CommandError::failed(error))
        }
        _ => Ok(not_here_yet(word)),
    }
}

fn not_here_yet(word: &str) -> String {
    output::aside(&format!(
        "note: there is no run “{0}” at this hub yet; the token is for one with the id {0}, letter by \
         letter\n",
        crate::runbook::visible(word)
    ));
    word.to_owned()
}

fn list(folder: &std::path::Path) -> Done {
    for token in tokens(folder)?.list().iter() {
        let run = token.run.as_deref().unwrap_or("all runs");
        let role = match token.role {
            Role::Lead => "lead",
            Role::Operator => "operator",
            Role::Observer => "observer",
        };
        let added = token.added_at.format("%Y-%m-%d %H:%M");
        output::line(&format!("{}  {:<20} {role:<9} {run}  {added}Z", token.id, token.name))?;
    }
    Ok(())
}

fn revoke_token(folder: &std::path::Path, args: &RevokeArgs) -> Done {
    let gone = tokens(folder)?.revoke(&args.word).map_err(CommandError::failed)?;
    if gone.is_empty() {
        return Err(CommandError::failed(format!("no token is of “{}”", args.word))
            .hint("golive hub token list shows ids and names"));
    }
    gone.iter()
        .try_for_each(|token| output::line(&format!("revoked {} of {}", token.id, token.name)))
}

fn rebuild(folder: &std::path::Path, args: &RestoreArgs) -> Done {
    let directory = Directory::open(folder).map_err(CommandError::failed)?;
    for rebuilt in restore(&directory, &args.files).map_err(CommandError::failed)? {
        output::line(&format!(
            "rebuilt {} with {} entries from {}; epoch {}",
            rebuilt.run,
            rebuilt.entries,
            rebuilt.from.display(),
            rebuilt.epoch
        ))?;
        for (path, seq) in &rebuilt.differing {
            output::aside(&format!(
                "note: {} knows another order from entry {seq} on; its owner's entries come back \
                 when they join\n",
                path.display()
            ));
        }
        if let Some(aside) = &rebuilt.aside {
            output::aside(&format!("what was here before is kept in {}\n", aside.display()));
        }
    }
    Ok(())
}
