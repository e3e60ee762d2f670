//! Colours: the names a theme gives them, how they are written, and how they fit 256.

use ratatui::style::Color;

/// Writes the struct of named colours and the way from a name to one, from one table.
macro_rules! colors {
    ($( $(#[$doc:meta])* $name:ident, )*) => {
        /// The colours a theme names; everything else follows from them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct Colors { $( $(#[$doc])* pub $name: Color, )* }

        impl Colors {
            /// The names, as `[colors]` writes them.
            pub const NAMES: &'static [&'static str] = &[$( stringify!($name), )*];

            /// No colour anywhere: the terminal's own foreground and background.
            pub fn none() -> Self {
                Self { $( $name: Color::Reset, )* }
            }

            /// A colour by its name.
            pub fn get(&self, name: &str) -> Option<Color> {
                match name { $( stringify!($name) => Some(self.$name), )* _ => None }
            }

            /// A colour by its name, to be set.
            pub fn get_mut(&mut self, name: &str) -> Option<&mut Color> {
                match name { $( stringify!($name) => Some(&mut self.$name), )* _ => None }
            }
        }
    };
}

colors! {
    /// The ground of the screen.
    background,
    /// What is read.
    text,
    /// What is there when looked for.
    muted,
    /// Frames.
    line,
    /// The ground of cards and dialogs.
    panel,
    /// The ground of what is typed into.
    field,
    /// The ground of the row under the cursor.
    cursor,
    /// Keys, links, the pane that has the keys.
    accent,
    /// The ground of the word LIVE.
    live,
    /// The word LIVE.
    live_text,
    /// The ground of the word REHEARSAL.
    rehearsal,
    /// The word REHEARSAL.
    rehearsal_text,
    /// RAG green; done.
    green,
    /// RAG amber; late.
    amber,
    /// RAG red; failed.
    red,
    /// May start now.
    ready,
    /// Being worked on.
    running,
    /// Cannot go on; held.
    blocked,
    /// Still owed; to be decided; taken back.
    deferred,
}

/// Reads a colour: `#rrggbb`, an ANSI name such as `light blue`, a number from 0 to 255, or
/// `default` for the terminal's own.
pub(super) fn read(word: &str) -> Option<Color> {
    match word.trim() {
        "default" => Some(Color::Reset),
        word if word.starts_with('#') && word.len() != 7 => None,
        word => word.parse().ok(),
    }
}

/// The levels of one channel in the 6×6×6 cube of the 256 colours.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Nearest of the 256 colours; what is no RGB stays.
pub(super) fn nearest_indexed(color: Color) -> Color {
    let Color::Rgb(r, g, b) = color else { return color };
    let distance = |(x, y, z): (u8, u8, u8)| {
        let d = |a: u8, b: u8| (i32::from(a) - i32::from(b)).pow(2);
        2 * d(x, r) + 4 * d(y, g) + 3 * d(z, b)
    };
    (16..=255u8).min_by_key(|&index| distance(indexed_rgb(index))).map_or(color, Color::Indexed)
}

/// Red, green and blue of one of the colours 16 to 255 (those below are the terminal's choice).
fn indexed_rgb(index: u8) -> (u8, u8, u8) {
    if index >= 232 {
        let grey = 8 + 10 * (index - 232);
        return (grey, grey, grey);
    }
    let cube = usize::from(index.saturating_sub(16));
    let level = |n: usize| LEVELS.get(n % 6).copied().unwrap_or(0);
    (level(cube / 36), level(cube / 6), level(cube))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_all_four_ways() {
        assert_eq!(read("#14171c"), Some(Color::Rgb(0x14, 0x17, 0x1c)));
        assert_eq!(read("light blue"), Some(Color::LightBlue));
        assert_eq!(read("208"), Some(Color::Indexed(208)));
        assert_eq!(read("default"), Some(Color::Reset));
        for wrong in ["#12345", "#ggg000", "mauvish", "256", "", "#äöü"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn exact_colours_of_the_cube_stay_what_they_are() {
        assert_eq!(nearest_indexed(Color::Rgb(255, 135, 0)), Color::Indexed(208));
        assert_eq!(nearest_indexed(Color::Rgb(0, 0, 0)), Color::Indexed(16));
        assert_eq!(nearest_indexed(Color::Rgb(128, 128, 128)), Color::Indexed(244));
        assert_eq!(nearest_indexed(Color::Reset), Color::Reset);
    }
}
