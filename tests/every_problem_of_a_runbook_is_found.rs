//! `read` finds every problem of a text in one go, each with its code and line. In the cases
//! below `#< code` at the end of a line says what is found there; nothing else may be.

#![allow(clippy::expect_used, clippy::disallowed_methods, clippy::panic, reason = "tests")]

use golive::runbook::{Severity, read};

/// What every case begins with, unless it has a `[release]` of its own.
const HEAD: &str = "[release]\ntitle = \"T\"\n";
/// What every case ends with, unless it has `[[phases]]` of its own.
const TAIL: &str = "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"Work\", duration = \"5m\" }]\n";

fn whole(case: &str) -> String {
    let head = if case.contains("[release]") || case.contains("release =") { "" } else { HEAD };
    let tail = if case.contains("[[phases]]") || case.contains("phases =") { "" } else { TAIL };
    format!("{head}{case}\n{tail}")
}

fn expected(text: &str) -> Vec<(usize, String)> {
    let mut list = Vec::new();
    for (ix, line) in text.lines().enumerate() {
        let codes = line.split_once("#<").map_or("", |(_, codes)| codes);
        list.extend(codes.split_whitespace().map(|code| (ix + 1, code.to_owned())));
    }
    list.sort();
    list
}

fn found(text: &str) -> Vec<(usize, String)> {
    let mut list: Vec<_> =
        read(text).diagnostics.iter().map(|d| (d.line, d.code.to_owned())).collect();
    list.sort();
    list
}

