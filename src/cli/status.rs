//! `golive status`: where a run stands.

use super::acting::open;
use super::context::Context;
use super::error::{CommandError, Done};
use super::{output, status_text};
use crate::ledger::{Access, Ledger};
use crate::run::{Entry, amiss, chance, forecast, status};
use crate::runbook::visible;
use clap::Args;
use std::fmt::Write;

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
        let mut text = status_text::of(&ledger, status_text::ENDLESS, chance.as_ref());
        text += &sharing(&ledger)?;
        return output::lines(&text);
    }
    let mut status = status(ledger.state(), &expected, &ledger.head().to_string(), now);
    // The third decimal is about what so many draws can tell.
    let rounded = |part: f64| (part * 1000.0).round() / 1000.0;
    status.forecast.chance_in_window = chance.and_then(|chance| chance.in_window).map(rounded);
    output::json(&status)
}

/// How it goes with the hub, and what it refused of what was recorded here, with its reasons: that
/// is no part of the run, and stands nowhere else.
fn sharing(ledger: &Ledger) -> Result<String, CommandError> {
    let mut out = String::new();
    let Some(sharing) = ledger.sharing().map_err(CommandError::failed)? else { return Ok(out) };
    let hub = visible(&sharing.joined.hub).into_owned();
    let _ = match sharing.unshared {
        0 => writeln!(out, "hub {hub}: all shared"),
        n => writeln!(out, "hub {hub}: {n} not shared; golive sync sends them"),
    };
    if let Some(lost) = super::sync::lost_text(ledger, &sharing) {
        let _ = writeln!(out, "{lost}");
    }
    let state = ledger.state();
    for queued in sharing.refused {
        let why = queued.refused.unwrap_or_default();
        let Ok(entry) = Entry::from_body(0, &queued.body) else {
            let _ = writeln!(out, "refused by the hub: an unreadable entry: {}", visible(&why));
            continue;
        };
        let amiss = amiss::refused(state, &entry, &why, ledger.now());
        let at = amiss.at.with_timezone(&state.plan.release.timezone).format("%H:%M");
        let (by, what) = (visible(&amiss.by).into_owned(), visible(&amiss.what).into_owned());
        let _ = writeln!(out, "refused by the hub: {by} at {at}: {what}: {}", visible(&why));
        let _ = writeln!(out, "  what to do: {}", visible(&amiss.instead));
    }
    Ok(out)
}
