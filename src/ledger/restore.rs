//! Rebuilds a run from a copy: a ledger file, or JSON Lines.
#![allow(
    clippy::disallowed_methods,
    reason = "reads copies in JSON Lines, which are no ledger files"
)]

use super::chain::Chain;
use super::connection::Access;
use super::create::build;
use super::error::{ErrorKind, LedgerError};
use super::export::damaged;
use super::info::RunInfo;
use super::joined::{Joined, aside_epoch};
use super::jsonl::{Hub, read_line, read_waiting};
use super::kept::EPOCH;
use super::order::{Placed, Queued};
use super::replay::Replay;
use super::store::{Row, Store};
use super::verify::{Links, VerifyError};
use crate::run::{Entry, Envelope, Event};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A run that was rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The new ledger.
    pub path: PathBuf,
    /// The run's id.
    pub run: String,
    /// How many entries it has.
    pub entries: u64,
    /// Chain value of the last one; the same as in the copy.
    pub head: Chain,
    /// Whether the copy ended in the middle of a line (the stick was pulled), which was left out.
    pub torn: bool,
    /// How many own entries wait again for the hub, and which hub that is.
    pub waiting: Option<(u64, String)>,
}

/// Rebuilds a run in `folder` from a `.golive` file or a JSON Lines copy, following the chain all
/// the way.
///
/// # Errors
/// The copy cannot be read, or an entry of it is not sound; `folder` has the run already, which is
/// never overwritten; the new ledger cannot be written.
pub fn restore(copy: &Path, folder: &Path) -> Result<Restored, LedgerError> {
    match Store::open_copy(copy) {
        Ok(store) => {
            let run = store.meta("run")?.unwrap_or_default();
            let joined = Joined::read(&store)?;
            let queued = if joined.is_some() { store.outbox_by_name()? } else { Vec::new() };
            rebuild(copy, folder, &run, &mut |each| {
                store.read_after(0, each)?;
                Ok(joined.clone().map(|joined| Waits { joined, queued: queued.clone() }))
            })
        }
        Err(e) if e.kind == ErrorKind::Corrupt => {
            let mut lines = Lines::open(copy)?;
            if lines.begin_like_a_database()? { Err(e) } else { from_lines(copy, folder, lines) }
        }
        Err(e) => Err(e),
    }
}

/// A copy of a run, as read from wherever it is.
#[derive(Debug, Clone)]
pub struct CopyOf {
    /// The run's id.
    pub run: String,
    /// The epoch that it knows; 0 for none.
    pub epoch: u64,
    /// Its agreed entries, which follow from each other.
    pub entries: Vec<Placed>,
    /// Orders that were agreed in the same epoch before the hub knew another one, whole, the latest
    /// first.
    pub before: Vec<Vec<Placed>>,
}

/// Reads the agreed entries of a `.golive` file or a JSON Lines copy, as far as they are sound.
///
/// # Errors
/// It cannot be read, or not even its first entry is sound.
pub fn read_copy(path: &Path) -> Result<CopyOf, LedgerError> {
    let mut links = Links::default();
    let mut entries = Vec::new();
    let (mut epoch, mut aside) = (0, Vec::new());
    let mut take = |row: Row| {
        let checked = links.check(&row).map_err(|e| damaged(path, e));
        if let (Ok(()), Some(chain)) = (&checked, row.chain) {
            entries.push(Placed { seq: row.seq, chain, body: row.body });
        }
        checked
    };
    let opened = Store::open(path, Access::Read).or_else(|_| Store::open_copy(path));
    let read = match opened {
        Ok(store) => {
            let joined = Joined::read(&store)?.map(|joined| joined.epoch);
            let kept = store.meta(EPOCH)?.and_then(|text| text.parse().ok());
            epoch = joined.max(kept).unwrap_or(0);
            aside = aside_since(&store, epoch).unwrap_or_default();
            store.read_after(0, &mut take)
        }
        Err(e) if e.kind == ErrorKind::Corrupt => {
            let mut lines = Lines::open(path)?;
            if lines.begin_like_a_database()? {
                return Err(e);
            }
            std::iter::from_fn(|| lines.next().transpose()).try_for_each(|row| take(row?))
        }
        Err(e) => return Err(e),
    };
    match (links.run, read) {
        (Some(run), _) if !entries.is_empty() => {
            let before = orders_before(&run, &entries, aside);
            Ok(CopyOf { run, epoch, entries, before })
        }
        (_, Err(error)) => Err(error),
        _ => Err(LedgerError::corrupt(path, "there is no entry in it")),
    }
}

