//! The two walks over a part of the network: forward for the earliest times, backward for the
//! latest. The innermost loops of everything that looks ahead: flat arrays, no step is asked twice.

use super::{Incoming, Ms, NEVER, Part};
use std::ops::Range;

/// What is known of one step when a pass begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Starts once all it waits for allows it, and not before `floor`; takes `length`. One that
    /// hangs on an option of an open choice applies only while that option is picked.
    Waits {
        /// Earliest start; [`NEVER`]: none.
        floor: Ms,
        /// How long it takes.
        length: Ms,
    },
    /// Waits like the one above, but has begun once before: what hangs on its start holds from
    /// `began`, what hangs on its finish waits for the next try.
    Again {
        /// When the try before began.
        began: Ms,
        /// Earliest start of the next try; [`NEVER`]: none.
        floor: Ms,
        /// How long that takes.
        length: Ms,
    },
    /// Has nothing to do, and was settled then; what follows it follows what it would have followed,
    /// without its lags. [`NEVER`]: from the beginning.
    Through {
        /// When it turned out so.
        since: Ms,
    },
    /// Waits for nothing: what happened, or will end then whatever else does. [`NEVER`] as start:
    /// it was settled without having been started.
    Fixed {
        /// Start.
        start: Ms,
        /// Finish.
        finish: Ms,
    },
}

impl Input {
    /// Of a step that is out of the reckoning: nothing waits for it, and it ends nothing.
    pub const GONE: Self = Self::Fixed { start: NEVER, finish: NEVER };
}

/// How a step is treated in a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Waits,
    Fixed,
    Again,
    /// Passed through.
    Through,
    /// Waits, and hangs on a choice that is open.
    Maybe,
}

impl Kind {
    /// Whether its times follow from those of others, and from its own length.
    fn waits(self) -> bool {
        !matches!(self, Self::Fixed | Self::Through)
    }
}

/// What is known of the steps of a part when a pass begins, by position.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inputs {
    pub(super) kinds: Vec<Kind>,
    /// Floor, or the start of a fixed step.
    floors: Vec<Ms>,
    /// Length; of a fixed step, what leads from its start to its finish.
    lengths: Vec<Ms>,
    /// Start of the try before, of those that begin again.
    began: Vec<Ms>,
    /// By position of the choice: the option that is taken to be chosen.
    pub(super) picks: Vec<u32>,
    /// How many steps are passed through.
    through: usize,
    /// How many hang on an open choice.
    maybe: usize,
}

/// Earliest and latest times of the steps of a part, by position. Kept between passes, so that none
/// of them has to ask for memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Times {
    /// Start and finish of each position.
    moments: Vec<Ms>,
    /// The latest of each that moves nothing.
    latest: Vec<Ms>,
    /// When the barrier before each phase opens.
    open: Vec<Ms>,
    /// When the last of each phase is settled.
    ends: Vec<Ms>,
    /// The latest of both that move nothing.
    latest_open: Vec<Ms>,
    latest_ends: Vec<Ms>,
    /// Of an option that is not picked: not applicable. Empty where no choice is open.
    absent: Vec<bool>,
    /// When such a step would start if it applied.
    would_start: Vec<Ms>,
}

impl Inputs {
    pub(super) fn of(part: &Part) -> Self {
        let len = part.steps.len();
        let mut inputs = Self {
            kinds: vec![Kind::Waits; len],
            floors: vec![NEVER; len],
            lengths: vec![0; len],
            began: vec![NEVER; len],
            picks: vec![0; if part.choices.is_empty() { 0 } else { len }],
            through: 0,
            maybe: 0,
        };
        for position in 0..len {
            inputs.hang(part, position, true);
        }
        inputs
    }

    /// Says what is known of the step at a position.
    pub fn set(&mut self, position: usize, input: Input) {
        let (kind, floor, length, began) = match input {
            Input::Waits { floor, length } => (Kind::Waits, floor, length, NEVER),
            Input::Again { began, floor, length } => (Kind::Again, floor, length, began),
            Input::Fixed { start, finish } => (Kind::Fixed, start, finish - start, NEVER),
            Input::Through { since } => (Kind::Through, since, 0, NEVER),
        };
        if let (Some(k), Some(f), Some(l), Some(b)) = (
            self.kinds.get_mut(position),
            self.floors.get_mut(position),
            self.lengths.get_mut(position),
            self.began.get_mut(position),
        ) {
            self.through += usize::from(kind == Kind::Through);
            self.through -= usize::from(*k == Kind::Through);
            self.maybe -= usize::from(*k == Kind::Maybe);
            (*k, *f, *l, *b) = (kind, floor, length, began);
        }
    }

