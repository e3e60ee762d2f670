//! The hash chain that ties every entry to the ones before it.

use sha2::{Digest, Sha256};

/// One link: SHA-256 of the previous link, the entry's `seq` (8 bytes, big-endian) and its body
/// as stored. Shown and parsed as lower-case hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chain([u8; 32]);

impl Chain {
    /// What comes before the first entry: SHA-256 of the run's id.
    pub fn start(run: &str) -> Self {
        Self(Sha256::digest(run.as_bytes()).into())
    }

    /// The link of the entry with this place and body, which follows `self`.
    #[must_use]
    pub fn next(&self, seq: u64, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(seq.to_be_bytes());
        hash.update(body);
        Self(hash.finalize().into())
    }

    /// The 32 bytes as stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads what [`Chain::as_bytes`] gave; none unless there are 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for Chain {
    type Err = String;

    /// # Errors
    /// The text is not 64 hex digits.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "a chain value is 64 hex digits".to_owned();
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipe_is_the_published_one() {
        let by_hand = {
            let mut bytes = Sha256::digest(b"demo-1").to_vec();
            bytes.extend([0, 0, 0, 0, 0, 0, 0, 1]);
            bytes.extend(b"{}");
            Sha256::digest(&bytes)
        };
        assert_eq!(Chain::start("demo-1").next(1, b"{}").as_bytes(), by_hand.as_slice());
    }

    #[test]
    fn hex_goes_both_ways_and_rubbish_is_refused() {
        let chain = Chain::start("x");
        assert_eq!(chain.to_string().parse(), Ok(chain));
        for bad in ["", "00", &"g".repeat(64), &"é".repeat(32), &"+1".repeat(32)] {
            assert!(bad.parse::<Chain>().is_err(), "{bad}");
        }
    }
}
