//! `limit-before-filter`: rows that are cut off before they are filtered. In: `head` and `tail` before a `search`
//! or `where`, where nothing sorted or computed the rows. Out: one finding a command.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};

static CODE: Code = Code::new(
    "limit-before-filter",
    Severity::Note,
    "`head` cuts off rows before a later filter sees them",
    "`head` keeps the first rows, which for events are the newest ones (Search Reference, head). A filter \
     behind it sees no others: `head 100 | search user=root` looks for root among the last 100 events only. \
     Filter first.",
);

/// The check.
pub(super) struct LimitBeforeFilter;

impl Lint for LimitBeforeFilter {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth | head 100 | search user=root"
    }

    fn good(&self) -> &'static str {
        "index=auth user=root | head 100"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            let mut cut = None;
            for stage in &pipeline.stages {
                match stage.name.value.as_str() {
                    "head" | "tail" => cut = cut.or(Some(stage)),
                    "search" | "where" | "regex" => {
                        if let Some(cut) = cut.take() {
                            let message =
                                format!("`{}` cuts off rows that this filter never sees", cut.name.value);
                            findings.push(
                                Diagnostic::new(&CODE, stage.span, message)
                                    .label("filters what is left")
                                    .also(cut.span, "cut off here")
                                    .help("put the filter first"),
                            );
                        }
                    }
                    "fields" | "table" | "eval" | "rename" | "rex" => {}
                    "sort" | "dedup" => return,
                    name if !name.is_empty() && ROWS.contains(&name) => return,
                    _ => {}
                }
            }
        });
    }
}

/// Commands whose rows are no events, of which the first may be what is wanted.
const ROWS: &[&str] = &[
    "stats",
    "top",
    "rare",
    "chart",
    "timechart",
    "tstats",
    "inputlookup",
    "rest",
    "transaction",
    "makeresults",
    "streamstats",
    "eventstats",
];
