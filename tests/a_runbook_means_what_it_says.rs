//! What `read` makes of a text: ids, numbers, order, `for_each`, names, times.
#![allow(clippy::expect_used, clippy::disallowed_methods, clippy::panic, reason = "tests")]

use chrono::{DateTime, NaiveTime, Utc};
use golive::runbook::{
    AvailableUntil, LinkOn, Moment, OnFailure, OnNoGo, Owner, Probe, Quorum, Runbook, Then, read,
};

fn book(text: &str) -> Runbook {
    let reading = read(text);
    assert!(reading.runbook.is_some(), "{text}\n{:?}", reading.diagnostics);
    reading.runbook.expect("a runbook")
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// Each step as `number id <- predecessors`, links on a start as `^id+lag`.
fn order(book: &Runbook) -> Vec<String> {
    let link = |l: &golive::runbook::Link| {
        let on = if l.on == LinkOn::Start { "^" } else { "" };
        let lag = if l.lag > 0 { format!("+{}", l.lag) } else { String::new() };
        format!("{on}{}{lag}", book.steps[l.step].id)
    };
    let one = |s: &golive::runbook::Step| {
        let needs: Vec<String> = s.needs.iter().map(link).collect();
        format!("{} {} <- {}", s.number, s.id, needs.join(" ")).trim_end().to_owned()
    };
    book.steps.iter().map(one).collect()
}

fn plan(phases: &str) -> String {
    format!("[release]\ntitle = \"T\"\n{phases}")
}

#[test]
fn the_order_is_the_one_of_flow_and_needs() {
    let cases: [(&str, &[&str]); 9] = [
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\" }, { title = \"B\" }, { title = \"C\" }]",
            &["1.1 a <-", "1.2 b <- a", "1.3 c <- b"],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nflow = \"parallel\"\nsteps = [{ title = \"A\" }, { title = \"B\" }]",
            &["1.1 a <-", "1.2 b <-"],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nflow = \"streams\"\nsteps = [{ title = \"A\", stream = \"x\" }, { title = \"B\", stream = \"y\" }, { title = \"C\", stream = \"x\" }, { title = \"D\" }, { title = \"E\" }]",
            &["1.1 a <-", "1.2 b <-", "1.3 c <- a", "1.4 d <-", "1.5 e <- d"],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\" }, { title = \"B\", needs = [] }, { title = \"C\" }, { title = \"D\", needs = [{ step = \"a\", on = \"start\", lag = \"5m\" }, \"b\"] }]",
            &["1.1 a <-", "1.2 b <-", "1.3 c <- b", "1.4 d <- ^a+300 b"],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\" }, { id = \"n-{{ each }}\", for_each = [\"x\", \"y\", 3], title = \"N {{ each }}\" }, { title = \"Z\" }]",
            &["1.1 a <-", "1.2 n-x <- a", "1.3 n-y <- a", "1.4 n-3 <- a", "1.5 z <- n-x n-y n-3"],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\" }, { title = \"N {{ each }}\", for_each = [\"X 1\", \"y\"], in_turn = true }, { title = \"Z\" }]",
            &["1.1 a <-", "1.2 n-x-1 <- a", "1.3 n-y <- n-x-1", "1.4 z <- n-y"],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\" }, { id = \"n-{{ each }}\", for_each = [\"x\", \"y\"], in_turn = true, title = \"N\", needs = [\"a\"] }]\n[[phases]]\ntitle = \"Q\"\nsteps = [{ id = \"m-{{ each }}\", for_each = [\"x\", \"y\"], title = \"M\", needs = [\"n-{{ each }}\"] }, { title = \"All\", needs = [\"n-*\", \"m-*\"] }]",
            &[
                "1.1 a <-",
                "1.2 n-x <- a",
                "1.3 n-y <- a n-x",
                "2.1 m-x <- n-x",
                "2.2 m-y <- n-y",
                "2.3 all <- n-x n-y m-x m-y",
            ],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nflow = \"streams\"\nsteps = [{ id = \"n-{{ each }}\", for_each = [\"x\", \"y\"], title = \"N\", stream = \"{{ each }}\" }, { id = \"m-{{ each }}\", for_each = [\"x\", \"y\"], title = \"M\", stream = \"{{ each }}\" }]",
            &["1.1 n-x <-", "1.2 n-y <-", "1.3 m-x <- n-x", "1.4 m-y <- n-y"],
        ),
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\" }]\n[[phases]]\ntitle = \"Q\"\nsteps = [{ title = \"B\" }]\n[[rollbacks]]\ntitle = \"R\"\nsteps = [{ title = \"U\" }, { title = \"V\" }]",
            &["1.1 a <-", "2.1 b <-", "R1.1 u <-", "R1.2 v <- u"],
        ),
    ];
    for (phases, expected) in cases {
        assert_eq!(order(&book(&plan(phases))), expected, "{phases}");
    }
}

