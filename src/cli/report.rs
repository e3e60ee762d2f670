//! `golive report`: the report of a run, from its record alone.

use super::acting::run_file;
use super::context::Context;
use super::error::{CommandError, Done};
use super::{files, output, sync, terminal};
use crate::ledger::{self, Access, Ledger, VerifyError};
use crate::report::{
    Format, Provenance, RenderError, Report, Section, anonymise, model::Verified, render,
    render_file, report, select,
};
use crate::run::Time;
use crate::runbook::visible;
use clap::Args;
use std::path::{Path, PathBuf};

/// Which run, in which format, how much of it.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The run: a file (also a copy that somebody mailed), an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
    /// md, html, json, csv or xlsx [default: by the ending of the file given with -o, else md]
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
    /// Write it to this file, in place of what is there; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only these sections, with commas between them; `golive report --sections help` lists them
    #[arg(long, value_name = "SECTIONS", value_delimiter = ',')]
    sections: Vec<String>,
    /// Name people by role and number, everywhere, free text included
    #[arg(long)]
    anonymise: bool,
}

fn format(word: &str) -> Result<Format, String> {
    Format::named(word).ok_or_else(|| format!("it can be {}", Format::names()))
}

/// Writes the report.
pub fn run(context: &Context, args: &ReportArgs) -> Done {
    if args.sections.iter().any(|word| word == "help") {
        return list_sections();
    }
    let sections = sections(&args.sections)?;
    let target = args.output.as_deref().filter(|file| *file != Path::new("-"));
    let format = format_of(args.format, target)?;
    if format.is_binary() && target.is_none() && terminal::has_screen() {
        return Err(CommandError::usage("a workbook cannot be shown in a terminal")
            .hint("write it to a file: -o report.xlsx"));
    }
    let path = run_file(context, args.target.as_deref())?;
    let mut report = of_file(context, &path, args.anonymise)?;
    let mine = "what others have done since may stand before them in the hub's order";
    sync::say_waiting(sync::waiting(&path).unwrap_or(0), mine);
    select(&mut report, &sections);
    if let Some(file) = target {
        files::replace(file, &render_file(&report, format).map_err(refused)?)?;
        return output::line(&format!("wrote {}", file.display()));
    }
    let bytes = render(&report, format).map_err(refused)?;
    if format.is_binary() {
        output::bytes(&bytes)
    } else {
        output::data(&String::from_utf8_lossy(&bytes))
    }
}

fn list_sections() -> Done {
    for section in Section::ALL {
        output::line(&format!("{:<12} {}", section.name(), section.heading()))?;
    }
    Ok(())
}

fn sections(words: &[String]) -> Result<Vec<Section>, CommandError> {
    Section::all_named(words.iter().map(String::as_str)).map_err(|unknown| {
        CommandError::usage(unknown.to_string()).hint(format!("there are: {}", Section::names()))
    })
}

/// The format that was said, else that of the file's ending, else Markdown.
pub fn format_of(said: Option<Format>, target: Option<&Path>) -> Result<Format, CommandError> {
    let ending = target.and_then(|file| file.extension()).map(|e| e.to_string_lossy());
    match (said, ending) {
        (_, Some(ending)) if ending == "golive" => {
            Err(CommandError::usage("a file ending in .golive is a run, and would be lost")
                .hint("name the report otherwise: -o report.html"))
        }
        (Some(format), _) => Ok(format),
        (None, Some(ending)) => Format::named(&ending).ok_or_else(|| {
            CommandError::usage(format!("`.{}` says no format", visible(&ending)))
                .hint("say it with --format md, html, json, csv or xlsx")
        }),
        (None, None) => Ok(Format::Markdown),
    }
}

fn refused(error: RenderError) -> CommandError {
    match error {
        RenderError::SeveralTables(..) | RenderError::NoTable(..) => {
            CommandError::usage(error.to_string())
        }
        other => CommandError::failed(other),
    }
}

/// The report of the run in a file.
pub fn of_file(context: &Context, path: &Path, pseudonyms: bool) -> Result<Report, CommandError> {
    of_moment(path, pseudonyms, |ledger| as_of(context, ledger))
}

fn of_moment(
    path: &Path,
    pseudonyms: bool,
    as_of: impl FnOnce(&Ledger) -> Result<Time, CommandError>,
) -> Result<Report, CommandError> {
    let (verified, problem) = match ledger::verify(path) {
        Ok(_) => (Verified::Sound, None),
        Err(VerifyError::Unreadable(error)) => return Err(CommandError::failed(error)),
        Err(bad) => {
            output::aside(&format!("warning: {bad}; the report says so\n"));
            (Verified::Unsound, Some(bad.to_string()))
        }
    };
    let ledger = Ledger::open(path, Access::Read).map_err(CommandError::failed)?;
    let as_of = as_of(&ledger)?;
    let from = Provenance {
        as_of,
        head: ledger.head().to_string(),
        verified,
        problem,
        golive: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut report = report(ledger.state(), &from);
    if pseudonyms {
        anonymise(&mut report, ledger.state());
    }
    Ok(report)
}

/// The report of the run in a file as of that moment, written out.
pub fn written(path: &Path, as_of: Time, format: Format) -> Result<Vec<u8>, CommandError> {
    let report = of_moment(path, false, |_| Ok(as_of))?;
    render_file(&report, format).map_err(refused)
}

/// The moment of which the report speaks: now; of a copy that lies elsewhere its last entry, since
/// what has happened after it is not in it.
fn as_of(context: &Context, ledger: &Ledger) -> Result<Time, CommandError> {
    let state = ledger.state();
    let last = state.log.last().map(|logged| logged.entry.act.at);
    let home = context.data_dir()?;
    let at_home = ledger.path().parent().is_some_and(|folder| same(folder, &home));
    Ok(match last {
        Some(last) if !at_home && !state.status.is_over() => last,
        _ => ledger.now(),
    })
}

fn same(one: &Path, other: &Path) -> bool {
    let full = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).ok();
    let one = if one.as_os_str().is_empty() { Path::new(".") } else { one };
    full(one).is_some_and(|one| full(other) == Some(one))
}
