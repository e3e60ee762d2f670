//! `golive report`, `review` and `actions` as a person and a script meet them.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read and write files")]

mod cli_support;

use cli_support::House;

#[test]
fn a_report_is_printed_or_written_in_the_format_of_its_file() {
    let house = House::with_run();
    let page = house.golive(&["report"]).done();
    assert!(page.starts_with("# Interim report: Ledger 4.2 go-live\n"), "{page}");
    assert!(page.contains("verified when this report was made"), "{page}");
    for (name, begin) in [
        ("r.md", "# "),
        ("r.html", "<!DOCTYPE html>"),
        ("r.json", "{\n  \"form\": 1"),
        ("r.csv", "\u{feff}row,number,id,"),
        ("r.xlsx", "PK"),
    ] {
        let said = house.golive(&["report", "-o", name]).done();
        assert_eq!(said, format!("wrote {name}\n"));
        let bytes = std::fs::read(house.path().join(name)).unwrap();
        assert!(bytes.starts_with(begin.as_bytes()), "{name}");
    }
    // Again, in place of the old one.
    house.golive(&["report", "-o", "r.md", "--sections", "steps"]).done();
    let page = std::fs::read_to_string(house.path().join("r.md")).unwrap();
    assert!(page.contains("## Steps") && !page.contains("## Summary"), "{page}");
    let schema: serde_json::Value =
        serde_json::from_str(&house.golive(&["schema", "--report"]).done()).unwrap();
    let json = std::fs::read_to_string(house.path().join("r.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(jsonschema::is_valid(&schema, &json));
}

#[test]
fn wrong_use_of_report_says_what_to_do() {
    let house = House::with_run();
    let cases: [(&[&str], &str); 6] = [
        (&["report", "-o", "x.golive"], "a file ending in .golive is a run"),
        (&["report", "-o", "x.doc"], "`.doc` says no format"),
        (&["report", "--sections", "stpes"], "there is no section `stpes`"),
        (&["report", "--format", "csv", "--sections", "actions,timeline"], "one table"),
        (&["report", "--format", "csv", "--sections", "metrics"], "is no table"),
        (&["report", "-o", "no/such/folder.md"], "cannot be written"),
    ];
    for (args, part) in cases {
        let said = house.golive(args).wrong();
        assert!(said.contains(part), "{args:?}: {said}");
    }
    assert!(house.golive(&["report", "--sections", "help"]).done().contains("deviations"));
}

#[test]
fn a_file_that_somebody_mailed_has_its_report_as_of_its_last_entry() {
    let house = House::with_run();
    house.golive(&["export", "--file", "mailed.golive"]).done();
    let away = House::new();
    let copy =
        away.write("mailed.golive", std::fs::read(house.path().join("mailed.golive")).unwrap());
    let mut lock = std::fs::metadata(&copy).unwrap().permissions();
    lock.set_readonly(true);
    std::fs::set_permissions(&copy, lock).unwrap();
    let json = away.golive(&["report", "mailed.golive", "--format", "json"]).done();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let last = json["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!(json["run"]["as_of"], last["at"]);
    assert_eq!(json["record"]["verified"], "sound");
}

#[test]
fn a_record_that_was_tampered_with_says_so_first() {
    let house = House::with_run();
    house.golive(&["export", "--file", "t.golive"]).done();
    let db = rusqlite::Connection::open(house.path().join("t.golive")).unwrap();
    let triggers = "select name from sqlite_master where type = 'trigger'";
    let names: Vec<String> =
        db.prepare(triggers).unwrap().query_map([], |row| row.get(0)).unwrap().flatten().collect();
    for name in names {
        db.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
    db.execute("update entries set body = cast(replace(cast(body as text), 'ana', 'eve') as blob) where seq = 2", []).unwrap();
    drop(db);
    let said = house.golive(&["report", "t.golive"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("warning: entry 2"), "{}", said.err);
    assert!(said.out.contains("Do not rely on this report"), "{}", said.out);
}

#[test]
fn names_are_left_out_when_asked() {
    let house = House::with_run();
    house.golive(&["note", "Ana Ruiz asked Bo"]).done();
    let page = house.golive(&["report", "--anonymise"]).done();
    assert!(!page.contains("Ruiz") && !page.contains("Chen"), "{page}");
}

#[test]
fn a_review_is_kept_in_notes_and_its_actions_are_listed_over_all_runs() {
    let house = House::with_run();
    house.golive(&["cancel", "--reason", "only a tour"]).done();
    let said = house.golive(&[
        "review",
        "--well",
        "the calls",
        "--badly",
        "the dump",
        "--change",
        "dump earlier",
        "--owner",
        "bo",
        "--due",
        "+14d",
    ]);
    let said = said.done();
    assert_eq!(said.lines().count(), 3, "{said}");
    let page = house.golive(&["report"]).done();
    for part in [
        "### What went well\n\n- the calls (Ana Ruiz)",
        "- the dump (Ana Ruiz)",
        "- dump earlier (Ana Ruiz)",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains("dump earlier (added after the end) | Bo Chen"), "{page}");
    let open = house.golive(&["actions"]).done();
    assert!(open.contains("dump earlier (improvement; Bo Chen, due "), "{open}");
    let json: serde_json::Value =
        serde_json::from_str(&house.golive(&["actions", "--json"]).done()).unwrap();
    let item = json[0]["open"].as_array().unwrap().iter().find(|i| i["kind"] == "improvement");
    let number = item.unwrap()["name"].as_str().unwrap().to_owned();
    house.golive(&["note", "close", &number, "--reason", "it is in the plan"]).done();
    assert!(!house.golive(&["actions"]).done().contains("dump earlier"));
    assert!(house.golive(&["report"]).done().contains("it is in the plan"));
    // Nobody sits there to be asked.
    assert!(house.golive(&["review"]).wrong().contains("--well"));
    assert!(house.golive(&["review", "--well", " "]).wrong().contains("empty"));
}
