//! The head of a runbook: `[release]`, `[vars]` and `[people]`.

use super::collect::At;
use super::field::{Field, Reader};
use super::keys;
use super::names::{LIVE_NAMES, POSTED_TEXT, Use};
use super::times::shifted;
use crate::runbook::clock::next_clock;
use crate::runbook::slug::{is_id, slug};
use crate::runbook::text::visible;
use crate::runbook::{Moment, Person, Release, Role, Window};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use indexmap::IndexMap;
use toml::de::DeValue;

/// The slip of the expected finish that turns amber where a runbook does not say, in seconds.
const AMBER_AFTER: i64 = 600;

/// Fields of the release that texts may name.
const NAMED: &[&str] = &["title", "id", "version", "change", "environment", "bridge", "timezone"];

/// The `[vars]`, as written; defines them, and the release's fields, as names.
pub(super) fn vars<'a>(
    r: &mut Reader<'a>,
    vars: Option<&Field<'a>>,
    release: &[Field<'a>],
) -> IndexMap<String, String> {
    let mut map = IndexMap::new();
    for field in release {
        if let (true, DeValue::String(text)) = (NAMED.contains(&field.key), field.value) {
            r.names.define(field.key, text, field.at);
        }
    }
    define_defaults(r, release);
    let list = vars.and_then(|f| r.table(f, "a table of names and texts")).unwrap_or_default();
    for field in &list {
        let value = match field.value {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            DeValue::Array(_) | DeValue::Table(_) => {
                r.wrong_type(field, "text");
                continue;
            }
        };
        let reserved =
            LIVE_NAMES.contains(&field.key) || matches!(field.key, "each" | "env" | POSTED_TEXT);
        if reserved || !r.names.define(field.key, &value, field.at) {
            let message = format!("`{}` already means something else", visible(field.key));
            let help = if reserved {
                "golive fills this name in itself; choose another"
            } else {
                "it is a field of [release], which texts can use as it is; choose another name"
            };
            r.out.error("reserved-name", field.key_at, message).help(help);
        }
        map.insert(field.key.to_owned(), value);
    }
    r.names.settle(r.text, &mut r.out);
    map
}

/// Names of the release that have a value although nobody wrote one.
fn define_defaults(r: &mut Reader<'_>, release: &[Field<'_>]) {
    let written = |key: &str| release.iter().any(|f| f.key == key);
    if !written("timezone") {
        r.names.define("timezone", "UTC", At::default());
    }
    let title = release.iter().find(|f| f.key == "title");
    if let (false, Some(DeValue::String(title))) = (written("id"), title.map(|f| f.value)) {
        r.names.define("id", &slug(title), At::default());
    }
}

