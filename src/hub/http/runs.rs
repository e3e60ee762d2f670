//! Runs as a whole: listed, opened, and where they stand.

use super::Hub;
use super::answer::{Answer, drain, json, problem, unhurried};
use super::auth::Caller;
use crate::hub::store::{Store, StoreError};
use crate::ledger::order::Placed;
use crate::run::{self, Entry, Envelope, Event};
use crate::sync::protocol::{
    Head, OpenedAnswer, Ordered, Problem, ProblemKind, RunSummary, RunsAnswer, TimeAnswer,
};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::mpsc;

/// Bytes of a run that is opened, at most: a million entries and more.
const RUN_BYTES: usize = 512 << 20;
/// Bytes of one line of it.
const LINE_BYTES: usize = 16 << 20;
/// Lines that are taken in at a time.
const LINES: usize = 512;
/// Bytes of them, about.
const LINES_BYTES: usize = 4 << 20;
/// How long the next piece of it may take.
const PIECE: Duration = Duration::from_secs(30);

pub(super) async fn time(State(hub): State<Hub>) -> Response {
    json(200, &TimeAnswer { now: hub.now(), demo: hub.is_demo() })
}

pub(super) async fn list(State(hub): State<Hub>, caller: Extension<Caller>) -> Answer {
    let runs = unhurried(move || {
        let names = hub.store.runs().map_err(|e| crate::hub::core::storage(&e))?;
        let mut runs = Vec::new();
        for name in names.into_iter().filter(|name| caller.may_see(name)) {
            let state = hub.views.of(&name)?.state;
            runs.push(RunSummary {
                title: state.plan.release.title.clone(),
                mode: state.mode,
                state: state.status,
                held: state.held().is_some(),
                seq: state.last_seq(),
                opened_at: state.opened.at,
                run: name,
            });
        }
        Ok(runs)
    });
    Ok(json(200, &RunsAnswer { runs: runs.await? }))
}

pub(super) async fn status(State(hub): State<Hub>, Path(run): Path<String>) -> Answer {
    let now = hub.now();
    let status = unhurried(move || {
        let view = hub.views.of(&run)?;
        let expected = run::forecast(&view.state, now);
        Ok(run::status(&view.state, &expected, &view.chain.to_string(), now))
    });
    Ok(json(200, &status.await?))
}

pub(super) async fn open(State(hub): State<Hub>, body: Body) -> Answer {
    let (lines, taken) = mpsc::channel::<Result<Bytes, Problem>>(8);
    let work = tokio::spawn(unhurried(move || take_in(&*hub.store, Lines::new(taken))));
    feed(body, lines).await;
    match work.await {
        Ok(answer) => Ok(json(201, &answer?)),
        Err(_) => Err(problem(ProblemKind::Busy, "the hub is going down")),
    }
}

/// Hands a body on piece by piece, as fast as it is taken in.
async fn feed(body: Body, lines: mpsc::Sender<Result<Bytes, Problem>>) {
    let mut body = body.into_data_stream();
    let mut bytes = 0;
    loop {
        let piece = match tokio::time::timeout(PIECE, body.next()).await {
            Ok(Some(Ok(piece))) => piece,
            Ok(None) => return,
            Ok(Some(Err(_))) => {
                return broken(&lines, ProblemKind::Malformed, "the body broke off").await;
            }
            Err(_) => {
                let why = "the body did not come in time";
                return broken(&lines, ProblemKind::Malformed, why).await;
            }
        };
        bytes += piece.len();
        if bytes > RUN_BYTES {
            let limit = format!("a run may have {} MiB", RUN_BYTES >> 20);
            return broken(&lines, ProblemKind::TooLarge, &limit).await;
        }
        // It was refused before all of it came: whoever sends it comes to read why.
        if lines.send(Ok(piece)).await.is_err() {
            return drain(body).await;
        }
    }
}

async fn broken(lines: &mpsc::Sender<Result<Bytes, Problem>>, kind: ProblemKind, why: &str) {
    let _ = lines.send(Err(Problem::new(kind, why))).await;
}

/// Makes a run of its lines, or finds that it is here already.
fn take_in(store: &dyn Store, mut lines: Lines) -> Result<OpenedAnswer, Problem> {
    let malformed = |why: String| Problem::new(ProblemKind::Malformed, why);
    let first = lines.next()?.ok_or_else(|| malformed("there is no entry in it".to_owned()))?;
    let run = match Entry::from_body(1, &first.body).map(|entry| entry.act.event) {
        Ok(Event::RunOpened { run, .. }) => run,
        _ => return Err(malformed("it does not begin with the opening of a run".to_owned())),
    };
    lines.ahead.push_front(first);
    let failed = |e: StoreError| crate::hub::core::storage(&e);
    if store.epoch(&run).map_err(failed)?.is_some() {
        is_the_same(store, &run, &mut lines)?;
    } else {
        let mut problem = None;
        let made = store.create(&run, 1, &mut |_| {
            lines.page().and_then(nothing_is_proved).map_err(|e| {
                let said = StoreError(e.detail.clone());
                problem = Some(e);
                said
            })
        });
        match (made, problem) {
            (Ok(()), _) => {}
            (Err(_), Some(problem)) => return Err(problem),
            (Err(error), None) => return Err(malformed(error.to_string())),
        }
    }
    let (seq, chain) = store.head(&run).map_err(failed)?;
    let epoch = store.epoch(&run).map_err(failed)?.unwrap_or_default();
    Ok(OpenedAnswer { run, epoch, head: Head { seq, chain: chain.to_string() } })
}

