//! A page link that was just made: shown once, and only for a while.

use crate::run::Time;
use crate::sync::protocol::PageOf;

/// How long a link stays on the screen, in seconds: it is a secret, and screens are shared.
pub const LINK_SECS: i64 = 120;

/// A page link on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkShown {
    /// Whose page it opens.
    pub page: PageOf,
    /// The whole address, with the secret.
    pub url: String,
    /// Shown until then.
    pub until: Time,
}
