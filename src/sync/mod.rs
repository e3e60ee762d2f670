//! The wire: what a hub and its clients say to each other, and how a client behaves.
//!
//! [`protocol`] has the routes, the data and the problems; golden files freeze them. [`Session`] is
//! the whole logic of a client as a pure state machine, without socket and clock, so that thousands
//! of them can be run in a test.

pub mod client;
pub mod protocol;
pub mod reach;
pub mod session;

pub use protocol::{Problem, ProblemKind};
pub use session::Session;