#[test]
fn a_phase_waits_for_the_one_before_unless_it_says_otherwise() {
    let text = "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\" }]\n[[phases]]\ntitle = \"Q\"\nafter = []\nsteps = [{ title = \"B\" }]\n[[phases]]\ntitle = \"R\"\nafter = [\"p\", \"q\"]\nsteps = [{ title = \"C\" }]\n[[phases]]\ntitle = \"S\"\nsteps = [{ title = \"D\" }]";
    let after: Vec<_> = book(&plan(text)).phases.into_iter().map(|p| p.after).collect();
    assert_eq!(after, [vec![], vec![], vec![0, 1], vec![2]]);
}

#[test]
fn keys_at_length_replace_those_of_the_line() {
    let text = plan(
        "[people.bo]\nteam = \"DB\"\n[[phases]]\ntitle = \"P\"\nsteps = [\n { title = \"Move it\", owner = \"bo\", duration = \"5m\" },\n { id = \"n-{{ each }}\", for_each = [\"x\", \"y\"], title = \"N {{ each }}\", duration = \"1m\" },\n]\n[steps.move-it]\nteam = \"DB\"\nduration = [\"1m\", \"2m\", \"3m\"]\ntitle = \"Move {{ id }}\"\n[steps.n-y]\nduration = \"9m\"\ntitle = \"N\"\n[steps.\"n-{{ each }}\"]\nowner = \"bo\"\ninstructions = \"on {{ each }}\"\n",
    );
    let book = book(&text);
    let step = book.step("move-it").expect("its id stays");
    assert_eq!(step.owner, Some(Owner::Team("DB".to_owned())));
    assert_eq!(step.title, "Move t");
    assert_eq!(step.duration.and_then(|d| d.range), Some((60, 180)));
    let (x, y) = (book.step("n-x").expect("x"), book.step("n-y").expect("y"));
    assert_eq!((x.duration.map(|d| d.likely), &x.title[..]), (Some(60), "N x"));
    assert_eq!((y.duration.map(|d| d.likely), &y.title[..]), (Some(540), "N"));
    assert_eq!(y.instructions.as_deref(), Some("on y"));
    assert_eq!(y.owner, Some(Owner::Person("bo".to_owned())));
}

