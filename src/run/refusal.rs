//! The two kinds of no.

/// Whether a no can be overridden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// Cannot be: already finished, no such step, the role may not. In the fold: a conflict.
    Impossible,
    /// Not yet: held, predecessors open, too early. A lead may override with a reason; in the
    /// fold: applied, and marked a deviation.
    NotNow,
}

/// Why an act is not taken, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; {instead}")]
pub struct Refusal {
    /// Which of the two.
    pub kind: RefusalKind,
    /// Stable name of the rule, kebab-case.
    pub rule: &'static str,
    /// Why, naming the step; no full stop.
    pub reason: String,
    /// What to do instead; no full stop.
    pub instead: String,
}

impl Refusal {
    /// An *impossible*.
    pub fn impossible(
        rule: &'static str,
        reason: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self { kind: RefusalKind::Impossible, rule, reason: reason.into(), instead: instead.into() }
    }

    /// A *not now*.
    pub fn not_now(
        rule: &'static str,
        reason: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self { kind: RefusalKind::NotNow, rule, reason: reason.into(), instead: instead.into() }
    }
}
