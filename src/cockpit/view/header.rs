//! The three lines on top: where we are in time, how it stands, and whom it waits for. Mode,
//! rollback and waiting stay at every width and height that has a header at all.

use super::clock;
use super::ink::{Ink, put};
use super::parts::{Part, line};
use super::text::fit;
use crate::cockpit::action::Action;
use crate::cockpit::model::Count;
use crate::run::{Approval, Mode, Rag, RollBack, RunStatus, StepStatus, WayBack, chance_percent};
use crate::runbook::{Role, StepIx, StepKind, format_timer};
use chrono::DateTime;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// Draws as many of the lines as the area is high.
pub fn draw(ink: &Ink<'_>, buffer: &mut Buffer, area: Rect) {
    let columns = usize::from(area.width);
    let bar = Span::styled(" │ ", ink.theme.pane.border);
    let space = Span::raw("  ");
    let lines = match area.height {
        0 => Vec::new(),
        1 => vec![(vec![mode(ink), rag(ink), roll_back(ink), waiting(ink), wall(ink, 2)], &bar)],
        2 => {
            let first = vec![mode(ink), status(ink), wall(ink, 1), t_clock(ink), window(ink)];
            let second = vec![rag(ink), roll_back(ink), waiting(ink), saving(ink, columns)];
            vec![(first, &space), (second, &bar)]
        }
        _ => {
            let mut first = vec![mode(ink), title(ink), status(ink), wall(ink, 1), t_clock(ink)];
            // At the right edge stands one thing: on a bridge, how many follow.
            match here(ink) {
                Some(here) => first.extend([window(ink), progress(ink), Some(here.at_right())]),
                None => first.extend([window(ink), progress(ink).map(Part::at_right)]),
            }
            let second = vec![rag(ink), finish(ink), roll_back(ink), approved(ink)];
            let third =
                vec![waiting(ink), call(ink), decide(ink), yours(ink), saving(ink, columns)];
            vec![(first, &space), (second, &bar), (third, &bar)]
        }
    };
    for (row, (parts, gap)) in lines.into_iter().enumerate() {
        let parts = parts.into_iter().flatten().collect();
        put(buffer, area, row, &line(parts, columns, gap));
    }
}

fn mode(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    if let Some(demo) = &ink.model.demo {
        let style = styles.rehearsal;
        let part = match demo.waits() {
            true => Part::styled(0, format!(" {}, it waits for you ", demo.word()), style),
            false => Part::styled(0, format!(" {} ", demo.word()), style),
        };
        let part = part.or(vec![Span::styled(format!(" {} ", demo.word()), style)]);
        return Some(part.or(vec![Span::styled("DEMO", style)]));
    }
    let (long, short, style) = match ink.model.run.mode {
        Mode::Live => (" LIVE ", "LIVE", styles.live),
        Mode::Rehearsal => (" REHEARSAL ", "REH", styles.rehearsal),
    };
    Some(Part::styled(0, long, style).or(vec![Span::styled(short, style)]))
}

fn title(ink: &Ink<'_>) -> Option<Part> {
    let style = ink.theme.header.title;
    let title = &ink.model.run.plan.release.title;
    let mut part = Part::styled(6, fit(title, 60), style);
    for columns in [40, 28, 20, 12] {
        part = part.or(vec![Span::styled(fit(title, columns), style)]);
    }
    Some(part)
}

/// What the run is doing, where that is anything but going.
fn status(ink: &Ink<'_>) -> Option<Part> {
    let run = &ink.model.run;
    let styles = &ink.theme.header;
    if let Some(hold) = run.held() {
        let held = format!(" HELD {} ", format_timer(hold.secs(ink.now())));
        let held = Span::styled(held, styles.held);
        let reason = hold.reason.as_deref().unwrap_or("why?");
        let because = |columns| {
            vec![held.clone(), Span::styled(format!(" {}", fit(reason, columns)), styles.clock)]
        };
        let part = Part::new(1, because(60)).or(because(40)).or(because(24)).or(because(16));
        return Some(part.or(vec![held.clone()]).at_once(2));
    }
    let (word, style) = match run.status {
        RunStatus::Active => return None,
        RunStatus::Planned => ("not started", styles.label),
        RunStatus::RollingBack => (" ROLLING BACK ", styles.red),
        RunStatus::Complete => (" COMPLETE ", styles.green),
        RunStatus::RolledBack => (" ROLLED BACK ", styles.amber),
        RunStatus::Canceled => (" CANCELED ", styles.amber),
    };
    Some(Part::styled(1, word, style))
}

