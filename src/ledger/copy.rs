//! A second copy of a run, as it happens, in another place: a stick, a synced folder. Its trouble
//! is its own: the run never waits for it.
#![allow(
    clippy::disallowed_methods,
    reason = "keeps the files of a second copy, which are no ledger files"
)]

use super::chain::Chain;
use super::checklist::checklist;
use super::connection::Access;
use super::error::LedgerError;
use super::export::Outbox;
use super::jsonl::{read_line, read_waiting, write_line};
use super::private::private_file;
use super::replay::Replay;
use super::store::Store;
use crate::run::EntryId;
use std::fs::{DirBuilder, File};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// How a second copy is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopyState {
    /// Everything recorded is in it.
    UpToDate,
    /// It is behind, and why; it catches up by itself.
    Behind(LedgerError),
}

/// How long after a failure it is tried again.
const AGAIN: Duration = Duration::from_secs(3);

/// How long a closing program waits for the last entries to reach the copy.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// The thread that keeps a copy. It reads from the ledger itself, so that nothing has to be
/// queued for it: it is only told that there is something new.
pub(super) struct Copier {
    wake: SyncSender<()>,
    ended: Receiver<()>,
}

impl Copier {
    /// Begins a copy of the ledger in `folder`: `<run>.jsonl` and `<run>.txt`. What is there
    /// already of the same run is gone on with. `report` hears of every change of condition.
    pub fn spawn(
        ledger: PathBuf,
        folder: PathBuf,
        report: impl Fn(CopyState) + Send + 'static,
    ) -> io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let (end, ended) = sync_channel(1);
        std::thread::Builder::new().name("copy".to_owned()).spawn(move || {
            keep(
                Copy { ledger, was_mount: is_mount(&folder), folder, source: None, end: None },
                &woken,
                report,
            );
            let _ = end.send(());
        })?;
        let copier = Self { wake, ended };
        copier.wake();
        Ok(copier)
    }

    /// Says that there is something new. Never waits.
    pub fn wake(&self) {
        // Full: it has been told already and will see this, too.
        let _ = self.wake.try_send(());
    }

    /// Lets the last entries reach the copy; not for long, for a dead stick may hang.
    pub fn finish(self) {
        self.wake();
        drop(self.wake);
        let _ = self.ended.recv_timeout(LAST_WAIT);
    }
}

fn keep(mut copy: Copy, woken: &Receiver<()>, report: impl Fn(CopyState)) {
    let mut state = None;
    let mut tell = |new: CopyState| {
        if state.as_ref() != Some(&new) {
            report(new.clone());
            state = Some(new);
        }
    };
    let mut behind = false;
    loop {
        let next = if behind {
            woken.recv_timeout(AGAIN)
        } else {
            woken.recv().map_err(|_| RecvTimeoutError::Disconnected)
        };
        if next == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        let done = copy.catch_up();
        behind = done.is_err();
        tell(match done {
            Ok(()) => CopyState::UpToDate,
            Err(e) => CopyState::Behind(e),
        });
    }
}

/// A copy and how far it is.
struct Copy {
    ledger: PathBuf,
    folder: PathBuf,
    /// Whether the folder is where a disk is mounted: when that is gone, an empty folder of the
    /// same name remains, which is not the stick.
    was_mount: bool,
    source: Option<(Store, Replay)>,
    end: Option<End>,
}

/// How far the JSON Lines copy is known to be good.
#[derive(Clone, Copy)]
struct End {
    seq: u64,
    /// Bytes up to the end of that entry.
    length: u64,
    /// Bytes of all of it: what waits for a hub stands behind the entries, and is written anew.
    total: u64,
}

impl Copy {
    fn catch_up(&mut self) -> Result<(), LedgerError> {
        // Whatever fails, the next try looks at what is there with new eyes.
        let end = self.end.take();
        self.look_at_the_folder()?;
        let (store, replay) = match &mut self.source {
            Some(source) => {
                source.1.catch_up(&source.0)?;
                source.1.news.clear();
                source
            }
            none => {
                let store = Store::open(&self.ledger, Access::Read)?;
                let replay = Replay::open(&store)?;
                none.insert((store, replay))
            }
        };
        let lines = self.folder.join(format!("{}.jsonl", replay.state.run));
        let failed = |path: &Path, e: &io::Error| trouble(path, e);
        let length = |path: &Path| length(path).map_err(|e| failed(path, &e));
        // Where a hub has put the entries into another order, the copy is of the one before.
        let same_order = !std::mem::take(&mut replay.refolded);
        let end = match end {
            Some(end) if same_order && length(&lines)? == end.total => end,
            _ => good_end(&lines, store)?,
        };
        let end = append(&lines, store, end)?;
        let text = checklist(&replay.state, replay.seq, replay.head, replay.last_at);
        let name = format!("{}.txt", replay.state.run);
        replace(&self.folder, &name, text.as_bytes())
            .map_err(|e| failed(&self.folder.join(&name), &e))?;
        self.end = Some(end);
        Ok(())
    }

