#![allow(clippy::disallowed_methods, reason = "a plan without a zero hour counts from now")]
//! `golive plan`: the schedule of a runbook, or of a run's present plan, before anything happens.

use super::context::Context;
use super::error::{CommandError, Done};
use super::plan_text::{self, Look, Page};
use super::{acting, adopt, output, terminal, what_if};
use crate::ledger::Access;
use crate::report::paper;
use crate::run::RunState;
use crate::runbook::clock::nearest_clock;
use crate::runbook::network::Network;
use crate::runbook::schedule::{Basis, ladder, report, schedule};
use crate::runbook::{Moment, Release, Runbook, parse_duration};
use chrono::{DateTime, NaiveTime, SubsecRound, TimeDelta, Utc};
use clap::{Args, ValueEnum};
use std::path::Path;

/// Which plan, and how it is shown.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The runbook; or a run, of which the present plan is shown: a file, an id or an unambiguous
    /// part of one
    #[arg(value_name = "RUNBOOK")]
    target: Option<String>,
    /// When the first step starts: 22:00, +30m (later than planned, or than now), or a date and time
    /// [default: as the runbook says; without a zero hour when its window opens, else now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
    /// What if a step takes longer (or, with a minus, shorter): says what moves, or with --json
    /// prints the plan as it would be; may be repeated
    #[arg(long, value_name = "STEP=+LENGTH", allow_hyphen_values = true)]
    what_if: Vec<String>,
    /// Print JSON, with names that stay as they are
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Letters instead of symbols, for poor fonts
    #[arg(long)]
    ascii: bool,
}

/// How the plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Table, Gantt, critical path, clashes, rollback
    Text,
    /// The same as --json
    Json,
    /// The checklist to print and to carry on with when every screen is dark, as Markdown
    Md,
    /// The same as a page that prints on A4
    Html,
}

/// Prints the plan.
pub fn run(context: &Context, args: &PlanArgs) -> Done {
    let (plan, now) = plan_meant(context, args.target.as_deref())?;
    let basis = basis(&plan.release, args.at.as_deref(), now)?;
    let longer: Vec<_> =
        args.what_if.iter().map(|word| what_if::read(&plan, word)).collect::<Result<_, _>>()?;
    let network = Network::of(&plan);
    let mut then = plan.clone();
    for &(ix, secs) in &longer {
        then.lengthen(ix, secs);
    }
    let times = schedule(&then, &network, basis);
    let way_back = ladder(&then, &network, &times);
    if args.json || args.format == Format::Json {
        return output::json(&report(&then, &times, &way_back));
    }
    match args.format {
        Format::Md => return output::data(&paper::markdown(&then, &times, &way_back)),
        Format::Html => return output::data(&paper::html(&then, &times, &way_back)),
        Format::Text | Format::Json => {}
    }
    let look = Look { columns: terminal::columns(), ascii: args.ascii };
    if longer.is_empty() {
        return output::lines(&plan_text::of(&plan, &times, &way_back, look));
    }
    let planned = schedule(&plan, &network, basis);
    let planned_back = ladder(&plan, &network, &planned);
    let before = Page::new(&plan, &planned, &planned_back, look);
    let after = Page::new(&then, &times, &way_back, look);
    let text = format!("{}\n{}", what_if::heading(&plan, &longer), what_if::text(&before, &after));
    output::lines(&look.letters(text))
}

/// What the plan counts from. In a plan with a date a clock time given with --at is the one nearest
/// to its start, and `+30m` is that much later than it; in one without, they count from now.
fn basis(release: &Release, at: Option<&str>, now: DateTime<Utc>) -> Result<Basis, CommandError> {
    let written = Basis::written(release, now);
    let Some(word) = at.map(str::trim) else { return Ok(written) };
    let zone = release.timezone;
    let at = if written.start == now.trunc_subsecs(0) {
        acting::coming_time(word, zone, now)?
    } else if let Some(length) = word.strip_prefix('+') {
        let later = parse_duration(length).map_err(CommandError::usage)?;
        written.start + TimeDelta::try_seconds(later).unwrap_or_default()
    } else {
        match NaiveTime::parse_from_str(word, "%H:%M") {
            Ok(clock) => nearest_clock(clock, zone, written.start),
            Err(_) => acting::coming_time(word, zone, now)?,
        }
    };
    Ok(Basis::beginning(release, at))
}

/// The plan that is meant, and the moment from which one without times counts.
fn plan_meant(
    context: &Context,
    target: Option<&str>,
) -> Result<(Runbook, DateTime<Utc>), CommandError> {
    if let Some(word) = target
        && !names_run(context, word)
    {
        let (_, plan) = adopt::sound(Path::new(word))?;
        return Ok((plan, Utc::now()));
    }
    let ledger = acting::open(context, target, Access::Read)?;
    let now = ledger.now();
    Ok((present_plan(ledger.state(), now), now))
}

/// Whether a word names a run: there is no such file, or it is a ledger.
fn names_run(context: &Context, word: &str) -> bool {
    let path = Path::new(word);
    let is_ledger = path.extension().is_some_and(|extension| extension == "golive");
    let looks_like_file = path.exists() || word.contains('/') || word.ends_with(".toml");
    is_ledger || context.names_run() || !looks_like_file
}

/// The plan of a run with the times that hold there: a rehearsal's are moved, a window may have been
/// rescheduled.
fn present_plan(state: &RunState, now: DateTime<Utc>) -> Runbook {
    let mut plan = Runbook::clone(&state.plan);
    plan.release.start = Some(Moment::At(state.planned_start(now)));
    plan.release.zero_hour = Some(state.planned_zero(now));
    plan.release.window = state.window(now);
    for step in &mut plan.steps {
        let moment = step.not_before.map(|moment| state.planned_moment(moment, now));
        step.not_before = moment.map(Moment::At);
    }
    plan
}