fn wall(ink: &Ink<'_>, rank: u8) -> Option<Part> {
    let zone = ink.model.run.plan.release.timezone;
    let time = ink.now().with_timezone(&zone).format("%H:%M").to_string();
    let clock = Span::styled(time, ink.theme.header.clock);
    let name = Span::styled(format!(" {}", clock::zone_name(zone)), ink.theme.header.label);
    Some(Part::new(rank, vec![clock.clone(), name]).or(vec![clock]))
}

fn t_clock(ink: &Ink<'_>) -> Option<Part> {
    let secs = ink.model.run.t_clock(ink.now());
    Some(Part::styled(3, clock::t_clock(secs), ink.theme.header.clock))
}

fn window(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    let window = ink.model.run.window(ink.now())?;
    let now = ink.now();
    let (verb, at, how, style) = if now < window.opens {
        let left = clock::rough((window.opens - now).num_seconds());
        ("opens", window.opens, format!("in {left}"), styles.clock)
    } else if now < window.closes {
        let left = clock::rough((window.closes - now).num_seconds());
        ("closes", window.closes, left, styles.clock)
    } else {
        let past = clock::rough((now - window.closes).num_seconds());
        ("CLOSED", window.closes, format!("{past} ago"), ink.theme.screen.bad)
    };
    let label = |text: String| Span::styled(text, styles.label);
    let time = Span::styled(ink.moment(at), style);
    let how = Span::styled(format!(" ({how})"), style);
    let part = Part::new(4, vec![label(format!("window {verb} ")), time.clone(), how.clone()])
        .or(vec![label(format!("{verb} ")), time.clone(), how])
        .or(vec![label(format!("{verb} ")), time]);
    Some(part)
}

fn progress(ink: &Ink<'_>) -> Option<Part> {
    let (settled, all) = ink.model.glance.settled;
    let count = Span::styled(format!("{settled}/{all}"), ink.theme.header.clock);
    let word = Span::styled(" settled", ink.theme.header.label);
    Some(Part::new(5, vec![count.clone(), word]).or(vec![count]))
}

/// How many are here; where the hub is not reached, that nobody knows.
fn here(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    Some(match ink.model.count_here()? {
        Count::Here(count) => Part::styled(4, format!("{count} here"), styles.clock),
        Count::Unknown => {
            let part = Part::styled(4, "who is here: unknown", styles.label);
            part.or(vec![Span::styled("? here", styles.label)])
        }
    })
}

fn rag(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    // What was called off or taken back went neither as planned nor late.
    if matches!(ink.model.run.status, RunStatus::RolledBack | RunStatus::Canceled) {
        return None;
    }
    let (word, style) = match ink.model.forecast.rag {
        Rag::Green => (" GREEN ", styles.green),
        Rag::Amber => (" AMBER ", styles.amber),
        Rag::Red => (" RED ", styles.red),
    };
    let word = Span::styled(word, style);
    let reason = ink.model.forecast.reasons.first().map_or("as planned", String::as_str);
    let mut part = None;
    for columns in [90, 60, 40, 28, 18] {
        let spans =
            vec![word.clone(), Span::styled(format!(" {}", fit(reason, columns)), styles.clock)];
        part = Some(match part {
            None => Part::new(1, spans),
            Some(part) => Part::or(part, spans),
        });
    }
    part.map(|part| part.or(vec![word]).at_once(2))
}

fn finish(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    if let Some(ended) = &ink.model.run.ended {
        let spans = vec![
            Span::styled("ended ", styles.label),
            Span::styled(ink.moment(ended.at), styles.clock),
        ];
        return Some(Part::new(2, spans));
    }
    let finish = ink.model.forecast.finish?;
    let slip = ink.model.forecast.plan_finish.map(|plan| (finish - plan).num_seconds());
    let slip = slip.and_then(clock::slip).map(|slip| format!(" ({slip})")).unwrap_or_default();
    let value = |slip: &str| Span::styled(format!("{}{slip}", ink.moment(finish)), styles.clock);
    let label = Span::styled("finish ", styles.label);
    let bare = vec![label.clone(), value(&slip)];
    let Some(chance) = ink.model.chance.chance.and_then(|chance| chance.in_window) else {
        return Some(Part::new(2, bare).or(vec![label, value("")]));
    };
    let percent = chance_percent(chance);
    let with = |words: String| {
        let chance = Span::styled(words, styles.label);
        vec![label.clone(), value(&slip), chance]
    };
    let part = Part::new(2, with(format!(" {percent} in the window")));
    Some(part.or(with(format!(" {percent}"))).or(bare).or(vec![label.clone(), value("")]))
}

