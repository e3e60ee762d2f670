//! What the cockpit looks like: every pane, card and dialog at three sizes, read by a person; no
//! size, no text and no length of plan can break it.

#[path = "support/scenes.rs"]
mod scenes;
mod support;

use golive::cockpit::action::ACTIONS;
use golive::cockpit::model::{Cursor, Model, View};
use golive::cockpit::msg::Msg;
use golive::cockpit::theme::Theme;
use golive::cockpit::update;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use scenes::{CARDS, SCENES, letters, screen};
use std::sync::Arc;

#[test]
fn every_view_and_card_at_80x24() {
    snapshots((80, 24));
}

#[test]
fn every_view_and_card_at_120x40() {
    snapshots((120, 40));
}

#[test]
fn every_view_and_card_at_200x60() {
    snapshots((200, 60));
}

fn snapshots(size: (u16, u16)) {
    for (name, scene) in SCENES {
        let text = letters(&screen(&scene(size), &Theme::default()));
        insta::assert_snapshot!(format!("{name}-{}x{}", size.0, size.1), text);
    }
}

/// Every card, with the keys that open it; only the card itself, at the three sizes.
#[test]
fn every_card_at_three_sizes() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut all = String::new();
        for (name, step, keys) in CARDS {
            let model = scenes::on_cursor(scenes::scene(name, size), Cursor::Step((*step).into()));
            let model = scenes::press(model, keys);
            let area = golive::cockpit::layout::areas(&model).card;
            let drawn = letters_in(&screen(&model, &Theme::default()), area);
            all.push_str(&format!("{name}, {step}, {keys}\n{drawn}\n"));
        }
        insta::assert_snapshot!(format!("cards-{}x{}", size.0, size.1), all);
    }
}

/// The letters of a part of a screen.
fn letters_in(buffer: &Buffer, area: Rect) -> String {
    let mut part = Buffer::empty(area);
    for position in area.positions() {
        part[position] = buffer[position].clone();
    }
    letters(&part)
}

/// Every scene from 0×0 to 300×120: no panic, and no status lost.
#[test]
fn no_size_breaks_a_screen() {
    let ends = [0, 1, 2, 3, 4, 5, 8, 12, 16, 21, 29, 40, 58, 80, 110, 300];
    let theme = Theme::default();
    for (name, scene) in SCENES {
        let mut model = scene((80, 24));
        let before = model.run.clone();
        for width in ends {
            for height in ends.into_iter().filter(|height| *height <= 120) {
                model.size = (width, height);
                let buffer = screen(&model, &theme);
                assert_eq!(buffer.area.area(), u32::from(width) * u32::from(height), "{name}");
            }
        }
        assert!(before == model.run, "{name}");
    }
}

/// Between a resize and its message, the screen and the model disagree.
#[test]
fn a_screen_of_another_size_than_the_model_thinks_is_drawn_as_far_as_it_goes() {
    let theme = Theme::default();
    for (_, scene) in SCENES {
        let mut model = scene((200, 60));
        for size in [(1, 1), (3, 50), (80, 24), (300, 120)] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
            golive::cockpit::view::draw_on(&model, &theme, &mut buffer);
        }
        model.size = (0, 0);
        screen(&model, &theme);
    }
}

#[test]
fn mode_roll_back_and_waiting_never_drop() {
    let theme = Theme::default();
    for (name, scene) in SCENES {
        let mut model = scene((80, 24));
        for width in (34..100).chain([110, 150, 200]) {
            for height in [5, 9, 24] {
                model.size = (width, height);
                let text = letters(&screen(&model, &theme));
                let head: String = text.lines().take(3).collect();
                let mode = ["LIVE", "REH"].iter().any(|word| head.contains(word));
                assert!(mode, "{name} {width}x{height}: {head}");
                if width >= 60 || height >= 12 {
                    let back = ["ROLL", "RB: ", "FIX FORWARD", "rollback"]
                        .iter()
                        .any(|word| head.contains(word));
                    assert!(back && head.contains("WAIT"), "{name} {width}x{height}: {head}");
                }
            }
        }
    }
}

