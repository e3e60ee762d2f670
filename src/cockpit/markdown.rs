//! Instructions: Markdown to wrapped, styled lines. HTML is shown as it is written, images as
//! their text and address; a link keeps its address in sight, and only http, https and mailto
//! look like one.

use super::theme;
use super::view::text::{beginning, width, wrap_pieces};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::borrow::Cow;

/// Longest text that is read, in bytes; a pane is no place for more.
const LIMIT: usize = 16 * 1024;

/// Renders a Markdown text in at most `columns` columns. Text without any style of its own takes
/// the style of whatever it is drawn on.
pub fn render(text: &str, columns: usize, styles: &theme::Markdown) -> Vec<Line<'static>> {
    let (head, all) = beginning(text, LIMIT);
    let mut page = Page::new(columns, styles);
    for event in Parser::new_ext(head, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS) {
        page.take(event);
    }
    page.end_block();
    if !all {
        let more = format!("… {} more bytes in the runbook", text.len() - head.len());
        page.lines.push(Line::styled(more, styles.marker));
    }
    page.lines
}

/// Whether an address is offered as a link.
pub fn is_link(url: &str) -> bool {
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

/// A list that is open: the number of the next item, or none for bullets.
struct List {
    next: Option<u64>,
}

/// The page as far as it is written.
struct Page<'a> {
    columns: usize,
    styles: &'a theme::Markdown,
    lines: Vec<Line<'static>>,
    /// The paragraph being read.
    pieces: Vec<(String, Style)>,
    style: Vec<Style>,
    lists: Vec<List>,
    /// Columns of indent, and what stands in them on the first line of the next block.
    indent: usize,
    marker: Option<String>,
    quotes: usize,
    in_code: bool,
    /// Addresses of the links that are open.
    links: Vec<String>,
    /// A blank line is due before the next block.
    gap: bool,
}

