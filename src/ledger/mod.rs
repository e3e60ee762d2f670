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
mod checklist;
mod clock;
mod connection;
mod copy;
mod create;
mod error;
mod export;
mod filesystem;
mod find;
mod info;
mod joined;
mod jsonl;
mod keeper;
mod kept;
mod opening;
pub mod order;
mod pace;
mod place;
mod plan_cache;
mod private;
mod random;
mod record;
mod replay;
mod restore;
mod sharing;
mod signal;
mod store;
mod verify;

pub use chain::Chain;
pub use clock::{Clock, RunClock};
pub use connection::Access;
pub use copy::CopyState;
pub use create::new_run_id;
pub use error::{AppendError, ErrorKind, LedgerError};
pub use export::{Exported, export_file, export_jsonl, export_record};
pub use find::{Listed, default_data_dir, find, list};
pub use info::RunInfo;
pub use joined::{Joined, TakeError};
pub use keeper::{Keeper, NotTaken, Notice, Request, Requests, Share};
pub use kept::Kept;
pub use opening::{OpeningLock, lock_opening};
pub use pace::PacedClock;
pub use private::{make_private_folder, private_file};
pub use random::random_word;
pub use record::Ledger;
pub use restore::{CopyOf, Restored, read_copy, restore};
pub use sharing::{Sharing, WAITING_LIMIT, open_joined, receive};
pub use signal::outlive_size_limits;
pub use verify::{Verified, VerifyError, verify, verify_against};
