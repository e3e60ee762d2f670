//! Checklists, intervals, criteria and messages.

use super::automation::post;
use super::collect::At;
use super::field::{Field, Reader, Word};
use super::keys;
use super::names::Use;
use crate::runbook::slug::{is_id, slug};
use crate::runbook::text::visible;
use crate::runbook::{Checklist, ChecklistItem, Criterion, LinkOn, Message, Moment, Secs};
use std::collections::HashMap;

/// Ids that share a namespace, each with the place that defined it.
#[derive(Debug, Default)]
pub(super) struct Ids {
    map: HashMap<String, At>,
}

impl Ids {
    /// Makes room for so many ids.
    pub fn reserve(&mut self, count: usize) {
        self.map.reserve(count);
    }

    /// Takes an id; reports it where it is taken.
    pub fn take(&mut self, r: &mut Reader<'_>, id: &str, at: At, what: &str) {
        if id.is_empty() {
            return;
        }
        if let Some(first) = self.map.get(id) {
            let message = format!("two {what} have the id `{}`", visible(id));
            r.out
                .error("duplicate-id", at, message)
                .here("again here")
                .also(first.range(), "first here")
                .help("give one of them an `id` of its own");
        } else {
            self.map.insert(id.to_owned(), at);
        }
    }
}

/// The tables of a `[[list]]`.
pub(super) fn tables<'a>(
    r: &mut Reader<'a>,
    field: &Field<'a>,
    wanted: &str,
) -> Vec<(At, Vec<Field<'a>>)> {
    let list = r.list(field, wanted);
    list.iter().filter_map(|f| Some((f.at, r.table(f, "a table")?))).collect()
}

/// The given id, or the slug of the text it is made from.
pub(super) fn id_or_slug(
    r: &mut Reader<'_>,
    given: Option<Word>,
    from: &str,
    at: At,
    has_key: bool,
) -> Word {
    if let Some(word) = given {
        return word;
    }
    let id = slug(from);
    if has_key || from.is_empty() {
        // What is wrong has been said: the id itself, or the missing title.
        return Word { text: id, at };
    }
    if !is_id(&id) {
        let message = format!("`{}` gives no id", visible(from));
        r.out
            .error("bad-id", at, message)
            .help("add id = \"...\": letters, digits, `-`, with a letter among them");
    }
    Word { text: id, at }
}

fn has(list: &[Field<'_>], key: &str) -> bool {
    list.iter().any(|f| f.key == key)
}

fn place_of(list: &[Field<'_>], keys: &[&str], otherwise: At) -> At {
    keys.iter().find_map(|k| list.iter().find(|f| f.key == *k)).map_or(otherwise, |f| f.at)
}

/// The `[[checklists]]`, and who is expected to sign which item off.
pub(super) fn checklists<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> (Vec<Checklist>, Vec<Word>) {
    let (mut all, mut ids, mut owners) = (Vec::new(), Ids::default(), Vec::new());
    for (at, list) in tables(r, field, "tables: [[checklists]]") {
        let (mut id, mut title, mut items) = (None, None, Vec::new());
        for field in &list {
            match field.key {
                "id" => id = r.id(field),
                "title" => title = r.text(field),
                "items" => items = checklist_items(r, field, &mut owners),
                _ => r.unknown_key(field, "checklist", keys::CHECKLIST),
            }
        }
        if !has(&list, "title") && id.is_none() {
            r.missing(at, "this checklist", "title", "add title = \"...\"");
        }
        let title =
            title.unwrap_or_else(|| id.as_ref().map(|w| w.text.clone()).unwrap_or_default());
        if !has(&list, "items") {
            r.missing(at, "this checklist", "items", "add items = [{ text = \"...\" }]");
        }
        let id = id_or_slug(r, id, &title, place_of(&list, &["id", "title"], at), has(&list, "id"));
        ids.take(r, &id.text, id.at, "checklists");
        all.push(Checklist { id: id.text, title, items });
    }
    (all, owners)
}

fn checklist_items<'a>(
    r: &mut Reader<'a>,
    field: &Field<'a>,
    owners: &mut Vec<Word>,
) -> Vec<ChecklistItem> {
    let (mut items, mut ids) = (Vec::new(), Ids::default());
    for (at, list) in tables(r, field, "a list of items: [{ text = \"...\" }]") {
        let (mut id, mut text, mut owner, mut evidence) = (None, String::new(), None, false);
        for field in &list {
            match field.key {
                "id" => id = r.id(field),
                "text" => text = r.text(field).unwrap_or_default(),
                "owner" => owner = r.word_or_text(field),
                "evidence" => evidence = r.flag(field).unwrap_or(false),
                _ => r.unknown_key(field, "checklist item", keys::CHECKLIST_ITEM),
            }
        }
        if !has(&list, "text") {
            r.missing(at, "this item", "text", "add text = \"what is signed off\"");
        }
        let id = id_or_slug(r, id, &text, place_of(&list, &["id", "text"], at), has(&list, "id"));
        ids.take(r, &id.text, id.at, "items of this checklist");
        owners.extend(owner.clone());
        items.push(ChecklistItem { id: id.text, text, owner: owner.map(|w| w.text), evidence });
    }
    items
}

/// An interval whose steps are still names; its other fields are those of the interval.
pub(super) struct RawInterval {
    pub id: String,
    pub title: String,
    pub at: At,
    pub from: Option<(Word, LinkOn)>,
    pub to: Option<(Word, LinkOn)>,
    pub limit: Option<Secs>,
    pub downtime: bool,
}

/// The `[[intervals]]`.
pub(super) fn intervals<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<RawInterval> {
    let (mut all, mut ids) = (Vec::new(), Ids::default());
    for (at, list) in tables(r, field, "tables: [[intervals]]") {
        let (mut id, mut title, mut from, mut to) = (None, String::new(), None, None);
        let (mut limit, mut downtime) = (None, false);
        for field in &list {
            match field.key {
                "id" => id = r.id(field),
                "title" => title = r.text(field).unwrap_or_default(),
                "from" => from = end(r, field, LinkOn::Start),
                "to" => to = end(r, field, LinkOn::Finish),
                "limit" => limit = r.duration(field),
                "downtime" => downtime = r.flag(field).unwrap_or(false),
                _ => r.unknown_key(field, "interval", keys::INTERVAL),
            }
        }
        for (key, help) in [
            ("title", "add title = \"what is timed\""),
            ("from", "add from = { step = \"...\", on = \"start\" }"),
            ("to", "add to = { step = \"...\", on = \"finish\" }"),
        ] {
            if !has(&list, key) {
                r.missing(at, "this interval", key, help);
            }
        }
        let id = id_or_slug(r, id, &title, place_of(&list, &["id", "title"], at), has(&list, "id"));
        ids.take(r, &id.text, id.at, "intervals");
        all.push(RawInterval { id: id.text, title, at, from, to, limit, downtime });
    }
    all
}

/// `{ step = "freeze", on = "finish" }`, or just the step.
fn end<'a>(r: &mut Reader<'a>, field: &Field<'a>, default: LinkOn) -> Option<(Word, LinkOn)> {
    if let toml::de::DeValue::String(_) = field.value {
        return r.word(field).map(|w| (w, default));
    }
    let list = r.table(field, "a table: { step = \"...\", on = \"finish\" }")?;
    let (mut step, mut on) = (None, default);
    for inner in &list {
        match inner.key {
            "step" => step = r.word(inner),
            "on" => on = link_on(r, inner).unwrap_or(default),
            _ => r.unknown_key(inner, "interval's end", keys::INTERVAL_END),
        }
    }
    if !has(&list, "step") {
        r.missing(field.at, "this end of the interval", "step", "add step = \"...\"");
    }
    step.map(|s| (s, on))
}

