//! How the cockpit looks. A theme is a small TOML text, some twenty named colours, that expands
//! into the styles of every component. Pure: whoever reads the file hands in its text.

mod color;
mod parse;
mod styles;

pub use parse::{ThemeProblem, parse};
pub use styles::*;

use color::Colors;
use ratatui::style::{Modifier, Style};

/// The themes that ship: name and TOML text.
pub const SHIPPED: [(&str, &str); 5] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../themes/colour-blind.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

impl Theme {
    /// A theme that ships, by its name.
    pub fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        parse(text).ok()
    }

    /// The theme without any colour, told by bold, dim, underline and reverse: what `NO_COLOR`
    /// asks for.
    pub fn mono() -> Self {
        Self::shipped("mono").unwrap_or_else(|| Self::expand(&Colors::none()))
    }

    /// The same theme, with letters instead of symbols where `ascii` is true.
    #[must_use]
    pub fn with_ascii(mut self, ascii: bool) -> Self {
        self.ascii = ascii;
        self
    }

    /// Reduces every colour to the nearest of the 256 that older terminals know.
    #[must_use]
    pub fn limited_to_256(mut self) -> Self {
        for name in Self::style_names() {
            if let Some(style) = self.style_mut(name) {
                style.fg = style.fg.map(color::nearest_indexed);
                style.bg = style.bg.map(color::nearest_indexed);
            }
        }
        self
    }

    /// Spreads the named colours over the components.
    fn expand(c: &Colors) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let on_panel = plain.fg(c.text).bg(c.panel);
        Self {
            name: String::new(),
            about: String::new(),
            ascii: false,
            screen: Screen {
                text: plain.fg(c.text).bg(c.background),
                muted: plain.fg(c.muted),
                strong: bold.fg(c.text),
                accent: plain.fg(c.accent),
                good: plain.fg(c.green),
                warning: plain.fg(c.amber),
                bad: plain.fg(c.red),
            },
            header: Header {
                live: bold.fg(c.live_text).bg(c.live),
                rehearsal: bold.fg(c.rehearsal_text).bg(c.rehearsal),
                title: bold.fg(c.text),
                clock: plain.fg(c.text),
                label: plain.fg(c.muted),
                green: bold.fg(c.background).bg(c.green),
                amber: bold.fg(c.background).bg(c.amber),
                red: bold.fg(c.background).bg(c.red),
                held: bold.fg(c.background).bg(c.blocked),
                roll_back: bold.fg(c.text),
                call: plain.fg(c.ready),
                decide: plain.fg(c.deferred),
                unsaved: bold.fg(c.amber),
            },
            pane: Pane {
                border: plain.fg(c.line),
                border_focused: plain.fg(c.accent),
                title: plain.fg(c.muted),
                title_focused: bold.fg(c.text),
                scroll: plain.fg(c.muted),
            },
            steps: Steps {
                cursor: plain.bg(c.cursor),
                phase: bold.fg(c.text),
                number: plain.fg(c.muted),
                title: plain.fg(c.text),
                owner: plain.fg(c.muted),
                mine: plain.fg(c.accent),
                time: plain.fg(c.muted),
                planned: plain.fg(c.muted),
                ready: bold.fg(c.ready),
                running: bold.fg(c.running),
                blocked: bold.fg(c.blocked),
                done: plain.fg(c.green),
                failed: bold.fg(c.red),
                skipped: plain.fg(c.muted),
                not_applicable: plain.fg(c.muted),
                deferred: plain.fg(c.deferred),
                undone: plain.fg(c.deferred),
                late: plain.fg(c.amber),
                found: plain.fg(c.accent).add_modifier(Modifier::UNDERLINED),
            },
            detail: Detail {
                label: plain.fg(c.muted),
                value: plain.fg(c.text),
                ticked: plain.fg(c.green),
                open: plain.fg(c.text),
                bad: bold.fg(c.red),
            },
            markdown: Markdown {
                heading: bold.fg(c.text),
                strong: bold,
                emphasis: plain.add_modifier(Modifier::ITALIC),
                struck: plain.add_modifier(Modifier::CROSSED_OUT),
                code: plain.fg(c.ready),
                link: plain.fg(c.accent).add_modifier(Modifier::UNDERLINED),
                marker: plain.fg(c.muted),
                quote: plain.fg(c.muted),
            },
            card: Card {
                body: on_panel,
                border: plain.fg(c.accent).bg(c.panel),
                border_trouble: bold.fg(c.red).bg(c.panel),
                title: bold.fg(c.text),
                label: plain.fg(c.muted),
                field: plain.fg(c.text).bg(c.field),
                field_focused: plain.fg(c.text).bg(c.field).add_modifier(Modifier::UNDERLINED),
                placeholder: plain.fg(c.muted).bg(c.field),
                choice: plain.fg(c.text),
                choice_focused: bold.fg(c.text).bg(c.cursor),
                problem: bold.fg(c.red),
            },
            dialog: Dialog {
                body: on_panel,
                border: bold.fg(c.red).bg(c.panel),
                title: bold.fg(c.red),
            },
            toast: Toast {
                info: plain.fg(c.text).bg(c.panel),
                refusal: bold.fg(c.amber).bg(c.panel),
                instead: plain.fg(c.text).bg(c.panel),
            },
            footer: Footer { bar: plain.fg(c.muted), key: bold.fg(c.accent), act: bold.fg(c.text) },
            log: Log {
                time: plain.fg(c.muted),
                person: plain.fg(c.accent),
                voided: plain.fg(c.muted).add_modifier(Modifier::CROSSED_OUT),
                conflict: plain.fg(c.red),
                deviation: plain.fg(c.amber),
                correction: plain.fg(c.deferred),
            },
            notes: Notes {
                note: plain.fg(c.text),
                decision: bold.fg(c.accent),
                issue: bold.fg(c.red),
                risk: bold.fg(c.amber),
                action: bold.fg(c.deferred),
                closed: plain.fg(c.muted).add_modifier(Modifier::CROSSED_OUT),
            },
            difference: Difference {
                added: plain.fg(c.green),
                removed: plain.fg(c.red),
                same: plain.fg(c.muted),
                place: plain.fg(c.accent),
            },
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::shipped("dark").unwrap_or_else(Self::mono)
    }
}

#[cfg(test)]
mod tests;
