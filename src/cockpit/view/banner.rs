//! Short messages above the footer: answers to what was just done, and what lasts until it is
//! over (a ledger in trouble, a changed file). They take lines of the pane, never of the header.

use super::ink::{Ink, tint};
use super::pane;
use super::text::{fit, wrap};
use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::model::View;
use crate::runbook::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

/// At most so many lines are taken.
const LINES: usize = 6;

/// Draws what there is to say on the lowest lines of an area.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let columns = usize::from(area.width).saturating_sub(2);
    let said = messages(ink);
    if said.is_empty() || columns == 0 {
        return;
    }
    let mut lines: Vec<(Line<'static>, Style)> = Vec::new();
    for (text, style) in said {
        lines.extend(wrap(&text, columns, style).into_iter().map(|line| (line, style)));
    }
    // Most of a small pane stays in sight.
    let room = usize::from(area.height).div_ceil(2).min(LINES);
    let skip = lines.len().saturating_sub(room);
    let shown = lines.len() - skip;
    let height = u16::try_from(shown).unwrap_or(0);
    let top = area.y + area.height.saturating_sub(height);
    for (row, (line, style)) in lines.into_iter().skip(skip).enumerate() {
        let y = top.saturating_add(u16::try_from(row).unwrap_or(0));
        let row = Rect { y, height: 1, ..area }.intersection(buffer.area);
        Clear.render(row, buffer);
        tint(buffer, row, style);
        let text = Rect { x: row.x.saturating_add(1), width: row.width.saturating_sub(2), ..row };
        pane::lines(buffer, text, &[line], 0);
    }
}

/// A roll-call that waits for this person, or, for a lead, for anybody.
fn roll_call(ink: &Ink<'_>) -> Option<String> {
    /// So many are named with how to reach them.
    const NAMED: usize = 3;
    let model = ink.model;
    let on = model.roll_call.as_ref()?;
    let at = ink.moment(on.at);
    if on.missing.contains(&model.me) {
        let key = model.keymap.shown(Action::Here);
        let by = fit(model.run.plan.person_name(&on.by), 30);
        return Some(format!("Roll-call by {by} at {at}: press {key} to say that you are here"));
    }
    if model.run.role_of(&model.me) != Role::Lead || on.missing.is_empty() {
        return None;
    }
    let named = on.missing.iter().take(NAMED).map(|person| {
        let known = model.run.plan.people.get(person).and_then(|known| known.contact.as_ref());
        let contact = known.map(|contact| format!(" ({})", fit(contact, 24))).unwrap_or_default();
        format!("{}{contact}", fit(model.run.plan.person_name(person), 24))
    });
    let named: Vec<_> = named.collect();
    let more = on.missing.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (there, all) = (on.answered.len(), on.answered.len() + on.missing.len());
    let how = match model.view {
        View::People | View::Calls => "Enter ticks off who answers on the call".to_owned(),
        _ => format!("{} lists them", model.keymap.shown(Action::ShowPeople)),
    };
    let named = named.join(", ");
    Some(format!("Roll-call {at}: {there} of {all} are here; missing {named}{more} · {how}"))
}

/// What lasts comes first, the newest message last.
fn messages(ink: &Ink<'_>) -> Vec<(String, Style)> {
    let model = ink.model;
    let styles = &ink.theme.toast;
    let mut said = Vec::new();
    if let Some(trouble) = &model.trouble_line {
        said.push((format!("! {trouble}"), styles.refusal));
    }
    if let Some(change) =
        model.change.as_ref().filter(|change| !change.earlier && model.view != View::Difference)
    {
        let key = model.keymap.shown(Action::ShowDifference);
        let text = format!("{} has changed: {} · {key} shows it", model.file_name, change.summary);
        said.push((text, styles.info));
    }
    said.extend(roll_call(ink).map(|text| (text, styles.info)));
    for toast in &model.toasts {
        let (mark, style) = match toast.tone {
            Tone::Plain => ("", styles.info),
            Tone::Good => ("✔ ", styles.info),
            Tone::Warn | Tone::Bad => ("! ", styles.refusal),
        };
        said.push((format!("{mark}{}", toast.text), style));
    }
    said
}
