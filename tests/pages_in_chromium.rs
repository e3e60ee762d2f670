//! The pages as a real browser shows them: live, without JavaScript, on a small phone, and asking
//! nobody but the hub.
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
}

use golive::run::{Event, NoteKind};
use golive::runbook::Role;
use golive::sync::protocol::PageOf;
use support::browser::{Browser, Page};
use support::hub::{TestHub, append, entry};

const ENTRIES: &str = "/api/v1/runs/demo-1/entries";

/// A run on a hub, and a way to record in it.
struct Scene {
    hub: TestHub,
    head: golive::sync::protocol::Head,
    recorded: u64,
    token: Option<String>,
}

impl Scene {
    fn new() -> Self {
        let hub = TestHub::new();
        let head = hub.open_run(None);
        Self { hub, head, recorded: 0, token: None }
    }

    fn page(&self) -> String {
        self.hub.url("/runs/demo-1")
    }

    fn record(&mut self, event: Event) {
        self.recorded += 1;
        let body = append(&self.head, vec![entry("r", self.recorded, "ana", event)]);
        let (status, answer) = self.hub.post(ENTRIES, self.token.as_deref(), body);
        assert_eq!(status, 200, "{answer}");
    }

    fn start(&mut self, step: &str) {
        self.record(Event::StepStarted { step: step.to_owned(), attempt: 1 });
    }

    fn note(&mut self, text: &str, public: bool) {
        let (text, kind) = (text.to_owned(), NoteKind::Note);
        self.record(Event::NoteAdded { text, kind, step: None, public, owner: None, due: None });
    }
}

