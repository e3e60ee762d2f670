//! `golive review`: what went well, what did not, what will change; and what hypercare still owes.
//! Asked in a terminal, or given with options. All of it is kept as notes, actions and judgements.

use super::acting::{Desk, append};
use super::context::Context;
use super::error::{CommandError, Done};
use super::{acting, output, terminal};
use crate::ledger::{Access, Ledger};
use crate::report::review::Said;
use crate::report::{OpenItem, OpenKind, open_items};
use crate::run::{Event, Intent};
use crate::runbook::visible;
use clap::Args;

/// Which run; and what to record, where nobody is to be asked.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
    /// Something that went well; may be given again
    #[arg(long, value_name = "TEXT")]
    well: Vec<String>,
    /// Something that did not go well; may be given again
    #[arg(long, value_name = "TEXT")]
    badly: Vec<String>,
    /// Something that will change: an improvement action; may be given again
    #[arg(long, value_name = "TEXT")]
    change: Vec<String>,
    /// Who makes the change
    #[arg(long, value_name = "PERSON", requires = "change")]
    owner: Option<String>,
    /// By when: 2026-12-05 12:00, or +14d
    #[arg(long, value_name = "TIME", requires = "change")]
    due: Option<String>,
}

impl ReviewArgs {
    fn says_something(&self) -> bool {
        !(self.well.is_empty() && self.badly.is_empty() && self.change.is_empty())
    }
}

/// Holds the review.
pub fn run(context: &Context, args: &ReviewArgs) -> Done {
    if !args.says_something() && !terminal::is_there() {
        return Err(CommandError::usage("nobody is there to be asked")
            .hint("say it with --well, --badly and --change, or run this in a terminal"));
    }
    let mut ledger = acting::open(context, args.target.as_deref(), Access::Write)?;
    let person = acting::person(context, &ledger)?;
    let mut session = Session { context, ledger: &mut ledger, person };
    let held = if args.says_something() { session.told(args) } else { session.asked() };
    // What is recorded is recorded, whatever tidying up says.
    if let Err(error) = ledger.close() {
        tracing::warn!(%error, "closing");
    }
    held
}

/// A review that is being held.
struct Session<'a> {
    context: &'a Context,
    ledger: &'a mut Ledger,
    person: String,
}