/// Until when one can roll back: now, and once the next step has started; or why that is no
/// question. In one form or another it is on every screen.
fn roll_back(ink: &Ink<'_>) -> Option<Part> {
    let forecast = &ink.model.forecast;
    let now = way_back(ink, &forecast.roll_back);
    let said = |way: &Said, at: usize| Span::styled(way.forms[at].clone(), way.style);
    let mut forms: Vec<Vec<Span<'static>>> = Vec::new();
    let next = forecast.after_next.as_ref().filter(|(_, then)| *then != forecast.roll_back);
    if let Some((step, then)) = next {
        let then = way_back(ink, then);
        let label = |text: String| Span::styled(text, ink.theme.header.label);
        let after = format!(", after {}: ", ink.number(*step));
        let short = then.short.clone();
        let short = Span::styled(short, then.style);
        forms.push(vec![said(&now, 0), label(after.clone()), short.clone()]);
        forms.push(vec![said(&now, 1), label(after), short.clone()]);
        forms.push(vec![said(&now, 2), label(", then ".to_owned()), short]);
    }
    forms.extend((0..now.forms.len()).map(|at| vec![said(&now, at)]));
    // Now and after the next step, before anything less is said at length.
    let first = next.map_or(1, |_| 2);
    let mut forms = forms.into_iter();
    let part = Part::new(0, forms.next()?);
    Some(forms.fold(part, Part::or).at_once(first))
}

/// One way back in words: from a sentence to a word, and the shortest for behind a label.
struct Said {
    forms: [String; 3],
    short: String,
    style: Style,
}

fn way_back(ink: &Ink<'_>, roll_back: &RollBack) -> Said {
    let styles = &ink.theme.header;
    let bad = ink.theme.screen.bad;
    let (forms, short, style) = match roll_back {
        RollBack::NoLadder => {
            (["no rollback in this runbook", "no rollback here", "RB: none"], "none", styles.label)
        }
        RollBack::NotNeeded => (
            ["nothing to ROLL BACK yet", "nothing to ROLL BACK", "RB: not yet"],
            "not needed",
            styles.roll_back,
        ),
        RollBack::Over => (
            ["run over: no ROLLBACK any more", "no ROLLBACK any more", "RB: over"],
            "over",
            styles.label,
        ),
        RollBack::By(way) => return by(ink, *way),
        RollBack::FixForward { since } => {
            let long = format!("FIX FORWARD ONLY since {}", ink.number(*since));
            let forms = [long, "FIX FORWARD ONLY".to_owned(), "RB: FWD ONLY".to_owned()];
            return Said { forms, short: "FIX FORWARD ONLY".to_owned(), style: bad };
        }
        RollBack::On { rung, finish } => {
            let number = ink.model.run.rung_number(*rung);
            let ends = finish.map(|at| ink.moment(at)).unwrap_or_else(|| "–".to_owned());
            let forms = [
                format!("ROLLING BACK {number}, ends {ends}"),
                format!("ROLLING BACK → {ends}"),
                format!("RB: → {ends}"),
            ];
            return Said { forms, short: format!("→ {ends}"), style: bad };
        }
    };
    Said { forms: forms.map(str::to_owned), short: short.to_owned(), style }
}

/// Until when the decision still ends inside the window; past it, in words too.
fn by(ink: &Ink<'_>, way: WayBack) -> Said {
    let Some(by) = way.by else {
        let long = crate::runbook::format_duration(way.duration);
        let forms = [
            format!("ROLL BACK any time, takes {long}"),
            "ROLL BACK any time".to_owned(),
            "RB: any time".to_owned(),
        ];
        return Said { forms, short: "any time".to_owned(), style: ink.theme.header.roll_back };
    };
    let at = ink.moment(by);
    if by < ink.now() {
        let forms = [
            format!("ROLL BACK BY {at} HAS PASSED"),
            format!("ROLL BACK BY {at} PASSED"),
            format!("RB: {at} PAST"),
        ];
        return Said { forms, short: format!("too late ({at})"), style: ink.theme.screen.bad };
    }
    let forms = [format!("ROLL BACK BY {at}"), format!("ROLL BACK BY {at}"), format!("RB: {at}")];
    Said { forms, short: at, style: ink.theme.header.roll_back }
}

