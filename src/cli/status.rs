//! `golive status`: where a run stands.

use super::acting::open;
use super::context::Context;
use super::error::Done;
use super::{output, status_text};
use crate::ledger::Access;
use crate::run::{forecast, status};
use clap::Args;

/// Which run, and for whom.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
    /// Print JSON, with names that stay as they are
    #[arg(long)]
    json: bool,
}

/// Says where it stands.
pub fn run(context: &Context, args: &StatusArgs) -> Done {
    let ledger = open(context, args.target.as_deref(), Access::Read)?;
    if !args.json {
        return output::lines(&status_text::of(&ledger, status_text::ENDLESS));
    }
    let now = ledger.now();
    let expected = forecast(ledger.state(), now);
    output::json(&status(ledger.state(), &expected, &ledger.head().to_string(), now))
}
