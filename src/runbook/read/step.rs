//! The keys of one step.

use super::automation::{command, condition, probe};
use super::collect::At;
use super::field::{Field, Reader, Word};
use super::keys;
use super::lists::{Ids, id_or_slug, link_on, tables};
use super::names::Use;
use super::outline::{Seed, inner, written_at_length};
use crate::runbook::text::visible;
use crate::runbook::{
    ChoiceOption, GateSpec, LinkOn, OnFailure, OnNoGo, Owner, Place, Quorum, Record, Secs, Step,
    StepKind, WebLink,
};
use toml::de::DeValue;

/// A predecessor by name.
#[derive(Debug, Clone)]
pub(super) struct Need {
    /// Id or pattern.
    pub step: Word,
    /// Which end of it.
    pub on: LinkOn,
    /// Time between.
    pub lag: Secs,
}

/// What a step refers to, still by name.
#[derive(Debug, Default)]
pub(super) struct Refs {
    /// None: the default predecessor.
    pub needs: Option<Vec<Need>>,
    /// Choice and option.
    pub when: Option<(Word, Word)>,
    /// The rung of `rollback:ID`.
    pub on_failure: Option<Word>,
    /// The rung of `rollback:ID`.
    pub on_no_go: Option<Word>,
    /// Steps or patterns.
    pub undoes: Vec<Word>,
    /// A message.
    pub message: Option<Word>,
    /// Checklists.
    pub requires: Vec<Word>,
    /// People.
    pub voters: Vec<Word>,
    /// A person.
    pub decider: Option<Word>,
    /// People.
    pub signers: Vec<Word>,
}

/// Reads the keys of a step. Its references stay names; its number is still empty.
pub(super) fn step<'a>(r: &mut Reader<'a>, seed: &Seed<'a>) -> (Step, Refs) {
    r.each.clone_from(&seed.each);
    let mut step = blank(seed);
    let mut refs = Refs::default();
    let mut gate = GateSpec::default();
    for field in &seed.fields {
        match field.key {
            "id" | "title" | "for_each" | "in_turn" => {}
            "kind" => step.kind = kind(r, field).unwrap_or_default(),
            "owner" => step.owner = r.word_or_text(field).map(|w| Owner::Person(w.text)),
            "team" => step.owner = r.word_or_text(field).map(|w| Owner::Team(w.text)),
            "stream" => step.stream = r.text(field),
            "notice" => step.notice = r.duration(field),
            "duration" => step.duration = r.span(field),
            "needs" => refs.needs = Some(needs(r, field)),
            "not_before" => step.not_before = r.moment(field),
            "when" => refs.when = when(r, field),
            "instructions" => step.instructions = r.text(field),
            "expect" => step.expect = r.text(field),
            "links" => step.links = links(r, field),
            "items" => step.items = items(r, field),
            "records" => step.records = records(r, field),
            "evidence" => step.evidence = r.flag(field).unwrap_or(false),
            "confirm" => step.confirm = r.flag(field).unwrap_or(false),
            "signers" => signers(r, field, &mut step, &mut refs),
            "abort" => step.abort = r.duration(field).unwrap_or(0),
            "in_rehearsal" => step.in_rehearsal = r.flag(field).unwrap_or(true),
            "point_of_no_return" => step.point_of_no_return = r.flag(field).unwrap_or(false),
            "on_failure" => refs.on_failure = on_failure(r, field, &mut step),
            "run" => step.run = command(r, field),
            "check" => step.check = probe(r, field),
            "guard" => step.guard = probe(r, field),
            "message" => refs.message = r.word(field),
            "options" => step.options = options(r, field),
            "requires" => refs.requires = r.words(field),
            "voters" => refs.voters = r.words(field),
            "quorum" => gate.quorum = quorum(r, field).unwrap_or_default(),
            "decider" => refs.decider = r.word(field),
            "deadline" => gate.deadline = r.moment(field),
            "on_no_go" => refs.on_no_go = on_no_go(r, field, &mut gate),
            "undoes" => refs.undoes = undoes(r, field),
            _ => unknown_key(r, field, seed),
        }
    }
    r.each = None;
    step.message = refs.message.as_ref().map(|w| w.text.clone());
    step.signer_ids = refs.signers.iter().map(|w| w.text.clone()).collect();
    if step.kind == StepKind::Gate {
        gate.requires = refs.requires.iter().map(|w| w.text.clone()).collect();
        gate.voters = refs.voters.iter().map(|w| w.text.clone()).collect();
        gate.decider = refs.decider.as_ref().map(|w| w.text.clone());
        step.gate = Some(gate);
    }
    (step, refs)
}