/// Whether this is what was approved, where the opening said what that is.
fn approved(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    Some(match ink.model.approval.as_ref()? {
        Approval::AsApproved => Part::styled(7, "as approved", styles.label),
        Approval::Differs { .. } => {
            let style = ink.theme.screen.warning;
            let part = Part::styled(1, "differs from the approved text", style);
            part.or(vec![Span::styled("not as approved", style)])
        }
    })
}

fn waiting(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    let label = |word: &'static str| Span::styled(word, styles.label);
    let waiting = &ink.model.glance.waiting;
    if let Some((who, what)) = &ink.model.glance.awaited {
        let said = |text: String| vec![label("WAITING "), Span::styled(text, styles.clock)];
        return Some(
            Part::new(0, said(format!("for {} {what}", fit(who, 24))))
                .or(said(format!("for {} {what}", fit(who, 10))))
                .or(vec![label("WAIT "), Span::styled(what.clone(), styles.clock)])
                .or(vec![label("WAIT "), Span::styled("lead", styles.clock)]),
        );
    }
    if waiting.is_empty() {
        let ready = match ink.model.glance.ready.as_slice() {
            [] => "–".to_owned(),
            [one] if decided(ink, *one) => format!("for {} to be decided", ink.number(*one)),
            [one] => format!("for {} to start", ink.number(*one)),
            [one, more @ ..] => {
                format!("for {} and {} more to start", ink.number(*one), more.len())
            }
        };
        let short = match ink.model.glance.ready.first() {
            None => "–",
            Some(one) if decided(ink, *one) => "decision",
            Some(_) => "start",
        };
        return Some(
            Part::new(0, vec![label("WAITING "), Span::styled(ready, styles.clock)])
                .or(vec![label("WAIT "), Span::styled(short, styles.clock)]),
        );
    }
    let one = |at: usize, since: bool| {
        waiting.get(at).map(|on| {
            let stuck = if on.status == StepStatus::Blocked { " BLOCKED" } else { "" };
            let since = on.since.filter(|_| since).map(|at| (ink.now() - at).num_seconds());
            let since = since.map(|secs| format!(" {}", clock::rough(secs))).unwrap_or_default();
            format!("{} {}{stuck}{since}", fit(&on.person, 14), ink.number(on.step))
        })
    };
    let some = |count: usize, since: bool| {
        let mut text: Vec<_> = (0..count).filter_map(|at| one(at, since)).collect();
        if waiting.len() > count {
            text.push(format!("+{}", waiting.len() - count));
        }
        Span::styled(text.join(", "), styles.clock)
    };
    Some(
        Part::new(0, vec![label("WAITING "), some(4, true)])
            .or(vec![label("WAITING "), some(3, false)])
            .or(vec![label("WAITING "), some(2, false)])
            .or(vec![label("WAITING "), some(1, false)])
            .or(vec![label("WAIT "), some(1, false)]),
    )
}

/// Whether a step is not started by anybody, but decided.
fn decided(ink: &Ink<'_>, ix: StepIx) -> bool {
    ink.step(ix).is_some_and(|step| matches!(step.kind, StepKind::Gate | StepKind::Choice))
}

fn call(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    let label = Span::styled("CALL ", styles.label);
    let Some(next) = ink.model.glance.call.first() else {
        return Some(Part::new(7, vec![label, Span::styled("–", styles.clock)]));
    };
    let when = if next.at <= ink.now() { "now".to_owned() } else { ink.moment(next.at) };
    let tried = if next.no_answer { ", no answer" } else { "" };
    let text = format!("{} {} {when}{tried}", fit(&next.person, 20), ink.number(next.step));
    let contact = next.contact.as_deref().map(|c| format!(", {}", fit(c, 24))).unwrap_or_default();
    let style = if next.at <= ink.now() { styles.call } else { styles.clock };
    let span = |text: String| Span::styled(text, style);
    Some(
        Part::new(2, vec![label.clone(), span(format!("{text}{contact}"))])
            .or(vec![label.clone(), span(text)])
            .or(vec![label, span(format!("{} {when}", fit(&next.person, 8)))]),
    )
}

fn decide(ink: &Ink<'_>) -> Option<Part> {
    let styles = &ink.theme.header;
    let label = Span::styled("DECIDE ", styles.label);
    let Some(open) = ink.model.glance.decide.first() else {
        return Some(Part::new(7, vec![label, Span::styled("–", styles.clock)]));
    };
    let who = open.decider.as_deref().map_or_else(|| "lead".to_owned(), |who| fit(who, 14));
    let by = open.by.map(|by| format!(" by {}", ink.moment(by))).unwrap_or_default();
    let more = ink.model.glance.decide.len() - 1;
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    let overdue = open.by.is_some_and(|by| by < ink.now());
    let style = if overdue { ink.theme.screen.bad } else { styles.decide };
    let number = ink.number(open.step);
    let span = |text: String| Span::styled(text, style);
    Some(
        Part::new(2, vec![label.clone(), span(format!("{who} {number}{by}{more}"))])
            .or(vec![label, span(format!("{number}{more}"))]),
    )
}

