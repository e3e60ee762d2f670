//! `golive verify`, `export` and `restore`: the record itself.

use super::acting::run_file;
use super::context::Context;
use super::error::{CommandError, Done};
use super::{output, sync};
use crate::ledger::{self, VerifyError};
use crate::runbook::visible;
use clap::Args;
use std::path::PathBuf;

/// Which run.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
}

/// Which run, and where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
    /// Write one file to mail or copy instead of printing JSON Lines
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// What to rebuild from.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// An export: JSON Lines, or a file of `export --file`
    file: PathBuf,
}

/// Verifies.
pub fn verify(context: &Context, args: &VerifyArgs) -> Done {
    let path = run_file(context, args.target.as_deref())?;
    let sound = ledger::verify(&path).map_err(|error| match error {
        VerifyError::Unreadable(error) => CommandError::failed(error),
        bad => CommandError::refused(format!("{}: {bad}", path.display())).hint(
            "the entries before it are as they were written; compare with a copy, or rebuild \
             from one with `golive restore FILE --data DIR`",
        ),
    })?;
    output::line(&format!(
        "{}: {} entries, all as they were written; head {}",
        sound.run, sound.entries, sound.head
    ))
}

/// Exports.
pub fn export(context: &Context, args: &ExportArgs) -> Done {
    let path = run_file(context, args.target.as_deref())?;
    match &args.file {
        Some(target) => {
            ledger::export_file(&path, target).map_err(CommandError::failed)?;
            let waiting = sync::waiting(&path)?;
            sync::say_waiting(waiting, "they wait in the copy, too");
            output::line(&format!("wrote {}", target.display()))
        }
        None => {
            let mut out = output::Answer::new();
            let exported = ledger::export_record(&path, &mut out);
            out.finish()?;
            let exported = exported.map_err(CommandError::failed)?;
            sync::say_waiting(exported.waiting, "they stand behind the others, marked `waiting`");
            Ok(())
        }
    }
}

/// Rebuilds.
pub fn restore(context: &Context, args: &RestoreArgs) -> Done {
    let restored =
        ledger::restore(&args.file, &context.data_dir()?).map_err(CommandError::failed)?;
    if restored.torn {
        output::aside("note: the copy ends in the middle of a line, which was left out\n");
    }
    if let Some((waiting, hub)) = &restored.waiting {
        output::aside(&format!(
            "note: {waiting} not shared with the hub {} when the copy was made; they wait, and \
             golive sync sends them\n",
            visible(hub)
        ));
    }
    output::line(&format!(
        "rebuilt {} with {} entries in {}; head {}",
        restored.run,
        restored.entries,
        restored.path.display(),
        restored.head
    ))
}