#[test]
fn names_are_filled_in() {
    let text = "[release]\ntitle = \"Ship {{ version }}\"\nversion = \"2\"\n[vars]\nhost = \"{{ cluster }}.example\"\ncluster = \"eu-1\"\nkey = \"{{ env.KEY }}\"\n[[phases]]\ntitle = \"On {{ cluster }}\"\nsteps = [\n { title = \"Do\", duration = \"1m\", instructions = 'see {{host}} and {{ \"{{ each }}\" }} and {{ .Values.x }} and {{- if }}' },\n { title = \"Run\", kind = \"command\", run = { argv = [\"x\", \"--key={{key}}\", \"{{ env.Y }}\"], timeout = \"1m\" } },\n]\n[[messages]]\nid = \"m\"\ntext = \"{{ title }}: {{rag}}\"\npost = { url = \"https://{{ host }}/{{ env.T }}\", json = { a = [1, true, \"{{ text }}\"], at = 2026-11-28T23:00:00Z } }\n";
    let book = book(text);
    assert_eq!(book.release.title, "Ship 2");
    assert_eq!(book.release.id, "ship-2");
    assert_eq!(book.phases[0].id, "on-eu-1");
    assert_eq!(book.vars["host"], "{{ cluster }}.example");
    assert_eq!(
        book.steps[0].instructions.as_deref(),
        Some("see eu-1.example and {{ each }} and {{ .Values.x }} and {{- if }}")
    );
    let argv = &book.steps[1].run.as_ref().expect("a command").argv;
    assert_eq!(argv, &["x", "--key={{ env.KEY }}", "{{ env.Y }}"]);
    assert_eq!(book.messages[0].text, "Ship 2: {{ rag }}");
    let post = book.messages[0].post.as_ref().expect("a post");
    assert_eq!(post.url, "https://eu-1.example/{{ env.T }}");
    assert_eq!(
        post.json,
        serde_json::json!({ "a": [1, true, "{{ text }}"], "at": "2026-11-28T23:00:00Z" })
    );
}

#[test]
fn toml_1_1_is_read_too() {
    let text = plan(
        "[[phases]]\ntitle = \"P\"\nsteps = [\n  {\n    title = \"A\", # a comment\n    duration = \"1m\",\n  },\n]\n",
    );
    assert_eq!(order(&book(&text)), ["1.1 a <-"]);
    let text = golive::runbook::edit::set_owner(&text, "a", Some("bo")).expect("an edit");
    assert!(book(&text).steps[0].owner.is_some(), "{text}");
}

#[test]
fn all_forms_of_times() {
    let release = "[release]\ntitle = \"T\"\ntimezone = \"Europe/London\"\n";
    let dated = format!("{release}zero_hour = 2026-07-18T22:00:00Z\nstart = \"T-1h\"\n");
    let moment = |head: &str, value: &str| {
        let text = format!(
            "{head}[[phases]]\ntitle = \"P\"\nsteps = [{{ title = \"A\", duration = \"1m\", not_before = {value} }}]\n"
        );
        book(&text).steps[0].not_before.expect("a moment")
    };
    let cases = [
        ("\"T-30m\"", Moment::T(-1800)),
        ("\"T\u{2212}30m\"", Moment::T(-1800)),
        ("\"T+1h30m\"", Moment::T(5400)),
        ("\"T-0\"", Moment::T(0)),
        ("\"T\"", Moment::T(0)),
        ("\"00:30\"", Moment::At(utc("2026-07-18T23:30:00Z"))),
        ("00:30:00", Moment::At(utc("2026-07-18T23:30:00Z"))),
        ("\"21:30\"", Moment::At(utc("2026-07-19T20:30:00Z"))),
        ("2026-07-19T00:30:00", Moment::At(utc("2026-07-18T23:30:00Z"))),
        ("2026-07-19 00:30:00", Moment::At(utc("2026-07-18T23:30:00Z"))),
        ("\"2026-07-19 00:30\"", Moment::At(utc("2026-07-18T23:30:00Z"))),
        ("2026-07-19T00:30:00+02:00", Moment::At(utc("2026-07-18T22:30:00Z"))),
        ("\"2026-07-19T00:30:00Z\"", Moment::At(utc("2026-07-19T00:30:00Z"))),
    ];
    for (value, expected) in cases {
        assert_eq!(moment(&dated, value), expected, "{value}");
    }
    let half_past = NaiveTime::from_hms_opt(0, 30, 0).expect("a clock time");
    assert_eq!(moment(release, "\"00:30\""), Moment::Clock(half_past));
}

