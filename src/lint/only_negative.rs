//! `only-negative`: a base search that only leaves out. In: base searches in which every test but those of the
//! source is under NOT or a `!=`. Out: one finding a query.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};
use crate::spl::ast::{Arguments, Expression, Kind, Operator};

static CODE: Code = Code::new(
    "only-negative",
    Severity::Note,
    "the base search only leaves events out",
    "\"It is almost always more efficient to specify the values that you want\" than those to leave out (Search \
     Manual, \"Quick tips for optimization\"): what is left out cannot be looked up in the index, so every \
     event of the source is read. As a detection, such a search reports whatever nobody thought of.",
).pedantic();

/// The check.
pub(super) struct OnlyNegative;

impl Lint for OnlyNegative {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=web sourcetype=access NOT status=200 | stats count by src"
    }

    fn good(&self) -> &'static str {
        "index=web sourcetype=access status IN (401, 403) | stats count by src"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let stages = &subject.parsed.pipeline.stages;
        let Some(Arguments::Search(base)) = stages.first().map(|stage| &stage.arguments) else { return };
        let filters_later = stages.iter().skip(1).any(|stage| {
            matches!(
                stage.name.value.as_str(),
                "search" | "where" | "regex" | "lookup" | "join" | "inputlookup"
            )
        });
        let mut negative = None;
        let mut is_positive = filters_later;
        terms(base, &mut |term| match &term.kind {
            Kind::Not(_) => negative = negative.or(Some(term.span)),
            Kind::Comparison(it) if it.operator.value == Operator::NotEqual => {
                negative = negative.or(Some(term.span));
            }
            Kind::Comparison(it) if SCOPE.contains(&it.field.value.as_str()) => {}
            Kind::TimeModifier(_) => {}
            _ => is_positive = true,
        });
        findings.extend(negative.filter(|_| !is_positive).map(|span| {
            Diagnostic::new(
                &CODE,
                span,
                format!("`{}` is all that is asked of an event", subject.shown(span)),
            )
            .label("leaves out, and asks for nothing")
            .help("ask for what an attack looks like")
        }));
    }
}

/// Fields that say where events come from.
const SCOPE: &[&str] = &["index", "source", "sourcetype", "host", "splunk_server"];

fn terms<'a>(expression: &'a Expression, visit: &mut dyn FnMut(&'a Expression)) {
    match &expression.kind {
        Kind::And(children) => children.iter().for_each(|child| terms(child, visit)),
        Kind::Group(inner) => terms(inner, visit),
        _ => visit(expression),
    }
}
