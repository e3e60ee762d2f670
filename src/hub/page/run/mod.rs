//! The stakeholders' page of a run: what everybody may know, and nothing that was said among those who
//! work. No note that is not public, no vote before its decision, no telephone number, no evidence.
//!
//! Each part of the page has a name and is always there, so that a script can put the newest in its
//! place without touching the others.

mod answer;
mod board;
mod decisions;
mod document;
mod phases;
mod picture;
mod rollback;
mod standing;
mod told;
mod work;

pub(super) use answer::{page, stream};
pub use board::Boards;
pub use document::{Document, document};

use crate::report::Glimpse;
use crate::run::{Forecast, RunState, Time};
use maud::{Markup, html};

/// A run at a moment, and what can be told of it.
struct Told<'a> {
    state: &'a RunState,
    glimpse: &'a Glimpse,
    now: Time,
    /// Whether it is a demonstration.
    demo: bool,
}

impl<'a> Told<'a> {
    /// Where the run is heading.
    fn outlook(&self) -> &'a Forecast {
        &self.glimpse.outlook
    }
}

/// A part of the page: a landmark with a heading; hidden where there is nothing to say.
fn part(name: &str, heading: &str, body: Option<Markup>) -> Markup {
    let id = format!("{name}-heading");
    html! {
        section data-part=(name) aria-labelledby=(id) hidden[body.is_none()] {
            h2 id=(id) { (heading) }
            @if let Some(body) = body { (body) }
        }
    }
}
