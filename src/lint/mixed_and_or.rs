//! `mixed-and-or`: AND and OR side by side without parentheses.
//!
//! In: every AND of every search. Out: one finding a query, with a fix that writes the parentheses Splunk reads. Which
//! reading was meant is not known, so the fix keeps the meaning and makes it visible. It is a warning where the words
//! suggest the other reading, else a note.

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::{insertion, keeps_meaning};
use crate::lint::{Lint, Subject};
use crate::source::Span;
use crate::spl::ast::{Expression, Kind};

static CODE: Code = Code::new(
    "mixed-and-or",
    Severity::Warning,
    "AND and OR are mixed without parentheses",
    "The search command joins OR before AND, written or left out: `A=1 AND B=2 OR C=3` is `A=1 AND (B=2 OR C=3)` \
     (Search Manual, \"Boolean expressions\"). In where and eval, and in nearly every other language, AND comes first, \
     so such a search is easily read, and written, the other way round. Parentheses say which one is meant. \
     It is a warning where something suggests the other reading: the word AND beside the alternatives, or \
     parentheses that change nothing as Splunk reads it, round some of the alternatives or round the whole. Else, and where the alternatives are values of one field, only a note is made of it.",
);

/// The check.
pub(super) struct MixedAndOr;

impl Lint for MixedAndOr {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=wineventlog EventCode=4688 AND user=root OR host=dc1"
    }

    fn good(&self) -> &'static str {
        "index=wineventlog EventCode=4688 AND (user=root OR host=dc1)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        let mut mixed: Vec<Mixed> = Vec::new();
        for (_, search) in subject.parsed.pipeline.searches() {
            gather(subject, search, true, &mut mixed);
        }
        mixed.retain(|mixed| !subject.is_of_macro(mixed.span));
        let is_suspect = mixed.iter().any(|mixed| mixed.is_suspect);
        // The place that says why comes first.
        mixed.sort_by_key(|mixed| (!mixed.is_suspect, mixed.span.start));
        let spans: Vec<Span> = mixed.iter().map(|mixed| mixed.span).collect();
        findings.extend(finding(subject, &spans).map(|finding| {
            let severity = if is_suspect { finding.severity } else { Severity::Note };
            Diagnostic { severity, ..finding }
        }));
    }
}

/// An OR without parentheses beside other terms.
struct Mixed {
    span: Span,
    /// Whether something suggests that it was meant to bind after AND.
    is_suspect: bool,
}

/// The mixes of an expression. It is joined if its parentheses change nothing as Splunk reads it.
fn gather(subject: &Subject<'_>, expression: &Expression, is_joined: bool, mixed: &mut Vec<Mixed>) {
    if let Kind::Group(inner) = &expression.kind {
        let before = mixed.len();
        gather(subject, inner, is_joined, mixed);
        let is_own = matches!(inner.kind, Kind::And(_)) && is_joined;
        // Who writes several ORs side by side knows which one binds first.
        if is_own && opens(inner.children()) == 1 {
            let own = inner.children().iter().find(|child| is_or(child)).map(|child| child.span);
            mixed
                .iter_mut()
                .skip(before)
                .filter(|it| Some(it.span) == own)
                .for_each(|it| it.is_suspect = true);
        }
        return;
    }
    if let Kind::And(children) = &expression.kind {
        let is_one = opens(children) == 1;
        for (at, child) in children.iter().enumerate().filter(|(_, child)| is_or(child)) {
            let is_joined_by_word =
                is_after_word(subject, children, at) || is_after_word(subject, children, at + 1);
            let is_suspect = !tests_one_field(child) && (is_joined_by_word || is_one && is_uneven(child));
            mixed.push(Mixed { span: child.span, is_suspect });
        }
    }
    let is_joined = matches!(expression.kind, Kind::And(_));
    expression.children().iter().for_each(|child| gather(subject, child, is_joined, mixed));
}

/// How many ORs have no parentheses.
fn opens(children: &[Expression]) -> usize {
    children.iter().filter(|child| is_or(child)).count()
}

/// Whether the word AND stands before that operand.
fn is_after_word(subject: &Subject<'_>, children: &[Expression], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| children.get(before));
    let Some((before, next)) = before.zip(children.get(at)) else { return false };
    let between = Span { start: before.span.end, end: next.span.start.max(before.span.end) };
    between.of(subject.text()).split_whitespace().any(|word| word == "AND")
}

/// Whether some alternatives have parentheses round them that change nothing, and others have not.
fn is_uneven(or: &Expression) -> bool {
    let is_joined = |child: &&Expression| {
        matches!(child.kind, Kind::Group(_)) && matches!(child.ungrouped().kind, Kind::Or(_))
    };
    or.children().iter().any(|child| is_joined(&child))
        && or.children().iter().any(|child| !matches!(child.kind, Kind::Group(_)))
}

fn is_or(expression: &Expression) -> bool {
    matches!(expression.kind, Kind::Or(_))
}

/// Whether all alternatives are values of one field, which are hardly meant to be apart.
fn tests_one_field(or: &Expression) -> bool {
    let field = |child: &Expression| match &child.ungrouped().kind {
        Kind::Comparison(comparison) => Some(comparison.field.value.clone()),
        _ => None,
    };
    let mut fields = or.children().iter().map(field);
    let first = fields.next().flatten();
    first.is_some() && fields.all(|other| other == first)
}

/// One finding a query: the same habit all through it.
fn finding(subject: &Subject<'_>, mixed: &[Span]) -> Option<Diagnostic> {
    let (first, others) = mixed.split_first()?;
    let message = format!("`{}` is joined before the terms next to it", subject.shown(*first));
    let mut finding = Diagnostic::new(&CODE, *first, message)
        .label("OR binds before AND")
        .help("put parentheses round the terms that belong together");
    for other in others {
        finding = finding.also(*other, "so here");
    }
    let mut in_order = mixed.to_vec();
    in_order.sort();
    let edits: Vec<Edit> =
        in_order.iter().flat_map(|span| [insertion(span.start, "("), insertion(span.end, ")")]).collect();
    // A parenthesis after a word may start a list, as after `IN`: what cannot be compared is not called safe.
    let safe = keeps_meaning(subject.parsed, subject.text(), &edits);
    if safe != Some(false) {
        let title = "write the parentheses that Splunk reads".to_owned();
        finding = finding.fix(Fix { title, edits, safe: safe == Some(true) });
    }
    Some(finding)
}
