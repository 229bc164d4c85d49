//! `threshold-without-by`: a threshold over everything. In: `stats count` or `dc` without `by`, tested in a later
//! stage with `>` or `>=`. Out: one finding a `stats`.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Lint, Subject, visit};
use crate::spl::ast::Stage;

static CODE: Code = Code::new(
    "threshold-without-by",
    Severity::Note,
    "a threshold is tested over all events together",
    "Without `by`, `stats` gives one row for all events (Search Reference, stats). A threshold on it counts \
     what different users and hosts did together, and the alert cannot say who. `by` counts for each.",
);

/// The check.
pub(super) struct ThresholdWithoutBy;

impl Lint for ThresholdWithoutBy {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=auth action=failure | stats count | where count > 10"
    }

    fn good(&self) -> &'static str {
        "index=auth action=failure | stats count by user | where count > 10"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::pipelines(&subject.parsed.pipeline, &mut |pipeline| {
            for pair in pipeline.stages.windows(2) {
                let [stats, next] = pair else { continue };
                if stats.name.value == "stats" && !visit::has_clause(stats, "by") && is_threshold(next) {
                    findings.push(
                        Diagnostic::new(
                            &CODE,
                            stats.name.span,
                            "`stats` without `by` counts all events together",
                        )
                        .label("one row for everything")
                        .also(next.span, "tested here")
                        .help("count `by` the user or host that an alert is about"),
                    );
                }
            }
        });
    }
}

/// Whether the stage asks for more than some number.
fn is_threshold(stage: &Stage) -> bool {
    use crate::spl::ast::Operator;
    use crate::spl::eval::BinaryOperator;
    let mut found = false;
    visit::pieces(stage, &mut |piece| match piece {
        visit::Piece::Eval(eval) if stage.name.value == "where" => eval.walk(&mut |eval| {
            found |= visit::compared(eval).is_some_and(|(_, operator, _)| {
                matches!(operator, BinaryOperator::Greater | BinaryOperator::GreaterEqual)
            });
        }),
        visit::Piece::Search(search) if stage.name.value == "search" => {
            found |= search.comparisons().iter().any(|comparison| {
                matches!(comparison.operator.value, Operator::Greater | Operator::GreaterEqual)
            });
        }
        _ => {}
    });
    found
}
