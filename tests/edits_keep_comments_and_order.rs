//! Edits change the lines they are about and no others, in every way of writing a step; what they
//! give reads again.

#![allow(clippy::expect_used, clippy::disallowed_methods, clippy::panic, reason = "tests")]

use golive::runbook::edit::{
    EditError, NewStep, Predecessor, Spot, insert_step, move_step, remove_step, set_duration,
    set_needs, set_not_before, set_owner, set_team, set_title, set_window, set_zero_hour,
};
use golive::runbook::{LinkOn, read};
use similar::{ChangeTag, TextDiff};

const PLAN: &str = r#"# The night.
format = 1

[release]
title     = "Plan"                 # as spoken
zero_hour = 2026-11-28T23:00:00Z   # T-0

# ---- people
[people.ana]
team = "A"
[people.bo]
team = "B"

# ---- 1: one line each
[[phases]]
title = "Prepare"
steps = [ # the list
  { id = "call", title = "Call", owner = "ana", duration = "5m" }, # everybody

  # -- database
  # takes long
  { id = "backup", title = "Back up", owner = "bo", duration = "20m" }, # nightly one
  { title = "Look", owner = "ana", duration = "5m", needs = ["backup", { step = "call", on = "start" }] }
] # end of it

[steps.backup]   # at length
instructions = """
Do it.
"""

# ---- 2: tables

[[phases]]
title = "Change"

  # first, the freeze
  [[phases.steps]]
  id       = "freeze"     # writes
  title    = "Freeze"
  team     = "B"
  duration = "5m"

  [[phases.steps]]
  id       = "node-{{ each }}"
  for_each = ["a", "b", "c"]
  title    = "Node {{ each }}"
  duration = "5m"
    [[phases.steps.records]]
    title = "Load"

  # ---- the end of it

  # opened by hand
  [[phases.steps]]
  title    = "Open"
  duration = "5m"
  needs    = ["node-*"]

# ---- the way back
[[rollbacks]]
title = "Back"
covers = ["backup", "freeze"]
steps = [{ id = "undo", title = "Undo", owner = "bo", duration = "5m" }]
"#;

/// The changed lines: `-` gone, `+` new.
fn changes(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .iter_all_changes()
        .filter(|c| c.tag() != ChangeTag::Equal)
        .map(|c| format!("{}{}", c.tag(), c.value()))
        .collect()
}

fn check(result: Result<String, EditError>, expected: &str) {
    let text = result.expect("an edit");
    assert!(read(&text).runbook.is_some(), "{text}");
    pretty_eq(&changes(PLAN, &text), expected, &text);
}

fn pretty_eq(found: &str, expected: &str, text: &str) {
    assert!(found == expected, "found\n{found}\nexpected\n{expected}\nin\n{text}");
}

fn new(title: &str) -> NewStep {
    NewStep { title: title.to_owned(), duration: Some("1m".to_owned()), ..NewStep::default() }
}

#[test]
fn the_plan_itself_is_fine() {
    assert_eq!(read(PLAN).diagnostics, Vec::new());
}

#[test]
fn owners_and_durations_are_changed_where_they_are_written() {
    check(
        set_owner(PLAN, "call", Some("bo")),
        "-  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\" }, # everybody\n\
         +  { id = \"call\", title = \"Call\", owner = \"bo\", duration = \"5m\" }, # everybody\n",
    );
    check(
        set_duration(PLAN, "freeze", Some("10m")),
        "-  duration = \"5m\"\n+  duration = \"10m\"\n",
    );
    check(set_owner(PLAN, "freeze", Some("bo")), "-  team     = \"B\"\n+  owner = \"bo\"\n");
    check(
        set_team(PLAN, "call", "B"),
        "-  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\" }, # everybody\n\
         +  { id = \"call\", title = \"Call\", duration = \"5m\", team = \"B\" }, # everybody\n",
    );
    check(
        set_duration(PLAN, "call", None),
        "-  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\" }, # everybody\n\
         +  { id = \"call\", title = \"Call\", owner = \"ana\" }, # everybody\n",
    );
    check(
        set_owner(PLAN, "undo", Some("ana")),
        "-steps = [{ id = \"undo\", title = \"Undo\", owner = \"bo\", duration = \"5m\" }]\n\
         +steps = [{ id = \"undo\", title = \"Undo\", owner = \"ana\", duration = \"5m\" }]\n",
    );
}

