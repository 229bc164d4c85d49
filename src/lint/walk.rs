//! Ways through the tree that several checks need: the searches that still see events, and what is joined by AND.
//!
//! In: a pipeline. Out: conjunctions, each with the fields that have to be there at the same time. Invariant: a comparison
//! belongs to one conjunction, so a walk takes no longer than the terms times the depth of the parentheses, and
//! parentheses that join the same way are looked through.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::network;
use crate::event::pattern::{Case, Pattern, Shape};
use crate::spl::Pipeline;
use crate::spl::ast::{Arguments, Comparison, Directive, Expression, Kind, Literal, Operator};

/// Commands that drop events, fields or neither, and write no field: what a search behind them looks at was in the
/// event. Behind any other command a field may be made by the pipeline itself, so that it is always there.
const FILTERS: &[&str] = &["search", "where", "regex", "head", "tail", "reverse", "sort", "dedup", "fields"];

/// The searches that see fields of events, in order.
pub(super) fn searches_of_events(pipeline: &Pipeline) -> Vec<&Expression> {
    let stages = pipeline.stages.iter().take_while(|stage| FILTERS.contains(&stage.name.value.as_str()));
    let expressions = stages.filter_map(|stage| match &stage.arguments {
        Arguments::Search(expression) => Some(expression),
        _ => None,
    });
    expressions.collect()
}

/// Terms that hold at once, without the parentheses round them.
pub(super) struct Conjunction<'a> {
    /// The terms; none is an AND.
    pub(super) terms: Vec<&'a Expression>,
    /// Whether an odd number of NOT stands before it.
    pub(super) negated: bool,
    /// Whether it is one of the alternatives of an OR.
    is_alternative: bool,
}

impl<'a> Conjunction<'a> {
    fn of(expressions: &[&'a Expression], negated: bool) -> Self {
        let mut terms = Vec::new();
        for expression in expressions {
            gather(expression, &mut terms);
        }
        Self { terms, negated, is_alternative: false }
    }

    /// Whether it is one term, and one alternative of an OR: events that it drops may pass another.
    pub(super) fn is_lone_alternative(&self) -> bool {
        self.is_alternative && self.terms.len() == 1
    }

    /// The comparisons among the terms, each with its term.
    pub(super) fn comparisons(&self) -> impl Iterator<Item = (&'a Comparison, &'a Expression)> {
        self.terms.iter().filter_map(|term| match &term.kind {
            Kind::Comparison(comparison) => Some((comparison, *term)),
            _ => None,
        })
    }
}

fn gather<'a>(expression: &'a Expression, terms: &mut Vec<&'a Expression>) {
    match &expression.kind {
        Kind::Group(inner) => gather(inner, terms),
        Kind::And(children) => children.iter().for_each(|child| gather(child, terms)),
        _ => terms.push(expression),
    }
}

/// How many terms of a conjunction and of those round it need a field to be there, by field.
#[derive(Default)]
pub(super) struct Present<'a> {
    fields: BTreeMap<&'a str, usize>,
    /// How many terms name the kind of event.
    kinds: usize,
}

/// Fields that name the kind of event, of which each has one layout: Windows, Sysmon, AWS, Microsoft 365.
const KINDS: &[&str] =
    &["EventCode", "EventID", "event_id", "signature_id", "eventName", "Operation", "api.operation"];

impl<'a> Present<'a> {
    /// Whether some term needs the field to be there, other than by `!=` a value.
    pub(super) fn holds(&self, field: &str) -> bool {
        self.fields.get(field).is_some_and(|count| *count > 0)
    }

    /// Whether some term names the kind of event, so that its fields are known to be there or not.
    pub(super) const fn is_of_kind(&self) -> bool {
        self.kinds > 0
    }

    fn count(&mut self, conjunction: &Conjunction<'a>, change: fn(&mut usize)) {
        for field in conjunction.terms.iter().flat_map(|term| needed(term)) {
            change(self.fields.entry(field).or_default());
        }
        conjunction.terms.iter().filter(|term| names_kind(term)).for_each(|_| change(&mut self.kinds));
    }
}

