//! Chance that can be asked for again: the same seed and the same question have the same answer.

use crate::runbook::Secs;

/// Answers drawn from a seed; not a stream, so that nothing depends on who asked first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice {
    seed: u64,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed itself.
    pub(super) fn seed(self) -> u64 {
        self.seed
    }

    /// A number of `low..=high`; `low` where that is no range.
    pub(super) fn between(self, question: &str, low: Secs, high: Secs) -> Secs {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
        low.saturating_add(Secs::try_from(self.draw(question) % width.max(1)).unwrap_or(0))
    }

    /// Whether something happens that happens in so many of a hundred cases.
    pub(super) fn happens(self, question: &str, percent: u64) -> bool {
        self.draw(question) % 100 < percent
    }

    /// One of several.
    pub(super) fn one_of<'a, T>(self, question: &str, of: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(of.len()).ok().filter(|count| *count > 0)?;
        of.get(usize::try_from(self.draw(question) % count).ok()?)
    }

    /// FNV-1a over the question, then the finalizer of SplitMix64 (Sebastiano Vigna).
    fn draw(self, question: &str) -> u64 {
        let mut z = self.seed ^ 0xcbf2_9ce4_8422_2325;
        for byte in question.bytes() {
            z = (z ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_others_have_others() {
        let (one, two) = (Dice::new(1), Dice::new(2));
        let asked: Vec<Secs> = (0..50).map(|n| one.between(&format!("q{n}"), 0, 1_000)).collect();
        let again: Vec<Secs> = (0..50).map(|n| one.between(&format!("q{n}"), 0, 1_000)).collect();
        let other: Vec<Secs> = (0..50).map(|n| two.between(&format!("q{n}"), 0, 1_000)).collect();
        assert_eq!(asked, again);
        assert_ne!(asked, other);
        assert!(asked.iter().all(|n| (0..=1_000).contains(n)));
        let mean: Secs = asked.iter().sum::<Secs>() / 50;
        assert!((250..750).contains(&mean), "{mean}");
    }

    #[test]
    fn odd_ranges_and_empty_choices_are_answered() {
        let dice = Dice::new(7);
        assert_eq!(dice.between("x", 5, 5), 5);
        assert_eq!(dice.between("x", 5, 1), 5);
        assert_eq!(dice.one_of::<u8>("x", &[]), None);
        assert!(!dice.happens("x", 0) && dice.happens("x", 100));
    }
}
