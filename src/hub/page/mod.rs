//! Pages for people with a browser: server-rendered, right without JavaScript.
//!
//! ```text
//! shell    head, looks and headers of every page
//! error    what goes wrong, as a page
//! list     the runs
//! me       what one person has to do
//! run      where a run stands, for stakeholders, live
//! ```

pub mod error;
mod list;
mod me;
pub mod run;
pub mod shell;

pub use me::OWNER;

use super::http::routes::Body;
use super::http::{Need, Route};
use axum::routing::get;

/// The pages.
pub const PAGES: &[Route] = &[
    Route {
        method: "GET",
        path: "/",
        need: Need::Token,
        about: "The runs, as a page",
        query: &[],
        takes: Body::None,
        answers: Body::Text("text/html"),
        handler: || get(list::page),
    },
    Route {
        method: "GET",
        path: "/runs/{run}",
        need: Need::Page,
        about: "Where a run stands, as a page for stakeholders",
        query: &[],
        takes: Body::None,
        answers: Body::Text("text/html"),
        handler: || get(run::page),
    },
    Route {
        method: "GET",
        path: "/runs/{run}/stream",
        need: Need::Page,
        about: "Server-Sent Events for that page: `clock`, and `parts` whenever there are other ones",
        query: &[("version", "The version of the parts that the reader has")],
        takes: Body::None,
        answers: Body::Text("text/event-stream"),
        handler: || get(run::stream),
    },
];
