//! `golive message`: an audience's text with its live values.

use super::acting::{self, ActArgs};
use super::context::Context;
use super::error::{CommandError, Done};
use super::meant::one_of;
use super::output;
use crate::ledger::{Access, Ledger};
use crate::run::{Event, MessageHow, fill, forecast};
use clap::Args;

/// Which message.
#[derive(Debug, Args)]
pub struct MessageArgs {
    /// The message's id in the runbook
    message: String,
    /// Record that this text has gone out
    #[arg(long)]
    sent: bool,
    #[command(flatten)]
    act: ActArgs,
}

/// Prints the text; records that it went out where that is said.
pub fn run(context: &Context, args: &MessageArgs) -> Done {
    if !args.sent {
        let ledger = acting::open(context, None, Access::Read)?;
        let (_, text) = filled(&ledger, &args.message)?;
        return output::lines(&format!("{text}\n"));
    }
    acting::act(context, &args.act, |desk| {
        let (message, text) = filled(desk.ledger, &args.message)?;
        output::lines(&format!("{text}\n"))?;
        Ok(Event::MessageSent { message, step: None, text, how: MessageHow::Copied })
    })
}

fn filled(ledger: &Ledger, word: &str) -> Result<(String, String), CommandError> {
    let (state, now) = (ledger.state(), ledger.now());
    let messages = &state.plan.messages;
    let message = one_of(messages, word, |m| &m.id).ok_or_else(|| {
        let ids: Vec<_> = messages.iter().map(|m| m.id.as_str()).collect();
        let error = CommandError::refused(format!("this run has no one message `{word}`"));
        if ids.is_empty() { error } else { error.hint(format!("it has: {}", ids.join(", "))) }
    })?;
    let chain = ledger.head().to_string();
    let text = fill(state, &forecast(state, now), &chain, &message.text, now);
    Ok((message.id.clone(), text))
}
