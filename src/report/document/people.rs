//! People, criteria, review, actions.

use super::{Block, addition, table};
use crate::report::model::{Action, Criterion, Person, Remark, Review};
use crate::report::table::{Cell, Table};
use crate::report::text::role_word;

pub(super) fn people(people: &[Person]) -> Vec<Block> {
    let mut lines = Table::new(
        "Who took part",
        &[
            "Name",
            "Team",
            "Role",
            "Recorded",
            "Of these",
            "By others for them",
            "Calls",
            "Stood in",
        ],
    );
    for person in people {
        let of_these = match (person.proved, person.claimed) {
            (0, 0) => String::new(),
            (_, 0) => "all proved".to_owned(),
            (0, _) => "all claimed".to_owned(),
            (proved, claimed) => format!("{proved} proved, {claimed} claimed"),
        };
        let calls = match (person.calls_answered, person.calls_unanswered) {
            (0, 0) => String::new(),
            (yes, 0) => format!("{yes} answered"),
            (0, no) => format!("{no} not answered"),
            (yes, no) => format!("{yes} answered, {no} not"),
        };
        lines.row([
            Cell::text(person.name.as_str()),
            Cell::maybe(person.team.as_ref()),
            Cell::text(role_word(person.role)),
            Cell::Number(count(person.recorded)),
            Cell::text(of_these),
            Cell::some((person.recorded_by_others > 0).then_some(person.recorded_by_others), |n| {
                Cell::Number(count(n))
            }),
            Cell::text(calls),
            Cell::maybe(person.substitute.as_ref()),
        ]);
    }
    let said = "Proved: under a name proved by a token. Claimed: under a name that somebody gave.";
    table(lines).map_or_else(Vec::new, |lines| vec![Block::Text(said.to_owned()), lines])
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) fn criteria(criteria: &[Criterion]) -> Vec<Block> {
    let mut lines = Table::new(
        "Success criteria",
        &["Criterion", "State", "Judge by", "Who judges", "Judged", "By", "Remark"],
    );
    for criterion in criteria {
        lines.row([
            Cell::text(criterion.text.as_str()),
            Cell::text(criterion.state.word()),
            Cell::some(criterion.judge_by, Cell::Time),
            Cell::maybe(criterion.owner.as_ref()),
            Cell::some(criterion.at, Cell::Time),
            Cell::maybe(criterion.by.as_ref()),
            Cell::maybe(criterion.comment.as_ref()),
        ]);
    }
    table(lines).into_iter().collect()
}

pub(super) fn review(review: &Review) -> Vec<Block> {
    let lists = [
        ("What went well", &review.went_well),
        ("What did not go well", &review.went_badly),
        ("What will change", &review.will_change),
    ];
    let said = |remark: &Remark| format!("{} ({})", remark.text, remark.by);
    lists
        .into_iter()
        .filter(|(_, remarks)| !remarks.is_empty())
        .map(|(heading, remarks)| Block::List(heading, remarks.iter().map(said).collect()))
        .collect()
}

pub(super) fn actions(actions: &[Action]) -> Vec<Block> {
    let mut lines = Table::new(
        "Actions",
        &["Entry", "Action", "Owner", "Due", "State", "From", "Step", "Remark"],
    );
    for action in actions {
        lines.row([
            super::record::entry(action.entry),
            Cell::text(format!("{}{}", action.text, addition(action.after_end))),
            Cell::text(action.owner.as_deref().unwrap_or("nobody yet")),
            Cell::some(action.due, Cell::Time),
            Cell::text(action.state.word()),
            Cell::text(action.origin.word()),
            Cell::maybe(action.step.as_ref()),
            Cell::maybe(action.close_reason.as_ref()),
        ]);
    }
    table(lines).into_iter().collect()
}
