//! Pages for people with a browser: server-rendered, right without JavaScript.
//!
//! ```text
//! shell    head, looks and headers of every page
//! error    what goes wrong, as a page
//! list     the runs
//! ```

pub mod error;
mod list;
pub mod shell;

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
