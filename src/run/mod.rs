//! The night: one closed set of events, one rule book, and the state that is their fold. Pure:
//! time comes in as a value.

pub mod act;
pub mod event;
pub mod refusal;
pub mod state;

pub use act::*;
pub use event::*;
pub use refusal::{Refusal, RefusalKind};
pub use state::*;
