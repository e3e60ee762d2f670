//! The user's config file: `config.toml` in golive's folder among the platform's settings.

use super::error::CommandError;
use super::files;
use crate::cockpit::config::{Config, parse};
use crate::runbook::visible_lines;
use etcetera::{AppStrategy, AppStrategyArgs, app_strategy};
use std::path::PathBuf;

/// Reads it whole; one that is not there says nothing.
///
/// # Errors
/// Every problem of it together.
pub fn load() -> Result<Config, CommandError> {
    let Some((path, text)) = read()? else { return Ok(Config::default()) };
    parse(&text).map_err(|problems| {
        let problems: String = problems.iter().map(|line| format!("\n  {line}")).collect();
        CommandError::failed(format!("{} cannot be used:{problems}", path.display()))
            .hint("mend these, or move the file away")
    })
}

/// Who it says sits here. What else is wrong with it keeps nobody from acting.
///
/// # Errors
/// It is no TOML.
pub fn name() -> Result<Option<String>, CommandError> {
    let Some((path, text)) = read()? else { return Ok(None) };
    let table: toml::Table = toml::from_str(&text).map_err(|error| {
        let error = format!("{}: {}", path.display(), visible_lines(error.message()));
        CommandError::failed(error).hint("mend it, or say who you are with --as NAME")
    })?;
    Ok(table.get("name").and_then(|name| name.as_str()).map(str::to_owned))
}

/// Where it lies; none where the platform has no place for settings.
pub fn folder() -> Option<PathBuf> {
    let args = AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "golive".to_owned(),
    };
    let platform = app_strategy::choose_native_strategy(args).ok()?;
    Some(platform.config_dir())
}

fn read() -> Result<Option<(PathBuf, String)>, CommandError> {
    let Some(path) = folder().map(|folder| folder.join("config.toml")) else { return Ok(None) };
    Ok(files::read_if_there(&path)?.map(|text| (path, text)))
}
