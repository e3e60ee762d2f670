//! `golive import`: a spreadsheet, a CSV file or a Markdown list becomes a runbook. Whatever is not
//! sure is asked where somebody sits at the terminal; elsewhere the options that say it are named.

use super::error::{CommandError, Done};
use super::{check, files, output, terminal};
use crate::import::{DateOrder, Doubt, Field, ImportError, Imported, Kind, Options, import};
use crate::runbook::{Severity, read, visible};
use chrono_tz::Tz;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Which file, where to, and what is said about it.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file: .xlsx, .csv, .tsv or .md
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The runbook to write
    #[arg(short, long, value_name = "RUNBOOK")]
    output: PathBuf,
    /// Which column is what, by its header or letter: --map "Done by=owner" --map C=title; fields
    /// are id, title, instructions, owner, team, start, end, date, duration, needs, status, phase,
    /// stream, notes, rollback, kind, ignore
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = mapped)]
    map: Vec<(String, Field)>,
    /// The sheet of a workbook
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Whether 03/04 is the third of April (dmy) or the fourth of March (mdy)
    #[arg(long, value_enum)]
    dates: Option<Dates>,
    /// The time zone of the file's times, such as Europe/Berlin: a table never says it
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    zone: Option<Tz>,
    /// Replace the runbook if it is there already
    #[arg(long)]
    force: bool,
}

/// The order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dates {
    /// Day first: 31/12/2026
    Dmy,
    /// Month first: 12/31/2026
    Mdy,
}

fn mapped(word: &str) -> Result<(String, Field), String> {
    let (column, field) =
        word.rsplit_once('=').ok_or("it is COLUMN=FIELD, such as \"Done by=owner\"")?;
    let field = Field::named(field).ok_or_else(|| {
        let names: Vec<_> = Field::ALL.iter().map(|(_, name)| *name).collect();
        format!("there is no field `{}`; there are {}", visible(field), names.join(", "))
    })?;
    Ok((column.trim().to_owned(), field))
}

fn zone(word: &str) -> Result<Tz, String> {
    word.trim().parse().map_err(|_| {
        format!(
            "`{}` is no time zone; one is Europe/Berlin, America/New_York or UTC",
            visible(word)
        )
    })
}

/// Imports.
pub fn run(args: &ImportArgs) -> Done {
    if !args.force && args.output.symlink_metadata().is_ok() {
        return Err(CommandError::refused(format!("{} is there already", args.output.display()))
            .hint("name another file, or replace it with --force"));
    }
    let kind = kind_of(&args.file)?;
    let bytes = files::read_bytes(&args.file)?;
    let stem = args.file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut options = Options {
        title: stem.unwrap_or_else(|| "Imported".to_owned()),
        map: args.map.clone(),
        sheet: args.sheet.clone(),
        dates: args.dates.map(|dates| match dates {
            Dates::Dmy => DateOrder::DayFirst,
            Dates::Mdy => DateOrder::MonthFirst,
        }),
        zone: args.zone,
    };
    let imported = loop {
        match import(&bytes, kind, &options) {
            Ok(imported)
                if imported.zone_open && options.zone.is_none() && asked_zone(&mut options) => {}
            Ok(imported) => break imported,
            Err(error) => {
                if !asked(&error, &mut options) {
                    return Err(refused(error, &args.file));
                }
            }
        }
    };
    if args.force {
        files::replace(&args.output, &imported.text)?;
    } else {
        files::write_new(&args.output, &imported.text)?;
    }
    said(args, &imported)
}

fn kind_of(file: &Path) -> Result<Kind, CommandError> {
    let ending = file.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
    Kind::of_ending(&ending).ok_or_else(|| {
        let what = format!("{} ends in none of .xlsx, .csv, .tsv, .md", file.display());
        CommandError::usage(what).hint(match ending.to_ascii_lowercase().as_str() {
            "xls" | "ods" | "xlsb" | "numbers" => "save it as .xlsx or as CSV (UTF-8) first",
            "mpp" => "export it from the planning tool as CSV or Excel first",
            _ => "give it the ending that says what it is",
        })
    })
}

