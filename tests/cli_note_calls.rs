//! `golive note "@name …"` says when nobody here has that name; the note is recorded all the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests say so by panicking"
)]

mod cli_support;

use cli_support::House;

const PLAN: &str = r#"format = 1
[release]
title = "Demo"
[people.ana]
role = "lead"
[people.qa]
name = "Quinn Ames"
team = "Quality"
[[phases]]
title = "Work"
steps = [{ id = "s1", title = "One", owner = "qa", duration = "5m" }]
"#;

#[test]
fn who_is_called_by_a_name_that_nobody_has_is_told_of() {
    let house = House::new();
    house.write("demo.toml", PLAN);
    house.golive(&["open", "demo.toml", "--rehearsal"]).done();
    for (text, said) in [
        ("@qa and @Quinn Ames and @quality: look", ""),
        ("mail qa@example.com, nobody is called", ""),
        (
            "@qaa please look",
            "note: nobody is called by @qaa: qaa is not in the runbook's [people]; did you mean qa?\n",
        ),
    ] {
        let noted = house.golive(&["note", text]);
        assert_eq!(noted.err, said, "{text}");
        assert!(noted.done().contains("note: "), "it is recorded");
    }
    let edited = house.golive(&["note", "edit", "2", "@nobody"]);
    assert!(edited.err.contains("@nobody"), "{edited:?}");
    edited.done();
}
