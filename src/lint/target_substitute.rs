//! `target-substitute`: a rule that sees other events than the search. In: the answers of the targets that are
//! asked for. Out: one finding a target and substitute.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "target-substitute",
    Severity::Note,
    "a rule for a target watches events of another kind",
    "Where a target does not see the events of a log source, targets/ may name other events that show the same \
     deed, such as process executions for the log of a daemon (Search Reference for what the search asks). The \
     rule says so, and a reader should agree.",
);

/// The check.
pub(super) struct TargetSubstitute;

impl Lint for TargetSubstitute {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Portability
    }

    fn bad(&self) -> &'static str {
        "sourcetype=docker:daemon command=\"docker exec *\""
    }

    fn good(&self) -> &'static str {
        "sourcetype=docker:events action=create image=\"evil*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for result in subject.targets {
            for rule in &result.rules {
                let Some(substitute) = &rule.substitute else { continue };
                let source = rule.source.as_deref().unwrap_or("any");
                let message = format!(
                    "the rule of `{}` for `{source}` watches `{substitute}` in its place",
                    result.target
                );
                findings.push(
                    Diagnostic::new(&CODE, subject.start(), message)
                        .label("events of another kind")
                        .help("`splc explain` shows the rule; `--targets DIR` changes the mapping"),
                );
            }
        }
    }
}
