//! The page of a step's owner: every form records what it says, once, as the person of the link, by
//! the rule book; and says plainly where it does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod hub;
    pub mod ledger;
    pub mod owner;
}
#[path = "support/html.rs"]
mod html_parser;

use golive::hub::Who;
use golive::run::{Event, Evidence, Intent, Mend, NoteKind, StepStatus, Vote, sha256_hex};
use golive::runbook::Role;
use html_parser::html_errors;
use support::hub::TestHub;
use support::owner::{Got, Owner, PLAN, encode, events, fetch, hidden, open};

fn night() -> TestHub {
    let hub = TestHub::new();
    open(&hub, PLAN);
    hub
}

/// Lets the lead do something.
fn ana(hub: &TestHub, event: Event) {
    act(hub, "ana", Role::Lead, event);
}

fn act(hub: &TestHub, person: &str, role: Role, event: Event) {
    let who = Who::Proved { person: person.to_owned(), role };
    let once = format!("t{}", events(hub).len());
    hub.block_on(hub.hub.desk.act("demo-1", who, &once, Intent::new("", event))).unwrap();
}

fn begin(step: &str) -> Event {
    Event::StepStarted { step: step.to_owned(), attempt: 1 }
}

fn done(step: &str) -> Event {
    Event::StepCompleted { step: step.to_owned(), attempt: 1 }
}

fn skip(step: &str) -> Event {
    Event::StepSkipped { step: step.to_owned(), attempt: 1, reason: Some("no".to_owned()) }
}

fn status(hub: &TestHub, step: &str) -> StepStatus {
    let state = hub.hub.views.of("demo-1").unwrap().state;
    state.steps[state.step_ix(step).unwrap()].status()
}

fn last(hub: &TestHub) -> (String, Event) {
    events(hub).pop().unwrap()
}

/// It was not recorded, for that reason.
fn refused(hub: &TestHub, got: &Got, why: &str) {
    refused_under("NOT RECORDED", hub, got, why);
}

/// Not all of it was recorded, for that reason, under that heading, in one message.
fn refused_under(heading: &str, hub: &TestHub, got: &Got, why: &str) {
    assert_eq!(got.status, 422, "{}", got.body);
    let said = got.body.contains(&format!("<h2>{heading}</h2>")) && got.body.contains(why);
    assert_eq!(got.body.matches("class=\"answer").count(), 1, "{}", got.body);
    assert!(said, "{why}: {}", got.body);
    assert!(html_errors(&got.body).0.is_empty());
    assert!(events(hub).iter().all(|(_, event)| !format!("{event:?}").contains(why)));
}

#[test]
fn a_step_is_worked_from_standing_by_to_done() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    let page = bo.page();
    assert!(page.contains("Freeze") && page.contains("may start now"), "{page}");
    assert!(page.contains("2 Migrate waits for 1.1 Freeze"), "the rule book's words: {page}");
    bo.records(&[("form", "standby"), ("about", "migrate"), ("attempt", "1")]);
    let stood = Event::StepStoodBy { step: "migrate".to_owned(), attempt: 1 };
    assert_eq!(last(&hub), ("bo".to_owned(), stood));
    let start = [("form", "start"), ("about", "freeze"), ("attempt", "1")];
    // The run has not started: one tap too many must not start it.
    refused(&hub, &bo.send(&start), "this starts it");
    let page = bo.records(&[&start[..], &[("sure", "yes")]].concat());
    assert!(page.contains("as “started 1.1 Freeze”"), "{page}");
    bo.records(&[("form", "estimate"), ("about", "freeze"), ("attempt", "1"), ("remaining", "10")]);
    let estimate = Event::StepEstimated { step: "freeze".to_owned(), attempt: 1, remaining_s: 600 };
    assert_eq!(last(&hub).1, estimate);
    let page = bo.records(&[("form", "done"), ("about", "freeze"), ("attempt", "1")]);
    assert!(page.contains("Behind you: 1"), "{page}");
    assert_eq!(status(&hub, "freeze"), StepStatus::Done);
    // As the person of the link, proved.
    let state = hub.hub.views.of("demo-1").unwrap().state;
    let actor = &state.log.last().unwrap().entry.act.actor;
    assert_eq!((actor.name.as_str(), actor.role, actor.claimed), ("bo", Role::Operator, false));
}

