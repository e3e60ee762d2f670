//! Importing a table of 100,000 rows, as CSV and as a workbook: time, and what it takes in memory at
//! a time (`max alloc`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a bench that cannot go on stops"
)]

use golive::import::{Kind, Options, import};
use rust_xlsxwriter::Workbook;
use std::fmt::Write;

/// Counts what is taken at a time, for each bench.
#[global_allocator]
static ALLOC: divan::AllocProfiler = divan::AllocProfiler::system();

const ROWS: usize = 100_000;

fn main() {
    divan::main();
}

fn cells(n: usize) -> [String; 6] {
    [
        (n + 1).to_string(),
        format!("Phase {}", n / 500),
        format!("Task {n}"),
        format!("Person {}", n % 40),
        format!("{} min", 1 + n % 30),
        if n.is_multiple_of(500) { String::new() } else { n.to_string() },
    ]
}

const HEADER: [&str; 6] = ["No.", "Phase", "Task", "Owner", "Duration", "Predecessors"];

fn options() -> Options {
    Options { title: "Big".to_owned(), ..Options::default() }
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn csv(bencher: divan::Bencher<'_, '_>) {
    let mut text = HEADER.join(",") + "\n";
    for n in 0..ROWS {
        let _ = writeln!(text, "{}", cells(n).join(","));
    }
    bencher.bench_local(|| {
        import(text.as_bytes(), Kind::Delimited { tabs: false }, &options()).unwrap()
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn xlsx(bencher: divan::Bencher<'_, '_>) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(HEADER) {
        sheet.write(0, column, name).unwrap();
    }
    for n in 0..ROWS {
        for (column, cell) in (0..).zip(cells(n)) {
            sheet.write(u32::try_from(n + 1).unwrap(), column, cell).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    bencher.bench_local(|| import(&bytes, Kind::Workbook, &options()).unwrap());
}