/// The `[release]`. Sets the zone, zero hour and the base of clock times.
pub(super) fn release<'a>(r: &mut Reader<'a>, list: &[Field<'a>]) -> Release {
    let find = |key: &str| list.iter().find(|f| f.key == key).copied();
    r.zone = find("timezone").and_then(|f| timezone(r, &f)).unwrap_or(Tz::UTC);
    r.zero_hour = find("zero_hour").and_then(|f| r.instant(&f));
    let window = find("window").and_then(|f| read_window(r, &f));
    let start = find("start").and_then(|f| start(r, &f, window));
    let planned_start = match start {
        Some(Moment::At(time)) => Some(time),
        Some(Moment::T(secs)) => r.zero_hour.and_then(|zero| shifted(zero, secs)),
        _ => None,
    };
    r.clock_base = planned_start.or(r.zero_hour).or(window.map(|w| w.opens));

    let mut release = Release {
        id: String::new(),
        title: String::new(),
        version: None,
        change: None,
        environment: None,
        bridge: None,
        timezone: r.zone,
        start,
        zero_hour: r.zero_hour,
        window,
        amber_after: AMBER_AFTER,
        decision_margin: 0,
        update_every: None,
    };
    for field in list {
        match field.key {
            "title" => release.title = r.text(field).unwrap_or_default(),
            "id" => release.id = r.id(field).map(|w| w.text).unwrap_or_default(),
            "version" => release.version = r.text(field),
            "change" => release.change = r.text(field),
            "environment" => release.environment = r.text(field),
            "bridge" => release.bridge = r.text(field),
            "amber_after" => release.amber_after = r.duration(field).unwrap_or(AMBER_AFTER),
            "decision_margin" => release.decision_margin = r.duration(field).unwrap_or(0),
            "update_every" => release.update_every = r.duration(field),
            "timezone" | "start" | "zero_hour" | "window" => {}
            key if keys::TOP.contains(&key) => {
                let message = format!("`{key}` is no key of [release]");
                r.out
                    .error("misplaced-key", field.key_at, message)
                    .help("for TOML it belongs to the last [table] above it; move it to the top of the file");
            }
            _ => r.unknown_key(field, "[release]", keys::RELEASE),
        }
    }
    if release.id.is_empty() && find("id").is_none() {
        release.id = default_release_id(r, &release.title, find("title").as_ref());
    }
    check_times(r, &release, find("window").as_ref(), find("zero_hour").as_ref());
    release
}

fn default_release_id(r: &mut Reader<'_>, title: &str, field: Option<&Field<'_>>) -> String {
    let id = slug(title);
    if !title.is_empty() && !is_id(&id) {
        let at = field.map(|f| f.at).unwrap_or_default();
        let message = format!("`{}` gives no id", visible(title));
        r.out.error("bad-id", at, message).help("add id = \"...\" to [release]");
    }
    id
}

fn timezone<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Tz> {
    let name = r.text(field)?;
    if let Ok(zone) = name.parse::<Tz>() {
        return Some(zone);
    }
    let zones: Vec<&str> = chrono_tz::TZ_VARIANTS.iter().map(|z| z.name()).collect();
    let near = r.suggest(&name, zones.iter().copied()).or_else(|| {
        let city = name.rsplit('/').next().unwrap_or(&name).replace(' ', "_").to_lowercase();
        zones.iter().copied().find(|z| z.to_lowercase().rsplit('/').next() == Some(&city))
    });
    let help = match near {
        Some(zone) => format!("did you mean \"{zone}\"?"),
        None => {
            "write a name such as \"Europe/London\" or \"UTC\"; summer time is in it".to_owned()
        }
    };
    let message = format!("there is no timezone `{}`", visible(&name));
    r.out.error("unknown-timezone", field.at, message).help(help);
    None
}

fn read_window<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Window> {
    let list = r.table(field, "a table: { opens = ..., closes = ... }")?;
    let (mut opens, mut closes) = (None, None);
    for inner in &list {
        match inner.key {
            "opens" => opens = r.instant(inner),
            "closes" => closes = r.instant(inner),
            _ => r.unknown_key(inner, "window", keys::WINDOW),
        }
    }
    for key in keys::WINDOW {
        if !list.iter().any(|f| f.key == *key) {
            r.missing(field.at, "the window", key, "a window both opens and closes");
        }
    }
    let window = Window { opens: opens?, closes: closes? };
    if window.closes <= window.opens {
        r.out
            .error("window-backwards", field.at, "the window closes before it opens")
            .help("check the dates: a night's window usually closes on the next day");
        return None;
    }
    Some(window)
}

/// The planned start; a clock time is the last one up to zero hour, or the first in the window.
fn start<'a>(r: &mut Reader<'a>, field: &Field<'a>, window: Option<Window>) -> Option<Moment> {
    r.clock_base = match (r.zero_hour, window) {
        (Some(zero), _) => shifted(zero, -86_400).map(|t| t + chrono::Duration::seconds(1)),
        (None, Some(window)) => Some(window.opens),
        (None, None) => None,
    };
    r.moment(field)
}

