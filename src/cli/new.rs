//! `golive new FILE`: a commented starter runbook.

use super::error::Done;
use super::{files, output};
use crate::runbook::STARTER;
use clap::Args;
use std::path::PathBuf;

/// Where to.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The file to write; one that is there already is left alone
    file: PathBuf,
}

/// Writes the starter.
pub fn run(args: &NewArgs) -> Done {
    files::write_new(&args.file, STARTER)?;
    let name = args.file.display();
    output::line(&format!("wrote {name}; `golive check {name}` says whether it still reads"))
}