#[test]
fn a_dangerous_step_is_confirmed_and_asks_for_what_it_owes() {
    let hub = night();
    ana(&hub, skip("freeze"));
    ana(&hub, Event::RunStarted {});
    let bo = Owner::of(&hub, "bo");
    let on = [("about", "migrate"), ("attempt", "1")];
    let [lag, muted] = ["Lag", "Muted"].map(|item| sha256_hex(item.as_bytes())[..16].to_owned());
    let with = |more: Vec<_>| [&on[..], &more].concat();
    let got = bo.send(&with(vec![("form", "start"), ("sure", "yes"), ("confirm", "1.9")]));
    refused(&hub, &got, "Type 1.2 or migrate to confirm");
    // Nothing covers a started step yet, but what could be taken is told.
    bo.records(&with(vec![("form", "start"), ("sure", "yes"), ("confirm", "1.2")]));
    let got = bo.send(&with(vec![("form", "done")]));
    refused(&hub, &got, "item “Lag” is not ticked (and 3 more)");
    let got = bo.send(&with(vec![("form", "done"), ("keep", "yes")]));
    refused(&hub, &got, "Nothing is ticked");
    bo.records(&with(vec![("form", "done"), ("keep", "yes"), ("item", &lag)]));
    assert_eq!(status(&hub, "migrate"), StepStatus::Running);
    let rest = with(vec![
        ("form", "done"),
        ("item", &lag),
        ("item", &muted),
        ("evidence", "https://x.example/1"),
    ]);
    let got = bo.send(&[&rest[..], &[("value.lag", "soon")]].concat());
    refused_under("NOT ALL RECORDED", &hub, &got, "compares lag with a number");
    // What was taken before that is said, too, and what was typed is kept.
    assert!(
        got.body.contains("ticked “Muted”") && got.body.contains("value=\"soon\""),
        "{}",
        got.body
    );
    let got = bo.send(&[&rest[..], &[("value.lag", "9")]].concat());
    refused_under("NOT DONE YET", &hub, &got, "value lag is 9 and should be &lt; 5");
    let answer = got.body.split("<section class=\"answer").nth(1).unwrap();
    let answer = answer.split("</section>").next().unwrap();
    assert!(answer.contains("Recorded:") && answer.contains("lag") && answer.contains("= 9"));
    assert!(!answer.contains("What you wrote"), "it is recorded: {answer}");
    let page = bo.records(&with(vec![("form", "done"), ("value.lag", "3")]));
    assert!(page.contains("completed 1.2 Migrate"), "{page}");
    assert_eq!(status(&hub, "migrate"), StepStatus::Done);
    let links = events(&hub).into_iter().filter(|(_, event)| {
        matches!(event, Event::EvidenceGiven { evidence: Evidence::Link { .. }, .. })
    });
    assert_eq!(links.count(), 1);
}

