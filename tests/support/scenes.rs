//! Moments of a night, as the cockpit shows them: what the snapshots and the pictures are made of.
#![allow(clippy::expect_used, reason = "a test that cannot go on says so")]
#![allow(dead_code, reason = "each test file uses its own part")]

use crate::support::*;
use golive::cockpit::card::{LineEdit, Tone};
use golive::cockpit::keymap::Keymap;
use golive::cockpit::model::*;
use golive::cockpit::msg::Msg;
use golive::cockpit::theme::Theme;
use golive::cockpit::{update, view};
use golive::run::{Decision, Event, Evidence, Intent, Mode, NoteKind, Vote};
use golive::runbook::Role;
use golive::sync::session::{self, Condition, Seen, Whereabouts};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const LEDGER: &str = include_str!("ledger.toml");
const LADDER: &str = include_str!("ladder.toml");

/// Makes a scene for a screen of some size: columns, rows.
pub type Scene = fn((u16, u16)) -> Model;

/// Every scene by name.
pub const SCENES: &[(&str, Scene)] = &[
    ("greeting", |size| Model { greeting: true, ..model(&opened(Mode::Rehearsal), "ana", size) }),
    ("steps", |size| model(&midnight(), "ana", size)),
    ("steps-of-a-follower", follower),
    ("steps-held-and-blocked", |size| model(&held(), "ana", size)),
    ("steps-with-trouble", |size| at_step(&failed(), size, "verify")),
    ("trouble-focused", trouble),
    ("steps-filtered-to-nothing", filtered),
    ("steps-with-messages", messages),
    ("steps-on-a-phase", |size| on(size, Cursor::Phase("cutover".into()))),
    ("steps-on-a-rung", |size| on(size, Cursor::Rung("restore".into()))),
    ("run-all-settled", |size| model(&settled(), "ana", size)),
    ("run-completed", |size| model(&completed(), "ana", size)),
    ("step", |size| Model { view: View::Detail, ..at_step(&midnight(), size, "migrate") }),
    ("step-with-attempts", |size| Model {
        view: View::Detail,
        ..at_step(&retried(), size, "verify")
    }),
    ("gate", |size| Model { view: View::Detail, ..at_step(&polled(), size, "go-nogo") }),
    ("choice", |size| Model { view: View::Detail, ..at_step(&polled(), size, "route") }),
    ("checklists", |size| Model { view: View::Checklists, ..model(&polled(), "ana", size) }),
    ("checklists-open", |size| Model { view: View::Checklists, ..model(&midnight(), "ana", size) }),
    ("criteria", criteria),
    ("log", |size| Model { view: View::Log, ..model(&polled(), "ana", size) }),
    ("notes", |size| Model { view: View::Notes, ..model(&noted(), "ana", size) }),
    ("people", |size| Model { view: View::People, ..model(&failed(), "ana", size) }),
    ("bridge-call", |size| shared(&midnight(), "qa", size)),
    ("bridge-call-offline", |size| {
        let mut model = shared(&midnight(), "qa", size);
        let since = Some(clock("22:51").timestamp_millis());
        let offline = Condition { offline_since: since, ..Condition::default() };
        update(&mut model, Msg::Sharing(offline));
        let unknown = seen("22:51").into_iter().map(|mut seen| {
            if seen.whereabouts == Whereabouts::Here {
                seen.whereabouts = Whereabouts::Unknown;
            }
            seen
        });
        update(&mut model, Msg::Present(unknown.collect()));
        model
    }),
    ("bridge-call-step", |size| Model {
        view: View::Detail,
        ..on_cursor(shared(&midnight(), "qa", size), Cursor::Step("migrate".into()))
    }),
    ("bridge-call-people", |size| press(shared(&midnight(), "ana", size), "F7")),
    ("roll-call-asks", |size| shared(&called_roll(), "qa", size)),
    ("roll-call-of-the-lead", |size| press(shared(&called_roll(), "ana", size), "F7")),
    ("roll-call-by-voice", |size| press(model(&called_roll(), "ana", size), "F7")),
    ("timeline", |size| timeline(&midnight(), size)),
    ("timeline-zoomed", |size| press(timeline(&midnight(), size), "+ +")),
    ("timeline-scrolled", |size| press(timeline(&retried(), size), "+ Shift-Right End")),
    ("timeline-held-and-blocked", |size| timeline(&held(), size)),
    ("timeline-of-attempts", |size| timeline(&retried(), size)),
    ("timeline-of-a-run-that-is-over", |size| timeline(&completed(), size)),
    ("calls", |size| press(model(&called(), "ana", size), "#")),
    ("bridge", |size| press(model(&midnight(), "ana", size), "&")),
    ("bridge-held-and-blocked", |size| press(model(&held(), "ana", size), "&")),
    ("bridge-with-a-failure", |size| press(model(&failed(), "ana", size), "&")),
    ("bridge-of-a-run-that-is-over", |size| press(model(&completed(), "ana", size), "&")),
    ("timers", |size| at_step(&timed(), size, "soak")),
    ("timers-past", |size| at_step(&timers_past(), size, "go-nogo")),
    ("timers-on-the-bridge", |size| press(model(&timers_past(), "ana", size), "&")),
    ("difference", |size| difference(size, false)),
    ("difference-with-problems", |size| difference(size, true)),
    ("help", |size| Model { help: Some(0), ..model(&midnight(), "ana", size) }),
    ("palette", palette),
    ("finder", finder),
    ("card-of-a-failure", |size| press(scene("steps", size), "f")),
    ("card-of-a-completion", |size| press(scene("steps", size), "c Tab 7 Ctrl-s")),
    ("card-of-a-note", |size| {
        press(scene("steps", size), "n l a g Space i s Space 7 Enter q a Tab Down")
    }),
    ("card-refused", |size| press(at_step(&midnight(), size, "verify"), "s Ctrl-s")),
    ("card-of-a-correction", |size| press(scene("log", size), "u Down")),
    ("dialog-of-unsaved-acts", unsaved),
    ("offer-of-a-note", offer),
    ("rollback-choices", |size| press(model(&miscounted(), "ana", size), "! Down Down Down Down")),
    ("rollback-asked", |size| press(model(&ladder_migrating(), "ana", size), "Ctrl-r")),
    ("rollback-card", |size| press(model(&miscounted(), "ana", size), TO_RUNG_1)),
    ("rollback-card-of-the-last-rung", |size| {
        press(model(&miscounted(), "ana", size), &format!("{TO_RUNG_1} Esc Down Enter r e s t"))
    }),
    ("rollback-card-to-settle", |size| {
        press(model(&ladder_migrating(), "ana", size), "Ctrl-r Down Down Enter")
    }),
    ("rollback-on", |size| model(&rolling_back(), "ana", size)),
    ("rollback-on-in-the-log", |size| Model {
        view: View::Log,
        ..model(&rolling_back(), "ana", size)
    }),
    ("rollback-step-failed", |size| press(model(&rung_broken(), "ana", size), "! Down")),
    ("rollback-end", |size| press(model(&rolling_back(), "ana", size), "Ctrl-r")),
    ("rollback-end-asked", |size| press(model(&rung_done(), "ana", size), "Ctrl-r w Ctrl-s")),
    ("rollback-failed", |size| press(model(&rung_failed(), "ana", size), "! Down")),
    ("rollback-resumed", |size| at_step(&resumed(), size, "migrate")),
    ("rollback-resumed-step", |size| Model {
        view: View::Detail,
        ..at_step(&resumed(), size, "migrate")
    }),
    ("rolled-back", |size| at_step(&rolled_back(), size, "migrate")),
    ("ladder", |size| press(model(&miscounted(), "ana", size), "|")),
    ("ladder-after-no-return", |size| press(model(&no_return(), "ana", size), "|")),
    ("card-of-no-return", |size| press(at_step(&opening(), size, "writes"), "Enter")),
];

