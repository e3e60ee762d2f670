//! Tables of rules: what each event (row) does in each state (column).
//!
//! A cell says what follows: a word for the state after it, `!rule` for a no that nobody can
//! override (impossible), `?rule` for a no that a lead overrides with a reason (not now).

use super::Night;
use golive::run::{self, Event, Intent, RefusalKind, RunState, Verdict};

/// An event, by the name it has in the table, and who tries it.
pub struct Row {
    name: String,
    person: &'static str,
    event: Event,
}

pub fn row(name: impl Into<String>, person: &'static str, event: Event) -> Row {
    Row { name: name.into(), person, event }
}

/// A state, by the name it has in the table.
pub type Column = (&'static str, Night);

/// Fails unless every event does in every state what the table says. `sees` reads from a night the
/// word for the state after an event that was taken.
#[track_caller]
pub fn assert_table(
    expected: &str,
    columns: &[Column],
    rows: &[Row],
    sees: impl Fn(&Night) -> String,
) {
    let mut lines = vec![vec![String::new()]];
    lines[0].extend(columns.iter().map(|(name, _)| (*name).to_owned()));
    for row in rows {
        let mut line = vec![row.name.clone()];
        line.extend(columns.iter().map(|(_, night)| cell(night, row, &sees)));
        lines.push(line);
    }
    let lines = aligned(&lines);
    let wanted: Vec<_> = expected.trim_matches('\n').lines().map(str::trim).collect();
    let found: Vec<_> = lines.iter().map(|line| line.trim()).collect();
    assert!(wanted == found, "the rules are\n\n{}\n", lines.join("\n"));
}

fn aligned(lines: &[Vec<String>]) -> Vec<String> {
    let width =
        |column: usize| lines.iter().map(|l| l[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<_> = (0..lines[0].len()).map(width).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect()
}

fn cell(before: &Night, row: &Row, sees: &impl Fn(&Night) -> String) -> String {
    let intent = Intent::new(row.person, row.event.clone());
    let mut forced = before.clone();
    let seq = forced.force(intent.clone());
    if matches!(row.event, Event::Unknown { .. }) {
        assert_eq!(*forced.verdict(seq), Verdict::Unknown);
        assert!(before.check(intent).is_err());
        return "!unknown-event".to_owned();
    }
    let verdict = forced.verdict(seq).clone();
    let what = format!("{} by {}", row.name, row.person);
    match before.check(intent.clone()) {
        Ok(()) => {
            assert!(
                matches!(verdict, Verdict::Applied | Verdict::Deviation),
                "{what}: {verdict:?}"
            );
            sees(&forced)
        }
        Err(refusal) => {
            assert!(!refusal.reason.is_empty() && !refusal.instead.is_empty(), "{refusal:?}");
            let lead = Intent { person: "ana".to_owned(), ..intent };
            let over =
                Intent { override_reason: Some("agreed on the call".to_owned()), ..lead.clone() };
            match refusal.kind {
                RefusalKind::Impossible => {
                    assert_eq!(verdict, Verdict::Conflict, "{what}");
                    assert_eq!(forced.state.conflicts.len(), before.state.conflicts.len() + 1);
                    assert_eq!(figures(&forced.state), figures(&before.state), "{what}");
                    let by_lead = before.check(lead).map_err(|r| (r.kind, r.rule));
                    let overridden = before.check(over).map_err(|r| (r.kind, r.rule));
                    let never = Err((RefusalKind::Impossible, refusal.rule));
                    assert!(by_lead != never || overridden == never, "{what} was overridden");
                    format!("!{}", refusal.rule)
                }
                RefusalKind::NotNow => {
                    assert_eq!(verdict, Verdict::Deviation, "{what}");
                    let marked = forced.state.deviations.last().expect("a deviation");
                    assert_eq!((marked.seq, marked.rule), (seq, refusal.rule), "{what}");
                    overridden(before, over, &what);
                    format!("?{}", refusal.rule)
                }
            }
        }
    }
}

/// A lead gives a reason: it is taken and marked.
fn overridden(before: &Night, over: Intent, what: &str) {
    let mut night = before.clone();
    let seq = night.act(over).unwrap_or_else(|refusal| panic!("{what}: {refusal}"));
    assert_eq!(*night.verdict(seq), Verdict::Deviation, "{what}");
    let marked = night.state.deviations.last().expect("a deviation");
    assert_eq!(marked.override_reason.as_deref(), Some("agreed on the call"), "{what}");
}

/// What an impossible act leaves as it was.
fn figures(state: &RunState) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        (state.status, state.started.clone(), state.ended.clone(), state.outcome.clone()),
        (state.steps.clone(), state.holds.clone(), state.deviations.clone()),
        (state.notes.clone(), state.checklist_items.clone(), state.reschedules.clone()),
        (state.revisions.clone(), state.removed.clone(), state.roll_call.clone()),
        (state.text.clone(), run::sha256_hex(state.text.as_bytes())),
    )
}
