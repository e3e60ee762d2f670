//! golive: a terminal cockpit for go-live day.

pub mod cli;
pub mod cockpit;
pub mod ledger;
pub mod run;
pub mod runbook;
