//! Which of a theme's named colours every style of every component has.

use super::color::Colors;
use super::{
    Bridge, Card, Detail, Dialog, Difference, Footer, Header, Log, Markdown, Notes, Pane, Screen,
    Steps, Theme, Timeline, Toast,
};
use ratatui::style::{Modifier, Style};

/// The theme that these colours make; it has no name yet.
pub(super) fn theme(c: &Colors) -> Theme {
    Theme {
        name: String::new(),
        about: String::new(),
        ascii: false,
        screen: screen(c),
        header: header(c),
        pane: pane(c),
        steps: steps(c),
        timeline: timeline(c),
        bridge: bridge(c),
        detail: detail(c),
        markdown: markdown(c),
        card: card(c),
        dialog: dialog(c),
        toast: toast(c),
        footer: footer(c),
        log: log(c),
        notes: notes(c),
        difference: difference(c),
    }
}

fn plain() -> Style {
    Style::new()
}

fn bold() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

fn on_panel(c: &Colors) -> Style {
    plain().fg(c.text).bg(c.panel)
}

fn screen(c: &Colors) -> Screen {
    Screen {
        text: plain().fg(c.text).bg(c.background),
        muted: plain().fg(c.muted),
        strong: bold().fg(c.text),
        accent: plain().fg(c.accent),
        good: plain().fg(c.green),
        warning: plain().fg(c.amber),
        bad: plain().fg(c.red),
    }
}

fn header(c: &Colors) -> Header {
    Header {
        live: bold().fg(c.live_text).bg(c.live),
        rehearsal: bold().fg(c.rehearsal_text).bg(c.rehearsal),
        title: bold().fg(c.text),
        clock: plain().fg(c.text),
        label: plain().fg(c.muted),
        green: bold().fg(c.background).bg(c.green),
        amber: bold().fg(c.background).bg(c.amber),
        red: bold().fg(c.background).bg(c.red),
        held: bold().fg(c.background).bg(c.blocked),
        roll_back: bold().fg(c.text),
        call: plain().fg(c.ready),
        decide: plain().fg(c.deferred),
        unsaved: bold().fg(c.amber),
    }
}

fn pane(c: &Colors) -> Pane {
    Pane {
        border: plain().fg(c.line),
        border_focused: plain().fg(c.accent),
        title: plain().fg(c.muted),
        title_focused: bold().fg(c.text),
        scroll: plain().fg(c.muted),
    }
}

fn steps(c: &Colors) -> Steps {
    Steps {
        cursor: plain().bg(c.cursor),
        phase: bold().fg(c.text),
        number: plain().fg(c.muted),
        title: plain().fg(c.text),
        owner: plain().fg(c.muted),
        mine: plain().fg(c.accent),
        time: plain().fg(c.muted),
        planned: plain().fg(c.muted),
        ready: bold().fg(c.ready),
        running: bold().fg(c.running),
        blocked: bold().fg(c.blocked),
        done: plain().fg(c.green),
        failed: bold().fg(c.red),
        skipped: plain().fg(c.muted),
        not_applicable: plain().fg(c.muted),
        deferred: plain().fg(c.deferred),
        undone: plain().fg(c.deferred),
        late: plain().fg(c.amber),
        found: plain().fg(c.accent).add_modifier(Modifier::UNDERLINED),
    }
}

fn timeline(c: &Colors) -> Timeline {
    Timeline {
        axis: plain().fg(c.muted),
        now: bold().fg(c.accent),
        window: bold().fg(c.text),
        roll_back: bold().fg(c.amber),
        hold: plain().fg(c.blocked),
        plan: plain().fg(c.muted),
        expected: plain().fg(c.text),
        critical: bold().fg(c.ready),
    }
}

fn bridge(c: &Colors) -> Bridge {
    Bridge {
        label: plain().fg(c.muted),
        value: bold().fg(c.text),
        large: bold().fg(c.ready),
        more: plain().fg(c.text),
        due: bold().fg(c.amber),
    }
}

fn detail(c: &Colors) -> Detail {
    Detail {
        label: plain().fg(c.muted),
        value: plain().fg(c.text),
        ticked: plain().fg(c.green),
        open: plain().fg(c.text),
        bad: bold().fg(c.red),
    }
}

fn markdown(c: &Colors) -> Markdown {
    Markdown {
        heading: bold().fg(c.text),
        strong: bold(),
        emphasis: plain().add_modifier(Modifier::ITALIC),
        struck: plain().add_modifier(Modifier::CROSSED_OUT),
        code: plain().fg(c.ready),
        link: plain().fg(c.accent).add_modifier(Modifier::UNDERLINED),
        marker: plain().fg(c.muted),
        quote: plain().fg(c.muted),
    }
}

fn card(c: &Colors) -> Card {
    Card {
        body: on_panel(c),
        border: plain().fg(c.accent).bg(c.panel),
        border_trouble: bold().fg(c.red).bg(c.panel),
        title: bold().fg(c.text),
        label: plain().fg(c.muted),
        field: plain().fg(c.text).bg(c.field),
        field_focused: plain().fg(c.text).bg(c.field).add_modifier(Modifier::UNDERLINED),
        placeholder: plain().fg(c.muted).bg(c.field),
        choice: plain().fg(c.text),
        choice_focused: bold().fg(c.text).bg(c.cursor),
        problem: bold().fg(c.red),
    }
}

fn dialog(c: &Colors) -> Dialog {
    Dialog { body: on_panel(c), border: bold().fg(c.red).bg(c.panel), title: bold().fg(c.red) }
}

fn toast(c: &Colors) -> Toast {
    Toast {
        info: plain().fg(c.text).bg(c.panel),
        refusal: bold().fg(c.amber).bg(c.panel),
        instead: plain().fg(c.text).bg(c.panel),
    }
}

fn footer(c: &Colors) -> Footer {
    Footer { bar: plain().fg(c.muted), key: bold().fg(c.accent), act: bold().fg(c.text) }
}

fn log(c: &Colors) -> Log {
    Log {
        time: plain().fg(c.muted),
        person: plain().fg(c.accent),
        voided: plain().fg(c.muted).add_modifier(Modifier::CROSSED_OUT),
        conflict: plain().fg(c.red),
        deviation: plain().fg(c.amber),
        correction: plain().fg(c.deferred),
    }
}

fn notes(c: &Colors) -> Notes {
    Notes {
        note: plain().fg(c.text),
        decision: bold().fg(c.accent),
        issue: bold().fg(c.red),
        risk: bold().fg(c.amber),
        action: bold().fg(c.deferred),
        closed: plain().fg(c.muted).add_modifier(Modifier::CROSSED_OUT),
    }
}

fn difference(c: &Colors) -> Difference {
    Difference {
        added: plain().fg(c.green),
        removed: plain().fg(c.red),
        same: plain().fg(c.muted),
        place: plain().fg(c.accent),
    }
}