#[test]
fn a_problem_is_told_in_words_first() {
    let hub = night();
    ana(&hub, begin("freeze"));
    let bo = Owner::of(&hub, "bo");
    let on = [("form", "problem"), ("about", "freeze"), ("attempt", "1")];
    let with = |more: &[(&'static str, &'static str)]| [&on[..], more].concat();
    refused(&hub, &bo.send(&with(&[("how", "failed"), ("reason", "  ")])), "in a few words");
    let got = bo.send(&with(&[("reason", "no <space>")]));
    refused(&hub, &got, "blocked for now, or has failed");
    assert!(got.body.contains("no &lt;space&gt;</textarea>"), "kept: {}", got.body);
    bo.records(&with(&[("how", "blocked"), ("reason", "disk\r\nfull")]));
    let blocked = Event::StepBlocked {
        step: "freeze".to_owned(),
        attempt: 1,
        reason: Some("disk\nfull".to_owned()),
    };
    assert_eq!(last(&hub).1, blocked);
    bo.records(&[("form", "unblock"), ("about", "freeze"), ("attempt", "1")]);
    let page = bo.records(&with(&[("how", "failed"), ("reason", "no go")]));
    assert!(page.contains("The lead decides what follows"), "{page}");
    assert_eq!(status(&hub, "freeze"), StepStatus::Failed);
    // Retrying, skipping, deferring: not on this page.
    for word in ["skip", "defer", "reopen", "override", "Hold", "Roll back"] {
        assert!(!page.contains(&format!(">{word}")), "{word}");
    }
}

#[test]
fn votes_signatures_choices_items_and_notes_are_taken() {
    let hub = night();
    ana(&hub, begin("freeze"));
    for step in ["freeze", "migrate"] {
        ana(&hub, skip(step));
    }
    ana(&hub, begin("verify"));
    // Anybody of the plan may sign: two different people.
    let bo = Owner::of(&hub, "bo");
    let sign = [("form", "sign"), ("about", "verify"), ("attempt", "1")];
    bo.records(&sign);
    refused(&hub, &bo.send(&sign), "is signed by bo already");
    let qa = Owner::of(&hub, "qa");
    qa.records(&sign);
    assert_eq!(status(&hub, "verify"), StepStatus::Done);
    // An observer who is named as a voter votes, and sees others' votes after that.
    let eve = Owner::of(&hub, "eve");
    ana(
        &hub,
        Event::GateVoted {
            step: "gate".to_owned(),
            attempt: 1,
            vote: Vote::NoGo,
            comment: Some("not yet".to_owned()),
        },
    );
    assert!(!eve.page().contains("not yet"));
    let vote = [("form", "vote"), ("about", "gate"), ("attempt", "1"), ("comment", "fine")];
    refused(&hub, &eve.send(&vote), "Choose go or no-go");
    let page = eve.records(&[&vote[..], &[("vote", "go")]].concat());
    assert!(page.contains("Your vote: <strong>go") && page.contains("not yet"), "{page}");
    refused(&hub, &bo.send(&[&vote[..], &[("vote", "go")]].concat()), "bo does not vote on");
    bo.records(&[
        ("form", "item"),
        ("about", "readiness/backup"),
        ("evidence", "https://x.example"),
    ]);
    let reason = Some("fine".to_owned());
    let decision = golive::run::Decision::Go;
    ana(&hub, Event::GateDecided { step: "gate".to_owned(), attempt: 1, decision, reason });
    let choose = [("form", "choose"), ("about", "route"), ("attempt", "1")];
    refused(&hub, &bo.send(&choose), "Choose one of the options");
    bo.records(&[&choose[..], &[("option", "cold")]].concat());
    bo.records(&[
        ("form", "note"),
        ("text", "all\nwell"),
        ("kind", "issue"),
        ("step", "freeze"),
        ("public", "yes"),
    ]);
    let note = Event::NoteAdded {
        text: "all\nwell".to_owned(),
        kind: NoteKind::Issue,
        step: Some("freeze".to_owned()),
        public: true,
        owner: None,
        due: None,
    };
    assert_eq!(last(&hub).1, note);
    refused(&hub, &bo.send(&[("form", "note"), ("text", " ")]), "The note is empty");
}

