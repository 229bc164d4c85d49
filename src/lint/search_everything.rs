//! `search-everything`: a stage that keeps every row. In: `search *` and `where true()` behind the first stage.
//! Out: one finding a stage. What a macro supplied, such as an empty filter, is left alone.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, walk};
use crate::spl::ast::{Arguments, Kind};

static CODE: Code = Code::new(
    "search-everything",
    Severity::Note,
    "a stage keeps every row",
    "`search *` matches every event (Search Reference, search), so the stage does nothing. Where a filter is to \
     be filled in later, a macro says so.",
);

/// The check.
pub(super) struct SearchEverything;

impl Lint for SearchEverything {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=web status=500 | eval site=host | search * | stats count by site"
    }

    fn good(&self) -> &'static str {
        "index=web status=500 | eval site=host | stats count by site"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for stage in subject.parsed.pipeline.stages.iter().skip(1) {
            let Arguments::Search(search) = &stage.arguments else { continue };
            let is_all = match &search.ungrouped().kind {
                Kind::Term(term) => walk::is_any(term),
                _ => false,
            };
            if is_all && !subject.is_of_macro(stage.span) {
                findings.push(
                    Diagnostic::new(
                        &CODE,
                        stage.span,
                        format!("`{}` keeps every row", subject.shown(stage.span)),
                    )
                    .label("does nothing")
                    .help("leave the stage out"),
                );
            }
        }
    }
}
