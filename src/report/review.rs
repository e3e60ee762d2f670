//! The review of a run, kept in notes: what went well, what did not, what will change.
//!
//! There is no event of its own for it. A remark is a note of kind `note` whose text begins with
//! one of two openings, and what will change is a note of kind `action` that begins with a third:
//! so a remark can also be typed in the night, in any pane or on a phone, and is in the review.

use crate::run::{EntryId, Event, NoteKind, Time};

/// What a note says in the review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// What went well.
    WentWell,
    /// What did not.
    WentBadly,
    /// What will change.
    WillChange,
}

impl Said {
    /// How such a note begins; upper and lower case are the same.
    pub fn opening(self) -> &'static str {
        match self {
            Self::WentWell => "Went well: ",
            Self::WentBadly => "Did not go well: ",
            Self::WillChange => "Will change: ",
        }
    }

    /// What a note says in the review, and the text without its opening; none: it is not of the
    /// review.
    pub fn of(kind: NoteKind, text: &str) -> Option<(Self, &str)> {
        let said = match kind {
            NoteKind::Note => [Self::WentWell, Self::WentBadly].into_iter().find_map(|said| {
                let rest = behind(text, said.opening())?;
                Some((said, rest))
            })?,
            NoteKind::Action => (Self::WillChange, behind(text, Self::WillChange.opening())?),
            _ => return None,
        };
        (!said.1.is_empty()).then_some(said)
    }

    /// The edit that gives a note of it an owner and a due time.
    pub fn edit(
        self,
        note: EntryId,
        text: &str,
        owner: Option<String>,
        due: Option<Time>,
    ) -> Event {
        let kind = if self == Self::WillChange { NoteKind::Action } else { NoteKind::Note };
        let text = format!("{}{}", self.opening(), text.trim());
        Event::NoteEdited { note, text, kind, public: false, owner, due }
    }

    /// The note that says it. Only what will change has an owner and a due time.
    pub fn note(self, text: &str, owner: Option<String>, due: Option<Time>) -> Event {
        let is_action = self == Self::WillChange;
        Event::NoteAdded {
            text: format!("{}{}", self.opening(), text.trim()),
            kind: if is_action { NoteKind::Action } else { NoteKind::Note },
            step: None,
            public: false,
            owner: owner.filter(|_| is_action),
            due: due.filter(|_| is_action),
        }
    }
}

/// What stands behind an opening.
fn behind<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    let opening = opening.trim_end();
    let text = text.trim_start();
    let begins = text.get(..opening.len())?.eq_ignore_ascii_case(opening);
    begins.then(|| text.get(opening.len()..).unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_the_review_is_known_by_its_opening_and_kind() {
        use NoteKind::{Action, Issue, Note};
        use Said::{WentBadly, WentWell, WillChange};
        let cases = [
            (Note, "Went well: the calls", Some((WentWell, "the calls"))),
            (Note, "  went WELL:the calls ", Some((WentWell, "the calls"))),
            (Note, "did not go well: the dump", Some((WentBadly, "the dump"))),
            (Action, "Will change: dump earlier", Some((WillChange, "dump earlier"))),
            (Note, "Will change: dump earlier", None),
            (Action, "Went well: the calls", None),
            (Issue, "Went well: the calls", None),
            (Note, "Went well:  ", None),
            (Note, "went", None),
            (Note, "wént well: é", None),
            (Note, "", None),
        ];
        for (kind, text, said) in cases {
            assert_eq!(Said::of(kind, text), said, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for said in [Said::WentWell, Said::WentBadly, Said::WillChange] {
            let Event::NoteAdded { text, kind, .. } = said.note(" x ", None, None) else {
                panic!("a note");
            };
            assert_eq!(Said::of(kind, &text), Some((said, "x")));
        }
    }
}