#[test]
fn new_keys_go_where_the_step_is_written_at_length() {
    check(set_not_before(PLAN, "backup", Some("T-30m")), "+not_before = \"T-30m\"\n");
    check(
        set_not_before(PLAN, "freeze", Some("2026-11-28T23:10:00Z")),
        "+  not_before = 2026-11-28T23:10:00Z\n",
    );
    check(
        set_not_before(PLAN, "call", Some("22:30")),
        "-  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\" }, # everybody\n\
         +  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\", not_before = \"22:30\" }, # everybody\n",
    );
}

#[test]
fn another_title_leaves_the_id() {
    let text = set_title(PLAN, "look", "Look twice").expect("an edit");
    let book = read(&text).runbook.expect("a runbook");
    assert_eq!(book.step("look").map(|s| s.title.as_str()), Some("Look twice"));
    check(
        set_title(PLAN, "freeze", "Freeze \"all\""),
        "-  title    = \"Freeze\"\n+  title    = 'Freeze \"all\"'\n",
    );
}

#[test]
fn links_are_changed_and_given_back() {
    let link = |step: &str, on, lag| Predecessor { step: step.to_owned(), on, lag };
    check(
        set_needs(
            PLAN,
            "look",
            Some(&[link("call", LinkOn::Finish, 0), link("backup", LinkOn::Start, 300)]),
        ),
        "-  { title = \"Look\", owner = \"ana\", duration = \"5m\", needs = [\"backup\", { step = \"call\", on = \"start\" }] }\n\
         +  { title = \"Look\", owner = \"ana\", duration = \"5m\", needs = [\"call\", { step = \"backup\", on = \"start\", lag = \"5m\" }] }\n",
    );
    check(set_needs(PLAN, "open", None), "-  needs    = [\"node-*\"]\n");
    let circle = set_needs(PLAN, "call", Some(&[link("look", LinkOn::Finish, 0)]));
    assert!(
        matches!(&circle, Err(EditError::WouldBreak { message, .. }) if message.contains("circle")),
        "{circle:?}"
    );
}

#[test]
fn one_of_many_gets_a_table_of_its_own() {
    check(set_duration(PLAN, "node-b", Some("15m")), "+[steps.node-b]\n+duration = \"15m\"\n+\n");
    let text = set_duration(PLAN, "node-b", Some("15m")).expect("an edit");
    let again = set_duration(&text, "node-b", None).expect("an edit");
    assert_eq!(again, PLAN);
    let moved = move_step(PLAN, "node-b", Spot::EndOf("prepare"));
    assert!(matches!(moved, Err(EditError::OneOfMany { .. })), "{moved:?}");
}

#[test]
fn steps_are_inserted_on_lines() {
    check(
        insert_step(PLAN, &new("Ask"), Spot::After("call")),
        "+  { id = \"ask\", title = \"Ask\", duration = \"1m\" },\n",
    );
    check(
        insert_step(PLAN, &new("Ask"), Spot::Before("call")),
        "+  { id = \"ask\", title = \"Ask\", duration = \"1m\" },\n",
    );
    check(
        insert_step(PLAN, &new("Look"), Spot::EndOf("prepare")),
        "-  { title = \"Look\", owner = \"ana\", duration = \"5m\", needs = [\"backup\", { step = \"call\", on = \"start\" }] }\n\
         +  { title = \"Look\", owner = \"ana\", duration = \"5m\", needs = [\"backup\", { step = \"call\", on = \"start\" }] },\n\
         +  { id = \"look-2\", title = \"Look\", duration = \"1m\" },\n",
    );
    check(
        insert_step(PLAN, &new("Say so"), Spot::Before("undo")),
        "-steps = [{ id = \"undo\", title = \"Undo\", owner = \"bo\", duration = \"5m\" }]\n\
         +steps = [{ id = \"say-so\", title = \"Say so\", duration = \"1m\" }, { id = \"undo\", title = \"Undo\", owner = \"bo\", duration = \"5m\" }]\n",
    );
}