    /// Moves the earliest start of a step that waits to `floor`, where it lies before it.
    pub fn raise_floor(&mut self, position: usize, floor: Ms) {
        if self.kinds.get(position).is_some_and(|kind| kind.waits())
            && let Some(slot) = self.floors.get_mut(position)
        {
            *slot = floor.max(*slot);
        }
    }

    /// Changes how long a step takes that waits.
    pub fn set_length(&mut self, position: usize, length: Ms) {
        if self.kinds.get(position).is_some_and(|kind| kind.waits())
            && let Some(slot) = self.lengths.get_mut(position)
        {
            *slot = length;
        }
    }

    /// The option that is taken to be chosen of the choice at a position.
    pub fn picked(&self, position: usize) -> Option<usize> {
        self.picks.get(position).map(|&option| option as usize)
    }

    /// Takes another option of the choice at a position to be chosen.
    pub fn pick(&mut self, position: usize, option: usize) {
        if let (Some(slot), Ok(option)) = (self.picks.get_mut(position), u32::try_from(option)) {
            *slot = option;
        }
    }

    /// Whether no step is passed through, and none hangs on a choice that is open.
    fn is_plain(&self) -> bool {
        self.through == 0 && self.maybe == 0
    }

    /// How long a step takes that waits.
    pub fn length(&self, position: usize) -> Ms {
        self.lengths.get(position).copied().unwrap_or(0)
    }

    /// Of a step that is passed through: when it turned out to have nothing to do.
    pub fn passed_since(&self, position: usize) -> Option<Ms> {
        let through = self.kinds.get(position) == Some(&Kind::Through);
        self.floors.get(position).copied().filter(|_| through)
    }

    /// Says of a step that waits whether the choice it hangs on, if it hangs on one, is open.
    pub fn hang(&mut self, part: &Part, position: usize, open: bool) {
        let (from, to) = if open { (Kind::Waits, Kind::Maybe) } else { (Kind::Maybe, Kind::Waits) };
        if part.is_conditional(position)
            && let Some(kind) = self.kinds.get_mut(position)
            && *kind == from
        {
            *kind = to;
            self.maybe = if open { self.maybe + 1 } else { self.maybe - 1 };
        }
    }
}

impl Times {
    /// Start of the step at a position; none: it has none (settled without being started, out of
    /// the reckoning).
    pub fn start(&self, position: usize) -> Option<Ms> {
        self.moments.get(2 * position).copied().filter(|&at| at != NEVER)
    }

    /// Finish of the step at a position.
    pub fn finish(&self, position: usize) -> Option<Ms> {
        self.moments.get(2 * position + 1).copied().filter(|&at| at != NEVER)
    }

    /// Start and finish of every step, by position; [`NEVER`] where there is none.
    pub fn spans(&self) -> impl Iterator<Item = (Ms, Ms)> {
        self.moments.chunks_exact(2).map(|span| (span[0], span[1]))
    }

    /// The latest finish that moves nothing, after a backward pass.
    pub fn latest_finish(&self, position: usize) -> Option<Ms> {
        self.latest.get(2 * position + 1).copied()
    }

    /// Whether the step hangs on an option that is not the one reckoned with.
    pub fn is_absent(&self, position: usize) -> bool {
        self.absent.get(position).copied().unwrap_or(false)
    }

    /// When such a step would start if its option were chosen.
    pub fn would_start(&self, position: usize) -> Option<Ms> {
        self.would_start.get(position).copied()
    }

    /// The last finish of all; none: nothing has any.
    pub fn end(&self) -> Option<Ms> {
        self.ends.iter().copied().max().filter(|&at| at != NEVER)
    }
}

impl Incoming {
    fn lag_ms(self) -> Ms {
        i64::from(self.lag) * 1000
    }