/// Cases about the head of a runbook, its lists and TOML itself.
const HEADS: &[&str] = &[
    "[release] #< missing-key",
    "release = 1 #< wrong-type\n",
    "[release] #< missing-key\ntitle = \"T\"\nphases = [] #< misplaced-key",
    "format = 2 #< unknown-format\n[release]\ntitle = \"T\"",
    "format = \"1\" #< wrong-type\n[release]\ntitle = \"T\"",
    "title = \"T\" #< misplaced-key\n[release] #< missing-key",
    "[release]\ntitle = \"\" #< empty-text",
    "[release]\ntitle = 1 #< wrong-type",
    "[release]\ntitle = \"T\"\nbrige = \"x\" #< unknown-key",
    "[release]\ntitle = \"42\" #< bad-id",
    "[release]\ntitle = \"T\"\nid = \"a b\" #< bad-id",
    "[release]\ntitle = \"T\"\ntimezone = \"Europe/Londn\" #< unknown-timezone",
    "[release]\ntitle = \"T\"\nzero_hour = \"soon\" #< bad-time",
    "[release]\ntitle = \"T\"\nzero_hour = \"23:00\" #< bad-time",
    "[release]\ntitle = \"T\"\nzero_hour = 2026-11-28 #< bad-time",
    "[release]\ntitle = \"T\"\nzero_hour = 5 #< wrong-type",
    "[release]\ntitle = \"T\"\namber_after = 10 #< bad-duration",
    "[release]\ntitle = \"T\"\namber_after = \"10\" #< bad-duration",
    "[release]\ntitle = \"T\"\nwindow = { opens = 2026-11-28T22:00:00Z } #< missing-key",
    "[release]\ntitle = \"T\"\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T04:00:00Z } #< window-backwards",
    "[release]\ntitle = \"T\"\nzero_hour = 2026-11-27T23:00:00Z #< zero-hour-outside\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-29T04:00:00Z }",
    "[release]\ntitle = \"T\"\ntimezone = \"Europe/London\"\nzero_hour = 2026-10-25T01:30:00 #< repeated-time",
    "[release]\ntitle = \"T\"\ntimezone = \"Europe/London\"\nzero_hour = 2026-03-29T01:30:00 #< skipped-time",
    "[release]\ntitle = \"T\"\n[release] #< duplicate-key\nid = \"x\"",
    "[release]\ntitle = \"T\"\ntitle = \"U\" #< duplicate-key",
    "[release]\ntitle = \"T\"\nversion = 4.2.0 #< toml-syntax",
    "rubbish = true #< unknown-key",
    "[vars]\nrag = \"x\" #< reserved-name",
    "[vars]\ntitle = \"x\" #< reserved-name",
    "[vars]\na = \"{{ b }}\"\nb = \"{{ a }}\" #< ",
    "[vars]\na = \"{{ nothing }}\" #< undefined-name",
    "[vars]\na = \"x\"\nb = \"{{ a\" #< odd-braces",
    "[release]\ntitle = \"a {{}} b {{ c d }} e }}\" #< odd-braces odd-braces odd-braces",
    "[release]\ntitle = \"{{ .Values }} ${x:-${y}} {\\\"a\\\":{\\\"b\\\":1}} {{ \\\"{{ x\\\" }}\"",
    "[vars]\na = [] #< wrong-type",
    "[people.ana]\nrole = \"boss\" #< bad-value\nnam = \"Ana\" #< unknown-key\nsubstitute = \"bo\" #< unknown-person",
    "[people.ana]\nsubstitute = \"ana\" #< unknown-person",
    "[people.\"a b\"] #< bad-id",
    "[[checklists]] #< missing-key\ntitle = \"C\"",
    "[[checklists]]\ntitle = \"C\"\nitems = [\n { text = \"A\", owner = \"zoe\" }, #< unknown-owner\n { text = \"A\" }, #< duplicate-id\n { id = \"x\" }, #< missing-key\n { text = \"B\", evidence = 1 }, #< wrong-type\n { text = \"D\", due = 1 }, #< unknown-key\n]",
    "[[checklists]]\ntitle = \"C\"\nitems = [{ text = \"A\" }]\n[[checklists]]\ntitle = \"C\" #< duplicate-id\nitems = []",
    "[[intervals]] #< missing-key missing-key missing-key\nlimit = \"1h\"\nid = \"i\"",
    "[[intervals]]\ntitle = \"I\"\nfrom = { step = \"work\", on = \"begin\" } #< bad-value\nto = { on = \"finish\" } #< missing-key",
    "[[intervals]]\ntitle = \"I\"\nfrom = \"work\"\nto = \"wrk\" #< unknown-step",
    "[[intervals]] #< interval-over-limit\ntitle = \"I\"\nfrom = \"work\"\nto = \"work\"\nlimit = \"4m\"",
    "[[criteria]]\ntext = \"Fine\"\njudge_by = \"T7d\" #< bad-time\nowner = \"zoe\" #< unknown-owner",
    "[[criteria]] #< missing-key\nid = \"c\"",
    "[[messages]] #< missing-key missing-key",
    "[[messages]]\nid = \"m\"\ntext = \"{{ title }} {{ rag }} {{ eta }}\"\npost = { url = \"{{ env.HOOK }}\", json = { text = \"{{ text }}\" } }",
    "[[messages]]\nid = \"m\"\ntext = \"{{ env.HOOK }}\" #< env-not-here",
    "[[messages]]\nid = \"m\"\ntext = \"x\"\npost = { url = \"ftp://x\", json = 1 } #< bad-url",
    "[[messages]]\nid = \"m\"\ntext = \"x\"\npost = { ur = \"http://x\" } #< unknown-key missing-key missing-key",
];

