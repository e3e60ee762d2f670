//! The report as JSON, and the schema of it.

use super::model::Report;
use crate::runbook::escaped_json;
use std::borrow::Cow;

/// The report as JSON, pretty-printed. Characters that a terminal would obey are escapes.
pub(super) fn render(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(report)?;
    if let Cow::Owned(escaped) = escaped_json(&text) {
        text = escaped;
    }
    text.push('\n');
    Ok(text.into_bytes())
}

/// The JSON Schema of the report, pretty-printed, with a line feed at its end.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Report).to_value();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
