//! The report as one page: self-contained, readable on a phone, printable on A4, light and dark. It
//! refers to nothing outside but the links that people gave as evidence. maud escapes every text.

mod gantt;
mod style;

use super::document::{Block, Part, parts};
use super::markdown::is_link;
use super::model::{Gantt, Report};
use super::section::Section;
use super::table::{Cell, Table};
use super::text::{Clock, run_word, shown};
use crate::run::Mode;
use crate::runbook::slug;
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use style::PICTURE;

/// The picture of plan against actual, for a page that has its style ([`PICTURE`]); times on the
/// clock of that zone.
pub fn picture(gantt: &Gantt, timezone: &str) -> Markup {
    gantt::pictures(gantt, Clock::new(timezone))
}

pub(super) fn render(report: &Report) -> String {
    let run = &report.run;
    let clock = Clock::new(&run.timezone);
    let parts = parts(report);
    let kind = if run.is_over { "Post implementation review" } else { "Interim report" };
    let mode = if run.mode == Mode::Live { "live" } else { "rehearsal" };
    let held = if run.held { ", held" } else { "" };
    let title = shown(&run.title);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                title { (kind) ": " (title) }
                style { (PreEscaped(style::STYLE)) (PreEscaped(style::PICTURE)) }
            }
            body {
                header {
                    p.kind { (kind) " · " (mode) }
                    h1 dir="auto" { (title) }
                    p.run {
                        "Run " bdi { (shown(&run.id)) } ", " (run_word(run.state)) (held)
                        ". As of " (clock.long(run.as_of)) ". Times are " (run.timezone) "."
                    }
                }
                nav aria-label="Sections" {
                    ul {
                        @for part in &parts {
                            li { a href={ "#" (part.section.name()) } { (part.section.heading()) } }
                        }
                    }
                }
                main {
                    @for part in &parts { (of_part(report, part, clock)) }
                }
                footer {
                    p {
                        "Chain head " code { (report.record.head) } " after "
                        (report.record.entries) " entries, " (report.record.verified.word())
                        ". Written by golive " (report.golive) "."
                    }
                }
            }
        }
    }
    .into_string()
}

fn of_part(report: &Report, part: &Part, clock: Clock) -> Markup {
    let name = part.section.name();
    let heading = format!("{name}-heading");
    html! {
        section id=(name) aria-labelledby=(heading) {
            h2 id=(heading) { (part.section.heading()) }
            @for (n, block) in part.blocks.iter().enumerate() {
                (of_block(report, part, block, n, clock))
            }
        }
    }
}

fn of_block(report: &Report, part: &Part, block: &Block, n: usize, clock: Clock) -> Markup {
    match block {
        Block::Text(text) => html! { p dir="auto" { (lines(&shown(text))) } },
        Block::Warning(text) => html! {
            p.warning role="note" dir="auto" { strong { "Note: " } (lines(&shown(text))) }
        },
        Block::Facts(heading, facts) => html! {
            @if !heading.is_empty() { h3 { (heading) } }
            dl {
                @for (label, cell) in facts.iter().filter(|(_, cell)| *cell != Cell::Empty) {
                    div { dt { (label) } dd { (of_cell(cell, clock)) } }
                }
            }
        },
        Block::List(heading, list) => html! {
            h3 { (heading) }
            ul.said { @for line in list { li dir="auto" { (lines(&shown(line))) } } }
        },
        Block::Table(table) => of_table(part.section, table, n, clock),
        Block::Picture => report
            .gantt
            .as_ref()
            .map_or_else(Markup::default, |gantt| gantt::pictures(gantt, clock)),
    }
}

/// A table with its roles spelled out, since a narrow screen shows its rows as blocks, which takes
/// the meaning away from the elements.
fn of_table(section: Section, table: &Table, n: usize, clock: Clock) -> Markup {
    let caption = shown(&table.caption);
    let id = format!("{}-{n}-{}", section.name(), slug(&caption));
    let wide = table.columns.len() > 7;
    html! {
        table.wide[wide] role="table" aria-label=(caption) id=(id) {
            caption.again[caption == section.heading()] dir="auto" { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for (n, column) in table.columns.iter().enumerate() {
                        th scope="col" role="columnheader"
                            class=[table.is_numeric(n).then_some("number")] { (column) }
                    }
                }
            }
            tbody role="rowgroup" {
                @for row in &table.rows {
                    tr role="row" {
                        @for (n, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                            @if n == 0 {
                                th scope="row" role="rowheader" data-label=(column)
                                    class=[class(cell)] {
                                    (of_cell(cell, clock))
                                }
                            } @else {
                                td role="cell" data-label=(column)
                                    class=[class(cell)] { (of_cell(cell, clock)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn class(cell: &Cell) -> Option<&'static str> {
    match cell {
        Cell::Empty => Some("empty"),
        cell if cell.is_number() => Some("number"),
        Cell::Time(_) | Cell::Second(_) => Some("time"),
        Cell::Text(text) | Cell::Link(text) if has_long_word(text) => Some("long"),
        _ => None,
    }
}

/// Whether a word would widen a column more than a page allows: it may be broken anywhere.
fn has_long_word(text: &str) -> bool {
    const LONG: usize = 20;
    text.split(char::is_whitespace).any(|word| word.chars().nth(LONG).is_some())
}

fn of_cell(cell: &Cell, clock: Clock) -> Markup {
    match cell {
        Cell::Link(url) if is_link(url) => html! {
            a href=(url) rel="noopener noreferrer" { (shown(url)) }
        },
        Cell::Text(text) | Cell::Link(text) => html! { bdi { (lines(&shown(text))) } },
        cell => html! { (cell.shown(clock)) },
    }
}

/// Line feeds as such.
fn lines(text: &str) -> Markup {
    html! {
        @for (n, line) in text.split('\n').enumerate() {
            @if n > 0 { br; }
            (line)
        }
    }
}
