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

/// Places labels on `cells` cells, the first given first; `width` tells how many cells a text
/// takes. A label begins or ends at its cell; one that belongs to a cell out of sight stands at
/// that edge with an arrow. What does not fit at any length is left out. No two touch.
pub fn placed(labels: &[Label], cells: usize, width: impl Fn(&str) -> usize) -> Vec<Placed> {
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut done = Vec::new();
    for (ix, label) in labels.iter().enumerate() {
        let found = label.forms.iter().find_map(|form| {
            let text = pointed(label.cell, cells, form);
            let wide = width(&text);
            let start = starts(label.cell, cells, wide)
                .into_iter()
                .flatten()
                .find(|&start| is_free(&taken, start, wide, cells))?;
            Some((start, wide, text))
        });
        if let Some((start, wide, text)) = found {
            taken.push((start, start + wide));
            done.push(Placed { label: ix, start, text });
        }
    }
    done
}

/// The words, with an arrow to what is out of sight.
fn pointed(cell: i64, cells: usize, form: &str) -> String {
    if cell < 0 {
        format!("◂{form}")
    } else if usize::try_from(cell).is_ok_and(|cell| cell >= cells) {
        format!("{form}▸")
    } else {
        form.to_owned()
    }
}

/// Where words of that width may begin: at their cell, else so that they end with it.
fn starts(cell: i64, cells: usize, wide: usize) -> [Option<usize>; 2] {
    match usize::try_from(cell) {
        Err(_) => [Some(0), None],
        Ok(cell) if cell >= cells => [cells.checked_sub(wide), None],
        Ok(cell) => [Some(cell), (cell + 1).checked_sub(wide)],
    }
}

fn is_free(taken: &[(usize, usize)], start: usize, wide: usize, cells: usize) -> bool {
    let end = start + wide;
    wide > 0 && end <= cells && taken.iter().all(|&(from, until)| end < from || start > until)
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
