#![allow(clippy::disallowed_methods, reason = "asks the environment, writes the log")]
//! The program's own log, for finding out what went wrong with it. Off by default; never on the
//! screen.

use super::context::Context;
use super::error::{CommandError, Done};
use crate::ledger::{make_private_folder, private_file};
use std::sync::Mutex;
use tracing_subscriber::filter::LevelFilter;

/// Begins to log into `golive.log` beside the runs if `GOLIVE_LOG` names a level.
pub fn begin(context: &Context) -> Done {
    let Some(level) = std::env::var("GOLIVE_LOG").ok().filter(|word| !word.is_empty()) else {
        return Ok(());
    };
    let level: LevelFilter = level.parse().map_err(|_| {
        CommandError::usage(format!("GOLIVE_LOG is `{level}`"))
            .hint("set it to error, warn, info, debug or trace, or not at all")
    })?;
    let folder = context.data_dir()?;
    let path = folder.join("golive.log");
    let file = make_private_folder(&folder)
        .and_then(|()| private_file(&path).append(true).open(&path))
        .map_err(|error| {
            CommandError::failed(format!("{} cannot be written: {error}", path.display()))
                .hint("unset GOLIVE_LOG to go on without it")
        })?;
    let log = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .finish();
    // Only this function ever sets one.
    let _ = tracing::subscriber::set_global_default(log);
    Ok(())
}