/// Nothing was complained of, and nobody was asked but the hub.
fn is_clean(page: &mut Page<'_>, hub: &TestHub) {
    assert_eq!(page.complaints(), Vec::<String>::new());
    let own = format!("http://{}/", hub.address);
    let others: Vec<_> = page
        .requests()
        .into_iter()
        .filter(|url| !url.starts_with(&own) && !url.starts_with("data:") && url != "about:blank")
        .collect();
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn what_is_recorded_is_seen_without_a_reload() {
    let Some(mut browser) = Browser::start() else { return };
    let mut scene = Scene::new();
    let mut page = browser.page();
    page.open(&scene.page()).until("document.getElementById('page').dataset.live === 'yes'");
    assert!(page.text("main").contains("Not started"), "{}", page.text("main"));
    page.value("window.stays = true");
    scene.start("s1");
    page.until_says("Under way since").until_says("● running");
    scene.note("for everybody", true);
    page.until_says("for everybody");
    scene.note("among ourselves", false);
    scene.note("the last", true);
    page.until_says("the last");
    assert!(!page.text("body").contains("among ourselves"));
    assert_eq!(page.value("window.stays"), true, "it was never loaded again");
    is_clean(&mut page, &scene.hub);
}

#[test]
fn what_was_open_stays_open_and_keeps_the_focus_when_other_parts_come() {
    let Some(mut browser) = Browser::start() else { return };
    let mut scene = Scene::new();
    let mut page = browser.page();
    page.open(&scene.page()).until("document.getElementById('page').dataset.live === 'yes'");
    page.value("document.querySelector('#phase-0').open = true");
    page.value("document.querySelector('#phase-0 summary').focus()");
    scene.start("s1");
    page.until("document.querySelector('#phase-0').innerText.includes('running')");
    assert_eq!(page.value("document.querySelector('#phase-0').open"), true);
    let focused = "document.activeElement === document.querySelector('#phase-0 summary')";
    assert_eq!(page.value(focused), true);
}

#[test]
fn without_javascript_it_is_right_after_a_reload() {
    let Some(mut browser) = Browser::start() else { return };
    let mut scene = Scene::new();
    let mut page = browser.page();
    page.without_scripts().open(&scene.page());
    assert!(page.text("main").contains("Not started"));
    assert!(page.text("footer").contains("look again for the latest"), "{}", page.text("footer"));
    scene.start("s1");
    page.reload();
    assert!(page.text("main").contains("Under way since"));
    scene.note("as of now", true);
    page.reload();
    assert!(page.text("main").contains("as of now"));
    is_clean(&mut page, &scene.hub);
}

#[test]
fn on_a_small_phone_only_the_picture_scrolls_sideways() {
    let Some(mut browser) = Browser::start() else { return };
    let mut scene = Scene::new();
    scene.start("s1");
    scene.note(&"unbreakable".repeat(40), true);
    scene
        .note("https://wiki.example/a/very/long/address/that/goes/on/and/on/without/a/break", true);
    let mut page = browser.page();
    for scheme in ["light", "dark"] {
        page.size(360, 740).scheme(scheme).open(&scene.page());
        assert_eq!(page.widths(), (360, 360));
        let scrolls = "(() => { const box = document.querySelector('.scroll'); return box.scrollWidth > box.clientWidth; })()";
        assert_eq!(page.value(scrolls), true);
    }
    is_clean(&mut page, &scene.hub);
}

#[test]
fn a_hub_that_has_gone_is_said_and_its_return_too() {
    let Some(mut browser) = Browser::start() else { return };
    let mut scene = Scene::new();
    let mut page = browser.page();
    page.open(&scene.page()).until("document.getElementById('page').dataset.live === 'yes'");
    // The line is cut by ending what is at its other end.
    scene.hub.end();
    page.until_says("Not live since");
    scene.hub.begin_again();
    page.until("document.getElementById('page').dataset.live === 'yes'");
    assert!(!page.text("body").contains("Not live since"));
    scene.start("s1");
    page.until_says("Under way since");
}

#[test]
fn a_link_for_stakeholders_opens_the_page_live_until_it_is_taken_back() {
    let Some(mut browser) = Browser::start() else { return };
    let mut scene = Scene::new();
    let lead = scene.hub.token("ana", Role::Lead, None);
    let (link, secret) =
        scene.hub.hub.links.add("demo-1", PageOf::Stakeholders, None, scene.hub.hub.now()).unwrap();
    let mut page = browser.page();
    page.open(&scene.hub.url(&secret));
    assert_eq!(page.value("location.pathname + location.search"), "/runs/demo-1");
    page.until("document.getElementById('page').dataset.live === 'yes'");
    scene.token = Some(lead);
    scene.start("s1");
    page.until_says("Under way since");
    is_clean(&mut page, &scene.hub);
    scene.hub.hub.links.revoke(None, &link.id).unwrap();
    page.until_says("Not live since");
    page.reload();
    assert!(page.text("h1").contains("This page opens with a link"), "{}", page.text("body"));
}

#[test]
fn what_the_policy_forbids_does_not_happen_and_is_seen() {
    let Some(mut browser) = Browser::start() else { return };
    let scene = Scene::new();
    let mut page = browser.page();
    page.open(&scene.page());
    page.value(
        "(() => { const script = document.createElement('script');
                  script.textContent = 'window.stranger = true';
                  document.body.append(script);
                  const image = new Image(); image.src = 'https://elsewhere.example/x.png';
                  document.body.append(image); })()",
    );
    page.value("fetch('https://elsewhere.example/').catch(() => 0)");
    assert!(page.value("window.stranger").is_null());
    let complaints = page.complaints();
    let of_the_policy = complaints.iter().filter(|c| c.contains("Content Security Policy"));
    assert!(of_the_policy.count() >= 3, "a script, an image and a question: {complaints:?}");
}

#[test]
fn the_list_of_runs_leads_to_each_and_errors_are_pages() {
    let Some(mut browser) = Browser::start() else { return };
    let scene = Scene::new();
    let mut page = browser.page();
    page.open(&scene.hub.url("/"));
    page.value("document.querySelector('ul a').click()");
    page.loaded();
    assert_eq!(page.value("location.pathname"), "/runs/demo-1");
    is_clean(&mut page, &scene.hub);
    scene.hub.token("ana", Role::Lead, None);
    page.open(&scene.page());
    assert!(page.text("h1").contains("This page opens with a link"));
}
