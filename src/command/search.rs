//! `search`: keeps the events that its terms describe.
//!
//! Rules (Search Reference, search, unless another page is named): values compare as whole texts without case,
//! with `*` for any run; `=` with several values of a field is true if any matches; `!=` needs the field and a
//! value that differs (Search Manual, "NOT expressions"); order operators compare numbers as numbers and other
//! values byte by byte; an address range matches addresses in it; bare words and phrases are looked for in the raw
//! event. Where the documentation is open: several values under `!=` need one that differs, a value under an
//! address range also matches the range's own text, and a test looks at the field alone, not at the index.

use crate::command::lowering::{self, refused};
use crate::command::{Command, Lowering, Row, Unsupported, subsearch};
use crate::detection::{Condition, Formula, Hole, HoleKind, Order, Predicate, Test, ValueTest, codes};
use crate::diagnostic::Diagnostic;
use crate::event::pattern::{Case, Pattern, Shape as PatternShape};
use crate::event::raw::{Bound, Term};
use crate::event::{Event, Value, is_reached, network, number};
use crate::function::Context;
use crate::source::Origin;
use crate::spl::ast::{Arguments, Comparison, Directive, Expression, Form, Kind, Literal, Operator};
use crate::spl::{Shape, Stage};

/// The command.
pub(crate) struct Search;

impl Command for Search {
    fn name(&self) -> &'static str {
        "search"
    }

    fn shape(&self) -> Shape {
        Shape::Search
    }

    fn manual(&self) -> &'static str {
        "https://help.splunk.com/en/splunk-enterprise/spl-search-reference/10.0/search-commands/search"
    }

    fn summary(&self) -> &'static str {
        "keeps the events that match terms and field comparisons"
    }

    fn run(&self, stage: &Stage, rows: Vec<Row>, context: &Context) -> Result<Vec<Row>, Unsupported> {
        let Arguments::Search(expression) = &stage.arguments else {
            return Err(Unsupported { message: "the arguments were not read".to_owned(), span: stage.span });
        };
        kept(expression, rows, context)
    }

    fn lower(&self, stage: &Stage, lowering: &mut Lowering<'_>) -> Result<(), Diagnostic> {
        let Arguments::Search(expression) = &stage.arguments else {
            return Err(Diagnostic::new(&codes::RECOVERED_PARSE, stage.span, "the arguments were not read"));
        };
        let mut notes = Vec::new();
        let predicate = lowered(expression, lowering, &mut notes)?;
        lowering.notes.extend(notes);
        lowering.filter(predicate);
        Ok(())
    }
}

// What the command means.

