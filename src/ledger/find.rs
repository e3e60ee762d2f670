//! Which runs there are, and which one a word on a command line means.
#![allow(clippy::disallowed_methods, reason = "lists the folder of the runs")]

use super::connection::Access;
use super::error::{ErrorKind, LedgerError};
use super::info::RunInfo;
use super::store::Store;
use crate::run::RunStatus;
use etcetera::AppStrategyArgs;
use std::path::{Path, PathBuf};

/// A ledger in a folder, and what it says or why it says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The file.
    pub path: PathBuf,
    /// The run; or what is wrong with the file.
    pub run: Result<RunInfo, LedgerError>,
}

/// Where runs are kept unless `--data` says otherwise: the platform's folder for a user's data.
///
/// # Errors
/// The user's home cannot be told.
pub fn default_data_dir() -> Result<PathBuf, LedgerError> {
    use etcetera::AppStrategy;
    let args = AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "golive".to_owned(),
    };
    etcetera::app_strategy::choose_native_strategy(args)
        .map(|strategy| strategy.data_dir())
        .map_err(|e| {
            let what = format!("the folder for the runs cannot be told: {e}");
            LedgerError::new(ErrorKind::Missing, Path::new("~"), what, "name it with --data")
        })
}

/// Every ledger in a folder: the run opened last comes first, then files that cannot be read. A
/// folder that does not exist has none.
///
/// # Errors
/// The folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Listed>, LedgerError> {
    let mut runs: Vec<_> =
        ledgers(folder)?.into_iter().map(|path| Listed { run: info(&path), path }).collect();
    runs.sort_by(|a, b| {
        let opened = |listed: &Listed| listed.run.as_ref().ok().map(|run| run.opened_at);
        opened(b).cmp(&opened(a)).then_with(|| a.path.cmp(&b.path))
    });
    Ok(runs)
}

/// The ledger files in a folder, unopened.
fn ledgers(folder: &Path) -> Result<Vec<PathBuf>, LedgerError> {
    let failed = |e: std::io::Error| LedgerError::io(folder, "list the runs", &e);
    let files = match std::fs::read_dir(folder) {
        Ok(files) => files,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed(e)),
    };
    let mut paths = Vec::new();
    for file in files {
        let path = file.map_err(failed)?.path();
        if path.extension().is_some_and(|e| e == "golive") && !is_hidden(&path) {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// The ledger that a word means: a path, a run's id, or an unambiguous part of one, its beginning
/// before any other. Without a
/// word: the only active run, else the one opened last.
///
/// # Errors
/// None is meant, or several are.
pub fn find(folder: &Path, word: Option<&str>) -> Result<PathBuf, LedgerError> {
    match word {
        Some(word) => named(folder, word),
        None => usual(folder),
    }
}

fn named(folder: &Path, word: &str) -> Result<PathBuf, LedgerError> {
    let path = Path::new(word);
    if word.contains(std::path::MAIN_SEPARATOR) || path.extension().is_some_and(|e| e == "golive") {
        // A file of that name in the folder of the runs is meant as well, as `golive runs` shows it.
        let inside = folder.join(path);
        return Ok(if !path.exists() && inside.exists() { inside } else { path.to_owned() });
    }
    let exact = folder.join(format!("{word}.golive"));
    if exact.exists() {
        return Ok(exact);
    }
    let mut hits = ledgers(folder)?;
    let begins = |path: &PathBuf| id_of(path).starts_with(word);
    // The runs of one runbook differ only at their end.
    let by_beginning = hits.iter().any(begins);
    hits.retain(|path| if by_beginning { begins(path) } else { id_of(path).contains(word) });
    hits.sort();
    match (hits.pop(), hits.is_empty()) {
        (Some(path), true) => Ok(path),
        (Some(path), false) => {
            hits.push(path);
            let ids: Vec<_> = hits.iter().map(|path| id_of(path)).collect();
            let what = format!("“{word}” could be {}", ids.join(" or "));
            Err(LedgerError::new(ErrorKind::Ambiguous, folder, what, "give more of the run's id"))
        }
        (None, _) => {
            let what = format!("there is no run “{word}”");
            Err(LedgerError::new(ErrorKind::Missing, folder, what, "`golive runs` lists them"))
        }
    }
}

fn usual(folder: &Path) -> Result<PathBuf, LedgerError> {
    let runs = list(folder)?;
    let is_active = |listed: &&Listed| {
        let status = listed.run.as_ref().map(|run| run.status);
        matches!(status, Ok(RunStatus::Active | RunStatus::RollingBack))
    };
    let mut active = runs.iter().filter(is_active);
    let only = match (active.next(), active.next()) {
        (Some(only), None) => Some(only),
        _ => runs.first(),
    };
    let none = || {
        let next = "open one with `golive run RUNBOOK`, or name a folder with --data";
        LedgerError::new(ErrorKind::Missing, folder, "there is no run here", next)
    };
    only.map(|listed| listed.path.clone()).ok_or_else(none)
}

fn info(path: &Path) -> Result<RunInfo, LedgerError> {
    let store = Store::open(path, Access::Read)?;
    let info = RunInfo::read(&store)?;
    store.leave()?;
    Ok(info)
}

fn id_of(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}
