//! Words on a line of cells that never lie on each other.

/// Something to be written at a cell, said in one or more lengths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The cell it belongs to; out of sight where negative or behind the last.
    pub cell: i64,
    /// From the longest to the shortest.
    pub forms: Vec<String>,
}

/// A label where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Which of the labels.
    pub label: usize,
    /// The first cell of its words.
    pub start: usize,
    /// The words.
    pub text: String,
}

/// Places labels on `cells` cells; `width` tells how many cells a text takes. First each is given
/// room for its shortest form, then for the longest that fits, the first given first. A label begins
/// or ends at its cell; one that belongs to a cell out of sight stands near that edge with an arrow.
/// What does not fit at any length is left out. No two touch.
pub fn placed(labels: &[Label], cells: usize, width: impl Fn(&str) -> usize) -> Vec<Placed> {
    let mut spots: Vec<Option<Spot>> = vec![None; labels.len()];
    let short = |label: &Label| label.forms.len().saturating_sub(1)..label.forms.len();
    let long = |label: &Label| 0..label.forms.len();
    for forms in [&short as &dyn Fn(&Label) -> std::ops::Range<usize>, &long] {
        for (ix, label) in labels.iter().enumerate() {
            let others = spots.iter().enumerate().filter(|(at, _)| *at != ix);
            let taken: Vec<Spot> = others.filter_map(|(_, spot)| *spot).collect();
            let mut wanted = forms(label).filter_map(|form| {
                let wide = width(&pointed(label.cell, cells, label.forms.get(form)?));
                let mut starts = starts(label.cell, cells, wide, &taken).into_iter();
                let start = starts.find(|&start| is_free(&taken, start, wide, cells))?;
                let side = side_of(label.cell, cells);
                Some(Spot { form, start, end: start + wide, side })
            });
            if let (Some(spot), Some(place)) = (wanted.next(), spots.get_mut(ix)) {
                *place = Some(spot);
            }
        }
    }
    let words = |(label, spot): (usize, Option<Spot>)| {
        let (of, spot) = (labels.get(label)?, spot?);
        let text = pointed(of.cell, cells, of.forms.get(spot.form)?);
        Some(Placed { label, start: spot.start, text })
    };
    spots.into_iter().enumerate().filter_map(words).collect()
}

/// Where a form of a label stands.
#[derive(Clone, Copy)]
struct Spot {
    form: usize,
    start: usize,
    end: usize,
    side: Side,
}

/// The words, with an arrow to what is out of sight.
fn pointed(cell: i64, cells: usize, form: &str) -> String {
    match side_of(cell, cells) {
        Side::Before => format!("◂{form}"),
        Side::Behind => format!("{form}▸"),
        Side::In(_) => form.to_owned(),
    }
}

/// Where words of that width may begin: at their cell, else so that they end with it. Out of sight:
/// at that edge, else behind what else stands there for something out of sight.
fn starts(cell: i64, cells: usize, wide: usize, taken: &[Spot]) -> Vec<usize> {
    let of_side = |side| taken.iter().filter(move |spot| spot.side == side);
    let side = side_of(cell, cells);
    match side {
        Side::Before => [0].into_iter().chain(of_side(side).map(|spot| spot.end + 1)).collect(),
        Side::Behind => {
            let ends =
                [cells].into_iter().chain(of_side(side).filter_map(|s| s.start.checked_sub(1)));
            ends.filter_map(|end| end.checked_sub(wide)).collect()
        }
        Side::In(cell) => {
            [Some(cell), (cell + 1).checked_sub(wide)].into_iter().flatten().collect()
        }
    }
}

/// Where a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    In(usize),
    Behind,
}

fn side_of(cell: i64, cells: usize) -> Side {
    match usize::try_from(cell) {
        Err(_) => Side::Before,
        Ok(cell) if cell < cells => Side::In(cell),
        Ok(_) => Side::Behind,
    }
}

fn is_free(taken: &[Spot], start: usize, wide: usize, cells: usize) -> bool {
    let end = start + wide;
    wide > 0 && end <= cells && taken.iter().all(|spot| end < spot.start || start > spot.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn label(cell: i64, forms: &[&str]) -> Label {
        Label { cell, forms: forms.iter().map(|form| (*form).to_owned()).collect() }
    }

    fn line(labels: &[Label], cells: usize) -> String {
        let mut line = vec![' '; cells];
        for placed in placed(labels, cells, |text| text.chars().count()) {
            for (at, c) in placed.text.chars().enumerate() {
                line[placed.start + at] = c;
            }
        }
        line.into_iter().collect()
    }

    #[test]
    fn labels_stand_at_their_cells_give_way_and_point_out_of_sight() {
        let now = label(4, &["now 22:57", "now"]);
        let back = label(15, &["roll back by 23:32", "RB 23:32", "RB"]);
        let closes = label(70, &["closes 04:00", "closes"]);
        let opens = label(-3, &["opens 22:00", "opens"]);
        let all = [now, back, closes, opens];
        assert_eq!(line(&all, 60), "    now 22:57  roll back by 23:32              closes 04:00▸");
        assert_eq!(line(&all, 32), "    now 22:57  RB 23:32  closes▸");
        assert_eq!(line(&all, 20), "    now 22:57  RB   ");
        assert_eq!(line(&all[3..], 20), "◂opens 22:00        ");
        let both = [label(70, &["RB 03:32"]), label(80, &["closes 04:00"])];
        assert_eq!(line(&both, 50), "                           closes 04:00▸ RB 03:32▸");
        assert_eq!(line(&[label(19, &["RB 23:32"])], 20), "            RB 23:32");
        assert_eq!(line(&all, 0), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_two_labels_touch(
            wanted in prop::collection::vec((-20..140_i64, 0..20_usize), 0..20), cells in 0..120_usize
        ) {
            let labels: Vec<_> = wanted
                .iter()
                .map(|(cell, long)| Label { cell: *cell, forms: vec!["x".repeat(*long), "x".into()] })
                .collect();
            let mut spans: Vec<_> = placed(&labels, cells, |text| text.chars().count())
                .iter()
                .map(|placed| (placed.start, placed.start + placed.text.chars().count()))
                .collect();
            spans.sort_unstable();
            prop_assert!(spans.iter().all(|span| span.1 <= cells));
            prop_assert!(spans.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
