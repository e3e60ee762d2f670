//! `golive open` (and the first half of `golive run`): one open run of a release and mode, opened
//! or gone on with; live only by a deliberate act.
#![allow(clippy::disallowed_methods, reason = "tests write files")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod cli_support;

use cli_support::{House, NIGHT, Said};

fn house() -> House {
    let house = House::new();
    house.write("night.toml", NIGHT);
    house
}

#[test]
fn a_run_is_opened_once_and_then_gone_on_with() {
    let house = house();
    let first = house.golive(&["open", "night.toml", "--rehearsal"]);
    assert!(first.err.contains("opened"), "{first:?}");
    let id = first.done();
    assert!(id.starts_with("ledger-4.2-20"), "{id}");
    let again = house.golive(&["open", "night.toml", "--rehearsal"]);
    assert!(again.err.contains("going on with"), "{again:?}");
    assert_eq!(again.done(), id);
    assert_ne!(house.golive(&["open", "night.toml", "--rehearsal", "--new"]).done(), id);
    house.golive(&["open", "night.toml", "--new", "--resume"]).wrong();
}

#[test]
fn live_is_said_or_it_is_a_rehearsal() {
    let house = house();
    let rehearsal = house.golive(&["open", "night.toml"]).done();
    assert_eq!(house.status()["mode"], "rehearsal");
    let live = house.golive(&["open", "night.toml", "--live"]).done();
    assert_ne!(rehearsal, live);
    let status = house.golive(&["status", "--json", "--run", live.trim()]).done();
    assert!(status.contains("\"mode\": \"live\""), "{status}");
    assert_eq!(house.golive(&["open", "night.toml"]).done(), rehearsal, "without a terminal");
    house.golive(&["open", "night.toml", "--live", "--rehearsal"]).wrong();
    house.golive(&["open", "night.toml", "--live", "--zero-hour", "plan", "--new"]).wrong();
    house.golive(&["open", "night.toml", "--rehearsal", "--zero-hour", "plan", "--new"]).done();
}

#[test]
fn a_run_that_is_over_is_not_gone_on_with() {
    let house = house();
    house.golive(&["open", "night.toml", "--resume"]).refused();
    let first = house.golive(&["open", "night.toml"]).done();
    house.golive(&["open", "night.toml", "--resume"]).done();
    house.golive(&["cancel", "--reason", "wrong week"]).done();
    house.golive(&["open", "night.toml", "--resume"]).refused();
    assert_ne!(house.golive(&["open", "night.toml"]).done(), first);
}

#[test]
fn a_runbook_with_errors_is_shown_like_check_and_refused() {
    let house = house();
    house.write("bad.toml", NIGHT.replace("duration = \"10m\"", "duraton = \"10m\""));
    let said = house.golive(&["open", "bad.toml"]);
    assert!(said.err.contains("duraton") && said.err.contains("^^^"), "{said:?}");
    said.refused();
    house.golive(&["open", "absent.toml"]).wrong();
    house.golive(&["open"]).wrong();
    assert_eq!(house.golive(&["runs"]).done(), "");
}

#[test]
fn a_file_that_has_changed_is_shown_as_a_change_to_adopt() {
    let house = house();
    house.golive(&["open", "night.toml"]).done();
    house.write("night.toml", NIGHT.replace("Dump the ledger", "Dump it all"));
    let said = house.golive(&["open", "night.toml"]);
    assert!(said.err.contains("golive adopt night.toml"), "{said:?}");
    house.golive(&["adopt", "night.toml"]).done();
    let said = house.golive(&["open", "night.toml"]);
    assert!(!said.err.contains("golive adopt"), "{said:?}");
}

/// Whoever goes on with a run whose plan was changed in the run is not told to throw that away.
#[test]
fn a_file_with_an_earlier_text_of_the_run_is_not_offered_to_be_adopted() {
    let house = House::with_run();
    house.golive(&["step", "start", "freeze"]).done();
    let changed = NIGHT.replace("Dump the ledger", "Dump it all");
    house.write("changed.toml", &changed);
    house.golive(&["adopt", "changed.toml"]).done();
    let said = house.golive(&["open", "night.toml"]);
    assert!(said.err.contains("edits that night.toml does not have"), "{said:?}");
    assert!(said.err.contains("Dump it all") && !said.err.contains("golive adopt"), "{said:?}");
    let hint = said.err.split("hint: golive ").nth(1).unwrap().split(" writes").next().unwrap();
    house.golive(&hint.split(' ').collect::<Vec<_>>()).done();
    assert_eq!(std::fs::read_to_string(house.path().join("night.toml")).unwrap(), changed);
    // Going back on purpose is said for what it is, and so is what is lost by it.
    let without: String =
        NIGHT.lines().filter(|l| !l.contains("\"freeze\"")).map(|l| format!("{l}\n")).collect();
    house.write("without.toml", without);
    let said = house.golive(&["adopt", "without.toml"]);
    assert!(said.err.contains("Freeze writes is running"), "{said:?}");
    house.write("old.toml", NIGHT);
    let said = house.golive(&["adopt", "old.toml"]).done();
    assert!(said.contains("back to an earlier text of this run"), "{said}");
}

