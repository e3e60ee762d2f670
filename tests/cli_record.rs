//! `golive verify`, `export` and `restore`: the record can be proved, copied and rebuilt.
#![allow(clippy::disallowed_methods, reason = "tests write files")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod cli_support;

use cli_support::{House, Said};

#[test]
fn a_run_is_verified_exported_and_rebuilt_elsewhere() {
    let house = House::with_run();
    house.golive(&["step", "start", "freeze"]).done();
    let verified = house.golive(&["verify"]).done();
    assert!(verified.contains("3 entries"), "{verified}");
    let lines = house.golive(&["export"]).done();
    assert_eq!(lines.lines().count(), 3);
    house.write("copy.jsonl", &lines);
    house.golive(&["export", "--file", "copy.golive"]).done();
    house.golive(&["export", "--file", "copy.golive"]).wrong();
    for (copy, data) in [("copy.jsonl", "a"), ("copy.golive", "b")] {
        house.golive(&["restore", copy, "--data", data]).done();
        let again = house.golive(&["verify", "--data", data]).done();
        assert_eq!(again, verified, "the same head");
        house.golive(&["restore", copy, "--data", data]).wrong();
    }
    house.golive(&["verify", "copy.golive"]).done();
}

#[test]
fn a_changed_entry_is_found_and_nothing_is_rebuilt_from_it() {
    let house = House::with_run();
    house.golive(&["note", "all quiet"]).done();
    let lines = house.golive(&["export"]).done();
    house.write("forged.jsonl", lines.replace("all quiet", "all lost"));
    let said = house.golive(&["restore", "forged.jsonl", "--data", "a"]).wrong();
    assert!(said.contains('3'), "names the first bad entry: {said}");
    let torn = &lines[..lines.len() - 20];
    house.write("torn.jsonl", torn);
    let said = house.golive(&["restore", "torn.jsonl", "--data", "c"]);
    assert!(said.err.contains("middle of a line"), "{said:?}");
    house.write("nothing.jsonl", "Dear all\n");
    house.golive(&["restore", "nothing.jsonl", "--data", "d"]).wrong();
    house.golive(&["verify", "nothing.jsonl"]).wrong();
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let house = House::with_run();
    for args in [&["export"][..], &["status"], &["schema"], &["completions", "bash"], &["--help"]] {
        let mut child = house
            .command(args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_an_error() {
    let house = House::with_run();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = house.command(&["status"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output"));
}

#[test]
fn a_write_that_fails_records_nothing_and_works_again_once_there_is_room() {
    let house = House::with_run();
    let before = house.golive(&["verify"]).done();
    let note = house.command(&["note", "no room for this"]);
    let mut limited = std::process::Command::new("bash");
    limited.args(["-c", "ulimit -f 0; exec \"$0\" \"$@\""]).arg(note.get_program());
    limited.args(note.get_args()).stdin(std::process::Stdio::null());
    for (key, value) in note.get_envs() {
        limited.env(key, value.unwrap_or_default());
    }
    let said = cli_support::Said::from(limited.output().unwrap());
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("limit on file sizes"), "{said:?}");
    assert!(!said.err.contains("panicked"), "{said:?}");
    assert_eq!(house.golive(&["verify"]).done(), before);
    house.golive(&["note", "there is room again"]).done();
}

#[test]
fn a_damaged_ledger_is_named_and_left_as_it_is() {
    let house = House::with_run();
    let path =
        std::fs::read_dir(house.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle - 2000..middle + 2000].fill(0x5a);
    std::fs::write(&path, &bytes).unwrap();
    for args in [&["verify"][..], &["export"], &["note", "x"], &["status"]] {
        let said = house.golive(args);
        assert!(said.code == 1 || said.code == 2, "{args:?}: {said:?}");
        assert!(!said.err.contains("panicked"), "{args:?}: {said:?}");
        assert!(said.err.contains(".golive"), "{args:?} names the file: {said:?}");
    }
}

/// The program under a limit on file sizes (`ulimit -f`, in KiB), as a small disk or quota sets it.
fn under_limit(house: &House, kib: u32, args: &[&str]) -> Said {
    let mut command = std::process::Command::new("bash");
    let own = house.command(args);
    command
        .args(["-c", &format!("ulimit -f {kib}; exec \"$@\""), "bash"])
        .arg(own.get_program())
        .args(own.get_args())
        .current_dir(house.path())
        .env_clear()
        .envs(own.get_envs().filter_map(|(key, value)| Some((key, value?))));
    Said::from(command.output().unwrap())
}

#[test]
fn a_limit_on_file_sizes_ends_no_command_without_a_word() {
    let long = "x".repeat(20_000);
    for kib in [0, 1, 16, 36, 44, 52, 60, 64, 72, 100] {
        let house = House::with_run();
        let before = house.events().len();
        let mut recorded = 0;
        for text in [long.as_str(), "hi", long.as_str(), "ho"] {
            let said = under_limit(&house, kib, &["note", text]);
            match said.code {
                0 => recorded += 1,
                2 => assert!(said.err.contains("limit on file sizes"), "{kib}: {said:?}"),
                _ => panic!("{kib}: {said:?}"),
            }
        }
        for args in [
            &["status"][..],
            &["runs"],
            &["verify"],
            &["export"],
            &["export", "--file", "copy.golive"],
            &["runbook"],
            &["runbook", "-o", "copy.toml"],
        ] {
            let said = under_limit(&house, kib, args);
            assert!(matches!(said.code, 0 | 2), "{kib} {args:?}: {said:?}");
            assert!(said.code == 0 || said.err.starts_with("error: "), "{kib} {args:?}: {said:?}");
            // What only reads needs no room.
            assert!(said.code == 0 || args.len() > 1, "{kib} {args:?}: {said:?}");
        }
        assert_eq!(house.events().len(), before + recorded, "{kib}");
        house.golive(&["verify"]).done();
    }
}

#[test]
fn runs_that_only_the_hub_here_has_are_not_kept_quiet() {
    let house = House::with_run();
    house.golive(&["note", "order a disk", "--kind", "action"]).done();
    let runs = house.path().join("runs");
    std::fs::create_dir_all(runs.join("hub")).unwrap();
    let files: Vec<_> =
        std::fs::read_dir(&runs).unwrap().map(|file| file.unwrap().path()).collect();
    for file in files.iter().filter(|file| file.is_file()) {
        std::fs::rename(file, runs.join("hub").join(file.file_name().unwrap())).unwrap();
    }
    let owed = house.golive(&["actions"]).done();
    assert!(owed.contains("order a disk"), "{owed}");
    let said = house.golive(&["runs"]);
    assert!(said.err.contains("1 run is on the hub whose files are here"), "{}", said.err);
    let hub = runs.join("hub");
    assert!(
        house.golive(&["runs", "--data", &hub.display().to_string()]).done().contains("Ledger 4.2")
    );
}