/// What was put aside within that epoch. What a restored hub has taken back is of an older one, and
/// stays taken back.
fn aside_since(store: &Store, epoch: u64) -> Result<Vec<(i64, Row)>, LedgerError> {
    let mut all = store.aside()?;
    let mut older = None;
    for (mark, _) in &all {
        let of = store.meta(&aside_epoch(mark.unsigned_abs()))?;
        if of.and_then(|text| text.parse().ok()) != Some(epoch) {
            older = Some(mark.unsigned_abs());
            break;
        }
    }
    all.retain(|(mark, _)| older.is_none_or(|older| mark.unsigned_abs() > older));
    Ok(all)
}

/// The orders that were agreed before each going back: what was put aside then follows from what is
/// before it in the order that came after. Ends at the first that does not.
fn orders_before(run: &str, entries: &[Placed], aside: Vec<(i64, Row)>) -> Vec<Vec<Placed>> {
    let mut orders: Vec<Vec<Placed>> = Vec::new();
    for tail in aside.chunk_by(|(a, _), (b, _)| a.abs() == b.abs()) {
        let first = tail.first().map_or(0, |(_, row)| row.seq);
        let after = orders.last().map_or(entries, Vec::as_slice);
        let mut order: Vec<Placed> = after.iter().filter(|e| e.seq < first).cloned().collect();
        for (_, row) in tail {
            let before = order.last().map_or_else(|| Chain::start(run), |placed| placed.chain);
            let next = before.next(row.seq, &row.body);
            if row.seq != order.len() as u64 + 1 || row.chain != Some(next) {
                return orders;
            }
            order.push(Placed { seq: row.seq, chain: next, body: row.body.clone() });
        }
        orders.push(order);
    }
    orders
}

fn from_lines(copy: &Path, folder: &Path, mut lines: Lines) -> Result<Restored, LedgerError> {
    let Some(first) = lines.next()? else {
        return Err(LedgerError::corrupt(copy, "there is no entry in it"));
    };
    let run = match Entry::from_body(1, &first.body).map(|entry| entry.act.event) {
        Ok(Event::RunOpened { run, .. }) => run,
        _ => return Err(LedgerError::corrupt(copy, "it does not begin with the opening of a run")),
    };
    let mut first = Some(first);
    let mut torn = false;
    let restored = rebuild(copy, folder, &run, &mut |each| {
        while let Some(row) = first.take().map_or_else(|| lines.next(), |row| Ok(Some(row)))? {
            each(row)?;
        }
        torn = lines.torn;
        Ok(lines.waits.take())
    })?;
    Ok(Restored { torn, ..restored })
}

type Each<'a> = &'a mut dyn FnMut(Row) -> Result<(), LedgerError>;

/// What waits for a hub.
struct Waits {
    joined: Joined,
    queued: Vec<Queued>,
}

impl Waits {
    /// Lets it wait again in a new ledger, but for what has its place there.
    fn keep(mut self, store: &Store) -> Result<Option<(u64, String)>, LedgerError> {
        let mut waiting = Vec::new();
        for queued in self.queued {
            if store.find(&queued.id.replica, queued.id.index)?.is_none() {
                waiting.push(queued);
            }
        }
        if waiting.is_empty() {
            return Ok(None);
        }
        // A copy is another machine's: what that knew of its clock says nothing here.
        self.joined.offset_ms = 0;
        self.joined.keep(store)?;
        waiting.iter().try_for_each(|queued| store.queue(queued))?;
        Ok(Some((waiting.len() as u64, self.joined.hub)))
    }
}

