//! `table-mid-pipe`: `table` before stages that compute. In: `table` followed by a command that computes over rows.
//! Out: one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};
use crate::spl::ast::Stage;

static CODE: Code = Code::new(
    "table-mid-pipe",
    Severity::Note,
    "`table` stands before a stage that computes",
    "`table` makes a table for people and moves the work to the search head; `fields` drops fields where the \
     events are (Search Reference, table, \"Usage\": \"use the fields command\" instead). Stages behind it see \
     only the fields it names.",
);

/// The check.
pub(super) struct TableMidPipe;

impl Lint for TableMidPipe {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=web | table user status | stats count by user"
    }

    fn good(&self) -> &'static str {
        "index=web | fields user status | stats count by user"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            let computes = |stage: &Stage| COMPUTE.contains(&stage.name.value.as_str());
            let last = pipeline.stages.iter().rposition(computes).unwrap_or(0);
            let early = pipeline.stages.iter().take(last).find(|stage| stage.name.value == "table");
            findings.extend(early.filter(|stage| !subject.is_of_macro(stage.span)).map(|stage| {
                Diagnostic::new(&CODE, stage.name.span, "`table` stands before a stage that computes")
                    .label("moves the rows to the search head")
                    .help("use `fields` here, and `table` at the end")
            }));
        });
    }
}

const COMPUTE: &[&str] = &[
    "stats",
    "streamstats",
    "eventstats",
    "transaction",
    "timechart",
    "chart",
    "top",
    "rare",
    "dedup",
    "join",
];
