//! What a session does next: gives up what takes too long, opens the stream, asks for what is
//! missing, hands the ledger what came, and sends what waits.

use super::super::protocol::{APPEND_ENTRIES, Append, PAGE_ENTRIES, Sent};
use super::words::{Output, Request};
use super::{ANSWER, Asked, BATCH_BYTES, Busy, Millis, Session, Stream};

impl Session {
    /// Gives up what takes too long.
    pub(super) fn overdue(&mut self, now: Millis, out: &mut Vec<Output>) {
        let late = |asked: &Option<Asked>| asked.as_ref().is_some_and(|asked| asked.by <= now);
        let silent = self.stream.as_ref().is_some_and(|stream| stream.by <= now);
        if late(&self.page) || late(&self.append) || silent {
            self.give_up_quietly("no answer", now, out);
        }
        self.offset.overdue(now);
        if self.comes_back_by.is_some_and(|by| by <= now) {
            self.comes_back_by = None;
            self.known_there.clear();
            self.behind = true;
        }
    }

    /// Does what can be done next.
    pub(super) fn go_on(&mut self, now: Millis, out: &mut Vec<Output>) {
        if self.backoff.until().is_some_and(|until| until > now) {
            return;
        }
        self.backoff.waited();
        if self.busy.is_some() || self.ledger.head.is_none() {
            return;
        }
        if self.rejoin.is_some() {
            self.ask_for_page(now, out);
            return;
        }
        self.take_pending(out);
        if self.busy.is_some() {
            return;
        }
        match &self.stream {
            None => self.open_stream(now, out),
            Some(stream) if stream.open => {
                if self.behind {
                    self.ask_for_page(now, out);
                } else {
                    self.append(now, out);
                }
                let number = self.numbers + 1;
                if self.offset.ask(number, now) {
                    self.numbers = number;
                    out.push(Output::Ask(number, Request::Time));
                }
            }
            Some(_) => {}
        }
    }

    fn open_stream(&mut self, now: Millis, out: &mut Vec<Output>) {
        let Some(head) = self.ledger.head.clone() else { return };
        let number = self.number();
        self.stream = Some(Stream { number, open: false, by: now + ANSWER });
        out.push(Output::OpenStream(number, head));
    }

    fn ask_for_page(&mut self, now: Millis, out: &mut Vec<Output>) {
        let after = self.rejoin.clone().or_else(|| self.ledger.head.clone());
        let (None, Some(after)) = (&self.page, after) else { return };
        let number = self.number();
        self.page = Some(Asked { number, by: now + ANSWER });
        out.push(Output::Ask(number, Request::Page { after, limit: PAGE_ENTRIES }));
    }

    /// Gives the ledger what came and follows from where it is.
    fn take_pending(&mut self, out: &mut Vec<Output>) {
        let seq = self.seq();
        self.pending.retain(|entry| entry.seq > seq);
        self.pending.sort_by_key(|entry| entry.seq);
        self.pending.dedup_by_key(|entry| entry.seq);
        let follows = self.pending.iter().zip(seq + 1..).take_while(|(e, next)| e.seq == *next);
        let count = follows.count();
        if count == 0 {
            self.behind |= !self.pending.is_empty();
            return;
        }
        let entries = self.pending.drain(..count).collect();
        self.busy = Some(Busy::Taking);
        out.push(Output::TakeIn { entries, rejoin: None, epoch: self.epoch });
    }

    fn append(&mut self, now: Millis, out: &mut Vec<Output>) {
        let (None, Some(after)) = (&self.append, self.ledger.head.clone()) else { return };
        let mut bytes = 0;
        let fresh = self.ledger.waiting.iter().filter(|(id, _)| !self.known_there.contains(id));
        let entries: Vec<Sent> = fresh
            .take(APPEND_ENTRIES)
            .take_while(|(_, sent)| {
                let first = bytes == 0;
                bytes += sent.unpack().map_or(0, |body| body.len());
                first || bytes <= BATCH_BYTES
            })
            .map(|(_, sent)| sent.clone())
            .collect();
        if entries.is_empty() {
            return;
        }
        let number = self.number();
        self.append = Some(Asked { number, by: now + ANSWER });
        let append = Append { epoch: self.epoch, after, entries };
        out.push(Output::Ask(number, Request::Append(append)));
    }
}
