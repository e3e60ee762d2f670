//! Scrolling the timeline in time, and zooming.

use crate::cockpit::action::Action;
use crate::cockpit::layout::{areas, chart};
use crate::cockpit::model::Model;
use crate::cockpit::panes::scale;
use crate::run::timeline::{Scale, coarser, extent, finer, reach};

/// Carries out a movement in time.
pub(super) fn go(model: &mut Model, action: Action) {
    let columns = usize::from(chart(areas(model).main).lines.width);
    let present = scale(model, columns);
    let quarter = i64::try_from(columns / 4).unwrap_or(1).max(1);
    match action {
        Action::TimeBack => scroll(model, present.scrolled(-quarter)),
        Action::TimeOn => scroll(model, present.scrolled(quarter)),
        Action::ZoomIn => zoom(model, present, finer(present.cell)),
        Action::ZoomOut => zoom_out(model, present),
        Action::ZoomFit => (model.timeline.cell, model.timeline.from) = (None, None),
        Action::TimeNow => model.timeline.from = None,
        _ => {}
    }
}

/// Goes there; a column of what there is to see stays in sight.
fn scroll(model: &mut Model, to: Scale) {
    let (from, until) = reach(&model.run, &model.forecast, model.now);
    let columns = i64::try_from(to.cells).unwrap_or(i64::MAX);
    let first = Scale { from, ..to }.scrolled(1 - columns.max(1)).from;
    model.timeline.cell = Some(to.cell);
    model.timeline.from = Some(to.from.max(first).min(until));
}

/// The last but one shows all of the run, the last its window and roll back by, too.
fn zoom_out(model: &mut Model, present: Scale) {
    let (run, forecast, now) = (&model.run, &model.forecast, model.now);
    let (from, until) = extent(run, forecast, now);
    let (first, last) = reach(run, forecast, now);
    let whole = Scale::fit(from, until, present.cells).cell;
    let widest = Scale::fit(first, last, present.cells).cell;
    let cell = coarser(present.cell);
    if (present.cell < whole && cell >= whole) || widest <= whole {
        (model.timeline.cell, model.timeline.from) = (None, None);
    } else if cell >= widest {
        (model.timeline.cell, model.timeline.from) = (Some(widest), Some(first));
    } else {
        zoom(model, present, cell);
    }
}

/// Now stays where it is, else the middle; whoever follows now goes on to.
fn zoom(model: &mut Model, present: Scale, cell: i64) {
    if model.timeline.from.is_some() {
        let middle = i64::try_from(present.cells / 2).unwrap_or(0);
        let now = Some(model.now).filter(|now| present.visible(*now).is_some());
        let anchor = now.unwrap_or_else(|| present.time_of(middle));
        scroll(model, present.zoomed(cell, anchor));
    } else {
        model.timeline.cell = Some(cell);
    }
}
