//! The user's config file: `golive/config.toml` in the platform's folder for settings.

use super::error::CommandError;
use super::files;
use etcetera::{AppStrategy, AppStrategyArgs, app_strategy};

/// What the command line takes from it.
#[derive(Debug, Default)]
pub struct Config {
    /// Who sits here.
    pub name: Option<String>,
}

/// Reads it; one that is not there says nothing.
pub fn load() -> Result<Config, CommandError> {
    let args = AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "golive".to_owned(),
    };
    // Without a home there is no config either.
    let Ok(platform) = app_strategy::choose_native_strategy(args) else {
        return Ok(Config::default());
    };
    let path = platform.config_dir().join("config.toml");
    let Some(text) = files::read_if_there(&path)? else {
        return Ok(Config::default());
    };
    let table: toml::Table = toml::from_str(&text)
        .map_err(|e| CommandError::failed(format!("{}: {}", path.display(), e.message())))?;
    Ok(Config { name: table.get("name").and_then(|v| v.as_str()).map(str::to_owned) })
}
