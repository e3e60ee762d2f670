//! `golive check`, `new` and `schema`: every kind of file gets an answer in plain words, in time,
//! with the exit code that scripts rely on.
#![allow(clippy::disallowed_methods, reason = "tests write files and look at the clock")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod cli_support;

use cli_support::{House, NIGHT, Said};
use std::fmt::Write;
use std::time::{Duration, Instant};

#[test]
fn a_clean_runbook_is_done_and_says_so() {
    let house = House::new();
    house.write("night.toml", NIGHT);
    let said = house.golive(&["check", "night.toml"]).done();
    assert!(said.contains("night.toml: no problems, 8 steps"), "{said}");
    assert_eq!(house.golive(&["check", "night.toml", "--json"]).done(), "[]\n");
}

#[test]
fn all_problems_are_reported_at_once_with_the_lines_underlined() {
    let house = House::new();
    let text = NIGHT
        .replace(
            "owner = \"bo\", duration = \"5m\" },\n  { id = \"dump\"",
            "owner = \"bo\", duraton = \"5m\" },\n  { id = \"freeze\"",
        )
        .replace("voters = [\"ana\", \"bo\"]", "voters = [\"ana\", \"nobody\"]");
    house.write("night.toml", &text);
    let said = house.golive(&["check", "night.toml"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("refused: 1 of 1 cannot be run as written"), "{said:?}");
    for part in ["duraton", "^^^^", "nobody", "errors", "night.toml:"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let json = house.golive(&["check", "night.toml", "--json"]);
    assert_eq!(json.code, 1);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json.out).unwrap();
    assert!(rows.len() >= 3, "{rows:?}");
    for row in &rows {
        let names: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        let stable = ["file", "severity", "code", "message", "help", "line", "column"];
        assert!(names.iter().all(|name| stable.contains(name)), "{names:?}");
        assert_eq!(row["file"], "night.toml");
        assert!(row["line"].as_u64() > Some(0) && row["column"].as_u64() > Some(0), "{row}");
    }
}

#[test]
fn warnings_pass_unless_denied() {
    let house = House::new();
    house.write(
        "night.toml",
        NIGHT.replace(
            "owner = \"cy\", duration = \"10m\"",
            "owner = \"DBA on call\", duration = \"10m\"",
        ),
    );
    let said = house.golive(&["check", "night.toml"]).done();
    assert!(said.contains("1 warning"), "{said}");
    assert_eq!(house.golive(&["check", "night.toml", "--deny-warnings"]).code, 1);
}

#[test]
fn several_files_are_all_answered_and_the_worst_decides() {
    let house = House::new();
    house.write("night.toml", NIGHT);
    house.write("bad.toml", "format = 1\n");
    let said = house.golive(&["check", "night.toml", "absent.toml", "bad.toml"]);
    assert_eq!(said.code, 2);
    assert!(said.out.contains("night.toml: no problems") && said.out.contains("bad.toml: "));
    assert!(said.err.contains("absent.toml: there is no such file"), "{}", said.err);
}

#[test]
fn whatever_the_file_is_the_answer_is_in_plain_words_and_in_time() {
    let house = House::new();
    let deep = format!("format = 1\nx = {}{}\n", "[".repeat(50_000), "]".repeat(50_000));
    let cases: [(&str, Vec<u8>, i32, &str); 10] = [
        ("empty.toml", Vec::new(), 1, "empty"),
        ("zeros.bin", vec![0, 159, 146, 150], 2, "binary"),
        ("latin1.toml", b"format = 1\ntitle = \"caf\xe9\"\n".to_vec(), 2, "line 2"),
        ("huge.toml", vec![b'#'; 50 << 20], 2, "50 MiB"),
        ("deep.toml", deep.into_bytes(), 1, "error"),
        ("bom.toml", format!("\u{feff}{NIGHT}").into_bytes(), 0, "no problems"),
        ("crlf.toml", NIGHT.replace('\n', "\r\n").into_bytes(), 0, "no problems"),
        ("prose.toml", b"Dear all,\nplease go live at ten.\n".to_vec(), 1, "error"),
        ("cycle.toml", cycle(10_000).into_bytes(), 1, "cycle"),
        ("utf16.toml", b"\xff\xfef\0o\0r\0".to_vec(), 2, "UTF-16"),
    ];
    for (name, bytes, code, words) in cases {
        house.write(name, bytes);
        let said = house.golive(&["check", name]);
        assert_eq!(said.code, code, "{name}: {said:.2000?}");
        let answer = format!("{}{}", said.out, said.err);
        assert!(answer.contains(words), "{name}: {answer:.2000}");
        assert!(!answer.contains("panicked"), "{name}: {answer:.2000}");
    }
    std::fs::create_dir(house.path().join("folder.toml")).unwrap();
    assert!(house.golive(&["check", "folder.toml"]).wrong().contains("folder"));
    house.golive(&["check"]).wrong();
}

/// A runbook whose steps all need the one before, and the first the last.
fn cycle(steps: usize) -> String {
    let mut text =
        String::from("format = 1\n[release]\ntitle = \"Round\"\n[[phases]]\ntitle = \"All\"\n");
    for n in 0..steps {
        let before = (n + steps - 1) % steps;
        let _ = write!(
            text,
            "[[phases.steps]]\nid = \"s{n}\"\ntitle = \"Step {n}\"\nduration = \"1m\"\nneeds = [\"s{before}\"]\n"
        );
    }
    text
}

#[test]
fn a_new_runbook_checks_clean_and_is_never_written_over() {
    let house = House::new();
    house.golive(&["new", "plan.toml"]).done();
    let text = std::fs::read_to_string(house.path().join("plan.toml")).unwrap();
    assert!(text.lines().filter(|line| line.contains('#')).count() > 10, "it is commented");
    house.golive(&["check", "--deny-warnings", "plan.toml"]).done();
    house.golive(&["new", "plan.toml"]).refused();
    assert_eq!(text, std::fs::read_to_string(house.path().join("plan.toml")).unwrap());
    house.golive(&["new", "no/such/folder/plan.toml"]).wrong();
}

#[test]
fn the_schema_is_json_and_fits_the_shipped_runbooks() {
    let house = House::new();
    let schema: serde_json::Value =
        serde_json::from_str(&house.golive(&["schema"]).done()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let night: toml::Table = toml::from_str(NIGHT).unwrap();
    let night = serde_json::to_value(night).unwrap();
    if let Err(error) = validator.validate(&night) {
        panic!("{error}");
    }
    assert!(validator.validate(&serde_json::json!({ "format": 1, "relese": {} })).is_err());
}

/// Whoever opens a named pipe that nobody writes into waits for ever.
#[test]
fn what_is_no_file_is_refused_at_once() {
    let house = House::with_run();
    let made = std::process::Command::new("mkfifo").arg(house.path().join("pipe")).status();
    assert!(made.unwrap().success());
    for args in [
        &["check", "pipe"][..],
        &["check", "pipe", "--json"],
        &["adopt", "pipe"],
        &["open", "pipe"],
        &["open", "night.toml", "--new", "--approved", "pipe"],
        &["step", "evidence", "measure", "pipe"],
        &["restore", "pipe"],
        &["verify", "./pipe"],
        &["check", "/dev/zero"],
        &["check", "/dev/tty"],
        &["step", "evidence", "measure", "/dev/zero"],
    ] {
        let mut child = house
            .command(args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > deadline {
                child.kill().unwrap();
                panic!("{args:?} waits for ever");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let said = Said::from(child.wait_with_output().unwrap());
        assert_eq!(said.code, 2, "{args:?}: {said:?}");
        let told = format!("{}{}", said.out, said.err);
        assert!(
            ["named pipe", "device", "this is no file"].iter().any(|word| told.contains(word)),
            "{args:?}: {told}"
        );
    }
    // What is open already has somebody who writes it.
    let mut command = house.command(&["check", "/dev/stdin"]);
    command.stdin(std::fs::File::open(house.path().join("night.toml")).unwrap());
    Said::from(command.output().unwrap()).done();
}

#[test]
fn steps_of_the_way_back_are_counted_apart() {
    let house = House::new();
    house.write(
        "night.toml",
        "format = 1\n[release]\ntitle = \"Night\"\n[[phases]]\ntitle = \"Cutover\"\n\
         steps = [{ title = \"Move\", owner = \"Bo\", duration = \"5m\" }]\n\
         [[rollbacks]]\ntitle = \"Back\"\nsteps = [{ title = \"Restore\", duration = \"5m\" }]\n",
    );
    let said = house.golive(&["check", "night.toml"]).done();
    assert!(said.contains(", 1 step and 1 of the way back"), "{said}");
}
