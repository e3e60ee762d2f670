//! `golive checklist …`: sign off items, or let them pass.

use super::acting::{ActArgs, Desk, act};
use super::context::Context;
use super::error::{CommandError, Done};
use super::evidence;
use super::meant::one_of;
use crate::run::Event;
use crate::runbook::{Checklist, ChecklistItem};
use clap::{Args, Subcommand};

/// What can be done with a checklist.
#[derive(Debug, Subcommand)]
pub enum ChecklistCommand {
    /// Sign an item off
    Tick(TickArgs),
    /// As a lead, let an item, or all that is open, pass; says why with --reason
    Waive(WaiveArgs),
}

/// An item signed off.
#[derive(Debug, Args)]
pub struct TickArgs {
    /// The checklist's id
    checklist: String,
    /// The item's id, or its position from 1
    item: String,
    /// A link (https:, http:, mailto:), or a file whose name and hash are kept
    #[arg(long, value_name = "LINK|FILE")]
    evidence: Option<String>,
    #[command(flatten)]
    act: ActArgs,
}

/// Something let pass.
#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// The checklist's id
    checklist: String,
    /// The item's id, or its position from 1; left out: all that is open
    item: Option<String>,
    #[command(flatten)]
    act: ActArgs,
}

/// Does what was asked with the checklist.
pub fn run(context: &Context, command: ChecklistCommand) -> Done {
    match command {
        ChecklistCommand::Tick(a) => {
            let evidence = a.evidence.as_deref().map(evidence::of).transpose()?;
            act(context, &a.act, |desk| {
                let checklist = find(desk, &a.checklist)?;
                let item = item(checklist, &a.item)?.id.clone();
                Ok(Event::ChecklistTicked { checklist: checklist.id.clone(), item, evidence })
            })
        }
        ChecklistCommand::Waive(a) => act(context, &a.act, |desk| {
            let checklist = find(desk, &a.checklist)?;
            let item = a.item.as_deref().map(|word| item(checklist, word)).transpose()?;
            let reason = desk.reason().ok_or_else(|| {
                CommandError::refused("letting an item pass needs a reason")
                    .hint("say why with --reason TEXT")
            })?;
            Ok(Event::ChecklistWaived {
                checklist: checklist.id.clone(),
                item: item.map(|i| i.id.clone()),
                reason,
            })
        }),
    }
}

fn find<'a>(desk: &Desk<'a>, word: &str) -> Result<&'a Checklist, CommandError> {
    let lists = &desk.state.plan.checklists;
    one_of(lists, word, |c| &c.id).ok_or_else(|| {
        let ids: Vec<_> = lists.iter().map(|c| c.id.as_str()).collect();
        let error = CommandError::refused(format!("this run has no one checklist `{word}`"));
        if ids.is_empty() { error } else { error.hint(format!("it has: {}", ids.join(", "))) }
    })
}

fn item<'a>(checklist: &'a Checklist, word: &str) -> Result<&'a ChecklistItem, CommandError> {
    one_of(&checklist.items, word, |i| &i.id).ok_or_else(|| {
        let ids: Vec<_> = checklist.items.iter().map(|i| i.id.as_str()).collect();
        CommandError::refused(format!("checklist {} has no one item `{word}`", checklist.id))
            .hint(format!("it has: {}", ids.join(", ")))
    })
}
