//! `golive adopt FILE`: a run gets the text of a file as its new plan.

use super::acting::{ActArgs, act};
use super::context::Context;
use super::error::{CommandError, Done};
use super::{check, files, output};
use crate::run::{Event, sha256_hex};
use crate::runbook::{Runbook, difference, read, render, summary};
use clap::Args;
use std::path::{Path, PathBuf};

/// Which file.
#[derive(Debug, Args)]
pub struct AdoptArgs {
    /// The changed runbook
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    act: ActArgs,
}

/// Adopts.
pub fn run(context: &Context, args: &AdoptArgs) -> Done {
    let (text, plan) = sound(&args.file)?;
    act(context, &args.act, |desk| {
        let sha256 = sha256_hex(text.as_bytes());
        if sha256 == desk.state.sha256 {
            return Err(CommandError::refused(format!(
                "{} is the run's present text already",
                args.file.display()
            ))
            .hint("change the file first; `golive runbook` prints the present text"));
        }
        let mut summary = change(&desk.state.plan, &plan);
        if desk.state.had_text(&sha256) {
            summary = format!("back to an earlier text of this run: {summary}");
        }
        for step in desk.state.taken_out(&plan) {
            output::aside(&format!("note: {step}; it leaves the plan, its history stays\n"));
        }
        Ok(Event::RunRevised {
            runbook: text.clone(),
            sha256,
            base_sha256: desk.state.sha256.clone(),
            reason: desk.reason(),
            summary,
        })
    })
}

/// The text of a runbook file without errors, and what it says; otherwise its findings are shown.
pub fn sound(path: &Path) -> Result<(String, Runbook), CommandError> {
    let text = files::read_runbook(path)?;
    let plan = plan_of(path, &text)?;
    Ok((text, plan))
}

/// What a text without errors says; otherwise its findings are shown, with the file it is from.
pub fn plan_of(path: &Path, text: &str) -> Result<Runbook, CommandError> {
    let reading = read(text);
    if let Some(plan) = reading.runbook {
        return Ok(plan);
    }
    let name = path.display().to_string();
    output::aside(&render(&name, text, &reading.diagnostics, false));
    Err(CommandError::refused(format!("{name}: {}", check::count(&reading.diagnostics)))
        .hint("mend what is said above; `golive check` shows it again"))
}

/// What another text would change in a plan, in a line.
pub fn change(present: &Runbook, other: &Runbook) -> String {
    summary(&difference(present, other))
}
