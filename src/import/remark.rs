//! What was found on the way: each kind of finding once, with all its lines.

use std::collections::HashMap;
use std::fmt::Write;

/// More stretches of lines than these are counted, not listed.
const LISTED: usize = 400;

/// Something that was repaired, left out or concluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// `row` or `line`.
    pub place: &'static str,
    /// The lines it is about, ascending; none: it is about the whole file.
    pub lines: Vec<u64>,
    /// What, in words.
    pub text: String,
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.lines.is_empty() {
            return f.write_str(&self.text);
        }
        let plural = if self.lines.len() == 1 { "" } else { "s" };
        write!(f, "{}{plural} {}: {}", self.place, stretches(&self.lines), self.text)
    }
}

/// `3, 5–9, 12`.
fn stretches(lines: &[u64]) -> String {
    let mut out = String::new();
    let mut rest = lines;
    let mut listed = 0;
    while let [first, ..] = rest {
        let run = rest.iter().zip(*first..).take_while(|(line, next)| *line == next).count();
        if listed == LISTED {
            let _ = write!(out, " and {} more", rest.len());
            return out;
        }
        if listed > 0 {
            out.push_str(", ");
        }
        let _ = match run {
            0 | 1 => write!(out, "{first}"),
            _ => write!(out, "{first}–{}", first + run as u64 - 1),
        };
        listed += 1;
        rest = rest.get(run.max(1)..).unwrap_or_default();
    }
    out
}

/// Collects remarks; the same words about several lines are one.
#[derive(Debug)]
pub(super) struct Remarks {
    /// `row` or `line`.
    pub place: &'static str,
    list: Vec<Remark>,
    by_text: HashMap<String, usize>,
}

impl Remarks {
    /// None yet.
    pub fn new(place: &'static str) -> Self {
        Self { place, list: Vec::new(), by_text: HashMap::new() }
    }

    /// Something about the whole file.
    pub fn general(&mut self, text: impl Into<String>) {
        let at = self.index(text.into());
        if let Some(remark) = self.list.get_mut(at) {
            remark.lines.clear();
        }
    }

    /// Something about a line.
    pub fn at(&mut self, line: u64, text: impl Into<String>) {
        let at = self.index(text.into());
        if let Some(remark) = self.list.get_mut(at)
            && remark.lines.last() != Some(&line)
        {
            remark.lines.push(line);
        }
    }

    fn index(&mut self, text: String) -> usize {
        if let Some(&at) = self.by_text.get(&text) {
            return at;
        }
        let remark = Remark { place: self.place, lines: Vec::new(), text: text.clone() };
        self.list.push(remark);
        self.by_text.insert(text, self.list.len() - 1);
        self.list.len() - 1
    }

    /// All of them, those about the whole file first, then by line.
    pub fn finish(mut self) -> Vec<Remark> {
        for remark in &mut self.list {
            remark.lines.sort_unstable();
            remark.lines.dedup();
        }
        self.list.sort_by_key(|remark| remark.lines.first().copied());
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_about_several_lines_are_one_remark() {
        let mut remarks = Remarks::new("line");
        for line in [7, 3, 4, 5, 9] {
            remarks.at(line, "no duration");
        }
        remarks.at(2, "skipped");
        remarks.general("Latin-1");
        let said: Vec<String> = remarks.finish().iter().map(ToString::to_string).collect();
        assert_eq!(said, ["Latin-1", "line 2: skipped", "lines 3–5, 7, 9: no duration"]);
    }
}
