//! Whatever a file holds, `read` gives an answer in plain words, soon, and without a panic.
#![allow(clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

use golive::runbook::edit::{NewStep, Spot, insert_step, remove_step};
use golive::runbook::{LARGEST, decode, difference, findings, line_difference, read, render};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const LEDGER: &str = include_str!("../runbooks/ledger-4.2.toml");
const SITES: &str = include_str!("../runbooks/isp-cutover.toml");

/// Reads and uses the result in every way there is.
fn exercise(text: &str) {
    let reading = read(text);
    for d in &reading.diagnostics {
        assert!(d.line >= 1 && d.column >= 1);
        for label in &d.spans {
            assert!(label.span.start <= label.span.end && label.span.end <= text.len(), "{d:?}");
            assert!(text.is_char_boundary(label.span.start), "{d:?}");
        }
    }
    let few = &reading.diagnostics[..reading.diagnostics.len().min(20)];
    let shown = render("file.toml", text, few, false);
    assert!(!shown.contains('\u{1b}'));
    assert_eq!(findings("file.toml", few).len(), few.len());
    if let Some(book) = &reading.runbook {
        assert!(!reading.has_errors());
        assert_eq!(difference(book, book), Vec::new());
        assert_eq!(book.step_ix.len(), book.steps.len());
        if let Some(step) = book.steps.first() {
            let _ = remove_step(text, &step.id);
            let new = NewStep { title: "New".to_owned(), ..NewStep::default() };
            let _ = insert_step(text, &new, Spot::Before(&step.id));
        }
    }
}

/// Pieces that make broken runbooks more often than random characters do.
fn scrap() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("{{ each }}".to_owned()),
        Just("[[phases.steps]]\n".to_owned()),
        Just("[steps.migrate]\n".to_owned()),
        Just("needs = [\"*\"]\n".to_owned()),
        Just("for_each = [\"a\", \"b\"]\n".to_owned()),
        Just("after = [\"cutover\"]\n".to_owned()),
        Just("\"\"\"".to_owned()),
        Just("\u{0}".to_owned()),
        Just("\u{1b}[2J\u{202e}".to_owned()),
        Just("= 9999999999999999999999\n".to_owned()),
        Just("\"T-99999999d\"".to_owned()),
        Just("9999-12-31T23:59:60Z".to_owned()),
        Just("{".to_owned()),
        Just("]".to_owned()),
        ".{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn mutated_runbooks(
        base in prop::sample::select(vec![LEDGER, SITES]),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..40, scrap()), 1..6),
    ) {
        let mut text = base.to_owned();
        for (at, length, new) in cuts {
            let mut from = at.index(text.len() + 1);
            while !text.is_char_boundary(from) { from -= 1; }
            let mut to = (from + length).min(text.len());
            while !text.is_char_boundary(to) { to += 1; }
            text.replace_range(from..to, &new);
        }
        exercise(&text);
    }

    #[test]
    fn lines_left_out_and_swapped(
        base in prop::sample::select(vec![LEDGER, SITES]),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
    ) {
        let mut lines: Vec<&str> = base.lines().collect();
        for pair in picks.chunks(2) {
            let a = pair[0].index(lines.len());
            match pair.get(1) {
                Some(b) => { let b = b.index(lines.len()); lines.swap(a, b); }
                None => { lines.remove(a); }
            }
        }
        exercise(&lines.join("\n"));
    }

    #[test]
    fn random_text(text in any::<String>()) {
        exercise(&text);
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = decode(&bytes) {
            exercise(text);
        }
    }

    #[test]
    fn random_differences(a in "[a-c\n]{0,60}", b in "[a-c\n]{0,60}") {
        let groups = line_difference(&a, &b, 1);
        prop_assert_eq!(groups.is_empty(), a == b);
    }
}

/// Not a measurement: what grows with the square of its text takes hours for these.
const AT_ALL: Duration = Duration::from_secs(300);

