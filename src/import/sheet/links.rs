//! Predecessors: what their words name, and none that leads in a circle.

use super::{Reader, is_under};
use crate::import::length::short;
use crate::import::remark::Remarks;
use crate::runbook::{LinkOn, Secs};
use std::collections::HashMap;

/// More predecessors than these are no plan.
const MOST_LINKS: usize = 2_000_000;

impl Reader<'_> {
    /// Finds the predecessors; whether the table names any.
    pub(super) fn link(&mut self, remarks: &mut Remarks) -> bool {
        if self.needs.iter().all(Vec::is_empty) {
            return false;
        }
        let mut names = Names::new(self, remarks);
        let mut count = 0;
        for ix in 0..self.draft.steps.len() {
            let mut links: Vec<(usize, LinkOn, Secs)> = Vec::new();
            let named = self.needs.get_mut(ix).map(std::mem::take).unwrap_or_default();
            for word in named {
                let found = names.find_or_plain(&word.name, remarks);
                let Some(step) = self.draft.steps.get_mut(ix) else { continue };
                let why = if found.is_empty() {
                    format!("`{}` is none of the steps", short(&word.name))
                } else if found.contains(&ix) {
                    "a step cannot come before itself".to_owned()
                } else if count + found.len() > MOST_LINKS {
                    "there are too many".to_owned()
                } else {
                    count += found.len();
                    let is_new = |at: &usize| !links.iter().any(|(known, ..)| known == at);
                    let new: Vec<usize> = found.into_iter().filter(is_new).collect();
                    links.extend(new.into_iter().map(|at| (at, word.on, word.lag)));
                    continue;
                };
                remarks.at(step.line, format!("predecessor left out: {why}"));
                step.to_do.push(format!("predecessor left out: {why}"));
            }
            if let Some(step) = self.draft.steps.get_mut(ix) {
                step.needs = Some(links);
            }
        }
        remarks.general("the file names predecessors: a step without one starts with its phase");
        self.break_cycles(remarks);
        true
    }

    /// A link that closes a circle is left out, since no run could carry it out.
    fn break_cycles(&mut self, remarks: &mut Remarks) {
        let mut state = vec![0_u8; self.draft.steps.len()];
        for root in 0..state.len() {
            if state.get(root) != Some(&0) {
                continue;
            }
            let mut stack = vec![(root, 0_usize)];
            if let Some(s) = state.get_mut(root) {
                *s = 1;
            }
            while let Some((ix, next)) = stack.pop() {
                let Some(step) = self.draft.steps.get_mut(ix) else { continue };
                let Some((before, ..)) =
                    step.needs.as_ref().and_then(|needs| needs.get(next)).copied()
                else {
                    if let Some(s) = state.get_mut(ix) {
                        *s = 2;
                    }
                    continue;
                };
                match state.get(before).copied() {
                    Some(1) => {
                        if let Some(needs) = &mut step.needs {
                            needs.remove(next);
                        }
                        let why = "predecessor left out: it closes a circle";
                        step.to_do.push(why.to_owned());
                        remarks.at(step.line, why);
                        stack.push((ix, next));
                    }
                    Some(0) => {
                        stack.push((ix, next + 1));
                        stack.push((before, 0));
                        if let Some(s) = state.get_mut(before) {
                            *s = 1;
                        }
                    }
                    _ => stack.push((ix, next + 1)),
                }
            }
        }
    }
}

/// The number behind a word that only says that it is one.
fn plain_number(name: &str) -> Option<&str> {
    const WORDS: [&str; 12] = [
        "row", "line", "step", "task", "item", "activity", "no", "no.", "nr", "nr.", "id", "zeile",
    ];
    let (word, number) =
        name.trim().split_once(' ').or_else(|| Some(("no", name.strip_prefix('#')?)))?;
    let number = number.trim();
    let is_word = WORDS.contains(&word.to_lowercase().as_str());
    (is_word && number.contains(|c: char| c.is_ascii_digit()) && !number.contains(' '))
        .then_some(number)
}

