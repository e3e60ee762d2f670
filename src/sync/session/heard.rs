//! What a session makes of what it hears: from the ledger, from answers, from the stream.

use super::super::protocol::{Head, Hello, Page, Problem, ProblemKind, You};
use super::words::{Answer, Ledger, Output, Streamed};
use super::{Asked, Busy, COMES_BACK, Millis, PENDING, PUZZLED, SILENCE, Session};
use crate::run::EntryId;
use std::collections::HashSet;

impl Session {
    pub(super) fn ledger_is(&mut self, ledger: Ledger) {
        self.epoch = self.epoch.max(ledger.epoch);
        let first = |ledger: &Ledger| ledger.waiting.first().map(|(id, _)| id.clone());
        if first(&ledger) != first(&self.ledger) {
            self.puzzled = 0;
        }
        self.ledger = ledger;
        if self.busy == Some(Busy::Refusing) {
            self.busy = None;
        }
        let waiting: HashSet<&EntryId> = self.ledger.waiting.iter().map(|(id, _)| id).collect();
        self.known_there.retain(|id| waiting.contains(id));
        if self.known_there.is_empty() {
            self.comes_back_by = None;
        }
    }

    pub(super) fn took_in(&mut self, done: Result<(), String>, now: Millis, out: &mut Vec<Output>) {
        if let Err(reason) = done {
            // The stream is opened anew where the ledger stands, and the hub says what differs.
            self.busy = None;
            self.give_up(Some(reason), now, out);
            return;
        }
        match &self.busy {
            Some(Busy::Rejoining(next)) => {
                self.rejoin = next.clone().filter(|_| self.rejoin.is_some());
                self.busy = None;
            }
            Some(Busy::Taking) => self.busy = None,
            // What was given before these.
            Some(Busy::Comparing | Busy::Refusing) | None => {}
        }
    }

    pub(super) fn answered(
        &mut self,
        number: u64,
        answer: Answer,
        now: Millis,
        out: &mut Vec<Output>,
    ) {
        if let Answer::Time(there) = answer {
            if let Some(ahead) = self.offset.answered(number, there, now) {
                out.push(Output::FollowClock(ahead));
            }
            return;
        }
        let is = |asked: &Option<Asked>| asked.as_ref().is_some_and(|a| a.number == number);
        if is(&self.page) {
            self.page = None;
        } else if is(&self.append) {
            self.append = None;
        } else {
            if self.offset.is_asked(number) {
                self.offset.failed(now);
            }
            return;
        }
        match answer {
            Answer::Page(page) => self.paged(*page, now, out),
            Answer::Appended(appended) => {
                self.epoch = self.epoch.max(appended.epoch);
                let names = appended.entries.into_iter();
                self.known_there
                    .extend(names.map(|p| EntryId { replica: p.replica, index: p.index }));
                let waiting: HashSet<&EntryId> =
                    self.ledger.waiting.iter().map(|(id, _)| id).collect();
                self.known_there.retain(|id| waiting.contains(id));
                if !self.known_there.is_empty() {
                    self.comes_back_by = Some(now + COMES_BACK);
                }
            }
            Answer::Problem(problem) => self.problem(*problem, now, out),
            Answer::Failed(reason) => self.give_up_quietly(&reason, now, out),
            Answer::Distrusted(reason) => self.stay_away(reason, now, out),
            Answer::Time(_) => {}
        }
    }

    fn paged(&mut self, page: Page, now: Millis, out: &mut Vec<Output>) {
        if !self.is_of_an_epoch(page.epoch, now, out) {
            return;
        }
        self.known_as(page.you, out);
        let Some(from) = self.rejoin.clone() else {
            self.behind = false;
            if page.entries.is_empty() {
                self.pending.clear();
            }
            self.pending.splice(0..0, page.entries);
            return;
        };
        let last = page.entries.last().map(|e| Head { seq: e.seq, chain: e.chain.clone() });
        let reached = last.as_ref().map_or(from.seq, |last| last.seq);
        let next = last.filter(|_| reached < page.head.seq);
        self.busy = Some(Busy::Rejoining(next));
        let rejoin = Some(page.head.seq);
        out.push(Output::TakeIn { entries: page.entries, rejoin, epoch: page.epoch });
    }

