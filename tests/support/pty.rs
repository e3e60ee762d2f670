//! A real program in a real pseudo-terminal, looked at through a terminal emulator.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on stops; a real terminal has a real clock"
)]

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up; nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal with a program in it.
pub struct Terminal {
    pub child: Box<dyn Child + Send + Sync>,
    pub master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything the program has written.
    pub raw: Vec<u8>,
}

/// The flags of a terminal that a program must give back as it found them.
pub type Modes = String;

impl Terminal {
    /// Starts `argv` in a terminal of that size, with these variables on top of a plain set.
    pub fn start(argv: &[&str], (columns, rows): (u16, u16), vars: &[(&str, &str)]) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(argv[0]);
        command.args(&argv[1..]);
        command.env("TERM", "xterm-256color");
        command.env("PS1", "$ ");
        command.env_remove("NO_COLOR");
        for (name, value) in vars {
            command.env(name, value);
        }
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 65536];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || send.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = vt100::Parser::new(rows, columns, 0);
        Self { child, master: pair.master, writer, output, parser, raw: Vec::new() }
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).expect("the program reads");
        self.writer.flush().expect("the program reads");
        self
    }

    /// Lets as much time pass as a person leaves between two keys: what comes faster is taken for a
    /// pasted text.
    pub fn calm(&mut self) -> &mut Self {
        std::thread::sleep(Duration::from_millis(150));
        self
    }

    /// Lets as much time pass as a person leaves between two Enters on one step that are both meant:
    /// the second of a double press does nothing.
    pub fn deliberate(&mut self) -> &mut Self {
        std::thread::sleep(Duration::from_millis(550));
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("a resize");
        self.parser.screen_mut().set_size(rows, columns);
    }

    /// The screen as text.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("“{text}” on screen"), |t| t.text().contains(text))
    }

    /// Waits until the screen no longer shows `text`.
    #[track_caller]
    pub fn wait_gone(&mut self, text: &str) -> &mut Self {
        self.wait_until(&format!("“{text}” gone"), |t| !t.text().contains(text))
    }

    #[track_caller]
    pub fn wait_until(&mut self, what: &str, reached: impl Fn(&Self) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !reached(self) {
            match self.output.recv_timeout(Duration::from_millis(50)) {
                Ok(bytes) => self.take(&bytes),
                // What is waited for may be elsewhere than on the screen: it is looked at again.
                Err(RecvTimeoutError::Timeout) => assert!(
                    Instant::now() < deadline,
                    "waited in vain for {what}; the screen:\n{}",
                    self.text()
                ),
                Err(RecvTimeoutError::Disconnected) => {
                    assert!(reached(self), "ended before {what}; the screen:\n{}", self.text());
                    break;
                }
            }
        }
        self
    }

    /// Waits for the end of the program, taking all that it still writes.
    #[track_caller]
    pub fn wait_end(&mut self) -> portable_pty::ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                    self.take(&bytes);
                }
                return status;
            }
            assert!(Instant::now() < deadline, "still running; the screen:\n{}", self.text());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.parser.process(bytes);
    }

    /// The terminal's flags (echo, line mode, signals, …) as they are now.
    pub fn modes(&self) -> Modes {
        let flags = self.master.get_termios().expect("a terminal");
        format!("{:?} {:?} {:?}", flags.input_flags, flags.output_flags, flags.local_flags)
    }

    /// What is still switched on that a shell does not expect: empty when the terminal is whole.
    pub fn left_on(&self) -> Vec<&'static str> {
        let on = |on: &str, off: &str| {
            let last = |what: &str| {
                self.raw.windows(what.len()).rposition(|window| window == what.as_bytes())
            };
            last(on) > last(off)
        };
        [
            ("alternate screen", "\x1b[?1049h", "\x1b[?1049l"),
            ("hidden cursor", "\x1b[?25l", "\x1b[?25h"),
            ("mouse", "\x1b[?1000h", "\x1b[?1000l"),
            ("mouse motion", "\x1b[?1003h", "\x1b[?1003l"),
            ("mouse encoding", "\x1b[?1006h", "\x1b[?1006l"),
            ("bracketed paste", "\x1b[?2004h", "\x1b[?2004l"),
            ("focus events", "\x1b[?1004h", "\x1b[?1004l"),
        ]
        .into_iter()
        .filter(|(_, set, reset)| on(set, reset))
        .map(|(name, ..)| name)
        .collect()
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = self.child.process_id().and_then(|p| i32::try_from(p).ok()).expect("a pid");
        let pid = rustix::process::Pid::from_raw(pid).expect("a pid");
        rustix::process::kill_process(pid, signal).expect("the signal is sent");
    }
}
