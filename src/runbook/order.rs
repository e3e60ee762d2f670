//! What comes before and after a step, whatever the lengths: through predecessors, barriers and
//! choices.

use super::model::{PhaseIx, Place, Runbook, StepIx};
use super::step::Step;

/// Steps found so far, and those from which to look further.
struct Walk {
    found: Vec<bool>,
    phases: Vec<bool>,
    open: Vec<StepIx>,
}

impl Walk {
    fn from(plan: &Runbook, ix: StepIx) -> Self {
        Self {
            found: vec![false; plan.steps.len()],
            phases: vec![false; plan.phases.len()],
            open: vec![ix],
        }
    }

    fn add(&mut self, steps: impl IntoIterator<Item = StepIx>) {
        for ix in steps {
            if let Some(seen) = self.found.get_mut(ix).filter(|seen| !**seen) {
                *seen = true;
                self.open.push(ix);
            }
        }
    }

    /// Whether this phase is met for the first time: a barrier is crossed once.
    fn enters(&mut self, phase: PhaseIx) -> bool {
        self.phases.get_mut(phase).is_some_and(|seen| !std::mem::replace(seen, true))
    }
}

impl Runbook {
    /// Every step that must be settled or started before this one can start, directly or through
    /// others; not the step itself. Parallel to [`Runbook::steps`].
    pub fn before(&self, ix: StepIx) -> Vec<bool> {
        let mut walk = Walk::from(self, ix);
        while let Some(at) = walk.open.pop() {
            let Some(step) = self.steps.get(at) else { continue };
            walk.add(step.needs.iter().map(|link| link.step));
            walk.add(step.when.as_ref().map(|when| when.step));
            let Place::Phase(phase) = step.place else { continue };
            for &after in self.phases.get(phase).map_or(&[][..], |p| &p.after[..]) {
                if walk.enters(after) {
                    walk.add(self.phases[after].steps.clone());
                }
            }
        }
        walk.found
    }

    /// Every step that cannot start before this one is settled or started, directly or through
    /// others; not the step itself. Parallel to [`Runbook::steps`].
    pub fn after(&self, ix: StepIx) -> Vec<bool> {
        let hangs = |(branch, step): (StepIx, &Step)| step.when.as_ref().map(|w| (w.step, branch));
        let mut branches: Vec<_> = self.steps.iter().enumerate().filter_map(hangs).collect();
        branches.sort_unstable();
        let mut walk = Walk::from(self, ix);
        while let Some(at) = walk.open.pop() {
            walk.add(self.successors.get(at).into_iter().flatten().copied());
            let first = branches.partition_point(|(choice, _)| *choice < at);
            let of_it = branches[first..].iter().take_while(|(choice, _)| *choice == at);
            walk.add(of_it.map(|(_, branch)| *branch));
            let Some(Place::Phase(phase)) = self.steps.get(at).map(|s| s.place) else { continue };
            if walk.enters(phase) {
                let behind = self.phases.iter().filter(|p| p.after.contains(&phase));
                walk.add(behind.flat_map(|p| p.steps.clone()));
            }
        }
        walk.found
    }
}

#[cfg(test)]
mod tests {
    const PLAN: &str = r#"
format = 1
[release]
title = "Order"
[[phases]]
id = "one"
title = "One"
steps = [
  { id = "a", title = "A", duration = "1m" },
  { id = "b", title = "B", duration = "1m" },
]
[[phases]]
id = "beside"
title = "Beside"
after = []
steps = [{ id = "x", title = "X", duration = "1m" }]
[[phases]]
id = "two"
title = "Two"
after = ["one"]
flow = "parallel"
steps = [
  { id = "c", title = "C", kind = "choice", options = [{ id = "l", title = "L" }, { id = "r", title = "R" }] },
  { id = "d", title = "D", duration = "1m", when = { step = "c", is = "l" } },
  { id = "e", title = "E", duration = "1m", needs = [{ step = "x", on = "start" }] },
]
[[phases]]
id = "three"
title = "Three"
steps = [{ id = "f", title = "F", duration = "1m" }]
"#;

    /// Step; what comes before it; what comes after it.
    const ORDER: [(&str, &str, &str); 7] = [
        ("a", "", "bcdef"),
        ("b", "a", "cdef"),
        ("x", "", "ef"),
        ("c", "ab", "df"),
        ("d", "abc", "f"),
        ("e", "abx", "f"),
        ("f", "abxcde", ""),
    ];

    #[test]
    fn before_and_after_through_links_barriers_and_choices() {
        let reading = crate::runbook::read(PLAN);
        let plan = reading.runbook.unwrap_or_else(|| panic!("{:?}", reading.diagnostics));
        let ids = |set: Vec<bool>| -> String {
            let found = plan.steps.iter().zip(set).filter(|(_, found)| *found);
            found.map(|(step, _)| step.id.as_str()).collect()
        };
        for (id, before, after) in ORDER {
            let ix = plan.step_ix[id];
            assert_eq!(ids(plan.before(ix)), before, "before {id}");
            assert_eq!(ids(plan.after(ix)), after, "after {id}");
        }
    }
}
