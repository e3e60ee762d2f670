//! The owner's page in a real browser: opened from a chat on a small phone, without JavaScript; and
//! what its script adds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests say so by panicking"
)]

mod support {
    pub mod browser;
    pub mod hub;
    pub mod ledger;
    pub mod owner;
    pub mod station;
}

use golive::hub::Who;
use golive::run::{Event, Intent, StepStatus};
use golive::runbook::Role;
use golive::sync::protocol::PageOf;
use support::browser::{Browser, Page};
use support::hub::TestHub;
use support::owner::{PLAN, events, open};
use support::station::Station;

fn night() -> (TestHub, String) {
    let hub = TestHub::new();
    open(&hub, PLAN);
    let page = PageOf::Person("bo".to_owned());
    let link = hub.hub.links.add("demo-1", page, None, hub.hub.now()).unwrap().1;
    let url = hub.url(&link);
    (hub, url)
}

fn ana(hub: &TestHub, event: Event) {
    let who = Who::Proved { person: "ana".to_owned(), role: Role::Lead };
    let once = format!("t{}", events(hub).len());
    hub.block_on(hub.hub.desk.act("demo-1", who, &once, Intent::new("", event))).unwrap();
}

/// A page of another site, with something on it.
fn elsewhere(html: &str) -> String {
    let encode = |byte: u8| format!("%{byte:02x}");
    format!("data:text/html,{}", html.bytes().map(encode).collect::<String>())
}

/// Taps the first element of that selector whose text begins so.
fn tap(page: &mut Page<'_>, selector: &str, text: &str) {
    let tapped = page.value(&format!(
        "(() => {{ const all = [...document.querySelectorAll({})];
           const it = all.find((e) => e.textContent.trim().startsWith({}));
           if (it) it.click(); return !!it; }})()",
        serde_json::Value::from(selector),
        serde_json::Value::from(text)
    ));
    assert_eq!(tapped, true, "{selector} {text}: {}", page.text("body"));
}

fn is_clean(page: &mut Page<'_>, hub: &TestHub) {
    assert_eq!(page.complaints(), Vec::<String>::new());
    let own = format!("http://{}/", hub.address);
    let others = page
        .requests()
        .into_iter()
        .filter(|url| !url.starts_with(&own) && !url.starts_with("data:") && url != "about:blank");
    assert_eq!(others.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn an_act_on_a_phone_without_javascript_is_seen_in_a_cockpit() {
    let Some(mut browser) = Browser::start() else { return };
    let (hub, link) = night();
    let folder = tempfile::tempdir().unwrap();
    let mut cockpit = Station::join(folder.path(), &hub.url(""), "ana", None);
    let mut page = browser.page();
    page.size(360, 740).without_scripts();
    // As from a chat: the first request of the link comes from another site.
    page.open(&elsewhere(&format!("<a href='{link}'>your steps</a>")));
    tap(&mut page, "a", "your steps");
    page.loaded();
    assert_eq!(page.value("location.pathname + location.search"), "/runs/demo-1/me");
    assert_eq!(page.value("document.cookie"), "", "no script can read it");
    assert!(page.text("main").contains("1.1 Freeze"), "{}", page.text("body"));
    page.value("document.querySelectorAll('details').forEach((d) => { d.open = true })");
    assert_eq!(page.widths(), (360, 360));
    page.reload();
    tap(&mut page, "summary", "Start");
    page.value("document.querySelector('details[open] input[name=sure]').click()");
    tap(&mut page, "details[open] button", "Start 1.1");
    page.loaded();
    assert!(page.text(".answer").contains("as “started 1.1 Freeze”"), "{}", page.text("body"));
    let freeze = cockpit.state.step_ix("freeze").unwrap();
    cockpit.until_state("what was done on the phone", |cockpit| {
        cockpit.state.steps.get(freeze).is_some_and(|s| s.status() == StepStatus::Running)
    });
    let act = &cockpit.state.log.last().unwrap().entry.act;
    assert_eq!((act.actor.name.as_str(), act.actor.claimed), ("bo", false));
    // Loading that page again sends nothing.
    page.reload();
    assert_eq!(events(&hub).len(), 2);
    is_clean(&mut page, &hub);
}

#[test]
fn a_form_of_another_site_records_nothing() {
    let Some(mut browser) = Browser::start() else { return };
    let (hub, link) = night();
    let mut page = browser.page();
    page.open(&link);
    let mark = page.value("document.querySelector('input[name=mark]').value");
    let once = page.value("document.querySelector('input[name=once]').value");
    let (mark, once) = (mark.as_str().unwrap(), once.as_str().unwrap());
    // It even knows what the page's own forms carry.
    page.open(&elsewhere(&format!(
        "<form method=post action='{}'><input name=mark value={mark}><input name=once value={once}>\
         <input name=form value=note><input name=text value=forged></form>",
        hub.url("/runs/demo-1/me/act")
    )));
    page.value("document.querySelector('form').submit()");
    page.loaded();
    assert!(page.text("body").contains("Nothing was recorded"), "{}", page.text("body"));
    assert_eq!(events(&hub).len(), 1);
}

#[test]
fn with_javascript_the_page_follows_and_takes_nothing_away_under_the_fingers() {
    let Some(mut browser) = Browser::start() else { return };
    let (hub, link) = night();
    let mut page = browser.page();
    page.size(360, 740).open(&link);
    page.until_says("The run has not started");
    ana(&hub, Event::RunStarted {});
    page.loaded();
    page.until_says("The run is going");
    is_clean(&mut page, &hub);
    page.value("document.querySelector('textarea[name=text]').value = 'half a sentence'");
    ana(&hub, Event::RunHeld { reason: Some("lunch".to_owned()) });
    page.until_says("Something has changed. Look again");
    assert!(!page.text("body").contains("lunch"));
    // Without a connection nothing is lost either.
    page.offline(true);
    tap(&mut page, "button", "Write the note");
    page.until_says("NOT RECORDED: the hub cannot be reached");
    let typed = page.value("document.querySelector('textarea[name=text]').value");
    assert_eq!(typed, "half a sentence");
    page.offline(false);
    tap(&mut page, "button", "Write the note");
    page.loaded();
    page.until_says("as “note: half a sentence”");
    page.until_says("The run is held");
    assert_eq!(events(&hub).len(), 4);
    // Another's look at the page, in the dark, is as wide as the phone.
    page.scheme("dark").size(360, 740);
    assert_eq!(page.widths(), (360, 360));
}