    /// Whether it leads past a step that has nothing to do: then it has no lag.
    fn is_past(self, kind: Kind, inputs: &Inputs) -> bool {
        kind == Kind::Through || inputs.kinds[self.moment as usize / 2] == Kind::Through
    }

    /// From when on it lets its step begin, where some steps are passed through.
    fn past(self, kind: Kind, inputs: &Inputs, times: &Times) -> Ms {
        let before = self.moment as usize / 2;
        let at = times.moments[self.moment as usize];
        if inputs.kinds[before] == Kind::Through && self.moment % 2 == 1 && kind != Kind::Through {
            // That it has nothing to do is the settlement that the lag counts from.
            return at.max(inputs.floors[before] + self.lag_ms());
        }
        if self.is_past(kind, inputs) { at } else { at + self.lag_ms() }
    }
}

impl Part {
    /// The earliest times, from `from` on: no step that waits starts before it. Needs no earlier
    /// contents of `times`, only its room.
    pub fn pass_forward(&self, inputs: &Inputs, times: &mut Times, from: Ms) {
        let phases = self.after.len();
        times.moments.resize(2 * self.steps.len(), NEVER);
        for (list, value) in [(&mut times.open, from), (&mut times.ends, NEVER)] {
            list.clear();
            list.resize(phases, value);
        }
        times.absent.clear();
        if !inputs.picks.is_empty() {
            times.absent.resize(self.steps.len(), false);
            times.would_start.resize(self.steps.len(), NEVER);
        }
        let mut at = 0;
        for barrier in &self.barriers {
            self.span_forward(at..barrier.before, inputs, times);
            at = barrier.before;
            let before = self.after[barrier.phase].iter();
            times.open[barrier.phase] = before.map(|&p| times.ends[p]).fold(from, Ms::max);
        }
        self.span_forward(at..self.steps.len(), inputs, times);
    }

    fn span_forward(&self, span: Range<usize>, inputs: &Inputs, times: &mut Times) {
        if inputs.is_plain() {
            self.plain_forward(span, inputs, times);
            return;
        }
        for position in span {
            let phase = self.phase[position] as usize;
            let kind = inputs.kinds[position];
            let mut at = inputs.floors[position];
            if kind != Kind::Fixed {
                let links = self.links_of(position).iter();
                at = links.fold(at.max(times.open[phase]), |at, link| {
                    at.max(link.past(kind, inputs, times))
                });
            }
            let mut finish = at + inputs.lengths[position];
            match kind {
                Kind::Waits | Kind::Fixed => {}
                Kind::Again => at = inputs.began[position],
                Kind::Through => {
                    // Nothing waits for it as for a step: what follows looks past it.
                    times.moments[2 * position] = at;
                    times.moments[2 * position + 1] = at;
                    continue;
                }
                Kind::Maybe => {
                    times.would_start[position] = at;
                    if let Some(chosen) = self.left_out(position, inputs, times) {
                        (at, finish) = (NEVER, chosen);
                    }
                }
            }
            times.moments[2 * position] = at;
            times.moments[2 * position + 1] = finish;
            times.ends[phase] = times.ends[phase].max(finish);
        }
    }

    /// The same where no step is passed through and none hangs on a choice: the loop that a large
    /// plan spends its time in.
    fn plain_forward(&self, span: Range<usize>, inputs: &Inputs, times: &mut Times) {
        let Times { moments, open, ends, .. } = times;
        let rows = self.first[span.start..=span.end]
            .windows(2)
            .zip(&self.phase[span.clone()])
            .zip(&inputs.kinds[span.clone()])
            .zip(inputs.floors[span.clone()].iter().zip(&inputs.lengths[span.clone()]));
        for (position, (((first, &phase), &kind), (&floor, &length))) in span.zip(rows) {
            let mut at = floor;
            if kind != Kind::Fixed {
                at = at.max(open[phase as usize]);
                for link in &self.links[first[0] as usize..first[1] as usize] {
                    at = at.max(moments[link.moment as usize] + link.lag_ms());
                }
            }
            let finish = at + length;
            if kind == Kind::Again {
                at = inputs.began[position];
            }
            moments[2 * position..2 * position + 2].copy_from_slice(&[at, finish]);
            let end = &mut ends[phase as usize];
            *end = (*end).max(finish);
        }
    }

