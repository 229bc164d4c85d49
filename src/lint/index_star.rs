//! `index-star`: a search of every index. In: `index=*` in searches that read events. Out: one finding each.
//! Searches of statistics and of metadata, which are cheap, are left alone.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, visit, walk};
use crate::spl::ast::Operator;

static CODE: Code = Code::new(
    "index-star",
    Severity::Warning,
    "`index=*` reads every index",
    "Restricting a search to its index is the first advice for fast searches (Search Manual, \"Quick tips for \
     optimization\"); `index=*` reads every index that the role may see, and finds events of sources that the \
     search was not made for.",
);

/// The check.
pub(super) struct IndexStar;

impl Lint for IndexStar {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=* sourcetype=docker:daemon action=start"
    }

    fn good(&self) -> &'static str {
        "index=containers sourcetype=docker:daemon action=start"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::searches(&subject.parsed.pipeline, &mut |stage, search| {
            if stage.name.value != "search" {
                return;
            }
            walk::conjunctions(&[search], &mut |conjunction, _| {
                let comparisons = conjunction.comparisons().filter(|_| !conjunction.negated);
                for (comparison, term) in comparisons {
                    let is_all = comparison.field.value.eq_ignore_ascii_case("index")
                        && comparison.operator.value == Operator::Equal
                        && comparison.values.iter().any(walk::is_any);
                    if is_all {
                        findings.push(
                            Diagnostic::new(
                                &CODE,
                                term.span,
                                format!("`{}` reads every index", subject.shown(term.span)),
                            )
                            .label("all that the role may see")
                            .help("name the indexes that hold the events"),
                        );
                    }
                }
            });
        });
    }
}