fn blank(seed: &Seed<'_>) -> Step {
    Step {
        id: seed.id.text.clone(),
        number: String::new(),
        title: seed.title.clone(),
        kind: StepKind::Task,
        place: seed.place,
        owner: None,
        stream: None,
        duration: None,
        notice: None,
        needs: Vec::new(),
        not_before: None,
        when: None,
        instructions: None,
        expect: None,
        links: Vec::new(),
        items: Vec::new(),
        records: Vec::new(),
        evidence: false,
        confirm: false,
        signers: 0,
        signer_ids: Vec::new(),
        abort: 0,
        in_rehearsal: true,
        point_of_no_return: false,
        on_failure: OnFailure::Ask,
        run: None,
        check: None,
        guard: None,
        message: None,
        options: Vec::new(),
        gate: None,
        undoes: Vec::new(),
        source: seed.at.range(),
    }
}

/// Keys of the section that TOML takes for the step's, because they stand below its header.
fn unknown_key<'a>(r: &mut Reader<'a>, field: &Field<'a>, seed: &Seed<'a>) {
    let (what, section, header) = match seed.place {
        Place::Phase(_) => ("phase", keys::PHASE, "[[phases.steps]]"),
        Place::Rung(_) => ("rollback", keys::ROLLBACK, "[[rollbacks.steps]]"),
    };
    if section.contains(&field.key) {
        let message = format!("`{}` is a key of the {what}, not of a step", field.key);
        let found = r.out.error("misplaced-key", field.key_at, message);
        if written_at_length(r.text, seed.at) {
            found
                .here(format!("for TOML this belongs to the step above, not to the {what}"))
                .also(seed.at.start..seed.at.start + header.len(), "the step begins here")
                .help(format!("move it up, above the first {header} of the {what}"));
        } else {
            found.help(format!("move it out of the step, into the {what}"));
        }
        return;
    }
    r.unknown_key(field, "step", keys::STEP);
}

fn kind<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<StepKind> {
    r.one_of(
        field,
        &[
            ("task", StepKind::Task),
            ("milestone", StepKind::Milestone),
            ("gate", StepKind::Gate),
            ("check", StepKind::Check),
            ("command", StepKind::Command),
            ("wait", StepKind::Wait),
            ("message", StepKind::Message),
            ("choice", StepKind::Choice),
        ],
    )
}

fn needs<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<Need> {
    let list =
        r.list(field, "a list: [\"freeze\", { step = \"dump\", on = \"start\", lag = \"5m\" }]");
    list.iter().filter_map(|f| need(r, f)).collect()
}

fn need<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Need> {
    if let DeValue::String(_) = field.value {
        return r.word(field).map(|step| Need { step, on: LinkOn::Finish, lag: 0 });
    }
    let list =
        r.table(field, "a step's id, or { step = \"...\", on = \"start\", lag = \"5m\" }")?;
    let (mut step, mut on, mut lag) = (None, LinkOn::Finish, 0);
    for inner in &list {
        match inner.key {
            "step" => step = r.word(inner),
            "on" => on = link_on(r, inner).unwrap_or(LinkOn::Finish),
            "lag" => lag = r.duration(inner).unwrap_or(0),
            _ => r.unknown_key(inner, "predecessor", keys::LINK),
        }
    }
    if !list.iter().any(|f| f.key == "step") {
        r.missing(field.at, "this predecessor", "step", "add step = \"the id of a step\"");
    }
    step.map(|step| Need { step, on, lag })
}

