//! The styles of every component, by name.

use ratatui::style::Style;

/// Writes the structs, and the way from `"group.style"` to a style, from one table.
macro_rules! components {
    ($(
        $(#[$group_doc:meta])*
        $group:ident: $Group:ident { $( $(#[$doc:meta])* $style:ident, )* }
    )*) => {
        $(
            $(#[$group_doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub struct $Group { $( $(#[$doc])* pub $style: Style, )* }
        )*

        /// Every style of the cockpit, grouped by component.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Theme {
            /// Its name.
            pub name: String,
            /// What it is for, in a line.
            pub about: String,
            /// Draw with letters instead of symbols (`--ascii`); no theme file sets it.
            pub ascii: bool,
            $( $(#[$group_doc])* pub $group: $Group, )*
        }

        impl Theme {
            /// The names of all styles, as `[styles]` in a theme writes them.
            pub fn style_names() -> impl Iterator<Item = &'static str> {
                [$( $( concat!(stringify!($group), ".", stringify!($style)), )* )*].into_iter()
            }

            /// A style by its name.
            pub(super) fn style_mut(&mut self, name: &str) -> Option<&mut Style> {
                match name {
                    $( $(
                        concat!(stringify!($group), ".", stringify!($style)) =>
                            Some(&mut self.$group.$style),
                    )* )*
                    _ => None,
                }
            }
        }
    };
}

components! {
    /// Text of any pane.
    screen: Screen {
        /// Everything that no other style touches; the only one that paints the whole screen.
        text,
        /// Said, but not now important.
        muted,
        /// Important.
        strong,
        /// Names of things that can be chosen.
        accent,
        /// Went well.
        good,
        /// Wants attention.
        warning,
        /// Went wrong.
        bad,
    }
    /// The three lines on top.
    header: Header {
        /// The word LIVE.
        live,
        /// The word REHEARSAL.
        rehearsal,
        /// The release's title.
        title,
        /// Wall clock and T clock.
        clock,
        /// Words before a value.
        label,
        /// The word GREEN.
        green,
        /// The word AMBER.
        amber,
        /// The word RED.
        red,
        /// The word HELD.
        held,
        /// Roll back by.
        roll_back,
        /// Whom to call.
        call,
        /// What is to be decided.
        decide,
        /// Acts that are not saved or not shared yet.
        unsaved,
    }
    /// Frames.
    pane: Pane {
        /// Frame of a pane without the keys.
        border,
        /// Frame of the pane that receives the keys.
        border_focused,
        /// Title of a pane without the keys.
        title,
        /// Title of the pane that receives the keys.
        title_focused,
        /// How far a pane is scrolled.
        scroll,
    }
    /// The list of steps.
    steps: Steps {
        /// The row under the cursor, patched onto it.
        cursor,
        /// A phase's row.
        phase,
        /// A step's number.
        number,
        /// A step's title.
        title,
        /// Who does it.
        owner,
        /// The same, where that is oneself.
        mine,
        /// Start, finish, elapsed.
        time,
        /// State: not begun, and something is open before it.
        planned,
        /// State: may start now.
        ready,
        /// State: being worked on.
        running,
        /// State: cannot go on.
        blocked,
        /// State: done.
        done,
        /// State: failed.
        failed,
        /// State: we chose not to.
        skipped,
        /// State: the untaken branch.
        not_applicable,
        /// State: still owed.
        deferred,
        /// State: taken back.
        undone,
        /// Late, or over its time.
        late,
        /// What a search found in a title.
        found,
    }
    /// Steps against time. What was done has the style of the step's state.
    timeline: Timeline {
        /// Clock times.
        axis,
        /// The line of now.
        now,
        /// The lines of the window.
        window,
        /// The lines of roll back by.
        roll_back,
        /// When the run was held.
        hold,
        /// What was planned.
        plan,
        /// What is still expected.
        expected,
        /// The same, where a slip moves the finish of the run.
        critical,
    }
    /// The eight lines for the screen that the whole bridge sees.
    bridge: Bridge {
        /// What a line is about.
        label,
        /// What it says.
        value,
        /// The same, in large letters.
        large,
        /// What hangs on it.
        more,
        /// What is due.
        due,
    }
    /// The step under the cursor, at length.
    detail: Detail {
        /// Words before a value.
        label,
        /// Values.
        value,
        /// A ticked item, a value that passes.
        ticked,
        /// An item still open.
        open,
        /// A value that fails its criterion.
        bad,
    }
    /// Instructions.
    markdown: Markdown {
        /// A heading.
        heading,
        /// Strong.
        strong,
        /// Emphasis.
        emphasis,
        /// Struck through.
        struck,
        /// Code, in a line or a block.
        code,
        /// A link of a kind that is offered as one.
        link,
        /// Bullets and numbers of lists, rules.
        marker,
        /// A quotation.
        quote,
    }
    /// Cards: the docked panels that ask before an act.
    card: Card {
        /// Its ground.
        body,
        /// Its frame.
        border,
        /// Its frame when something failed.
        border_trouble,
        /// What it asks.
        title,
        /// Names of fields.
        label,
        /// A field.
        field,
        /// The field that is typed into.
        field_focused,
        /// What may be typed into an empty field.
        placeholder,
        /// A way to choose.
        choice,
        /// The way under the cursor.
        choice_focused,
        /// What is wrong with what was typed.
        problem,
    }
    /// Dialogs that must be answered.
    dialog: Dialog {
        /// Its ground.
        body,
        /// Its frame.
        border,
        /// What happened.
        title,
    }
    /// Short answers above the footer.
    toast: Toast {
        /// Something was done.
        info,
        /// Something was refused, and why.
        refusal,
        /// What to do instead.
        instead,
    }
    /// The line of keys at the bottom.
    footer: Footer {
        /// Its text.
        bar,
        /// A key.
        key,
        /// What Enter does.
        act,
    }
    /// The log.
    log: Log {
        /// When.
        time,
        /// Who.
        person,
        /// A corrected entry.
        voided,
        /// An entry that changed nothing.
        conflict,
        /// An entry that is marked.
        deviation,
        /// A correction.
        correction,
    }
    /// Notes by kind.
    notes: Notes {
        /// A plain note.
        note,
        /// A decision.
        decision,
        /// An open issue.
        issue,
        /// An open risk.
        risk,
        /// An open action.
        action,
        /// What is closed.
        closed,
    }
    /// A changed plan against the present one.
    difference: Difference {
        /// A line that is new.
        added,
        /// A line that is gone.
        removed,
        /// A line that stays.
        same,
        /// Where in the file.
        place,
    }
}
