//! What the documents show is true: every shipped runbook and every TOML block in them reads, and
//! the key table of the README is the one of the program.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads the documents, and stops where it cannot"
)]

use golive::runbook::{Severity, read};
use std::path::{Path, PathBuf};

#[test]
fn every_shipped_runbook_checks_clean() {
    let mut shipped = 0;
    for path in files_of("runbooks", "toml") {
        let text = std::fs::read_to_string(&path).unwrap();
        let findings = read(&text).diagnostics;
        assert!(findings.is_empty(), "{}: {findings:#?}", path.display());
        shipped += 1;
    }
    assert!(shipped >= 4, "four runbooks are shipped at least");
}

#[test]
fn every_toml_block_in_the_documents_reads() {
    let mut seen = 0;
    for path in ["README.md", "runbooks/README.md"] {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        for (line, info, block) in blocks(&text) {
            let place = format!("{path}:{line}");
            match info.as_str() {
                "toml" => {
                    let errors: Vec<_> = read(&block)
                        .diagnostics
                        .into_iter()
                        .filter(|d| d.severity == Severity::Error)
                        .map(|d| d.message)
                        .collect();
                    assert!(errors.is_empty(), "{place}: {errors:#?}");
                }
                "toml,fragment" => {
                    if let Err(error) = toml::from_str::<toml::Table>(&block) {
                        panic!("{place}: {error}");
                    }
                }
                _ => continue,
            }
            seen += 1;
        }
    }
    assert!(seen >= 3, "the blocks are found");
}

/// With `UPDATE_DOCS=1` it writes the table instead.
#[test]
fn the_key_table_of_the_readme_is_the_one_of_the_program() {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- keys:").unwrap();
    let (comment, rest) = rest.split_once("-->\n").unwrap();
    let (table, after) = rest.split_once("<!-- end of keys -->").unwrap();
    let present = format!("\n{}\n\n", golive::cockpit::action::key_table().trim());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let text = format!("{before}<!-- keys:{comment}-->\n{present}<!-- end of keys -->{after}");
        std::fs::write(path, text).unwrap();
        return;
    }
    assert!(table == present, "run UPDATE_DOCS=1 cargo test --test docs; the table is:\n{present}");
}

/// In documents, starter, shipped runbooks, and whatever the program itself advises.
#[test]
fn every_command_that_is_named_is_a_real_one() {
    let commands = commands_of(&[]);
    assert!(commands.contains(&"adopt".to_owned()), "{commands:?}");
    let steps = commands_of(&["step"]);
    let mut seen = 0;
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.contains("…"));
        for (n, line) in lines {
            let starts =
                ["`golive ", "hint: golive "].iter().flat_map(|mark| line.split(mark).skip(1));
            let whole = line.trim_start_matches(['#', ' ']).strip_prefix("golive ");
            let is_prose = path.extension().is_some_and(|e| e == "rs");
            for said in starts.chain(whole.filter(|_| !is_prose)) {
                let mut words =
                    said.split(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
                let word = words.next().unwrap_or_default();
                // An option, a name in capitals, or a sentence that begins with the program's name.
                let is_command = word.starts_with(|c: char| c.is_ascii_lowercase());
                if !is_command {
                    continue;
                }
                let place = format!("{}:{}: golive {word}", path.display(), n + 1);
                assert!(commands.contains(&word.to_owned()), "{place}");
                let sub = words.next().unwrap_or_default();
                let is_step = word == "step" && sub.starts_with(|c: char| c.is_ascii_lowercase());
                assert!(!is_step || steps.contains(&sub.to_owned()), "{place} {sub}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 60, "only {seen} are found");
}

/// The subcommands that the program's help lists.
fn commands_of(of: &[&str]) -> Vec<String> {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_golive"));
    let help = String::from_utf8(command.args(of).arg("--help").output().unwrap().stdout).unwrap();
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// Documents, runbooks and program texts.
fn sources() -> Vec<PathBuf> {
    let mut files = files_of("runbooks", "toml");
    let named = ["README.md", "runbooks/README.md", "themes/README.md", "src/runbook/starter.toml"];
    files.extend(named.map(|name| root().join(name)));
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                None => folders.push(path),
                Some(extension) if extension == "rs" => files.push(path),
                Some(_) => {}
            }
        }
    }
    files
}

#[test]
fn the_pictures_and_files_that_the_readme_names_are_there() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
        assert!(root().join(link).exists(), "README.md names {link}");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_of(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path: &PathBuf| Path::extension(path).is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}

/// The fenced blocks of a document: line, words after the fence, text.
fn blocks(text: &str) -> Vec<(usize, String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String, String)> = None;
    for (n, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(info), None) => open = Some((n + 1, info.trim().to_owned(), String::new())),
            (None, Some((at, info, mut body))) => {
                body.push_str(line);
                body.push('\n');
                open = Some((at, info, body));
            }
            (None, None) => {}
        }
    }
    blocks
}

#[test]
fn the_readme_asks_for_the_compiler_that_cargo_asks_for() {
    let cargo = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let cargo: toml::Table = toml::from_str(&cargo).unwrap();
    let version = cargo["package"]["rust-version"].as_str().unwrap();
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains(&format!("Rust {version} or newer")), "Rust {version}");
}
