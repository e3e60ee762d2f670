//! The skeleton of the plan: phases, rungs, and for each step all its keys in one place, whether
//! they were written on one line, in a table of their own or in `[steps.ID]`; `for_each` written
//! out.

use super::collect::At;
use super::field::{Field, Reader, Word, fields};
use super::keys;
use super::lists::{id_or_slug, tables};
use super::names::Use;
use crate::runbook::slug::slug;
use crate::runbook::text::visible;
use crate::runbook::{Flow, Place};
use std::collections::HashMap;
use toml::de::DeValue;

/// Most steps of a runbook, those that `for_each` makes included.
pub(in crate::runbook) const MOST_STEPS: usize = 100_000;

/// A phase or a rung, its references still names.
pub(in crate::runbook) struct Section<'a> {
    /// Its id, written or made from the title.
    pub id: Word,
    /// Its title.
    pub title: String,
    /// Its header, or the whole of it in braces.
    pub at: At,
    /// Order of its steps.
    pub flow: Flow,
    /// All its keys but `steps`.
    pub fields: Vec<Field<'a>>,
    /// Its steps, as a range of the outline's seeds.
    pub steps: std::ops::Range<usize>,
}

/// A step before its keys are read.
pub(in crate::runbook) struct Seed<'a> {
    /// Its id, written or made from the title.
    pub id: Word,
    /// Its title.
    pub title: String,
    /// Phase or rung.
    pub place: Place,
    /// The whole step in the text.
    pub at: At,
    /// All its keys, in all tables it is written in.
    pub fields: Vec<Field<'a>>,
    /// The value of `for_each`.
    pub each: Option<String>,
    /// Counts the steps of the section as written: one for all that a `for_each` makes.
    pub group: usize,
    /// Whether the steps of the group follow one another.
    pub in_turn: bool,
    /// True for all of a group but the first.
    pub repeat: bool,
}

impl<'a> Seed<'a> {
    /// Where a key's value stands; the whole step where the key is not written.
    pub fn at_key(&self, key: &str) -> At {
        self.field(key).map_or(self.at, |f| f.at)
    }

    /// A key of the step.
    pub fn field(&self, key: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|f| f.key == key)
    }
}

/// The skeleton.
#[derive(Default)]
pub(in crate::runbook) struct Outline<'a> {
    /// In file order.
    pub phases: Vec<Section<'a>>,
    /// In file order.
    pub rungs: Vec<Section<'a>>,
    /// The steps of the phases, then those of the rungs.
    pub seeds: Vec<Seed<'a>>,
    /// Where the window is written.
    pub window_at: At,
    /// Where each interval is written, by id.
    pub intervals_at: HashMap<String, At>,
}

/// A `[steps.ID]` table.
struct AtLength<'a> {
    key_at: At,
    fields: Vec<Field<'a>>,
    used: bool,
}

type Lengths<'a> = HashMap<&'a str, AtLength<'a>>;

/// Reads the skeleton.
pub(super) fn outline<'a>(
    r: &mut Reader<'a>,
    phases: Option<&Field<'a>>,
    rollbacks: Option<&Field<'a>>,
    steps: Option<&Field<'a>>,
) -> Outline<'a> {
    let mut lengths = at_length(r, steps);
    let mut outline = Outline::default();
    if let Some(field) = phases {
        for (ix, (at, list)) in tables(r, field, "tables: [[phases]]").into_iter().enumerate() {
            let section = section(r, at, list, Place::Phase(ix), &mut lengths, &mut outline.seeds);
            outline.phases.push(section);
        }
    }
    if let Some(field) = rollbacks {
        for (ix, (at, list)) in tables(r, field, "tables: [[rollbacks]]").into_iter().enumerate() {
            let section = section(r, at, list, Place::Rung(ix), &mut lengths, &mut outline.seeds);
            outline.rungs.push(section);
        }
    }
    unused_lengths(r, &lengths, &outline);
    outline
}