#[test]
fn an_observers_link_reads_and_records_nothing_but_their_vote() {
    let hub = night();
    let eve = Owner::of(&hub, "eve");
    let page = eve.page();
    assert!(!page.contains("name=\"form\" value=\"note\"") && !page.contains("Start…"), "{page}");
    for fields in [
        &[("form", "note"), ("text", "x")][..],
        &[("form", "start"), ("about", "freeze"), ("attempt", "1"), ("sure", "yes")],
        &[("form", "done"), ("about", "freeze"), ("attempt", "1"), ("sure", "yes")],
        &[("form", "standby"), ("about", "freeze"), ("attempt", "1")],
        &[("form", "sign"), ("about", "verify"), ("attempt", "1")],
        &[("form", "item"), ("about", "readiness/backup"), ("evidence", "https://x.example")],
    ] {
        refused(&hub, &eve.send(fields), "eve is an observer and may not do that");
    }
    assert_eq!(events(&hub).len(), 1);
}

#[test]
fn no_form_makes_a_leads_decision_not_even_the_leads() {
    let hub = night();
    let ana = Owner::of(&hub, "ana");
    for form in ["hold", "rollback", "decide", "skip", "override", "cancel", "grant", "", "waive"] {
        let got = ana.send(&[("form", form), ("about", "gate"), ("attempt", "1"), ("reason", "x")]);
        refused(&hub, &got, "This form is not of this page");
    }
    assert_eq!(events(&hub).len(), 1);
}

#[test]
fn sent_twice_it_is_recorded_once_and_other_words_are_another_act() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    let page = bo.page();
    let first = bo.send_from(&page, &[("form", "note"), ("text", "one")]);
    let again = bo.send_from(&page, &[("form", "note"), ("text", "one")]);
    assert_eq!((first.status, &first.location), (303, &again.location));
    // Back in the browser, and something else is written into the same form.
    let other = bo.send_from(&page, &[("form", "note"), ("text", "two")]);
    assert_ne!(first.location, other.location);
    let start = [("form", "start"), ("about", "freeze"), ("attempt", "1"), ("sure", "yes")];
    let a = bo.send_from(&page, &start);
    let b = bo.send_from(&page, &start);
    assert_eq!((a.status, b.status, &a.location), (303, 303, &b.location));
    assert_eq!(events(&hub).len(), 4);
    // From a page of later it is another act, which the rule book refuses.
    refused(&hub, &bo.send(&start), "1.1 Freeze is running");
}

#[test]
fn a_page_that_is_behind_cannot_hit_a_later_attempt() {
    let hub = night();
    ana(&hub, begin("freeze"));
    let bo = Owner::of(&hub, "bo");
    let old = bo.page();
    ana(&hub, done("freeze"));
    ana(&hub, Event::StepReopened { step: "freeze".to_owned(), attempt: 1, reason: None });
    ana(&hub, Event::StepStarted { step: "freeze".to_owned(), attempt: 2 });
    let got = bo.send_from(&old, &[("form", "done"), ("about", "freeze"), ("attempt", "1")]);
    refused(&hub, &got, "is at attempt 2, not 1");
    assert_eq!(status(&hub, "freeze"), StepStatus::Running);
    bo.records(&[("form", "done"), ("about", "freeze"), ("attempt", "2")]);
}

#[test]
fn what_happened_earlier_is_recorded_so_and_a_mistake_is_taken_back() {
    let hub = night();
    ana(&hub, begin("freeze"));
    let bo = Owner::of(&hub, "bo");
    let on = [("form", "estimate"), ("about", "freeze"), ("attempt", "1"), ("remaining", "5")];
    refused(
        &hub,
        &bo.send(&[&on[..], &[("at", "tomorrow")]].concat()),
        "When: `tomorrow` is no time",
    );
    let note = [("form", "note"), ("text", "seen"), ("at", "20m ago")];
    let page = bo.records(&note);
    let state = hub.hub.views.of("demo-1").unwrap().state;
    let act = state.log.last().unwrap().entry.act.clone();
    let earlier = (act.at - act.happened_at.unwrap()).num_minutes();
    assert!((19..=21).contains(&earlier), "{act:?}");
    assert!(page.contains("That was a mistake"), "{page}");
    let page = bo.records(&on);
    let seq = state.last_seq() + 1;
    assert!(page.contains("That was a mistake"), "{page}");
    bo.records(&[("form", "back"), ("about", &seq.to_string()), ("attempt", "0")]);
    assert!(matches!(last(&hub).1, Event::Correction { mend: Mend::Void {}, .. }));
    // Others' entries are not theirs to take back.
    refused(&hub, &bo.send(&[("form", "back"), ("about", "2")]), "names no entry");
}

