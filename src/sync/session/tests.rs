use super::*;
use crate::sync::protocol::{Appended, Hello, Page, Placed, Problem, ProblemKind, Sent, You};

const NOW: Millis = 1_795_900_000_000;

fn head(seq: u64) -> Head {
    Head { seq, chain: format!("{seq:064x}") }
}

fn entry(seq: u64) -> Box<Ordered> {
    Box::new(Ordered::pack(seq, head(seq).chain, b"{}"))
}

fn id(index: u64) -> EntryId {
    EntryId { replica: "r".to_owned(), index }
}

/// A ledger at that place, in which so many wait.
fn ledger(seq: u64, waiting: u64) -> Ledger {
    Ledger {
        epoch: 1,
        head: Some(head(seq)),
        unshared: usize::try_from(waiting).unwrap(),
        waiting: (1..=waiting).map(|index| (id(index), Sent::pack(b"{}"))).collect(),
        ..Ledger::default()
    }
}

fn hello(epoch: u64) -> Streamed {
    Streamed::Hello(Hello { epoch, head: head(1), you: You::default() })
}

/// A session whose stream (number 1) is open; its clock has been asked for (number 2 or 3).
fn open(ledger: Ledger) -> (Session, Vec<Output>) {
    let mut session = Session::new(ledger, 7, NOW);
    let out = session.take(Input::Wake, NOW);
    assert!(out.contains(&Output::OpenStream(1, head(1))), "{out:?}");
    let out = session.take(Input::Streamed(1, hello(1)), NOW);
    (session, out)
}

fn appends(out: &[Output]) -> Vec<(u64, usize)> {
    let append = |output: &Output| match output {
        Output::Ask(number, Request::Append(append)) => Some((*number, append.entries.len())),
        _ => None,
    };
    out.iter().filter_map(append).collect()
}

fn asked_for_page(out: &[Output]) -> Option<u64> {
    out.iter().find_map(|output| match output {
        Output::Ask(number, Request::Page { .. }) => Some(*number),
        _ => None,
    })
}

#[test]
fn it_says_offline_until_the_hub_says_hello_and_then_sends_what_waits() {
    let mut session = Session::new(ledger(1, 2), 7, NOW);
    let out = session.take(Input::Wake, NOW);
    let offline = Condition { unshared: 2, offline_since: Some(NOW), ..Condition::default() };
    assert!(out.contains(&Output::Show(offline)), "{out:?}");
    assert!(appends(&out).is_empty());
    let out = session.take(Input::Streamed(1, hello(1)), NOW + 5);
    assert_eq!(appends(&out), [(2, 2)]);
    assert_eq!(session.condition().offline_since, None);
}

#[test]
fn why_the_hub_is_not_reached_is_told_until_it_is() {
    let (mut session, _) = open(ledger(1, 0));
    let ended = Streamed::Ended("the hub has closed the stream".to_owned());
    session.take(Input::Streamed(1, ended), NOW + 10);
    let condition = session.condition();
    assert_eq!(condition.offline_since, Some(NOW + 10));
    assert_eq!(condition.unreachable.as_deref(), Some("the hub has closed the stream"));
    assert_eq!(condition.trouble, None, "there is nothing to do but to wait");
    let out = session.take(Input::Wake, session.wake_at().unwrap());
    let number = out.iter().find_map(|output| match output {
        Output::OpenStream(number, _) => Some(*number),
        _ => None,
    });
    let again = session.wake_at().unwrap();
    session.take(Input::Streamed(number.unwrap(), hello(1)), again);
    assert_eq!(session.condition(), Condition::default());
}

#[test]
fn one_append_is_under_way_at_a_time_and_nothing_is_sent_twice_while_it_comes_back() {
    let (mut session, out) = open(ledger(1, 2));
    let (number, _) = appends(&out)[0];
    assert!(appends(&session.take(Input::Ledger(ledger(1, 3)), NOW)).is_empty());
    let placed = (1..=2).map(|n| Placed {
        replica: "r".to_owned(),
        index: n,
        seq: n + 1,
        chain: head(n + 1).chain,
    });
    let answer = Answer::Appended(Box::new(Appended { epoch: 1, entries: placed.collect() }));
    let out = session.take(Input::Answered(number, answer), NOW);
    assert_eq!(appends(&out).iter().map(|a| a.1).collect::<Vec<_>>(), [1], "only the third");
}

#[test]
fn what_was_appended_and_does_not_come_back_is_asked_for() {
    let (mut session, out) = open(ledger(1, 1));
    let (number, _) = appends(&out)[0];
    let placed = Placed { replica: "r".to_owned(), index: 1, seq: 2, chain: head(2).chain };
    let answer = Answer::Appended(Box::new(Appended { epoch: 1, entries: vec![placed] }));
    session.take(Input::Answered(number, answer), NOW);
    assert_eq!(asked_for_page(&session.take(Input::Wake, NOW + 1_000)), None);
    assert!(asked_for_page(&session.take(Input::Wake, NOW + 2_001)).is_some());
}

#[test]
fn entries_go_to_the_ledger_in_order_and_a_gap_is_filled_from_a_page() {
    let (mut session, _) = open(ledger(1, 0));
    let out = session.take(Input::Streamed(1, Streamed::Entry(entry(3))), NOW);
    let number = asked_for_page(&out).expect("what is missing is asked for");
    let page =
        Page { epoch: 1, entries: vec![*entry(2), *entry(3)], head: head(3), you: You::default() };
    let out = session.take(Input::Answered(number, Answer::Page(Box::new(page))), NOW);
    let taken = out.iter().find_map(|output| match output {
        Output::TakeIn { entries, rejoin: None, .. } => Some(entries.len()),
        _ => None,
    });
    assert_eq!(taken, Some(2));
    let more = session.take(Input::Streamed(1, Streamed::Entry(entry(4))), NOW);
    assert!(!more.iter().any(|o| matches!(o, Output::TakeIn { .. })), "one at a time");
}

