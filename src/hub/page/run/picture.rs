//! Plan against actual, drawn as the report draws it.

use super::Told;
use crate::report;
use maud::{Markup, html};

/// The picture.
pub(super) fn part(told: &Told<'_>) -> Markup {
    let gantt = &told.glimpse.gantt;
    let zone = told.state.plan.release.timezone.name();
    let body = (!gantt.rows.is_empty()).then(|| html! { (report::picture(gantt, zone)) });
    super::part("picture", "Plan against actual", body)
}
