//! `golive start`, `hold`, `resume`, `reschedule`, `complete` and `cancel`: what a lead does to
//! the whole run.

use super::acting::{ActArgs, Desk, act};
use super::context::Context;
use super::error::{CommandError, Done};
use crate::run::{Event, Outcome, WindowTimes};
use clap::{Args, ValueEnum};

/// Start of the run.
#[derive(Debug, Args)]
pub struct StartArgs {
    #[command(flatten)]
    act: ActArgs,
}

/// A hold.
#[derive(Debug, Args)]
pub struct HoldArgs {
    #[command(flatten)]
    act: ActArgs,
}

/// The end of a hold.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    #[command(flatten)]
    act: ActArgs,
}

/// New times.
#[derive(Debug, Args)]
pub struct RescheduleArgs {
    /// When the window opens [default: as it is]
    #[arg(long, value_name = "TIME")]
    opens: Option<String>,
    /// When the window closes [default: as it is]
    #[arg(long, value_name = "TIME")]
    closes: Option<String>,
    /// When T-0 is [default: as it is]
    #[arg(long, value_name = "TIME")]
    zero_hour: Option<String>,
    /// Who approved it
    #[arg(long, value_name = "NAME")]
    approver: Option<String>,
    /// Reference of the approval
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    #[command(flatten)]
    act: ActArgs,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutcomeName {
    /// All as planned
    Successful,
    /// Done, with issues
    WithIssues,
    /// Not what was wanted
    Unsuccessful,
}

/// The end.
#[derive(Debug, Args)]
pub struct CompleteArgs {
    /// How it went
    outcome: OutcomeName,
    /// In words
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    #[command(flatten)]
    act: ActArgs,
}

/// Calling it off.
#[derive(Debug, Args)]
pub struct CancelArgs {
    #[command(flatten)]
    act: ActArgs,
}

/// Starts the run.
pub fn start(context: &Context, args: &StartArgs) -> Done {
    act(context, &args.act, |_| Ok(Event::RunStarted {}))
}

/// Holds.
pub fn hold(context: &Context, args: &HoldArgs) -> Done {
    act(context, &args.act, |desk| Ok(Event::RunHeld { reason: desk.reason() }))
}

/// Ends the hold.
pub fn resume(context: &Context, args: &ResumeArgs) -> Done {
    act(context, &args.act, |_| Ok(Event::RunResumed {}))
}

/// Moves window or zero hour.
pub fn reschedule(context: &Context, args: &RescheduleArgs) -> Done {
    act(context, &args.act, |desk| {
        let window = window(desk, args)?;
        let zero_hour = args.zero_hour.as_deref().map(|word| desk.coming_time(word)).transpose()?;
        if window.is_none() && zero_hour.is_none() {
            return Err(CommandError::usage("nothing to move was named")
                .hint("give --opens, --closes or --zero-hour with a TIME"));
        }
        Ok(Event::RunRescheduled {
            window,
            zero_hour,
            approver: args.approver.clone(),
            reference: args.reference.clone(),
            reason: desk.reason(),
        })
    })
}

/// The new window: what is not given stays as it is.
fn window(desk: &Desk<'_>, args: &RescheduleArgs) -> Result<Option<WindowTimes>, CommandError> {
    if args.opens.is_none() && args.closes.is_none() {
        return Ok(None);
    }
    let present = desk.state.window(desk.now);
    let end = |given: &Option<String>, present, name: &str| match (given, present) {
        (Some(word), _) => desk.coming_time(word),
        (None, Some(time)) => Ok(time),
        (None, None) => Err(CommandError::usage("this run has no window yet")
            .hint(format!("give its other end too, with --{name} TIME"))),
    };
    Ok(Some(WindowTimes {
        opens: end(&args.opens, present.map(|w| w.opens), "opens")?,
        closes: end(&args.closes, present.map(|w| w.closes), "closes")?,
    }))
}

/// Completes the run.
pub fn complete(context: &Context, args: &CompleteArgs) -> Done {
    act(context, &args.act, |desk| {
        let outcome = match args.outcome {
            OutcomeName::Successful => Outcome::Successful,
            OutcomeName::WithIssues => Outcome::WithIssues,
            OutcomeName::Unsuccessful => Outcome::Unsuccessful,
        };
        Ok(Event::RunCompleted { outcome, summary: args.summary.clone().or(desk.reason()) })
    })
}

/// Calls the run off.
pub fn cancel(context: &Context, args: &CancelArgs) -> Done {
    act(context, &args.act, |desk| Ok(Event::RunCanceled { reason: desk.reason() }))
}
