//! The endpoint: gives everybody's entries one order, makes them durable, and hands them on.
//!
//! ```text
//! page         what people see with a browser
//!  └ http      routes, who asks, limits, streams
//!     └ desk   a thread a run takes entries in: many at once share one flush; fan-out
//!        └ core what is taken, and in which order: no socket, no clock, no thread
//! ```

pub mod core;
pub mod desk;
pub mod directory;
pub mod fan;
pub mod http;
pub mod links;
pub mod pace;
pub mod page;
pub mod restore;
mod secret;
pub mod store;
pub mod tokens;
pub mod views;

pub use core::{Core, Who};
pub use desk::Desk;
pub use directory::Directory;
pub use store::{Store, StoreError};