/// Refuses entries whose actor a hub is said to have proved. Whoever uploads could have written that,
/// and the report would say it as if it had been seen here.
fn nothing_is_proved(page: Vec<Placed>) -> Result<Vec<Placed>, Problem> {
    let proved = page.iter().find_map(|placed| {
        let sent = Envelope::read(placed.seq, &placed.body).ok()?;
        (!sent.actor().claimed).then(|| (placed.seq, sent.actor().name.clone()))
    });
    let Some((seq, person)) = proved else { return Ok(page) };
    let detail = format!(
        "entry {seq} says that a hub has proved it to be by {person}, which this hub has not seen; a \
         run that was on a hub comes back by golive hub restore FILE, on the hub's machine"
    );
    Err(Problem::new(ProblemKind::Forbidden, detail))
}

/// A run that is here may be sent again; another of the same id may not.
fn is_the_same(store: &dyn Store, run: &str, lines: &mut Lines) -> Result<(), Problem> {
    while let Some(placed) = lines.next()? {
        let here = store.chain_at(run, placed.seq).map_err(|e| crate::hub::core::storage(&e))?;
        let before = store.chain_at(run, placed.seq.saturating_sub(1));
        let before = before.map_err(|e| crate::hub::core::storage(&e))?;
        let whole = before.is_some_and(|b| b.next(placed.seq, &placed.body) == placed.chain);
        if here != Some(placed.chain) || !whole {
            let detail = format!("entry {} of the run {run} is another here", placed.seq);
            return Err(Problem::new(ProblemKind::Exists, detail));
        }
    }
    Ok(())
}

/// The lines of a body, as they come.
struct Lines {
    pieces: mpsc::Receiver<Result<Bytes, Problem>>,
    rest: Vec<u8>,
    ahead: VecDeque<Placed>,
    number: u64,
}

impl Lines {
    fn new(pieces: mpsc::Receiver<Result<Bytes, Problem>>) -> Self {
        Self { pieces, rest: Vec::new(), ahead: VecDeque::new(), number: 0 }
    }

    fn page(&mut self) -> Result<Vec<Placed>, Problem> {
        let (mut page, mut bytes) = (Vec::new(), 0);
        while page.len() < LINES
            && bytes < LINES_BYTES
            && let Some(placed) = self.next()?
        {
            bytes += placed.body.len();
            page.push(placed);
        }
        Ok(page)
    }

    fn next(&mut self) -> Result<Option<Placed>, Problem> {
        loop {
            if let Some(placed) = self.ahead.pop_front() {
                return Ok(Some(placed));
            }
            match self.pieces.blocking_recv() {
                Some(piece) => self.split(&piece?)?,
                None if self.rest.is_empty() => return Ok(None),
                None => {
                    let last = std::mem::take(&mut self.rest);
                    self.read(&last)?;
                }
            }
        }
    }

    fn split(&mut self, piece: &[u8]) -> Result<(), Problem> {
        let mut parts = piece.split_inclusive(|byte| *byte == b'\n');
        parts.try_for_each(|part| {
            if self.rest.len() + part.len() > LINE_BYTES {
                let limit = format!("a line may have {} MiB", LINE_BYTES >> 20);
                return Err(Problem::new(ProblemKind::TooLarge, limit));
            }
            self.rest.extend_from_slice(part);
            if !part.ends_with(b"\n") {
                return Ok(());
            }
            let line = std::mem::take(&mut self.rest);
            self.read(&line)
        })
    }

    fn read(&mut self, line: &[u8]) -> Result<(), Problem> {
        self.number += 1;
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let wrong = |why: String| {
            Problem::new(ProblemKind::Malformed, format!("line {} is no entry: {why}", self.number))
        };
        let ordered: Ordered = serde_json::from_slice(line).map_err(|e| wrong(e.to_string()))?;
        let chain = ordered.chain.parse().map_err(wrong)?;
        let body = ordered.unpack().ok_or_else(|| wrong("it has no body".to_owned()))?;
        self.ahead.push_back(Placed { seq: ordered.seq, chain, body });
        Ok(())
    }
}
