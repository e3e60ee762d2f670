//! The page of a run as of a moment: from its state alone, so that the same night makes the same page.

use super::{Told, decisions, phases, picture, rollback, standing, work};
use crate::hub::page::shell::{Inline, Rendered, Shell};
use crate::report::{PICTURE, glimpse};
use crate::run::{Mode, RunState, Time, rag_word};
use crate::runbook::visible;
use maud::{Markup, html};
use sha2::{Digest, Sha256};

static STYLE: Inline = Inline::new(include_str!("run.css"));
static PICTURE_STYLE: Inline = Inline::new(PICTURE);
static SCRIPT: Inline = Inline::new(include_str!("live.js"));

/// A page, and what of it changes.
#[derive(Debug, Clone)]
pub struct Document {
    /// The whole page.
    pub page: Rendered,
    /// Its parts.
    pub parts: String,
    /// Another number for other parts; below 2^48, so that a script can tell it from every other.
    pub version: u64,
}

/// The stakeholders' page of a run as of a moment; `demo`: of one that is only played.
pub fn document(state: &RunState, now: Time, demo: bool) -> Document {
    let glimpse = glimpse(state, now);
    let told = Told { state, glimpse: &glimpse, now, demo };
    let said = Said::of(&told);
    let version = said.version();
    let parts = said.into_markup();
    let shell = Shell {
        title: &title(&told),
        styles: &[&PICTURE_STYLE, &STYLE],
        scripts: &[&SCRIPT],
        has_forms: false,
        body: html! {
            a.skip href="#run" { "To where it stands" }
            div id="page" data-version=(version) data-stream={ "/runs/" (state.run) "/stream" } {
                (parts)
            }
        },
    };
    Document { page: shell.render(), parts: parts.0, version }
}

/// The color goes first: it is what is seen of the page among others. A rehearsal says so there, too.
pub(super) fn title(told: &Told<'_>) -> String {
    let title = visible(&told.state.plan.release.title);
    let rehearsal = match told.state.mode {
        _ if told.demo => " (demo)",
        Mode::Live => "",
        Mode::Rehearsal => " (rehearsal)",
    };
    format!("{}: {title}{rehearsal}", rag_word(told.outlook().rag))
}

/// The parts of a page.
struct Said {
    header: Markup,
    /// In the order in which one asks.
    main: [Markup; 7],
    picture: Markup,
    footer: Markup,
}

impl Said {
    fn of(told: &Told<'_>) -> Self {
        Self {
            header: standing::header(told),
            main: [
                standing::status(told),
                standing::clocks(told),
                work::now(told),
                decisions::gates(told),
                rollback::part(told),
                phases::part(told),
                decisions::log(told),
            ],
            picture: picture::part(told),
            footer: standing::footer(told),
        }
    }

    /// From all that is said. The picture does not count: it moves with every second, and nothing
    /// happens in it that is not said elsewhere.
    fn version(&self) -> u64 {
        let mut hash = Sha256::new();
        for part in [&self.header, &self.footer].into_iter().chain(&self.main) {
            hash.update(part.0.as_bytes());
        }
        hash.finalize().iter().take(6).fold(0, |version, byte| version << 8 | u64::from(*byte))
    }

    fn into_markup(self) -> Markup {
        html! {
            (self.header)
            main id="run" {
                @for part in &self.main { (part) }
                (self.picture)
            }
            (self.footer)
        }
    }
}
