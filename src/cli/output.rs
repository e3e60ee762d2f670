//! Everything that this program prints goes through here: control characters and bidirectional
//! overrides in it are shown, never obeyed.

use super::error::{CommandError, Done};
use crate::runbook::{escaped_json, visible, visible_lines};
use std::io::{IsTerminal, Write};

/// Prints one line; line feeds in it are shown as such.
pub fn line(text: &str) -> Done {
    write(format!("{}\n", visible(text)).as_bytes())
}

/// Prints text of several lines.
pub fn lines(text: &str) -> Done {
    write(visible_lines(text).as_bytes())
}

/// Prints what another program or a file may take in: byte for byte, unless a person looks on.
pub fn data(text: &str) -> Done {
    if std::io::stdout().is_terminal() { lines(text) } else { write(text.as_bytes()) }
}

/// Prints a value as JSON. Characters that a terminal would obey are written as escapes, which
/// mean the same to whoever reads it.
pub fn json(value: &impl serde::Serialize) -> Done {
    let text = serde_json::to_string_pretty(value).map_err(CommandError::failed)?;
    let mut shown = escaped_json(&text).into_owned();
    shown.push('\n');
    write(shown.as_bytes())
}

/// Prints what is no text.
pub fn bytes(bytes: &[u8]) -> Done {
    write(bytes)
}

/// Prints text that was made safe already and carries the program's own styles.
pub fn styled(text: &str) -> Done {
    write(text.as_bytes())
}

/// Says something beside the answer, on standard error. There is nobody to tell if that fails.
pub fn aside(text: &str) {
    let _ = std::io::stderr().lock().write_all(visible_lines(text).as_bytes());
}

fn write(bytes: &[u8]) -> Done {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(CommandError::of_output)
}

/// Standard output for a long answer that is written piece by piece: byte for byte, unless a
/// person looks on.
pub struct Answer {
    to_person: bool,
    out: std::io::BufWriter<std::io::Stdout>,
    error: Option<std::io::Error>,
}

impl Answer {
    /// Begins the answer.
    pub fn new() -> Self {
        let out = std::io::stdout();
        Self { to_person: out.is_terminal(), out: std::io::BufWriter::new(out), error: None }
    }

    /// Says whether all of it could be written.
    pub fn finish(mut self) -> Done {
        let flushed = self.out.flush();
        match self.error.take().map_or(flushed, Err) {
            Ok(()) => Ok(()),
            Err(error) => Err(CommandError::of_output(error)),
        }
    }

    fn keep<T>(&mut self, result: std::io::Result<T>) -> std::io::Result<T> {
        result.inspect_err(|error| self.error = Some(error.kind().into()))
    }
}

impl Write for Answer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = if self.to_person {
            let text = String::from_utf8_lossy(bytes);
            self.out.write_all(visible_lines(&text).as_bytes())
        } else {
            self.out.write_all(bytes)
        };
        self.keep(written.map(|()| bytes.len()))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let flushed = self.out.flush();
        self.keep(flushed)
    }
}
