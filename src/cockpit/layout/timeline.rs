//! Where the parts of the timeline are.

use super::inside;
use ratatui::layout::Rect;

/// The parts of the timeline, within its frame. Rectangles may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chart {
    /// Wall clock, T clock, and the names of the marks.
    pub axis: Rect,
    /// Numbers and titles, a line a row.
    pub labels: Rect,
    /// The bars, a line a row.
    pub lines: Rect,
    /// What is known of the row under the cursor, and below it what the symbols mean.
    pub foot: Rect,
}

/// Lines of the axis.
const AXIS: u16 = 3;

/// Divides the area of the pane, border included.
pub fn chart(main: Rect) -> Chart {
    let inner = inside(main);
    let axis = AXIS.min(inner.height.saturating_sub(1));
    let foot = match inner.height {
        0..=7 => 0,
        8..=11 => 1,
        _ => 2,
    };
    let labels = match inner.width {
        0..=23 => inner.width / 3,
        24..=99 => inner.width * 3 / 10,
        100..=149 => 34,
        _ => 44,
    };
    let height = inner.height - axis - foot;
    let left = Rect { y: inner.y + axis, width: labels, height, ..inner };
    let x = inner.x + labels;
    let width = inner.width - labels;
    Chart {
        axis: Rect { x, width, height: axis, ..inner },
        labels: left,
        lines: Rect { x, width, ..left },
        foot: Rect { y: inner.y + axis + height, height: foot, ..inner },
    }
}
