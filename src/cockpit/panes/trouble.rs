//! The docked panel of a failed step: every way out, none preselected.

use crate::cockpit::action::Action;
use crate::cockpit::model::{Model, Trouble, TroubleChoice};
use crate::run::StepStatus;
use crate::runbook::{OnFailure, OnNoGo, StepIx};

/// Shows the failed step under the cursor, else the one that failed last; nothing when none waits
/// for a decision.
pub(super) fn refresh(model: &mut Model) {
    let Some(ix) = wanted(model) else {
        model.trouble = None;
        return;
    };
    let Some(step) = model.run.plan.steps.get(ix) else { return };
    let choices = choices(model, ix);
    match model.trouble.as_mut() {
        Some(trouble) if trouble.step == step.id => trouble.choices = choices,
        _ => {
            let id = step.id.clone();
            model.trouble = Some(Trouble { step: id, focused: false, cursor: None, choices });
        }
    }
}

fn wanted(model: &Model) -> Option<StepIx> {
    let run = &model.run;
    if run.status.is_over() {
        return None;
    }
    let is_failed = |ix: StepIx| {
        run.steps.get(ix).is_some_and(|s| s.status() == StepStatus::Failed) && !run.is_settled(ix)
    };
    let focused = model.trouble.as_ref().filter(|trouble| trouble.focused);
    let kept = focused.and_then(|trouble| run.step_ix(&trouble.step)).filter(|ix| is_failed(*ix));
    kept.or_else(|| model.cursor_step().filter(|ix| is_failed(*ix))).or_else(|| {
        let failed_at =
            |ix: &StepIx| run.steps.get(*ix).and_then(|s| s.now.ended.as_ref()).map(|f| f.at);
        (0..run.steps.len()).filter(|ix| is_failed(*ix)).max_by_key(failed_at)
    })
}

fn choices(model: &Model, ix: StepIx) -> Vec<TroubleChoice> {
    let run = &model.run;
    let attempt = run.steps.get(ix).map_or(1, |step| step.attempt) + 1;
    let choice = |action, label: String, note: &str| TroubleChoice {
        action: Some(action),
        label,
        note: note.to_owned(),
    };
    let mut choices = Vec::new();
    if run.steps.get(ix).is_some_and(|step| step.owes_reason()) {
        choices.push(choice(Action::Reason, "Say why".to_owned(), "the reason is still owed"));
    }
    choices.extend([
        choice(
            Action::Reopen,
            format!("Try again: attempt {attempt}"),
            "planned again, times kept",
        ),
        choice(Action::Skip, "Skip it".to_owned(), "what follows goes on without it"),
        choice(Action::Defer, "Defer it".to_owned(), "what follows goes on; still owed afterwards"),
    ]);
    if run.held().is_none() {
        let note = "nothing new starts until the lead resumes";
        choices.push(choice(Action::Hold, "Hold the run".to_owned(), note));
    }
    let Some(step) = run.plan.steps.get(ix) else { return choices };
    let on_no_go = step.gate.as_ref().map(|gate| gate.on_no_go);
    if on_no_go == Some(OnNoGo::Cancel) {
        let note = "proposed; the run ends here";
        choices.push(choice(Action::RunCancel, "Cancel the run".to_owned(), note));
    }
    let proposed = match (on_no_go, step.on_failure) {
        (Some(OnNoGo::Rollback(rung)), _) | (None, OnFailure::Rollback(rung)) => Some(rung),
        _ => None,
    };
    let rungs = run.plan.rollbacks.iter().enumerate();
    choices.extend(
        rungs.filter(|(at, rung)| rung.covers.contains(&ix) || proposed == Some(*at)).map(
            |(at, rung)| TroubleChoice {
                action: None,
                label: format!("Roll back: {}", rung.title),
                note: rung_note(proposed == Some(at), rung.trigger.as_deref()),
            },
        ),
    );
    choices
}

fn rung_note(proposed: bool, trigger: Option<&str>) -> String {
    let trigger = trigger.unwrap_or_default();
    match (proposed, trigger.is_empty()) {
        (true, true) => "proposed".to_owned(),
        (true, false) => format!("proposed: {trigger}"),
        (false, _) => trigger.to_owned(),
    }
}
