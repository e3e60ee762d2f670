//! Reading a plan, folding a night, looking ahead: `cargo bench --bench night`.

use chrono::{DateTime, TimeDelta, Utc};
use divan::{Bencher, black_box};
use golive::run::{self, Act, Actor, Entry, EntryId, Event, Mode, RunState};
use golive::runbook::{self, Role};
use std::fmt::Write;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// A plan of `steps` steps in phases of a hundred, with cross links and a rung.
fn plan(steps: usize) -> String {
    let mut text = "format = 1\n[release]\ntitle = \"Big\"\nzero_hour = 2026-11-28T23:00:00Z\n[people.ana]\nrole = \"lead\"\n".to_owned();
    for i in 0..steps {
        if i % 100 == 0 {
            let _ =
                write!(text, "[[phases]]\nid = \"p{}\"\ntitle = \"Phase {}\"\n", i / 100, i / 100);
        }
        let _ = write!(
            text,
            "[[phases.steps]]\nid = \"s{i}\"\ntitle = \"Step {i}\"\nowner = \"ana\"\nduration = \"{}m\"\n",
            1 + i % 20
        );
        if i % 100 > 20 {
            let _ = writeln!(text, "needs = [\"s{}\", \"s{}\", \"s{}\"]", i - 1, i - 7, i - 17);
        }
    }
    text
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_903_200, 0).unwrap_or_default()
}

fn entry(seq: u64, event: Event) -> Entry {
    let actor = Actor { name: "ana".to_owned(), role: Role::Lead, claimed: true };
    let act = Act {
        actor,
        on_behalf_of: None,
        at: start() + TimeDelta::seconds(i64::try_from(seq).unwrap_or(0)),
        happened_at: None,
        override_reason: None,
        event,
    };
    let id = EntryId { replica: "r".to_owned(), index: seq };
    Entry { seq, id, act, offset_ms: 0, received_at: None }
}

fn opening(text: &str) -> Entry {
    let event = Event::RunOpened {
        rules: run::RULES,
        run: "bench".to_owned(),
        mode: Mode::Live,
        runbook: text.to_owned(),
        sha256: run::sha256_hex(text.as_bytes()),
        approved: None,
        keep_times: false,
    };
    entry(1, event)
}

/// Starts and completes every step of the plan, then writes notes up to `entries`.
fn night(state: &RunState, entries: u64) -> Vec<Arc<Entry>> {
    let steps = state.plan.steps.iter().flat_map(|s| {
        let step = s.id.clone();
        [
            Event::StepStarted { step: step.clone(), attempt: 1 },
            Event::StepCompleted { step, attempt: 1 },
        ]
    });
    let notes = std::iter::repeat_with(|| Event::NoteAdded {
        text: "all quiet".to_owned(),
        kind: run::NoteKind::Note,
        step: None,
        public: false,
        owner: None,
        due: None,
    });
    (2..)
        .zip(steps.chain(notes))
        .take(entries as usize)
        .map(|(n, e)| Arc::new(entry(n, e)))
        .collect()
}

#[divan::bench(args = [100, 10_000])]
fn read_a_plan(bencher: Bencher, steps: usize) {
    let text = plan(steps);
    bencher.bench(|| runbook::read(black_box(&text)));
}

#[divan::bench(args = [1_000, 100_000])]
fn fold_a_night(bencher: Bencher, entries: u64) {
    let text = plan(10_000);
    let Ok(opened) = run::open(opening(&text)) else { return };
    let entries = night(&opened, entries);
    bencher.with_inputs(|| opened.clone()).bench_values(|mut state| {
        for entry in &entries {
            run::apply(&mut state, entry.clone());
        }
        state
    });
}

#[divan::bench]
fn read_stored_entries(bencher: Bencher) {
    let text = plan(1_000);
    let Ok(opened) = run::open(opening(&text)) else { return };
    let bodies: Vec<_> =
        night(&opened, 2_000).iter().filter_map(|entry| entry.to_body().ok()).collect();
    bencher.bench(|| bodies.iter().filter_map(|b| Entry::from_body(1, black_box(b)).ok()).count());
}

/// A plan of `steps` steps with three links each, in streams, and a ladder of two rungs.
fn linked(steps: usize) -> String {
    let mut text = "format = 1\n[release]\ntitle = \"Linked\"\nzero_hour = 2026-11-28T23:00:00Z\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2036-11-28T22:00:00Z }\n[people.ana]\nrole = \"lead\"\n".to_owned();
    // With the two rollback steps, a plan of a hundred thousand is as long as one may be.
    for i in 0..steps - 2 {
        if i % 100 == 0 {
            let _ = write!(
                text,
                "[[phases]]\nid = \"p{i}\"\ntitle = \"P\"\nafter = []\nflow = \"parallel\"\n"
            );
        }
        let _ = write!(
            text,
            "[[phases.steps]]\nid = \"s{i}\"\ntitle = \"S\"\nowner = \"ana\"\nstream = \"x{}\"\nduration = \"{}m\"\n",
            i % 8,
            1 + i % 20
        );
        if i >= 60 {
            let _ = writeln!(text, "needs = [\"s{}\", \"s{}\", \"s{}\"]", i - 8, i - 7, i - 60);
        } else if i > 0 {
            let _ = writeln!(text, "needs = [\"s{}\"]", i - 1);
        }
    }
    for rung in ["first", "second"] {
        let _ = writeln!(
            text,
            "[[rollbacks]]\nid = \"{rung}\"\ntitle = \"R\"\nsteps = [{{ id = \"{rung}-1\", title = \"Restore\", owner = \"ana\", duration = \"20m\" }}]"
        );
    }
    text
}

