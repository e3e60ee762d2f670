//! Afterwards: what a night was, from its record alone. Pure: [`report`] makes a [`Report`] of a
//! run's state, and one file a format renders it ([`render`]). A new format is one file and one
//! line in [`Format`].
//!
//! What each number means is said where it is computed, in [`build`] and its files, and for
//! everybody in `runbooks/README.md`.

mod anonymise;
pub mod build;
pub mod columns;
mod csv;
mod document;
mod format;
mod html;
mod json;
mod markdown;
pub mod model;
mod open;
pub mod paper;
pub mod review;
mod section;
mod sheets;
mod table;
mod text;
mod xlsx;

pub use anonymise::anonymise;
pub use build::{Glimpse, Provenance, glimpse, report};
pub use format::{Format, RenderError, file_name, render, render_file};
pub use html::{PICTURE, picture};
pub use json::schema;
pub use model::Report;
pub use open::{OpenItem, OpenKind, open_items};
pub use section::{Section, UnknownSection, select};
pub use text::{Clock, run_word, step_symbol, step_word};
