//! How far the hub's clock is ahead of this machine's: measured as NTP does, from when it was asked,
//! what it answered, and when the answer came; the quickest of the last answers counts.

use super::Millis;
use std::collections::VecDeque;

/// Measurements right after connecting, before they become rare.
const AT_FIRST: u32 = 4;
/// Between those, milliseconds.
const SOON: Millis = 1_000;
/// Between the later ones.
const LATER: Millis = 120_000;
/// How long an answer may take.
const ANSWER: Millis = 10_000;
/// How many answers are remembered.
const KEPT: usize = 8;
/// A difference this small is none.
const NONE: i64 = 50;

#[derive(Debug)]
pub(super) struct Offset {
    followed: i64,
    /// Quickness and offset of the last answers.
    measured: VecDeque<(Millis, i64)>,
    asked: Option<(u64, Millis)>,
    next: Option<Millis>,
    count: u32,
}

impl Offset {
    pub(super) fn new(followed: i64) -> Self {
        Self { followed, measured: VecDeque::new(), asked: None, next: None, count: 0 }
    }

    pub(super) fn connected(&mut self, now: Millis) {
        self.measured.clear();
        self.count = 0;
        self.next = Some(now);
    }

    pub(super) fn disconnected(&mut self) {
        self.asked = None;
        self.next = None;
    }

    pub(super) fn wake_at(&self) -> Option<Millis> {
        self.asked.map(|(_, at)| at + ANSWER).or(self.next)
    }

    pub(super) fn is_asked(&self, number: u64) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == number)
    }

    /// Whether to ask now, under that number.
    pub(super) fn ask(&mut self, number: u64, now: Millis) -> bool {
        let due = self.asked.is_none() && self.next.is_some_and(|at| at <= now);
        if due {
            self.asked = Some((number, now));
            self.next = None;
        }
        due
    }

    /// Takes an answer in; answers what is to be followed, where that has changed.
    pub(super) fn answered(&mut self, number: u64, there: Millis, now: Millis) -> Option<i64> {
        let (_, sent) = self.asked.filter(|(asked, _)| *asked == number)?;
        self.plan(now);
        let took = now.checked_sub(sent).filter(|took| *took >= 0)?;
        let ahead = there.checked_sub(sent.checked_add(took / 2)?)?;
        if self.measured.len() >= KEPT {
            self.measured.pop_front();
        }
        self.measured.push_back((took, ahead));
        let (took, best) = self.measured.iter().min_by_key(|(took, _)| *took).copied()?;
        // The answer may have been on its way for all of that time, or for none.
        let doubt = NONE.max(took / 2);
        let differs = best.abs_diff(self.followed) > doubt.unsigned_abs();
        differs.then(|| {
            self.followed = best;
            best
        })
    }

    pub(super) fn failed(&mut self, now: Millis) {
        self.plan(now);
    }

    pub(super) fn overdue(&mut self, now: Millis) {
        if self.asked.is_some_and(|(_, at)| at + ANSWER <= now) {
            self.plan(now);
        }
    }

    fn plan(&mut self, now: Millis) {
        self.asked = None;
        self.count = self.count.saturating_add(1);
        self.next = Some(now + if self.count < AT_FIRST { SOON } else { LATER });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_answer_counts_and_small_differences_do_not() {
        let mut offset = Offset::new(0);
        offset.connected(0);
        assert!(offset.ask(1, 0));
        assert!(!offset.ask(2, 0), "one at a time");
        // Two seconds on the way: the hub is ten minutes ahead, give or take one.
        assert_eq!(offset.answered(1, 601_000, 2_000), Some(600_000));
        assert!(offset.ask(3, 3_000));
        assert_eq!(offset.answered(3, 603_500, 3_020), Some(600_490));
        assert!(offset.ask(4, 4_020));
        assert_eq!(offset.answered(4, 604_540, 4_040), None, "the same but for the way");
        assert_eq!(offset.answered(4, 999_999, 4_050), None, "answered twice");
    }

    #[test]
    fn what_is_not_answered_is_asked_again() {
        let mut offset = Offset::new(0);
        offset.connected(0);
        assert!(offset.ask(1, 0));
        assert_eq!(offset.wake_at(), Some(ANSWER));
        offset.overdue(ANSWER);
        assert_eq!(offset.answered(1, 5, ANSWER), None, "too late");
        assert_eq!(offset.wake_at(), Some(ANSWER + SOON));
        offset.disconnected();
        assert_eq!(offset.wake_at(), None);
    }
}
