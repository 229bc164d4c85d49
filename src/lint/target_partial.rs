//! `target-partial`: a search that a target refuses for some log source. In: the answers of the targets that are
//! asked for. Out: one finding a target and log source.

use crate::backend::compile::Status;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::target_refused::placed;
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "target-partial",
    Severity::Warning,
    "a target cannot express the search for one of its log sources",
    "A search that names several log sources becomes one rule for each, and each is judged alone (Search \
     Manual, \"Boolean expressions\": OR). Here one is written and another refused, so the target sees less \
     than the search does.",
);

/// The check.
pub(super) struct TargetPartial;

impl Lint for TargetPartial {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Portability
    }

    fn bad(&self) -> &'static str {
        "(sourcetype=docker:daemon OR sourcetype=kubernetes:apiserver) command=\"docker exec *\""
    }

    fn good(&self) -> &'static str {
        "sourcetype=docker:daemon command=\"docker exec *\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for result in subject.targets.iter().filter(|result| result.is_partial()) {
            for rule in result.rules.iter().filter(|rule| rule.status == Status::Refused) {
                let Some(reason) = rule.notes.iter().find(|note| note.severity == Severity::Error) else {
                    continue;
                };
                let source = rule.source.as_deref().unwrap_or("a source that is not known");
                let message = format!("`{}` has no rule for `{source}`: {}", result.target, reason.message);
                findings.push(placed(&CODE, reason, message, "not written for this log source"));
            }
        }
    }
}
