//! Every entry in words.

use super::{Desk, second};
use crate::report::model::{Happening, Standing};
use crate::run::{Event, Logged, NoteKind, Verdict, describe};

pub(super) fn timeline(desk: &Desk<'_>) -> Vec<Happening> {
    desk.state.log.iter().map(|logged| happening(desk, logged)).collect()
}

fn happening(desk: &Desk<'_>, logged: &Logged) -> Happening {
    let act = desk.state.mended_act(logged);
    let at = act.effective_at();
    let by_other = act.person() != act.actor.name;
    let standing = match logged.verdict {
        Verdict::Applied => Standing::Holds,
        Verdict::Deviation => Standing::Deviation,
        Verdict::Conflict => Standing::Conflict,
        Verdict::Voided => Standing::Voided,
        Verdict::Unknown => Standing::Unknown,
    };
    let step = act.event.step().and_then(|id| desk.state.plan.step(id));
    Happening {
        entry: logged.entry.seq,
        at: second(at),
        recorded_at: (at < act.at).then(|| second(act.at)),
        by: desk.who(act.person()),
        recorded_by: by_other.then(|| desk.who(&act.actor.name)),
        claimed: act.actor.claimed,
        step: step.map(|step| step.number.clone()),
        what: describe(desk.state, &act.event),
        corrected_by: logged.corrected_by,
        after_end: desk.after_end(logged.entry.seq),
        marks: standing != Standing::Holds || marks(&act.event),
        standing,
    }
}

/// Whether an event marks the course of the night: not a start, a tick or a value among many.
fn marks(event: &Event) -> bool {
    match event {
        Event::NoteAdded { kind, .. } => *kind != NoteKind::Note,
        Event::StepStarted { .. }
        | Event::StepCompleted { .. }
        | Event::StepStoodBy { .. }
        | Event::StepEstimated { .. }
        | Event::StepUnblocked { .. }
        | Event::StepAssigned { .. }
        | Event::StepSigned { .. }
        | Event::ItemTicked { .. }
        | Event::ValueRecorded { .. }
        | Event::EvidenceGiven { .. }
        | Event::ReasonGiven { .. }
        | Event::ChecklistTicked { .. }
        | Event::GateVoted { .. }
        | Event::PersonCalled { .. }
        | Event::RollCallOpened {}
        | Event::RollCallAnswered {}
        | Event::AutomationStarted { .. }
        | Event::AutomationFinished { .. }
        | Event::NoteEdited { .. }
        | Event::NoteClosed { .. }
        | Event::NoteRemoved { .. } => false,
        _ => true,
    }
}
