//! `golive completions` and `golive man`.

use super::args::Cli;
use super::error::{CommandError, Done};
use super::{files, output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::path::{Path, PathBuf};

/// Which shell.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Which pages.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for every command into this folder, instead of printing golive(1)
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints completions.
pub fn completions(args: &CompletionsArgs) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "golive", &mut script);
    output::data(&String::from_utf8_lossy(&script))
}

/// Prints or writes manual pages.
pub fn man(args: &ManArgs) -> Done {
    let mut command = Cli::command();
    command.build();
    match &args.dir {
        None => output::data(&page(&command)?),
        Some(dir) => {
            files::make_folder(dir)?;
            write_pages(dir, &command, "golive")
        }
    }
}

fn write_pages(dir: &Path, command: &clap::Command, name: &str) -> Done {
    let command = command.clone().display_name(name.to_owned());
    let path = dir.join(format!("{name}.1"));
    files::replace(&path, &page(&command)?)?;
    output::line(&path.display().to_string())?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        write_pages(dir, sub, &format!("{name}-{}", sub.get_name()))?;
    }
    Ok(())
}

fn page(command: &clap::Command) -> Result<String, CommandError> {
    let mut roff = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut roff).map_err(CommandError::failed)?;
    Ok(String::from_utf8_lossy(&roff).into_owned())
}
