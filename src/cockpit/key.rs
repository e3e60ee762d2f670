//! A key press as plain data, and its name in config, help and tests.

pub use crossterm::event::KeyCode;

/// A key with its modifiers. Shift is part of the character where there is one (`S`, not
/// `shift-s`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Control was held.
    pub ctrl: bool,
    /// Alt (or Meta) was held.
    pub alt: bool,
    /// Shift was held, for keys that are no characters.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character without modifiers.
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// A character with control held.
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// The character that this key would type into a text, if any.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

/// Named keys, as config, help and tests write them. The first name of a key is the one shown.
const NAMES: [(&str, KeyCode); 23] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Return", KeyCode::Enter),
    ("Escape", KeyCode::Esc),
    ("Del", KeyCode::Delete),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Less", KeyCode::Char('<')),
    ("Plus", KeyCode::Char('+')),
];

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (held, word) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(word)?;
            }
        }
        match self.code {
            KeyCode::Char(c) if c != ' ' => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            code => match NAMES.iter().find(|(_, named)| *named == code) {
                Some((name, _)) => f.write_str(name),
                None => write!(f, "{code:?}"),
            },
        }
    }
}

impl std::str::FromStr for Key {
    type Err = String;

    /// Reads `x`, `X`, `Enter`, `F5`, `Ctrl-s`, `Alt-Left`; `Shift-` only with keys that are no
    /// characters.
    fn from_str(word: &str) -> Result<Self, String> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut rest = word;
        loop {
            let lower = rest.to_ascii_lowercase();
            let flag = if lower.starts_with("ctrl-") && rest.len() > 5 {
                Some((&mut ctrl, 5))
            } else if lower.starts_with("alt-") && rest.len() > 4 {
                Some((&mut alt, 4))
            } else if lower.starts_with("shift-") && rest.len() > 6 {
                Some((&mut shift, 6))
            } else {
                None
            };
            let Some((flag, length)) = flag else { break };
            *flag = true;
            rest = rest.get(length..).unwrap_or_default();
        }
        let code = code_of(rest).ok_or_else(|| {
            format!(
                "\"{word}\" is no key; write a character, a name such as Enter, Esc, Tab, Space, \
                 Up, PageDown, F5, with Ctrl- or Alt- before it"
            )
        })?;
        if shift && matches!(code, KeyCode::Char(_)) {
            return Err(format!("\"{word}\": write the capital letter instead of Shift-"));
        }
        Ok(Self { code, ctrl, alt, shift })
    }
}

fn code_of(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=24).contains(&number).then_some(KeyCode::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_is_shown() {
        for word in ["x", "X", "/", "Enter", "Ctrl-s", "Alt-Left", "F5", "Space", "Shift-Up", "-"] {
            let key: Key = word.parse().unwrap();
            assert_eq!(key.to_string(), word);
        }
    }

    #[test]
    fn what_is_no_key_says_what_would_be() {
        for word in ["", "Entre", "F99", "Ctrl-", "Shift-a", "\u{1b}"] {
            let problem = word.parse::<Key>().unwrap_err();
            assert!(problem.contains("write"), "{problem}");
        }
    }
}