    fn look_at_the_folder(&mut self) -> Result<(), LedgerError> {
        if self.was_mount && !is_mount(&self.folder) {
            let gone =
                io::Error::new(io::ErrorKind::NotFound, "the disk that was mounted there is gone");
            return Err(trouble(&self.folder, &gone));
        }
        self.was_mount |= is_mount(&self.folder);
        match DirBuilder::new().mode(0o700).create(&self.folder) {
            Err(e) if !self.folder.is_dir() => Err(trouble(&self.folder, &e)),
            _ => Ok(()),
        }
    }
}

fn trouble(path: &Path, cause: &io::Error) -> LedgerError {
    let next = "the run is not disturbed, and the copy catches up by itself";
    LedgerError { next: next.to_owned(), ..LedgerError::io(path, "keep the copy", cause) }
}

/// Where a copy found in the folder can be gone on with: after its last whole line, if that is an
/// entry of this ledger; else at the start, with all of it written anew.
fn good_end(path: &Path, store: &Store) -> Result<End, LedgerError> {
    let anew = End { seq: 0, length: 0, total: 0 };
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        let odd = io::Error::new(io::ErrorKind::InvalidInput, "there is something that is no file");
        return Err(trouble(path, &odd));
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(anew),
        Err(e) => return Err(trouble(path, &e)),
    };
    let mut reader = BufReader::new(file);
    let (mut line, mut last, mut length) = (Vec::new(), Vec::new(), 0_u64);
    let mut total = 0_u64;
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line).map_err(|e| trouble(path, &e))?;
        if read == 0 || !line.ends_with(b"\n") {
            break;
        }
        total += read as u64;
        if read_waiting(&line).is_none() {
            length = total;
            std::mem::swap(&mut line, &mut last);
        }
    }
    let Ok((seq, chain, _)) = read_line(&last) else { return Ok(anew) };
    let same = store.at(seq)?.is_some_and(|row| row.chain == Some(chain));
    Ok(if same { End { seq, length, total } } else { anew })
}

/// Adds all entries after `end`, durably; answers the new end.
fn append(path: &Path, store: &Store, end: End) -> Result<End, LedgerError> {
    let failed = |e: io::Error| trouble(path, &e);
    let mut file = private_file(path).truncate(false).open(path).map_err(failed)?;
    // Half a line, from when the disk was full, goes; so does another history under this name.
    file.set_len(end.length).map_err(failed)?;
    file.seek(SeekFrom::Start(end.length)).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let (mut seq, mut length) = (end.seq, end.length);
    // Before the entries: what is ordered meanwhile is then in both, and not in neither.
    let mut outbox = Outbox::read(store)?;
    store.read_after(end.seq, |row| {
        outbox.arrived(&EntryId { replica: row.replica.clone(), index: row.index });
        let lost = || LedgerError::corrupt(store.path(), format!("entry {} is damaged", row.seq));
        let chain: Chain = row.chain.ok_or_else(lost)?;
        seq = row.seq;
        write_line(&mut out, &row, chain).map_err(failed)
    })?;
    if seq > end.seq {
        length = out.stream_position().map_err(failed)?;
    }
    outbox.write(&mut out).map_err(failed)?;
    let mut file = out.into_inner().map_err(|e| failed(e.into_error()))?;
    file.sync_data().map_err(failed)?;
    let total = file.stream_position().map_err(failed)?;
    Ok(End { seq, length, total })
}

/// Writes a small file so that it is there complete, the old or the new.
fn replace(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let aside = folder.join(format!(".{name}.tmp"));
    let mut file = private_file(&aside).truncate(true).open(&aside)?;
    file.write_all(content)?;
    file.sync_data()?;
    std::fs::rename(aside, folder.join(name))
}

fn length(path: &Path) -> io::Result<u64> {
    match path.metadata() {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
        other => other.map(|meta| meta.len()),
    }
}

/// Whether another disk begins at this folder.
fn is_mount(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: PathBuf| path.metadata().map(|meta| meta.dev());
        match (device(folder.to_owned()), device(folder.join(".."))) {
            (Ok(here), Ok(above)) => here != above,
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}
