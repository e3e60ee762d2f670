//! The pictures in the docs are the screens that the snapshots hold: none can be out of date.
//! `UPDATE_PICTURES=1 cargo test --test pictures` draws them anew.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]
#![allow(clippy::disallowed_methods, reason = "this test writes the pictures it checks")]

#[path = "support/scenes.rs"]
mod scenes;
mod support;
#[path = "support/svg.rs"]
mod svg;

use golive::cockpit::theme::{SHIPPED, Theme};
use scenes::{SCENES, letters, screen};
use std::path::Path;

#[test]
fn the_picture_of_every_theme_is_the_screen_as_it_is() {
    let scene = SCENES.iter().find(|(name, _)| *name == "steps");
    let model = scene.expect("the scene").1((120, 32));
    for (name, _) in SHIPPED {
        let buffer = screen(&model, &Theme::shipped(name).expect("it ships"));
        insta::assert_snapshot!("pictured", letters(&buffer));
        is_drawn(name, &svg::svg(&buffer, &format!("golive, theme {name}")));
    }
}

/// Views beside the steps, in the default theme: picture, scene, size.
const VIEWS: [(&str, &str, (u16, u16)); 2] =
    [("timeline", "timeline-held-and-blocked", (120, 26)), ("bridge", "bridge", (120, 40))];

#[test]
fn the_pictures_of_other_views_are_their_screens_as_they_are() {
    for (name, scene, size) in VIEWS {
        let buffer = screen(&scenes::scene(scene, size), &Theme::default());
        is_drawn(name, &svg::svg(&buffer, &format!("golive, the {name}")));
    }
}

/// Holds a picture to what is drawn now; or draws it anew.
fn is_drawn(name: &str, drawn: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes").join(format!("{name}.svg"));
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        std::fs::write(&path, drawn).expect("the picture is written");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "themes/{name}.svg shows another screen; UPDATE_PICTURES=1 cargo test --test pictures \
         draws it anew"
    );
}

#[test]
fn every_theme_in_the_readme_is_one() {
    let readme = include_str!("../themes/README.md");
    let themes: Vec<_> = readme.split("```toml\n").skip(1).collect();
    assert!(!themes.is_empty());
    for theme in themes {
        let text = theme.split("```").next().unwrap_or_default();
        if let Err(problems) = golive::cockpit::theme::parse(text) {
            panic!("{problems:?} in {text}");
        }
    }
}

#[test]
fn the_readme_of_the_themes_shows_each_of_them() {
    let readme = include_str!("../themes/README.md");
    for (name, _) in SHIPPED {
        assert!(readme.contains(&format!("({name}.svg)")), "{name}.svg is not shown");
        assert!(readme.contains(&format!("`{name}`")), "{name} is not named");
    }
    for (name, ..) in VIEWS {
        assert!(readme.contains(&format!("({name}.svg)")), "{name}.svg is not shown");
    }
}
