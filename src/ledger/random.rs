//! Random names.

use std::hash::{BuildHasher, RandomState};

/// A word of that many lower-case letters and digits, without those that are mistaken for others
/// when read out. From the system's entropy, which is what keys a `RandomState`.
pub fn random_word(length: usize) -> String {
    const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut word = String::with_capacity(length);
    while word.len() < length {
        let bits = RandomState::new().hash_one(word.len());
        let sign = |shift| SIGNS.get((bits >> shift) as usize & 31).copied().unwrap_or(b'0');
        word.extend((0..60).step_by(5).map(|shift| char::from(sign(shift))));
    }
    word.truncate(length);
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn words_have_their_length_and_do_not_repeat() {
        let words: HashSet<_> = (0..1_000).map(|_| random_word(16)).collect();
        assert_eq!(words.len(), 1_000);
        assert!(
            words.iter().all(|w| w.len() == 16 && w.bytes().all(|b| b.is_ascii_alphanumeric()))
        );
    }
}
