//! The one table of everything that a key can do. Keymap, footer hints, help, palette, the user's
//! `keys` and the README's key table all come from it.

use super::model::View;

macro_rules! actions {
    ($( $variant:ident $name:literal $scope:ident [$($key:literal),*] $short:literal $help:literal )*) => {
        /// Something that a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $( #[doc = $help] $variant, )*
        }

        /// The table, in the order in which help shows it.
        pub const ACTIONS: &[About] = &[
            $( About {
                action: Action::$variant,
                name: $name,
                scope: Scope::$scope,
                keys: &[$($key),*],
                short: $short,
                help: $help,
            }, )*
        ];
    };
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// What it does.
    pub action: Action,
    /// Its name in config and palette.
    pub name: &'static str,
    /// Where its keys are heard.
    pub scope: Scope,
    /// Keys it has by default.
    pub keys: &'static [&'static str],
    /// A word or two for the footer.
    pub short: &'static str,
    /// One line of help.
    pub help: &'static str,
}

/// Where keys of an action are heard. While a card, the palette, the finder or the help is open,
/// panes hear nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In every pane.
    Panes,
    /// In steps and step detail.
    Steps,
    /// In the timeline.
    Timeline,
    /// In the checklists.
    Checklists,
    /// In the log.
    Log,
    /// In the notes.
    Notes,
    /// In people and calls.
    People,
    /// In the difference.
    Difference,
    /// In cards, and also in palette, finder, help and dialogs where it makes sense there.
    Cards,
    /// Everywhere, whatever is open.
    Everywhere,
}

impl Scope {
    /// Its heading in help.
    pub fn title(self) -> &'static str {
        match self {
            Self::Panes => "In every pane",
            Self::Steps => "The step under the cursor",
            Self::Timeline => "Timeline",
            Self::Checklists => "Checklists",
            Self::Log => "Log",
            Self::Notes => "Notes",
            Self::People => "People and calls",
            Self::Difference => "Difference",
            Self::Cards => "In a card",
            Self::Everywhere => "Everywhere",
        }
    }

    /// Whether keys of this scope are heard in a pane.
    pub fn heard_in(self, view: View) -> bool {
        match self {
            Self::Panes | Self::Everywhere => true,
            Self::Steps => matches!(view, View::Steps | View::Detail),
            Self::Timeline => view == View::Timeline,
            Self::Checklists => view == View::Checklists,
            Self::Log => view == View::Log,
            Self::Notes => view == View::Notes,
            Self::People => matches!(view, View::People | View::Calls),
            Self::Difference => view == View::Difference,
            Self::Cards => false,
        }
    }

    /// Whether one key bound in both would be in doubt: in the same scope, or where one of them
    /// would be shadowed by the other. Two panes never hear the same key press, and a card hears
    /// none of theirs.
    pub fn clashes_with(self, other: Self) -> bool {
        let everywhere = self == Self::Everywhere || other == Self::Everywhere;
        let shadows = |wide: Self, narrow: Self| wide == Self::Panes && narrow != Self::Cards;
        self == other || everywhere || shadows(self, other) || shadows(other, self)
    }
}

impl Action {
    /// Its line in the table.
    pub fn about(self) -> &'static About {
        // The table is made from the same list as the enum, in the same order.
        &ACTIONS[self as usize]
    }

    /// Finds an action by its name.
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS.iter().find(|about| about.name == name).map(|about| about.action)
    }

    /// Whether it only moves the cursor or what is shown: safe at any speed, and no sign of
    /// somebody typing a text.
    pub fn only_moves(self) -> bool {
        matches!(
            self,
            Self::Up
                | Self::Down
                | Self::PageUp
                | Self::PageDown
                | Self::Top
                | Self::Bottom
                | Self::Fold
                | Self::Unfold
                | Self::FoldToggle
                | Self::DetailUp
                | Self::DetailDown
                | Self::NextReady
                | Self::ToLead
                | Self::TimeBack
                | Self::TimeOn
                | Self::ZoomIn
                | Self::ZoomOut
                | Self::ZoomFit
                | Self::TimeNow
        )
    }
}

