//! The line at the bottom: what Enter does, and the keys that fit what is in front.

use super::ink::{Ink, put};
use super::last_left;
use super::parts::{Part, line};
use super::text::fit;
use crate::cockpit::action::Action;
use crate::cockpit::model::{CheckRow, Cursor, Focus, View};
use crate::run::{Event, RunStatus, StepStatus};
use crate::runbook::{Role, StepIx, StepKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the line.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let mut parts = Vec::new();
    match ink.model.focus() {
        Focus::Unsaved => parts.extend(said(ink, &[("Enter", "try again"), ("g", "give up")])),
        Focus::Offer => parts.extend(said(ink, &[("Enter", "keep as a note"), ("Esc", "drop")])),
        Focus::Card => {
            let map = &ink.model.keymap;
            let keys = [
                (map.shown(Action::CardRecord), "record"),
                (map.shown(Action::CardNext), "next field"),
                (map.shown(Action::CardClose), "close, nothing recorded"),
            ];
            parts.extend(keys.iter().enumerate().map(|(at, (key, word))| hint(ink, at, key, word)));
        }
        Focus::Find => parts.extend(said(ink, &[("Enter", "go there"), ("Esc", "close")])),
        Focus::Palette => parts.extend(said(ink, &[("Enter", "do it"), ("Esc", "close")])),
        Focus::Help => parts.extend(said(ink, &[("Esc", "close"), ("Down", "more")])),
        Focus::Trouble => {
            // Nothing is chosen beforehand, so Enter does nothing before something is.
            let chosen = ink.model.trouble.as_ref().is_some_and(|t| t.cursor.is_some());
            let keys = [("Enter", "do it"), ("↑↓", "move"), ("Esc", "back to the list")];
            parts.extend(said(ink, &keys[usize::from(!chosen)..]));
        }
        Focus::Pane(view) => pane(ink, view, &mut parts),
    }
    let columns = usize::from(area.width).saturating_sub(1);
    let mut keys = line(parts, columns, &Span::raw("   "));
    keys.spans.insert(0, Span::raw(" "));
    put(buffer, area, 0, &keys.style(ink.theme.footer.bar));
}

fn said(ink: &Ink<'_>, keys: &[(&str, &str)]) -> Vec<Part> {
    keys.iter().enumerate().map(|(at, (key, word))| hint(ink, at, key, word)).collect()
}

fn hint(ink: &Ink<'_>, at: usize, key: &str, word: &str) -> Part {
    let styles = &ink.theme.footer;
    let rank = u8::try_from(at + 1).unwrap_or(u8::MAX);
    Part::new(
        rank,
        vec![
            Span::styled(key.to_owned(), styles.key),
            Span::styled(format!(" {word}"), styles.bar),
        ],
    )
}

fn pane(ink: &Ink<'_>, view: View, parts: &mut Vec<Part>) {
    let actions: &[Action] = match view {
        View::Steps | View::Detail => {
            parts.extend(enter(ink));
            step_actions(ink)
        }
        View::Timeline => &[
            Action::TimelineStep,
            Action::ZoomIn,
            Action::ZoomOut,
            Action::TimeBack,
            Action::TimeOn,
            Action::ZoomFit,
            Action::TimeNow,
        ],
        View::Bridge => &[Action::Message, Action::ShowSteps],
        View::Checklists => {
            match ink.model.checklists.rows.get(ink.model.checklists.place.cursor) {
                Some(CheckRow::Head(_)) => &[Action::CheckWaive],
                Some(CheckRow::CriteriaHead | CheckRow::Criterion(_)) => &[Action::Judge],
                _ => &[Action::CheckTick, Action::CheckWaive],
            }
        }
        View::Log => &[Action::LogFilter, Action::Correct],
        View::Notes => &[
            Action::Note,
            Action::NoteEdit,
            Action::NoteClose,
            Action::NoteStep,
            Action::NotesForMe,
            Action::NotesOpen,
        ],
        View::People if ink.model.roll_call.is_some() => {
            &[Action::RollCallTick, Action::Call, Action::Substitute]
        }
        View::Calls => &[Action::Call, Action::Substitute, Action::RollCall],
        View::People => &[Action::Call, Action::Substitute, Action::Grant, Action::RollCall],
        View::Ladder => &[Action::Rollback],
        View::Difference => {
            if last_left(ink.model) > 0 {
                parts.push(hint(ink, 1, "←→", "sideways"));
            }
            difference_actions(ink)
        }
    };
    let common = [Action::Note, Action::Correct, Action::Find, Action::Palette, Action::Help];
    let common = common.iter().filter(|action| !actions.contains(action));
    let keymap = &ink.model.keymap;
    // Who only reads is offered nothing that writes a note.
    let reads = ink.model.run.role_of(&ink.model.me) == Role::Observer;
    let writes = [Action::Note, Action::NoteEdit, Action::NoteClose];
    let pressable =
        |action: &&Action| !keymap.keys(**action).is_empty() && !(reads && writes.contains(action));
    // While the run is held its lead never has to look for the way on.
    let lead = ink.model.run.role_of(&ink.model.me) == Role::Lead;
    let resume: &[Action] =
        if lead && ink.model.run.held().is_some() { &[Action::Resume] } else { &[] };
    // Nor for the end of a rollback that is on.
    let rolling = ink.model.run.rolling_back().is_some();
    let over = ink.model.run.status.is_over();
    let end: &[Action] = match (lead, rolling, over) {
        (true, true, _) => &[Action::Rollback],
        (true, _, true) => &[Action::Review, Action::Report],
        _ => &[],
    };
    // What others have written since is found where it is read.
    let new = (view != View::Notes).then(|| new_notes(ink)).flatten();
    let read: &[Action] = if new.is_some() { &[Action::ShowNotes] } else { &[] };
    let first = || end.iter().chain(resume).chain(read);
    let actions = first().chain(actions.iter().filter(|action| !first().any(|a| a == *action)));
    for (at, action) in actions.chain(common).filter(pressable).enumerate() {
        // Help and palette lead everywhere else, so they stay when others drop.
        let rank = match action {
            Action::Help | Action::Resume => 0,
            Action::Rollback if rolling => 1,
            Action::Palette | Action::ShowNotes => 1,
            _ => at + 2,
        };
        let word = match (action, &new) {
            (Action::Rollback, _) if rolling => "end rollback",
            (Action::ShowNotes, Some(new)) => new,
            _ => action.about().short,
        };
        parts.push(hint(ink, rank, &keymap.shown(*action), word));
    }
}