#[test]
fn hostile_files_get_an_answer() {
    let head = "[release]\ntitle = \"T\"\n[[phases]]\ntitle = \"P\"\n";
    let steps = |line: &dyn Fn(usize) -> String| {
        let lines: String = (0..10_000).map(line).collect();
        format!("{head}{lines}")
    };
    let step = |i: usize, rest: &str| {
        format!("[[phases.steps]]\nid = \"s{i}\"\ntitle = \"S\"\nduration = \"1m\"\n{rest}\n")
    };
    let values: String = (0..2000).map(|i| format!("\"{i}\",")).collect();
    let groups: String = ["a", "b", "c"]
        .iter()
        .map(|g| format!("{{ id = \"{g}-{{{{ each }}}}\", title = \"G\", duration = \"1m\", for_each = [{values}] }},"))
        .collect();
    let bomb: String = (1..30)
        .map(|i| format!("a{i} = \"{}\"\n", format!("{{{{ a{} }}}}", i - 1).repeat(10)))
        .collect();
    let rungs: String = (0..2000)
        .map(|i| format!("[[rollbacks]]\ntitle = \"R {i}\"\nsteps = [{{ title = \"U {i}\", duration = \"1m\" }}]\n"))
        .collect();
    let cases: Vec<(&str, String, &str)> = vec![
        ("an empty file", String::new(), "empty-file"),
        ("only a byte order mark", "\u{feff}\r\n".to_owned(), "empty-file"),
        ("deep lists", format!("a = {}{}", "[".repeat(200_000), "]".repeat(200_000)), "too-deep"),
        ("deep tables", format!("a = {}", "{a = ".repeat(200_000)), "too-deep"),
        ("deep keys", format!("{}b = 1", "a.".repeat(100_000)), "too-deep"),
        ("deep headers", format!("[{}b]\n", "a.".repeat(100_000)), "too-deep"),
        ("a large file", "# nothing\n".repeat(LARGEST / 10 + 1), "too-large"),
        ("a file of junk", "a b c\n".repeat(1_000_000), "toml-syntax"),
        (
            "a circle of 10,000 steps",
            steps(&|i| step(i, &format!("needs = [\"s{}\"]", (i + 1) % 10_000))),
            "cycle",
        ),
        ("10,000 unknown keys", steps(&|i| step(i, "durtion = \"1m\"")), "unknown-key"),
        ("10,000 unknown steps", steps(&|i| step(i, "needs = [\"nobody-knows\"]")), "unknown-step"),
        ("lists that multiply", format!("{head}steps = [{groups}]\n"), "too-many-links"),
        ("names that multiply", format!("[vars]\na0 = \"xxxxxxxxxx\"\n{bomb}{head}"), "too-long"),
        ("2,000 rungs over 10,000 steps", steps(&|i| step(i, "")) + &rungs, "too-many-steps"),
    ];
    for (what, text, code) in cases {
        let begun = Instant::now();
        let reading = read(&text);
        let shown = render("file.toml", &text, &reading.diagnostics[..1], false);
        let took = begun.elapsed();
        assert!(reading.diagnostics.iter().any(|d| d.code == code), "{what}: {shown}");
        assert!(reading.runbook.is_none(), "{what}");
        assert!(took < AT_ALL, "{what} took {took:?}");
        assert!(shown.contains("help"), "{what}: {shown}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", LEDGER.replace('\n', "\r\n"));
    let (a, b) = (read(LEDGER), read(&windows));
    assert_eq!(b.diagnostics, Vec::new());
    let (a, b) = (a.runbook.expect("a runbook"), b.runbook.expect("a runbook"));
    assert_eq!(difference(&a, &b), Vec::new());
    let broken = windows.replace("owner = \"mei\"", "ownr = \"mei\"");
    let unix = LEDGER.replace("owner = \"mei\"", "ownr = \"mei\"");
    let places = |text: &str| -> Vec<_> {
        read(text).diagnostics.into_iter().map(|d| (d.code, d.line, d.column)).collect()
    };
    assert_eq!(places(&broken), places(&unix));
}