fn at_length<'a>(r: &mut Reader<'a>, steps: Option<&Field<'a>>) -> Lengths<'a> {
    let Some(field) = steps else { return Lengths::new() };
    if let DeValue::Array(_) = field.value {
        r.out
            .error("wrong-type", field.at, "steps stand in a phase, not at the top")
            .help("write [[phases]] with a title first, and its steps as [[phases.steps]] or steps = [...]");
        return Lengths::new();
    }
    let list = r.table(field, "tables: [steps.ID]").unwrap_or_default();
    let mut lengths = Lengths::new();
    for entry in &list {
        let Some(mut fields) = r.table(entry, "a table with the keys of that step") else {
            continue;
        };
        if let Some(ix) = fields.iter().position(|f| f.key == "id") {
            let id = fields.remove(ix);
            r.out
                .error("id-in-steps", id.key_at, "a [steps.ID] table has its id in its name")
                .help(
                    "remove this `id`; to rename the step, change the id where the step is listed",
                );
        }
        owner_and_team(r, &fields);
        lengths.insert(entry.key, AtLength { key_at: entry.key_at, fields, used: false });
    }
    lengths
}

/// `owner` and `team` exclude each other within one table.
fn owner_and_team(r: &mut Reader<'_>, fields: &[Field<'_>]) {
    let find = |key: &str| fields.iter().find(|f| f.key == key);
    if let (Some(owner), Some(team)) = (find("owner"), find("team")) {
        r.out
            .error("owner-and-team", team.key_at, "a step has an `owner` or a `team`, not both")
            .also(owner.key_at.range(), "the owner")
            .help("`team` means that anyone of that team may take it");
    }
}

fn section<'a>(
    r: &mut Reader<'a>,
    at: At,
    mut list: Vec<Field<'a>>,
    place: Place,
    lengths: &mut Lengths<'a>,
    seeds: &mut Vec<Seed<'a>>,
) -> Section<'a> {
    let (what, known) = match place {
        Place::Phase(_) => ("phase", keys::PHASE),
        Place::Rung(_) => ("rollback", keys::ROLLBACK),
    };
    let (mut id, mut title, mut flow, mut steps) = (None, String::new(), Flow::Sequence, None);
    let mut id_at = at;
    for field in &list {
        match field.key {
            "id" => {
                id = r.id(field);
                id_at = field.at;
            }
            "title" => {
                title = r.text(field).unwrap_or_default();
                id_at = if id.is_some() { id_at } else { field.at };
            }
            "flow" => flow = read_flow(r, field).unwrap_or(Flow::Sequence),
            "steps" => steps = Some(*field),
            key if known.contains(&key) => {}
            key if keys::STEP.contains(&key) && !known.contains(&key) => {
                let message = format!("`{key}` is a key of a step, not of a {what}");
                r.out
                    .error("unknown-key", field.key_at, message)
                    .help("write it inside one of the steps, or in that step's [steps.ID] table");
            }
            _ => r.unknown_key(field, what, known),
        }
    }
    if !list.iter().any(|f| f.key == "title") {
        r.missing(at, &format!("this {what}"), "title", "add title = \"...\"");
    }
    let has_id = list.iter().any(|f| f.key == "id");
    let id = id_or_slug(r, id, &title, id_at, has_id);
    let from = seeds.len();
    if let Some(steps) = &steps {
        section_steps(r, steps, place, lengths, seeds);
    }
    if seeds.len() == from {
        r.out
            .warning("empty-section", at, format!("this {what} has no steps"))
            .help("add steps = [{ title = \"...\" }], or remove it");
    }
    list.retain(|f| f.key != "steps");
    Section { id, title, at, flow, fields: list, steps: from..seeds.len() }
}

fn read_flow<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Flow> {
    r.one_of(
        field,
        &[("sequence", Flow::Sequence), ("parallel", Flow::Parallel), ("streams", Flow::Streams)],
    )
}

