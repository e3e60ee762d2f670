#![allow(clippy::disallowed_methods, reason = "looks again once a second")]
//! `golive watch`: where a run stands, again and again, until it is ended with Ctrl-C. Read-only.

use super::acting::open;
use super::context::Context;
use super::error::{CommandError, Done};
use super::output;
use super::status_text::{self, ENDLESS, Room};
use crate::ledger::Access;
use clap::Args;
use std::fmt::Write;
use std::io::IsTerminal;
use std::time::Duration;

/// Which run.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
}

/// How often it looks.
const PERIOD: Duration = Duration::from_secs(1);

/// Watches. In a terminal the picture is drawn over; elsewhere it is printed anew whenever
/// somebody has done something.
pub fn run(context: &Context, args: &WatchArgs) -> Done {
    let mut ledger = open(context, args.target.as_deref(), Access::Read)?;
    let on_screen = std::io::stdout().is_terminal();
    let mut last_seq = None;
    loop {
        ledger.catch_up().map_err(CommandError::failed)?;
        let seq = Some(ledger.state().last_seq());
        if on_screen {
            let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
            let room = Room { columns: columns.into(), lines: Some(rows.into()) };
            output::styled(&over(&status_text::of(&ledger, room), (columns, rows)))?;
        } else if seq != last_seq {
            output::lines(&format!("{}\n", status_text::of(&ledger, ENDLESS)))?;
        }
        last_seq = seq;
        std::thread::sleep(PERIOD);
    }
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