/// Everything that was found on the way, then what was written.
fn said(args: &ImportArgs, imported: &Imported) -> Done {
    for remark in &imported.remarks {
        output::aside(&format!("{}\n", visible(&remark.to_string())));
    }
    let name = args.output.display();
    let reading = read(&imported.text);
    let errors = reading.diagnostics.iter().any(|d| d.severity == Severity::Error);
    let to_do = match imported.to_do {
        0 => String::new(),
        1 => ", 1 comment `# TO DO` to see to".to_owned(),
        n => format!(", {n} comments `# TO DO` to see to"),
    };
    let steps = match (&reading.runbook, imported.steps) {
        (Some(plan), _) => check::steps_of(plan),
        (None, 1) => "1 step".to_owned(),
        (None, n) => format!("{n} steps"),
    };
    output::line(&format!(
        "wrote {name}: {steps}; check: {}{to_do}",
        check::count(&reading.diagnostics)
    ))?;
    if errors {
        output::line(&format!("it cannot be run yet: `golive check {name}` shows what to mend"))?;
    }
    Ok(())
}

/// Asks whoever sits at the terminal; whether there was an answer.
fn asked(error: &ImportError, options: &mut Options) -> bool {
    if !terminal::is_there() {
        return false;
    }
    match error {
        ImportError::Unsure(doubts) => doubts.iter().all(|doubt| ask_column(doubt, options)),
        ImportError::Sheets(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let question = "Several sheets look like a plan. Which one?";
            let Some(n) = choice(question, &names) else { return false };
            options.sheet = names.get(n).map(|name| (*name).to_owned());
            options.sheet.is_some()
        }
        ImportError::Dates { line, text, place } => {
            let question = format!("{place} {line} has the date {text}. Which comes first?");
            options.dates = match choice(&question, &["the day", "the month"]) {
                Some(0) => Some(DateOrder::DayFirst),
                Some(1) => Some(DateOrder::MonthFirst),
                _ => return false,
            };
            true
        }
        ImportError::Unreadable { .. } | ImportError::NoPlan { .. } => false,
    }
}

/// Asks for the zone of the file's times; whether there was an answer. Without one they are read as
/// UTC, and a comment says so.
fn asked_zone(options: &mut Options) -> bool {
    if !terminal::is_there() {
        return false;
    }
    let question = "The file has times and no time zone. Which is it, such as Europe/London? \
                    (empty: UTC for now, with a comment)\n> ";
    while let Some(answer) = terminal::ask(question).filter(|answer| !answer.is_empty()) {
        match zone(&answer) {
            Ok(said) => {
                options.zone = Some(said);
                return true;
            }
            Err(why) => output::aside(&format!("{why}\n")),
        }
    }
    false
}

fn ask_column(doubt: &Doubt, options: &mut Options) -> bool {
    let sample = doubt.sample.join(" | ");
    let question =
        format!("What is the column `{}` ({})? It holds: {sample}", doubt.column, doubt.why);
    let mut fields = doubt.fields.clone();
    fields.extend(Field::ALL.iter().map(|(field, _)| *field).filter(|f| !doubt.fields.contains(f)));
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let Some(field) = choice(&question, &names).and_then(|n| fields.get(n).copied()) else {
        return false;
    };
    options.map.retain(|(column, _)| *column != doubt.column);
    options.map.push((doubt.column.clone(), field));
    true
}

/// A choice by number or name; none: no answer, or one that means nothing.
fn choice(question: &str, names: &[&str]) -> Option<usize> {
    let list: Vec<String> =
        (1..).zip(names).map(|(n, name)| format!("{n} {}", visible(name))).collect();
    let answer = terminal::ask(&format!("{}\n  {}\n> ", visible(question), list.join(", ")))?;
    let by_number = answer.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let by_name = names.iter().position(|name| name.eq_ignore_ascii_case(&answer));
    by_number.filter(|n| *n < names.len()).or(by_name)
}

fn refused(error: ImportError, file: &Path) -> CommandError {
    let name = file.display();
    match error {
        ImportError::Unreadable { what, help } | ImportError::NoPlan { what, help } => {
            CommandError::failed(format!("{name}: {what}")).hint(help)
        }
        ImportError::Unsure(doubts) => {
            let said = format!("{name}: it is not clear what some columns are");
            doubts.iter().fold(CommandError::refused(said), |error, doubt| {
                let fields: Vec<_> = doubt.fields.iter().map(|field| field.name()).collect();
                error.hint(format!(
                    "`{}`: {}; say --map \"{}={}\"",
                    doubt.column,
                    doubt.why,
                    doubt.column,
                    fields.join("|")
                ))
            })
        }
        error @ ImportError::Sheets(_) => {
            CommandError::refused(format!("{name}: {error}")).hint("say which with --sheet NAME")
        }
        error @ ImportError::Dates { .. } => CommandError::refused(format!("{name}: {error}"))
            .hint("say --dates dmy (day first) or --dates mdy (month first)"),
    }
}
