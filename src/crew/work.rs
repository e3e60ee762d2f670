//! Steps: standing by, starting, what is owed on the way, being done, or not.

use super::trouble::{BLOCKED, failure};
use super::{Look, Occasion, later};
use crate::run::{Event, Evidence, Owed, StepStatus, Waiting};
use crate::runbook::{Compare, Condition, Secs, Step, StepIx, StepKind};

/// Everything that is to be done on steps.
pub(super) fn occasions(look: &Look<'_>) -> Vec<Occasion> {
    let plan = &look.state.plan;
    let rung = look.state.rung_on().and_then(|on| plan.rollbacks.get(on));
    let rung = rung.map(|rung| rung.steps.clone()).into_iter().flatten();
    plan.forward_steps().chain(rung).flat_map(|ix| step(look, ix)).collect()
}

fn step(look: &Look<'_>, ix: StepIx) -> Vec<Occasion> {
    let (plan, state) = (&look.state.plan.steps[ix], &look.state.steps[ix]);
    let Some(doer) = look.cast.doer(ix) else { return Vec::new() };
    let on = On { look, ix, plan, doer, attempt: state.attempt };
    match (state.status(), plan.kind) {
        (_, StepKind::Gate) => Vec::new(),
        (StepStatus::Planned, StepKind::Choice) => on.choose(),
        (StepStatus::Planned, _) => on.begin(),
        (StepStatus::Running, _) => on.work(),
        (StepStatus::Blocked, _) => on.unblock(),
        _ => Vec::new(),
    }
}

/// A step that somebody is on.
struct On<'a> {
    look: &'a Look<'a>,
    ix: StepIx,
    plan: &'a Step,
    doer: String,
    attempt: u32,
}