#[test]
fn letters_alone_tell_every_state() {
    for (name, scene) in SCENES {
        let model = scene((120, 40));
        let text = letters(&screen(&model, &Theme::mono().with_ascii(true)));
        let odd: Vec<_> = text.chars().filter(|c| !c.is_ascii()).collect();
        assert!(odd.is_empty(), "{name}: {odd:?}");
    }
}

/// What people write reaches every pane, and none of it is obeyed.
#[test]
fn hostile_texts_never_break_the_grid() {
    let evil = [
        "\u{1b}[2J\u{1b}]0;pwned\u{7}",
        "\u{202e}txet desrever\u{202c}",
        "世界世界世界世界世界世界世界世界世界世界世界世界",
        "👩‍👩‍👧‍👦🏳️‍🌈🇬🇧🇩🇪 e\u{301}\u{301}\u{301}",
        "line\r\nbreak\ttab\u{0}nul\u{9b}31m",
        "\u{200b}\u{feff}\u{2066}\u{ad}",
    ];
    let long = "very long title ".repeat(65_536);
    let theme = Theme::default();
    for text in evil.iter().copied().chain([long.as_str()]) {
        for (name, scene) in SCENES {
            let mut model = scene((80, 24));
            poison(&mut model, text);
            for size in [(80, 24), (23, 12)] {
                model.size = size;
                let buffer = screen(&model, &theme);
                for cell in &buffer.content {
                    let symbol = cell.symbol();
                    let obeyed = symbol.chars().any(|c| {
                        c.is_control()
                            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                    });
                    assert!(!obeyed, "{name}: {symbol:?} for {text:.20?}");
                    assert!(symbol.len() <= 64, "{name}: a cell of {} bytes", symbol.len());
                }
                let drawn = letters(&buffer);
                for line in drawn.lines() {
                    let width = golive::cockpit::view::text::width(line);
                    assert!(width <= usize::from(size.0), "{name}: {width} columns: {line}");
                }
            }
        }
    }
}

/// Puts a text wherever a runbook, a person or a file can put one.
fn poison(model: &mut Model, text: &str) {
    let owned = || text.to_owned();
    let plan = Arc::make_mut(&mut model.run.plan);
    plan.release.title = owned();
    for person in plan.people.values_mut() {
        person.name = owned();
        person.contact = Some(owned());
        person.team = Some(owned());
    }
    for phase in &mut plan.phases {
        phase.title = owned();
    }
    for rung in &mut plan.rollbacks {
        rung.title = owned();
        rung.trigger = Some(owned());
    }
    for checklist in &mut plan.checklists {
        checklist.title = owned();
        checklist.items.iter_mut().for_each(|item| item.text = owned());
    }
    for step in &mut plan.steps {
        step.title = owned();
        step.stream = Some(owned());
        step.instructions = Some(owned());
        step.expect = Some(owned());
        step.items = vec![owned()];
        step.links = vec![golive::runbook::WebLink { title: owned(), url: owned() }];
        step.options.iter_mut().for_each(|option| option.title = owned());
    }
    for note in &mut model.run.notes {
        note.text = owned();
        note.fact.person = text.into();
    }
    if let Some(hold) = model.run.holds.last_mut() {
        hold.reason = Some(owned());
    }
    model.me = owned();
    model.file_name = owned();
    let (now, run) = (model.now, &model.run);
    model.forecast.event(run, now);
    model.trouble_line = Some(owned());
    model.toasts.iter_mut().for_each(|toast| toast.text = owned());
    model.glance.waiting.iter_mut().for_each(|waiting| waiting.person = owned());
    for call in &mut model.glance.call {
        (call.person, call.contact) = (owned(), Some(owned()));
    }
    model.unsaved.iter_mut().for_each(|unsaved| unsaved.error = owned());
    if let Some(offer) = &mut model.offer {
        offer.text = owned();
    }
    if let Some(change) = &mut model.change {
        change.summary = owned();
        change.problems.iter_mut().for_each(|problem| *problem = owned());
        change.lines.iter_mut().for_each(|line| line.text = owned());
    }
    if let Some(card) = &mut model.card {
        card.title = owned();
        card.problem = Some(owned());
        card.button = owned();
        for field in &mut card.fields {
            field.label = owned();
            field.hint = owned();
            if let golive::cockpit::card::Input::Line(line) = &mut field.input {
                *line = golive::cockpit::card::LineEdit::new(owned());
            }
        }
    }
}

