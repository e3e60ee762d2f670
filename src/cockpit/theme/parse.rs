//! Theme text to theme, with every problem reported at once.

use super::color::{self, Colors};
use super::{SHIPPED, Theme};
use ratatui::style::{Color, Modifier};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something wrong with a theme's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}; {help}")]
pub struct ThemeProblem {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong; no full stop.
    pub message: String,
    /// What to write instead; no full stop.
    pub help: String,
}

/// Reads a theme. Colours that it does not name it takes from its `base`, by default `dark`.
///
/// # Errors
/// Every problem of the text, in order. A theme with a problem is not used at all, so that a
/// screen never changes by half.
pub fn parse(text: &str) -> Result<Theme, Vec<ThemeProblem>> {
    let mut problems = Vec::new();
    let own = Layer::read(text, &mut problems);
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.line);
        return Err(problems);
    }
    let base = own.base.as_deref().or(if own.names_every_color() { None } else { Some("dark") });
    let base = base
        .and_then(|name| SHIPPED.iter().find(|(shipped, _)| *shipped == name))
        .map(|(_, text)| Layer::read(text, &mut problems));
    Ok(compose(&[base.as_ref(), Some(&own)]))
}

/// Lays one theme over another: first all colours, then the styles, since these name colours.
fn compose(layers: &[Option<&Layer>]) -> Theme {
    let mut colors = Colors::none();
    for (name, value) in layers.iter().flatten().flat_map(|layer| &layer.colors) {
        if let Some(slot) = colors.get_mut(name) {
            *slot = *value;
        }
    }
    let mut theme = Theme::expand(&colors);
    for (name, patch) in layers.iter().flatten().flat_map(|layer| &layer.styles) {
        if let Some(style) = theme.style_mut(name) {
            style.fg = patch.fg.as_ref().map_or(style.fg, |word| resolve(word, &colors));
            style.bg = patch.bg.as_ref().map_or(style.bg, |word| resolve(word, &colors));
            for (modifier, on) in &patch.modifiers {
                *style = if *on {
                    style.add_modifier(*modifier)
                } else {
                    style.remove_modifier(*modifier)
                };
            }
        }
    }
    let own = layers.iter().flatten().last();
    theme.name = own.map(|layer| layer.name.clone()).unwrap_or_default();
    theme.about = own.map(|layer| layer.about.clone()).unwrap_or_default();
    theme
}

/// A theme's own name for a colour goes before the terminal's.
fn resolve(word: &str, colors: &Colors) -> Option<Color> {
    colors.get(word).or_else(|| color::read(word))
}

/// What one text says, unresolved.
#[derive(Default)]
struct Layer {
    name: String,
    about: String,
    base: Option<String>,
    colors: Vec<(String, Color)>,
    styles: Vec<(String, Patch)>,
}

#[derive(Default)]
struct Patch {
    fg: Option<String>,
    bg: Option<String>,
    modifiers: Vec<(Modifier, bool)>,
}

/// Names of the modifiers, as `[styles]` writes them.
const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("crossed_out", Modifier::CROSSED_OUT),
];

