//! What a column may be, and the words that people write above it.

/// How alike a misspelt header is to a usual one, from 0 to 1 (Jaro and Winkler).
const ALIKE: f64 = 0.9;

/// What a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Number or id that predecessors name.
    Id,
    /// What is to be done, in a line.
    Title,
    /// How, at length.
    Instructions,
    /// Who does it.
    Owner,
    /// Whose people do it.
    Team,
    /// Planned start.
    Start,
    /// Planned end.
    End,
    /// The day to which start and end belong.
    Date,
    /// Planned length.
    Duration,
    /// What must come first.
    Needs,
    /// What became of it last time.
    Status,
    /// The section it belongs to.
    Phase,
    /// Lane across phases.
    Stream,
    /// Remarks.
    Notes,
    /// How it is taken back.
    Rollback,
    /// Kind of step.
    Kind,
    /// Nothing that is wanted.
    Ignore,
}

impl Field {
    /// Every field with its name on the command line.
    pub const ALL: [(Self, &'static str); 17] = [
        (Self::Id, "id"),
        (Self::Title, "title"),
        (Self::Instructions, "instructions"),
        (Self::Owner, "owner"),
        (Self::Team, "team"),
        (Self::Start, "start"),
        (Self::End, "end"),
        (Self::Date, "date"),
        (Self::Duration, "duration"),
        (Self::Needs, "needs"),
        (Self::Status, "status"),
        (Self::Phase, "phase"),
        (Self::Stream, "stream"),
        (Self::Notes, "notes"),
        (Self::Rollback, "rollback"),
        (Self::Kind, "kind"),
        (Self::Ignore, "ignore"),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(field, _)| *field == self).map_or("ignore", |(_, name)| name)
    }

    /// The field that a word names: its name, or a usual header for it.
    pub fn named(word: &str) -> Option<Self> {
        let word = super::normal(word).0;
        let by_name = Self::ALL.iter().find(|(_, name)| *name == word).map(|(field, _)| *field);
        by_name.or_else(|| usual(&word))
    }

    /// Whether several columns may hold it.
    pub(super) fn may_repeat(self) -> bool {
        matches!(self, Self::Instructions | Self::Notes | Self::Status | Self::Ignore)
    }
}

