//! Which theme: one that ships, one from the config's `themes` folder, or a file.

use crate::cockpit::theme::{self, SHIPPED, Theme};
use crate::runbook::visible;
use std::path::{Path, PathBuf};

/// A theme file larger than this is none.
const LIMIT: u64 = 1 << 20;

/// A theme that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// There is none of that name.
    #[error("there is no theme \"{name}\"; there are {known}, and files by their path")]
    Unknown {
        /// As written.
        name: String,
        /// The themes that ship.
        known: String,
    },
    /// The file cannot be read.
    #[error("the theme {path} cannot be read: {cause}; choose another with --theme")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// It has problems.
    #[error("the theme {path} has problems:\n{}", problems.join("\n"))]
    Bad {
        /// The file.
        path: String,
        /// All of them.
        problems: Vec<String>,
    },
}

/// What may change a theme after it was read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Letters in place of symbols.
    pub ascii: bool,
    /// No colours.
    pub no_color: bool,
    /// All colours, not only 256.
    pub true_color: bool,
}

impl Limits {
    /// The theme as this terminal can show it.
    pub fn fit(self, theme: Theme) -> Theme {
        let theme = if self.no_color { Theme::mono() } else { theme };
        let theme = if self.true_color { theme } else { theme.limited_to_256() };
        theme.with_ascii(self.ascii)
    }
}

/// Finds a theme by name or path; with the file to watch, where it is one.
///
/// # Errors
/// There is none, or it cannot be used.
pub fn find(word: &str, folder: Option<&Path>) -> Result<(Theme, Option<PathBuf>), ThemeError> {
    let own = folder.map(|folder| folder.join("themes").join(format!("{word}.toml")));
    let is_path = word.ends_with(".toml") || word.contains(std::path::MAIN_SEPARATOR);
    let file = match own {
        _ if is_path => Some(PathBuf::from(word)),
        Some(own) if own.is_file() => Some(own),
        _ => None,
    };
    if let Some(file) = file {
        return read(&file).map(|theme| (theme, Some(file)));
    }
    Theme::shipped(word).map(|theme| (theme, None)).ok_or_else(|| ThemeError::Unknown {
        name: visible(word).into_owned(),
        known: SHIPPED.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
    })
}

/// Reads a theme file.
///
/// # Errors
/// It cannot be read, or has problems.
pub fn read(file: &Path) -> Result<Theme, ThemeError> {
    let path = || visible(&file.display().to_string()).into_owned();
    let unreadable = |cause| ThemeError::Unreadable { path: path(), cause };
    let size = std::fs::metadata(file).map_err(unreadable)?.len();
    if size > LIMIT {
        let problems = vec!["it is larger than any theme".to_owned()];
        return Err(ThemeError::Bad { path: path(), problems });
    }
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    theme::parse(&text).map_err(|problems| ThemeError::Bad {
        path: path(),
        problems: problems.iter().map(ToString::to_string).collect(),
    })
}
