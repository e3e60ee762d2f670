//! The tour of the README can be taken as it is written.
#![allow(clippy::disallowed_methods, reason = "reads the README and runs a shell")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod cli_support;

use cli_support::{House, Said};

#[test]
fn the_tour_of_the_readme_can_be_taken_as_it_is_written() {
    take(&[]);
}

/// A reader presses Enter: it may have started the first step, or completed it, too; and whoever
/// opens the run may have said who they are.
#[test]
fn the_tour_can_be_taken_whatever_was_done_in_the_cockpit_before() {
    take(&["golive step start 1.1"]);
    take(&["golive step start 1.1", "golive step done 1.1"]);
    take(&["golive step start 1.1 --as ana", "golive hold --as ana", "golive resume --as ana"]);
}

/// Takes the tour, with these commands in the place of what is done in the cockpit.
fn take(in_cockpit: &[&str]) {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let tour = readme.split("## Ten minutes").nth(1).unwrap().split("### For scripts").next();
    let commands = tour
        .unwrap()
        .split("```sh\n")
        .skip(1)
        .flat_map(|block| block.split("```").next().unwrap().lines());
    let house = House::new();
    let mut taken = 0;
    for line in commands {
        // A cockpit and a watch go on until somebody ends them; other tests look at them.
        let line = match line.split_once(" night.toml ") {
            Some(("golive run", _)) => "golive open night.toml",
            _ if line.starts_with("golive watch") => continue,
            _ => line,
        };
        let said = shell(&house, line);
        if line.starts_with("golive open") {
            for line in in_cockpit {
                assert_eq!(shell(&house, line).code, 0, "{line}");
            }
        }
        let expected = i32::from(line.contains("# refused"));
        assert_eq!(said.code, expected, "{line}: {said:?}");
        taken += 1;
    }
    assert!(taken >= 14, "only {taken} commands were found");
    assert_eq!(house.status()["state"], "canceled");
    assert_eq!(house.status()["deviations"].as_array().unwrap().len(), 0);
    let again = house.golive(&["verify", "--data", "elsewhere"]).done();
    assert_eq!(again, house.golive(&["verify"]).done());
}

/// Runs a line of the README as a shell does, with the program under test in place of `golive`.
fn shell(house: &House, line: &str) -> Said {
    let mut command = house.command(&[]);
    let program = command.get_program().to_owned();
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", &line.replacen("golive", "\"$GOLIVE\"", 1)])
        .current_dir(house.path())
        .env_clear()
        .env("GOLIVE", program)
        .stdin(std::process::Stdio::null());
    for (key, value) in command.env("USER", "reader").get_envs() {
        if let Some(value) = value {
            bash.env(key, value);
        }
    }
    Said::from(bash.output().unwrap())
}
