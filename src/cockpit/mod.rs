//! The screen. `model`, `msg`, `action`, `keymap`, `update`, `effect` and `view` are pure: a
//! session can be recorded, replayed and compared. `terminal` is the only part that touches one.

pub mod action;
pub mod card;
pub mod effect;
pub mod key;
pub mod keymap;
pub mod layout;
pub mod model;
pub mod msg;
pub mod stand_in;