fn when<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<(Word, Word)> {
    let list = r.table(field, "a table: { step = \"the choice\", is = \"the option\" }")?;
    let (mut step, mut is) = (None, None);
    for inner in &list {
        match inner.key {
            "step" => step = r.word(inner),
            "is" => is = r.word(inner),
            _ => r.unknown_key(inner, "condition", keys::WHEN),
        }
    }
    for key in keys::WHEN {
        if !list.iter().any(|f| f.key == *key) {
            r.missing(
                field.at,
                "this condition",
                key,
                "write { step = \"the choice\", is = \"the option\" }",
            );
        }
    }
    step.zip(is)
}

fn links<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<WebLink> {
    let mut all = Vec::new();
    for (at, list) in tables(r, field, "a list: [{ title = \"...\", url = \"https://...\" }]") {
        let (mut title, mut url) = (None, None);
        for inner in &list {
            match inner.key {
                "title" => title = r.text(inner),
                "url" => url = web_url(r, inner),
                _ => r.unknown_key(inner, "link", keys::WEB_LINK),
            }
        }
        if !list.iter().any(|f| f.key == "url") {
            r.missing(at, "this link", "url", "add url = \"https://...\"");
        }
        if let Some(url) = url {
            all.push(WebLink { title: title.unwrap_or_else(|| url.clone()), url });
        }
    }
    all
}

fn web_url<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<String> {
    let url = r.text_for(field, Use::Command)?;
    if !["http://", "https://", "mailto:"].iter().any(|start| url.starts_with(start)) {
        let message = format!("`{}` will not be a link", visible(&url));
        r.out
            .warning("odd-link", field.at, message)
            .help("only http, https and mailto become links; write the URL whole");
    }
    Some(url)
}

fn items<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<String> {
    let list = r.list(field, "a list of texts");
    let mut items: Vec<String> = Vec::new();
    for entry in &list {
        let Some(text) = r.text(entry) else { continue };
        if items.contains(&text) {
            let message = format!("two items read `{}`", visible(&text));
            r.out
                .error("duplicate-id", entry.at, message)
                .help("items are ticked by their text: make them differ");
        } else {
            items.push(text);
        }
    }
    items
}

fn records<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<Record> {
    let (mut all, mut ids) = (Vec::new(), Ids::default());
    for (at, list) in
        tables(r, field, "a list: [{ title = \"...\", unit = \"s\", pass = \"< 5\" }]")
    {
        let (mut id, mut title, mut unit, mut pass) = (None, String::new(), None, None);
        for inner in &list {
            match inner.key {
                "id" => id = r.id(inner),
                "title" => title = r.text(inner).unwrap_or_default(),
                "unit" => unit = r.text(inner),
                "pass" => pass = condition(r, inner),
                _ => r.unknown_key(inner, "record", keys::RECORD),
            }
        }
        if !list.iter().any(|f| f.key == "title") {
            r.missing(at, "this record", "title", "add title = \"what is measured\"");
        }
        let has_id = list.iter().any(|f| f.key == "id");
        let id = id_or_slug(r, id, &title, at, has_id);
        ids.take(r, &id.text, id.at, "records of this step");
        all.push(Record { id: id.text, title, unit, pass });
    }
    all
}

fn options<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<ChoiceOption> {
    let (mut all, mut ids) = (Vec::new(), Ids::default());
    for (at, list) in tables(r, field, "a list: [{ id = \"warm\", title = \"Warm\" }]") {
        let (mut id, mut title) = (None, None);
        for inner in &list {
            match inner.key {
                "id" => id = r.id(inner),
                "title" => title = r.text(inner),
                _ => r.unknown_key(inner, "option", keys::OPTION),
            }
        }
        if list.is_empty() {
            r.missing(at, "this option", "title", "add title = \"...\"");
        }
        let has_id = list.iter().any(|f| f.key == "id");
        let id = id_or_slug(r, id, title.as_deref().unwrap_or_default(), at, has_id);
        ids.take(r, &id.text, id.at, "options of this choice");
        all.push(ChoiceOption { title: title.unwrap_or_else(|| id.text.clone()), id: id.text });
    }
    all
}