#[test]
fn other_sites_and_pages_without_the_mark_are_turned_away() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    let page = bo.page();
    let (mark, once) = (hidden(&page, "mark"), hidden(&page, "once"));
    let body = |mark: &str, once: &str| {
        encode([("mark", mark), ("once", once), ("form", "note"), ("text", "forged")])
    };
    let act = "/runs/demo-1/me/act";
    let post = |body: String, cookie: &str, headers: &[(&str, &str)]| {
        fetch(&hub, "POST", act, cookie, Some(body), headers).status
    };
    let good = || body(&mark, &once);
    for headers in [
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Site", "none"),
    ] {
        assert_eq!(post(good(), &bo.cookie, &[headers]), 403, "{headers:?}");
    }
    // The mark of somebody else's page, or none.
    let eve = Owner::of(&hub, "eve");
    let others = hidden(&eve.page(), "once").len();
    assert_eq!(others, once.len());
    assert_eq!(post(body("", &once), &bo.cookie, &[]), 403);
    assert_eq!(post(body(&"0".repeat(32), &once), &bo.cookie, &[]), 403);
    assert_eq!(post(good(), &eve.cookie, &[]), 403);
    assert_eq!(post(good(), "", &[]), 401);
    for once in ["", "opener", "page-x", "page-0000000000000000000000000000000g"] {
        assert_eq!(post(body(&mark, once), &bo.cookie, &[]), 403, "{once}");
    }
    assert_eq!(events(&hub).len(), 1);
    let own = format!("http://{}", hub.address);
    let same = [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin")];
    let body =
        encode([("mark", mark.as_str()), ("once", &once), ("form", "note"), ("text", "own")]);
    let got = fetch(&hub, "POST", act, &bo.cookie, Some(body), &same);
    assert_eq!(got.status, 303);
}

#[test]
fn a_get_never_records_and_says_so() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    let got = bo.get("/runs/demo-1/me/act?form=start&about=freeze&attempt=1&sure=yes");
    assert_eq!(got.status, 405);
    assert!(got.body.contains("Nothing was recorded"), "{}", got.body);
    bo.get("/runs/demo-1/me?form=start&about=freeze&attempt=1&sure=yes&recorded=1,2,x,,9");
    assert_eq!(events(&hub).len(), 1);
    // Only own entries are told to have been recorded.
    assert!(!bo.get("/runs/demo-1/me?recorded=1").body.contains("<h2>Recorded"));
}

#[test]
fn a_hub_that_cannot_write_says_not_recorded_and_keeps_every_word() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    let page = bo.page();
    let ledger = rusqlite::Connection::open(hub.folder.path().join("demo-1.golive")).unwrap();
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'full'); END";
    ledger.execute_batch(full).unwrap();
    let note = [("form", "note"), ("text", "the <b>one</b> thing\r\nto know")];
    let got = bo.send_from(&page, &note);
    let said = got.body.split("</style>").last().unwrap();
    assert_eq!(got.status, 507, "{said}");
    assert!(said.contains("<h1>NOT RECORDED</h1>"), "{said}");
    assert!(said.contains("the &lt;b&gt;one&lt;/b&gt; thing\nto know</textarea>"), "{said}");
    assert!(html_errors(&got.body).0.is_empty());
    assert_eq!(hidden(&got.body, "mark"), hidden(&page, "mark"));
    assert_eq!(events(&hub).len(), 1);
}

