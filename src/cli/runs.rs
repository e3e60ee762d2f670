//! `golive runs`: every run there is.

use super::context::Context;
use super::error::{CommandError, Done};
use super::status_text::{fitted, run_word};
use super::{hub, output};
use crate::ledger;
use crate::run::Mode;
use unicode_width::UnicodeWidthStr;

/// Lists the runs, the latest first. One that cannot be read hides no other, and is an error in the
/// end.
pub fn run(context: &Context) -> Done {
    let folder = context.data_dir()?;
    let runs = ledger::list(&folder).map_err(CommandError::failed)?;
    let of_hub = hub::runs_only_there(context, &runs)?.len();
    if runs.is_empty() {
        let begin = if of_hub == 0 { "; `golive run RUNBOOK` begins one" } else { "" };
        output::aside(&format!("no runs in {}{begin}\n", folder.display()));
    }
    if of_hub > 0 {
        let runs = if of_hub == 1 { "1 run is".to_owned() } else { format!("{of_hub} runs are") };
        output::aside(&format!(
            "{runs} on the hub whose files are here: `golive runs --data {}` lists them\n",
            hub::folder(context)?.display()
        ));
    }
    let width = runs.iter().filter_map(|l| l.run.as_ref().ok()).map(|i| i.run.width()).max();
    for listed in &runs {
        match &listed.run {
            Ok(info) => output::line(
                format!(
                    "{}  {}  {}  {}  {}",
                    fitted(&info.run, width.unwrap_or(0)),
                    fitted(mode_word(info.mode), 9),
                    fitted(&state_words(info), 18),
                    info.opened_at.format("%Y-%m-%d %H:%MZ"),
                    info.title
                )
                .trim_end(),
            )?,
            Err(error) => output::line(&format!("unreadable: {error}"))?,
        }
    }
    match runs.iter().filter(|listed| listed.run.is_err()).count() {
        0 => Ok(()),
        bad => Err(CommandError::failed(format!("{bad} of {} could not be read", runs.len()))
            .hint("the line of each says what to do; move away what is not needed")),
    }
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "LIVE",
        Mode::Rehearsal => "rehearsal",
    }
}

fn state_words(info: &ledger::RunInfo) -> String {
    let held = if info.held { ", held" } else { "" };
    format!("{}{held}", run_word(info.status))
}