impl<'a> Page<'a> {
    fn new(columns: usize, styles: &'a theme::Markdown) -> Self {
        Self {
            columns,
            styles,
            lines: Vec::new(),
            pieces: Vec::new(),
            style: Vec::new(),
            lists: Vec::new(),
            indent: 0,
            marker: None,
            quotes: 0,
            in_code: false,
            links: Vec::new(),
            gap: false,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => self.code_lines(&text),
            Event::Text(text) => self.push(&text, None),
            Event::Code(code) => self.push(&code, Some(self.styles.code)),
            Event::Html(html) | Event::InlineHtml(html) => {
                for line in html.lines() {
                    self.push(line, None);
                    self.end_block();
                }
            }
            Event::SoftBreak => self.push(" ", None),
            Event::HardBreak => {
                self.end_block();
                self.gap = false;
            }
            Event::Rule => {
                self.start_block();
                self.push(&"─".repeat(self.columns.min(20)), Some(self.styles.marker));
                self.end_block();
            }
            Event::TaskListMarker(ticked) => {
                self.marker = Some(if ticked { "☑ " } else { "☐ " }.to_owned());
            }
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(&text, None);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.start_block();
                self.style.push(self.styles.heading);
            }
            Tag::Paragraph | Tag::HtmlBlock => self.start_block(),
            Tag::BlockQuote(_) => {
                self.start_block();
                self.quotes += 1;
                self.style.push(self.styles.quote);
            }
            Tag::CodeBlock(_) => {
                self.start_block();
                self.in_code = true;
            }
            Tag::List(first) => {
                let nested = !self.lists.is_empty();
                self.start_block();
                if nested {
                    self.gap = false;
                }
                self.lists.push(List { next: first });
            }
            Tag::Item => self.start_item(),
            Tag::Emphasis => self.style.push(self.styles.emphasis),
            Tag::Strong => self.style.push(self.styles.strong),
            Tag::Strikethrough => self.style.push(self.styles.struck),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let style = if is_link(&dest_url) { self.styles.link } else { Style::new() };
                self.links.push(dest_url.into_string());
                self.style.push(style);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_block();
                self.style.pop();
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.end_block(),
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes = self.quotes.saturating_sub(1);
                self.style.pop();
            }
            TagEnd::CodeBlock => {
                self.end_block();
                self.in_code = false;
                self.gap = true;
            }
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
                self.gap = self.lists.is_empty();
            }
            TagEnd::Item => {
                self.end_block();
                self.indent = self.indent.saturating_sub(2);
                self.gap = false;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.style.pop();
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    /// The address follows the text, so that nobody opens what they do not see.
    fn end_link(&mut self) {
        self.style.pop();
        if let Some(url) = self.links.pop()
            && self.pieces.last().is_none_or(|(text, _)| *text != url)
        {
            let style = if is_link(&url) { self.styles.link } else { Style::new() };
            self.push(" (", None);
            self.push(&url, Some(style));
            self.push(")", None);
        }
    }

    fn start_item(&mut self) {
        self.end_block();
        self.gap = false;
        self.indent += 2;
        let marker = match self.lists.last_mut().and_then(|list| list.next.as_mut()) {
            Some(number) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            None => "• ".to_owned(),
        };
        self.marker = Some(marker);
    }

    fn push(&mut self, text: &str, style: Option<Style>) {
        let around = self.style.iter().fold(Style::new(), |all, style| all.patch(*style));
        self.pieces.push((text.to_owned(), style.map_or(around, |style| around.patch(style))));
    }

    fn code_lines(&mut self, text: &str) {
        for line in text.lines() {
            self.push(&format!("  {line}"), Some(self.styles.code));
            self.end_block();
            self.gap = false;
        }
    }

    /// Ends what is open, and leaves a blank line before what follows, except in a list.
    fn start_block(&mut self) {
        self.end_block();
        if self.gap && self.lists.is_empty() && !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.gap = false;
    }

    fn end_block(&mut self) {
        if self.pieces.is_empty() {
            return;
        }
        let marker = self.marker.take();
        let own = marker.as_deref().map_or(0, width);
        let quote = "│ ".repeat(self.quotes.min(4));
        let indent = self.indent.saturating_sub(2).min(self.columns / 2);
        let hang = if self.lists.is_empty() { 0 } else { own.max(2) };
        let before = width(&quote) + indent + hang;
        let pieces: Vec<_> =
            self.pieces.drain(..).map(|(text, style)| (Cow::Owned(text), style)).collect();
        let wrapped = wrap_pieces(&pieces, self.columns.saturating_sub(before));
        for (number, line) in wrapped.into_iter().enumerate() {
            let lead = match (&marker, number) {
                (Some(marker), 0) => format!("{marker:<hang$}"),
                _ => " ".repeat(hang),
            };
            let mut spans = vec![Span::styled(
                format!("{quote}{}{lead}", " ".repeat(indent)),
                self.styles.marker,
            )];
            spans.extend(line.spans);
            self.lines.push(Line::from(spans));
        }
        self.gap = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cockpit::theme::Theme;

    fn shown(text: &str, columns: usize) -> Vec<String> {
        render(text, columns, &Theme::default().markdown)
            .iter()
            .map(|line| line.to_string().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn a_page_of_instructions_reads_well() {
        let text = "# Migrate\n\nStop the *old* writers, **then** run:\n\n```sh\n./migrate.sh eu-1\n\
                    \n./verify.sh\n```\n\n- Replica lag under 5 s, watched on the board all the time\n\
                    - Alerts muted\n  - also the pager\n\n1. first\n2. second, which is longer\n\n\
                    > Ask ana if unsure\n\n- [x] ticked\n- [ ] open\n\n---\nSee [the \
                    wiki](https://wiki.example/4711) or <https://x.example>, ~~not~~ \
                    [this](javascript:alert(1)).\nA  \nB";
        insta::assert_snapshot!(shown(text, 40).join("\n"));
    }

    #[test]
    fn only_web_and_mail_addresses_look_like_links() {
        let styles = Theme::default().markdown;
        for (url, is) in [
            ("https://a.example", true),
            ("HTTP://a.example", true),
            ("mailto:ana@a.example", true),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("", false),
            ("é", false),
        ] {
            assert_eq!(is_link(url), is, "{url}");
            let lines = render(&format!("[x](<{url}>)"), 40, &styles);
            let looks = lines.iter().flat_map(|line| &line.spans).any(|s| s.style == styles.link);
            assert_eq!(looks, is, "{url}");
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_everywhere() {
        let evil = "a\u{1b}[2Jb `c\u{9b}d` **e\u{202e}f**\n\n    g\u{7}h\n\n[i\u{1b}](http://j\u{1b}k)\n\
                    \n<b\u{1b}>\n\n# l\u{8}m";
        for columns in 0..60 {
            for line in render(evil, columns, &Theme::default().markdown) {
                let text = line.to_string();
                assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
            }
        }
    }

    #[test]
    fn no_line_is_wider_than_asked_and_a_huge_text_is_cut() {
        let text = "- a\n  - b\n    - c\n      - 世界世界世界\n        > quoted `code here` text\n";
        for columns in 12..60 {
            for line in render(text, columns, &Theme::default().markdown) {
                assert!(line.width() <= columns, "{columns}: {line}");
            }
        }
        let huge = shown(&"é".repeat(500_000), 40);
        assert!(huge.len() < 2_000);
        assert_eq!(huge.last().map(String::as_str), Some("… 983616 more bytes in the runbook"));
        assert!(shown(&">".repeat(70_000), 3).len() < 70_000);
        assert!(shown(&"- ".repeat(30_000), 3).len() < 70_000);
    }
}