impl On<'_> {
    /// Names an occasion of this attempt.
    fn key(&self, what: &str) -> String {
        format!("{what} {}#{}", self.plan.id, self.attempt)
    }

    /// A delay of so many seconds, drawn for this attempt.
    fn takes(&self, what: &str, low: Secs, high: Secs) -> Secs {
        self.look.dice.between(&self.key(what), low, high)
    }

    fn after(&self, what: &str, (low, high): (Secs, Secs), event: Event) -> Occasion {
        Occasion::after(self.key(what), self.takes(what, low, high), &self.doer, event)
    }

    fn names(&self) -> (String, u32) {
        (self.plan.id.clone(), self.attempt)
    }

    fn choose(&self) -> Vec<Occasion> {
        let option = self.look.dice.one_of(&self.key("option"), &self.plan.options);
        let Some(option) = option.filter(|_| self.is_ready()) else { return Vec::new() };
        let (step, attempt) = self.names();
        let event = Event::OptionChosen { step, attempt, option: option.id.clone() };
        vec![self.after("choose", (45, 150), event)]
    }

    fn is_ready(&self) -> bool {
        self.look.state.is_ready(self.ix, self.look.now)
    }

    fn begin(&self) -> Vec<Occasion> {
        let (step, attempt) = self.names();
        if self.is_ready() {
            return vec![match self.plan.kind {
                StepKind::Milestone => {
                    self.after("reach", (10, 30), Event::StepCompleted { step, attempt })
                }
                _ => self.after("start", (15, 100), Event::StepStarted { step, attempt }),
            }];
        }
        let now = &self.look.state.steps[self.ix].now;
        let called = self.plan.notice.is_some() || self.look.dice.happens(&self.key("calls"), 30);
        if now.stood_by.is_some() || !called || !self.is_next() {
            return Vec::new();
        }
        vec![self.after("stand by", (20, 240), Event::StepStoodBy { step, attempt })]
    }

    /// Whether all that it waits for is under way, or only time.
    fn is_next(&self) -> bool {
        let state = self.look.state;
        let under_way = |ix: StepIx| state.steps[ix].status() == StepStatus::Running;
        let waiting = state.waiting_for(self.ix, self.look.now);
        waiting.iter().all(|waiting| match waiting {
            Waiting::Step(before, _) => under_way(*before),
            Waiting::Until(at) => *at <= later(self.look.now, 20 * 60),
            _ => false,
        })
    }

    fn unblock(&self) -> Vec<Occasion> {
        let now = &self.look.state.steps[self.ix].now;
        // What the person at the cockpit has blocked is theirs to let go on.
        let by_crew = now.blocked.last().is_some_and(|b| self.look.cast.plays(&b.from.person));
        if !by_crew || now.started.is_none() {
            return Vec::new();
        }
        let (step, attempt) = self.names();
        vec![self.after("unblock", (180, 420), Event::StepUnblocked { step, attempt })]
    }

    /// Seconds that this attempt takes: mostly a little less or more than planned, sometimes much
    /// more; where the plan has three points, between them.
    fn length(&self) -> Secs {
        let Some(span) = self.plan.duration else { return self.takes("length", 40, 150) };
        if self.plan.kind == StepKind::Wait {
            return span.likely + self.takes("length", 10, 60);
        }
        let likely = span.likely.max(30);
        let (best, worst) = span.range.unwrap_or((likely * 3 / 4, likely * 8 / 5));
        let (low, high) = match self.takes("luck", 0, 99) {
            0..80 => (best.max(likely * 4 / 5), likely),
            80..93 => (likely, (likely * 6 / 5).min(worst)),
            _ => ((likely * 5 / 4).min(worst), (likely * 8 / 5).min(worst)),
        };
        self.takes("length", low, high)
    }

    fn work(&self) -> Vec<Occasion> {
        let now = &self.look.state.steps[self.ix].now;
        let Some(started) = &now.started else { return Vec::new() };
        let length = self.length();
        let from = later(started.at, now.blocked_so_far(self.look.now));
        let at = |percent: Secs| later(from, length.saturating_mul(percent) / 100);
        let (step, attempt) = self.names();
        let mut all = Vec::new();
        if self.look.trouble.fails(&self.plan.id, self.attempt) {
            let reason = Some(failure(self.plan.kind).to_owned());
            let event = Event::StepFailed { step, attempt, reason };
            return vec![Occasion::at(self.key("fail"), at(60), &self.doer, event)];
        }
        if length >= 480 && now.blocked.is_empty() && self.look.dice.happens(&self.key("blocks"), 7)
        {
            let reason = self.look.dice.one_of(&self.key("blocked by"), &BLOCKED);
            let reason = reason.map(|reason| (*reason).to_owned());
            let event = Event::StepBlocked { step: step.clone(), attempt, reason };
            all.push(Occasion::at(self.key("block"), at(40), &self.doer, event));
        }
        let planned = self.plan.duration.map_or(length, |span| span.likely);
        let left = length - planned * 9 / 10;
        if length > planned * 23 / 20 && now.estimates.is_empty() {
            let remaining_s = (left + 30) / 60 * 60;
            let event = Event::StepEstimated { step: step.clone(), attempt, remaining_s };
            let said = later(from, planned * 9 / 10);
            all.push(Occasion::at(self.key("estimate"), said, &self.doer, event));
        }
        let owed = self.look.state.owed(self.ix, self.look.now);
        all.extend(owed.iter().filter_map(|owed| self.pay(owed, at)));
        if self.plan.signers == 0 {
            let event = Event::StepCompleted { step, attempt };
            all.push(Occasion::at(self.key("complete"), at(100), &self.doer, event));
        } else {
            all.extend(self.sign(at(100)));
        }
        all
    }

    /// What the completion still asks for.
    fn pay(&self, owed: &Owed, at: impl Fn(Secs) -> crate::run::Time) -> Option<Occasion> {
        let (step, attempt) = self.names();
        let (what, percent, event) = match owed {
            Owed::Item(item) => {
                let place = self.plan.items.iter().position(|known| known == item)?;
                let place = Secs::try_from(place).ok()? + 1;
                let all = Secs::try_from(self.plan.items.len()).ok()? + 1;
                let event = Event::ItemTicked { step, attempt, item: item.clone() };
                (format!("tick {item}"), 90 * place / all, event)
            }
            Owed::Record(record) | Owed::FailingRecord(record, ..) => {
                let pass = self.plan.records.iter().find(|r| r.id == *record)?.pass.as_ref();
                let value = self.measured(record, pass);
                let event = Event::ValueRecorded { step, attempt, record: record.clone(), value };
                (format!("measure {record}"), 92, event)
            }
            Owed::Evidence => {
                let url = format!("https://evidence.example/{}/{}", self.look.state.run, step);
                let evidence = Evidence::Link { url };
                ("evidence".to_owned(), 95, Event::EvidenceGiven { step, attempt, evidence })
            }
            Owed::Time(_) | Owed::Signatures(_) => return None,
        };
        Some(Occasion::at(self.key(&what), at(percent), &self.doer, event))
    }

    /// A value that passes.
    fn measured(&self, record: &str, pass: Option<&Condition>) -> String {
        let Some(pass) = pass else {
            let tenths = self.takes(record, 400, 4_000);
            return format!("{}.{}", tenths / 10, tenths % 10);
        };
        let Ok(bound) = pass.value.trim().parse::<f64>() else { return pass.value.clone() };
        let less = if bound > 0.0 { bound * 0.4 } else { bound - 1.0 };
        let value = match pass.op {
            Compare::Less | Compare::LessEqual => less,
            Compare::Greater | Compare::NotEqual => bound + 1.0,
            Compare::GreaterEqual | Compare::Equal => return pass.value.trim().to_owned(),
        };
        if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") }
    }

    /// The doer first, then others, one after the other.
    fn sign(&self, from: crate::run::Time) -> Option<Occasion> {
        let signed = &self.look.state.steps[self.ix].now.signatures;
        let listed = self.plan.signer_ids.iter().map(String::as_str);
        let others = self.look.cast.workers();
        let may = |person: &&str| {
            let is_listed =
                self.plan.signer_ids.is_empty() || self.plan.signer_ids.iter().any(|p| p == person);
            let has = signed.iter().any(|fact| *fact.person == **person);
            is_listed && !has && self.look.cast.plays(person)
        };
        let person = [self.doer.as_str()].into_iter().chain(listed).chain(others).find(may)?;
        let count = Secs::try_from(signed.len()).unwrap_or(0);
        let at = later(from, count * self.takes("sign", 60, 200));
        let (step, attempt) = self.names();
        let key = self.key(&format!("sign {count}"));
        Some(Occasion::at(key, at, person, Event::StepSigned { step, attempt }))
    }
}
