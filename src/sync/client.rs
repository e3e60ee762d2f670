//! The shell around a [`Session`]: sockets and a timer, on a thread of its own. It decides nothing.

mod http;
mod mailbox;
mod why;

pub use http::{HubError, Link, RunAddress};
pub use mailbox::Mailbox;

use super::session::{Input, Ledger, Millis, Output, Request, Session};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// Answers and events that may wait.
const QUEUE: usize = 256;
/// The longest sleep: what was missed is noticed then.
const NAP: Millis = 5_000;
/// How long whoever leaves waits for the hub to hear it; later the others notice by themselves.
const GOODBYE: Duration = Duration::from_millis(700);

/// A client of a hub, at work.
pub struct Client {
    mailbox: Arc<Mailbox>,
    thread: JoinHandle<()>,
}

impl Client {
    /// Begins. `now` is this machine's run clock; what the session hears from the ledger comes
    /// through the mailbox; what is for the ledger and for the screen goes to `sink`, which must not
    /// wait.
    ///
    /// # Errors
    /// The system has no room for another thread, or the certificate to trust has gone.
    pub fn spawn(
        link: Link,
        ledger: Ledger,
        seed: u64,
        mailbox: Arc<Mailbox>,
        now: impl Fn() -> Millis + Send + 'static,
        sink: impl FnMut(Output) + Send + 'static,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let link = link.afresh().map_err(std::io::Error::other)?;
        let letters = mailbox.clone();
        let thread = std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            let (answers, answered) = mpsc::channel(QUEUE);
            let session = Session::new(ledger, seed, now());
            let shell = Shell {
                session,
                link: Arc::new(link),
                mailbox: letters,
                answers,
                streams: HashMap::new(),
                now,
                sink,
            };
            runtime.block_on(shell.work(answered));
            // A name that is being looked up would be waited for: nobody leaves later for that.
            runtime.shutdown_background();
        })?;
        Ok(Self { mailbox, thread })
    }

    /// Ends it, within a second: says goodbye to the others. What waits stays in the ledger.
    pub fn end(self) {
        self.mailbox.end();
        // The thread ends in a panic only where the sink did.
        let _ = self.thread.join();
    }
}

struct Shell<N, S> {
    session: Session,
    link: Arc<Link>,
    mailbox: Arc<Mailbox>,
    answers: mpsc::Sender<Input>,
    streams: HashMap<u64, AbortHandle>,
    now: N,
    sink: S,
}

impl<N: Fn() -> Millis, S: FnMut(Output)> Shell<N, S> {
    async fn work(mut self, mut answered: mpsc::Receiver<Input>) {
        self.take(Input::Wake);
        loop {
            let now = (self.now)();
            let wake = self.session.wake_at().map_or(NAP, |at| (at - now).clamp(1, NAP));
            let nap = Duration::from_millis(u64::try_from(wake).unwrap_or(1));
            let mailbox = self.mailbox.clone();
            tokio::select! {
                Some(input) = answered.recv() => self.take(input),
                () = mailbox.news() => {}
                () = tokio::time::sleep(nap) => self.take(Input::Wake),
            }
            if self.mailbox.is_over() {
                return self.leave().await;
            }
            for letter in self.mailbox.collect() {
                match letter {
                    mailbox::Letter::Input(input) => self.take(*input),
                    mailbox::Letter::Progress(progress) => {
                        if let Some(output) = self.session.progress(progress) {
                            self.carry_out(output);
                        }
                    }
                }
            }
        }
    }

    async fn leave(&mut self) {
        if let Some(Output::Ask(_, request)) = self.session.leave() {
            let _ = tokio::time::timeout(GOODBYE, self.link.ask(request)).await;
        }
    }

    fn take(&mut self, input: Input) {
        for output in self.session.take(input, (self.now)()) {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Ask(number, request) => self.ask(number, request),
            Output::OpenStream(number, after) => {
                let (link, answers) = (self.link.clone(), self.answers.clone());
                let stream =
                    tokio::spawn(async move { link.stream(number, &after, &answers).await });
                self.streams.retain(|_, stream| !stream.is_finished());
                self.streams.insert(number, stream.abort_handle());
            }
            Output::CloseStream(number) => {
                if let Some(stream) = self.streams.remove(&number) {
                    stream.abort();
                }
            }
            other => (self.sink)(other),
        }
    }

    fn ask(&self, number: u64, request: Request) {
        let (link, answers) = (self.link.clone(), self.answers.clone());
        tokio::spawn(async move {
            let answer = link.ask(request).await;
            // The session has ended: nobody waits for it.
            let _ = answers.send(Input::Answered(number, answer)).await;
        });
    }
}
