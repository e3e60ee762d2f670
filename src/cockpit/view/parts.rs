//! Lines made of parts that give way to each other: what fits of a header or footer at any width.

use super::text::width;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// One thing a line says, in one or more lengths.
pub struct Part {
    /// From the longest to the shortest.
    forms: Vec<Vec<Span<'static>>>,
    /// The order in which parts are given room: 0 first. Those of rank 0 never drop.
    rank: u8,
    /// It stands at the right edge.
    right: bool,
    /// It takes this form, or the next that fits, before others get more than their shortest.
    first: Option<usize>,
}

/// From this rank on, parts get room only when everything before them is said at length.
const SPARE: u8 = 7;

impl Part {
    /// A part that has only one length yet.
    pub fn new(rank: u8, spans: Vec<Span<'static>>) -> Self {
        Self { forms: vec![spans], rank, right: false, first: None }
    }

    /// A part in one style.
    pub fn styled(rank: u8, text: impl Into<String>, style: Style) -> Self {
        Self::new(rank, vec![Span::styled(text.into(), style)])
    }

    /// The same, said shorter.
    #[must_use]
    pub fn or(mut self, spans: Vec<Span<'static>>) -> Self {
        self.forms.push(spans);
        self
    }

    /// The same, at the right edge of the line.
    #[must_use]
    pub fn at_right(mut self) -> Self {
        self.right = true;
        self
    }

    /// The same, said in this form (0: the longest) before parts of a higher rank get room.
    #[must_use]
    pub fn at_once(mut self, form: usize) -> Self {
        self.first = Some(form);
        self
    }

    fn width(&self, form: usize) -> usize {
        self.forms.get(form).map_or(0, |spans| spans.iter().map(|s| width(&s.content)).sum())
    }

    fn shortest(&self) -> usize {
        self.forms.len().saturating_sub(1)
    }

    /// The longest form of at most so many columns, from `first` on; the shortest where none fits.
    fn longest_in(&self, room: usize, first: usize) -> usize {
        (first..self.forms.len()).find(|&form| self.width(form) <= room).unwrap_or(self.shortest())
    }
}

/// One line of parts, at most `columns` wide (more only where parts of rank 0 need it), with `gap`
/// between two of them: first everything by rank at its shortest, then longer forms by rank while
/// there is room, then what is said only where there is plenty.
pub fn line(mut parts: Vec<Part>, columns: usize, gap: &Span<'static>) -> Line<'static> {
    let between = width(&gap.content);
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&at| parts[at].rank);
    let mut chosen: Vec<Option<usize>> = vec![None; parts.len()];
    let mut used = 0;
    let (main, spare): (Vec<_>, Vec<_>) = order.into_iter().partition(|&at| parts[at].rank < SPARE);
    for &at in &main {
        let part = &parts[at];
        let gap = if used > 0 { between } else { 0 };
        let room = columns.saturating_sub(used + gap);
        let form = part.first.map_or(part.shortest(), |first| part.longest_in(room, first));
        if part.rank == 0 || part.width(form) <= room {
            chosen[at] = Some(form);
            used += gap + part.width(form);
        }
    }
    for &at in &main {
        let Some(now) = chosen[at] else { continue };
        let part = &parts[at];
        let form = part.longest_in(columns.saturating_sub(used) + part.width(now), 0);
        used = used + part.width(form) - part.width(now);
        chosen[at] = Some(form);
    }
    for &at in &spare {
        let gap = if used > 0 { between } else { 0 };
        let room = columns.saturating_sub(used + gap);
        let form = parts[at].longest_in(room, 0);
        if parts[at].width(form) <= room {
            chosen[at] = Some(form);
            used += gap + parts[at].width(form);
        }
    }
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (at, form) in chosen.iter().enumerate() {
        let Some(form) = *form else { continue };
        if parts[at].right {
            spans.push(Span::raw(" ".repeat(columns.saturating_sub(used))));
        }
        if !spans.is_empty() {
            spans.push(gap.clone());
        }
        spans.append(&mut parts[at].forms[form]);
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(columns: usize) -> String {
        let raw = |text: &str| vec![Span::raw(text.to_owned())];
        let parts = vec![
            Part::new(0, raw("LIVE")),
            Part::new(2, raw("Ledger 4.2 go-live")).or(raw("Ledger")),
            Part::new(1, raw("02:28 London")).or(raw("02:28")),
            Part::new(3, raw("6 here")).at_right(),
        ];
        line(parts, columns, &Span::raw("  ")).to_string()
    }

    #[test]
    fn parts_shorten_and_then_drop_by_rank() {
        assert_eq!(shown(60), "LIVE  Ledger 4.2 go-live  02:28 London                6 here");
        assert_eq!(shown(47), "LIVE  Ledger 4.2 go-live  02:28 London   6 here");
        assert_eq!(shown(36), "LIVE  Ledger  02:28 London    6 here");
        assert_eq!(shown(27), "LIVE  Ledger  02:28  6 here");
        assert_eq!(shown(22), "LIVE  Ledger  02:28");
        assert_eq!(shown(18), "LIVE  02:28 London");
        assert_eq!(shown(5), "LIVE");
        assert_eq!(shown(0), "LIVE");
    }
}
