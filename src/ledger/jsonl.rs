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

/// Writes one entry as a line.
pub(super) fn write_line(out: &mut dyn Write, row: &Row, chain: Chain) -> io::Result<()> {
    let text = std::str::from_utf8(&row.body).ok().filter(|text| !text.contains(['\n', '\r']));
    let body: Option<&RawValue> = text.and_then(|text| serde_json::from_str(text).ok());
    // A raw value is trimmed by the reader: only what is unchanged by that goes as it is.
    let body = body.filter(|raw| raw.get().as_bytes() == row.body);
    let body64 = if body.is_some() { None } else { Some(STANDARD.encode(&row.body)) };
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
