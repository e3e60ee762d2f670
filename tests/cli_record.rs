//! `golive verify`, `export` and `restore`: the record can be proved, copied and rebuilt.
#![allow(clippy::disallowed_methods, reason = "tests write files")]

mod cli_support;

use cli_support::House;

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