#[test]
fn where_the_orders_differ_the_hubs_is_taken_from_the_last_common_entry() {
    let (mut session, _) = open(ledger(1, 0));
    let mut problem = Problem::new(ProblemKind::Diverged, "");
    problem.epoch = Some(1);
    problem.samples = vec![head(4), head(2)];
    let out = session.take(Input::Streamed(1, Streamed::Problem(Box::new(problem))), NOW);
    assert!(out.contains(&Output::Compare(vec![head(4), head(2)])), "{out:?}");
    let out = session.take(Input::Common(head(2)), NOW);
    let number = asked_for_page(&out).unwrap();
    let page = |entries: Vec<Ordered>| {
        let (epoch, you) = (1, You::default());
        Answer::Page(Box::new(Page { epoch, entries, head: head(4), you }))
    };
    let out = session.take(Input::Answered(number, page(vec![*entry(3)])), NOW);
    assert!(out.iter().any(|o| matches!(o, Output::TakeIn { rejoin: Some(4), .. })), "{out:?}");
    let out = session.take(Input::TookIn(Ok(())), NOW);
    let number = asked_for_page(&out).expect("there is more");
    session.take(Input::Answered(number, page(vec![*entry(4)])), NOW);
    session.take(Input::Ledger(ledger(4, 0)), NOW);
    let out = session.take(Input::TookIn(Ok(())), NOW);
    assert!(
        out.iter().any(|o| matches!(o, Output::OpenStream(_, at) if *at == head(4))),
        "{out:?}"
    );
}

#[test]
fn a_hub_of_an_older_epoch_is_left_alone_and_told_of() {
    let mut session = Session::new(Ledger { epoch: 3, ..ledger(1, 1) }, 7, NOW);
    session.take(Input::Wake, NOW);
    let out = session.take(Input::Streamed(1, hello(2)), NOW);
    assert!(appends(&out).is_empty());
    assert!(session.condition().trouble.unwrap().contains("of epoch 2"));
    assert!(session.wake_at().unwrap() >= NOW + 30_000);
}

#[test]
fn a_refusal_is_kept_and_the_others_go_on() {
    let (mut session, out) = open(ledger(1, 2));
    let (number, _) = appends(&out)[0];
    let mut problem = Problem::new(ProblemKind::Refused, "an observer may not do that");
    problem.entry = Some(Box::new(id(1)));
    let problem = Answer::Problem(Box::new(problem));
    let out = session.take(Input::Answered(number, problem), NOW);
    let kept = Output::KeepRefusal(id(1), "an observer may not do that".to_owned());
    assert!(out.contains(&kept), "{out:?}");
    let out = session.take(Input::Ledger(Ledger { refused: 1, ..ledger(1, 1) }), NOW);
    assert_eq!(appends(&out).len(), 1);
    assert_eq!(session.condition().refused, 1);
}

#[test]
fn names_that_the_hub_does_not_like_do_not_keep_it_busy_for_ever() {
    let (mut session, mut out) = open(ledger(1, 1));
    let mut asked = 0;
    while let Some((number, _)) = appends(&out).first().copied() {
        asked += 1;
        let problem = Answer::Problem(Box::new(Problem::new(ProblemKind::Reused, "taken")));
        out = session.take(Input::Answered(number, problem), NOW);
        if let Some(number) = asked_for_page(&out) {
            let (epoch, entries, you) = (1, Vec::new(), You::default());
            let page = Page { epoch, entries, head: head(1), you };
            out = session.take(Input::Answered(number, Answer::Page(Box::new(page))), NOW);
        }
    }
    assert_eq!(asked, 4);
    assert!(session.condition().trouble.unwrap().contains("taken"));
}

#[test]
fn no_answer_a_silent_stream_and_a_clock_set_back_all_begin_anew() {
    let (mut session, _) = open(ledger(1, 1));
    session.take(Input::Wake, NOW + ANSWER);
    assert_eq!(session.condition().offline_since, Some(NOW + ANSWER), "no answer to the append");
    let (mut session, _) = open(ledger(1, 0));
    let out = session.take(Input::Wake, NOW + SILENCE);
    assert!(out.contains(&Output::CloseStream(1)), "silent");
    let (mut session, _) = open(ledger(1, 0));
    let out = session.take(Input::Wake, NOW - 600_000);
    assert!(out.contains(&Output::CloseStream(1)), "set back");
    assert!(out.iter().any(|o| matches!(o, Output::OpenStream(..))), "and at once again");
}

#[test]
fn who_cannot_show_to_be_the_hub_is_said_and_left_alone_for_a_while() {
    let mut session = Session::new(ledger(1, 1), 7, NOW);
    session.take(Input::Wake, NOW);
    let why = "its certificate has expired".to_owned();
    let out = session.take(Input::Streamed(1, Streamed::Distrusted(why.clone())), NOW);
    let shown = out.iter().find_map(|output| match output {
        Output::Show(condition) => condition.trouble.clone(),
        _ => None,
    });
    assert_eq!(shown, Some(why.clone()));
    assert!(session.wake_at().unwrap() >= NOW + STUBBORN);
    // The certificate changes while an append is under way.
    let (mut session, out) = open(ledger(1, 1));
    let [(number, 1)] = appends(&out)[..] else { panic!("{out:?}") };
    session.take(Input::Answered(number, Answer::Distrusted(why.clone())), NOW);
    assert_eq!(session.condition().trouble, Some(why));
    assert_eq!(session.condition().offline_since, Some(NOW));
}
