//! What a command that did not succeed says, and with which exit code.

use crate::run::{Refusal, RefusalKind};
use std::fmt::Write;
use std::process::ExitCode;

/// Why a command ended without having done what was asked.
#[derive(Debug)]
pub struct CommandError {
    kind: Kind,
    error: Box<dyn std::error::Error + Send + Sync>,
    hints: Vec<String>,
}

/// Decides word and exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The rules say no: exit code 1.
    Refused,
    /// Wrong use, something that cannot be read or written: exit code 2.
    Failed,
    /// Nobody reads the answer any more (a closed pipe): exit code 0, without a word.
    Unheard,
}

/// What commands answer.
pub type Done = Result<(), CommandError>;

impl CommandError {
    /// The rules say no.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::new(Kind::Refused, reason.into())
    }

    /// The command line means nothing, or contradicts itself.
    pub fn usage(reason: impl Into<String>) -> Self {
        Self::new(Kind::Failed, reason.into())
    }

    /// Something could not be read, written or reached.
    pub fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Failed, error)
    }

    /// Standard output could not be written. A reader that has gone away is no error.
    pub fn of_output(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::new(Kind::Unheard, error)
        } else {
            Self::failed(format!("the answer cannot be written to standard output: {error}"))
        }
    }

    /// Adds a line that says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    fn new(kind: Kind, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind, error: error.into(), hints: Vec::new() }
    }

    /// What happened, in a line, without what to do about it.
    pub fn said(&self) -> String {
        self.error.to_string()
    }

    /// 0, 1 or 2.
    pub fn exit_code(&self) -> ExitCode {
        match self.kind {
            Kind::Unheard => ExitCode::SUCCESS,
            Kind::Refused => ExitCode::from(1),
            Kind::Failed => ExitCode::from(2),
        }
    }

    /// The lines for standard error; not yet made safe to show.
    pub fn render(&self) -> String {
        let word = match self.kind {
            Kind::Unheard => return String::new(),
            Kind::Refused => "refused",
            Kind::Failed => "error",
        };
        let mut said = self.error.to_string();
        let mut text = format!("{word}: {said}");
        let mut cause = self.error.source();
        while let Some(error) = cause {
            let more = error.to_string();
            if !said.contains(&more) {
                let _ = write!(text, ": {more}");
                said = more;
            }
            cause = error.source();
        }
        for hint in &self.hints {
            let _ = write!(text, "\n  hint: {hint}");
        }
        text.push('\n');
        text
    }
}

impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        let error = Self::refused(refusal.reason).hint(refusal.instead);
        match refusal.kind {
            RefusalKind::Impossible => error,
            RefusalKind::NotNow => {
                error.hint("a lead may go on all the same: --override --reason TEXT")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the ledger cannot be opened")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn causes_and_hints_follow_what_happened() {
        let error = CommandError::failed(Outer(std::io::Error::other("disk on fire")))
            .hint("put it out first");
        assert_eq!(
            error.render(),
            "error: the ledger cannot be opened: disk on fire\n  hint: put it out first\n"
        );
    }

    #[test]
    fn a_cause_already_said_is_not_repeated() {
        let error = CommandError::failed(std::io::Error::other("disk on fire"));
        assert_eq!(error.render(), "error: disk on fire\n");
    }

    #[test]
    fn only_a_not_now_can_be_overridden() {
        let held = CommandError::from(Refusal::not_now("held", "the run is held", "resume it"));
        assert_eq!(
            held.render(),
            "refused: the run is held\n  hint: resume it\n  \
             hint: a lead may go on all the same: --override --reason TEXT\n"
        );
        let over = CommandError::from(Refusal::impossible("over", "it is over", "open another"));
        assert_eq!(over.render(), "refused: it is over\n  hint: open another\n");
    }
}
