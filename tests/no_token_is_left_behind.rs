//! A whole session with tokens, everything logged that can be: no token is in anything that it leaves
//! behind, and none goes anywhere but into the header it is for.
#![allow(clippy::disallowed_methods, reason = "starts processes, reads all that they left")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

#[path = "support/pty.rs"]
mod pty;

use pty::Terminal;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const GOLIVE: &str = env!("CARGO_BIN_EXE_golive");
const PLAN: &str = r#"format = 1
[release]
title = "Ledger 4.2"
[people.ana]
role = "lead"
[people.bo]
[[phases]]
title = "Cutover"
steps = [{ id = "freeze", title = "Freeze writes", owner = "ana", duration = "5m" }]
"#;

/// Everything that was said by a program, and where all files are.
struct Night {
    folder: tempfile::TempDir,
    said: Vec<(String, Vec<u8>)>,
}

impl Night {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), said: Vec::new() }
    }

    fn data(&self, who: &str) -> PathBuf {
        self.folder.path().join(who)
    }

    fn command(&self, who: &str, words: &[&str], token: Option<&str>) -> Command {
        let mut command = Command::new(GOLIVE);
        command.args(words).args(["--as", who, "--data"]).arg(self.data(who));
        command.env("HOME", self.folder.path()).env("XDG_CONFIG_HOME", self.folder.path());
        command.env("GOLIVE_LOG", "trace").env_remove("GOLIVE_TOKEN").stdin(Stdio::null());
        if let Some(token) = token {
            command.env("GOLIVE_TOKEN", token);
        }
        command
    }

    /// What it says, and whether all was well.
    fn run(&mut self, who: &str, words: &[&str], token: Option<&str>) -> (bool, String) {
        let output = self.command(who, words, token).output().unwrap();
        let all = [output.stdout.as_slice(), &output.stderr].concat();
        self.said.push((format!("{who}: {words:?}"), all.clone()));
        (output.status.success(), String::from_utf8(all).unwrap())
    }

    /// A new token. That it is printed is what it is for: this is not kept.
    fn token(&self, name: &str, role: &str) -> String {
        let words = ["hub", "token", "add", name, "--role", role];
        let output = self.command("hub", &words, None).output().unwrap();
        assert!(output.status.success());
        assert!(!String::from_utf8_lossy(&output.stderr).contains("glv_"));
        let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        assert!(token.starts_with("glv_") && token.len() > 40, "{token}");
        token
    }

    /// Looks for these in every file and in all that was said.
    fn has_none_of(&self, secrets: &[&str]) {
        let mut files = Vec::new();
        collect(self.folder.path(), &mut files);
        assert!(files.len() > 8, "{files:?}");
        let read =
            files.iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap()));
        for (name, bytes) in read.chain(self.said.iter().cloned()) {
            for secret in secrets {
                // Long enough to be no accident, short enough to find a part of it.
                for part in [secret, &secret[..24], &secret[secret.len() - 20..]] {
                    let found = bytes.windows(part.len()).position(|w| w == part.as_bytes());
                    let around = found.map(|at| {
                        let end = bytes.len().min(at + 12);
                        String::from_utf8_lossy(&bytes[at.saturating_sub(200)..end]).into_owned()
                    });
                    assert_eq!(around, None, "{name} has a token in it");
                }
            }
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}

/// A hub in a process of its own, whose log goes into files.
struct Hub(Child, String);