#[test]
fn a_hub_that_does_not_answer_in_time_says_so_and_tried_again_it_is_recorded_once() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    let page = bo.page();
    // Somebody holds the file under the hub.
    let ledger = rusqlite::Connection::open(hub.folder.path().join("demo-1.golive")).unwrap();
    ledger.execute_batch("BEGIN IMMEDIATE").unwrap();
    let note = [("form", "note"), ("text", "the thing to know")];
    let got = bo.send_from(&page, &note);
    assert_eq!(got.status, 503, "{}", got.body);
    assert!(got.body.contains("<h1>NOT KNOWN WHETHER IT IS RECORDED</h1>"), "{}", got.body);
    ledger.execute_batch("ROLLBACK").unwrap();
    let tried = hidden(&got.body, "tried");
    let again = [&note[..], &[("tried", &tried)]].concat();
    let got = bo.send_from(&page, &again);
    assert_eq!(got.status, 303, "{}", got.body);
    assert_eq!(events(&hub).len(), 2, "once");
    // What could not be sent at all the first time keeps the time of the first try.
    let later = [("form", "note"), ("text", "another"), ("tried", &tried)];
    assert_eq!(bo.send(&later).status, 303);
    let state = hub.hub.views.of("demo-1").unwrap().state;
    let act = &state.log.last().unwrap().entry.act;
    assert_eq!(act.happened_at.unwrap(), tried.parse::<golive::run::Time>().unwrap());
}

#[test]
fn a_link_that_is_taken_back_or_is_of_another_run_or_page_opens_nothing() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    let page = bo.page();
    assert_eq!(bo.get("/runs/other/me").status, 401);
    hub.token("ana", Role::Lead, None);
    for path in [
        "/runs/demo-1",
        "/runs/demo-1/stream",
        "/",
        "/api/v1/runs/demo-1",
        "/api/v1/runs/demo-1/entries",
        "/api/v1/runs/demo-1/stream",
        "/api/v1/runs/demo-1/links",
        "/metrics",
    ] {
        assert_eq!(bo.get(path).status, 401, "{path}");
    }
    hub.hub.links.revoke(None, "bo").unwrap();
    let got = bo.send_from(&page, &[("form", "note"), ("text", "late")]);
    assert_eq!(got.status, 401);
    assert!(got.body.contains("This page opens with a link"), "{}", got.body);
    assert_eq!(events(&hub).len(), 1);
}

/// What a page says, with the words that must and must not be there.
fn says(page: &str, yes: &[&str], no: &[&str]) {
    for word in yes {
        assert!(page.contains(word), "“{word}” is missing: {page}");
    }
    for word in no {
        assert!(!page.contains(word), "“{word}” is there: {page}");
    }
    let (errors, elements) = html_errors(page);
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!elements.iter().any(|e| e.starts_with("script ") || e.starts_with("img")));
}

#[test]
fn the_page_is_right_at_every_turn_of_the_night() {
    let hub = night();
    let (bo, qa, zoe) = (Owner::of(&hub, "bo"), Owner::of(&hub, "qa"), Owner::of(&hub, "zoe"));
    says(&bo.page(), &["The run has not started", "of team Database"], &["Restore the dump"]);
    says(&zoe.page(), &["No step of this run is yours", "Write the note"], &["Start…"]);
    says(&qa.page(), &["Verify", "Vote…"], &["Freeze</span>"]);
    ana(&hub, begin("freeze"));
    ana(&hub, Event::RunHeld { reason: Some("<lunch>".to_owned()) });
    ana(&hub, done("freeze"));
    says(
        &bo.page(),
        &["The run is held", "&lt;lunch&gt;", "Not yet: the run is held"],
        &["Start…"],
    );
    ana(&hub, Event::RunResumed {});
    says(
        &bo.page(),
        &["may start now", "rollback R1 Restore can no longer be taken", "Type 1.2 or migrate"],
        &["is held"],
    );
    // Quentin's substitute stands in: Verify is Bo's, and the vote.
    says(&bo.page(), &[], &["Verify"]);
    ana(&hub, Event::SubstituteActive { person: "qa".to_owned(), substitute: "bo".to_owned() });
    says(&bo.page(), &["Verify", "of Quentin", "Open?"], &[]);
    ana(&hub, Event::RollbackBegun { rung: "restore".to_owned(), reason: None });
    let page = bo.page();
    says(&page, &["Rollback: <bdi>Restore", "Restore the dump", "Rollback: Restore"], &[]);
    let (dump, migrate) = (page.find("Restore the dump").unwrap(), page.find("Migrate").unwrap());
    assert!(dump < migrate, "what is to be done now comes first");
    bo.records(&[("form", "start"), ("about", "dump"), ("attempt", "1")]);
    bo.records(&[("form", "done"), ("about", "dump"), ("attempt", "1")]);
    ana(&hub, Event::RollbackEnded { rung: "restore".to_owned(), succeeded: true, reason: None });
    says(
        &bo.page(),
        &["The run ended rolled back", "Nothing is left to do", "Write the note"],
        &["Start…", "Sign off…"],
    );
    bo.records(&[("form", "note"), ("text", "afterwards")]);
    refused(
        &hub,
        &bo.send(&[("form", "standby"), ("about", "verify"), ("attempt", "1")]),
        "the run is over",
    );
}

