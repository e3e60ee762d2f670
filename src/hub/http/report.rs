//! The report of a run: what `golive report` writes, from the hub's own record.

use super::Hub;
use super::answer::{Answer, problem, unhurried};
use crate::hub::core::storage;
use crate::hub::store::Store;
use crate::ledger::Chain;
use crate::report::model::Verified;
use crate::report::{
    Format, Provenance, RenderError, Section, anonymise, file_name, render_file, report, select,
};
use crate::sync::protocol::{Problem, ProblemKind};
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use chrono::SubsecRound;
use serde::Deserialize;

/// Entries whose chain is checked at a time.
const PAGE: usize = 4_096;
/// What a page may do where it is shown: nothing but look as it does.
const ONLY_SHOWN: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    format: Option<String>,
    sections: Option<String>,
    anonymise: Option<String>,
}

/// The same, understood.
struct Wanted {
    format: Format,
    sections: Vec<Section>,
    anonymised: bool,
}

pub(super) async fn written(
    State(hub): State<Hub>,
    Path(run): Path<String>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Answer {
    let asked = query.map_err(|e| problem(ProblemKind::Malformed, e.body_text()))?;
    let wanted = understood(&asked)?;
    let name = file_name(&run, wanted.format, wanted.anonymised);
    let format = wanted.format;
    let closed = |_| problem(ProblemKind::Busy, "the hub is going down");
    let turn = hub.reports.clone().acquire_owned().await.map_err(closed)?;
    let bytes = unhurried(move || {
        let bytes = rendered(&hub, &run, &wanted);
        drop(turn);
        bytes
    });
    Ok(file(bytes.await?, format, &name))
}

fn understood(asked: &Asked) -> Result<Wanted, Problem> {
    let malformed = |detail: String| Problem::new(ProblemKind::Malformed, detail);
    let format = match asked.format.as_deref() {
        None => Format::Markdown,
        Some(name) => Format::named(name)
            .ok_or_else(|| malformed(format!("format can be {}", Format::names())))?,
    };
    let sections = asked.sections.as_deref().unwrap_or_default().split(',');
    let sections = Section::all_named(sections)
        .map_err(|e| malformed(format!("{e}; there are: {}", Section::names())))?;
    let anonymised = match asked.anonymise.as_deref() {
        None | Some("false" | "no" | "0") => false,
        Some("" | "true" | "yes" | "1") => true,
        Some(_) => return Err(malformed("anonymise can be true or false".to_owned())),
    };
    Ok(Wanted { format, sections, anonymised })
}

/// The report's bytes. Takes a moment, and waits for the disk.
fn rendered(hub: &Hub, run: &str, wanted: &Wanted) -> Result<Vec<u8>, Problem> {
    let view = hub.views.of(run)?;
    let problem = broken_at(&*hub.store, run, view.state.last_seq())?.map(|seq| {
        format!("the chain of the run {run} does not hold at entry {seq} in the hub's record")
    });
    let from = Provenance {
        as_of: hub.now().trunc_subsecs(0),
        head: view.chain.to_string(),
        verified: if problem.is_some() { Verified::Unsound } else { Verified::Sound },
        problem,
        golive: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut report = report(&view.state, &from);
    if wanted.anonymised {
        anonymise(&mut report, &view.state);
    }
    select(&mut report, &wanted.sections);
    render_file(&report, wanted.format).map_err(|error| {
        let kind = match error {
            RenderError::SeveralTables(..) | RenderError::NoTable(..) => ProblemKind::Malformed,
            _ => ProblemKind::Storage,
        };
        Problem::new(kind, error.to_string())
    })
}

/// The first entry up to `last` whose chain value is not that of what is before it and in it.
fn broken_at(store: &dyn Store, run: &str, last: u64) -> Result<Option<u64>, Problem> {
    let mut chain = Chain::start(run);
    let mut after = 0;
    while after < last {
        let page = store.page(run, after, PAGE, usize::MAX).map_err(|e| storage(&e))?;
        if page.is_empty() {
            return Ok(Some(after + 1));
        }
        for placed in page {
            chain = chain.next(placed.seq, &placed.body);
            if placed.seq != after + 1 || chain != placed.chain {
                return Ok(Some(placed.seq));
            }
            after = placed.seq;
        }
    }
    Ok(None)
}

/// The answer: a page is shown, anything else is kept as a file.
fn file(bytes: Vec<u8>, format: Format, name: &str) -> Response {
    let how = if format == Format::Html { "inline" } else { "attachment" };
    let disposition = format!("{how}; filename=\"{name}\"");
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    // The name has only letters, digits, dots, lines and dashes.
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(ONLY_SHOWN));
    response
}
