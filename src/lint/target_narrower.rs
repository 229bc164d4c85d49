//! `target-narrower`: a rule that would be narrower than the search. In: the answers of the targets that are asked
//! for. Out: one finding a target and log source.

use crate::backend::codes;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::target_refused::placed;
use crate::lint::{Group, Lint, Subject};

static CODE: Code = Code::new(
    "target-narrower",
    Severity::Warning,
    "a rule for a target would miss events that the search finds",
    "A rule that loses alerts is written only where that is asked for, with `splc compile --allow narrower` \
     (Search Reference for what the search asks). The notes of the rule, which `splc explain` prints, say what \
     is lost.",
);

/// The check.
pub(super) struct TargetNarrower;

impl Lint for TargetNarrower {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Portability
    }

    fn bad(&self) -> &'static str {
        "sourcetype=docker:events action=create image=\"*grün*\""
    }

    fn good(&self) -> &'static str {
        "sourcetype=docker:events action=create image=\"*green*\""
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for result in subject.targets {
            for note in result.rules.iter().flat_map(|rule| &rule.notes) {
                if note.code.id == codes::NARROWER_REFUSED.id {
                    let message = format!("`{}` would miss events: {}", result.target, note.message);
                    findings.push(placed(&CODE, note, message, "not written unless that is allowed"));
                }
            }
        }
    }
}