impl Hub {
    fn begin(night: &Night) -> Self {
        let log = night.folder.path().join("hub.stderr");
        let log = std::fs::File::create(log).unwrap();
        let mut command = night.command("hub", &["hub", "--listen", "127.0.0.1:0"], None);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child, line.trim().to_owned())
    }

    /// Asks something in so many bytes.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.1.strip_prefix("http://").unwrap()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        text
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The words that a process was started with.
fn words_of(pid: u32) -> String {
    let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

#[test]
fn nothing_that_a_session_leaves_behind_has_a_token_in_it() {
    let mut night = Night::new();
    let (ana, bo) = (night.token("ana", "lead"), night.token("bo", "operator"));
    // Bo keeps his in a file elsewhere.
    let pocket = tempfile::tempdir().unwrap();
    let file = pocket.path().join("token");
    std::fs::write(&file, format!("{bo}\n")).unwrap();
    let hub = Hub::begin(&night);
    let address = hub.1.clone();
    let plan = night.folder.path().join("ledger.toml");
    std::fs::write(&plan, PLAN).unwrap();
    let (_, opened) = night.run("ana", &["open", plan.to_str().unwrap(), "--rehearsal"], None);
    let run = opened.split_whitespace().next().unwrap().to_owned();
    // Without a token, with one that is none, with one that is wrong, and with the right one.
    let mistaken = "glv_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG".to_owned();
    assert!(!night.run("ana", &["share", &run, &address], None).0);
    assert!(!night.run("ana", &["share", &run, &address], Some(&format!("{mistaken} x"))).0);
    let (done, words) = night.run("ana", &["share", &run, &address], Some(&mistaken));
    assert!(!done && words.contains("not known here"), "{words}");
    let (done, words) = night.run("ana", &["share", &run, &address], Some(&ana));
    assert!(done, "{words}");
    // A cockpit, in which something is recorded and shared.
    let url = format!("{address}/runs/{run}");
    let data = night.data("bo").to_str().unwrap().to_owned();
    let home = night.folder.path().to_str().unwrap().to_owned();
    let argv = [
        GOLIVE,
        "join",
        &url,
        "--token-file",
        file.to_str().unwrap(),
        "--as",
        "bo",
        "--data",
        &data,
    ];
    let vars = [("HOME", home.as_str()), ("XDG_CONFIG_HOME", &home), ("GOLIVE_LOG", "trace")];
    let mut cockpit = Terminal::start(&argv, (130, 40), &vars);
    cockpit.wait_for("Any key goes to the steps");
    cockpit.keys("k").wait_gone("Any key goes").wait_for("all shared");
    let pid = cockpit.child.process_id().unwrap();
    for pid in [pid, hub.0.id()] {
        assert!(!words_of(pid).contains("glv_"), "{}", words_of(pid));
    }
    night.run("bo", &["note", "seen", "--run", &run], None);
    cockpit.wait_for("all shared");
    // Tokens where they do not belong.
    let host = "Host: 127.0.0.1\r\nConnection: close\r\n";
    for request in [
        format!("GET /api/v1/runs?token={ana} HTTP/1.1\r\n{host}\r\n"),
        format!("GET /api/v1/runs/{ana} HTTP/1.1\r\n{host}Authorization: Bearer {bo}\r\n\r\n"),
        format!("GET /{ana} HTTP/1.1\r\n{host}Cookie: token={bo}\r\n\r\n"),
        format!(
            "GET /api/v1/runs HTTP/1.1\r\n{host}Authorization: Basic {ana}\r\nReferer: http://x/{bo}\r\n\r\n"
        ),
        format!(
            "POST /api/v1/runs/{run}/entries HTTP/1.1\r\n{host}Authorization: Bearer {ana}\r\nContent-Length: 60\r\n\r\n{{\"token\":\"{}\"}}{}",
            &ana[..40],
            " ".repeat(8)
        ),
        format!("{ana} / HTTP/1.1\r\n{host}\r\n"),
    ] {
        let answer = hub.raw(&request);
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        night.said.push(("an answer".to_owned(), answer.into_bytes()));
    }
    // It is taken away, and the cockpit says so.
    night.run("hub", &["hub", "token", "list"], None);
    night.run("hub", &["hub", "token", "revoke", "bo"], None);
    cockpit.wait_for("offline");
    cockpit.calm().keys("q").wait_for("Leave the cockpit?").calm().keys("\r").wait_end();
    night.said.push(("the screen".to_owned(), cockpit.raw.clone()));
    // The record in all its forms, and what is said once the hub has gone.
    let pid = hub.0.id();
    drop(hub);
    assert!(pid > 0);
    let (done, _) = night.run("ana", &["share", &run, &address], Some(&ana));
    assert!(!done, "nobody listens there");
    for words in [
        &["export", run.as_str()][..],
        &["report", "--run", &run, "--format", "json"],
        &["status", "--json", "--run", &run],
        &["verify", &run],
        &["runs"],
    ] {
        assert!(night.run("bo", words, None).0, "{words:?}");
    }
    // A token in an address is a mistake that is not repeated aloud.
    let wrong = format!("https://ana:{ana}@hub.example/runs/{run}");
    let (done, words) = night.run("ana", &["share", &run, &wrong], None);
    assert!(!done && words.contains("hub.example"), "{words}");
    let wrong = format!("https://hub.example/runs/{run}?token={ana}");
    let (done, words) = night.run("ana", &["share", &run, &wrong], None);
    assert!(!done && words.contains("hub.example"), "{words}");
    let log = std::fs::read_to_string(night.data("hub").join("golive.log")).unwrap();
    assert!(
        log.contains("request") && log.contains("TRACE") | log.contains("INFO"),
        "it was logged"
    );
    // Said to a program's own user is the name of the variable, not its value.
    night.has_none_of(&[&ana, &bo, &mistaken]);
}

/// What a hub that is none is sent, and what it answers.
fn impostor(answer: String) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let heard = std::thread::spawn(move || {
        let mut heard = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut line) = (String::new(), String::new());
            while reader.read_line(&mut line).unwrap_or(0) > 2 {
                head.push_str(&line);
                line.clear();
            }
            if head.starts_with("GET /stop") {
                return heard;
            }
            heard.push(head);
            stream.write_all(answer.as_bytes()).unwrap();
        }
        heard
    });
    (address.to_string(), heard)
}

fn stop(address: &str) {
    TcpStream::connect(address).unwrap().write_all(b"GET /stop HTTP/1.1\r\n\r\n").unwrap();
}

#[test]
fn a_token_is_in_its_header_and_nowhere_else_and_follows_no_redirect() {
    let empty = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (elsewhere, there) = impostor(empty.to_owned());
    let (hub, here) = impostor(format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://{elsewhere}/api/v1/runs\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    ));
    let mut night = Night::new();
    let plan = night.folder.path().join("ledger.toml");
    std::fs::write(&plan, PLAN).unwrap();
    let (_, opened) = night.run("ana", &["open", plan.to_str().unwrap(), "--rehearsal"], None);
    let run = opened.split_whitespace().next().unwrap().to_owned();
    let token = "glv_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    let (done, words) = night.run("ana", &["share", &run, &format!("http://{hub}")], Some(token));
    assert!(!done && words.contains("something else than a hub"), "{words}");
    stop(&hub);
    stop(&elsewhere);
    let (here, there) = (here.join().unwrap(), there.join().unwrap());
    assert!(there.is_empty(), "nobody is led away: {there:?}");
    assert!(!here.is_empty());
    for head in here {
        let with: Vec<&str> = head.lines().filter(|line| line.contains("glv_")).collect();
        assert_eq!(with.len(), 1, "{head}");
        assert_eq!(
            with[0].to_ascii_lowercase().trim(),
            format!("authorization: bearer {token}").to_ascii_lowercase()
        );
        assert!(!head.to_ascii_lowercase().contains("referer"), "{head}");
    }
}
