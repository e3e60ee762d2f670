//! `golive schema`: the JSON Schema of runbooks, for editors.

use super::error::Done;
use super::output;
use crate::runbook::schema;

/// Prints it.
pub fn run() -> Done {
    output::data(&schema())
}