/// Cases about phases and how steps are written.
const STEPS: &[&str] = &[
    "phases = [] #< missing-key\n[release]\ntitle = \"T\"",
    "[[phases]] #< missing-key empty-section",
    "[[phases]]\ntitle = \"P\"\nflow = \"serial\" #< bad-value\nsteps = [{ title = \"A\", duration = \"1m\" }]",
    "[[phases]]\ntitle = \"P\"\nafter = [\"Q\"] #< unknown-phase\nsteps = [{ title = \"A\", duration = \"1m\" }]",
    "[[phases]]\ntitle = \"P\"\nowner = \"bo\" #< unknown-key\nsteps = [{ title = \"A\", duration = \"1m\" }]",
    "[[phases]]\ntitle = \"P\"\n[[phases.steps]]\ntitle = \"A\"\nduration = \"1m\"\nflow = \"parallel\" #< misplaced-key\nafter = [] #< misplaced-key",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = \"1m\" }]\n[[phases.steps]] #< duplicate-key\ntitle = \"B\"",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n \"A\", #< wrong-type\n { title = \"B\" }, #< no-duration\n { duration = \"1m\" }, #< missing-key\n { title = \"B\", duration = \"1m\" }, #< duplicate-id\n { title = \"???\", duration = \"1m\" }, #< bad-id\n { title = \"P\", duration = \"1m\" }, #< duplicate-id\n]",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ id = \"a\", title = \"A\", duration = \"1m\" }]\n[steps.b] #< unknown-step\nowner = \"x\"",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ id = \"a\", title = \"A\", duration = \"1m\" }]\n[steps.a]\nid = \"b\" #< id-in-steps\ndurations = \"2m\" #< unknown-key\nowner = \"x\" \nteam = \"y\" #< owner-and-team unknown-team",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ id = \"a\", title = \"A\", for_each = [\"x\", \"y\"], duration = \"1m\" }] #< for-each-id duplicate-id",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ id = \"a-{{ each }}\", title = \"A {{ each }}\", duration = \"1m\" }] #< undefined-name undefined-name",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ id = \"a-{{ each }}\", title = \"A\", for_each = [\"x\", \"y\"], duration = \"1\" }] #< bad-duration",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ id = \"a-{{ each }}\", title = \"A\", for_each = [\"x\"], duration = \"1m\" }]\n[steps.a-x]\nfor_each = [\"z\"] #< for-each-here",
    "[[phases]] #< empty-section\ntitle = \"P\"\nsteps = [{ id = \"a-{{ each }}\", title = \"A\", for_each = [], duration = \"1m\" }] #< empty-for-each",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", in_turn = true, duration = \"1m\" }] #< needs-for-each",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { id = \"a\", title = \"A\", duration = \"1m\", needs = [\"a\"] }, #< cycle\n { id = \"b\", title = \"B\", duration = \"1m\", needs = [\"d\"] }, #< cycle\n { id = \"c\", title = \"C\", duration = \"1m\", needs = [\"b\"] },\n { id = \"d\", title = \"D\", duration = \"1m\", needs = [\"c\"] },\n]",
    "[[phases]]\ntitle = \"P\"\nafter = [\"q\"] #< cycle\nsteps = [{ title = \"A\", duration = \"1m\" }]\n[[phases]]\ntitle = \"Q\"\nsteps = [{ title = \"B\", duration = \"1m\" }]",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { id = \"a\", title = \"A\", duration = \"1m\", needs = [\"b\"] }, #< \n]\n[[phases]]\ntitle = \"Q\" #< \nsteps = [{ id = \"b\", title = \"B\", duration = \"1m\" }]",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { id = \"a\", title = \"A\", duration = \"1m\" },\n { id = \"b\", title = \"B\", duration = \"1m\", needs = [\"aa\"] }, #< unknown-step\n { id = \"c\", title = \"C\", duration = \"1m\", needs = [{ step = \"a\", on = \"end\", lag = \"-5m\" }] }, #< bad-value bad-duration\n { id = \"d\", title = \"D\", duration = \"1m\", needs = [\"x-*\"] }, #< unknown-step\n { id = \"e\", title = \"E\", duration = \"1m\", needs = \"a\" }, #< wrong-type\n { id = \"f\", title = \"F\", duration = \"1m\", needs = [{ stp = \"a\" }] }, #< unknown-key missing-key\n { id = \"g\", title = \"G\", duration = \"1m\", needs = [\"p\", \"1.1\"] }, #< unknown-step unknown-step\n]",
];

/// Cases about the keys of single steps.
const KEYS: &[&str] = &[
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { title = \"A\", duration = [\"5m\", \"1m\", \"9m\"] }, #< bad-duration\n { title = \"B\", duration = [\"5m\", \"6m\"] }, #< bad-duration\n { title = \"C\", duration = \"25 moments\" }, #< bad-duration\n { title = \"D\", duration = true }, #< wrong-type\n { title = \"E\", duration = \"1m\", kind = \"taks\" }, #< bad-value\n { title = \"F\", duration = \"1m\", evidence = \"yes\" }, #< wrong-type\n { title = \"G\", duration = \"1m\", not_before = \"T 5m\" }, #< bad-time\n { title = \"H\", duration = \"1m\", on_failure = \"stop\" }, #< bad-value\n { title = \"I\", duration = \"1m\", on_failure = \"rollback:x\" }, #< unknown-rung\n { title = \"J\", duration = \"1m\", signers = 0 }, #< bad-value\n { title = \"K\", duration = \"1m\", signers = [\"zoe\"] }, #< unknown-person\n { title = \"L\", duration = \"1m\", instructions = \"{{ nope }}\" }, #< undefined-name\n { title = \"M\", duration = \"1m\", instructions = \"{{ rag }}\" }, #< undefined-name\n { title = \"N\", duration = \"1m\", expect = \"{{ env.X }}\" }, #< env-not-here\n { title = \"O\", duration = \"1m\", links = [{ url = \"wiki\" }, { title = \"x\" }] }, #< odd-link missing-key\n { title = \"Q\", duration = \"1m\", items = [\"a\", \"a\"] }, #< duplicate-id\n { title = \"R\", duration = \"1m\", records = [{ title = \"r\", pass = \"5\" }, { title = \"r\", pass = \"< five\" }] }, #< bad-condition duplicate-id bad-condition\n { title = \"S\", duration = \"1m\", undoes = \"a\" }, #< wrong-place\n { title = \"U\", duration = \"1m\", owner = \"x\", team = \"y\" }, #< owner-and-team unknown-team\n]",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { title = \"A\", kind = \"command\" }, #< missing-key\n { title = \"B\", kind = \"command\", run = { argv = [\"x\"] } }, #< no-timeout\n { title = \"C\", kind = \"command\", run = { argv = [], timeout = \"1m\" } }, #< bad-value\n { title = \"D\", kind = \"command\", run = { timeout = \"1m\" } }, #< missing-key\n { title = \"E\", kind = \"check\" }, #< missing-key\n { title = \"F\", kind = \"check\", check = { until = \"pass\" } }, #< bad-value\n { title = \"G\", kind = \"check\", check = { http = { url = \"x\" } } }, #< bad-url\n { title = \"H\", kind = \"check\", check = { http = { url = \"https://x\" }, until = \"pass\" } }, #< no-timeout\n { title = \"I\", kind = \"check\", check = { run = { argv = [\"x\"] } } }, #< no-timeout\n { title = \"J\", kind = \"check\", check = { http = { url = \"https://x\", expect = { status = 20, json = \"x\", is = \"up\" } } } }, #< bad-value bad-value bad-condition\n { title = \"K\", kind = \"wait\" }, #< missing-key\n { title = \"L\", kind = \"message\" }, #< missing-key\n { title = \"M\", kind = \"message\", message = \"m\" }, #< unknown-message\n { title = \"N\", kind = \"choice\" }, #< missing-key\n { title = \"O\", kind = \"choice\", options = [{ title = \"x\" }] }, #< too-few-options\n { title = \"Q\", kind = \"milestone\", duration = \"1m\" }, #< milestone-duration\n { title = \"R\", duration = \"1m\", voters = [] }, #< wrong-kind\n { title = \"S\", duration = \"1m\", kind = \"wait\", run = { argv = [\"x\"], timeout = \"1m\" } }, #< wrong-kind\n]",
    "[people.ana]\n[[phases]]\ntitle = \"P\"\nsteps = [\n { title = \"A\", kind = \"gate\", voters = [\"ana\", \"bo\"] }, #< unknown-person\n { title = \"B\", kind = \"gate\", decider = \"Anna\" }, #< unknown-person\n { title = \"C\", kind = \"gate\", requires = [\"x\"] }, #< unknown-checklist\n { title = \"D\", kind = \"gate\", voters = [\"ana\"], quorum = 2 }, #< quorum\n { title = \"E\", kind = \"gate\", quorum = \"most\" }, #< bad-value\n { title = \"F\", kind = \"gate\", quorum = \"majority\" }, #< quorum\n { title = \"G\", kind = \"gate\", on_no_go = \"rollback:r\" }, #< unknown-rung\n { title = \"H\", kind = \"gate\", voters = [\"ana\", \"ana\"] }, #< duplicate-id\n { title = \"I\", duration = \"1m\", owner = \"DBA on call\" }, #< unknown-owner\n { title = \"J\", duration = \"1m\", owner = \"DBA on call\" },\n { title = \"K\", duration = \"1m\", team = \"DBA\" }, #< unknown-team\n]",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { title = \"C\", kind = \"choice\", options = [{ id = \"a\" }, { id = \"b\" }] },\n { title = \"D\", duration = \"1m\", when = { step = \"c\", is = \"x\" } }, #< unknown-option\n { title = \"E\", duration = \"1m\", when = { step = \"d\", is = \"x\" } }, #< not-a-choice\n { title = \"F\", duration = \"1m\", when = { step = \"c\" } }, #< missing-key\n { title = \"G\", duration = \"1m\", when = { step = \"nix\", is = \"a\" } }, #< unknown-step\n]",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { title = \"A\", duration = \"1m\", signers = 5000 }, #< bad-value\n { title = \"B\", kind = \"gate\", quorum = 0 }, #< bad-value\n { title = \"C\", kind = \"check\", check = { http = { url = \"https://x\" }, every = \"0s\" } }, #< bad-value\n]",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { title = \"D\", duration = \"1m\", when = { step = \"c\", is = \"a\" } },\n { title = \"C\", kind = \"choice\", options = [{ id = \"a\" }, { id = \"b\" }] },\n] #< ",
];

/// Cases about the ladder and the window.
const TIMES: &[&str] = &[
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { id = \"a\", title = \"A\", duration = \"5m\", on_failure = \"rollback:r\" },\n { id = \"b\", title = \"B\", duration = \"5m\", point_of_no_return = true, on_failure = \"rollback:r\" }, #< rung-gone\n { id = \"c\", title = \"C\", kind = \"gate\", on_no_go = \"rollback:r\" }, #< rung-gone\n { id = \"d\", title = \"D\", duration = \"5m\", on_failure = \"rollback:s\" },\n]\n[[rollbacks]]\ntitle = \"R\"\nsteps = [{ title = \"Undo\", duration = \"1m\" }]\n[[rollbacks]]\ntitle = \"S\"\navailable_until = \"end\"\nsteps = [{ title = \"Undo more\", duration = \"1m\" }]",
    "[[intervals]] #< interval-backwards\ntitle = \"I\"\nfrom = { step = \"work\", on = \"finish\" }\nto = { step = \"work\", on = \"start\" }",
    "[[rollbacks]] #< missing-key empty-section",
    "[[rollbacks]]\ntitle = \"R\"\ncovers = [\"work\", \"nothing\"] #< unknown-step\navailable_until = \"nix\" #< unknown-step\nthen = \"go on\" #< bad-value\notherwise = \"nix\" #< unknown-rung\nsteps = [{ title = \"Undo\", duration = \"1m\", undoes = \"nix\" }] #< unknown-step",
    "[[rollbacks]]\ntitle = \"R\"\ncovers = []\nthen = \"resume:work\" #< resume-not-covered\nsteps = [{ title = \"Undo\", duration = \"1m\" }]",
    "[[rollbacks]]\ntitle = \"R\"\notherwise = \"q\" #< \nsteps = [{ title = \"Undo\", duration = \"1m\" }]\n[[rollbacks]]\ntitle = \"Q\"\notherwise = \"r\" #< \nsteps = [{ title = \"Undo more\", duration = \"1m\" }]",
    "[[rollbacks]]\ntitle = \"R\"\nsteps = [\n { title = \"Undo\", duration = \"1m\", needs = [\"work\"] }, #< wrong-place\n { title = \"Redo\", duration = \"1m\", undoes = \"undo\" }, #< wrong-place\n]",
    "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"Work\", duration = \"5m\", needs = [\"undo\"] }] #< wrong-place\n[[rollbacks]]\ntitle = \"R\"\n[[rollbacks.steps]]\ntitle = \"Undo\"\nduration = \"1m\"\ncovers = [\"work\"] #< misplaced-key",
    "[[phases]]\ntitle = \"P\"\nsteps = [\n { id = \"a\", title = \"A\", duration = \"5m\" },\n { id = \"b\", title = \"B\", duration = \"5m\" },\n]\n[[rollbacks]]\ntitle = \"R\" #< unreachable\ncovers = [\"b\"]\navailable_until = \"a\"\nsteps = [{ title = \"Undo\", duration = \"1m\" }]\n[[rollbacks]]\ntitle = \"Q\"\ncovers = [\"a\"]\navailable_until = \"b\"\nsteps = [\n { title = \"Undo b\", duration = \"1m\", undoes = \"b\" }, #< unreachable\n]\n[[rollbacks]]\ntitle = \"S\"\navailable_until = \"b\"\nsteps = [\n { title = \"Undo b too\", duration = \"1m\", undoes = \"b\" }, #< unreachable\n { title = \"Undo a\", duration = \"1m\", undoes = \"a\" },\n]",
    "[release]\ntitle = \"T\"\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z } #< overruns-window\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = [\"61m\", \"2h\", \"3h\"] }]",
    "[release]\ntitle = \"T\"\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z } #< tight-window\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = [\"30m\", \"2h\", \"3h\"] }]",
    "[release]\ntitle = \"T\"\nzero_hour = 2026-11-28T22:00:00Z\nstart = \"T+2h\"\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z } #< overruns-window",
    "[release]\ntitle = \"T\"\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z } #< overruns-window\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = \"1m\", not_before = 2026-11-29T22:00:00Z }] #< late-start",
    "[release]\ntitle = \"T\"\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z }\ndecision_margin = \"5m\"\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = \"10m\" }, { title = \"B\", duration = \"10m\" }]\n[[rollbacks]]\ntitle = \"R\" #< rollback-overruns\ncovers = [\"b\"]\nsteps = [{ title = \"Undo\", duration = \"46m\" }]",
    "[release]\ntitle = \"T\"\nwindow = { opens = 2026-11-28T22:00:00Z, closes = 2026-11-28T23:00:00Z }\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", duration = \"10m\" }, { title = \"B\", duration = \"10m\" }]\n[[rollbacks]]\ntitle = \"R\"\nsteps = [{ title = \"Undo b\", duration = \"46m\", undoes = \"b\" }, { title = \"Undo a\", duration = \"40m\", undoes = \"a\" }]",
];

fn all() -> impl Iterator<Item = String> {
    [HEADS, STEPS, KEYS, TIMES].into_iter().flatten().map(|case| whole(case))
}

#[test]
fn every_case_brings_up_what_it_says_and_nothing_else() {
    let mut wrong = Vec::new();
    for text in all() {
        let (expected, found) = (expected(&text), found(&text));
        // A bare `#<` marks where a circle may be reported: any one of the places will do.
        let loose = text.lines().any(|l| l.trim_end().ends_with("#<"));
        let fine = if loose { found.len() == 1 } else { expected == found };
        if !fine {
            wrong.push(format!("{text}\nexpected {expected:?}\nfound    {found:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

#[test]
fn circles_are_printed() {
    // (a part of the case, the circle)
    for (part, shown) in [
        ("needs = [\"d\"]", "b → c → d → b"),
        ("after = [\"q\"]", "phase p → phase q → phase p"),
        ("steps = [{ id = \"b\", title", "a → phase p → phase q → b → a"),
        ("{ title = \"D\", duration = \"1m\", when = { step = \"c\", is = \"a\" } }", "c → d → c"),
        ("b = \"{{ a }}\"", "stands for itself"),
        ("otherwise = \"q\"", "r → q → r"),
    ] {
        let text = all().find(|text| text.contains(part)).expect("a case");
        let messages: Vec<String> =
            read(&text).diagnostics.into_iter().map(|d| d.message).collect();
        let rotated = |m: &String| m.contains(shown) || shown.split(" → ").all(|p| m.contains(p));
        assert!(messages.iter().any(rotated), "{shown}: {messages:?}");
    }
}

#[test]
fn every_finding_says_how_to_mend_it_and_where() {
    for text in all() {
        for d in read(&text).diagnostics {
            assert!(d.spans.iter().all(|l| l.span.end <= text.len()), "{d:?}");
            assert!(d.spans.first().is_some_and(|l| l.primary), "{d:?}");
            assert!(d.help.as_deref().is_some_and(|h| !h.is_empty()), "{text}\n{d:?}");
            assert!(!d.message.ends_with('.'), "{d:?}");
        }
    }
}

#[test]
fn typing_errors_get_a_suggestion() {
    let cases = [
        ("[release]\ntitle = \"T\"\nbrige = \"x\"", "did you mean `bridge`?"),
        ("[release]\ntitle = \"T\"\ntimezone = \"London\"", "did you mean \"Europe/London\"?"),
        (
            "[people.bo]\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", owner = \"bob\", duration = \"1m\" }]",
            "did you mean `bo`?",
        ),
        (
            "[people.ana]\nname = \"Ana Ruiz\"\n[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", kind = \"gate\", voters = [\"Ana Ruiz\"] }]",
            "did you mean `ana`?",
        ),
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"Freeze\", duration = \"1m\" }, { title = \"B\", duration = \"1m\", needs = [\"freese\"] }]",
            "did you mean `freeze`?",
        ),
        (
            "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"Freeze\", duration = \"1m\" }]\n[steps.freze]\nowner = \"\"",
            "did you mean [steps.freeze]?",
        ),
        (
            "[[phases]]\ntitle = \"P\"\n[[phases.steps]]\ntitle = \"A\"\nduration = \"1m\"\nflow = \"parallel\"",
            "move it up, above the first [[phases.steps]] of the phase",
        ),
        ("[release]\ntitle = \"T\"\nversion = 4.2.0", "put text in quotes"),
        (
            "[vars]\ncluster = \"x\"\n[[phases]]\ntitle = \"P {{ clustr }}\"\nsteps = []",
            "did you mean `cluster`?",
        ),
    ];
    for (case, help) in cases {
        let reading = read(&whole(case));
        let helps: Vec<_> = reading.diagnostics.iter().filter_map(|d| d.help.as_deref()).collect();
        assert!(helps.iter().any(|h| h.contains(help)), "{help}: {helps:?}");
    }
}

#[test]
fn warnings_alone_leave_a_runbook() {
    let reading = read(&whole(
        "[[phases]]\ntitle = \"P\"\nsteps = [{ title = \"A\", owner = \"DBA on call\" }]",
    ));
    assert!(reading.diagnostics.iter().all(|d| d.severity == Severity::Warning));
    assert_eq!(reading.diagnostics.len(), 2);
    assert!(reading.runbook.is_some());
}

/// Braces that are no name stay in the text, underlined one by one.
#[test]
fn odd_braces_are_underlined_and_stay() {
    let text = whole("[release]\ntitle = \"{{ id }} }} on {{ cluster\"");
    let reading = read(&text);
    let part = |d: &golive::runbook::Diagnostic| text[d.spans[0].span.clone()].to_owned();
    let parts: Vec<_> =
        reading.diagnostics.iter().map(|d| (d.severity, d.column, part(d))).collect();
    let warning = Severity::Warning;
    assert_eq!(parts, [(warning, 19, "}}".to_owned()), (warning, 25, "{{ cluster".to_owned())]);
}

/// Every code that the sources use is brought up by a case above, or by one of those that need a
/// file too large to write here.
#[test]
fn no_code_is_without_a_case() {
    const LARGE: &[&str] = &[
        "too-large",
        "too-deep",
        "too-long",
        "too-many-links",
        "too-many-steps",
        "too-many-problems",
        "empty-file",
        "not-utf8",
        "not-text",
        "none",
        "var-cycle",
        "ladder-cycle",
    ];
    let used: Vec<String> =
        all().flat_map(|text| read(&text).diagnostics).map(|d| d.code.to_owned()).collect();
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/src/runbook");
    let mut missing = Vec::new();
    for folder in ["", "/read", "/check"] {
        for entry in std::fs::read_dir(format!("{dir}{folder}")).expect("sources") {
            let path = entry.expect("entry").path();
            let Ok(source) = std::fs::read_to_string(&path) else { continue };
            for call in [".error(", ".warning("] {
                for (at, _) in source.match_indices(call) {
                    let rest = source[at + call.len()..].trim_start();
                    let Some(code) = rest.strip_prefix('"').and_then(|r| r.split('"').next())
                    else {
                        continue;
                    };
                    if !LARGE.contains(&code) && !used.iter().any(|u| u == code) {
                        missing.push(format!("{code} in {}", path.display()));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}
