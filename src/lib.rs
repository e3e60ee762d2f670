//! golive: a terminal cockpit for go-live day. This page is the map of the house.
//!
//! ```text
//! main            hooks, arguments, dispatch
//!  └ cli          one file per subcommand, thin
//!     ├ crew      PURE  simulated people, for a demonstration
//!     ├ cockpit   the screen: pure model, update and view; an impure terminal around them
//!     ├ hub       the endpoint: one order for everybody's entries; routes, tokens, streams
//!     │  ├ sync   the wire: protocol, a client's logic as a pure state machine, HTTP around it
//!        └ ledger the record: one SQLite file a run, chained, owned by a thread of its own
//!           └ run       PURE  the night: events, rules, state, clock arithmetic, forecast
//!              └ runbook   PURE  the plan: TOML text -> Runbook + diagnostics; edit, difference
//! ```
//!
//! **Who may import whom**: `runbook` ← `run` ← {`ledger`, `sync`, `crew`} ← {`hub`, `cockpit`} ← `cli` ←
//! `main`. Downwards
//! only; a test reads the `use crate::…` edges. The pure parts (`runbook`, `run`, `crew`, the session of
//! `sync`, the core of `hub`, and the cockpit outside `terminal`) know no clock, file, socket or terminal: time comes in as a value, and
//! `clippy.toml` denies the rest.
//!
//! **The plan** is read once into a [`runbook::Runbook`]: resolved, numbered, every reference an
//! index. All problems of a text are found in one go.
//!
//! **The night** is a list of [`run::Entry`]s. [`run::check`] answers whether an act may be
//! recorded, and why not; [`run::apply`] folds an entry into the [`run::RunState`] and never fails.
//! Both keep one rule book. Nothing else ever changes a state.
//!
//! **The way of one key press**: terminal input → `Msg::Key` → keymap of the focused pane →
//! `Action` → [`run::check`] → `Effect::Append` → ledger thread (checks again, durable) →
//! `Msg::Appended` → [`run::apply`] → draw. **The way of somebody else's entry**: ledger file →
//! ledger thread → `Msg::Others` → [`run::apply`] → draw.
//!
//! **A shared run**: a ledger that is joined to a hub keeps what is recorded in its outbox, shown at
//! once and sent by the [`sync::Session`]; the hub's thread ([`hub::Desk`]) gives it its place and
//! makes it durable, and it comes back over the stream: stream → session → ledger
//! ([`ledger::order`] decides what changes) → `Msg::Reordered` or `Msg::Others` → draw.
//!
//! **Invariants**
//! 1. Nothing is shown as done that is not in the ledger.
//! 2. `check` may refuse; `apply` never fails; no program appends on its own.
//! 3. `Msg`, `Event` and `Effect` are closed enums of plain data: a session can be recorded,
//!    replayed and compared.
//! 4. What was drawn never decides who receives a key.
//! 5. Only events and protocol types are stored or sent; golden files freeze them.
//! 6. Every channel, queue and buffer is bounded.
//! 7. A frame is drawn when something changed, and not otherwise.

pub mod cli;
pub mod cockpit;
pub mod crew;
pub mod hub;
pub mod import;
pub mod ledger;
pub mod report;
pub mod run;
pub mod runbook;
pub mod sync;