/// `2 new notes, 1 @you`, where there is anything new.
fn new_notes(ink: &Ink<'_>) -> Option<String> {
    let unread = &ink.model.notes.unread;
    let notes = match unread.notes.len() {
        0 => return None,
        1 => "1 new note".to_owned(),
        new => format!("{new} new notes"),
    };
    Some(match unread.calls {
        0 => notes,
        calls => format!("{notes}, {calls} @you"),
    })
}

/// What can be done with the changed file.
fn difference_actions(ink: &Ink<'_>) -> &'static [Action] {
    match &ink.model.change {
        Some(change) if change.earlier => &[Action::WriteBack],
        Some(change) if change.problems.is_empty() => &[Action::Adopt],
        _ => &[],
    }
}

/// What Enter does, and whose step it is where that is somebody else.
fn enter(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.footer;
    let key = ink.model.keymap.shown(Action::UsualNext);
    if key.is_empty() {
        return None;
    }
    let (long, short) = match ink.model.cursor_step() {
        Some(ix) => usual(ink, ix)?,
        None if matches!(ink.model.steps.cursor, Cursor::Nowhere) => return None,
        None => (("fold or unfold".to_owned(), "fold or unfold".to_owned()), "fold".to_owned()),
    };
    let key = Span::styled(format!("{key} "), styles.key);
    let (long, middle) = long;
    let say = |text: String| vec![key.clone(), Span::styled(text, styles.act)];
    Some(Part::new(1, say(long)).or(say(middle)).or(say(short)).at_once(0))
}

/// In three lengths: what, whose and what it asks; what and whose; what.
fn usual(ink: &Ink<'_>, ix: StepIx) -> Option<((String, String), String)> {
    let run = &ink.model.run;
    let me = &ink.model.me;
    let Some(event) = run.usual_next(ix, me, ink.now()) else {
        let next = ink.model.next_ready().filter(|_| run.is_settled(ix))?;
        let text = format!("next: {}", ink.number(next));
        return Some(((text.clone(), text.clone()), text));
    };
    let word = match event {
        Event::StepStarted { .. } => "start",
        Event::StepCompleted { .. } => "complete",
        Event::StepSigned { .. } => "sign",
        Event::StepUnblocked { .. } => "unblock",
        _ => "do",
    };
    let number = ink.number(ix);
    let whose = run.owner_of(ix).filter(|_| !run.is_mine(ix, me));
    let whose = whose.map(|owner| format!(" ({})", fit(&owner, 16))).unwrap_or_default();
    let owed = if word == "complete" { run.owed(ix, ink.now()).len() } else { 0 };
    let asks = if owed > 0 { format!(", asks {owed}") } else { String::new() };
    let what = format!("{word} {number}");
    Some(((format!("{what}{whose}{asks}"), format!("{what}{whose}")), what))
}

/// The acts that fit the run as a whole.
fn run_actions(ink: &Ink<'_>) -> &'static [Action] {
    let run = &ink.model.run;
    match run.status {
        RunStatus::Planned => &[Action::RunStart, Action::Filter],
        _ if run.status.is_over() => &[Action::Filter],
        RunStatus::RollingBack => &[Action::Rollback, Action::Hold, Action::Filter],
        _ if run.held().is_some() => &[Action::Resume, Action::Filter],
        _ if ink.model.glance.settled.0 == ink.model.glance.settled.1 => {
            &[Action::RunComplete, Action::Filter]
        }
        _ => &[Action::Hold, Action::Filter],
    }
}

/// The acts that fit the step under the cursor, the likeliest first.
fn step_actions(ink: &Ink<'_>) -> &'static [Action] {
    let Some((step, state)) =
        ink.model.cursor_step().and_then(|ix| Some((ink.step(ix)?, ink.model.run.steps.get(ix)?)))
    else {
        return run_actions(ink);
    };
    match (state.status(), step.kind) {
        (StepStatus::Planned | StepStatus::Running, StepKind::Gate) => {
            &[Action::Vote, Action::Decide]
        }
        (StepStatus::Planned | StepStatus::Running, StepKind::Choice) => &[Action::Choose],
        (StepStatus::Planned, _) => {
            &[Action::CallOwner, Action::StandBy, Action::Skip, Action::Assign]
        }
        (StepStatus::Running, _) => &[Action::Fail, Action::Estimate, Action::Block],
        (StepStatus::Blocked, _) => &[Action::Fail, Action::Estimate, Action::Reason],
        (StepStatus::Failed, _) => &[Action::Reopen, Action::Skip, Action::Trouble, Action::Reason],
        _ => &[Action::Filter, Action::Reopen],
    }
}
