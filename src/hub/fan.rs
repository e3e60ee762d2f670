//! What is handed on to the readers of a run. The latest entries are kept once for all of them, as
//! they go over the wire; whoever is further behind reads from the store. Nobody waits for a reader.

use super::pace::Pace;
use axum::body::Bytes;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::{broadcast, watch};

/// Entries that are kept for readers.
const KEPT: usize = 1_024;
/// Bytes of them, at most.
const KEPT_BYTES: usize = 4 << 20;
/// Pieces of progress that a reader may be behind before it misses some.
const PROGRESS: usize = 64;

/// An event of a stream, as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The entry's place.
    pub seq: u64,
    /// The event's text.
    pub text: Bytes,
}

/// The latest of a run, for all of its readers.
pub struct Fan {
    latest: Mutex<Latest>,
    /// The last place, and how often the run began again.
    moved: watch::Sender<(u64, u64)>,
    progress: broadcast::Sender<Bytes>,
    /// How often somebody may say where they are.
    pub pace: Pace,
}

#[derive(Default)]
struct Latest {
    frames: VecDeque<Frame>,
    bytes: usize,
}

/// What there is after a place.
pub enum After {
    /// These events, the next ones.
    Frames(Vec<Bytes>, u64),
    /// Nothing yet.
    Nothing,
    /// More than is kept: it is in the store.
    InStore,
}

impl Default for Fan {
    fn default() -> Self {
        Self {
            latest: Mutex::default(),
            moved: watch::Sender::new((0, 0)),
            progress: broadcast::Sender::new(PROGRESS),
            pace: Pace::default(),
        }
    }
}

impl Fan {
    /// Hands on entries that are durable.
    pub fn hand_on(&self, frames: impl Iterator<Item = Frame>) {
        let mut last = None;
        {
            let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
            for frame in frames {
                last = Some(frame.seq);
                latest.bytes += frame.text.len();
                latest.frames.push_back(frame);
            }
            while latest.frames.len() > KEPT || latest.bytes > KEPT_BYTES {
                let Some(oldest) = latest.frames.pop_front() else { break };
                latest.bytes -= oldest.text.len();
            }
        }
        if let Some(last) = last {
            self.moved.send_modify(|(seq, _)| *seq = last);
        }
    }

    /// The run is another: every stream ends, and whoever reads begins again.
    pub fn begin_again(&self) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Latest::default();
        self.moved.send_modify(|(seq, again)| {
            *seq = 0;
            *again += 1;
        });
    }

    /// Tells whenever something was handed on.
    pub fn moved(&self) -> watch::Receiver<(u64, u64)> {
        self.moved.subscribe()
    }

    /// What comes after that place, about so many bytes.
    pub fn after(&self, seq: u64, bytes: usize) -> After {
        let latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = latest.frames.front().map(|frame| frame.seq) else {
            let last = self.moved.borrow().0;
            return if last > seq { After::InStore } else { After::Nothing };
        };
        if seq + 1 < first {
            return After::InStore;
        }
        let from = usize::try_from(seq + 1 - first).unwrap_or(usize::MAX);
        let (mut taken, mut texts, mut last) = (0, Vec::new(), seq);
        for frame in latest.frames.range(from.min(latest.frames.len())..) {
            if taken >= bytes {
                break;
            }
            taken += frame.text.len();
            texts.push(frame.text.clone());
            last = frame.seq;
        }
        if texts.is_empty() { After::Nothing } else { After::Frames(texts, last) }
    }

    /// Passes progress on to whoever reads now.
    pub fn pass_on(&self, text: Bytes) {
        // Nobody reads: nobody has to know.
        let _ = self.progress.send(text);
    }

    /// Progress from now on.
    pub fn progress(&self) -> broadcast::Receiver<Bytes> {
        self.progress.subscribe()
    }

    /// How many read.
    pub fn readers(&self) -> usize {
        self.progress.receiver_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(from: u64, to: u64) -> impl Iterator<Item = Frame> {
        (from..=to).map(|seq| Frame { seq, text: Bytes::from(format!("{seq}")) })
    }

    fn texts(after: After) -> String {
        match after {
            After::Frames(texts, last) => {
                let texts: Vec<_> = texts.iter().map(|t| String::from_utf8_lossy(t)).collect();
                format!("{} to {last}", texts.join(" "))
            }
            After::Nothing => "nothing".to_owned(),
            After::InStore => "in store".to_owned(),
        }
    }

    #[test]
    fn the_latest_are_kept_and_the_others_are_in_the_store() {
        let fan = Fan::default();
        assert_eq!(texts(fan.after(7, 99)), "nothing");
        fan.hand_on(frames(10, 12));
        assert_eq!(texts(fan.after(9, 99)), "10 11 12 to 12");
        assert_eq!(texts(fan.after(9, 3)), "10 11 to 11");
        assert_eq!(texts(fan.after(12, 99)), "nothing");
        assert_eq!(texts(fan.after(8, 99)), "in store");
        fan.hand_on(frames(13, 13 + KEPT as u64));
        assert_eq!(texts(fan.after(12, 99)), "in store");
        fan.begin_again();
        assert_eq!(texts(fan.after(5, 99)), "nothing");
    }
}
