//! The command line as clap sees it.

use super::{
    actions, adopt, check, checklist, correct, criteria, demo, gate, hub, import, message, new,
    note, open, people, plan, record, report, review, rollback, run, run_acts, runbook, schema,
    share, shell, status, step, sync, watch,
};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A terminal cockpit for go-live day.
#[derive(Debug, Parser)]
#[command(
    name = "golive",
    version,
    about,
    long_about = "A terminal cockpit for go-live day: runbooks, live step status, timers, rollback \
                  and the record.\n\nExit codes: 0 done, 1 refused (with the reason), 2 wrong use or \
                  something that cannot be read or written.",
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    /// Where, who, which run.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Understood by every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Folder with the runs [default: GOLIVE_DATA, else `golive` in the platform's data folder]
    // Read from the environment by hand: clap shows an argument found there as a required one.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub data: Option<PathBuf>,
    /// Who acts: an id of [people] in the runbook, or any name [default: `name` in the config
    /// file, else the login name]
    #[arg(long = "as", global = true, value_name = "NAME", help_heading = "Everywhere")]
    pub acting_as: Option<String>,
    /// Which run: a file, an id or an unambiguous part of one [default: the only active run,
    /// else the latest]
    #[arg(long, global = true, value_name = "RUN", help_heading = "Everywhere")]
    pub run: Option<String>,
}

/// Every subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the cockpit on a runbook: begin a run of it, or go on with the open one
    Run(run::RunArgs),
    /// Open a run without a cockpit, for scripts; prints its id
    Open(open::OpenArgs),
    /// Write a commented starter runbook
    New(new::NewArgs),
    /// Make a runbook of a spreadsheet, a CSV file or a Markdown list
    Import(import::ImportArgs),
    /// Report all problems of runbooks: errors exit 1, warnings 0, unreadable files 2
    Check(check::CheckArgs),
    /// Show a runbook's schedule: times, float, critical path, and the way back after each step
    Plan(plan::PlanArgs),
    /// List the runs; one that cannot be read is listed with its reason, and exits 2
    Runs,
    /// Say where a run stands
    Status(status::StatusArgs),
    /// Show where a run stands, again and again, read-only
    Watch(watch::WatchArgs),
    /// Print a run's runbook as it now stands
    Runbook(runbook::RunbookArgs),
    /// Give a run the text of a file as its new plan
    Adopt(adopt::AdoptArgs),
    /// Work on a step
    #[command(subcommand)]
    Step(step::StepCommand),
    /// Sign off checklist items
    #[command(subcommand)]
    Checklist(checklist::ChecklistCommand),
    /// Write a note, or change one
    Note(note::NoteArgs),
    /// Vote on a gate
    Vote(gate::VoteArgs),
    /// Decide a gate
    Decide(gate::DecideArgs),
    /// Mend an earlier entry: void it, or give it another time or text
    Correct(correct::CorrectArgs),
    /// Record that somebody was called
    Call(people::CallArgs),
    /// Let a substitute stand in for somebody
    Substitute(people::SubstituteArgs),
    /// Ask who is there, or say that you are
    RollCall(people::RollCallArgs),
    /// Give somebody a role
    Grant(people::GrantArgs),
    /// Make somebody else the lead
    Handover(people::HandoverArgs),
    /// Start the run
    Start(run_acts::StartArgs),
    /// Hold: nothing new starts
    Hold(run_acts::HoldArgs),
    /// End the hold
    Resume(run_acts::ResumeArgs),
    /// Move the window or the zero hour
    Reschedule(run_acts::RescheduleArgs),
    /// Complete the run and say how it went
    Complete(run_acts::CompleteArgs),
    /// Call the run off
    Cancel(run_acts::CancelArgs),
    /// Show the rollback ladder, take a rung of it, or end the one that is on
    Rollback(rollback::RollbackArgs),
    /// Judge a success criterion
    Judge(criteria::JudgeArgs),
    /// Print an audience's message with its live values, and record that it went out
    Message(message::MessageArgs),
    /// Write the report of a run: Markdown, HTML, JSON, CSV or XLSX
    Report(report::ReportArgs),
    /// Hold the review: what went well, what did not, what will change
    Review(review::ReviewArgs),
    /// List what is still to be done, over all runs
    Actions(actions::ActionsArgs),
    /// Serve as the hub of a bridge: gives everybody's entries one order, and hands them on
    Hub(hub::HubArgs),
    /// Put a run on a hub, for others to join
    Share(share::ShareArgs),
    /// Open the cockpit on a shared run
    Join(share::JoinArgs),
    /// Send to the hub what waits for it, take in what others did, and say how it went
    Sync(sync::SyncArgs),
    /// Try golive: a night that is simulated, with you at the cockpit; nothing of it stays
    Demo(demo::DemoArgs),
    /// Verify a run's record: finds a changed, missing or reordered entry
    Verify(record::VerifyArgs),
    /// Write a run as JSON Lines, or as one file to mail
    Export(record::ExportArgs),
    /// Rebuild a run from an export
    Restore(record::RestoreArgs),
    /// Print the JSON Schema of runbooks, for editors, or that of reports
    Schema(schema::SchemaArgs),
    /// Print the completions for a shell
    Completions(shell::CompletionsArgs),
    /// Print the manual page, or write one for every command
    Man(shell::ManArgs),
}

impl Command {
    /// Whether `--run RUN` says something to this command.
    pub fn means_a_run(&self) -> bool {
        if let Self::Hub(args) = self {
            return args.means_a_run();
        }
        !matches!(
            self,
            Self::Open(_)
                | Self::New(_)
                | Self::Import(_)
                | Self::Check(_)
                | Self::Runs
                | Self::Restore(_)
                | Self::Join(_)
                | Self::Demo(_)
                | Self::Schema(_)
                | Self::Actions(_)
                | Self::Completions(_)
                | Self::Man(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_says_what_it_is() {
        fn look(command: &clap::Command) {
            for argument in command.get_arguments().filter(|a| !a.is_hide_set()) {
                let named = (command.get_name(), argument.get_id());
                assert!(argument.get_help().is_some(), "{named:?}");
            }
            for sub in command.get_subcommands() {
                assert!(sub.get_about().is_some(), "{}", sub.get_name());
                look(sub);
            }
        }
        look(&Cli::command());
    }
}