/// Whatever a key opens is drawn at every size, and says in its title what it is.
#[test]
fn every_action_opens_something_that_can_be_drawn() {
    let theme = Theme::default();
    for view in View::CYCLE {
        for about in ACTIONS.iter().filter(|about| about.scope.heard_in(view)) {
            let Some(key) = about.keys.first().and_then(|key| key.parse().ok()) else { continue };
            let mut model = scenes::scene("steps", (80, 24));
            model.view = view;
            update(&mut model, Msg::Key(key, 10_000));
            let text = letters(&screen(&model, &theme));
            if let Some(card) = &model.card {
                let title = golive::cockpit::view::text::fit(&card.title, 60);
                assert!(text.contains(&title), "{}: {title}", about.name);
            }
            for size in [(0, 0), (7, 3), (20, 6), (40, 12), (120, 40), (300, 120)] {
                model.size = size;
                screen(&model, &theme);
            }
        }
    }
}

/// Who scrolled past the end and turns back moves at once.
#[test]
fn scrolling_ends_where_the_text_does() {
    let theme = Theme::default();
    for (name, keys, more) in
        [("step", "End", "Up"), ("steps", "? End", "Up"), ("difference", "End", "Up")]
    {
        for size in [(80, 24), (50, 12), (120, 40)] {
            let model = scenes::press(scenes::scene(name, size), keys);
            let end = letters(&screen(&model, &theme));
            let further = scenes::press(model, "PageDown");
            assert_eq!(end, letters(&screen(&further, &theme)), "{name} {size:?}");
            if end.contains("above") {
                let back = scenes::press(further, more);
                assert_ne!(end, letters(&screen(&back, &theme)), "{name} {size:?}");
            }
        }
    }
}

/// Nobody but the lead sees others' votes before their own is cast.
#[test]
fn votes_stay_hidden_until_ones_own_is_cast() {
    let gate = |me: &str| {
        let mut model = scenes::scene("gate", (120, 40));
        model.me = me.to_owned();
        letters(&screen(&model, &Theme::default()))
    };
    for (me, sees) in [("ana", true), ("qa", true), ("bo", false), ("stranger", false)] {
        let text = gate(me);
        assert_eq!(text.contains("no-go at 23:18"), sees, "{me}");
        assert_eq!(text.contains("1, 2 needed"), sees, "{me}");
        assert_eq!(text.contains("has voted"), !sees, "{me}");
    }
}

#[test]
fn live_and_rehearsal_differ_in_word_and_in_style() {
    for (name, _) in golive::cockpit::theme::SHIPPED {
        let theme = Theme::shipped(name).expect("it ships");
        let live = screen(&scenes::scene("steps", (80, 24)), &theme);
        let rehearsal = screen(&scenes::scene("greeting", (80, 24)), &theme);
        let style = |buffer: &Buffer| {
            let style = buffer[(1, 0)].style();
            (style.fg, style.bg, style.add_modifier)
        };
        assert_ne!(style(&live), style(&rehearsal), "{name}");
        assert!(letters(&live).starts_with(" LIVE "), "{name}");
        assert!(letters(&rehearsal).starts_with(" REHEARSAL "), "{name}");
    }
}