/// The rows that a condition in the `search` language keeps.
pub(super) fn kept(
    expression: &Expression,
    rows: Vec<Row>,
    context: &Context,
) -> Result<Vec<Row>, Unsupported> {
    let expression = subsearch::resolved(expression, context)?;
    let mut kept = Vec::new();
    for row in rows {
        if matches(&expression, &row.event)? {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// Whether the search keeps the event.
pub(super) fn matches(expression: &Expression, event: &Event) -> Result<bool, Unsupported> {
    match &expression.kind {
        // A time modifier chooses the stretch of time, which is outside of what one event shows.
        Kind::Everything | Kind::TimeModifier(_) => Ok(true),
        Kind::Group(inner) => matches(inner, event),
        Kind::Not(operand) => Ok(!matches(operand, event)?),
        Kind::And(operands) => all(operands, event),
        Kind::Or(operands) => any(operands, event),
        Kind::Comparison(comparison) => Ok(compares(comparison, event)),
        Kind::Term(term) => Ok(occurs(term, event)),
        // Sub-searches are replaced by what they find before any event is looked at.
        Kind::Macro(_) | Kind::Subsearch(_) | Kind::Computed(_) | Kind::Unreadable => Err(Unsupported {
            message: "this part of the search has no known result".to_owned(),
            span: expression.span,
        }),
    }
}

fn all(operands: &[Expression], event: &Event) -> Result<bool, Unsupported> {
    let mut result = true;
    for operand in operands {
        result &= matches(operand, event)?;
    }
    Ok(result)
}

fn any(operands: &[Expression], event: &Event) -> Result<bool, Unsupported> {
    let mut result = false;
    for operand in operands {
        result |= matches(operand, event)?;
    }
    Ok(result)
}

fn compares(comparison: &Comparison, event: &Event) -> bool {
    let name = Pattern::wildcard(&comparison.field.value, Case::Sensitive);
    let values: Vec<&Value> = if comparison.field.value.contains('*') {
        event
            .fields()
            .filter(|(field, _)| is_reached(&comparison.field.value, field) && name.matches(field))
            .flat_map(|(_, values)| values)
            .collect()
    } else {
        event.values(&comparison.field.value).iter().collect()
    };
    let some = |test: &dyn Fn(&str, &Literal) -> bool| {
        values.iter().any(|value| comparison.values.iter().any(|literal| test(&value.text(), literal)))
    };
    match comparison.operator.value {
        Operator::Equal => some(&equals),
        Operator::NotEqual => some(&|value, literal| !equals(value, literal)),
        Operator::Less => some(&|value, literal| number::compare(value, &literal.text).is_lt()),
        Operator::LessEqual => some(&|value, literal| number::compare(value, &literal.text).is_le()),
        Operator::Greater => some(&|value, literal| number::compare(value, &literal.text).is_gt()),
        Operator::GreaterEqual => some(&|value, literal| number::compare(value, &literal.text).is_ge()),
    }
}

fn equals(value: &str, literal: &Literal) -> bool {
    let in_network = network::parse(&literal.text).is_some_and(|network| network::holds(network, value));
    in_network || Pattern::wildcard(&literal.text, case(literal)).matches(value)
}

fn occurs(term: &Literal, event: &Event) -> bool {
    is_everything_term(term) || event.raw().is_some_and(|raw| raw_term(term).is_in(&raw))
}

/// Whether the term leaves nothing out: stars, or the empty phrase, which published apps keep in the macros that are
/// there for exceptions. Such a term is true of rows of `stats` too, which have no raw event.
fn is_everything_term(term: &Literal) -> bool {
    term.text.chars().all(|character| character == '*')
}

fn case(literal: &Literal) -> Case {
    if literal.directive == Some(Directive::Case) { Case::Sensitive } else { Case::Insensitive }
}

fn raw_term(literal: &Literal) -> Term {
    let bound = if literal.directive == Some(Directive::Term) { Bound::Major } else { Bound::Any };
    Term { pattern: Pattern::wildcard(&literal.text, case(literal)), bound }
}

// What the command asks of an event.

/// The predicate of an expression.
pub(crate) fn lowered(
    expression: &Expression,
    lowering: &Lowering<'_>,
    notes: &mut Vec<Diagnostic>,
) -> Result<Predicate, Diagnostic> {
    let span = expression.span;
    match &expression.kind {
        Kind::Everything => Ok(Predicate::Constant(true)),
        Kind::Group(inner) => lowered(inner, lowering, notes),
        Kind::Not(operand) => Ok(lowered(operand, lowering, notes)?.negated()),
        Kind::And(operands) => Ok(Predicate::And(lowered_all(operands, lowering, notes)?)),
        Kind::Or(operands) => Ok(Predicate::Or(lowered_all(operands, lowering, notes)?)),
        Kind::Comparison(comparison) => lowered_comparison(comparison, Origin(span), lowering, notes),
        Kind::Term(term) if is_everything_term(term) => Ok(Predicate::Constant(true)),
        Kind::Term(term) => {
            let condition = Condition::Holds(vec![raw_term(term)]);
            match lowering.field("_raw", span)? {
                Formula::Field(field) if field == "_raw" => {
                    Ok(Test { field, condition, origin: Origin(span) }.into())
                }
                // Rows of `stats` and `table` have no raw event.
                Formula::Null => Ok(Predicate::Constant(false)),
                _ => Err(refused::argument(span, "a word is looked for in a raw event that was changed")),
            }
        }
        Kind::TimeModifier(modifier) => {
            let message =
                format!("`{}={}` is recorded, not tested", modifier.name.value, modifier.value.text);
            notes.push(Diagnostic::new(&codes::TIME_RANGE, span, message));
            Ok(Predicate::Constant(true))
        }
        Kind::Macro(body) => {
            let (name, origin) = (body.clone(), Origin(span));
            Ok(Predicate::Hole(Hole { kind: HoleKind::Macro, name, asked: None, origin }))
        }
        Kind::Subsearch(pipeline) => lowering::subsearch::lowered(pipeline, lowering, span),
        // One of the values is a macro call or a sub-search, which says why the comparison is refused.
        Kind::Computed(computed) => {
            lowered_all(&computed.values, lowering, notes)?;
            Err(Diagnostic::new(&codes::RECOVERED_PARSE, span, "a value of this comparison is not known"))
        }
        Kind::Unreadable => {
            Err(Diagnostic::new(&codes::RECOVERED_PARSE, span, "this part of the search could not be read"))
        }
    }
}

fn lowered_all(
    operands: &[Expression],
    lowering: &Lowering<'_>,
    notes: &mut Vec<Diagnostic>,
) -> Result<Vec<Predicate>, Diagnostic> {
    operands.iter().map(|operand| lowered(operand, lowering, notes)).collect()
}

fn lowered_comparison(
    comparison: &Comparison,
    origin: Origin,
    lowering: &Lowering<'_>,
    notes: &mut Vec<Diagnostic>,
) -> Result<Predicate, Diagnostic> {
    let field = &comparison.field.value;
    if field.eq_ignore_ascii_case("savedsearch") {
        return Err(Diagnostic::new(&codes::SAVED_SEARCH, origin.0, "a saved search is called by name"));
    }
    if comparison.form == Form::Indexed
        && !["index", "sourcetype", "source", "host"].contains(&field.as_str())
    {
        let message =
            format!("`{field}::` looks at the indexed field; the rule tests the field of that name");
        notes.push(Diagnostic::new(&codes::INDEXED_FIELD, origin.0, message));
    }
    let order = match comparison.operator.value {
        Operator::Equal | Operator::NotEqual => None,
        Operator::Less => Some(Order::Less),
        Operator::LessEqual => Some(Order::LessEqual),
        Operator::Greater => Some(Order::Greater),
        Operator::GreaterEqual => Some(Order::GreaterEqual),
    };
    let condition = match (order, comparison.operator.value) {
        (Some(order), _) => ordered(order, comparison, notes),
        (None, Operator::NotEqual) => {
            let tests: Vec<ValueTest> = comparison.values.iter().flat_map(value_tests).collect();
            if tests.iter().any(is_everything) {
                let message = format!("`{field}!=*` matches no event");
                notes.push(Diagnostic::new(&codes::NEVER_MATCHES, origin.0, message));
                return Ok(Predicate::Constant(false));
            }
            Condition::SomeOther(tests)
        }
        (None, _) => {
            let tests: Vec<ValueTest> = comparison.values.iter().flat_map(value_tests).collect();
            if tests.iter().any(is_everything) { Condition::Exists } else { Condition::Some(tests) }
        }
    };
    if !field.contains('*') {
        return lowering.passes(field, &condition, origin.0);
    }
    if !lowering.fields.are_plain(&Pattern::wildcard(field, Case::Sensitive)) {
        let message = format!("`{field}` may stand for fields that earlier stages made or removed");
        return Err(refused::argument(origin.0, message));
    }
    Ok(Test { field: field.clone(), condition, origin }.into())
}

fn ordered(order: Order, comparison: &Comparison, notes: &mut Vec<Diagnostic>) -> Condition {
    let tests = comparison.values.iter().map(|literal| {
        if number::parse(&literal.text).is_none() {
            let message = format!("`{}` is no number, so values are compared as text", literal.text);
            notes.push(Diagnostic::new(&codes::TEXT_ORDER, literal.span, message));
        }
        ValueTest::Compares(order, literal.text.clone())
    });
    Condition::Some(tests.collect())
}

/// The tests of a value that `=` means: the text itself, and the addresses of a range.
fn value_tests(literal: &Literal) -> Vec<ValueTest> {
    let text = ValueTest::Matches(Pattern::wildcard(&literal.text, case(literal)));
    std::iter::once(text).chain(network::parse(&literal.text).map(ValueTest::In)).collect()
}

fn is_everything(test: &ValueTest) -> bool {
    matches!(test, ValueTest::Matches(pattern) if pattern.shape() == PatternShape::Everything)
}
