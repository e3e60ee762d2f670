//! `golive vote` and `golive decide`: the poll before a gate, and the decision.

use super::acting::{ActArgs, act};
use super::context::Context;
use super::error::{CommandError, Done};
use crate::run::{Decision, Event, Vote};
use clap::{Args, ValueEnum};

/// Go or no-go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// Go
    Go,
    /// No-go
    NoGo,
}

/// A vote.
#[derive(Debug, Args)]
pub struct VoteArgs {
    /// The gate: id, number or unambiguous beginning
    gate: String,
    /// What you say; it may change until the decision
    vote: Answer,
    #[command(flatten)]
    act: ActArgs,
}

/// A decision.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// The gate: id, number or unambiguous beginning
    gate: String,
    /// What is decided
    decision: Answer,
    /// Go on this condition; it stays an open action. May be given several times
    #[arg(long = "condition", value_name = "TEXT")]
    conditions: Vec<String>,
    #[command(flatten)]
    act: ActArgs,
}

/// Votes.
pub fn vote(context: &Context, args: &VoteArgs) -> Done {
    act(context, &args.act, |desk| {
        let (step, attempt) = desk.attempt(&args.gate)?;
        let vote = match args.vote {
            Answer::Go => Vote::Go,
            Answer::NoGo => Vote::NoGo,
        };
        Ok(Event::GateVoted { step, attempt, vote, comment: desk.reason() })
    })
}

/// Decides.
pub fn decide(context: &Context, args: &DecideArgs) -> Done {
    act(context, &args.act, |desk| {
        let (step, attempt) = desk.attempt(&args.gate)?;
        let decision = match (args.decision, args.conditions.is_empty()) {
            (Answer::Go, true) => Decision::Go,
            (Answer::Go, false) => {
                Decision::GoWithConditions { conditions: args.conditions.clone() }
            }
            (Answer::NoGo, true) => Decision::NoGo,
            (Answer::NoGo, false) => {
                return Err(CommandError::usage("a no-go has no conditions")
                    .hint("say `go` with conditions, or give the no-go a --reason"));
            }
        };
        Ok(Event::GateDecided { step, attempt, decision, reason: desk.reason() })
    })
}
