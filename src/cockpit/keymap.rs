//! Which key does what, here: the table's defaults with the user's changes.

use super::action::{ACTIONS, Action, Scope};
use super::key::Key;
use super::model::View;

/// All bindings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// Keys per action, in the table's order.
    keys: Vec<Vec<Key>>,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = ACTIONS
            .iter()
            .map(|about| about.keys.iter().filter_map(|key| key.parse().ok()).collect())
            .collect();
        Self { keys }
    }
}

impl Keymap {
    /// Replaces keys of actions: names with the keys written for them.
    ///
    /// # Errors
    /// Every problem of all bindings together: unknown actions, unreadable keys, keys that would
    /// do two things.
    pub fn with(changes: &[(String, Vec<String>)]) -> Result<Self, Vec<String>> {
        let mut map = Self::default();
        let mut problems = Vec::new();
        for (name, words) in changes {
            let Some(action) = Action::named(name) else {
                problems.push(unknown_action(name));
                continue;
            };
            let mut keys = Vec::new();
            for word in words {
                match word.parse() {
                    Ok(key) => keys.push(key),
                    Err(problem) => problems.push(format!("{name}: {problem}")),
                }
            }
            map.keys[action as usize] = keys;
        }
        map.report_clashes(&mut problems);
        if problems.is_empty() { Ok(map) } else { Err(problems) }
    }

    /// What a key does in a pane: the pane's own meaning before the general one.
    pub fn in_pane(&self, view: View, key: Key) -> Option<Action> {
        let hits = || self.bound(key).filter(|action| action.about().scope.heard_in(view));
        hits().find(|action| action.about().scope != Scope::Panes).or_else(|| hits().next())
    }

    /// What a key does in a card.
    pub fn in_card(&self, key: Key) -> Option<Action> {
        self.bound(key).find(|a| matches!(a.about().scope, Scope::Cards | Scope::Everywhere))
    }

    /// What a key does wherever it is pressed.
    pub fn everywhere(&self, key: Key) -> Option<Action> {
        self.bound(key).find(|action| action.about().scope == Scope::Everywhere)
    }

    /// Keys of an action, the usual one first.
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(action as usize).map_or(&[], Vec::as_slice)
    }

    /// The usual key of an action as shown; empty when it has none.
    pub fn shown(&self, action: Action) -> String {
        self.keys(action).first().map(Key::to_string).unwrap_or_default()
    }

    fn bound(&self, key: Key) -> impl Iterator<Item = Action> + '_ {
        ACTIONS
            .iter()
            .zip(&self.keys)
            .filter(move |(_, keys)| keys.contains(&key))
            .map(|(about, _)| about.action)
    }

    fn report_clashes(&self, problems: &mut Vec<String>) {
        for (at, (about, keys)) in ACTIONS.iter().zip(&self.keys).enumerate() {
            for (other, theirs) in ACTIONS.iter().zip(&self.keys).skip(at + 1) {
                if !about.scope.clashes_with(other.scope) {
                    continue;
                }
                for key in keys.iter().filter(|key| theirs.contains(key)) {
                    problems.push(format!(
                        "{key} would do two things: {} and {}; give one of them another key",
                        about.name, other.name
                    ));
                }
            }
        }
    }
}

fn unknown_action(name: &str) -> String {
    let near = ACTIONS.iter().map(|about| about.name).max_by_key(|known| likeness(known, name));
    let name = crate::runbook::visible(name);
    match near.filter(|known| likeness(known, &name) * 2 > known.len()) {
        Some(known) => format!("there is no action \"{name}\"; did you mean {known}?"),
        None => format!("there is no action \"{name}\"; ? in the cockpit lists them all"),
    }
}

/// Length of the common beginning plus that of the common end.
fn likeness(a: &str, b: &str) -> usize {
    let same = |x: &mut dyn Iterator<Item = (char, char)>| x.take_while(|(p, q)| p == q).count();
    same(&mut a.chars().zip(b.chars())) + same(&mut a.chars().rev().zip(b.chars().rev()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panes_own_meaning_of_a_key_goes_first() {
        let map = Keymap::default();
        let key: Key = "t".parse().unwrap();
        assert_eq!(map.in_pane(View::Steps, key), Some(Action::Items));
        assert_eq!(map.in_pane(View::Notes, key), Some(Action::NotesStep));
        assert_eq!(map.in_pane(View::Log, key), None);
    }

    #[test]
    fn the_users_keys_replace_the_defaults() {
        let map = Keymap::with(&[("step-fail".into(), vec!["Alt-f".into()])]).unwrap();
        assert_eq!(map.in_pane(View::Steps, "Alt-f".parse().unwrap()), Some(Action::Fail));
        assert_eq!(map.in_pane(View::Steps, "f".parse().unwrap()), None);
    }

    #[test]
    fn all_bad_bindings_are_reported_together() {
        let problems = Keymap::with(&[
            ("step-fial".into(), vec!["z".into()]),
            ("step-skip".into(), vec!["Entr".into()]),
            ("step-defer".into(), vec!["s".into()]),
        ])
        .unwrap_err();
        assert_eq!(
            problems,
            [
                "there is no action \"step-fial\"; did you mean step-fail?",
                "step-skip: \"Entr\" is no key; write a character, a name such as Enter, Esc, \
                 Tab, Space, Up, PageDown, F5, with Ctrl- or Alt- before it",
                "s would do two things: step-start and step-defer; give one of them another key",
            ]
        );
    }
}