#[test]
fn steps_are_inserted_as_tables() {
    let lines = "\n  [[phases.steps]]\n  id = \"ask\"\n  title = \"Ask\"\n  duration = \"1m\"\n";
    for (spot, before) in [
        (Spot::After("freeze"), "  team     = \"B\"\n  duration = \"5m\"\n"),
        (Spot::After("node-c"), "    title = \"Load\"\n"),
        (Spot::EndOf("change"), "  needs    = [\"node-*\"]\n"),
    ] {
        let expected = PLAN.replace(before, &format!("{before}{lines}"));
        assert_eq!(insert_step(PLAN, &new("Ask"), spot), Ok(expected));
    }
    let inside = insert_step(PLAN, &new("Ask"), Spot::After("node-a"));
    assert!(matches!(inside, Err(EditError::OneOfMany { .. })), "{inside:?}");
    let text = insert_step(PLAN, &new("Ask"), Spot::Before("freeze")).expect("an edit");
    let book = read(&text).runbook.expect("a runbook");
    assert_eq!(book.step("ask").map(|s| s.number.as_str()), Some("2.1"));
}

#[test]
fn removed_steps_take_their_comments_and_leave_the_others() {
    check(
        remove_step(PLAN, "call"),
        "-  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\" }, # everybody\n\
         -  { title = \"Look\", owner = \"ana\", duration = \"5m\", needs = [\"backup\", { step = \"call\", on = \"start\" }] }\n\
         +  { title = \"Look\", owner = \"ana\", duration = \"5m\", needs = [\"backup\"] }\n",
    );
    check(
        remove_step(PLAN, "open"),
        "-  # opened by hand\n-  [[phases.steps]]\n-  title    = \"Open\"\n-  duration = \"5m\"\n-  needs    = [\"node-*\"]\n-\n",
    );
    check(
        remove_step(PLAN, "freeze"),
        "-  # first, the freeze\n-  id       = \"freeze\"     # writes\n-  title    = \"Freeze\"\n-  team     = \"B\"\n-  duration = \"5m\"\n-\n-  [[phases.steps]]\n\
         -covers = [\"backup\", \"freeze\"]\n+covers = [\"backup\"]\n",
    );
    check(
        remove_step(PLAN, "node-b"),
        "-  for_each = [\"a\", \"b\", \"c\"]\n+  for_each = [\"a\", \"c\"]\n",
    );
    let text = remove_step(PLAN, "backup").expect("an edit");
    assert!(!text.contains("nightly one") && !text.contains("Do it"), "{text}");
    assert!(text.contains("# everybody") && text.contains("# the list"), "{text}");
    assert!(text.contains("needs = [\"call\", { step = \"call\", on = \"start\" }]"), "{text}");
    assert!(text.contains("covers = [\"freeze\"]"), "{text}");
}

#[test]
fn steps_move_with_their_comments() {
    check(
        move_step(PLAN, "call", Spot::After("backup")),
        "-  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\" }, # everybody\n\
         +  { id = \"call\", title = \"Call\", owner = \"ana\", duration = \"5m\" }, # everybody\n",
    );
    let text = move_step(PLAN, "open", Spot::EndOf("prepare"));
    assert!(matches!(text, Err(EditError::WouldBreak { .. })), "it waits for a later phase");
    let plan = PLAN.replace("  needs    = [\"node-*\"]\n", "");
    let text = move_step(&plan, "open", Spot::Before("freeze")).expect("an edit");
    let book = read(&text).runbook.expect("a runbook");
    assert_eq!(book.step("open").map(|s| s.number.as_str()), Some("2.1"));
    assert!(
        text.contains("  # opened by hand\n  [[phases.steps]]\n  title    = \"Open\""),
        "{text}"
    );
    let text = move_step(PLAN, "look", Spot::EndOf("change")).expect("an edit");
    assert!(text.contains("  [[phases.steps]]\n  title = \"Look\""), "{text}");
    let text = move_step(PLAN, "freeze", Spot::After("call")).expect("an edit");
    let book = read(&text).runbook.expect("a runbook");
    assert_eq!(book.step("freeze").map(|s| s.number.as_str()), Some("1.2"));
}

