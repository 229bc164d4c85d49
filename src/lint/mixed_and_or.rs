//! `mixed-and-or`: AND and OR side by side without parentheses.
//!
//! In: every AND of every search. Out: one finding a query, with a fix that writes the parentheses Splunk reads. Which
//! reading was meant is not known, so the fix keeps the meaning and makes it visible. It is a warning where the words
//! suggest the other reading, else a note; where they leave no doubt, the fix writes that one.

use crate::detection::scope::SCOPE_FIELDS;
use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::fix::{insertion, keeps_meaning};
use crate::lint::{Lint, Subject, bare_alternative, contradiction, walk};
use crate::source::Span;
use crate::spl::ast::{Expression, Kind, Operator};

static CODE: Code = Code::new(
    "mixed-and-or",
    Severity::Warning,
    "AND and OR are mixed without parentheses",
    "The search command joins OR before AND, written or left out: `A=1 AND B=2 OR C=3` is `A=1 AND (B=2 OR C=3)` \
     (Search Manual, \"Boolean expressions\"). In where and eval, and in nearly every other language, AND comes first, \
     so such a search is easily read, and written, the other way round. Parentheses say which one is meant. \
     It is a warning where something suggests the other reading: the word AND between two tests of which one is an \
     alternative, parentheses of their own round an OR and the test behind it, or a second `index=` behind OR, which \
     begins a search of its own. Else, where the alternatives are values of one field, and where they say where events \
     come from, only a note is made of it. Words behind a test are told of by `bare-alternative`.",
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
            mixed.extend(mixes(subject, search));
        }
        mixed.retain(|mixed| !subject.is_of_macro(mixed.span));
        let is_suspect = mixed.iter().any(|mixed| mixed.is_suspect);
        if let Some(two) = mixed.iter().find(|mixed| !mixed.sides.is_empty()) {
            findings.push(of_two_searches(subject, two));
            return;
        }
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
    /// The edits that part the searches which it runs together; none if it does not.
    sides: Vec<Edit>,
}

/// The mixes of a search. An expression is joined if its parentheses change nothing as Splunk reads it.
fn mixes(subject: &Subject<'_>, search: &Expression) -> Vec<Mixed> {
    let (mut mixed, mut own) = (Vec::new(), Vec::new());
    let mut left = vec![(search, true)];
    while let Some((expression, is_joined)) = left.pop() {
        match &expression.kind {
            Kind::Group(inner) => {
                own.extend(own_or(inner).filter(|_| is_joined));
                left.push((inner, is_joined));
                continue;
            }
            Kind::And(children) => {
                let is_mix = |or: &Expression| is_or(or) && bare_alternative::values(or).is_none();
                let ors = children.iter().enumerate().filter(|(_, child)| is_mix(child));
                mixed.extend(ors.map(|(at, or)| Mixed {
                    span: or.span,
                    is_suspect: is_joined_by_word(subject, children, at, or),
                    sides: sides(children, at),
                }));
            }
            _ => {}
        }
        let is_joined = matches!(expression.kind, Kind::And(_));
        left.extend(expression.children().iter().map(|child| (child, is_joined)));
    }
    for one in &mut mixed {
        one.is_suspect |= own.contains(&one.span);
    }
    mixed
}

/// Fields that an event has once, by which a search says where to look.
const SOURCES: &[&str] = &["index", "sourcetype", "source"];

/// The edits that part `index=a x=1 OR index=b y=1` at the OR in that place into its two searches: an alternative names
/// another index than the terms before it, and terms of its own follow.
fn sides(children: &[Expression], at: usize) -> Vec<Edit> {
    let alternatives = children.get(at).map_or(&[][..], Expression::children);
    let (Some(first), Some(last)) = (children.first(), children.last()) else { return Vec::new() };
    let [left, right] = alternatives else { return Vec::new() };
    let Kind::Comparison(begins) = &right.kind else { return Vec::new() };
    let is_other = |before: &Expression| match &before.kind {
        Kind::Comparison(test) => {
            let is_same = test.field.value == begins.field.value;
            is_same && contradiction::exclude_each_other(test, begins)
        }
        _ => false,
    };
    let is_source = SOURCES.contains(&begins.field.value.as_str());
    let is_of_content =
        matches!(&left.kind, Kind::Comparison(test) if !SOURCES.contains(&test.field.value.as_str()));
    let is_two = is_source
        && is_of_content
        && begins.operator.value == Operator::Equal
        && children.iter().take(at).any(is_other)
        && opens(children) == 1;
    if !is_two {
        return Vec::new();
    }
    let behind = if at + 1 < children.len() { last.span.end } else { right.span.end };
    let places = [(first.span.start, "("), (left.span.end, ")"), (right.span.start, "("), (behind, ")")];
    places.map(|(place, text)| insertion(place, text)).into()
}

/// The finding about two searches that run together.
fn of_two_searches(subject: &Subject<'_>, mixed: &Mixed) -> Diagnostic {
    let message = format!("`{}` is joined before the terms next to it", subject.shown(mixed.span));
    let title = "put each of the two searches in parentheses".to_owned();
    Diagnostic::new(&CODE, mixed.span, message)
        .label("OR binds before AND, so it does not part two searches")
        .help("put parentheses round each search: `(index=a x=1) OR (index=b y=1)`")
        .fix(Fix { title, edits: mixed.sides.clone(), safe: false })
}

/// The only OR of what is in parentheses, where a test stands right behind its last one. Who writes several ORs side by
/// side knows which operator binds first.
fn own_or(inner: &Expression) -> Option<Span> {
    let Kind::And(children) = &inner.kind else { return None };
    let at = children.iter().position(is_or).filter(|_| opens(children) == 1)?;
    let or = children.get(at).filter(|or| is_plain(or.children().last(), any))?;
    is_plain(children.get(at + 1), any).then_some(or.span)
}

/// Whether the word AND stands between an alternative and a test next to it.
fn is_joined_by_word(subject: &Subject<'_>, children: &[Expression], at: usize, or: &Expression) -> bool {
    let alternatives = or.children();
    let before = at.checked_sub(1).and_then(|before| children.get(before));
    let joins_before = is_after_word(subject, children, at)
        && is_plain(before, of_content)
        && is_plain(alternatives.first(), of_content);
    let joins_behind = is_after_word(subject, children, at + 1)
        && is_plain(alternatives.last(), of_content)
        && is_plain(children.get(at + 1), of_content);
    !tests_one_field(or) && !tests_presence(or) && (joins_before || joins_behind)
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

/// Whether it is a comparison of such a field without parentheses.
fn is_plain(expression: Option<&Expression>, of: fn(&str) -> bool) -> bool {
    expression.is_some_and(|it| matches!(&it.kind, Kind::Comparison(test) if of(&test.field.value)))
}

const fn any(_: &str) -> bool {
    true
}

/// Whether a field says what happened, and not where that is stored: sources are joined by OR before anything else.
fn of_content(field: &str) -> bool {
    !SCOPE_FIELDS.contains(&field)
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

/// Whether all alternatives ask for a field to be there, any of which will do.
fn tests_presence(or: &Expression) -> bool {
    or.children().iter().all(|child| match &child.kind {
        Kind::Comparison(comparison) => {
            comparison.operator.value == Operator::Equal && comparison.values.iter().all(walk::is_any)
        }
        _ => false,
    })
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
