//! `index-star`: a search of every index. In: `index=*` in searches that read events. Out: one finding each, a note
//! where somebody else names the index.
//! Searches of statistics and of metadata, which are cheap, are left alone.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject, later, visit, walk};
use crate::spl::ast::{Comparison, Expression, Kind, Literal, Operator, Pipeline};

static CODE: Code = Code::new(
    "index-star",
    Severity::Warning,
    "`index=*` reads every index",
    "Restricting a search to its index is the first advice for fast searches (Search Manual, \"Quick tips for \
     optimization\"); `index=*` reads every index that the role may see, and finds events of sources that the \
     search was not made for. Only a note is made of event types, of searches that take stock of all data by index or \
     sourcetype, and of a macro that is there to be set where the search names a sourcetype, a source, a host or an \
     event type beside it.",
);

/// The check.
pub(super) struct IndexStar;

impl Lint for IndexStar {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "index=* sourcetype=docker:daemon action=start"
    }

    fn good(&self) -> &'static str {
        "index=containers sourcetype=docker:daemon action=start"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        visit::searches(&subject.parsed.pipeline, &mut |stage, search| {
            if stage.name.value != "search" {
                return;
            }
            let is_scoped = is_scoped(search);
            walk::conjunctions(&[search], &mut |conjunction, _| {
                let comparisons = conjunction.comparisons().filter(|_| !conjunction.negated);
                for (comparison, term) in comparisons {
                    let is_all = comparison.field.value.eq_ignore_ascii_case("index")
                        && comparison.operator.value == Operator::Equal
                        && comparison.values.iter().any(walk::is_any);
                    if is_all {
                        let message = format!("`{}` reads every index", subject.shown(term.span));
                        let finding = Diagnostic::new(&CODE, term.span, message)
                            .label("all that the role may see")
                            .help("name the indexes that hold the events");
                        let of_macro = |value: &Literal| subject.is_of_macro(value.span);
                        let is_set = comparison.values.iter().any(of_macro) && is_scoped;
                        let is_note =
                            subject.is_event_type() || is_set || is_census(search, &subject.parsed.pipeline);
                        let severity = if is_note { Severity::Note } else { finding.severity };
                        findings.push(Diagnostic { severity, ..finding });
                    }
                }
            });
        });
    }
}

/// Whether the query takes stock of what data there is: the search asks for nothing but the index, and names the internal
/// ones too, or rows are by what tells data apart.
fn is_census(search: &Expression, pipeline: &Pipeline) -> bool {
    let mut asks = false;
    search.walk(&mut |term| {
        asks |= match &term.kind {
            Kind::Comparison(comparison) => {
                !matches!(comparison.field.value.as_str(), "index" | "earliest" | "latest")
            }
            Kind::Term(_) | Kind::Subsearch(_) | Kind::Macro(_) => true,
            _ => false,
        }
    });
    let is_internal = |comparison: &&Comparison| comparison.values.iter().any(|value| value.text == "_*");
    let needed = later::needed(pipeline);
    let is_by_data = ["index", "sourcetype", "source", "punct"].iter().any(|field| needed.contains(field));
    !asks && (is_by_data || search.comparisons().iter().any(is_internal))
}

/// Whether a term says which events are looked at.
fn is_scoped(search: &Expression) -> bool {
    const SCOPE: &[&str] = &["sourcetype", "source", "host", "eventtype", "tag"];
    search.comparisons().iter().any(|comparison| {
        comparison.operator.value == Operator::Equal
            && SCOPE.contains(&comparison.field.value.as_str())
            && !comparison.values.iter().any(walk::is_any)
    })
}