/// For who follows: what comes next of theirs.
fn yours(ink: &Ink<'_>) -> Option<Part> {
    let (step, at) = ink.model.glance.yours_next?;
    let leads = ink.model.run.role_of(&ink.model.me) == Role::Lead;
    let number = ink.number(step);
    let style = ink.theme.steps.mine;
    let span = |text: String| vec![Span::styled(text, style)];
    let rank = if leads { 7 } else { 1 };
    if ink.model.run.is_ready(step, ink.now()) {
        return Some(
            Part::new(rank, span(format!("Yours now: {number}"))).or(span(format!("now {number}"))),
        );
    }
    let about = at.map(|at| format!(", about {}", ink.moment(at))).unwrap_or_default();
    Some(
        Part::new(rank, span(format!("Yours next: {number}{about}")))
            .or(span(format!("yours {number}"))),
    )
}

/// What is not on the disk yet; else, where there is a hub, what is not shared yet. From `WIDE`
/// columns on, that all is saved or shared stays in sight however many are waited for.
fn saving(ink: &Ink<'_>, columns: usize) -> Option<Part> {
    const WIDE: usize = 110;
    let styles = &ink.theme.header;
    let (saving, unsaved) = (ink.model.saving.len(), ink.model.unsaved.len());
    let (rank, text, style): (u8, String, Style) = match (unsaved, saving) {
        (0, 0) if ink.model.sharing.is_some() => return shared(ink, columns >= WIDE),
        (0, 0) if ink.model.glance.conflicts > 0 => {
            let part = Part::styled(1, format!("{}, all saved", in_conflict(ink)?), styles.unsaved);
            return Some(part.or(vec![Span::styled(in_conflict(ink)?, styles.unsaved)]).at_right());
        }
        (0, 0) if columns >= WIDE => (3, "all saved".to_owned(), styles.label),
        (0, 0) => (8, "all saved".to_owned(), styles.label),
        (0, saving) => (3, format!("saving {saving}"), styles.label),
        (unsaved, _) => (1, format!("{unsaved} UNSAVED"), styles.unsaved),
    };
    Some(Part::styled(rank, text, style).at_right())
}

/// `1 conflict (*)`, with the key that shows it, until the person has looked.
fn in_conflict(ink: &Ink<'_>) -> Option<String> {
    let conflicts = match ink.model.glance.conflicts {
        0 => return None,
        1 => "1 conflict".to_owned(),
        more => format!("{more} conflicts"),
    };
    let key = ink.model.keymap.shown(Action::ShowSharing);
    Some(if key.is_empty() { conflicts } else { format!("{conflicts} ({key})") })
}

/// How it goes with the hub.
fn shared(ink: &Ink<'_>, wide: bool) -> Option<Part> {
    let styles = &ink.theme.header;
    let sharing = ink.model.sharing.as_ref()?;
    let waits = (sharing.unshared > 0).then(|| format!("{} not shared", sharing.unshared));
    let refused = (sharing.refused > 0).then(|| format!("{} REFUSED", sharing.refused));
    let offline = sharing.offline_since.and_then(DateTime::from_timestamp_millis);
    let offline = offline.map(|since| format!("offline since {}", ink.moment(since)));
    let conflicts = in_conflict(ink);
    let lost = ink.model.outbox.lost.len();
    let gone = (lost > 0).then(|| format!("{lost} LOST"));
    let amiss = sharing.refused > 0 || lost > 0 || conflicts.is_some();
    let mut words: Vec<_> =
        [gone, refused, conflicts, offline.clone(), waits].into_iter().flatten().collect();
    if amiss && words.len() == 1 && sharing.refused == 0 && lost == 0 {
        words.push("all shared".to_owned());
    }
    if words.is_empty() {
        let rank = if wide { 3 } else { 8 };
        return Some(Part::styled(rank, "all shared", styles.label).at_right());
    }
    let style = if offline.is_some() || amiss { styles.unsaved } else { styles.label };
    let short = words.first().cloned().unwrap_or_default();
    let part = Part::styled(1, words.join(", "), style).or(vec![Span::styled(short, style)]);
    Some(part.at_right())
}
