//! The record: one run, one SQLite file, every entry chained to the one before.
//!
//! [`Ledger`] is one connection with the state that its entries fold to; [`Keeper`] is the thread
//! that owns one for a program that must never wait. Whoever else acts on the same run, in another
//! process, is read before every append, under the write lock.
//!
//! A ledger file is never opened but through SQLite: POSIX drops all locks that a process has on a
//! file as soon as the process closes *any* descriptor of it, so that a plain `read` of a ledger
//! which this very process has open elsewhere would let others write into it at the same time.

mod chain;
mod clock;
mod create;
mod error;
mod filesystem;
mod info;
mod random;
mod record;
mod replay;
mod signal;
mod store;

pub use chain::Chain;
pub use clock::{Clock, RunClock};
pub use create::new_run_id;
pub use error::{AppendError, ErrorKind, LedgerError};
pub use info::RunInfo;
pub use record::Ledger;
pub use store::Access;
