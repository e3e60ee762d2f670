//! Who took part, what they still have to do, and how success is judged.

use super::{count, seq};
use crate::report::model::{Action, Person, Report};
use crate::report::table::{Cell, Table};
use crate::report::text::role_word;

pub(super) fn actions(actions: &[Action]) -> Table {
    let mut table = Table::new(
        "actions",
        &[
            "entry",
            "origin",
            "action",
            "owner",
            "due",
            "state",
            "step",
            "at",
            "by",
            "closed_at",
            "closed_by",
            "close_reason",
            "after_end",
        ],
    );
    for action in actions {
        table.row([
            seq(action.entry),
            Cell::text(action.origin.word()),
            Cell::text(action.text.as_str()),
            Cell::maybe(action.owner.as_ref()),
            Cell::some(action.due, Cell::Second),
            Cell::text(action.state.word()),
            Cell::maybe(action.step.as_ref()),
            Cell::Second(action.at),
            Cell::text(action.by.as_str()),
            Cell::some(action.closed_at, Cell::Second),
            Cell::maybe(action.closed_by.as_ref()),
            Cell::maybe(action.close_reason.as_ref()),
            Cell::yes(action.after_end),
        ]);
    }
    table
}

pub(super) fn people(people: &[Person]) -> Table {
    let mut table = Table::new(
        "people",
        &[
            "id",
            "name",
            "team",
            "role",
            "recorded",
            "proved",
            "claimed",
            "by_others",
            "first",
            "last",
            "calls_answered",
            "calls_unanswered",
        ],
    );
    for person in people {
        table.row([
            Cell::text(person.id.as_str()),
            Cell::text(person.name.as_str()),
            Cell::maybe(person.team.as_ref()),
            Cell::text(role_word(person.role)),
            count(person.recorded),
            count(person.proved),
            count(person.claimed),
            count(person.recorded_by_others),
            Cell::some(person.first_at, Cell::Second),
            Cell::some(person.last_at, Cell::Second),
            count(person.calls_answered),
            count(person.calls_unanswered),
        ]);
    }
    table
}

pub(super) fn criteria(report: &Report) -> Option<Table> {
    let mut table = Table::new(
        "criteria",
        &["id", "criterion", "owner", "judge_by", "state", "at", "by", "comment"],
    );
    for c in report.criteria.as_ref()? {
        table.row([
            Cell::text(c.id.as_str()),
            Cell::text(c.text.as_str()),
            Cell::maybe(c.owner.as_ref()),
            Cell::some(c.judge_by, Cell::Second),
            Cell::text(c.state.word()),
            Cell::some(c.at, Cell::Second),
            Cell::maybe(c.by.as_ref()),
            Cell::maybe(c.comment.as_ref()),
        ]);
    }
    Some(table)
}
