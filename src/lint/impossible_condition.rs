//! `impossible-condition`: two parts of an AND that no event passes together. In: what the optimiser decided on the
//! intermediate form. Out: one finding a pair of tests that are written; `if` and `case` have such pairs inside.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, asked};
use crate::optimise::codes;
use crate::source::Span;

static CODE: Code = Code::new(
    "impossible-condition",
    Severity::Warning,
    "two tests joined by AND exclude each other",
    "What one part of an AND asks for, the other leaves out: `user=root NOT user=r*` (Search Manual, \"NOT \
     expressions\"). That is decided on what the search asks of an event, with missing fields, several values, \
     wildcards, networks and numbers as Splunk reads them, not by the look of the words. No event passes both \
     parts, so with them the whole branch is dead. Not reported: what `if`, `case` and their kind are made of, and \
     tests of fields that these have set.",
);

/// The check.
pub(super) struct ImpossibleCondition;

impl Lint for ImpossibleCondition {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth action=login user=root NOT user=r*"
    }

    fn good(&self) -> &'static str {
        "index=auth action=login user=root NOT user=roo"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(detection) = subject.detection else { return };
        for verdict in detection.notes.iter().filter(|note| note.code.id == codes::ALWAYS_FALSE.id) {
            let Some(place) = verdict.primary.as_ref() else { continue };
            let mut finding =
                Diagnostic::new(&CODE, place.span, verdict.message.clone()).label(place.text.clone());
            if !asked::are_asked(&subject.parsed.pipeline, &places(verdict)) {
                continue;
            }
            for other in &verdict.secondary {
                finding = finding.also(other.span, other.text.clone());
            }
            findings
                .push(finding.help("mend the test that was not meant; as it is, the branch matches nothing"));
        }
    }
}

/// All places of a verdict.
pub(super) fn places(verdict: &Diagnostic) -> Vec<Span> {
    verdict.primary.iter().chain(&verdict.secondary).map(|label| label.span).collect()
}
