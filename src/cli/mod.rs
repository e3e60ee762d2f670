//! The command line: one file per subcommand, thin. Everything printed goes through `output`,
//! every act through `acting`.

mod acting;
mod actions;
mod adopt;
mod args;
mod bridge;
mod check;
mod checklist;
mod config;
mod context;
mod correct;
mod criteria;
mod demo;
mod error;
mod evidence;
mod files;
mod gate;
mod hub;
mod hub_way;
mod import;
mod log_file;
mod meant;
mod message;
mod new;
mod note;
mod open;
mod output;
mod page_link;
mod people;
mod plan;
mod plan_text;
mod record;
mod report;
mod review;
mod rollback;
mod run;
mod run_acts;
mod runbook;
mod runs;
mod schema;
mod share;
mod shell;
mod status;
mod status_now;
mod status_text;
mod step;
mod sync;
mod terminal;
mod watch;
mod what_if;

use args::{Cli, Command};
use clap::Parser;
use clap::error::ErrorKind;
use context::Context;
use error::{CommandError, Done};
use std::process::ExitCode;

/// Runs the program: reads the arguments, does what they say, and answers the exit code: 0 done,
/// 1 refused, 2 wrong use or something that cannot be read or written.
pub fn main() -> ExitCode {
    // An answer may be written to a file as well.
    crate::ledger::outlive_size_limits();
    let done = match Cli::try_parse() {
        Ok(cli) => dispatch(cli),
        Err(error) => return unparsed(&error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::aside(&error.render());
            error.exit_code()
        }
    }
}

/// What clap has to say: help and version on standard output, complaints on standard error. They
/// repeat arguments, so they are made safe to show; that takes the styles away, too.
fn unparsed(error: &clap::Error) -> ExitCode {
    let said = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match output::lines(&said) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => error.exit_code(),
        },
        _ => {
            output::aside(&said);
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> Done {
    let context = &Context::new(cli.global);
    if context.names_run() && !cli.command.means_a_run() {
        return Err(CommandError::usage("--run names a run, and this command is about none")
            .hint("leave --run out"));
    }
    log_file::begin(context)?;
    match cli.command {
        Command::Run(args) => run::run(context, &args),
        Command::Open(args) => open::run(context, &args),
        Command::New(args) => new::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Plan(args) => plan::run(context, &args),
        Command::Runs => runs::run(context),
        Command::Status(args) => status::run(context, &args),
        Command::Watch(args) => watch::run(context, &args),
        Command::Runbook(args) => runbook::run(context, &args),
        Command::Adopt(args) => adopt::run(context, &args),
        Command::Step(command) => step::run(context, command),
        Command::Checklist(command) => checklist::run(context, command),
        Command::Note(args) => note::run(context, &args),
        Command::Vote(args) => gate::vote(context, &args),
        Command::Decide(args) => gate::decide(context, &args),
        Command::Correct(args) => correct::run(context, &args),
        Command::Call(args) => people::call(context, &args),
        Command::Substitute(args) => people::substitute(context, &args),
        Command::RollCall(args) => people::roll_call(context, &args),
        Command::Grant(args) => people::grant(context, &args),
        Command::Handover(args) => people::handover(context, &args),
        Command::Start(args) => run_acts::start(context, &args),
        Command::Hold(args) => run_acts::hold(context, &args),
        Command::Resume(args) => run_acts::resume(context, &args),
        Command::Reschedule(args) => run_acts::reschedule(context, &args),
        Command::Complete(args) => run_acts::complete(context, &args),
        Command::Cancel(args) => run_acts::cancel(context, &args),
        Command::Rollback(args) => rollback::run(context, &args),
        Command::Judge(args) => criteria::run(context, &args),
        Command::Message(args) => message::run(context, &args),
        Command::Report(args) => report::run(context, &args),
        Command::Review(args) => review::run(context, &args),
        Command::Actions(args) => actions::run(context, &args),
        Command::Hub(args) => hub::run(context, args),
        Command::Share(args) => share::share(context, &args),
        Command::Join(args) => share::join(context, &args),
        Command::Sync(args) => sync::run(context, &args),
        Command::Demo(args) => demo::run(context, &args),
        Command::Verify(args) => record::verify(context, &args),
        Command::Export(args) => record::export(context, &args),
        Command::Restore(args) => record::restore(context, &args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
    }
}
