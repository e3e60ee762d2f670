//! The paper as a page: black on white, A4, heads of tables on every sheet, no step cut in two.

use super::rows::Row;
use super::{Paper, Section};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Empty lines for what nobody foresaw.
const LINES: usize = 12;

const STYLE: &str = r#"
* { box-sizing: border-box; }
:root { color-scheme: light; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: #fff; color: #000; font: 14px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; border-bottom: 2px solid #000; }
h1, h2, td, th, dd, p, li { overflow-wrap: anywhere; }
p { margin: .3rem 0; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .1rem .8rem; margin: .4rem 0; } dt { color: #444; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { border: 1px solid #777; padding: .25rem .4rem; text-align: left; vertical-align: top; }
thead th { background: #eee; font-size: .85em; }
.tick { width: 2.9rem; text-align: center; white-space: nowrap; } .number { width: 3.6rem; font-weight: 700; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when { width: 6.4rem; } .blank { width: 4.2rem; } .owner { width: 9rem; }
.box { display: inline-block; width: 1.05em; height: 1.05em; border: 1.6px solid #000; vertical-align: -.15em; margin-right: .35em; }
.tick .box { margin: 0; }
.line { display: inline-block; min-width: 9em; border-bottom: 1px solid #000; }
.mark { font-weight: 700; border: 1px solid #000; padding: 0 .3em; font-size: .82em; display: inline-block; margin-left: .3em; }
.faint { color: #444; font-size: .88em; }
.more { margin: .25rem 0 0; white-space: pre-wrap; font-size: .88em; }
.more b { font-weight: 600; }
.boxes { list-style: none; margin: .25rem 0 0; padding: 0; font-size: .92em; }
.ruled div { border-bottom: 1px solid #777; height: 8mm; }
@media screen and (max-width: 40rem) { .scroll { overflow-x: auto; } .scroll table { min-width: 44rem; } }
@media print {
  @page { size: A4; margin: 13mm 11mm 14mm; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  table { table-layout: fixed; } .tick { width: 11mm; } .number { width: 13mm; } .owner { width: 30mm; } .when { width: 24mm; } .blank { width: 15mm; }
  h2 { break-after: avoid; } .said { break-after: avoid; }
  thead { display: table-header-group; break-after: avoid; } tr { break-inside: avoid; }
  tbody tr:first-child { break-before: avoid; }
  thead th { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"#;

pub(super) fn render(paper: &Paper) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                title { "Checklist: " (paper.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 dir="auto" { (paper.title) }
                    dl { @for (label, value) in &paper.facts { dt { (label) } dd { bdi { (value) } } } }
                    p { "Lead: " span.line { } " Begun at: " span.line { } " Ended at: " span.line { } }
                }
                main {
                    (people(paper))
                    (checklists(paper))
                    @for phase in &paper.phases { (section(phase, true)) }
                    @if !paper.ways_back.is_empty() {
                        section {
                            h2 { "Until when one can roll back" }
                            ul { @for line in &paper.ways_back { li dir="auto" { (line) } } }
                        }
                    }
                    @if paper.ladder.is_empty() {
                        section { h2 { "Rollback" } p { "This plan has no way back." } }
                    }
                    @for rung in &paper.ladder { (section(rung, false)) }
                    (criteria(paper))
                    section.ruled {
                        h2 { "Notes" }
                        @for _ in 0..LINES { div { } }
                    }
                }
            }
        }
    }
    .into_string()
}

fn people(paper: &Paper) -> Markup {
    html! {
        @if !paper.people.is_empty() {
            section {
                h2 { "Contacts" }
                div.scroll tabindex="0" role="region" aria-label="Contacts" {
                    table {
                        caption { "Contacts" }
                        thead { tr {
                            @for head in ["Name", "Role", "Team", "Contact", "Stands in"] { th scope="col" { (head) } }
                        } }
                        tbody { @for person in &paper.people { tr {
                            @for cell in person { td { bdi { (cell) } } }
                        } } }
                    }
                }
            }
        }
    }
}

fn checklists(paper: &Paper) -> Markup {
    html! {
        @for (title, items) in &paper.checklists {
            section {
                h2 dir="auto" { (title) }
                ul.boxes {
                    @for (text, owner) in items {
                        li dir="auto" { span.box { } (text) @if !owner.is_empty() { " " span.faint { "(" (owner) ")" } } }
                    }
                }
            }
        }
    }
}

fn section(section: &Section, planned: bool) -> Markup {
    html! {
        section {
            h2 dir="auto" { (section.heading) }
            @for line in &section.said { p.said dir="auto" { (line) } }
            @if !section.rows.is_empty() {
                div.scroll tabindex="0" role="region" aria-label=(section.heading) {
                    table {
                        caption { (section.heading) }
                        thead { tr {
                            th.tick scope="col" { "Done" }
                            th.number scope="col" { "No." }
                            th scope="col" { "Step" }
                            th.owner scope="col" { "Who" }
                            th.when scope="col" { @if planned { "Planned" } @else { "Takes" } }
                            th.blank scope="col" { "Begun" }
                            th.blank scope="col" { "Ended" }
                        } }
                        tbody { @for row in &section.rows { (step(row)) } }
                    }
                }
            }
        }
    }
}

fn step(row: &Row) -> Markup {
    html! {
        tr {
            td.tick { span.box { } }
            th.number scope="row" { (row.number) }
            td {
                bdi { (row.title) }
                @for mark in &row.marks { " " span.mark { (mark) } }
                @if !row.needs.is_empty() { " " span.faint { "after " (row.needs) } }
                @for (label, text) in &row.more { p.more dir="auto" { b { (label) ": " } (text) } }
                @if !row.boxes.is_empty() {
                    ul.boxes { @for text in &row.boxes { li dir="auto" { span.box { } (text) } } }
                }
                @for text in &row.blanks { p.more dir="auto" { (text) ": " span.line { } } }
            }
            td.owner { bdi { (row.owner) } }
            td.when {
                (row.start)
                @if !row.length.is_empty() {
                    @if !row.start.is_empty() { br; }
                    span.faint { (row.length) }
                }
            }
            td.blank { } td.blank { }
        }
    }
}

fn criteria(paper: &Paper) -> Markup {
    html! {
        @if !paper.criteria.is_empty() {
            section {
                h2 { "Judged afterwards" }
                ul.boxes {
                    @for [text, owner, by] in &paper.criteria {
                        li dir="auto" {
                            span.box { } (text)
                            @if !owner.is_empty() { " " span.faint { "(" (owner) ")" } }
                            @if !by.is_empty() { " " span.faint { "by " (by) } }
                        }
                    }
                }
            }
        }
    }
}
