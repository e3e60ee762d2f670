#![allow(clippy::disallowed_methods, reason = "a new run's id has today's date")]
//! `golive open` and the first half of `golive run`: begin a run of a runbook, or go on with the
//! open one.

use super::context::Context;
use super::error::{CommandError, Done};
use super::meant::person_id;
use super::{adopt, files, output, terminal};
use crate::ledger::{self, Access, Clock, Ledger, RunInfo, new_run_id};
use crate::run::{Approved, Event, Intent, Mode, RULES, RunState, sha256_hex};
use crate::runbook::{self, Runbook};
use chrono::Utc;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// How a run is opened.
#[derive(Debug, Args)]
pub struct Opening {
    /// The real night
    #[arg(long, conflicts_with = "rehearsal")]
    live: bool,
    /// Practice [default without a terminal to ask at]
    #[arg(long)]
    rehearsal: bool,
    /// Go on with the open run; never begin one
    #[arg(long, conflicts_with = "new")]
    resume: bool,
    /// Begin another run even though one is open
    #[arg(long)]
    new: bool,
    /// The text that was approved: a file, or its SHA-256
    #[arg(long, value_name = "FILE|SHA256")]
    approved: Option<String>,
    /// Keep the planned times in a rehearsal, instead of moving them to now
    #[arg(long, value_name = "plan")]
    zero_hour: Option<ZeroHour>,
}

/// Where a rehearsal's zero hour is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ZeroHour {
    /// Where the plan has it
    Plan,
}

/// What to open.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// The runbook
    runbook: PathBuf,
    #[command(flatten)]
    opening: Opening,
}

/// Opens a run and prints its id.
pub fn run(context: &Context, args: &OpenArgs) -> Done {
    let ledger = opened(context, &args.runbook, &args.opening)?;
    let id = ledger.state().run.clone();
    // The run is there, whatever tidying up says.
    let _ = ledger.close();
    output::line(&id)
}

/// Begins a run of the runbook, or opens the one that is meant.
pub fn opened(context: &Context, path: &Path, how: &Opening) -> Result<Ledger, CommandError> {
    let text = files::read_runbook(path).map_err(|error| needs_no_file(error.into()))?;
    let sha256 = sha256_hex(text.as_bytes());
    let folder = context.data_dir()?;
    let mut open = open_runs(&folder)?;
    // A run that has this very text says what is in it, and reads it again as it is opened.
    let known = open.iter().find(|(_, info)| info.sha256 == sha256);
    let known = known.map(|(_, info)| (info.release.clone(), info.title.clone()));
    let read = || adopt::plan_of(path, &text).map_err(needs_no_file);
    let (release, title, plan) = match known {
        Some((release, title)) => (release, title, None),
        None => {
            let plan = read()?;
            (plan.release.id.clone(), plan.release.title.clone(), Some(plan))
        }
    };
    open.retain(|(_, info)| info.release == release);
    let mode = mode(how, &title, &open);
    let is_meant =
        |(_, info): &&(PathBuf, RunInfo)| info.release == release && info.mode == mode && !how.new;
    let mut present = open.iter().find(is_meant);
    // Nobody else begins one between the last look and the beginning.
    let (_lock, latest);
    if present.is_none() && !how.new {
        _lock = ledger::lock_opening(&folder).map_err(CommandError::failed)?;
        latest = open_runs(&folder)?;
        present = latest.iter().find(is_meant);
    }
    match present {
        Some((file, _)) => resumed(path, file, &sha256, || plan.map_or_else(read, Ok), how),
        None if how.resume => {
            Err(CommandError::refused(format!("no {} of {release} is open", mode_word(mode)))
                .hint("leave --resume out to begin one; `golive runs` lists the runs"))
        }
        None => {
            let plan = plan.map_or_else(read, Ok)?;
            begun(context, &folder, plan, (text, sha256), mode, how)
        }
    }
}

fn needs_no_file(error: CommandError) -> CommandError {
    error.hint("an open run needs no file: golive run --run RUN goes on with it")
}

/// Runs that are not over, the latest first.
fn open_runs(folder: &Path) -> Result<Vec<(PathBuf, RunInfo)>, CommandError> {
    let mut runs: Vec<_> = ledger::list(folder)
        .map_err(CommandError::failed)?
        .into_iter()
        .filter_map(|listed| Some((listed.path, listed.run.ok()?)))
        .filter(|(_, info)| !info.status.is_over())
        .collect();
    runs.sort_by_key(|(_, info)| std::cmp::Reverse(info.opened_at));
    Ok(runs)
}

