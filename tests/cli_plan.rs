//! `golive plan`: what it prints, for people and for programs, and how it refuses.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod cli_support;

use cli_support::House;
use serde_json::{Value, json};

const PLAN: &str = r#"format = 1
[release]
title = "Small night"
zero_hour = 2026-11-28T22:00:00Z
window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z }
decision_margin = "5m"
[people.bo]
[[phases]]
title = "One"
flow = "parallel"
steps = [
  { id = "freeze", title = "Freeze writes", owner = "bo", duration = "5m" },
  { id = "migrate", title = "Migrate the schema", owner = "bo", duration = "30m" },
]
[[phases]]
title = "Two"
steps = [ { id = "open", title = "Open traffic", owner = "bo", duration = "10m" } ]
[[rollbacks]]
id = "restore"
title = "Restore"
covers = ["migrate"]
steps = [ { id = "dump", title = "Restore the dump", duration = "20m" } ]
"#;

fn house() -> House {
    let house = House::new();
    house.write("small.toml", PLAN);
    house
}

fn plan(house: &House, args: &[&str]) -> String {
    let mut command = house.command(&["plan", "small.toml"]);
    let output = command.args(args).env("COLUMNS", "80").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn its_json_is_what_others_build_on() {
    let said: Value = serde_json::from_str(&plan(&house(), &["--json"])).unwrap();
    let step = |id: &str, number: &str, times: [&str; 4], float: i64| {
        let [es, ef, ls, lf] = times.map(|t| format!("2026-11-28T{t}:00Z"));
        json!({
            "id": id, "number": number, "early_start": es, "early_finish": ef, "late_start": ls,
            "late_finish": lf, "float_s": float, "critical": float == 0
        })
    };
    let back = |after: &str, by: &str| {
        let by = format!("2026-11-28T{by}:00Z");
        json!({ "after": after, "rung": "restore", "duration_s": 1200, "roll_back_by": by })
    };
    let expected = json!({
        "start": "2026-11-28T22:00:00Z",
        "finish": "2026-11-28T22:40:00Z",
        "duration_s": 2400,
        "critical_path": ["migrate", "open"],
        "steps": [
            step("freeze", "1.1", ["22:00", "22:05", "22:25", "22:30"], 1500),
            step("migrate", "1.2", ["22:00", "22:30", "22:00", "22:30"], 0),
            step("open", "2.1", ["22:30", "22:40", "22:30", "22:40"], 0),
        ],
        // 23:00 − 5 to decide − 20, and migrate is due to start with freeze.
        "rollback": [back("freeze", "22:35"), back("migrate", "22:35"), back("open", "22:35")],
    });
    assert_eq!(said, expected);
    let same: Value = serde_json::from_str(&plan(&house(), &["--format", "json"])).unwrap();
    assert_eq!(same, expected);
}

#[test]
fn people_read_a_table_a_gantt_and_the_way_back() {
    let said = plan(&house(), &[]);
    for part in [
        "Small night\nSat 28 Nov 2026 22:00 to 22:40 UTC: 40m\n",
        "window Sat 28 Nov 2026 22:00 to 23:00: 20m to spare at its close",
        "  1.1 Freeze writes      bo    22:00–22:05   25m\n",
        "* 1.2 Migrate the schema bo    22:00–22:30     0\n",
        "Critical path\n  1.2 (30m) → 2.1 (10m)\n",
        "22:00–22:05  bo: 2 at once of 1.1, 1.2",
        "! 2.1 Open traffic",
        "  ! From 22:35 a rollback would not end inside the window: restore takes 20m and\n    5m to decide, roll back by 22:35\n",
    ] {
        assert!(said.contains(part), "{part:?} in\n{said}");
    }
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let letters = plan(&house(), &["--ascii"]);
    assert!(letters.is_ascii(), "{letters}");
    assert!(letters.contains("###"), "{letters}");
}

#[test]
fn it_begins_elsewhere_and_asks_what_if() {
    let house = house();
    let start = |args: &[&str]| {
        let said: Value = serde_json::from_str(&plan(&house, args)).unwrap();
        said["start"].as_str().unwrap().to_owned()
    };
    // In a plan with a date: the 22:15 nearest to its start, and that much later than it.
    assert_eq!(start(&["--json", "--at", "22:15"]), "2026-11-28T22:15:00Z");
    assert_eq!(start(&["--json", "--at", "+20m"]), "2026-11-28T22:20:00Z");
    assert_eq!(start(&["--json", "--at", "2026-11-28 21:00"]), "2026-11-28T21:00:00Z");

    let said = plan(&house, &["--what-if", "migrate=+30m"]);
    assert_eq!(
        said,
        "If 1.2 Migrate the schema takes 30m longer (30m → 1h)\n\
         \x20 The finish moves from 22:40 to 23:10 (+30m)\n\
         \x20 ! That is 10m after the window closes\n\
         \x20 The least time to spare for a rollback goes from \u{2212}5m to \u{2212}35m (after 2.1)\n\
         \x20 ! From 22:35 a rollback would not end inside the window\n\n\
         \x20 2 of 3 steps move, gates and milestones first\n\
         \x20 1.2 Migrate the schema                              22:30 → 23:00  +30m\n\
         \x20 2.1 Open traffic                                    22:40 → 23:10  +30m\n"
    );
    let said = plan(&house, &["--what-if", "1.1=+20m"]);
    assert!(said.contains("The finish stays at 22:40"), "{said}");
    let said = plan(&house, &["--what-if", "migrate=-10m", "--what-if", "open=-5m"]);
    assert!(said.contains("from 22:40 to 22:25 (\u{2212}15m)"), "{said}");
    let then: Value =
        serde_json::from_str(&plan(&house, &["--json", "--what-if", "dump=+10m"])).unwrap();
    assert_eq!(then["rollback"][0]["duration_s"], 1800, "a rung's own step counts, too");
}

#[test]
fn it_refuses_like_everything_else() {
    let house = house();
    house.write("broken.toml", PLAN.replace("owner = \"bo\", duration = \"10m\"", "durration = 5"));
    let said = house.golive(&["plan", "broken.toml"]).refused();
    assert!(said.contains("durration") && said.contains("broken.toml:"), "{said}");
    assert!(house.golive(&["plan", "nowhere.toml"]).wrong().contains("there is no such file"));
    assert!(house.golive(&["plan", "no-such-run"]).wrong().contains("there is no run"));
    assert!(house.golive(&["plan", "small.toml", "--at", "soonish"]).wrong().contains("no time"));
    let wrong = house.golive(&["plan", "small.toml", "--what-if", "migrate"]).wrong();
    assert!(wrong.contains("names no length"), "{wrong}");
    assert!(
        house.golive(&["plan", "small.toml", "--what-if", "migrate=5"]).wrong().contains("unit")
    );
    let no = house.golive(&["plan", "small.toml", "--what-if", "nothing=5m"]).refused();
    assert!(no.contains("no step `nothing`"), "{no}");
}

#[test]
fn a_run_has_its_present_plan() {
    let house = house();
    house.golive(&["open", "small.toml", "--live", "--as", "ana"]).done();
    let file = house.golive(&["plan", "small.toml", "--json"]).done();
    assert_eq!(house.golive(&["plan", "--json"]).done(), file, "the only active run");
    assert_eq!(house.golive(&["plan", "small", "--json"]).done(), file, "named");
    house.golive(&["reschedule", "--closes", "2026-11-28 23:30Z", "--as", "ana"]).done();
    let moved: Value = serde_json::from_str(&house.golive(&["plan", "--json"]).done()).unwrap();
    assert_eq!(moved["rollback"][0]["roll_back_by"], "2026-11-28T23:05:00Z");
}

#[test]
fn hostile_titles_are_shown_and_not_obeyed() {
    let house = House::new();
    let text = PLAN.replace("Open traffic", "Open\\u001b[2J\\u202Etraffic");
    house.write("small.toml", text.replace("Small night", "Small\\u001b]0;x\\u0007night"));
    let said = plan(&house, &[]);
    assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
    assert!(said.contains("Open␛[2J"), "{said}");
}
