//! The program: hooks, arguments, dispatch. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Without it a panic is told in fewer words.
    let _ = color_eyre::install();
    golive::cli::main()
}
