//! `target-wider`: a rule that is wider than the search. In: the answers of the targets that are asked for. Out:
//! one finding a target.

use crate::backend::compile::Status;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "target-wider",
    Severity::Note,
    "a rule for a target matches more than the search",
    "What a target cannot test is left out where that only adds events: no alert is lost, and there may be more \
     of them (Search Reference for what the search asks). The notes of the rule, which `splc explain` prints, \
     say what is left out.",
);

/// The check.
pub(super) struct TargetWider;

impl Lint for TargetWider {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Portability
    }

    fn bad(&self) -> &'static str {
        "sourcetype=docker:events action=create image=\"evil*\" | head 10"
    }

    fn good(&self) -> &'static str {
        "sourcetype=docker:events action=create image=\"evil*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for result in subject.targets {
            let wider = result.rules.iter().filter(|rule| rule.status == Status::Wider);
            let sources: Vec<String> =
                wider.map(|rule| format!("`{}`", rule.source.as_deref().unwrap_or("any"))).collect();
            if sources.is_empty() {
                continue;
            }
            let message = format!(
                "the rule of `{}` for {} matches more than the search",
                result.target,
                sources.join(", ")
            );
            findings.push(
                Diagnostic::new(&CODE, subject.start(), message)
                    .label("some test is left out")
                    .help("`splc explain` says which"),
            );
        }
    }
}
