//! `golive judge`: how success is judged afterwards.

use super::acting::{ActArgs, act};
use super::context::Context;
use super::error::{CommandError, Done};
use super::meant::one_of;
use crate::run::Event;
use clap::{Args, ValueEnum};

/// Met or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Judgement {
    /// It is met
    Met,
    /// It is not
    NotMet,
}

/// A criterion and its judgement.
#[derive(Debug, Args)]
pub struct JudgeArgs {
    /// The criterion's id
    criterion: String,
    /// Whether it is met; --reason says more
    judgement: Judgement,
    #[command(flatten)]
    act: ActArgs,
}

/// Judges.
pub fn run(context: &Context, args: &JudgeArgs) -> Done {
    act(context, &args.act, |desk| {
        let criteria = &desk.state.plan.criteria;
        let criterion = one_of(criteria, &args.criterion, |c| &c.id).ok_or_else(|| {
            let ids: Vec<_> = criteria.iter().map(|c| c.id.as_str()).collect();
            CommandError::refused(format!("this run has no one criterion `{}`", args.criterion))
                .hint(format!("it has: {}", ids.join(", ")))
        })?;
        Ok(Event::CriterionJudged {
            criterion: criterion.id.clone(),
            met: args.judgement == Judgement::Met,
            comment: desk.reason(),
        })
    })
}