actions! {
    // ---- moving
    UsualNext "usual-next" Steps ["Enter"] "usual next" "does the one usual, harmless next thing, named in the footer"
    Up "up" Panes ["Up", "k"] "up" "moves up"
    Down "down" Panes ["Down", "j"] "down" "moves down"
    PageUp "page-up" Panes ["PageUp", "Ctrl-b"] "page up" "moves a page up"
    PageDown "page-down" Panes ["PageDown", "Ctrl-f"] "page down" "moves a page down"
    Top "top" Panes ["Home", "g"] "top" "moves to the top"
    Bottom "bottom" Panes ["End", "G"] "bottom" "moves to the end"
    Fold "fold" Panes ["Left", "h"] "fold" "folds the phase; scrolls a difference to the left"
    Unfold "unfold" Panes ["Right", "l"] "unfold" "unfolds the phase; scrolls a difference to the right"
    FoldToggle "fold-toggle" Panes ["Space"] "fold" "folds or unfolds the phase"
    DetailUp "detail-up" Panes ["Shift-Up", "Ctrl-u"] "scroll up" "scrolls the step detail up"
    DetailDown "detail-down" Panes ["Shift-Down", "Ctrl-d"] "scroll down" "scrolls the step detail down"
    ToLead "to-lead" Panes ["."] "to the lead" "goes where the lead is; the lead goes to the next step that is ready"
    NextReady "next-ready" Panes [","] "next ready" "goes to the next step that is ready; a number goes to the step of that number"
    Find "find" Panes ["/"] "find" "finds a step by some letters of its title, id or owner"
    Filter "filter" Steps ["F"] "filter" "lists only open, my, ready or late steps, or one stream"

    // ---- panes
    NextView "next-pane" Panes ["Tab"] "next pane" "goes to the next pane"
    PreviousView "previous-pane" Panes ["BackTab"] "previous pane" "goes to the pane before"
    ShowSteps "steps" Panes ["F2"] "steps" "shows the steps; Esc does too"
    ShowDetail "detail" Panes ["F3", "Z"] "step" "shows the step under the cursor on the whole screen"
    ShowChecklists "checklists" Panes ["F4", "K"] "checklists" "shows the checklists, and below them what is judged afterwards"
    ShowLog "log" Panes ["F5", "L"] "log" "shows everything that happened"
    ShowNotes "notes" Panes ["F6", "N"] "notes" "shows the notes"
    ShowPeople "people" Panes ["F7", "W"] "people" "shows who takes part: role, contact, what they are on"
    ShowTimeline "timeline" Panes ["F9", "="] "timeline" "shows the steps against time: plan, actual, forecast, window, roll back by"
    ShowCalls "calls" Panes ["F11", "#"] "calls" "shows whom to call, when, and what became of it"
    ShowBridge "bridge" Panes ["F12", "&"] "bridge" "shows eight large lines for the screen that everybody on the call sees"
    ShowDifference "difference" Panes ["F8"] "difference" "shows what the changed runbook file would change"
    Trouble "trouble" Panes ["!"] "trouble" "goes to the panel of what has failed: try again, skip, defer, hold, roll back"
    ShowLadder "ladder" Panes ["|"] "ladder" "shows what each rung of the rollback ladder would do, and until when"
    Help "help" Panes ["?", "F1"] "help" "shows all keys"
    Palette "palette" Panes [":"] "command" "runs any action by its name"

    // ---- the step under the cursor
    Start "step-start" Steps ["s"] "start" "starts the step"
    Complete "step-complete" Steps ["c"] "complete" "completes the step; asks for items, values and evidence still owed"
    Fail "step-fail" Steps ["f"] "fail" "records a failure: Enter at once records the time, the reason may follow"
    Block "step-block" Steps ["b"] "block" "records that the step cannot go on, or can again"
    Estimate "step-estimate" Steps ["e"] "estimate" "says what the step will still take"
    Skip "step-skip" Steps ["x"] "skip" "skips the step: we choose not to"
    Defer "step-defer" Steps ["d"] "defer" "defers the step: still owed afterwards"
    Reopen "step-reopen" Steps ["r"] "do again" "begins a new attempt of the step"
    Assign "step-assign" Steps ["a"] "assign" "expects somebody else to do the step"
    StandBy "step-standby" Steps ["y"] "stand by" "says that the owner stands by"
    Items "step-items" Steps ["t"] "tick" "ticks items of the step"
    Values "step-values" Steps ["m"] "measure" "records measured values"
    Evidence "step-evidence" Steps ["E"] "evidence" "gives evidence: a link, or a file's name and hash"
    Sign "step-sign" Steps ["i"] "sign" "signs the step"
    Choose "step-choose" Steps ["o"] "choose" "chooses an option"
    Vote "gate-vote" Steps ["v"] "vote" "votes on the gate"
    Decide "gate-decide" Steps ["D"] "decide" "decides the gate: go, go with conditions, no-go"
    Reason "step-reason" Steps ["w"] "why" "gives the reason that is still owed"
    WhatIf "what-if" Steps ["+"] "what if" "asks what would move if the step took longer; records nothing"
    CallOwner "step-call" Steps ["p"] "call" "records a call to the step's owner"

    // ---- the record
    Note "note" Panes ["n"] "note" "writes a note, about the step under the cursor"
    Correct "correct" Panes ["u"] "correct" "takes back or mends something recorded by mistake"
    Message "message" Panes ["U"] "status text" "copies an audience's message with live values"
    CopyBridge "copy-bridge" Panes ["B"] "bridge link" "shows the link of the bridge call; Enter copies it"
    ShowSharing "sharing" Panes ["*"] "sharing" "says how it goes with the hub; what was refused or is in conflict, and what to do about it"

    Report "report" Panes ["Ctrl-p"] "report" "shows where the report of the run goes and as what; Enter writes it"

    // ---- the run
    RunStart "run-start" Panes ["S"] "start run" "starts the run"
    Hold "run-hold" Panes ["H"] "hold" "holds the run: nothing new starts"
    Resume "run-resume" Panes ["R"] "resume" "ends the hold"
    Rollback "rollback" Panes ["Ctrl-r"] "roll back" "shows what rolling back would do, rung by rung; while one is on, ends it"
    Reschedule "run-reschedule" Panes ["T"] "reschedule" "moves the window or zero hour"
    HandOver "run-handover" Panes ["O"] "hand over" "hands the lead over"
    RollCall "roll-call" Panes ["Y"] "roll-call" "asks who is there"
    Present "present" Panes ["J"] "present" "answers the roll-call, with a time or for somebody else"
    RunComplete "run-complete" Panes ["C"] "complete run" "completes the run and says how it went"
    RunCancel "run-cancel" Panes ["X"] "cancel run" "cancels the run"

    Judge "judge" Panes ["Q"] "judge" "judges a success criterion: met or not; in the checklists the one under the cursor"

    Review "review" Panes ["z"] "review" "holds the review: what went well, what did not, what will change"

    // ---- the plan
    PlanInsert "plan-insert" Steps ["I"] "insert step" "inserts a step after this one"
    PlanChange "plan-change" Steps ["P"] "change step" "changes title, owner, duration or predecessors"
    PlanMove "plan-move" Steps ["M"] "move step" "moves the step behind another"
    PlanRemove "plan-remove" Steps ["-"] "remove step" "takes the step out of the plan"
    Adopt "adopt" Panes ["A"] "adopt" "adopts the changed runbook file"
    WriteBack "write-back" Panes ["V"] "write back" "writes the run's text back to the runbook file"

    // ---- the timeline
    TimelineStep "timeline-step" Timeline ["Enter"] "go to step" "goes to the step in the steps list"
    TimeBack "time-back" Timeline ["Shift-Left", "<"] "earlier" "scrolls to earlier times"
    TimeOn "time-on" Timeline ["Shift-Right", ">"] "later" "scrolls to later times"
    ZoomIn "zoom-in" Timeline ["+"] "zoom in" "shows less time, more finely"
    ZoomOut "zoom-out" Timeline ["-", "_"] "zoom out" "shows more time: all of the run, then its window and roll back by, too"
    ZoomFit "zoom-fit" Timeline ["f"] "all" "shows all of the run again"
    TimeNow "time-now" Timeline ["t"] "now" "goes to now and follows it"

    // ---- other panes
    CheckTick "checklist-tick" Checklists ["t"] "tick" "signs off the item"
    CheckWaive "checklist-waive" Checklists ["w"] "waive" "lets the item, or all that is open, pass with a reason"
    LogFilter "log-filter" Log ["F"] "filter" "filters by person, step, kind, last hour, since you left"
    NoteEdit "note-edit" Notes ["e"] "edit" "edits the note"
    NoteClose "note-close" Notes ["c"] "close" "closes the issue, risk or action"
    NoteRemove "note-remove" Notes ["x"] "remove" "takes the note away"
    NotesOpen "notes-open" Notes ["o"] "open only" "shows only open issues, risks and actions, or all notes"
    NotesForMe "notes-for-me" Notes ["m"] "for me" "shows only notes that are new to you, call you (@name) or are yours to do, or all"
    NoteStep "note-step" Notes ["Enter"] "its step" "shows the step that the note is about"
    NotesStep "notes-step" Notes ["t"] "this step" "shows only notes about the step under the cursor, or all"
    Call "call" People ["p"] "call" "records a call: answered, or no answer"
    Substitute "substitute" People ["b"] "substitute" "lets the substitute stand in"
    PageLink "page-link" People ["w"] "page link" "makes a link to the page of the person, or of stakeholders, and shows it as a QR code"
    Grant "grant" People ["r"] "role" "grants a role"
    RollCallTick "roll-call-tick" People ["Enter", "t"] "is here" "ticks somebody off the roll-call who answers on the call"

    // ---- cards
    CardRecord "card-record" Cards ["Ctrl-s", "F10"] "record" "records the card from any field"
    CardNext "card-next" Cards ["Tab", "Down"] "next field" "goes to the next field"
    CardPrevious "card-previous" Cards ["BackTab", "Up"] "field before" "goes to the field before"
    CardOverride "card-override" Cards ["Ctrl-o"] "override" "lets a lead override a refusal, with a reason"
    CardClose "card-close" Cards ["Esc"] "close" "closes the card; nothing is recorded, a text is kept as a draft"

    // ---- everywhere
    Here "here" Everywhere ["Ctrl-y"] "here" "answers the roll-call at once, whatever is open"
    Redraw "redraw" Everywhere ["Ctrl-l"] "redraw" "draws the screen anew"
    Suspend "suspend" Everywhere ["Ctrl-z"] "suspend" "stops the cockpit; fg brings it back"
    Quit "quit" Panes ["q"] "quit" "leaves the cockpit; the run goes on"
    QuitNow "quit-card" Everywhere ["Ctrl-c"] "quit" "closes what is open, then asks whether to leave"
}

