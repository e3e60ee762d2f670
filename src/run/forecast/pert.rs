//! How long a step with three points may take: the PERT distribution, drawn by its quantiles.
//!
//! A best, a likely and a worst length make a beta distribution over best..worst whose mean is
//! (best + 4 · likely + worst) / 6 (D. G. Malcolm, J. H. Roseboom, C. E. Clark and W. Fazar,
//! "Application of a technique for research and development program evaluation", 1959): with
//! m = (likely − best) / (worst − best), its shapes are α = 1 + 4 m and β = 1 + 4 (1 − m).

use crate::runbook::network::{Ms, length_ms};
use crate::runbook::{Secs, Span};
use std::collections::HashMap;
use std::rc::Rc;

/// Intervals of equal probability in a table of quantiles.
const QUANTILES: usize = 1024;
/// Places of the mode between best and worst that are told apart.
const MODES: f64 = 1000.0;
/// Points at which the density is summed up.
const GRID: usize = 4096;

/// The distribution of one length.
#[derive(Debug, Clone)]
pub(super) struct Pert {
    best: f64,
    spread: f64,
    quantiles: Rc<[f64]>,
}

/// Distributions by where their mode lies: two lengths of the same shape share a table.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    tables: HashMap<u64, Rc<[f64]>>,
}

impl Shapes {
    /// The distribution of a length; none for one that has one point, or three that are one.
    pub fn of(&mut self, span: Span) -> Option<Pert> {
        let (best, worst) = span.range?;
        let [best, likely, worst] = [best, span.likely, worst].map(milliseconds);
        let spread = worst - best;
        if spread <= 0.0 {
            return None;
        }
        let mode = ((likely - best) / spread).clamp(0.0, 1.0);
        let mode = (mode * MODES).round() / MODES;
        let table = self.tables.entry(mode.to_bits()).or_insert_with(|| quantiles(mode));
        Some(Pert { best, spread, quantiles: table.clone() })
    }
}

impl Pert {
    /// The length below which it stays with this probability.
    pub fn quantile(&self, probability: f64) -> Ms {
        self.best_plus(at(&self.quantiles, probability))
    }

    /// The same among the lengths that are longer than `elapsed`, which has passed already; at
    /// least that long.
    pub fn quantile_beyond(&self, elapsed: Ms, probability: f64) -> Ms {
        let passed = self.below(elapsed);
        self.quantile(passed + (1.0 - passed) * probability).max(elapsed)
    }

    fn best_plus(&self, part: f64) -> Ms {
        // Within a hundred years, which a float holds to the millisecond.
        #[allow(clippy::cast_possible_truncation, reason = "bounded by the worst length")]
        let ms = (self.best + part * self.spread).round() as Ms;
        ms
    }

    /// The probability of a length of at most that.
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of a night, and a small table")]
    fn below(&self, length: Ms) -> f64 {
        let part = (length as f64 - self.best) / self.spread;
        let above = self.quantiles.partition_point(|&quantile| quantile <= part);
        let Some(low) = above.checked_sub(1) else { return 0.0 };
        let (Some(&from), Some(&to)) = (self.quantiles.get(low), self.quantiles.get(above)) else {
            return 1.0;
        };
        let within = if to > from { (part - from) / (to - from) } else { 0.0 };
        (low as f64 + within) / QUANTILES as f64
    }
}

#[allow(clippy::cast_precision_loss, reason = "a hundred years of milliseconds fit")]
fn milliseconds(secs: Secs) -> f64 {
    length_ms(secs) as f64
}

/// A table read between its entries.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a probability times the size of a small table"
)]
fn at(quantiles: &[f64], probability: f64) -> f64 {
    let place = probability.clamp(0.0, 1.0) * QUANTILES as f64;
    let low = (place as usize).min(QUANTILES - 1);
    match (quantiles.get(low), quantiles.get(low + 1)) {
        (Some(from), Some(to)) => from + (to - from) * (place - low as f64),
        _ => 0.0,
    }
}

