//! `golive schema`: the JSON Schema of runbooks, for editors, and that of reports.

use super::error::Done;
use super::output;
use crate::{report, runbook};
use clap::Args;

/// Of what.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Of the JSON that `golive report --format json` writes
    #[arg(long)]
    report: bool,
}

/// Prints it.
pub fn run(args: &SchemaArgs) -> Done {
    output::data(&if args.report { report::schema() } else { runbook::schema() })
}
