//! `golive status`: where a run stands.

use super::acting::open;
use super::context::Context;
use super::error::Done;
use super::{output, status_text};
use crate::ledger::Access;
use crate::run::{chance, forecast, status};
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
    let now = ledger.now();
    let expected = forecast(ledger.state(), now);
    let chance = chance(ledger.state(), &expected, now);
    if !args.json {
        let text = status_text::of(&ledger, status_text::ENDLESS, chance.as_ref());
        return output::lines(&text);
    }
    let mut status = status(ledger.state(), &expected, &ledger.head().to_string(), now);
    // The third decimal is about what so many draws can tell.
    let rounded = |part: f64| (part * 1000.0).round() / 1000.0;
    status.forecast.chance_in_window = chance.and_then(|chance| chance.in_window).map(rounded);
    output::json(&status)
}