fn section_steps<'a>(
    r: &mut Reader<'a>,
    steps: &Field<'a>,
    place: Place,
    lengths: &mut Lengths<'a>,
    seeds: &mut Vec<Seed<'a>>,
) {
    let list = r.list(steps, "a list of steps: [{ title = \"...\" }]");
    for (group, entry) in list.iter().enumerate() {
        if let DeValue::String(title) = entry.value {
            let message = "a step is a table, not just a text".to_owned();
            let help = format!("write {{ title = \"{}\" }}", visible(title));
            r.out.error("wrong-type", entry.at, message).help(help);
            continue;
        }
        let Some(base) = r.table(entry, "a table: { title = \"...\" }") else { continue };
        if seeds.len() >= MOST_STEPS {
            too_many(r, entry.at);
            return;
        }
        owner_and_team(r, &base);
        let end = base.iter().map(|f| f.at.end).fold(entry.at.end, usize::max);
        let template = Template { at: At { start: entry.at.start, end }, base, place, group };
        template.grow(r, lengths, seeds);
    }
}

fn too_many(r: &mut Reader<'_>, at: At) {
    let message = format!("a runbook has at most {MOST_STEPS} steps");
    r.out.error("too-many-steps", at, message).help("split it into several runbooks");
}

/// A step as written.
struct Template<'a> {
    at: At,
    base: Vec<Field<'a>>,
    place: Place,
    group: usize,
}

impl<'a> Template<'a> {
    /// Adds the step, or all steps of its `for_each`, to the seeds.
    fn grow(&self, r: &mut Reader<'a>, lengths: &mut Lengths<'a>, seeds: &mut Vec<Seed<'a>>) {
        let find = |key: &str| self.base.iter().find(|f| f.key == key);
        let raw_id = match (find("id").map(|f| f.value), find("title").map(|f| f.value)) {
            (Some(DeValue::String(id)), _) => id.to_string(),
            (None, Some(DeValue::String(title))) => slug(title),
            _ => String::new(),
        };
        let whole = merged(&self.base, lengths.get_mut(raw_id.as_str()));
        let for_each = whole.iter().find(|f| f.key == "for_each").copied();
        let in_turn = whole.iter().find(|f| f.key == "in_turn").copied();
        if let (Some(field), None) = (in_turn, for_each) {
            r.out
                .error("needs-for-each", field.key_at, "`in_turn` says nothing without `for_each`")
                .help("add for_each = [\"a\", \"b\"], or remove it");
        }
        let Some(for_each) = for_each else {
            let seed = self.seed(r, whole, &raw_id, lengths, None, false);
            seeds.push(seed);
            return;
        };
        let in_turn = in_turn.and_then(|f| r.flag(&f)).unwrap_or(false);
        let values = each_values(r, &for_each);
        self.needs_each(r, values.len());
        for (ix, value) in values.into_iter().enumerate() {
            if seeds.len() >= MOST_STEPS {
                too_many(r, self.at);
                break;
            }
            r.out.turn_to_step(ix > 0);
            r.each = Some(value.clone());
            let mut seed = self.seed(r, whole.clone(), &raw_id, lengths, Some(value), ix > 0);
            seed.in_turn = in_turn;
            seeds.push(seed);
        }
        r.out.turn_to_step(false);
        r.each = None;
    }

    /// Several steps need ids that differ.
    fn needs_each(&self, r: &mut Reader<'a>, values: usize) {
        let key = if self.base.iter().any(|f| f.key == "id") { "id" } else { "title" };
        let field = self.base.iter().find(|f| f.key == key);
        if let (Some(Field { value: DeValue::String(text), at, .. }), true) = (field, values > 1)
            && !text.contains("each")
        {
            let message = format!("all {values} steps of this `for_each` would have the same id");
            r.out
                .error("for-each-id", *at, message)
                .help(format!("put {{{{ each }}}} into the {key}"));
        }
    }

