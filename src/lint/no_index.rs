//! `no-index`: the search does not say which index it looks at.
//!
//! In: the base search. Out: one finding at the term that says where events come from; a note at the first one where
//! none does. There is no fix: the name of the index is not known. Macros and knowledge objects may name one and are
//! trusted to.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::{Group, Lint, Subject};
use crate::source::Span;
use crate::spl::ast::{Arguments, Comparison, Expression, Kind, Operator};

static CODE: Code = Code::new(
    "no-index",
    Severity::Warning,
    "a search that names no index",
    "Without `index=`, a search looks at the default indexes of the role that runs it (Securing Splunk, \"Add and \
     edit roles\": `srchIndexesDefault` in authorize.conf). The same search then finds events for one user and none \
     for another, and it reads more than it needs (Search Manual, \"Quick tips for optimization\"). Not reported: \
     searches with a sub-search, an event type, a tag or a saved search, which may name the index, or with a macro \
     that is not known, that is empty or that says where events come from, which is the place to name it; and \
     definitions of event types. Where no term says where events come from, a tool may add it, and only a note is \
     made.",
);

/// The check.
pub(super) struct NoIndex;

impl Lint for NoIndex {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn group(&self) -> Group {
        Group::Cost
    }

    fn bad(&self) -> &'static str {
        "sourcetype=docker:daemon action=start"
    }

    fn good(&self) -> &'static str {
        "index=containers sourcetype=docker:daemon action=start"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let Some(base) = subject.parsed.pipeline.stages.first() else { return };
        let Arguments::Search(search) = &base.arguments else { return };
        if subject.is_event_type() || names_index(search) || is_of_macro(subject, search) {
            return;
        }
        let scope = leaf(search, &is_scope);
        let Some(term) = scope.or_else(|| first_term(search)) else { return };
        let message = match &term.kind {
            Kind::Comparison(_) => format!("`{}` is looked for in no named index", subject.shown(term.span)),
            _ => "the search names no index".to_owned(),
        };
        let finding = Diagnostic::new(&CODE, term.span, message)
            .label("looks at the default indexes of the role that runs it")
            .help("begin the search with `index=NAME`");
        let severity = if scope.is_some() { finding.severity } else { Severity::Note };
        findings.push(Diagnostic { severity, ..finding });
    }
}

/// Whether every way to match names an index, or may do so out of sight.
fn names_index(expression: &Expression) -> bool {
    match &expression.kind {
        Kind::And(children) => children.iter().any(names_index),
        Kind::Or(children) => children.iter().all(names_index),
        Kind::Group(inner) => names_index(inner),
        Kind::Comparison(comparison) => {
            let is =
                |names: &[&str]| names.iter().any(|name| comparison.field.value.eq_ignore_ascii_case(name));
            let is_object = is(&["eventtype", "savedsearch", "tag", "eventtypetag", "hosttag"])
                || comparison.field.value.starts_with("tag::");
            comparison.operator.value == Operator::Equal && (is(&["index"]) || is_object)
        }
        Kind::Computed(computed) => computed.field.value.eq_ignore_ascii_case("index"),
        Kind::Macro(_) | Kind::Subsearch(_) | Kind::Unreadable => true,
        Kind::Everything | Kind::Not(_) | Kind::Term(_) | Kind::TimeModifier(_) => false,
    }
}

/// Whether the term says where events come from.
fn is_scope(term: &Expression) -> bool {
    let is_scope = |comparison: &Comparison| {
        matches!(comparison.field.value.as_str(), "sourcetype" | "source" | "host" | "splunk_server")
    };
    matches!(&term.kind, Kind::Comparison(comparison) if is_scope(comparison))
}

/// Whether a macro is the place to name the index: it says where events come from, or it is there to be filled in.
fn is_of_macro(subject: &Subject<'_>, search: &Expression) -> bool {
    let is_blank =
        |span: Span| span.of(subject.text()).chars().all(|c| c.is_whitespace() || "()".contains(c));
    let mut calls = subject.expanded.calls();
    calls.any(|(became, _)| became.start <= search.span.end && is_blank(became))
        || leaf(search, &|term| is_scope(term) && subject.is_of_macro(term.span)).is_some()
}

fn first_term(search: &Expression) -> Option<&Expression> {
    leaf(search, &|term| !matches!(term.kind, Kind::Everything))
}

fn leaf<'a>(expression: &'a Expression, wanted: &dyn Fn(&Expression) -> bool) -> Option<&'a Expression> {
    match expression.children() {
        [] => Some(expression).filter(|expression| wanted(expression)),
        children => children.iter().find_map(|child| leaf(child, wanted)),
    }
}
