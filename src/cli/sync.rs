//! `golive sync`, and what every act does on a run that others follow: what is recorded here is
//! sent to the hub, through the same session as a cockpit's. Two senders of one ledger never double
//! anything: the hub knows each entry by its name.

use super::acting;
use super::context::Context;
use super::error::{CommandError, Done};
use super::hub_way::WayArgs;
use super::output;
use crate::cockpit::msg::Msg;
use crate::cockpit::terminal::link;
use crate::ledger::order::Placed;
use crate::ledger::{Access, Keeper, Ledger, Notice, Sharing, open_joined};
use crate::run::{Entry, EntryId, describe};
use crate::runbook::visible;
use crate::sync::client::{Link, Mailbox};
use crate::sync::session::Condition;
use clap::Args;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long an act waits for the hub.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// How long somebody else's cockpit, which may be let in where this command is not, is waited for.
const OTHERS: Duration = Duration::from_millis(400);
/// How long nothing has to come for it to be quiet.
const LOOK: Duration = Duration::from_millis(250);

/// Which run, and how long to wait.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// The run: a file, an id or an unambiguous part of one
    #[arg(value_name = "RUN")]
    target: Option<String>,
    /// How long to try, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    wait: u64,
    /// Let go of what the hub refused or has lost, after saying what that was; it is no part of the
    /// run
    #[arg(long)]
    forget_refused: bool,
    #[command(flatten)]
    way: WayArgs,
}

/// Shares what waits.
pub fn run(context: &Context, args: &SyncArgs) -> Done {
    let path = acting::run_file(context, args.target.as_deref())?;
    let (ledger, before) = open_joined(&path).map_err(CommandError::failed)?;
    let (hub, run) = (before.joined.hub.clone(), ledger.state().run.clone());
    let person = context.person()?;
    let runtime = super::share::runtime()?;
    let way = args.way.link(context, &runtime, &hub, &run)?;
    let (seq, patience) = (before.seq, Duration::from_secs(args.wait));
    let after = converse(ledger, &person, way, patience, Until::Quiet)?;
    let (mut ledger, _) = open_joined(&path).map_err(CommandError::failed)?;
    refusals(&mut ledger, &after.sharing, args.forget_refused)?;
    let lost = lost_text(&ledger, &after.sharing);
    if args.forget_refused {
        forget_lost(&mut ledger, &after.sharing)?;
    }
    ledger.close().map_err(CommandError::failed)?;
    let sent = before.unshared.saturating_sub(after.sharing.unshared);
    let come = after.sharing.seq.saturating_sub(seq);
    match (after.not_shared(&hub), lost) {
        (None, Some(lost)) if !args.forget_refused => {
            output::line(&format!("all shared: {sent} sent, {come} entries taken in"))?;
            Err(CommandError::failed(lost))
        }
        (None, lost) => {
            if let Some(lost) = lost {
                output::aside(&format!("{lost} (forgotten)\n"));
            }
            output::line(&format!("all shared: {sent} sent, {come} entries taken in"))
        }
        (Some(why), lost) => {
            if let Some(lost) = lost {
                output::aside(&format!("{lost}\n"));
            }
            Err(CommandError::failed(format!("{} not shared: {why}", after.sharing.unshared))
                .hint("nothing is lost: they wait in the ledger; give the command again later"))
        }
    }
}

/// How many entries of a ledger the hub has not ordered, the refused ones too.
pub fn waiting(path: &Path) -> Result<u64, CommandError> {
    let ledger = Ledger::open(path, Access::Read).map_err(CommandError::failed)?;
    let sharing = ledger.sharing().map_err(CommandError::failed)?;
    Ok(sharing.map_or(0, |sharing| (sharing.unshared + sharing.refused.len()) as u64))
}

/// Says that so many entries are not shared, and what that means for what is being written.
pub fn say_waiting(waiting: u64, so: &str) {
    if waiting > 0 {
        output::aside(&format!("note: {waiting} not shared with the hub yet: {so}\n"));
    }
}

