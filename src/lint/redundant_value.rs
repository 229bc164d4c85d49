//! `redundant-value`: a value of a list that another one covers. In: the lists of `IN` in the `search` language.
//! Out: one finding a list.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::event::pattern::Pattern;
use crate::lint::{Lint, Subject, visit, walk};
use crate::spl::ast::{Comparison, Literal};

static CODE: Code = Code::new(
    "redundant-value",
    Severity::Note,
    "a value of a list is covered by another one",
    "`IN` holds where any value matches (Search Reference, search), without regard to case. A value that is \
     listed twice, or that a wildcard beside it covers, adds nothing; often one of the two was to be another \
     value.",
);

/// The check.
pub(super) struct RedundantValue;

impl Lint for RedundantValue {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=endpoint process IN (\"*.exe\", \"cmd.exe\", \"sh\")"
    }

    fn good(&self) -> &'static str {
        "index=endpoint process IN (\"*.exe\", \"sh\")"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::comparisons(&subject.parsed.pipeline, &mut |comparison, _| {
            let covered = covered(comparison);
            let Some(((value, by), others)) = covered.split_first() else { return };
            let message =
                format!("`{}` is covered by `{}`", subject.shown(value.span), subject.shown(by.span));
            let mut finding = Diagnostic::new(&CODE, value.span, message)
                .label("adds nothing")
                .also(by.span, "covers it")
                .help("leave it out");
            for (other, _) in others {
                finding = finding.also(other.span, "and this one is covered too");
            }
            findings.push(finding);
        });
    }
}

/// How long a list is whose values are compared with each other.
const COMPARED: std::ops::RangeInclusive<usize> = 2..=200;

/// The values that another one covers, each with that one; of two that are the same, the later.
fn covered(comparison: &Comparison) -> Vec<(&Literal, &Literal)> {
    if !COMPARED.contains(&comparison.values.len()) {
        return Vec::new();
    }
    let values: Vec<(&Literal, Pattern)> =
        comparison.values.iter().filter_map(|value| Some((value, walk::of_text(value)?))).collect();
    let by = |at: usize, value: &Pattern| {
        let covers = |(other, (_, wide)): &(usize, &(&Literal, Pattern))| {
            *other != at && wide.covers(value) && (*other < at || !value.covers(wide))
        };
        values.iter().enumerate().find(covers).map(|(_, (wide, _))| *wide)
    };
    values.iter().enumerate().filter_map(|(at, (value, pattern))| Some((*value, by(at, pattern)?))).collect()
}
