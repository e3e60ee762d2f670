//! The parts of a report, by name.

use super::model::Report;
use serde::Serialize;

/// A part that can be chosen. The head (what, when, the state, the chain) is always there.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Outcome in a paragraph, and the closure block for the change record.
    Summary,
    /// Planned against actual.
    Numbers,
    /// Gates, votes, choices, approvals.
    Decisions,
    /// Picture of plan against actual.
    Gantt,
    /// Every step.
    Steps,
    /// What did not go as planned.
    Deviations,
    /// Mistakes in the record that were corrected.
    Corrections,
    /// Rungs taken.
    Rollbacks,
    /// Checklists.
    Checklists,
    /// Issues and risks.
    Issues,
    /// Notes and noted decisions.
    Notes,
    /// Messages sent.
    Messages,
    /// Who took part.
    People,
    /// Success criteria.
    Criteria,
    /// What went well, what did not.
    Review,
    /// Improvement actions and conditions.
    Actions,
    /// On-time rate, accuracy, times to decide and to roll back.
    Metrics,
    /// What happened, in order.
    Timeline,
    /// The plan itself, for import.
    Plan,
}

impl Section {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 19] = [
        Self::Summary,
        Self::Numbers,
        Self::Decisions,
        Self::Gantt,
        Self::Steps,
        Self::Deviations,
        Self::Corrections,
        Self::Rollbacks,
        Self::Checklists,
        Self::Issues,
        Self::Notes,
        Self::Messages,
        Self::People,
        Self::Criteria,
        Self::Review,
        Self::Actions,
        Self::Metrics,
        Self::Timeline,
        Self::Plan,
    ];

    /// Its name on a command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Numbers => "numbers",
            Self::Decisions => "decisions",
            Self::Gantt => "gantt",
            Self::Steps => "steps",
            Self::Deviations => "deviations",
            Self::Corrections => "corrections",
            Self::Rollbacks => "rollbacks",
            Self::Checklists => "checklists",
            Self::Issues => "issues",
            Self::Notes => "notes",
            Self::Messages => "messages",
            Self::People => "people",
            Self::Criteria => "criteria",
            Self::Review => "review",
            Self::Actions => "actions",
            Self::Metrics => "metrics",
            Self::Timeline => "timeline",
            Self::Plan => "plan",
        }
    }

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Numbers => "Planned against actual",
            Self::Decisions => "Decisions",
            Self::Gantt => "Timeline of the steps",
            Self::Steps => "Steps",
            Self::Deviations => "Deviations",
            Self::Corrections => "Corrections of the record",
            Self::Rollbacks => "Rollbacks",
            Self::Checklists => "Checklists",
            Self::Issues => "Issues and risks",
            Self::Notes => "Notes",
            Self::Messages => "Messages sent",
            Self::People => "Who took part",
            Self::Criteria => "Success criteria",
            Self::Review => "Review",
            Self::Actions => "Actions",
            Self::Metrics => "Metrics",
            Self::Timeline => "What happened, in order",
            Self::Plan => "The plan",
        }
    }

    /// Finds a section by its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }

    /// The sections of these names; blanks around them and empty ones do not count.
    ///
    /// # Errors
    /// The first name that no section has.
    pub fn all_named<'a>(
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Self>, UnknownSection> {
        let names = names.into_iter().map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| Self::named(name).ok_or_else(|| UnknownSection(name.to_owned()))).collect()
    }

    /// Every name, with commas between them.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

/// A name that no section has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no section `{}`", crate::runbook::visible(.0))]
pub struct UnknownSection(pub String);

/// Leaves only these sections in a report; of an empty list, all of them.
pub fn select(report: &mut Report, sections: &[Section]) {
    if sections.is_empty() {
        return;
    }
    report.sections.retain(|section| sections.contains(section));
    let drops = |section| !sections.contains(&section);
    macro_rules! drop_unless {
        ($($section:ident => $field:ident),* $(,)?) => {
            $( if drops(Section::$section) { report.$field = None; } )*
        };
    }
    drop_unless! {
        Summary => summary, Numbers => numbers, Decisions => decisions, Steps => steps,
        Deviations => deviations, Corrections => corrections, Rollbacks => rollbacks,
        Checklists => checklists, Issues => issues, Notes => notes, Messages => messages,
        People => people, Criteria => criteria, Review => review, Actions => actions,
        Metrics => metrics, Timeline => timeline, Plan => plan, Gantt => gantt,
    }
}