/// What the words in the column of predecessors name.
struct Names {
    by_id: HashMap<String, usize>,
    by_title: HashMap<String, usize>,
    by_row: HashMap<String, usize>,
    headings: HashMap<String, std::ops::Range<usize>>,
}

impl Names {
    fn new(reader: &Reader<'_>, remarks: &mut Remarks) -> Self {
        let steps = &reader.draft.steps;
        let mut names = Self {
            by_id: HashMap::new(),
            by_title: HashMap::new(),
            by_row: HashMap::new(),
            headings: HashMap::new(),
        };
        for (ix, number) in
            reader.numbers.iter().enumerate().filter(|(_, number)| !number.is_empty())
        {
            if names.by_id.insert(number.to_lowercase(), ix).is_some()
                && let Some(step) = steps.get(ix)
            {
                remarks.at(
                    step.line,
                    "has a number that another row has, too: predecessors mean the last of them",
                );
            }
        }
        for (ix, step) in steps.iter().enumerate() {
            names.by_title.entry(step.title.to_lowercase()).or_insert(ix);
        }
        for (n, (number, from, _)) in reader.headings.iter().enumerate() {
            let until = reader
                .headings
                .iter()
                .skip(n + 1)
                .find(|(next, ..)| !is_under(next, number))
                .map_or(steps.len(), |(_, from, _)| *from);
            names.headings.insert(number.to_lowercase(), *from..until);
        }
        if names.by_id.is_empty() {
            let rows = || steps.iter().enumerate().map(|(ix, step)| (step.line.to_string(), ix));
            let counted = || (0..steps.len()).map(|ix| ((ix + 1).to_string(), ix));
            let fits = |by: &HashMap<String, usize>| {
                let mut all = reader
                    .needs
                    .iter()
                    .enumerate()
                    .flat_map(|(ix, list)| list.iter().map(move |n| (ix, n)));
                all.all(|(ix, n)| {
                    let name = plain_number(&n.name).unwrap_or(&n.name);
                    name.parse::<u64>().is_err() || by.get(name).is_some_and(|at| *at < ix)
                })
            };
            let (by_row, by_count): (HashMap<_, _>, HashMap<_, _>) =
                (rows().collect(), counted().collect());
            if !fits(&by_row) && fits(&by_count) {
                remarks.general(
                    "the file has no column of numbers: predecessors count the tasks from 1",
                );
                names.by_row = by_count;
            } else {
                remarks.general(format!(
                    "the file has no column of numbers: predecessors are {} numbers of the file",
                    remarks.place
                ));
                names.by_row = by_row;
            }
        }
        names
    }

    /// The same without a word before the number: `Row 5`, `step 3`.
    fn find_or_plain(&mut self, name: &str, remarks: &mut Remarks) -> Vec<usize> {
        let found = self.find(name);
        let Some(number) = plain_number(name).filter(|_| found.is_empty()) else { return found };
        let found = self.find(number);
        if !found.is_empty() && !self.by_id.is_empty() {
            remarks.general(format!(
                "the predecessor `{}` is read as the number {}",
                short(name),
                short(number)
            ));
        }
        found
    }

    /// What a word names; where nothing has it as it stands, `#2` and `2.0` are 2.
    fn find(&mut self, name: &str) -> Vec<usize> {
        let found = self.exactly(name);
        if !found.is_empty() {
            return found;
        }
        let bare = name.trim_start_matches('#').trim_start();
        let bare = bare.strip_suffix(".0").unwrap_or(bare);
        let is_number = !bare.is_empty() && bare.bytes().all(|c| c.is_ascii_digit());
        if !is_number {
            return found;
        }
        let found = self.exactly(bare);
        if found.is_empty() { self.exactly(&format!("#{bare}")) } else { found }
    }

    fn exactly(&self, name: &str) -> Vec<usize> {
        let name = name.to_lowercase();
        let one = self.by_id.get(&name).or_else(|| self.by_row.get(&name));
        match (one, self.headings.get(&name)) {
            (Some(ix), _) => vec![*ix],
            // A heading is done when all below it is.
            (None, Some(range)) => range.clone().collect(),
            (None, None) => self.by_title.get(&name).copied().into_iter().collect(),
        }
    }
}
