//! Reading a runbook: TOML text becomes a [`Runbook`] and everything that is wrong with it, in one
//! go. serde stops at the first error, so the tables are decoded by hand, from what the parser
//! could make of the text.
//!
//! The way of a text: parse ([`read`]), head ([`release`]), skeleton with all keys of a step in one
//! place ([`outline`]), steps ([`step`]), names to indices ([`resolve`]), sense ([`super::check`]).

mod automation;
mod braces;
pub(super) mod collect;
pub(super) mod field;
pub(super) mod keys;
mod ladder;
mod lists;
mod lookup;
pub(super) mod names;
pub(super) mod outline;
pub(super) mod release;
mod resolve;
mod sense;
mod step;
mod syntax;
mod times;

use super::diagnostic::Diagnostic;
use super::{Runbook, check};
use collect::{At, Collector};
use field::{Field, Reader, fields};
use toml::de::DeValue;

/// Largest text that is read, in bytes; 100,000 steps take less.
pub const LARGEST: usize = 32 * 1024 * 1024;

/// What reading a text gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The plan; none where there are errors.
    pub runbook: Option<Runbook>,
    /// All that is wrong or odd, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == super::Severity::Error)
    }
}

/// Reads a runbook.
pub fn read(text: &str) -> Reading {
    let mut out = Collector::new();
    if text.len() > LARGEST {
        too_large(&mut out, text);
        return Reading { runbook: None, diagnostics: out.finish("") };
    }
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        out.error("empty-file", At::default(), "this file is empty")
            .help("`golive new FILE` writes a runbook to start from");
        return Reading { runbook: None, diagnostics: out.finish(text) };
    }
    let parsed = syntax::parse(text, &mut out);
    let broken = out.has_errors();
    let mut reader = Reader {
        text,
        out,
        names: names::Names::default(),
        each: None,
        zone: chrono_tz::Tz::UTC,
        zero_hour: None,
        clock_base: None,
    };
    let runbook = document(&mut reader, &fields(parsed.get_ref()), broken);
    let mut out = reader.out;
    if broken {
        syntax::keep_local(&mut out, text);
    }
    let runbook = (!out.has_errors()).then_some(runbook).flatten();
    Reading { runbook, diagnostics: out.finish(text) }
}

fn too_large(out: &mut Collector, text: &str) {
    let message = format!(
        "this file has {} MiB; a runbook has at most {} MiB",
        text.len() / 1024 / 1024,
        LARGEST / 1024 / 1024
    );
    out.error("too-large", At::default(), message)
        .help("is it a runbook at all? Split a real one into several");
}

/// Decodes the whole document. With a broken syntax only what can be said about single keys is
/// looked at, since the rest may just be missing.
fn document<'a>(r: &mut Reader<'a>, top: &[Field<'a>], broken: bool) -> Option<Runbook> {
    let find = |key: &str| top.iter().find(|f| f.key == key).copied();
    top_keys(r, top);
    let release_field = find("release");
    let release_fields =
        release_field.and_then(|f| r.table(&f, "a table: [release]")).unwrap_or_default();
    let vars = release::vars(r, find("vars").as_ref(), &release_fields);
    let release_at = release_field.map(|f| f.at).unwrap_or_default();
    let is_table = release_field.is_some_and(|f| matches!(f.value, DeValue::Table(_)));
    if is_table && !release_fields.iter().any(|f| f.key == "title") {
        r.missing(release_at, "[release]", "title", "add title = \"What goes live\"");
    }
    let release = release::release(r, &release_fields);
    let people = find("people").map(|f| release::people(r, &f)).unwrap_or_default();
    let (checklists, mut owners) =
        find("checklists").map(|f| lists::checklists(r, &f)).unwrap_or_default();
    let (phases, rollbacks, at_length) = (find("phases"), find("rollbacks"), find("steps"));
    let mut outline = outline::outline(r, phases.as_ref(), rollbacks.as_ref(), at_length.as_ref());
    outline.window_at =
        release_fields.iter().find(|f| f.key == "window").map_or(release_at, |f| f.at);
    if outline.phases.is_empty() && phases.is_none_or(|f| matches!(f.value, DeValue::Array(_))) {
        let at = phases.map_or(release_at, |f| f.at);
        r.missing(at, "this runbook", "phases", "add [[phases]] with a title and steps");
    }
    let mut steps = Vec::with_capacity(outline.seeds.len());
    let mut refs = Vec::with_capacity(outline.seeds.len());
    for seed in &outline.seeds {
        r.out.turn_to_step(seed.repeat);
        let (step, names) = step::step(r, seed);
        steps.push(step);
        refs.push(names);
    }
    r.out.turn_to_step(false);
    let intervals = find("intervals").map(|f| lists::intervals(r, &f)).unwrap_or_default();
    outline.intervals_at = intervals.iter().map(|i| (i.id.clone(), i.at)).collect();
    let (criteria, judges) = find("criteria").map(|f| lists::criteria(r, &f)).unwrap_or_default();
    owners.extend(judges);
    let messages = find("messages").map(|f| lists::messages(r, &f)).unwrap_or_default();
    if broken {
        return None;
    }
    let parts =
        resolve::Parts { release, vars, people, checklists, steps, intervals, criteria, messages };
    let runbook = resolve::resolve(r, &outline, parts, &refs);
    sense::sense(r, &outline, &runbook, &refs, &owners);
    check::check(&mut r.out, &runbook, &outline);
    Some(runbook)
}

fn top_keys<'a>(r: &mut Reader<'a>, top: &[Field<'a>]) {
    for field in top {
        match field.key {
            "format" => format(r, field),
            key if keys::TOP.contains(&key) => {}
            key if keys::RELEASE.contains(&key) => {
                let message = format!("`{key}` belongs under [release]");
                r.out
                    .error("misplaced-key", field.key_at, message)
                    .help("move it below the line [release]");
            }
            _ => r.unknown_key(field, "runbook", keys::TOP),
        }
    }
    if !top.iter().any(|f| f.key == "release") {
        let at = At::default();
        r.missing(
            at,
            "this runbook",
            "release",
            "begin with [release] and title = \"What goes live\"",
        );
    }
}

fn format<'a>(r: &mut Reader<'a>, field: &Field<'a>) {
    let DeValue::Integer(number) = field.value else {
        r.wrong_type(field, "the number 1");
        return;
    };
    if number.as_str() != "1" {
        let message =
            format!("this golive reads format 1, not {}", super::visible(number.as_str()));
        r.out
            .error("unknown-format", field.at, message)
            .help("write format = 1, or take a newer golive for a newer format");
    }
}
