//! What differs between two texts, line by line.

use super::diff::ChangeKind;
use similar::{ChangeTag, TextDiff};

/// A line of a difference between two texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Added, removed, or none where both have it.
    pub kind: Option<ChangeKind>,
    /// Number in the old text, from 1.
    pub old: Option<usize>,
    /// Number in the new text, from 1.
    pub new: Option<usize>,
    /// The line, without its line feed. Not yet made visible.
    pub text: String,
}

/// Longest that lines are compared; past it the difference is right, but not the shortest.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(300);

/// The changed lines of two texts in groups, each with `context` lines around it.
pub fn line_difference(old: &str, new: &str, context: usize) -> Vec<Vec<DiffLine>> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    diff.grouped_ops(context)
        .iter()
        .map(|group| {
            let lines = group.iter().flat_map(|op| diff.iter_changes(op));
            lines
                .map(|line| DiffLine {
                    kind: match line.tag() {
                        ChangeTag::Equal => None,
                        ChangeTag::Delete => Some(ChangeKind::Removed),
                        ChangeTag::Insert => Some(ChangeKind::Added),
                    },
                    old: line.old_index().map(|i| i + 1),
                    new: line.new_index().map(|i| i + 1),
                    text: line.value().trim_end_matches(['\n', '\r']).to_owned(),
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_groups_with_their_numbers() {
        let old = (1..=30).map(|n| format!("line {n}\r\n")).collect::<String>();
        let new = old.replace("line 5\r\n", "line five\r\n").replace("line 25\r\n", "");
        let groups = line_difference(&old, &new, 1);
        assert_eq!(groups.len(), 2);
        let first: Vec<_> = groups[0].iter().map(|l| (l.kind, l.old, l.new, &l.text[..])).collect();
        assert_eq!(
            first,
            [
                (None, Some(4), Some(4), "line 4"),
                (Some(ChangeKind::Removed), Some(5), None, "line 5"),
                (Some(ChangeKind::Added), None, Some(5), "line five"),
                (None, Some(6), Some(6), "line 6"),
            ]
        );
    }
}
