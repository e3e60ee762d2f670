//! Letters of blocks, three or five lines high, for what has to be read from the other end of a
//! room. Capitals, digits and a few signs; whatever else a text has keeps it in the usual size.

/// How large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// The terminal's own letters, one line.
    Usual,
    /// Three lines high.
    Large,
    /// Five lines high.
    Huge,
}

impl Size {
    /// Lines that a text of this size takes.
    pub fn lines(self) -> u16 {
        match self {
            Self::Usual => 1,
            Self::Large => 3,
            Self::Huge => 5,
        }
    }
}

/// Dots of a letter: how many columns, and five rows from the top, the leftmost dot in the highest
/// of as many bits.
type Glyph = (u16, [u8; 5]);

/// The text in lines of blocks; none, where a character has no such letter.
pub fn large(text: &str, size: Size) -> Option<Vec<String>> {
    let glyphs: Option<Vec<Glyph>> = text.to_uppercase().chars().map(glyph).collect();
    let glyphs = glyphs?;
    let dots = |row: usize| {
        let mut line: Vec<bool> = Vec::new();
        for (width, rows) in &glyphs {
            let bits = rows.get(row).copied().unwrap_or(0);
            line.extend((0..*width).rev().map(|bit| bits >> bit & 1 == 1));
            line.push(false);
        }
        line
    };
    match size {
        Size::Usual => None,
        Size::Large => {
            Some((0..3).map(|pair| halves(&dots(2 * pair), &dots(2 * pair + 1))).collect())
        }
        Size::Huge => Some((0..5).map(|row| doubled(&dots(row))).collect()),
    }
}

/// Two rows of dots in one line.
fn halves(above: &[bool], below: &[bool]) -> String {
    let dot = |pair| match pair {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    above.iter().copied().zip(below.iter().copied()).map(dot).collect()
}

/// One row of dots, each two columns wide.
fn doubled(dots: &[bool]) -> String {
    dots.iter().map(|dot| if *dot { "██" } else { "  " }).collect()
}

fn glyph(c: char) -> Option<Glyph> {
    let rows = match c {
        '0' => [7, 5, 5, 5, 7],
        '1' => [2, 6, 2, 2, 7],
        '2' => [7, 1, 7, 4, 7],
        '3' => [7, 1, 7, 1, 7],
        '4' => [5, 5, 7, 1, 1],
        '5' => [7, 4, 7, 1, 7],
        '6' => [7, 4, 7, 5, 7],
        '7' => [7, 1, 1, 2, 2],
        '8' => [7, 5, 7, 5, 7],
        '9' => [7, 5, 7, 1, 7],
        'A' => [2, 5, 7, 5, 5],
        'B' => [6, 5, 6, 5, 6],
        'C' => [3, 4, 4, 4, 3],
        'D' => [6, 5, 5, 5, 6],
        'E' => [7, 4, 6, 4, 7],
        'F' => [7, 4, 6, 4, 4],
        'G' => [3, 4, 5, 5, 3],
        'H' => [5, 5, 7, 5, 5],
        'I' => [7, 2, 2, 2, 7],
        'J' => [1, 1, 1, 5, 2],
        'K' => [5, 5, 6, 5, 5],
        'L' => [4, 4, 4, 4, 7],
        'M' => return Some((5, [17, 27, 21, 17, 17])),
        'N' => return Some((4, [9, 13, 11, 9, 9])),
        'O' => [2, 5, 5, 5, 2],
        'P' => [6, 5, 6, 4, 4],
        'Q' => return Some((4, [6, 9, 9, 11, 7])),
        'R' => [6, 5, 6, 5, 5],
        'S' => [3, 4, 2, 1, 6],
        'T' => [7, 2, 2, 2, 2],
        'U' => [5, 5, 5, 5, 7],
        'V' => [5, 5, 5, 5, 2],
        'W' => return Some((5, [17, 17, 21, 27, 17])),
        'X' => [5, 5, 2, 5, 5],
        'Y' => [5, 5, 2, 2, 2],
        'Z' => [7, 1, 2, 4, 7],
        '+' => [0, 2, 7, 2, 0],
        '-' | '−' | '–' => [0, 0, 7, 0, 0],
        '/' => [1, 1, 2, 4, 4],
        ':' => return Some((1, [0, 1, 0, 1, 0])),
        '.' => return Some((1, [0, 0, 0, 0, 1])),
        ',' => return Some((1, [0, 0, 0, 1, 1])),
        ' ' => return Some((2, [0; 5])),
        _ => return None,
    };
    Some((3, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cockpit::view::text::width;

    #[test]
    fn a_time_in_letters_of_blocks_can_be_read() {
        let lines = large("23:05", Size::Large).unwrap();
        let wanted = ["▀▀█ ▀▀█ ▄ █▀█ █▀▀ ", "█▀▀ ▀▀█ ▄ █ █ ▀▀█ ", "▀▀▀ ▀▀▀   ▀▀▀ ▀▀▀ "];
        assert_eq!(lines, wanted, "\n{}", lines.join("\n"));
    }

    #[test]
    fn every_line_is_as_wide_as_the_first_and_what_has_no_letter_stays_as_it_is() {
        let all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 +-/:.,";
        for size in [Size::Large, Size::Huge] {
            let lines = large(all, size).unwrap();
            assert_eq!(lines.len(), usize::from(size.lines()));
            assert!(lines.iter().all(|line| width(line) == width(&lines[0])));
        }
        for text in ["Zoë", "世界", "a\u{1b}[2J", "a?b"] {
            assert_eq!(large(text, Size::Large), None, "{text}");
        }
        let mut letters: Vec<_> = all.chars().filter_map(glyph).collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), all.chars().count(), "no two look the same");
    }
}
