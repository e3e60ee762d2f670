//! Pages for people with a browser: server-rendered, right without JavaScript.
//!
//! ```text
//! shell    head, looks and headers of every page
//! error    what goes wrong, as a page
//! list     the runs
//! me       what one person has to do
//! ```

pub mod error;
mod list;
mod me;
pub mod shell;

pub use me::OWNER;

use super::http::routes::Body;
use super::http::{Need, Route};
use axum::routing::get;

/// The pages.
pub const PAGES: &[Route] = &[Route {
    method: "GET",
    path: "/",
    need: Need::Token,
    about: "The runs, as a page",
    query: &[],
    takes: Body::None,
    answers: Body::Text("text/html"),
    handler: || get(list::page),
}];
