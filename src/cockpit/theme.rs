//! How the cockpit looks. A theme is a small TOML text, some twenty named colours, that expands
//! into the styles of every component. Pure: whoever reads the file hands in its text.

mod color;
mod expand;
mod parse;
mod styles;

pub use parse::{ThemeProblem, parse};
pub use styles::*;

use color::Colors;

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
        expand::theme(c)
    }
}

impl Default for Theme {
    fn default() -> Self {
        Self::shipped("dark").unwrap_or_else(Self::mono)
    }
}

#[cfg(test)]
mod tests;
