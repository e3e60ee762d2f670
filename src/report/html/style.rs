//! How the page looks: on a wide screen, on a phone (each row of a table a card), on paper.
//!
//! On paper a table never leaves its head, or the heading above it, alone at the end of a page:
//! Chromium and Firefox keep the first row with both.

/// The style sheet.
pub(super) const STYLE: &str = r#"
:root {
  --paper: #ffffff; --ink: #1b1f24; --faint: #57606a; --line: #d0d7de; --band: #f3f5f7; --link: #0550ae;
  --warn-paper: #fff3d6; --warn-ink: #4d3500; --warn-line: #b37f00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --ink: #e6e8ea; --faint: #a8b1ba; --line: #3a424b; --band: #1e2328; --link: #7cc0ff;
    --warn-paper: #3b2f10; --warn-ink: #ffe3a3; --warn-line: #c99a2e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1rem 1.25rem 3rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1, h2, h3, p, dd, li, caption, .long { overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p { margin: .5rem 0; max-width: 52rem; }
a { color: var(--link); }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.kind { color: var(--faint); margin: 0; }
.run { color: var(--faint); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; margin: .8rem 0; }
nav a { display: inline-block; padding: .15rem 0; }
.warning {
  background: var(--warn-paper); color: var(--warn-ink); border-left: 4px solid var(--warn-line);
  padding: .5rem .8rem; max-width: 52rem;
}
dl { margin: .8rem 0; display: grid; gap: 0; max-width: 52rem; }
dl div { display: grid; grid-template-columns: 13rem 1fr; gap: 1rem; padding: .25rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--faint); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0 1.4rem; font-size: .87rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
caption.again { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem .3rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--faint); font-weight: 600; border-bottom: 2px solid var(--line); }
tbody th { font-weight: 600; }
thead th.number { text-align: right; }
thead th.number, td.number { padding-right: 1.1rem; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.time { font-variant-numeric: tabular-nums; white-space: nowrap; }
footer { margin-top: 3rem; color: var(--faint); border-top: 1px solid var(--line); }
@media screen and (max-width: 48rem) {
  body { padding: .8rem .9rem 2rem; font-size: 16px; }
  dl div { grid-template-columns: 1fr; gap: 0; }
  table, tbody, tr, tbody th, td, caption { display: block; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  tr { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .35rem .6rem; }
  tbody th, td { border: 0; padding: .1rem 0; display: grid; grid-template-columns: 7.5rem 1fr; gap: .6rem; }
  tbody th::before, td::before { content: attr(data-label); color: var(--faint); font-weight: 400; }
  td.number { text-align: left; padding-right: 0; }
  td.empty { display: none; }
  tbody th > *, td > * { overflow-wrap: anywhere; min-width: 0; }
}
@media screen and (min-width: 48.01rem) and (max-width: 76rem) {
  table.wide { font-size: .78rem; } table.wide td.time { white-space: normal; }
  table.wide th, table.wide td { padding-right: .35rem; }
}
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  nav, .legend-hint { display: none; }
  a { color: inherit; }
  h1 { font-size: 16pt; } h2 { font-size: 12.5pt; margin-top: 7mm; } h3 { font-size: 10.5pt; }
  h2, h3, caption { break-after: avoid; }
  table { font-size: 8pt; } table.wide { font-size: 7pt; }
  table.wide td.time { white-space: normal; }
  thead { display: table-header-group; break-after: avoid; }
  tbody tr:first-child { break-before: avoid; }
  thead th.number, td.number { padding-right: .5rem; }
  tr, dl div, li { break-inside: avoid; }
  p, dl, .warning { max-width: none; }
}
"#;

/// The style sheet of the picture of plan against actual; `--paper`, `--ink`, `--faint`, `--line` and
/// `--link` are the page's.
pub const PICTURE: &str = r#"
:root {
  --plan: #8c959f; --done: #1a7f37; --running: #0969da; --failed: #cf222e; --blocked: #bc4c00;
  --skipped: #8250df; --deferred: #9a6700; --undone: #57606a; --planned: #afb8c1;
  --hold: #d4a72c; --back: #cf222e; --outside: #e7eaee; --mark: #1b1f24;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --plan: #7d8690; --done: #3fb950; --running: #58a6ff; --failed: #ff7b72; --blocked: #f0883e;
    --skipped: #bc8cff; --deferred: #e3b341; --undone: #9aa4ae; --planned: #57606a;
    --hold: #e3b341; --back: #ff7b72; --outside: #23292f; --mark: #e6e8ea;
  }
}
figure { margin: .8rem 0 1.2rem; }
figcaption { color: var(--faint); font-size: .87rem; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
svg { display: block; width: 100%; min-width: 46rem; height: auto; }
svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink); }
svg .faint { fill: var(--faint); }
svg .phase { font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .outside { fill: var(--outside); }
svg .hold { fill: var(--hold); fill-opacity: .28; }
svg .back { fill: var(--back); fill-opacity: .14; }
svg .zero { stroke: var(--mark); stroke-width: 1; stroke-dasharray: 2 3; }
svg .limit { stroke: var(--failed); stroke-width: 1.5; stroke-dasharray: 6 3; }
svg .now { stroke: var(--running); stroke-width: 1.5; }
.plan { fill: var(--plan); } .done { fill: var(--done); } .running { fill: var(--running); }
.failed { fill: var(--failed); } .blocked { fill: var(--blocked); } .skipped { fill: var(--skipped); }
.deferred { fill: var(--deferred); } .undone { fill: var(--undone); } .planned { fill: var(--planned); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .4rem 0; font-size: .87rem; }
.legend svg { display: inline-block; width: 1.6em; min-width: 0; height: .8em; margin-right: .4em; vertical-align: baseline; }
@media print {
  figure { break-inside: avoid; }
  .scroll { overflow: visible; }
  svg { min-width: 0; }
}
"#;
