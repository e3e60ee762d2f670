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
/// Names a file with the token, for acts in a shell.
const TOKEN_FILE: &str = "GOLIVE_TOKEN_FILE";
/// Names a certificate to trust, for acts in a shell.
const TLS_CA: &str = "GOLIVE_TLS_CA";

/// How to be let in.
#[derive(Debug, Clone, Default, Args)]
pub struct WayArgs {
    /// A file with the token [default: GOLIVE_TOKEN, GOLIVE_TOKEN_FILE, else you are asked]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// A certificate to trust, PEM, where this machine does not know the hub's [default:
    /// GOLIVE_TLS_CA]
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
        let trusted = self.trusted();
        let trusted = trusted.as_deref();
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
        let trusted = self.trusted();
        Link::new(hub, run, token, person, trusted.as_deref()).map_err(CommandError::failed)
    }

    /// Whether there is a token without asking anybody.
    pub fn has_token(&self) -> bool {
        self.token().is_ok_and(|token| token.is_some())
    }

    fn trusted(&self) -> Option<PathBuf> {
        self.tls_ca.clone().or_else(|| file_named_by(TLS_CA))
    }

    fn token(&self) -> Result<Option<String>, CommandError> {
        let said = std::env::var(TOKEN).unwrap_or_default();
        let elsewhere = || file_named_by(TOKEN_FILE).filter(|_| said.trim().is_empty());
        let file = self.token_file.clone().or_else(elsewhere);
        let text = match &file {
            Some(path) => std::fs::read_to_string(path).map_err(|e| {
                CommandError::failed(format!("the token cannot be read: {}: {e}", path.display()))
            })?,
            None => said,
        };
        let token = text.trim().to_owned();
        let printable = token.bytes().all(|byte| byte.is_ascii_graphic());
        match (token.is_empty(), printable) {
            (true, _) if file.is_none() => Ok(None),
            (false, true) => Ok(Some(token)),
            _ => Err(CommandError::usage("what is given as a token is none")
                .hint("it looks like glv_…, one line; `golive hub token add NAME` makes one")),
        }
    }
}

fn file_named_by(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|name| !name.is_empty()).map(PathBuf::from)
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
