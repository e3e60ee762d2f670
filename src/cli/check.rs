//! `golive check`: all problems of runbooks, before the night.

use super::error::{CommandError, Done};
use super::files::Unreadable;
use super::{files, output, terminal};
use crate::runbook::{Diagnostic, Finding, Runbook, Severity, findings, read, render};
use clap::Args;
use std::path::{Path, PathBuf};

/// Which runbooks, and how strictly.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The runbooks
    #[arg(required = true, value_name = "RUNBOOK")]
    files: Vec<PathBuf>,
    /// Print a JSON array of the findings
    #[arg(long)]
    json: bool,
    /// Take warnings for errors
    #[arg(long)]
    deny_warnings: bool,
}

/// What became of a file.
struct Answer {
    name: String,
    reading: Result<Checked, Unreadable>,
}

/// A file that could be read.
struct Checked {
    text: String,
    findings: Vec<Diagnostic>,
    steps: Option<String>,
}

/// Checks.
pub fn run(args: &CheckArgs) -> Done {
    let answers: Vec<Answer> = args.files.iter().map(|path| answer(path)).collect();
    if args.json {
        json(&answers)?;
    } else {
        for answer in &answers {
            show(answer)?;
        }
    }
    verdict(&answers, args.deny_warnings)
}

fn answer(path: &Path) -> Answer {
    let reading = files::read_runbook(path).map(|text| {
        let reading = read(&text);
        let steps = reading.runbook.as_ref().map(steps_of);
        Checked { findings: reading.diagnostics, text, steps }
    });
    Answer { name: path.display().to_string(), reading }
}

/// How many steps a plan has, counted as everywhere else: those of the way back apart.
pub fn steps_of(plan: &Runbook) -> String {
    let forward = plan.forward_steps().len();
    let steps = if forward == 1 { "step" } else { "steps" };
    match plan.steps.len().saturating_sub(forward) {
        0 => format!("{forward} {steps}"),
        back => format!("{forward} {steps} and {back} of the way back"),
    }
}

fn show(answer: &Answer) -> Done {
    match &answer.reading {
        Err(unreadable) => {
            output::aside(&format!("error: {unreadable}\n"));
            if let Some(help) = &unreadable.help {
                output::aside(&format!("  hint: {help}\n"));
            }
            Ok(())
        }
        Ok(Checked { text, findings, steps }) => {
            let styled = terminal::shows_colours();
            output::styled(&render(&answer.name, text, findings, styled))?;
            let steps = steps.as_ref().map(|steps| format!(", {steps}")).unwrap_or_default();
            output::line(&format!("{}: {}{steps}", answer.name, count(findings)))
        }
    }
}

fn json(answers: &[Answer]) -> Done {
    let rows: Vec<Finding<'_>> = answers
        .iter()
        .flat_map(|answer| match &answer.reading {
            Ok(checked) => findings(&answer.name, &checked.findings),
            Err(unreadable) => vec![Finding {
                file: &answer.name,
                severity: Severity::Error,
                code: unreadable.code,
                message: &unreadable.what,
                help: unreadable.help.as_deref(),
                line: 1,
                column: 1,
            }],
        })
        .collect();
    output::json(&rows)
}

fn verdict(answers: &[Answer], deny_warnings: bool) -> Done {
    let bad = |d: &Diagnostic| deny_warnings || d.severity == Severity::Error;
    let of = |n: usize| format!("{n} of {}", answers.len());
    let unreadable = answers.iter().filter(|a| a.reading.is_err()).count();
    if unreadable > 0 {
        return Err(CommandError::failed(format!("{} could not be read", of(unreadable))));
    }
    let with_errors = answers
        .iter()
        .filter(|a| a.reading.as_ref().is_ok_and(|checked| checked.findings.iter().any(bad)))
        .count();
    if with_errors > 0 {
        return Err(CommandError::refused(format!("{} cannot be run as written", of(with_errors)))
            .hint("mend what is said above and check again"));
    }
    Ok(())
}

/// Counts in words: `2 errors, 1 warning`.
pub fn count(findings: &[Diagnostic]) -> String {
    let errors = findings.iter().filter(|d| d.severity == Severity::Error).count();
    let some = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts: Vec<_> = [some(errors, "error"), some(findings.len() - errors, "warning")]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(", ") }
}
