//! How somebody's attention is called: a bell, and a notification where the terminal shows some.

use crate::cockpit::config::Notify;
use crate::runbook::visible;
use std::io::{self, Write};

/// Bytes of a notification's text, at most.
const TEXT: usize = 400;

/// The way to a notification that a terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Nothing at all.
    Silent,
    /// A bell.
    Bell,
    /// A bell and OSC 9, as iTerm2 began it; terminals that do not know it pass it over.
    Osc9,
    /// A bell and OSC 777, as rxvt-unicode began it.
    Osc777,
}

/// What the environment says about the terminal: `TERM`, and whether `VTE_VERSION` is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalKind {
    /// `TERM`; empty: not known.
    pub term: String,
    /// The terminal is made of VTE, as GNOME's is.
    pub vte: bool,
}

impl Way {
    /// The way that fits a terminal, as far as the config allows it.
    pub fn of(kind: &TerminalKind, wanted: Notify) -> Self {
        let prints_it = matches!(kind.term.as_str(), "linux" | "dumb" | "");
        let knows_777 = kind.vte || ["rxvt", "foot"].iter().any(|name| kind.term.starts_with(name));
        match wanted {
            Notify::None => Self::Silent,
            Notify::Bell => Self::Bell,
            Notify::All if prints_it => Self::Bell,
            Notify::All if knows_777 => Self::Osc777,
            Notify::All => Self::Osc9,
        }
    }

    /// What is sent to the terminal for a text.
    fn sent(self, text: &str) -> String {
        let text = visible(text);
        let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= TEXT).last();
        let text = if text.len() > TEXT { text.get(..end.unwrap_or(0)) } else { Some(&*text) };
        let text = text.unwrap_or_default();
        match self {
            Self::Silent => String::new(),
            Self::Bell => "\u{7}".to_owned(),
            Self::Osc9 => format!("\u{7}\u{1b}]9;{text}\u{7}"),
            // The text is the last part: whatever stands in it, nothing follows.
            Self::Osc777 => format!("\u{7}\u{1b}]777;notify;golive;{text}\u{7}"),
        }
    }

    /// Calls for attention. A terminal that is gone is not missed.
    pub fn notify(self, text: &str) {
        let mut out = io::stdout();
        let _ = out.write_all(self.sent(text).as_bytes());
        let _ = out.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_terminal_gets_what_it_understands_and_no_more_than_is_wanted() {
        let way =
            |term: &str, vte, wanted| Way::of(&TerminalKind { term: term.to_owned(), vte }, wanted);
        assert_eq!(way("xterm-256color", false, Notify::All), Way::Osc9);
        assert_eq!(way("xterm-256color", true, Notify::All), Way::Osc777);
        assert_eq!(way("foot-extra", false, Notify::All), Way::Osc777);
        assert_eq!(way("linux", false, Notify::All), Way::Bell);
        assert_eq!(way("xterm", false, Notify::Bell), Way::Bell);
        assert_eq!(way("xterm", true, Notify::None), Way::Silent);
    }

    #[test]
    fn a_text_ends_no_sequence_and_begins_none() {
        let evil = "done\u{7}\u{1b}]52;c;ZXZpbA==\u{7}\u{9c}";
        for way in [Way::Osc9, Way::Osc777] {
            let sent = way.sent(evil);
            assert_eq!(sent.matches('\u{1b}').count(), 1, "{sent:?}");
            assert_eq!(sent.matches('\u{7}').count(), 2, "{sent:?}");
            assert!(!sent.contains('\u{9c}'), "{sent:?}");
        }
        assert_eq!(Way::Bell.sent(evil), "\u{7}");
        assert_eq!(Way::Silent.sent(evil), "");
        assert!(Way::Osc9.sent(&"ä".repeat(5_000)).len() < 420);
    }
}