    fn seed(
        &self,
        r: &mut Reader<'a>,
        mut fields: Vec<Field<'a>>,
        raw_id: &str,
        lengths: &mut Lengths<'a>,
        each: Option<String>,
        repeat: bool,
    ) -> Seed<'a> {
        let find = |key: &str| self.base.iter().find(|f| f.key == key).copied();
        let (id_field, title_field) = (find("id"), find("title"));
        let mut title = title_field.and_then(|f| r.text(&f));
        let given = id_field.and_then(|f| r.id(&f));
        let id_at = id_field.or(title_field).map_or(self.at, |f| f.at);
        let from = title.clone().unwrap_or_default();
        let id = id_or_slug(r, given, &from, id_at, id_field.is_some());
        if id.text != raw_id
            && let Some(own) = lengths.get_mut(id.text.as_str())
        {
            for field in own.fields.iter().filter(|f| matches!(f.key, "for_each" | "in_turn")) {
                let message = format!("`{}` belongs to the step as it is listed", field.key);
                r.out
                    .error("for-each-here", field.key_at, message)
                    .help("this table is about one of the steps that `for_each` makes");
            }
            fields = merged(&fields, Some(own));
        }
        let final_title = fields.iter().find(|f| f.key == "title").copied();
        match (final_title, title_field) {
            (Some(own), Some(base)) if own.at != base.at => title = r.text(&own),
            (Some(own), None) => title = r.text(&own),
            (None, _) => r.missing(self.at, "this step", "title", "add title = \"...\""),
            _ => {}
        }
        Seed {
            title: title.unwrap_or_else(|| id.text.clone()),
            id,
            place: self.place,
            at: self.at,
            fields,
            each,
            group: self.group,
            in_turn: false,
            repeat,
        }
    }
}

/// The keys of a step, those of its table at length replacing those of its line.
fn merged<'a>(base: &[Field<'a>], own: Option<&mut AtLength<'a>>) -> Vec<Field<'a>> {
    let Some(own) = own else { return base.to_vec() };
    own.used = true;
    let replaced = |key: &str| {
        own.fields
            .iter()
            .any(|f| f.key == key || matches!((f.key, key), ("owner", "team") | ("team", "owner")))
    };
    let kept = base.iter().filter(|f| !replaced(f.key));
    kept.chain(&own.fields).copied().collect()
}

fn each_values<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Vec<String> {
    let list = r.list(field, "a list of texts");
    if list.is_empty() && matches!(field.value, DeValue::Array(_)) {
        r.out
            .warning("empty-for-each", field.at, "this list is empty, so there is no such step")
            .help("add values, or remove the step");
    }
    list.iter()
        .filter_map(|f| match f.value {
            DeValue::Integer(number) => Some(number.to_string()),
            _ => r.text_for(f, Use::Text),
        })
        .collect()
}

/// A `[steps.ID]` that is no step's.
fn unused_lengths(r: &mut Reader<'_>, lengths: &Lengths<'_>, outline: &Outline<'_>) {
    let mut unused: Vec<_> = lengths.iter().filter(|(_, own)| !own.used).collect();
    unused.sort_by_key(|(_, own)| own.key_at.start);
    for (id, own) in unused {
        let near = r.suggest(id, outline.seeds.iter().map(|s| s.id.text.as_str()));
        let help = match near {
            Some(near) => format!("did you mean [steps.{}]?", visible(near)),
            None => {
                "list the step in a phase or rollback first; [steps.ID] only adds to it".to_owned()
            }
        };
        let message = format!("no step has the id `{}`", visible(id));
        r.out.error("unknown-step", own.key_at, message).here("no such step").help(help);
    }
}

/// Whether a step is written as `[[phases.steps]]`, so that keys below it are its own for TOML.
pub(super) fn written_at_length(text: &str, at: At) -> bool {
    text.get(at.start..).is_some_and(|t| t.starts_with("[["))
}

/// The fields of a table value; none for another kind of value.
pub(super) fn inner<'a>(field: &Field<'a>) -> Vec<Field<'a>> {
    match field.value {
        DeValue::Table(table) => fields(table),
        _ => Vec::new(),
    }
}