/// `"start"` or `"finish"`.
pub(super) fn link_on<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<LinkOn> {
    r.one_of(field, &[("start", LinkOn::Start), ("finish", LinkOn::Finish)])
}

/// The `[[criteria]]`, and who judges them.
pub(super) fn criteria<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> (Vec<Criterion>, Vec<Word>) {
    let (mut all, mut ids, mut owners) = (Vec::new(), Ids::default(), Vec::new());
    for (at, list) in tables(r, field, "tables: [[criteria]]") {
        let (mut id, mut text, mut owner) = (None, String::new(), None);
        let mut judge_by: Option<Moment> = None;
        for field in &list {
            match field.key {
                "id" => id = r.id(field),
                "text" => text = r.text(field).unwrap_or_default(),
                "owner" => owner = r.word_or_text(field),
                "judge_by" => judge_by = r.moment(field),
                _ => r.unknown_key(field, "criterion", keys::CRITERION),
            }
        }
        if !has(&list, "text") {
            r.missing(at, "this criterion", "text", "add text = \"what must hold\"");
        }
        let id = id_or_slug(r, id, &text, place_of(&list, &["id", "text"], at), has(&list, "id"));
        ids.take(r, &id.text, id.at, "criteria");
        owners.extend(owner.clone());
        all.push(Criterion { id: id.text, text, owner: owner.map(|w| w.text), judge_by });
    }
    (all, owners)
}

/// The `[[messages]]`.
pub(super) fn messages<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<Message> {
    let (mut all, mut ids) = (Vec::new(), Ids::default());
    for (at, list) in tables(r, field, "tables: [[messages]]") {
        let (mut id, mut audience, mut text, mut target) = (None, None, String::new(), None);
        for field in &list {
            match field.key {
                "id" => id = r.id(field),
                "audience" => audience = r.text(field),
                "text" => text = r.text_for(field, Use::Message).unwrap_or_default(),
                "post" => target = post(r, field),
                _ => r.unknown_key(field, "message", keys::MESSAGE),
            }
        }
        if !has(&list, "text") {
            r.missing(at, "this message", "text", "add text = \"...\"");
        }
        if !has(&list, "id") && audience.is_none() {
            r.missing(at, "this message", "id", "add id = \"...\", by which steps name it");
        }
        let from = audience.clone().unwrap_or_default();
        let id =
            id_or_slug(r, id, &from, place_of(&list, &["id", "audience"], at), has(&list, "id"));
        ids.take(r, &id.text, id.at, "messages");
        all.push(Message { id: id.text, audience, text, post: target });
    }
    all
}

impl<'a> Reader<'a> {
    /// A text with its place: an owner, who may be an id or free text.
    pub fn word_or_text(&mut self, field: &Field<'a>) -> Option<Word> {
        let text = self.text(field)?;
        Some(Word { text: text.trim().to_owned(), at: field.at })
    }
}