/// Live or rehearsal: as said; else as answered; else the live run that is open, where a person
/// sits at a terminal; else a rehearsal.
fn mode(how: &Opening, title: &str, open: &[(PathBuf, RunInfo)]) -> Mode {
    if how.live {
        return Mode::Live;
    }
    if how.rehearsal || !terminal::is_there() {
        return Mode::Rehearsal;
    }
    if !how.new && !open.is_empty() && open.iter().all(|(_, info)| info.mode == Mode::Live) {
        return Mode::Live;
    }
    let would = |mode| {
        let present = open.iter().find(|(_, info)| info.mode == mode).filter(|_| !how.new);
        match present {
            Some((_, info)) => format!("goes on with {}", info.run),
            None => "begins a new run".to_owned(),
        }
    };
    let answer = terminal::ask(&format!(
        "{}\n  live       the real night: {}\n  rehearsal  practice: {}\n\
         Type `live` for the real night; anything else is a rehearsal: ",
        title,
        would(Mode::Live),
        would(Mode::Rehearsal)
    ));
    match answer {
        Some(word) if word.eq_ignore_ascii_case("live") => Mode::Live,
        _ => Mode::Rehearsal,
    }
}

fn resumed(
    path: &Path,
    file: &Path,
    sha256: &str,
    read: impl FnOnce() -> Result<Runbook, CommandError>,
    how: &Opening,
) -> Result<Ledger, CommandError> {
    let ledger = Ledger::open(file, Access::Write).map_err(CommandError::failed)?;
    let state = ledger.state();
    output::aside(&format!("going on with {}, a {}\n", state.run, mode_word(state.mode)));
    if how.approved.is_some() {
        output::aside("note: --approved counts when a run begins; this one goes on as it was\n");
    }
    if sha256 != state.sha256 {
        output::aside(&file_note(path, state, sha256, &read()?));
    }
    Ok(ledger)
}

/// In what the file differs from the run's text. Where the run had the file's text before, it is
/// the run that has changed: its edits are not to be given up for an older text.
fn file_note(path: &Path, state: &RunState, sha256: &str, plan: &Runbook) -> String {
    let path = path.display();
    if state.had_text(sha256) {
        let present = runbook::read(&state.text).runbook;
        let edits = adopt::change(plan, present.as_ref().unwrap_or(&state.plan));
        return format!(
            "note: this run has edits that {path} does not have: {edits}\n  \
             hint: golive runbook --run {run} -o {path} writes them to the file\n",
            run = state.run,
        );
    }
    let change = adopt::change(&state.plan, plan);
    let taken_out: String =
        state.taken_out(plan).iter().map(|step| format!("  note: {step}\n")).collect();
    format!(
        "note: {path} differs from the run's text: {change}\n{taken_out}  \
         hint: golive adopt {path} makes it the plan\n"
    )
}

fn begun(
    context: &Context,
    folder: &Path,
    plan: Runbook,
    (text, sha256): (String, String),
    mode: Mode,
    how: &Opening,
) -> Result<Ledger, CommandError> {
    let keep_times = how.zero_hour == Some(ZeroHour::Plan);
    if keep_times && mode == Mode::Live {
        return Err(CommandError::usage("a live run keeps the planned times anyway")
            .hint("leave --zero-hour out, or rehearse with --rehearsal"));
    }
    let today = Utc::now().with_timezone(&plan.release.timezone).date_naive();
    let run = new_run_id(&plan.release.id, today);
    let opening = Event::RunOpened {
        rules: RULES,
        run: run.clone(),
        mode,
        sha256,
        runbook: text,
        approved: how.approved.as_deref().map(approved).transpose()?,
        keep_times,
    };
    let intent = Intent::new(person_id(&plan, &context.person()?), opening);
    let ledger = Ledger::create_of(folder, intent, Some(plan.into()), Clock::system())
        .map_err(CommandError::failed)?;
    output::aside(&format!("opened {run}, a {}\n", mode_word(mode)));
    Ok(ledger)
}

/// What was approved: a hash where it looks like one, else a file.
fn approved(word: &str) -> Result<Approved, CommandError> {
    if word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(Approved { sha256: word.to_ascii_lowercase(), text: None });
    }
    let text = files::read_runbook(Path::new(word)).map_err(|error| {
        CommandError::from(error).hint("--approved takes a file, or 64 hexadecimal digits")
    })?;
    Ok(Approved { sha256: sha256_hex(text.as_bytes()), text: Some(text) })
}

fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "LIVE run",
        Mode::Rehearsal => "rehearsal",
    }
}