/// A number, or who signs.
fn signers<'a>(r: &mut Reader<'a>, field: &Field<'a>, step: &mut Step, refs: &mut Refs) {
    if let DeValue::Array(_) = field.value {
        for word in r.words(field) {
            if refs.signers.iter().any(|w| w.text == word.text) {
                let message = format!("`{}` is listed twice", visible(&word.text));
                r.out
                    .error("duplicate-id", word.at, message)
                    .help("different people sign: name each once");
            } else {
                refs.signers.push(word);
            }
        }
        step.signers = u32::try_from(refs.signers.len()).unwrap_or(u32::MAX);
        return;
    }
    step.signers = r.count(field, 100).unwrap_or(0);
}

/// The rung of a `rollback:ID`; none for another word.
fn rollback_word<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Word> {
    let DeValue::String(raw) = field.value else { return None };
    let rung = raw.strip_prefix("rollback:")?;
    let text = r.fill(rung, field.at, Use::Id).trim().to_owned();
    Some(Word { text, at: field.at })
}

fn on_failure<'a>(r: &mut Reader<'a>, field: &Field<'a>, step: &mut Step) -> Option<Word> {
    if let Some(rung) = rollback_word(r, field) {
        return Some(rung);
    }
    let ways =
        [("ask", OnFailure::Ask), ("hold", OnFailure::Hold), ("continue", OnFailure::Continue)];
    step.on_failure = word_or_rung(r, field, &ways).unwrap_or_default();
    None
}

fn on_no_go<'a>(r: &mut Reader<'a>, field: &Field<'a>, gate: &mut GateSpec) -> Option<Word> {
    if let Some(rung) = rollback_word(r, field) {
        return Some(rung);
    }
    let ways = [("hold", OnNoGo::Hold), ("cancel", OnNoGo::Cancel)];
    gate.on_no_go = word_or_rung(r, field, &ways).unwrap_or_default();
    None
}

/// One of a few words; the message says that a rung is possible too.
fn word_or_rung<'a, T: Copy>(
    r: &mut Reader<'a>,
    field: &Field<'a>,
    ways: &[(&str, T)],
) -> Option<T> {
    let raw = r.string(field)?;
    if let Some((_, value)) = ways.iter().find(|(word, _)| *word == raw) {
        return Some(*value);
    }
    let all = ways.iter().map(|(w, _)| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
    let message = format!("`{}` cannot be \"{}\"", field.key, visible(raw));
    let near = r.suggest(raw, ways.iter().map(|(w, _)| *w)).map(str::to_owned);
    let help = match near {
        Some(word) => format!("did you mean \"{word}\"? It can be {all} or \"rollback:ID\""),
        None => format!("it can be {all} or \"rollback:ID\" with the id of a rollback"),
    };
    r.out.error("bad-value", field.at, message).help(help);
    None
}

fn quorum<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Quorum> {
    if let DeValue::Integer(_) = field.value {
        return r.count(field, 1000).map(Quorum::Count);
    }
    r.one_of(field, &[("all", Quorum::All), ("majority", Quorum::Majority)])
}

/// One step or several.
fn undoes<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<Word> {
    if let DeValue::String(_) = field.value {
        return r.word(field).into_iter().collect();
    }
    r.words(field)
}

/// Where the timeout of a step's `run` would stand.
pub(super) fn at_run(seed: &Seed<'_>, key: &str) -> At {
    let Some(field) = seed.field(key) else { return seed.at };
    inner(field).iter().find(|f| f.key == "run").map_or(field.at, |f| f.at)
}
