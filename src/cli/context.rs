#![allow(clippy::disallowed_methods, reason = "reads who and where we are from the environment")]
//! What every command needs to know: where the runs live, who acts, which run is meant.

use super::args::Global;
use super::config;
use super::error::CommandError;
use crate::ledger;
use crate::runbook::visible;
use std::path::PathBuf;

/// The circumstances of a command.
#[derive(Debug)]
pub struct Context {
    global: Global,
}

impl Context {
    /// Takes what was given before or after the subcommand.
    pub fn new(global: Global) -> Self {
        Self { global }
    }

    /// The folder with the runs: `--data`, `GOLIVE_DATA`, or the platform's.
    pub fn data_dir(&self) -> Result<PathBuf, CommandError> {
        let named = self.global.data.clone();
        match named.or_else(|| std::env::var_os("GOLIVE_DATA").map(PathBuf::from)) {
            Some(dir) if dir.as_os_str().is_empty() => {
                Err(CommandError::usage("the folder given for the runs has no name")
                    .hint("--data DIR, or GOLIVE_DATA, names the folder with the runs"))
            }
            Some(dir) => Ok(dir),
            None => ledger::default_data_dir().map_err(CommandError::failed),
        }
    }

    /// Whether `--data` was given.
    pub fn names_data(&self) -> bool {
        self.global.data.is_some()
    }

    /// Who is said to act with `--as`, if anybody.
    pub fn acting_as(&self) -> Result<Option<String>, CommandError> {
        let name = self.global.acting_as.as_deref();
        name.map(|name| checked_name(name, "the name given with --as")).transpose()
    }

    /// Who acts: `--as`, else `name` of the config file, else the login name.
    pub fn person(&self) -> Result<String, CommandError> {
        if let Some(name) = self.acting_as()? {
            return Ok(name);
        }
        if let Some(name) = config::name()? {
            return checked_name(&name, "`name` in the config file");
        }
        let login = ["USER", "LOGNAME", "USERNAME"]
            .iter()
            .find_map(|key| std::env::var(key).ok().filter(|name| !name.trim().is_empty()));
        checked_name(&login.unwrap_or_else(account_name), "the login name")
    }

    /// Whether `--as` was given.
    pub fn names_person(&self) -> bool {
        self.global.acting_as.is_some()
    }

    /// The run meant by `--run`, or by the RUN itself where a command takes one.
    pub fn run_word<'a>(
        &'a self,
        positional: Option<&'a str>,
    ) -> Result<Option<&'a str>, CommandError> {
        match (positional, self.global.run.as_deref()) {
            (Some(a), Some(b)) if a != b => Err(CommandError::usage(format!(
                "two runs are named, {} and {}",
                visible(a),
                visible(b)
            ))
            .hint("name one, as RUN or with --run RUN")),
            (a, b) => Ok(a.or(b)),
        }
    }

    /// Whether `--run` was given.
    pub fn names_run(&self) -> bool {
        self.global.run.is_some()
    }
}

/// The name of the account that runs this process, for where the environment has none (cron, a
/// container): as `/etc/passwd` has it, else its number.
fn account_name() -> String {
    let uid = rustix::process::getuid().as_raw();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("uid {uid}"))
}

/// A name stands in the record for good, so it has to be one that can be read.
pub fn checked_name(name: &str, source: &str) -> Result<String, CommandError> {
    let name = name.trim();
    let problem = if name.is_empty() {
        "is empty"
    } else if name.chars().count() > 100 {
        "is longer than 100 characters"
    } else if visible(name) != name {
        "has characters that cannot be seen"
    } else {
        return Ok(name.to_owned());
    };
    Err(CommandError::usage(format!("{source} {problem}"))
        .hint("use an id of [people] in the runbook, or your name"))
}