fn check_times(
    r: &mut Reader<'_>,
    release: &Release,
    window: Option<&Field<'_>>,
    zero: Option<&Field<'_>>,
) {
    let (Some(w), Some(zero_hour), Some(field)) = (release.window, release.zero_hour, zero) else {
        return;
    };
    if zero_hour < w.opens || zero_hour > w.closes {
        let found = r
            .out
            .warning("zero-hour-outside", field.at, "zero hour lies outside the window")
            .help("one of the two is probably a day off, or in another zone");
        if let Some(window) = window {
            found.also(window.at.range(), "the window");
        }
    }
}

/// The `[people]`.
pub(super) fn people<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> IndexMap<String, Person> {
    let mut map = IndexMap::new();
    let list = r.table(field, "tables of people: [people.ana]").unwrap_or_default();
    let mut substitutes = Vec::new();
    for entry in &list {
        let id = super::field::Word { text: entry.key.to_owned(), at: entry.key_at };
        r.check_id(&id);
        let Some(inner) = r.table(entry, "a table with name, team, role") else { continue };
        let mut person = Person {
            id: id.text.clone(),
            name: id.text.clone(),
            team: None,
            role: None,
            contact: None,
            substitute: None,
        };
        for field in &inner {
            match field.key {
                "name" => person.name = r.text(field).unwrap_or_else(|| id.text.clone()),
                "team" => person.team = r.text(field),
                "role" => person.role = role(r, field),
                "contact" => person.contact = r.text(field),
                "substitute" => {
                    person.substitute = r.text_for(field, Use::Id);
                    substitutes.push((person.substitute.clone(), id.text.clone(), field.at));
                }
                _ => r.unknown_key(field, "person", keys::PERSON),
            }
        }
        map.insert(id.text, person);
    }
    for (substitute, of, at) in substitutes {
        let Some(substitute) = substitute else { continue };
        if substitute == of {
            let message = format!("{} cannot stand in for themselves", visible(&of));
            r.out.error("unknown-person", at, message).help("name somebody else, or leave it out");
        } else if !map.contains_key(&substitute) {
            unknown_person(r, &substitute, at, &map);
        }
    }
    map
}

fn role<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Role> {
    r.one_of(
        field,
        &[("lead", Role::Lead), ("operator", Role::Operator), ("observer", Role::Observer)],
    )
}

/// Reports somebody who has to be in `[people]`, and is not.
pub(super) fn unknown_person(
    r: &mut Reader<'_>,
    id: &str,
    at: At,
    people: &IndexMap<String, Person>,
) {
    let by_name = people.values().find(|p| p.name.eq_ignore_ascii_case(id)).map(|p| p.id.as_str());
    let near = by_name.or_else(|| r.suggest(id, people.keys().map(String::as_str)));
    let help = match near {
        Some(near) => format!("did you mean `{}`?", visible(near)),
        None => format!("add [people.{}], or name one who is there", bare_or_quoted(id)),
    };
    let message = format!("nobody in [people] is called `{}`", visible(id));
    r.out.error("unknown-person", at, message).here("not in [people]").help(help);
}

/// A key as TOML wants it.
fn bare_or_quoted(id: &str) -> String {
    if !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        id.to_owned()
    } else {
        format!("\"{}\"", visible(id))
    }
}

/// The time at which a runbook's first step is planned, where that is known.
pub(in crate::runbook) fn planned_start(release: &Release) -> Option<DateTime<Utc>> {
    let given = match release.start {
        Some(Moment::At(time)) => Some(time),
        Some(Moment::T(secs)) => release.zero_hour.and_then(|zero| shifted(zero, secs)),
        Some(Moment::Clock(clock)) => {
            release.window.and_then(|w| next_clock(clock, release.timezone, w.opens).ok())
        }
        None => None,
    };
    given.or(release.zero_hour).or(release.window.map(|w| w.opens))
}
