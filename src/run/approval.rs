//! Whether a run's text is the one that was approved.

use super::plan::read_plan;
use super::sha256_hex;
use super::state::RunState;
use crate::runbook::{difference, summary};
use std::fmt;

/// How the present text of a run stands to the text approved at its opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// It is that text, byte for byte.
    AsApproved,
    /// It is another.
    Differs {
        /// How many changes, and the first of them, in a line, not yet made visible; none where
        /// only the hash of the approved text is known.
        summary: Option<String>,
    },
}

impl fmt::Display for Approval {
    /// In words, for a line about the run: `as approved`, `differs from the approved text: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsApproved => f.write_str("as approved"),
            Self::Differs { summary: Some(summary) } => {
                write!(f, "differs from the approved text: {summary}")
            }
            Self::Differs { summary: None } => f.write_str("differs from the approved hash"),
        }
    }
}

/// Compares the text of a run with the approved one; none where the opening named none. Where they
/// differ it compares two plans: whoever draws many times a second keeps the answer while
/// [`RunState::sha256`] stays the same.
pub fn approval(state: &RunState) -> Option<Approval> {
    let approved = state.approved.as_ref()?;
    if approved.sha256 == state.sha256 {
        return Some(Approval::AsApproved);
    }
    // A text that is not the one whose hash was approved proves nothing.
    let text = approved.text.as_deref().filter(|t| sha256_hex(t.as_bytes()) == approved.sha256);
    Some(Approval::Differs { summary: text.map(|text| changes(state, text)) })
}

/// What the present text changes of another.
fn changes(state: &RunState, approved: &str) -> String {
    let Ok(approved) = read_plan(approved) else {
        return "that one has errors, and cannot be compared".to_owned();
    };
    // The text as it reads by itself: in the plan in force, begun steps keep what they had.
    let present = state.plans.get(&state.sha256).unwrap_or(&state.plan);
    let changes = difference(&approved, present);
    let first = summary(&changes);
    match changes.len() {
        0 => first,
        1 => format!("1 change: {first}"),
        n => format!("{n} changes: {first}"),
    }
}