    pub(super) fn streamed(
        &mut self,
        number: u64,
        what: Streamed,
        now: Millis,
        out: &mut Vec<Output>,
    ) {
        let Some(stream) = self.stream.as_mut().filter(|stream| stream.number == number) else {
            return;
        };
        // A stream that has not said hello is not open, whatever it says.
        if stream.open {
            stream.by = now + SILENCE;
        }
        match what {
            Streamed::Hello(hello) => {
                if self.is_of_an_epoch(hello.epoch, now, out) {
                    self.opened(hello, now, out);
                }
            }
            Streamed::Entry(entry) if self.pending.len() < PENDING => self.pending.push(*entry),
            Streamed::Entry(_) => self.behind = true,
            Streamed::Progress(progress) => {
                if self.stream.as_ref().is_some_and(|stream| stream.open) {
                    self.roster.heard(&progress, now);
                }
                out.push(Output::PassOn(progress));
            }
            Streamed::Alive => {}
            Streamed::Problem(problem) => {
                self.stream = None;
                self.problem(*problem, now, out);
            }
            Streamed::Ended(reason) => {
                self.stream = None;
                self.give_up_quietly(&reason, now, out);
            }
            Streamed::Distrusted(reason) => {
                self.stream = None;
                self.stay_away(reason, now, out);
            }
        }
    }

    fn opened(&mut self, hello: Hello, now: Millis, out: &mut Vec<Output>) {
        if let Some(stream) = &mut self.stream {
            stream.open = true;
            stream.by = now + SILENCE;
        }
        self.offline_since = None;
        self.trouble = None;
        self.unreachable = None;
        self.backoff.succeeded();
        self.offset.connected(now);
        self.known_as(hello.you, out);
    }

    fn known_as(&mut self, you: You, out: &mut Vec<Output>) {
        if you != You::default() {
            out.push(Output::KnownAs(you));
        }
    }

    /// Whether the hub may be listened to: not where it is of an older epoch than we are.
    fn is_of_an_epoch(&mut self, epoch: u64, now: Millis, out: &mut Vec<Output>) -> bool {
        if epoch >= self.epoch {
            self.epoch = epoch;
            return true;
        }
        let trouble = format!(
            "the hub is of epoch {epoch}, and this run has been of epoch {}: it has been restored \
             since; join the hub that has the run now",
            self.epoch
        );
        self.stay_away(trouble, now, out);
        false
    }

    fn problem(&mut self, problem: Problem, now: Millis, out: &mut Vec<Output>) {
        match problem.kind {
            ProblemKind::Diverged | ProblemKind::Epoch => {
                if !self.is_of_an_epoch(problem.epoch.unwrap_or(self.epoch), now, out) {
                    return;
                }
                self.let_go(out);
                self.busy = Some(Busy::Comparing);
                out.push(Output::Compare(problem.samples));
            }
            // The stream, or a page, brings what is missing here.
            ProblemKind::Gap | ProblemKind::Reused if self.puzzled < PUZZLED => {
                self.puzzled += 1;
                self.known_there.clear();
                self.behind = true;
            }
            ProblemKind::Refused => match problem.entry {
                Some(id) => {
                    self.busy = Some(Busy::Refusing);
                    out.push(Output::KeepRefusal(*id, problem.detail));
                }
                None => self.give_up(Some(problem.detail), now, out),
            },
            ProblemKind::Busy => self.give_up_quietly(&problem.detail, now, out),
            ProblemKind::Storage => self.give_up(Some(problem.detail), now, out),
            _ => self.stay_away(format!("{}: {}", problem.title, problem.detail), now, out),
        }
    }
}
