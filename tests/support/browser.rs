//! A real Chromium without a window, driven over its DevTools protocol: messages of JSON with a NUL
//! behind each, through the pipes that `--remote-debugging-pipe` reads and writes.
//!
//! Where there is no Chromium a test says so and is left out; with `GOLIVE_BROWSER=required`, as in
//! `.ci/run`, it fails instead.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test says so by panicking"
)]

use base64::Engine;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long anything may take before a test says that it did not happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser of a test's own; gone with it.
pub struct Browser {
    process: Child,
    says: ChildStdin,
    hears: Receiver<Value>,
    events: VecDeque<Value>,
    last_id: u64,
    /// The profile; removed at the end.
    _profile: tempfile::TempDir,
}

/// A page in it, by the session that it is spoken to in.
pub struct Page<'a> {
    browser: &'a mut Browser,
    session: String,
}

impl Browser {
    /// Starts a browser; none: there is none on this machine, which has been said.
    pub fn start() -> Option<Self> {
        if std::env::var_os("GOLIVE_NO_BROWSER").is_some() {
            eprintln!("LEFT OUT: GOLIVE_NO_BROWSER is set, so nothing was looked at in a browser");
            return None;
        }
        let Some(program) = program() else {
            let advice = "install Debian's package `chromium` (apt-get install chromium)";
            let required = std::env::var("GOLIVE_BROWSER").is_ok_and(|v| v == "required");
            assert!(!required, "there is no Chromium to look at the pages with: {advice}");
            eprintln!("LEFT OUT: there is no Chromium to look at the pages with; {advice}");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut process = Command::new("sh")
            // What it reads from and writes to are its third and fourth file.
            .args(["-c", "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null", "sh"])
            .arg(program)
            .args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-extensions", "--lang=en"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a browser starts");
        let says = process.stdin.take().unwrap();
        let mut from = BufReader::new(process.stdout.take().unwrap());
        let (heard, hears) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while from.read_until(0, &mut message).is_ok_and(|n| n > 0) {
                let end = message.len() - usize::from(message.ends_with(&[0]));
                if let Ok(value) = serde_json::from_slice(&message[..end])
                    && heard.send(value).is_err()
                {
                    return;
                }
                message.clear();
            }
        });
        let events = VecDeque::new();
        Some(Self { process, says, hears, events, last_id: 0, _profile: profile })
    }

    /// A new page, which tells of its requests, its errors and what its policy forbade.
    pub fn page(&mut self) -> Page<'_> {
        let target = self.call(None, "Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call(None, "Target.attachToTarget", attach);
        let session = session["sessionId"].as_str().unwrap().to_owned();
        self.events.clear();
        let mut page = Page { browser: self, session };
        for domain in ["Page", "Runtime", "Network", "Log", "Audits"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page
    }

    fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.says.write_all(&bytes).expect("the browser is there");
        self.says.flush().expect("the browser is there");
        let until = Instant::now() + PATIENCE;
        loop {
            let heard = self.hear(until, method);
            if heard["id"] == id {
                assert!(heard["error"].is_null(), "{method}: {}", heard["error"]);
                return heard["result"].clone();
            }
            self.events.push_back(heard);
        }
    }

    fn hear(&mut self, until: Instant, what: &str) -> Value {
        let left = until.saturating_duration_since(Instant::now());
        match self.hears.recv_timeout(left) {
            Ok(heard) => heard,
            Err(RecvTimeoutError::Timeout) => panic!("{what}: nothing came of it in {PATIENCE:?}"),
            Err(RecvTimeoutError::Disconnected) => panic!("{what}: the browser has gone"),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let close = b"{\"id\":0,\"method\":\"Browser.close\"}\0";
        let closed = self.says.write_all(close).and_then(|()| self.says.flush());
        // It ends when it has closed; the reader hears that.
        let until = Instant::now() + Duration::from_secs(10);
        while closed.is_ok() {
            let left = until.saturating_duration_since(Instant::now());
            match self.hears.recv_timeout(left) {
                Ok(_) => {}
                Err(_) => break,
            }
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Page<'_> {
    /// Speaks to the page by the protocol itself.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let session = self.session.clone();
        self.browser.call(Some(&session), method, params)
    }

    /// As on a screen of that size, in CSS pixels.
    pub fn size(&mut self, width: u32, height: u32) -> &mut Self {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1,
                           "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", size);
        self
    }

    /// As of somebody who likes it `dark` or `light`.
    pub fn scheme(&mut self, scheme: &str) -> &mut Self {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        self
    }

    /// Without JavaScript.
    pub fn without_scripts(&mut self) -> &mut Self {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        self
    }

    /// Without a network, or with one again.
    pub fn offline(&mut self, offline: bool) -> &mut Self {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1,
                                 "uploadThroughput": -1 });
        self.call("Network.emulateNetworkConditions", conditions);
        self
    }

    /// Opens an address and waits until it is loaded.
    pub fn open(&mut self, url: &str) -> &mut Self {
        let gone = self.call("Page.navigate", json!({ "url": url }));
        assert!(gone["errorText"].is_null(), "{url}: {gone}");
        self.loaded()
    }

    /// Loads the page again.
    pub fn reload(&mut self) -> &mut Self {
        self.call("Page.reload", json!({}));
        self.loaded()
    }

    /// Waits until what is being opened is loaded, for example after a form was sent.
    pub fn loaded(&mut self) -> &mut Self {
        self.event("Page.loadEventFired");
        self
    }

    /// Waits for an event, which is then over.
    fn event(&mut self, method: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let there = self.browser.events.iter().position(|event| event["method"] == *method);
            if let Some(event) = there.and_then(|at| self.browser.events.remove(at)) {
                return event["params"].clone();
            }
            let heard = self.browser.hear(until, method);
            self.browser.events.push_back(heard);
        }
    }

    /// What an expression is, in the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let asked =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let said = self.call("Runtime.evaluate", asked);
        assert!(said["exceptionDetails"].is_null(), "{expression}: {said}");
        said["result"]["value"].clone()
    }

    /// The text of the first element of that selector, as it is seen.
    pub fn text(&mut self, selector: &str) -> String {
        let selector = Value::from(selector);
        let text = self.value(&format!("document.querySelector({selector})?.innerText ?? ''"));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a condition holds; looks whenever the document changes. The page's scripts run.
    pub fn until(&mut self, condition: &str) -> &mut Self {
        self.value(&format!(
            "new Promise((resolve) => {{
               const look = () => {{ if ({condition}) {{ watch.disconnect(); resolve(true); }} }};
               const watch = new MutationObserver(look);
               const all = {{ subtree: true, childList: true, attributes: true, characterData: true }};
               watch.observe(document, all);
               look();
             }})"
        ));
        self
    }

    /// Waits until that text stands in the page.
    pub fn until_says(&mut self, text: &str) -> &mut Self {
        self.until(&format!("document.body.innerText.includes({})", Value::from(text)))
    }

    /// Every address that was asked for so far.
    pub fn requests(&mut self) -> Vec<String> {
        // What has been heard of after this was asked.
        self.value("0");
        let sent =
            self.browser.events.iter().filter(|e| e["method"] == "Network.requestWillBeSent");
        sent.filter_map(|e| e["params"]["request"]["url"].as_str().map(str::to_owned)).collect()
    }

    /// Every complaint so far: errors of scripts, of the console, of the policy, of the network.
    pub fn complaints(&mut self) -> Vec<String> {
        self.value("0");
        let complaint = |event: &Value| {
            let about = &event["params"];
            match event["method"].as_str()? {
                "Runtime.exceptionThrown" => Some(about["exceptionDetails"].to_string()),
                "Log.entryAdded" if about["entry"]["level"] == "error" => {
                    Some(about["entry"].to_string())
                }
                "Runtime.consoleAPICalled" if about["type"] == "error" => Some(about.to_string()),
                "Audits.issueAdded" if about["issue"]["code"] == "ContentSecurityPolicyIssue" => {
                    Some(about["issue"].to_string())
                }
                _ => None,
            }
        };
        self.browser.events.iter().filter_map(complaint).collect()
    }

    /// How wide the page is, and how wide what it stands in.
    pub fn widths(&mut self) -> (u64, u64) {
        let wide = self.value("document.scrollingElement.scrollWidth").as_u64().unwrap();
        (wide, self.value("innerWidth").as_u64().unwrap())
    }

    /// A picture of the whole page, PNG.
    pub fn picture(&mut self, file: &Path) {
        let shot = self.call("Page.captureScreenshot", json!({ "captureBeyondViewport": true }));
        write_base64(file, &shot["data"]);
    }

    /// The page on paper, PDF.
    pub fn paper(&mut self, file: &Path) {
        let how = json!({ "preferCSSPageSize": true, "printBackground": false });
        let printed = self.call("Page.printToPDF", how);
        write_base64(file, &printed["data"]);
    }
}

fn write_base64(file: &Path, data: &Value) {
    let bytes = base64::prelude::BASE64_STANDARD.decode(data.as_str().unwrap()).unwrap();
    std::fs::write(file, bytes).unwrap();
}

/// Where Chromium is.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.iter().find_map(|name| {
        std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
    })
}
