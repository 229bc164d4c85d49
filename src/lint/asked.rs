//! Which tests a query asks in so many words, and which come of an expression that decides between values.
//!
//! In: a pipeline and places in it. Out: answers. Invariant: `if(isnull(x), "none", x)` asks for `x` and for its opposite
//! by its nature, so what the optimiser decides on such pieces is never a fault of a test.

use std::collections::BTreeSet;

use crate::lint::visit::{self, Piece};
use crate::source::Span;
use crate::spl::ast::{Arguments, Kind, Pipeline, Stage};
use crate::spl::clause::{Clause, Item, ItemKind};
use crate::spl::eval::{BinaryOperator, Eval, EvalKind};

/// Functions that decide between values.
const DECIDE: &[&str] = &[
    "case",
    "coalesce",
    "if",
    "ifnull",
    "min",
    "max",
    "mvfilter",
    "mvmap",
    "nullif",
    "searchmatch",
    "validate",
];

/// Commands that put values into fields, each in its own way.
const FILL: &[&str] = &["fillnull", "filldown", "foreach", "lookup", "makemv", "replace", "rex", "spath"];

/// Whether each place is in a stage that tests, and asks for fields whose values no stage has decided.
pub(super) fn are_asked(pipeline: &Pipeline, places: &[Span]) -> bool {
    let decided = Decided::of(pipeline);
    places.iter().all(|place| is_asked(pipeline, &decided, *place))
}

/// Whether the two places are in different alternatives of one OR that is written, as far as the places tell.
pub(super) fn are_alternatives(pipeline: &Pipeline, one: Span, other: Span) -> bool {
    let mut found = false;
    let holds = |span: Span, place: Span| span.start <= place.start && place.end <= span.end;
    let apart = |spans: &[Span]| {
        let at = |place| spans.iter().position(|span| holds(*span, place));
        at(one).is_some() && at(other).is_some() && at(one) != at(other)
    };
    visit::searches(pipeline, &mut |_, search| {
        search.walk(&mut |expression| {
            if let Kind::Or(children) = &expression.kind {
                found |= apart(&children.iter().map(|child| child.span).collect::<Vec<_>>());
            }
        });
    });
    visit::evals(pipeline, &mut |eval| {
        if let EvalKind::Chain(first, rest) = &eval.kind
            && rest.iter().any(|(operator, _)| operator.value == BinaryOperator::Or)
        {
            let others = rest.iter().map(|(_, operand)| operand.span);
            // What is decided of an expression stands at all of it.
            found |= one == other && holds(one, eval.span)
                || apart(&std::iter::once(first.span).chain(others).collect::<Vec<_>>());
        }
    });
    found
}

/// The fields whose values some stage has decided.
struct Decided<'a> {
    fields: BTreeSet<&'a str>,
    /// Some stage may have decided any field.
    all: bool,
}

impl<'a> Decided<'a> {
    fn of(pipeline: &'a Pipeline) -> Self {
        let mut decided = Self { fields: BTreeSet::new(), all: false };
        visit::stages(pipeline, &mut |stage| decided.add(stage));
        decided
    }

    fn add(&mut self, stage: &'a Stage) {
        if let Arguments::Assignments(assignments) = &stage.arguments {
            for assignment in assignments {
                if self.decides(&assignment.value) {
                    self.fields.insert(&assignment.field.value);
                }
            }
        } else if FILL.contains(&stage.name.value.as_str()) {
            let Arguments::Clauses(clauses) = &stage.arguments else { return };
            let items = || clauses.iter().flat_map(Clause::items);
            self.all |= !items().any(|item| matches!(item.kind, ItemKind::Word(_)));
            items().for_each(|item| item.walk(&mut |item| self.fields.extend(names(item))));
        } else if let Arguments::Clauses(clauses) = &stage.arguments {
            for item in clauses.iter().flat_map(Clause::items) {
                let mut is_decided = false;
                item.walk(&mut |item| is_decided |= names(item).any(|name| self.has(name)));
                if let Some(alias) = item.alias.as_ref().filter(|_| is_decided) {
                    self.fields.insert(&alias.text);
                }
            }
        }
    }

    fn has(&self, field: &str) -> bool {
        self.all || self.fields.contains(field)
    }

    /// Whether the value of an expression is decided in it or before it.
    fn decides(&self, eval: &Eval) -> bool {
        let mut decides = false;
        eval.walk(&mut |part| {
            decides |= visit::call(part).is_some_and(|(name, _)| DECIDE.contains(&name.as_str()))
                || matches!(&part.kind, EvalKind::Field(field) if self.has(&field.name));
        });
        decides
    }
}

/// The fields that an item names.
fn names(item: &Item) -> impl Iterator<Item = &str> {
    let word = match &item.kind {
        ItemKind::Word(word) => Some(word.text.as_str()),
        _ => None,
    };
    word.into_iter().chain(item.alias.as_ref().map(|alias| alias.text.as_str()))
}

fn is_asked(pipeline: &Pipeline, decided: &Decided<'_>, place: Span) -> bool {
    let touches = |span: Span| span.start < place.end && place.start < span.end;
    let mut is_asked = true;
    visit::stages(pipeline, &mut |stage| {
        if !touches(stage.span) {
            return;
        }
        is_asked &= !matches!(stage.arguments, Arguments::Assignments(_));
        visit::pieces(stage, &mut |piece| match piece {
            Piece::Search(search) => {
                let comparisons = search.comparisons();
                let mut touched = comparisons.iter().filter(|it| touches(it.field.span));
                is_asked &= !touched.any(|comparison| decided.has(&comparison.field.value));
            }
            Piece::Eval(eval) => is_asked &= !touches(eval.span) || !decides_at(decided, eval, &touches),
            Piece::Pipeline(_) => {}
        });
        if let Arguments::Clauses(clauses) = &stage.arguments {
            let items = clauses.iter().flat_map(Clause::items);
            let mut touched = items.filter(|item| touches(item.span));
            is_asked &= !touched.any(|item| names(item).any(|name| decided.has(name)));
        }
    });
    is_asked
}

/// Whether a part of an expression that lies at the place is decided.
fn decides_at(decided: &Decided<'_>, eval: &Eval, touches: &dyn Fn(Span) -> bool) -> bool {
    let mut decides = false;
    eval.walk(&mut |part| {
        decides |= touches(part.span)
            && (matches!(&part.kind, EvalKind::Field(field) if decided.has(&field.name))
                || visit::call(part).is_some_and(|(name, _)| DECIDE.contains(&name.as_str())));
    });
    decides
}
