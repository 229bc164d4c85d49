//! The constants that steps compare numbers with and cut time by.
//!
//! In: a test of a value, or a formula. Out: the relation and the number, the field, or the seconds of a stretch of time.
//! Invariant: what is not plainly one of these is nothing.

use crate::detection::{Decimal, Formula, Order, ValueTest};
use crate::event::number;
use crate::event::pattern::{Case, Shape as PatternShape};
use crate::spl::eval::BinaryOperator;

use super::{Filled, Relation};

/// A test of a computed number as a comparison with a constant.
pub(super) fn comparison(value: &ValueTest) -> Option<(Relation, Decimal)> {
    let relation = |order: Order| match order {
        Order::Less => Relation::Less,
        Order::LessEqual => Relation::LessEqual,
        Order::Greater => Relation::Greater,
        Order::GreaterEqual => Relation::GreaterEqual,
    };
    match value {
        ValueTest::Number(order, number) => Some((relation(*order), *number)),
        ValueTest::Compares(order, text) => Some((relation(*order), Decimal(number::parse(text)?))),
        ValueTest::Equals(number) => Some((Relation::Equal, *number)),
        ValueTest::Matches(pattern) => match (pattern.shape(), pattern.case()) {
            (PatternShape::Exact(text), Case::Sensitive | Case::Insensitive) => {
                Some((Relation::Equal, Decimal(number::parse(text)?)))
            }
            _ => None,
        },
        ValueTest::In(_) | ValueTest::Regex(_) => None,
    }
}

/// The field that a formula is.
pub(super) fn plain(formula: &Formula) -> Option<&str> {
    match formula {
        Formula::Field(name) => Some(name),
        _ => None,
    }
}

/// The field that a formula is, with the text that stands in its place where an event lacks it, as `fillnull` and `coalesce`
/// write it (Search Reference).
pub(super) fn filled(formula: &Formula) -> Option<Filled> {
    match formula {
        Formula::Call(name, arguments) if name == "coalesce" => match arguments.as_slice() {
            [Formula::Field(field), Formula::Text(text)] => {
                Some(Filled { field: field.clone(), text: text.clone() })
            }
            _ => None,
        },
        _ => None,
    }
}

/// The seconds of the stretch of time that a formula is the start of (`bin _time span=…`); a time itself is a stretch of
/// one, since events tell time in seconds at least.
pub(super) fn stretch(formula: &Formula) -> Option<Decimal> {
    if plain(formula) == Some("_time") {
        return Some(Decimal(1.0));
    }
    let Formula::Binary(BinaryOperator::Multiply, whole, span) = formula else { return None };
    let (Formula::Call(floor, arguments), Formula::Number(span)) = (&**whole, &**span) else { return None };
    let [Formula::Binary(BinaryOperator::Divide, time, by)] = arguments.as_slice() else { return None };
    let is_slot = floor == "floor" && plain(time) == Some("_time") && **by == Formula::Number(*span);
    is_slot.then_some(*span)
}
