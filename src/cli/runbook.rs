//! `golive runbook`: a run's runbook as it now stands.

use super::acting::open;
use super::context::Context;
use super::error::Done;
use super::{files, output};
use crate::ledger::Access;
use clap::Args;
use std::path::PathBuf;

/// Which run, and where to.
#[derive(Debug, Args)]
pub struct RunbookArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
    /// Write it to this file instead of printing it; an older text there is replaced
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Prints or writes the text.
pub fn run(context: &Context, args: &RunbookArgs) -> Done {
    let ledger = open(context, args.target.as_deref(), Access::Read)?;
    let text = &ledger.state().text;
    match &args.output {
        None => output::data(text),
        Some(path) => {
            files::replace(path, text.as_bytes())?;
            output::line(&format!("wrote {}", path.display()))
        }
    }
}