impl Session<'_> {
    /// Records one thing, and prints what was done.
    fn record(&mut self, event: Event) -> Done {
        append(self.context, self.ledger, Intent::new(self.person.clone(), event))
    }

    /// Reads an owner or a due time as commands do.
    fn with_desk<T>(
        &self,
        read: impl FnOnce(&Desk<'_>) -> Result<T, CommandError>,
    ) -> Result<T, CommandError> {
        let ledger = &*self.ledger;
        read(&Desk { ledger, state: ledger.state(), now: ledger.now(), reason: None })
    }

    /// What the options say.
    fn told(&mut self, args: &ReviewArgs) -> Done {
        let texts = args.well.iter().chain(&args.badly).chain(&args.change);
        if texts.into_iter().any(|text| text.trim().is_empty()) {
            return Err(CommandError::usage("one of the texts is empty").hint("write what it was"));
        }
        let owner = args.owner.as_deref();
        let owner = owner.map(|who| self.with_desk(|desk| desk.person(who))).transpose()?;
        let due = args.due.as_deref();
        let due = due.map(|word| self.with_desk(|desk| desk.coming_time(word))).transpose()?;
        for (said, texts) in [(Said::WentWell, &args.well), (Said::WentBadly, &args.badly)] {
            for text in texts {
                self.record(said.note(text, None, None))?;
            }
        }
        for text in &args.change {
            self.record(Said::WillChange.note(text, owner.clone(), due))?;
        }
        Ok(())
    }

    /// Asks, one thing after the other; an empty answer goes on to the next.
    fn asked(&mut self) -> Done {
        let title = self.ledger.state().plan.release.title.clone();
        output::aside(&format!(
            "Review of {}. One line each; an empty line goes on, Ctrl-C leaves: what was said is \
             recorded already.\n",
            visible(&title)
        ));
        if !self.ledger.state().status.is_over() {
            output::aside("note: the run is not over; the review can be held again later\n");
        }
        for (said, question) in
            [(Said::WentWell, "What went well?"), (Said::WentBadly, "What did not go well?")]
        {
            output::aside(&format!("\n{question}\n"));
            self.said_before(said);
            while let Some(text) = answer("  > ") {
                self.record(said.note(&text, None, None))?;
            }
        }
        output::aside("\nWhat will change?\n");
        self.said_before(Said::WillChange);
        while let Some(text) = answer("  > ") {
            // At once: whoever leaves before the next answers keeps what they have typed.
            self.record(Said::WillChange.note(&text, None, None))?;
            let note = self.ledger.state().notes.last().map(|note| note.id.clone());
            let owner = self.ask_until_read("    who does it? ", |desk, who| desk.person(who))?;
            let due = self
                .ask_until_read("    by when? (2026-12-05 12:00, +14d) ", |desk, word| {
                    desk.coming_time(word)
                })?;
            if let (Some(note), true) = (note, owner.is_some() || due.is_some()) {
                self.record(Said::WillChange.edit(note, &text, owner, due))?;
            }
        }
        self.hypercare()
    }

    /// What was said already: a review that was left goes on where it was.
    fn said_before(&self, said: Said) {
        let notes = self.ledger.state().notes.iter().filter(|note| note.removed.is_none());
        for note in notes {
            if let Some((_, text)) = Said::of(note.kind, &note.text).filter(|(s, _)| *s == said) {
                let by = self.ledger.state().plan.person_name(&note.fact.person);
                output::aside(&format!("{}\n", visible(&format!("  · {text} ({by})"))));
            }
        }
    }

    /// Asks until the answer can be read, or is empty.
    fn ask_until_read<T>(
        &self,
        question: &str,
        read: impl Fn(&Desk<'_>, &str) -> Result<T, CommandError>,
    ) -> Result<Option<T>, CommandError> {
        while let Some(word) = answer(question) {
            match self.with_desk(|desk| read(desk, &word)) {
                Ok(value) => return Ok(Some(value)),
                Err(error) => output::aside(&error.render()),
            }
        }
        Ok(None)
    }

    /// Judges the criteria that are due, and says what else is still owed.
    fn hypercare(&mut self) -> Done {
        let open = open_items(self.ledger.state(), self.ledger.now());
        for item in open.iter().filter(|i| i.kind == OpenKind::Criterion && i.overdue) {
            self.judge(item)?;
        }
        let owed: Vec<&OpenItem> =
            open.iter().filter(|item| item.kind != OpenKind::Criterion || !item.overdue).collect();
        if !owed.is_empty() {
            output::aside("\nStill to be done:\n");
            for item in owed {
                let word = item.kind.word();
                let line = format!("  {} {} ({word})", item.name, item.text);
                output::aside(&format!("{}\n", visible(&line)));
            }
        }
        output::aside("\n`golive report` writes the report, `golive actions` lists what is open\n");
        Ok(())
    }

    fn judge(&mut self, item: &OpenItem) -> Done {
        let question =
            format!("\nIs it met? {} (met, not-met, empty: later) ", visible(&item.text));
        let met = loop {
            match answer(&question).as_deref() {
                None => return Ok(()),
                Some("met" | "yes") => break true,
                Some("not-met" | "not met" | "no") => break false,
                Some(_) => output::aside("type met or not-met\n"),
            }
        };
        let comment = answer("  in words: ");
        self.record(Event::CriterionJudged { criterion: item.name.clone(), met, comment })
    }
}

/// An answer that is not empty.
fn answer(question: &str) -> Option<String> {
    terminal::ask(question).filter(|answer| !answer.is_empty())
}
