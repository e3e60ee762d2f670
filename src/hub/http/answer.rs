//! Answers: JSON, and problems as of RFC 9457.

use crate::sync::protocol::{Problem, ProblemKind};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long the body of a request may take.
const BODY: Duration = Duration::from_secs(30);

/// How much of a body that is too large is read on, in bytes, so that whoever sends it comes to
/// read the answer; beyond that the connection is closed on them.
const DRAINED: u64 = 16 << 20;

/// A problem as an answer.
pub struct Failed(pub Problem);

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// What handlers answer.
pub type Answer<T = Response> = Result<T, Failed>;

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = json(self.0.status, &self.0);
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if self.0.kind == ProblemKind::Unauthorized {
            let how = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        if self.0.kind == ProblemKind::Busy {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // For whoever would rather read it as a page.
        response.extensions_mut().insert(self.0);
        response
    }
}

/// JSON with that status.
pub fn json(status: u16, value: &impl Serialize) -> Response {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A problem of that kind.
pub fn problem(kind: ProblemKind, detail: impl Into<String>) -> Failed {
    Failed(Problem::new(kind, detail))
}

/// A request's body as JSON: not too large, not too slow.
///
/// # Errors
/// It is, or it is no such JSON.
pub async fn read_json<T: DeserializeOwned>(body: Body, limit: usize) -> Answer<T> {
    let bytes = read(body, limit).await?;
    serde_json::from_slice(&bytes)
        .map_err(|e| problem(ProblemKind::Malformed, format!("the body: {e}")))
}

/// A request's body: not too large, not too slow.
///
/// # Errors
/// It is, or it broke off.
pub async fn read(body: Body, limit: usize) -> Answer<axum::body::Bytes> {
    let too_large =
        || problem(ProblemKind::TooLarge, format!("a body may have {} KiB here", limit >> 10));
    let declared = axum::body::HttpBody::size_hint(&body).lower();
    if declared > DRAINED {
        return Err(too_large());
    }
    let late = |_| problem(ProblemKind::Malformed, "the body did not come in time");
    match tokio::time::timeout(BODY, take(body, limit)).await.map_err(late)? {
        Some(bytes) => Ok(bytes.into()),
        None => Err(too_large()),
    }
}

/// The bytes of a body; none if there are more than `limit`, or it broke off, where nobody reads
/// the answer. What is too much is thrown away as it comes.
async fn take(body: Body, limit: usize) -> Option<Vec<u8>> {
    let (mut bytes, mut seen) = (Vec::new(), 0_u64);
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.ok()?;
        seen = seen.saturating_add(part.len() as u64);
        if seen > DRAINED {
            return None;
        }
        if seen <= limit as u64 {
            bytes.extend_from_slice(&part);
        } else {
            bytes = Vec::new();
        }
    }
    (seen <= limit as u64).then_some(bytes)
}

/// Throws away what is left of a body that was refused, within bounds.
pub(super) async fn drain(mut body: axum::body::BodyDataStream) {
    let mut seen = 0_u64;
    // Whoever takes longer, or sends more, is closed on.
    let _ = tokio::time::timeout(BODY, async {
        while let Some(Ok(part)) = body.next().await {
            seen = seen.saturating_add(part.len() as u64);
            if seen > DRAINED {
                return;
            }
        }
    })
    .await;
}

/// Runs what may wait for a disk where it holds up nobody.
///
/// # Errors
/// What it says; or the hub is going down.
pub async fn unhurried<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Answer<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(problem(ProblemKind::Busy, "the hub is going down")),
    }
}