/// What was agreed and is not on the hub any more, and how it comes back; none where nothing is.
pub fn lost_text(ledger: &Ledger, sharing: &Sharing) -> Option<String> {
    let what = |lost: &Placed| match Entry::from_body(lost.seq, &lost.body) {
        Ok(entry) => {
            let what = describe(ledger.state(), &entry.act.event);
            visible(&format!("{} {what}", entry.act.person())).into_owned()
        }
        Err(_) => "an entry that cannot be read".to_owned(),
    };
    let all: Vec<String> = sharing.lost.iter().map(what).collect();
    let were = match all.len() {
        0 => return None,
        1 => "1 entry that was agreed is".to_owned(),
        n => format!("{n} entries that were agreed are"),
    };
    let file = visible(&ledger.path().display().to_string()).into_owned();
    Some(format!(
        "{were} no longer on the hub: {}; golive hub restore FILE on the hub's machine, with a copy \
         of {file}, brings them back",
        all.join("; ")
    ))
}

fn forget_lost(ledger: &mut Ledger, sharing: &Sharing) -> Done {
    for lost in &sharing.lost {
        if let Ok(entry) = Entry::from_body(lost.seq, &lost.body) {
            ledger.forget_refused(&entry.id).map_err(CommandError::failed)?;
        }
    }
    Ok(())
}

/// Says what the hub refused, and lets go of it where that is wanted.
fn refusals(ledger: &mut Ledger, sharing: &Sharing, forget: bool) -> Done {
    for queued in &sharing.refused {
        let what = Entry::from_body(0, &queued.body).map_or_else(
            |_| "an entry that cannot be read".to_owned(),
            |entry| describe(ledger.state(), &entry.act.event),
        );
        let why = queued.refused.as_deref().unwrap_or_default();
        let end = if forget { " (forgotten)" } else { "" };
        let line = format!("refused by the hub: {}: {}{end}", visible(&what), visible(why));
        output::aside(&format!("{line}\n"));
        if forget {
            ledger.forget_refused(&queued.id).map_err(CommandError::failed)?;
        }
    }
    Ok(())
}

/// Tries to share what was just recorded, where others follow the run, and reads what became of it.
/// Answers how that went, in words; none on a run that stands alone.
///
/// # Errors
/// The hub refuses it.
pub fn after_act(
    context: &Context,
    ledger: &mut Ledger,
    own: &EntryId,
) -> Result<Option<String>, CommandError> {
    let Some(sharing) = ledger.sharing().map_err(CommandError::failed)? else { return Ok(None) };
    let hub = sharing.joined.hub;
    let why = match converse_about(context, ledger, &hub) {
        Ok(after) => after.became_of(own, &hub)?,
        // It is recorded, whatever keeps it from being shared.
        Err(error) => Some(error.said()),
    };
    let why = why.map(|why| match why.contains("token") && !WayArgs::default().has_token() {
        true => "the hub wants a token: put it into GOLIVE_TOKEN, or name its file in \
                 GOLIVE_TOKEN_FILE"
            .to_owned(),
        false => why,
    });
    if let Err(error) = ledger.catch_up() {
        tracing::warn!(%error, "reading what the hub made of it");
    }
    Ok(Some(match why {
        None => "recorded and shared".to_owned(),
        Some(why) => format!("recorded here, not shared yet: {why}; golive sync sends it"),
    }))
}

fn converse_about(context: &Context, ledger: &Ledger, hub: &str) -> Result<After, CommandError> {
    let way = WayArgs::default().unasked(hub, &ledger.state().run, &context.person()?)?;
    let (path, person) = (ledger.path().to_owned(), context.person()?);
    let second = Ledger::open(&path, Access::Write).map_err(CommandError::failed)?;
    converse(second, &person, way, PATIENCE, Until::Sent)
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    /// Nothing waits any more, whoever has sent it.
    Sent,
    /// That, and nothing more comes from the hub.
    Quiet,
}

/// How a conversation with the hub has ended.
struct After {
    sharing: Sharing,
    condition: Option<Condition>,
    reached: bool,
}

