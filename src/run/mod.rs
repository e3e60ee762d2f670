//! The night: one closed set of events, one rule book, and the state that is their fold. Pure:
//! time comes in as a value.

pub mod acquaintance;
pub mod act;
pub mod amiss;
pub mod approval;
pub mod clock;
pub mod correction;
mod describe;
mod effect;
pub mod envelope;
pub mod event;
mod fold;
pub mod forecast;
mod intervals;
pub mod ladder;
pub mod mention;
pub mod message;
mod numbers;
mod plan;
mod progress;
pub mod query;
pub mod refusal;
mod revision;
mod rules;
pub mod rungs;
pub mod state;
pub mod status;
mod texts;
pub mod timeline;
pub mod timers;
mod waiting;
pub mod what_if;
pub mod words;

pub use acquaintance::{Stranger, stranger};
pub use act::*;
pub use amiss::{Amiss, AmissKind};
pub use approval::{Approval, approval};
pub use correction::{Mendable, mendable};
pub use describe::describe;
pub use envelope::Envelope;
pub use event::*;
pub use fold::{OpenError, apply, fold, open, open_with};
pub use forecast::{
    Chance, Expected, Forecast, Forecaster, Odds, Outlook, Prospect, Rag, RollBack, StreamForecast,
    WayBack, after_next_text, chance, chance_percent, chance_text, forecast, preview,
    roll_back_text,
};
pub use intervals::Stretch;
pub use ladder::Recycled;
pub use mention::{Callable, Mention, mentions};
pub use message::{fill, rag_word, slip_text, t_clock_text};
pub use query::{Counts, Owed};
pub use refusal::{Refusal, RefusalKind};
pub use rules::{TEXT_LIMIT, check};
pub use state::*;
pub use status::{Status, status};
pub use timers::{Call, Deadline, Due, IntervalTimer, LateStart, WaitLeft};
pub use waiting::Awaited;
pub use what_if::{Moved, what_if};
pub use words::*;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// A moment, UTC, stored with milliseconds.
pub type Time = DateTime<Utc>;

/// SHA-256 of some bytes, in lower-case hex: how events name texts.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