impl Layer {
    fn read(text: &str, problems: &mut Vec<ThemeProblem>) -> Self {
        let mut notes = Notes { text, problems };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            notes.add(at, error.message().to_owned(), "mend the TOML there");
        }
        let mut layer = Self::default();
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "name" => layer.name = notes.string(value).unwrap_or_default(),
                "about" => layer.about = notes.string(value).unwrap_or_default(),
                "base" => layer.base = notes.base(value),
                "colors" => layer.read_colors(value, &mut notes),
                "styles" => layer.read_styles(value, &mut notes),
                other => notes.add(
                    key.span().start,
                    format!("a theme has no key `{other}`"),
                    "the keys are name, about, base, colors and styles",
                ),
            }
        }
        layer
    }

    fn names_every_color(&self) -> bool {
        Colors::NAMES.iter().all(|name| self.colors.iter().any(|(named, _)| named == name))
    }

    fn read_colors(&mut self, value: &Spanned<DeValue<'_>>, notes: &mut Notes<'_>) {
        for (key, value) in notes.table(value).into_iter().flatten() {
            let name = key.get_ref().as_ref();
            if !Colors::NAMES.contains(&name) {
                let help = format!("the colours are {}", Colors::NAMES.join(", "));
                notes.add(key.span().start, format!("there is no colour `{name}`"), &help);
            } else if let Some(word) = notes.color_word(value) {
                match color::read(&word) {
                    Some(color) => self.colors.push((name.to_owned(), color)),
                    None => notes.no_color(value.span().start, &word),
                }
            }
        }
    }

    fn read_styles(&mut self, value: &Spanned<DeValue<'_>>, notes: &mut Notes<'_>) {
        for (key, value) in notes.table(value).into_iter().flatten() {
            let name = key.get_ref().as_ref();
            if Theme::style_names().any(|style| style == name) {
                let patch = notes.patch(value);
                self.styles.push((name.to_owned(), patch));
                continue;
            }
            let group = name.split('.').next().unwrap_or_default();
            let same: Vec<_> = Theme::style_names()
                .filter(|style| style.split('.').next() == Some(group))
                .collect();
            let help = if same.is_empty() {
                "write a group and a style in quotes, such as \"steps.running\"".to_owned()
            } else {
                format!("the styles there are {}", same.join(", "))
            };
            notes.add(key.span().start, format!("there is no style `{name}`"), &help);
        }
    }
}

/// Collects problems, with their lines.
struct Notes<'a> {
    text: &'a str,
    problems: &'a mut Vec<ThemeProblem>,
}

impl Notes<'_> {
    fn add(&mut self, at: usize, message: String, help: &str) {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        self.problems.push(ThemeProblem { line, message, help: help.to_owned() });
    }

    fn no_color(&mut self, at: usize, word: &str) {
        self.add(
            at,
            format!("`{word}` is no colour"),
            "write \"#rrggbb\", a name such as \"light blue\", a number from 0 to 255, or \
             \"default\"",
        );
    }

    fn string(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let string = value.get_ref().as_str().map(str::to_owned);
        if string.is_none() {
            self.add(value.span().start, "this is no text".to_owned(), "put it in quotes");
        }
        string
    }

    fn base(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let name = self.string(value)?;
        if SHIPPED.iter().any(|(shipped, _)| *shipped == name) {
            return Some(name);
        }
        let names: Vec<_> = SHIPPED.iter().map(|(shipped, _)| *shipped).collect();
        let help = format!("the themes to build on are {}", names.join(", "));
        self.add(value.span().start, format!("there is no theme `{name}`"), &help);
        None
    }

    fn table<'v, 'i>(&mut self, value: &'v Spanned<DeValue<'i>>) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.add(value.span().start, "this is no table".to_owned(), "write it in braces");
        }
        table
    }

    /// A colour as written, as text; numbers need no quotes.
    fn color_word(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref() {
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            _ => self.string(value),
        }
    }

    fn patch(&mut self, value: &Spanned<DeValue<'_>>) -> Patch {
        let mut patch = Patch::default();
        for (key, value) in self.table(value).into_iter().flatten() {
            let name = key.get_ref().as_ref();
            let modifier = MODIFIERS.iter().find(|(written, _)| *written == name);
            match (name, modifier) {
                ("fg", _) => patch.fg = self.known_color(value),
                ("bg", _) => patch.bg = self.known_color(value),
                (_, Some((_, modifier))) => match value.get_ref().as_bool() {
                    Some(on) => patch.modifiers.push((*modifier, on)),
                    None => self.add(
                        value.span().start,
                        format!("`{name}` is neither true nor false"),
                        "write true or false, without quotes",
                    ),
                },
                _ => self.add(
                    key.span().start,
                    format!("a style has no `{name}`"),
                    "it has fg, bg, bold, dim, italic, underlined, reversed and crossed_out",
                ),
            }
        }
        patch
    }

    fn known_color(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let word = self.color_word(value)?;
        if Colors::NAMES.contains(&word.as_str()) || color::read(&word).is_some() {
            return Some(word);
        }
        self.no_color(value.span().start, &word);
        None
    }
}