#[test]
fn windows_are_written_as_times() {
    check(
        set_window(PLAN, "2026-11-28T22:00:00Z", "2026-11-29T04:00:00Z"),
        "+window = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T04:00:00Z }\n",
    );
    check(
        set_zero_hour(PLAN, "2026-11-28T23:30:00Z"),
        "-zero_hour = 2026-11-28T23:00:00Z   # T-0\n+zero_hour = 2026-11-28T23:30:00Z   # T-0\n",
    );
    let wrong = set_zero_hour(PLAN, "soon");
    assert!(matches!(wrong, Err(EditError::WouldBreak { .. })), "{wrong:?}");
}

#[test]
fn what_others_name_is_not_removed() {
    let plan =
        PLAN.replace("duration = \"5m\" }]\n", "duration = \"5m\", undoes = \"freeze\" }]\n");
    let error = remove_step(&plan, "freeze").expect_err("named");
    assert_eq!(error.to_string(), "`freeze` is still named by `undoes` of undo; change that first");
    assert!(matches!(remove_step(PLAN, "nix"), Err(EditError::NoSuchStep { .. })));
    assert!(matches!(
        insert_step(PLAN, &new("A"), Spot::EndOf("nix")),
        Err(EditError::NoSuchPhase { .. })
    ));
    assert!(matches!(remove_step("[release]\n", "a"), Err(EditError::Unreadable { .. })));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_stay() {
    let plan = format!("\u{feff}{}", PLAN.replace('\n', "\r\n"));
    let text = insert_step(&plan, &new("Ask"), Spot::After("freeze")).expect("an edit");
    assert!(text.starts_with('\u{feff}'));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let unix = insert_step(PLAN, &new("Ask"), Spot::After("freeze")).expect("an edit");
    assert_eq!(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"), unix);
    let text = move_step(&plan, "call", Spot::After("backup")).expect("an edit");
    let unix = move_step(PLAN, "call", Spot::After("backup")).expect("an edit");
    assert_eq!(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"), unix);
}

/// Every edit of every step of the shipped runbooks gives a text that reads, or says why not.
#[test]
fn every_edit_of_every_shipped_step_reads_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
    for entry in std::fs::read_dir(folder).expect("runbooks") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let book = read(&text).runbook.expect("a runbook");
        for step in &book.steps {
            let id = step.id.as_str();
            for result in [
                set_duration(&text, id, Some("7m")),
                set_owner(&text, id, Some("Somebody")),
                insert_step(&text, &new("Brand new"), Spot::Before(id)),
                insert_step(&text, &new("Brand new"), Spot::After(id)),
                remove_step(&text, id),
            ] {
                match result {
                    Ok(new) => {
                        let lost = text.lines().filter(|l| l.trim_start().starts_with("# ---"));
                        assert!(lost.clone().all(|l| new.contains(l)), "{id}: a comment was lost");
                    }
                    Err(EditError::WouldBreak { message, .. }) => {
                        let expected = ["takes no time", "matches", "cannot end", "reach"];
                        assert!(expected.iter().any(|e| message.contains(e)), "{id}: {message}");
                    }
                    Err(EditError::OneOfMany { .. } | EditError::StillNamed { .. }) => {}
                    Err(error) => panic!("{id}: {error}"),
                }
            }
        }
    }
}
