//! What the ledger's thread has to say to the session. Neither ever waits for the other: of the
//! ledger's state only the latest matters, and there is never more than one answer to a request.

use crate::sync::protocol::Progress;
use crate::sync::session::{Input, Ledger, Place};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Answers and pieces of progress that are kept.
const KEPT: usize = 64;

/// See the module.
#[derive(Default)]
pub struct Mailbox {
    inside: Mutex<Inside>,
    news: Notify,
}

#[derive(Default)]
struct Inside {
    ledger: Option<Ledger>,
    answers: VecDeque<Input>,
    progress: VecDeque<Progress>,
    here: Option<Place>,
    over: bool,
}

/// One thing to take in.
pub(super) enum Letter {
    Input(Box<Input>),
    Progress(Progress),
}

impl Mailbox {
    /// The ledger stands like this now.
    pub fn ledger(&self, ledger: Ledger) {
        self.inside().ledger = Some(ledger);
        self.news.notify_one();
    }

    /// The ledger answers.
    pub fn answer(&self, answer: Input) {
        let mut inside = self.inside();
        if inside.answers.len() < KEPT {
            inside.answers.push_back(answer);
        }
        drop(inside);
        self.news.notify_one();
    }

    /// Somebody sits here, at this place; of several places only the latest is told.
    pub fn here(&self, place: Place) {
        self.inside().here = Some(place);
        self.news.notify_one();
    }

    /// Tells the others something that is never stored. The oldest gives way.
    pub fn progress(&self, progress: Progress) {
        let mut inside = self.inside();
        if inside.progress.len() >= KEPT {
            inside.progress.pop_front();
        }
        inside.progress.push_back(progress);
        drop(inside);
        self.news.notify_one();
    }

    /// There is nothing more to say.
    pub(super) fn end(&self) {
        self.inside().over = true;
        self.news.notify_one();
    }

    pub(super) fn is_over(&self) -> bool {
        self.inside().over
    }

    pub(super) async fn news(&self) {
        self.news.notified().await;
    }

    /// Everything since the last time: the ledger's state before its answers.
    pub(super) fn collect(&self) -> Vec<Letter> {
        let mut inside = self.inside();
        let ledger = inside.ledger.take().map(Input::Ledger).into_iter();
        let here = inside.here.take().map(Input::Here);
        let inputs = ledger.chain(std::mem::take(&mut inside.answers)).chain(here);
        let mut letters: Vec<_> = inputs.map(|input| Letter::Input(Box::new(input))).collect();
        letters.extend(std::mem::take(&mut inside.progress).into_iter().map(Letter::Progress));
        letters
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
