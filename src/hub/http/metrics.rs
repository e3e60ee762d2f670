//! Figures for Prometheus.

use super::Hub;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What is counted.
#[derive(Default)]
pub(in crate::hub) struct Metrics {
    /// Requests by the first digit of their status.
    requests: [AtomicU64; 6],
    entries: AtomicU64,
    /// Connections that are open.
    pub connections: AtomicU64,
    /// Pages that were made.
    pages: AtomicU64,
    /// Connections that were turned away.
    pub turned_away: AtomicU64,
}

impl Metrics {
    pub(super) fn count(&self, status: u16) {
        if let Some(counter) = self.requests.get(usize::from(status / 100)) {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// A page was made, for however many read it.
    pub(in crate::hub) fn page_made(&self) {
        self.pages.fetch_add(1, Relaxed);
    }

    pub(super) fn appended(&self, entries: u64) {
        self.entries.fetch_add(entries, Relaxed);
    }
}

pub(super) async fn text(State(hub): State<Hub>) -> Response {
    let metrics = &hub.metrics;
    let mut text = String::new();
    let mut family = |name: &str, kind: &str, help: &str, values: &[(String, u64)]| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP golive_{name} {help}\n# TYPE golive_{name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "golive_{name}{labels} {value}");
        }
    };
    let plain = |counter: &AtomicU64| [(String::new(), counter.load(Relaxed))];
    let by_class = metrics.requests.iter().enumerate().skip(1);
    let by_class: Vec<_> = by_class
        .map(|(class, counter)| (format!("{{status=\"{class}xx\"}}"), counter.load(Relaxed)))
        .collect();
    family("requests_total", "counter", "Requests answered.", &by_class);
    let entries = plain(&metrics.entries);
    family("entries_appended_total", "counter", "Entries taken in, durably.", &entries);
    family(
        "pages_made_total",
        "counter",
        "Pages made, each for all who read it.",
        &plain(&metrics.pages),
    );
    family("connections", "gauge", "Connections open.", &plain(&metrics.connections));
    let away = plain(&metrics.turned_away);
    family("connections_refused_total", "counter", "Connections over the limit.", &away);
    let readers = [(String::new(), hub.desk.readers() as u64)];
    family("stream_readers", "gauge", "Streams open.", &readers);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