/// The quantiles of the beta distribution with that mode, from 0 to 1: its density summed up by the
/// trapezoid rule, and read the other way round.
#[allow(clippy::cast_precision_loss, reason = "indexes of a small table")]
fn quantiles(mode: f64) -> Rc<[f64]> {
    let (alpha, beta) = (4.0 * mode, 4.0 * (1.0 - mode));
    let density = |i: usize| {
        let x = i as f64 / GRID as f64;
        x.powf(alpha) * (1.0 - x).powf(beta)
    };
    let mut sums = Vec::with_capacity(GRID + 1);
    let (mut sum, mut before) = (0.0, density(0));
    sums.push(sum);
    for i in 1..=GRID {
        let here = density(i);
        sum += (before + here) / 2.0;
        before = here;
        sums.push(sum);
    }
    let mut above = 0;
    let quantile = |n: usize| {
        let wanted = sum * n as f64 / QUANTILES as f64;
        while above < GRID && sums[above] < wanted {
            above += 1;
        }
        let Some(low) = above.checked_sub(1) else { return 0.0 };
        let step = sums[above] - sums[low];
        let within = if step > 0.0 { (wanted - sums[low]) / step } else { 1.0 };
        (low as f64 + within) / GRID as f64
    };
    let mut table: Vec<f64> = (0..=QUANTILES).map(quantile).collect();
    if let Some(last) = table.last_mut() {
        *last = 1.0;
    }
    table.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pert(best: Secs, likely: Secs, worst: Secs) -> Pert {
        Shapes::default().of(Span { likely, range: Some((best, worst)) }).unwrap()
    }

    /// Mean by the quantiles, in seconds.
    fn mean(of: &Pert) -> f64 {
        let n = 10_000;
        let sum: f64 =
            (0..n).map(|i| of.quantile((f64::from(i) + 0.5) / f64::from(n)) as f64).sum();
        sum / f64::from(n) / 1000.0
    }

    #[test]
    fn the_mean_is_that_of_pert() {
        for (best, likely, worst) in
            [(900, 1500, 3600), (60, 60, 600), (60, 600, 600), (0, 300, 900), (10, 11, 12)]
        {
            let expected = (best + 4 * likely + worst) as f64 / 6.0;
            let found = mean(&pert(best, likely, worst));
            let spread = (worst - best) as f64;
            assert!((found - expected).abs() < spread / 1000.0, "{found} for {expected}");
        }
    }

    #[test]
    fn quantiles_run_from_best_to_worst() {
        let p = pert(900, 1500, 3600);
        assert_eq!((p.quantile(0.0), p.quantile(1.0)), (900_000, 3_600_000));
        let all: Vec<_> = (0..=100).map(|i| p.quantile(f64::from(i) / 100.0)).collect();
        assert!(all.is_sorted());
        // A symmetric one has its median in the middle.
        assert_eq!((pert(0, 300, 600).quantile(0.5) + 500) / 1000, 300);
        // α = 1, β = 5: P(X ≤ x) = 1 − (1 − x)⁵, so the median is 1 − 0.5^(1/5) of the spread.
        let median = (1.0 - 0.5_f64.powf(0.2)) * 1000.0;
        let found = pert(0, 0, 1000).quantile(0.5) as f64 / 1000.0;
        assert!((found - median).abs() < 1.0, "{found} for {median}");
    }

    #[test]
    fn what_has_passed_is_not_drawn_again() {
        let p = pert(900, 1500, 3600);
        let half = p.quantile(0.5);
        // Beyond the median the median of the rest is the third quartile.
        assert!((p.quantile_beyond(half, 0.5) - p.quantile(0.75)).abs() < 2_000);
        assert_eq!(p.quantile_beyond(4_000_000, 0.3), 4_000_000, "past its worst: now");
        assert_eq!(p.quantile_beyond(0, 0.25), p.quantile(0.25), "all of it is to come");
        for i in 0..=20 {
            let drawn = p.quantile_beyond(3_500_000, f64::from(i) / 20.0);
            assert!((3_500_000..=3_600_000).contains(&drawn));
        }
    }

    #[test]
    fn one_point_is_no_distribution() {
        let mut shapes = Shapes::default();
        assert!(shapes.of(Span { likely: 60, range: None }).is_none());
        assert!(shapes.of(Span { likely: 60, range: Some((60, 60)) }).is_none());
    }
}
