//! `neq-or-chain`: `a!=1 OR a!=2` holds wherever the field is.
//!
//! In: every OR. Out: one finding a field of which two `!=` tests cannot fail together. Values with wildcards that some
//! text may match at once are left alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Edit, Fix, Severity};
use crate::lint::{Lint, Subject, walk};
use crate::source::Span;
use crate::spl::ast::{Comparison, Expression, Kind, Literal, Operator};

static CODE: Code = Code::new(
    "neq-or-chain",
    Severity::Warning,
    "`!=` tests of one field joined by OR hold for every value",
    "A value that is not the first differs from the first, and the first differs from the second: `a!=1 OR a!=2` is \
     true wherever `a` has a value (Search Manual, \"Boolean expressions\" and \"NOT expressions\"). Meant is nearly \
     always neither of the two: `NOT a IN (1, 2)`.",
);

/// The check.
pub(super) struct NeqOrChain;

impl Lint for NeqOrChain {
    fn code(&self) -> &'static Code {
        &CODE
    }

    fn bad(&self) -> &'static str {
        "index=web (status!=200 OR status!=304)"
    }

    fn good(&self) -> &'static str {
        "index=web NOT status IN (200, 304)"
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
        for (_, search) in subject.parsed.pipeline.searches() {
            search.walk(&mut |expression| {
                if let Kind::Or(operands) = &expression.kind {
                    findings
                        .extend(chains(operands).map(|chain| finding(subject, expression, operands, &chain)));
                }
            });
        }
    }
}

/// The fields of all tests in such chains, by place: whether they need their field is the smaller fault.
pub(super) fn places(searches: &[&Expression]) -> BTreeSet<Span> {
    let mut places = BTreeSet::new();
    for search in searches {
        search.walk(&mut |expression| {
            if let Kind::Or(operands) = &expression.kind {
                places.extend(chains(operands).flatten().map(|comparison| comparison.field.span));
            }
        });
    }
    places
}

/// The operands that are `!=` tests of one field, for each field that has some which no value fails together.
fn chains(operands: &[Expression]) -> impl Iterator<Item = Vec<&Comparison>> {
    let mut by_field: BTreeMap<&str, Vec<&Comparison>> = BTreeMap::new();
    for operand in operands {
        if let Kind::Comparison(comparison) = &operand.ungrouped().kind
            && comparison.operator.value == Operator::NotEqual
        {
            by_field.entry(&comparison.field.value).or_default().push(comparison);
        }
    }
    by_field.into_values().filter(|chain| is_always_true(chain))
}

/// Two values that exclude each other are enough; one of them is looked for beside the first value.
fn is_always_true(chain: &[&Comparison]) -> bool {
    let mut values = chain.iter().filter_map(|comparison| comparison.values.first());
    values.next().is_some_and(|first| values.any(|value| walk::are_disjoint(first, value)))
}

fn finding(
    subject: &Subject<'_>,
    or: &Expression,
    operands: &[Expression],
    chain: &[&Comparison],
) -> Diagnostic {
    let text = subject.text();
    let place = |comparison: &Comparison| {
        comparison.values.iter().fold(comparison.field.span, |span, value| span.join(value.span))
    };
    let places: Vec<_> = chain.iter().map(|comparison| place(comparison)).collect();
    let whole = places.iter().copied().reduce(Span::join).unwrap_or(or.span);
    let field = chain.first().map_or("", |comparison| comparison.field.span.of(text));
    let message = format!("`{}` holds for every value of `{field}`", subject.shown(whole));
    let mut finding = Diagnostic::new(&CODE, whole, message)
        .label("a value that fails one test passes another")
        .help(format!("`NOT {field} IN (…)` leaves out all the values"));
    let is_plain = chain.iter().flat_map(|comparison| &comparison.values).all(|v| v.directive.is_none());
    if chain.len() == operands.len() && is_plain {
        let values: Vec<String> =
            chain.iter().flat_map(|comparison| &comparison.values).map(listed(text)).collect();
        let written = format!("NOT {field} IN ({})", values.join(", "));
        finding = finding.fix(Fix {
            title: format!("write `{}`", super::shortened(&written)),
            edits: vec![Edit { span: or.span, text: written }],
            safe: false,
        });
    }
    finding
}

/// A value as a list holds it: a comma outside of quotes would end it.
fn listed(text: &str) -> impl Fn(&Literal) -> String {
    move |literal| {
        let written = literal.span.of(text);
        if literal.quoted || !written.contains(',') { written.to_owned() } else { format!("\"{written}\"") }
    }
}
