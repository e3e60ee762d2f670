//! A report as headings, paragraphs and tables: what pages (Markdown, HTML) are made of. Which words
//! stand where is decided here once; a page decides only how they look.

mod facts;
mod people;
mod record;
mod steps;

pub(super) use steps::{remarks, votes};

use super::model::Report;
use super::section::Section;
use super::table::{Cell, Table};
use super::text::Clock;

/// A part of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    /// Something to know before all else.
    Warning(String),
    /// A heading within the section (or none), and labels with their values.
    Facts(&'static str, Vec<(&'static str, Cell)>),
    /// A heading within a section, and a list.
    List(&'static str, Vec<String>),
    /// A table.
    Table(Table),
    /// The picture of plan against actual.
    Picture,
}

/// A section of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// Which.
    pub section: Section,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// The sections of a report, in order. Those that are not for pages, and those without anything to
/// say that nobody asked for, are left out.
pub(super) fn parts(report: &Report) -> Vec<Part> {
    let asked_for = !super::format::is_whole(report);
    report
        .sections
        .iter()
        .map(|&section| Part { section, blocks: blocks(report, section) })
        .filter(|part| part.section != Section::Plan)
        .filter(|part| asked_for || !part.blocks.is_empty())
        .map(|mut part| {
            if part.blocks.is_empty() {
                part.blocks.push(Block::Text("None.".to_owned()));
            }
            part
        })
        .collect()
}

fn blocks(report: &Report, section: Section) -> Vec<Block> {
    let clock = Clock::new(&report.run.timezone);
    let none = Vec::new;
    match section {
        Section::Summary => {
            report.summary.as_ref().map_or_else(none, |s| facts::summary(report, s))
        }
        Section::Numbers => report.numbers.as_ref().map_or_else(none, |n| facts::numbers(n, clock)),
        Section::Decisions => {
            report.decisions.as_ref().map_or_else(none, |d| steps::decisions(d, clock))
        }
        Section::Gantt => report
            .gantt
            .as_ref()
            .filter(|gantt| !gantt.rows.is_empty())
            .map_or_else(none, |_| vec![Block::Picture]),
        Section::Steps => {
            report.steps.as_ref().map_or_else(none, |s| steps::steps(s, report.run.is_over))
        }
        Section::Deviations => {
            report.deviations.as_ref().map_or_else(none, |d| record::deviations(d))
        }
        Section::Corrections => {
            report.corrections.as_ref().map_or_else(none, |c| record::corrections(c))
        }
        Section::Rollbacks => report.rollbacks.as_ref().map_or_else(none, |r| steps::rollbacks(r)),
        Section::Checklists => {
            report.checklists.as_ref().map_or_else(none, |c| steps::checklists(c))
        }
        Section::Issues => report.issues.as_ref().map_or_else(none, |n| record::issues(n)),
        Section::Notes => report.notes.as_ref().map_or_else(none, |n| record::notes(n)),
        Section::Messages => report.messages.as_ref().map_or_else(none, |m| record::messages(m)),
        Section::People => report.people.as_ref().map_or_else(none, |p| people::people(p)),
        Section::Criteria => report.criteria.as_ref().map_or_else(none, |c| people::criteria(c)),
        Section::Review => report.review.as_ref().map_or_else(none, people::review),
        Section::Actions => report.actions.as_ref().map_or_else(none, |a| people::actions(a)),
        Section::Metrics => report.metrics.as_ref().map_or_else(none, facts::metrics),
        Section::Timeline => report.timeline.as_ref().map_or_else(none, |t| record::timeline(t)),
        Section::Plan => Vec::new(),
    }
}

/// A table as a block; none without a row.
fn table(table: Table) -> Option<Block> {
    (!table.rows.is_empty()).then(|| Block::Table(table.without_empty_columns()))
}

/// ` (added after the end)`, where it was.
fn addition(after_end: bool) -> &'static str {
    if after_end { " (added after the end)" } else { "" }
}
