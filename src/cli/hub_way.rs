#![allow(clippy::disallowed_methods, reason = "takes the token from the environment or a file")]
//! The way to a hub: its address, the token, and a certificate to trust. A token is never an
//! argument: everybody on the machine could read it there.

use super::context::Context;
use super::error::CommandError;
use super::output;
use crate::sync::client::{HubError, Link};
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// Where the token is.
const TOKEN: &str = "GOLIVE_TOKEN";

/// How to be let in.
#[derive(Debug, Clone, Default, Args)]
pub struct WayArgs {
    /// A file with the token [default: GOLIVE_TOKEN, else you are asked]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A certificate to trust, PEM, where this machine does not know the hub's
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
}

impl WayArgs {
    /// A way to that run. Asks for a token only where the hub wants one and somebody is there.
    pub fn link(
        &self,
        context: &Context,
        runtime: &tokio::runtime::Runtime,
        hub: &str,
        run: &str,
    ) -> Result<Link, CommandError> {
        let person = context.person()?;
        let trusted = self.tls_ca.as_deref();
        let token = self.token()?;
        let known = token.is_some();
        let link = Link::new(hub, run, token, &person, trusted).map_err(CommandError::failed)?;
        if known {
            return Ok(link);
        }
        match runtime.block_on(link.runs()) {
            Err(HubError::Problem(problem)) if problem.status == 401 => {}
            _ => return Ok(link),
        }
        let token = ask()?;
        Link::new(hub, run, Some(token), &person, trusted).map_err(CommandError::failed)
    }

    /// A way to that run with what there is, without asking anybody.
    pub fn unasked(&self, hub: &str, run: &str, person: &str) -> Result<Link, CommandError> {
        let token = self.token()?;
        Link::new(hub, run, token, person, self.tls_ca.as_deref()).map_err(CommandError::failed)
    }

    fn token(&self) -> Result<Option<String>, CommandError> {
        let text = match &self.token_file {
            Some(path) => std::fs::read_to_string(path).map_err(|e| {
                CommandError::failed(format!("the token cannot be read: {}: {e}", path.display()))
            })?,
            None => std::env::var(TOKEN).unwrap_or_default(),
        };
        let token = text.trim().to_owned();
        let printable = token.bytes().all(|byte| byte.is_ascii_graphic());
        match (token.is_empty(), printable) {
            (true, _) if self.token_file.is_none() => Ok(None),
            (false, true) => Ok(Some(token)),
            _ => Err(CommandError::usage("what is given as a token is none")
                .hint("it looks like glv_…, one line; `golive hub token add NAME` makes one")),
        }
    }
}

/// Asks for the token without showing it.
fn ask() -> Result<String, CommandError> {
    let none = || {
        CommandError::failed("the hub wants a token, and there is none")
            .hint(format!("put it into {TOKEN}, or into a file named with --token-file"))
    };
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(none());
    }
    output::aside("token: ");
    let _ = std::io::stderr().flush();
    crossterm::terminal::enable_raw_mode().map_err(CommandError::failed)?;
    let typed = typed();
    let _ = crossterm::terminal::disable_raw_mode();
    output::aside("\n");
    typed.filter(|token| !token.is_empty()).ok_or_else(none)
}

/// What is typed or pasted up to Enter; none where it is given up.
fn typed() -> Option<String> {
    use crossterm::event::{Event, KeyCode, KeyModifiers, read};
    let mut token = String::new();
    loop {
        match read().ok()? {
            Event::Key(key) if key.is_press() => match key.code {
                KeyCode::Enter => return Some(token.trim().to_owned()),
                KeyCode::Esc => return None,
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    return None;
                }
                KeyCode::Char(sign) if token.len() < 512 => token.push(sign),
                KeyCode::Backspace => {
                    token.pop();
                }
                _ => {}
            },
            Event::Paste(text) => token.push_str(text.trim()),
            _ => {}
        }
    }
}
