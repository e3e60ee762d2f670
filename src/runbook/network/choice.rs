//! An open choice counts with the option that makes everything end latest.

use super::{Inputs, Ms, Part, Times, pass::Kind};

/// So many passes are made for open choices at most; those left over keep the option whose own
/// steps take longest.
const MOST_PASSES: usize = 64;

impl Part {
    /// A forward pass in which every open choice is taken to be made as it would end latest.
    ///
    /// Every option is first judged by its own steps: the choice picks the one whose steps together
    /// take longest. From there, one choice at a time in the order in which they come up, each
    /// option is reckoned through to the end, and the latest is kept. So what is expected is always
    /// a night that can happen; with one open choice it is exactly the latest.
    pub fn pass_latest(&self, inputs: &mut Inputs, times: &mut Times, from: Ms) {
        if self.open_choices(inputs).next().is_none() {
            self.pass_forward(inputs, times, from);
            return;
        }
        let open: Vec<_> = self.open_choices(inputs).collect();
        self.pick_longest_branches(inputs);
        self.pass_forward(inputs, times, from);
        let mut passes = 0;
        for choice in open {
            let mut best = (times.end(), inputs.picks[choice.position]);
            let first = best.1;
            let mut last = first;
            for option in (0..choice.options).filter(|&option| option != first) {
                if passes == MOST_PASSES {
                    break;
                }
                passes += 1;
                inputs.picks[choice.position] = option;
                last = option;
                self.pass_forward(inputs, times, from);
                if times.end() > best.0 {
                    best = (times.end(), option);
                }
            }
            if last != best.1 {
                inputs.picks[choice.position] = best.1;
                self.pass_forward(inputs, times, from);
            }
        }
    }

    /// Choices that something hangs on and that are still open.
    fn open_choices<'a>(&'a self, inputs: &'a Inputs) -> impl Iterator<Item = super::Choice> + 'a {
        let open = |choice: &&super::Choice| inputs.kinds[choice.position] != Kind::Fixed;
        self.choices.iter().filter(open).copied()
    }

    fn pick_longest_branches(&self, inputs: &mut Inputs) {
        let mut sums: Vec<Vec<Ms>> =
            self.choices.iter().map(|choice| vec![0; choice.options as usize]).collect();
        for (position, condition) in self.conditions.iter().enumerate() {
            let Some(condition) = condition.filter(|_| inputs.kinds[position] == Kind::Maybe)
            else {
                continue;
            };
            let at = condition.choice as usize;
            if let Ok(choice) = self.choices.binary_search_by_key(&at, |choice| choice.position)
                && let Some(sum) = sums[choice].get_mut(condition.option as usize)
            {
                *sum += inputs.length(position);
            }
        }
        for (choice, sums) in self.choices.iter().zip(sums) {
            let longest = sums.iter().copied().max().unwrap_or(0);
            let option = sums.iter().position(|&sum| sum == longest).unwrap_or(0);
            inputs.picks[choice.position] = u32::try_from(option).unwrap_or(0);
        }
    }
}
