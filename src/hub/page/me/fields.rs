//! The pieces of a form. What was typed into one that could not be recorded is there again.

use maud::{Markup, html};

/// Bytes of a form, at most.
pub const BYTES: usize = 128 << 10;
/// Fields of a form, at most.
const FIELDS: usize = 512;

/// A form as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent(Vec<(String, String)>);

impl Sent {
    /// Reads `application/x-www-form-urlencoded`. Line ends are as of Unix.
    pub fn read(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body).take(FIELDS);
        Self(pairs.map(|(key, value)| (key.into_owned(), value.replace("\r\n", "\n"))).collect())
    }

    /// What stands in a field, without spaces around it; nothing where it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Whether a box is ticked.
    pub fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// All that was chosen of several.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let of_it = self.0.iter().filter(move |(key, _)| key == name);
        of_it.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Every field.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// What somebody typed in words, to be shown again: the names of the fields and their texts.
    pub fn typed(&self) -> impl Iterator<Item = (&str, &str)> {
        let typed = |name: &str| {
            matches!(name, "reason" | "comment" | "text" | "remaining" | "at" | "evidence")
                || name.starts_with("value.")
        };
        let fields = self.0.iter().map(|(name, value)| (name.as_str(), value.trim()));
        fields.filter(move |(name, value)| typed(name) && !value.is_empty())
    }
}

/// What the forms of a page have in common.
pub struct Forms<'a> {
    /// Where they are sent to.
    pub action: String,
    /// Shows that it is this page's own form.
    pub mark: String,
    /// Names this page: what is sent twice from it is recorded once.
    pub once: String,
    /// One that was sent, and could not be recorded.
    pub sent: Option<&'a Sent>,
}

/// One form.
pub struct Form<'a> {
    of: &'a Forms<'a>,
    kind: &'a str,
    about: &'a str,
    attempt: u32,
    sent: Option<&'a Sent>,
}

impl<'a> Forms<'a> {
    /// A form of that kind, about a step (or another id) in that attempt.
    pub fn form(&'a self, kind: &'a str, about: &'a str, attempt: u32) -> Form<'a> {
        let is_it = |sent: &&Sent| {
            sent.text("form") == Some(kind) && sent.text("about").unwrap_or_default() == about
        };
        Form { of: self, kind, about, attempt, sent: self.sent.filter(is_it) }
    }
}

impl Form<'_> {
    /// The form with what is in it.
    pub fn with(&self, inside: Markup) -> Markup {
        html! {
            form method="post" action=(self.of.action) {
                input type="hidden" name="mark" value=(self.of.mark);
                input type="hidden" name="once" value=(self.of.once);
                input type="hidden" name="form" value=(self.kind);
                @if !self.about.is_empty() {
                    input type="hidden" name="about" value=(self.about);
                    input type="hidden" name="attempt" value=(self.attempt);
                }
                (inside)
            }
        }
    }

    /// The form behind a line that has to be opened first: nothing is sent by one tap in passing.
    pub fn behind(&self, line: &str, inside: Markup) -> Markup {
        html! {
            details.act open[self.sent.is_some()] {
                summary { (line) }
                (self.with(inside))
            }
        }
    }

    /// A name for an element that no other has.
    fn id(&self, name: &str) -> String {
        format!("{}-{}-{name}", self.kind, self.about)
    }

    /// A line of text.
    pub fn line(&self, name: &str, label: Markup, hint: &str, mode: &str) -> Markup {
        let id = self.id(name);
        html! {
            label for=(id) { (label) }
            input id=(id) type="text" name=(name) value=[self.was(name)] placeholder=(hint)
                inputmode=(mode) autocomplete="off" autocapitalize="off" dir="auto";
        }
    }

    /// A text of several lines.
    pub fn area(&self, name: &str, label: &str, needed: bool) -> Markup {
        let id = self.id(name);
        html! {
            label for=(id) { (label) }
            // The parser takes away the first line end.
            textarea id=(id) name=(name) rows="3" required[needed] dir="auto" {
                "\n" (self.was(name).unwrap_or_default())
            }
        }
    }

    /// A box to tick.
    pub fn tick(&self, name: &str, value: &str, label: Markup) -> Markup {
        let ticked = self.sent.is_some_and(|sent| sent.all(name).any(|v| v == value));
        html! {
            label.tick {
                input type="checkbox" name=(name) value=(value) checked[ticked];
                span dir="auto" { (label) }
            }
        }
    }

    /// One of several.
    pub fn pick(&self, name: &str, value: &str, label: Markup) -> Markup {
        let picked = self.was(name) == Some(value);
        html! {
            label.tick {
                input type="radio" name=(name) value=(value) required checked[picked];
                span dir="auto" { (label) }
            }
        }
    }

    /// When it happened.
    pub fn at(&self) -> Markup {
        let label = html! { "When" span.faint { " (empty: now)" } };
        self.line("at", label, "02:14, or 5m ago", "text")
    }

    /// What stood in a field.
    pub fn was(&self, name: &str) -> Option<&str> {
        self.sent?.text(name)
    }
}

/// The button that sends a form.
pub fn send(label: &str) -> Markup {
    html! { button type="submit" { (label) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_and_what_was_typed_is_known() {
        let sent =
            Sent::read(b"form=done&item=a%26b&item=+&item=c&reason=x%0D%0Ay&value.lag=3&mark=m");
        assert_eq!(sent.all("item").collect::<Vec<_>>(), ["a&b", "c"]);
        assert_eq!((sent.text("reason"), sent.has("nothing")), (Some("x\ny"), false));
        assert_eq!(sent.typed().collect::<Vec<_>>(), [("reason", "x\ny"), ("value.lag", "3")]);
        assert_eq!(Sent::read(&[b'&'; 9_999]).fields().len(), 0);
        assert_eq!(Sent::read("a=b&".repeat(999).as_bytes()).fields().len(), FIELDS);
    }

    #[test]
    fn what_was_sent_comes_back_into_its_own_form_only() {
        let sent = Sent::read(b"form=note&text=%3Cb%3E%22");
        let forms = Forms {
            action: "/a".to_owned(),
            mark: String::new(),
            once: String::new(),
            sent: Some(&sent),
        };
        let note = forms.form("note", "", 0).area("text", "Note", true).into_string();
        assert!(note.contains("&lt;b&gt;&quot;") && !note.contains("<b>"), "{note}");
        let other = forms.form("problem", "x", 1).area("text", "Note", true).into_string();
        assert!(!other.contains("&lt;b"), "{other}");
    }
}
