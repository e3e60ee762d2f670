//! The door: how many connections there is room for, and how those who are not let in are told.

use crate::sync::protocol::{Problem, ProblemKind};
use rustix::process::{Resource, getrlimit, setrlimit};
use std::io::Write;
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at a time, at most.
const CONNECTIONS: u64 = 8_192;
/// Of the files that this process may have open, every so many are left to the store.
const LEFT_TO_THE_STORE: u64 = 4;
/// Whoever is sent away may take as long to read why.
const PARTING: Duration = Duration::from_secs(1);
/// That many have that time at once; others are closed on right away.
const TOLD: usize = 64;
/// What is read of them meanwhile, in bytes.
const UNREAD: usize = 64 << 10;
/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 22;

/// Lets this process have as many files open as the system lets it.
pub fn open_wide() {
    let limits = getrlimit(Resource::Nofile);
    let raised = rustix::process::Rlimit { current: limits.maximum, maximum: limits.maximum };
    if setrlimit(Resource::Nofile, raised).is_err() {
        tracing::warn!("the number of open files cannot be raised");
    }
}

/// How many connections fit into this process.
fn fitting() -> u64 {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    (files - files / LEFT_TO_THE_STORE).min(CONNECTIONS)
}

/// Who is let in.
pub(super) struct Door {
    room: Arc<Semaphore>,
    parting: Arc<Semaphore>,
    places: u64,
}

impl Door {
    pub(super) fn new() -> Self {
        let places = fitting();
        let room = usize::try_from(places).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            room: Arc::new(Semaphore::new(room)),
            parting: Arc::new(Semaphore::new(TOLD)),
            places,
        }
    }

    /// A place inside, while there is one.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.room.clone().try_acquire_owned().ok()
    }

    /// Tells somebody that there is no room, where that can be told: not before a TLS handshake.
    pub(super) fn turn_away(&self, stream: TcpStream, tls: bool) {
        if tls {
            return;
        }
        let detail =
            format!("the hub has {} connections, which is all it takes; try again", self.places);
        let answer = answer(&Problem::new(ProblemKind::Busy, detail));
        // What is written to a connection that has just been made fits in, or is not heard.
        let Ok(stream) = stream.into_std() else { return };
        let _ = (&stream).write(answer.as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
        let Ok(permit) = self.parting.clone().try_acquire_owned() else { return };
        let Ok(stream) = TcpStream::from_std(stream) else { return };
        tokio::spawn(async move {
            let _ = tokio::time::timeout(PARTING, part(stream)).await;
            drop(permit);
        });
    }
}

/// Whether somebody begins as TLS does. Waits for their first byte.
pub(super) async fn speaks_tls(stream: &TcpStream) -> std::io::Result<bool> {
    let mut first = [0];
    // Nothing at all is for the handshake to report.
    Ok(stream.peek(&mut first).await? == 0 || first == [HANDSHAKE])
}

/// Answers a problem to whatever is asked, and parts.
pub(super) async fn say(mut stream: TcpStream, problem: &Problem) {
    // Whoever does not listen misses it.
    let _ = tokio::time::timeout(PARTING, async {
        stream.write_all(answer(problem).as_bytes()).await?;
        stream.shutdown().await?;
        part(stream).await
    })
    .await;
}

/// A problem as a whole answer, after which the connection ends.
fn answer(problem: &Problem) -> String {
    let json = serde_json::to_string(problem).unwrap_or_default();
    let (status, length) = (problem.status, json.len());
    let reason = if status == 503 { "Service Unavailable" } else { "Bad Request" };
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: application/problem+json\r\nRetry-After: 1\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{json}"
    )
}

/// Reads what somebody still sends, for a while: to close on it would take the answer away.
async fn part(mut stream: TcpStream) -> std::io::Result<()> {
    let (mut rest, mut seen) = ([0; 1024], 0);
    while seen < UNREAD {
        match stream.read(&mut rest).await? {
            0 => break,
            read => seen += read,
        }
    }
    Ok(())
}
