//! A ledger as text: one JSON object a line, with the very bytes of each body, so that the same
//! chain can be built from it again.

use super::chain::Chain;
use super::store::Row;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io::{self, Write};

/// One line. The body is the stored JSON itself; one that is not, or that has a line break
/// between its tokens (no golive writes such, but bytes are kept as hashed), goes as base64.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    seq: u64,
    chain: String,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body64: Option<String>,
}

/// A line behind all entries: one that the hub has not ordered, and has no place or chain value yet.
#[derive(Serialize, Deserialize)]
struct WaitingLine<'a> {
    waiting: Hub,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body64: Option<String>,
}

/// What an entry waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hub {
    /// The hub.
    pub hub: String,
    /// Its epoch.
    pub epoch: u64,
    /// Why it refused the entry, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// Writes an entry that waits as a line.
pub(super) fn write_waiting(out: &mut dyn Write, waiting: Hub, body: &[u8]) -> io::Result<()> {
    let (body, body64) = as_written(body);
    serde_json::to_writer(&mut *out, &WaitingLine { waiting, body, body64 })?;
    out.write_all(b"\n")
}

/// What a line says of an entry that waits; none where it is no such line.
pub(super) fn read_waiting(line: &[u8]) -> Option<(Hub, Vec<u8>)> {
    // Most lines are entries, and are not to be read twice.
    if line.starts_with(b"{\"seq\"") {
        return None;
    }
    let line: WaitingLine<'_> = serde_json::from_slice(line).ok()?;
    let body = match (line.body, line.body64) {
        (Some(raw), None) => raw.get().as_bytes().to_vec(),
        (None, Some(text)) => STANDARD.decode(text).ok()?,
        _ => return None,
    };
    Some((line.waiting, body))
}

/// A body as JSON, where that keeps every byte of it, else in Base64.
fn as_written(body: &[u8]) -> (Option<&RawValue>, Option<String>) {
    let text = std::str::from_utf8(body).ok().filter(|text| !text.contains(['\n', '\r']));
    let raw: Option<&RawValue> = text.and_then(|text| serde_json::from_str(text).ok());
    // A raw value is trimmed by the reader: only what is unchanged by that goes as it is.
    let raw = raw.filter(|raw| raw.get().as_bytes() == body);
    (raw, raw.is_none().then(|| STANDARD.encode(body)))
}

/// Writes one entry as a line.
pub(super) fn write_line(out: &mut dyn Write, row: &Row, chain: Chain) -> io::Result<()> {
    let (body, body64) = as_written(&row.body);
    serde_json::to_writer(
        &mut *out,
        &Line { seq: row.seq, chain: chain.to_string(), body, body64 },
    )?;
    out.write_all(b"\n")
}

/// What a line says: place, chain value and body.
pub(super) fn read_line(line: &[u8]) -> Result<(u64, Chain, Vec<u8>), String> {
    let line: Line<'_> = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    let body = match (line.body, line.body64) {
        (Some(raw), None) => raw.get().as_bytes().to_vec(),
        (None, Some(text)) => STANDARD.decode(text).map_err(|e| e.to_string())?,
        _ => return Err("the line has no body".to_owned()),
    };
    Ok((line.seq, line.chain.parse()?, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_comes_back_byte_for_byte() {
        let bodies: [&[u8]; 6] = [
            br#"{"a":1,"b":"x\ny"}"#,
            br#"{ "b" : 1.0e2, "a":"\u00e9" }"#,
            b" {}",
            b"{\n}",
            b"\xff\xfe",
            b"",
        ];
        for body in bodies {
            let chain = Chain::start("x").next(7, body);
            let row = Row {
                seq: 7,
                replica: "r".to_owned(),
                index: 1,
                body: body.to_vec(),
                chain: Some(chain),
            };
            let mut line = Vec::new();
            write_line(&mut line, &row, chain).unwrap();
            assert_eq!(line.iter().filter(|b| **b == b'\n').count(), 1);
            assert_eq!(read_line(&line), Ok((7, chain, body.to_vec())));
        }
    }

    #[test]
    fn what_is_no_line_is_told_so() {
        for bad in ["", "{}", "[1]", r#"{"seq":1,"chain":"00","body":{}}"#, r#"{"seq":-1}"#] {
            assert!(read_line(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