/// The README's key table, in Markdown.
pub fn key_table() -> String {
    let mut out = String::new();
    for scope in SCOPES {
        out.push_str(&format!("| {} | | |\n|---|---|---|\n", scope.title()));
        for about in ACTIONS.iter().filter(|about| about.scope == scope) {
            let keys: Vec<_> =
                about.keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            out.push_str(&format!("| {} | {} | `{}` |\n", keys.join(" "), about.help, about.name));
        }
        out.push('\n');
    }
    out
}

/// Scopes in the order in which help shows them.
pub const SCOPES: [Scope; 10] = [
    Scope::Steps,
    Scope::Panes,
    Scope::Timeline,
    Scope::Checklists,
    Scope::Log,
    Scope::Notes,
    Scope::People,
    Scope::Difference,
    Scope::Cards,
    Scope::Everywhere,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cockpit::key::Key;
    use std::collections::HashSet;

    #[test]
    fn every_action_is_at_its_place_in_the_table_with_a_name_of_its_own() {
        let mut names = HashSet::new();
        for about in ACTIONS {
            assert_eq!(about.action.about().name, about.name);
            assert!(names.insert(about.name), "{} twice", about.name);
            assert_eq!(Action::named(about.name), Some(about.action));
        }
    }

    #[test]
    fn every_default_key_reads_and_none_is_in_doubt() {
        for (at, about) in ACTIONS.iter().enumerate() {
            for key in about.keys {
                let parsed: Key = key.parse().unwrap();
                assert_eq!(parsed.to_string(), *key);
                for other in &ACTIONS[at + 1..] {
                    let doubt = other.scope.clashes_with(about.scope) && other.keys.contains(key);
                    assert!(!doubt, "{key}: {} and {}", about.name, other.name);
                }
            }
        }
    }

    #[test]
    fn the_key_table_has_a_line_for_each() {
        assert_eq!(key_table().lines().filter(|l| l.contains("` |")).count(), ACTIONS.len());
    }
}