/// Keys from the list to the card of the first rung, where 1.3 has failed.
const TO_RUNG_1: &str = "! Down Down Down Down Enter";

/// Every card: where, with the cursor on which step, and the keys that open it.
pub const CARDS: &[(&str, &str, &str)] = &[
    ("greeting", "dump", "Enter s"),
    ("steps", "migrate", "c"),
    ("steps", "migrate", "f"),
    ("steps", "migrate", "b"),
    ("steps", "migrate", "e"),
    ("steps", "migrate", "a"),
    ("steps", "migrate", "t"),
    ("steps", "migrate", "m"),
    ("steps", "migrate", "E"),
    ("steps", "migrate", "n"),
    ("steps", "migrate", "Ctrl-p"),
    ("steps", "migrate", "z"),
    ("steps", "migrate", "u"),
    ("steps", "verify", "s"),
    ("steps", "verify", "x"),
    ("steps", "verify", "d"),
    ("steps", "verify", "y"),
    ("steps", "verify", "p"),
    ("steps", "freeze", "r"),
    ("steps", "migrate", "F"),
    ("steps", "migrate", "I"),
    ("steps", "migrate", "P"),
    ("steps", "verify", "M"),
    ("steps", "verify", "-"),
    ("steps", "migrate", "U"),
    ("steps", "migrate", "H"),
    ("steps", "migrate", "T"),
    ("steps", "migrate", "O"),
    ("steps", "migrate", "Y"),
    ("steps", "migrate", "X"),
    ("steps", "migrate", "q"),
    ("steps-held-and-blocked", "verify", "b"),
    ("steps-held-and-blocked", "verify", "R"),
    ("steps-with-trouble", "verify", "r"),
    ("gate", "go-nogo", "v"),
    ("gate", "go-nogo", "D"),
    ("choice", "route", "o"),
    ("greeting", "dump", "Enter S"),
    ("run-all-settled", "live", "C"),
    ("checklists-open", "dump", "Down t"),
    ("checklists-open", "dump", "Down w"),
    ("checklists-open", "dump", "w"),
    ("log", "migrate", "F"),
    ("notes", "verify", "e"),
    ("notes", "verify", "c"),
    ("notes", "verify", "x"),
    ("people", "verify", "Down Down p"),
    ("people", "verify", "Down Down b"),
    ("people", "verify", "Down r"),
    ("difference", "migrate", "A"),
    ("criteria", "live", "Q"),
];