/// Whether the term is a kind of event or alternatives of one field.
fn names_kind(expression: &Expression) -> bool {
    match &expression.ungrouped().kind {
        Kind::Comparison(comparison) => {
            comparison.operator.value == Operator::Equal && KINDS.contains(&comparison.field.value.as_str())
        }
        Kind::Or(children) => children.iter().all(names_kind),
        _ => false,
    }
}

/// The fields that have to be there for the expression to hold, other than by `!=` a value: those that each alternative
/// of an OR needs.
fn needed(expression: &Expression) -> BTreeSet<&str> {
    match &expression.kind {
        Kind::Comparison(comparison) if !leaves_out(comparison) => {
            BTreeSet::from([comparison.field.value.as_str()])
        }
        Kind::Group(inner) => needed(inner),
        Kind::And(children) => children.iter().flat_map(needed).collect(),
        Kind::Or(children) => {
            let mut alternatives = children.iter().map(needed);
            let first = alternatives.next().unwrap_or_default();
            alternatives.fold(first, |all, next| all.intersection(&next).copied().collect())
        }
        _ => BTreeSet::new(),
    }
}

/// Calls `visit` for the conjunction of all the expressions and for each one below it, outer ones first.
pub(super) fn conjunctions<'a>(
    expressions: &[&'a Expression],
    visit: &mut dyn FnMut(&Conjunction<'a>, &Present<'a>),
) {
    walk(&Conjunction::of(expressions, false), &mut Present::default(), visit);
}

fn walk<'a>(
    conjunction: &Conjunction<'a>,
    present: &mut Present<'a>,
    visit: &mut dyn FnMut(&Conjunction<'a>, &Present<'a>),
) {
    present.count(conjunction, |count| *count += 1);
    visit(conjunction, present);
    for term in &conjunction.terms {
        let negated = conjunction.negated != matches!(term.kind, Kind::Not(_));
        for child in term.children() {
            let is_alternative = matches!(term.kind, Kind::Or(_));
            walk(&Conjunction { is_alternative, ..Conjunction::of(&[child], negated) }, present, visit);
        }
    }
    present.count(conjunction, |count| *count = count.saturating_sub(1));
}

/// Whether the comparison is `field!=value` with a value that stands for something. `field!=""`, `field!="-"` and
/// `field!="null"` are ways to ask for a field that says something.
pub(super) fn leaves_out(comparison: &Comparison) -> bool {
    comparison.operator.value == Operator::NotEqual && !comparison.values.iter().any(says_nothing)
}

fn says_nothing(value: &Literal) -> bool {
    const NOTHING: &[&str] =
        &["", "-", "--", "?", "n/a", "null", "(null)", "none", "nil", "unknown", "undefined"];
    NOTHING.contains(&value.text.trim().to_ascii_lowercase().as_str())
}

/// Whether the value matches every text.
pub(super) fn is_any(literal: &Literal) -> bool {
    pattern(literal).shape() == Shape::Everything
}

/// What texts a value matches; nothing of networks and index terms.
pub(super) fn of_text(literal: &Literal) -> Option<Pattern> {
    let is_text = literal.directive.is_none() && network::parse(&literal.text).is_none();
    is_text.then(|| pattern(literal))
}

/// Whether no text matches both values.
pub(super) fn are_disjoint(a: &Literal, b: &Literal) -> bool {
    match (network::parse(&a.text), network::parse(&b.text)) {
        (Some(a), Some(b)) => !a.contains(&b) && !b.contains(&a),
        (None, None) => match (a.text.contains('*'), b.text.contains('*')) {
            (false, _) => !pattern(b).matches(&a.text) && !pattern(a).matches(&b.text),
            (true, false) => !pattern(a).matches(&b.text),
            (true, true) => false,
        },
        // An address may lie in a network.
        _ => false,
    }
}

fn pattern(literal: &Literal) -> Pattern {
    let case = if literal.directive == Some(Directive::Case) { Case::Sensitive } else { Case::Insensitive };
    Pattern::wildcard(&literal.text, case)
}
