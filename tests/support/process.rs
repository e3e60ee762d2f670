//! A real hub in a process of its own, to be looked at from outside.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::disallowed_methods, reason = "starts processes, reads files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test says so by panicking, and what the machine does not allow"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Killed when it goes.
pub struct HubProcess {
    pub child: Child,
    pub address: SocketAddr,
}

impl HubProcess {
    /// On any port of this machine, with its runs below that folder.
    pub fn begin(data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_golive"));
        command.arg("--data").arg(data).args(["hub", "--listen", "127.0.0.1:0"]);
        Self::of(command)
    }

    /// The same, where it may have only so many files open.
    pub fn with_files(data: &Path, files: u64) -> Self {
        let mut command = Command::new("sh");
        let script = format!("ulimit -n {files}; exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_golive"), "--data"]).arg(data);
        command.args(["hub", "--listen", "127.0.0.1:0"]);
        Self::of(command)
    }

    /// As that command says.
    pub fn of(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").expect("it listens").parse().unwrap();
        Self { child, address }
    }

    /// A line of `/proc/PID/status` such as `VmRSS`, in bytes.
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let found = status.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(':'));
        let kib = found.unwrap().trim().strip_suffix(" kB").unwrap();
        kib.parse::<u64>().unwrap() << 10
    }

    /// How many files it has open.
    pub fn files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// A connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Asks something over a connection of its own. Answers head and body.
    pub fn ask(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Puts that run, JSON Lines, on the hub.
    pub fn open_run(&self, lines: &str) {
        let said = self.ask(&format!(
            "POST /api/v1/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{lines}",
            lines.len()
        ));
        assert!(said.starts_with("HTTP/1.1 201"), "{said}");
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request over a connection that is kept, and reads the head and body of its answer.
pub fn over(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let read = stream.read(&mut piece).unwrap();
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(read > 0, "it broke off: {text}");
            continue;
        };
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|l| l.split("\r\n").next());
        let length: usize = length.unwrap_or("0").parse().unwrap();
        if body.len() >= length {
            return text;
        }
        assert!(read > 0, "it broke off: {text}");
    }
}

/// Lets this process have so many files open, or as many as it may. Answers how many.
pub fn files_for(wanted: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = getrlimit(Resource::Nofile);
    let most = limits.maximum.unwrap_or(u64::MAX);
    let current = limits.current.unwrap_or(u64::MAX);
    let raised = wanted.min(most).max(current);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limits.maximum });
    if raised < wanted {
        eprintln!(
            "this machine lets a process have {raised} files open, not {wanted}: fewer are tried"
        );
    }
    raised
}
