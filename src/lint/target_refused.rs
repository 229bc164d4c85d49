//! `target-refused`: a search that a target refuses. In: the answers of the targets that are asked for. Out: one
//! finding a target and reason, at the words that cause it.

use crate::backend::codes;
use crate::backend::compile::Status;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "target-refused",
    Severity::Warning,
    "a target that is asked for cannot express the search",
    "Each target says what it can express; what it cannot is refused rather than written wrong (the fidelity of \
     a rule, as `splc compile` reports it; Search Reference for what the search asks). The reason is that of \
     the target itself. Where only some log sources are refused, `target-partial` says so.",
);

/// The check.
pub(super) struct TargetRefused;

impl Lint for TargetRefused {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Portability
    }

    fn bad(&self) -> &'static str {
        "index=k8s sourcetype=kubernetes:audit | transaction user maxspan=5m | where eventcount > 3"
    }

    fn good(&self) -> &'static str {
        "index=containers sourcetype=docker:events action=create image=\"evil*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for result in subject.targets.iter().filter(|result| result.status() == Status::Refused) {
            let mut reasons: Vec<&Diagnostic> = Vec::new();
            for note in result.rules.iter().flat_map(|rule| &rule.notes) {
                let is_reason =
                    note.severity == Severity::Error && note.code.id != codes::NARROWER_REFUSED.id;
                if is_reason && !reasons.contains(&note) {
                    reasons.push(note);
                }
            }
            for reason in reasons {
                let message = format!("`{}` cannot express the search: {}", result.target, reason.message);
                findings.push(placed(&CODE, reason, message, "not written for this target"));
            }
        }
    }
}

/// A finding where the answer of a target has its place, in the file.
pub(super) fn placed(code: &'static Code, answer: &Diagnostic, message: String, label: &str) -> Diagnostic {
    let mut finding = Diagnostic::without_place(code, message);
    finding.primary.clone_from(&answer.primary);
    finding.path.clone_from(&answer.path);
    finding.help.clone_from(&answer.help);
    if finding.help.is_empty() {
        finding.help.push("split the search, or leave the target out".to_owned());
    }
    finding.label(label)
}
