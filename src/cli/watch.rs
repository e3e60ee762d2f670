#![allow(
    clippy::disallowed_methods,
    reason = "looks again once a second, and asks the environment about colours"
)]
//! `golive watch`: where a run stands, again and again, until it is ended with Ctrl-C. Read-only.

use super::acting::{open, person};
use super::context::Context;
use super::error::{CommandError, Done};
use super::meant::person_id;
use super::status_text::{self, ENDLESS, Room};
use super::{config, output};
use crate::cockpit::keymap::Keymap;
use crate::cockpit::model::Model;
use crate::cockpit::terminal::{Ended, NextRun, Watching, watch};
use crate::cockpit::view::bridge_text;
use crate::ledger::{self, Access, Ledger};
use crate::run::{chance, forecast};
use clap::{Args, ValueEnum};
use std::fmt::Write;
use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

/// Which run, and how it is shown.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
    /// What is shown of it
    #[arg(long, value_enum, default_value_t = WatchView::Status)]
    view: WatchView,
    /// A theme for the bridge view: dark, light, high-contrast, colour-blind, mono, or a file
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Letters instead of symbols, for poor fonts
    #[arg(long)]
    ascii: bool,
}

/// What is shown of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WatchView {
    /// Where every step stands
    Status,
    /// Eight large lines, for the screen that the whole bridge sees
    Bridge,
}

/// How often it looks.
const PERIOD: Duration = Duration::from_secs(1);

/// Watches. In a terminal the picture is drawn over; elsewhere it is printed anew whenever
/// somebody has done something.
pub fn run(context: &Context, args: &WatchArgs) -> Done {
    let mut ledger = open(context, args.target.as_deref(), Access::Read)?;
    let on_screen = std::io::stdout().is_terminal();
    if args.view == WatchView::Bridge && on_screen {
        return bridge(context, args, ledger);
    }
    let mut last_seq = None;
    let mut drawn = None;
    loop {
        ledger.catch_up().map_err(CommandError::failed)?;
        let seq = Some(ledger.state().last_seq());
        // A draw takes longer than a look; it is done anew when somebody has done something.
        if seq != last_seq {
            let now = ledger.now();
            drawn = chance(ledger.state(), &forecast(ledger.state(), now), now);
        }
        if on_screen {
            let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
            let room = Room { columns: columns.into(), lines: Some(rows.into()) };
            output::styled(&over(
                &status_text::of(&ledger, room, drawn.as_ref()),
                (columns, rows),
            ))?;
        } else if seq != last_seq {
            let text = match args.view {
                WatchView::Status => status_text::of(&ledger, ENDLESS, drawn.as_ref()),
                WatchView::Bridge => lines(&ledger, &person(context, &ledger)?),
            };
            output::lines(&format!("{text}\n"))?;
        }
        last_seq = seq;
        std::thread::sleep(PERIOD);
    }
}

/// The bridge view on the whole screen. Without a run that was named it goes on, when this one is
/// over, with the one that is on then.
fn bridge(context: &Context, args: &WatchArgs, ledger: Ledger) -> Done {
    let config = config::load()?;
    let person = person(context, &ledger)?;
    let is_set = |key| std::env::var_os(key).is_some_and(|value| !value.is_empty());
    let colour_term = std::env::var("COLORTERM").unwrap_or_default();
    let named = context.run_word(args.target.as_deref())?.is_some();
    let folder = context.data_dir()?;
    let next: NextRun = Box::new(move |path: &Path| {
        let found = ledger::find(&folder, None).ok().filter(|found| found != path)?;
        Ledger::open(&found, Access::Read).ok()
    });
    let ended = watch(Watching {
        ledger,
        next: (!named).then_some(next),
        person,
        theme: args.theme.clone().or(config.theme),
        config_dir: config::folder(),
        ascii: args.ascii,
        no_color: is_set("NO_COLOR"),
        true_color: matches!(colour_term.as_str(), "truecolor" | "24bit"),
    })
    .map_err(CommandError::failed)?;
    die_of(&ended);
    Ok(())
}

/// Dies of the signal that ended it, if one did.
fn die_of(ended: &Ended) {
    if let Some(signal) = ended.signal {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
}

/// The bridge view as plain text.
fn lines(ledger: &Ledger, person: &str) -> String {
    let state = ledger.state().clone();
    let person = person_id(&state.plan, person);
    bridge_text(&Model::new(state, person, ledger.now(), (80, 24), Keymap::default(), ""))
}

/// Draws text over what the screen shows, without a flicker: from the top, each line cleared
/// behind its end, cut to the size of the screen.
fn over(text: &str, (columns, rows): (u16, u16)) -> String {
    let mut picture = String::from("\u{1b}[H");
    let shown = usize::from(rows).saturating_sub(1);
    for line in text.lines().take(shown) {
        let line = status_text::fitted(line, usize::from(columns));
        let _ = write!(picture, "{}\u{1b}[K\r\n", line.trim_end());
    }
    picture.push_str("\u{1b}[J");
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fits_the_screen_and_obeys_nothing_from_the_text() {
        let picture = over("one\ntwo\u{1b}[31m\nthree", (6, 3));
        assert_eq!(picture, "\u{1b}[Hone\u{1b}[K\r\ntwo␛[…\u{1b}[K\r\n\u{1b}[J");
    }
}