#[test]
fn clock_changes_are_seen_in_every_form() {
    // (zero hour, a time, code; an empty code: it is read)
    let cases = [
        ("2026-10-24T22:00:00Z", "\"01:30\"", "repeated-time"),
        ("2026-10-24T22:00:00Z", "01:30:00", "repeated-time"),
        ("2026-10-24T22:00:00Z", "2026-10-25T01:30:00", "repeated-time"),
        ("2026-10-24T22:00:00Z", "\"2026-10-25 01:30\"", "repeated-time"),
        ("2026-10-24T22:00:00Z", "2026-10-25T01:30:00+01:00", ""),
        ("2026-10-24T22:00:00Z", "\"02:30\"", ""),
        ("2026-03-28T22:00:00Z", "\"01:30\"", "skipped-time"),
        ("2026-03-28T22:00:00Z", "2026-03-29T01:30:00", "skipped-time"),
        ("2026-03-28T22:00:00Z", "2026-03-29T00:30:00", ""),
        ("2026-03-28T22:00:00Z", "\"T+3h30m\"", ""),
    ];
    for (zero, value, code) in cases {
        let text = format!(
            "[release]\ntitle = \"T\"\ntimezone = \"Europe/London\"\nzero_hour = {zero}\n[[phases]]\ntitle = \"P\"\nsteps = [{{ title = \"A\", duration = \"1m\", not_before = {value} }}]\n"
        );
        let codes: Vec<_> = read(&text).diagnostics.into_iter().map(|d| d.code).collect();
        let expected: Vec<&str> = Some(code).filter(|c| !c.is_empty()).into_iter().collect();
        assert_eq!(codes, expected, "{zero} {value}");
    }
    let text = "[release]\ntitle = \"T\"\ntimezone = \"Europe/London\"\nzero_hour = 2026-10-25T01:30:00\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = \"1m\" }]\n";
    let found = &read(text).diagnostics[0];
    assert_eq!(
        found.message,
        "2026-10-25 01:30 happens twice in Europe/London, where the clocks change: it can be read as 01:30 BST (00:30Z) or as 01:30 GMT (01:30Z)"
    );
    let help = found.help.as_deref().unwrap_or_default();
    assert!(help.contains("2026-10-25T01:30:00+01:00 or 2026-10-25T01:30:00+00:00"), "{help}");
}

#[test]
fn the_design_example_is_read_in_full() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/ledger-4.2.toml"))
            .expect("text");
    let book = book(&text);
    let rung = |id: &str| book.rollbacks.iter().position(|r| r.id == id).expect("a rung");
    let step = |id: &str| book.step(id).expect("a step");
    assert_eq!(step("migrate").on_failure, OnFailure::Rollback(rung("restore")));
    assert_eq!(
        step("go-nogo").gate.as_ref().map(|g| g.on_no_go),
        Some(OnNoGo::Rollback(rung("restore")))
    );
    let gate = step("start-cutover").gate.as_ref().expect("a gate");
    assert_eq!((gate.quorum, gate.go_votes_needed()), (Quorum::Majority, 3));
    assert_eq!(gate.deadline, Some(Moment::T(-600)));
    assert!(matches!(step("smoke").check.as_ref().map(|c| &c.probe), Some(Probe::Command(_))));
    let restore = &book.rollbacks[rung("restore")];
    assert_eq!(restore.then, Then::Resume(book.step_ix["migrate"]));
    assert_eq!(restore.available_until, AvailableUntil::Step(book.step_ix["open-5"]));
    assert_eq!(restore.otherwise, Some(rung("return-to-41")));
    assert!(restore.covers.contains(&book.step_ix["deploy-b"]), "a phase is spelled out");
    let page = &book.rollbacks[rung("maintenance-page")];
    assert_eq!((page.available_until, page.otherwise), (AvailableUntil::End, None));
    let all = &book.rollbacks[rung("return-to-41")];
    assert_eq!(all.covers.len(), book.forward_steps().len());
    assert_eq!(book.steps[restore.steps.start].number, "R1.1");
    assert!(book.successors[book.step_ix["freeze"]].contains(&book.step_ix["capture"]));
    let source = &text[step("migrate").source.clone()];
    assert!(source.starts_with('{') && source.contains("id = \"migrate\""), "{source}");
    let source = &text[step("soak").source.clone()];
    assert!(
        source.starts_with("[[phases.steps]]") && source.contains("every = \"30s\""),
        "{source}"
    );
}
