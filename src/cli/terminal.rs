#![allow(clippy::disallowed_methods, reason = "asks the environment whether colours are wanted")]
//! Questions to a person at a terminal. Where nobody sits there, nobody is asked.

use super::output;
use std::io::{BufRead, IsTerminal};

/// Whether somebody sits there who can read a question and answer it.
pub fn is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Whether there is a screen to draw on and a keyboard to read.
pub fn has_screen() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Whether standard output shows colours to somebody who wants them.
pub fn shows_colours() -> bool {
    let said = |key| std::env::var_os(key).filter(|value| !value.is_empty());
    std::io::stdout().is_terminal()
        && said("NO_COLOR").is_none()
        && said("TERM").is_none_or(|term| term != "dumb")
}

/// How many columns a line of text may have: `COLUMNS`, else those of the terminal, else as for a
/// file; from 80 to 200.
pub fn columns() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|word| word.trim().parse().ok());
    let shown = || {
        let size = std::io::stdout().is_terminal().then(crossterm::terminal::size);
        size.and_then(Result::ok).map(|(columns, _)| usize::from(columns))
    };
    said.filter(|n: &usize| *n > 0).or_else(shown).unwrap_or(104).clamp(80, 200)
}

/// Asks, and returns the trimmed answer; none where nobody is there to give one.
pub fn ask(question: &str) -> Option<String> {
    if !is_there() {
        return None;
    }
    output::aside(question);
    let mut answer = String::new();
    match std::io::stdin().lock().read_line(&mut answer) {
        Ok(0) | Err(_) => {
            output::aside("\n");
            None
        }
        Ok(_) => Some(answer.trim().to_owned()),
    }
}

/// Says something and asks for a yes; anything else is a no.
pub fn confirm(said: &str, question: &str) -> bool {
    let answer = ask(&format!("{said}{question} Type `yes` to go on: "));
    answer.is_some_and(|word| word.eq_ignore_ascii_case("yes"))
}
