//! The screen. `model`, `msg`, `action`, `keymap`, `update`, `effect` and `view` are pure: a
//! session can be recorded, replayed and compared. `terminal` is the only part that touches one.

pub mod action;
pub mod card;
mod cards;
pub mod config;
pub mod effect;
pub mod key;
pub mod keymap;
pub mod layout;
pub mod markdown;
pub mod model;
pub mod msg;
mod panes;
pub mod terminal;
pub mod theme;
mod update;
pub mod view;

pub use panes::{about_entry, log_kind};
pub use update::{BURST_GAP, CALM_GAP, ENTER_WAIT, update};
