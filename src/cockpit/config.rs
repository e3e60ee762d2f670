//! The user's config: name, theme, keys. Pure: whoever reads the file hands in its text.

use super::keymap::Keymap;
use crate::runbook::visible;

/// What the config file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// Who sits here: an id in the runbook or any name.
    pub name: Option<String>,
    /// Name of a theme that ships or lies in the `themes` folder beside the config, or a path.
    pub theme: Option<String>,
    /// How attention is called for.
    pub notify: Notify,
    /// Which key does what.
    pub keymap: Keymap,
}

/// How attention is called for: stand by, yours now, overrun of yours, or somebody turns to you.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notify {
    /// A bell and, where the terminal shows some, a notification.
    #[default]
    All,
    /// Only a bell.
    Bell,
    /// Not at all.
    None,
}

/// Reads a config; an empty text says nothing.
///
/// # Errors
/// Every problem of the text together, a line each.
pub fn parse(text: &str) -> Result<Config, Vec<String>> {
    let table: toml::Table = match toml::from_str(text) {
        Ok(table) => table,
        Err(problem) => {
            let line = problem.span().map_or(0, |span| {
                text.get(..span.start).unwrap_or_default().matches('\n').count() + 1
            });
            return Err(vec![format!("line {line}: {}", visible(problem.message()))]);
        }
    };
    let mut config = Config::default();
    let mut problems = Vec::new();
    for (key, value) in &table {
        match (key.as_str(), value) {
            ("name", toml::Value::String(name)) => config.name = Some(name.clone()),
            ("theme", toml::Value::String(theme)) => config.theme = Some(theme.clone()),
            ("notify", toml::Value::String(word)) => match word.as_str() {
                "all" => config.notify = Notify::All,
                "bell" => config.notify = Notify::Bell,
                "none" => config.notify = Notify::None,
                _ => problems.push("notify should be \"all\", \"bell\" or \"none\"".to_owned()),
            },
            ("keys", toml::Value::Table(keys)) => {
                match Keymap::with(&bindings(keys, &mut problems)) {
                    Ok(keymap) => config.keymap = keymap,
                    Err(more) => problems.extend(more),
                }
            }
            ("name" | "theme" | "notify", _) => {
                problems.push(format!("{key} should be a text in quotes"))
            }
            ("keys", _) => problems.push("keys should be a table: [keys]".to_owned()),
            _ => problems.push(format!(
                "there is no setting \"{}\"; there are name, theme, notify and [keys]",
                visible(key)
            )),
        }
    }
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

/// Actions with their keys: one text or a list of texts; an empty list takes all keys away.
fn bindings(keys: &toml::Table, problems: &mut Vec<String>) -> Vec<(String, Vec<String>)> {
    let mut bindings = Vec::new();
    for (action, value) in keys {
        let words = match value {
            toml::Value::String(key) => Some(vec![key.clone()]),
            toml::Value::Array(list) => {
                list.iter().map(|key| key.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        };
        match words {
            Some(words) => bindings.push((action.clone(), words)),
            None => problems
                .push(format!("{}: write a key in quotes, or a list of keys", visible(action))),
        }
    }
    bindings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cockpit::action::Action;

    #[test]
    fn name_theme_and_keys_are_read() {
        let text = "name = \"ana\"\ntheme = \"light\"\n[keys]\nstep-fail = [\"Alt-f\", \"f\"]\n";
        let config = parse(text).unwrap();
        assert_eq!((config.name.as_deref(), config.theme.as_deref()), (Some("ana"), Some("light")));
        assert_eq!(config.keymap.shown(Action::Fail), "Alt-f");
        assert_eq!(parse("").unwrap(), Config::default());
    }

    #[test]
    fn attention_is_called_for_as_wanted() {
        let read = |word: &str| parse(&format!("notify = \"{word}\"")).map(|config| config.notify);
        assert_eq!(parse("").unwrap().notify, Notify::All);
        assert_eq!(read("bell"), Ok(Notify::Bell));
        assert_eq!(read("none"), Ok(Notify::None));
        assert!(read("loud").unwrap_err()[0].contains("\"bell\""));
    }

    #[test]
    fn all_problems_are_reported_together() {
        let text =
            "nmae = \"ana\"\ntheme = 3\n[keys]\nstep-fial = \"x\"\nstep-skip = 1\nhelp = \"Hlp\"\n";
        let problems = parse(text).unwrap_err();
        assert_eq!(problems.len(), 5, "{problems:#?}");
        assert!(parse("name = ").unwrap_err()[0].starts_with("line 1"));
    }
}
