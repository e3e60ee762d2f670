//! The ledger's promises, one file each.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests of files, processes and clocks say so by panicking; children report"
)]

#[path = "../support/ledger.rs"]
mod support;

mod append;
mod copies;
mod damage;
mod find;
mod many_writers;
mod refuses;
mod survives;
mod tamper;
