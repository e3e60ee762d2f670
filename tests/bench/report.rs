//! How long a report takes: 5,000 steps and 100,000 entries, made and rendered.
//! `cargo bench --bench report`: `max alloc` is what each format takes beside the run itself; what the
//! whole process took (`VmHWM`) is said at the end, of one format with `cargo bench --bench report xlsx`.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench may"
)]

use divan::Bencher;
use golive::report::model::Verified;
use golive::report::{Format, Provenance, Report, render, report};
use golive::run::{
    self, Act, Actor, Entry, EntryId, Event, Mode, NoteKind, RULES, RunState, apply, sha256_hex,
};
use golive::runbook::Role;
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

/// Counts what is taken at a time, for each bench.
#[global_allocator]
static ALLOC: divan::AllocProfiler = divan::AllocProfiler::system();

const STEPS: usize = 5_000;
const ENTRIES: u64 = 100_000;

fn main() {
    divan::main();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    if let Some(peak) = peak {
        println!("{peak}");
    }
}

fn plan() -> String {
    let mut text = String::from(
        "format = 1\n[release]\ntitle = \"Large\"\nid = \"large\"\nzero_hour = 2026-11-28T22:00:00Z\n",
    );
    for phase in 0..STEPS / 50 {
        let _ =
            writeln!(text, "[[phases]]\nid = \"p{phase}\"\ntitle = \"Phase {phase}\"\nsteps = [");
        for step in 0..50 {
            let _ = writeln!(
                text,
                "  {{ id = \"s{phase}-{step}\", title = \"Step {step} of phase {phase}\", owner = \"bo\", stream = \"s{}\", duration = \"1m\" }},",
                step % 4
            );
        }
        text.push_str("]\n");
    }
    text
}

/// Every step started and done, with estimates, ticks and notes between them.
fn night() -> RunState {
    let text = plan();
    let mut at = "2026-11-28T22:00:00Z".parse::<run::Time>().unwrap();
    let mut seq = 0;
    let mut entry = |event: Event, seconds: i64| {
        seq += 1;
        at += chrono::TimeDelta::seconds(seconds);
        let actor = Actor { name: "ana".to_owned(), role: Role::Lead, claimed: true };
        let act =
            Act { actor, on_behalf_of: None, at, happened_at: None, override_reason: None, event };
        let id = EntryId { replica: "r".to_owned(), index: seq };
        Entry { seq, id, act, offset_ms: 0, received_at: None }
    };
    let opening = Event::RunOpened {
        rules: RULES,
        run: "large".to_owned(),
        mode: Mode::Live,
        sha256: sha256_hex(text.as_bytes()),
        runbook: text,
        approved: None,
        keep_times: false,
    };
    let mut state = run::open(entry(opening, 0)).unwrap();
    let extra = (ENTRIES - 1 - 2 * STEPS as u64) / STEPS as u64;
    for ix in 0..STEPS {
        let step = state.plan.steps[ix].id.clone();
        let started = entry(Event::StepStarted { step: step.clone(), attempt: 1 }, 10);
        apply(&mut state, Arc::new(started));
        for n in 0..extra {
            let event = if n % 2 == 0 {
                Event::StepEstimated { step: step.clone(), attempt: 1, remaining_s: 60 }
            } else {
                Event::NoteAdded {
                    text: format!("Something that somebody said about step {ix}, number {n}"),
                    kind: NoteKind::Note,
                    step: Some(step.clone()),
                    public: false,
                    owner: None,
                    due: None,
                }
            };
            apply(&mut state, Arc::new(entry(event, 3)));
        }
        apply(&mut state, Arc::new(entry(Event::StepCompleted { step, attempt: 1 }, 10)));
    }
    state
}

fn state() -> &'static RunState {
    static STATE: OnceLock<RunState> = OnceLock::new();
    STATE.get_or_init(night)
}

fn made() -> Report {
    let state = state();
    let from = Provenance {
        as_of: state.log.last().unwrap().entry.act.at,
        head: "0".repeat(64),
        verified: Verified::Sound,
        problem: None,
        golive: "0".to_owned(),
    };
    report(state, &from)
}

#[divan::bench(sample_count = 5)]
fn made_alone(bencher: Bencher<'_, '_>) {
    state();
    bencher.bench_local(made);
}

#[divan::bench(sample_count = 5, args = ["md", "html", "json", "csv", "xlsx"])]
fn made_and_rendered(bencher: Bencher<'_, '_>, format: &str) {
    state();
    let format = Format::named(format).unwrap();
    bencher.bench_local(|| render(&made(), format).unwrap().len());
}
