use super::*;
use ratatui::style::{Color, Modifier, Style};

#[test]
fn every_theme_that_ships_is_read_without_a_problem_and_knows_its_own_name() {
    for (name, text) in SHIPPED {
        let theme = parse(text).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert_eq!(theme.name, name);
        assert!(!theme.about.is_empty());
        let base: Vec<_> = color::Colors::NAMES.iter().filter(|c| !text.contains(**c)).collect();
        assert!(base.is_empty(), "{name} leaves {base:?} to another theme");
    }
}

#[test]
fn all_problems_are_reported_in_one_go_each_with_its_line_and_a_way_out() {
    let text = "nmae = 'x'\nbase = 'drak'\n[colors]\ntext = 'blurple'\ntxet = 'red'\nred = true\n\
                [styles]\n'steps.runing' = { bold = true }\nfoo = {}\n\
                'log.time' = { fg = 'nope', bald = true, bold = 'yes' }\n'log.person' = 3\n";
    let problems = parse(text).unwrap_err();
    insta::assert_snapshot!(problems.iter().map(|p| p.to_string()).collect::<Vec<_>>().join("\n"));
}

#[test]
fn broken_toml_is_a_problem_and_never_a_panic() {
    for text in ["[", "a = ", "\u{0}", "[colors]\ntext = '#äö'", "= = =", "colors = 1\nstyles = 2"]
    {
        assert!(parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_small_theme_changes_what_it_names_and_takes_the_rest_from_its_base() {
    let light = Theme::shipped("light").unwrap();
    let theme = parse(
        "base = 'light'\n[colors]\naccent = '#010203'\n\
         [styles]\n'log.time' = { fg = 'accent', bold = true }\n'steps.running' = { bold = false }",
    )
    .unwrap();
    assert_eq!(theme.footer.key.fg, Some(Color::Rgb(1, 2, 3)));
    assert_eq!(theme.log.time.fg, Some(Color::Rgb(1, 2, 3)));
    assert!(theme.log.time.add_modifier.contains(Modifier::BOLD));
    assert!(!theme.steps.running.add_modifier.contains(Modifier::BOLD));
    assert_eq!(theme.screen, light.screen_with_accent(theme.screen.accent));
}

impl Theme {
    fn screen_with_accent(&self, accent: Style) -> Screen {
        Screen { accent, ..self.screen }
    }
}

#[test]
fn an_empty_theme_is_the_dark_one() {
    let theme = parse("").unwrap();
    assert_eq!(
        Theme { name: "dark".into(), about: Theme::default().about, ..theme },
        Theme::default()
    );
}

#[test]
fn mono_names_no_colour_anywhere() {
    let mut theme = Theme::mono();
    for name in Theme::style_names() {
        let style = *theme.style_mut(name).unwrap();
        assert!(matches!(style.fg, None | Some(Color::Reset)), "{name}");
        assert!(matches!(style.bg, None | Some(Color::Reset)), "{name}");
    }
}

#[test]
fn limited_to_256_leaves_no_rgb() {
    let mut theme = Theme::default().limited_to_256();
    for name in Theme::style_names() {
        let style = *theme.style_mut(name).unwrap();
        assert!(!matches!(style.fg, Some(Color::Rgb(..))), "{name}");
        assert!(!matches!(style.bg, Some(Color::Rgb(..))), "{name}");
    }
}

/// Relative luminance after WCAG 2.2.
fn luminance(color: Color) -> f64 {
    let Color::Rgb(r, g, b) = color else { panic!("{color:?} is not RGB") };
    let channel = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
}

fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_can_be_read_on_every_ground_it_stands_on() {
    let mut faint = Vec::new();
    for (name, least) in
        [("dark", 4.5), ("light", 4.5), ("colour-blind", 4.5), ("high-contrast", 7.0)]
    {
        let mut theme = Theme::shipped(name).unwrap();
        let ground = theme.screen.text.bg.unwrap();
        let cursor = theme.steps.cursor.bg.unwrap();
        let panel = theme.card.body.bg.unwrap();
        for style_name in Theme::style_names() {
            let style = *theme.style_mut(style_name).unwrap();
            let (Some(fg), true) = (style.fg, style_name != "pane.border") else { continue };
            let grounds = match (style.bg, style_name.split('.').next().unwrap()) {
                (Some(bg), _) => vec![bg],
                (None, "steps" | "notes" | "log") => vec![ground, cursor],
                (None, "header" | "pane" | "footer") => vec![ground],
                (None, _) => vec![ground, panel],
            };
            for bg in grounds {
                let ratio = contrast(fg, bg);
                if ratio < least {
                    faint.push(format!("{name}: {style_name} has only {ratio:.1} : 1 on {bg:?}"));
                }
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}

/// How a colour is seen with protanopia or deuteranopia, after Viénot, Brettel and Mollon (1999):
/// linear RGB, reduced to one axis of red and green.
fn seen_by(color: Color, [red, green]: [[f64; 3]; 2]) -> [f64; 3] {
    let Color::Rgb(r, g, b) = color else { panic!("{color:?} is not RGB") };
    let linear = [r, g, b].map(|v| (f64::from(v) / 255.0).powf(2.2));
    let mix = |row: [f64; 3]| row.iter().zip(linear).map(|(a, b)| a * b).sum::<f64>();
    [mix(red), mix(green), linear[2]].map(|v| v.max(0.0).powf(1.0 / 2.2))
}

#[test]
fn red_amber_green_and_the_states_stay_apart_for_the_colour_blind() {
    let protan = [[0.112, 0.888, 0.0], [0.112, 0.888, 0.0]];
    let deutan = [[0.293, 0.707, 0.0], [0.293, 0.707, 0.0]];
    let theme = Theme::shipped("colour-blind").unwrap();
    let told = [
        ("good", theme.screen.good),
        ("warning", theme.screen.warning),
        ("bad", theme.screen.bad),
        ("running", theme.steps.running),
        ("blocked", theme.steps.blocked),
    ];
    let mut close = Vec::new();
    for (at, (a, one)) in told.iter().enumerate() {
        for (b, other) in &told[at + 1..] {
            for (who, eyes) in [("protan", protan), ("deutan", deutan)] {
                let (one, other) =
                    (seen_by(one.fg.unwrap(), eyes), seen_by(other.fg.unwrap(), eyes));
                let distance =
                    one.iter().zip(other).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
                if distance < 0.2 {
                    close.push(format!("{who}: {a} and {b} are only {distance:.2} apart"));
                }
            }
        }
    }
    assert!(close.is_empty(), "{close:#?}");
}