/// The run of a linked plan, its first step running, and the same with an estimate that moves all.
fn two_moments(steps: usize) -> Option<[RunState; 2]> {
    let mut state = run::open(opening(&linked(steps))).ok()?;
    run::apply(
        &mut state,
        Arc::new(entry(2, Event::StepStarted { step: "s0".to_owned(), attempt: 1 })),
    );
    let mut later = state.clone();
    let estimate = Event::StepEstimated { step: "s0".to_owned(), attempt: 1, remaining_s: 900 };
    run::apply(&mut later, Arc::new(entry(3, estimate)));
    Some([state, later])
}

#[divan::bench(args = [100, 10_000, 100_000])]
fn forecast_from_nothing(bencher: Bencher, steps: usize) {
    let Some([state, _]) = two_moments(steps) else { return };
    bencher.bench(|| run::forecast(black_box(&state), start()));
}

/// Every expected time of the run moves.
#[divan::bench(args = [10_000, 100_000])]
fn forecast_after_an_event(bencher: Bencher, steps: usize) {
    let Some(moments) = two_moments(steps) else { return };
    let mut forecaster = run::Forecaster::new(&moments[0], start());
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        forecaster.event(black_box(&moments[n % 2]), start()).finish
    });
}

/// The same, and fifty steps are looked at, as on a screen.
#[divan::bench(args = [10_000, 100_000])]
fn forecast_after_an_event_and_a_screen(bencher: Bencher, steps: usize) {
    let Some(moments) = two_moments(steps) else { return };
    let mut forecaster = run::Forecaster::new(&moments[0], start());
    let mut n = 0;
    bencher.bench_local(|| {
        n += 1;
        let forecast = forecaster.event(black_box(&moments[n % 2]), start());
        (steps / 2..steps / 2 + 50).filter_map(|ix| forecast.steps.get(ix)?.start).max()
    });
}

/// The first step runs late, so that every second moves everything.
#[divan::bench(args = [10_000, 100_000])]
fn forecast_after_a_second(bencher: Bencher, steps: usize) {
    let Some([state, _]) = two_moments(steps) else { return };
    let mut now = start() + TimeDelta::hours(1);
    let mut forecaster = run::Forecaster::new(&state, now);
    bencher.bench_local(|| {
        now += TimeDelta::seconds(1);
        forecaster.tick(black_box(&state), now).finish
    });
}

#[divan::bench]
fn check_an_act(bencher: Bencher) {
    let text = plan(10_000);
    let Ok(state) = run::open(opening(&text)) else { return };
    let act = entry(2, Event::StepStarted { step: "s0".to_owned(), attempt: 1 }).act;
    bencher.bench(|| run::check(black_box(&state), &act));
}

/// A run of a plan in which every step has three points.
fn three_points(steps: usize) -> Option<RunState> {
    let text = plan(steps);
    let lines = text.lines().map(|line| match line.strip_prefix("duration = ") {
        Some(likely) => format!("duration = [\"0m\", {likely}, \"1h\"]\n"),
        None => format!("{line}\n"),
    });
    run::open(opening(&lines.collect::<String>())).ok()
}

/// 2,000 nights; on a thread of its own in the cockpit.
#[divan::bench(args = [100, 10_000], sample_count = 10, sample_size = 1)]
fn chance_in_window(bencher: Bencher, steps: usize) {
    let Some(state) = three_points(steps) else { return };
    let forecast = run::forecast(&state, start());
    let Some(odds) = run::Odds::of(&state, &forecast, start()) else { return };
    bencher.bench(|| black_box(&odds).chance());
}

/// What of it the cockpit does itself: taking the odds from a forecast.
#[divan::bench(args = [100, 10_000])]
fn odds(bencher: Bencher, steps: usize) {
    let Some(state) = three_points(steps) else { return };
    let forecast = run::forecast(&state, start());
    bencher.bench(|| run::Odds::of(black_box(&state), &forecast, start()));
}

#[divan::bench(args = [100, 10_000])]
fn what_if(bencher: Bencher, steps: usize) {
    let Some(state) = three_points(steps) else { return };
    let forecast = run::forecast(&state, start());
    bencher.bench(|| run::what_if(black_box(&state), &forecast, 50, 1800));
}

#[divan::bench(args = [100, 10_000])]
fn schedule_of_a_plan(bencher: Bencher, steps: usize) {
    use runbook::schedule::{Basis, ladder, schedule};
    let Some(plan) = runbook::read(&plan(steps)).runbook else { return };
    let network = runbook::Network::of(&plan);
    let basis = Basis::written(&plan.release, start());
    bencher.bench(|| {
        let times = schedule(black_box(&plan), &network, basis);
        ladder(&plan, &network, &times)
    });
}