/// A scene by its name.
pub fn scene(name: &str, size: (u16, u16)) -> Model {
    let found = SCENES.iter().find(|(known, _)| *known == name);
    found.expect("a scene of that name").1(size)
}

/// A model on a night, for one person.
pub fn model(night: &Night, me: &str, size: (u16, u16)) -> Model {
    let mut model =
        Model::new(night.state.clone(), me, night.now, size, Keymap::default(), "ledger.toml");
    model.greeting = false;
    model.seen_seq = model.run.last_seq().saturating_sub(2);
    model
}

/// What a model looks like.
pub fn screen(model: &Model, theme: &Theme) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, model.size.0, model.size.1));
    view::draw_on(model, theme, &mut buffer);
    buffer
}

/// The letters of a screen, line by line.
pub fn letters(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width).max(1)) {
        let mut hidden = 0;
        let mut line = String::new();
        for cell in row {
            if hidden > 0 {
                hidden -= 1;
                continue;
            }
            line.push_str(cell.symbol());
            hidden = view::text::width(cell.symbol()).saturating_sub(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn opened(mode: Mode) -> Night {
    Night::open_as(LEDGER, mode, "ana")
}

/// Three minutes to eleven: prepared, frozen, migrating, a little late.
pub fn midnight() -> Night {
    let mut night = Night::open(LEDGER);
    night.at("22:01").ok("bo", begin("dump"));
    night.at("22:24").ok("bo", done("dump"));
    night.at("22:25").ok("qa", begin("mute"));
    night.at("22:29").ok("qa", done("mute"));
    night.at("22:30").ok("ana", begin("banner"));
    night.at("22:33").ok("ana", done("banner"));
    night.at("22:35").ok("bo", begin("freeze"));
    night.at("22:39:10").ok("bo", done("freeze"));
    night.at("22:42").ok("bo", begin("migrate"));
    night.at("22:50").ok("bo", tick("migrate", "Alerts muted"));
    night.at("22:55").ok("ana", note("Old writers stopped at 22:41, confirmed by bo"));
    night.at("22:57:48");
    night
}

/// The lead asks who is there; bo has answered.
fn called_roll() -> Night {
    let mut night = midnight();
    night.at("22:56").ok("ana", Event::RollCallOpened {});
    night.at("22:57").ok("bo", Event::RollCallAnswered {});
    night.at("22:57:48");
    night
}

/// Who is on the bridge: the lead and others at their cockpits, one who has left.
fn seen(since: &str) -> Vec<Seen> {
    let one = |person: &str, role, step: &str, view: &str, whereabouts| Seen {
        person: person.to_owned(),
        role,
        place: session::Place { step: Some(step.to_owned()), view: Some(view.to_owned()) },
        at: clock(since),
        whereabouts,
    };
    let here = Whereabouts::Here;
    vec![
        one("ana", Role::Lead, "migrate", "steps", here),
        one("bo", Role::Operator, "migrate", "log", here),
        one("carl", Role::Operator, "verify", "steps", here),
        one("eve", Role::Observer, "migrate", "timeline", here),
        one("qa", Role::Operator, "verify", "steps", here),
        one("zoe", Role::Observer, "dump", "notes", Whereabouts::Gone),
        one("max", Role::Observer, "dump", "bridge", here),
    ]
}

/// A model of a run that is shared, with the others on the bridge.
fn shared(night: &Night, me: &str, size: (u16, u16)) -> Model {
    let mut model = model(night, me, size);
    update(&mut model, Msg::Sharing(Condition::default()));
    update(&mut model, Msg::Present(seen("22:41")));
    model
}

/// The migration done, counts being verified.
fn verifying() -> Night {
    let mut night = midnight();
    night.at("23:04").ok("bo", tick("migrate", "Replica lag under 5 s"));
    night.ok("bo", value("migrate", "lag", "3"));
    let evidence = Evidence::Link { url: "https://wiki.example/run/4711".into() };
    night.ok("bo", Event::EvidenceGiven { step: "migrate".into(), attempt: 1, evidence });
    night.at("23:05").ok("bo", done("migrate"));
    night.at("23:06").ok("qa", begin("verify"));
    night
}

fn held() -> Night {
    let mut night = verifying();
    night.at("23:10").ok("qa", block("verify"));
    night.at("23:12").ok("ana", hold("Vendor is restarting the load balancer"));
    night.at("23:16:30");
    night
}

fn failed() -> Night {
    let mut night = verifying();
    let called = Event::PersonCalled {
        person: "qa".into(),
        answer: golive::run::CallAnswer::NoAnswer,
        step: Some("verify".into()),
    };
    night.at("23:08").ok("ana", called);
    night.at("23:14").ok("qa", fail("verify"));
    night.at("23:15:10");
    night
}

/// A plan that asks for calls: one is due, one was made, one in vain; one owner stands by.
fn called() -> Night {
    let mut text = LEDGER.to_owned();
    for step in ["dump", "mute", "banner", "freeze"] {
        text = text.replace(
            &format!("{{ id = \"{step}\","),
            &format!("{{ id = \"{step}\", notice = \"30m\","),
        );
    }
    let mut night = Night::open(&text);
    let call = |person: &str, answer, step: &str| Event::PersonCalled {
        person: person.into(),
        answer,
        step: Some(step.into()),
    };
    use golive::run::CallAnswer::{Answered, NoAnswer};
    night.at("21:31").ok("ana", call("bo", Answered, "dump"));
    night.at("21:35").ok("ana", call("qa", NoAnswer, "mute"));
    night.at("21:40").ok("ana", call("qa", NoAnswer, "mute"));
    night.at("21:41").ok("ana", Event::StepStoodBy { step: "banner".into(), attempt: 1 });
    night.at("21:58");
    night
}

/// The ledger's plan with what a night can be timed by: an interval, a soak, updates, a deadline.
pub fn timed_plan() -> String {
    let soak = "  { id = \"soak\", title = \"Soak at 5 %\", kind = \"wait\", owner = \"bo\", duration = \"15m\" },\n  { id = \"go-nogo\"";
    let interval = "\n[[intervals]]\nid = \"read-only\"\ntitle = \"Customers cannot write\"\nfrom = { step = \"freeze\", on = \"finish\" }\nto = { step = \"traffic\", on = \"finish\" }\nlimit = \"45m\"\ndowntime = true\n";
    LEDGER
        .replace("decision_margin", "update_every = \"30m\"\ndecision_margin")
        .replace("deadline = \"T+1h\"", "deadline = \"T-30m\"")
        .replace("  { id = \"go-nogo\"", soak)
        + interval
}

/// A soak runs, with an estimate said for the step beside it.
fn timed() -> Night {
    let mut night = Night::open(&timed_plan());
    for (at, person, step) in
        [("22:01", "bo", "dump"), ("22:20", "qa", "mute"), ("22:24", "ana", "banner")]
    {
        night.at(at).ok(person, begin(step));
        night.ok(person, done(step));
    }
    night.at("22:30").ok("bo", begin("freeze"));
    night.at("22:34").ok("bo", done("freeze"));
    night.at("22:40").ok(
        "ana",
        Event::MessageSent {
            message: "exec-update".into(),
            step: None,
            text: "so far so good".into(),
            how: golive::run::MessageHow::Copied,
        },
    );
    night.at("22:41").ok("ana", skip("migrate"));
    night.ok("ana", skip("verify"));
    night.at("22:50").ok("bo", begin("soak"));
    night.at("23:00:48");
    night
}

/// Everything is late: the soak has elapsed, the update is overdue, the interval is over.
fn timers_past() -> Night {
    let mut night = timed();
    night.at("23:20").ok("bo", done("soak"));
    night.at("23:34:10");
    night
}

fn timeline(night: &Night, size: (u16, u16)) -> Model {
    press(model(night, "ana", size), "=")
}

fn retried() -> Night {
    let mut night = failed();
    night.at("23:18").ok("ana", reopen("verify", 1));
    let begin = Event::StepStarted { step: "verify".into(), attempt: 2 };
    night.at("23:19").ok("qa", begin);
    let estimate = Event::StepEstimated { step: "verify".into(), attempt: 2, remaining_s: 20 * 60 };
    night.at("23:22").ok("qa", estimate);
    night.at("23:25");
    night
}

fn polled() -> Night {
    let mut night = verifying();
    let mistaken = night.at("23:13").ok("qa", done("verify"));
    let entry = night.id_of(mistaken);
    night.at("23:14").ok("qa", void(entry));
    night.at("23:15").ok_at("qa", "23:12", done("verify"));
    let evidence = Some(Evidence::Link { url: "https://wiki.example/backup".into() });
    let ticked = |item: &str, evidence| Event::ChecklistTicked {
        checklist: "readiness".into(),
        item: item.into(),
        evidence,
    };
    night.at("23:16").ok("bo", ticked("backup", evidence));
    night.ok("ana", ticked("comms", None));
    night.ok(
        "ana",
        Event::ChecklistWaived {
            checklist: "readiness".into(),
            item: Some("alerts".into()),
            reason: "two people watch the board".into(),
        },
    );
    night.at("23:18").ok("ana", vote("go-nogo", Vote::Go));
    let doubt = Event::GateVoted {
        step: "go-nogo".into(),
        attempt: 1,
        vote: Vote::NoGo,
        comment: Some("counts of two tables differ".into()),
    };
    night.ok("qa", doubt);
    night.at("23:20");
    night
}

fn noted() -> Night {
    let mut night = verifying();
    let add = |kind, text: &str, step: Option<&str>, owner: Option<&str>| Event::NoteAdded {
        text: text.into(),
        kind,
        step: step.map(Into::into),
        public: kind == NoteKind::Decision,
        owner: owner.map(Into::into),
        due: owner.map(|_| clock("23:45")),
    };
    night
        .at("23:07")
        .ok("qa", add(NoteKind::Issue, "Two tables differ by one row", Some("verify"), None));
    night
        .at("23:08")
        .ok("ana", add(NoteKind::Decision, "We go on; the row is a test booking", None, None));
    night.at("23:09").ok("bo", add(NoteKind::Risk, "Replica lag grows", Some("verify"), None));
    let long = "Ask the vendor for the counts of the audit table, compare them with ours, and write \
                the difference into the ticket before traffic opens";
    night.at("23:10").ok("ana", add(NoteKind::Action, long, None, Some("qa")));
    night.at("23:11");
    night
}

fn settled() -> Night {
    let mut night = polled();
    night.at("23:21").ok("qa", vote("go-nogo", Vote::Go));
    night.at("23:22").ok("ana", decide("go-nogo", Decision::Go));
    night.ok("ana", choose("route", "warm"));
    night.at("23:23").ok("ana", begin("traffic"));
    night.at("23:30").ok("ana", done("traffic"));
    night
}

fn completed() -> Night {
    let mut night = settled();
    let complete = Event::RunCompleted {
        outcome: golive::run::Outcome::WithIssues,
        summary: Some("one row to repair".into()),
    };
    night.at("23:35").ok("ana", complete);
    night.at("23:40");
    night
}

/// Ten to eleven, with a ladder of three rungs: migrating.
fn ladder_migrating() -> Night {
    let mut night = Night::open(LADDER);
    night.ok("bo", begin("freeze"));
    night.ok("qa", begin("tell"));
    night.at("22:10").ok("bo", done("freeze"));
    night.ok("bo", begin("migrate"));
    night.at("22:19").ok("qa", done("tell"));
    night.at("22:31:20");
    night
}

/// The counts differ: held, and the first rung proposed.
fn miscounted() -> Night {
    let mut night = ladder_migrating();
    night.at("22:40").ok("bo", done("migrate"));
    night.ok("qa", begin("verify"));
    night.at("22:50").ok("qa", fail("verify"));
    night.at("22:52:10");
    night
}

fn rung(rung: &str) -> Event {
    let reason = Some("two tables differ".to_owned());
    Event::RollbackBegun { rung: rung.to_owned(), reason }
}

fn rung_end(rung: &str, succeeded: bool, reason: &str) -> Event {
    let reason = Some(reason.to_owned());
    Event::RollbackEnded { rung: rung.to_owned(), succeeded, reason }
}

/// The first rung is on, its first step done.
fn rolling_back() -> Night {
    let mut night = miscounted();
    night.at("22:54").ok("ana", rung("again"));
    night.ok("bo", begin("drop"));
    night.at("22:58").ok("bo", done("drop"));
    night.ok("bo", begin("reload"));
    night.at("23:03:40");
    night
}

fn rung_broken() -> Night {
    let mut night = rolling_back();
    night.at("23:06").ok("bo", fail("reload"));
    night.at("23:07");
    night
}

fn rung_done() -> Night {
    let mut night = rolling_back();
    night.at("23:12").ok("bo", done("reload"));
    night.at("23:13");
    night
}

fn rung_failed() -> Night {
    let mut night = rung_broken();
    night.ok("ana", rung_end("again", false, "the snapshot does not mount"));
    night.at("23:08");
    night
}

/// The first rung ended well: migrating once more.
fn resumed() -> Night {
    let mut night = rung_done();
    night.ok("ana", rung_end("again", true, "schema as before"));
    night.at("23:14").ok("ana", Event::RunResumed {});
    let begin = Event::StepStarted { step: "migrate".into(), attempt: 2 };
    night.at("23:15").ok("bo", begin);
    night.at("23:20");
    night
}

/// The second rung ended well: the run is over.
fn rolled_back() -> Night {
    let mut night = rung_failed();
    night.at("23:10").ok("ana", rung("restore"));
    night.ok("bo", begin("reload-41"));
    night.at("23:30").ok("bo", done("reload-41"));
    night.ok("bo", begin("thaw"));
    night.at("23:35").ok("bo", done("thaw"));
    night.at("23:36").ok("ana", rung_end("restore", true, "4.1 is open"));
    night.at("23:40");
    night
}

/// All is well up to the point of no return.
fn opening() -> Night {
    let mut night = ladder_migrating();
    night.at("22:40").ok("bo", done("migrate"));
    night.ok("qa", begin("verify"));
    night.at("22:50").ok("qa", done("verify"));
    night.ok("ana", vote("go-nogo", Vote::Go));
    night.ok("qa", vote("go-nogo", Vote::Go));
    night.at("22:52").ok("ana", decide("go-nogo", Decision::Go));
    night.ok("ana", begin("reads"));
    night.at("22:56").ok("ana", done("reads"));
    night.at("22:57");
    night
}

fn no_return() -> Night {
    let mut night = opening();
    night.ok("ana", begin("writes"));
    night.at("22:58");
    night
}

fn at_step(night: &Night, size: (u16, u16), step: &str) -> Model {
    on_cursor(model(night, "ana", size), Cursor::Step(step.into()))
}

fn on(size: (u16, u16), cursor: Cursor) -> Model {
    on_cursor(model(&midnight(), "ana", size), cursor)
}

/// Puts the cursor somewhere, where that is listed, the way `update` does.
pub fn on_cursor(mut model: Model, cursor: Cursor) -> Model {
    let plan = &model.run.plan;
    let row = model.steps.rows.iter().position(|row| match (&cursor, row) {
        (Cursor::Step(id), Row::Step(ix)) => plan.steps[*ix].id == *id,
        (Cursor::Phase(id), Row::Phase(ix)) => plan.phases[*ix].id == *id,
        (Cursor::Rung(id), Row::Rung(ix)) => plan.rollbacks[*ix].id == *id,
        _ => false,
    });
    if let Some(row) = row {
        model.steps.cursor_row = row;
        model.steps.cursor = cursor;
    }
    model
}

fn follower(size: (u16, u16)) -> Model {
    let mut model = on_cursor(model(&midnight(), "qa", size), Cursor::Step("verify".into()));
    model.steps.show = Show::All;
    model
}

fn filtered(size: (u16, u16)) -> Model {
    let mut model = model(&midnight(), "ana", size);
    model.steps.show = Show::Late;
    model.steps.rows.clear();
    model.steps.cursor = Cursor::Nowhere;
    model
}

fn trouble(size: (u16, u16)) -> Model {
    let mut model = at_step(&failed(), size, "verify");
    let trouble = model.trouble.as_mut().expect("a failed step makes trouble");
    trouble.focused = true;
    trouble.cursor = Some(1);
    model
}

fn messages(size: (u16, u16)) -> Model {
    let mut model = model(&midnight(), "ana", size);
    let intent = Intent::new("ana", begin("verify"));
    model.saving.push(Saving {
        ticket: 1,
        intent,
        step: Some("verify".into()),
        text: "started 2.3 Verify counts".into(),
    });
    model.trouble_line = Some("second copy: /media/stick is full; work goes on without it".into());
    model.change = Some(change(false));
    model.say(Tone::Good, "recorded: ticked “Alerts muted” of 2.2");
    let refusal = "2.3 Verify counts cannot start: 2.2 Migrate the ledger schema is not done; wait \
                   for it, or let a lead override with a reason";
    model.say_long(Tone::Warn, refusal);
    model
}

fn change(bad: bool) -> FileChange {
    let line = |how, text: &str| DiffLine { how, text: text.into() };
    FileChange {
        earlier: false,
        taken_out: Vec::new(),
        summary: if bad { "2 problems".into() } else { "1 step inserted, 1 changed".into() },
        problems: if bad {
            vec![
                "line 61: there is no step `verfy`; did you mean `verify`?".into(),
                "line 80: `25` has no unit; write \"25m\" for minutes".into(),
            ]
        } else {
            Vec::new()
        },
        lines: vec![
            line(DiffHow::Same, "title = \"Cutover\""),
            line(DiffHow::Same, "steps = ["),
            line(
                DiffHow::Removed,
                "  { title = \"Verify counts\", owner = \"qa\", duration = \"10m\" },",
            ),
            line(
                DiffHow::Added,
                "  { title = \"Verify counts\", owner = \"qa\", duration = \"15m\" },",
            ),
            line(
                DiffHow::Added,
                "  { title = \"Check audit table\", owner = \"qa\", duration = \"5m\" },",
            ),
            line(DiffHow::Gap, "120 lines"),
            line(DiffHow::Same, "]"),
        ],
        scroll: 0,
        left: 0,
    }
}

fn difference(size: (u16, u16), bad: bool) -> Model {
    let change = Some(change(bad));
    Model { view: View::Difference, change, ..model(&midnight(), "ana", size) }
}

/// The run is over; one criterion is met, one is late, one has time.
fn criteria(size: (u16, u16)) -> Model {
    let criteria = r#"
[[criteria]]
id = "counts"
text = "Row counts are equal on all nodes after the first night"
owner = "qa"
judge_by = "T+2h"
[[criteria]]
id = "calls"
text = "No call of a customer about the change"
judge_by = "T+4h"
[[criteria]]
id = "errors"
text = "Error rate under 0.1 % for seven days, and no restart of a node that nobody asked for"
owner = "ana"
judge_by = "T+7d"
"#;
    let mut night = Night::open(&format!("{LEDGER}{criteria}"));
    night.at("03:40").ok("ana", Event::RunCanceled { reason: None });
    let (criterion, comment) = ("counts".to_owned(), Some("counted twice".to_owned()));
    night.ok("qa", Event::CriterionJudged { criterion, met: true, comment });
    let mut model = Model { view: View::Checklists, ..model(&night, "ana", size) };
    model.checklists.place.cursor = model.checklists.rows.len() - 1;
    model
}

fn palette(size: (u16, u16)) -> Model {
    use golive::cockpit::action::ACTIONS;
    let mut model = model(&midnight(), "ana", size);
    let hits = ACTIONS.iter().filter(|about| about.name.contains("step-")).map(|a| a.action);
    model.palette = Some(Palette {
        line: LineEdit::new("step"),
        hits: hits.collect(),
        place: Place { cursor: 2, top: 0 },
    });
    model
}

fn finder(size: (u16, u16)) -> Model {
    let mut model = model(&midnight(), "ana", size);
    let hits = (0..model.run.plan.steps.len())
        .filter(|ix| model.run.plan.steps[*ix].title.to_lowercase().contains("pre"));
    model.find = Some(Find {
        line: LineEdit::new("pre"),
        hits: hits.collect(),
        place: Place { cursor: 1, top: 0 },
    });
    model
}

/// Presses keys one after another, at the pace of a person.
pub fn press(mut model: Model, keys: &str) -> Model {
    for (at, key) in keys.split(' ').enumerate() {
        let key = key.parse().expect("a key");
        golive::cockpit::update(&mut model, Msg::Key(key, 10_000 + 2_000 * at as u64));
        golive::cockpit::update(&mut model, Msg::Calm);
    }
    model
}

fn unsaved(size: (u16, u16)) -> Model {
    let mut model = model(&midnight(), "ana", size);
    let act = |text: &str| Saving {
        ticket: 1,
        intent: Intent::new("ana", done("migrate")),
        step: Some("migrate".into()),
        text: text.into(),
    };
    let error = "the ledger /runs/ledger-4.2.golive cannot be written: no space left on device; \
                 make room, then try again";
    model.unsaved = vec![
        Unsaved { act: act("completed 2.2 Migrate the ledger schema"), error: error.into() },
        Unsaved { act: act("note: lag is back to 2 s"), error: error.into() },
    ];
    model
}

fn offer(size: (u16, u16)) -> Model {
    let text = "freeze confirmed by the vendor, they wait for our go";
    let offer = Some(Offer { text: text.into(), last: 0, pasted: false });
    Model { offer, ..model(&midnight(), "ana", size) }
}
