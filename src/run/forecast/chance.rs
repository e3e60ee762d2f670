//! The chance of finishing inside the window, where steps that are open have three-point durations:
//! the forecast, again and again, with drawn lengths (Monte Carlo).
//!
//! What a draw needs is taken from a forecast at once ([`Odds`]); the drawing itself may be done
//! elsewhere, and is the same every time: it is seeded by the run's id and its last entry.

use super::pert::{Pert, Shapes};
use super::{Forecast, ms, time};
use crate::run::Time;
use crate::run::state::{RunState, StepStatus};
use crate::runbook::network::{Input, Inputs, Ms, Times, length_ms};
use crate::runbook::{Network, Span};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Nights that are drawn.
const SAMPLES: u32 = 2_000;

/// When the run may be expected to finish, as far as its three-point durations leave that open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// The part of all drawn nights that finish inside the window, 0 to 1; none without a window.
    pub in_window: Option<f64>,
    /// Half of them have finished by then.
    pub p50: Time,
    /// Eight of ten have.
    pub p80: Time,
    /// Nineteen of twenty have.
    pub p95: Time,
    /// How many were drawn.
    pub samples: u32,
}

/// What a drawn length stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Draw {
    /// The length of a step that has to be done from its beginning.
    Length,
    /// The whole length of a step that is running: what has passed of it is not drawn again.
    Running {
        /// When it began.
        start: Ms,
        /// For how long it has been blocked since.
        blocked: Ms,
    },
    /// The length, from now, of a step that is blocked, and began then.
    FromNow {
        /// When it began.
        start: Ms,
    },
}

/// Everything that drawing takes, as it stands at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Odds {
    network: Arc<Network>,
    inputs: Inputs,
    /// No step that waits starts before it.
    from: Ms,
    now: Ms,
    closes: Option<Ms>,
    /// Positions of the steps that are drawn.
    draws: Vec<(usize, Draw, Span)>,
    seed: [u8; 32],
}

impl Odds {
    /// The odds of a run whose forecast at `now` this is. None where nothing is left to chance: no
    /// step with a three-point duration is open, or the run is over; and none while a rung is being
    /// taken. Where somebody has given an estimate, that counts.
    pub fn of(state: &RunState, forecast: &Forecast, now: Time) -> Option<Self> {
        if state.status.is_over() || state.rolling_back().is_some() {
            return None;
        }
        let source = &forecast.steps.source;
        let part = source.network.forward();
        let mut draws = Vec::new();
        for (position, &ix) in part.steps().iter().enumerate() {
            let (step, mark) = (state.plan.steps.get(ix)?, source.marks.get(ix)?);
            let span = step.duration.filter(|d| d.range.is_some());
            let (Some(span), false) = (span, mark.settled || mark.out) else { continue };
            let attempt = &state.steps.get(ix)?.now;
            let started = attempt.started.as_ref().map(|fact| ms(fact.at));
            let draw = match (attempt.status, started) {
                (StepStatus::Running, _) if !attempt.estimates.is_empty() => continue,
                (StepStatus::Running, Some(start)) => {
                    Draw::Running { start, blocked: length_ms(attempt.blocked_so_far(now)) }
                }
                (StepStatus::Blocked, Some(start)) => Draw::FromNow { start },
                _ => Draw::Length,
            };
            draws.push((position, draw, span));
        }
        let from = match &state.started {
            Some(_) => now,
            None => state.planned_start(now).max(now),
        };
        let mut seed = Sha256::new();
        seed.update(state.run.as_bytes());
        seed.update(state.last_seq().to_be_bytes());
        (!draws.is_empty()).then(|| Self {
            network: source.network.clone(),
            inputs: source.inputs.clone(),
            from: ms(from),
            now: ms(now),
            closes: state.window(now).map(|window| ms(window.closes)),
            draws,
            seed: seed.finalize().into(),
        })
    }

    /// Draws. Takes its time: in proportion to steps and links, a second or so for the largest
    /// plans.
    pub fn chance(&self) -> Option<Chance> {
        let part = self.network.forward();
        let mut shapes = Shapes::default();
        let draws: Vec<(usize, Draw, Pert)> = (self.draws.iter())
            .filter_map(|&(position, draw, span)| Some((position, draw, shapes.of(span)?)))
            .collect();
        let mut rng = ChaCha8Rng::from_seed(self.seed);
        let (mut inputs, mut times) = (self.inputs.clone(), Times::default());
        let mut finishes = Vec::with_capacity(SAMPLES as usize);
        for _ in 0..SAMPLES {
            for (position, draw, pert) in &draws {
                let probability = uniform(&mut rng);
                match *draw {
                    Draw::Length => inputs.set_length(*position, pert.quantile(probability)),
                    Draw::FromNow { start } => {
                        let finish = self.now + pert.quantile(probability);
                        inputs.set(*position, Input::Fixed { start, finish });
                    }
                    Draw::Running { start, blocked } => {
                        let passed = self.now - start - blocked;
                        let length = pert.quantile_beyond(passed, probability);
                        let finish = (start + blocked + length).max(self.now);
                        inputs.set(*position, Input::Fixed { start, finish });
                    }
                }
            }
            part.pass_forward(&inputs, &mut times, self.from);
            finishes.extend(times.end());
        }
        finishes.sort_unstable();
        let inside = self.closes.map(|closes| finishes.partition_point(|&end| end <= closes));
        Some(Chance {
            in_window: inside.map(|inside| ratio(inside, finishes.len())),
            p50: percentile(&finishes, 50)?,
            p80: percentile(&finishes, 80)?,
            p95: percentile(&finishes, 95)?,
            samples: SAMPLES,
        })
    }
}

/// The odds of a run, drawn at once; for where nobody waits.
pub fn chance(state: &RunState, forecast: &Forecast, now: Time) -> Option<Chance> {
    Odds::of(state, forecast, now)?.chance()
}

/// A chance in whole percent, never said to be none or certain where it is not: `82 %`, `< 1 %`,
/// `> 99 %`.
pub fn chance_percent(chance: f64) -> String {
    let percent = (chance * 100.0).round();
    if percent < 1.0 && chance > 0.0 {
        "< 1 %".to_owned()
    } else if percent > 99.0 && chance < 1.0 {
        "> 99 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

/// A chance in words: `82 % to finish in the window; P50 01:57, P80 02:10, P95 02:31`, times on the
/// clock of the runbook's zone.
pub fn chance_text(state: &RunState, chance: &Chance) -> String {
    let zone = state.plan.release.timezone;
    let clock = |at: Time| at.with_timezone(&zone).format("%H:%M").to_string();
    let (p50, p80, p95) = (clock(chance.p50), clock(chance.p80), clock(chance.p95));
    let by = format!("P50 {p50}, P80 {p80}, P95 {p95}");
    match chance.in_window {
        Some(part) => format!("{} to finish in the window; {by}", chance_percent(part)),
        None => format!("finish {by}"),
    }
}

/// Evenly from 0 to 1, by the upper 53 bits.
#[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[allow(clippy::cast_precision_loss, reason = "a few thousand")]
fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

/// The least of sorted moments that so many percent of all do not exceed (nearest rank).
fn percentile(sorted: &[Ms], percent: usize) -> Option<Time> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().and_then(time)
}
