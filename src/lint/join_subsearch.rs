//! `join-subsearch`: results of a second search that are cut off without a word. In: `join`, `append` and
//! `appendcols` with a search of events. Out: one finding a command.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit};

static CODE: Code = Code::new(
    "join-subsearch",
    Severity::Note,
    "a sub-search is cut off at its limit",
    "`join`, `append` and `appendcols` run a sub-search that ends after 60 seconds, and at 50,000 rows \
     (limits.conf, `[join]` and `[searchresults]`; Search Reference, append). What is beyond is missing without \
     a word. Where both sides are events, one search with `(A) OR (B)` and `stats … by` has no such limit \
     (Search Manual, \"About event grouping and correlation\").",
);

/// The check.
pub(super) struct JoinSubsearch;

impl Lint for JoinSubsearch {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=a action=login | join user [search index=b action=grant]"
    }

    fn good(&self) -> &'static str {
        "(index=a action=login) OR (index=b action=grant) | stats values(action) by user"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::stages(&subject.parsed.pipeline, &mut |stage| {
            if !matches!(stage.name.value.as_str(), "join" | "append" | "appendcols") {
                return;
            }
            let mut reads_events = false;
            visit::pieces(stage, &mut |piece| {
                if let visit::Piece::Pipeline(inner) = piece {
                    reads_events |= inner.stages.first().is_some_and(|first| first.name.value == "search");
                }
            });
            if reads_events {
                let name = &stage.name.value;
                findings.push(
                    Diagnostic::new(
                        &CODE,
                        stage.name.span,
                        format!("the sub-search of `{name}` is cut off at its limit"),
                    )
                    .label("rows beyond the limit are missing without a word")
                    .help("one search with `(A) OR (B)` and `stats … by` has no such limit"),
                );
            }
        });
    }
}
