//! The fuzzy finder over steps and the palette over actions.

use super::{field_keys, moving, open};
use crate::cockpit::action::{ACTIONS, Action, Scope};
use crate::cockpit::effect::Effect;
use crate::cockpit::key::{Key, KeyCode};
use crate::cockpit::model::{Find, Model, Palette, Place, View};
use crate::runbook::Runbook;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Opens the finder, with every step listed.
pub(super) fn open_find(model: &mut Model) {
    let hits = search_steps(&model.run.plan, "");
    model.find = Some(Find { hits, ..Find::default() });
}

/// Opens the palette, with every action listed.
pub(super) fn open_palette(model: &mut Model) {
    model.palette = Some(Palette { hits: search_actions(""), ..Palette::default() });
}

/// A key in the finder: Enter goes to the step, and does no more.
pub(super) fn find_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(find) = model.find.as_mut() else { return Vec::new() };
    match key.code {
        KeyCode::Esc => model.find = None,
        KeyCode::Enter => {
            let hit = find.hits.get(find.place.cursor).copied();
            model.find = None;
            if let Some(ix) = hit {
                if !matches!(model.view, View::Steps | View::Detail) {
                    super::show(model, View::Steps);
                }
                moving::go_to_step(model, ix);
            }
        }
        code if walked(&mut find.place, find.hits.len(), code) => {}
        _ => {
            if field_keys::line_key(&mut find.line, key) {
                find.hits = search_steps(&model.run.plan, &find.line.text);
                find.place = Place::default();
            }
        }
    }
    Vec::new()
}

/// A key in the palette: Enter opens the action's card, and records nothing by itself.
pub(super) fn palette_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(palette) = model.palette.as_mut() else { return Vec::new() };
    match key.code {
        KeyCode::Esc => model.palette = None,
        KeyCode::Enter => {
            let hit = palette.hits.get(palette.place.cursor).copied();
            model.palette = None;
            if let Some(action) = hit {
                return open::from_palette(model, action);
            }
        }
        code if walked(&mut palette.place, palette.hits.len(), code) => {}
        _ => {
            if field_keys::line_key(&mut palette.line, key) {
                palette.hits = search_actions(&palette.line.text);
                palette.place = Place::default();
            }
        }
    }
    Vec::new()
}

/// A paste into finder or palette.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let line = text.lines().next().unwrap_or_default();
    if let Some(find) = model.find.as_mut() {
        field_keys::insert(&mut find.line, line);
        find.hits = search_steps(&model.run.plan, &find.line.text);
        find.place = Place::default();
    } else if let Some(palette) = model.palette.as_mut() {
        field_keys::insert(&mut palette.line, line);
        palette.hits = search_actions(&palette.line.text);
        palette.place = Place::default();
    }
    Vec::new()
}

fn walked(place: &mut Place, count: usize, code: KeyCode) -> bool {
    let last = count.saturating_sub(1);
    place.cursor = match code {
        KeyCode::Up => place.cursor.saturating_sub(1),
        KeyCode::Down => (place.cursor + 1).min(last),
        KeyCode::PageUp => place.cursor.saturating_sub(10),
        KeyCode::PageDown => (place.cursor + 10).min(last),
        _ => return false,
    };
    true
}

/// Steps whose number, id, title, owner or stream match, best first; all for an empty text.
fn search_steps(plan: &Runbook, text: &str) -> Vec<usize> {
    let lines = plan.steps.iter().map(|step| {
        let owner = match &step.owner {
            Some(crate::runbook::Owner::Person(who) | crate::runbook::Owner::Team(who)) => who,
            None => "",
        };
        let stream = step.stream.as_deref().unwrap_or_default();
        format!("{} {} {} {} {}", step.number, step.title, step.id, owner, stream)
    });
    search(lines, text)
}

fn search_actions(text: &str) -> Vec<Action> {
    let offered = |about: &&crate::cockpit::action::About| {
        about.scope != Scope::Cards && about.action != Action::UsualNext
    };
    let abouts: Vec<_> = ACTIONS.iter().filter(offered).collect();
    let lines = abouts.iter().map(|about| format!("{} {}", about.name, about.help));
    let hits = search(lines, text);
    hits.into_iter().filter_map(|at| abouts.get(at)).map(|about| about.action).collect()
}

/// Indexes of the lines that match, best first, earlier lines before later ones.
fn search(lines: impl Iterator<Item = String>, text: &str) -> Vec<usize> {
    if text.trim().is_empty() {
        return lines.enumerate().map(|(at, _)| at).collect();
    }
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut hits: Vec<_> = lines
        .enumerate()
        .filter_map(|(at, line)| {
            let score = pattern.score(Utf32Str::new(&line, &mut buffer), &mut matcher)?;
            Some((std::cmp::Reverse(score), at))
        })
        .collect();
    hits.sort_unstable();
    hits.into_iter().map(|(_, at)| at).collect()
}