impl After {
    /// Why something is not shared; none where all is.
    fn not_shared(&self, hub: &str) -> Option<String> {
        let why = || {
            let why = self.condition.as_ref();
            let why = why.and_then(|c| c.trouble.clone().or_else(|| c.unreachable.clone()));
            why.unwrap_or_else(|| format!("the hub at {hub} does not answer"))
        };
        (!self.reached).then(why)
    }

    /// What became of an entry: none where it is shared, else why it is not.
    fn became_of(&self, own: &EntryId, hub: &str) -> Result<Option<String>, CommandError> {
        let refused = self.sharing.refused.iter().find(|queued| queued.id == *own);
        match refused.and_then(|queued| queued.refused.clone()) {
            Some(why) => Err(CommandError::refused(format!("by the hub: {why}")).hint(
                "it is kept here, and no part of the run; `golive status` shows it, \
                 `golive sync --forget-refused` lets go of it",
            )),
            None => Ok(self.not_shared(hub)),
        }
    }
}

/// What is heard meanwhile.
enum Heard {
    Sharing(Box<Sharing>),
    Condition(Condition),
}

/// Lets a session go on until what is waited for is reached, or for that long; not so long where it
/// is plain that the hub cannot be had.
fn converse(
    ledger: Ledger,
    person: &str,
    way: Link,
    patience: Duration,
    until: Until,
) -> Result<After, CommandError> {
    let path = ledger.path().to_owned();
    let sharing = joined(&path, &ledger)?;
    let clock = ledger.clock();
    let (says, heard) = channel();
    let (mailbox, to_us) = (Arc::new(Mailbox::default()), says.clone());
    let letters = mailbox.clone();
    let keeper = Keeper::spawn(ledger, person, move |notice| {
        link::hear(&letters, &notice);
        if let Notice::Sharing(sharing) = notice {
            // Nobody listens any more: it is over.
            let _ = to_us.send(Heard::Sharing(sharing));
        }
    })
    .map_err(CommandError::failed)?;
    let client = link::begin(way, &sharing, mailbox, clock, keeper.requests(), move |shown| {
        if let Msg::Sharing(condition) = shown {
            let _ = says.send(Heard::Condition(condition));
        }
    })
    .map_err(CommandError::failed)?;
    let begun = After { sharing, condition: None, reached: false };
    let after = listen(begun, &heard, patience, until);
    client.end();
    if let Err(error) = keeper.finish() {
        tracing::warn!(%error, "closing");
    }
    Ok(after)
}

fn joined(path: &Path, ledger: &Ledger) -> Result<Sharing, CommandError> {
    let sharing = ledger.sharing().map_err(CommandError::failed)?;
    let alone = || CommandError::failed(format!("{} stands alone", path.display()));
    sharing.ok_or_else(alone)
}

#[allow(clippy::disallowed_methods, reason = "a command gives up after a while")]
fn listen(mut after: After, heard: &Receiver<Heard>, patience: Duration, until: Until) -> After {
    let mut deadline = Instant::now() + patience;
    let mut quiet = false;
    loop {
        let connected = after.condition.as_ref().is_some_and(|c| c.offline_since.is_none());
        after.reached = after.sharing.unshared == 0
            && (until == Until::Sent || (connected && std::mem::take(&mut quiet)));
        let now = Instant::now();
        if after.reached || now >= deadline {
            return after;
        }
        match heard.recv_timeout(LOOK.min(deadline - now)) {
            Ok(Heard::Sharing(sharing)) => {
                quiet = false;
                after.sharing = *sharing;
            }
            Ok(Heard::Condition(condition)) => {
                quiet = false;
                let away = until == Until::Sent && condition.unreachable.is_some();
                if condition.trouble.is_some() || away {
                    deadline = deadline.min(Instant::now() + OTHERS);
                }
                after.condition = Some(condition);
            }
            Err(RecvTimeoutError::Timeout) => quiet = connected,
            Err(RecvTimeoutError::Disconnected) => return after,
        }
    }
}