/// Usual headers. `step` and `item` are not here: they are numbers in one file and titles in another.
const USUAL: [(Field, &[&str]); 17] = [
    (
        Field::Id,
        &[
            "id",
            "no",
            "nr",
            "num",
            "number",
            "#",
            "nº",
            "seq",
            "sequence",
            "ref",
            "reference",
            "wbs",
            "step no",
            "step nr",
            "step number",
            "step id",
            "step #",
            "task id",
            "task no",
            "task number",
            "task #",
            "item no",
            "item number",
            "item id",
            "item #",
            "s no",
            "sl no",
            "activity id",
            "uid",
            "row",
            "lfd",
            "lfd nr",
            "lfdnr",
            "pos",
            "position",
        ],
    ),
    (
        Field::Title,
        &[
            "task",
            "tasks",
            "task name",
            "activity",
            "activities",
            "activity name",
            "action",
            "actions",
            "step name",
            "step title",
            "title",
            "step description",
            "task description",
            "activity description",
            "action description",
            "what",
            "name",
            "summary",
            "subject",
            "to do",
            "todo",
            "aufgabe",
            "tätigkeit",
            "aktivität",
            "tâche",
            "tarea",
            "aufgaben",
            "vorgang",
            "aktivitäten",
            "was",
        ],
    ),
    (
        Field::Instructions,
        &[
            "description",
            "details",
            "detail",
            "instructions",
            "instruction",
            "how",
            "how to",
            "procedure",
            "commands",
            "command",
            "work instructions",
            "work instruction",
            "detailed steps",
            "detailed description",
            "long description",
            "beschreibung",
        ],
    ),
    (
        Field::Owner,
        &[
            "owner",
            "owners",
            "task owner",
            "step owner",
            "action owner",
            "responsible",
            "responsible person",
            "executor",
            "executed by",
            "assignee",
            "assigned to",
            "assigned",
            "who",
            "performer",
            "performed by",
            "to be done by",
            "resource",
            "resources",
            "resource name",
            "resource names",
            "person",
            "implementer",
            "engineer",
            "operator",
            "person responsible",
            "verantwortlich",
            "wer",
            "raci r",
            "zuständig",
            "verantwortlicher",
            "verantwortliche",
            "bearbeiter",
            "durchführung",
            "owner backup",
        ],
    ),
    (
        Field::Team,
        &[
            "team",
            "responsible team",
            "owning team",
            "assignment group",
            "support group",
            "department",
            "squad",
            "owner team",
            "team name",
        ],
    ),
    (
        Field::Start,
        &[
            "start",
            "start time",
            "start date",
            "start datetime",
            "start date time",
            "planned start",
            "planned start time",
            "planned start date",
            "scheduled start",
            "scheduled start time",
            "target start",
            "begin",
            "begins",
            "from",
            "beginn",
            "start at",
            "estimated start",
            "expected start",
            "est start",
            "when",
            "wann",
            "anfang",
            "startzeit",
            "uhrzeit",
            "geplanter beginn",
            "beginn geplant",
            "start geplant",
        ],
    ),
    (
        Field::End,
        &[
            "end",
            "end time",
            "end date",
            "end datetime",
            "end date time",
            "finish",
            "finish time",
            "finish date",
            "planned end",
            "planned end time",
            "planned end date",
            "planned finish",
            "scheduled end",
            "scheduled finish",
            "target end",
            "target finish",
            "stop",
            "to",
            "until",
            "ende",
            "estimated end",
            "expected end",
            "est end",
            "ends",
            "bis",
            "endzeit",
            "geplantes ende",
            "ende geplant",
        ],
    ),
    (Field::Date, &["date", "day", "planned date", "datum"]),
    (
        Field::Duration,
        &[
            "duration",
            "dur",
            "length",
            "estimate",
            "estimated duration",
            "est duration",
            "est time",
            "estimated time",
            "expected duration",
            "planned duration",
            "time required",
            "time needed",
            "effort",
            "minutes",
            "mins",
            "min",
            "hours",
            "duration min",
            "duration mins",
            "duration minutes",
            "duration hours",
            "duration hrs",
            "duration h",
            "time min",
            "time mins",
            "time minutes",
            "dauer",
            "durée",
            "duración",
            "est",
            "est min",
            "dauer min",
            "dauer in min",
            "dauer in minuten",
            "zeitbedarf",
        ],
    ),
    (
        Field::Needs,
        &[
            "predecessor",
            "predecessors",
            "depends on",
            "dependency",
            "dependencies",
            "depends",
            "dependent on",
            "dependant on",
            "after",
            "prerequisite",
            "prerequisites",
            "prereq",
            "prereqs",
            "pred",
            "preds",
            "blocked by",
            "needs",
            "requires",
            "vorgänger",
            "abhängig von",
            "abhängigkeit",
            "abhängigkeiten",
            "voraussetzung",
        ],
    ),
    (
        Field::Status,
        &[
            "status",
            "state",
            "progress",
            "% complete",
            "percent complete",
            "done",
            "complete",
            "completed",
            "y n",
            "outcome",
            "rag",
            "rag status",
            "erledigt",
        ],
    ),
    (
        Field::Phase,
        &[
            "phase",
            "phases",
            "phase name",
            "group",
            "gruppe",
            "task group",
            "section",
            "stage",
            "block",
            "work package",
            "abschnitt",
            "phasen",
        ],
    ),
    (
        Field::Stream,
        &[
            "workstream",
            "work stream",
            "stream",
            "lane",
            "swimlane",
            "track",
            "workstream name",
            "teilprojekt",
            "gewerk",
        ],
    ),
    (
        Field::Notes,
        &[
            "comments",
            "comment",
            "notes",
            "note",
            "remarks",
            "remark",
            "additional information",
            "additional info",
            "info",
            "bemerkung",
            "bemerkungen",
            "kommentar",
            "kommentare",
            "anmerkung",
            "anmerkungen",
            "hinweis",
            "hinweise",
        ],
    ),
    (
        Field::Rollback,
        &[
            "rollback",
            "roll back",
            "rollback step",
            "rollback steps",
            "rollback plan",
            "rollback procedure",
            "rollback action",
            "rollback instructions",
            "backout",
            "back out",
            "backout plan",
            "backout steps",
            "backout procedure",
            "back out plan",
            "revert",
            "undo",
            "fallback",
            "fall back",
        ],
    ),
    (Field::Kind, &["type", "kind", "task type", "step type"]),
    (
        Field::Ignore,
        &[
            "actual start",
            "actual start time",
            "actual end",
            "actual end time",
            "actual finish",
            "actual finish time",
            "actual duration",
            "started",
            "started at",
            "finished",
            "finished at",
            "completed by",
            "completed at",
            "done by",
            "done at",
            "time completed",
            "variance",
            "delay",
            "signed off by",
            "sign off",
        ],
    ),
];

/// The field that a usual header names: in lower case, without signs.
pub(super) fn usual(word: &str) -> Option<Field> {
    USUAL.iter().find(|(_, words)| words.contains(&word)).map(|(field, _)| *field)
}

/// Fields that a word looks like: a misspelt header, or one with more words around it.
pub(super) fn near(word: &str) -> Vec<Field> {
    let mut list: Vec<(f64, Field)> = Vec::new();
    for (field, words) in USUAL {
        let best = words
            .iter()
            .filter(|usual| usual.len() >= 4)
            .map(|usual| {
                let inside = word.split(' ').any(|part| part == *usual);
                if inside { 0.95 } else { strsim::jaro_winkler(word, usual) }
            })
            .fold(0.0, f64::max);
        if best >= ALIKE {
            list.push((best, field));
        }
    }
    list.sort_by(|a, b| b.0.total_cmp(&a.0));
    list.into_iter().map(|(_, field)| field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_looks_like_a_header_is_no_header() {
        assert_eq!(near("responsable").first(), Some(&Field::Owner));
        assert_eq!(near("predecesors").first(), Some(&Field::Needs));
        assert!(near("customer owner name").contains(&Field::Owner));
        assert_eq!(near("cost centre"), []);
    }
}
