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
                if !matches!(model.view, View::Steps | View::Detail | View::Timeline) {
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

/// Steps whose number, id, title, owner or stream match, or whose instructions have the words,
/// best first; all for an empty text.
fn search_steps(plan: &Runbook, text: &str) -> Vec<usize> {
    let lines = plan.steps.iter().map(|step| {
        let owner = match &step.owner {
            Some(crate::runbook::Owner::Person(who) | crate::runbook::Owner::Team(who)) => who,
            None => "",
        };
        let stream = step.stream.as_deref().unwrap_or_default();
        let name = format!("{} {} {}", step.number, step.title, step.id);
        let about = format!("{owner} {stream}");
        Searched { name, about, more: step.instructions.as_deref().unwrap_or_default() }
    });
    search(lines, text)
}

fn search_actions(text: &str) -> Vec<Action> {
    let offered = |about: &&crate::cockpit::action::About| {
        about.scope != Scope::Cards && about.action != Action::UsualNext
    };
    let mut abouts: Vec<_> = ACTIONS.iter().filter(offered).collect();
    // What one comes here for is an act: what only shows another pane, or moves, has its key.
    let acts = ACTIONS.iter().position(|about| about.action == Action::Start);
    let shows = |at: usize| acts.is_some_and(|acts| at < acts);
    abouts.sort_by_key(|about| {
        let at = ACTIONS.iter().position(|other| other.action == about.action);
        (about.action.only_moves(), at.is_some_and(shows))
    });
    let lines = abouts.iter().map(|about| Searched {
        name: format!("{} {}", about.name, about.short),
        about: about.help.to_owned(),
        more: super::synonyms::of(about.action),
    });
    let hits = search(lines, text);
    hits.into_iter().filter_map(|at| abouts.get(at)).map(|about| about.action).collect()
}

/// Something that can be found.
struct Searched<'a> {
    /// Names: matched before anything else.
    name: String,
    /// What is said about it.
    about: String,
    /// More about it, matched by whole beginnings of words only.
    more: &'a str,
}

/// Indexes of what matches, best first, earlier ones before later: first where every word typed
/// begins a word of the name, then of all that is said, then where the letters come in that
/// order.
fn search<'a>(all: impl Iterator<Item = Searched<'a>>, text: &str) -> Vec<usize> {
    let words: Vec<String> = words_of(text).collect();
    if words.is_empty() && text.trim().is_empty() {
        return all.enumerate().map(|(at, _)| at).collect();
    }
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut hits: Vec<_> = all
        .enumerate()
        .filter_map(|(at, one)| {
            let line = format!("{} {}", one.name, one.about);
            let score = pattern.score(Utf32Str::new(&line, &mut buffer), &mut matcher);
            let tier = match has_words(&words, &one.name) {
                Some(tier) => tier,
                None => match has_words(&words, &format!("{line} {}", one.more)) {
                    Some(tier) => tier + 2,
                    None => score.map(|_| 4)?,
                },
            };
            Some((tier, std::cmp::Reverse(score), at))
        })
        .collect();
    hits.sort_unstable();
    hits.into_iter().map(|(_, _, at)| at).collect()
}

/// Words in lower case; a step's number is one.
fn words_of(text: &str) -> impl Iterator<Item = String> + '_ {
    let parts = text.split(|c: char| !c.is_alphanumeric() && c != '.');
    parts.map(|word| word.trim_matches('.')).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// How a text has all of the words: as its own words (0) or as beginnings of them (1).
fn has_words(words: &[String], text: &str) -> Option<u8> {
    let known: Vec<String> = words_of(text).collect();
    let all = |has: &dyn Fn(&String, &String) -> bool| {
        !words.is_empty() && words.iter().all(|word| known.iter().any(|known| has(known, word)))
    };
    if all(&|known, word| known == word) {
        return Some(0);
    }
    all(&|known, word| known.starts_with(word)).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_found_by_the_beginnings_of_its_words_and_by_other_words_for_it() {
        for (text, action) in [
            ("roll", Action::Rollback),
            ("who is there", Action::RollCall),
            ("turn back", Action::Rollback),
            ("rungs", Action::ShowLadder),
            ("hold", Action::Hold),
            ("pause", Action::Hold),
            ("continue", Action::Resume),
            ("abort", Action::RunCancel),
            ("undo", Action::Correct),
            ("retry", Action::Reopen),
            ("go no", Action::Decide),
            ("who", Action::ShowPeople),
            ("exit", Action::Quit),
            ("success", Action::Judge),
            ("finish", Action::Complete),
            ("start run", Action::RunStart),
            ("meet", Action::CopyBridge),
            ("rollba", Action::Rollback),
            ("rollback", Action::Rollback),
            ("", Action::Start),
        ] {
            assert_eq!(search_actions(text).first(), Some(&action), "{text}");
        }
        let all = search_actions("");
        let at = |wanted: Action| all.iter().position(|action| *action == wanted);
        assert!(at(Action::RunCancel) < at(Action::ShowSteps), "{all:?}");
        assert!(at(Action::ShowSteps) < at(Action::Up), "{all:?}");
    }
}