/// Builds the ledger from the rows that `rows` hands on.
fn rebuild(
    copy: &Path,
    folder: &Path,
    run: &str,
    rows: &mut dyn FnMut(Each<'_>) -> Result<Option<Waits>, LedgerError>,
) -> Result<Restored, LedgerError> {
    let mut links = Links::default();
    let (path, waiting) = build(folder, run, |store| {
        let waits = rows(&mut |row| {
            links.check(&row).map_err(|e: VerifyError| damaged(copy, e))?;
            store.insert(&row)
        })?;
        let waiting = waits.map_or(Ok(None), |waits| waits.keep(store))?;
        // Proves that the copy makes a run that opens, before it gets the run's name.
        RunInfo::keep(&Replay::open(store)?, store)?;
        Ok(waiting)
    })?;
    match links.head {
        Some(head) => {
            let (run, entries) = (run.to_owned(), links.seq);
            Ok(Restored { path, run, entries, head, torn: false, waiting })
        }
        None => Err(LedgerError::corrupt(copy, "there is no entry in it")),
    }
}

/// The rows of a JSON Lines copy.
struct Lines {
    path: PathBuf,
    reader: BufReader<std::fs::File>,
    number: u64,
    torn: bool,
    /// What waits for a hub, as far as read.
    waits: Option<Waits>,
}

impl Lines {
    fn open(path: &Path) -> Result<Self, LedgerError> {
        let file =
            std::fs::File::open(path).map_err(|e| LedgerError::io(path, "open the copy", &e))?;
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::new(file),
            number: 0,
            torn: false,
            waits: None,
        })
    }

    /// Whether it is an SQLite file, however damaged.
    fn begin_like_a_database(&mut self) -> Result<bool, LedgerError> {
        let start = self.reader.fill_buf();
        let start = start.map_err(|e| LedgerError::io(&self.path, "read the copy", &e))?;
        Ok(start.starts_with(b"SQLite format 3"))
    }

    /// The next entry; what waits for a hub is put aside.
    fn next(&mut self) -> Result<Option<Row>, LedgerError> {
        let line = loop {
            let mut line = Vec::new();
            self.reader
                .read_until(b'\n', &mut line)
                .map_err(|e| LedgerError::io(&self.path, "read the copy", &e))?;
            if line.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            match read_waiting(&line) {
                Some((hub, body)) => self.put_aside(hub, body)?,
                None => break line,
            }
        };
        let whole = line.ends_with(b"\n");
        let row = read_line(&line).and_then(|(seq, chain, body)| {
            let entry = Entry::from_body(seq, &body).map_err(|e| e.to_string())?;
            let (replica, index) = (entry.id.replica, entry.id.index);
            Ok(Row { seq, replica, index, body, chain: Some(chain) })
        });
        match row {
            Ok(row) => Ok(Some(row)),
            Err(_) if !whole && self.number > 1 => {
                self.torn = true;
                Ok(None)
            }
            Err(e) => {
                let what = format!("line {} is no entry: {e}", self.number);
                let next = "restore from another copy: a .golive file, an export, or the .jsonl of --copy-to";
                Err(LedgerError::new(ErrorKind::Corrupt, &self.path, what, next))
            }
        }
    }

    fn put_aside(&mut self, hub: Hub, body: Vec<u8>) -> Result<(), LedgerError> {
        let envelope = Envelope::read(0, &body).map_err(|e| {
            let what = format!("line {} cannot be read: {}", self.number, e.cause);
            LedgerError::corrupt(&self.path, what)
        })?;
        let id = envelope.id().clone();
        let waits = self.waits.get_or_insert_with(|| {
            let mut joined = Joined::to(hub.hub);
            joined.epoch = hub.epoch;
            Waits { joined, queued: Vec::new() }
        });
        if !waits.queued.iter().any(|queued| queued.id == id) {
            waits.queued.push(Queued { id, body, refused: hub.refused });
        }
        Ok(())
    }
}