/// What is found in the environment is not asked for.
#[test]
fn the_usage_of_a_command_names_what_is_missing_and_nothing_else() {
    let said = house().golive(&["step", "start"]);
    assert!(said.err.contains("Usage: golive step start <STEP>"), "{said:?}");
    said.wrong();
}

#[test]
fn a_mistake_of_ones_own_is_the_last_one_that_can_be_corrected() {
    let house = House::with_run();
    house.golive(&["note", "Replica is slow"]).done();
    house.golive_as("bo", &["note", "It is not"]).done();
    assert!(house.golive(&["correct", "last"]).done().contains("Replica is slow"));
    house.golive_as("stranger", &["correct", "last"]).refused();
}

#[test]
fn what_was_approved_is_on_record() {
    let house = house();
    house.write("approved.toml", NIGHT.replace("Dump the ledger", "Dump"));
    house.golive(&["open", "night.toml", "--approved", "approved.toml"]).done();
    let opened = house.events().remove(0).to_string();
    assert!(
        opened.contains("\\\"approved\\\"") || opened.contains("\"approved\""),
        "{opened:.300}"
    );
    let text = |house: &House, run: &str| {
        let status = house.golive(&["status", "--run", run.trim()]).done();
        status.lines().find_map(|line| line.strip_prefix("text: ").map(str::to_owned)).unwrap()
    };
    let run = house.golive(&["open", "night.toml"]).done();
    assert_eq!(
        text(&house, &run),
        "differs from the approved text: 1 change: 1.2 Dump: title Dump → Dump the ledger"
    );
    let run = house.golive(&["open", "night.toml", "--new", "--approved", "night.toml"]).done();
    assert_eq!(text(&house, &run), "as approved");
    let sum = "AB".repeat(32);
    let run = house.golive(&["open", "night.toml", "--new", "--approved", &sum]).done();
    assert_eq!(text(&house, &run), "differs from the approved hash");
    house.golive(&["open", "night.toml", "--new", "--approved", "no-such-file"]).wrong();
}

#[test]
fn who_acts_is_said_or_configured_or_logged_in() {
    let house = House::with_run();
    let last = |house: &House| house.events().pop().unwrap().to_string();
    house.golive_as("Bo Chen", &["step", "start", "freeze"]).done();
    assert!(last(&house).contains("bo"), "a display name means its id: {}", last(&house));
    std::fs::create_dir_all(house.path().join("config/golive")).unwrap();
    house.write("config/golive/config.toml", "name = \"cy\"\n");
    house.golive(&["step", "start", "dump"]).done();
    assert!(last(&house).contains("cy"), "{}", last(&house));
    house.golive_as("Zoë from the vendor", &["note", "here"]).done();
    assert!(last(&house).contains("Zoë from the vendor"), "{}", last(&house));
    house.golive_as(" ", &["note", "here"]).wrong();
    let nobody = house.command(&["note", "x"]).env_remove("USER").output().unwrap();
    assert_eq!(nobody.status.code(), Some(0), "the config file still says who");
    std::fs::remove_file(house.path().join("config/golive/config.toml")).unwrap();
    let account = house.command(&["note", "x"]).env_remove("USER").output().unwrap();
    assert_eq!(account.status.code(), Some(0), "the account has a name, or a number");
    assert!(!last(&house).contains("ana"), "{}", last(&house));
    house.write("config/golive/config.toml", "name = [\n");
    house.golive(&["note", "x"]).wrong();
}

#[test]
fn runs_lists_them_the_latest_first() {
    let house = house();
    let first = house.golive(&["open", "night.toml"]).done();
    let second = house.golive(&["open", "night.toml", "--live"]).done();
    house.write("runs/broken.golive", "this is no ledger");
    let said = house.golive(&["runs"]);
    let list = said.out.clone();
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines.len(), 3, "{list}");
    assert!(lines[0].starts_with(second.trim()) && lines[0].contains("LIVE"), "{list}");
    assert!(lines[1].starts_with(first.trim()) && lines[1].contains("rehearsal"), "{list}");
    assert!(lines[2].contains("broken.golive"), "{list}");
    // The good ones are listed; but all is not well, and a script has to know.
    assert!(said.wrong().contains("1 of 3"), "{list}");
    std::fs::remove_file(house.path().join("runs/broken.golive")).unwrap();
    house.golive(&["runs"]).done();
}

#[test]
fn people_who_open_the_same_runbook_at_once_get_one_run() {
    for _ in 0..5 {
        let house = house();
        let open = |_| {
            let mut command = house.command(&["open", "night.toml", "--rehearsal"]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            command.spawn().unwrap()
        };
        let all: Vec<_> = (0..6).map(open).collect();
        let mut ids: Vec<_> = all
            .into_iter()
            .map(|child| Said::from(child.wait_with_output().unwrap()).done())
            .collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "{ids:?}");
        assert_eq!(house.golive(&["runs"]).done().lines().count(), 1);
        let left = std::fs::read_dir(house.path().join("runs")).unwrap().count();
        assert_eq!(left, 1, "nothing but the run is left there");
    }
}