#[test]
fn what_was_deferred_is_still_owed_when_the_run_is_over() {
    let hub = night();
    let bo = Owner::of(&hub, "bo");
    ana(&hub, Event::RunStarted {});
    let why = || Some("after the night".to_owned());
    ana(&hub, Event::StepDeferred { step: "freeze".to_owned(), attempt: 1, reason: why() });
    says(&bo.page(), &["Deferred: it is still to be done"], &["Still owed"]);
    for step in ["migrate", "verify", "gate", "route"] {
        ana(&hub, skip(step));
    }
    ana(&hub, Event::RunCompleted { outcome: golive::run::Outcome::Successful, summary: None });
    says(
        &bo.page(),
        &[
            "still owed",
            "<h2>Still owed</h2>",
            "Deferred: it is still to be done",
            "after the night",
        ],
        &["Nothing is left to do", "Expected to start", "<h2>Next</h2>"],
    );
    bo.records(&[("form", "done"), ("about", "freeze"), ("attempt", "1")]);
    says(&bo.page(), &["Nothing is left to do"], &["Still owed"]);
}

#[test]
fn hostile_names_and_texts_come_out_as_text() {
    let hub = TestHub::new();
    let evil =
        r#"</title><script>alert(1)</script>"><img src=x onerror=alert(1)> \u001b[2J \u202eabc"#;
    let toml = evil.replace('"', "\\\"");
    let plan = PLAN
        .replace("title = \"Ledger\"", &format!("title = \"{toml}\""))
        .replace("title = \"Freeze\"", &format!("title = \"{toml}\""))
        .replace("name = \"Bo\"", &format!("name = \"{toml}\""))
        .replace("items = [\"Lag\"", &format!("items = [\"{toml}\""))
        .replace(
            "confirm = true",
            &format!("instructions = \"{toml}\"\nlinks = [{{ title = \"x\", url = \"javascript:alert(1)\" }}]"),
        );
    open(&hub, &plan);
    let bo = Owner::of(&hub, "bo");
    ana(&hub, begin("freeze"));
    let page = bo.page();
    says(
        &page,
        &["&lt;script&gt;alert(1)"],
        &["<script>alert", "<img", "javascript:", "\u{1b}", "\u{202e}"],
    );
    let page = bo.records(&[("form", "note"), ("text", "<script>alert(2)</script>\u{1b}[2J")]);
    says(&page, &["&lt;script&gt;alert(2)"], &["<script>alert", "\u{1b}"]);
    let typed = r#""><script>alert(3)</script></textarea>"#;
    let got =
        bo.send(&[("form", "problem"), ("about", "freeze"), ("attempt", "1"), ("reason", typed)]);
    says(&got.body, &["&lt;script&gt;alert(3)"], &["<script>alert"]);
}
