//! `--ascii`: once a screen is drawn, every symbol of ours that a poor font may lack is replaced
//! by a letter, cell for cell. What people wrote stays as they wrote it, but for these symbols.

use ratatui::buffer::Buffer;

/// Replaces the symbols in the whole buffer.
pub fn replace_symbols(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let mut chars = cell.symbol().chars();
        if let (Some(symbol), None) = (chars.next(), chars.next())
            && let Some(letter) = stand_in(symbol)
        {
            cell.set_char(letter);
        }
    }
}

/// The same for a text: symbols of ours that a poor font may lack become letters.
pub fn letters(text: &str) -> String {
    text.chars().map(|c| stand_in(c).unwrap_or(c)).collect()
}

fn stand_in(symbol: char) -> Option<char> {
    Some(match symbol {
        '✔' => 'x',
        '✖' => 'X',
        '●' => '*',
        '◌' => '.',
        '○' => 'o',
        '◇' => '?',
        '◆' => '!',
        '■' => '#',
        '▸' => '>',
        '▾' => 'v',
        '→' => '>',
        '←' => '<',
        '↑' | '▲' => '^',
        '↓' | '▼' => 'v',
        '↶' => 'u',
        '»' => 'd',
        '⊘' => '/',
        '·' => '-',
        '…' => '~',
        '–' | '—' | '−' | '─' | '━' | '┄' => '-',
        '│' | '┃' | '▌' | '▐' => '|',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '╭' | '╮' | '╰' | '╯' | '┏' | '┓'
        | '┗' | '┛' => '+',
        '═' => '=',
        '║' => '|',
        '╔' | '╗' | '╚' | '╝' => '+',
        '█' => '#',
        '▒' => '%',
        '░' => ':',
        '▓' => '+',
        '▄' => '=',
        '╱' => '/',
        '╲' => '\\',
        '┊' => '!',
        '┆' => ';',
        '◂' => '<',
        '•' => '*',
        '☐' => '.',
        '☑' => 'x',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '×' => 'x',
        '±' => '~',
        '�' => '?',
        '␀'..='␟' | '␡' => '?',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn our_symbols_become_letters_cell_for_cell_and_names_stay() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 25, 1));
        buffer.set_string(0, 0, "✔ 2.1 Grüße 世界 T−00:32…", Style::new());
        replace_symbols(&mut buffer);
        let line: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        assert_eq!(line, "x 2.1 Grüße 世 界  T-00:32~");
    }
}
