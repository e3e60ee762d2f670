//! `golive call`, `substitute`, `roll-call`, `grant` and `handover`: who is there, and as what.

use super::acting::{ActArgs, act};
use super::context::Context;
use super::error::Done;
use crate::run::{CallAnswer, Event};
use crate::runbook::Role;
use clap::{Args, ValueEnum};

/// A call.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("answer").required(true))]
pub struct CallArgs {
    /// Who was called
    person: String,
    /// Somebody answered
    #[arg(long, group = "answer")]
    answered: bool,
    /// Nobody answered
    #[arg(long, group = "answer")]
    no_answer: bool,
    /// For which step
    #[arg(long, value_name = "STEP")]
    step: Option<String>,
    #[command(flatten)]
    act: ActArgs,
}

/// A stand-in.
#[derive(Debug, Args)]
pub struct SubstituteArgs {
    /// For whom
    person: String,
    /// Who stands in
    substitute: String,
    #[command(flatten)]
    act: ActArgs,
}

/// A roll-call.
#[derive(Debug, Args)]
pub struct RollCallArgs {
    /// Answer it, instead of opening one
    #[arg(long)]
    here: bool,
    #[command(flatten)]
    act: ActArgs,
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Drives the run
    Lead,
    /// Works steps and items and writes notes
    Operator,
    /// Reads
    Observer,
}

/// A role given.
#[derive(Debug, Args)]
pub struct GrantArgs {
    /// Who
    person: String,
    /// Which role from here on
    role: RoleName,
    #[command(flatten)]
    act: ActArgs,
}

/// The lead handed over.
#[derive(Debug, Args)]
pub struct HandoverArgs {
    /// The new lead
    person: String,
    /// Do not ask, also where the run does not know that name
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    act: ActArgs,
}

/// Records a call.
pub fn call(context: &Context, args: &CallArgs) -> Done {
    act(context, &args.act, |desk| {
        let step = args.step.as_deref().map(|word| desk.attempt(word)).transpose()?;
        Ok(Event::PersonCalled {
            person: desk.person(&args.person)?,
            answer: if args.answered { CallAnswer::Answered } else { CallAnswer::NoAnswer },
            step: step.map(|(id, _)| id),
        })
    })
}

/// Lets a substitute stand in.
pub fn substitute(context: &Context, args: &SubstituteArgs) -> Done {
    act(context, &args.act, |desk| {
        Ok(Event::SubstituteActive {
            person: desk.person(&args.person)?,
            substitute: desk.person(&args.substitute)?,
        })
    })
}

/// Opens or answers a roll-call.
pub fn roll_call(context: &Context, args: &RollCallArgs) -> Done {
    act(context, &args.act, |_| {
        Ok(if args.here { Event::RollCallAnswered {} } else { Event::RollCallOpened {} })
    })
}

/// Gives a role.
pub fn grant(context: &Context, args: &GrantArgs) -> Done {
    act(context, &args.act, |desk| {
        let role = match args.role {
            RoleName::Lead => Role::Lead,
            RoleName::Operator => Role::Operator,
            RoleName::Observer => Role::Observer,
        };
        Ok(Event::RoleGranted { person: desk.person(&args.person)?, role })
    })
}

/// Hands the lead over.
pub fn handover(context: &Context, args: &HandoverArgs) -> Done {
    act(context, &args.act, |desk| {
        Ok(Event::HandedOver { to: desk.known_person(&args.person, args.yes)? })
    })
}
