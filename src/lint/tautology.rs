//! `tautology`: two parts of an OR of which every event passes one. In: what the optimiser decided on the
//! intermediate form. Out: one finding a pair of alternatives that are written. Chains of `!=` have a check of their own.

use crate::diagnostic::{Code, Diagnostic, Label, Severity};
use crate::lint::impossible_condition::places;
use crate::lint::{Lint, Subject, asked, neq_or_chain, visit};
use crate::optimise::codes;
use crate::source::Span;

static CODE: Code = Code::new(
    "tautology",
    Severity::Warning,
    "two tests joined by OR leave nothing out",
    "What one part of an OR leaves out, the other takes: `user=r* OR NOT user=root` (Search Manual, \"NOT \
     expressions\"). That is decided on what the search asks of an event, not by the look of the words. \
     Together the parts test nothing, or only that the field is there. Not reported: what `if`, `case` and their \
     kind are made of, and tests of fields that these have set.",
);

/// The check.
pub(super) struct Tautology;

impl Lint for Tautology {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth action=login (user=r* OR NOT user=root)"
    }

    fn good(&self) -> &'static str {
        "index=auth action=login NOT user=root"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(detection) = subject.detection else { return };
        for verdict in detection.notes.iter().filter(|note| note.code.id == codes::ALWAYS_TRUE.id) {
            let Some(place) = verdict.primary.as_ref() else { continue };
            let mut finding =
                Diagnostic::new(&CODE, place.span, verdict.message.clone()).label(place.text.clone());
            let pipeline = &subject.parsed.pipeline;
            let is_or = |other: &Label| asked::are_alternatives(pipeline, place.span, other.span);
            let is_written = verdict.secondary.iter().all(is_or);
            if !is_written || !asked::are_asked(pipeline, &places(verdict)) || is_chain(subject, place.span) {
                continue;
            }
            for other in &verdict.secondary {
                finding = finding.also(other.span, other.text.clone());
            }
            findings
                .push(finding.help("mend the test that was not meant; as they are, they leave nothing out"));
        }
    }
}

/// Whether the words belong to a chain of `!=`, which `neq-or-chain` reports.
fn is_chain(subject: &Subject<'_>, span: Span) -> bool {
    let mut searches = Vec::new();
    visit::searches(&subject.parsed.pipeline, &mut |_, search| searches.push(search));
    neq_or_chain::places(&searches).iter().any(|place| place.start >= span.start && place.end <= span.end)
}