    fn links_of(&self, position: usize) -> &[Incoming] {
        &self.links[self.first[position] as usize..self.first[position + 1] as usize]
    }

    /// Of a step that hangs on an open choice: when that choice is made, if another option is
    /// picked, or the choice itself falls away.
    #[inline(never)]
    fn left_out(&self, position: usize, inputs: &Inputs, times: &mut Times) -> Option<Ms> {
        let condition = self.conditions[position]?;
        let choice = condition.choice as usize;
        let absent = inputs.picks[choice] != condition.option || times.absent[choice];
        times.absent[position] = absent;
        absent.then(|| times.moments[2 * choice + 1])
    }

    /// The latest times at which everything may happen without anything ending after `end`, from
    /// the earliest ones of a forward pass with the same inputs.
    pub fn pass_backward(&self, inputs: &Inputs, times: &mut Times, end: Ms) {
        let phases = self.after.len();
        for (list, len) in [
            (&mut times.latest, 2 * self.steps.len()),
            (&mut times.latest_open, phases),
            (&mut times.latest_ends, phases),
        ] {
            list.clear();
            list.resize(len, end);
        }
        let mut at = self.steps.len();
        for barrier in self.barriers.iter().rev() {
            self.span_backward(barrier.before..at, inputs, times);
            at = barrier.before;
            for &before in &self.after[barrier.phase] {
                let latest = &mut times.latest_ends[before];
                *latest = (*latest).min(times.latest_open[barrier.phase]);
            }
        }
        self.span_backward(0..at, inputs, times);
    }

    fn span_backward(&self, span: Range<usize>, inputs: &Inputs, times: &mut Times) {
        if inputs.is_plain() {
            self.plain_backward(span, inputs, times);
            return;
        }
        for position in span.rev() {
            let phase = self.phase[position] as usize;
            let kind = inputs.kinds[position];
            let length = inputs.lengths[position];
            let mut latest = times.latest[2 * position + 1].min(times.latest_ends[phase]);
            if kind == Kind::Maybe && times.absent[position] {
                // What waits for a step that does not apply waits for the choice.
                if let Some(condition) = self.conditions[position] {
                    let chosen = 2 * condition.choice as usize + 1;
                    times.latest[chosen] = times.latest[chosen].min(latest);
                }
                continue;
            }
            if matches!(kind, Kind::Waits | Kind::Through | Kind::Maybe) {
                latest = latest.min(times.latest[2 * position] + length);
            }
            times.latest[2 * position + 1] = latest;
            if kind == Kind::Fixed {
                continue;
            }
            let start = latest - length;
            times.latest_open[phase] = times.latest_open[phase].min(start);
            for link in self.links_of(position) {
                let before = &mut times.latest[link.moment as usize];
                let lag = if link.is_past(kind, inputs) { 0 } else { link.lag_ms() };
                *before = (*before).min(start - lag);
            }
        }
    }

    /// The same where no step is passed through and none hangs on a choice.
    fn plain_backward(&self, span: Range<usize>, inputs: &Inputs, times: &mut Times) {
        let Times { latest, latest_open, latest_ends, .. } = times;
        let rows = self.first[span.start..=span.end]
            .windows(2)
            .zip(&self.phase[span.clone()])
            .zip(inputs.kinds[span.clone()].iter().zip(&inputs.lengths[span.clone()]));
        for (position, ((first, &phase), (&kind, &length))) in span.zip(rows).rev() {
            let own = &mut latest[2 * position..2 * position + 2];
            let mut finish = own[1].min(latest_ends[phase as usize]);
            if kind == Kind::Waits {
                finish = finish.min(own[0] + length);
            }
            own[1] = finish;
            if kind == Kind::Fixed {
                continue;
            }
            let start = finish - length;
            let open = &mut latest_open[phase as usize];
            *open = (*open).min(start);
            for link in &self.links[first[0] as usize..first[1] as usize] {
                let before = &mut latest[link.moment as usize];
                *before = (*before).min(start - link.lag_ms());
            }
        }
    }
}
